import { press, seen, type } from '../browser.mjs';
import { pick, openFirst } from './ways.mjs';

/** @type {import('./index.mjs').Scene[]} */
export const credentials = [
  { name: 'empty-credentials', world: 'empty', go: (page) => seen(page, 'credentials-empty') },
  { name: 'credentials', go: (page) => openFirst(page, 'credentials-list', 'credential') },
  { name: 'credentials-list', go: (page) => seen(page, 'credentials-list') },
  {
    name: 'credential-unverified',
    go: async (page) => {
      await pick(page, 'credentials-list', 3);
      await page.waitForSelector('[data-testid="credential"] [data-outcome="not-checked"]');
      await page.$eval('[data-testid="checks"]', (node) => node.scrollIntoView());
    },
  },
  {
    name: 'credential-signed',
    go: async (page) => {
      await pick(page, 'credentials-list', 1);
      await page.waitForSelector('[data-testid="credential"] [data-outcome="noted"]');
    },
  },
  {
    name: 'credential-revoked',
    go: async (page) => {
      await pick(page, 'credentials-list', 5);
      await page.waitForSelector('[data-testid="credential-status"][data-state="revoked"]');
    },
  },
  {
    name: 'credential-suspended',
    go: async (page) => {
      await pick(page, 'credentials-list', 6);
      await page.waitForSelector('[data-testid="credential-status"][data-state="suspended"]');
      await page.$eval('[data-testid="credential-status"]', (node) => node.scrollIntoView());
    },
  },
  {
    name: 'credential-unknown',
    go: async (page) => {
      await pick(page, 'credentials-list', 7);
      await page.waitForSelector('[data-testid="credential-status"][data-state="unknown"]');
      await page.$eval('[data-testid="credential-status"]', (node) => node.scrollIntoView());
    },
  },
  {
    name: 'credential-document',
    go: async (page) => {
      await openFirst(page, 'credentials-list', 'credential');
      await page.$eval('[data-testid="credential"] summary', (node) => {
        /** @type {HTMLElement} */ (node).click();
        node.scrollIntoView();
      });
    },
  },
  {
    name: 'credential-delete',
    go: async (page) => {
      await openFirst(page, 'credentials-list', 'credential');
      await press(page, 'delete');
      await seen(page, 'confirm');
    },
  },
  {
    name: 'search-nothing',
    go: async (page) => {
      await type(page, 'credentials-search', 'zebra');
      await seen(page, 'clear-search');
    },
  },
  {
    name: 'credentials-found',
    go: async (page) => {
      await type(page, 'credentials-search', 'mar');
      await page.waitForSelector('[data-testid="credentials-list-row"] mark');
    },
  },
  {
    name: 'credentials-arranged',
    go: async (page) => {
      await press(page, 'credentials-arrange');
      await press(page, 'arrange-grouped');
      await seen(page, 'issuer-group');
      await page.select('[data-testid="arrange-practice"]', 'without');
      await seen(page, 'filter-practice');
    },
  },
  {
    name: 'credentials-grouped',
    go: async (page) => {
      await press(page, 'credentials-arrange');
      await press(page, 'arrange-grouped');
      await press(page, 'credentials-arrange');
      await press(page, 'issuer-group');
      await page.waitForSelector('[data-testid="issuer-group"][data-folded="true"]');
    },
  },
  {
    name: 'credentials-none-like-that',
    go: async (page) => {
      await press(page, 'credentials-arrange');
      await page.select('[data-testid="arrange-show"]', 'favourites');
      await press(page, 'credentials-arrange');
      await seen(page, 'show-all');
    },
  },
  {
    name: 'credentials-chosen',
    go: async (page) => {
      await press(page, 'credentials-select');
      for (const index of [0, 2]) {
        const rows = await page.$$('[data-testid="credentials-list-row"]');
        await rows[index]?.click();
      }
      await seen(page, 'chosen-tags');
    },
  },
  {
    name: 'credentials-tags-sheet',
    go: async (page) => {
      await openFirst(page, 'credentials-list', 'credential');
      await type(page, 'tag-field', 'Travel');
      await press(page, 'tag-add');
      await seen(page, 'tag');
      await press(page, 'back');
      await press(page, 'credentials-select');
      await (await page.$('[data-testid="credentials-list-row"]'))?.click();
      await press(page, 'chosen-tags');
      await seen(page, 'tags-sheet');
    },
  },
  {
    name: 'credentials-manage-tags',
    go: async (page) => {
      await openFirst(page, 'credentials-list', 'credential');
      await type(page, 'tag-field', 'Travel');
      await press(page, 'tag-add');
      await seen(page, 'tag');
      await press(page, 'back');
      await press(page, 'credentials-arrange');
      await press(page, 'manage-tags');
      await seen(page, 'tag-rename');
    },
  },
  {
    name: 'credential-checks',
    go: async (page) => {
      await openFirst(page, 'credentials-list', 'credential');
      await page.$$eval('[data-testid="checks"] summary', (all) =>
        all.slice(0, 2).forEach((one) => /** @type {HTMLElement} */ (one).click()),
      );
      await page.$eval('[data-testid="checks"]', (node) => node.scrollIntoView());
    },
  },
  {
    name: 'many-credentials',
    world: 'many',
    go: (page) => openFirst(page, 'credentials-list', 'credential'),
  },
];
