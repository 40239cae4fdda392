//! Who signs a change: the keys that the DID's own document (the one that stands, and the one that is to come) lists
//! for authentication. The registrar names the keys that it wants; it gets signatures of no others, and none at all
//! unless every payload is the one that was made here.

use std::collections::BTreeMap;

use vouchsafe_didcomm::{SigningKey, Verkey};
use vouchsafe_dids::cheqd::{Operation, PayloadSignature, SigningRequest, check_payload};
use vouchsafe_dids::{DidDocument, PublicKey};

use super::LedgerError;

/// The keys that may sign, by the ids of their verification methods. An id can stand for two keys while a document is
/// changed from one to the other: both sign.
#[derive(Debug, Default)]
pub(super) struct Signers(BTreeMap<String, Vec<Verkey>>);

impl Signers {
    /// Adds the keys that act for a document's DID.
    pub(super) fn add(&mut self, document: &DidDocument) {
        for (id, key) in document.authentication_keys() {
            let PublicKey::Ed25519(verkey) = key else { continue };
            let keys = self.0.entry(id).or_default();
            if !keys.contains(&verkey) {
                keys.push(verkey);
            }
        }
    }

    /// All of their keys.
    pub(super) fn verkeys(&self) -> Vec<Verkey> {
        self.0.values().flatten().copied().collect()
    }

    /// The signatures that the registrar asks for, over exactly what was asked of it.
    ///
    /// # Errors
    /// It asks for anything else: then nothing is signed.
    pub(super) fn sign(
        &self,
        registrar: &str,
        operation: &Operation,
        requests: &[SigningRequest],
        keys: &[SigningKey],
    ) -> Result<Vec<PayloadSignature>, LedgerError> {
        for request in requests {
            check_payload(operation, &request.payload).map_err(|differs| LedgerError::PayloadDiffers {
                registrar: registrar.to_owned(),
                reason: differs.to_string(),
            })?;
            if !self.0.contains_key(&request.kid) {
                return Err(LedgerError::ForeignKey {
                    registrar: registrar.to_owned(),
                    kid: request.kid.chars().take(200).collect(),
                });
            }
        }
        let payload = operation.payload();
        let mut signatures: Vec<PayloadSignature> = Vec::new();
        for request in requests {
            if signatures.iter().any(|signed| signed.kid == request.kid) {
                continue;
            }
            for verkey in self.0.get(&request.kid).into_iter().flatten() {
                let key = keys
                    .iter()
                    .find(|key| key.verkey() == *verkey)
                    .ok_or_else(|| LedgerError::MissingKey { kid: request.kid.clone() })?;
                signatures.push(PayloadSignature { kid: request.kid.clone(), signature: key.sign(&payload) });
            }
        }
        Ok(signatures)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use vouchsafe_dids::cheqd::{CheqdDid, DeactivatePayload};

    use super::*;
    use crate::cheqd::KeyForm;

    const DID: &str = "did:cheqd:testnet:6981f795-f2f5-43db-ab18-e161f9241bf8";

    fn key(seed: u8) -> SigningKey {
        SigningKey::from_seed(&[seed; 32])
    }

    fn document(seed: u8) -> DidDocument {
        let kid = format!("{DID}#key-1");
        let method = KeyForm::JsonWebKey2020.method(&kid, DID, &key(seed).verkey());
        let document = json!({ "id": DID, "verificationMethod": [method], "authentication": [kid] });
        DidDocument::from_value(document).unwrap()
    }

    fn operation(version: &str) -> Operation {
        let did: CheqdDid = DID.parse().unwrap();
        Operation::Deactivate(DeactivatePayload { did, version_id: version.to_owned() })
    }

    fn signed(kid: &str, payload: &Operation, keys: &[SigningKey]) -> Result<usize, LedgerError> {
        let mut signers = Signers::default();
        signers.add(&document(1));
        signers.add(&document(2));
        let request = SigningRequest { kid: kid.to_owned(), payload: payload.payload() };
        let requests = [request.clone(), request];
        signers.sign("registrar", &operation("v1"), &requests, keys).map(|signatures| signatures.len())
    }

    #[test]
    fn only_what_was_asked_for_is_signed_and_only_by_the_documents_keys() {
        let kid = format!("{DID}#key-1");
        assert_eq!(signed(&kid, &operation("v1"), &[key(1), key(2)]), Ok(2), "the old key and the new one, once each");
        assert!(matches!(signed(&kid, &operation("v2"), &[key(1), key(2)]), Err(LedgerError::PayloadDiffers { .. })));
        let foreign = signed(&format!("{DID}#key-2"), &operation("v1"), &[key(1), key(2)]);
        assert!(matches!(foreign, Err(LedgerError::ForeignKey { .. })));
        assert!(matches!(signed(&kid, &operation("v1"), &[key(1)]), Err(LedgerError::MissingKey { .. })));
    }
}
