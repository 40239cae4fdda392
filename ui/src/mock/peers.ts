// The mock's peers: names that look alike, who is blocked, and the texts that go to and fro.
import type { ConnectionRow, Exchanged, LookAlike, MessageRow } from '../bindings';
import { changed, id as next, later, must, page, world } from './state';
import { ago } from './world';

const texts = new Map<string, MessageRow[]>();

function textsOf(id: string): MessageRow[] {
  let known = texts.get(id);
  if (!known) {
    known =
      world.connections[0]?.id === id
        ? [
            {
              id: 'm3',
              ours: false,
              text: 'It is ready: https://example.org/collect',
              at: ago(300),
              delivery: 'received',
            },
            {
              id: 'm2',
              ours: true,
              text: 'Thank you. When can I collect my card?',
              at: ago(3600),
              delivery: 'sent',
            },
            {
              id: 'm1',
              ours: false,
              text: 'Welcome. Your application has arrived.',
              at: ago(7200),
              delivery: 'received',
            },
          ]
        : [];
    texts.set(id, known);
  }
  return known;
}

const shape = (name: string): string => name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');

export function similarTo(name: string, except: string | null): LookAlike[] {
  return world.connections
    .filter((row) => row.id !== except && shape(row.name) === shape(name))
    .map((row) => ({
      connection: { id: row.id, name: row.name },
      name: row.name,
      same: true,
      blocked: row.blocked,
      fingerprint: row.fingerprint,
      since: row.since,
    }));
}

export function exchangedWith(id: string): Exchanged {
  const over = world.exchanges.filter((one) => one.connectionId === id).map((one) => one.row);
  return {
    messages: textsOf(id).length,
    unread: 0,
    received: over.filter((row) => row.role === 'holder' && row.phase === 'done').length,
    issued: over.filter((row) => row.role === 'issuer' && row.phase === 'done').length,
    open: over.filter((row) => row.phase === 'ours' || row.phase === 'theirs').length,
  };
}

const find = (id: string): ConnectionRow => must(world.connections.find((row) => row.id === id));

export const peerCommands = {
  look_alikes: ({ name, connectionId }: { name: string; connectionId: string | null }) =>
    similarTo(connectionId ? find(connectionId).name : name, connectionId),
  block_connection: ({ id, blocked }: { id: string; blocked: boolean }) => {
    find(id).blocked = blocked;
    changed('connections', 'activity');
    return null;
  },
  blocked_connections: ({ offset, limit }: { offset: number; limit: number }) =>
    page(
      world.connections.filter((row) => row.blocked),
      offset,
      limit,
    ),
  hang_up_connection: ({ id }: { id: string }) => {
    world.connections = world.connections.filter((row) => row.id !== id);
    changed('connections');
    return null;
  },
  messages: ({ connectionId, offset, limit }: { connectionId: string; offset: number; limit: number }) =>
    page(textsOf(connectionId), offset, limit),
  send_message: ({ connectionId, text }: { connectionId: string; text: string }) => {
    const made: MessageRow = { id: next('m'), ours: true, text, at: ago(0), delivery: 'sending' };
    textsOf(connectionId).unshift(made);
    changed('connections');
    later(() => {
      made.delivery = 'sent';
      changed('connections');
    });
    return null;
  },
  read_messages: ({ connectionId }: { connectionId: string }) => {
    find(connectionId).unread = 0;
    return null;
  },
};
