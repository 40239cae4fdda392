//! The credential of the flow, in the variants that the cases need.

use serde_json::{Map, Value, json};

/// The signature suite.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Suite {
    /// Ed25519Signature2018.
    Ed25519Signature2018,
    /// Ed25519Signature2020.
    Ed25519Signature2020,
    /// The Data Integrity cryptosuite eddsa-rdfc-2022, which ACA-Py does not have.
    EddsaRdfc2022,
    /// The Data Integrity cryptosuite eddsa-jcs-2022, which ACA-Py does not take in this protocol.
    EddsaJcs2022,
}

impl Suite {
    /// All of them.
    pub const ALL: [Self; 4] =
        [Self::Ed25519Signature2018, Self::Ed25519Signature2020, Self::EddsaRdfc2022, Self::EddsaJcs2022];

    /// As `proofType` has it.
    pub fn name(self) -> &'static str {
        match self {
            Self::Ed25519Signature2018 => "Ed25519Signature2018",
            Self::Ed25519Signature2020 => "Ed25519Signature2020",
            Self::EddsaRdfc2022 => "eddsa-rdfc-2022",
            Self::EddsaJcs2022 => "eddsa-jcs-2022",
        }
    }

    /// The context that signing with it may add to an offer.
    pub fn context(self) -> Option<&'static str> {
        match self {
            Self::Ed25519Signature2018 => None,
            Self::Ed25519Signature2020 => Some("https://w3id.org/security/suites/ed25519-2020/v1"),
            Self::EddsaRdfc2022 | Self::EddsaJcs2022 => Some("https://w3id.org/security/data-integrity/v2"),
        }
    }

    /// Whether a proof is by this suite.
    pub fn made(self, proof: &Value) -> bool {
        let member = |name| proof.get(name).and_then(Value::as_str);
        match self {
            Self::Ed25519Signature2018 | Self::Ed25519Signature2020 => member("type") == Some(self.name()),
            Self::EddsaRdfc2022 | Self::EddsaJcs2022 => {
                member("type") == Some("DataIntegrityProof") && member("cryptosuite") == Some(self.name())
            }
        }
    }
}

/// The data model's version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Model {
    /// W3C Verifiable Credentials Data Model 1.1.
    V1,
    /// W3C Verifiable Credentials Data Model 2.0.
    V2,
}

/// Where the credential's own terms are defined.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Terms {
    /// In an object within the credential, so that no one has to know it beforehand.
    Inline,
    /// At https://w3id.org/citizenship/v1, which every peer bundles or is given.
    Citizenship,
}

/// A permanent resident's card, not yet signed, with a serial number among its claims to tell one from another.
pub fn credential(issuer: &str, subject: Option<&str>, model: Model, terms: Terms, serial: &str) -> Value {
    const CLAIMS: [&str; 5] = ["givenName", "familyName", "gender", "birthCountry", "birthDate"];
    let base = match model {
        Model::V1 => "https://www.w3.org/2018/credentials/v1",
        Model::V2 => "https://www.w3.org/ns/credentials/v2",
    };
    let terms = match terms {
        Terms::Citizenship => json!("https://w3id.org/citizenship/v1"),
        Terms::Inline => {
            let mut terms = Map::new();
            terms.insert("ex".to_owned(), json!("https://example.org/vocab#"));
            for term in CLAIMS.iter().chain(&["PermanentResident"]) {
                terms.insert((*term).to_owned(), json!(format!("ex:{term}")));
            }
            Value::Object(terms)
        }
    };
    let date = match model {
        Model::V1 => "issuanceDate",
        Model::V2 => "validFrom",
    };
    let mut holder = json!({
        "type": ["PermanentResident"], "givenName": "ALICE", "familyName": format!("SMITH-{serial}"),
        "gender": "Female", "birthCountry": "Bahamas", "birthDate": "1958-07-17",
    });
    if let (Some(subject), Some(members)) = (subject, holder.as_object_mut()) {
        members.insert("id".to_owned(), json!(subject));
    }
    json!({
        "@context": [base, terms], "type": ["VerifiableCredential", "PermanentResident"],
        "issuer": issuer, date: "2024-01-01T00:00:00Z", "credentialSubject": holder,
    })
}

/// The `filter` of proposal, offer and request for this credential.
pub fn filter(credential: &Value, suite: Suite) -> Value {
    let options = json!({"proofType": suite.name(), "proofPurpose": "assertionMethod"});
    json!({"ld_proof": {"credential": credential, "options": options}})
}
