//! Identities on the practice ledger, from the first start on, and what is signed by them.

use super::{Computer, PASSPHRASE, Person, Role, membership, person, two, until};
use crate::view::ListQuery;
use crate::view::app::{FirstIdentity, NewWallet};
use crate::view::card::CardState;
use crate::view::exchanges::ExchangePhase;
use crate::view::identities::{IdentityAction, IdentityRow, IdentityService, IdentityState, KeyForm, NewIdentity};
use crate::view::issue::{NewOffer, OfferTo};
use crate::view::networks::NetworkAddresses;
use crate::view::settings::{AddressSettings, Listen};

fn all() -> ListQuery {
    ListQuery { query: String::new(), offset: 0, limit: 50 }
}

impl Person {
    /// The identity that comes with a new wallet.
    async fn first_identity(&self) -> IdentityRow {
        until("the first identity", || async {
            match self.profile.app_state().await.unwrap().first_identity {
                FirstIdentity::Making => None,
                FirstIdentity::Settled => self.profile.identities(all()).await.unwrap().rows.into_iter().next(),
                FirstIdentity::Failed { problem } => panic!("{problem:?}"),
            }
        })
        .await
    }
}

fn another(name: &str, network: Option<&str>) -> NewIdentity {
    NewIdentity {
        name: name.to_owned(),
        network: network.map(str::to_owned),
        key_form: KeyForm::JsonWebKey2020,
        services: Vec::new(),
        usual: false,
        planned: None,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_new_wallet_gets_an_identity_on_the_practice_ledger_and_issues_by_it_at_once() {
    let (desk, alice) = two("City desk", "Alice").await;
    let first = desk.first_identity().await;
    assert_eq!((first.name.as_str(), first.practice, first.usual), ("City desk", true, true));
    assert_eq!((first.state, first.key_form), (IdentityState::Ready, Some(KeyForm::Ed25519VerificationKey2020)));
    // Two screens may ask at once.
    let (issuers, again) = tokio::join!(desk.profile.issuers(), desk.profile.issuers());
    let issuers = issuers.unwrap();
    assert_eq!((issuers.len(), again.unwrap().len()), (2, 2));
    assert_eq!(issuers[0].did, first.did);
    assert!(issuers[0].can_revoke && issuers[0].practice && issuers[0].problem.is_none());
    assert!(issuers.iter().any(|issuer| issuer.network == "No ledger" && !issuer.can_revoke));

    let offer =
        NewOffer { credential: membership(), to: OfferTo::Invitation { alias: None }, comment: None, auto_issue: true };
    let made = desk.profile.offer_credential(offer).await.unwrap();
    alice.take(&made.invitation.unwrap().url).await;
    let offered = alice.waiting_exchange(Role::Holder).await;
    let view = alice.profile.accept_offer(&offered).await.unwrap();
    assert!(view.row.issuer.practice && view.card.practice);
    let view = alice.ended(&offered).await;
    assert_eq!(view.row.phase, ExchangePhase::Done, "{:?}", view.problem);
    let stored = alice.profile.credential(&view.credential_id.unwrap()).await.unwrap();
    assert!(stored.verified && stored.card.practice, "{:?}", stored.checks);
    assert_eq!(stored.card.issuer_did.as_deref(), Some(first.did.as_str()));
    assert_eq!(stored.card.state, CardState::Signed);
    assert!(alice.profile.check_again(&stored.id).await.unwrap().verified);
    let row = desk.profile.exchange(&made.exchange_id).await.unwrap().row;
    assert_eq!((row.issuer.name.as_str(), row.issuer.practice), ("City desk", true));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_identity_is_made_once_whatever_comes_between() {
    let desk = person("Desk").await;
    for _ in 0..3 {
        desk.profile.lock().await.unwrap();
        desk.profile.unlock_with_passphrase(PASSPHRASE.to_owned().into()).await.unwrap();
    }
    let first = desk.first_identity().await;
    assert!(first.usual && first.state == IdentityState::Ready);
    assert_eq!(desk.profile.identities(all()).await.unwrap().total, 1);
    assert!(desk.profile.ledger_jobs().await.unwrap().is_empty());
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wallet_opens_without_its_practice_ledger_and_makes_the_identity_when_that_is_back() {
    let computer = Computer::new();
    let other = crate::practice::Practice::new(computer.folder.path().join("practice"));
    other.start().await.unwrap();
    let profile = computer.profile("desk");
    let wallet = NewWallet { label: "Desk".to_owned(), keyring: false, passphrase: Some(PASSPHRASE.to_owned()) };
    profile.create_wallet(wallet).await.unwrap();
    until("the failure", || async {
        match profile.app_state().await.unwrap().first_identity {
            FirstIdentity::Failed { problem } => (problem.code == "practice-in-use").then_some(()),
            _ => None,
        }
    })
    .await;
    let network = profile.networks().await.unwrap().remove(0);
    assert_eq!(network.problem.unwrap().code, "practice-in-use");
    // Issuing is possible all the same, without a ledger.
    assert_eq!(profile.issuers().await.unwrap()[0].method, "key");
    other.stop().await;
    profile.make_first_identity().await.unwrap();
    let rows = profile.identities(all()).await.unwrap().rows;
    assert!(rows[0].usual && rows[0].practice);
    assert!(profile.networks().await.unwrap()[0].problem.is_none());
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_planned_is_shown_and_exactly_that_is_published() {
    let desk = person("Desk").await;
    desk.first_identity().await;
    let website = IdentityService {
        id: String::new(),
        kind: "LinkedDomains".to_owned(),
        endpoints: vec!["https://desk.example".to_owned()],
    };
    let wanted = || NewIdentity { services: vec![website.clone()], ..another("Second", Some("practice")) };
    let plan = desk.profile.plan_identity(wanted()).await.unwrap();
    assert!(plan.ready && plan.practice, "{:?}", plan.problem);
    assert!(plan.permanent.contains("permanent") && plan.cost.contains("nothing"));
    let made =
        desk.profile.create_identity(NewIdentity { planned: Some(plan.document.clone()), ..wanted() }).await.unwrap();
    assert!(plan.document.contains(&made.row.did));
    assert_eq!((made.row.key_form, made.row.services), (Some(KeyForm::JsonWebKey2020), 1));
    assert!(made.keys.iter().all(|key| key.held) && !made.row.usual);
    assert_eq!(made.services[0].id, "service-1");

    // Without a ledger, and on a network that this wallet cannot write to.
    assert!(desk.profile.plan_identity(another("Key", None)).await.unwrap().ready);
    let plan = desk.profile.plan_identity(another("Main", Some("mainnet"))).await.unwrap();
    assert!(!plan.ready && plan.problem.is_some());
    let key = desk.profile.create_identity(another("Key", None)).await.unwrap();
    assert_eq!((key.row.method.as_str(), key.row.network), ("key", None));
    assert_eq!(desk.profile.identities(all()).await.unwrap().total, 3);
    let found = desk.profile.identities(ListQuery { query: "second".to_owned(), ..all() }).await.unwrap();
    assert_eq!(found.rows[0].did, made.row.did);
}

#[tokio::test(flavor = "multi_thread")]
async fn services_change_a_key_is_rotated_and_an_identity_ends() {
    let desk = person("Desk").await;
    let first = desk.first_identity().await;
    let website = IdentityService {
        id: "website".to_owned(),
        kind: "LinkedDomains".to_owned(),
        endpoints: vec!["https://desk.example".to_owned()],
    };
    let plan = desk.profile.plan_services(&first.did, vec![website.clone()]).await.unwrap();
    assert!(plan.ready && plan.document.contains("desk.example"), "{:?}", plan.problem);
    let changed = desk.profile.save_services(&first.did, vec![website.clone()]).await.unwrap();
    assert_eq!(changed.services, [website]);
    let rotated = desk.profile.rotate_key(&first.did).await.unwrap();
    assert_ne!(rotated.keys[0].public, changed.keys[0].public);
    assert!(rotated.keys.iter().all(|key| key.held));
    assert_eq!(rotated.services.len(), 1);
    let seen = desk.profile.check_identity(&first.did).await.unwrap();
    assert!(seen.facts.iter().any(|fact| fact.key == "on-ledger"), "{:?}", seen.facts);
    let renamed = desk.profile.rename_identity(&first.did, " Old desk ").await.unwrap();
    assert_eq!(renamed.row.name, "Old desk");
    assert_eq!(desk.profile.rename_identity(&first.did, " ").await.unwrap_err().code, "name-invalid");

    let ended = desk.profile.deactivate_identity(&first.did).await.unwrap();
    assert_eq!((ended.row.state, ended.row.usual), (IdentityState::Deactivated, false));
    assert!(!ended.actions.contains(&IdentityAction::Use));
    assert_eq!(desk.profile.use_identity(&first.did).await.unwrap_err().code, "identity-unusable");
    let issuers = desk.profile.issuers().await.unwrap();
    assert!(issuers.iter().all(|issuer| issuer.did != first.did) && issuers[0].usual);
}

#[tokio::test(flavor = "multi_thread")]
async fn practice_is_switched_off_and_on_and_nothing_of_it_is_lost() {
    let desk = person("Desk").await;
    let first = desk.first_identity().await;
    let networks = desk.profile.switch_practice(false).await.unwrap();
    assert!(!networks[0].on && !networks[0].can_create && networks[0].identities == 1);
    let row = desk.profile.identity(&first.did).await.unwrap().row;
    assert_eq!(row.state, IdentityState::Unreachable);
    assert_eq!(
        desk.profile.plan_identity(another("x", Some("practice"))).await.unwrap().problem.unwrap().code,
        "practice-off"
    );
    assert!(desk.profile.issuers().await.unwrap()[0].problem.is_some());
    let networks = desk.profile.switch_practice(true).await.unwrap();
    assert!(networks[0].on && networks[0].problem.is_none());
    assert_eq!(desk.profile.identity(&first.did).await.unwrap().row.state, IdentityState::Ready);
    let checked = desk.profile.check_network("practice").await.unwrap();
    assert!(checked.resolver.ok && checked.registrar.unwrap().ok);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_networks_addresses_are_changed_and_forgotten_again() {
    let desk = person("Desk").await;
    let save = |resolver: &str, registrar: Option<&str>| NetworkAddresses {
        namespace: "mainnet".to_owned(),
        resolver: resolver.to_owned(),
        registrar: registrar.map(str::to_owned),
    };
    let mainnet = |networks: Vec<crate::view::networks::NetworkView>| {
        networks.into_iter().find(|network| network.namespace == "mainnet").unwrap()
    };
    let before = mainnet(desk.profile.networks().await.unwrap());
    assert!(before.usual && !before.can_create && before.registrar.is_none());
    let own = save("", Some("https://registrar.example/1.0"));
    let after = mainnet(desk.profile.save_network(own).await.unwrap());
    assert_eq!(after.registrar.as_deref(), Some("https://registrar.example/1.0/"));
    assert!(!after.usual && after.can_create && after.sentence.contains("registrar.example"));
    desk.profile.lock().await.unwrap();
    desk.profile.unlock_with_passphrase(PASSPHRASE.to_owned().into()).await.unwrap();
    assert!(mainnet(desk.profile.networks().await.unwrap()).can_create);
    assert_eq!(desk.profile.save_network(save("file:///x", None)).await.unwrap_err().code, "network-address");
    assert!(mainnet(desk.profile.save_network(save("", None)).await.unwrap()).usual);
    let other = NetworkAddresses { namespace: "practice".to_owned(), resolver: String::new(), registrar: None };
    assert_eq!(desk.profile.save_network(other).await.unwrap_err().code, "network-unknown");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_practice_identity_signs_for_nobody_on_another_computer() {
    let desk = person("Desk").await;
    desk.first_identity().await;
    let address = AddressSettings {
        label: "Desk".to_owned(),
        listen: Listen::Computer { port: 0 },
        endpoint: Some("https://desk.example".to_owned()),
    };
    desk.profile.save_address(address).await.unwrap();
    let offer = || NewOffer {
        credential: membership(),
        to: OfferTo::Invitation { alias: None },
        comment: None,
        auto_issue: true,
    };
    assert_eq!(desk.profile.offer_credential(offer()).await.unwrap_err().code, "practice-elsewhere");
    let key = desk.profile.issuers().await.unwrap().into_iter().find(|issuer| issuer.method == "key").unwrap();
    let mut by_key = offer();
    by_key.credential.issuer_did = Some(key.did);
    desk.profile.offer_credential(by_key).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_revoked_is_not_offered_as_revocable() {
    let desk = person("Desk").await;
    desk.first_identity().await;
    let key = desk.profile.issuers().await.unwrap().into_iter().find(|issuer| issuer.method == "key").unwrap();
    let mut wanted = membership();
    (wanted.revocable, wanted.issuer_did) = (true, Some(key.did));
    let preview = desk.profile.preview_credential(wanted.clone()).await.unwrap();
    assert!(!preview.ready && preview.problems[0].field.as_deref() == Some("revocable"));
    wanted.issuer_did = None;
    assert!(desk.profile.preview_credential(wanted).await.unwrap().ready);
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_practice_identity_signs_leaves_for_nobody_elsewhere() {
    let (desk, alice) = two("Desk", "Alice").await;
    desk.first_identity().await;
    let offer = |to: OfferTo| NewOffer { credential: membership(), to, comment: None, auto_issue: false };
    let made = desk.profile.offer_credential(offer(OfferTo::Invitation { alias: None })).await.unwrap();
    alice.take(&made.invitation.unwrap().url).await;
    let offered = alice.waiting_exchange(Role::Holder).await;
    alice.profile.accept_offer(&offered).await.unwrap();
    desk.waiting_exchange(Role::Issuer).await;
    let connection = desk.profile.connections(all()).await.unwrap().rows.remove(0);
    // From now on she is reached elsewhere.
    let open = desk.profile.open().unwrap();
    let id = connection.id.clone();
    open.agent
        .store()
        .write(move |tx| {
            let mut row = tx.connection(&id)?.unwrap();
            let mut record: serde_json::Value = serde_json::from_str(&row.body).unwrap();
            record["their"]["endpoint"] = "https://alice.example".into();
            row.body = record.to_string();
            tx.put_connection(&row)
        })
        .await
        .unwrap();
    let to_her = || OfferTo::Connection { connection_id: connection.id.clone() };
    assert_eq!(desk.profile.offer_credential(offer(to_her())).await.unwrap_err().code, "practice-elsewhere");
    assert_eq!(desk.profile.issue_now(&made.exchange_id).await.unwrap_err().code, "practice-elsewhere");
    // Nor does it by a controller or a policy.
    let error = open.agent.issue_credential(&made.exchange_id, None).await.unwrap_err();
    assert_eq!(error.code(), "forbidden", "{error}");
    assert_eq!(desk.profile.exchange(&made.exchange_id).await.unwrap().row.phase, ExchangePhase::Ours);
}

#[tokio::test(flavor = "multi_thread")]
async fn an_identity_that_did_not_come_about_is_shown_tried_again_and_dismissed() {
    let desk = person("Desk").await;
    desk.first_identity().await;
    // An address that nobody has (RFC 5737).
    let nowhere = NetworkAddresses {
        namespace: "testnet".to_owned(),
        resolver: "https://192.0.2.1/1.0/identifiers/".to_owned(),
        registrar: Some("https://192.0.2.1/1.0/".to_owned()),
    };
    desk.profile.save_network(nowhere).await.unwrap();
    let checked = desk.profile.check_network("testnet").await.unwrap();
    assert!(!checked.resolver.ok && checked.registrar.is_some_and(|registrar| !registrar.ok));
    let failure = desk.profile.create_identity(another("Second", Some("testnet"))).await.unwrap_err();
    assert_eq!((failure.code, failure.lost), ("registrar-unreachable", "Nothing was published."));
    let row = desk.profile.identities(all()).await.unwrap().rows.into_iter().find(|row| !row.practice).unwrap();
    assert_eq!((row.name.as_str(), row.state), ("Second", IdentityState::Stuck));
    let view = desk.profile.identity(&row.did).await.unwrap();
    assert!(view.actions.is_empty() && view.document.is_empty());
    let job = row.job.unwrap();
    assert!(job.can_retry && job.can_dismiss && job.problem.is_some());
    assert_eq!(desk.profile.app_state().await.unwrap().waiting.ledger_jobs, 1);
    // It outlasts the wallet's being closed, and is for the person alone to go on with.
    desk.profile.lock().await.unwrap();
    desk.profile.unlock_with_passphrase(PASSPHRASE.to_owned().into()).await.unwrap();
    assert_eq!(desk.profile.retry_ledger_job(&job.id).await.unwrap_err().code, "registrar-unreachable");
    assert!(desk.profile.dismiss_ledger_job(&job.id).await.unwrap().is_empty());
    assert_eq!(desk.profile.identities(all()).await.unwrap().total, 1);
    assert_eq!(desk.profile.app_state().await.unwrap().waiting.ledger_jobs, 0);
}
