// What every part of the mock shares: the world as it is now, who hears of changes, and the pace of the other side.
import type { Changed, Failure, Topic } from '../bindings';
import { emit } from './event';
import { failure } from './failures';
import { makeWorld, type Setting, type World } from './world';

const wanted = new URLSearchParams(globalThis.location?.search ?? '');
export let world: World = makeWorld((wanted.get('world') as Setting | null) ?? 'full');
const theme = wanted.get('theme');
if (theme === 'light' || theme === 'dark') world.app.theme = world.settings.theme = theme;
world.app.language = world.settings.language = wanted.get('language');

/** How fast the other side acts, in milliseconds; tests set it to nothing. */
export const pace = { step: 900 };
/** Answers that tests put in the place of the mock's own. */
export const overrides = new Map<string, (given: never) => unknown>();
/** Every command that was asked for, in order. */
export const asked: { command: string; given: unknown }[] = [];

export function reset(setting: Setting = 'full'): World {
  world = makeWorld(setting);
  overrides.clear();
  asked.length = 0;
  return world;
}

export function changed(...topics: Topic[]): void {
  const payload: Changed = { profile: world.app.profile, topics };
  void emit('changed', payload);
}

export const later = (run: () => void): void => void setTimeout(run, pace.step);
export const id = (prefix: string): string => `${prefix}${(world.next += 1)}`;

const notFound = (): Failure =>
  failure(
    'not-found',
    'Not here any more',
    'This is not in the wallet. It may have been deleted.',
    'Go back to the list.',
  );

export function must<T>(found: T | undefined): T {
  if (found === undefined) throw notFound();
  return found;
}

export function page<T>(rows: T[], offset: number, limit: number) {
  return { total: rows.length, rows: rows.slice(offset, offset + limit) };
}

export function matches(query: string, ...texts: (string | null | undefined)[]): boolean {
  const text = texts.join(' ').toLowerCase();
  return query
    .toLowerCase()
    .split(/\s+/)
    .every((word) => text.includes(word));
}
