//! Two wallets over a network that loses, delays, repeats and reorders what they send: every flow ends `done` on both
//! sides, and nothing happens twice (`VOUCHSAFE_SEED` repeats a run as far as chance goes).
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

mod support;

use std::sync::Arc;

use futures::StreamExt;
use support::dice::Dice;
use support::network::{Network, Weather};
use support::{automatic, automatically, detail, did_key, exchange_in, impatient, invitation, start, until, wallet};
use vouchsafe_agent::connect::ConnectionFilter;
use vouchsafe_agent::{Agent, Page};
use vouchsafe_protocols::connection::{Connection, Handshake};
use vouchsafe_store::{CredentialFilter, DUE, ExchangeFilter, HistoryFilter};

const HANDSHAKES: [Handshake; 3] = [Handshake::DidExchange11, Handshake::DidExchange10, Handshake::Connections10];
const CONNECTIONS: usize = 20;
const FLOWS_A_CONNECTION: usize = 5;

#[tokio::test(flavor = "multi_thread")]
async fn in_any_weather_a_hundred_flows_end_done_on_both_sides_and_nothing_happens_twice() {
    let seed = std::env::var("VOUCHSAFE_SEED")
        .ok()
        .and_then(|text| text.parse().ok())
        .unwrap_or(u64::from(std::process::id()));
    println!("VOUCHSAFE_SEED={seed}");
    let (issuer, holder) = (wallet("Issuer", automatic()).await, wallet("Holder", automatic()).await);
    for (number, agent) in [&issuer, &holder].into_iter().enumerate() {
        impatient(agent);
        Network::before(agent).await.turn(Weather::Storm(seed * 2 + number as u64));
    }
    let did = Arc::new(did_key(&issuer).await);
    futures::stream::iter(0..CONNECTIONS)
        .for_each_concurrent(8, |number| {
            let (issuer, holder, did) = (issuer.clone(), holder.clone(), Arc::clone(&did));
            async move {
                let mut dice = Dice::new(seed ^ (number as u64) << 20);
                let (ours, theirs) = connect(&issuer, &holder, HANDSHAKES[number % HANDSHAKES.len()]).await;
                for flow in 0..FLOWS_A_CONNECTION {
                    let name = format!("Ada {number} {flow}");
                    one_flow(&issuer, &holder, &did, &ours, &theirs, dice.below(3), &name).await;
                }
            }
        })
        .await;
    let count = CONNECTIONS * FLOWS_A_CONNECTION;
    let stored = holder.credentials(CredentialFilter::default(), Page::ALL).await.unwrap();
    assert_eq!(stored.len(), count);
    for (agent, once) in [(&issuer, ["credential-issued", "done"]), (&holder, ["credential-received", "done"])] {
        let exchanges = agent.exchanges(ExchangeFilter::default(), Page::ALL).await.unwrap();
        assert_eq!(exchanges.len(), count);
        for exchange in exchanges {
            let lines = history(agent, &exchange.id).await;
            for what in once {
                assert_eq!(lines.iter().filter(|line| *line == what).count(), 1, "{what}: {lines:?}");
            }
        }
        until("the outbox is empty", || async {
            let due = agent.store().read(|reader| reader.count_outbox(DUE)).await.unwrap();
            (due == 0).then_some(())
        })
        .await;
    }
}

async fn connect(issuer: &Agent, holder: &Agent, handshake: Handshake) -> (Connection, Connection) {
    let sent = issuer.create_invitation(invitation(handshake)).await.unwrap();
    holder.receive_invitation(serde_json::to_value(&sent.invitation).unwrap(), automatically()).await.unwrap();
    // Whoever is ready may begin, though the other side may not know it yet.
    (ready(issuer, &sent.invi_msg_id).await, ready(holder, &sent.invi_msg_id).await)
}

async fn ready(agent: &Agent, invitation: &str) -> Connection {
    let filter = ConnectionFilter { invitation_msg_id: Some(invitation.to_owned()), ..ConnectionFilter::default() };
    until("a connection is ready", || async {
        agent.connections(filter.clone(), Page::ALL).await.unwrap().into_iter().find(Connection::is_ready)
    })
    .await
}

async fn one_flow(
    issuer: &Agent,
    holder: &Agent,
    did: &str,
    ours: &Connection,
    theirs: &Connection,
    kind: u64,
    name: &str,
) {
    let wanted = |connection| start(Some(connection), detail(did, name, "Ed25519Signature2020"));
    let begun = match kind {
        0 => issuer.send_offer(wanted(ours)).await,
        1 => holder.send_proposal(wanted(theirs)).await,
        _ => holder.send_request(wanted(theirs)).await,
    };
    let thread = begun.unwrap().thread_id;
    exchange_in(holder, &thread, "done").await;
    exchange_in(issuer, &thread, "done").await;
}

async fn history(agent: &Agent, exchange: &str) -> Vec<String> {
    let filter = HistoryFilter { subject_id: Some(exchange.to_owned()), ..HistoryFilter::default() };
    let lines = agent.store().read(move |reader| reader.history(&filter, Page::ALL)).await.unwrap();
    lines.into_iter().map(|line| line.what).collect()
}
