import { press, seen } from '../browser.mjs';
import { openOffer, pick } from './ways.mjs';

/** @param {import('puppeteer-core').Page} page */
async function inbox(page) {
  await press(page, 'nav-offers');
  await page.waitForSelector('[data-testid="offers-list-row"]');
}

/** @type {import('./index.mjs').Scene[]} */
export const offers = [
  {
    name: 'offers-empty',
    world: 'empty',
    go: async (page) => {
      await press(page, 'nav-offers');
      await seen(page, 'offers-empty');
    },
  },
  { name: 'offers', world: 'offers', go: inbox },
  {
    name: 'offers-unsent',
    world: 'offers',
    go: async (page) => {
      await inbox(page);
      await pick(page, 'offers-list', 3);
      await press(page, 'why');
      await seen(page, 'why-text');
    },
  },
  {
    name: 'offers-closed',
    world: 'many',
    go: async (page) => {
      await inbox(page);
      await press(page, 'offers-show-closed');
      await new Promise((done) => setTimeout(done, 300));
    },
  },
  {
    name: 'offers-together',
    world: 'offers',
    go: async (page) => {
      await inbox(page);
      for (const index of [0, 1]) {
        await pick(page, 'offers-list', index);
        await seen(page, 'accept');
        await press(page, 'sheet-close');
      }
      await press(page, 'accept-read');
    },
  },
  {
    name: 'offers-next',
    world: 'offers',
    go: async (page) => {
      await inbox(page);
      await pick(page, 'offers-list', 0);
      await press(page, 'offer-next');
      await seen(page, 'offer-place');
    },
  },
  { name: 'offer', go: openOffer },
  {
    name: 'offer-decline',
    go: async (page) => {
      await openOffer(page);
      await press(page, 'decline');
      await seen(page, 'decline-reason');
    },
  },
  {
    name: 'offer-accepted',
    go: async (page) => {
      await openOffer(page);
      await press(page, 'accept');
      await seen(page, 'strip');
    },
  },
  {
    name: 'offer-stored',
    go: async (page) => {
      await openOffer(page);
      await press(page, 'accept');
      await page.waitForSelector('[data-testid="offer-sheet"] [data-testid="show-credential"]');
      await new Promise((done) => setTimeout(done, 400));
    },
  },
];
