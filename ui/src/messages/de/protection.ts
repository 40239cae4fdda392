import type { Catalogue } from '../catalogue.svelte';

export const passphrase: Catalogue['passphrase'] = {
  label: 'Passphrase',
  again: 'Dieselbe Passphrase noch einmal',
  hint: 'Mehrere Wörter, die Sie sich merken, mindestens 15 Zeichen.',
  mismatch: 'Die beiden sind nicht gleich.',
  show: 'Zeigen',
  hide: 'Verbergen',
};

export const firstStart: Catalogue['firstStart'] = {
  title: 'Ihre Wallet anlegen',
  lead: 'Sie bewahrt Ihre Nachweise und Schlüssel verschlüsselt auf diesem Computer.',
  label: 'Ihr Name, wie andere ihn sehen',
  labelHint: 'Er steht in jeder Ihrer Einladungen. Sie können ihn später ändern.',
  labelExample: 'Alex Moor',
  way: 'Womit sich die Wallet öffnet',
  passphraseHint:
    'Sie geben sie bei jedem Start ein. Sie schützt die Wallet auch auf einer gestohlenen Platte.',
  create: 'Wallet anlegen',
  making: 'Ihre Wallet wird angelegt',
};

export const recovery: Catalogue['recovery'] = {
  title: 'Ihre Wiederherstellungswörter',
  lead: 'Sie öffnen die Wallet, wenn alles andere verloren ist. Schreiben Sie sie in dieser Reihenfolge auf Papier.',
  keep: 'Sie werden nur jetzt gezeigt. Wer sie hat, kann Ihre Wallet öffnen: bewahren Sie sie auf wie alles Wichtige.',
  written: 'Ich habe sie aufgeschrieben',
  later: 'Später erledigen',
  ask: 'Geben Sie diese Wörter von Ihrem Papier ein.',
  word: (place) => `Wort ${place}`,
  confirm: 'Bestätigen',
  showAgain: 'Noch einmal zeigen',
  confirmed: 'Wiederherstellungswörter bestätigt',
  bannerLabel: 'Wiederherstellungswörter',
  banner:
    'Ihre Wiederherstellungswörter sind nicht bestätigt. Ohne sie ist mit der Passphrase auch die Wallet verloren.',
  bannerGo: 'Neue Wörter',
};

export const unlock: Catalogue['unlock'] = {
  title: 'Wallet entsperren',
  lead: (profile) => `Profil „${profile}“`,
  keyring: 'Mit diesem Desktop entsperren',
  words: 'Wiederherstellungswörter',
  wordsHint: 'Alle, der Reihe nach, mit Leerzeichen dazwischen.',
  open: 'Entsperren',
  opening: 'Wird entsperrt',
  wait: (seconds) => `Noch einmal in ${seconds} s`,
  useWords: 'Wiederherstellungswörter verwenden',
  otherWay: 'Anders entsperren',
};

export const cannotOpen: Catalogue['cannotOpen'] = {
  title: 'Diese Wallet lässt sich nicht öffnen',
  states: {
    none: '',
    locked: '',
    open: '',
    'in-use':
      'Ein anderes Fenster oder Programm hat sie geöffnet. Schließen Sie es und versuchen Sie es erneut.',
    damaged:
      'Ihre Datei ist nicht lesbar. Es wurde nichts verändert; stellen Sie die neueste Kopie der Datei wieder her.',
    'too-new': 'Eine neuere Version von Vouchsafe hat sie geschrieben. Installieren Sie diese Version.',
  },
};

export const protection: Catalogue['protection'] = {
  title: 'Womit sich die Wallet öffnet',
  keyring: 'Der Schlüsselbund dieses Desktops',
  keyringHint: 'Öffnet ohne Eingabe. Nur so stark wie Ihre Anmeldung an diesem Desktop.',
  noKeyring: 'Auf diesem Desktop wurde kein Schlüsselbund gefunden. Eine Passphrase tut es auch.',
  keyringRefused:
    'Der Schlüsselbund dieses Desktops antwortet nicht oder ist gesperrt. Eine Passphrase tut es auch.',
  passphrase: 'Eine Passphrase',
  passphraseSet: 'Gesetzt. Sie öffnet die Wallet allein.',
  passphraseNone: 'Nicht gesetzt.',
  set: 'Setzen',
  change: 'Ändern',
  remove: 'Entfernen',
  setTitle: 'Eine Passphrase setzen',
  changeTitle: 'Die Passphrase ändern',
  removeTitle: 'Die Passphrase entfernen?',
  removeText: 'Dann öffnen nur Schlüsselbund und Wiederherstellungswörter diese Wallet.',
  current: 'Jetzige Passphrase',
  fresh: 'Neue Passphrase',
  changed: 'Passphrase geändert',
  removed: 'Passphrase entfernt',
  words: 'Wiederherstellungswörter',
  wordsHint: 'Sie öffnen die Wallet, wenn alles andere verloren ist.',
  newWords: 'Neue Wörter',
  newWordsText:
    'Neue Wörter ersetzen die alten: diese öffnen dann nichts mehr. Halten Sie Stift und Papier bereit.',
  lock: 'Jetzt sperren',
  lockHint: 'Die Schlüssel verlassen den Speicher. Angebote warten, bis Sie entsperren.',
};
