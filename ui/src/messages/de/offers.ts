import type { Catalogue } from '../catalogue.svelte';

export const offer: Catalogue['offer'] = {
  loading: 'Angebot',
  title: (issuer) => `${issuer} bietet Ihnen einen Nachweis an`,
  unverified: 'So nennt sich die andere Seite selbst. Lesen Sie die Werte, bevor Sie entscheiden.',
  review: 'Ansehen',
  accept: 'Annehmen',
  decline: 'Ablehnen',
  declineSend: 'Angebot ablehnen',
  reason: 'Grund (freiwillig)',
  reasonHint: 'Die andere Seite liest ihn.',
  later: 'Schließen entscheidet nichts: das Angebot wartet.',
  added: 'In Ihrer Wallet',
  arrived: (issuer) => `${issuer} bietet Ihnen einen Nachweis an`,
};

export const exchange: Catalogue['exchange'] = {
  role: {
    issuer: (other) => `Sie stellen für ${other} aus`,
    holder: (other) => `Von ${other}`,
  },
  as: (name) => `Ausgestellt als ${name}`,
  revocable: 'Widerrufbar',
  issue: 'Jetzt ausstellen',
  store: 'Jetzt speichern',
  showCredential: 'Nachweis zeigen',
  showCode: 'QR-Code zeigen',
  history: 'Verlauf',
  cancel: 'Abbrechen',
  cancelTitle: 'Diesen Austausch abbrechen?',
  cancelText:
    'Die andere Seite erfährt es. Es wird kein Nachweis ausgestellt oder gespeichert. Das lässt sich nicht rückgängig machen.',
  delete: 'Vergessen',
  deleteTitle: 'Diesen Austausch vergessen?',
  deleteText: 'Er verschwindet aus der Liste. Ein Nachweis daraus bleibt, sein Verlauf auch.',
};
