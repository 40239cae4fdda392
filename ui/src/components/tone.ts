/** How states are coloured and marked: one place, so that a state looks the same in a row, on a card and in a list. */
import type {
  CardState,
  ConnectionPhase,
  ExchangePhase,
  IdentityState,
  InvitationState,
  IssuedState,
  LedgerJobState,
  OfferState,
  StatusState,
} from '../bindings';
import type { BadgeTone } from './Badge.svelte';
import type { IconName } from './icons';

export const cardTone: Record<CardState, BadgeTone> = {
  offered: 'accent',
  valid: 'good',
  signed: 'neutral',
  expiring: 'notice',
  expired: 'bad',
  revoked: 'bad',
  suspended: 'notice',
  unverified: 'notice',
  unknown: 'notice',
};

export function cardIcon(state: CardState): IconName {
  if (state === 'valid') return 'check';
  if (state === 'signed') return 'pencil';
  if (state === 'offered' || state === 'expiring' || state === 'expired') return 'clock';
  if (state === 'revoked') return 'ban';
  if (state === 'suspended') return 'pause';
  return 'alert';
}

export const statusTone: Record<StatusState, BadgeTone> = {
  valid: 'good',
  suspended: 'notice',
  revoked: 'bad',
  unknown: 'notice',
  'not-tracked': 'neutral',
};

export const statusIcon: Record<StatusState, IconName> = {
  valid: 'checkCircle',
  suspended: 'pause',
  revoked: 'ban',
  unknown: 'alert',
  'not-tracked': 'minus',
};

export const issuedTone: Record<IssuedState, BadgeTone> = {
  valid: 'good',
  suspended: 'notice',
  revoked: 'bad',
  'not-revocable': 'neutral',
};

export const identityTone: Record<IdentityState, BadgeTone> = {
  ready: 'good',
  creating: 'accent',
  stuck: 'bad',
  unreachable: 'notice',
  deactivated: 'neutral',
};

export const jobTone: Record<LedgerJobState, BadgeTone> = {
  'under-way': 'accent',
  interrupted: 'notice',
  refused: 'bad',
};

export const connectionTone: Record<ConnectionPhase, BadgeTone> = {
  invited: 'neutral',
  asking: 'accent',
  connecting: 'neutral',
  connected: 'good',
  failed: 'bad',
};

export const exchangeTone: Record<ExchangePhase, BadgeTone> = {
  ours: 'accent',
  theirs: 'neutral',
  done: 'good',
  ended: 'bad',
};

export const invitationTone: Record<InvitationState, BadgeTone> = {
  waiting: 'neutral',
  used: 'good',
  expired: 'bad',
};

export const offerTone: Record<OfferState, BadgeTone> = {
  waiting: 'accent',
  expired: 'bad',
  unsent: 'notice',
  issuing: 'neutral',
  late: 'notice',
  arriving: 'neutral',
  stored: 'good',
  declined: 'neutral',
  failed: 'bad',
};
