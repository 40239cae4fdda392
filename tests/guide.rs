//! The guide's flow between two of our own headless agents, with every call that the guide shows, and what a
//! controller sees beside it: webhooks, lists, records after a restart.
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
use vouchsafe_tests::issue::{self, Ends, Issuing, Start, Subject};
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
