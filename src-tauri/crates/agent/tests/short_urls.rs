//! The links of invitations, asked for over real HTTP: as wallets ask, as browsers ask, and as those ask who guess.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

mod support;

use reqwest::header::{ACCEPT, ACCEPT_LANGUAGE, CONTENT_SECURITY_POLICY, CONTENT_TYPE, HeaderMap};
use serde_json::Value;
use vouchsafe_agent::connect::CreateInvitation;
use vouchsafe_agent::{Agent, AgentError, Config};
use vouchsafe_protocols::connection::Handshake;
use vouchsafe_protocols::out_of_band::OutOfBand;

use support::{automatically, connection_in, invitation, policy, silent_wallet, wallet};

const BROWSER: &str = "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8";

struct Answer {
    status: u16,
    headers: HeaderMap,
    body: String,
}

async fn ask(link: &str, accept: &str, language: &str) -> Answer {
    let client = reqwest::Client::builder().redirect(reqwest::redirect::Policy::none()).build().unwrap();
    let answer = client.get(link).header(ACCEPT, accept).header(ACCEPT_LANGUAGE, language).send().await.unwrap();
    Answer { status: answer.status().as_u16(), headers: answer.headers().clone(), body: answer.text().await.unwrap() }
}

async fn invited(label: &str) -> (Agent, OutOfBand, String) {
    let agent = wallet(label, policy()).await;
    let record = agent.create_invitation(invitation(Handshake::DidExchange11)).await.unwrap();
    let link = agent.short_url(&record.id).await.unwrap().unwrap().to_string();
    (agent, record, link)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_short_url_gives_a_wallet_the_invitation_and_stays_the_same() {
    let (agent, record, link) = invited("Issuer").await;
    assert!(link.len() < 60, "{link}");
    assert_eq!(agent.short_url(&record.id).await.unwrap().unwrap().as_str(), link);
    for accept in ["application/json", "*/*"] {
        let answer = ask(&link, accept, "").await;
        assert_eq!((answer.status, answer.headers[CONTENT_TYPE].to_str().unwrap()), (200, "application/json"));
        let given: Value = serde_json::from_str(&answer.body).unwrap();
        assert_eq!(given, serde_json::to_value(&record.invitation).unwrap());
    }
    // Another wallet of ours resolves it and connects.
    let holder = wallet("Holder", policy()).await;
    let given = holder.fetch_invitation(&link, true).await.unwrap();
    holder.receive_invitation(given, automatically()).await.unwrap();
    connection_in(&holder, &record.invi_msg_id, "completed").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_browser_gets_a_page_that_runs_nothing_and_escapes_the_name() {
    let (agent, record, link) = invited("<script>alert('1')</script> & \"Söhne\"").await;
    let long = agent.invitation_url(&record.invitation);
    for link in [&link, &long] {
        let answer = ask(link, BROWSER, "de").await;
        assert_eq!(answer.status, 200);
        assert!(answer.body.contains("&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt; &amp; &quot;Söhne&quot;"));
        assert!(!answer.body.contains("<script"));
        assert!(answer.body.contains("lang=\"de\"") && answer.body.contains("nicht geprüft"));
        assert!(answer.body.contains("href=\"didcomm://invite?oob=") && answer.body.contains("<svg"));
        let policy = answer.headers[CONTENT_SECURITY_POLICY].to_str().unwrap();
        assert!(policy.starts_with("default-src 'none'; style-src 'sha256-"), "{policy}");
        assert_eq!(answer.headers["cache-control"], "no-store");
        assert_eq!(answer.headers["referrer-policy"], "no-referrer");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn what_cannot_be_used_looks_like_what_never_was() {
    let (agent, record, link) = invited("Issuer").await;
    let base = link.rsplit_once('/').unwrap().0;
    let never = ask(&format!("{base}/AAAAAAAAAAAAAAAAAAAAAA"), BROWSER, "en").await;
    assert_eq!(never.status, 404);

    let expiring = CreateInvitation {
        expires_at: Some(agent.now() + jiff::SignedDuration::from_millis(50)),
        ..invitation(Handshake::DidExchange11)
    };
    let expired = agent.create_invitation(expiring).await.unwrap();
    let expired = agent.short_url(&expired.id).await.unwrap().unwrap().to_string();
    let deleted = agent.create_invitation(invitation(Handshake::DidExchange11)).await.unwrap();
    let deleted_link = agent.short_url(&deleted.id).await.unwrap().unwrap().to_string();
    agent.delete_invitation(&deleted.id).await.unwrap();
    let holder = wallet("Holder", policy()).await;
    holder.receive_invitation(serde_json::to_value(&record.invitation).unwrap(), automatically()).await.unwrap();
    connection_in(&agent, &record.invi_msg_id, "active").await;
    let long = agent.invitation_url(&record.invitation);

    for gone in [expired.as_str(), &deleted_link, &link, &long, &format!("{base}/x"), &format!("{base}/%00%ff..")] {
        let page = ask(gone, BROWSER, "en").await;
        assert_eq!((page.status, &page.body), (404, &never.body), "{gone}");
        let plain = ask(gone, "application/json", "").await;
        assert_eq!(plain.status, 404, "{gone}");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_page_speaks_for_no_invitation_of_somebody_else() {
    let (_agent, record, link) = invited("Issuer").await;
    let base = link.rsplit_once("/i/").unwrap().0;
    let stranger = silent_wallet("Stranger", policy()).await;
    let theirs = stranger.create_invitation(invitation(Handshake::DidExchange11)).await.unwrap();
    // Nor for one of ours with another name in it.
    let mut altered = serde_json::to_value(&record.invitation).unwrap();
    altered["label"] = "Your bank".into();
    let altered =
        vouchsafe_protocols::out_of_band::Invitation::read(vouchsafe_didcomm::Message::from_value(altered).unwrap())
            .unwrap();
    for foreign in [&theirs.invitation, &altered] {
        let url = stranger.wallet_url(foreign).replace("didcomm://invite", base);
        let answer = ask(&url, BROWSER, "en").await;
        assert_eq!(answer.status, 404);
        assert!(!answer.body.contains("bank") && !answer.body.contains("Stranger"));
    }
    assert_eq!(ask(&format!("{base}/?oob=nonsense"), BROWSER, "en").await.status, 404);
    assert_eq!(ask(base, BROWSER, "en").await.status, 200);
}

#[tokio::test(flavor = "multi_thread")]
async fn there_is_no_short_url_without_an_endpoint_and_none_for_what_was_received() {
    let (agent, record, _) = invited("Issuer").await;
    let holder = silent_wallet("Holder", policy()).await;
    let own = holder.create_invitation(invitation(Handshake::DidExchange11)).await.unwrap();
    assert_eq!(holder.short_url(&own.id).await.unwrap(), None);
    holder.set_config(Config { endpoints: vec!["wss://a.example".to_owned()], ..Config::clone(&holder.config()) });
    assert_eq!(holder.short_url(&own.id).await.unwrap(), None);
    let endpoints = vec!["wss://a.example".to_owned(), "https://a.example/agent".to_owned()];
    holder.set_config(Config { endpoints, ..Config::clone(&holder.config()) });
    let link = holder.short_url(&own.id).await.unwrap().unwrap();
    assert!(link.as_str().starts_with("https://a.example/agent/i/"), "{link}");
    let received =
        holder.receive_invitation(serde_json::to_value(&record.invitation).unwrap(), automatically()).await.unwrap();
    assert!(matches!(holder.short_url(&received.id).await, Err(AgentError::NotFound { .. })));
    drop(agent);
}
