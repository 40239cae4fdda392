// Runs axe over every scene in both themes, and at twice the text size: it must find nothing. A violation of the
// content security policy or an error in the console counts as a finding too.
import { createRequire } from 'node:module';
import { browser, serve } from './browser.mjs';
import { scenes } from './scenes/index.mjs';

const require = createRequire(import.meta.url);
const only = process.argv[2];
const { origin, close } = await serve();
const chromium = await browser();
const rules = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
const sizes = [
  { theme: 'light', width: 1120, height: 760 },
  { theme: 'dark', width: 1120, height: 760 },
  { theme: 'light', width: 560, height: 380 },
];
let findings = 0;

for (const scene of scenes) {
  if (only && !scene.name.includes(only)) continue;
  for (const size of sizes) {
    const where = `${scene.name} (${size.theme}, ${size.width}x${size.height})`;
    const page = await chromium.newPage();
    page.on('console', (message) => {
      if (message.type() !== 'error') return;
      findings += 1;
      console.error(`${where}: console: ${message.text()}`);
    });
    page.on('pageerror', (error) => {
      findings += 1;
      console.error(`${where}: ${error instanceof Error ? error.message : String(error)}`);
    });
    await page.setViewport({ width: size.width, height: size.height });
    await page.setBypassCSP(false);
    const query = new URLSearchParams({ world: scene.world ?? 'full', theme: size.theme });
    if (scene.language) query.set('language', scene.language);
    await page.goto(`${origin}/?${query}`);
    try {
      await scene.go(page);
    } catch (error) {
      findings += 1;
      console.error(
        `${where}: the way there broke: ${error instanceof Error ? error.message : String(error)}`,
      );
      await page.close();
      continue;
    }
    // Colours are compared once nothing moves any more.
    await new Promise((done) => setTimeout(done, 350));
    const wide = await page.evaluate(() => document.documentElement.scrollWidth > window.innerWidth + 1);
    if (wide) {
      findings += 1;
      console.error(`${where}: wider than the window`);
    }
    await page.evaluate(await axeSource());
    const violations = await page.evaluate(async (tags) => {
      // @ts-expect-error: axe was put into the page a line ago
      const found = await window.axe.run(document, { runOnly: { type: 'tag', values: tags } });
      return found.violations.map(
        /** @param {{ id: string, help: string, nodes: { target: unknown[], failureSummary: string }[] }} one */ (
          one,
        ) => ({
          id: one.id,
          help: one.help,
          nodes: one.nodes.map(
            (node) => `${node.target.join(' ')}: ${node.failureSummary.replaceAll('\n', ' ')}`,
          ),
        }),
      );
    }, rules);
    for (const violation of violations) {
      findings += 1;
      console.error(`${where}: ${violation.id}: ${violation.help}`);
      for (const node of violation.nodes.slice(0, 4)) console.error(`    ${node}`);
    }
    await page.close();
  }
}

/** @type {string | undefined} */
var source;
async function axeSource() {
  const { readFile } = await import('node:fs/promises');
  source ??= await readFile(require.resolve('axe-core/axe.min.js'), 'utf8');
  return source;
}

await chromium.close();
close();
console.log(findings === 0 ? `axe found nothing in ${scenes.length} scenes` : `${findings} findings`);
process.exit(findings === 0 ? 0 : 1);
