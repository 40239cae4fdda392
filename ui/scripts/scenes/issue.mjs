import { press, seen, type } from '../browser.mjs';
import { pick } from './ways.mjs';

/** @type {import('./index.mjs').Scene[]} */
export const issue = [
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
    name: 'templates-editor',
    go: async (page) => {
      await press(page, 'nav-issue');
      await press(page, 'issue-tab-templates');
      await press(page, 'new-template');
      await type(page, 'template-name', 'Boat licence');
      await press(page, 'add-field');
      await type(page, 'field-name-0', 'holderName');
      await new Promise((done) => setTimeout(done, 400));
    },
  },
  {
    name: 'templates-problems',
    go: async (page) => {
      await press(page, 'nav-issue');
      await press(page, 'issue-tab-templates');
      await press(page, 'new-template');
      await press(page, 'template-save');
      await seen(page, 'template-problems');
    },
  },
  {
    name: 'templates-built-in',
    language: 'de',
    go: async (page) => {
      await press(page, 'nav-issue');
      await press(page, 'issue-tab-templates');
      await pick(page, 'templates', 0);
      await seen(page, 'template-built-in');
    },
  },
  {
    name: 'templates-import',
    go: async (page) => {
      await press(page, 'nav-issue');
      await press(page, 'issue-tab-templates');
      await press(page, 'import-template');
      await seen(page, 'import-text');
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
];
