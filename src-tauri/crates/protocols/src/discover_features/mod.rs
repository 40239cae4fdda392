//! Discover Features 2.0 (RFC 0557) and 1.0 (RFC 0031): what does the other side speak? A query names features with a
//! `*` at its end, if anywhere; the answer names what matches. What is disclosed is the list that the caller gives,
//! never what happens to be in memory.

use serde::{Deserialize, Serialize};
use vouchsafe_didcomm::{Message, Thread};

use crate::step::{Context, ProtocolError};

/// The prefix of version 2.0.
pub const PROTOCOL: &str = "https://didcomm.org/discover-features/2.0";
/// The prefix of version 1.0.
pub const PROTOCOL_1_0: &str = "https://didcomm.org/discover-features/1.0";
/// The most queries that are answered, and disclosures that are kept.
pub const MAX_ENTRIES: usize = 500;
/// The longest match, feature type and id, in bytes.
pub const MAX_TEXT_BYTES: usize = 300;

/// One feature that somebody has.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Feature {
    /// `protocol`, `goal-code`, or a word of a later RFC.
    #[serde(rename = "feature-type")]
    pub feature_type: String,
    /// Its id, for a protocol its URI.
    pub id: String,
    /// The roles that are played.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub roles: Vec<String>,
}

/// One thing that somebody wants to know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Query {
    /// `protocol`, `goal-code`, or a word of a later RFC.
    #[serde(rename = "feature-type")]
    pub feature_type: String,
    /// The id, with a `*` at the end to match all that begin so.
    #[serde(rename = "match")]
    pub matching: String,
}

/// What was received.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "kebab-case")]
pub enum Event {
    /// The peer asked and was answered.
    QueriesReceived {
        /// What it asked.
        queries: Vec<Query>,
    },
    /// The peer answered.
    DisclosuresReceived {
        /// The thread: our question's id.
        thid: String,
        /// What it has.
        disclosures: Vec<Feature>,
    },
}

#[derive(Serialize, Deserialize)]
struct Queries {
    queries: Vec<Query>,
}

#[derive(Serialize, Deserialize)]
struct Disclosures {
    disclosures: Vec<Feature>,
}

#[derive(Deserialize)]
struct Query1 {
    query: String,
}

#[derive(Serialize, Deserialize)]
struct Disclose1 {
    protocols: Vec<Protocol1>,
}

#[derive(Serialize, Deserialize)]
struct Protocol1 {
    pid: String,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    roles: Vec<String>,
}

impl Feature {
    /// A protocol that is spoken, in all its roles.
    pub fn protocol(uri: &str) -> Self {
        Self { feature_type: "protocol".to_owned(), id: uri.to_owned(), roles: Vec::new() }
    }

    /// A goal code that is understood.
    pub fn goal_code(code: &str) -> Self {
        Self { feature_type: "goal-code".to_owned(), id: code.to_owned(), roles: Vec::new() }
    }
}

impl Query {
    /// Whether `feature` is asked for.
    pub fn matches(&self, feature: &Feature) -> bool {
        self.feature_type == feature.feature_type && id_matches(&self.matching, &feature.id)
    }
}

fn id_matches(matching: &str, id: &str) -> bool {
    match matching.strip_suffix('*') {
        Some(start) => id.starts_with(start),
        None => matching == id,
    }
}

/// A question of ours; its `@id` is the thread on which the answer comes.
///
/// # Errors
/// [`ProtocolError::Unsendable`] if the message cannot be written.
pub fn queries(queries: Vec<Query>, context: &mut Context<'_>) -> Result<Message, ProtocolError> {
    build(&format!("{PROTOCOL}/queries"), &Queries { queries }, None, context)
}

/// Takes a message of this protocol: what happened, and the answer out of `own` if it is a question.
///
/// # Errors
/// [`ProtocolError::PeerMisbehaved`] if it is malformed or oversized, [`ProtocolError::PeerIncompatible`] if its type
/// is unknown.
pub fn receive(
    message: &Message,
    own: &[Feature],
    context: &mut Context<'_>,
) -> Result<(Event, Option<Message>), ProtocolError> {
    let message_type = message.message_type();
    let thid = message.thread_id();
    match (message_type.protocol.as_str(), message_type.major, message_type.name.as_str()) {
        ("discover-features", 2, "queries") => {
            let Queries { queries } = message.body()?;
            bounded(queries.iter().flat_map(|query| [&query.feature_type, &query.matching]))?;
            let disclosures =
                own.iter().filter(|feature| queries.iter().any(|query| query.matches(feature))).cloned().collect();
            let answer = build(&format!("{PROTOCOL}/disclosures"), &Disclosures { disclosures }, Some(thid), context)?;
            Ok((Event::QueriesReceived { queries }, Some(answer)))
        }
        ("discover-features", 1, "query") => {
            let Query1 { query: matching } = message.body()?;
            bounded([&matching])?;
            let protocols = own
                .iter()
                .filter(|feature| feature.feature_type == "protocol" && id_matches(&matching, &feature.id))
                .map(|feature| Protocol1 { pid: feature.id.clone(), roles: feature.roles.clone() })
                .collect();
            let answer = build(&format!("{PROTOCOL_1_0}/disclose"), &Disclose1 { protocols }, Some(thid), context)?;
            let queries = vec![Query { feature_type: "protocol".to_owned(), matching }];
            Ok((Event::QueriesReceived { queries }, Some(answer)))
        }
        ("discover-features", 2, "disclosures") => {
            let Disclosures { disclosures } = message.body()?;
            disclosed(thid, disclosures)
        }
        ("discover-features", 1, "disclose") => {
            let Disclose1 { protocols } = message.body()?;
            let disclosures = protocols
                .into_iter()
                .map(|protocol| Feature { roles: protocol.roles, ..Feature::protocol(&protocol.pid) })
                .collect();
            disclosed(thid, disclosures)
        }
        _ => Err(ProtocolError::incompatible(format!("{message_type} is no question about features"))),
    }
}

fn disclosed(thid: &str, disclosures: Vec<Feature>) -> Result<(Event, Option<Message>), ProtocolError> {
    bounded(
        disclosures.iter().flat_map(|feature| [&feature.feature_type, &feature.id].into_iter().chain(&feature.roles)),
    )?;
    Ok((Event::DisclosuresReceived { thid: thid.to_owned(), disclosures }, None))
}

fn bounded<'a>(texts: impl IntoIterator<Item = &'a String>) -> Result<(), ProtocolError> {
    let mut number = 0_usize;
    for text in texts {
        number = number.saturating_add(1);
        if number > MAX_ENTRIES.saturating_mul(3) || text.len() > MAX_TEXT_BYTES {
            return Err(ProtocolError::misbehaved("it names too many features, or too long ones"));
        }
    }
    Ok(())
}

fn build(
    type_uri: &str,
    body: &impl Serialize,
    thid: Option<&str>,
    context: &mut Context<'_>,
) -> Result<Message, ProtocolError> {
    let message = Message::build(type_uri, context.new_id(), body)
        .map_err(|error| ProtocolError::Unsendable(error.to_string()))?;
    Ok(match thid {
        Some(thid) => message.with_thread(Thread::of(thid)),
        None => message,
    })
}
