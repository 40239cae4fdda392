import type { Catalogue } from '../catalogue.svelte';

export const credentials: Catalogue['credentials'] = {
  count: (number) => new Intl.NumberFormat('de').format(number),
  search: 'Nachweise suchen',
  waiting: 'Wartet',
  empty: 'Noch keine Nachweise',
  emptyText:
    'Wer Nachweise ausstellt, gibt Ihnen eine Einladung: einen Link oder QR-Code. Fügen Sie sie hier hinzu.',
  noneFound: 'Nichts gefunden',
  noneFoundText: (query) => `Nichts passt zu „${query}“.`,
  clearSearch: 'Suche leeren',
  nothingOpen: 'Wählen Sie einen Nachweis',
  nothingOpenText: 'Hier stehen seine Werte, was geprüft wurde und das Dokument selbst.',
};

export const credential: Catalogue['credential'] = {
  attributes: 'Was er sagt',
  facts: 'Über ihn',
  checks: 'Was geprüft wurde',
  checkedAt: (when) => `Geprüft ${when}`,
  checkAgain: 'Erneut prüfen',
  verified: 'Alles stimmt',
  notVerified: 'Eine Prüfung ist nicht bestanden',
  raw: 'Das Dokument',
  export: 'In eine Datei ausgeben',
  exported: (file) => `Ausgegeben nach ${file}`,
  delete: 'Löschen',
  deleteTitle: (title) => `„${title}“ löschen?`,
  deleteText: (issuer) =>
    `Er verlässt diese Wallet und kommt nicht zurück; ${issuer} müsste ihn neu ausstellen. Der Verlauf bleibt.`,
  deleted: 'Nachweis gelöscht',
  howItCame: 'Wie er hierher kam',
  status: 'Was die ausstellende Seite jetzt dazu sagt',
  statuses: {
    valid: 'Gilt',
    suspended: 'Ausgesetzt',
    revoked: 'Widerrufen',
    unknown: 'Unbekannt',
    'not-tracked': 'Hat keinen Status',
  },
  statusExpired: 'Abgelaufen',
  neverRead: 'Noch nie gelesen',
  checkNow: 'Jetzt prüfen',
};
