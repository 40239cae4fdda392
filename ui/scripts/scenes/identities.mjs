import { press, seen, type } from '../browser.mjs';
import { pick, openFirst } from './ways.mjs';

/** @type {import('./index.mjs').Scene[]} */
export const identities = [
  {
    name: 'empty-identities',
    world: 'empty',
    go: async (page) => {
      await press(page, 'nav-identities');
      await seen(page, 'identities-empty');
    },
  },
  {
    name: 'identities',
    go: async (page) => {
      await press(page, 'nav-identities');
      await openFirst(page, 'identities-list', 'identity');
    },
  },
  {
    name: 'identities-german',
    language: 'de',
    go: async (page) => {
      await press(page, 'nav-identities');
      await openFirst(page, 'identities-list', 'identity');
    },
  },
  {
    name: 'identities-list',
    go: async (page) => {
      await press(page, 'nav-identities');
      await seen(page, 'identities-list-row');
    },
  },
  {
    name: 'identity-services',
    go: async (page) => {
      await press(page, 'nav-identities');
      await pick(page, 'identities-list', 1);
      await press(page, 'edit-services');
      await press(page, 'add-service');
      await type(page, 'service-kind', '-2');
    },
  },
  {
    name: 'identity-services-review',
    go: async (page) => {
      await press(page, 'nav-identities');
      await pick(page, 'identities-list', 1);
      await press(page, 'edit-services');
      await press(page, 'remove-service');
      await press(page, 'services-next');
      await seen(page, 'plan');
    },
  },
  {
    name: 'identity-document',
    go: async (page) => {
      await press(page, 'nav-identities');
      await pick(page, 'identities-list', 1);
      await page.waitForSelector('[data-testid="identity"] summary');
      await page.$eval('[data-testid="identity"] summary', (node) => {
        /** @type {HTMLElement} */ (node).click();
        node.scrollIntoView();
      });
    },
  },
  {
    name: 'identity-rotating',
    go: async (page) => {
      await press(page, 'nav-identities');
      await pick(page, 'identities-list', 1);
      await press(page, 'rotate-key');
      await press(page, 'confirm-yes');
      await seen(page, 'ledger-job');
    },
  },
  {
    name: 'identity-deactivate',
    go: async (page) => {
      await press(page, 'nav-identities');
      await pick(page, 'identities-list', 1);
      await press(page, 'deactivate');
      await type(page, 'confirm-typed', 'Front');
    },
  },
  {
    name: 'identity-stuck',
    go: async (page) => {
      await press(page, 'nav-identities');
      await pick(page, 'identities-list', 2);
      await seen(page, 'ledger-retry');
    },
  },
  {
    name: 'identity-deactivated',
    go: async (page) => {
      await press(page, 'nav-identities');
      await pick(page, 'identities-list', 4);
      await page.waitForFunction(
        () => document.querySelector('[data-testid="identity-title"]')?.textContent === 'Old seal',
      );
    },
  },
  {
    name: 'many-identities',
    world: 'many',
    go: async (page) => {
      await press(page, 'nav-identities');
      await seen(page, 'identities-list-row');
    },
  },
  {
    name: 'identity-create',
    go: async (page) => {
      await press(page, 'nav-identities');
      await press(page, 'new-identity');
      await seen(page, 'network-practice');
    },
  },
  {
    name: 'identity-create-testnet',
    go: async (page) => {
      await press(page, 'nav-identities');
      await press(page, 'new-identity');
      await seen(page, 'network-testnet');
      await page.$eval('[data-testid="network-testnet"] input', (node) =>
        /** @type {HTMLElement} */ (node).click(),
      );
      await page.$eval('[data-testid="identity-sheet"] summary', (node) => {
        /** @type {HTMLElement} */ (node).click();
        node.scrollIntoView();
      });
      await press(page, 'add-service');
    },
  },
  {
    name: 'identity-review',
    go: async (page) => {
      await press(page, 'nav-identities');
      await press(page, 'new-identity');
      await seen(page, 'network-testnet');
      await page.$eval('[data-testid="network-testnet"] input', (node) =>
        /** @type {HTMLElement} */ (node).click(),
      );
      await page.waitForSelector('[data-testid="identity-next"]:not(:disabled)');
      await new Promise((done) => setTimeout(done, 400));
      await press(page, 'identity-next');
      await seen(page, 'plan');
    },
  },
  {
    name: 'identity-creating',
    go: async (page) => {
      await press(page, 'nav-identities');
      await press(page, 'new-identity');
      await page.waitForSelector('[data-testid="identity-next"]:not(:disabled)');
      await press(page, 'identity-next');
      await press(page, 'identity-create');
      await seen(page, 'ledger-job');
    },
  },
  {
    name: 'first-identity-failed',
    world: 'unpractised',
    go: (page) => seen(page, 'first-identity-failed'),
  },
];
