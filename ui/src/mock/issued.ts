// The mock's issued credentials: revoked and suspended at once, published together.
import type {
  IssuedPage,
  IssuedQuery,
  IssuedRow,
  IssuedState,
  StatusChange,
  StatusChanged,
  StatusView,
} from '../bindings';
import { keyDid, practiceDid } from './ledger';

const moment = (seconds: number): string => new Date(Date.now() - seconds * 1000).toISOString();
const people = ['Ada Berg', 'Jonas Lind', 'Tom Aune', 'Ines Roth', 'Kari Holm', 'Émile Faure'];
const states: IssuedState[] = ['valid', 'valid', 'suspended', 'revoked', 'not-revocable'];
const tints = ['teal', 'clay', 'forest'] as const;
const titles = ['Master of Science', 'Master baker’s certificate', 'Library card'];

export function makeIssued(amount: number): IssuedRow[] {
  return Array.from({ length: amount }, (_, index) => {
    const state = states[index % states.length]!;
    const person = people[index % people.length]!;
    return {
      exchangeId: index === 0 ? 'e4' : `x${index}`,
      title: titles[index % titles.length]!,
      other: amount > people.length ? `${person} ${index + 1}` : person,
      connection: null,
      subject: 'did:key:z6MkkXiuUx7u7wpaCha3nV8jViGj2b9GSP3DimhGZhBjEpE1',
      issuer:
        state === 'not-revocable'
          ? { did: keyDid, name: 'Without a ledger', practice: false }
          : { did: practiceDid, name: 'Marion Mustermann', practice: true },
      tint: tints[index % tints.length]!,
      issuedAt: moment(2 * 3600 + index * 5400),
      state,
      pending: state === 'suspended' && index < 5,
      suspendable: state === 'suspended' || (state === 'valid' && index % 2 === 0),
    };
  });
}

const waiting = (rows: IssuedRow[]): number => rows.filter(({ pending }) => pending).length;

const pendingSentence = (pending: number): string =>
  pending === 0
    ? ''
    : pending === 1
      ? '1 change is not yet published: others still see the state before.'
      : `${pending} changes are not yet published: others still see the states before.`;

export function issuedPage(rows: IssuedRow[], query: IssuedQuery): IssuedPage {
  const found = rows.filter(
    (row) =>
      (query.state === null || row.state === query.state) &&
      (!query.pending || row.pending) &&
      query.query
        .toLowerCase()
        .split(/\s+/)
        .every((word) => `${row.title} ${row.other}`.toLowerCase().includes(word)),
  );
  const pending = waiting(rows);
  return {
    total: found.length,
    rows: found.slice(query.offset, query.offset + query.limit),
    pending,
    pendingSentence: pendingSentence(pending),
  };
}

const becomes: Record<StatusChange, IssuedState> = {
  revoke: 'revoked',
  suspend: 'suspended',
  restore: 'valid',
};

/** Changes what can be changed, in place. */
export function setStatus(
  rows: IssuedRow[],
  ids: string[],
  change: StatusChange,
  publish: boolean,
): StatusChanged {
  const wanted = new Set(ids);
  let changed = 0;
  for (const row of rows) {
    if (!wanted.has(row.exchangeId)) continue;
    const allowed =
      change === 'restore'
        ? row.state === 'suspended'
        : row.state === 'valid' || (change === 'revoke' && row.state === 'suspended');
    if (!allowed) continue;
    row.state = becomes[change];
    row.pending = true;
    changed += 1;
  }
  if (publish) for (const row of rows) row.pending = false;
  const done = { revoke: 'revoked', suspend: 'suspended', restore: 'restored' }[change];
  return {
    changed,
    unchanged: ids.length - changed,
    pending: waiting(rows),
    sentence: `${changed} ${changed === 1 ? 'credential' : 'credentials'} ${done}${publish ? ' and published' : ''}.`,
    problem: null,
  };
}

/** What a card's issuer says, for the mock's stored credentials. */
export function statusView(state: StatusView['state'], checkedAt: string): StatusView {
  const sentences: Record<StatusView['state'], string> = {
    valid: 'Its issuer lists it as standing.',
    suspended: 'Its issuer suspended it for now. It may be restored.',
    revoked: 'Its issuer revoked it for good.',
    unknown: 'The issuer’s list could not be read yet, so that nobody knows whether it was revoked.',
    'not-tracked': 'It has no status: its issuer cannot take it back.',
  };
  return {
    state,
    checkedAt: state === 'unknown' || state === 'not-tracked' ? null : checkedAt,
    sentence: sentences[state],
  };
}
