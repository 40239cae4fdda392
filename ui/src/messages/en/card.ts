import { count } from './count';

export const card = {
  practice: 'Practice',
  practiceHint: 'Made on a practice ledger: it means nothing outside that computer.',
  state: {
    offered: 'Offered',
    valid: 'Valid',
    signed: 'Signed',
    expiring: 'Expires soon',
    expired: 'Expired',
    revoked: 'Revoked',
    suspended: 'Suspended',
    unverified: 'Not verified',
    unknown: 'Status unknown',
  },
};

export const checks = {
  passed: 'Passed',
  failed: 'Failed',
  'not-checked': 'Could not be checked',
  noted: 'For you to know',
};

export const outcomes = { done: 'Done', waiting: 'Under way', failed: 'Failed' };

export const steps = {
  invitation: 'Invitation',
  connected: 'Connected',
  offered: 'Offered',
  requested: 'Requested',
  issued: 'Issued',
  stored: 'Stored',
  states: {
    done: 'done',
    current: 'in progress',
    ahead: 'to come',
    failed: 'failed',
    skipped: 'not needed',
  },
  yourTurn: 'Your turn',
  theirTurn: 'Their turn',
  ended: 'This ended here',
  late: (seconds: number, unsent: number) =>
    unsent > 0
      ? 'The other side has not been reached yet.'
      : seconds < 120
        ? `No answer for ${count(seconds, 'second', 'seconds')}.`
        : `No answer for ${count(Math.floor(seconds / 60), 'minute', 'minutes')}.`,
  why: 'Why?',
  whyUnsent:
    'Your message is safe in this wallet but the other side could not be reached. It is sent again by itself, also after a restart. Their program may be closed, or the network in between may be down.',
  whyThem:
    'Your message was delivered. Now a person or a program on the other side has to act. You can close this; it goes on by itself and the wallet tells you.',
  whyUs: 'Nothing happens until you decide. The other side waits.',
};
