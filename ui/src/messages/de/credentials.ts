import type { Catalogue } from '../catalogue.svelte';

export const credentials: Catalogue['credentials'] = {
  count: (number) => new Intl.NumberFormat('de').format(number),
  search: 'Nachweise suchen',
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

const zahl = (count: number): string => new Intl.NumberFormat('de').format(count);
const nachweise = (count: number): string => (count === 1 ? '1 Nachweis' : `${zahl(count)} Nachweise`);

export const arrange: Catalogue['arrange'] = {
  title: 'Sortieren und filtern',
  sort: 'Sortieren nach',
  sorts: {
    newest: 'Neueste zuerst',
    name: 'Name',
    issuer: 'Ausstellende Seite',
    expiry: 'Läuft zuerst ab',
  },
  show: 'Anzeigen',
  shows: {
    all: 'Alle',
    favourites: 'Favoriten',
    valid: 'Gültig',
    expiring: 'Läuft bald ab',
    expired: 'Abgelaufen',
    revoked: 'Widerrufen',
    suspended: 'Ausgesetzt',
    unverified: 'Nicht geprüft',
    unknown: 'Status unbekannt',
  },
  practice: 'Übung',
  practices: { with: 'Dabei', only: 'Nur Übung', without: 'Weglassen' },
  tag: 'Schlagwort',
  anyTag: 'Beliebig',
  tagged: (tag) => `Schlagwort: ${tag}`,
  grouped: 'Nach ausstellender Seite gruppieren',
  favouritesFirst: 'Favoriten oben',
  editTags: 'Schlagwörter bearbeiten …',
  without: (what) => `Filter „${what}“ entfernen`,
  reset: 'Alle anzeigen',
  emptyFilter: 'Nichts davon ist so',
  emptyFilterText: 'Kein Nachweis passt zu dem, was gerade gezeigt wird. Die anderen sind noch da.',
  fold: 'eingeklappt',
  unfold: 'ausgeklappt',
  groupCount: nachweise,
  tagHit: 'Schlagwort',
};

export const choosing: Catalogue['choosing'] = {
  select: 'Auswählen',
  count: (count) => `${zahl(count)} ausgewählt`,
  all: (count) => `Alle ${zahl(count)} auswählen`,
  none: 'Keinen auswählen',
  hint: 'Klicken Sie auf Zeilen oder drücken Sie die Leertaste. Mit Umschalt wählen Sie bis dorthin.',
  tag: 'Schlagwörter …',
  favourite: 'Favorit',
  export: 'Ausgeben …',
  delete: 'Löschen …',
  exported: (count) => (count === 1 ? '1 Datei geschrieben' : `${zahl(count)} Dateien geschrieben`),
  changed: (count) => `${nachweise(count)} geändert`,
  deleteTitle: (count) => `${nachweise(count)} löschen?`,
  deleteText:
    'Sie verlassen diese Wallet und kommen nicht zurück; die ausstellenden Seiten müssten sie neu ausstellen. Der Verlauf bleibt.',
  deleted: (count) => `${nachweise(count)} gelöscht`,
};

export const tagging: Catalogue['tagging'] = {
  title: 'Schlagwörter',
  add: 'Schlagwort hinzufügen',
  addAction: 'Hinzufügen',
  placeholder: 'Arbeit, Reise, 2026',
  remove: (tag) => `Schlagwort „${tag}“ entfernen`,
  suggestions: 'Vorhandene Schlagwörter',
  takeOff: 'Wegnehmen',
  favourite: 'Als Favorit markieren',
  unfavourite: 'Kein Favorit mehr',
  sheetTitle: (count) =>
    count === 1 ? 'Schlagwörter von 1 Nachweis' : `Schlagwörter von ${zahl(count)} Nachweisen`,
  sheetText: 'Geben Sie allen ein Schlagwort, oder nehmen Sie allen eines weg.',
  manageTitle: 'Schlagwörter',
  manageText: 'Ein Schlagwort gehört nur Ihnen: keine ausstellende und keine prüfende Seite sieht es.',
  manageEmpty:
    'Noch kein Schlagwort. Öffnen Sie einen Nachweis und fügen Sie unter seiner Karte eines hinzu.',
  rename: 'Umbenennen',
  renameLabel: 'Neuer Name',
  renamed: 'Schlagwort umbenannt',
  delete: 'Löschen',
  deleteTitle: (tag) => `Schlagwort „${tag}“ löschen?`,
  deleteText: 'Es wird von jedem Nachweis entfernt. Die Nachweise bleiben.',
  deleted: 'Schlagwort gelöscht',
};

export const explain: Catalogue['explain'] = {
  copyReport: 'Prüfbericht kopieren',
  labels: {
    structure: 'Folgt dem Datenmodell',
    contexts: 'Bedeutung seiner Begriffe',
    members: 'Die Signatur deckt jeden Wert',
    signature: 'Signatur',
    'key-authorised': 'Der Schlüssel gehört der ausstellenden Seite',
    purpose: 'Zu diesem Zweck signiert',
    'valid-from': 'Schon gültig',
    expiry: 'Nicht abgelaufen',
    status: 'Nicht zurückgenommen',
    offer: 'Entspricht dem Angebot',
  },
  sentences: {
    structure: {
      passed: 'Er ist gebaut, wie Nachweise gebaut sind: jedes Programm liest dasselbe daraus.',
      failed: 'Er ist nicht gebaut, wie Nachweise gebaut sind. Programme könnten Verschiedenes daraus lesen.',
    },
    contexts: {
      passed:
        'Die Bedeutung jedes Begriffs stammt aus Vokabularen, die Teil dieses Programms und über ihren Hash festgelegt sind; niemand kann sie nachträglich ändern.',
      failed:
        'Er nennt ein Vokabular, das dieses Programm nicht kennt. Was seine Begriffe bedeuten, bleibt offen.',
      noted:
        'Wer ihn verfasst hat, hat im Dokument festgehalten, was die eigenen Begriffe bedeuten. Die Signatur deckt das, aber kein gemeinsames Vokabular steht dahinter.',
    },
    members: {
      passed: 'Nichts kann hinzugefügt, entfernt oder geändert werden, ohne dass die Signatur es zeigt.',
      failed: 'Ein Teil ist von der Signatur nicht gedeckt und könnte von irgendwem stammen.',
    },
    signature: {
      passed: 'Das Dokument ist genau das, was signiert wurde.',
      failed: 'Das Dokument ist nicht das, was signiert wurde, oder jemand anderes hat es signiert.',
      'not-checked': 'Ohne den Schlüssel der ausstellenden Seite kann niemand sagen, ob die Signatur stimmt.',
    },
    'key-authorised': {
      passed:
        'Das DID-Dokument der ausstellenden Seite führt den Schlüssel, mit dem signiert wurde, für solche Aussagen auf.',
      failed:
        'Das DID-Dokument der ausstellenden Seite führt den Schlüssel nicht auf, mit dem signiert wurde.',
      'not-checked':
        'Das DID-Dokument der ausstellenden Seite war nicht zu finden; der Schlüssel konnte nicht darin gesucht werden.',
    },
    purpose: {
      passed: 'Er wurde signiert, um etwas auszusagen, und nicht etwa, um sich irgendwo anzumelden.',
      failed: 'Er wurde zu etwas anderem signiert, als auszusagen, was er sagt.',
    },
    'valid-from': {
      passed: 'Sein erster Tag ist da.',
      failed: 'Sein erster Tag kommt erst noch.',
    },
    expiry: {
      passed: 'Sein letzter Tag kommt erst noch, oder er hat keinen.',
      failed:
        'Sein letzter Tag ist vorbei. Was er sagt, kann noch stimmen; bitten Sie die ausstellende Seite um einen neuen.',
    },
    status: {
      passed: 'Als die Statusliste der ausstellenden Seite zuletzt gelesen wurde, galt er.',
      failed: 'Die Statusliste der ausstellenden Seite sagt, dass er nicht gilt.',
      'not-checked':
        'Die ausstellende Seite kann ihn zurücknehmen, und die Liste, in der das stünde, war nicht zu lesen. „Jetzt prüfen“ versucht es erneut.',
    },
    offer: {
      passed: 'Was Ihnen vor dem Annehmen gezeigt wurde, ist Stück für Stück das, was signiert wurde.',
      noted: 'Er kam als Datei. Es gab kein Angebot, mit dem er zu vergleichen wäre.',
    },
  },
  kept: (when) =>
    `Das Dokument ist seit ${when} aufbewahrt und wurde nicht neu gelesen: das gilt ohne Netz, mit dem Stand von damals.`,
  read: (when) => `Das Dokument wurde für diese Prüfung gelesen, ${when}.`,
  facts: {
    suite: 'Kryptoverfahren',
    method: 'Prüfschlüssel',
    signed: 'Signiert',
    document: 'DID-Dokument',
    'document-read': 'Dokument vom',
    context: 'Kontext',
    model: 'Datenmodell',
    types: 'Typen',
    members: 'Angaben',
    purpose: 'Zweck',
    'valid-from': 'Gültig ab',
    'valid-until': 'Gültig bis',
    list: 'Statusliste',
    place: 'Platz darin',
    'list-read': 'Liste gelesen',
    exchange: 'Austausch',
  },
};
