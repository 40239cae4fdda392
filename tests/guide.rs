//! The guide's flow between two of our own headless agents, with every call that the guide shows, and what a
//! controller sees beside it: webhooks, lists, records after a restart. And cheqd's guide to JSON-LD credentials, call
//! by call, on a ledger of our own.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use anyhow::{Result, ensure};
use reqwest::Method;
use serde_json::{Value, json};
use vouchsafe_tests::admin::{list, text};
use vouchsafe_tests::connect::{self, Connecting, Handshake, Mode, Service};
use vouchsafe_tests::credential::{Model, Suite, Terms};
use vouchsafe_tests::issue::{self, Ends, Issuing, Signer, Start, Subject};
use vouchsafe_tests::ledger::Ledger;
use vouchsafe_tests::peer::{Kind, Options, Peer};
use vouchsafe_tests::wait::STEP;
use vouchsafe_tests::webhooks::Webhooks;

async fn two(automatic: bool, prefix: &str) -> Result<(Peer, Peer)> {
    let options = Options { automatic, ..Options::default() };
    let (issuer, holder) = (format!("{prefix}-issuer"), format!("{prefix}-holder"));
    tokio::try_join!(Peer::start(Kind::Ours, &issuer, &options), Peer::start(Kind::Ours, &holder, &options))
}

#[tokio::test]
async fn the_guide_leads_from_an_invitation_to_a_stored_credential() -> Result<()> {
    let (issuer, holder) = two(false, "guide").await?;
    let connecting = Connecting::by(Handshake::DidExchange10, Mode::Steps);
    let connection = connect::connect(&issuer, &holder, &connecting).await?;
    let ends =
        Ends { issuer: &issuer, holder: &holder, at_issuer: &connection.inviter, at_holder: &connection.invitee };
    let how = Issuing::by(Suite::Ed25519Signature2018, Start::Offer, Mode::Steps);
    let draft = issue::draft(&issuer, &holder, &how).await?;
    let exchange = issue::open(ends, &draft, &how).await?;
    let stored = issue::finish(&issuer, &holder, &exchange, &draft, &how).await?;

    let id = text(&stored, "/record_id")?;
    let listed = holder.admin.post("/credentials/w3c", &[("count", "10")], json!({})).await?;
    ensure!(list(&listed, "/results")?.iter().any(|record| record["record_id"] == id), "not listed: {listed}");
    let by_issuer = json!({"issuer_id": draft.credential["issuer"]});
    let found = holder.admin.post("/credentials/w3c", &[], by_issuer).await?;
    ensure!(list(&found, "/results")?.len() == 1, "found {found}");
    let others = holder.admin.post("/credentials/w3c", &[], json!({"issuer_id": "did:key:z6MkNobody"})).await?;
    ensure!(list(&others, "/results")?.is_empty(), "found {others}");

    for (peer, role) in [(&issuer, "issuer"), (&holder, "holder")] {
        let query = [("thread_id", exchange.thread.as_str()), ("role", role), ("state", "done")];
        let records = peer.admin.get("/issue-credential-2.0/records", &query).await?;
        ensure!(list(&records, "/results")?.len() == 1, "{role}: {records}");
        let connections = peer.admin.get("/connections", &[("state", "active")]).await?;
        ensure!(list(&connections, "/results")?.len() == 1, "{role}: {connections}");
    }

    holder.admin.delete(&format!("/credential/w3c/{id}")).await?;
    let gone = holder.admin.call(Method::GET, &format!("/credential/w3c/{id}"), &[], None).await?;
    ensure!(gone.status == 404, "{gone:?}");
    Ok(())
}

#[tokio::test]
async fn every_handshake_suite_start_and_model_works_between_two_of_ours() -> Result<()> {
    for (automatic, mode) in [(false, Mode::Steps), (true, Mode::Automatic)] {
        let (issuer, holder) = two(automatic, &format!("every-{mode:?}")).await?;
        for handshake in [Handshake::DidExchange10, Handshake::DidExchange11, Handshake::Connections10] {
            for service in [Service::Inline, Service::Peer2, Service::Peer4] {
                let connecting = Connecting { service, ..Connecting::by(handshake, mode) };
                let connection = connect::connect(&issuer, &holder, &connecting).await?;
                let (at_issuer, at_holder) = (connection.inviter.as_str(), connection.invitee.as_str());
                let ends = Ends { issuer: &issuer, holder: &holder, at_issuer, at_holder };
                for start in [Start::Offer, Start::Proposal, Start::Request] {
                    for suite in Suite::ALL {
                        let how = Issuing { subject: Subject::Fresh, ..Issuing::by(suite, start, mode) };
                        issue::issue(ends, &how).await?;
                    }
                    let how = Issuing::by(Suite::Ed25519Signature2020, start, mode);
                    issue::issue(ends, &Issuing { model: Model::V2, ..how }).await?;
                    issue::issue(ends, &Issuing { terms: Terms::Citizenship, ..how }).await?;
                }
            }
        }
    }
    Ok(())
}

async fn two_on(ledger: &Ledger, automatic: bool, prefix: &str) -> Result<(Peer, Peer)> {
    let options = Options { automatic, more: ledger.flags(Kind::Ours) };
    let (issuer, holder) = (format!("{prefix}-issuer"), format!("{prefix}-holder"));
    tokio::try_join!(Peer::start(Kind::Ours, &issuer, &options), Peer::start(Kind::Ours, &holder, &options))
}

/// Chapters "Create DID", "Update DID", "Connect" and "Issue JSON-LD credential", with the bodies that they show.
#[tokio::test]
async fn cheqd_s_guide_leads_from_a_did_to_a_stored_credential() -> Result<()> {
    let ledger = Ledger::start()?;
    let (issuer, holder) = two_on(&ledger, false, "cheqd").await?;

    let body = json!({"options": {"key_type": "ed25519", "network": "testnet"}, "features": {}});
    let made = issuer.admin.post("/did/cheqd/create", &[], body).await?;
    let did = text(&made, "/did")?.to_owned();
    ensure!(did.starts_with("did:cheqd:testnet:") && text(&made, "/verkey")?.len() > 40, "made {made}");
    let listed = issuer.admin.get("/wallet/did", &[("method", "cheqd"), ("posture", "posted")]).await?;
    ensure!(list(&listed, "/results")?.iter().any(|row| row["did"] == did.as_str()), "listed {listed}");

    // "Pre-requisite": the guide puts assertionMethod in by an update of the whole document.
    let resolved = holder.admin.get(&format!("/resolver/resolve/{did}"), &[]).await?;
    let mut document = resolved["did_document"].clone();
    let key = json!(format!("{did}#key-1"));
    ensure!(document["assertionMethod"] == json!([key]), "from the start: {document}");
    let members = document.as_object_mut().unwrap();
    members.shift_remove("@context");
    members.insert("assertionMethod".to_owned(), json!([key]));
    members.insert(
        "service".to_owned(),
        json!([{"id": format!("{did}#service1"), "type": "MessagingService", "serviceEndpoint": ["http://issuer:3002"]}]),
    );
    let updated = issuer.admin.post("/did/cheqd/update", &[], json!({"did": did, "didDocument": document})).await?;
    ensure!(updated["didDocument"]["service"][0]["type"] == "MessagingService", "updated {updated}");

    let body = json!({
        "alias": "Holder", "handshake_protocols": ["https://didcomm.org/didexchange/1.0"],
        "my_label": "Invitation to Holder", "use_public_did": false,
    });
    let query = [("auto_accept", "true"), ("multi_use", "false"), ("create_unique_did", "false")];
    let invited = issuer.admin.post("/out-of-band/create-invitation", &query, body).await?;
    let query = [("alias", "Issuer"), ("auto_accept", "true"), ("use_existing_connection", "true")];
    let received = holder.admin.post("/out-of-band/receive-invitation", &query, invited["invitation"].clone()).await?;
    let at_holder = text(&received, "/connection_id")?.to_owned();
    connect::reach(&holder, &at_holder, &["completed"]).await?;

    let subject = holder.admin.new_did_key().await?;
    let body = json!({
        "auto_remove": false, "comment": "Request from Holder", "connection_id": at_holder, "holder_did": subject,
        "filter": {"ld_proof": {
            "credential": {
                "@context": ["https://www.w3.org/2018/credentials/v1", "https://w3id.org/citizenship/v1"],
                "type": ["VerifiableCredential", "PermanentResident"],
                "issuer": did, "issuanceDate": "2024-12-11T10:00:00Z", "id": "https://example.org/cards/1",
                "credentialSubject": {"type": ["PermanentResident"], "id": subject, "givenName": "JOHN"},
            },
            "options": {"proofType": "Ed25519Signature2020"},
        }},
    });
    let requested = holder.admin.post("/issue-credential-2.0/send-request", &[], body).await?;
    let at_issuer = issue::of_thread(&issuer, text(&requested, "/thread_id")?).await?;
    issue::reach(&issuer, &at_issuer, "request-received").await?;
    let body = json!({"comment": "Issuing credential"});
    issuer.admin.post(&format!("/issue-credential-2.0/records/{at_issuer}/issue"), &[], body).await?;
    let exchange = text(&requested, "/cred_ex_id")?;
    issue::reach(&holder, exchange, "credential-received").await?;
    holder.admin.post(&format!("/issue-credential-2.0/records/{exchange}/store"), &[], json!({})).await?;
    issue::reach(&issuer, &at_issuer, "done").await?;

    let found = holder.admin.post("/credentials/w3c", &[], json!({"issuer_id": did})).await?;
    let stored = &list(&found, "/results")?[0]["cred_value"];
    ensure!(stored["proof"]["verificationMethod"] == key, "stored {stored}");
    let verified = holder.admin.post("/vc/credentials/verify", &[], json!({"verifiableCredential": stored})).await?;
    ensure!(verified["verified"] == true, "{verified}");

    // Deactivated: it still resolves, and signs nothing any more.
    let ended = issuer.admin.post("/did/cheqd/deactivate", &[], json!({"did": did})).await?;
    ensure!(ended["didDocumentMetadata"]["deactivated"] == true, "{ended}");
    let how = Issuing::by(Suite::Ed25519Signature2020, Start::Offer, Mode::Steps);
    let draft = issue::draft(&issuer, &holder, &how).await?;
    let mut filter = draft.filter.clone();
    filter["ld_proof"]["credential"]["issuer"] = json!(did);
    let at_issuer = issue_connection(&issuer).await?;
    let body = json!({"connection_id": at_issuer, "filter": filter});
    let refused = issuer.admin.call(Method::POST, "/issue-credential-2.0/send-offer", &[], Some(body)).await?;
    ensure!(refused.status == 400 && refused.body.to_string().contains("deactivated"), "{refused:?}");
    Ok(())
}

async fn issue_connection(issuer: &Peer) -> Result<String> {
    let connections = issuer.admin.get("/connections", &[("state", "active")]).await?;
    Ok(text(&list(&connections, "/results")?[0], "/connection_id")?.to_owned())
}

#[tokio::test]
async fn every_form_of_key_signs_in_every_suite_by_a_cheqd_did() -> Result<()> {
    let ledger = Ledger::start()?;
    let (issuer, holder) = two_on(&ledger, true, "cheqd-forms").await?;
    let connecting = Connecting::by(Handshake::DidExchange11, Mode::Automatic);
    let connection = connect::connect(&issuer, &holder, &connecting).await?;
    let (at_issuer, at_holder) = (connection.inviter.as_str(), connection.invitee.as_str());
    let ends = Ends { issuer: &issuer, holder: &holder, at_issuer, at_holder };
    for form in ["Ed25519VerificationKey2020", "Ed25519VerificationKey2018", "JsonWebKey2020"] {
        for start in [Start::Offer, Start::Request] {
            for suite in Suite::ALL {
                let how = Issuing { signer: Signer::Cheqd(form), ..Issuing::by(suite, start, Mode::Automatic) };
                issue::issue(ends, &how).await?;
                if start == Start::Offer {
                    issue::issue(ends, &Issuing { revocable: true, ..how }).await?;
                }
            }
        }
    }
    Ok(())
}

#[tokio::test]
async fn a_cheqd_did_is_the_public_did_and_says_where_it_is_reached() -> Result<()> {
    let ledger = Ledger::start()?;
    let (issuer, holder) = two_on(&ledger, true, "cheqd-public").await?;
    let body =
        json!({"method": "cheqd", "options": {"network": "testnet"}, "seed": "000000000000000000000000Steward1"});
    let made = issuer.admin.post("/wallet/did/create", &[], body).await?;
    let did = text(&made, "/result/did")?.to_owned();
    ensure!(text(&made, "/result/verkey")? == "FYmoFw55GeQH7SRFa37dkx1d2dZ3zUF8ckg7wmL7ofN4", "made {made}");
    let body = json!({"did": did, "endpoint": issuer.endpoint});
    let published = issuer.admin.post("/wallet/cheqd/set-did-endpoint", &[], body).await?;
    // A list of one is shown as the one.
    let service = &published["result"]["didDocument"]["service"][0];
    ensure!(service["serviceEndpoint"] == issuer.endpoint.as_str(), "{published}");
    let known = issuer.admin.get("/wallet/get-did-endpoint", &[("did", &did)]).await?;
    ensure!(known["endpoint"] == issuer.endpoint.as_str(), "{known}");
    issuer.admin.post("/wallet/did/public", &[("did", &did)], json!({})).await?;

    // Anybody who resolves it can connect, by an invitation or by the DID alone.
    let body = json!({"handshake_protocols": ["https://didcomm.org/didexchange/1.1"], "use_public_did": true});
    let invited = issuer.admin.post("/out-of-band/create-invitation", &[], body).await?;
    ensure!(invited["invitation"]["services"] == json!([did]), "{invited}");
    let received = holder.admin.post("/out-of-band/receive-invitation", &[], invited["invitation"].clone()).await?;
    connect::reach(&holder, text(&received, "/connection_id")?, &["completed"]).await?;
    let query = [("their_public_did", did.as_str()), ("auto_accept", "true")];
    let requested = holder.admin.post("/didexchange/create-request", &query, json!({})).await?;
    connect::reach(&holder, text(&requested, "/connection_id")?, &["completed"]).await?;
    Ok(())
}

#[tokio::test]
async fn the_issuer_s_controller_hears_of_every_state_in_order() -> Result<()> {
    let webhooks = Webhooks::listen().await?;
    let more = vec!["--webhook-url".to_owned(), webhooks.url.clone()];
    let issuer = Peer::start(Kind::Ours, "webhooks-issuer", &Options { automatic: true, more }).await?;
    let automatic = Options { automatic: true, ..Options::default() };
    let holder = Peer::start(Kind::Ours, "webhooks-holder", &automatic).await?;
    let connecting = Connecting::by(Handshake::DidExchange11, Mode::Automatic);
    let connection = connect::connect(&issuer, &holder, &connecting).await?;
    webhooks.wait(0, "connections", &[("rfc23_state", "completed")], STEP).await?;
    let (at_issuer, at_holder) = (connection.inviter.as_str(), connection.invitee.as_str());
    let ends = Ends { issuer: &issuer, holder: &holder, at_issuer, at_holder };
    issue::issue(ends, &Issuing::by(Suite::Ed25519Signature2020, Start::Offer, Mode::Automatic)).await?;
    webhooks.wait(0, "issue_credential_v2_0", &[("state", "done")], STEP).await?;

    let states = |topic: &str, member: &str| -> Vec<String> {
        webhooks.of(topic).iter().filter_map(|body| body.get(member)?.as_str().map(str::to_owned)).collect()
    };
    let exchange = states("issue_credential_v2_0", "state");
    ensure!(exchange == ["offer-sent", "request-received", "credential-issued", "done"], "{exchange:?}");
    let handshake = states("connections", "rfc23_state");
    let wanted = ["invitation-sent", "request-received", "response-sent", "completed"];
    let seen: Vec<&str> = wanted.into_iter().filter(|state| handshake.iter().any(|seen| seen == state)).collect();
    ensure!(seen == wanted, "{handshake:?}");
    Ok(())
}

#[tokio::test]
async fn a_restart_between_any_two_steps_loses_nothing() -> Result<()> {
    let (mut issuer, mut holder) = two(false, "restart").await?;
    let connecting = Connecting::by(Handshake::DidExchange11, Mode::Steps);
    let connection = connect::connect(&issuer, &holder, &connecting).await?;
    restart(&mut issuer, &mut holder).await?;

    let how = Issuing::by(Suite::Ed25519Signature2020, Start::Offer, Mode::Steps);
    let draft = issue::draft(&issuer, &holder, &how).await?;
    let (at_issuer, at_holder) = (connection.inviter.as_str(), connection.invitee.as_str());
    let ends = Ends { issuer: &issuer, holder: &holder, at_issuer, at_holder };
    let exchange = issue::open(ends, &draft, &how).await?;
    issue::reach(&issuer, &exchange.at_issuer, "request-received").await?;
    restart(&mut issuer, &mut holder).await?;

    let stored = issue::finish(&issuer, &holder, &exchange, &draft, &how).await?;
    restart(&mut issuer, &mut holder).await?;
    let again = holder.admin.get(&format!("/credential/w3c/{}", text(&stored, "/record_id")?), &[]).await?;
    ensure!(again == stored, "stored {stored}\n  after the restart {again}");
    Ok(())
}

async fn restart(issuer: &mut Peer, holder: &mut Peer) -> Result<()> {
    issuer.kill();
    holder.kill();
    tokio::try_join!(issuer.resume(), holder.resume()).map(drop)
}

#[tokio::test]
async fn what_cannot_be_answered_is_refused_with_a_sentence() -> Result<()> {
    let peer = Peer::start(Kind::Ours, "refusals", &Options::default()).await?;
    let unknown = uuid::Uuid::new_v4();
    let calls: [(Method, String, Option<Value>, u16); 6] = [
        (Method::GET, format!("/connections/{unknown}"), None, 404),
        (Method::GET, format!("/issue-credential-2.0/records/{unknown}"), None, 404),
        (Method::POST, format!("/issue-credential-2.0/records/{unknown}/issue"), Some(json!({})), 404),
        (Method::POST, "/issue-credential-2.0/send-offer".to_owned(), Some(json!({"filter": 7})), 422),
        (Method::POST, "/out-of-band/receive-invitation".to_owned(), Some(json!({"@type": "nonsense"})), 422),
        (Method::POST, "/out-of-band/create-invitation".to_owned(), Some(json!({})), 400),
    ];
    for (method, path, body, status) in calls {
        let answer = peer.admin.call(method.clone(), &path, &[], body).await?;
        ensure!(answer.status == status, "{method} {path}: {answer:?}, not {status}");
        ensure!(answer.body.to_string().len() > 10, "{method} {path} says nothing: {answer:?}");
    }
    Ok(())
}
