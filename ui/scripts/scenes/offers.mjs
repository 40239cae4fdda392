import { press, seen } from '../browser.mjs';
import { openOffer } from './ways.mjs';

/** @type {import('./index.mjs').Scene[]} */
export const offers = [
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
