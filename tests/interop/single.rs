//! What the rows do: the whole flow, and the stories that are not the flow with one choice changed.

use anyhow::{Result, ensure};
use serde_json::{Value, json};
use vouchsafe_tests::admin::{list, text};
use vouchsafe_tests::connect::{self, Connecting, Connection, Handshake, Mode, Service};
use vouchsafe_tests::credential::Suite;
use vouchsafe_tests::issue::{self, Ends, Exchange, Issuing, Start};
use vouchsafe_tests::peer::Peer;
use vouchsafe_tests::wait::{STEP, Seen, until};

/// A case that is more than a choice within the flow.
#[derive(Clone, Copy, Debug)]
pub enum Story {
    /// The holder declines an offer with a reason.
    Decline,
    /// A second invitation of the same DID leads to the connection that there is.
    Reuse(Service),
    /// One invitation, two connections.
    MultiUse,
    /// The offer comes within the invitation, and connecting comes first.
    AttachedToInvitation,
    /// The offer comes within an invitation that offers no connection.
    Connectionless,
    /// Ping, basic message and the features of the other side, both ways.
    Talk,
    /// The inviter rejects the request.
    Reject,
    /// The holder proposes, the issuer offers something else, the holder takes it.
    CounterOffer,
}

/// Connects by the issuer's invitation, then issues.
pub async fn flow(issuer: &Peer, holder: &Peer, connecting: Connecting, issuing: Issuing) -> Result<()> {
    if connecting.service == Service::Public {
        publish_did(issuer).await?;
    }
    let connection = connect::connect(issuer, holder, &connecting).await?;
    issue::issue(ends(issuer, holder, &connection), &issuing).await.map(drop)
}

/// Tells one of the stories.
pub async fn tell(story: Story, issuer: &Peer, holder: &Peer, mode: Mode) -> Result<()> {
    let connecting = Connecting::by(Handshake::DidExchange11, mode);
    let issuing = Issuing::by(Suite::Ed25519Signature2020, Start::Offer, mode);
    match story {
        Story::Decline => {
            let connection = connect::connect(issuer, holder, &connecting).await?;
            let draft = issue::draft(issuer, holder, &issuing).await?;
            issue::decline(ends(issuer, holder, &connection), &draft).await
        }
        Story::Reuse(service) => {
            let connecting = Connecting { service, ..connecting };
            connect::connect(issuer, holder, &connecting).await?;
            let again = connect::invite(issuer, &connecting).await?;
            let connection = connect::reuse(issuer, holder, &again).await?;
            issue::issue(ends(issuer, holder, &connection), &issuing).await.map(drop)
        }
        Story::MultiUse => {
            let connecting = Connecting { multi_use: true, ..connecting };
            let invitation = connect::invite(issuer, &connecting).await?;
            let first = connect::accept(issuer, holder, &invitation, &connecting).await?;
            let second = connect::accept(issuer, holder, &invitation, &connecting).await?;
            ensure!(first.inviter != second.inviter && first.invitee != second.invitee, "{first:?} {second:?}");
            for connection in [first, second] {
                issue::issue(ends(issuer, holder, &connection), &issuing).await?;
            }
            Ok(())
        }
        Story::AttachedToInvitation => attached(issuer, holder, Some(connecting.handshake), &issuing).await,
        Story::Connectionless => attached(issuer, holder, None, &issuing).await,
        Story::Talk => talk(issuer, holder, &connecting).await,
        Story::Reject => reject(issuer, holder, &connecting).await,
        Story::CounterOffer => counter_offer(issuer, holder, &connecting, &issuing).await,
    }
}

fn ends<'a>(issuer: &'a Peer, holder: &'a Peer, connection: &'a Connection) -> Ends<'a> {
    Ends { issuer, holder, at_issuer: &connection.inviter, at_holder: &connection.invitee }
}

/// Makes a DID of ours that anyone can resolve the wallet's public one, once.
async fn publish_did(peer: &Peer) -> Result<()> {
    let public = peer.admin.get("/wallet/did/public", &[]).await?;
    if public.pointer("/result/did").is_some_and(Value::is_string) {
        return Ok(());
    }
    let made = peer.admin.post("/wallet/did/create", &[], json!({"method": "did:peer:4"})).await?;
    let did = text(&made, "/result/did")?;
    peer.admin.post("/wallet/did/public", &[("did", did)], json!({})).await.map(drop)
}

async fn attached(issuer: &Peer, holder: &Peer, handshake: Option<Handshake>, how: &Issuing) -> Result<()> {
    let draft = issue::draft(issuer, holder, how).await?;
    let offer = json!({"filter": draft.filter, "auto_issue": how.mode == Mode::Automatic, "auto_remove": false});
    let offer = issuer.admin.post("/issue-credential-2.0/create-offer", &[], offer).await?;
    let (thread, at_issuer) = (text(&offer, "/thread_id")?.to_owned(), text(&offer, "/cred_ex_id")?.to_owned());
    let protocols: Vec<String> = handshake.iter().map(|it| format!("https://didcomm.org/{}", it.short())).collect();
    let mut body = json!({"attachments": [{"id": at_issuer, "type": "credential-offer"}]});
    if let (false, Some(members)) = (protocols.is_empty(), body.as_object_mut()) {
        members.insert("handshake_protocols".to_owned(), json!(protocols));
    }
    // Without a hand at each step of the handshake: the story is about the offer.
    let invitation = issuer.admin.post("/out-of-band/create-invitation", &[("auto_accept", "true")], body).await?;
    let message = invitation.get("invitation").cloned().unwrap_or_default();
    ensure!(list(&message, "/requests~attach")?.len() == 1, "no offer in {message}");
    let receive = async || {
        holder.admin.post("/out-of-band/receive-invitation", &[("auto_accept", "true")], message.clone()).await
    };
    let find = async || issue::of_thread(holder, &thread).await;
    // Some agents answer only once the connection stands and the attachment was looked at.
    let (received, at_holder) = tokio::join!(receive(), find());
    received?;
    let exchange = Exchange { thread: thread.clone(), at_issuer, at_holder: at_holder? };
    if how.mode == Mode::Steps {
        issue::request(holder, &exchange, &draft, how).await?;
    }
    issue::finish(issuer, holder, &exchange, &draft, how).await.map(drop)
}

async fn talk(issuer: &Peer, holder: &Peer, how: &Connecting) -> Result<()> {
    let connection = connect::connect(issuer, holder, how).await?;
    for (from, id) in [(issuer, &connection.inviter), (holder, &connection.invitee)] {
        connect::ping(from, id).await?;
        let path = format!("/connections/{id}/send-message");
        from.admin.post(&path, &[], json!({"content": "Hello over DIDComm"})).await?;
        let query = [("query_protocol", "*"), ("connection_id", id.as_str())];
        until("the other side's features", STEP, async || {
            let found = from.admin.get("/discover-features-2.0/queries", &query).await?;
            let known = found.to_string().contains("https://didcomm.org/issue-credential/2.0");
            Ok(if known { Seen::Yes(()) } else { Seen::NotYet(found.to_string()) })
        })
        .await?;
    }
    Ok(())
}

async fn reject(issuer: &Peer, holder: &Peer, how: &Connecting) -> Result<()> {
    let invitation = connect::invite(issuer, how).await?;
    let record = holder.admin.post("/out-of-band/receive-invitation", &[], invitation.message.clone()).await?;
    let at_holder = text(&record, "/connection_id")?.to_owned();
    holder.admin.post(&format!("/didexchange/{at_holder}/accept-invitation"), &[], json!({})).await?;
    let at_issuer = until("the request", STEP, async || {
        let query = [("invitation_msg_id", invitation.id.as_str())];
        let found = issuer.admin.get("/connections", &query).await?;
        let found = list(&found, "/results")?
            .iter()
            .find(|it| it.get("rfc23_state").is_some_and(|it| it == "request-received"));
        Ok(match found {
            Some(record) => Seen::Yes(text(record, "/connection_id")?.to_owned()),
            None => Seen::NotYet("no request".to_owned()),
        })
    })
    .await?;
    issuer.admin.post(&format!("/didexchange/{at_issuer}/reject"), &[], json!({"reason": "not today"})).await?;
    for (peer, id) in [(issuer, &at_issuer), (holder, &at_holder)] {
        connect::reach(peer, id, &["abandoned"]).await?;
    }
    Ok(())
}

async fn counter_offer(issuer: &Peer, holder: &Peer, connecting: &Connecting, how: &Issuing) -> Result<()> {
    let connection = connect::connect(issuer, holder, connecting).await?;
    let (proposed, offered) = (issue::draft(issuer, holder, how).await?, issue::draft(issuer, holder, how).await?);
    let body = json!({"connection_id": connection.invitee, "filter": proposed.filter, "auto_remove": false});
    let record = holder.admin.post("/issue-credential-2.0/send-proposal", &[], body).await?;
    let thread = text(&record, "/thread_id")?.to_owned();
    let exchange = Exchange {
        at_issuer: issue::of_thread(issuer, &thread).await?,
        at_holder: text(&record, "/cred_ex_id")?.to_owned(),
        thread,
    };
    issue::reach(issuer, &exchange.at_issuer, "proposal-received").await?;
    let path = format!("/issue-credential-2.0/records/{}/send-offer", exchange.at_issuer);
    // ACA-Py takes a new filter only together with a preview, although this format has no use for one.
    let preview = json!({
        "@type": "issue-credential/2.0/credential-preview", "attributes": [{"name": "familyName", "value": "SMITH"}],
    });
    let body = json!({"filter": offered.filter, "counter_preview": preview});
    issuer.admin.post(&path, &[], body).await?;
    issue::request(holder, &exchange, &offered, how).await?;
    issue::finish(issuer, holder, &exchange, &offered, how).await.map(drop)
}
