// Serves the mock build under the window's own content security policy and opens it in headless Chromium.
import { createServer } from 'node:http';
import { readFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { extname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import puppeteer from 'puppeteer-core';

const root = fileURLToPath(new URL('../dist-mock', import.meta.url));
const types = { '.html': 'text/html', '.js': 'text/javascript', '.css': 'text/css' };
const policy =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self'; connect-src 'self'";

/** @returns {Promise<{ origin: string, close: () => void }>} */
export async function serve() {
  const server = createServer((request, response) => {
    const path = normalize(new URL(request.url ?? '/', 'http://localhost').pathname);
    const file = join(root, path === '/' ? 'index.html' : path);
    readFile(file).then(
      (body) => {
        const type = types[/** @type {keyof typeof types} */ (extname(file))] ?? 'application/octet-stream';
        response.writeHead(200, { 'content-type': type, 'content-security-policy': policy });
        response.end(body);
      },
      () => response.writeHead(404).end(),
    );
  });
  await new Promise((ready) => server.listen(0, '127.0.0.1', () => ready(undefined)));
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  return { origin: `http://127.0.0.1:${port}`, close: () => server.close() };
}

export async function browser() {
  const found = [
    process.env.CHROMIUM,
    '/usr/bin/chromium',
    '/usr/bin/chromium-browser',
    '/usr/bin/google-chrome',
  ];
  const executablePath = found.find((path) => path !== undefined && existsSync(path));
  if (!executablePath) throw new Error('Chromium is not installed; set CHROMIUM to its path.');
  return puppeteer.launch({ executablePath, args: ['--no-sandbox', '--force-color-profile=srgb'] });
}

/** Press what carries this test id, once it is there.
 * @param {import('puppeteer-core').Page} page
 * @param {string} id
 */
export async function press(page, id) {
  const element = await page.waitForSelector(`[data-testid="${id}"]`, { timeout: 5000 });
  await element?.evaluate((node) => /** @type {HTMLElement} */ (node).click());
}

/** @param {import('puppeteer-core').Page} page @param {string} id */
export const seen = (page, id) => page.waitForSelector(`[data-testid="${id}"]`, { timeout: 5000 });

/** @param {import('puppeteer-core').Page} page @param {string} id @param {string} text */
export async function type(page, id, text) {
  const element = await seen(page, id);
  await element?.type(text);
}
