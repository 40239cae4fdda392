import type { Catalogue } from '../catalogue.svelte';
import { count } from './count';

export const card: Catalogue['card'] = {
  practice: 'Übung',
  practiceHint: 'Auf einem Übungs-Ledger entstanden: außerhalb jenes Computers bedeutet es nichts.',
  state: {
    offered: 'Angeboten',
    valid: 'Gültig',
    signed: 'Signiert',
    expiring: 'Läuft bald ab',
    expired: 'Abgelaufen',
    revoked: 'Widerrufen',
    suspended: 'Ausgesetzt',
    unverified: 'Nicht geprüft',
    unknown: 'Status unbekannt',
  },
};

export const checks: Catalogue['checks'] = {
  passed: 'Bestanden',
  failed: 'Nicht bestanden',
  'not-checked': 'Nicht prüfbar',
  noted: 'Zur Kenntnis',
};

export const outcomes: Catalogue['outcomes'] = {
  done: 'Erledigt',
  waiting: 'Im Gange',
  failed: 'Gescheitert',
};

export const steps: Catalogue['steps'] = {
  invitation: 'Einladung',
  connected: 'Verbunden',
  offered: 'Angeboten',
  requested: 'Angefordert',
  issued: 'Ausgestellt',
  stored: 'Gespeichert',
  states: {
    done: 'erledigt',
    current: 'im Gange',
    ahead: 'steht noch aus',
    failed: 'gescheitert',
    skipped: 'nicht nötig',
  },
  yourTurn: 'Sie sind dran',
  theirTurn: 'Die andere Seite ist dran',
  ended: 'Hier hat es geendet',
  late: (seconds, unsent) =>
    unsent > 0
      ? 'Die andere Seite wurde noch nicht erreicht.'
      : seconds < 120
        ? `Seit ${count(seconds, 'Sekunde', 'Sekunden')} keine Antwort.`
        : `Seit ${count(Math.floor(seconds / 60), 'Minute', 'Minuten')} keine Antwort.`,
  why: 'Warum?',
  whyUnsent:
    'Ihre Nachricht ist sicher in dieser Wallet, aber die andere Seite war nicht erreichbar. Sie wird von selbst erneut gesendet, auch nach einem Neustart. Vielleicht ist das Programm dort geschlossen oder das Netz dazwischen gestört.',
  whyThem:
    'Ihre Nachricht ist zugestellt. Nun muss ein Mensch oder ein Programm auf der anderen Seite handeln. Sie können dies schließen; es geht von selbst weiter, und die Wallet meldet sich.',
  whyUs: 'Es geschieht nichts, bis Sie entscheiden. Die andere Seite wartet.',
};
