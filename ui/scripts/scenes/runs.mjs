import { press, seen } from '../browser.mjs';

/** Puts a file where the person would drop it.
 * @param {import('puppeteer-core').Page} page */
const drop = (page) =>
  page.evaluate(() => {
    const input = /** @type {HTMLInputElement} */ (document.querySelector('[data-testid=table-file]'));
    const files = new DataTransfer();
    files.items.add(new File(['a;b\n1;2\n'], 'graduates-2026.csv', { type: 'text/csv' }));
    input.files = files.files;
    input.dispatchEvent(new Event('change', { bubbles: true }));
  });

/** @param {import('puppeteer-core').Page} page */
async function table(page) {
  await press(page, 'nav-issue');
  await press(page, 'issue-tab-runs');
  await press(page, 'new-run');
  await seen(page, 'from-file');
}

/** @param {import('puppeteer-core').Page} page */
async function columns(page) {
  await table(page);
  await drop(page);
  await seen(page, 'table-name');
}

/** @param {import('puppeteer-core').Page} page */
async function run(page) {
  await press(page, 'nav-issue');
  await press(page, 'issue-tab-runs');
  await press(page, 'runs-row');
  await seen(page, 'run-rows-row');
}

/** @param {import('puppeteer-core').Page} page */
async function desk(page) {
  await columns(page);
  await page.click('[data-testid=run-to-desk]');
  await press(page, 'dry-run');
  await press(page, 'start-run');
}

/** @type {import('./index.mjs').Scene[]} */
export const runs = [
  {
    name: 'empty-runs',
    world: 'empty',
    go: async (page) => {
      await press(page, 'nav-issue');
      await press(page, 'issue-tab-runs');
      await seen(page, 'runs-empty');
    },
  },
  { name: 'runs-file', go: table },
  { name: 'runs-columns', go: columns },
  {
    name: 'runs-dry-run',
    go: async (page) => {
      await columns(page);
      await press(page, 'dry-run');
      await seen(page, 'row-problems-row');
      await page.evaluate(() =>
        document.querySelector('[data-testid=dry-run-result]')?.scrollIntoView({ block: 'center' }),
      );
    },
  },
  { name: 'runs-run', go: run },
  { name: 'runs-run-de', language: 'de', go: run },
  {
    name: 'kiosk',
    go: async (page) => {
      await desk(page);
      await seen(page, 'kiosk-guests');
    },
  },
  {
    name: 'kiosk-leave',
    go: async (page) => {
      await desk(page);
      await press(page, 'kiosk-leave');
      await seen(page, 'kiosk-passphrase');
    },
  },
];
