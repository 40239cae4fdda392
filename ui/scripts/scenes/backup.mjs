import { press, seen, type } from '../browser.mjs';

/** @param {import('puppeteer-core').Page} page */
const sheet = async (page) => {
  await press(page, 'nav-settings');
  await press(page, 'backup-open');
  await seen(page, 'backup-sheet');
};

/** @type {import('./index.mjs').Scene[]} */
export const backup = [
  { name: 'backup-reminder', go: (page) => seen(page, 'backup-reminder') },
  {
    name: 'backup-settings',
    go: async (page) => {
      await press(page, 'nav-settings');
      const group = await seen(page, 'settings-backup');
      await group?.evaluate((node) => node.scrollIntoView());
    },
  },
  {
    name: 'backup-sheet',
    go: async (page) => {
      await sheet(page);
      await type(page, 'passphrase', 'seven quiet herons wading');
    },
  },
  {
    name: 'backup-words-german',
    language: 'de',
    go: async (page) => {
      await sheet(page);
      await press(page, 'backup-way-words');
      await seen(page, 'backup-words');
    },
  },
  {
    name: 'backup-done',
    go: async (page) => {
      await sheet(page);
      await type(page, 'passphrase', 'seven quiet herons wading');
      await type(page, 'passphrase-again', 'seven quiet herons wading');
      await press(page, 'backup-start');
      await seen(page, 'backup-done');
    },
  },
  {
    name: 'migration-list',
    go: async (page) => {
      await press(page, 'nav-settings');
      await press(page, 'migration-open');
      await seen(page, 'migration-table');
    },
  },
  {
    name: 'restore',
    world: 'first',
    go: async (page) => {
      await press(page, 'restore-backup');
      await seen(page, 'restore-file');
    },
  },
  {
    name: 'restore-wrong',
    world: 'first',
    go: async (page) => {
      await press(page, 'restore-backup');
      await press(page, 'restore-choose');
      await type(page, 'restore-passphrase', 'wrong');
      await press(page, 'restore-open');
      await seen(page, 'problem');
    },
  },
  {
    name: 'restore-contents',
    world: 'first',
    go: async (page) => {
      await press(page, 'restore-backup');
      await press(page, 'restore-choose');
      await type(page, 'restore-passphrase', 'right');
      await press(page, 'restore-open');
      await seen(page, 'restore-contents');
    },
  },
];
