//! did:cheqd without a network (cheqd ADR 001 to 005, cheqd-node v4, did-registrar 2.7, did-resolver 3.8): the
//! identifiers and the URLs below them, what a resolver answers, what the ledger is asked to write, and the two steps in
//! which a registrar writes it. Who fetches, signs and keeps is elsewhere. Resolvers and registrars are strangers: what
//! they say is bounded, and no payload is taken from them that was not made here as well.

mod did_url;
mod document;
mod identifier;
mod operation;
mod payload;
mod protobuf;
mod registrar;
mod resolution;

pub use did_url::{CheqdUrl, MalformedCheqdUrl, Part};
pub use document::{ED25519_2018, ED25519_2020, JWK_2020, Unpublishable};
pub use identifier::{CheqdDid, MalformedCheqdDid, is_namespace, is_uuid};
pub use operation::{Operation, PayloadSignature};
pub use payload::{
    DeactivatePayload, DidDocPayload, MAX_RESOURCE_BYTES, MethodPayload, PayloadDiffers, ResourcePayload,
    ServicePayload, UnpublishableResource, check_payload,
};
pub use registrar::{
    LedgerCode, MAX_REPLY_BYTES, RegistrarError, RegistrarReply, SigningRequest, read_registrar_reply,
};
pub use resolution::{
    Dereferencing, DocumentMetadata, MAX_RESOLUTION_BYTES, Resolution, ResolverError, ResourceMetadata,
    read_dereferencing, read_resolution,
};
