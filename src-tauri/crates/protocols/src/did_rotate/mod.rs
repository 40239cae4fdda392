//! DID Rotate 1.0 (RFC 0794): one side moves its end of a completed connection to another DID, or hangs up. The
//! rotation is announced from the old keys, taken over when it is acknowledged, and left alone when the other side
//! cannot use the new DID. Defends against a rotation by anybody but the current key (the agent's sender check), an
//! acknowledgement of another rotation, and two rotations at once.

use serde::{Deserialize, Serialize};
use serde_json::json;
use vouchsafe_didcomm::{Message, Thread};

use crate::connection::{Connection, MAX_DID_BYTES, Party, same_did};
use crate::report_problem::ProblemReport;
use crate::step::{Context, ProtocolError, Step};

/// The prefix of this protocol's message types.
pub const PROTOCOL: &str = "https://didcomm.org/did-rotate/1.0";

/// The codes of RFC 0794.
pub mod problem {
    /// The new DID cannot be resolved.
    pub const UNRESOLVABLE: &str = "e.did.unresolvable";
    /// Its method is not known.
    pub const UNSUPPORTED_METHOD: &str = "e.did.unsupported";
    /// Its document has no DIDComm service or key that can be used.
    pub const DOC_UNSUPPORTED: &str = "e.did.doc_unsupported";
}

/// A rotation of ours that waits for its acknowledgement. Kept beside the connection, which stays on the old DID.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Rotation {
    /// The connection.
    pub connection_id: String,
    /// The thread: our `rotate`'s id.
    pub thid: String,
    /// The DID and key that we move to.
    pub to: Party,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
pub enum Event {
    /// We are on the new DID now.
    Rotated,
    /// The peer is on its new DID now.
    TheyRotated,
    /// The peer cannot use our new DID; we stay on the old one.
    Refused {
        /// Why, as the peer says.
        reason: String,
    },
    /// The connection is over: delete it.
    HungUp {
        /// Whether the peer ended it.
        by_peer: bool,
    },
}

#[derive(Serialize, Deserialize)]
struct Rotate {
    to_did: String,
}

/// Announces that we move to `to`. Send it from the old key.
///
/// # Errors
/// [`ProtocolError::NotNow`] if the connection is not completed or `pending` names a rotation under way;
/// [`ProtocolError::Unsendable`] if the DID is the present one.
pub fn rotate(
    connection: &Connection,
    pending: Option<&Rotation>,
    to: Party,
    context: &mut Context<'_>,
) -> Result<(Rotation, Message), ProtocolError> {
    check_completed(connection)?;
    if pending.is_some() {
        return Err(ProtocolError::not_now(connection.rfc23_state(), "a rotation is under way"));
    }
    if connection.my.as_ref().is_some_and(|my| same_did(&my.did, &to.did)) {
        return Err(ProtocolError::Unsendable("the connection uses that DID already".to_owned()));
    }
    let message = Message::build(&format!("{PROTOCOL}/rotate"), context.new_id(), &Rotate { to_did: to.did.clone() })
        .map_err(|error| ProtocolError::Unsendable(error.to_string()))?;
    let rotation = Rotation { connection_id: connection.id.clone(), thid: message.id().to_owned(), to };
    Ok((rotation, message))
}

/// Reads the DID that a `rotate` of the peer names, for the gather phase to resolve.
///
/// # Errors
/// [`ProtocolError::PeerMisbehaved`] if it names none or an oversized one.
pub fn rotate_to(message: &Message) -> Result<String, ProtocolError> {
    expect(message, "rotate")?;
    let Rotate { to_did } = message.body()?;
    if to_did.is_empty() || to_did.len() > MAX_DID_BYTES {
        return Err(ProtocolError::misbehaved(format!("its DID has {} bytes", to_did.len())));
    }
    Ok(to_did)
}

/// Takes the peer's `rotate`; `their` is what the DID resolved to. The acknowledgement goes to the new address.
///
/// # Errors
/// [`ProtocolError::PeerMisbehaved`] if the connection is not completed or what was resolved is another DID.
pub fn they_rotate(
    connection: &Connection,
    message: &Message,
    their: Party,
    context: &mut Context<'_>,
) -> Result<Step<Connection, Event>, ProtocolError> {
    let to_did = rotate_to(message)?;
    if !connection.is_completed() {
        return Err(ProtocolError::misbehaved("it rotates the DID of a connection that is not completed"));
    }
    if !same_did(&their.did, &to_did) {
        return Err(ProtocolError::misbehaved("what was resolved is not the DID of the rotation"));
    }
    let ack = Message::build(&format!("{PROTOCOL}/ack"), context.new_id(), &json!({ "status": "OK" }))
        .map_err(|error| ProtocolError::Unsendable(error.to_string()))?
        .with_thread(Thread::of(message.thread_id()));
    let mut connection = connection.clone();
    connection.their = Some(their);
    connection.updated_at = context.now;
    Ok(Step::send(connection, ack, Event::TheyRotated))
}

/// The answer to a `rotate` whose DID we cannot use, with one of the codes of [`problem`]. ACA-Py wants the DID named.
///
/// # Errors
/// [`ProtocolError::Unsendable`] if the message cannot be written.
pub fn refuse(message: &Message, code: &str, words: &str, context: &mut Context<'_>) -> Result<Message, ProtocolError> {
    let to_did = rotate_to(message)?;
    let body = json!({ "description": { "en": words, "code": code }, "problem_items": [{ "did": to_did }] });
    Message::build(&format!("{PROTOCOL}/problem-report"), context.new_id(), &body)
        .map(|report| report.with_thread(Thread::of(message.thread_id())))
        .map_err(|error| ProtocolError::Unsendable(error.to_string()))
}

/// Takes the acknowledgement of, or the problem report about, our rotation. Either way the rotation is over: delete it.
///
/// # Errors
/// [`ProtocolError::PeerMisbehaved`] if it is on another thread, or neither of the two.
pub fn settle(
    connection: &Connection,
    rotation: &Rotation,
    message: &Message,
    context: &Context<'_>,
) -> Result<Step<Connection, Event>, ProtocolError> {
    if message.thread_id() != rotation.thid || connection.id != rotation.connection_id {
        return Err(ProtocolError::misbehaved("it is not about our rotation"));
    }
    let message_type = message.message_type();
    if message_type.is("did-rotate", 1, "ack") {
        let mut connection = connection.clone();
        connection.my = Some(rotation.to.clone());
        connection.updated_at = context.now;
        return Ok(Step::quiet(connection, Event::Rotated));
    }
    if message_type.is("did-rotate", 1, "problem-report") {
        let reason = ProblemReport::read(message).to_string();
        return Ok(Step::quiet(connection.clone(), Event::Refused { reason }));
    }
    Err(ProtocolError::misbehaved(format!("{message_type} does not answer a rotation")))
}

/// Ends the connection from our side; delete it when the message has been handed over.
///
/// # Errors
/// [`ProtocolError::NotNow`] if the connection is not completed.
pub fn hang_up(connection: &Connection, context: &mut Context<'_>) -> Result<(Message, Event), ProtocolError> {
    check_completed(connection)?;
    let message = Message::build(&format!("{PROTOCOL}/hangup"), context.new_id(), &json!({}))
        .map_err(|error| ProtocolError::Unsendable(error.to_string()))?;
    Ok((message, Event::HungUp { by_peer: false }))
}

/// Takes the peer's `hangup`.
///
/// # Errors
/// [`ProtocolError::PeerMisbehaved`] if it is none.
pub fn they_hang_up(message: &Message) -> Result<Event, ProtocolError> {
    expect(message, "hangup")?;
    Ok(Event::HungUp { by_peer: true })
}

fn check_completed(connection: &Connection) -> Result<(), ProtocolError> {
    if connection.is_completed() {
        return Ok(());
    }
    Err(ProtocolError::not_now(connection.rfc23_state(), "the connection is not completed"))
}

fn expect(message: &Message, name: &str) -> Result<(), ProtocolError> {
    let message_type = message.message_type();
    if message_type.is("did-rotate", 1, name) {
        return Ok(());
    }
    Err(ProtocolError::misbehaved(format!("{message_type} is not a {name} of DID Rotate")))
}
