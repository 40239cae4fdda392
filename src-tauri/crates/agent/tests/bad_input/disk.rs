//! A disk that is full for a while, at any point of a flow: nothing is lost, and the flow goes on when there is space.

use std::time::Duration;

use serde_json::Value;
use vouchsafe_agent::{Agent, Page};
use vouchsafe_protocols::connection::Handshake;
use vouchsafe_store::{CredentialFilter, ExchangeFilter, StoreError};

use super::support::{
    automatic, automatically, connect, detail, did_key, exchange_in, impatient, invitation, start, wallet,
};

/// Uses up what is free inside of the file, then lets it grow by so many pages only.
async fn fill(agent: &Agent, pages: u32) {
    agent.store().limit_growth(0).await.unwrap();
    for size in [4096, 256] {
        loop {
            let key = format!("filling {}", uuid::Uuid::new_v4());
            match agent.store().write(move |tx| tx.put_setting(&key, &"x".repeat(size))).await {
                Ok(()) => {}
                Err(StoreError::DiskFull) => break,
                Err(error) => panic!("{error}"),
            }
        }
    }
    agent.store().limit_growth(pages).await.unwrap();
}

/// Lets the file grow again. It is a step like any other: one that shares a commit with a step for which there is no space
/// hears of a full disk too, and is taken again.
async fn make_space(agent: &Agent) {
    loop {
        match agent.store().limit_growth(100_000).await {
            Ok(()) => return,
            Err(StoreError::DiskFull) => {}
            Err(error) => panic!("{error}"),
        }
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_disk_stops_a_flow_and_loses_nothing() {
    let (issuer, holder) = (wallet("Issuer", automatic()).await, wallet("Holder", automatic()).await);
    impatient(&issuer);
    impatient(&holder);
    let (ours, _) = connect(&issuer, &holder, invitation(Handshake::DidExchange11)).await;
    let did = did_key(&issuer).await;
    let mut flows = 0;
    let mut stopped = 0;
    for pages in [0, 0, 1, 1, 2, 2, 3, 3, 4, 6, 9, 14] {
        for victim in [&holder, &issuer] {
            let name = format!("Ada {flows}");
            let wanted = start(Some(&ours), detail(&did, &name, "Ed25519Signature2020"));
            fill(victim, pages).await;
            let thread = match issuer.send_offer(wanted.clone()).await {
                Ok(offer) => offer.thread_id,
                Err(error) => {
                    assert!(error.to_string().contains("disk is full"), "{error}");
                    stopped += 1;
                    make_space(victim).await;
                    issuer.send_offer(wanted).await.unwrap().thread_id
                }
            };
            tokio::time::sleep(Duration::from_millis(120)).await;
            let filter = ExchangeFilter { thread_id: Some(thread.clone()), ..ExchangeFilter::default() };
            let seen = victim.exchanges(filter, Page::ALL).await.unwrap();
            stopped += u32::from(seen.first().is_none_or(|exchange| exchange.state_word() != "done"));
            make_space(victim).await;
            exchange_in(&holder, &thread, "done").await;
            exchange_in(&issuer, &thread, "done").await;
            flows += 1;
            let stored = holder.credentials(CredentialFilter::default(), Page::ALL).await.unwrap();
            assert_eq!(stored.len(), flows);
        }
    }
    assert!(stopped > 5, "the disk was full in only {stopped} flows");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_connection_begun_with_a_full_disk_stands_when_there_is_space() {
    for pages in [0, 2, 4, 8] {
        let (issuer, holder) = (wallet("Issuer", automatic()).await, wallet("Holder", automatic()).await);
        impatient(&issuer);
        impatient(&holder);
        let sent = issuer.create_invitation(invitation(Handshake::DidExchange11)).await.unwrap();
        let value: Value = serde_json::to_value(&sent.invitation).unwrap();
        fill(&issuer, pages).await;
        fill(&holder, pages).await;
        if holder.receive_invitation(value.clone(), automatically()).await.is_err() {
            make_space(&holder).await;
            holder.receive_invitation(value, automatically()).await.unwrap();
        }
        tokio::time::sleep(Duration::from_millis(60)).await;
        make_space(&issuer).await;
        make_space(&holder).await;
        super::support::connection_in(&holder, &sent.invi_msg_id, "completed").await;
        super::support::connection_in(&issuer, &sent.invi_msg_id, "completed").await;
    }
}
