//! Whether a credential still stands: W3C Bitstring Status List v1.0, its predecessor StatusList2021 (W3C CCG), and
//! the forms in which cheqd's tools publish both as resources of a DID.
//!
//! A credential names a list and a place in it ([`entries_of`]); the list is a compressed string of bits that the
//! issuer signs and publishes ([`StatusList::read`]); the bits at that place say how it stands
//! ([`StatusList::status_of`], [`Standing`]). A list comes from whoever hosts it: it is bounded before it is unpacked,
//! and one that is changed, short, of another issuer, for another purpose, or out of date is an error of its own and
//! never means "valid". There is no network here: who calls fetches the list and the issuer's keys.
//!
//! [`list_credential`] and [`entry`] are the issuer's side.

mod bits;
mod build;
mod entry;
mod jwt;
mod list;
mod problem;
mod shape;
mod standing;

pub use bits::{Bits, MAX_BITS, MIN_BITS};
pub use build::{NewList, entry, form_for, form_named, list_credential, with_context};
pub use entry::{Form, Purpose, StatusEntry, entries_of};
pub use list::{Origin, StatusList};
pub use problem::StatusProblem;
pub use standing::{EntryStatus, Standing, StatusState};
