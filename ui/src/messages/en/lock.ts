import { count } from './count';

export const lock = {
  title: 'Lock',
  hint: 'It also locks with the screen, at sleep, when another person takes over this computer, and with Ctrl L.',
  idle: 'Lock when there was no input in this window for',
  minutes: (minutes: number) => count(minutes, 'minute', 'minutes'),
  never: 'Never',
  neverWarning: 'Whoever sits down at this computer can read the wallet and use it.',
  working: 'Go on with what is under way while locked',
  workingHint:
    'Deliveries, credentials it issues by itself, bulk runs and publications go on; the window shows only how many. For that the wallet’s key stays in this computer’s memory. At sleep everything stops.',
  clipboard: 'Clear copied secrets from the clipboard after',
  clipboardHint: 'Values, documents and keys, if nothing else was copied since. Invitations and DIDs stay.',
  seconds: (seconds: number) => count(seconds, 'second', 'seconds'),
  hidden: 'Hide values of credentials',
  hiddenHint: 'Each can be shown for the moment. Offers are always shown in full before you accept.',
  hide: { sensitive: 'What looks sensitive', all: 'All', nothing: 'None' },
  soon: 'The wallet locks in half a minute, for there is no input.',
  because: {
    asked: 'You locked it.',
    idle: 'It was locked because there was no input for a while.',
    sleep: 'It was locked because the computer went to sleep.',
    'screen-lock': 'It was locked together with the screen.',
    'user-switch': 'It was locked because someone else took over this computer.',
    closed: 'It was locked when its window was closed.',
  },
  behind: (jobs: number) =>
    jobs === 0
      ? 'Nothing is under way. What comes in is taken in behind the lock.'
      : `${count(jobs, 'job goes', 'jobs go')} on behind the lock.`,
};

export const values = {
  show: (label: string) => `Show ${label}`,
  hide: (label: string) => `Hide ${label}`,
  copy: (label: string) => `Copy ${label}`,
  hidden: 'Hidden',
  clearedAfter: (seconds: number) => `Copied. Cleared from the clipboard in ${seconds} s.`,
};

export const shortcuts = {
  title: 'Keyboard shortcuts',
  open: 'Keyboard shortcuts',
  anywhere: 'Anywhere',
  lists: 'In lists',
  sheets: 'In sheets',
  find: 'Find or do anything',
  add: 'Add an invitation or a credential',
  search: 'Search in the list',
  lock: 'Lock',
  settings: 'Settings',
  screens: 'Go to the screen of that number',
  larger: 'Larger, smaller, usual size',
  help: 'These shortcuts',
  back: 'One step back',
  move: 'Move over the rows',
  choose: 'Open the row',
  ends: 'First and last row',
  next: 'Next and previous control',
  close: 'Close the sheet; nothing is declined by that',
  zoom: (percent: string) => `Size: ${percent}`,
};
