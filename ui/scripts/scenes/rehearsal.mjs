import { press, seen } from '../browser.mjs';

/**
 * From the first start, the steps of the rehearsal so far.
 * @param {number} steps
 * @returns {(page: import('./index.mjs').Page) => Promise<void>}
 */
const taken = (steps) => async (page) => {
  await press(page, 'rehearsal-try');
  await seen(page, 'rehearsal-issuer');
  const names = ['invite', 'connect', 'offer', 'accept', 'issue', 'store', 'revoke'];
  for (const name of names.slice(0, steps)) {
    await press(page, 'rehearse');
    await page.waitForSelector(`[data-testid="rehearsal-${name}"][data-state="done"]`);
  }
};

/** @type {import('./index.mjs').Scene[]} */
export const rehearsal = [
  { name: 'rehearsal-begun', world: 'first', go: taken(0) },
  { name: 'rehearsal-invited', world: 'first', go: taken(1) },
  { name: 'rehearsal-connected', world: 'first', go: taken(2) },
  { name: 'rehearsal-offered', world: 'first', go: taken(3) },
  { name: 'rehearsal-stored', world: 'first', go: taken(6) },
  { name: 'rehearsal-finished', world: 'first', go: taken(7) },
  {
    name: 'installation',
    go: async (page) => {
      await press(page, 'nav-settings');
      await press(page, 'check-installation');
      await seen(page, 'installation-verdict');
      await page.evaluate(() =>
        document.querySelector('[data-testid="settings-installation"]')?.scrollIntoView(),
      );
    },
  },
  {
    name: 'rehearsal-german',
    world: 'first',
    language: 'de',
    go: taken(3),
  },
];
