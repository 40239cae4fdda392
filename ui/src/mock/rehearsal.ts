// The mock's rehearsal: both sides as their windows would show them, one step a call.
import type {
  InstallationCheck,
  InstallationKey,
  RehearsalKey,
  RehearsalPane,
  RehearsalView,
} from '../bindings';
import { failure } from './failures';
import { pace } from './state';
import { ago, card, claims, credentialView, makeInvitation } from './rehearsal-world';

const all: RehearsalKey[] = ['invite', 'connect', 'offer', 'accept', 'issue', 'store', 'revoke'];
const wanted = new URLSearchParams(globalThis.location?.search ?? '').get('rehearsal');
let taken = wanted === 'left' ? 2 : Number(wanted ?? 0);
let state: RehearsalView['state'] = wanted === 'left' ? 'left' : 'none';

const empty = (name: string): RehearsalPane => ({
  name,
  invitation: null,
  consent: null,
  connected: taken > 1,
  preview: null,
  exchange: null,
  credential: null,
  issued: null,
});

function view(): RehearsalView {
  const open = state === 'open';
  const issuer = empty('Practice Library');
  const holder = empty('Practice Reader');
  if (taken === 1) {
    issuer.invitation = makeInvitation();
    holder.consent = {
      text: '',
      sentence: '',
      label: issuer.name,
      host: '127.0.0.1:40121',
      goal: 'To receive a practice library card',
    } as RehearsalPane['consent'];
  }
  if (taken === 2) issuer.preview = { ready: true, problems: [], card: card('offered'), claims } as never;
  if (taken > 2) {
    const sentence = 'Waiting for the other side';
    issuer.exchange = { card: card('offered'), claims, row: { sentence } } as never;
    holder.exchange = issuer.exchange;
  }
  if (taken > 5) holder.credential = credentialView(taken > 6 ? 'revoked' : 'valid');
  return {
    state,
    steps: open
      ? all.map((step, place) => ({
          step,
          done: place < taken,
          at: place < taken ? ago(60 - place) : null,
          millis: place < taken ? 40 + place * 31 : null,
        }))
      : [],
    next: open ? (all[taken] ?? null) : null,
    issuer: open ? issuer : null,
    holder: open ? holder : null,
    folder: '/home/you/.local/share/vouchsafe/rehearsal',
  };
}

const parts: InstallationKey[] = [
  'disk',
  'wallets',
  'keyring',
  'unlock',
  'loopback',
  'ledger',
  'invite',
  'connect',
  'offer',
  'accept',
  'issue',
  'store',
  'revoke',
  'clock',
  'removed',
];

function check(): InstallationCheck {
  const bad = wanted === 'bad';
  return {
    passed: !bad,
    millis: 6120,
    report: 'Vouchsafe 0.1.0 on linux (x86_64)',
    checks: parts.map((part, place) => ({
      part,
      outcome:
        part === 'keyring'
          ? 'absent'
          : bad && part === 'loopback'
            ? 'failed'
            : bad && place > 4 && place < 13
              ? 'skipped'
              : 'passed',
      millis: bad && place > 4 && place < 13 ? 0 : 12 + place * 37,
      problem:
        bad && part === 'loopback'
          ? failure(
              'check-loopback',
              'No way to itself',
              'A wallet could not listen on this computer’s own address, 127.0.0.1.',
              'Look whether a firewall or another program forbids it.',
            )
          : null,
    })),
  };
}

const soon = <T>(answer: () => T): Promise<T> =>
  new Promise((done) => setTimeout(() => done(answer()), pace.step / 3));

export const rehearsalCommands = {
  rehearsal: () => view(),
  begin_rehearsal: () =>
    soon(() => {
      state = 'open';
      return view();
    }),
  rehearse: () =>
    soon(() => {
      taken = Math.min(taken + 1, all.length);
      return view();
    }),
  remove_rehearsal: () => {
    state = 'none';
    taken = 0;
    return view();
  },
  check_installation: () => soon(check),
};
