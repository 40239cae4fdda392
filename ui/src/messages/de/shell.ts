import type { Catalogue } from '../catalogue.svelte';
import { count } from './count';

export const common: Catalogue['common'] = {
  back: 'Zurück',
  cancel: 'Abbrechen',
  clear: 'Leeren',
  close: 'Schließen',
  copied: 'Kopiert',
  copy: 'Kopieren',
  copyCode: 'Fehlercode kopieren',
  copyDid: 'DID kopieren',
  detail: 'Einzelheiten der Auswahl',
  details: 'Einzelheiten',
  done: 'Fertig',
  keep: 'Behalten',
  notices: 'Hinweise',
  late: 'Das dauert länger als sonst. Es ist nichts verloren und geht von selbst weiter.',
  loading: 'Wird geladen',
  next: 'Weiter',
  no: 'Nein',
  none: 'Nichts',
  picture: 'Bild',
  retry: 'Noch einmal',
  save: 'Speichern',
  typeToConfirm: (text) => `Geben Sie „${text}“ ein, um fortzufahren`,
  yes: 'Ja',
};

export const nav: Catalogue['nav'] = {
  label: 'Hauptnavigation',
  offers: 'Angebote',
  credentials: 'Nachweise',
  issue: 'Ausstellen',
  connections: 'Verbindungen',
  identities: 'Identitäten',
  activity: 'Verlauf',
  settings: 'Einstellungen',
  add: 'Hinzufügen',
  find: 'Suchen',
  lock: 'Sperren',
  waiting: (number) => count(number, 'Sache wartet auf Sie', 'Sachen warten auf Sie'),
};

export const state: Catalogue['state'] = {
  unsent: (number) => count(number, 'Nachricht zuzustellen', 'Nachrichten zuzustellen'),
  changes: (number) => count(number, 'Änderung zu veröffentlichen', 'Änderungen zu veröffentlichen'),
  api: 'Admin-API ist an',
};

export const palette: Catalogue['palette'] = {
  title: 'Suchen oder tun',
  placeholder: 'Was möchten Sie tun oder finden?',
  nothing: 'Nichts gefunden.',
  add: 'Einladung oder Nachweis hinzufügen',
  issue: 'Einen Nachweis ausstellen',
  invite: 'Jemanden einladen',
  identity: 'Eine Identität anlegen',
  networks: 'Netze',
  issued: 'Ausgestellte Nachweise: widerrufen, aussetzen, wiederherstellen',
};
