// What is being filled in. It outlives the form, so that a look at another screen loses nothing, and is
// emptied once the offer is made or the wallet is locked.
import type { IssueType, Issuer, NewCredential } from '../../bindings';

class Draft {
  typeId = $state('');
  values = $state<Record<string, string>>({});
  document = $state('');
  proofType = $state('');
  issuerDid = $state('');
  validUntil = $state('');
  comment = $state('');
  to = $state<'connection' | 'invitation'>('invitation');
  connectionId = $state('');
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
    if (!issuers.some((issuer) => issuer.did === this.issuerDid)) this.issuerDid = '';
  }

  clear(): void {
    this.typeId = '';
    this.values = {};
    this.document = '';
    this.validUntil = '';
    this.comment = '';
    this.alias = '';
    this.autoIssue = null;
    this.revocable = null;
    this.suspendable = false;
  }

  credential(type: IssueType, issuer: Issuer | undefined): NewCredential {
    return {
      typeId: type.id,
      values: type.fields.map((field) => ({
        name: field.name,
        value: (this.values[field.name] ?? '').trim(),
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
