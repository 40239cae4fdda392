// The mock's offers inbox and timeline, made of its exchanges and its history.
import type {
  HistoryEntry,
  OfferQuery,
  OfferRow,
  OfferState,
  RawMessages,
  TimelineQuery,
  TimelineRow,
  TimelineView,
  Waits,
} from '../bindings';
import { changed, must, world } from './state';
import { ago, exchangeView, strip, type Exchange } from './world';

/** What the person had open; it begins anew with the page. */
const opened = new Set<string>();
let keeps = false;
const AMOUNT = 10_000;

const many = () => world.credentials.length > 50_000;

function stateOf({ row, failed }: Exchange): OfferState {
  if (row.phase === 'done') return 'stored';
  if (row.phase === 'ended') return failed ? 'failed' : 'declined';
  if (row.phase === 'ours') return 'waiting';
  if (row.state === 'unsent') return 'unsent';
  return row.late ? 'late' : 'issuing';
}

function offerRow(exchange: Exchange): OfferRow {
  const { row } = exchange;
  return {
    id: row.id,
    title: row.title,
    other: row.other,
    state: stateOf(exchange),
    opened: opened.has(row.id),
    beganAt: row.updatedAt,
    updatedAt: row.updatedAt,
    expiresAt: null,
    tint: row.tint,
    practice: row.issuer.practice,
  };
}

function page({ closed, offset, limit }: OfferQuery) {
  const all = world.exchanges.filter(({ row }) => row.role === 'holder').map(offerRow);
  const over = (row: OfferRow) => ['stored', 'declined', 'failed'].includes(row.state);
  const open = all.filter((row) => !over(row));
  let rows = closed ? all.filter(over) : open;
  const first = all[0];
  if (closed && many() && first) {
    rows = Array.from({ length: AMOUNT }, (_, index) => ({
      ...first,
      id: `o${index}`,
      title: `${first.title} ${index + 1}`,
      state: 'stored',
      updatedAt: ago(index * 900),
    }));
  }
  return {
    total: rows.length,
    rows: rows.slice(offset, offset + limit),
    open: open.length,
    closed: closed ? rows.length : all.length - open.length,
    read: open.filter((row) => row.state === 'waiting' && row.opened),
  };
}

/** What an exchange waits for: nothing that is not delivered, unless it says so itself. */
export function waitsOf({ row }: Exchange): Waits | null {
  if (row.phase === 'done' || row.phase === 'ended') return null;
  return {
    whose: row.phase === 'ours' ? 'us' : 'them',
    since: row.updatedAt,
    deliveries:
      row.state === 'unsent'
        ? [
            {
              state: 'retrying',
              attempts: 4,
              since: row.updatedAt,
              nextAt: ago(-16),
              trouble: 'unreachable',
              detail: 'http://192.168.1.44:8030 cannot be reached: connection refused',
            },
          ]
        : [],
    canSendAgain: row.phase === 'theirs' && row.state !== 'unsent',
  };
}

const kindOf: Record<HistoryEntry['subject'], TimelineRow['kind']> = {
  exchange: 'received',
  connection: 'connection',
  invitation: 'connection',
  credential: 'credential',
  identity: 'identity',
  wallet: 'other',
};

function timelineRow(entry: HistoryEntry): TimelineRow {
  const exchange = world.exchanges.find(({ row }) => row.id === entry.subjectId);
  return {
    id: `${entry.subject}:${entry.subjectId}`,
    kind: exchange?.row.role === 'issuer' ? 'issued' : kindOf[entry.subject],
    subject: entry.subject,
    subjectId: entry.subjectId,
    title: exchange?.row.title ?? entry.connection?.name ?? '',
    connection: entry.connection,
    sentence: entry.sentence,
    outcome: entry.outcome,
    turn: exchange?.row.phase === 'ours' ? 'us' : exchange?.row.phase === 'theirs' ? 'them' : 'nobody',
    beganAt: entry.at,
    at: entry.at,
    tint: exchange?.row.tint ?? 'slate',
  };
}

function timeline({ kind, connectionId, words, offset, limit }: TimelineQuery) {
  const source: HistoryEntry[] = many()
    ? Array.from({ length: AMOUNT }, (_, index) => ({
        ...world.history[index % world.history.length]!,
        id: `t${index}`,
        subjectId: `t${index}`,
        at: ago(index * 1800),
      }))
    : world.history;
  const wanted = words.toLowerCase().split(/\s+/);
  const rows = source
    .map(timelineRow)
    .filter((row) => kind === null || row.kind === kind)
    .filter((row) => connectionId === null || row.connection?.id === connectionId)
    .filter((row) =>
      wanted.every((word) => `${row.title} ${row.connection?.name ?? ''}`.toLowerCase().includes(word)),
    );
  const days = new Map<string, number>();
  for (const { at } of rows) {
    const date = new Date(at);
    const day = [date.getFullYear(), date.getMonth() + 1, date.getDate()]
      .map((part) => String(part).padStart(2, '0'))
      .join('-');
    days.set(day, (days.get(day) ?? 0) + 1);
  }
  return {
    total: rows.length,
    rows: rows.slice(offset, offset + limit),
    days: [...days].map(([day, count]) => ({ day, count })),
  };
}

function entryOf(id: string): TimelineView {
  const entry = must(
    world.history.find((one) => `${one.subject}:${one.subjectId}` === id) ??
      (many() ? world.history[0] : undefined),
  );
  const exchange = world.exchanges.find(({ row }) => row.id === entry.subjectId);
  const row = timelineRow(entry);
  const said = ['Offered', 'Accepted', entry.sentence];
  return {
    row,
    strip: exchange ? exchangeView(world, exchange).strip : strip('holder', 2, 'nobody').slice(0, 0),
    waits: exchange ? waitsOf(exchange) : null,
    lines: (exchange ? said : [entry.sentence]).map((sentence, index) => ({
      entry: { ...entry, id: `${entry.id}-${index}`, sentence },
      after: index === 0 ? null : 420 * index,
      messageId: exchange ? `6c1f0d3e-7a52-4c1b-9d0e-0a1b2c3d4e5${index}` : null,
    })),
    threadId: exchange ? '0b7a9d7c-2f4e-4a39-8b1d-6f1a2b3c4d5e' : null,
    protocol: exchange ? 'https://didcomm.org/issue-credential/2.0' : null,
    took: row.turn === 'nobody' ? 1240 : null,
    here: exchange !== undefined,
  };
}

const rawMessages = (): RawMessages => ({
  kept: keeps,
  messages: keeps
    ? [
        {
          id: '6c1f0d3e-7a52-4c1b-9d0e-0a1b2c3d4e50',
          sent: false,
          messageType: 'https://didcomm.org/issue-credential/2.0/offer-credential',
          at: ago(240),
          size: 1830,
          text: JSON.stringify(
            { '@type': 'https://didcomm.org/issue-credential/2.0/offer-credential', '@id': '6c1f0d3e' },
            null,
            2,
          ),
        },
      ]
    : [],
});

const report = () =>
  JSON.stringify(
    {
      report: 'vouchsafe-support-1',
      program: { vouchsafe: '0.1.0', system: 'linux' },
      history: { lines: 42, chained: 42, unbroken: true },
      entries: [
        {
          kind: 'received',
          tag: 'received-9c1d20aa41',
          steps: [{ at: ago(240), who: 'them', what: 'offer-received', after_ms: null, reason: null }],
        },
      ],
    },
    null,
    2,
  );

export const offerCommands: Record<string, (given: any) => unknown> = {
  offers: ({ query }: { query: OfferQuery }) => page(query),
  open_offer: ({ id }: { id: string }) => {
    if (!opened.has(id)) {
      opened.add(id);
      changed('exchanges');
    }
    return null;
  },
  accept_offers: ({ ids }: { ids: string[] }) => {
    for (const id of ids) {
      const exchange = must(world.exchanges.find(({ row }) => row.id === id));
      exchange.row = { ...exchange.row, phase: 'theirs', state: 'request-sent', updatedAt: ago(0) };
      exchange.done = 4;
      world.app.waiting.offers = Math.max(0, world.app.waiting.offers - 1);
    }
    changed('exchanges', 'app');
    return ids.map((id) => ({ id, problem: null }));
  },
  take_arrivals: () => [],
  timeline: ({ query }: { query: TimelineQuery }) => timeline(query),
  timeline_entry: ({ id }: { id: string }) => entryOf(id),
  raw_messages: () => rawMessages(),
  keep_messages: ({ on }: { on: boolean }) => {
    keeps = on;
    changed('activity');
    return null;
  },
  support_report: () => report(),
  save_support_report: () => 'vouchsafe-report.json',
};
