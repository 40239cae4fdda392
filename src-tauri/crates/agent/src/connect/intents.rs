//! What a person or a controller can ask for around invitations and connections. Every member is one of the admin
//! API's parameters (RFC 0434, 0023, 0160) and means what it means there.

use jiff::Timestamp;
use serde_json::{Map, Value};
use vouchsafe_protocols::connection::Handshake;

/// How a new DID for a connection is made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DidMethod {
    /// Numeric algorithm 2: the keys and services are in the DID.
    Peer2,
    /// Numeric algorithm 4: the whole document is in the long form.
    Peer4,
    /// The unqualified 16-byte DID of DID Exchange 1.0 and Connections.
    Legacy,
}

/// Which version of Out-of-Band the invitation speaks.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum OobVersion {
    /// `out-of-band/1.0`.
    V1_0,
    /// `out-of-band/1.1`.
    #[default]
    V1_1,
}

/// A message to be attached to an invitation, by the record that holds it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvitationAttachment {
    /// Id of the record.
    pub id: String,
    /// `credential-offer` (`present-proof` follows with that protocol).
    pub kind: String,
}

/// Step 1: an invitation.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct CreateInvitation {
    /// Our name for whoever comes.
    pub alias: Option<String>,
    /// Envelope profiles to list (`didcomm/aip1`, `didcomm/aip2;env=rfc19`).
    pub accept: Option<Vec<String>>,
    /// What the invitation is for, for people.
    pub goal: Option<String>,
    /// What the invitation is for, for programs (RFC 0519).
    pub goal_code: Option<String>,
    /// Handshakes to offer, the preferred one first; empty with an attachment: connectionless.
    pub handshake_protocols: Vec<Handshake>,
    /// A picture of the inviter.
    pub image_url: Option<String>,
    /// May be used by many.
    pub multi_use: bool,
    /// Answer requests to it by itself; `None`: as the wallet's policy says.
    pub auto_accept: Option<bool>,
    /// A new DID for each one who comes (with `use_did_method`).
    pub create_unique_did: bool,
    /// The name shown, instead of the wallet's.
    pub my_label: Option<String>,
    /// A DID of the wallet as the service.
    pub use_did: Option<String>,
    /// A new DID of that method as the service.
    pub use_did_method: Option<DidMethod>,
    /// The public DID as the service.
    pub use_public_did: bool,
    /// Version of the protocol.
    pub protocol_version: OobVersion,
    /// Kept with the connections that come of it.
    pub metadata: Map<String, Value>,
    /// Messages to attach.
    pub attachments: Vec<InvitationAttachment>,
    /// Exchanges whose offers wait, and go out over the connection that the invitation leads to.
    pub offers: Vec<String>,
    /// When it ends.
    pub expires_at: Option<Timestamp>,
}

/// Step 2: an invitation is received.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ReceiveInvitation {
    /// Our name for the inviter.
    pub alias: Option<String>,
    /// Go on by itself; `None`: as the wallet's policy says.
    pub auto_accept: Option<bool>,
    /// Reuse a connection with the same DID, if there is one.
    pub use_existing_connection: bool,
    /// A person has seen the address and allows one on this computer or its network.
    pub allow_private: bool,
    /// The name shown to the inviter, instead of the wallet's.
    pub my_label: Option<String>,
}

/// Going on with a received invitation by hand.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AcceptInvitation {
    /// An endpoint for this connection, instead of the wallet's.
    pub my_endpoint: Option<String>,
    /// A name for this connection, instead of the wallet's.
    pub my_label: Option<String>,
    /// A DID of the wallet to use.
    pub use_did: Option<String>,
    /// A new DID of that method to use.
    pub use_did_method: Option<DidMethod>,
}

/// Answering a request by hand.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct AcceptRequest {
    /// An endpoint for this connection, instead of the wallet's.
    pub my_endpoint: Option<String>,
    /// A name for this connection, instead of the wallet's.
    pub my_label: Option<String>,
    /// Use the public DID.
    pub use_public_did: bool,
}

/// A request without an invitation, to a public DID.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RequestConnection {
    /// The public DID.
    pub their_public_did: String,
    /// Our name for them.
    pub alias: Option<String>,
    /// The name shown to them.
    pub my_label: Option<String>,
    /// An endpoint for this connection.
    pub my_endpoint: Option<String>,
    /// Version of DID Exchange; 1.1 unless asked.
    pub protocol: Option<Handshake>,
    /// Use our public DID.
    pub use_public_did: bool,
    /// A DID of the wallet to use.
    pub use_did: Option<String>,
    /// A new DID of that method to use.
    pub use_did_method: Option<DidMethod>,
    /// Why, for people.
    pub goal: Option<String>,
    /// Why, for programs.
    pub goal_code: Option<String>,
    /// Go on by itself.
    pub auto_accept: Option<bool>,
    /// A person allows an address on this computer or its network.
    pub allow_private: bool,
}

/// Which connections to list; absent members match everything.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ConnectionFilter {
    /// Our name for them.
    pub alias: Option<String>,
    /// RFC 0160 or RFC 0023 word.
    pub state: Option<String>,
    /// Their DID.
    pub their_did: Option<String>,
    /// Our DID.
    pub my_did: Option<String>,
    /// Base58 key of the invitation.
    pub invitation_key: Option<String>,
    /// Id of the invitation's message.
    pub invitation_msg_id: Option<String>,
    /// `inviter` or `invitee`.
    pub their_role: Option<String>,
    /// `didexchange/1.0`, ….
    pub connection_protocol: Option<String>,
}

/// How a request for the public DID is taken that came by other means than a message.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ReceiveRequest {
    /// What the connection is called here.
    pub alias: Option<String>,
    /// Answer it by itself; `None`: as the wallet's policy says.
    pub auto_accept: Option<bool>,
}
