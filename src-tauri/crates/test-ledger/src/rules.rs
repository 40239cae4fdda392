//! The ledger's rules (cheqd-node `x/did/keeper/msg_server*.go`, `x/resource/keeper/msg_server_create_resource.go`), in
//! their order, because the first broken rule decides the error code that a wallet sees. Pure: state, message and time
//! in, a change or a rejection out.

use std::collections::{BTreeSet, HashMap};

use jiff::Timestamp;
use sha2::{Digest as _, Sha256};

use crate::{
    identifiers::{did_of, normalise_did, normalise_id, normalise_url, replace_did, split_url},
    keys::Key,
    media::media_type,
    payload::{AlternativeUri, DeactivatePayload, DidDocPayload, Payload, ResourcePayload, VerificationMethod},
    rejection::{Code, Rejection},
    state::{Change, DidVersion, Resource, State},
    transaction::{Operation, SignInfo, Transaction},
    validate::{self, Repeats},
};

/// A suffix that no DID can have: during an update old and new document are two DIDs.
const UPDATED: &str = "-updated";

/// Checks a transaction against the ledger and says what it changes.
pub fn execute(state: &State, namespace: &str, transaction: &Transaction, now: Timestamp) -> Result<Change, Rejection> {
    let Transaction { operation, payload, signatures } = transaction;
    let rules = Rules { state, namespace, signed: payload, now };
    match operation {
        Operation::CreateDid => rules.create(DidDocPayload::decode(payload)?, signatures),
        Operation::UpdateDid => rules.update(DidDocPayload::decode(payload)?, signatures),
        Operation::DeactivateDid => rules.deactivate(DeactivatePayload::decode(payload)?, signatures),
        Operation::CreateResource => rules.create_resource(ResourcePayload::decode(payload)?, signatures),
    }
}

struct Rules<'a> {
    state: &'a State,
    namespace: &'a str,
    signed: &'a [u8],
    now: Timestamp,
}

/// Documents that count beside those on the ledger while signatures are checked.
type InMemory<'a> = HashMap<&'a str, &'a DidDocPayload>;

impl Rules<'_> {
    fn create(&self, mut payload: DidDocPayload, signatures: &[SignInfo]) -> Result<Change, Rejection> {
        Self::check_did_doc(&payload, signatures, Repeats::None, None)?;
        normalise(&mut payload);
        let signatures = normalise_signatures(signatures);
        if self.state.latest(&payload.id).is_some() {
            return Err(Code::DidDocExists.because(payload.id));
        }
        Self::check_did_doc(&payload, &signatures, Repeats::None, Some(self.namespace))?;
        let in_memory = InMemory::from([(payload.id.as_str(), &payload)]);
        self.check_controllers(&payload, &in_memory)?;
        self.require_all(&signers(&payload), &signatures, &in_memory)?;
        Ok(Change::Version(Box::new(DidVersion {
            version_id: payload.version_id.clone(),
            document: payload,
            created: self.now,
            updated: None,
            deactivated: false,
            previous_version_id: None,
            next_version_id: None,
        })))
    }

    fn update(&self, mut payload: DidDocPayload, signatures: &[SignInfo]) -> Result<Change, Rejection> {
        Self::check_did_doc(&payload, signatures, Repeats::Differing, None)?;
        normalise(&mut payload);
        let signatures = normalise_signatures(signatures);
        Self::check_did_doc(&payload, &signatures, Repeats::Differing, Some(self.namespace))?;
        let Some(existing) = self.state.latest(&payload.id) else {
            return Err(Code::DidDocNotFound.because(format!("{}: not found", payload.id)));
        };
        if existing.deactivated {
            return Err(Code::DidDocDeactivated.because(payload.id));
        }
        let (old, new) = (payload.id.clone(), format!("{}{UPDATED}", payload.id));
        let renamed = rename(&payload, &old, &new);
        let in_memory = InMemory::from([(new.as_str(), &renamed)]);
        self.check_controllers(&renamed, &in_memory)?;
        let required = update_signers(&existing.document, &renamed);
        let doubled: Vec<SignInfo> = signatures
            .iter()
            .flat_map(|info| {
                let own = did_of(&info.verification_method_id) == old;
                let id = replace_did(&info.verification_method_id, &old, &new);
                let double = own.then(|| SignInfo { verification_method_id: id, signature: info.signature.clone() });
                [Some(info.clone()), double].into_iter().flatten()
            })
            .collect();
        self.require_one_each(&required, &doubled, &in_memory, &old, &new)?;
        self.check_version_unused(&old, &payload.version_id)?;
        Ok(Change::Version(Box::new(DidVersion {
            version_id: payload.version_id.clone(),
            document: payload,
            created: existing.created,
            updated: Some(self.now),
            deactivated: false,
            previous_version_id: None,
            next_version_id: None,
        })))
    }

    fn deactivate(&self, payload: DeactivatePayload, signatures: &[SignInfo]) -> Result<Change, Rejection> {
        let check = |infos: &[SignInfo], namespace| {
            validate::deactivation(&payload, namespace)
                .and_then(|()| validate::signatures(infos, Repeats::Differing, namespace))
        };
        check(signatures, None).map_err(|violation| Code::BasicValidation.because(violation.to_string()))?;
        let did = normalise_did(&payload.id);
        let version_id = payload.version_id.to_ascii_lowercase();
        let signatures = normalise_signatures(signatures);
        let Some(existing) = self.state.latest(&did) else {
            return Err(Code::DidDocNotFound.because(did));
        };
        check(&signatures, Some(self.namespace))
            .map_err(|violation| Code::NamespaceValidation.because(violation.to_string()))?;
        if existing.deactivated {
            return Err(Code::DidDocDeactivated.because(did));
        }
        self.require_all(&signers(&existing.document), &signatures, &InMemory::new())?;
        self.check_version_unused(&did, &version_id)?;
        Ok(Change::Version(Box::new(DidVersion {
            document: existing.document.clone(),
            version_id,
            created: existing.created,
            updated: Some(self.now),
            deactivated: true,
            previous_version_id: None,
            next_version_id: None,
        })))
    }

    fn create_resource(&self, payload: ResourcePayload, signatures: &[SignInfo]) -> Result<Change, Rejection> {
        let collection_id = normalise_id(&payload.collection_id);
        let id = payload.id.to_ascii_lowercase();
        let signatures = normalise_signatures(signatures);
        let did = format!("did:cheqd:{}:{collection_id}", self.namespace);
        let Some(existing) = self.state.latest(&did) else {
            return Err(Code::NotFound.because(did));
        };
        validate::resource(&payload)
            .and_then(|()| validate::signatures(&signatures, Repeats::Differing, Some(self.namespace)))
            .map_err(|violation| Code::NamespaceValidation.because(violation.to_string()))?;
        if existing.deactivated {
            return Err(Code::DidDocDeactivated.because(did));
        }
        if self.state.resource(&collection_id, &id).is_some() {
            return Err(Code::ResourceExists.because(id));
        }
        self.require_all(&signers(&existing.document), &signatures, &InMemory::new())?;
        let mut also_known_as = payload.also_known_as;
        let uri = format!("{did}/resources/{id}");
        also_known_as.push(AlternativeUri { uri, description: "did-url".into() });
        Ok(Change::Resource(Box::new(Resource {
            collection_id,
            id,
            name: payload.name,
            version: payload.version,
            kind: payload.resource_type,
            also_known_as,
            media_type: media_type(&payload.data),
            created: self.now,
            checksum: hex(&Sha256::digest(&payload.data)),
            previous_version_id: None,
            next_version_id: None,
            data: payload.data,
        })))
    }

    fn check_did_doc(
        payload: &DidDocPayload,
        signatures: &[SignInfo],
        repeats: Repeats,
        namespace: Option<&str>,
    ) -> Result<(), Rejection> {
        let code = if namespace.is_some() { Code::NamespaceValidation } else { Code::BasicValidation };
        validate::did_doc(payload, namespace)
            .and_then(|()| validate::signatures(signatures, repeats, namespace))
            .map_err(|violation| code.because(violation.to_string()))
    }

    fn find<'b>(&'b self, did: &str, in_memory: &'b InMemory<'_>) -> Option<&'b DidDocPayload> {
        in_memory.get(did).copied().or_else(|| self.state.latest(did).map(|version| &version.document))
    }

    fn check_controllers(&self, document: &DidDocPayload, in_memory: &InMemory<'_>) -> Result<(), Rejection> {
        let methods = document.verification_method.iter().map(|method| &method.controller);
        let controllers: BTreeSet<&String> = document.controller.iter().chain(methods).collect();
        for controller in controllers {
            if self.find(controller, in_memory).is_none() {
                return Err(Code::DidDocNotFound.because(controller));
            }
        }
        Ok(())
    }

    fn verify(&self, info: &SignInfo, in_memory: &InMemory<'_>) -> Result<(), Rejection> {
        let id = &info.verification_method_id;
        let method = self
            .find(did_of(id), in_memory)
            .and_then(|document| document.verification_method.iter().find(|method| method.id == *id))
            .ok_or_else(|| Code::VerificationMethodNotFound.because(id))?;
        if Key::of(method).is_ok_and(|key| key.verifies(self.signed, &info.signature)) {
            return Ok(());
        }
        Err(Code::InvalidSignature.because(format!("method id: {id}")))
    }

    /// Every signer signed, and every signature that a signer gave verifies.
    fn require_all(
        &self,
        signers: &BTreeSet<String>,
        signatures: &[SignInfo],
        in_memory: &InMemory<'_>,
    ) -> Result<(), Rejection> {
        for signer in signers {
            let mut given = by(signatures, signer).peekable();
            if given.peek().is_none() {
                return Err(Code::SignatureNotFound.because(format!("signer: {signer}")));
            }
            for info in given {
                self.verify(info, in_memory)?;
            }
        }
        Ok(())
    }

    /// Every signer gave at least one signature that verifies.
    fn require_one_each(
        &self,
        signers: &BTreeSet<String>,
        signatures: &[SignInfo],
        in_memory: &InMemory<'_>,
        old: &str,
        new: &str,
    ) -> Result<(), Rejection> {
        for signer in signers {
            let name = match signer.as_str() {
                signer if signer == old => format!("{old} (old version)"),
                signer if signer == new => format!("{old} (new version)"),
                signer => signer.to_owned(),
            };
            if by(signatures, signer).next().is_none() {
                return Err(
                    Code::SignatureNotFound.because(format!("there should be at least one signature by {name}"))
                );
            }
            if !by(signatures, signer).any(|info| self.verify(info, in_memory).is_ok()) {
                let detail = format!("there should be at least one valid signature by {name}");
                return Err(Code::InvalidSignature.because(detail));
            }
        }
        Ok(())
    }

    fn check_version_unused(&self, did: &str, version_id: &str) -> Result<(), Rejection> {
        if self.state.version(did, version_id).is_none() {
            return Ok(());
        }
        let detail = format!("diddoc version already exists for did {did}, version {version_id}: DID Doc exists");
        Err(Code::Internal.because(detail))
    }
}

fn by<'a>(signatures: &'a [SignInfo], signer: &'a str) -> impl Iterator<Item = &'a SignInfo> {
    signatures.iter().filter(move |info| did_of(&info.verification_method_id) == signer)
}

fn controllers_or_subject(document: &DidDocPayload) -> Vec<String> {
    if document.controller.is_empty() { vec![document.id.clone()] } else { document.controller.clone() }
}

/// Who must sign a creation, a deactivation or a resource.
fn signers(document: &DidDocPayload) -> BTreeSet<String> {
    let methods = document.verification_method.iter().map(|method| method.controller.clone());
    controllers_or_subject(document).into_iter().chain(methods).collect()
}

/// Who must sign an update: controllers of both versions, and those of every verification method that changes.
fn update_signers(existing: &DidDocPayload, updated: &DidDocPayload) -> BTreeSet<String> {
    fn by_fragment(document: &DidDocPayload) -> HashMap<&str, &VerificationMethod> {
        let fragment = |method: &VerificationMethod| method.id.find('#').unwrap_or_default();
        let entries = document.verification_method.iter();
        entries.map(|method| (method.id.get(fragment(method)..).unwrap_or_default(), method)).collect()
    }
    let mut signers: BTreeSet<String> = controllers_or_subject(existing).into_iter().collect();
    signers.extend(controllers_or_subject(updated));
    let (before, after) = (by_fragment(existing), by_fragment(updated));
    for (fragment, method) in &after {
        match before.get(fragment) {
            None => _ = signers.insert(method.controller.clone()),
            Some(earlier) if **earlier != rename_method(method, &updated.id, &existing.id) => {
                signers.insert(earlier.controller.clone());
                signers.insert(method.controller.clone());
            }
            Some(_) => {}
        }
    }
    for (fragment, method) in &before {
        if !after.contains_key(fragment) {
            signers.insert(method.controller.clone());
        }
    }
    signers
}

fn rename_method(method: &VerificationMethod, old: &str, new: &str) -> VerificationMethod {
    VerificationMethod {
        id: replace_did(&method.id, old, new),
        controller: if method.controller == old { new.to_owned() } else { method.controller.clone() },
        ..method.clone()
    }
}

/// The document under another DID, with its references to itself. Relationships need no renaming: signatures look at
/// verification methods alone, and what is stored is the document as it was sent.
fn rename(document: &DidDocPayload, old: &str, new: &str) -> DidDocPayload {
    let controller = document.controller.iter();
    DidDocPayload {
        id: new.to_owned(),
        controller: controller.map(|did| if did == old { new.to_owned() } else { did.clone() }).collect(),
        verification_method: document.verification_method.iter().map(|m| rename_method(m, old, new)).collect(),
        ..document.clone()
    }
}

/// UUIDs in lower case, wherever a DID stands; after the sign bytes were taken.
fn normalise(document: &mut DidDocPayload) {
    let urls = |list: &mut Vec<String>| list.iter_mut().for_each(|url| *url = normalise_url(url));
    document.id = normalise_did(&document.id);
    document.controller.iter_mut().for_each(|did| *did = normalise_did(did));
    for method in &mut document.verification_method {
        method.id = normalise_url(&method.id);
        method.controller = normalise_did(&method.controller);
    }
    for service in &mut document.service {
        service.id = normalise_url(&service.id);
    }
    urls(&mut document.authentication);
    // An inline method is JSON text, not a DID URL, and stays byte for byte.
    for entry in &mut document.assertion_method {
        if split_url(entry).is_some_and(|parts| parts.did.starts_with("did:")) {
            *entry = normalise_url(entry);
        }
    }
    urls(&mut document.capability_invocation);
    urls(&mut document.capability_delegation);
    urls(&mut document.key_agreement);
    document.version_id = document.version_id.to_ascii_lowercase();
}

fn normalise_signatures(signatures: &[SignInfo]) -> Vec<SignInfo> {
    let id = |info: &SignInfo| normalise_url(&info.verification_method_id);
    let infos = signatures.iter();
    infos.map(|info| SignInfo { verification_method_id: id(info), signature: info.signature.clone() }).collect()
}

fn hex(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}
