// Takes a picture of every scene, in both themes and two sizes, into ui/shots. A name as argument takes only those.
import { mkdir } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { browser, serve } from './browser.mjs';
import { scenes } from './scenes/index.mjs';

const folder = fileURLToPath(new URL('../shots', import.meta.url));
const only = process.argv[2];
const wanted = process.argv[3];
const sizes = [
  { width: 1440, height: 900 },
  { width: 960, height: 640 },
  { width: 560, height: 380 },
];
await mkdir(folder, { recursive: true });
const { origin, close } = await serve();
const chromium = await browser();

for (const scene of scenes) {
  if (only && only !== 'all' && !scene.name.includes(only)) continue;
  for (const theme of ['light', 'dark']) {
    for (const size of sizes) {
      const name = `${scene.name}-${theme}-${size.width}`;
      if (wanted && !name.includes(wanted)) continue;
      const page = await chromium.newPage();
      await page.setViewport(size);
      const query = new URLSearchParams({ world: scene.world ?? 'full', theme });
      if (scene.language) query.set('language', scene.language);
      await page.goto(`${origin}/?${query}`);
      try {
        await scene.go(page);
      } catch (error) {
        console.error(`${name}: ${error instanceof Error ? error.message : String(error)}`);
      }
      await new Promise((done) => setTimeout(done, 350));
      await page.screenshot({ path: `${folder}/${name}.png` });
      await page.close();
    }
  }
}

await chromium.close();
close();
