//! The resolver against a network that answers late, wrongly or not at all, and against documents that take another's
//! name.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use std::{
    sync::{
        Arc, Mutex,
        atomic::{AtomicI64, Ordering::SeqCst},
    },
    time::Duration,
};

use jiff::Timestamp;
use serde_json::json;
use vouchsafe_didcomm::SigningKey;
use vouchsafe_dids::{
    BoxFuture, Did, DidDocument, DocumentError, Fetch, Fetched, NewService, ResolveError, Resolver, key, legacy, peer,
};

type Answer = Result<Fetched, ResolveError>;

/// A network that gives one prepared answer after another.
#[derive(Default)]
struct Network {
    answers: Mutex<Vec<Answer>>,
}

impl Fetch for Network {
    fn fetch<'a>(&'a self, _: &'a Did) -> BoxFuture<'a, Answer> {
        Box::pin(async { self.answers.lock().unwrap().remove(0) })
    }
}

struct World {
    resolver: Resolver,
    network: Arc<Network>,
    seconds: Arc<AtomicI64>,
}

fn world() -> World {
    let seconds = Arc::new(AtomicI64::new(1000));
    let network = Arc::new(Network::default());
    let clock = Arc::clone(&seconds);
    let resolver = Resolver::new(Arc::new(move || Timestamp::from_second(clock.load(SeqCst)).unwrap()))
        .with_fetch("web", Arc::<Network>::clone(&network))
        .with_max_age(Duration::from_mins(1));
    World { resolver, network, seconds }
}

fn web() -> Did {
    "did:web:example.com".parse().unwrap()
}

fn found(id: &str, version: u32) -> Fetched {
    Fetched { document: json!({"id": id, "version": version}), deactivated: false }
}

#[tokio::test]
async fn a_fetched_document_is_good_for_its_age_and_knows_when_it_was_fetched() {
    let world = world();
    let answers = vec![
        Ok(found("did:web:example.com", 1)),
        Ok(found("did:web:example.com", 2)),
        Ok(found("did:web:example.com", 3)),
    ];
    *world.network.answers.lock().unwrap() = answers;
    let version = |resolved: &vouchsafe_dids::Resolved| resolved.document.as_value()["version"].as_u64().unwrap();
    let first = world.resolver.resolve(&web()).await.unwrap();
    assert!(!first.from_cache && version(&first) == 1);
    world.seconds.store(1060, SeqCst);
    let again = world.resolver.resolve(&web()).await.unwrap();
    assert!(again.from_cache && version(&again) == 1);
    assert_eq!(again.fetched_at, Timestamp::from_second(1000).unwrap());
    let fresh = world.resolver.refresh(&web()).await.unwrap();
    assert!(!fresh.from_cache && version(&fresh) == 2);
    world.seconds.store(1121, SeqCst);
    assert_eq!(version(&world.resolver.resolve(&web()).await.unwrap()), 3);
    world.seconds.store(0, SeqCst);
    *world.network.answers.lock().unwrap() = vec![Err(ResolveError::Timeout(web()))];
    assert_eq!(world.resolver.resolve(&web()).await.unwrap_err(), ResolveError::Timeout(web()));
    assert_eq!(version(&world.resolver.cached(&web()).unwrap()), 3);
}

#[tokio::test]
async fn each_failure_says_whose_it_is() {
    let world = world();
    let unreachable = ResolveError::Unreachable { did: web(), reason: "connection refused".to_owned() };
    *world.network.answers.lock().unwrap() = vec![
        Err(ResolveError::NotFound(web())),
        Err(unreachable.clone()),
        Ok(found("did:web:example.org", 1)),
        Ok(found("did:web:example.com", 1)),
        Ok(Fetched { document: json!({}), deactivated: true }),
    ];
    assert_eq!(world.resolver.resolve(&web()).await.unwrap_err(), ResolveError::NotFound(web()));
    assert_eq!(world.resolver.resolve(&web()).await.unwrap_err(), unreachable);
    let other = DocumentError::OtherDid("did:web:example.org".parse().unwrap());
    let invalid = ResolveError::Invalid { did: web(), error: other };
    assert_eq!(world.resolver.resolve(&web()).await.unwrap_err(), invalid);
    world.resolver.resolve(&web()).await.unwrap();
    assert_eq!(world.resolver.refresh(&web()).await.unwrap_err(), ResolveError::Deactivated(web()));
    assert!(world.resolver.cached(&web()).is_none(), "a deactivated DID is not used from the cache");
    let unknown: Did = "did:example:1".parse().unwrap();
    let error = world.resolver.resolve(&unknown).await.unwrap_err();
    assert_eq!(error, ResolveError::Unsupported("example".to_owned()));
    let broken: Did = "did:key:z6Mk".parse().unwrap();
    assert!(matches!(world.resolver.resolve(&broken).await, Err(ResolveError::Invalid { .. })));
}

#[tokio::test]
async fn one_may_serve_every_method_that_nobody_else_does() {
    let anywhere = Arc::new(Network { answers: Mutex::new(vec![Ok(found("did:example:1", 7))]) });
    let resolver = Resolver::new(Arc::new(Timestamp::now)).with_fallback(anywhere);
    let did: Did = "did:example:1".parse().unwrap();
    assert_eq!(resolver.resolve(&did).await.unwrap().document.as_value()["version"], 7);
    let key = key::did(&SigningKey::from_seed(&[1; 32]).verkey()).unwrap();
    assert!(resolver.resolve(&key).await.is_ok(), "what needs nobody is asked of nobody");
}

#[test]
fn only_what_may_change_by_itself_is_passing() {
    let reason = "refused".to_owned();
    for passing in [
        ResolveError::Unreachable { did: web(), reason },
        ResolveError::Timeout(web()),
        ResolveError::NotFoundOrUnreachable(web()),
    ] {
        assert!(passing.is_passing(), "{passing}");
    }
    let unknown = ResolveError::UnknownNetwork { did: web(), network: "x".to_owned(), known: "testnet".to_owned() };
    for lasting in [ResolveError::NotFound(web()), ResolveError::Deactivated(web()), unknown] {
        assert!(!lasting.is_passing(), "{lasting}");
    }
}

#[tokio::test]
async fn dids_that_hold_their_document_need_nobody() {
    let world = world();
    let verkey = SigningKey::from_seed(&[1; 32]).verkey();
    let services = [NewService::queue()];
    let peer4 = peer::create_peer4(&verkey, &services).unwrap();
    assert_eq!(
        world.resolver.resolve(&peer4.short).await.unwrap_err(),
        ResolveError::NotFound(peer4.short.clone()),
        "a short form is known only by its long one"
    );
    for did in [key::did(&verkey).unwrap(), peer::create_peer2(&verkey, &services).unwrap(), peer4.long.clone()] {
        for _ in 0..2 {
            let resolved = world.resolver.resolve(&did).await.unwrap();
            assert_eq!(*resolved.document.id(), did);
            assert!(!resolved.from_cache);
        }
    }
    let short = world.resolver.resolve(&peer4.short).await.unwrap().document;
    assert_eq!(*short.id(), peer4.short);
    world.resolver.forget(&peer4.long);
    assert!(world.resolver.resolve(&peer4.short).await.is_err());
    world.resolver.remember((*short).clone()).unwrap();
    assert!(world.resolver.resolve(&peer4.short).await.is_ok());
}

#[tokio::test]
async fn a_named_document_resolves_once_it_is_remembered_and_is_not_replaced() {
    let world = world();
    let (mine, theirs) = (SigningKey::from_seed(&[1; 32]).verkey(), SigningKey::from_seed(&[2; 32]).verkey());
    let did = legacy::unqualified(&mine).unwrap();
    let document = |key| DidDocument::parse(&legacy::document(&did, key, &[NewService::queue()])).unwrap();
    assert_eq!(world.resolver.resolve(&did).await.unwrap_err(), ResolveError::NotFound(did.clone()));
    world.resolver.remember(document(&mine)).unwrap();
    world.resolver.remember(document(&mine)).unwrap();
    let qualified: Did = format!("did:sov:{did}").parse().unwrap();
    for name in [&did, &qualified] {
        let resolved = world.resolver.resolve(name).await.unwrap();
        assert_eq!(resolved.document.didcomm_services()[0].recipient_keys, [mine]);
    }
    assert_eq!(world.resolver.remember(document(&theirs)), Err(ResolveError::Conflict(qualified.clone())));
    world.resolver.forget(&did);
    world.resolver.remember(document(&theirs)).unwrap();

    let one = peer::create_peer4(&mine, &[]).unwrap();
    let forged = json!({"id": one.short, "alsoKnownAs": [peer::create_peer4(&theirs, &[]).unwrap().long]});
    let forged = world.resolver.remember(DidDocument::parse(&forged).unwrap());
    assert_eq!(forged, Err(ResolveError::NotFound(one.short)), "only the long form proves a short one");
    let peer1 = json!({"id": "did:peer:1zQmNMi12345", "service": []});
    let name: Did = "did:peer:1zQmNMi12345".parse().unwrap();
    world.resolver.remember(DidDocument::parse(&peer1).unwrap()).unwrap();
    assert!(world.resolver.resolve(&name).await.is_err(), "a did:peer:1 that is no hash stays unknown");
}
