export const passphrase = {
  label: 'Passphrase',
  again: 'The same passphrase again',
  hint: 'Several words that you will remember, at least 15 characters.',
  mismatch: 'The two are not the same.',
  show: 'Show',
  hide: 'Hide',
};

export const firstStart = {
  title: 'Make your wallet',
  lead: 'It keeps your credentials and keys on this computer, encrypted.',
  label: 'Your name, as others see it',
  labelHint: 'Part of every invitation you make. You can change it later.',
  labelExample: 'Alex Moore',
  way: 'What opens the wallet',
  passphraseHint: 'You type it at each start. It protects the wallet even on a stolen disk.',
  create: 'Make wallet',
  making: 'Making your wallet',
};

export const recovery = {
  title: 'Your recovery words',
  lead: 'They open the wallet if everything else is lost. Write them on paper, in this order.',
  keep: 'They are shown only now. Whoever has them can open your wallet, so keep them where you keep things that matter.',
  written: 'I wrote them down',
  later: 'Do this later',
  ask: 'Type these words from your paper.',
  word: (place: number) => `Word ${place}`,
  confirm: 'Confirm',
  showAgain: 'Show them again',
  confirmed: 'Recovery words confirmed',
  bannerLabel: 'Recovery words',
  banner: 'Your recovery words are not confirmed. Without them a lost passphrase loses the wallet.',
  bannerGo: 'Make new words',
};

export const unlock = {
  title: 'Unlock your wallet',
  lead: (profile: string) => `Profile “${profile}”`,
  keyring: 'Unlock with this desktop',
  words: 'Recovery words',
  wordsHint: 'All of them, in order, with spaces between.',
  open: 'Unlock',
  opening: 'Unlocking',
  wait: (seconds: number) => `Try again in ${seconds} s`,
  useWords: 'Use recovery words',
  otherWay: 'Unlock another way',
};

export const cannotOpen = {
  title: 'This wallet cannot be opened',
  states: {
    none: '',
    locked: '',
    open: '',
    'in-use': 'Another window or program has it open. Close that one, then try again.',
    damaged:
      'Its file cannot be read. Nothing was changed; restore the newest copy of the file, then try again.',
    'too-new': 'A newer version of Vouchsafe wrote it. Install that version, then try again.',
  },
};

export const protection = {
  title: 'What opens the wallet',
  keyring: 'This desktop’s keyring',
  keyringHint: 'Opens without typing. Only as strong as your login to this desktop.',
  noKeyring: 'No keyring was found on this desktop. A passphrase does it instead.',
  keyringRefused: 'The keyring of this desktop does not answer or is locked. A passphrase does it instead.',
  passphrase: 'A passphrase',
  passphraseSet: 'Set. It opens the wallet on its own.',
  passphraseNone: 'Not set.',
  set: 'Set',
  change: 'Change',
  remove: 'Remove',
  setTitle: 'Set a passphrase',
  changeTitle: 'Change the passphrase',
  removeTitle: 'Remove the passphrase?',
  removeText: 'Then only the keyring and the recovery words open this wallet.',
  current: 'Passphrase now',
  fresh: 'New passphrase',
  changed: 'Passphrase changed',
  removed: 'Passphrase removed',
  words: 'Recovery words',
  wordsHint: 'They open the wallet when all else is lost.',
  newWords: 'Make new words',
  newWordsText: 'New words replace the old ones: those open nothing any more. Have pen and paper ready.',
  lock: 'Lock now',
  lockHint: 'The keys leave the memory. Offers wait until you unlock.',
};
