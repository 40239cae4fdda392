// Every screen and sheet of the window, each with the way to it from a fresh start. Used for the accessibility
// check and for screenshots, so that neither can forget a screen.
import { protection } from './protection.mjs';
import { credentials } from './credentials.mjs';
import { issue } from './issue.mjs';
import { runs } from './runs.mjs';
import { identities } from './identities.mjs';
import { connections } from './connections.mjs';
import { activity } from './activity.mjs';
import { offers } from './offers.mjs';
import { add } from './add.mjs';
import { lock } from './lock.mjs';
import { rehearsal } from './rehearsal.mjs';
import { settings } from './settings.mjs';
import { backup } from './backup.mjs';
import { shell } from './shell.mjs';

/** @typedef {import('puppeteer-core').Page} Page */
/** @typedef {{ name: string, world?: string, language?: string, go: (page: Page) => Promise<unknown> }} Scene */

/** @type {Scene[]} */
export const scenes = [
  ...protection,
  ...credentials,
  ...issue,
  ...runs,
  ...identities,
  ...connections,
  ...activity,
  ...offers,
  ...add,
  ...rehearsal,
  ...settings,
  ...lock,
  ...backup,
  ...shell,
];
