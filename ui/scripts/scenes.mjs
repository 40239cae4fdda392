// Every screen and sheet of the window, each with the way to it from a fresh start. Used for the accessibility
// check and for screenshots, so that neither can forget a screen.
import { press, seen, type } from './browser.mjs';

/** @typedef {import('puppeteer-core').Page} Page */
/** @typedef {{ name: string, world?: string, language?: string, go: (page: Page) => Promise<unknown> }} Scene */

const offer = '[data-testid="offer-row"]';

/** @param {Page} page */
async function openOffer(page) {
  await page.waitForSelector(offer);
  await page.$eval(offer, (row) => /** @type {HTMLElement} */ (row).click());
  await seen(page, 'accept');
}

/** @param {Page} page @param {string} list @param {number} index */
async function pick(page, list, index) {
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
async function openFirst(page, list, detail) {
  await page.waitForSelector(`[data-testid="${list}-row"]`);
  if ((page.viewport()?.width ?? 0) < 980) await pick(page, list, 0);
  await seen(page, detail);
}

/** @param {Page} page @param {string} text */
async function look(page, text) {
  await press(page, 'add');
  await type(page, 'add-text', text);
  await press(page, 'add-look');
}

/** @type {Scene[]} */
export const scenes = [
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
  { name: 'empty-credentials', world: 'empty', go: (page) => seen(page, 'credentials-empty') },
  {
    name: 'empty-issue',
    world: 'empty',
    go: async (page) => {
      await press(page, 'nav-issue');
      await seen(page, 'queue-empty');
    },
  },
  {
    name: 'empty-issue-form',
    world: 'empty',
    go: async (page) => {
      await press(page, 'nav-issue');
      await press(page, 'new-credential');
      await seen(page, 'issue-no-identity');
    },
  },
  {
    name: 'empty-issued',
    world: 'empty',
    go: async (page) => {
      await press(page, 'nav-issue');
      await press(page, 'issue-tab-issued');
      await seen(page, 'issued-empty');
    },
  },
  {
    name: 'empty-identities',
    world: 'empty',
    go: async (page) => {
      await press(page, 'nav-identities');
      await seen(page, 'identities-empty');
    },
  },
  {
    name: 'empty-connections',
    world: 'empty',
    go: async (page) => {
      await press(page, 'nav-connections');
      await seen(page, 'connections-empty');
    },
  },
  {
    name: 'empty-activity',
    world: 'empty',
    go: async (page) => {
      await press(page, 'nav-activity');
      await seen(page, 'activity-empty');
    },
  },
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
    name: 'issue-form',
    go: async (page) => {
      await press(page, 'nav-issue');
      await type(page, 'field-givenName', 'Ada');
      await type(page, 'field-familyName', 'Berg');
      await new Promise((done) => setTimeout(done, 300));
    },
  },
  {
    name: 'issue-form-problems',
    go: async (page) => {
      await press(page, 'nav-issue');
      await press(page, 'offer');
      await page.waitForSelector('[aria-invalid]');
    },
  },
  {
    name: 'issue-waiting',
    go: async (page) => {
      await press(page, 'nav-issue');
      await press(page, 'new-credential');
      await type(page, 'field-givenName', 'Ada');
      await type(page, 'field-familyName', 'Berg');
      await type(page, 'field-birthDate', '17071958');
      await type(page, 'field-residentSince', '01012015');
      await type(page, 'field-lprNumber', '999-999-999');
      await press(page, 'offer');
      await press(page, 'show-exchange');
      await seen(page, 'show-code');
    },
  },
  {
    name: 'issue-custom',
    go: async (page) => {
      await press(page, 'nav-issue');
      await seen(page, 'issue-type');
      await page.select('[data-testid="issue-type"]', 'custom');
      await seen(page, 'issue-document');
    },
  },
  {
    name: 'issue-request',
    go: async (page) => {
      await press(page, 'nav-issue');
      await pick(page, 'queue', 0);
      await seen(page, 'issue-now');
    },
  },
  {
    name: 'issue-late',
    go: async (page) => {
      await press(page, 'nav-issue');
      await pick(page, 'queue', 1);
      await press(page, 'why');
      await seen(page, 'why-text');
    },
  },
  {
    name: 'issue-declined',
    go: async (page) => {
      await press(page, 'nav-issue');
      await pick(page, 'queue', 3);
      await seen(page, 'exchange-problem');
    },
  },
  {
    name: 'issued',
    go: async (page) => {
      await press(page, 'nav-issue');
      await press(page, 'issue-tab-issued');
      await seen(page, 'issued-pending');
    },
  },
  {
    name: 'issued-detail',
    go: async (page) => {
      await press(page, 'nav-issue');
      await press(page, 'issue-tab-issued');
      await pick(page, 'issued', 0);
      await seen(page, 'issued-status');
    },
  },
  {
    name: 'issued-select',
    go: async (page) => {
      await press(page, 'nav-issue');
      await press(page, 'issue-tab-issued');
      await press(page, 'issued-select');
      for (const index of [0, 1, 2]) await pick(page, 'issued', index);
      await seen(page, 'issued-revoke');
    },
  },
  {
    name: 'issued-german',
    language: 'de',
    go: async (page) => {
      await press(page, 'nav-issue');
      await press(page, 'issue-tab-issued');
      await press(page, 'issued-select');
      await pick(page, 'issued', 2);
      await seen(page, 'issued-revoke');
    },
  },
  {
    name: 'issued-revoke',
    go: async (page) => {
      await press(page, 'nav-issue');
      await press(page, 'issue-tab-issued');
      await press(page, 'issued-select');
      for (const index of [0, 1]) await pick(page, 'issued', index);
      await press(page, 'issued-revoke');
      await seen(page, 'confirm');
    },
  },
  {
    name: 'many-issued',
    world: 'many',
    go: async (page) => {
      await press(page, 'nav-issue');
      await press(page, 'issue-tab-issued');
      await press(page, 'issued-select');
      await press(page, 'issued-select-all');
      await seen(page, 'issued-select-none');
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
  {
    name: 'connection',
    go: async (page) => {
      await press(page, 'nav-connections');
      await openFirst(page, 'connections-list', 'connection');
    },
  },
  {
    name: 'connection-connecting',
    go: async (page) => {
      await press(page, 'nav-connections');
      await pick(page, 'connections-list', 3);
      await page.waitForSelector('[data-testid="connection"] [data-testid="strip"]');
    },
  },
  {
    name: 'connection-rename',
    go: async (page) => {
      await press(page, 'nav-connections');
      await openFirst(page, 'connections-list', 'connection');
      await press(page, 'rename');
      await seen(page, 'rename-field');
    },
  },
  {
    name: 'invite',
    go: async (page) => {
      await press(page, 'nav-connections');
      await press(page, 'invite');
      await seen(page, 'invite-sheet');
    },
  },
  {
    name: 'invitation',
    go: async (page) => {
      await press(page, 'nav-connections');
      await press(page, 'connections-tab-invitations');
      await pick(page, 'invitations-list', 0);
      await seen(page, 'qr');
    },
  },
  {
    name: 'invitation-present',
    go: async (page) => {
      await press(page, 'nav-connections');
      await press(page, 'connections-tab-invitations');
      await pick(page, 'invitations-list', 0);
      await press(page, 'present');
      await seen(page, 'present-view');
    },
  },
  {
    name: 'activity',
    go: async (page) => {
      await press(page, 'nav-activity');
      await seen(page, 'activity');
    },
  },
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
  {
    name: 'palette',
    go: async (page) => {
      await press(page, 'open-palette');
      await type(page, 'palette-input', 'c');
      await page.waitForSelector('[data-testid^="palette-credential-"]');
    },
  },
];
