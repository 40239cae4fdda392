import { press, seen } from '../browser.mjs';

/** @type {import('./index.mjs').Scene[]} */
export const activity = [
  {
    name: 'empty-activity',
    world: 'empty',
    go: async (page) => {
      await press(page, 'nav-activity');
      await seen(page, 'activity-empty');
    },
  },
  {
    name: 'activity',
    go: async (page) => {
      await press(page, 'nav-activity');
      await seen(page, 'activity');
    },
  },
];
