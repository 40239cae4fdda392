//! Making and changing identities: what will be published is shown first, and exactly that is published.

use serde_json::{Map, Value, json};
use vouchsafe_agent::cheqd::{self, CreateCheqdDid, Plan};
use vouchsafe_agent::wallet_dids::CreateDid;

use super::Profile;
use super::identities::checked_name;
use super::wallet::Open;
use crate::commands::Answer;
use crate::practice;
use crate::view::identities::{IdentityPlan, IdentityService, IdentityView, KeyForm, NAME, NewIdentity, network_of};
use crate::view::networks::{cost, host_of, network_name};
use crate::view::{Failure, Topic};

/// Services of one document.
const MAX_SERVICES: usize = 20;
/// Addresses of one service.
const MAX_ENDPOINTS: usize = 10;
/// The longest address.
const MAX_ADDRESS: usize = 2048;
/// The longest document that is taken back from a plan, in bytes.
const MAX_PLANNED: usize = 256 * 1024;

const PERMANENT: &str = "It is permanent: what is published can be changed and deactivated later, and never taken back; everyone can read all of its versions.";

impl Profile {
    /// What would be published for a new identity.
    ///
    /// # Errors
    ///
    /// `wallet-locked`; what the store says. What stands in the way of publishing is in the plan.
    pub async fn plan_identity(&self, identity: NewIdentity) -> Answer<IdentityPlan> {
        let open = self.open()?;
        let Some(namespace) = identity.network.clone() else { return Ok(IdentityPlan::without_ledger()) };
        let planned = match self.ready_network(&open, &namespace).await {
            Ok(()) => match create(&identity, None) {
                Ok(wanted) => open.agent.plan_cheqd_did(&wanted).await.map_err(Failure::from),
                Err(failure) => Err(failure),
            },
            Err(failure) => Err(failure),
        };
        Ok(IdentityPlan::of(&namespace, planned))
    }

    /// Make an identity.
    ///
    /// # Errors
    ///
    /// `name-invalid`, `service-invalid`, what the registrar, the ledger or the network say, `wallet-locked`; what the store says.
    pub async fn create_identity(&self, identity: NewIdentity) -> Answer<IdentityView> {
        let open = self.open()?;
        let name = checked_name(&identity.name)?;
        let did = match &identity.network {
            None => open.new_key_identity(&name, self.practice.network()).await?,
            Some(namespace) => {
                self.ready_network(&open, namespace).await?;
                open.agent.create_cheqd_did(create(&identity, identity.planned.as_deref())?).await?.did
            }
        };
        if identity.usual {
            let chosen = did.clone();
            self.change_kept(&open, move |kept| kept.issuer_did = Some(chosen)).await?;
        }
        self.announcer.say([Topic::App, Topic::Identities, Topic::Settings]);
        open.identity_view(&did, Vec::new()).await
    }

    /// What would be published for an identity with these services and no others.
    ///
    /// # Errors
    ///
    /// `not-found`, `wallet-locked`; what the store says. What stands in the way of publishing is in the plan.
    pub async fn plan_services(&self, did: &str, services: Vec<IdentityService>) -> Answer<IdentityPlan> {
        let open = self.open()?;
        let namespace = on_ledger(did)?;
        let planned = match self.ready_network(&open, &namespace).await {
            Ok(()) => self.with_services(&open, did, &services).await,
            Err(failure) => Err(failure),
        };
        let planned = planned.and_then(|document| {
            let config = open.agent.config();
            let network = config.network(&namespace)?;
            Ok(Plan {
                did: did.to_owned(),
                network: namespace.clone(),
                registrar: network.registrar_url()?.to_string(),
                document,
                permanent: true,
                practice: network.practice,
            })
        });
        Ok(IdentityPlan::of(&namespace, planned))
    }

    /// Publish an identity's document with these services and no others.
    ///
    /// # Errors
    ///
    /// `service-invalid`, what the registrar, the ledger or the network say, `not-found`, `wallet-locked`; what the store says.
    pub async fn save_services(&self, did: &str, services: Vec<IdentityService>) -> Answer<IdentityView> {
        let open = self.open()?;
        self.ready_network(&open, &on_ledger(did)?).await?;
        let document = self.with_services(&open, did, &services).await?;
        open.agent.update_cheqd_did(did, document).await?;
        self.announcer.say([Topic::Identities]);
        open.identity_view(did, Vec::new()).await
    }

    /// Publish a new key in place of the old one.
    ///
    /// # Errors
    ///
    /// What the registrar, the ledger or the network say, `not-found`, `wallet-locked`; what the store says.
    pub async fn rotate_key(&self, did: &str) -> Answer<IdentityView> {
        let open = self.open()?;
        self.ready_network(&open, &on_ledger(did)?).await?;
        open.agent.rotate_cheqd_did_key(did).await?;
        self.announcer.say([Topic::Identities]);
        open.identity_view(did, Vec::new()).await
    }

    /// Deactivate an identity, for good.
    ///
    /// # Errors
    ///
    /// What the registrar, the ledger or the network say, `not-found`, `wallet-locked`; what the store says.
    pub async fn deactivate_identity(&self, did: &str) -> Answer<IdentityView> {
        let open = self.open()?;
        self.ready_network(&open, &on_ledger(did)?).await?;
        open.agent.deactivate_cheqd_did(did).await?;
        let ended = did.to_owned();
        self.change_kept(&open, move |kept| {
            if kept.issuer_did.as_ref() == Some(&ended) {
                kept.issuer_did = None;
            }
        })
        .await?;
        self.announcer.say([Topic::App, Topic::Identities, Topic::Settings]);
        open.identity_view(did, Vec::new()).await
    }

    /// The network is known here, and runs if it is the practice ledger.
    pub(super) async fn ready_network(&self, open: &Open, namespace: &str) -> Answer<()> {
        if namespace == practice::NAMESPACE {
            if !open.running.lock().kept.practice {
                return Err(Failure::new(
                    "practice-off",
                    "Practice is switched off",
                    "The practice network is switched off for this wallet.",
                    "Switch it on in the settings.",
                ));
            }
            return self.start_practice(open).await;
        }
        open.agent.config().network(namespace)?;
        Ok(())
    }

    async fn with_services(&self, open: &Open, did: &str, services: &[IdentityService]) -> Answer<Value> {
        let row = open.identity_view(did, Vec::new()).await?.row;
        let mut document = open.document_of(&row).await;
        let services = published(did, services)?;
        let members = document.as_object_mut().ok_or_else(|| Failure::not_found("identity"))?;
        // Resolvers put it in; the ledger is not given it back.
        members.remove("@context");
        if services.is_empty() {
            members.remove("service");
        } else {
            // What a form does not show (keys, priority) stays with a service that stays.
            let before = members.get("service").and_then(Value::as_array).cloned().unwrap_or_default();
            let merged = services.into_iter().map(|service| merge(&before, service)).collect();
            members.insert("service".to_owned(), Value::Array(merged));
        }
        Ok(document)
    }
}

impl Open {
    /// A did:key to sign with: it needs no ledger.
    pub(super) async fn new_key_identity(&self, name: &str, practice: Option<cheqd::Network>) -> Answer<String> {
        let wanted = CreateDid {
            method: "key".to_owned(),
            key_type: "ed25519".to_owned(),
            metadata: Map::from_iter([(NAME.to_owned(), Value::from(name))]),
            ..CreateDid::default()
        };
        let did = self.agent.create_did(wanted).await?.did;
        let kept = did.clone();
        self.change_kept(practice, move |settings| settings.key_identities.push(kept)).await?;
        Ok(did)
    }
}

/// The namespace of an identity that is on a ledger.
fn on_ledger(did: &str) -> Answer<String> {
    network_of(did).ok_or_else(|| {
        Failure::new(
            "no-ledger",
            "It is on no ledger",
            "This identity is on no ledger, so there is nothing to publish.",
            "Use it as it is, or make one on a network.",
        )
    })
}

fn create(identity: &NewIdentity, planned: Option<&str>) -> Answer<CreateCheqdDid> {
    let name = if identity.name.trim().is_empty() && planned.is_none() {
        String::new()
    } else {
        checked_name(&identity.name)?
    };
    let document = match planned {
        None => None,
        Some(text) if text.len() <= MAX_PLANNED => {
            Some(serde_json::from_str(text).map_err(|error| stale().because(error))?)
        }
        Some(_) => return Err(stale()),
    };
    Ok(CreateCheqdDid {
        network: identity.network.clone().unwrap_or_default(),
        key_form: match identity.key_form {
            KeyForm::Ed25519VerificationKey2020 => cheqd::KeyForm::Ed25519VerificationKey2020,
            KeyForm::Ed25519VerificationKey2018 => cheqd::KeyForm::Ed25519VerificationKey2018,
            KeyForm::JsonWebKey2020 => cheqd::KeyForm::JsonWebKey2020,
        },
        // The plan's document has its services already.
        services: if document.is_some() { Vec::new() } else { published("", &identity.services)? },
        did_document: document,
        metadata: Map::from_iter([(NAME.to_owned(), Value::from(name))]),
        ..CreateCheqdDid::default()
    })
}

fn stale() -> Failure {
    Failure::invalid("plan-stale", "What was shown cannot be published as it is.", "Look at it again, then publish it.")
}

/// Services as a document has them; each has an id of its own.
fn published(did: &str, services: &[IdentityService]) -> Answer<Vec<Value>> {
    let refused = |sentence: String| Failure::invalid("service-invalid", sentence, "Mend the service, or remove it.");
    if services.len() > MAX_SERVICES {
        return Err(refused(format!("An identity has at most {MAX_SERVICES} services.")));
    }
    let mut taken: Vec<String> = services.iter().map(|service| service.id.trim().to_owned()).collect();
    let mut documents = Vec::new();
    for service in services {
        let kind = service.kind.trim();
        if kind.is_empty() || kind.chars().count() > 255 || kind.chars().any(char::is_control) {
            return Err(refused("A service has a type, such as LinkedDomains.".to_owned()));
        }
        let endpoints: Vec<&str> =
            service.endpoints.iter().map(|endpoint| endpoint.trim()).filter(|endpoint| !endpoint.is_empty()).collect();
        let good = |endpoint: &&str| endpoint.len() <= MAX_ADDRESS && url::Url::parse(endpoint).is_ok();
        if endpoints.is_empty() || endpoints.len() > MAX_ENDPOINTS || !endpoints.iter().all(good) {
            return Err(refused(format!(
                "The service {kind} needs an address, such as https://example.org; at most {MAX_ENDPOINTS} of them."
            )));
        }
        let mut id = service.id.trim().to_owned();
        if id.is_empty() {
            // One more than there are services: one of them is free.
            let numbers = 1..=services.len() + 1;
            id = numbers.map(|number| format!("service-{number}")).find(|id| !taken.contains(id)).unwrap_or_default();
            taken.push(id.clone());
        } else if !id.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._".contains(&byte)) || id.len() > 100 {
            return Err(refused("A service's name has letters, digits, - . and _.".to_owned()));
        }
        documents.push(json!({ "id": format!("{did}#{id}"), "type": kind, "serviceEndpoint": endpoints }));
    }
    Ok(documents)
}

/// The service with the members of the one of its name that the form does not show.
fn merge(before: &[Value], service: Value) -> Value {
    let Some(Value::Object(mut members)) = before.iter().find(|known| known.get("id") == service.get("id")).cloned()
    else {
        return service;
    };
    if let Value::Object(new) = service {
        members.extend(new);
    }
    Value::Object(members)
}

impl IdentityPlan {
    fn of(namespace: &str, planned: Answer<Plan>) -> Self {
        let name = network_name(namespace);
        let (plan, problem) = match planned {
            Ok(plan) => (Some(plan), None),
            Err(failure) => (None, Some(failure)),
        };
        let registrar = plan.as_ref().and_then(|plan| host_of(&plan.registrar));
        let practice = namespace == practice::NAMESPACE;
        let published = if practice {
            "The document below is written to the practice ledger, which only this computer reads.".to_owned()
        } else {
            format!("The document below is published on the {name}, for everyone to read. It names no person.")
        };
        Self {
            ready: plan.is_some(),
            problem,
            network: name,
            practice,
            cost: cost(namespace, registrar.as_deref()),
            registrar,
            published,
            permanent: PERMANENT.to_owned(),
            document: plan
                .map(|plan| serde_json::to_string_pretty(&plan.document).unwrap_or_default())
                .unwrap_or_default(),
        }
    }

    fn without_ledger() -> Self {
        Self {
            ready: true,
            problem: None,
            network: "No ledger".to_owned(),
            practice: false,
            registrar: None,
            published:
                "Nothing is published: the key is the name. What it signs can be verified anywhere and never revoked."
                    .to_owned(),
            permanent: "Its key can never be changed.".to_owned(),
            cost: "It costs nothing.".to_owned(),
            document: String::new(),
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{IdentityService, merge, published};

    fn service(id: &str, kind: &str, endpoint: &str) -> IdentityService {
        IdentityService { id: id.to_owned(), kind: kind.to_owned(), endpoints: vec![endpoint.to_owned()] }
    }

    #[test]
    fn every_service_gets_a_name_of_its_own() {
        let services = [
            service("service-1", "A", "https://a.example"),
            service("", "B", "https://b.example"),
            service("", "C", "https://c.example"),
        ];
        let made = published("did:x:y", &services).unwrap();
        let ids: Vec<_> = made.iter().map(|service| service["id"].as_str().unwrap()).collect();
        assert_eq!(ids, ["did:x:y#service-1", "did:x:y#service-2", "did:x:y#service-3"]);
        for bad in [
            service("", "", "https://a.example"),
            service("", "A", "nowhere"),
            service("a b", "A", "https://a.example"),
        ] {
            assert_eq!(published("", &[bad]).unwrap_err().code, "service-invalid");
        }
    }

    #[test]
    fn what_a_form_does_not_show_stays() {
        let before =
            [json!({"id": "#a", "type": "did-communication", "serviceEndpoint": ["https://a.example"], "priority": 1})];
        let merged =
            merge(&before, json!({"id": "#a", "type": "did-communication", "serviceEndpoint": ["https://b.example"]}));
        assert_eq!(merged["priority"], 1);
        assert_eq!(merged["serviceEndpoint"], json!(["https://b.example"]));
    }
}
