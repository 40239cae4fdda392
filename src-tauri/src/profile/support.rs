//! A report for somebody who helps: steps, times, states, protocols, error codes and versions, and nothing else. Every
//! id is a tag that is salted anew for each report, so that what belongs together shows and nothing can be looked up.
//! No name, DID, key, address, reason or claim goes in: the report is put together from words of this program's own,
//! never by leaving out of a record what should not be seen.

use std::collections::BTreeMap;

use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use uuid::Uuid;
use vouchsafe_protocols::connection::Connection;
use vouchsafe_protocols::issue_credential::CredentialExchange;
use vouchsafe_store::{ActivityFilter, ActivityRow, HistoryRow, OutboxRow, Page, Reader, StoreError};

use super::Profile;
use super::records::{connection, history_of, record};
use crate::commands::Answer;
use crate::view::Failure;
use crate::view::card::is_practice;
use crate::view::exchanges::credential_of;
use crate::view::offers::{Delivery, expiry};
use crate::view::timeline::milliseconds;

/// What one report tells of at most.
const AT_MOST: u32 = 500;
/// Words that lines of history, states and codes are made of; anything else is a person's or a peer's own.
const MAX_WORD: usize = 60;
/// The error codes that this program and its protocols have; others are said to be there and not repeated.
const CODES: [&str; 12] = [
    "issuance-abandoned",
    "credential-not-verified",
    "credential-taken-back",
    "message-parse-failure",
    "request_not_accepted",
    "request_processing_error",
    "response_not_accepted",
    "response_processing_error",
    "complete_rejected",
    "invalid-request",
    "offer-not-accepted",
    "abandoned",
];

/// Tags in place of ids.
struct Tags {
    salt: [u8; 16],
}

impl Tags {
    fn new() -> Self {
        Self { salt: Uuid::new_v4().into_bytes() }
    }

    fn of(&self, kind: &str, id: &str) -> String {
        let mut hash = Sha256::new();
        hash.update(self.salt);
        hash.update(kind.as_bytes());
        hash.update([0]);
        hash.update(id.as_bytes());
        let digest: Vec<String> = hash.finalize().iter().take(5).map(|byte| format!("{byte:02x}")).collect();
        format!("{kind}-{}", digest.concat())
    }
}

impl Profile {
    /// The report, about one thing of the timeline or about all that it has.
    ///
    /// # Errors
    ///
    /// `not-found`, `wallet-locked`; what the store says.
    pub async fn support_report(&self, id: Option<String>) -> Answer<String> {
        let agent = self.agent()?;
        let (now, endpoints) = (agent.now(), agent.config().endpoints.len());
        let found = agent
            .store()
            .read(move |reader| report(reader, id.as_deref(), now, endpoints))
            .await
            .map_err(|error: StoreError| Failure::from(error))?;
        let report = found.ok_or_else(|| Failure::not_found("entry"))?;
        Ok(serde_json::to_string_pretty(&report).unwrap_or_default())
    }
}

fn report(
    reader: &Reader<'_>,
    id: Option<&str>,
    now: jiff::Timestamp,
    endpoints: usize,
) -> Result<Option<Value>, StoreError> {
    let rows = match id.map(|id| id.split_once(':')) {
        None => reader.activity(&ActivityFilter::default(), Page::newest(AT_MOST))?,
        Some(None) => return Ok(None),
        Some(Some((subject, id))) => match reader.activity_of(subject, id)? {
            Some(row) => vec![row],
            None => return Ok(None),
        },
    };
    let tags = Tags::new();
    let chain = reader.history_chain()?;
    let counts: BTreeMap<String, u64> = reader
        .exchange_counts()?
        .into_iter()
        .map(|count| (format!("{} {}", word(&count.role), word(&count.state)), count.count))
        .collect();
    let told = rows.iter().map(|row| entry(reader, &tags, row)).collect::<Result<Vec<_>, _>>()?;
    Ok(Some(json!({
        "report": "vouchsafe-support-1",
        "made": now.to_string(),
        "program": {
            "vouchsafe": env!("CARGO_PKG_VERSION"),
            "system": std::env::consts::OS,
            "processor": std::env::consts::ARCH,
        },
        "protocols": vouchsafe_agent::PROTOCOLS,
        "reachable": endpoints > 0,
        "history": {
            "lines": chain.lines + chain.before,
            "chained": chain.lines,
            "unbroken": chain.broken_at.is_none(),
        },
        "exchanges": counts,
        "entries": told,
    })))
}

fn entry(reader: &Reader<'_>, tags: &Tags, row: &ActivityRow) -> Result<Value, StoreError> {
    let history = history_of(reader, &row.subject_id)?;
    let exchange = match row.subject.as_str() {
        "credential-exchange" => {
            reader.exchange(&row.subject_id)?.map(|row| record::<CredentialExchange>(&row.body)).transpose()?
        }
        _ => None,
    };
    let connection = connection(reader, row.connection_id.as_deref())?;
    Ok(json!({
        "kind": row.kind,
        "tag": tags.of(&row.kind, &row.subject_id),
        "began": row.began_at.to_string(),
        "moved": row.last_at.to_string(),
        "connection": connection.as_ref().map(|connection| told_connection(tags, connection)),
        "exchange": exchange.as_ref().map(|exchange| told_exchange(tags, exchange)),
        "steps": steps(&history),
        "undelivered": match &exchange {
            Some(exchange) => reader.outbox_for_exchange(&exchange.id)?.iter().map(undelivered).collect(),
            None => Vec::new(),
        },
    }))
}

fn told_connection(tags: &Tags, connection: &Connection) -> Value {
    json!({
        "tag": tags.of("connection", &connection.id),
        "state": connection.rfc23_state(),
        "handshake": connection.protocol.map(|protocol| protocol.to_string()),
        "addressed": connection.their.as_ref().is_some_and(|their| their.endpoint.is_some()),
    })
}

fn told_exchange(tags: &Tags, exchange: &CredentialExchange) -> Value {
    let issuer = vouchsafe_credentials::issuer_of(&credential_of(exchange))
        .map(|did| json!({ "tag": tags.of("did", did), "method": method(did), "practice": is_practice(did) }));
    let messages: Vec<Value> = [
        ("proposal", exchange.cred_proposal()),
        ("offer", exchange.cred_offer()),
        ("request", exchange.cred_request()),
        ("credential", exchange.cred_issue()),
    ]
    .into_iter()
    .filter_map(|(name, message)| {
        message.map(|message| json!({ "message": name, "tag": tags.of("message", message.id()), "bytes": message.to_bytes().len() }))
    })
    .collect();
    json!({
        "protocol": "https://didcomm.org/issue-credential/2.0",
        "state": exchange.state_word(),
        "thread": tags.of("thread", &exchange.thread_id),
        "connectionless": exchange.connection_id.is_none(),
        "expires": expiry(exchange).map(|end| end.to_string()),
        "issuer": issuer,
        "messages": messages,
        "error": exchange.error_msg.as_deref().map(code),
    })
}

/// A DID's method, where it is one that this program knows.
fn method(did: &str) -> &'static str {
    let method = did.strip_prefix("did:").and_then(|rest| rest.split(':').next()).unwrap_or_default();
    ["key", "peer", "web", "jwk", "cheqd", "sov"].into_iter().find(|known| *known == method).unwrap_or("other")
}

/// The code that a reason begins with, where it is one of this program's or its protocols'.
fn code(reason: &str) -> &'static str {
    let first = reason.split(':').next().unwrap_or_default().trim();
    CODES.into_iter().find(|code| *code == first).unwrap_or("other")
}

fn steps(history: &[HistoryRow]) -> Vec<Value> {
    let mut before = None;
    history
        .iter()
        .map(|line| {
            let after = before.map(|before| milliseconds(before, line.at));
            before = Some(line.at);
            json!({
                "at": line.at.to_string(),
                "after_ms": after,
                "who": word(&line.who),
                "what": word(&line.what),
                // A reason may be anybody's own words.
                "reason": if line.outcome.is_empty() { None } else { Some(code(&line.outcome)) },
            })
        })
        .collect()
}

fn undelivered(row: &OutboxRow) -> Value {
    let delivery = Delivery::from(row);
    json!({
        "state": delivery.state,
        "since": delivery.since,
        "attempts": delivery.attempts,
        "next": delivery.next_at,
        "trouble": delivery.trouble,
    })
}

/// A word of this program's own; what does not look like one is not repeated.
fn word(text: &str) -> &str {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte == b'-' || byte == b'_';
    if text.len() <= MAX_WORD && text.bytes().all(plain) { text } else { "other" }
}

#[cfg(test)]
mod tests {
    use super::{Tags, code, method, word};

    #[test]
    fn nobodys_own_words_go_into_a_report() {
        assert_eq!(
            (word("offer-received"), word("Ada Berg"), word("did:key:z6Mk")),
            ("offer-received", "other", "other")
        );
        assert_eq!(code("credential-not-verified: Ada's signature"), "credential-not-verified");
        assert_eq!(code("my name is Ada"), "other");
        assert_eq!((method("did:key:z6Mk"), method("did:ada:1")), ("key", "other"));
    }

    #[test]
    fn a_tag_says_what_belongs_together_and_nothing_outside_of_its_report() {
        let (one, other) = (Tags::new(), Tags::new());
        assert_eq!(one.of("did", "did:key:z6Mk"), one.of("did", "did:key:z6Mk"));
        assert_ne!(one.of("did", "did:key:z6Mk"), other.of("did", "did:key:z6Mk"));
    }
}
