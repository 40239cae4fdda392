//! Whether credentials stand: those that this wallet issued, which it can suspend, restore and revoke, and those that it
//! holds, whose issuers can.
//!
//! As issuer ([`offer`], [`change`], [`publish`]): a credential that is to be revocable gets a place in two status lists
//! of its issuer's did:cheqd, one for revocation and one for suspension, or in one of them, in the commit of its offer. A change is a
//! commit here and waits; then one new version of the list is published for all that wait. As holder ([`check`],
//! [`fetch`]): the lists are read by the wallet's own resolver, at storing, by schedule and when somebody asks; what was
//! known last, and when, is kept.

mod change;
mod check;
mod desk;
pub(crate) mod fetch;
mod issued;
pub(crate) mod lists;
mod offer;
mod publish;

pub use check::{CredentialStatus, StatusRound};
pub use issued::{Changed, Issued, IssuedFilter, IssuedStatus};
pub use vouchsafe_credentials::status::StatusState;

pub(crate) use check::Lists;
pub(crate) use check::watch;
pub(crate) use desk::Desk;
pub(crate) use issued::{free, note_issued};
pub(crate) use offer::{Chosen, Places, asks_for_status};
pub(crate) use publish::run;
