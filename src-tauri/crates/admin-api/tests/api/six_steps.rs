//! The six steps, a call each, and the ways off the path.

use axum::http::Method;
use serde_json::{Value, json};

use crate::{Wallet, connect, filter, text};

const RECORDS: &str = "/issue-credential-2.0/records";

async fn offered(issuer: &Wallet, holder: &Wallet, at_issuer: &str) -> (String, String) {
    let (issuer_did, subject) = (issuer.did_key().await, holder.did_key().await);
    let body = json!({"connection_id": at_issuer, "filter": filter(&issuer_did, &subject), "comment": "Yours"});
    let offer = issuer.post("/issue-credential-2.0/send-offer", body).await;
    assert_eq!((&offer["state"], &offer["role"]), (&json!("offer-sent"), &json!("issuer")));
    let by_thread = format!("{RECORDS}?thread_id={}", text(&offer["thread_id"]));
    let found = holder.until(&by_thread, |found| found["results"][0].is_object()).await;
    (text(&offer["cred_ex_id"]), text(&found["results"][0]["cred_ex_record"]["cred_ex_id"]))
}

#[tokio::test]
async fn two_wallets_go_from_an_invitation_to_a_stored_credential() {
    let (issuer, holder) = (Wallet::plain("Issuer").await, Wallet::plain("Holder").await);
    let (at_issuer, at_holder) = connect(&issuer, &holder).await;
    let theirs = holder.get(&format!("/connections/{at_holder}")).await;
    assert_eq!((&theirs["their_label"], &theirs["rfc23_state"]), (&json!("Issuer"), &json!("completed")));

    let (issuing, holding) = offered(&issuer, &holder, &at_issuer).await;
    let requested = holder.post(&format!("{RECORDS}/{holding}/send-request"), json!({})).await;
    assert_eq!(requested["state"], "request-sent");
    let at = format!("{RECORDS}/{issuing}");
    issuer.until(&at, |shown| shown["cred_ex_record"]["state"] == "request-received").await;
    let sent = issuer.post(&format!("{at}/issue"), json!({"comment": "Here it is"})).await;
    assert_eq!(sent["cred_ex_record"]["state"], "credential-issued");
    let held = format!("{RECORDS}/{holding}");
    holder.until(&held, |shown| shown["cred_ex_record"]["state"] == "credential-received").await;
    let stored = holder.post(&format!("{held}/store"), json!({})).await;
    assert_eq!(stored["cred_ex_record"]["state"], "done");
    issuer.until(&at, |shown| shown["cred_ex_record"]["state"] == "done").await;

    let id = text(&stored["ld_proof"]["cred_id_stored"]);
    let credential = holder.get(&format!("/credential/w3c/{id}")).await;
    assert_eq!(credential["cred_value"]["proof"]["type"], "Ed25519Signature2020");
    assert_eq!(holder.get(&held).await["ld_proof"], stored["ld_proof"], "the detail is the same at every look");
    for (body, count) in [
        (json!({}), 1),
        (json!({"types": ["PermanentResident"]}), 1),
        (json!({"issuer_id": credential["issuer_id"]}), 1),
        (json!({"given_id": "urn:other"}), 0),
        (json!({"max_results": 0}), 0),
    ] {
        let found = holder.post("/credentials/w3c", body.clone()).await;
        assert_eq!(found["results"].as_array().unwrap().len(), count, "{body}");
    }
    let verified =
        issuer.post("/vc/credentials/verify", json!({"verifiableCredential": credential["cred_value"]})).await;
    assert_eq!(verified["verified"], true, "{verified}");
    assert_eq!(holder.call(Method::DELETE, &format!("/credential/w3c/{id}"), None).await.status, 200);
    assert_eq!(holder.call(Method::GET, &format!("/credential/w3c/{id}"), None).await.status, 404);
    assert_eq!(holder.call(Method::DELETE, &held, None).await.status, 200);
    assert_eq!(holder.call(Method::GET, &held, None).await.status, 404);
}

#[tokio::test]
async fn a_declined_offer_ends_on_both_sides_with_its_reason() {
    let (issuer, holder) = (Wallet::plain("Issuer").await, Wallet::plain("Holder").await);
    let (at_issuer, _) = connect(&issuer, &holder).await;
    let (issuing, holding) = offered(&issuer, &holder, &at_issuer).await;
    let refusal = json!({"description": "I do not want it"});
    assert_eq!(holder.post(&format!("{RECORDS}/{holding}/problem-report"), refusal).await, json!({}));
    let ended = |shown: &Value| shown["cred_ex_record"]["state"] == "abandoned";
    let held = holder.until(&format!("{RECORDS}/{holding}"), ended).await;
    assert_eq!(held["cred_ex_record"]["error_msg"], "created problem report: I do not want it");
    let sent = issuer.until(&format!("{RECORDS}/{issuing}"), ended).await;
    assert_eq!(sent["cred_ex_record"]["error_msg"], "issuance-abandoned: I do not want it");

    let late = holder.call(Method::POST, &format!("{RECORDS}/{holding}/store"), Some(json!({}))).await;
    let sentence = format!("400: Credential exchange {holding} in abandoned state (must be credential-received).");
    assert_eq!((late.status, late.body), (400, json!(sentence)));
}

#[tokio::test]
async fn an_offer_can_ride_in_an_invitation_without_a_connection() {
    let (issuer, holder) = (Wallet::plain("Issuer").await, Wallet::plain("Holder").await);
    let filter = filter(&issuer.did_key().await, &holder.did_key().await);
    let offer = issuer.post("/issue-credential-2.0/create-offer", json!({"filter": filter, "auto_issue": true})).await;
    let attached = json!({"attachments": [{"id": offer["cred_ex_id"], "type": "credential-offer"}]});
    let made = issuer.post("/out-of-band/create-invitation", attached).await;
    assert!(text(&made["invitation_url"]).contains("?oob="), "{made}");
    let received = holder.post("/out-of-band/receive-invitation?auto_accept=true", made["invitation"].clone()).await;
    assert_eq!((&received["state"], received.get("connection_id")), (&json!("prepare-response"), None), "{received}");
    let by_thread = format!("{RECORDS}?thread_id={}", text(&offer["thread_id"]));
    let found = holder.until(&by_thread, |found| found["results"][0].is_object()).await;
    let held = format!("{RECORDS}/{}", text(&found["results"][0]["cred_ex_record"]["cred_ex_id"]));
    holder.post(&format!("{held}/send-request"), json!({})).await;
    holder.until(&held, |shown| shown["cred_ex_record"]["state"] == "credential-received").await;
    assert!(holder.post(&format!("{held}/store"), json!({})).await["ld_proof"].is_object());
}

#[tokio::test]
async fn a_connection_can_be_made_step_by_step_talked_over_moved_and_ended() {
    let (one, other) = (Wallet::plain("One").await, Wallet::plain("Other").await);
    let body = json!({"metadata": {"customer": 7}});
    let made = one.post("/connections/create-invitation?alias=Friend", body).await;
    assert_eq!(made["invitation"]["@type"], "https://didcomm.org/connections/1.0/invitation");
    let at_one = text(&made["connection_id"]);
    let received = other.post("/connections/receive-invitation?alias=One", made["invitation"].clone()).await;
    assert_eq!((&received["state"], &received["accept"]), (&json!("invitation"), &json!("manual")));
    let at_other = text(&received["connection_id"]);
    other.post(&format!("/connections/{at_other}/accept-invitation"), json!({})).await;
    one.until(&format!("/connections/{at_one}"), |record| record["state"] == "request").await;
    let accepted = one.call(Method::POST, &format!("/connections/{at_one}/accept-request"), None).await;
    assert_eq!((accepted.status, &accepted.body["state"]), (200, &json!("response")));
    other.until(&format!("/connections/{at_other}"), |record| record["rfc23_state"] == "completed").await;
    let ping = other.post(&format!("/connections/{at_other}/send-ping"), json!({"comment": "hi"})).await;
    assert_eq!(text(&ping["thread_id"]).len(), 36);
    one.until(&format!("/connections/{at_one}"), |record| record["state"] == "active").await;

    assert_eq!(one.get(&format!("/connections/{at_one}/metadata")).await, json!({"results": {"customer": 7}}));
    let set = one.post(&format!("/connections/{at_one}/metadata"), json!({"metadata": {"vip": true}})).await;
    assert_eq!(set, json!({"results": {"customer": 7, "vip": true}}));
    assert_eq!(one.get(&format!("/connections/{at_one}/metadata?key=vip")).await, json!({"results": {"vip": true}}));
    assert!(text(&one.get(&format!("/connections/{at_one}/endpoints")).await["their_endpoint"]).starts_with("http"));
    assert_eq!(one.post(&format!("/connections/{at_one}/send-message"), json!({"content": "Hello"})).await, json!({}));
    let features = one.get(&format!("/discover-features-2.0/queries?connection_id={at_one}&query_protocol=*")).await;
    assert!(features["results"]["disclosures"]["disclosures"].as_array().unwrap().len() > 5, "{features}");

    let before = text(&other.get(&format!("/connections/{at_other}")).await["their_did"]);
    one.post(&format!("/did-rotate/{at_one}/rotate"), json!({})).await;
    other.until(&format!("/connections/{at_other}"), |record| record["their_did"] != before.as_str()).await;
    one.until(&format!("/connections/{at_one}"), |record| record["my_did"] != before.as_str()).await;
    one.post(&format!("/did-rotate/{at_one}/hangup"), json!({})).await;
    other.until("/connections", |found| found["results"] == json!([])).await;
}
