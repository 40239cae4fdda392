/** How states are coloured and marked: one place, so that a state looks the same in a row, on a card and in a list. */
import type { CardState, ConnectionPhase, ExchangePhase, InvitationState, Outcome, Tone } from '../bindings';
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
};

export function cardIcon(state: CardState): IconName {
  if (state === 'valid') return 'check';
  if (state === 'signed') return 'pencil';
  if (state === 'offered' || state === 'expiring' || state === 'expired') return 'clock';
  if (state === 'revoked') return 'ban';
  if (state === 'suspended') return 'pause';
  return 'alert';
}

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

export const outcomeTone: Record<Outcome, BadgeTone> = { done: 'good', waiting: 'neutral', failed: 'bad' };

export const factTone: Record<Tone, BadgeTone> = {
  neutral: 'neutral',
  good: 'good',
  warning: 'notice',
  bad: 'bad',
};
