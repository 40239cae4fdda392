// The mock's commands about identities, networks and what was issued. Publishing takes a step at a time, as on a
// real ledger.
import type {
  IdentityService,
  IssuedQuery,
  LedgerJobKind,
  ListQuery,
  NetworkAddresses,
  NewIdentity,
  StatusChange,
} from '../bindings';
import { failure } from './failures';
import { issuedPage, setStatus } from './issued';
import { identityRow, identityView, job, jobSteps, keyDid, plan, type Identity } from './ledger';
import { changed, id, later, matches, must, page, world } from './state';
import { ago } from './world';

/** Bring something onto the ledger, a step at a time, as the real one would. */
function onLedger<T>(
  kind: LedgerJobKind,
  did: string,
  finish: () => T,
  name: string | null = null,
): Promise<T> {
  const made = job(
    id('j'),
    kind,
    did,
    name ?? world.identities.find(({ row }) => row.did === did)?.row.name ?? null,
  );
  world.jobs.unshift(made);
  const show = (shown: typeof made | null) => {
    for (const one of world.identities) if (one.row.did === did) one.row = { ...one.row, job: shown };
    changed('identities');
  };
  show(made);
  return new Promise((done) => {
    const step = (at: number) => {
      made.steps = jobSteps(at);
      made.updatedAt = ago(0);
      if (at < made.steps.length) {
        show({ ...made });
        later(() => step(at + 1));
        return;
      }
      world.jobs = world.jobs.filter((one) => one.id !== made.id);
      show(null);
      const answer = finish();
      changed('identities', 'issued');
      done(answer);
    };
    step(0);
  });
}

const identityOf = (did: string): Identity => must(world.identities.find(({ row }) => row.did === did));
const viewOf = (did: string) => identityView(world.networks, identityOf(did));

function settle(jobId: string): void {
  world.jobs = world.jobs.filter((one) => one.id !== jobId);
  world.app.waiting.ledgerJobs = world.jobs.filter((one) => one.state !== 'under-way').length;
}

/* eslint-disable-next-line @typescript-eslint/no-explicit-any */
export const ledgerCommands: Record<string, (given: any) => unknown> = {
  issuers: () =>
    world.identities
      .filter(({ row }) => row.state === 'ready')
      .slice(0, 20)
      .map(({ row }) => ({
        did: row.did,
        method: row.method,
        usual: row.usual,
        name: row.name,
        network: world.networks.find(({ namespace }) => namespace === row.network)?.name ?? 'No ledger',
        practice: row.practice,
        canRevoke: row.network !== null,
        problem: null,
      })),

  identities: ({ query }: { query: ListQuery }) =>
    page(
      world.identities.map(({ row }) => row).filter((row) => matches(query.query, row.name, row.did)),
      query.offset,
      query.limit,
    ),
  identity: ({ did }: { did: string }) => viewOf(did),
  plan_identity: ({ identity }: { identity: NewIdentity }) => plan(world.networks, identity),
  create_identity: ({ identity }: { identity: NewIdentity }) => {
    const made = (did: string) => {
      world.identities.unshift({
        row: identityRow(did, identity.name, { keyForm: identity.keyForm, usual: false, createdAt: ago(0) }),
        services: identity.services,
        keys: 1,
      });
      if (identity.usual) {
        for (const one of world.identities) one.row = { ...one.row, usual: one.row.did === did };
      }
      changed('identities');
      return viewOf(did);
    };
    if (identity.network === null) return made(`${keyDid.slice(0, -4)}${id('')}`);
    const did =
      identity.planned === null
        ? `did:cheqd:${identity.network}:${crypto.randomUUID()}`
        : (JSON.parse(identity.planned) as { id: string }).id;
    return onLedger('create', did, () => made(did), identity.name);
  },
  make_first_identity: () => {
    world.app.firstIdentity = { state: 'making' };
    changed('app');
    later(() => {
      world.app.firstIdentity = { state: 'settled' };
      changed('app', 'identities');
    });
    return null;
  },
  rename_identity: ({ did, name }: { did: string; name: string }) => {
    const one = identityOf(did);
    one.row = { ...one.row, name: name || one.row.name };
    changed('identities');
    return viewOf(did);
  },
  use_identity: ({ did }: { did: string }) => {
    for (const one of world.identities) one.row = { ...one.row, usual: one.row.did === did };
    changed('identities');
    return viewOf(did);
  },
  plan_services: ({ did, services }: { did: string; services: IdentityService[] }) => {
    const { row } = identityOf(did);
    const wanted: NewIdentity = {
      name: row.name,
      network: row.network,
      keyForm: row.keyForm ?? 'Ed25519VerificationKey2020',
      services,
      usual: false,
      planned: null,
    };
    return plan(world.networks, wanted, did);
  },
  save_services: ({ did, services }: { did: string; services: IdentityService[] }) =>
    onLedger('update', did, () => {
      identityOf(did).services = services.map((one, index) => ({
        ...one,
        id: one.id || `service-${index + 1}`,
      }));
      return viewOf(did);
    }),
  rotate_key: ({ did }: { did: string }) =>
    onLedger('update', did, () => {
      identityOf(did).keys += 1;
      return viewOf(did);
    }),
  deactivate_identity: ({ did }: { did: string }) =>
    onLedger('deactivate', did, () => {
      const one = identityOf(did);
      one.row = { ...one.row, state: 'deactivated', sentence: 'Deactivated', usual: false };
      return viewOf(did);
    }),
  check_identity: ({ did }: { did: string }) => {
    const view = viewOf(did);
    const fact = { key: 'on-ledger', label: 'Seen on the ledger', value: ago(0), kind: 'date', tone: 'good' };
    changed('identities');
    return { ...view, facts: [...view.facts, fact] };
  },
  ledger_jobs: () => world.jobs,
  retry_ledger_job: ({ id: jobId }: { id: string }) => {
    const stuck = must(world.jobs.find((one) => one.id === jobId));
    settle(jobId);
    return onLedger(stuck.kind, stuck.did, () => {
      const one = identityOf(stuck.did);
      one.row = { ...one.row, state: 'ready', sentence: 'cheqd test network', job: null };
      changed('app');
      return world.jobs;
    });
  },
  dismiss_ledger_job: ({ id: jobId }: { id: string }) => {
    const stuck = must(world.jobs.find((one) => one.id === jobId));
    settle(jobId);
    world.identities = world.identities.filter(({ row }) => row.did !== stuck.did || row.state !== 'stuck');
    changed('identities', 'app');
    return world.jobs;
  },

  networks: () => world.networks,
  save_network: ({ addresses }: { addresses: NetworkAddresses }) => {
    const network = must(world.networks.find(({ namespace }) => namespace === addresses.namespace));
    if (addresses.resolver !== '' && !/^https?:\/\//.test(addresses.resolver)) {
      throw failure(
        'network-address',
        'Not an address',
        'The resolver’s address does not begin with https://.',
        'Correct it and save again.',
      );
    }
    network.resolver = addresses.resolver || 'https://resolver.cheqd.net/1.0/identifiers/';
    network.registrar = addresses.registrar || null;
    network.canCreate = network.registrar !== null;
    network.usual = false;
    changed('networks');
    return world.networks;
  },
  check_network: ({ namespace }: { namespace: string }) => {
    const network = must(world.networks.find((one) => one.namespace === namespace));
    return {
      namespace,
      at: ago(0),
      resolver: { ok: true, sentence: 'It answers as it should.', milliseconds: 84 },
      registrar:
        network.registrar === null
          ? null
          : namespace === 'testnet'
            ? {
                ok: false,
                sentence: 'It does not answer. Identities can be looked up and not made.',
                milliseconds: 10_000,
              }
            : { ok: true, sentence: 'It answers as it should.', milliseconds: 12 },
    };
  },
  switch_practice: ({ on }: { on: boolean }) => {
    const network = must(world.networks.find(({ practice }) => practice));
    network.on = network.canCreate = on;
    changed('networks', 'identities');
    return world.networks;
  },

  issued: ({ query }: { query: IssuedQuery }) => issuedPage(world.issued, query),
  set_status: ({
    exchangeIds,
    change,
    publish,
  }: {
    exchangeIds: string[];
    change: StatusChange;
    publish: boolean;
  }) => {
    const answer = setStatus(world.issued, exchangeIds, change, publish);
    world.app.waiting.statusChanges = answer.pending;
    changed('issued', 'exchanges', 'app');
    return answer;
  },
  publish_status: () => {
    const waiting = world.issued.filter(({ pending }) => pending).length;
    for (const row of world.issued) row.pending = false;
    world.app.waiting.statusChanges = 0;
    changed('issued', 'app');
    return { changed: 0, unchanged: 0, pending: 0, sentence: `${waiting} changes published.`, problem: null };
  },
};
