import type { RestoredNote } from '../../bindings';
import { count } from './count';

const parts = (values: (string | false)[]) => values.filter(Boolean).join(', ');

export const backup = {
  title: 'Backup',
  never: 'There is no backup of this wallet yet.',
  last: (when: string, credentials: number): string =>
    `Last backed up ${when}, with ${count(credentials, 'credential', 'credentials')}.`,
  newer: (credentials: number, identities: number): string =>
    `${[
      credentials > 0 && count(credentials, 'credential', 'credentials'),
      identities > 0 && count(identities, 'identity', 'identities'),
    ]
      .filter(Boolean)
      .join(' and ')} ${credentials + identities === 1 ? 'is' : 'are'} newer than your last backup.`,
  none: (credentials: number): string =>
    `${count(credentials, 'credential', 'credentials')} ${credentials === 1 ? 'is' : 'are'} in no backup yet.`,
  nothingNewer: 'Everything is in it.',
  reminder: 'Backup',
  later: 'Not this week',
  make: 'Back up',
  sheet: 'Back up this wallet',
  lead: 'One encrypted file with everything in it: credentials, keys, connections. It is called a backup only when a trial restore has shown that it opens.',
  place: 'Where it goes',
  placeHint: 'Another drive is best: a backup on this disk is lost with it.',
  choose: 'Choose',
  way: 'What opens it',
  passphrase: 'A passphrase',
  passphraseHint: 'Chosen now, for this file. Your recovery words open it as well.',
  passphraseAlone: 'Chosen now, for this file. Nothing else opens it.',
  words: 'Your recovery words',
  wordsHint: 'Type them from your paper: that also shows that the paper is right.',
  noWords: 'This wallet has no recovery words. Make some in the settings.',
  wordsLabel: 'Recovery words',
  start: 'Back up and try it',
  doing: 'Backing up',
  done: 'Backed up',
  doneText: (credentials: number, size: string): string =>
    `${count(credentials, 'credential', 'credentials')}, ${size}. It was read back from the disk, restored and compared.`,
  tried: (title: string): string => `Read out of it and verified: ${title}.`,
  opensBy: (passphrase: boolean, words: boolean): string =>
    passphrase && words
      ? 'The passphrase or your recovery words open it.'
      : words
        ? 'Your recovery words open it.'
        : 'The passphrase opens it, and nothing else.',
  failed: 'No backup was made. An earlier one at this place is as it was.',
  steps: {
    copy: 'Copy the wallet as it is now',
    write: 'Write the encrypted file',
    open: 'Open the file as a stranger would',
    read: 'Read it back, every part proved',
    check: 'Restore it into a folder of its own',
    compare: 'Compare what is in it with the wallet',
    credential: 'Read one credential out of it and verify it',
    finish: 'Done',
  },
  states: { waiting: 'waits', doing: 'being done', done: 'done', failed: 'failed' },
  restoredTitle: 'This wallet was restored',
  restored: (note: RestoredNote, when: string): string => {
    const open = parts([
      note.openExchanges > 0 &&
        `${count(note.openExchanges, 'offer', 'offers')} that ${note.openExchanges === 1 ? 'was' : 'were'} open`,
      note.ledgerJobs > 0 &&
        `${count(note.ledgerJobs, 'change', 'changes')} of a ledger that rested half done`,
      note.statusLists > 0 && `${count(note.statusLists, 'status list', 'status lists')}`,
    ]);
    return `It is as it was on ${when}. What came after that is not here, and what waited to be sent then was not sent again.${open ? ` Look at ${open}: they may have moved on since. Nothing of it goes on by itself; the ledger is read before anything is published.` : ''}`;
  },
  restoredSeen: 'Understood',
};

export const restore = {
  link: 'Restore from a backup',
  back: 'Make a new wallet instead',
  title: 'Restore your wallet',
  lead: 'From a file that Vouchsafe made. You see what is in it before anything is restored.',
  file: 'Backup file',
  fileHint: 'Its name ends in .vouchsafe-backup.',
  look: 'Continue',
  made: (when: string, program: string): string => `Made ${when} by ${program}.`,
  way: 'What opens it',
  passphrase: 'Passphrase of the backup',
  words: 'Recovery words of the wallet',
  open: 'Open',
  opening: 'Opening: this takes a moment by intent',
  contents: 'What is in it',
  of: (label: string, when: string): string => `The wallet of ${label} on ${when}`,
  counts: (credentials: number, connections: number, issued: number): string =>
    [
      count(credentials, 'credential', 'credentials'),
      count(connections, 'connection', 'connections'),
      issued > 0 && `${count(issued, 'credential', 'credentials')} issued`,
    ]
      .filter(Boolean)
      .join(' · '),
  more: (kinds: number): string => `and ${count(kinds, 'kind', 'kinds')} more`,
  protect: 'What opens the wallet from now on',
  wordsGoOn: 'The recovery words that you typed go on opening it.',
  wordsNew: 'You get new recovery words; the old ones open older backups only.',
  start: 'Restore',
  other: 'Choose another file',
};

export const migration = {
  open: 'What I have and where to get it again',
  hint: 'A list without the value of any credential and without keys: for another wallet, or for the day when there is no backup.',
  show: 'Show list',
  title: 'What I have and where to get it again',
  empty: 'There are no credentials to list.',
  credential: 'Credential',
  issuer: 'Issuer',
  since: 'Since',
  where: 'Where to ask',
  unknown: 'Not known',
  save: { html: 'Save as a page', csv: 'Save as CSV', json: 'Save as JSON' },
  saved: (name: string): string => `Saved: ${name}`,
};
