// What the desktop hands over, and invitations that were taken before.
import type { Found, HandedOver } from '../bindings';
import { failure } from './failures';
import { changed, world } from './state';

let links: HandedOver[] = [];

/** As if these links had been clicked somewhere else. */
export function handOver(...texts: string[]): void {
  links = texts.map((text, number) => ({
    number: String(number + 1),
    text,
    more: texts.length - 1 - number,
  }));
  changed('app');
}

export function usedBefore(found: Found): Found {
  if (found.kind !== 'invitation') return found;
  const known = world.connections[0];
  return {
    kind: 'used',
    reason: failure(
      'invitation-taken',
      'You used this invitation before',
      'This wallet has already taken this invitation.',
      'Open that connection; nothing has to be done again.',
    ),
    connection: known ? { id: known.id, name: known.name } : null,
    at: '2026-05-04T09:12:00Z',
    invitation: found.invitation,
  };
}

export function several(): Found {
  return {
    kind: 'several',
    codes: [
      { text: 'https://agent.example/?oob=offer', kind: 'invitation', about: 'Nordmark University' },
      { text: 'https://nordmark.example/s/8fK2', kind: 'short-link', about: 'nordmark.example' },
      { text: 'WIFI:S:Guests;T:WPA;P:coffee;;', kind: 'nothing', about: 'WIFI:S:Guests;T:WPA;P:coffee;;' },
    ],
  };
}

export const addCommands = {
  handed_over_waiting: () => links.length,
  next_handed_over: () => links[0] ?? null,
  forget_handed_over: ({ number }: { number: string }) => {
    links = links.filter((link) => link.number !== number);
    return null;
  },
};
