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
    name: 'many-credentials',
    world: 'many',
    go: (page) => openFirst(page, 'credentials-list', 'credential'),
  },
];
