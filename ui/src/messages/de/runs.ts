import type { en } from '../en';
import { count } from './count';
import { templates } from './templates';

export const runs: typeof en.runs = {
  tab: 'Dateien',
  new: 'Aus einer Datei ausstellen',
  list: 'Läufe',
  empty: 'Noch nichts aus einer Datei ausgestellt',
  emptyText:
    'Speichern Sie eine Tabelle als CSV, eine Person je Zeile. Jede Zeile wird geprüft, bevor etwas angeboten wird, und was aus ihr wird, bleibt sichtbar.',
  kinds: { connections: 'An Verbindungen', invitations: 'Je eine Einladung', desk: 'Am Schalter' },
  states: {
    running: 'Läuft',
    waiting: 'Wartet auf die anderen',
    paused: 'Angehalten',
    ended: 'Beendet',
    over: 'Fertig',
  },
  rowStates: {
    waiting: 'Noch nicht angeboten',
    invited: 'Einladung unbenutzt',
    offered: 'Angeboten',
    accepted: 'Angenommen',
    issued: 'Ausgestellt',
    declined: 'Abgelehnt',
    failed: 'Fehlgeschlagen',
    cancelled: 'Herausgenommen',
  },
  progress: (issued: string, total: string) => `${issued} von ${total} ausgestellt`,
  rate: (a: string) => `${a} je Minute`,
  remaining: (minutes: number) =>
    minutes < 1 ? 'noch weniger als eine Minute' : `noch etwa ${count(minutes, 'Minute', 'Minuten')}`,
  counts: 'Wo die Zeilen stehen',
  rows: 'Zeilen',
  show: 'Zeigen',
  which: {
    all: 'Alle Zeilen',
    open: 'Noch nicht ausgestellt',
    issued: 'Ausgestellt',
    troubled: 'Abgelehnt oder fehlgeschlagen',
  },
  noRows: 'Hier steht keine Zeile.',
  row: (line: number) => `Zeile ${line}`,
  deleted: 'Das Angebot wurde gelöscht.',
  pause: 'Anhalten',
  resume: 'Fortsetzen',
  openDesk: 'Schalter öffnen',
  retry: (number: number) =>
    `${count(number, 'fehlgeschlagene Zeile', 'fehlgeschlagene Zeilen')} erneut anbieten`,
  end: 'Lauf beenden',
  endTitle: 'Diesen Lauf beenden?',
  endText: (number: number) =>
    `${count(number, 'Zeile ist', 'Zeilen sind')} nicht ausgestellt. Was nicht angeboten wurde, wird es nie, und unbenutzte Einladungen gelten nicht mehr. Was ausgestellt ist, bleibt.`,
  remove: 'Aus der Liste entfernen',
  result: 'Ergebnis speichern',
  saved: (name: string) => `Gespeichert als ${name}`,
  trouble: 'Im Augenblick geht es nicht weiter; es wird von selbst wieder versucht.',
  chooseFile: 'CSV-Datei wählen',
  drop: 'oder hier ablegen',
  fileHint:
    'Die erste Zeile nennt die Spalten, jede weitere ist eine Person. Höchstens 10 MB und 100.000 Zeilen.',
  another: 'Andere Datei',
  reading: 'Die Datei wird gelesen',
  read: (rows: number, columns: number, encoding: string) =>
    `${count(rows, 'Zeile', 'Zeilen')}, ${count(columns, 'Spalte', 'Spalten')}, ${encoding}`,
  windows:
    'Die Datei ist in einer alten Kodierung von Windows. Sehen Sie unten nach, ob Namen mit Umlauten stimmen.',
  sample: 'Die ersten Zeilen',
  fields: 'Welche Spalte was ist',
  noColumn: 'Keine Spalte',
  same: (label: string) => `${label}: für alle gleich`,
  to: 'An wen',
  toInvitations: 'Eine Einladung für jede Zeile',
  toInvitationsHint: 'Die Links stehen im Ergebnis; Sie verschicken sie.',
  toConnections: 'An Verbindungen',
  toConnectionsHint: 'Eine Spalte sagt, an wen: Ihr eigener Name für die Person oder deren DID.',
  toDesk: 'Am Schalter',
  toDeskHint:
    'Das Fenster zeigt groß einen Code. Die nächste Zeile ist für die nächste Person, die ihn scannt.',
  who: 'Spalte, die sagt, an wen',
  called: 'Spalte mit Ihrem eigenen Namen für die Person',
  name: 'Name dieses Laufs',
  check: 'Jede Zeile prüfen',
  changed: 'Seit der Prüfung hat sich etwas geändert. Prüfen Sie erneut.',
  allGood: (good: number) => `${count(good, 'Zeile ist', 'Zeilen sind')} bereit. Noch ist nichts angeboten.`,
  someBad: (good: number, bad: number) =>
    `${count(bad, 'Zeile kann', 'Zeilen können')} nicht angeboten werden, ${good} schon. Noch ist nichts angeboten.`,
  problems: 'Was nicht stimmt',
  problem: (line: number, column: string) => (column === '' ? `Zeile ${line}` : `Zeile ${line}, ${column}`),
  saveProblems: 'Diese Liste speichern',
  preview: 'Die erste, wie sie die Person sehen wird',
  start: (good: number) => `Mit ${count(good, 'Zeile', 'Zeilen')} beginnen`,
  startDesk: (good: number) => `Schalter mit ${count(good, 'Zeile', 'Zeilen')} öffnen`,
  started: 'Begonnen',
  // Was ein Formular zu einem Wert sagt, sagt auch eine Zeile, wo sie es nicht anders sagt.
  problemWords: {
    ...templates.problems,
    missing: () => 'Hier muss etwas stehen.',
    'not-a-date': () => 'Schreiben Sie das Datum als 2026-01-31.',
    'not-a-moment': () => 'Schreiben Sie den Zeitpunkt als 2026-01-31T12:00:00Z.',
    'not-a-choice': () => 'Das ist keiner der möglichen Werte.',
    'not-an-address': () => 'Schreiben Sie eine Adresse wie https://example.org.',
    'not-yes-or-no': () => 'Schreiben Sie ja oder nein.',
    'not-a-number': () => 'Schreiben Sie eine Zahl wie 12 oder 12.5.',
    'not-a-step': (bound) => `Nur in Schritten von ${bound}.`,
    'not-the-form': (bound) =>
      bound ? `Es hat nicht die verlangte Form, zum Beispiel ${bound}.` : 'Es hat nicht die verlangte Form.',
    'too-small': (bound) => `Nicht vor oder unter ${bound}.`,
    'too-large': (bound) => `Nicht nach oder über ${bound}.`,
    'no-recipient': () => 'Es steht nicht da, für wen die Zeile ist.',
    'recipient-unknown': () => 'Keine Verbindung hat diesen Namen, diese Kennung oder diese DID.',
    'recipient-unclear': () =>
      'Mehrere Verbindungen heißen so: Benennen Sie eine um, oder schreiben Sie die DID.',
    'too-many-cells': () => 'Die Zeile hat mehr Zellen, als es Spalten gibt: Fehlt ein Anführungszeichen?',
    'empty-row': () => 'In keiner der benutzten Spalten steht etwas.',
  },
};

export const kiosk: typeof en.kiosk = {
  label: 'Schalter',
  title: 'Scannen, um Ihren Nachweis zu erhalten',
  waiting: 'Wartet auf die nächste Person',
  preparing: 'Der nächste Code wird vorbereitet',
  nobody: 'Alle haben ihren Nachweis',
  left: (number: number) => `noch ${number}`,
  issued: (number: number) => `${number} ausgestellt`,
  states: {
    connected: (name: string) => `${name} ist verbunden`,
    offered: (name: string) => `${name} kann jetzt annehmen`,
    accepted: (name: string) => `Wird für ${name} ausgestellt`,
    issued: (name: string) => `Ausgestellt für ${name}`,
  },
  leave: 'Verlassen',
  leaveTitle: 'Den Schalter verlassen?',
  leaveText:
    'Der Code auf dem Bildschirm gilt dann nicht mehr. Zeilen, die niemand erhalten hat, bleiben; der Schalter lässt sich wieder öffnen.',
  stay: 'Bleiben',
};
