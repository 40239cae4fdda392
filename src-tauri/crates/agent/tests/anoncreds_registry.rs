//! AnonCreds objects published to a did:cheqd ledger by one wallet and read by another: in time, interrupted, twice, and
//! where the ledger has something else than it should.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

#[path = "cheqd_write/harness.rs"]
#[allow(dead_code, reason = "shared with the tests of writing")]
mod harness;

use std::collections::BTreeSet;
use std::sync::atomic::Ordering;
use std::time::Duration;

use harness::{Fault, LedgerServer, Step, at_rest, create};
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use vouchsafe_agent::Agent;
use vouchsafe_agent::anoncreds::RegistryError;
use vouchsafe_agent::cheqd::{Freshness, PublishResource};
use vouchsafe_anoncreds::{
    CredentialDefinition, CredentialDefinitionId, Issuance, IssuerId, RevocationRegistryDefinition,
    RevocationRegistryId, RevocationRegistryPrivate, RevocationStatusList, Schema, SchemaId,
    create_revocation_registry,
};
use vouchsafe_store::Store;

const ANEW: Freshness = Freshness::Within(Duration::ZERO);
const NOBODY: &str = "00000000-0000-4000-8000-000000000000";

/// A definition that was made once: keys take long to make.
fn recorded(name: &str) -> Value {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../../tests/vectors/anoncreds/definitions.json");
    serde_json::from_str::<Value>(&std::fs::read_to_string(path).unwrap()).unwrap()[name].take()
}

fn schema(did: &str, version: &str, attributes: &[&str]) -> Schema {
    let attributes = attributes.iter().map(|name| (*name).to_owned()).collect();
    Schema::new("degree", version, IssuerId::new(did).unwrap(), attributes).unwrap()
}

fn degree(did: &str) -> Schema {
    schema(did, "1.0", &["Name", "Degree", "age"])
}

fn definition(did: &str, schema: &SchemaId, name: &str) -> CredentialDefinition {
    let mut json = recorded(name)["definition"].take();
    json["issuerId"] = json!(did);
    json["schemaId"] = json!(schema.as_str());
    serde_json::from_value(json).unwrap()
}

struct World {
    server: LedgerServer,
    issuer: Agent,
    did: String,
    schema_id: SchemaId,
    definition: CredentialDefinition,
    definition_id: CredentialDefinitionId,
    registry: RevocationRegistryDefinition,
    registry_id: RevocationRegistryId,
    private: RevocationRegistryPrivate,
}

impl World {
    async fn new() -> Self {
        let server = LedgerServer::start().await;
        let issuer = server.wallet().await;
        let did = issuer.create_cheqd_did(create()).await.unwrap().did;
        let schema_id = issuer.publish_schema(&degree(&did)).await.unwrap();
        let definition = definition(&did, &schema_id, "degree");
        let definition_id = issuer.publish_credential_definition(&definition).await.unwrap();
        let (registry, private) = create_revocation_registry(
            &definition,
            definition_id.clone(),
            "one",
            8,
            &mut std::io::sink(),
            "https://issuer.example/tails",
        )
        .unwrap();
        let registry_id = issuer.publish_revocation_registry_definition(&registry).await.unwrap();
        Self { server, issuer, did, schema_id, definition, definition_id, registry, registry_id, private }
    }

    fn first_list(&self) -> RevocationStatusList {
        let (registry_id, by_default) = (self.registry_id.clone(), Issuance::ByDefault);
        RevocationStatusList::create(&self.definition, registry_id, &self.registry, &self.private, by_default, None)
            .unwrap()
    }

    fn next_list(&self, list: &RevocationStatusList, stands: &[u32], revoked: &[u32]) -> RevocationStatusList {
        let set = |places: &[u32]| places.iter().copied().collect::<BTreeSet<u32>>();
        list.update(&self.definition, &self.registry, &self.private, &set(stands), &set(revoked), None).unwrap()
    }

    async fn resources(&self) -> usize {
        self.server.counts(&self.did).await.1
    }

    /// Something that is no object as it should be; its DID URL.
    async fn publish(&self, name: &str, resource_type: &str, content: &[u8]) -> String {
        let resource = PublishResource {
            did: self.did.clone(),
            name: name.to_owned(),
            resource_type: resource_type.to_owned(),
            content: content.to_vec(),
            ..PublishResource::default()
        };
        self.issuer.publish_resource(resource).await.unwrap().did_url
    }

    /// The resolver's own words about a DID URL.
    async fn answer(&self, did_url: &str) -> String {
        let url = format!("{}{did_url}", self.server.network.resolver);
        let accept = "application/ld+json;profile=\"https://w3id.org/did-url-dereferencing\"";
        reqwest::Client::new().get(url).header("accept", accept).send().await.unwrap().text().await.unwrap()
    }

    fn away(&self) {
        self.server.meet(Step::Read, std::iter::repeat_n(Fault::Down, 50));
    }
}

fn code<T: std::fmt::Debug>(result: Result<T, RegistryError>) -> &'static str {
    result.unwrap_err().code()
}

#[tokio::test]
async fn what_one_wallet_publishes_another_reads_once_and_keeps() {
    let world = World::new().await;
    let reader = world.server.wallet().await;
    assert_eq!(reader.schema(&world.schema_id).await.unwrap(), degree(&world.did));
    assert_eq!(reader.credential_definition(&world.definition_id).await.unwrap(), world.definition);
    assert_eq!(reader.revocation_registry(&world.registry_id).await.unwrap(), world.registry);
    let asked = world.server.door.count.load(Ordering::SeqCst);
    assert!(reader.schema(&world.schema_id).await.is_ok());
    assert!(reader.credential_definition(&world.definition_id).await.is_ok());
    assert_eq!(world.server.door.count.load(Ordering::SeqCst), asked, "it cannot have changed");
    // As ACA-Py and credo have it: the issuer is the DID that it was found under, and stands nowhere else.
    let on_ledger = world.server.get(world.schema_id.as_str()).await;
    assert_eq!(on_ledger, json!({ "name": "degree", "version": "1.0", "attrNames": ["Name", "Degree", "age"] }));
    let found = reader.dereference(world.registry_id.as_str(), Freshness::Kept).await.unwrap().resource().unwrap();
    assert_eq!(found.name, format!("degree-{}-one", world.definition.tag()));
    assert_eq!((found.resource_type.as_str(), found.version.as_str()), ("anonCredsRevocRegDef", "one"));
    let named = format!("{}?resourceName=degree&resourceType=anonCredsSchema", world.did);
    assert_eq!(reader.schema(&SchemaId::new(named).unwrap()).await.unwrap(), degree(&world.did));
}

#[tokio::test]
async fn publishing_twice_makes_one_object() {
    let world = World::new().await;
    assert_eq!(world.resources().await, 3);
    assert_eq!(world.issuer.publish_schema(&degree(&world.did)).await.unwrap(), world.schema_id);
    let again = world.issuer.publish_credential_definition(&world.definition).await.unwrap();
    assert_eq!(again, world.definition_id);
    let again = world.issuer.publish_revocation_registry_definition(&world.registry).await.unwrap();
    assert_eq!(again, world.registry_id);
    let list = world.first_list();
    let both = tokio::join!(
        world.issuer.publish_revocation_status_list(&list),
        world.issuer.publish_revocation_status_list(&list)
    );
    assert_eq!(both.0.unwrap(), both.1.unwrap());
    assert_eq!(world.resources().await, 4);
    // Another edition is another object; the same edition with other attributes is nobody's.
    let second = world.issuer.publish_schema(&schema(&world.did, "2.0", &["name"])).await.unwrap();
    assert_ne!(second, world.schema_id);
    // Also where the resolver did not find the earlier one.
    let not_found = json!({ "dereferencingMetadata": { "error": "notFound" }, "contentStream": null });
    world.server.meet(Step::Read, std::iter::repeat_n(Fault::Says(404, not_found.to_string()), 2));
    world.issuer.publish_schema(&schema(&world.did, "3.0", &["name"])).await.unwrap();
    world.server.fair();
    assert_eq!(world.resources().await, 6);
    let taken = world.issuer.publish_schema(&schema(&world.did, "2.0", &["surname"])).await;
    assert_eq!(code(taken), "anoncreds-name-taken");
    assert_eq!(world.resources().await, 6);
}

#[tokio::test]
async fn the_list_that_holds_is_the_newest_by_then() {
    let world = World::new().await;
    let reader = world.server.wallet().await;
    let at =
        async |time: Timestamp, freshness| reader.revocation_status_list(&world.registry_id, time, freshness).await;
    assert_eq!(code(at(Timestamp::now(), ANEW).await), "anoncreds-no-status-list");
    let lists = [world.first_list(), world.next_list(&world.first_list(), &[], &[3])];
    let mut published = Vec::new();
    for list in lists.iter().chain(&lists[..1]) {
        published.push(world.issuer.publish_revocation_status_list(list).await.unwrap());
        tokio::time::sleep(Duration::from_millis(1100)).await;
    }
    let [first, second, third] = <[_; 3]>::try_from(published).unwrap();
    assert_ne!(first.did_url, third.did_url, "the same entries again are a list of their own");
    for (wanted, revoked) in [(&first, false), (&second, true), (&third, false)] {
        let found = at(wanted.published, ANEW).await.unwrap();
        assert_eq!((&found.did_url, found.from_cache), (&wanted.did_url, false));
        assert_eq!(found.list.is_revoked(3), Some(revoked));
        assert_eq!(found.list.timestamp(), Some(u64::try_from(found.published.as_second()).unwrap()));
        assert_eq!(found.list.registry_id(), &world.registry_id);
    }
    let before = first.published - SignedDuration::from_secs(1);
    assert_eq!(code(at(before, ANEW).await), "anoncreds-no-status-list");
    assert_eq!(at(Timestamp::now(), Freshness::Now).await.unwrap().did_url, third.did_url);
    // A resolver that takes a list back is not believed; asked for that time, it is right.
    let older = world.answer(&second.did_url).await;
    world.server.meet(Step::Read, [Fault::Says(200, older.clone())]);
    let error = at(Timestamp::now(), Freshness::Now).await.unwrap_err();
    assert_eq!(error.code(), "anoncreds-status-list-older", "{error}");
    assert!(error.to_string().contains("revoked credentials stand again"), "{error}");
    assert_eq!(at(second.published, Freshness::Now).await.unwrap().did_url, second.did_url);
    let later = world.answer(&third.did_url).await;
    world.server.meet(Step::Read, [Fault::Says(200, later)]);
    assert_eq!(code(at(second.published, Freshness::Now).await), "anoncreds-status-list-later");
    // Where nobody answers, the newest one known, with its age.
    world.server.fair();
    let known = at(Timestamp::now(), ANEW).await.unwrap();
    world.away();
    let kept = at(Timestamp::now(), ANEW).await.unwrap();
    assert_eq!((kept.did_url, kept.from_cache), (third.did_url, true));
    assert!(kept.fetched_at <= known.fetched_at);
    assert_eq!(at(first.published, Freshness::Kept).await.unwrap().did_url, first.did_url);
    assert!(at(Timestamp::now(), Freshness::Now).await.unwrap_err().is_passing());
}

#[tokio::test]
async fn what_is_not_what_it_should_be_is_told_apart() {
    let world = World::new().await;
    let reader = world.server.wallet().await;
    let other = world.issuer.create_cheqd_did(create()).await.unwrap().did;
    let read = async |id: String| code(reader.schema(&SchemaId::new(id).unwrap()).await);
    assert_eq!(read(format!("{}/resources/{NOBODY}", world.did)).await, "anoncreds-not-found");
    assert_eq!(read(world.definition_id.to_string()).await, "anoncreds-other-object");
    for id in ["did:web:example.org", "https://example.org/schema", &world.did, &format!("{}#x", world.schema_id)] {
        assert_eq!(read(id.to_owned()).await, "anoncreds-identifier", "{id}");
    }
    let whole = |extra: Value| {
        let mut json = json!({ "name": "degree", "version": "1.0", "attrNames": ["a"] });
        json.as_object_mut().unwrap().extend(extra.as_object().unwrap().clone());
        json.to_string().into_bytes()
    };
    let elsewhere = format!("{other}/resources/{NOBODY}");
    let mut crowded = whole(json!({}));
    crowded.resize(300 << 10, b' ');
    for (name, content, wanted) in [
        ("issuer", whole(json!({ "issuerId": other })), "anoncreds-other-issuer"),
        ("id", whole(json!({ "id": elsewhere })), "anoncreds-other-id"),
        ("twice", whole(json!({ "attrNames": ["a", "A"] })), "anoncreds-malformed"),
        ("garbage", b"garbage".to_vec(), "anoncreds-malformed"),
        ("crowded", crowded, "anoncreds-too-large"),
    ] {
        assert_eq!(read(world.publish(name, "anonCredsSchema", &content).await).await, wanted, "{name}");
    }
    // A definition that another DID made, and a registry for another's definition.
    let mut json = serde_json::to_value(&world.definition).unwrap();
    json["issuerId"] = json!(other);
    let id = world.publish("foreign", "anonCredsCredDef", json.to_string().as_bytes()).await;
    let found = reader.credential_definition(&CredentialDefinitionId::new(id).unwrap()).await;
    assert_eq!(code(found), "anoncreds-other-issuer");
    let mut json = serde_json::to_value(&world.registry).unwrap();
    json["credDefId"] = json!(elsewhere);
    let id = world.publish("foreign", "anonCredsRevocRegDef", json.to_string().as_bytes()).await;
    let found = reader.revocation_registry(&RevocationRegistryId::new(id).unwrap()).await;
    assert_eq!(code(found), "anoncreds-other-issuer");
    // A list of another registry under this one's name.
    let mut json = serde_json::to_value(world.first_list()).unwrap();
    json["revRegDefId"] = json!(elsewhere);
    let resource = reader.revocation_registry(&world.registry_id).await;
    assert!(resource.is_ok());
    let name = reader.dereference(world.registry_id.as_str(), Freshness::Kept).await.unwrap().resource().unwrap().name;
    world.publish(&name, "anonCredsStatusList", json.to_string().as_bytes()).await;
    let found = reader.revocation_status_list(&world.registry_id, Timestamp::now(), ANEW).await;
    assert_eq!(code(found), "anoncreds-other-id");
}

#[tokio::test]
async fn what_is_not_ours_or_does_not_fit_is_not_published() {
    let world = World::new().await;
    let stranger = world.server.wallet().await;
    assert_eq!(code(stranger.publish_schema(&degree(&world.did)).await), "anoncreds-issuer-not-ours");
    assert_eq!(code(stranger.publish_schema(&degree("did:web:x")).await), "anoncreds-issuer-not-ours");
    assert_eq!(code(stranger.publish_revocation_status_list(&world.first_list()).await), "anoncreds-issuer-not-ours");
    let unfit = definition(&world.did, &world.schema_id, "membership");
    assert_eq!(code(world.issuer.publish_credential_definition(&unfit).await), "anoncreds-unfit");
    let unknown = SchemaId::new(format!("{}/resources/{NOBODY}", world.did)).unwrap();
    let unfit = definition(&world.did, &unknown, "degree");
    assert_eq!(code(world.issuer.publish_credential_definition(&unfit).await), "anoncreds-not-found");
    // A registry for somebody else's definition.
    let own = stranger.create_cheqd_did(create()).await.unwrap().did;
    let mut json = serde_json::to_value(&world.registry).unwrap();
    json["issuerId"] = json!(own);
    let foreign: RevocationRegistryDefinition = serde_json::from_value(json).unwrap();
    assert_eq!(code(stranger.publish_revocation_registry_definition(&foreign).await), "anoncreds-unfit");
    assert_eq!((world.resources().await, world.server.counts(&own).await.1), (3, 0));
}

#[tokio::test]
async fn interrupted_anywhere_it_is_gone_on_with() {
    let server = LedgerServer::start().await;
    let store = Store::temporary().unwrap();
    let issuer = server.wallet_in(&store).await;
    let did = issuer.create_cheqd_did(create()).await.unwrap().did;
    // Not begun, and said.
    server.meet(Step::Ask, [Fault::Down]);
    let error = issuer.publish_schema(&degree(&did)).await.unwrap_err();
    assert_eq!(error.code(), "registrar-failed");
    assert!(error.is_passing() && error.to_string().contains("nothing was published"), "{error}");
    let first = issuer.publish_schema(&degree(&did)).await.unwrap();
    assert_eq!(server.counts(&did).await.1, 1);
    // Given away, and the wallet ends before it hears.
    let second = schema(&did, "2.0", &["name"]);
    server.meet(Step::Send, [Fault::Changes(|body| *body = Value::Null)]);
    let publishing = {
        let (issuer, second) = (issuer.clone(), second.clone());
        tokio::spawn(async move { issuer.publish_schema(&second).await })
    };
    issuer.stop().await;
    drop(publishing.await);
    server.fair();
    let issuer = server.wallet_in(&store).await;
    let published = issuer.publish_schema(&second).await.unwrap();
    assert_ne!(published, first);
    assert_eq!(issuer.publish_schema(&second).await.unwrap(), published);
    at_rest(&issuer).await;
    assert_eq!(server.counts(&did).await.1, 2);
    assert_eq!(issuer.schema(&published).await.unwrap(), second);
}
