// The ways that several scenes share.
import { press, seen, type } from '../browser.mjs';

/** @typedef {import('puppeteer-core').Page} Page */

const offer = '[data-testid="offers-list-row"]';

/** @param {Page} page */
export async function openOffer(page) {
  await page.waitForSelector('[data-testid="nav-offers"]');
  await page.$eval('[data-testid="nav-offers"]', (entry) => /** @type {HTMLElement} */ (entry).click());
  await page.waitForSelector(offer);
  await page.$eval(offer, (row) => /** @type {HTMLElement} */ (row).click());
  await seen(page, 'accept');
}

/** @param {Page} page @param {string} list @param {number} index */
export async function pick(page, list, index) {
  await page.waitForSelector(`[data-testid="${list}-row"]`);
  await page.$$eval(
    `[data-testid="${list}-row"]`,
    (rows, at) => /** @type {HTMLElement} */ (rows[at]).click(),
    index,
  );
}

/** A narrow window shows the list first: go into its first row.
 * @param {Page} page @param {string} list @param {string} detail
 */
export async function openFirst(page, list, detail) {
  await page.waitForSelector(`[data-testid="${list}-row"]`);
  if ((page.viewport()?.width ?? 0) < 980) await pick(page, list, 0);
  await seen(page, detail);
}

/** @param {Page} page @param {string} text */
export async function look(page, text) {
  await press(page, 'add');
  await type(page, 'add-text', text);
  await press(page, 'add-look');
}
