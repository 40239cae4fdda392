import { count } from './count';

export const identities = {
  search: 'Search identities',
  new: 'New',
  empty: 'No identities yet',
  emptyText: 'An identity has a key that signs what you issue, and a document that lets everyone check it.',
  nothingOpen: 'Choose an identity',
  nothingOpenText: 'Its document, keys and services are shown here.',
  usual: 'In use',
  states: {
    ready: 'Ready',
    creating: 'Being made',
    stuck: 'Stuck',
    unreachable: 'Network off',
    deactivated: 'Deactivated',
  },
};

export const identity = {
  create: 'New identity',
  name: 'Your name for it',
  nameMissing: 'Give it a name, so that you can tell it from your others.',
  nameHint: 'Only you see it. It is never published.',
  where: 'Where it lives',
  noLedger: 'No ledger',
  noLedgerText:
    'The key is the identity. Works at once and everywhere, and cannot be changed or revoke anything.',
  noRegistrar: 'Needs a registrar of your own: set it under Settings, Networks.',
  off: 'Switched off under Settings, Networks.',
  more: 'Key, services and use',
  keyForm: 'How its key is written',
  keyForms: {
    Ed25519VerificationKey2020: 'Ed25519VerificationKey2020: the usual one',
    Ed25519VerificationKey2018: 'Ed25519VerificationKey2018: for older verifiers',
    JsonWebKey2020: 'JsonWebKey2020: as a JSON Web Key',
  },
  usual: 'Issue by it from now on',
  usualHint: 'You can choose another one on each offer.',
  publish: 'Publish identity',
  make: 'Make identity',
  made: (name: string) => `“${name}” can issue now`,
  failed: (name: string) => `“${name}” could not be made`,
  stuck: (name: string) => `“${name}”: this is not on the ledger yet. See why, and what can be done.`,
  goesOn: 'You can close this. It goes on by itself and is shown under Identities.',
  use: 'Issue by this one',
  used: (name: string) => `Issuing as ${name} from now on`,
  rename: 'Rename',
  check: 'Read from the ledger',
  checked: 'Read from the ledger just now',
  facts: 'About it',
  keys: 'Keys',
  held: 'Its private key is in this wallet',
  notHeld: 'Its private key is not in this wallet',
  purposes: 'For',
  rotate: 'New key',
  rotateTitle: 'Publish a new key?',
  rotateText:
    'The old key leaves the document. What it signed can no longer be checked against the newest document. The old key stays in this wallet.',
  rotated: 'The new key is published',
  services: 'Services',
  noServices: 'None. A service tells others where to find you, such as your website.',
  editServices: 'Change',
  servicesTitle: 'Change the services',
  addService: 'Add service',
  removeService: 'Remove service',
  service: (number: number) => `Service ${number}`,
  serviceKind: 'Type',
  serviceKindExample: 'LinkedDomains',
  serviceEndpoints: 'Addresses, one a line',
  serviceIncomplete: 'A service needs a type and an address.',
  saveServices: 'Publish the change',
  servicesSaved: 'The services are published',
  document: 'The document',
  deactivate: 'Deactivate',
  deactivateTitle: (name: string) => `Deactivate “${name}” for good?`,
  deactivateText:
    'Nobody can issue by it any more, and it can never be used again. Whoever checks what it signed sees that it is deactivated.',
  deactivated: 'The identity is deactivated',
};

export const plan = {
  title: 'What will be published',
  network: 'Network',
  registrar: 'Written by',
  noRegistrar: 'Nobody: nothing is written',
  permanent: 'Permanent',
  cost: 'Cost',
  document: 'The document that will be published',
};

export const ledger = {
  progress: 'On its way to the ledger',
  begins: 'It begins.',
  since: (seconds: number) =>
    seconds < 120
      ? `For ${count(seconds, 'second', 'seconds')} now.`
      : `For ${count(Math.floor(seconds / 60), 'minute', 'minutes')} now.`,
  late: 'This takes longer than usual. It goes on by itself, also after a restart.',
  states: {
    'under-way': 'On its way',
    interrupted: 'Interrupted',
    refused: 'Refused',
  },
  kinds: {
    create: 'Making the identity',
    update: 'Changing the document',
    deactivate: 'Deactivating the identity',
    resource: 'Publishing a list',
  },
  dismiss: 'Dismiss',
  dismissTitle: 'Forget this?',
  dismissText: 'It is not tried again. What is on the ledger already stays there.',
  dismissed: 'Forgotten',
};

export const firstIdentity = {
  label: 'Your first identity',
  making: 'Making your practice identity',
};
