//! Connections, and the invitations of this wallet.

use jiff::{SignedDuration, Timestamp};
use serde_json::{Map, Value};
use vouchsafe_agent::connect::{AcceptRequest, CreateInvitation, InvitationAttachment};
use vouchsafe_agent::transport::address::{is_evidently_private, parse_endpoint};
use vouchsafe_protocols::connection::{Connection, Handshake};
use vouchsafe_protocols::out_of_band::{GOAL_ISSUE, OutOfBand};
use vouchsafe_store::{
    ConnectionFilter, ConnectionRow as StoredConnection, ExchangeFilter, HistoryFilter, InvitationFilter,
    Page as StorePage, Reader, StoreError,
};

use super::Profile;
use super::activity::entries;
use super::records::{connection, history_of, newest, record};
use super::wallet::{MAX_LABEL, Open};
use crate::commands::Answer;
use crate::qr;
use crate::view::app::ReachKind;
use crate::view::card::cut;
use crate::view::connections::{
    ConnectionPhase, ConnectionRef, ConnectionRow, ConnectionView, InvitationRow, InvitationState, InvitationView,
    NewInvitation, Side, facts, invitation_row, invitation_state, name_of, phase_of,
};
use crate::view::exchanges::ExchangeRow;
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
/// Invitations that the list knows of.
const INVITATIONS: u32 = 2_000;
/// The mark by which the agent knows that a person allowed a private address for whoever uses an invitation.
const PRIVATE_ALLOWED: &str = "private_address_allowed";
/// The longest that an invitation may be good for, in hours: ten years.
const MAX_HOURS: u32 = 24 * 3660;
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
            agent.accept_invitation(id, vouchsafe_agent::connect::AcceptInvitation::default()).await?;
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

    /// Invitations of this wallet, newest first.
    ///
    /// # Errors
    ///
    /// `wallet-locked`; what the store says.
    pub async fn invitations(&self, offset: u32, limit: u32) -> Answer<Page<InvitationRow>> {
        let agent = self.agent()?;
        let now = agent.now();
        agent
            .store()
            .read(move |reader| {
                let filter = InvitationFilter { role: Some("sender".to_owned()), ..InvitationFilter::default() };
                let all = reader.invitations(&filter, StorePage::newest(INVITATIONS))?;
                let total = u32::try_from(all.len()).unwrap_or(u32::MAX);
                let rows = all
                    .iter()
                    .skip(offset as usize)
                    .take(limit.min(MAX_ROWS) as usize)
                    .map(|row| {
                        let invitation: OutOfBand = record(&row.body)?;
                        let (waiting, used_by) = users(reader, &invitation)?;
                        let alias =
                            waiting.as_ref().or(used_by.as_ref()).and_then(|connection| connection.alias.clone());
                        Ok(invitation_row(
                            &invitation,
                            alias.as_deref(),
                            used_by.as_ref().map(ConnectionRef::from),
                            now,
                        ))
                    })
                    .collect::<Result<_, StoreError>>()?;
                Ok(Page { total, rows })
            })
            .await
            .map_err(|error: StoreError| Failure::from(error))
    }

    /// One invitation of this wallet, with its QR code.
    ///
    /// # Errors
    ///
    /// `not-found`, `wallet-locked`; what the store says.
    pub async fn invitation(&self, oob_id: &str) -> Answer<InvitationView> {
        let open = self.open()?;
        let invitation = open.agent.invitation(oob_id).await?;
        show(&open, invitation).await
    }

    /// Make an invitation.
    ///
    /// # Errors
    ///
    /// What cannot be used, `wallet-locked`; what the store says.
    pub async fn create_invitation(&self, invitation: NewInvitation) -> Answer<InvitationView> {
        self.invite(invitation, None).await
    }

    /// Make an invitation, with an offer in it if there is one.
    pub(super) async fn invite(&self, wanted: NewInvitation, offer: Option<&str>) -> Answer<InvitationView> {
        let open = self.open()?;
        let goal = wanted.goal.as_deref().map(str::trim).filter(|goal| !goal.is_empty()).map(|goal| cut(goal, 300));
        let expires_at = match wanted.expires_in_hours {
            None => None,
            Some(hours) if (1..=MAX_HOURS).contains(&hours) => {
                open.agent.now().checked_add(SignedDuration::from_hours(i64::from(hours))).ok()
            }
            Some(_) => {
                return Err(Failure::invalid(
                    "expiry-invalid",
                    "An invitation is good for at least an hour and at most ten years.",
                    "Choose another time.",
                ));
            }
        };
        let own_private = open
            .running
            .lock()
            .address()
            .and_then(|address| parse_endpoint(&address).ok())
            .is_some_and(|url| is_evidently_private(&url));
        let mut metadata = Map::new();
        // Who can use an invitation to a private address is on this computer or network too, and so is the way back.
        if own_private {
            metadata.insert(PRIVATE_ALLOWED.to_owned(), Value::Bool(true));
        }
        let created = CreateInvitation {
            alias: alias(wanted.alias.as_deref()),
            goal_code: wanted.for_issuing.then(|| GOAL_ISSUE.to_owned()),
            goal,
            handshake_protocols: vec![Handshake::DidExchange11, Handshake::DidExchange10, Handshake::Connections10],
            multi_use: wanted.multi_use,
            metadata,
            attachments: offer
                .map(|id| InvitationAttachment { id: id.to_owned(), kind: "credential-offer".to_owned() })
                .into_iter()
                .collect(),
            expires_at,
            ..CreateInvitation::default()
        };
        let invitation = open.agent.create_invitation(created).await?;
        show(&open, invitation).await
    }

    /// Delete an invitation.
    ///
    /// # Errors
    ///
    /// `not-found`, `wallet-locked`; what the store says.
    pub async fn delete_invitation(&self, oob_id: &str) -> Answer<()> {
        Ok(self.agent()?.delete_invitation(oob_id).await?)
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
    let rows = connections.iter().map(ConnectionRow::from).collect();
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
    let exchanges = reader
        .exchanges(&filter, newest(0, BESIDE))?
        .iter()
        .map(|row| Ok(ExchangeRow::of(&record(&row.body)?, Some(&name), now)))
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
        row: ConnectionRow::from(&connection),
    }))
}

/// The record that waits for an invitation's use, and the newest connection that came of it.
fn users(reader: &Reader<'_>, invitation: &OutOfBand) -> Result<(Option<Connection>, Option<Connection>), StoreError> {
    let filter =
        ConnectionFilter { invitation_msg_id: Some(invitation.invi_msg_id.clone()), ..ConnectionFilter::default() };
    let (mut waiting, mut used_by) = (None, None);
    for row in reader.connections(&filter, StorePage::newest(20))? {
        let slot = if row.state == "invitation-sent" { &mut waiting } else { &mut used_by };
        if slot.is_none() {
            *slot = Some(record(&row.body)?);
        }
    }
    Ok((waiting, used_by))
}

async fn show(open: &Open, invitation: OutOfBand) -> Answer<InvitationView> {
    let url = open.agent.invitation_url(&invitation.invitation);
    let looked_up = invitation.clone();
    let (waiting, used_by, offer) = open
        .agent
        .store()
        .read(move |reader| {
            let (waiting, used_by) = users(reader, &looked_up)?;
            let filter =
                ExchangeFilter { parent_thread_id: Some(looked_up.invi_msg_id.clone()), ..ExchangeFilter::default() };
            let offer = reader.exchanges(&filter, StorePage::newest(1))?.into_iter().next().map(|row| row.id);
            Ok((waiting, used_by, offer))
        })
        .await
        .map_err(|error: StoreError| Failure::from(error))?;
    let code = qr::encode(&url);
    let (label, kind, address) = {
        let running = open.running.lock();
        (running.kept.label.clone(), running.reach_kind(), running.address())
    };
    let state = match invitation_state(&invitation, open.agent.now()) {
        InvitationState::Waiting if used_by.is_some() => InvitationState::Used,
        state => state,
    };
    Ok(InvitationView {
        qr_modules: code.as_ref().map_or(0, |code| code.modules),
        qr_level: code.as_ref().map_or("", |code| code.level).to_owned(),
        qr_svg: code.map(|code| code.svg).unwrap_or_default(),
        url,
        label: invitation.invitation.label().map_or(label, str::to_owned),
        alias: waiting.or_else(|| used_by.clone()).and_then(|connection| connection.alias),
        goal: invitation.invitation.goal().map(str::to_owned),
        multi_use: invitation.multi_use,
        state,
        created_at: invitation.created_at.to_string(),
        expires_at: invitation.expires_at.map(|end| end.to_string()),
        connection: used_by.as_ref().map(ConnectionRef::from),
        exchange_id: offer,
        reach_sentence: match kind {
            ReachKind::Computer => "Only a wallet on this computer can use it. Choose another address in the settings to be reached from elsewhere.".to_owned(),
            ReachKind::Network => format!("Any wallet that reaches {} can use it.", address.unwrap_or_default()),
            ReachKind::None | ReachKind::Closed => "This wallet has no address, so nobody can answer. Choose one in the settings.".to_owned(),
        },
        oob_id: invitation.id,
    })
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
