//! From an invitation to a connection that both sides call active, through the admin APIs.
#![expect(clippy::similar_names, reason = "inviter and invitee are the RFC's words")]

use crate::admin::{list, text};
use crate::peer::Peer;
use crate::wait::{STEP, Seen, until};
use anyhow::{Context, Result, bail, ensure};
use serde_json::{Value, json};

/// The handshake that the invitation offers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Handshake {
    /// DID Exchange 1.0.
    DidExchange10,
    /// DID Exchange 1.1.
    DidExchange11,
    /// Connections 1.0.
    Connections10,
}

impl Handshake {
    /// As connection records name it.
    pub fn short(self) -> &'static str {
        match self {
            Self::DidExchange10 => "didexchange/1.0",
            Self::DidExchange11 => "didexchange/1.1",
            Self::Connections10 => "connections/1.0",
        }
    }

    /// The admin API's path for its steps.
    fn path(self) -> &'static str {
        match self {
            Self::DidExchange10 | Self::DidExchange11 => "didexchange",
            Self::Connections10 => "connections",
        }
    }
}

/// Who makes the next move: the agents' own settings, or calls for each step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Mode {
    /// The agents were started with every automatic step on.
    Automatic,
    /// The agents wait; every step is a call.
    Steps,
}

/// What the invitation names as its service.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Service {
    /// A service object with key and endpoint.
    Inline,
    /// A did:peer:2.
    Peer2,
    /// A did:peer:4.
    Peer4,
    /// The wallet's public DID.
    Public,
}

/// The choices for one connection.
#[derive(Clone, Copy, Debug)]
pub struct Connecting {
    /// The handshake protocol.
    pub handshake: Handshake,
    /// Automatic or step by step.
    pub mode: Mode,
    /// The invitation's service.
    pub service: Service,
    /// Whether the invitation may be used more than once.
    pub multi_use: bool,
}

impl Connecting {
    /// One handshake with all else as usual: inline service, to be used once.
    pub fn by(handshake: Handshake, mode: Mode) -> Self {
        Self { handshake, mode, service: Service::Inline, multi_use: false }
    }
}

/// An invitation and its id at the inviter.
#[derive(Clone, Debug)]
pub struct Invitation {
    /// The invitation message's `@id`.
    pub id: String,
    /// The message.
    pub message: Value,
    /// The message as a link.
    pub url: String,
}

/// The two records of one connection.
#[derive(Clone, Debug)]
pub struct Connection {
    /// The `connection_id` at the inviter.
    pub inviter: String,
    /// The `connection_id` at the invitee.
    pub invitee: String,
}

/// Creates an invitation.
///
/// # Errors
/// When the inviter refuses.
pub async fn invite(inviter: &Peer, how: &Connecting) -> Result<Invitation> {
    let mut body = json!({
        "alias": "Holder",
        "handshake_protocols": [format!("https://didcomm.org/{}", how.handshake.short())],
        "my_label": "Issuer Corp",
    });
    match how.service {
        Service::Inline => {}
        Service::Peer2 => set(&mut body, "use_did_method", "did:peer:2"),
        Service::Peer4 => set(&mut body, "use_did_method", "did:peer:4"),
        Service::Public => set(&mut body, "use_public_did", true),
    }
    let mut query = vec![("auto_accept", flag(how.mode == Mode::Automatic))];
    if how.multi_use {
        query.push(("multi_use", "true"));
    }
    let made = inviter.admin.post("/out-of-band/create-invitation", &query, body).await?;
    let message = made.get("invitation").cloned().unwrap_or_default();
    let service = list(&message, "/services")?.first().cloned().unwrap_or_default();
    let prefix = service.as_str().unwrap_or("(inline)");
    ensure!(
        match how.service {
            Service::Inline => service.is_object(),
            Service::Peer2 => prefix.starts_with("did:peer:2"),
            Service::Peer4 => prefix.starts_with("did:peer:4"),
            Service::Public => prefix.starts_with("did:"),
        },
        "the invitation's service is {service}"
    );
    Ok(Invitation {
        id: text(&made, "/invi_msg_id")?.to_owned(),
        url: text(&made, "/invitation_url")?.to_owned(),
        message,
    })
}

/// Receives an invitation and leads both sides to an active connection.
///
/// # Errors
/// When a step is refused or takes too long.
pub async fn accept(inviter: &Peer, invitee: &Peer, invitation: &Invitation, how: &Connecting) -> Result<Connection> {
    let before = used(inviter, invitation).await?;
    let query =
        [("alias", "Issuer"), ("auto_accept", flag(how.mode == Mode::Automatic)), ("use_existing_connection", "false")];
    let record = invitee.admin.post("/out-of-band/receive-invitation", &query, invitation.message.clone()).await?;
    let invitee_id = text(&record, "/connection_id")?.to_owned();
    let path = how.handshake.path();
    if how.mode == Mode::Steps {
        invitee.admin.post(&format!("/{path}/{invitee_id}/accept-invitation"), &[], json!({})).await?;
    }
    let inviter_id = until("the inviter's connection record", STEP, async || {
        let now = used(inviter, invitation).await?;
        let new = now.into_iter().find(|id| !before.contains(id));
        Ok(new.map_or_else(|| Seen::NotYet("no new connection".to_owned()), Seen::Yes))
    })
    .await?;
    if how.mode == Mode::Steps {
        reach(inviter, &inviter_id, &["request-received"]).await?;
        inviter.admin.post(&format!("/{path}/{inviter_id}/accept-request"), &[], json!({})).await?;
        if how.handshake == Handshake::Connections10 {
            // RFC 0160: the inviter takes the connection as complete at the invitee's first message after the response.
            reach(invitee, &invitee_id, &["response-received", "completed"]).await?;
            ping(invitee, &invitee_id).await?;
        }
    }
    let connection = Connection { inviter: inviter_id, invitee: invitee_id };
    active(inviter, &connection.inviter, how).await?;
    active(invitee, &connection.invitee, how).await?;
    Ok(connection)
}

/// Creates an invitation, receives it, and leads both sides to an active connection.
///
/// # Errors
/// When a step is refused or takes too long.
pub async fn connect(inviter: &Peer, invitee: &Peer, how: &Connecting) -> Result<Connection> {
    let invitation = invite(inviter, how).await?;
    accept(inviter, invitee, &invitation, how).await
}

/// Receives an invitation of somebody connected already, and gives the connection that is used again.
///
/// # Errors
/// When a new connection comes of it, or the inviter does not answer.
pub async fn reuse(inviter: &Peer, invitee: &Peer, invitation: &Invitation) -> Result<Connection> {
    let query = [("auto_accept", "true"), ("use_existing_connection", "true")];
    let record = invitee.admin.post("/out-of-band/receive-invitation", &query, invitation.message.clone()).await?;
    ensure!(text(&record, "/state")? == "reuse-accepted", "reuse was not accepted: {record}");
    let invitee_id = text(&record, "/connection_id")?.to_owned();
    let at_invitee = reach(invitee, &invitee_id, &["completed"]).await?;
    // Timestamps of one agent in one form: as text they order as the times do.
    let (made, asked) = (text(&at_invitee, "/created_at")?, text(&record, "/created_at")?);
    ensure!(made < asked, "a new connection: {at_invitee}");
    let theirs = [("their_did", text(&at_invitee, "/my_did")?)];
    let found = inviter.admin.get("/connections", &theirs).await?;
    let inviter_id = text(&found, "/results/0/connection_id")?.to_owned();
    Ok(Connection { inviter: inviter_id, invitee: invitee_id })
}

/// Pings over a connection.
///
/// # Errors
/// When the agent refuses.
pub async fn ping(peer: &Peer, connection: &str) -> Result<()> {
    let path = format!("/connections/{connection}/send-ping");
    peer.admin.post(&path, &[], json!({"comment": "hello"})).await.map(drop)
}

/// Waits until a connection is in one of these states, by their RFC 0023 names, and gives its record.
///
/// # Errors
/// When it takes too long or the record is gone.
pub async fn reach(peer: &Peer, connection: &str, states: &[&str]) -> Result<Value> {
    until(&format!("{}: connection in {states:?}", peer.name()), STEP, async || {
        let record = peer.admin.get(&format!("/connections/{connection}"), &[]).await?;
        let state = text(&record, "/rfc23_state")?;
        if states.contains(&state) {
            return Ok(Seen::Yes(record));
        }
        if state == "abandoned" {
            bail!("{}: the connection was abandoned: {record}", peer.name());
        }
        Ok(Seen::NotYet(format!("{state}: {record}")))
    })
    .await
}

async fn active(peer: &Peer, connection: &str, how: &Connecting) -> Result<()> {
    let record = reach(peer, connection, &["completed"]).await?;
    let state = text(&record, "/state")?;
    ensure!(state == "active" || state == "completed", "{}: state {state}", peer.name());
    let protocol = text(&record, "/connection_protocol").context("a completed connection names its protocol")?;
    ensure!(protocol == how.handshake.short(), "{}: connected by {protocol}", peer.name());
    Ok(())
}

/// The connections that came of an invitation so far.
async fn used(inviter: &Peer, invitation: &Invitation) -> Result<Vec<String>> {
    let found = inviter.admin.get("/connections", &[("invitation_msg_id", &invitation.id)]).await?;
    let used = list(&found, "/results")?.iter().filter(|record| {
        !matches!(record.get("rfc23_state").and_then(Value::as_str), None | Some("start" | "invitation-sent"))
    });
    used.map(|record| text(record, "/connection_id").map(str::to_owned)).collect()
}

fn flag(value: bool) -> &'static str {
    if value { "true" } else { "false" }
}

fn set(body: &mut Value, name: &str, value: impl Into<Value>) {
    if let Some(members) = body.as_object_mut() {
        members.insert(name.to_owned(), value.into());
    }
}
