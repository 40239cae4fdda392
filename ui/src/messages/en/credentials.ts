export const credentials = {
  count: (number: number) => new Intl.NumberFormat('en').format(number),
  search: 'Search credentials',
  empty: 'No credentials yet',
  emptyText: 'Someone who issues credentials gives you an invitation: a link or a QR code. Add it here.',
  noneFound: 'Nothing found',
  noneFoundText: (query: string) => `Nothing matches “${query}”.`,
  clearSearch: 'Clear search',
  nothingOpen: 'Choose a credential',
  nothingOpenText: 'Its values, what was verified, and the document itself are shown here.',
};

export const credential = {
  attributes: 'What it says',
  facts: 'About it',
  checks: 'What was verified',
  checkedAt: (when: string) => `Checked ${when}`,
  checkAgain: 'Check again',
  verified: 'Everything checks out',
  notVerified: 'A check did not pass',
  raw: 'The document',
  export: 'Export to a file',
  exported: (file: string) => `Exported to ${file}`,
  delete: 'Delete',
  deleteTitle: (title: string) => `Delete “${title}”?`,
  deleteText: (issuer: string) =>
    `It leaves this wallet and cannot be brought back; ${issuer} would have to issue it again. The history stays.`,
  deleted: 'Credential deleted',
  howItCame: 'How it came here',
  status: 'What its issuer says of it now',
  statuses: {
    valid: 'Stands',
    suspended: 'Suspended',
    revoked: 'Revoked',
    unknown: 'Unknown',
    'not-tracked': 'Has no status',
  },
  statusExpired: 'Expired',
  neverRead: 'Never read yet',
  checkNow: 'Check now',
};

export const arrange = {
  title: 'Sort and filter',
  sort: 'Sort by',
  sorts: { newest: 'Newest first', name: 'Name', issuer: 'Issuer', expiry: 'Expires soonest' },
  show: 'Show',
  shows: {
    all: 'All',
    favourites: 'Favourites',
    valid: 'Valid',
    expiring: 'Expires soon',
    expired: 'Expired',
    revoked: 'Revoked',
    suspended: 'Suspended',
    unverified: 'Not verified',
    unknown: 'Status unknown',
  },
  practice: 'Practice',
  practices: { with: 'Included', only: 'Practice only', without: 'Leave out' },
  tag: 'Tag',
  anyTag: 'Any tag',
  tagged: (tag: string) => `Tag: ${tag}`,
  grouped: 'Group by issuer',
  favouritesFirst: 'Favourites on top',
  editTags: 'Edit tags…',
  without: (what: string) => `Remove the filter “${what}”`,
  reset: 'Show all',
  emptyFilter: 'Nothing here is like that',
  emptyFilterText: 'No credential fits what is shown now. The others are still there.',
  fold: 'folded away',
  unfold: 'shown',
  groupCount: (count: number) =>
    `${new Intl.NumberFormat('en').format(count)} ${count === 1 ? 'credential' : 'credentials'}`,
  tagHit: 'Tag',
};

export const choosing = {
  select: 'Select',
  count: (count: number) => `${new Intl.NumberFormat('en').format(count)} selected`,
  all: (count: number) => `Select all ${new Intl.NumberFormat('en').format(count)}`,
  none: 'Select none',
  hint: 'Click rows, or press Space. Shift selects up to there.',
  tag: 'Tags…',
  favourite: 'Favourite',
  export: 'Export…',
  delete: 'Delete…',
  exported: (count: number) =>
    count === 1 ? '1 file written' : `${new Intl.NumberFormat('en').format(count)} files written`,
  changed: (count: number) =>
    count === 1 ? '1 credential changed' : `${new Intl.NumberFormat('en').format(count)} credentials changed`,
  deleteTitle: (count: number) =>
    count === 1 ? 'Delete 1 credential?' : `Delete ${new Intl.NumberFormat('en').format(count)} credentials?`,
  deleteText:
    'They leave this wallet and cannot be brought back; their issuers would have to issue them again. The history stays.',
  deleted: (count: number) =>
    count === 1 ? '1 credential deleted' : `${new Intl.NumberFormat('en').format(count)} credentials deleted`,
};

export const tagging = {
  title: 'Tags',
  add: 'Add a tag',
  addAction: 'Add',
  placeholder: 'Work, travel, 2026',
  remove: (tag: string) => `Remove the tag “${tag}”`,
  suggestions: 'Tags that there are',
  takeOff: 'Take off',
  favourite: 'Mark as favourite',
  unfavourite: 'No longer a favourite',
  sheetTitle: (count: number) =>
    count === 1 ? 'Tags of 1 credential' : `Tags of ${new Intl.NumberFormat('en').format(count)} credentials`,
  sheetText: 'Add a tag to all of them, or take one off all of them.',
  manageTitle: 'Tags',
  manageText: 'A tag is yours alone: no issuer and no verifier sees it.',
  manageEmpty: 'No tag yet. Open a credential and add one under its card.',
  rename: 'Rename',
  renameLabel: 'New name',
  renamed: 'Tag renamed',
  delete: 'Delete',
  deleteTitle: (tag: string) => `Delete the tag “${tag}”?`,
  deleteText: 'It is taken off every credential. The credentials stay.',
  deleted: 'Tag deleted',
};

/** What each check means, in a sentence for each outcome, and what its facts are called. */
export const explain = {
  copyReport: 'Copy the proof report',
  labels: {
    structure: 'Follows the data model',
    contexts: 'Meaning of its terms',
    members: 'Every value is covered by the signature',
    signature: 'Signature',
    'key-authorised': 'Key belongs to the issuer',
    purpose: 'Signed for this purpose',
    'valid-from': 'Already valid',
    expiry: 'Not expired',
    status: 'Not taken back',
    offer: 'Equals the offer',
  } as Record<string, string | undefined>,
  sentences: {
    structure: {
      passed: 'It is built as credentials are built, so every program reads the same from it.',
      failed: 'It is not built as credentials are built. Programs may read different things from it.',
    },
    contexts: {
      passed:
        'The meaning of every term comes from vocabularies that are part of this program and pinned by their hash; nobody can change it afterwards.',
      failed:
        'It names a vocabulary that this program does not know. What its terms mean is anybody’s guess.',
      noted:
        'Its author wrote down in the document what its own terms mean. The signature covers that, but no shared vocabulary stands behind it.',
    },
    members: {
      passed: 'Nothing can be added, removed or changed without breaking the signature.',
      failed: 'Some of it is not covered by the signature and could have been written by anybody.',
    },
    signature: {
      passed: 'The document is exactly what was signed, to the last character that counts.',
      failed: 'The document is not what was signed, or somebody else signed it.',
      'not-checked': 'Without the issuer’s key nobody can say whether the signature is right.',
    },
    'key-authorised': {
      passed: 'The issuer’s own DID document lists the key that signed, for making statements like this one.',
      failed: 'The issuer’s DID document does not list the key that signed.',
      'not-checked':
        'The issuer’s DID document could not be found, so the key could not be looked for in it.',
    },
    purpose: {
      passed: 'It was signed in order to state something, not for example to log in somewhere.',
      failed: 'It was signed for something else than to state what it says.',
    },
    'valid-from': {
      passed: 'Its first day has come.',
      failed: 'Its first day is still to come.',
    },
    expiry: {
      passed: 'Its last day is still to come, or it has none.',
      failed: 'Its last day has passed. What it says may still be true; ask its issuer for a new one.',
    },
    status: {
      passed: 'When its issuer’s status list was last read, it stood.',
      failed: 'Its issuer’s status list says that it does not stand.',
      'not-checked':
        'Its issuer can take it back, and the list that would say so could not be read. “Check now” tries again.',
    },
    offer: {
      passed: 'What you were shown before you accepted is what was signed, member for member.',
      noted: 'It came as a file. There was no offer to compare it with.',
    },
  } as Record<string, Partial<Record<'passed' | 'failed' | 'not-checked' | 'noted', string>> | undefined>,
  kept: (when: string) =>
    `The document was kept since ${when} and not read anew: this holds without a network, as of that time.`,
  read: (when: string) => `The document was read for this check, ${when}.`,
  facts: {
    suite: 'Cryptosuite',
    method: 'Verification method',
    signed: 'Signed',
    document: 'DID document',
    'document-read': 'Document from',
    context: 'Context',
    model: 'Data model',
    types: 'Types',
    members: 'Members',
    purpose: 'Purpose',
    'valid-from': 'Valid from',
    'valid-until': 'Valid until',
    list: 'Status list',
    place: 'Place in it',
    'list-read': 'List read',
    exchange: 'Exchange',
  } as Record<string, string | undefined>,
};
