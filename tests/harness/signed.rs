//! Credentials as an issuer outside of any wallet signs them: for files that are dropped, imported and changed, and for
//! wallets that are full of them.

use jiff::Timestamp;
use serde_json::{Value, json};
use vouchsafe_credentials::{ProofOptions, Suite, Summary, sign};
use vouchsafe_didcomm::key::SigningKey;
use vouchsafe_store::{CredentialRow, HeldStatus};

/// An issuer with a did:key.
pub struct Signer {
    key: SigningKey,
    name: String,
}

/// The person a credential is about.
#[derive(Debug, Clone, Copy)]
pub struct Holder<'a> {
    /// The given name.
    pub given: &'a str,
    /// The family name.
    pub family: &'a str,
    /// The country of birth.
    pub country: &'a str,
}

impl std::fmt::Debug for Signer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Signer").field("name", &self.name).finish_non_exhaustive()
    }
}

impl Signer {
    /// The issuer of this number and name: the same one always.
    pub fn new(number: u8, name: &str) -> Self {
        Self { key: SigningKey::from_seed(&[number.wrapping_add(11); 32]), name: name.to_owned() }
    }

    /// Its DID.
    pub fn did(&self) -> String {
        self.key.verkey().to_did_key()
    }

    /// A signed permanent resident card; `ends` is when it expires.
    ///
    /// # Errors
    /// When it cannot be signed.
    pub fn card(&self, id: &str, holder: Holder<'_>, ends: Option<&str>) -> anyhow::Result<Value> {
        let mut credential = json!({
            "@context": [
                "https://www.w3.org/2018/credentials/v1",
                "https://w3id.org/citizenship/v1",
                "https://w3id.org/security/suites/ed25519-2020/v1",
            ],
            "id": id,
            "type": ["VerifiableCredential", "PermanentResidentCard"],
            "issuer": {"id": self.did(), "name": self.name},
            "issuanceDate": "2026-01-01T00:00:00Z",
            "credentialSubject": {
                "type": ["PermanentResident", "Person"],
                "givenName": holder.given,
                "familyName": holder.family,
                "birthCountry": holder.country,
            },
        });
        if let (Some(ends), Some(members)) = (ends, credential.as_object_mut()) {
            members.insert("expirationDate".to_owned(), Value::from(ends));
        }
        let method = self.key.verkey().to_did_key_reference();
        let created: Timestamp = "2026-01-01T00:00:00Z".parse()?;
        let options = ProofOptions::default();
        Ok(sign(&credential, Suite::Ed25519Signature2020, &self.key, &method, created, &options)?)
    }
}

/// The row of a stored credential, as the wallet itself would write it after verifying.
pub fn row(number: u32, credential: Value, stored_at: Timestamp) -> CredentialRow {
    let summary = Summary::of(&credential);
    let check = |kind: &str| json!({"kind": kind, "outcome": "passed", "detail": "as it should be"});
    let kinds = ["structure", "contexts", "members", "signature", "key-authorised", "purpose", "valid-from"];
    CredentialRow {
        record_id: format!("{number:032x}"),
        exchange_id: None,
        connection_id: None,
        verification: json!({
            "verified": true, "inlineContexts": false, "issuer": summary.issuer, "verificationMethod": null,
            "suites": summary.proof_types, "checks": kinds.map(check),
        }),
        search_text: summary.search_text(),
        summary: serde_json::to_value(&summary).unwrap_or_default(),
        issuer_id: summary.issuer,
        title: summary.title,
        types: summary.types,
        expanded_types: summary.expanded_types,
        contexts: summary.contexts,
        subject_ids: summary.subject_ids,
        proof_types: summary.proof_types,
        schema_ids: summary.schema_ids,
        given_id: summary.id,
        tags: json!({}),
        issued_at: summary.issued_at,
        expires_at: summary.expires_at,
        stored_at,
        favourite: false,
        status: HeldStatus::default(),
        cred: credential,
    }
}
