//! The issuer: places taken with the offer and freed with it, changes one by one and a thousand at a time.

use std::time::Duration;

use jiff::Timestamp;
use serde_json::json;
use vouchsafe_agent::issue::StartExchange;
use vouchsafe_agent::status::{IssuedFilter, IssuedStatus, StatusState};
use vouchsafe_agent::{AgentError, Config, Page, Policy};
use vouchsafe_protocols::issue_credential::Stage;
use vouchsafe_store::{IssuedRow, StoreError};

use crate::pair::{Pair, SUITE, entries};
use crate::support::{credential, detail, did_key, exchange_in, policy, start};

fn by_hand(agent: &vouchsafe_agent::Agent, policy: Policy) {
    agent.set_config(Config { policy, ..Config::clone(&agent.config()) });
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_issued_revocable_is_stored_as_valid_and_then_seen_to_be_revoked() {
    let pair = Pair::new().await;
    let (offer, row) = pair.issue("Ada").await;
    let offered = offer.payload(Stage::Offer).unwrap().ld_proof_detail().unwrap();
    let named = entries(offered.credential());
    assert_eq!(named, entries(&row.cred), "what was offered is what was issued");
    let purposes: Vec<_> = named.iter().map(|entry| entry["statusPurpose"].as_str().unwrap()).collect();
    assert_eq!(purposes, ["revocation", "suspension"]);
    assert!(
        named[0]["statusListCredential"].as_str().unwrap().starts_with("https://resolver.cheqd.net/1.0/identifiers/")
    );
    assert_eq!(row.cred["@context"][1], "https://www.w3.org/ns/credentials/status/v1");
    assert_eq!(row.verification["verified"], json!(true));
    let valid = pair.kept(&row.record_id).await;
    assert_eq!((valid.state, valid.detail.as_str()), (StatusState::Valid, "its issuer lets it stand"));
    assert!(valid.checked_at.is_some());

    let changed = pair.issuer.set_status(vec![offer.id.clone()], IssuedStatus::Revoked, true).await.unwrap();
    assert_eq!((changed.changed, changed.unchanged, changed.pending), (1, 0, 0));
    assert!(changed.problem.is_none(), "{:?}", changed.problem);
    assert_eq!(pair.kept(&row.record_id).await.state, StatusState::Valid, "nobody has told the holder yet");
    let mut events = pair.holder.subscribe();
    assert_eq!(pair.holder.check_status(&row.record_id).await.unwrap().state, StatusState::Revoked);
    let event = tokio::time::timeout(Duration::from_secs(5), events.recv()).await.unwrap().unwrap();
    assert!(matches!(&*event, vouchsafe_agent::Event::CredentialStatus { state: StatusState::Revoked, .. }));
    let row = pair.holder.credential(&row.record_id).await.unwrap();
    let checks = row.verification["checks"].as_array().unwrap();
    let check = checks.iter().find(|check| check["kind"] == "status").unwrap();
    assert_eq!(check["outcome"], "failed");
    assert!(check["detail"].as_str().unwrap().starts_with("its issuer has revoked it, as its status list said on "));
    assert!(!pair.holder.verify_credential(row.cred).await.unwrap().verified);
    assert_eq!(pair.versions().await, [2, 1], "the list of suspensions is as it was");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_suspended_can_be_restored_and_what_is_revoked_cannot() {
    let pair = Pair::new().await;
    let (offer, row) = pair.issue("Ada").await;
    let set = |to| pair.issuer.set_status(vec![offer.id.clone()], to, true);
    for (to, seen) in [
        (IssuedStatus::Suspended, StatusState::Suspended),
        (IssuedStatus::Valid, StatusState::Valid),
        (IssuedStatus::Suspended, StatusState::Suspended),
        (IssuedStatus::Revoked, StatusState::Revoked),
    ] {
        let changed = set(to).await.unwrap();
        assert_eq!((changed.changed, changed.pending), (1, 0), "{to:?}: {:?}", changed.problem);
        assert_eq!(pair.holder.check_status(&row.record_id).await.unwrap().state, seen);
        assert_eq!(pair.issued().await[0].status, to);
    }
    for to in [IssuedStatus::Valid, IssuedStatus::Suspended, IssuedStatus::Revoked] {
        let changed = set(to).await.unwrap();
        assert_eq!((changed.changed, changed.unchanged), (0, 1));
    }
    assert_eq!(pair.holder.check_status(&row.record_id).await.unwrap().state, StatusState::Revoked);
    assert!(matches!(set(IssuedStatus::NotRevocable).await, Err(AgentError::Invalid { .. })));
    let unknown = pair.issuer.set_status(vec!["nothing".to_owned()], IssuedStatus::Revoked, true).await;
    assert!(matches!(unknown, Err(AgentError::NotFound { .. })));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_offer_that_comes_to_nothing_frees_its_places() {
    let pair = Pair::new().await;
    by_hand(&pair.holder, policy());
    let offer = || async {
        let offer = pair.issuer.send_offer(pair.revocable("Ada")).await.unwrap();
        assert_eq!(pair.taken().await, 2);
        (exchange_in(&pair.holder, &offer.thread_id, "offer-received").await, offer)
    };
    let (offered, sent) = offer().await;
    pair.holder.abandon_exchange(&offered.id, Some("no".to_owned())).await.unwrap();
    exchange_in(&pair.issuer, &sent.thread_id, "abandoned").await;
    assert_eq!(pair.taken().await, 0, "declined");

    let (_, sent) = offer().await;
    pair.issuer.abandon_exchange(&sent.id, None).await.unwrap();
    assert_eq!(pair.taken().await, 0, "taken back");

    let (_, sent) = offer().await;
    pair.issuer.delete_exchange(&sent.id).await.unwrap();
    assert_eq!(pair.taken().await, 0, "deleted");

    by_hand(&pair.holder, crate::support::automatic());
    let (done, _) = pair.issue("Ben").await;
    pair.issuer.delete_exchange(&done.id).await.unwrap();
    assert_eq!(pair.taken().await, 2, "the credential has left");
    let changed = pair.issuer.set_status(vec![done.id], IssuedStatus::Revoked, true).await.unwrap();
    assert_eq!(changed.changed, 1, "it can be revoked without its exchange");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_thousand_are_revoked_in_one_publication() {
    let pair = Pair::new().await;
    let (first, row) = pair.issue("Ada").await;
    let did = pair.did.clone();
    let added = pair.issuer.store().write(move |tx| {
        let lists = ["revocation", "suspension"]
            .map(|purpose| tx.open_status_list(&did, "BitstringStatusListCredential", purpose).unwrap().unwrap());
        let mut ids = Vec::new();
        for number in 0..999_u64 {
            let id = format!("exchange-{number}");
            for list in &lists {
                let place = tx.free_status_place(list, || number.wrapping_mul(7919) + 5)?.unwrap();
                tx.reserve_status_place(list.id, place, &id)?;
            }
            tx.keep_status_places(&id)?;
            tx.add_issued(&IssuedRow {
                exchange_id: id.clone(),
                connection_id: None,
                other: None,
                title: "Diploma".to_owned(),
                subject: None,
                issuer: did.clone(),
                issued_at: Timestamp::UNIX_EPOCH,
                state: "valid".to_owned(),
                pending: false,
            })?;
            ids.push(id);
        }
        Ok::<_, StoreError>(ids)
    });
    let mut ids = added.await.unwrap();
    ids.push(first.id.clone());
    let changed = pair.issuer.set_status(ids, IssuedStatus::Revoked, false).await.unwrap();
    assert_eq!((changed.changed, changed.pending), (1000, 1000));
    assert_eq!(pair.versions().await, [1, 1], "nothing is published until somebody says so");
    let pending = IssuedFilter { pending: true, ..IssuedFilter::default() };
    assert_eq!(pair.issuer.count_issued(pending).await.unwrap(), 1000);
    let published = pair.issuer.publish_status().await.unwrap();
    assert_eq!((published.changed, published.pending), (1000, 0), "{:?}", published.problem);
    assert_eq!(pair.versions().await, [2, 1]);
    assert_eq!(pair.holder.check_status(&row.record_id).await.unwrap().state, StatusState::Revoked);
    assert!(pair.issued().await.iter().all(|issued| issued.status == IssuedStatus::Revoked && !issued.pending));
}

#[tokio::test(flavor = "multi_thread")]
async fn many_who_publish_at_once_make_few_versions() {
    let pair = Pair::new().await;
    let mut ids = Vec::new();
    for name in ["Ada", "Ben", "Cy", "Di"] {
        ids.push(pair.issue(name).await.0.id);
    }
    let revoking = ids.into_iter().map(|id| {
        let issuer = pair.issuer.clone();
        tokio::spawn(async move { issuer.set_status(vec![id], IssuedStatus::Revoked, true).await.unwrap() })
    });
    for changed in futures::future::join_all(revoking).await {
        assert!(changed.unwrap().problem.is_none());
    }
    let versions = pair.versions().await;
    assert!(versions[0] <= 5 && versions[1] == 1, "{versions:?}");
    assert!(pair.issued().await.iter().all(|issued| !issued.pending));
}

#[tokio::test(flavor = "multi_thread")]
async fn only_a_did_with_a_ledger_can_revoke() {
    let pair = Pair::new().await;
    let key = did_key(&pair.issuer).await;
    let wanted = StartExchange { revocable: true, ..start(Some(&pair.ours), detail(&key, "Ada", SUITE)) };
    let refused = pair.issuer.send_offer(wanted).await.unwrap_err();
    assert!(refused.to_string().contains("a status list needs a ledger to be published on"), "{refused}");

    let mut own = credential(&pair.did, "Ada");
    own["credentialStatus"] = json!({"id": "https://example.org/1#1", "type": "BitstringStatusListEntry"});
    let own = vouchsafe_protocols::issue_credential::LdProofDetail::new(own, SUITE).unwrap();
    let wanted = StartExchange { revocable: true, ..start(Some(&pair.ours), own) };
    assert!(pair.issuer.send_offer(wanted).await.is_err());

    let plain = start(Some(&pair.ours), detail(&key, "Ada", SUITE));
    let offer = pair.issuer.send_offer(plain).await.unwrap();
    exchange_in(&pair.issuer, &offer.thread_id, "done").await;
    let issued = pair.issued().await;
    assert_eq!((issued.len(), issued[0].status), (1, IssuedStatus::NotRevocable));
    assert_eq!(issued[0].other.as_deref(), Some("Holder"));
    let changed = pair.issuer.set_status(vec![offer.id], IssuedStatus::Revoked, true).await.unwrap();
    assert_eq!((changed.changed, changed.unchanged), (0, 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_option_of_the_exchange_asks_for_a_status_too() {
    let pair = Pair::new().await;
    for (kind, context) in [
        ("BitstringStatusListEntry", "https://www.w3.org/ns/credentials/status/v1"),
        ("StatusList2021Entry", "https://w3id.org/vc/status-list/2021/v1"),
    ] {
        let wanted = detail(&pair.did, kind, SUITE).with_option("credentialStatus", json!({ "type": kind })).unwrap();
        let offer = pair.issuer.send_offer(start(Some(&pair.ours), wanted)).await.unwrap();
        let offered = offer.payload(Stage::Offer).unwrap().ld_proof_detail().unwrap();
        // One entry, and the option with its type: ACA-Py takes it in no other way.
        assert_eq!(offered.options().unwrap()["credentialStatus"], json!({ "type": kind }));
        let entry = &offered.credential()["credentialStatus"];
        assert_eq!((&entry["type"], &entry["statusPurpose"]), (&json!(kind), &json!("revocation")));
        assert_eq!(offered.credential()["@context"][1], context);
        let stored = exchange_in(&pair.holder, &offer.thread_id, "done").await;
        exchange_in(&pair.issuer, &offer.thread_id, "done").await;
        let record_id = stored.credential_id().unwrap();
        assert_eq!(pair.kept(record_id).await.state, StatusState::Valid);
        let suspended = pair.issuer.set_status(vec![offer.id.clone()], IssuedStatus::Suspended, true).await.unwrap();
        assert_eq!((suspended.changed, suspended.unchanged), (0, 1), "no list could say it");
        pair.issuer.set_status(vec![offer.id], IssuedStatus::Revoked, true).await.unwrap();
        assert_eq!(pair.holder.check_status(record_id).await.unwrap().state, StatusState::Revoked);
    }
    let wish = json!({"type": "BitstringStatusListEntry", "statusPurpose": "suspension"});
    let wanted = detail(&pair.did, "Ada", SUITE).with_option("credentialStatus", wish).unwrap();
    let offer = pair.issuer.send_offer(start(Some(&pair.ours), wanted)).await.unwrap();
    let stored = exchange_in(&pair.holder, &offer.thread_id, "done").await;
    exchange_in(&pair.issuer, &offer.thread_id, "done").await;
    let suspended = pair.issuer.set_status(vec![offer.id], IssuedStatus::Suspended, true).await.unwrap();
    assert_eq!(suspended.changed, 1);
    let seen = pair.holder.check_status(stored.credential_id().unwrap()).await.unwrap();
    assert_eq!(seen.state, StatusState::Suspended);
    let wish = json!({"type": "BitstringStatusListEntry", "statusPurpose": "message"});
    let wanted = detail(&pair.did, "Ada", SUITE).with_option("credentialStatus", wish).unwrap();
    assert!(pair.issuer.send_offer(start(Some(&pair.ours), wanted)).await.is_err());
    assert_eq!(pair.issuer.issued_credentials(IssuedFilter::default(), Page::ALL).await.unwrap().len(), 3);
}

#[tokio::test(flavor = "multi_thread")]
async fn after_a_change_of_key_the_lists_are_signed_anew() {
    let pair = Pair::new().await;
    pair.issue("Ada").await;
    assert_eq!(pair.versions().await, [1, 1]);
    pair.issuer.rotate_cheqd_did_key(&pair.did).await.unwrap();
    // The holder may know the old document for some minutes yet; one who asks now does not.
    let holder = crate::support::wallet("Another", crate::support::automatic()).await;
    crate::pair::on(&pair.server, &holder);
    let invitation = crate::support::invitation(vouchsafe_protocols::connection::Handshake::DidExchange11);
    let (ours, _) = crate::support::connect(&pair.issuer, &holder, invitation).await;
    for name in ["Ben", "Cy"] {
        let wanted = StartExchange { revocable: true, ..start(Some(&ours), detail(&pair.did, name, SUITE)) };
        let offer = pair.issuer.send_offer(wanted).await.unwrap();
        let stored = exchange_in(&holder, &offer.thread_id, "done").await;
        let status = holder.check_status(stored.credential_id().unwrap()).await.unwrap();
        assert_eq!(status.state, StatusState::Valid, "{}", status.detail);
    }
    assert_eq!(pair.versions().await, [2, 2], "once");
}
