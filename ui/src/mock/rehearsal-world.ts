// What the mock's rehearsal shows, of the same stuff as the mock's wallet.
import type { Card, CardState, Claim, CredentialView, InvitationView } from '../bindings';
import { world } from './state';
import { checks as makeChecks, credentialView as makeView, makeInvitation as invite } from './world';

export { ago } from './world';

export const claims = [
  ['givenName', 'Given name', 'Robin'],
  ['familyName', 'Family name', 'Reader'],
  ['memberOf', 'Member of', 'Practice Library'],
  ['membershipNumber', 'Membership number', 'P-0001'],
].map(([path, label, value]) => ({ path, label, value, kind: 'text' })) as Claim[];

export const card = (state: CardState): Card => ({
  title: 'Membership card',
  issuer: 'Practice Library',
  issuerDid: null,
  tint: 'indigo',
  state,
  attributes: claims.slice(0, 2).map(({ label, value }) => ({ label, value })) as Card['attributes'],
  practice: true,
});

export const credentialView = (state: CardState): CredentialView | null => {
  const view = makeView(world, world.credentials[0]?.row.id ?? '');
  return view ? { ...view, claims, card: card(state), checks: makeChecks('valid') } : null;
};

export const makeInvitation = (): InvitationView =>
  invite('rehearsal', 'Practice Library', null, 'To receive a practice library card');
