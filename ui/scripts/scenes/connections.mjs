import { press, seen } from '../browser.mjs';
import { pick, openFirst } from './ways.mjs';

/** @type {import('./index.mjs').Scene[]} */
export const connections = [
  {
    name: 'empty-connections',
    world: 'empty',
    go: async (page) => {
      await press(page, 'nav-connections');
      await seen(page, 'connections-empty');
    },
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
    name: 'connection-delete',
    go: async (page) => {
      await press(page, 'nav-connections');
      await openFirst(page, 'connections-list', 'connection');
      await press(page, 'delete');
      await seen(page, 'delete-says');
    },
  },
  {
    name: 'connection-blocked',
    go: async (page) => {
      await press(page, 'nav-connections');
      await openFirst(page, 'connections-list', 'connection');
      await press(page, 'block');
      await press(page, 'confirm-yes');
      await seen(page, 'connection-blocked');
      await press(page, 'connections-tab-blocked');
      await seen(page, 'blocked-list');
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
];
