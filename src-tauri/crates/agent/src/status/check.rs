//! The holder's side: how each credential stands, read at storing, by schedule and on demand. One fetch serves all
//! credentials of a list. What cannot be read changes nothing: the last known state stays, with its time.

use std::collections::HashMap;
use std::time::Duration;

use futures::{StreamExt as _, stream};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use vouchsafe_credentials::status::{EntryStatus, Standing, StatusEntry, StatusProblem, StatusState, entries_of};
use vouchsafe_credentials::{Verification, issuer_of};
use vouchsafe_store::{CredentialRow, HeldStatus};

use super::fetch::ReadList;
use crate::Agent;
use crate::cheqd::Freshness;
use crate::error::{AgentError, Result};
use crate::event::Event;
use crate::unit::{History, Unit, Who};

/// A status is read again after this time while the wallet runs.
const VALID_FOR: SignedDuration = SignedDuration::from_hours(6);
/// How often it is looked whether one is due. What could not be read is tried again then.
const EVERY: Duration = Duration::from_mins(30);
/// Credentials of one round.
const ROUND: u32 = 10_000;
/// Credentials that are read and written together.
const TOGETHER: usize = 200;
/// Lists that are fetched at the same time.
const AT_ONCE: usize = 8;

/// How a credential stands, as far as it is known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CredentialStatus {
    /// The state.
    pub state: StatusState,
    /// When the list that says so was read; none if it never was, or there is none.
    pub checked_at: Option<Timestamp>,
    /// Why, as a clause.
    pub detail: String,
}

/// What came of reading many.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct StatusRound {
    /// Credentials that were looked at.
    pub looked_at: u64,
    /// Of these, whose state changed.
    pub changed: u64,
    /// Of these, whose list could not be read or believed.
    pub unread: u64,
}

impl CredentialStatus {
    /// As it is kept with a credential.
    pub fn of_row(row: &HeldStatus) -> Self {
        let state = match row.state.as_str() {
            "valid" => StatusState::Valid,
            "suspended" => StatusState::Suspended,
            "revoked" => StatusState::Revoked,
            "" => StatusState::NotTracked,
            _ => StatusState::Unknown,
        };
        let detail = if row.state.is_empty() { "its issuer cannot revoke it".to_owned() } else { row.detail.clone() };
        Self { state, checked_at: row.checked_at, detail }
    }

    /// As it is to be kept.
    pub(crate) fn to_row(&self) -> HeldStatus {
        let word = match self.state {
            StatusState::Valid => "valid",
            StatusState::Suspended => "suspended",
            StatusState::Revoked => "revoked",
            StatusState::Unknown => "unknown",
            StatusState::NotTracked => return HeldStatus::default(),
        };
        HeldStatus { state: word.to_owned(), checked_at: self.checked_at, detail: self.detail.clone() }
    }

    /// Nothing was looked up.
    pub(crate) fn unread() -> Self {
        Self { state: StatusState::NotTracked, checked_at: None, detail: String::new() }
    }

    fn standing(&self) -> Standing {
        Standing { state: self.state, detail: self.detail.clone() }
    }

    /// Notes it in a verification; what was never read leaves the check open.
    pub(crate) fn note_in(&self, verification: &mut Verification) {
        match self.checked_at {
            Some(at) => verification.set_status(&self.standing(), at),
            None if self.state == StatusState::NotTracked => {}
            None => verification.set_status(&Standing::unknown(self.detail.clone()), Timestamp::UNIX_EPOCH),
        }
    }

    /// What is known after `found` was seen: a look in vain leaves what was known before.
    fn then(self, found: Self) -> Self {
        let known = matches!(self.state, StatusState::Valid | StatusState::Suspended | StatusState::Revoked);
        if found.state != StatusState::Unknown || !known {
            return found;
        }
        let said = match self.state {
            StatusState::Suspended => "its issuer has suspended it",
            StatusState::Revoked => "its issuer has revoked it",
            _ => "its issuer lets it stand",
        };
        Self { detail: format!("{said}; since then it could not be looked up: {}", found.detail), ..self }
    }
}

/// A list's URL and the issuer whose credential names it.
type Named = (String, String);

fn named(entry: &StatusEntry, credential: &Value) -> Named {
    (entry.list.clone(), issuer_of(credential).unwrap_or_default().to_owned())
}

/// The lists that were read for many credentials, each once, or why they could not be.
#[derive(Default)]
pub(crate) struct Lists {
    read: HashMap<Named, std::result::Result<ReadList, String>>,
}

impl Lists {
    fn status_of(&self, credential: &Value) -> CredentialStatus {
        let mut found: Vec<std::result::Result<EntryStatus, StatusProblem>> = Vec::new();
        let (mut checked_at, mut unread): (Option<Timestamp>, Option<String>) = (None, None);
        for entry in entries_of(credential) {
            match entry.map(|entry| (self.read.get(&named(&entry, credential)), entry)) {
                Err(problem) => found.push(Err(problem)),
                Ok((Some(Ok((list, at))), entry)) => {
                    checked_at = Some(checked_at.map_or(*at, |before| before.min(*at)));
                    found.push(list.status_of(&entry));
                }
                Ok((Some(Err(reason)), _)) => unread = Some(reason.clone()),
                Ok((None, _)) => unread = Some("its status list was not read".to_owned()),
            }
        }
        let standing =
            if found.is_empty() && unread.is_some() { Standing::unknown(String::new()) } else { Standing::of(&found) };
        let (state, detail) = match (standing.state, unread) {
            // One list says no: another that cannot be read makes it no better.
            (StatusState::Valid | StatusState::Unknown, Some(reason)) => (StatusState::Unknown, reason),
            (state, _) => (state, standing.detail),
        };
        let checked_at = checked_at.filter(|_| !matches!(state, StatusState::Unknown | StatusState::NotTracked));
        CredentialStatus { state, checked_at, detail }
    }
}

impl Agent {
    /// How a credential stands, from lists as fresh as that.
    pub(crate) async fn status_of(
        &self,
        credential: &Value,
        lists: &mut Lists,
        freshness: Freshness,
    ) -> CredentialStatus {
        self.read_lists(std::iter::once(credential), lists, freshness).await;
        lists.status_of(credential)
    }

    /// Reads the lists that credentials name and that were not read yet, each once and some at a time: a host that does
    /// not answer holds up only those who wait for it.
    async fn read_lists(&self, credentials: impl Iterator<Item = &Value>, lists: &mut Lists, freshness: Freshness) {
        let mut wanted: Vec<Named> = Vec::new();
        for credential in credentials {
            for entry in entries_of(credential).into_iter().flatten() {
                let named = named(&entry, credential);
                if !lists.read.contains_key(&named) && !wanted.contains(&named) {
                    wanted.push(named);
                }
            }
        }
        let reading = wanted.into_iter().map(|named| async move {
            let read = self.read_status_list(&named.0, &named.1, freshness).await;
            (named, read)
        });
        lists.read.extend(stream::iter(reading).buffer_unordered(AT_ONCE).collect::<Vec<_>>().await);
    }

    /// How a held credential stands: asks its issuer's lists now. If they cannot be read, what was known last stays,
    /// and the detail says so.
    ///
    /// # Errors
    /// [`AgentError::NotFound`]; what the store says.
    pub async fn check_status(&self, record_id: &str) -> Result<CredentialStatus> {
        let row = self.credential(record_id).await?;
        let mut lists = Lists::default();
        let found = self.status_of(&row.cred, &mut lists, Freshness::Now).await;
        let status = CredentialStatus::of_row(&row.status).then(found);
        self.keep_statuses(vec![(row, status.clone())]).await?;
        Ok(status)
    }

    /// Reads the status of every held credential that was last read longer ago than `older_than`; those that are
    /// revoked for good are left alone.
    ///
    /// # Errors
    /// What the store says.
    pub async fn check_statuses(&self, older_than: SignedDuration) -> Result<StatusRound> {
        let before = self.now().saturating_sub(older_than).unwrap_or(Timestamp::MIN);
        let due = self.look(move |reader| Ok(reader.status_due(before, "revoked", ROUND)?)).await?;
        let mut lists = Lists::default();
        let mut round = StatusRound::default();
        let stop = self.stopping();
        for ids in due.chunks(TOGETHER) {
            if stop.is_cancelled() {
                break;
            }
            let ids = ids.to_vec();
            let rows = self
                .look(move |reader| {
                    let rows: std::result::Result<Vec<_>, _> = ids.iter().map(|id| reader.credential(id)).collect();
                    Ok(rows?)
                })
                .await?;
            let rows: Vec<CredentialRow> = rows.into_iter().flatten().collect();
            self.read_lists(rows.iter().map(|row| &row.cred), &mut lists, Freshness::Now).await;
            let mut seen = Vec::new();
            for row in rows {
                let found = lists.status_of(&row.cred);
                round.looked_at += 1;
                round.unread += u64::from(found.state == StatusState::Unknown);
                let status = CredentialStatus::of_row(&row.status).then(found);
                seen.push((row, status));
            }
            round.changed += self.keep_statuses(seen).await?;
        }
        Ok(round)
    }

    /// Keeps what was seen, with the verification that shows it; how many states changed.
    async fn keep_statuses(&self, seen: Vec<(CredentialRow, CredentialStatus)>) -> Result<u64> {
        let committed = self
            .commit(move |unit| {
                let mut changed = 0;
                for (row, status) in seen {
                    changed += u64::from(keep(unit, row, &status)?);
                }
                Ok::<_, AgentError>(changed)
            })
            .await?;
        Ok(self.settle(committed).await)
    }
}

fn keep(unit: &mut Unit<'_>, row: CredentialRow, status: &CredentialStatus) -> Result<bool> {
    let kept = status.to_row();
    if kept == row.status {
        return Ok(false);
    }
    let verification = match serde_json::from_value::<Verification>(row.verification.clone()) {
        Ok(mut verification) => {
            status.note_in(&mut verification);
            serde_json::to_value(&verification).unwrap_or(row.verification)
        }
        Err(_) => row.verification,
    };
    if !unit.tx().set_credential_status(&row.record_id, &kept, &verification)? || kept.state == row.status.state {
        return Ok(false);
    }
    unit.history(History {
        subject: "credential",
        subject_id: &row.record_id,
        connection_id: row.connection_id.as_deref(),
        who: Who::Them,
        what: match status.state {
            StatusState::Revoked => "revoked",
            StatusState::Suspended => "suspended",
            StatusState::Valid => "status-valid",
            StatusState::Unknown | StatusState::NotTracked => "status-unknown",
        },
        outcome: &status.detail,
    })?;
    unit.tell(Event::CredentialStatus { record_id: row.record_id, state: status.state })?;
    Ok(true)
}

/// Reads by schedule, until the agent stops.
pub(crate) async fn watch(agent: Agent) {
    let stop = agent.stopping();
    loop {
        tokio::select! {
            () = stop.cancelled() => return,
            round = agent.check_statuses(VALID_FOR) => match round {
                Ok(StatusRound { looked_at: 0, .. }) => {}
                Ok(round) => tracing::info!(?round, "the status of held credentials was read"),
                Err(error) => tracing::warn!(%error, "the status of held credentials could not be read"),
            },
        }
        tokio::select! {
            () = stop.cancelled() => return,
            () = tokio::time::sleep(EVERY) => {}
        }
    }
}
