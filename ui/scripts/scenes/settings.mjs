import { press, seen } from '../browser.mjs';

/** @type {import('./index.mjs').Scene[]} */
export const settings = [
  {
    name: 'settings',
    go: async (page) => {
      await press(page, 'nav-settings');
      await seen(page, 'settings');
    },
  },
  {
    name: 'settings-german',
    language: 'de',
    go: async (page) => {
      await press(page, 'nav-settings');
      await seen(page, 'settings');
    },
  },
  {
    name: 'settings-lower',
    go: async (page) => {
      await press(page, 'nav-settings');
      const profiles = await seen(page, 'settings-profiles');
      await profiles?.evaluate((node) => node.scrollIntoView());
    },
  },
  {
    name: 'settings-networks',
    go: async (page) => {
      await press(page, 'nav-settings');
      await press(page, 'testnet-check');
      await seen(page, 'testnet-checked');
      await page.$eval('[data-testid="settings-networks"]', (node) => node.scrollIntoView());
    },
  },
  {
    name: 'settings-network-edit',
    go: async (page) => {
      await press(page, 'nav-settings');
      await press(page, 'mainnet-edit');
      const field = await seen(page, 'mainnet-registrar');
      await field?.evaluate((node) => node.scrollIntoView({ block: 'center' }));
    },
  },
  {
    name: 'settings-passphrase',
    go: async (page) => {
      await press(page, 'nav-settings');
      await press(page, 'change-passphrase');
      await seen(page, 'passphrase-sheet');
    },
  },
  {
    name: 'settings-api',
    go: async (page) => {
      await press(page, 'nav-settings');
      await press(page, 'api-switch');
      await seen(page, 'api-key');
    },
  },
];
