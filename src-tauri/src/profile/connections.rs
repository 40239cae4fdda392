//! Connections.

use jiff::{SignedDuration, Timestamp};
use vouchsafe_agent::connect::{AcceptInvitation, AcceptRequest};
use vouchsafe_protocols::connection::Connection;
use vouchsafe_protocols::issue_credential::CredentialExchange;
use vouchsafe_store::{
    ConnectionFilter, ConnectionRow as StoredConnection, ExchangeFilter, HistoryFilter, Page as StorePage, Reader,
    StoreError,
};

use super::Profile;
use super::activity::entries;
use super::peers;
use super::records::{IdentityNames, connection, history_of, newest, record};
use super::wallet::MAX_LABEL;
use crate::commands::Answer;
use crate::view::card::cut;
use crate::view::connections::{ConnectionPhase, ConnectionRow, ConnectionView, Side, facts, name_of, phase_of};
use crate::view::exchanges::{ExchangeRow, credential_of};
use crate::view::strip::{Step, StepState, StripStep};
use crate::view::{Failure, ListQuery, MAX_ROWS, Page};

/// Connections that one search looks through; a desk that has more finds the rest by their exchanges.
const SEARCHED: u32 = 20_000;
/// The states of connections that somebody came to; `invitation-sent` is an invitation still.
const SHOWN: [&str; 7] = [
    "invitation-received",
    "request-sent",
    "request-received",
    "response-sent",
    "response-received",
    "completed",
    "abandoned",
];
/// Rows beside a connection.
const BESIDE: u32 = 50;

impl Profile {
    /// Connections, newest first. Those that wait for their first use are among the invitations.
    ///
    /// # Errors
    ///
    /// `wallet-locked`; what the store says.
    pub async fn connections(&self, query: ListQuery) -> Answer<Page<ConnectionRow>> {
        let agent = self.agent()?;
        agent.store().read(move |reader| list(reader, &query)).await.map_err(|error: StoreError| Failure::from(error))
    }

    /// One connection.
    ///
    /// # Errors
    ///
    /// `not-found`, `wallet-locked`; what the store says.
    pub async fn connection(&self, id: &str) -> Answer<ConnectionView> {
        let agent = self.agent()?;
        let (id, now) = (id.to_owned(), agent.now());
        let found = agent
            .store()
            .read(move |reader| view(reader, &id, now))
            .await
            .map_err(|error: StoreError| Failure::from(error))?;
        found.ok_or_else(|| Failure::not_found("connection"))
    }

    /// Let in who used an invitation of ours, or go on with one that was received.
    ///
    /// # Errors
    ///
    /// `not-now`, `wallet-locked`; what the store says.
    pub async fn accept_connection(&self, id: &str) -> Answer<()> {
        let agent = self.agent()?;
        if agent.connection(id).await?.rfc23_state() == "request-received" {
            agent.accept_request(id, AcceptRequest::default()).await?;
        } else {
            agent.accept_invitation(id, AcceptInvitation::default()).await?;
        }
        Ok(())
    }

    /// Give a connection the person's own name.
    ///
    /// # Errors
    ///
    /// `not-found`, `wallet-locked`; what the store says.
    pub async fn rename_connection(&self, id: &str, name: &str) -> Answer<()> {
        self.agent()?.rename_connection(id, alias(Some(name))).await?;
        Ok(())
    }

    /// Delete a connection.
    ///
    /// # Errors
    ///
    /// `not-found`, `wallet-locked`; what the store says.
    pub async fn delete_connection(&self, id: &str) -> Answer<()> {
        Ok(self.agent()?.delete_connection(id).await?)
    }
}

/// A person's own name for someone; an empty one is none.
pub(super) fn alias(name: Option<&str>) -> Option<String> {
    let name: String = name?.chars().filter(|character| !character.is_control()).take(MAX_LABEL).collect();
    let name = name.trim();
    (!name.is_empty()).then(|| name.to_owned())
}

fn list(reader: &Reader<'_>, query: &ListQuery) -> Result<Page<ConnectionRow>, StoreError> {
    let words: Vec<String> = query.query.to_lowercase().split_whitespace().take(8).map(str::to_owned).collect();
    let limit = query.limit.min(MAX_ROWS);
    // Without words a page is as deep as it is scrolled; with words every record is read.
    let depth = if words.is_empty() { query.offset.saturating_add(limit) } else { SEARCHED };
    let (mut total, mut found) = (0, Vec::new());
    for state in SHOWN {
        let filter = ConnectionFilter { state: Some(state.to_owned()), ..ConnectionFilter::default() };
        total += reader.count_connections(&filter)?;
        found.extend(reader.connections(&filter, StorePage::newest(depth))?);
    }
    found.sort_by_key(|row| std::cmp::Reverse(row.created_at));
    let mut connections = Vec::new();
    if words.is_empty() {
        for row in found.iter().skip(query.offset as usize).take(limit as usize) {
            connections.push(record::<Connection>(&row.body)?);
        }
    } else {
        for row in &found {
            let connection: Connection = record(&row.body)?;
            if fits(&connection, row, &words) {
                connections.push(connection);
            }
        }
        total = connections.len() as u64;
        connections = connections.into_iter().skip(query.offset as usize).take(limit as usize).collect();
    }
    let rows =
        connections.iter().map(|connection| peers::row(reader, connection)).collect::<Result<_, StoreError>>()?;
    Ok(Page { total: u32::try_from(total).unwrap_or(u32::MAX), rows })
}

fn fits(connection: &Connection, row: &StoredConnection, words: &[String]) -> bool {
    let text = [Some(name_of(connection)), connection.their_label.clone(), row.their_did.clone()]
        .into_iter()
        .flatten()
        .collect::<Vec<_>>()
        .join(" ")
        .to_lowercase();
    words.iter().all(|word| text.contains(word))
}

fn view(reader: &Reader<'_>, id: &str, now: Timestamp) -> Result<Option<ConnectionView>, StoreError> {
    let Some(connection) = connection(reader, Some(id))? else { return Ok(None) };
    let name = name_of(&connection);
    let filter = ExchangeFilter { connection_id: Some(id.to_owned()), ..ExchangeFilter::default() };
    let mut issuers = IdentityNames::default();
    let exchanges = reader
        .exchanges(&filter, newest(0, BESIDE))?
        .iter()
        .map(|row| {
            let exchange: CredentialExchange = record(&row.body)?;
            let credential = credential_of(&exchange);
            let issuer = issuers.of(reader, vouchsafe_credentials::issuer_of(&credential))?;
            Ok(ExchangeRow::of(&exchange, Some(&name), issuer.as_deref(), now))
        })
        .collect::<Result<_, StoreError>>()?;
    let filter = HistoryFilter { connection_id: Some(id.to_owned()), ..HistoryFilter::default() };
    let history = entries(reader, &reader.history(&filter, newest(0, BESIDE))?)?;
    let phase = phase_of(&connection);
    let completed =
        history_of(reader, id)?.iter().find(|line| line.what == "completed").map(|line| line.at.to_string());
    let unsent = reader.outbox_for_connection(id)?;
    let unreachable = unsent.iter().any(|message| message.last_error.is_some());
    let late = phase == ConnectionPhase::Connecting
        && now.duration_since(connection.updated_at) > SignedDuration::from_secs(10);
    let strip = vec![
        StripStep {
            step: Step::Invitation,
            state: StepState::Done,
            at: Some(connection.created_at.to_string()),
            whose_turn: Side::Nobody,
            late: false,
            sentence: "Invitation made or received".to_owned(),
        },
        StripStep {
            step: Step::Connected,
            state: match phase {
                ConnectionPhase::Connected => StepState::Done,
                ConnectionPhase::Failed => StepState::Failed,
                _ => StepState::Current,
            },
            at: match phase {
                ConnectionPhase::Connected => completed.or_else(|| Some(connection.updated_at.to_string())),
                ConnectionPhase::Failed => Some(connection.updated_at.to_string()),
                _ => None,
            },
            whose_turn: match phase {
                ConnectionPhase::Asking => Side::Us,
                ConnectionPhase::Invited | ConnectionPhase::Connecting => Side::Them,
                ConnectionPhase::Connected | ConnectionPhase::Failed => Side::Nobody,
            },
            late,
            sentence: match phase {
                ConnectionPhase::Connected => format!("Connected with {name}"),
                ConnectionPhase::Failed => "It ended here".to_owned(),
                ConnectionPhase::Asking => "Waiting for you".to_owned(),
                ConnectionPhase::Invited => "Waiting for the other wallet".to_owned(),
                ConnectionPhase::Connecting if unreachable => {
                    format!("{name} cannot be reached. What waits is sent again by itself, also after a restart.")
                }
                ConnectionPhase::Connecting => format!("Waiting for {name} to answer"),
            },
        },
    ];
    Ok(Some(ConnectionView {
        strip,
        facts: facts(&connection),
        problem: connection.error_msg.as_deref().map(|reason| cut(reason, 500)),
        exchanges,
        history,
        can_accept: phase == ConnectionPhase::Asking,
        exchanged: reader.peer_counts(id)?.into(),
        blocked_since: reader.blocked_since(id)?.map(|since| since.to_string()),
        look_alikes: peers::similar(reader, &name, Some(&connection))?,
        row: peers::row(reader, &connection)?,
    }))
}

#[cfg(test)]
mod tests {
    use super::alias;

    #[test]
    fn a_name_of_ones_own_is_one_bounded_line_or_none() {
        assert_eq!(alias(Some(" Alice\n")).as_deref(), Some("Alice"));
        assert_eq!(alias(Some("  ")), None);
        assert_eq!(alias(None), None);
        assert_eq!(alias(Some(&"x".repeat(500))).unwrap().len(), 100);
    }
}
