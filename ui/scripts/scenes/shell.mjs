import { press, type } from '../browser.mjs';

/** @type {import('./index.mjs').Scene[]} */
export const shell = [
  {
    name: 'palette',
    go: async (page) => {
      await press(page, 'open-palette');
      await type(page, 'palette-input', 'c');
      await page.waitForSelector('[data-testid^="palette-credential-"]');
    },
  },
];
