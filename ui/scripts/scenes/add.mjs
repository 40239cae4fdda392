import { press, seen } from '../browser.mjs';
import { look } from './ways.mjs';

/** @type {import('./index.mjs').Scene[]} */
export const add = [
  { name: 'add', go: (page) => press(page, 'add').then(() => seen(page, 'add-text')) },
  { name: 'add-nothing', go: (page) => look(page, 'hello there').then(() => seen(page, 'found-nothing')) },
  {
    name: 'add-consent',
    go: (page) => look(page, 'http://127.0.0.1:8030/?oob=connect').then(() => seen(page, 'consent')),
  },
  {
    name: 'add-consent-offer',
    go: (page) => look(page, 'https://agent.example/?oob=offer').then(() => seen(page, 'consent')),
  },
  {
    name: 'add-short-link',
    go: (page) => look(page, 'https://nordmark.example/s/8fK2').then(() => seen(page, 'resolve-short-url')),
  },
  {
    name: 'add-credential',
    go: (page) => look(page, '{"proof":{}}').then(() => seen(page, 'found-credential')),
  },
  {
    name: 'add-connecting',
    go: async (page) => {
      await look(page, 'https://agent.example/?oob=connect');
      await press(page, 'connect');
      await seen(page, 'progress');
    },
  },
  {
    name: 'add-used-before',
    go: (page) => look(page, 'https://agent.example/?oob=used').then(() => seen(page, 'used-before')),
  },
  {
    name: 'add-several-codes',
    go: (page) => look(page, 'several').then(() => seen(page, 'several-codes')),
  },
];
