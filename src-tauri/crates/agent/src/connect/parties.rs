//! Who the other side is: the keys and the address that its DID document gives. A document that came with a message
//! counts only for the DIDs that mean nothing without one; every other DID is resolved.

use serde_json::Value;
use vouchsafe_dids::{Did, DidDocument, legacy};
use vouchsafe_protocols::ProtocolError;
use vouchsafe_protocols::connection::Party;
use vouchsafe_protocols::did_exchange::{PresentedDid, Verified};

use crate::Agent;
use crate::dispatch::HandlerError;
use crate::error::AgentError;
use crate::inbound::Inbound;
use crate::transport::address::parse_endpoint;

/// The peer that a document describes: its preferred service that can be spoken to here.
pub(super) fn party_of(did: &str, document: &DidDocument) -> Result<Party, ProtocolError> {
    let services = document.didcomm_services();
    let http = |endpoint: &str| endpoint.starts_with("http");
    let service =
        services.iter().find(|service| http(&service.endpoint)).or_else(|| services.first()).ok_or_else(|| {
            ProtocolError::misbehaved(format!("the document of {} has no DIDComm service", brief(did)))
        })?;
    let verkey = *service
        .recipient_keys
        .first()
        .ok_or_else(|| ProtocolError::misbehaved(format!("the service of {} has no key", brief(did))))?;
    Ok(Party {
        did: did.to_owned(),
        verkey,
        endpoint: parse_endpoint(&service.endpoint).is_ok().then(|| service.endpoint.clone()),
        recipient_keys: service.recipient_keys.clone(),
        routing_keys: service.routing_keys.clone(),
    })
}

/// The peer that a legacy document, sent along, describes.
pub(super) fn party_of_attached(did: &str, document: &Value) -> Result<Party, ProtocolError> {
    let parsed: Did = did.parse().map_err(|_| ProtocolError::misbehaved(format!("{} is not a DID", brief(did))))?;
    let read = legacy::read(&parsed, document)
        .map_err(|error| ProtocolError::misbehaved(format!("the document of {}: {error}", brief(did))))?;
    party_of(did, &read)
}

fn brief(did: &str) -> String {
    did.chars().take(60).collect()
}

impl Agent {
    /// The peer behind a DID that resolves.
    pub(super) async fn party_behind(&self, did: &str) -> Result<Party, HandlerError> {
        let resolved = self.resolve_document(did).await.map_err(|error| match error {
            AgentError::Resolution { passing: false, reason, .. } => {
                HandlerError::Protocol(ProtocolError::incompatible(reason))
            }
            other => HandlerError::Agent(other),
        })?;
        Ok(party_of(did, &resolved.document)?)
    }

    /// Gathers what a request or a response of DID Exchange presents: signatures verified, DID resolved.
    pub(super) async fn verify_presented(
        &self,
        inbound: &Inbound,
        presented: &PresentedDid,
    ) -> Result<Verified, HandlerError> {
        let signatures = presented.verify()?;
        let their = if presented.requires_document() {
            let document = presented
                .document()?
                .ok_or_else(|| ProtocolError::misbehaved("its DID needs a document and none came"))?;
            party_of_attached(&presented.did, &document)?
        } else {
            self.party_behind(&presented.did).await?
        };
        Ok(Verified { sender: inbound.sender, their, signatures })
    }
}
