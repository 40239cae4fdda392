//! The W3C form of AnonCreds: credentials and presentations of the W3C data models 1.1 and 2.0 whose Data Integrity
//! proof (cryptosuite `anoncreds-2023`) holds the same signatures and proofs. The proof is a multibase text of
//! MessagePack, as the reference implementation writes it.

mod credential;
mod presentation;
mod proof;
mod verify;

pub use credential::{SubjectValue, W3cCredential, W3cModel};
pub use presentation::{W3cPresentation, W3cPresented, create_w3c_presentation};
