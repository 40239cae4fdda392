// An in-memory backend for looking at screens in a browser and for component tests. It answers each command as
// the real one would, with another side that acts after a moment. Never part of a production build.
import type {
  Connect,
  ExchangeQuery,
  Found,
  ListQuery,
  NewCredential,
  NewInvitation,
  NewOffer,
  NewWallet,
  WordTyped,
} from '../bindings';
import { backupCommands } from './backup';
import { credentialCommands } from './credentials';
import { failure } from './failures';
import { addCommands, several, usedBefore } from './add';
import { runCommands } from './runs';
import { ledgerCommands } from './ledger-commands';
import { exchangedWith, peerCommands, similarTo } from './peers';
import { rehearsalCommands } from './rehearsal';
import { lockCommands } from './lock';
import { offerCommands } from './offers';
import { asked, changed, id, later, matches, must, overrides, page, world } from './state';
import { templateCommands } from './templates';
import { issueTypes } from './types';
import {
  ago,
  card,
  checks,
  credentialRow,
  credentialView,
  exchangeRow,
  exchangeView,
  facts,
  kinds,
  makeInvitation,
  raw,
  strip,
  us,
  type Exchange,
  type Kind,
  type World,
} from './world';

export { asked, changed, overrides, pace, reset, world } from './state';

const words = 'amber orbit velvet canyon lunar pepper stone willow ribbon harvest glacier tulip'.split(' ');

function move(exchange: Exchange, done: number, phase: Exchange['row']['phase'], sentence: string): void {
  exchange.done = done;
  exchange.row = { ...exchange.row, phase, sentence, updatedAt: ago(0) };
  changed('exchanges', 'activity', 'app');
}

function finish(exchange: Exchange): void {
  move(exchange, 5, 'theirs', 'The issuer signs it');
  later(() => {
    exchange.credentialId = id('v');
    world.credentials.unshift({
      row: credentialRow(exchange.credentialId, exchange.kind, 'valid', ago(0)),
      kind: exchange.kind,
      checkedAt: ago(0),
      exchangeId: exchange.row.id,
    });
    world.app.waiting.offers = Math.max(0, world.app.waiting.offers - 1);
    move(exchange, 6, 'done', 'Stored');
    changed('credentials');
  });
}

function offerTo(
  kind: Kind,
  other: string,
  connectionId: string | null,
  role: 'issuer' | 'holder',
): Exchange {
  const exchange: Exchange = {
    row: exchangeRow(
      id('e'),
      role,
      kind,
      other,
      role === 'holder' ? 'ours' : 'theirs',
      role === 'holder' ? 'Offered. Your turn to decide' : `Waiting for ${other}`,
      0,
      connectionId,
    ),
    kind,
    done: role === 'holder' ? 2 : connectionId ? 3 : 1,
    connectionId,
    credentialId: null,
    failed: false,
  };
  world.exchanges.unshift(exchange);
  return exchange;
}

function found(text: string): Found {
  const clean = text.trim();
  const invitation = (withOffer: boolean): Found => ({
    kind: 'invitation',
    invitation: {
      text: clean,
      sentence: withOffer
        ? 'This is an invitation that brings the offer of a credential.'
        : 'This is an invitation to connect.',
      label: 'Nordmark University',
      host: 'agent.nordmark.example',
      endpoint: 'https://agent.nordmark.example/didcomm',
      did: 'did:peer:4zQmRk1bTLhjcVbY3vGyAmHkHCWqQk1LiCCcWZp8RnGPkMsR',
      private: clean.includes('127.0.0.1'),
      plainHttp: clean.includes('http://'),
      goal: 'Your degree certificate',
      goalCode: 'aries.vc.issue',
      protocols: ['didexchange/1.1'],
      offer: withOffer ? { card: card(kinds[1]!, 'offered'), claims: kinds[1]!.claims } : null,
      seen: 'first-time',
      known: null,
      expiresAt: null,
      next: withOffer
        ? 'Your wallet makes a new key for this connection, says hello, and shows you the offer.'
        : 'Your wallet makes a new key for this connection and says hello.',
    },
  });
  if (clean === 'several') return several();
  if (clean.includes('oob=used')) return usedBefore(invitation(false));
  if (/[?&](oob|c_i)=|^didcomm:|"@type"/.test(clean)) return invitation(/offer/i.test(clean));
  if (clean.includes('"proof"')) {
    const kind = kinds[2]!;
    return {
      kind: 'credential',
      credential: {
        text: clean,
        sentence: 'This is a signed credential. It verifies.',
        card: card(kind, 'valid'),
        claims: kind.claims,
        facts: facts(kind),
        checks: checks('valid'),
        verified: true,
        storedId: null,
        problem: null,
        report: 'Proof report\n',
      },
    };
  }
  if (/^https?:\/\//.test(clean)) {
    return { kind: 'short-link', url: clean, host: new URL(clean).host, private: false };
  }
  return {
    kind: 'nothing',
    reason: failure(
      'nothing-known',
      'Not something Vouchsafe knows',
      'This is neither an invitation nor a credential.',
      'Copy the whole link again, or ask for a new one.',
    ),
  };
}

function preview(given: NewCredential) {
  const type = must(issueTypes.find((one) => one.id === given.typeId));
  const problems = type.fields
    .filter((field) => field.required && !given.values.find((value) => value.name === field.name)?.value)
    .map((field) => ({
      field: field.name as string | null,
      sentence: `Fill in ${field.label.toLowerCase()}.`,
    }));
  if (given.document !== null) {
    try {
      JSON.parse(given.document);
    } catch {
      problems.push({ field: null, sentence: 'This is not JSON: a bracket or a comma is missing.' });
    }
  }
  const claims = type.fields.flatMap((field) => {
    const value = given.values.find((one) => one.name === field.name)?.value ?? '';
    const kind = field.kind === 'date' ? ('date' as const) : ('text' as const);
    return value === '' ? [] : [{ path: `credentialSubject.${field.name}`, label: field.label, value, kind }];
  });
  const kind: Kind = {
    title: type.name,
    type: type.id,
    issuer: {
      name: world.app.label,
      did: given.issuerDid ?? us.did,
      tint: 'teal',
    },
    claims,
  };
  return {
    kind,
    answer: {
      ready: problems.length === 0,
      problems,
      card: card(kind, 'offered'),
      claims,
      raw: raw(kind, false),
      issuer: { ...us, did: kind.issuer.did },
    },
  };
}

// The given values are what the bindings type them as; this table is the one place that trusts that.
/* eslint-disable-next-line @typescript-eslint/no-explicit-any */
const commands: Record<string, (given: any) => unknown> = {
  ...ledgerCommands,
  ...templateCommands,
  ...lockCommands,
  ...rehearsalCommands,
  ...peerCommands,
  app_state: () => world.app,
  list_profiles: () => [
    { name: world.app.profile, hasWindow: true, current: true },
    { name: 'issuer', hasWindow: false, current: false },
  ],
  open_profile: () => null,
  choose_theme: ({ theme }: { theme: World['app']['theme'] }) => {
    world.app.theme = world.settings.theme = theme;
    changed('settings');
    return null;
  },
  choose_language: ({ language }: { language: string | null }) => {
    world.app.language = world.settings.language = language;
    changed('settings');
    return null;
  },
  copy_text: ({ text }: { text: string }) => {
    void globalThis.navigator?.clipboard?.writeText(text).catch(() => undefined);
    return null;
  },
  ...addCommands,

  advise_passphrase: ({ passphrase }: { passphrase: string }) => {
    const strength = Math.min(4, Math.floor(passphrase.length / 6));
    return {
      acceptable: passphrase.length >= 15,
      strength,
      sentence:
        passphrase.length >= 15
          ? 'Good. Long enough to hold.'
          : `${15 - passphrase.length} more characters, at least.`,
    };
  },
  create_wallet: ({ wallet }: { wallet: NewWallet }) => {
    world.app.wallet = 'open';
    world.app.label = world.settings.label = wallet.label;
    world.app.protection = world.settings.protection = {
      keyring: wallet.keyring,
      passphrase: wallet.passphrase !== null,
      recoveryWords: true,
    };
    world.app.recoveryWordsUnconfirmed = true;
    if (wallet.passphrase !== null) world.passphrase = wallet.passphrase;
    changed('app');
    return { words, ask: [3, 7, 11] };
  },
  confirm_recovery_words: ({ words: typed }: { words: WordTyped[] }) => {
    if (typed.some(({ place, word }) => words[place - 1] !== word)) {
      throw failure(
        'wrong-recovery-words',
        'Not the same words',
        'At least one word is not the one at that place.',
        'Look at your paper, or show the words again.',
      );
    }
    world.app.recoveryWordsUnconfirmed = false;
    changed('app');
    return null;
  },
  unlock_with_keyring: () => {
    world.app.wallet = 'open';
    return null;
  },
  unlock_with_passphrase: ({ passphrase }: { passphrase: string }) => {
    if (passphrase !== world.passphrase) {
      world.attempts += 1;
      throw failure(
        'wrong-passphrase',
        'Wrong passphrase',
        'This passphrase does not open the wallet.',
        'Try again, or use the recovery words.',
        {
          retryAfter: world.attempts,
        },
      );
    }
    world.app.wallet = 'open';
    return null;
  },
  unlock_with_recovery_words: ({ words: typed }: { words: string }) => {
    if (typed.split(/\s+/).join(' ') !== words.join(' ')) {
      throw failure(
        'wrong-recovery-words',
        'Not the recovery words',
        'These words do not open the wallet.',
        'Check their order and spelling.',
      );
    }
    world.app.wallet = 'open';
    return null;
  },
  set_passphrase: ({ current, passphrase }: { current: string | null; passphrase: string }) => {
    if (world.settings.protection.passphrase && current !== world.passphrase) {
      throw failure(
        'wrong-passphrase',
        'Wrong passphrase',
        'This is not the passphrase of now.',
        'Try again.',
      );
    }
    world.passphrase = passphrase;
    world.settings.protection.passphrase = true;
    changed('settings');
    return null;
  },
  remove_passphrase: () => {
    world.settings.protection.passphrase = false;
    changed('settings');
    return null;
  },
  use_keyring: ({ on }: { on: boolean }) => {
    world.settings.protection.keyring = on;
    changed('settings');
    return null;
  },
  new_recovery_words: () => ({ words, ask: [2, 5, 12] }),

  settings: () => world.settings,
  save_address: ({
    address,
  }: {
    address: { label: string; listen: World['settings']['listen']; endpoint: string | null };
  }) => {
    Object.assign(world.settings, address);
    world.app.label = address.label;
    changed('settings', 'app');
    return world.settings;
  },
  save_automatic_steps: ({ steps }: { steps: World['settings']['automatic'] }) => {
    world.settings.automatic = steps;
    return world.settings;
  },
  save_desktop_settings: ({ desktop }: { desktop: World['settings']['desktop'] }) => {
    world.settings.desktop = desktop;
    return world.settings;
  },
  switch_api: ({ on }: { on: boolean }) => {
    const address = 'http://127.0.0.1:8031';
    world.settings.api = world.app.api = { on, address: on ? address : null };
    changed('settings', 'app');
    return on ? { address, key: 'vs_9f2Kq7Lr0TzWb4YcXn83Hd' } : null;
  },

  look_at: ({ text }: { text: string }) => found(text),
  look_at_image: () => found('https://agent.nordmark.example/?oob=offer'),
  look_at_image_file: () => found('https://agent.nordmark.example/?oob=offer'),
  look_at_clipboard: () => found('https://agent.nordmark.example/?oob=connect'),
  resolve_short_url: () => found('https://agent.nordmark.example/?oob=offer'),
  connect: ({ connect }: { connect: Connect }) => {
    const connectionId = id('c');
    const name = connect.alias ?? 'Nordmark University';
    world.connections.unshift({
      id: connectionId,
      name,
      label: 'Nordmark University',
      state: 'request',
      phase: 'connecting',
      invitedBy: 'them',
      updatedAt: ago(0),
      tint: 'teal',
      fingerprint: 'LqP7xT',
      since: ago(0),
      nameShared: false,
      blocked: false,
      unread: 0,
    });
    const withOffer = /offer/i.test(connect.text);
    let exchange: Exchange | undefined;
    if (withOffer) {
      exchange = offerTo(kinds[1]!, name, connectionId, 'holder');
      exchange.done = 1;
      exchange.row.phase = 'theirs';
      exchange.row.sentence = 'Connecting';
    }
    changed('connections', 'exchanges');
    later(() => {
      const row = world.connections.find((one) => one.id === connectionId);
      if (row) Object.assign(row, { phase: 'connected', state: 'completed', updatedAt: ago(0) });
      if (exchange) {
        world.app.waiting.offers += 1;
        move(exchange, 2, 'ours', 'Offered. Your turn to decide');
      }
      changed('connections', 'invitations');
    });
    return { connectionId, exchangeId: exchange?.row.id ?? null, reused: false };
  },
  keep_credential: () => {
    const credentialId = id('v');
    world.credentials.unshift({
      row: credentialRow(credentialId, kinds[2]!, 'valid', ago(0)),
      kind: kinds[2]!,
      checkedAt: ago(0),
      exchangeId: null,
    });
    changed('credentials');
    return credentialId;
  },

  connections: ({ query }: { query: ListQuery }) =>
    page(
      world.connections.filter((row) => matches(query.query, row.name, row.label)),
      query.offset,
      query.limit,
    ),
  connection: ({ id }: { id: string }) => {
    const row = must(world.connections.find((one) => one.id === id));
    const steps = strip('holder', row.phase === 'connected' ? 2 : 1, 'them').slice(0, 2);
    return {
      row,
      strip: steps,
      facts: [
        {
          key: 'did',
          label: 'Their DID',
          value: 'did:peer:4zQmRk1bTLhjcVbY3vGyAmHkHCWqQk1LiCCcWZp8RnGPkMsR',
          kind: 'did',
          tone: 'neutral',
        },
        {
          key: 'own-did',
          label: 'Your DID for them',
          value: 'did:peer:4zQmYx8cUwLq2Vb1nT5zKe7sGd3RaPhJm6WoXtQfBi9LkUvC',
          kind: 'did',
          tone: 'neutral',
        },
        { key: 'host', label: 'Reached at', value: 'agent.example.org', kind: 'text', tone: 'neutral' },
        { key: 'since', label: 'Since', value: row.updatedAt, kind: 'date', tone: 'neutral' },
      ],
      problem: null,
      exchanges: world.exchanges.filter((one) => one.connectionId === id).map((one) => one.row),
      history: world.history.filter((entry) => entry.connection?.name === row.name),
      canAccept: row.phase === 'asking',
      exchanged: exchangedWith(id),
      blockedSince: row.blocked ? row.updatedAt : null,
      lookAlikes: similarTo(row.name, id),
    };
  },
  accept_connection: () => null,
  rename_connection: ({ id, name }: { id: string; name: string }) => {
    const row = must(world.connections.find((one) => one.id === id));
    row.name = name || row.label || row.name;
    changed('connections');
    return null;
  },
  delete_connection: ({ id }: { id: string }) => {
    world.connections = world.connections.filter((row) => row.id !== id);
    changed('connections');
    return null;
  },
  invitations: ({ offset, limit }: { offset: number; limit: number }) =>
    page(
      world.invitations.map((one) => ({
        oobId: one.oobId,
        name: one.alias ?? one.goal ?? 'Invitation',
        multiUse: one.multiUse,
        state: one.state,
        createdAt: one.createdAt,
        expiresAt: one.expiresAt,
        connection: one.connection,
      })),
      offset,
      limit,
    ),
  invitation: ({ oobId }: { oobId: string }) => must(world.invitations.find((one) => one.oobId === oobId)),
  create_invitation: ({ invitation }: { invitation: NewInvitation }) => {
    const made = makeInvitation(id('i'), world.app.label, invitation.alias, invitation.goal);
    made.multiUse = invitation.multiUse;
    if (invitation.expiresInHours === null) made.expiresAt = null;
    world.invitations.unshift(made);
    changed('invitations');
    return made;
  },
  delete_invitation: ({ oobId }: { oobId: string }) => {
    world.invitations = world.invitations.filter((one) => one.oobId !== oobId);
    changed('invitations');
    return null;
  },

  ...offerCommands,
  exchanges: ({ query }: { query: ExchangeQuery }) =>
    page(
      world.exchanges
        .map((one) => one.row)
        .filter((row) => query.role === null || row.role === query.role)
        .filter((row) => query.phase === null || row.phase === query.phase)
        .filter((row) => query.connectionId === null || row.connectionId === query.connectionId),
      query.offset,
      query.limit,
    ),
  exchange: ({ id }: { id: string }) =>
    exchangeView(world, must(world.exchanges.find((one) => one.row.id === id))),
  accept_offer: ({ id }: { id: string }) => {
    const exchange = must(world.exchanges.find((one) => one.row.id === id));
    move(exchange, 4, 'theirs', `Waiting for ${exchange.row.other} to issue it`);
    later(() => finish(exchange));
    return exchangeView(world, exchange);
  },
  decline_offer: ({ id }: { id: string }) => {
    const exchange = must(world.exchanges.find((one) => one.row.id === id));
    world.app.waiting.offers = Math.max(0, world.app.waiting.offers - 1);
    move(exchange, 2, 'ended', 'Declined by you');
    return exchangeView(world, exchange);
  },
  issue_now: ({ id }: { id: string }) => {
    const exchange = must(world.exchanges.find((one) => one.row.id === id));
    world.app.waiting.requests = Math.max(0, world.app.waiting.requests - 1);
    move(exchange, 5, 'theirs', `Issued. Waiting for ${exchange.row.other} to store it`);
    later(() => move(exchange, 6, 'done', `Stored by ${exchange.row.other}`));
    return exchangeView(world, exchange);
  },
  store_now: ({ id }: { id: string }) =>
    exchangeView(world, must(world.exchanges.find((one) => one.row.id === id))),
  retry: ({ id }: { id: string }) =>
    exchangeView(world, must(world.exchanges.find((one) => one.row.id === id))),
  cancel_exchange: ({ id }: { id: string }) => {
    const exchange = must(world.exchanges.find((one) => one.row.id === id));
    move(exchange, exchange.done, 'ended', 'Cancelled by you');
    return exchangeView(world, exchange);
  },
  delete_exchange: ({ id }: { id: string }) => {
    world.exchanges = world.exchanges.filter((one) => one.row.id !== id);
    changed('exchanges');
    return null;
  },

  ...credentialCommands,
  ...runCommands,
  ...backupCommands,
  credential: ({ id }: { id: string }) => must(credentialView(world, id)),
  check_again: ({ id }: { id: string }) => {
    const stored = must(world.credentials.find(({ row }) => row.id === id));
    stored.checkedAt = ago(0);
    return credentialView(world, id);
  },
  issue_types: () => issueTypes,
  preview_credential: ({ credential }: { credential: NewCredential }) => preview(credential).answer,
  offer_credential: ({ offer }: { offer: NewOffer }) => {
    const { kind } = preview(offer.credential);
    const { issuerDid, revocable } = offer.credential;
    const issuer = world.identities.find(({ row }) => row.did === issuerDid)?.row ?? us;
    const issuing = { did: issuer.did, name: issuer.name, practice: issuer.practice };
    if (offer.to.kind === 'connection') {
      const to = offer.to.connectionId;
      const row = must(world.connections.find((one) => one.id === to));
      const exchange = offerTo(kind, row.name, to, 'issuer');
      exchange.row = { ...exchange.row, issuer: issuing, revocable };
      changed('exchanges');
      return { exchangeId: exchange.row.id, invitation: null };
    }
    const exchange = offerTo(kind, offer.to.alias ?? 'whoever comes', null, 'issuer');
    exchange.row = { ...exchange.row, issuer: issuing, revocable };
    const invitation = makeInvitation(id('i'), world.app.label, offer.to.alias, `Receive “${kind.title}”`);
    invitation.exchangeId = exchange.row.id;
    // What it carries makes its code dense.
    invitation.qrEasy = offer.to.kind === 'invitation';
    exchange.oobId = invitation.oobId;
    exchange.row.sentence = 'Waiting for someone to use the invitation';
    world.invitations.unshift(invitation);
    changed('exchanges', 'invitations');
    return { exchangeId: exchange.row.id, invitation };
  },

  activity: ({ query }: { query: { offset: number; limit: number } }) =>
    page(world.history, query.offset, query.limit),
};

export async function answer(command: string, given: Record<string, unknown>): Promise<unknown> {
  asked.push({ command, given });
  const run = overrides.get(command) ?? commands[command];
  if (!run) throw new Error(`no such command: ${command}`);
  await Promise.resolve();
  return run(given as never);
}
