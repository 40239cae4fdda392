// The mock's memory: a wallet of believable things. Everything is made from a few seeds, so that screens and
// tests always see the same.
import type {
  AppState,
  Arrangement,
  Attribute,
  Card,
  CardState,
  Check,
  Claim,
  ConnectionRow,
  CredentialRow,
  CredentialView,
  ExchangeAction,
  ExchangePhase,
  ExchangeRow,
  ExchangeView,
  Fact,
  HistoryEntry,
  InvitationView,
  IssuedRow,
  IssuingAs,
  LedgerJobView,
  NetworkView,
  Role,
  SettingsView,
  Step,
  StripStep,
  Tint,
  ValueKind,
} from '../bindings';
import { failure } from './failures';
import { makeIssued, statusView } from './issued';
import { waitsOf } from './offers';
import { makeIdentities, makeNetworks, practiceDid, type Identity } from './ledger';
import { drawQr } from './qr';

export const ago = (seconds: number): string => new Date(Date.now() - seconds * 1000).toISOString();
const HOUR = 3600;
const DAY = 24 * HOUR;

interface Issuer {
  name: string;
  did: string;
  tint: Tint;
}

export const issuers: Issuer[] = [
  { name: 'City of Halden', did: 'did:cheqd:testnet:0f1f3a5e-6a1c-4a5e-9a57-2d64c0b1c111', tint: 'indigo' },
  {
    name: 'Nordmark University',
    did: 'did:cheqd:mainnet:7be1c0de-20aa-4d0f-8c7e-91b3a7d5e002',
    tint: 'teal',
  },
  {
    name: 'Brightwater Health',
    did: 'did:key:z6MkkXiuUx7u7wpaCha3nV8jViGj2b9GSP3DimhGZhBjEpE1',
    tint: 'plum',
  },
  { name: 'Guild of Bakers', did: 'did:key:z6MkjyTueRqdQB3pgsGZcdFkQEMShVfoX5tH4fW7sBTQNECD', tint: 'clay' },
  { name: 'Harbour Library', did: 'did:web:library.example', tint: 'forest' },
  { name: 'Rehearsal desk', did: 'did:cheqd:practice:5a0d7c44-1b2e-4c3f-8d9a-7e6f5a4b3c21', tint: 'slate' },
];

const claim = (name: string, label: string, value: string, kind: Claim['kind'] = 'text'): Claim => ({
  path: `credentialSubject.${name}`,
  label,
  value,
  kind,
});

export interface Kind {
  title: string;
  type: string;
  issuer: Issuer;
  claims: Claim[];
}

export const kinds: Kind[] = [
  {
    title: 'Permanent resident card',
    type: 'PermanentResidentCard',
    issuer: issuers[0]!,
    claims: [
      claim('givenName', 'Given name', 'Marion'),
      claim('familyName', 'Family name', 'Mustermann'),
      claim('birthDate', 'Birth date', '1958-07-17', 'date'),
      claim('residentSince', 'Resident since', '2015-01-01', 'date'),
      claim('lprNumber', 'Card number', '999-999-999'),
      claim('birthCountry', 'Birth country', 'Bahamas'),
      claim('id', 'Subject', 'did:key:z6MkpTHR8VNsBxYAAWHut2Geadd9jSwuBV8xRoAnwWsdvktH', 'did'),
    ],
  },
  {
    title: 'Master of Science',
    type: 'UniversityDegreeCredential',
    issuer: issuers[1]!,
    claims: [
      claim('name', 'Graduate', 'Marion Mustermann'),
      claim('degree', 'Degree', 'MSc Applied Mathematics'),
      claim('awarded', 'Awarded', '2024-07-01', 'date'),
      claim('withHonours', 'With honours', 'true', 'switch'),
    ],
  },
  {
    title: 'Vaccination certificate',
    type: 'VaccinationCertificate',
    issuer: issuers[2]!,
    claims: [
      claim('recipient', 'Recipient', 'Marion Mustermann'),
      claim('vaccine', 'Vaccine', 'Tetanus, diphtheria'),
      claim('dose', 'Dose', '3', 'number'),
      claim('on', 'Given on', '2025-03-11', 'date'),
    ],
  },
  {
    title: 'Master baker’s certificate',
    type: 'TradeCertificate',
    issuer: issuers[3]!,
    claims: [
      claim('holder', 'Holder', 'Marion Mustermann'),
      claim('trade', 'Trade', 'Baker'),
      claim('level', 'Level', 'Master'),
    ],
  },
  {
    title: 'Library card',
    type: 'LibraryCard',
    issuer: issuers[4]!,
    claims: [claim('reader', 'Reader', 'M. Mustermann'), claim('number', 'Number', '48 213')],
  },
  {
    title: 'Course certificate',
    type: 'CourseCertificate',
    issuer: issuers[5]!,
    claims: [claim('name', 'Name', 'Marion Mustermann'), claim('course', 'Course', 'First aid')],
  },
];

export function card(kind: Kind, state: CardState): Card {
  return {
    title: kind.title,
    issuer: kind.issuer.name,
    issuerDid: kind.issuer.did,
    tint: kind.issuer.tint,
    attributes: attributes(kind),
    state,
    practice: isPractice(kind.issuer.did),
  };
}

const isPractice = (did: string): boolean => did.startsWith('did:cheqd:practice:');

const attributes = (kind: Kind): Attribute[] =>
  kind.claims.slice(0, 2).map(({ label, value }) => ({ label, value }));

export function facts(kind: Kind): Fact[] {
  return [
    { key: 'issuer', label: 'Issuer', value: kind.issuer.did, kind: 'did', tone: 'neutral' },
    {
      key: 'resolved',
      label: 'Issuer’s keys',
      value: 'Read from the ledger a minute ago',
      kind: 'text',
      tone: 'good',
    },
    { key: 'proof-type', label: 'Proof', value: 'Ed25519Signature2020', kind: 'text', tone: 'neutral' },
    { key: 'issued', label: 'Issued', value: '2026-11-02T09:12:00Z', kind: 'date', tone: 'neutral' },
    { key: 'expires', label: 'Expires', value: 'Never', kind: 'text', tone: 'neutral' },
    { key: 'contexts', label: 'Contexts', value: 'All known and built in', kind: 'text', tone: 'good' },
  ];
}

function plainChecks(state: CardState): Omit<Check, 'facts'>[] {
  const bad = state === 'unverified';
  return [
    {
      key: 'signature',
      label: 'Signature',
      outcome: 'passed',
      reason: 'Made by the key that the credential names, over exactly this document.',
    },
    {
      key: 'key-authorised',
      label: 'Key is the issuer’s',
      outcome: bad ? 'not-checked' : 'passed',
      reason: bad
        ? 'The issuer’s DID document could not be read, so the key could not be compared.'
        : 'The issuer’s DID document lists it for making assertions.',
    },
    state === 'signed'
      ? {
          key: 'contexts',
          label: 'Meaning of its terms',
          outcome: 'noted',
          reason: 'Defined in the document by its author, not by a shared vocabulary',
        }
      : {
          key: 'contexts',
          label: 'Meaning of its terms is known',
          outcome: 'passed',
          reason: 'Every context is known and built in.',
        },
    {
      key: 'members',
      label: 'Nothing added',
      outcome: 'passed',
      reason: 'Every member is defined by the vocabulary and so is signed.',
    },
    {
      key: 'dates',
      label: 'Dates',
      outcome: state === 'expired' ? 'failed' : 'passed',
      reason: state === 'expired' ? 'It was valid until 1 September 2026.' : 'It is within its dates.',
    },
  ];
}

export function checks(state: CardState): Check[] {
  return plainChecks(state).map((check) => ({ ...check, facts: checkFacts(check.key) }));
}

function checkFacts(key: string): Fact[] {
  const did = kinds[0]!.issuer.did;
  const fact = (name: string, label: string, value: string, kind: ValueKind = 'text'): Fact => ({
    key: name,
    label,
    value,
    kind,
    tone: 'neutral',
  });
  if (key === 'signature') {
    return [
      fact('suite', 'Cryptosuite', 'Ed25519Signature2020'),
      fact('method', 'Verification method', `${did}#key-1`, 'did'),
      fact('signed', 'Signed', '2026-11-02T09:12:00Z', 'date'),
    ];
  }
  if (key === 'key-authorised') {
    return [
      fact('method', 'Verification method', `${did}#key-1`, 'did'),
      fact('document', 'DID document', did, 'did'),
      fact('document-read', 'Document from', '2026-11-20T10:00:00Z', 'date'),
      fact('document-kept', 'Document was', 'kept since then'),
    ];
  }
  if (key === 'contexts') {
    return [
      fact(
        'context-0',
        'Context',
        'https://www.w3.org/2018/credentials/v1\nsha256:ab4ddd9a531758807a79a5b450510d61ae8d147eab966cc9a200c07095b0cdcc',
      ),
    ];
  }
  return [];
}

export function raw(kind: Kind, signed: boolean): string {
  const subject = Object.fromEntries(kind.claims.map((one) => [one.path.split('.')[1], one.value]));
  return JSON.stringify(
    {
      '@context': ['https://www.w3.org/2018/credentials/v1', 'https://w3id.org/citizenship/v1'],
      type: ['VerifiableCredential', kind.type],
      issuer: kind.issuer.did,
      issuanceDate: '2026-11-02T09:12:00Z',
      credentialSubject: subject,
      ...(signed
        ? {
            proof: {
              type: 'Ed25519Signature2020',
              verificationMethod: `${kind.issuer.did}#key-1`,
              proofPurpose: 'assertionMethod',
              proofValue:
                'z3FXQjecWufY46yg5abdVZsXqLhxhueuSoZgNSARiKBk9czhSePTFehP8c3PGfb6a22gkfUKods5D2UAUL5n2BrbxVt',
            },
          }
        : {}),
    },
    null,
    2,
  );
}

const order: Step[] = ['invitation', 'connected', 'offered', 'requested', 'issued', 'stored'];

export const sentences: Record<Role, Record<Step, string>> = {
  holder: {
    invitation: 'You received the invitation.',
    connected: 'Your wallet and theirs are connected.',
    offered: 'Read the offer and decide.',
    requested: 'You accepted. The request is on its way to the issuer.',
    issued: 'The issuer signs the credential.',
    stored: 'The credential is verified and in your wallet.',
  },
  issuer: {
    invitation: 'The invitation waits for the other wallet.',
    connected: 'The two wallets are connected.',
    offered: 'The offer was delivered.',
    requested: 'The holder reads the offer and decides.',
    issued: 'The holder accepted. Issue the credential.',
    stored: 'The holder has the credential.',
  },
};

/** The strip with `done` steps done and the next one waited for. */
export function strip(
  role: Role,
  done: number,
  whoseTurn: StripStep['whoseTurn'],
  late = false,
): StripStep[] {
  return order.map((step, index) => ({
    step,
    state: index < done ? 'done' : index === done ? 'current' : 'ahead',
    at: index < done ? ago(240 - index * 31) : null,
    whoseTurn: index === done ? whoseTurn : 'nobody',
    late: index === done && late,
    sentence: sentences[role][step],
  }));
}

export interface Exchange {
  row: ExchangeRow;
  kind: Kind;
  done: number;
  connectionId: string | null;
  credentialId: string | null;
  oobId?: string;
  failed: boolean;
}

export interface World {
  app: AppState;
  settings: SettingsView;
  passphrase: string;
  attempts: number;
  credentials: { row: CredentialRow; kind: Kind; checkedAt: string; exchangeId: string | null }[];
  connections: ConnectionRow[];
  exchanges: Exchange[];
  invitations: InvitationView[];
  history: HistoryEntry[];
  identities: Identity[];
  networks: NetworkView[];
  jobs: LedgerJobView[];
  issued: IssuedRow[];
  next: number;
  arrangement: Arrangement;
}

export const usualArrangement = (): Arrangement => ({
  sort: 'newest',
  favouritesFirst: false,
  grouped: false,
  show: 'all',
  practice: 'with',
  tag: null,
  collapsed: [],
});

const states: CardState[] = [
  'valid',
  'signed',
  'expiring',
  'unverified',
  'expired',
  'revoked',
  'suspended',
  'unknown',
];

export function credentialRow(id: string, kind: Kind, state: CardState, storedAt: string): CredentialRow {
  return {
    id,
    title: kind.title,
    issuer: kind.issuer.name,
    tint: kind.issuer.tint,
    state,
    attributes: attributes(kind),
    issuedAt: storedAt,
    expiresAt: null,
    storedAt,
    favourite: false,
    practice: isPractice(kind.issuer.did),
    tags: [],
    matched: null,
    idEnd: null,
    status: statusOf(kind, state, storedAt),
  };
}

function statusOf(kind: Kind, state: CardState, checkedAt: string) {
  if (state === 'revoked' || state === 'suspended' || state === 'unknown')
    return statusView(state, checkedAt);
  return statusView(kind.issuer.did.startsWith('did:cheqd:') ? 'valid' : 'not-tracked', checkedAt);
}

export function credentialView(world: World, id: string): CredentialView | undefined {
  const found = world.credentials.find(({ row }) => row.id === id);
  if (!found) return undefined;
  return {
    id,
    card: card(found.kind, found.row.state),
    claims: found.kind.claims,
    facts: facts(found.kind),
    checks: checks(found.row.state),
    verified: ['valid', 'signed', 'expiring'].includes(found.row.state),
    checkedAt: found.checkedAt,
    raw: raw(found.kind, true),
    exchangeId: found.exchangeId,
    connection: null,
    favourite: found.row.favourite,
    tags: found.row.tags,
    report: 'Proof report\n',
    status: statusOf(found.kind, found.row.state, found.checkedAt),
  };
}

export function exchangeView(world: World, exchange: Exchange): ExchangeView {
  const { row, kind, done } = exchange;
  const ours = row.phase === 'ours';
  const actions: ExchangeAction[] = [];
  if (row.role === 'holder' && ours && done === 2) actions.push('accept', 'decline');
  if (row.role === 'issuer' && ours) actions.push('issue');
  if (row.phase === 'theirs') actions.push('retry');
  if (row.phase === 'done' || row.phase === 'ended') actions.push('delete');
  else if (row.role === 'issuer' || done > 2) actions.push('cancel');
  const steps = strip(row.role, done, ours ? 'us' : 'them', row.late);
  const last = steps[done];
  if (last && exchange.oobId && !exchange.connectionId) last.sentence = row.sentence;
  if (exchange.failed && last) {
    last.state = 'failed';
    last.sentence = 'The holder declined the offer.';
  }
  return {
    row,
    strip: steps,
    card: {
      ...card(kind, row.phase === 'done' && row.role === 'holder' ? 'valid' : 'offered'),
      ...(row.role === 'issuer' ? { issuer: row.issuer.name, practice: row.issuer.practice } : {}),
    },
    claims: kind.claims,
    facts: facts(kind),
    comment:
      row.role === 'holder' && done === 2
        ? 'As agreed this morning at the desk. Please check the spelling of your name.'
        : null,
    connection: world.connections.find(({ id }) => id === exchange.connectionId) ?? null,
    oobId: exchange.connectionId ? null : (exchange.oobId ?? null),
    waits: waitsOf(exchange),
    expiresAt: null,
    expired: false,
    actions,
    problem: exchange.failed
      ? {
          code: 'offer-declined',
          title: 'Declined',
          what: 'The holder declined: “My name is misspelled.”',
          lost: 'Nothing was lost.',
          next: 'Correct the values and make a new offer.',
          detail: null,
          retryAfter: null,
        }
      : null,
    credentialId: exchange.credentialId,
    history: world.history.filter((entry) => entry.subjectId === row.id),
    raw: raw(kind, false),
  };
}

function connection(
  id: string,
  name: string,
  label: string | null,
  phase: ConnectionRow['phase'],
  seconds: number,
  tint: Tint,
): ConnectionRow {
  return {
    id,
    name,
    label,
    state: phase === 'connected' ? 'completed' : 'request',
    phase,
    invitedBy: 'them',
    updatedAt: ago(seconds),
    tint,
    fingerprint: `${id}GkPm`.slice(-6),
    since: ago(seconds + 40 * DAY),
    nameShared: false,
    blocked: false,
    unread: 0,
  };
}

export function exchangeRow(
  id: string,
  role: Role,
  kind: Kind,
  other: string,
  phase: ExchangePhase,
  sentence: string,
  seconds: number,
  connectionId: string | null,
): ExchangeRow {
  return {
    id,
    role,
    title: kind.title,
    other,
    connectionId,
    state: 'offer-received',
    phase,
    sentence,
    late: false,
    updatedAt: ago(seconds),
    tint: kind.issuer.tint,
    issuer: role === 'issuer' ? us : { did: kind.issuer.did, name: kind.issuer.name, practice: false },
    revocable: role === 'issuer',
  };
}

/** The identity that this wallet usually issues by. */
export const us: IssuingAs = { did: practiceDid, name: 'Marion Mustermann', practice: true };

function entry(
  id: string,
  seconds: number,
  sentence: string,
  subject: HistoryEntry['subject'],
  subjectId: string,
  outcome: HistoryEntry['outcome'] = 'done',
  name: string | null = null,
): HistoryEntry {
  return {
    id,
    at: ago(seconds),
    who: 'us',
    sentence,
    outcome,
    subject,
    subjectId,
    connection: name ? { id: 'c1', name } : null,
  };
}

export function makeInvitation(
  id: string,
  label: string,
  alias: string | null,
  goal: string | null,
): InvitationView {
  const url = `http://192.168.1.20:8030/?oob=${btoa(
    JSON.stringify({
      '@type': 'https://didcomm.org/out-of-band/1.1/invitation',
      '@id': id,
      label,
      goal_code: 'aries.vc.issue',
      handshake_protocols: ['https://didcomm.org/didexchange/1.1', 'https://didcomm.org/connections/1.0'],
      services: [
        {
          id: '#inline',
          type: 'did-communication',
          recipientKeys: ['did:key:z6Mkoeodawd38uxaz9QVdh3gWzR9uVpgxTaBrBraXWiRDveo'],
          serviceEndpoint: 'http://192.168.1.20:8030',
        },
      ],
    }),
  )}`;
  const short = `http://192.168.1.20:8030/i/${id.padEnd(22, 'x')}`;
  return {
    oobId: id,
    url,
    ...drawQr(url),
    qrEasy: true,
    short: { ...drawQr(short), url: short, host: '192.168.1.20:8030' },
    label,
    alias,
    goal,
    multiUse: false,
    state: 'waiting',
    createdAt: ago(0),
    expiresAt: new Date(Date.now() + DAY * 1000).toISOString(),
    connection: null,
    exchangeId: null,
    reachSentence: 'Anyone in this network can use it.',
  };
}

export type Setting = 'offers' | 'first' | 'locked' | 'empty' | 'full' | 'many' | 'damaged' | 'unpractised';

/** Several offers at once: two more that wait, one that cannot be sent, one that is late, one declined. */
function moreOffers(push: (row: ExchangeRow, kind: Kind, done: number, failed?: boolean) => void): void {
  const one = (id: string, index: number, phase: ExchangePhase, sentence: string, seconds: number) =>
    exchangeRow(id, 'holder', kinds[index]!, kinds[index]!.issuer.name, phase, sentence, seconds, 'c1');
  push(one('e11', 1, 'ours', 'Waiting for you to accept', 300), kinds[1]!, 2);
  push(one('e12', 4, 'ours', 'Waiting for you to accept', 360), kinds[4]!, 2);
  push(
    {
      ...one('e13', 2, 'theirs', 'Accepted, will be sent when Brightwater Health can be reached', 420),
      state: 'unsent',
      late: true,
    },
    kinds[2]!,
    4,
  );
  push(
    {
      ...one('e14', 3, 'theirs', 'Waiting for Guild of Bakers to issue it', 480),
      state: 'request-sent',
      late: true,
    },
    kinds[3]!,
    4,
  );
  push(one('e15', 4, 'ended', 'Declined by you', 86_400), kinds[4]!, 2);
}

const makeLock = () => ({
  idleMinutes: 5,
  keepWorking: false,
  clipboardSeconds: 30,
  hidden: 'sensitive' as const,
});

export function makeWorld(setting: Setting): World {
  const empty = setting === 'empty' || setting === 'first' || setting === 'damaged';
  const protection = { keyring: true, passphrase: true, recoveryWords: true };
  const reach = {
    kind: 'network' as const,
    address: 'http://192.168.1.20:8030',
    sentence: 'Reachable in this network at 192.168.1.20:8030',
    unsent: 0,
  };
  const api = { on: false, address: null };
  const app: AppState = {
    profile: 'default',
    wallet:
      setting === 'first'
        ? 'none'
        : setting === 'locked'
          ? 'locked'
          : setting === 'damaged'
            ? 'damaged'
            : 'open',
    problem: null,
    protection,
    keyringAvailable: true,
    label: setting === 'first' ? '' : 'Marion Mustermann',
    theme: 'system',
    language: null,
    reach,
    api,
    waiting: {
      offers: empty ? 0 : 1,
      requests: empty ? 0 : 2,
      connections: 0,
      messages: 0,
      ledgerJobs: empty ? 0 : 1,
      statusChanges: empty ? 0 : 1,
    },
    firstIdentity:
      setting === 'unpractised'
        ? {
            state: 'failed',
            problem: failure(
              'practice-port',
              'The practice ledger cannot start',
              'Another program on this computer uses its port 9080.',
              'Close that program and try again, or practise later: everything else works.',
            ),
          }
        : { state: 'settled' },
    version: '0.1.0',
    recoveryWordsUnconfirmed: false,
    lockedBecause: setting === 'locked' ? 'idle' : null,
    working: null,
    retryAfter: null,
    lock: makeLock(),
    zoom: 100,
  };
  const settings: SettingsView = {
    label: app.label,
    listen: { kind: 'network', port: 8030 },
    endpoint: null,
    reach,
    automatic: { acceptConnections: true, acceptOffers: false, issue: true, store: true },
    theme: 'system',
    language: null,
    desktop: { onClose: 'tray', lockWhenClosed: false, notifications: true },
    tray: true,
    protection,
    lock: makeLock(),
    api,
    folder: '/home/marion/.local/share/vouchsafe/default',
  };
  const world: World = {
    app,
    settings,
    passphrase: 'correct horse battery staple',
    attempts: 0,
    credentials: [],
    connections: [],
    exchanges: [],
    invitations: [],
    history: [],
    identities: [],
    networks: makeNetworks(),
    jobs: [],
    issued: [],
    next: 100,
    arrangement: usualArrangement(),
  };
  if (empty) return world;

  world.identities = makeIdentities(setting === 'many' ? 10_000 : 5);
  world.jobs = world.identities.flatMap(({ row }) => (row.job ? [row.job] : []));
  world.issued = makeIssued(setting === 'many' ? 10_000 : 5);

  world.connections = [
    connection('c1', 'City of Halden', 'Halden Citizen Services', 'connected', 4 * 60, 'indigo'),
    connection('c2', 'Nordmark University', 'Nordmark University', 'connected', 3 * DAY, 'teal'),
    connection('c3', 'Ada Berg', 'Ada’s laptop', 'connected', 2 * HOUR, 'forest'),
    connection('c4', 'Jonas Lind', null, 'connecting', 40, 'slate'),
    connection('c5', 'Brightwater Health', 'Brightwater Health', 'connected', 9 * DAY, 'plum'),
    connection('c6', 'Tom Aune', 'Tom', 'connected', DAY, 'clay'),
  ];
  const amount = setting === 'many' ? 100_000 : states.length;
  world.credentials = Array.from({ length: amount }, (_, index) => {
    const kind = kinds[index % kinds.length]!;
    const state = setting === 'many' ? 'valid' : states[index % states.length]!;
    const storedAt = ago(3 * HOUR + index * 2 * DAY);
    return {
      row: credentialRow(`v${index + 1}`, kind, state, storedAt),
      kind,
      checkedAt: storedAt,
      exchangeId: index === 0 ? 'e6' : null,
    };
  });
  const push = (
    row: ExchangeRow,
    kind: Kind,
    done: number,
    failed = false,
    credentialId: string | null = null,
  ) => world.exchanges.push({ row, kind, done, connectionId: row.connectionId, credentialId, failed });
  push(
    exchangeRow(
      'e1',
      'holder',
      kinds[0]!,
      'City of Halden',
      'ours',
      'Offered. Your turn to decide',
      4 * 60,
      'c1',
    ),
    kinds[0]!,
    2,
  );
  push(
    exchangeRow('e2', 'issuer', kinds[1]!, 'Ada Berg', 'ours', 'Ada Berg accepted. Issue it', 90, 'c3'),
    kinds[1]!,
    4,
  );
  push(
    exchangeRow(
      'e3',
      'issuer',
      kinds[3]!,
      'Jonas Lind',
      'theirs',
      'Waiting for Jonas Lind to accept',
      25,
      'c4',
    ),
    kinds[3]!,
    3,
  );
  push(
    exchangeRow('e4', 'issuer', kinds[1]!, 'Ada Berg', 'done', 'Stored by Ada Berg', 2 * HOUR, 'c3'),
    kinds[1]!,
    6,
  );
  push(
    exchangeRow('e5', 'issuer', kinds[4]!, 'Tom Aune', 'ended', 'Declined by Tom Aune', DAY, 'c6'),
    kinds[4]!,
    3,
    true,
  );
  push(
    exchangeRow('e6', 'holder', kinds[0]!, 'City of Halden', 'done', 'Stored', 3 * HOUR, 'c1'),
    kinds[0]!,
    6,
    false,
    'v1',
  );
  if (setting === 'offers') moreOffers(push);
  const invitation = makeInvitation('i1', app.label, 'Jonas Lind', 'Your baker’s certificate');
  world.invitations = [
    invitation,
    {
      ...makeInvitation('i2', app.label, 'Front desk', null),
      multiUse: true,
      state: 'used',
      connection: { id: 'c3', name: 'Ada Berg' },
      createdAt: ago(2 * DAY),
    },
    { ...makeInvitation('i3', app.label, null, 'Open day'), state: 'expired', createdAt: ago(8 * DAY) },
  ];
  world.history = [
    entry(
      'h1',
      90,
      'Ada Berg accepted the offer of “Master of Science”.',
      'exchange',
      'e2',
      'waiting',
      'Ada Berg',
    ),
    entry(
      'h2',
      240,
      'City of Halden offered “Permanent resident card”.',
      'exchange',
      'e1',
      'waiting',
      'City of Halden',
    ),
    entry(
      'h3',
      2 * HOUR,
      'Issued “Master of Science”; Ada Berg stored it.',
      'exchange',
      'e4',
      'done',
      'Ada Berg',
    ),
    entry(
      'h4',
      3 * HOUR,
      'Verified and stored “Permanent resident card”.',
      'credential',
      'v1',
      'done',
      'City of Halden',
    ),
    entry('h5', 3.1 * HOUR, 'Connected with City of Halden.', 'connection', 'c1'),
    entry('h6', DAY, 'Tom Aune declined “Library card”.', 'exchange', 'e5', 'failed'),
    entry('h7', 2 * DAY, 'Made an invitation for several people.', 'invitation', 'i2'),
    entry('h8', 9 * DAY, 'Connected with Brightwater Health.', 'connection', 'c5'),
    entry('h9', 12 * DAY, 'Made this wallet.', 'wallet', 'w'),
  ];
  return world;
}
