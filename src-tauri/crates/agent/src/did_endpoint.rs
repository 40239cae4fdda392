//! The address that a DID of the wallet gives for itself: what a controller sets and asks for. An unqualified DID has
//! it in the wallet alone and in the document that is sent along; a did:cheqd publishes it (see the ledger's jobs); the
//! document of a did:key or did:peer is its name and cannot change.

use serde_json::{Map, Value};
use vouchsafe_dids::{Did, legacy};
use vouchsafe_store::DidRow;

use crate::Agent;
use crate::error::{AgentError, Result};
use crate::event::Event;
use crate::transport::address::parse_endpoint;
use crate::transport::client::DeliveryError;
use crate::unit::Unit;

/// Where a DID's metadata has its address.
const ENDPOINT: &str = "endpoint";

impl Agent {
    /// The address of a DID of the wallet, if one was set.
    ///
    /// # Errors
    /// [`AgentError::NotFound`].
    pub async fn did_endpoint(&self, did: &str) -> Result<Option<String>> {
        let row = self.did(did).await?;
        Ok(row.metadata.get(ENDPOINT).and_then(Value::as_str).map(str::to_owned))
    }

    /// Sets the address of an unqualified DID, or takes it away.
    ///
    /// # Errors
    /// [`AgentError::NotFound`]; [`AgentError::Invalid`] for a DID whose document cannot change, or for no address.
    pub async fn set_local_did_endpoint(&self, did: &str, endpoint: Option<String>) -> Result<DidRow> {
        let did = did.to_owned();
        if let Some(endpoint) = &endpoint {
            parse_endpoint(endpoint).map_err(DeliveryError::Address)?;
        }
        let committed = self
            .commit(move |unit| {
                let mut row = unit.tx().did(&did)?.ok_or_else(|| AgentError::not_found("DID", did.as_str()))?;
                let (Some(verkey), "sov") = (row.verkey, row.method.as_str()) else {
                    return Err(AgentError::invalid(
                        "did",
                        format!("the document of a DID of method {} cannot be changed", row.method),
                    ));
                };
                let parsed: Did = did.parse().map_err(|_| AgentError::invalid("did", "it is not a DID"))?;
                row.document = Some(legacy::document(&parsed, &verkey, &unit.services(endpoint.as_deref())));
                note_endpoint(unit, &mut row, endpoint)?;
                Ok(row)
            })
            .await?;
        Ok(self.settle(committed).await)
    }
}

/// Keeps a DID with the address that it gives for itself, or with none.
///
/// # Errors
/// What the store says.
pub(crate) fn note_endpoint(unit: &mut Unit<'_>, row: &mut DidRow, endpoint: Option<String>) -> Result<()> {
    if !row.metadata.is_object() {
        row.metadata = Map::new().into();
    }
    if let Some(metadata) = row.metadata.as_object_mut() {
        match endpoint {
            Some(endpoint) => metadata.insert(ENDPOINT.to_owned(), endpoint.into()),
            None => metadata.shift_remove(ENDPOINT),
        };
    }
    unit.tx().put_did(row)?;
    unit.tell(Event::Dids)
}
