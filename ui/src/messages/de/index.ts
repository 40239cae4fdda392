/** Der deutsche Katalog. Was hier fehlt, übersetzt nicht: die Form gibt der englische vor. */
import type { Catalogue } from '../catalogue.svelte';
import * as shell from './shell';
import * as card from './card';
import * as protection from './protection';
import * as add from './add';
import * as offers from './offers';
import * as credentials from './credentials';
import * as issue from './issue';
import * as identities from './identities';
import * as networks from './networks';
import * as connections from './connections';
import * as activity from './activity';
import * as settings from './settings';
import { failures } from './failures';

export const de: Catalogue = {
  ...shell,
  ...card,
  ...protection,
  ...add,
  ...offers,
  ...credentials,
  ...issue,
  ...identities,
  ...networks,
  ...connections,
  ...activity,
  ...settings,
  failures,
};
