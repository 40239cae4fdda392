// What is being filled in. It outlives the form, so that a look at another screen loses nothing, and is
// emptied once the offer is made or the wallet is locked.
import type { Field, IssueType, Issuer, NewCredential } from '../../bindings';
import { language } from '../../messages';

import { forgets } from '../../state/forget';

/** As every wallet reads it: a comma is a decimal point where the person writes it so, a local time is one of UTC. */
export function typed(field: Field, text: string): string {
  if (field.kind === 'number' && language() === 'de' && /^-?\d+,\d+$/.test(text))
    return text.replace(',', '.');
  if (field.kind === 'date-time' && /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d)?$/.test(text)) {
    return new Date(text).toISOString().replace(/\.\d+Z$/, 'Z');
  }
  return text;
}

const dayAfter = (days: number): string =>
  new Date(Date.now() + days * 86_400_000).toISOString().slice(0, 10);

class Draft {
  typeId = $state('');
  /** The template to begin with. */
  wanted = '';
  values = $state<Record<string, string>>({});
  document = $state('');
  proofType = $state('');
  issuerDid = $state('');
  validUntil = $state('');
  comment = $state('');
  to = $state<'connection' | 'invitation'>('invitation');
  connectionId = $state('');
  /** A new invitation carries the offer itself. */
  inside = $state(false);
  alias = $state('');
  /** As chosen for this offer; `null`: as the settings say. */
  autoIssue = $state<boolean | null>(null);
  /** Whether it can be revoked, as chosen for this offer; `null`: as the type says. */
  revocable = $state<boolean | null>(null);
  /** Whether it can be suspended and restored too. */
  suspendable = $state(false);

  /** What is begun at a connection is for that one. */
  offerTo(connectionId: string): void {
    this.to = 'connection';
    this.connectionId = connectionId;
  }

  canBeRevoked(type: IssueType, issuer: Issuer | undefined): boolean {
    return (issuer?.canRevoke ?? false) && (this.revocable ?? type.revocable);
  }

  /** Begin with a type: its fields empty, its usual proof. */
  begin(type: IssueType, issuers: Issuer[]): void {
    this.typeId = type.id;
    this.values = Object.fromEntries(type.fields.map((field) => [field.name, '']));
    this.document = type.example ?? '';
    this.proofType = type.proofTypes[0] ?? '';
    if (type.issuerDid) this.issuerDid = type.issuerDid;
    if (!issuers.some((issuer) => issuer.did === this.issuerDid)) this.issuerDid = '';
    this.validUntil = type.validDays ? dayAfter(type.validDays) : '';
  }

  /** What is kept of an unfinished form. */
  get text(): string {
    const { typeId, values, document, proofType, issuerDid, validUntil, comment, alias } = this;
    return JSON.stringify({ typeId, values, document, proofType, issuerDid, validUntil, comment, alias });
  }

  /** Go on with what was kept, where its type is still there. */
  restore(text: string, types: IssueType[]): void {
    const kept = JSON.parse(text) as Record<string, unknown>;
    const word = (name: string): string => (typeof kept[name] === 'string' ? kept[name] : '');
    if (!types.some((type) => type.id === word('typeId'))) return;
    this.typeId = word('typeId');
    this.values = { ...(kept['values'] as Record<string, string>) };
    this.document = word('document');
    this.proofType = word('proofType');
    this.issuerDid = word('issuerDid');
    this.validUntil = word('validUntil');
    this.comment = word('comment');
    this.alias = word('alias');
  }

  clear(): void {
    this.typeId = '';
    this.values = {};
    this.document = '';
    this.validUntil = '';
    this.comment = '';
    this.alias = '';
    this.inside = false;
    this.autoIssue = null;
    this.revocable = null;
    this.suspendable = false;
  }

  credential(type: IssueType, issuer: Issuer | undefined): NewCredential {
    return {
      typeId: type.id,
      values: type.fields.map((field) => ({
        name: field.name,
        value: typed(field, (this.values[field.name] ?? '').trim()),
      })),
      document: type.fields.length === 0 ? this.document : null,
      proofType: this.proofType,
      issuerDid: issuer?.did ?? null,
      validUntil: this.validUntil || null,
      revocable: this.canBeRevoked(type, issuer),
      suspendable: this.canBeRevoked(type, issuer) && this.suspendable,
    };
  }
}

export const draft = new Draft();
forgets(() => draft.clear());
