import { press, seen } from '../browser.mjs';
import { openFirst, pick } from './ways.mjs';

/** @param {import('puppeteer-core').Page} page */
async function openActivity(page) {
  await press(page, 'nav-activity');
  await page.waitForSelector('[data-testid="activity-list-row"]');
}

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
      await openActivity(page);
    },
  },
  {
    name: 'activity-entry',
    go: async (page) => {
      await openActivity(page);
      await pick(page, 'activity-list', 2);
      await seen(page, 'activity-steps');
    },
  },
  {
    name: 'activity-raw',
    go: async (page) => {
      await openActivity(page);
      await pick(page, 'activity-list', 2);
      await press(page, 'activity-technical');
      await press(page, 'raw-keep');
      await seen(page, 'raw-message');
    },
  },
  {
    name: 'activity-report',
    go: async (page) => {
      await openActivity(page);
      await press(page, 'activity-report');
      await seen(page, 'report');
    },
  },
  { name: 'activity-many', world: 'many', go: openActivity },
  {
    name: 'activity-german',
    language: 'de',
    go: async (page) => {
      await openActivity(page);
      await openFirst(page, 'activity-list', 'activity-list');
    },
  },
];
