/** The English catalogue, and the shape of every other: one file an area. Sentence case; verbs on buttons; no protocol's
 *  name outside details. */
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

/** Words for a failure's code, where they are better than the backend's own. */
export type FailureWords = Partial<Record<'title' | 'what' | 'lost' | 'next', string>>;

export const en = {
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
  failures: {} as Record<string, FailureWords>,
};
