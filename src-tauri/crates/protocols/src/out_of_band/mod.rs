//! Out-of-band 1.0 and 1.1 (RFC 0434): what stands in a QR code or a link, before there is a relationship. An
//! invitation offers a handshake, carries a first message, or both; whoever has a relationship with the inviter already
//! reuses it. Everything here is read before anybody is trusted: sizes and numbers are bounded, nothing is fetched.

pub mod invitation;
pub mod receiver;
pub mod record;
pub mod reuse;
pub mod sender;
pub mod text;

pub use invitation::{Draft, InlineService, Invitation, Service};
pub use record::{Event, OutOfBand, Role, State};
pub use text::{Found, InvitationText, NotAnInvitation};

/// The goal code of an invitation that is there to issue a credential; Bifold opens the offer by it.
pub const GOAL_ISSUE: &str = "aries.vc.issue";
