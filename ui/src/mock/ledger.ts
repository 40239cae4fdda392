// The mock's identities, networks and ledger: a ledger that takes its time, step by step, and can be told to fail.
import type {
  IdentityKey,
  IdentityPlan,
  IdentityRow,
  IdentityService,
  IdentityView,
  KeyForm,
  LedgerJobKind,
  LedgerJobStep,
  LedgerJobView,
  NetworkView,
  NewIdentity,
} from '../bindings';
import { failure } from './failures';

export interface Identity {
  row: IdentityRow;
  services: IdentityService[];
  keys: number;
}

export const practiceDid = 'did:cheqd:practice:3c1a1f0e-52a4-4c57-9f0c-6d1b8e1f7a01';
const testDid = 'did:cheqd:testnet:b7d0c1f2-8f64-4a3e-9d57-0b6a2c9e4d22';
const stuckDid = 'did:cheqd:testnet:94e6b2aa-0d3c-4f11-8a77-5f2d9c3b1e33';
export const keyDid = 'did:key:z6MkpTHR8VNsBxYAAWHut2Geadd9jSwuBV8xRoAnwWsdvktH';

const moment = (seconds: number): string => new Date(Date.now() - seconds * 1000).toISOString();
const DAY = 24 * 3600;

const labels = ['Prepared here', 'Agreed with the registrar', 'Signed here', 'On the ledger'];
const keys = ['prepared', 'asked', 'signed', 'published'];

/** The four steps of a job, `done` of them done. */
export function jobSteps(done: number, failed = false): LedgerJobStep[] {
  return keys.map((key, index) => ({
    key,
    label: labels[index] ?? key,
    state: index < done ? 'done' : index === done ? (failed ? 'failed' : 'current') : 'ahead',
    at: index < done ? moment((done - index) * 3) : null,
  }));
}

const sentences: Record<LedgerJobKind, string> = {
  create: 'The identity is being published.',
  update: 'The document is being published anew.',
  deactivate: 'The identity is being deactivated.',
  resource: 'A status list is being published.',
};

export function job(id: string, kind: LedgerJobKind, did: string, name: string | null): LedgerJobView {
  return {
    id,
    kind,
    did,
    name,
    state: 'under-way',
    sentence: sentences[kind],
    steps: jobSteps(0),
    begunAt: moment(0),
    updatedAt: moment(0),
    problem: null,
    canRetry: false,
    canDismiss: false,
  };
}

const interrupted: LedgerJobView = {
  ...job('j1', 'create', stuckDid, 'Open day'),
  state: 'interrupted',
  sentence: 'The registrar did not answer after the payload was signed.',
  steps: jobSteps(3, true),
  begunAt: moment(2 * 3600),
  updatedAt: moment(2 * 3600),
  problem: failure(
    'registrar-unreachable',
    'The registrar does not answer',
    'did-registrar.cheqd.net did not answer within 30 seconds. Whether the identity was published is not known yet.',
    'Try again: the same identity is looked up first, so that it is never published twice.',
    { detail: 'POST https://did-registrar.cheqd.net/1.0/create: timed out' },
  ),
  canRetry: true,
  canDismiss: true,
};

export function identityRow(did: string, name: string, more: Partial<IdentityRow> = {}): IdentityRow {
  const [, method = 'key', namespace] = did.split(':');
  const network = method === 'cheqd' ? (namespace ?? null) : null;
  return {
    did,
    name,
    method,
    network,
    practice: network === 'practice',
    state: 'ready',
    sentence:
      network === null
        ? 'Signs without a ledger: what it signs cannot be revoked'
        : network === 'practice'
          ? 'On the ledger of this computer'
          : `Published on the ${networkNames[network] ?? network}`,
    keyForm: method === 'cheqd' ? 'Ed25519VerificationKey2020' : null,
    services: 0,
    usual: false,
    createdAt: moment(DAY),
    job: null,
    ...more,
  };
}

const networkNames: Record<string, string> = {
  practice: 'Practice',
  testnet: 'cheqd test network',
  mainnet: 'cheqd main network',
};

export function makeIdentities(amount: number): Identity[] {
  const of = (row: IdentityRow, services: IdentityService[] = []): Identity => ({
    row: { ...row, services: services.length },
    services,
    keys: 1,
  });
  const some = [
    of(identityRow(practiceDid, 'Marion Mustermann', { usual: true, createdAt: moment(12 * DAY) })),
    of(identityRow(testDid, 'Front desk', { createdAt: moment(3 * DAY) }), [
      { id: 'website', kind: 'LinkedDomains', endpoints: ['https://desk.example.org'] },
    ]),
    of(
      identityRow(stuckDid, 'Open day', {
        state: 'stuck',
        sentence: 'Stuck on its way to the cheqd test network',
        createdAt: moment(2 * 3600),
        job: interrupted,
      }),
    ),
    of(identityRow(keyDid, 'Without a ledger', { createdAt: moment(12 * DAY) })),
    of(
      identityRow('did:cheqd:testnet:1d2c3b4a-5e6f-4a7b-8c9d-0e1f2a3b4c55', 'Old seal', {
        state: 'deactivated',
        sentence: 'Deactivated on 2 June 2026',
        createdAt: moment(200 * DAY),
      }),
    ),
  ];
  const filler = Array.from({ length: Math.max(0, amount - some.length) }, (_, index) =>
    of(
      identityRow(
        `did:cheqd:practice:00000000-0000-4000-8000-${String(index).padStart(12, '0')}`,
        `Desk ${index + 1}`,
        { createdAt: moment(20 * DAY + index * 3600) },
      ),
    ),
  );
  return [...some, ...filler].slice(0, amount);
}

export function makeNetworks(): NetworkView[] {
  const resolver = 'https://resolver.cheqd.net/1.0/identifiers/';
  return [
    {
      namespace: 'practice',
      name: 'Practice',
      practice: true,
      on: true,
      resolver: 'http://127.0.0.1:9080/1.0/identifiers/',
      registrar: 'http://127.0.0.1:9080/1.0/',
      editable: false,
      usual: true,
      canCreate: true,
      sentence: 'A ledger on this computer, to practise with. It costs nothing and means nothing elsewhere.',
      identities: 1,
      problem: null,
    },
    {
      namespace: 'testnet',
      name: 'cheqd test network',
      practice: false,
      on: true,
      resolver,
      registrar: 'https://did-registrar.cheqd.net/1.0/',
      editable: true,
      usual: true,
      canCreate: true,
      sentence: 'A public network for trying things out. The public test registrar pays the fees.',
      identities: 3,
      problem: null,
    },
    {
      namespace: 'mainnet',
      name: 'cheqd main network',
      practice: false,
      on: true,
      resolver,
      registrar: null,
      editable: true,
      usual: true,
      canCreate: false,
      sentence: 'The public network that counts. It needs a registrar of your own, which pays the fees.',
      identities: 0,
      problem: null,
    },
  ];
}

function document(did: string, form: KeyForm, services: IdentityService[], keyNumbers: number): string {
  return JSON.stringify(
    {
      '@context': ['https://www.w3.org/ns/did/v1', 'https://w3id.org/security/suites/ed25519-2020/v1'],
      id: did,
      verificationMethod: [
        {
          id: `${did}#key-${keyNumbers}`,
          type: form,
          controller: did,
          publicKeyMultibase: 'z6MkvDsN3ryTb1vPD8qM9Wd6h5jzT9J2VxqGZ7uXoQnYwKcE',
        },
      ],
      authentication: [`${did}#key-${keyNumbers}`],
      assertionMethod: [`${did}#key-${keyNumbers}`],
      ...(services.length > 0
        ? {
            service: services.map(({ id, kind, endpoints }, index) => ({
              id: `${did}#${id || `service-${index + 1}`}`,
              type: kind,
              serviceEndpoint: endpoints,
            })),
          }
        : {}),
    },
    null,
    2,
  );
}

export function plan(networks: NetworkView[], wanted: NewIdentity, did?: string): IdentityPlan {
  const network = networks.find(({ namespace }) => namespace === wanted.network);
  const made =
    wanted.network === null ? 'did:key:…' : (did ?? `did:cheqd:${wanted.network}:${crypto.randomUUID()}`);
  const problem =
    wanted.network !== null && !network?.canCreate
      ? failure(
          'no-registrar',
          'No registrar',
          'This network has no registrar in the settings, so that no identity can be made on it.',
          'Set its registrar under Settings, Networks.',
        )
      : null;
  return {
    ready: problem === null,
    problem,
    network: network?.name ?? 'No ledger',
    practice: network?.practice ?? false,
    registrar: network?.registrar ?? null,
    published: network?.practice
      ? 'The document below is written to the practice ledger of this computer and read by its wallets alone.'
      : network
        ? 'The document below is written to a public ledger. Everyone can read it.'
        : 'Nothing is published: the key is the identity.',
    permanent:
      network === undefined
        ? 'It cannot be changed and cannot be deactivated.'
        : 'It is permanent: a document can be replaced and deactivated, and every version stays readable.',
    cost: network?.practice
      ? 'It costs nothing.'
      : network
        ? 'The operator of the registrar pays the fees of the network, about 0.40 US dollars.'
        : 'It costs nothing.',
    document: document(made, wanted.keyForm, wanted.services, 1),
  };
}

export function identityView(networks: NetworkView[], one: Identity): IdentityView {
  const { row, services } = one;
  const network = networks.find(({ namespace }) => namespace === row.network);
  const key: IdentityKey = {
    id: `${row.did}#key-${one.keys}`,
    kind: row.keyForm ?? 'Ed25519VerificationKey2020',
    public: 'z6MkvDsN3ryTb1vPD8qM9Wd6h5jzT9J2VxqGZ7uXoQnYwKcE',
    held: true,
    purposes: ['authentication', 'assertionMethod'],
  };
  const live = row.state === 'ready' && row.network !== null;
  return {
    row: { ...row, services: services.length },
    keys: [key],
    services,
    facts: [
      { key: 'did', label: 'DID', value: row.did, kind: 'did', tone: 'neutral' },
      {
        key: 'network',
        label: 'Network',
        value: network?.name ?? 'No ledger',
        kind: 'text',
        tone: row.practice ? 'warning' : 'neutral',
      },
      ...(network?.registrar
        ? [
            {
              key: 'registrar',
              label: 'Registrar',
              value: network.registrar,
              kind: 'address' as const,
              tone: 'neutral' as const,
            },
          ]
        : []),
      { key: 'created', label: 'Made', value: row.createdAt, kind: 'date', tone: 'neutral' },
    ],
    document: document(row.did, row.keyForm ?? 'Ed25519VerificationKey2020', services, one.keys),
    actions: [
      ...(row.state === 'ready' && !row.usual ? (['use'] as const) : []),
      'rename',
      ...(live ? (['services', 'rotate-key', 'deactivate'] as const) : []),
      ...(row.network === null ? [] : (['check'] as const)),
    ],
  };
}
