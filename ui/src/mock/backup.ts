// Backing up and restoring without a disk: each step takes a moment, and one passphrase is wrong.
import type { BackupSecret, BackupStep, BackupView, StepKind } from '../bindings';
import { failure } from './failures';
import { changed, pace, world } from './state';

const steps: StepKind[] = ['copy', 'write', 'open', 'read', 'check', 'compare', 'credential', 'finish'];

/** The backup that the mock remembers; kept per world, so that a reset begins anew. */
const kept = new WeakMap<object, BackupView>();

export function backupOf(): BackupView {
  let view = kept.get(world.app);
  if (!view) {
    view = {
      last: null,
      newerCredentials: world.credentials.length,
      newerIdentities: 0,
      remind: world.credentials.length > 0,
      wordsLock: true,
      hasWords: true,
      steps: [],
      restored: null,
    };
    kept.set(world.app, view);
  }
  return view;
}

export function setBackup(change: Partial<BackupView>): void {
  kept.set(world.app, { ...backupOf(), ...change });
  changed('backup');
}

function through(kinds: StepKind[], at: number): BackupStep[] {
  return kinds.map((kind, place) => ({
    kind,
    state: place < at ? 'done' : place === at ? 'doing' : 'waiting',
    percent: place === at && (kind === 'write' || kind === 'read') ? 62 : null,
  }));
}

function walk<T>(kinds: StepKind[], answer: () => T): Promise<T> {
  return new Promise((resolve) => {
    const go = (at: number) => {
      setBackup({ steps: through(kinds, at) });
      if (at < kinds.length) setTimeout(() => go(at + 1), pace.step / kinds.length);
      else resolve(answer());
    };
    go(0);
  });
}

const contents = () => ({
  label: 'Marion Mustermann',
  madeAt: '2026-03-02T09:12:00Z',
  credentials: 14,
  connections: 5,
  issued: 0,
  held: [
    { title: 'Library card', issuer: 'did:cheqd:testnet:1', count: 9 },
    { title: 'Proof of residence', issuer: 'did:web:city.example', count: 4 },
    { title: 'Course certificate', issuer: 'did:web:school.example', count: 1 },
  ],
  moreKinds: 0,
  byWords: false,
});

export const backupCommands = {
  backup: () => backupOf(),
  suggest_backup_place: () => '/home/marion/Documents/main 2026-03-02.vouchsafe-backup',
  choose_backup_place: ({ suggested }: { suggested: string }) => suggested,
  choose_backup: () => '/media/drive/main 2026-03-02.vouchsafe-backup',
  back_up: async ({ place, secret }: { place: string; secret: BackupSecret }) => {
    if (place.startsWith('/full'))
      throw failure(
        'disk-full',
        'Disk is full',
        'There is no space left on the disk.',
        'Free some space and try again.',
      );
    return walk(steps, () => {
      const last = { madeAt: new Date().toISOString(), place, credentials: world.credentials.length };
      setBackup({ last, newerCredentials: 0, newerIdentities: 0, remind: false });
      return {
        ...last,
        size: '1.4 MB',
        byWords: true,
        byPassphrase: secret.passphrase !== null,
        tried: 'Library card',
      };
    });
  },
  dismiss_backup_reminder: () => {
    setBackup({ remind: false });
    return null;
  },
  dismiss_restored_note: () => {
    setBackup({ restored: null });
    return null;
  },
  look_at_backup: ({ place }: { place: string }) => {
    if (!place.endsWith('.vouchsafe-backup')) {
      throw failure(
        'backup-unknown',
        'That cannot be used',
        'This file is not a backup of Vouchsafe.',
        'Choose a file whose name ends in .vouchsafe-backup.',
      );
    }
    return { madeAt: contents().madeAt, program: 'Vouchsafe 0.1.0', passphrase: true, words: true };
  },
  open_backup: ({ secret }: { place: string; secret: BackupSecret }) => {
    if (secret.passphrase === 'wrong') {
      throw failure(
        'backup-wrong-passphrase',
        'Wrong passphrase',
        'This is not the passphrase of this backup.',
        'Try again.',
      );
    }
    return { ...contents(), byWords: secret.words !== null };
  },
  close_backup: () => null,
  restore_backup: () =>
    walk(['open', 'read', 'check', 'finish'], () => {
      world.app.wallet = 'open';
      const note = { madeAt: contents().madeAt, openExchanges: 2, ledgerJobs: 0, statusLists: 1 };
      setBackup({ restored: note });
      return { words: null, note };
    }),
  migration_list: () => ({
    label: 'Marion Mustermann',
    madeAt: new Date().toISOString(),
    rows: [
      ['Library card', 'City library', 'City library', 'library.example'],
      ['Proof of residence', 'City of Example', null, 'city.example'],
      ['Course certificate', null, 'Adult education', null],
    ].map(([title, issuerName, connection, host], place) => ({
      title: title ?? '',
      types: [],
      count: 3 - place,
      issuerName: issuerName ?? null,
      issuer: 'did:web:school.example:adult-education',
      since: '2026-02-03T10:00:00Z',
      expiresAt: null,
      connection: connection ?? null,
      host: host ?? null,
    })),
  }),
  save_migration_list: ({ format }: { format: string }) => `credentials.${format}`,
};
