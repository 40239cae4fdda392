import { press, seen } from '../browser.mjs';

/** @type {import('./index.mjs').Scene[]} */
export const lock = [
  {
    name: 'settings-lock',
    go: async (page) => {
      await press(page, 'nav-settings');
      const group = await seen(page, 'settings-lock-group');
      await group?.evaluate((node) => node.scrollIntoView());
    },
  },
  {
    name: 'settings-lock-german',
    language: 'de',
    go: async (page) => {
      await press(page, 'nav-settings');
      const group = await seen(page, 'settings-lock-group');
      await group?.evaluate((node) => node.scrollIntoView());
    },
  },
  {
    name: 'lock-behind',
    go: async (page) => {
      await press(page, 'nav-settings');
      await press(page, 'lock-working');
      await press(page, 'lock');
      await seen(page, 'working-behind');
    },
  },
  {
    name: 'shortcuts',
    go: async (page) => {
      await seen(page, 'shell');
      await page.keyboard.press('F1');
      await seen(page, 'shortcuts');
    },
  },
];
