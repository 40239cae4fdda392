//! Processing a local context (JSON-LD 1.1 API, section 4.1) with the library, which loads what is bundled and nothing
//! else.

use std::collections::HashMap;
use std::sync::OnceLock;

use futures::FutureExt as _;
use iref::{Iri, IriBuf};
use json_syntax::Parse as _;
use parking_lot::Mutex;
use serde_json::Value;
use ssi_json_ld::context_processing::{Error as ProcessingError, Options, Process as _};
use ssi_json_ld::syntax::TryFromJson as _;
use ssi_json_ld::syntax::context::Context as LocalContext;
use ssi_json_ld::{LoadError, Loader, LoadingResult, RemoteDocument};

use super::LdContext;
use crate::bundled;
use crate::error::CredentialError;

pub(super) fn local_context(local: &Value) -> Result<LocalContext, CredentialError> {
    let syntax = |problem: String| CredentialError::InvalidContext(problem);
    let (json, _) = json_syntax::Value::parse_str(&local.to_string()).map_err(|error| syntax(error.to_string()))?;
    LocalContext::try_from_json(json).map_err(|error| syntax(error.to_string()))
}

pub(super) fn process(
    local: &LocalContext,
    active: &LdContext,
    base_url: Option<IriBuf>,
    options: Options,
) -> Result<LdContext, CredentialError> {
    let mut vocabulary = ();
    let processed = local.process_full(&mut vocabulary, active, &Bundled, base_url, options, ()).now_or_never();
    match processed {
        Some(Ok(processed)) => Ok(processed.into_processed()),
        Some(Err(ProcessingError::ContextLoadingFailed(error))) => {
            Err(CredentialError::UnknownContext(error.target.to_string()))
        }
        Some(Err(ProcessingError::ProtectedTermRedefinition)) => Err(CredentialError::InvalidContext(
            "a later context gives a protected term of an earlier one another meaning".to_owned(),
        )),
        Some(Err(error)) => Err(CredentialError::InvalidContext(error.to_string())),
        // The loader below is always ready.
        None => Err(CredentialError::InvalidContext("a context was not at hand".to_owned())),
    }
}

/// Loads bundled contexts, and nothing else.
struct Bundled;

#[derive(Debug, thiserror::Error)]
#[error("not a bundled context")]
struct NotBundled;

impl Loader for Bundled {
    async fn load(&self, url: &Iri) -> LoadingResult {
        static PARSED: OnceLock<Mutex<HashMap<&'static str, json_syntax::Value>>> = OnceLock::new();
        let unknown = || LoadError::new(url.to_owned(), NotBundled);
        let context = bundled::find(url.as_str()).ok_or_else(unknown)?;
        let mut parsed = PARSED.get_or_init(Mutex::default).lock();
        let document = if let Some(document) = parsed.get(context.url) {
            document.clone()
        } else {
            let (document, _) = json_syntax::Value::parse_str(context.document).map_err(|_| unknown())?;
            parsed.insert(context.url, document.clone());
            document
        };
        Ok(RemoteDocument::new(Some(url.to_owned()), None, document))
    }
}
