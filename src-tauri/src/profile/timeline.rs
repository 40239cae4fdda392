//! The timeline: read by what moved last, with the names that stand in it today.

use vouchsafe_protocols::issue_credential::CredentialExchange;
use vouchsafe_store::{ActivityFilter, ActivityRow, Reader, StoreError};

use super::Profile;
use super::activity::entries;
use super::records::{history_of, newest, record, reference, sources};
use crate::commands::Answer;
use crate::view::activity::{HistoryEntry, Outcome, Subject};
use crate::view::card::{Tint, cut};
use crate::view::connections::Side;
use crate::view::exchanges::{ExchangePhase, credential_of, phase_of};
use crate::view::timeline::{
    ActivityKind, RawMessage, RawMessages, TimelineDay, TimelinePage, TimelineQuery, TimelineRow, TimelineView, lines,
    milliseconds,
};
use crate::view::{Failure, Topic};

/// Messages of one exchange that are shown.
const MESSAGES: u32 = 100;
/// The longest search.
const MAX_WORDS: usize = 200;
/// The most that a clock is ahead of UTC, or behind, in minutes.
const MAX_OFFSET: i32 = 14 * 60;

impl Profile {
    /// The timeline, newest first.
    ///
    /// # Errors
    ///
    /// `wallet-locked`; what the store says.
    pub async fn timeline(&self, query: TimelineQuery) -> Answer<TimelinePage> {
        let agent = self.agent()?;
        agent.store().read(move |reader| page(reader, &query)).await.map_err(|error: StoreError| Failure::from(error))
    }

    /// One thing that history tells of.
    ///
    /// # Errors
    ///
    /// `not-found`, `wallet-locked`; what the store says.
    pub async fn timeline_entry(&self, id: &str) -> Answer<TimelineView> {
        let agent = self.agent()?;
        let (id, now) = (id.to_owned(), agent.now());
        let found = agent
            .store()
            .read(move |reader| view(reader, &id, now))
            .await
            .map_err(|error: StoreError| Failure::from(error))?;
        found.ok_or_else(|| Failure::not_found("entry"))
    }

    /// The messages of an exchange as they crossed.
    ///
    /// # Errors
    ///
    /// `wallet-locked`; what the store says.
    pub async fn raw_messages(&self, exchange_id: &str) -> Answer<RawMessages> {
        let open = self.open()?;
        let kept = open.running.lock().kept.keep_messages;
        let id = exchange_id.to_owned();
        let rows = open
            .agent
            .store()
            .read(move |reader| reader.kept_messages(&id, MESSAGES))
            .await
            .map_err(|error: StoreError| Failure::from(error))?;
        Ok(RawMessages { kept, messages: rows.into_iter().map(RawMessage::from).collect() })
    }

    /// Keep the messages of exchanges from now on, or keep none and delete those that were kept.
    ///
    /// # Errors
    ///
    /// `wallet-locked`; what the store says.
    pub async fn keep_messages(&self, on: bool) -> Answer<()> {
        let open = self.open()?;
        self.change_kept(&open, |kept| kept.keep_messages = on).await?;
        if !on {
            open.agent
                .store()
                .write(|tx| tx.forget_messages().map(drop))
                .await
                .map_err(|error: StoreError| Failure::from(error))?;
        }
        self.announcer.say([Topic::Settings, Topic::Activity]);
        Ok(())
    }
}

fn page(reader: &Reader<'_>, query: &TimelineQuery) -> Result<TimelinePage, StoreError> {
    let filter = ActivityFilter {
        kind: query.kind.map(|kind| kind.word().to_owned()),
        connection_id: query.connection_id.clone(),
        words: query.words.chars().take(MAX_WORDS).collect(),
    };
    let days: Vec<TimelineDay> = reader
        .activity_days(&filter, query.minutes.clamp(-MAX_OFFSET, MAX_OFFSET))?
        .into_iter()
        .map(|day| TimelineDay { day: day.day, count: u32::try_from(day.count).unwrap_or(u32::MAX) })
        .collect();
    let rows = reader
        .activity(&filter, newest(query.offset, query.limit))?
        .iter()
        .map(|found| row(reader, found).map(|(row, _)| row))
        .collect::<Result<_, _>>()?;
    Ok(TimelinePage { total: days.iter().map(|day| day.count).sum(), rows, days })
}

/// A row with its exchange, where it is one that is still here.
fn row(reader: &Reader<'_>, found: &ActivityRow) -> Result<(TimelineRow, Option<CredentialExchange>), StoreError> {
    let exchange = match found.subject.as_str() {
        "credential-exchange" => {
            reader.exchange(&found.subject_id)?.map(|row| record::<CredentialExchange>(&row.body)).transpose()?
        }
        _ => None,
    };
    let lines = reader.history_lines(found.last_line, 1)?;
    let last = entries(reader, &lines)?.into_iter().next();
    let connection = reference(reader, found.connection_id.as_deref())?;
    let name = match (&exchange, found.subject.as_str()) {
        (Some(exchange), _) => vouchsafe_credentials::Summary::of(&credential_of(exchange)).title,
        (None, "connection") => connection.as_ref().map(|connection| connection.name.clone()).unwrap_or_default(),
        (None, "credential") => {
            reader.credential(&found.subject_id)?.map_or_else(|| found.title.clone(), |row| row.title)
        }
        (None, "did") => {
            super::records::identity_name(reader, Some(&found.subject_id))?.unwrap_or_else(|| found.title.clone())
        }
        _ => found.title.clone(),
    };
    let turn = match exchange.as_ref().map(phase_of) {
        Some(ExchangePhase::Ours) => Side::Us,
        Some(ExchangePhase::Theirs) => Side::Them,
        _ => Side::Nobody,
    };
    let outcome = match (turn, last.as_ref().map(|entry| entry.outcome)) {
        (Side::Nobody, outcome) => outcome.unwrap_or(Outcome::Done),
        (_, Some(Outcome::Failed)) => Outcome::Failed,
        _ => Outcome::Waiting,
    };
    let tint = match &exchange {
        Some(exchange) => {
            Tint::of(vouchsafe_credentials::issuer_of(&credential_of(exchange)).unwrap_or(&found.subject_id))
        }
        None => Tint::of(found.connection_id.as_deref().unwrap_or(&found.subject_id)),
    };
    let made = TimelineRow {
        id: format!("{}:{}", found.subject, found.subject_id),
        kind: ActivityKind::of(&found.kind),
        subject: last.as_ref().map_or(Subject::Wallet, |entry| entry.subject),
        subject_id: found.subject_id.clone(),
        title: cut(&name, 120),
        sentence: last.map(|entry| entry.sentence).unwrap_or_default(),
        connection,
        outcome,
        turn,
        began_at: found.began_at.to_string(),
        at: found.last_at.to_string(),
        tint,
    };
    Ok((made, exchange))
}

fn view(reader: &Reader<'_>, id: &str, now: jiff::Timestamp) -> Result<Option<TimelineView>, StoreError> {
    let Some((subject, subject_id)) = id.split_once(':') else { return Ok(None) };
    let Some(found) = reader.activity_of(subject, subject_id)? else { return Ok(None) };
    let (made, exchange) = row(reader, &found)?;
    let rows = history_of(reader, subject_id)?;
    let told: Vec<HistoryEntry> = entries(reader, &rows)?;
    let (mut strip, mut waits, mut took) = (Vec::new(), None, None);
    if let Some(stored) = exchange.as_ref().map(|exchange| reader.exchange(&exchange.id)).transpose()?.flatten() {
        let sources = sources(reader, &stored, now)?;
        (strip, waits) = crate::view::exchanges::turn(&sources);
        if made.turn == Side::Nobody {
            took = Some(milliseconds(found.began_at, found.last_at));
        }
    }
    Ok(Some(TimelineView {
        strip,
        waits,
        took,
        here: exchange.is_some(),
        thread_id: exchange.as_ref().map(|exchange| exchange.thread_id.clone()),
        protocol: (subject == "credential-exchange").then(|| "https://didcomm.org/issue-credential/2.0".to_owned()),
        lines: lines(&rows, told, exchange.as_ref()),
        row: made,
    }))
}
