import type { Catalogue } from '../catalogue.svelte';
import { count } from './count';

export const identities: Catalogue['identities'] = {
  search: 'Identitäten suchen',
  new: 'Neu',
  empty: 'Noch keine Identitäten',
  emptyText:
    'Eine Identität hat einen Schlüssel, der unterschreibt, was Sie ausstellen, und ein Dokument, mit dem es alle prüfen.',
  nothingOpen: 'Wählen Sie eine Identität',
  nothingOpenText: 'Hier stehen ihr Dokument, ihre Schlüssel und Dienste.',
  usual: 'In Gebrauch',
  states: {
    ready: 'Bereit',
    creating: 'Entsteht',
    stuck: 'Hängt',
    unreachable: 'Netz aus',
    deactivated: 'Deaktiviert',
  },
};

export const identity: Catalogue['identity'] = {
  create: 'Neue Identität',
  name: 'Ihr Name dafür',
  nameMissing: 'Geben Sie ihr einen Namen, damit Sie sie unterscheiden können.',
  nameHint: 'Nur Sie sehen ihn. Er wird nie veröffentlicht.',
  where: 'Wo sie lebt',
  noLedger: 'Kein Ledger',
  noLedgerText:
    'Der Schlüssel ist die Identität. Geht sofort und überall; lässt sich nicht ändern und kann nichts widerrufen.',
  noRegistrar: 'Braucht einen eigenen Registrar: einzutragen unter Einstellungen, Netze.',
  off: 'Ausgeschaltet unter Einstellungen, Netze.',
  more: 'Schlüssel, Dienste und Gebrauch',
  keyForm: 'Wie ihr Schlüssel geschrieben wird',
  keyForms: {
    Ed25519VerificationKey2020: 'Ed25519VerificationKey2020: die übliche Form',
    Ed25519VerificationKey2018: 'Ed25519VerificationKey2018: für ältere Prüfer',
    JsonWebKey2020: 'JsonWebKey2020: als JSON Web Key',
  },
  usual: 'Von jetzt an mit ihr ausstellen',
  usualHint: 'Bei jedem Angebot können Sie eine andere wählen.',
  publish: 'Identität veröffentlichen',
  make: 'Identität anlegen',
  made: (name) => `„${name}“ kann jetzt ausstellen`,
  failed: (name) => `„${name}“ ist nicht entstanden`,
  stuck: (name) => `„${name}“: das ist noch nicht auf dem Ledger. Hier steht, warum und was zu tun ist.`,
  goesOn: 'Sie können dies schließen. Es geht von selbst weiter und steht unter Identitäten.',
  use: 'Mit dieser ausstellen',
  used: (name) => `Von jetzt an ausgestellt als ${name}`,
  rename: 'Umbenennen',
  check: 'Vom Ledger lesen',
  checked: 'Gerade vom Ledger gelesen',
  facts: 'Über sie',
  keys: 'Schlüssel',
  held: 'Der private Schlüssel ist in dieser Wallet',
  notHeld: 'Der private Schlüssel ist nicht in dieser Wallet',
  purposes: 'Für',
  rotate: 'Neuer Schlüssel',
  rotateTitle: 'Einen neuen Schlüssel veröffentlichen?',
  rotateText:
    'Der alte verlässt das Dokument. Was er unterschrieb, lässt sich mit dem neuesten Dokument nicht mehr prüfen. Er bleibt in dieser Wallet.',
  rotated: 'Der neue Schlüssel ist veröffentlicht',
  services: 'Dienste',
  noServices: 'Keine. Ein Dienst sagt anderen, wo Sie zu finden sind, etwa Ihre Website.',
  editServices: 'Ändern',
  servicesTitle: 'Die Dienste ändern',
  addService: 'Dienst hinzufügen',
  removeService: 'Dienst entfernen',
  service: (number) => `Dienst ${number}`,
  serviceKind: 'Art',
  serviceKindExample: 'LinkedDomains',
  serviceEndpoints: 'Adressen, eine je Zeile',
  serviceIncomplete: 'Ein Dienst braucht eine Art und eine Adresse.',
  saveServices: 'Änderung veröffentlichen',
  servicesSaved: 'Die Dienste sind veröffentlicht',
  document: 'Das Dokument',
  deactivate: 'Deaktivieren',
  deactivateTitle: (name) => `„${name}“ für immer deaktivieren?`,
  deactivateText:
    'Niemand kann mehr mit ihr ausstellen, und sie ist nie wieder zu gebrauchen. Wer prüft, was sie unterschrieb, sieht es.',
  deactivated: 'Die Identität ist deaktiviert',
};

export const plan: Catalogue['plan'] = {
  title: 'Was veröffentlicht wird',
  network: 'Netz',
  registrar: 'Es schreibt',
  noRegistrar: 'Niemand: es wird nichts geschrieben',
  permanent: 'Dauerhaft',
  cost: 'Kosten',
  document: 'Das Dokument, das veröffentlicht wird',
};

export const ledger: Catalogue['ledger'] = {
  progress: 'Auf dem Weg zum Ledger',
  begins: 'Es beginnt.',
  since: (seconds) =>
    seconds < 120
      ? `Seit ${count(seconds, 'Sekunde', 'Sekunden')}.`
      : `Seit ${count(Math.floor(seconds / 60), 'Minute', 'Minuten')}.`,
  late: 'Das dauert länger als sonst. Es geht von selbst weiter, auch nach einem Neustart.',
  states: {
    'under-way': 'Unterwegs',
    interrupted: 'Unterbrochen',
    refused: 'Abgelehnt',
  },
  kinds: {
    create: 'Die Identität entsteht',
    update: 'Das Dokument wird geändert',
    deactivate: 'Die Identität wird deaktiviert',
    resource: 'Eine Liste wird veröffentlicht',
  },
  dismiss: 'Verwerfen',
  dismissTitle: 'Das verwerfen?',
  dismissText: 'Es wird nicht mehr versucht. Was schon auf dem Ledger steht, bleibt dort.',
  dismissed: 'Verworfen',
};

export const firstIdentity: Catalogue['firstIdentity'] = {
  label: 'Ihre erste Identität',
  making: 'Ihre Übungsidentität entsteht',
};
