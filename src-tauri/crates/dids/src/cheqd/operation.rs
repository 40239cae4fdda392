//! The five things a registrar can be asked to write, and what is sent to it in the two steps of each (DIF DID
//! Registration as the cheqd driver speaks it, did-registrar 2.7): first what is wanted, then the signatures. The
//! requests are made out of the same payload as the bytes that are signed, so the two cannot part. Keys stay here.

use base64::{Engine as _, engine::general_purpose::STANDARD};
use serde_json::{Map, Value, json};

use super::{
    identifier::CheqdDid,
    payload::{DeactivatePayload, DidDocPayload, ResourcePayload},
};

/// A change of the ledger.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Operation {
    /// A new DID.
    Create(DidDocPayload),
    /// A new version of a document, whole.
    Update(DidDocPayload),
    /// The end of a DID.
    Deactivate(DeactivatePayload),
    /// A resource whose name and type are new.
    CreateResource(ResourcePayload),
    /// A new version of the resource with this name and type.
    UpdateResource(ResourcePayload),
}

/// A signature over a payload, by the key of a verification method.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PayloadSignature {
    /// The id of the verification method.
    pub kid: String,
    /// The Ed25519 signature.
    pub signature: [u8; 64],
}

impl Operation {
    /// The DID that it concerns.
    pub fn did(&self) -> &CheqdDid {
        match self {
            Self::Create(payload) | Self::Update(payload) => &payload.did,
            Self::Deactivate(payload) => &payload.did,
            Self::CreateResource(payload) | Self::UpdateResource(payload) => &payload.did,
        }
    }

    /// The bytes to be signed.
    pub fn payload(&self) -> Vec<u8> {
        match self {
            Self::Create(payload) | Self::Update(payload) => payload.encode(),
            Self::Deactivate(payload) => payload.encode(),
            Self::CreateResource(payload) | Self::UpdateResource(payload) => payload.encode(),
        }
    }

    /// Where it is asked for, below the registrar's `/1.0/`. The query is for universal registrars, which serve several
    /// methods.
    pub fn path(&self) -> &'static str {
        match self {
            Self::Create(_) => "create?method=cheqd",
            Self::Update(_) => "update?method=cheqd",
            Self::Deactivate(_) => "deactivate?method=cheqd",
            Self::CreateResource(_) => "createResource?method=cheqd",
            Self::UpdateResource(_) => "updateResource?method=cheqd",
        }
    }

    /// The body of the first step: what is wanted.
    pub fn first_step(&self) -> Value {
        let network = self.did().namespace();
        match self {
            Self::Create(payload) => json!({
                "didDocument": payload.to_document(),
                "options": { "network": network, "versionId": payload.version_id },
            }),
            Self::Update(payload) => json!({
                "did": payload.did.to_string(),
                "didDocumentOperation": ["setDidDocument"],
                "didDocument": [payload.to_document()],
                "options": { "network": network, "versionId": payload.version_id },
            }),
            Self::Deactivate(payload) => json!({
                "did": payload.did.to_string(),
                "options": { "network": network, "versionId": payload.version_id },
            }),
            Self::CreateResource(payload) => resource(payload, json!(STANDARD.encode(&payload.content))),
            Self::UpdateResource(payload) => {
                let mut body = resource(payload, json!([STANDARD.encode(&payload.content)]));
                if let Value::Object(body) = &mut body {
                    body.insert("contentOperation".to_owned(), json!(["setContent"]));
                }
                body
            }
        }
    }

    /// The body of the second step: the signatures, for the job that the first step opened. Two with the same `kid` are
    /// both sent: an update that replaces a key under its id is signed by the old one and the new one.
    pub fn second_step(&self, job_id: &str, signatures: &[PayloadSignature]) -> Value {
        let responses: Map<String, Value> = signatures
            .iter()
            .enumerate()
            .map(|(at, signed)| {
                let response = json!({ "kid": signed.kid, "signature": STANDARD.encode(signed.signature) });
                (format!("signingRequest{at}"), response)
            })
            .collect();
        // Resources are looked up by their DID before the job is.
        json!({
            "jobId": job_id,
            "did": self.did().to_string(),
            "options": { "network": self.did().namespace() },
            "secret": { "signingResponse": responses },
        })
    }
}

fn resource(payload: &ResourcePayload, content: Value) -> Value {
    let mut options = json!({
        "network": payload.did.namespace(), "name": payload.name, "type": payload.resource_type,
    });
    if let Value::Object(options) = &mut options
        && !payload.version.is_empty()
    {
        options.insert("versionId".to_owned(), json!(payload.version));
    }
    json!({
        "did": payload.did.to_string(),
        "content": content,
        "relativeDidUrl": format!("/resources/{}", payload.id),
        "options": options,
    })
}
