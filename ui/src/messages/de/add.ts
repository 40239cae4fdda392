import type { Catalogue } from '../catalogue.svelte';

export const add: Catalogue['add'] = {
  title: 'Hinzufügen',
  lead: 'Fügen Sie ein, was Sie bekommen haben',
  placeholder: 'Ein Einladungslink, eine Einladung oder ein Nachweis als Text',
  file: 'Datei wählen',
  clipboard: 'Aus der Zwischenablage',
  clipboardEmpty: 'In der Zwischenablage ist weder Text noch Bild.',
  look: 'Weiter',
  dropHint:
    'Oder lassen Sie es irgendwo auf dieses Fenster fallen: einen Link, eine Datei, ein Bild oder Bildschirmfoto mit QR-Code. Beim Ansehen wird niemand kontaktiert.',
  drop: 'Loslassen, um zu sehen, was es ist',
  invitationTitle: 'Eine Einladung',
  credentialTitle: 'Ein Nachweis',
  shortLinkTitle: 'Ein Kurzlink',
  shortLink: (host) => `Das ist ein Kurzlink. Nur ${host} weiß, wofür er steht.`,
  shortLinkNext: 'Um es zu erfahren, muss diese Wallet dort fragen. Sonst wird nichts gesendet.',
  ask: (host) => `${host} fragen`,
  notNow: 'Nicht jetzt',
  somethingElse: 'Etwas anderes',
  connecting: 'Wird verbunden',
  sent: 'Die Antwort auf die Einladung ist unterwegs.',
  reused: 'Sie waren schon verbunden; die Verbindung wird wieder verwendet.',
  goesOn: 'Sie können dies schließen. Es geht von selbst weiter.',
  showConnection: 'Verbindung zeigen',
  keep: 'Nachweis behalten',
  kept: 'Nachweis behalten',
  cannotKeep: 'Er kann nicht behalten werden, weil die Prüfung scheitert.',
  linkWaits: 'Ein Link, den Sie geöffnet haben, wartet hier, bis Sie fertig sind.',
  moreLinks: (count) => (count === 1 ? 'Ein weiterer Link wartet.' : `${count} weitere Links warten.`),
  linksLocked: (count) =>
    count === 1
      ? 'Ein Link wurde mit Vouchsafe geöffnet. Er erscheint, sobald die Wallet entsperrt ist.'
      : `${count} Links wurden mit Vouchsafe geöffnet. Sie erscheinen, sobald die Wallet entsperrt ist.`,
  usedTitle: 'Schon verwendet',
  usedAt: (moment) => `Diese Wallet hat diese Einladung am ${moment} angenommen.`,
  usedConnected: (name) => `Sie sind mit ${name} verbunden. Es ist nichts weiter zu tun.`,
  usedGone: 'Die Verbindung, die daraus entstand, ist nicht mehr da.',
  usedAsk:
    'Bitten Sie um eine neue Einladung. War sie für viele Personen gedacht, können Sie sie noch einmal verwenden.',
  openConnection: (name) => `${name} öffnen`,
  again: 'Noch einmal verwenden',
  severalTitle: 'Mehrere QR-Codes',
  several: (count) => `In diesem Bild sind ${count} QR-Codes. Welchen meinen Sie?`,
  codeKinds: {
    invitation: 'Einladung',
    'short-link': 'Kurzlink',
    credential: 'Nachweis',
    nothing: 'Etwas anderes',
  },
  tooLarge: {
    title: 'Zu groß',
    what: 'Das ist größer als jede Einladung und jedes Bild, das Vouchsafe liest.',
    lost: 'Es ist nichts verloren.',
    next: 'Wählen Sie ein Bild unter 12 MB oder einen Text unter 1 MB.',
  },
};

export const consent: Catalogue['consent'] = {
  unverified: 'Name laut Einladung, nicht geprüft',
  noName: 'Kein Name angegeben',
  host: 'Kontaktiert wird',
  did: 'Deren DID',
  goal: 'Wofür',
  seen: 'Schon gesehen',
  seenWords: {
    'first-time': 'Nein, zum ersten Mal',
    before: 'Ja',
    own: 'Es ist eine Ihrer eigenen Einladungen',
  },
  expires: 'Endet',
  next: 'Was dann geschieht',
  private:
    'Diese Adresse liegt auf diesem Computer oder in einem privaten Netz. Verbinden Sie sich nur, wenn Sie dort jemanden erwarten.',
  offerIssuer: 'Der Name der ausstellenden Seite stammt aus der Einladung, nicht geprüft.',
  plain:
    'Die Adresse selbst ist unverschlüsselt. Ihre Nachrichten sind es nicht; der Name des Hosts ist sichtbar.',
  reuse: (name) => `Verbindung mit ${name} verwenden`,
  reuseHint: 'Sie kennen sich bereits. Aus: es entsteht eine zweite Verbindung.',
  alias: 'Ihr eigener Name dafür (freiwillig)',
  connect: 'Verbinden',
  connectReview: 'Verbinden und Angebot ansehen',
};
