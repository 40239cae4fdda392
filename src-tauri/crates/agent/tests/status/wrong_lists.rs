//! Lists that are not to be believed: each has its own sentence, and none makes a credential good or bad.

use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256};
use vouchsafe_agent::cheqd::{Freshness, PublishResource};
use vouchsafe_agent::status::{IssuedStatus, StatusState};
use vouchsafe_credentials::status::Bits;

use crate::harness::{Fault, Step};
use crate::pair::{Pair, entries};

/// A resolver that lies, and knows how: the list is another resource, whose checksum fits what it gives.
fn instead(answer: &mut Value, change: impl FnOnce(&mut Value)) {
    let Some(list) = answer.get_mut("contentStream").filter(|content| content.get("credentialSubject").is_some())
    else {
        return;
    };
    change(list);
    let bytes = list.to_string().into_bytes();
    let metadata = &mut answer["contentMetadata"];
    let hex = Sha256::digest(&bytes).iter().fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"));
    metadata["checksum"] = json!(hex);
    metadata["resourceId"] = json!(uuid::Uuid::new_v4().to_string());
    answer["contentStream"] = json!(STANDARD.encode(&bytes));
}

fn without_revocations(answer: &mut Value) {
    instead(answer, |list| list["credentialSubject"]["encodedList"] = json!(Bits::new(200_000).to_multibase()));
}

fn another_signature(answer: &mut Value) {
    instead(answer, |list| {
        let value = list["proof"]["proofValue"].as_str().unwrap().to_owned();
        list["proof"]["proofValue"] = json!(format!("z{}", value[1..].chars().rev().collect::<String>()));
    });
}

fn unsigned(answer: &mut Value) {
    instead(answer, |list| _ = list.as_object_mut().unwrap().remove("proof"));
}

fn of_somebody_else(answer: &mut Value) {
    instead(answer, |list| list["issuer"] = json!("did:cheqd:practice:55dbc8bf-fba3-4117-855c-1e0dc1d3bb47"));
}

fn something_else(answer: &mut Value) {
    instead(answer, |list| *list = json!({"hello": "world"}));
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_that_is_not_believed_changes_nothing_and_says_why() {
    let pair = Pair::new().await;
    let (_, row) = pair.issue("Ada").await;
    for (change, sentence) in [
        (without_revocations as fn(&mut Value), "signature does not hold"),
        (another_signature, "signature does not hold"),
        (unsigned, "the status list has no signature"),
        (of_somebody_else, "the status list is by did:cheqd:practice:55dbc8bf"),
        (something_else, "no status list"),
    ] {
        pair.server.meet(Step::Read, std::iter::repeat_n(Fault::Changes(change), 20));
        let seen = pair.holder.check_status(&row.record_id).await.unwrap();
        assert_eq!(seen.state, StatusState::Valid, "what was known stays");
        assert!(seen.detail.contains(sentence), "{sentence}: {}", seen.detail);
        pair.server.fair();
    }
    for body in [String::new(), "<html>".to_owned(), "x".repeat(5 << 20)] {
        pair.server.meet(Step::Read, std::iter::repeat_n(Fault::Says(200, body), 20));
        let seen = pair.holder.check_status(&row.record_id).await.unwrap();
        assert!(seen.detail.contains("could not be looked up"), "{}", seen.detail);
        pair.server.fair();
    }
    assert_eq!(pair.holder.check_status(&row.record_id).await.unwrap().detail, "its issuer lets it stand");
}

#[tokio::test(flavor = "multi_thread")]
async fn an_older_version_does_not_make_a_revoked_credential_stand_again() {
    let pair = Pair::new().await;
    let (offer, row) = pair.issue("Ada").await;
    let (other, other_row) = pair.issue("Ben").await;
    let url = entries(&row.cred)[0]["statusListCredential"].as_str().unwrap().to_owned();
    let old = pair.holder.dereference(&url, Freshness::Now).await.unwrap();
    // Lists say when they were made to the second.
    tokio::time::sleep(Duration::from_millis(1100)).await;
    pair.issuer.set_status(vec![offer.id], IssuedStatus::Revoked, true).await.unwrap();
    assert_eq!(pair.holder.check_status(&row.record_id).await.unwrap().state, StatusState::Revoked);
    assert_eq!(pair.holder.check_status(&other_row.record_id).await.unwrap().state, StatusState::Valid);

    let name = url.split("resourceName=").nth(1).unwrap().split('&').next().unwrap().to_owned();
    let again = PublishResource {
        did: pair.did.clone(),
        name,
        resource_type: "BitstringStatusListCredential".to_owned(),
        content: old.content,
        version: Some("old".to_owned()),
        update: true,
        ..PublishResource::default()
    };
    pair.issuer.publish_resource(again).await.unwrap();
    let seen = pair.holder.check_status(&row.record_id).await.unwrap();
    assert_eq!(seen.state, StatusState::Revoked);
    assert!(seen.detail.contains("older than that of"), "{}", seen.detail);
    // The next version puts it right.
    pair.issuer.set_status(vec![other.id], IssuedStatus::Revoked, true).await.unwrap();
    assert_eq!(pair.holder.check_status(&other_row.record_id).await.unwrap().state, StatusState::Revoked);
    assert_eq!(pair.holder.check_status(&row.record_id).await.unwrap().detail, "its issuer has revoked it");
}
