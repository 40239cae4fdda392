//! What the ledger is asked to write, and its bytes (cheqd-node `proto/cheqd/did/v2/tx.proto` and
//! `proto/cheqd/resource/v2/tx.proto`). A key signs these bytes as they are. They are made here from what was asked for,
//! so that a registrar that would have something else signed is found out: see [`check_payload`].

use super::{identifier::CheqdDid, operation::Operation, protobuf::Writer};

/// A verification method as the ledger keeps it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct MethodPayload {
    /// Its id: the DID and a fragment.
    pub id: String,
    /// Its type: one of the three that the ledger knows.
    pub method_type: String,
    /// The DID that controls it.
    pub controller: String,
    /// The key: multibase, base58, or the text of a JWK with its members in their order.
    pub material: String,
}

/// A service as the ledger keeps it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ServicePayload {
    /// Its id: the DID and a fragment.
    pub id: String,
    /// Its type.
    pub service_type: String,
    /// Its endpoints, at least one.
    pub endpoints: Vec<String>,
    /// Whom to pack for.
    pub recipient_keys: Vec<String>,
    /// The mediators to wrap for.
    pub routing_keys: Vec<String>,
    /// The envelope formats it reads.
    pub accept: Vec<String>,
    /// Its rank; 0 is the same as none.
    pub priority: u32,
}

/// A document to create or to update to: `MsgCreateDidDocPayload` and `MsgUpdateDidDocPayload`, which are the same
/// bytes. For that reason a version id must never be used twice: a signature for one would be good for the other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DidDocPayload {
    /// `@context` as it was given; resolvers make their own.
    pub context: Vec<String>,
    /// The DID.
    pub did: CheqdDid,
    /// The DIDs whose keys sign for it.
    pub controller: Vec<String>,
    /// Its keys.
    pub verification_method: Vec<MethodPayload>,
    /// Ids of keys.
    pub authentication: Vec<String>,
    /// Ids of keys, or keys of other types as a JSON text within a JSON text.
    pub assertion_method: Vec<String>,
    /// Ids of keys.
    pub capability_invocation: Vec<String>,
    /// Ids of keys.
    pub capability_delegation: Vec<String>,
    /// Ids of keys.
    pub key_agreement: Vec<String>,
    /// Its services.
    pub service: Vec<ServicePayload>,
    /// Other names of its subject.
    pub also_known_as: Vec<String>,
    /// The name of this version: a UUID.
    pub version_id: String,
}

/// The end of a DID: `MsgDeactivateDidDocPayload`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeactivatePayload {
    /// The DID.
    pub did: CheqdDid,
    /// The name of its last version: a UUID.
    pub version_id: String,
}

/// A resource that belongs to a DID: `MsgCreateResourcePayload`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResourcePayload {
    /// The DID that it belongs to.
    pub did: CheqdDid,
    /// Its id: a UUID.
    pub id: String,
    /// Its name.
    pub name: String,
    /// Its version, or nothing.
    pub version: String,
    /// Its type.
    pub resource_type: String,
    /// Its bytes.
    pub content: Vec<u8>,
}

/// The largest resource that the ledger takes, in bytes.
pub const MAX_RESOURCE_BYTES: usize = 2 * 1024 * 1024;

/// The longest name, type or version of a resource, in bytes.
const MAX_RESOURCE_NAME: usize = 64;

/// A resource cannot be published: which member, and why not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the resource's {member} {reason}")]
pub struct UnpublishableResource {
    /// The member.
    pub member: &'static str,
    /// What is wrong with it.
    pub reason: &'static str,
}

impl DidDocPayload {
    /// The bytes to be signed.
    pub fn encode(&self) -> Vec<u8> {
        let mut writer = Writer::default();
        writer.list(1, &self.context).field(2, self.did.to_string()).list(3, &self.controller);
        for method in &self.verification_method {
            writer.element(4, &method.encode());
        }
        writer.list(5, &self.authentication).list(6, &self.assertion_method);
        writer.list(7, &self.capability_invocation).list(8, &self.capability_delegation).list(9, &self.key_agreement);
        for service in &self.service {
            writer.element(10, &service.encode());
        }
        writer.list(11, &self.also_known_as).field(12, &self.version_id).finish()
    }
}

impl MethodPayload {
    fn encode(&self) -> Vec<u8> {
        let mut writer = Writer::default();
        writer.field(1, &self.id).field(2, &self.method_type).field(3, &self.controller);
        writer.field(4, &self.material).finish()
    }
}

impl ServicePayload {
    fn encode(&self) -> Vec<u8> {
        let mut writer = Writer::default();
        writer.field(1, &self.id).field(2, &self.service_type).list(3, &self.endpoints);
        writer.list(4, &self.recipient_keys).list(5, &self.routing_keys).list(6, &self.accept);
        writer.number(7, self.priority).finish()
    }
}

impl DeactivatePayload {
    /// The bytes to be signed.
    pub fn encode(&self) -> Vec<u8> {
        Writer::default().field(1, self.did.to_string()).field(2, &self.version_id).finish()
    }
}

impl ResourcePayload {
    /// The bytes to be signed.
    pub fn encode(&self) -> Vec<u8> {
        let mut writer = Writer::default();
        writer.field(1, &self.content).field(2, self.did.unique_id()).field(3, &self.id).field(4, &self.name);
        writer.field(5, &self.version).field(6, &self.resource_type).finish()
    }

    /// Its DID URL.
    pub fn did_url(&self) -> String {
        format!("{}/resources/{}", self.did, self.id)
    }

    /// Whether the ledger can hold it and the registrar can be asked to write it, before anybody pays for trying.
    ///
    /// # Errors
    /// Names the member that is at fault.
    pub fn check(&self) -> Result<(), UnpublishableResource> {
        let wrong = |member, reason| Err(UnpublishableResource { member, reason });
        if !super::is_uuid(&self.id) {
            return wrong("id", "is not a UUID");
        }
        for (member, text, required) in
            [("name", &self.name, true), ("type", &self.resource_type, true), ("version", &self.version, false)]
        {
            if required && text.is_empty() {
                return wrong(member, "is missing");
            }
            if text.len() > MAX_RESOURCE_NAME {
                return wrong(member, "is longer than 64 bytes");
            }
            // The registrar looks an existing resource up by a query that it does not encode.
            if text.chars().any(|c| c.is_control() || (required && matches!(c, '&' | '#' | '%' | '+'))) {
                return wrong(
                    member,
                    "has a character that the registrar cannot carry (&, #, %, + or a control character)",
                );
            }
        }
        if self.content.is_empty() {
            return wrong("content", "is empty");
        }
        if self.content.len() > MAX_RESOURCE_BYTES {
            return wrong("content", "is larger than the two MiB that the ledger takes");
        }
        Ok(())
    }
}

/// The registrar asks for another payload to be signed than the one that was asked for. Nothing may be signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error(
    "the registrar asks to sign something other than what was asked for: {got} bytes instead of {asked}, different from \
     byte {at} on"
)]
pub struct PayloadDiffers {
    /// Bytes of the payload that was asked for.
    pub asked: usize,
    /// Bytes of the one that it sent.
    pub got: usize,
    /// Where they part.
    pub at: usize,
}

/// Refuses to take any other payload for the one that was asked for: `serialized` is what the registrar wants signed.
///
/// # Errors
/// [`PayloadDiffers`]: nothing may be signed then.
pub fn check_payload(asked: &Operation, serialized: &[u8]) -> Result<(), PayloadDiffers> {
    let ours = asked.payload();
    if ours == serialized {
        return Ok(());
    }
    let at = ours.iter().zip(serialized).take_while(|(ours, theirs)| ours == theirs).count();
    Err(PayloadDiffers { asked: ours.len(), got: serialized.len(), at })
}
