//! did:cheqd against what its own tools made: payloads and signatures, the registrar's answers, the resolver's.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

mod payloads;
mod registrar;
mod resolver;
mod urls;

use serde_json::Value;

/// A vector out of the project's own folder of them.
macro_rules! vector {
    ($path:literal) => {
        serde_json::from_str::<serde_json::Value>(include_str!(concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../../../tests/vectors/cheqd/",
            $path
        )))
        .unwrap()
    };
}
pub(crate) use vector;

/// A member that is a text.
fn text<'a>(value: &'a Value, member: &str) -> &'a str {
    value[member].as_str().unwrap_or_else(|| panic!("{member} of {value}"))
}
