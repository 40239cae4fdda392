//! What follows from a job's end, in the commit that ends it: a new DID becomes the wallet's, a changed document is
//! kept with its DID, a deactivated DID stands for the wallet no more, and a resource's bytes go, since the ledger has
//! them.

use serde_json::{Map, Value};
use vouchsafe_didcomm::Verkey;
use vouchsafe_dids::{DidDocument, PublicKey};
use vouchsafe_store::DidRow;

use super::job::{JobState, LedgerJob, Wanted};
use crate::error::Result;
use crate::event::Event;
use crate::unit::{History, Unit, Who};

/// The method's name in the wallet's DIDs.
pub const CHEQD: &str = "cheqd";
/// How a DID is posted that others can resolve.
pub const POSTED: &str = "posted";
/// The mark in the metadata of a DID that was deactivated, as ACA-Py's plugin sets it.
pub const DEACTIVATED: &str = "deactivated";

/// Jobs kept after their end, of each state.
pub(super) const KEPT: u32 = 100;

/// Notes what follows from a job's new state.
///
/// # Errors
/// What the store says.
pub(super) fn follow(unit: &mut Unit<'_>, job: &LedgerJob) -> Result<()> {
    let (what, outcome) = match &job.state {
        JobState::Finished { result } => {
            finished(unit, job, result)?;
            ("published", job.operation().to_owned())
        }
        JobState::Refused { error } => ("refused", error.code().to_owned()),
        JobState::Interrupted { error } => ("interrupted", error.code().to_owned()),
        _ => return unit.tell(Event::Dids),
    };
    unit.history(History {
        subject: "did",
        subject_id: &job.did,
        connection_id: None,
        who: Who::Us,
        what,
        outcome: &outcome,
    })?;
    if what == "published" {
        // What was kept of it is out of date.
        unit.tx().delete_did_document(&job.did)?;
    }
    unit.tx().forget_ledger_jobs_beyond(job.state_word(), KEPT)?;
    unit.tell(Event::Dids)
}

fn finished(unit: &mut Unit<'_>, job: &LedgerJob, result: &Value) -> Result<()> {
    match &job.wanted {
        Wanted::Create { verkey, metadata, .. } => unit.tx().put_did(&DidRow {
            did: job.did.clone(),
            method: CHEQD.to_owned(),
            key_type: "ed25519".to_owned(),
            verkey: Some(*verkey),
            posture: POSTED.to_owned(),
            metadata: Value::Object(metadata.clone()),
            document: Some(result.clone()),
            created_at: unit.now(),
        })?,
        Wanted::Update { .. } => {
            // Deleted meanwhile: there is nothing to note it in.
            let Some(row) = unit.tx().did(&job.did)? else { return Ok(()) };
            let verkey = still_first(unit, row.verkey, result)?;
            unit.tx().put_did(&DidRow { verkey, document: Some(result.clone()), ..row })?;
        }
        Wanted::Deactivate => {
            // Deleted meanwhile: there is nothing to note it in.
            let Some(row) = unit.tx().did(&job.did)? else { return Ok(()) };
            let mut metadata = row.metadata.as_object().cloned().unwrap_or_else(Map::new);
            metadata.insert(DEACTIVATED.to_owned(), Value::Bool(true));
            unit.tx().put_did(&DidRow {
                metadata: Value::Object(metadata),
                posture: POSTED.to_owned(),
                document: Some(result.clone()),
                ..row
            })?;
        }
        Wanted::Publish { .. } => unit.tx().put_ledger_job_content(&job.id, None)?,
    }
    Ok(())
}

/// The key that a DID is known by: the one that it was, unless the document no longer has it.
fn still_first(unit: &Unit<'_>, verkey: Option<Verkey>, document: &Value) -> Result<Option<Verkey>> {
    let Ok(document) = DidDocument::parse(document) else { return Ok(verkey) };
    let keys: Vec<Verkey> = document
        .assertion_keys()
        .into_iter()
        .chain(document.authentication_keys())
        .filter_map(|(_, key)| match key {
            PublicKey::Ed25519(verkey) => Some(verkey),
            _ => None,
        })
        .collect();
    if verkey.is_some_and(|verkey| keys.contains(&verkey)) {
        return Ok(verkey);
    }
    Ok(unit.tx().first_signing_key(&keys)?.map_or(verkey, |key| Some(key.verkey())))
}
