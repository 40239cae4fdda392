export const activity = {
  lead: 'What this wallet did and what was done to it. No values of credentials are kept here.',
  empty: 'Nothing happened yet',
  emptyText:
    'Every connection, offer and credential leaves a line here: when, with whom, and what came of it.',
  more: (number: string) => `Show earlier (${number} more)`,
};
