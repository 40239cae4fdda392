/** Fehler auf Deutsch, nach ihrem Code. Was hier fehlt, sagt das Programm selbst, auf Englisch. */
import type { FailureWords } from '../en';

export const failures: Record<string, FailureWords> = {
  'wallet-locked': {
    title: 'Die Wallet ist gesperrt',
    what: 'Die Wallet ist gesperrt, darum lässt sich nichts darin lesen oder ändern.',
    lost: 'Es ist nichts verloren.',
    next: 'Entsperren Sie die Wallet und versuchen Sie es erneut.',
  },
  'wrong-passphrase': {
    title: 'Falsche Passphrase',
    what: 'Diese Passphrase öffnet die Wallet nicht.',
    lost: 'Es ist nichts verloren.',
    next: 'Versuchen Sie es erneut oder verwenden Sie die Wiederherstellungswörter.',
  },
  'not-found': {
    title: 'Nicht mehr da',
    what: 'Das ist nicht mehr in der Wallet. Vielleicht wurde es gelöscht.',
    lost: 'Sonst ist nichts verloren.',
    next: 'Gehen Sie zurück zur Liste.',
  },
  'nothing-known': {
    title: 'Nichts Bekanntes',
    what: 'Das ist weder eine Einladung noch ein Nachweis.',
    lost: 'Es ist nichts verloren.',
    next: 'Fügen Sie den ganzen Link ein oder bitten Sie um einen neuen.',
  },
  'invitation-used': {
    title: 'Schon verwendet',
    what: 'Diese Einladung wurde bereits verwendet.',
    lost: 'Es ist nichts verloren.',
    next: 'Bitten Sie um eine neue.',
  },
  'registrar-unreachable': {
    title: 'Der Registrar ist nicht erreichbar',
    what: 'Unter der Adresse des Registrars antwortet niemand.',
    lost: 'Es wurde nichts veröffentlicht.',
    next: 'Prüfen Sie das Netz und versuchen Sie es erneut, oder tragen Sie einen anderen Registrar ein.',
  },
  'registrar-payload-differs': {
    title: 'Der Registrar verlangt etwas anderes',
    what: 'Der Registrar wollte etwas anderes unterschrieben haben, als verlangt war. Darum wurde nichts unterschrieben.',
    lost: 'Es wurde nichts veröffentlicht.',
    next: 'Verwenden Sie diesen Registrar nicht.',
  },
  'ledger-lack-of-funds': {
    title: 'Der Registrar kann nicht zahlen',
    what: 'Der Registrar hat nicht genug Token für die Gebühr des Ledgers.',
    lost: 'Es wurde nichts veröffentlicht.',
    next: 'Bitten Sie seinen Betreiber, das Konto zu füllen, und versuchen Sie es erneut.',
  },
  'ledger-refused': {
    title: 'Der Ledger lehnt ab',
    what: 'Die Regeln des Ledgers lassen das nicht zu.',
    lost: 'Es wurde nichts veröffentlicht.',
    next: 'In den Einzelheiten steht, welche Regel. Berichtigen Sie es und versuchen Sie es erneut.',
  },
  'ledger-outcome-unknown': {
    title: 'Noch nicht bekannt',
    what: 'Noch ist nicht bekannt, ob der Ledger es angenommen hat.',
    lost: 'Es ist nichts verloren. Vielleicht ist es veröffentlicht.',
    next: 'Warten Sie: die Wallet sieht weiter nach und bringt es von selbst zu Ende.',
  },
  'ledger-busy': {
    title: 'Eine andere Änderung ist unterwegs',
    what: 'Eine andere Änderung dieser Identität ist noch nicht zu Ende; darum wurde diese nicht begonnen.',
    lost: 'Es wurde nichts veröffentlicht.',
    next: 'Versuchen Sie es erneut, wenn die andere fertig ist.',
  },
  'practice-in-use': {
    title: 'Der Übungs-Ledger ist in Gebrauch',
    what: 'Ein anderes Programm hat den Übungs-Ledger geöffnet.',
    lost: 'Es ist nichts verloren.',
    next: 'Schließen Sie das andere Programm und versuchen Sie es erneut.',
  },
  'practice-port': {
    title: 'Kein Port ist frei',
    what: 'Der Übungs-Ledger fand keinen freien Port auf diesem Computer.',
    lost: 'Es ist nichts verloren.',
    next: 'Schließen Sie andere Programme und versuchen Sie es erneut.',
  },
};
