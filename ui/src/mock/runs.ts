// The mock's runs: a table with two bad rows, a run that is under way, one that is over, and a desk.
import type { DeskView, DryRunWanted, RowProblem, RunRowView, RunView, TableView } from '../bindings';
import { drawQr } from './qr';
import { changed, world } from './state';

let toDesk = false;
const moment = (seconds: number): string => new Date(Date.now() - seconds * 1000).toISOString();
const people = ['Ada Berg', 'Jonas Lind', 'Tom Aune', 'Ines Roth', 'Kari Holm', 'Émile Faure'];

const table: TableView = {
  name: 'graduates-2026.csv',
  columns: ['Given name', 'Family name', 'Birth date', 'Connection'],
  sample: people.slice(0, 5).map((name, at) => [...name.split(' '), `199${at}-05-17`, name]),
  rows: 240,
  delimiter: ';',
  encoding: 'UTF-8',
};

const problems: RowProblem[] = [
  {
    id: '0',
    line: 7,
    column: 'Birth date',
    value: '17.5.1990',
    code: 'not-a-date',
    bound: null,
    sentence: 'Write the date as 2026-01-31.',
  },
  {
    id: '1',
    line: 19,
    column: 'Family name',
    value: '',
    code: 'missing',
    bound: null,
    sentence: 'Fill this in.',
  },
];

const run = (id: string, name: string, given: Partial<RunView>): RunView => ({
  id,
  name,
  kind: 'connections',
  state: 'running',
  total: 10_000,
  waiting: 0,
  invited: 0,
  offered: 0,
  accepted: 0,
  issued: 0,
  declined: 0,
  failed: 0,
  cancelled: 0,
  aMinute: 0,
  trouble: null,
  createdAt: moment(900),
  ...given,
});

interface Runs {
  runs: RunView[];
  desk: DeskView | null;
}

const kept = new WeakMap<object, Runs>();

/** The runs of the world as it is now; an empty wallet has none. */
function runsOf(): Runs {
  const known = kept.get(world);
  if (known) return known;
  const made: Runs = { desk: null, runs: world.exchanges.length === 0 ? [] : begun() };
  kept.set(world, made);
  return made;
}

function begun(): RunView[] {
  return [
    run('2', 'graduates-2026', {
      waiting: 5718,
      offered: 64,
      issued: 4211,
      declined: 5,
      failed: 2,
      aMinute: 1180,
    }),
    run('1', 'members', {
      total: 48,
      issued: 48,
      state: 'over',
      kind: 'invitations',
      createdAt: moment(90_000),
    }),
  ];
}

function rows(one: RunView): RunRowView[] {
  const states = ['issued', 'issued', 'issued', 'offered', 'declined', 'failed', 'waiting'];
  return Array.from({ length: Math.min(one.total, 10_000) }, (_, at) => {
    const state = one.state === 'over' ? 'issued' : states[at % states.length]!;
    return {
      id: String(at + 2),
      line: at + 2,
      state,
      name: people[at % people.length]!,
      connection: null,
      exchangeId: state === 'waiting' ? null : `x${at}`,
      oobId: null,
      reason: state === 'failed' ? 'the connection is not ready' : state === 'declined' ? 'not me' : '',
      changedAt: moment(at),
    };
  });
}

const cut = <T>(all: T[], offset: number, limit: number) => ({
  total: all.length,
  rows: all.slice(offset, offset + limit),
});
const find = (id: string): RunView => runsOf().runs.find((one) => one.id === id) ?? run(id, 'run', {});
function put(id: string, given: Partial<RunView>): null {
  runsOf().runs = runsOf().runs.map((one) => (one.id === id ? { ...one, ...given } : one));
  changed('runs');
  return null;
}

/* eslint-disable-next-line @typescript-eslint/no-explicit-any */
export const runCommands: Record<string, (given: any) => unknown> = {
  read_table_part: ({ last }: { last: boolean }) => (last ? table : null),
  table_columns: () => [
    { field: 'givenName', column: 0 },
    { field: 'familyName', column: 1 },
    { field: 'birthDate', column: 2 },
  ],
  dry_run: ({ wanted }: { wanted: DryRunWanted }) => {
    toDesk = wanted.to.kind === 'desk';
    return { id: 'd1', good: 238, bad: 2, problems: 2, card: null, claims: [] };
  },
  dry_run_problems: ({ offset, limit }: { offset: number; limit: number }) => cut(problems, offset, limit),
  save_dry_run_problems: () => 'rows-to-mend.csv',
  start_run: () => {
    if (toDesk) {
      openDesk();
      return '4';
    }
    runsOf().runs = [run('3', table.name, { total: 238, waiting: 238 }), ...runsOf().runs];
    changed('runs');
    return '3';
  },
  runs: ({ offset, limit }: { offset: number; limit: number }) => cut(runsOf().runs, offset, limit),
  run_view: ({ runId }: { runId: string }) => find(runId),
  run_rows: ({ runId, offset, limit }: { runId: string; offset: number; limit: number }) =>
    cut(rows(find(runId)), offset, limit),
  pause_run: ({ runId }: { runId: string }) => put(runId, { state: 'paused', aMinute: 0 }),
  resume_run: ({ runId }: { runId: string }) => put(runId, { state: 'running' }),
  cancel_run: ({ runId }: { runId: string }) => put(runId, { state: 'ended', waiting: 0 }),
  retry_run: ({ runId }: { runId: string }) => put(runId, { failed: 0 }),
  delete_run: ({ runId }: { runId: string }) => {
    runsOf().runs = runsOf().runs.filter((one) => one.id !== runId);
    changed('runs');
    return null;
  },
  save_run_result: () => 'graduates-2026.csv',
  desk: () => runsOf().desk,
  leave_desk: () => {
    runsOf().desk = null;
    changed('runs');
    return null;
  },
};

/** Opens a desk, for looking at it. */
export function openDesk(): void {
  const drawn = drawQr('https://issuer.example/i/4fK2x');
  runsOf().desk = {
    runId: '4',
    name: 'Library cards, main hall',
    qrSvg: drawn.qrSvg,
    qrModules: drawn.qrModules,
    url: 'https://issuer.example/i/4fK2x',
    coming: [
      { id: '12', name: 'Jonas Lind', state: 'accepted' },
      { id: '11', name: 'Ada Berg', state: 'issued' },
    ],
    issued: 11,
    left: 37,
  };
  changed('runs');
}
