import type { Catalogue } from '../catalogue.svelte';
import { count } from './count';

export const lock: Catalogue['lock'] = {
  title: 'Sperre',
  hint: 'Gesperrt wird auch mit dem Bildschirm, im Ruhezustand, wenn jemand anderes diesen Computer übernimmt, und mit Strg L.',
  idle: 'Sperren, wenn in diesem Fenster nichts eingegeben wurde seit',
  minutes: (minutes) => count(minutes, 'Minute', 'Minuten'),
  never: 'Nie',
  neverWarning: 'Wer sich an diesen Computer setzt, kann die Wallet lesen und benutzen.',
  working: 'Begonnenes auch gesperrt weiterführen',
  workingHint:
    'Zustellungen, selbsttätiges Ausstellen, Sammelläufe und Veröffentlichungen gehen weiter; das Fenster zeigt nur, wie viele. Dafür bleibt der Schlüssel der Wallet im Speicher dieses Computers. Im Ruhezustand endet alles.',
  clipboard: 'Kopierte Geheimnisse aus der Zwischenablage löschen nach',
  clipboardHint:
    'Werte, Dokumente und Schlüssel, falls seitdem nichts anderes kopiert wurde. Einladungen und DIDs bleiben.',
  seconds: (seconds) => count(seconds, 'Sekunde', 'Sekunden'),
  hidden: 'Werte von Nachweisen verbergen',
  hiddenHint:
    'Jeder lässt sich für den Moment zeigen. Angebote sind immer ganz lesbar, bevor Sie sie annehmen.',
  hide: { sensitive: 'Was heikel aussieht', all: 'Alle', nothing: 'Keine' },
  soon: 'Die Wallet wird in einer halben Minute gesperrt, denn es wird nichts eingegeben.',
  because: {
    asked: 'Sie haben sie gesperrt.',
    idle: 'Sie wurde gesperrt, weil eine Weile nichts eingegeben wurde.',
    sleep: 'Sie wurde gesperrt, weil der Computer in den Ruhezustand ging.',
    'screen-lock': 'Sie wurde mit dem Bildschirm gesperrt.',
    'user-switch': 'Sie wurde gesperrt, weil jemand anderes diesen Computer übernahm.',
    closed: 'Sie wurde gesperrt, als ihr Fenster geschlossen wurde.',
  },
  behind: (jobs) =>
    jobs === 0
      ? 'Es ist nichts unterwegs. Was eintrifft, wird hinter der Sperre angenommen.'
      : `${count(jobs, 'Vorgang geht', 'Vorgänge gehen')} hinter der Sperre weiter.`,
};

export const values: Catalogue['values'] = {
  show: (label) => `${label} zeigen`,
  hide: (label) => `${label} verbergen`,
  copy: (label) => `${label} kopieren`,
  hidden: 'Verborgen',
  clearedAfter: (seconds) => `Kopiert. Wird in ${seconds} s aus der Zwischenablage gelöscht.`,
};

export const shortcuts: Catalogue['shortcuts'] = {
  title: 'Tastenkürzel',
  open: 'Tastenkürzel',
  anywhere: 'Überall',
  lists: 'In Listen',
  sheets: 'In Blättern',
  find: 'Alles suchen oder tun',
  add: 'Einladung oder Nachweis hinzufügen',
  search: 'In der Liste suchen',
  lock: 'Sperren',
  settings: 'Einstellungen',
  screens: 'Zum Bereich mit dieser Nummer',
  larger: 'Größer, kleiner, übliche Größe',
  help: 'Diese Tastenkürzel',
  back: 'Einen Schritt zurück',
  move: 'Über die Zeilen gehen',
  choose: 'Die Zeile öffnen',
  ends: 'Erste und letzte Zeile',
  next: 'Nächstes und voriges Bedienelement',
  close: 'Das Blatt schließen; abgelehnt wird dadurch nichts',
  zoom: (percent) => `Größe: ${percent}`,
};
