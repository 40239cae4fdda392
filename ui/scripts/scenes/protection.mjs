import { press, seen, type } from '../browser.mjs';

/** @type {import('./index.mjs').Scene[]} */
export const protection = [
  { name: 'first-start', world: 'first', go: (page) => seen(page, 'first-start') },
  {
    name: 'first-start-passphrase',
    world: 'first',
    go: async (page) => {
      await press(page, 'way-passphrase');
      await type(page, 'wallet-label', 'Marion Mustermann');
      await type(page, 'passphrase', 'seven quiet herons');
      await type(page, 'passphrase-again', 'seven quiet');
    },
  },
  {
    name: 'recovery-words',
    world: 'first',
    go: async (page) => {
      await type(page, 'wallet-label', 'Marion Mustermann');
      await press(page, 'create-wallet');
      await seen(page, 'recovery-words');
    },
  },
  {
    name: 'recovery-confirm',
    world: 'first',
    go: async (page) => {
      await type(page, 'wallet-label', 'Marion Mustermann');
      await press(page, 'create-wallet');
      await press(page, 'recovery-written');
      await type(page, 'ask-3', 'velvet');
      await type(page, 'ask-7', 'wrong');
      await type(page, 'ask-11', 'glacier');
      await press(page, 'recovery-confirm');
      await seen(page, 'problem');
    },
  },
  { name: 'unlock', world: 'locked', go: (page) => seen(page, 'unlock') },
  {
    name: 'unlock-wrong',
    world: 'locked',
    go: async (page) => {
      await type(page, 'unlock-passphrase', 'not this one');
      await press(page, 'unlock-submit');
      await seen(page, 'problem');
    },
  },
  { name: 'cannot-open', world: 'damaged', go: (page) => seen(page, 'cannot-open') },
];
