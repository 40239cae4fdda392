import type { Catalogue } from '../catalogue.svelte';

export const settings: Catalogue['settings'] = {
  saved: 'Gespeichert',
  you: 'Sie und Ihre Adresse',
  label: 'Ihr Name, wie andere ihn sehen',
  labelHint: 'Er steht in jeder Ihrer Einladungen.',
  listen: 'Wer diese Wallet erreicht',
  nowhere: 'Niemand: sie sendet und fragt nur',
  computer: 'Nur dieser Computer',
  network: 'Die Netze dieses Computers',
  port: 'Port',
  portHint: 'Bei 0 wählt das System.',
  portWrong: 'Ein Port ist eine ganze Zahl von 0 bis 65535.',
  endpoint: 'Adresse in Einladungen (freiwillig)',
  endpointHint: 'Wenn andere Sie über eine andere Adresse erreichen, etwa einen Proxy oder Tunnel.',
  automatic: 'Ohne Nachfrage',
  automaticHint: 'Jeder Schritt, der nicht von selbst geschieht, wartet in seiner Liste auf Sie.',
  steps: {
    acceptConnections: {
      label: 'Zulassen, wer eine Ihrer Einladungen verwendet',
      hint: 'Aus: Sie entscheiden jedes Mal.',
    },
    acceptOffers: {
      label: 'Jeden angebotenen Nachweis annehmen',
      hint: 'Besser aus: Sie würden ihn nicht vorher lesen.',
    },
    issue: {
      label: 'Ausstellen, wenn ein Angebot angenommen wird',
      hint: 'Aus: jede Anforderung wartet auf Sie.',
    },
    store: {
      label: 'Ausgestelltes nach der Prüfung speichern',
      hint: 'Was die Prüfung nicht besteht, wird nie gespeichert.',
    },
  },
  look: 'Aussehen und Sprache',
  theme: 'Aussehen',
  themes: { system: 'System', light: 'Hell', dark: 'Dunkel' },
  language: 'Sprache',
  systemLanguage: 'Wie das System',
  about: (version, folder) => `Vouchsafe ${version} · ${folder}`,
};

export const desktop: Catalogue['desktop'] = {
  title: 'Auf dem Desktop',
  hint: 'Infobereich und Benachrichtigungen sagen, wie viel wartet, und nie, was in einem Nachweis oder einer Nachricht steht.',
  onClose: 'Wenn das Fenster geschlossen wird',
  closing: { tray: 'Die Wallet bleibt im Infobereich', quit: 'Die Wallet wird geschlossen' },
  noTray: 'Dieser Desktop zeigt gerade keinen Infobereich: mit dem Fenster wird die Wallet geschlossen.',
  lock: 'Beim Schließen des Fensters sofort sperren',
  lockHint:
    'Aus: Sie wird wie sonst gesperrt, nach der Zeit ohne Eingabe. Gesperrt kommt nichts an, außer die Sperre lässt es weitergehen.',
  notifications: 'Benachrichtigen, wenn etwas eintrifft, während dieses Fenster nicht vorn ist',
  notificationsHint:
    'Angebote, Anfragen, Nachweise, Nachrichten, Sammelläufe und Ledger-Einträge. Andere heißen nur so, wie Sie sie genannt haben; von einer gesperrten Wallet heißt es nur, dass etwas wartet.',
};

export const api: Catalogue['api'] = {
  title: 'Admin-API',
  label: 'Andere Programme auf diesem Computer diese Wallet verwenden lassen',
  hint: 'Spricht wie ACA-Py. Braucht ihren Schlüssel und ruht, solange die Wallet gesperrt ist.',
  opened: 'Die Admin-API ist an',
  address: 'Adresse',
  key: 'Schlüssel für die Kopfzeile X-API-Key',
  once: 'Der Schlüssel wird nur jetzt gezeigt. Aus- und Einschalten macht einen neuen.',
};

export const profiles: Catalogue['profiles'] = {
  title: 'Profile',
  hint: 'Jedes Profil ist eine eigene Wallet mit eigenem Fenster.',
  current: 'Dieses Fenster',
  open: 'Öffnen',
  show: 'Fenster zeigen',
  create: 'Neu öffnen',
  name: 'Name eines neuen Profils',
  wrong: 'Buchstaben, Ziffern, - und _, höchstens 32.',
};
