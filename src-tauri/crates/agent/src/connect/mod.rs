//! Invitations and connections: the agent's side of out-of-band (RFC 0434), DID Exchange (RFC 0023), Connections
//! (RFC 0160) and the small protocols that a connection speaks. Each handler gathers what its message needs (DIDs
//! resolved, signatures checked), then commits one pure step.

mod accept;
pub(crate) mod basic_message;
pub(crate) mod connections;
pub(crate) mod did_exchange;
pub(crate) mod did_rotate;
pub(crate) mod discover_features;
mod intents;
mod invite;
mod look;
pub(crate) mod names;
mod parties;
mod peers;
pub(crate) mod policy;
pub(crate) mod problem_report;
mod receive;
mod relations;
pub(crate) mod reuse;
mod short_url;
mod steps;
pub(crate) mod trust_ping;

pub use intents::{
    AcceptInvitation, AcceptRequest, ConnectionFilter, CreateInvitation, DidMethod, InvitationAttachment, OobVersion,
    ReceiveInvitation, ReceiveRequest, RequestConnection,
};
pub(crate) use invite::{create as create_in, is_taken, take_back};
pub use look::{InvitationKind, InvitationView};
pub use names::{LookAlike, look_alikes, shape};
pub(crate) use short_url::SHORT;
