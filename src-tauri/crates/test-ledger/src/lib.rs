//! A local did:cheqd ledger: what a wallet meets on the cheqd network, on its own computer and without fees. It serves
//! the registrar's two-step API and the resolver's over HTTP, keeps everything in a file that is only appended to, and
//! refuses what the real ledger refuses, with its codes, in its order.
//!
//! It shares no code with the wallet's own did:cheqd: identifiers, protobuf and signatures are read here by other eyes,
//! so that a mistake on one side shows on the other. The facts are those of cheqd-node v4, did-registrar 2.7 and
//! did-resolver 3.8.
//!
//! ```no_run
//! # async fn example() -> Result<(), Box<dyn std::error::Error>> {
//! use std::sync::Arc;
//! use vouchsafe_test_ledger::{Ledger, LedgerSettings, ServeSettings, serve};
//!
//! let ledger = Arc::new(Ledger::open(LedgerSettings::new("ledger", "practice"))?);
//! let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await?;
//! serve(listener, ledger, ServeSettings::default(), std::future::pending()).await?;
//! # Ok(())
//! # }
//! ```
//!
//! Known differences from the real network:
//! - There are no blocks, no fees and no fee payer: a transaction is final when it is answered.
//! - There is no gRPC, RPC or REST of the chain; the registrar is the one way to write.
//! - The registrar has neither `/key-pair` and `/did-document` nor the old `/{did}/create-resource`.
//! - The registrar refuses at the first step what the driver would let go on to the ledger: a deactivated DID to
//!   deactivate, `options.network` of another network. A job serves the operation that it was made for.
//! - A message refused for its form alone (code 1205) is answered with status 500, as reading the driver's client says;
//!   no recording of it was at hand.
//! - The resolver does not redirect DIDs of the old 16- and 32-character form: there are none here.
//! - JWKs with curve P-521 or secp256k1 are refused, RSA signatures need a salt as long as the hash and a key of at
//!   least 2048 bits.
//! - Media types are told for JSON, text, HTML, XML and a few images and archives only.
//! - Validation names the first broken rule, where the ledger lists all of them.
//! - Resources of the same second are told newest first; the real resolver leaves their order open.
//! - A refusal's ledger code is told in the headers `x-ledger-code` and `x-ledger-codespace` too.

pub mod command;
mod identifiers;
mod journal;
mod keys;
mod ledger;
mod media;
mod payload;
mod protobuf;
mod registrar;
mod rejection;
mod resolver;
mod rules;
mod server;
mod state;
mod transaction;
mod validate;

pub use journal::JournalError;
pub use ledger::{Clock, Ledger, LedgerSettings, OpenError, SubmitError};
pub use rejection::{Code, Rejection};
pub use server::{ServeSettings, router, serve};
pub use transaction::{Operation, SignInfo, Transaction};
