import { fileURLToPath } from 'node:url';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import { defaultClientConditions } from 'vite';
import { defineConfig } from 'vitest/config';

const source = (path: string) => fileURLToPath(new URL(`./src/${path}`, import.meta.url));

// The window reaches the backend through `@tauri-apps/api` alone. In a browser and in tests there is
// no backend, so exactly those modules are replaced by an in-memory one; a production build never
// resolves src/mock.
const withoutBackend = {
  '@tauri-apps/api/core': source('mock/core.ts'),
  '@tauri-apps/api/event': source('mock/event.ts'),
};

export default defineConfig(({ mode }) => {
  const mock = mode === 'mock' || mode === 'test';
  return {
    plugins: [svelte()],
    clearScreen: false,
    resolve: {
      alias: mock ? withoutBackend : {},
      // Setting conditions replaces Vite's own, so only where the tests need another choice.
      ...(mode === 'test' ? { conditions: ['browser'] } : {}),
    },
    server: { port: 5173, strictPort: true, host: '127.0.0.1' },
    build: {
      target: ['safari16', 'chrome111'],
      outDir: mode === 'mock' ? 'dist-mock' : 'dist',
      emptyOutDir: true,
      // Nothing may become a data: script or an inlined font; small SVGs would be fine, but there are none.
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
    },
    test: {
      environment: 'jsdom',
      include: ['src/**/*.test.ts'],
      setupFiles: ['src/mock/test-setup.ts'],
    },
  };
});
