/** Der deutsche Katalog. Was hier fehlt, übersetzt nicht: die Form gibt der englische vor. */
import type { Catalogue } from '../catalogue.svelte';
import * as shell from './shell';
import * as card from './card';
import * as lock from './lock';
import * as protection from './protection';
import * as add from './add';
import * as offers from './offers';
import * as inbox from './inbox';
import * as credentials from './credentials';
import * as issue from './issue';
import * as runs from './runs';
import * as templates from './templates';
import * as identities from './identities';
import * as networks from './networks';
import * as connections from './connections';
import * as activity from './activity';
import * as backup from './backup';
import * as settings from './settings';
import * as rehearsal from './rehearsal';
import { failures } from './failures';

export const de: Catalogue = {
  ...shell,
  ...card,
  ...protection,
  ...lock,
  ...add,
  ...offers,
  ...inbox,
  ...credentials,
  ...issue,
  ...runs,
  ...templates,
  ...identities,
  ...networks,
  ...connections,
  ...activity,
  ...backup,
  ...settings,
  ...rehearsal,
  failures,
};
