//! The address that a did:cheqd publishes for itself, as ACA-Py's `set-did-endpoint` has it: one service of each kind in
//! the document, put in, moved or taken out by an update of the whole document.

use serde_json::{Value, json};

use crate::Agent;
use crate::did_endpoint::note_endpoint;
use crate::error::{AgentError, Result};
use crate::transport::address::parse_endpoint;
use crate::transport::client::DeliveryError;

/// What an address is for, in ACA-Py's words.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum EndpointKind {
    /// Where messages go (DIDComm).
    #[default]
    Endpoint,
    /// A page about the DID's subject.
    Profile,
    /// Domains of the DID's subject.
    LinkedDomains,
}

impl EndpointKind {
    /// The kind of this word.
    pub fn of_name(name: &str) -> Option<Self> {
        match name.to_ascii_lowercase().as_str() {
            "endpoint" => Some(Self::Endpoint),
            "profile" => Some(Self::Profile),
            "linkeddomains" | "linked_domains" => Some(Self::LinkedDomains),
            _ => None,
        }
    }

    fn service_type(self) -> &'static str {
        match self {
            Self::Endpoint => "did-communication",
            Self::Profile => "Profile",
            Self::LinkedDomains => "LinkedDomains",
        }
    }

    fn fragment(self) -> &'static str {
        match self {
            Self::Endpoint => "did-communication",
            Self::Profile => "profile",
            Self::LinkedDomains => "linked-domains",
        }
    }
}

impl Agent {
    /// Publishes the address of a did:cheqd of this wallet, or takes it out of the document; gives the document as the
    /// ledger has it.
    ///
    /// # Errors
    /// As [`Agent::update_cheqd_did`]; [`AgentError::Delivery`] for what is no address.
    pub async fn set_cheqd_did_endpoint(
        &self,
        did: &str,
        endpoint: Option<String>,
        kind: EndpointKind,
    ) -> Result<Value> {
        if let Some(endpoint) = &endpoint {
            parse_endpoint(endpoint).map_err(DeliveryError::Address)?;
        }
        let (_, parsed) = self.own_cheqd_did(did).await?;
        let current = self.on_ledger(&parsed).await?;
        let did = parsed.to_string();
        let mut document = current.document.to_value();
        let members =
            document.as_object_mut().ok_or_else(|| AgentError::invalid("didDocument", "it is not a JSON object"))?;
        let key = members.get("authentication").and_then(|keys| keys.get(0)).cloned();
        let mut services = members.get("service").and_then(Value::as_array).cloned().unwrap_or_default();
        services.retain(|service| service.get("type").and_then(Value::as_str) != Some(kind.service_type()));
        if let Some(endpoint) = &endpoint {
            let mut service = json!({
                "id": format!("{did}#{}", kind.fragment()),
                "type": kind.service_type(),
                "serviceEndpoint": [endpoint],
            });
            if let (EndpointKind::Endpoint, Some(key), Some(members)) = (kind, key, service.as_object_mut()) {
                members.insert("recipientKeys".to_owned(), json!([key]));
                members.insert("priority".to_owned(), json!(1));
            }
            services.push(service);
        }
        if services.is_empty() {
            members.shift_remove("service");
        } else {
            members.insert("service".to_owned(), Value::Array(services));
        }
        let published = self.update_cheqd_did(&did, document).await?;
        if kind == EndpointKind::Endpoint {
            self.note_endpoint(did, endpoint).await?;
        }
        Ok(published)
    }

    async fn note_endpoint(&self, did: String, endpoint: Option<String>) -> Result<()> {
        let committed = self
            .commit(move |unit| {
                // Deleted meanwhile: there is nothing to note it in.
                let Some(mut row) = unit.tx().did(&did)? else { return Ok::<_, AgentError>(()) };
                note_endpoint(unit, &mut row, endpoint)
            })
            .await?;
        self.settle(committed).await;
        Ok(())
    }
}
