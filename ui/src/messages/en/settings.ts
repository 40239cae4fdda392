export const settings = {
  saved: 'Saved',
  you: 'You and your address',
  label: 'Your name, as others see it',
  labelHint: 'Part of every invitation you make.',
  listen: 'Who can reach this wallet',
  nowhere: 'Nobody: it only sends and asks',
  computer: 'This computer alone',
  network: 'The networks this computer is in',
  port: 'Port',
  portHint: '0 lets the system choose.',
  portWrong: 'A port is a whole number from 0 to 65535.',
  endpoint: 'Address in invitations (optional)',
  endpointHint: 'When others reach you by another address, through a proxy or a tunnel.',
  automatic: 'Without asking',
  automaticHint: 'Every step that is not taken by itself waits for you in its list.',
  steps: {
    acceptConnections: {
      label: 'Let in who uses an invitation of yours',
      hint: 'Off: you decide for each.',
    },
    acceptOffers: {
      label: 'Accept every credential that is offered',
      hint: 'Best left off: you would not read it first.',
    },
    issue: { label: 'Issue when an offer is accepted', hint: 'Off: each request waits for you.' },
    store: {
      label: 'Store what was issued, once it is verified',
      hint: 'What does not verify is never stored.',
    },
  },
  look: 'Look and language',
  theme: 'Theme',
  themes: { system: 'System', light: 'Light', dark: 'Dark' },
  language: 'Language',
  systemLanguage: 'As the system',
  about: (version: string, folder: string) => `Vouchsafe ${version} · ${folder}`,
};

export const desktop = {
  title: 'On the desktop',
  hint: 'Tray and notifications say how much waits, and never what a credential or a message says.',
  onClose: 'When the window is closed',
  closing: { tray: 'The wallet stays in the tray', quit: 'The wallet is closed' },
  noTray: 'This desktop shows no tray now: closing the window closes the wallet.',
  lock: 'Lock at once when the window is closed',
  lockHint:
    'Off: it locks as usual, after the time without input. While it is locked nothing comes in, unless the lock lets it go on.',
  notifications: 'Notify when something comes in while this window is not in front',
  notificationsHint:
    'Offers, requests, credentials, messages, runs and ledger entries. Others are named only as you named them; of a locked wallet it is said only that something waits.',
};

export const api = {
  title: 'Admin API',
  label: 'Let other programs on this computer use this wallet',
  hint: 'Speaks the same language as ACA-Py. Needs its key, and stops while the wallet is locked.',
  opened: 'The admin API is on',
  address: 'Address',
  key: 'Key, for the X-API-Key header',
  once: 'The key is shown only now. Switch the API off and on for a new one.',
};

export const profiles = {
  title: 'Profiles',
  hint: 'Each profile is a wallet of its own with a window of its own.',
  current: 'This window',
  open: 'Open',
  show: 'Show window',
  create: 'Open new',
  name: 'Name of a new profile',
  wrong: 'Letters, digits, - and _, at most 32.',
};
