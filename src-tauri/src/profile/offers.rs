//! The offers inbox: several at once, in any order. Several are accepted in one go only where each was read, and none
//! after its time.

use std::collections::HashSet;

use vouchsafe_agent::Agent;
use vouchsafe_protocols::issue_credential::CredentialExchange;
use vouchsafe_store::{ExchangeFilter, HistoryFilter, Page as StorePage, Reader, StoreError};

use super::Profile;
use super::records::{Names, record};
use crate::commands::Answer;
use crate::view::card::cut;
use crate::view::offers::{AcceptedOffer, Arrival, OfferQuery, OfferRow, OfferState, OffersPage, expiry, state_of};
use crate::view::{Failure, MAX_ROWS, Topic};

/// The states of a holder's exchange that are not over.
const OPEN: [&str; 3] = ["offer-received", "request-sent", "credential-received"];
/// Those that are.
const CLOSED: [&str; 2] = ["done", "abandoned"];
/// Offers that are accepted in one go.
const TOGETHER: u32 = 50;
/// Until which line of history the person was told what has come.
const TOLD: &str = "arrivals_told";
/// Arrivals that are told in one go.
const ARRIVALS: u32 = 100;

impl Profile {
    /// The offers inbox, newest first.
    ///
    /// # Errors
    ///
    /// `wallet-locked`; what the store says.
    pub async fn offers(&self, query: OfferQuery) -> Answer<OffersPage> {
        let agent = self.agent()?;
        let now = agent.now();
        agent
            .store()
            .read(move |reader| page(reader, &query, now))
            .await
            .map_err(|error: StoreError| Failure::from(error))
    }

    /// The person has an offer open, all of it in sight.
    ///
    /// # Errors
    ///
    /// `wallet-locked`; what the store says.
    pub async fn open_offer(&self, id: &str) -> Answer<()> {
        let agent = self.agent()?;
        let (id, now) = (id.to_owned(), agent.now());
        let fresh = agent
            .store()
            .write(move |tx| {
                let fresh = tx.exchange_opened(&id)?.is_none();
                tx.open_exchange(&id, now)?;
                Ok::<_, StoreError>(fresh)
            })
            .await?;
        if fresh {
            self.announcer.say([Topic::Exchanges]);
        }
        Ok(())
    }

    /// Accept several offers that were read; each by itself, so that one which cannot be accepted keeps back none.
    ///
    /// # Errors
    ///
    /// `wallet-locked`.
    pub async fn accept_offers(&self, ids: Vec<String>) -> Answer<Vec<AcceptedOffer>> {
        let agent = self.agent()?;
        let mut accepted = Vec::new();
        let mut seen = HashSet::new();
        for id in ids.into_iter().take(TOGETHER as usize) {
            if !seen.insert(id.clone()) {
                continue;
            }
            let problem = match was_opened(&agent, &id).await {
                Ok(true) => self.accept_offer(&id).await.err(),
                Ok(false) => Some(Failure::new(
                    "offer-not-read",
                    "Not read yet",
                    "This offer was not opened yet, so it was not accepted with the others.",
                    "Open it, read its values, and accept it then.",
                )),
                Err(failure) => Some(failure),
            };
            accepted.push(AcceptedOffer { id, problem });
        }
        Ok(accepted)
    }

    /// Refuse to accept what no longer counts.
    ///
    /// # Errors
    ///
    /// `offer-expired`, `not-found`, `wallet-locked`; what the store says.
    pub(super) async fn still_counts(&self, id: &str) -> Answer<()> {
        let agent = self.agent()?;
        let exchange = agent.exchange(id).await?;
        if expiry(&exchange).is_some_and(|end| end <= agent.now()) {
            return Err(Failure::new(
                "offer-expired",
                "The offer has run out",
                "The issuer made this offer for a certain time, and that is over.",
                "Decline it with a word that you want a new one, or ask the issuer for it.",
            ));
        }
        Ok(())
    }

    /// What has come since the person was last told, told once. A wallet that was never asked begins with now.
    ///
    /// # Errors
    ///
    /// `wallet-locked`; what the store says.
    pub async fn take_arrivals(&self) -> Answer<Vec<Arrival>> {
        let agent = self.agent()?;
        let fresh = agent.store().read(since_told).await.map_err(|error: StoreError| Failure::from(error))?;
        let Some((last, arrivals)) = fresh else { return Ok(Vec::new()) };
        agent
            .store()
            .write(move |tx| tx.put_setting(TOLD, &last))
            .await
            .map_err(|error: StoreError| Failure::from(error))?;
        Ok(arrivals)
    }
}

async fn was_opened(agent: &Agent, id: &str) -> Answer<bool> {
    let id = id.to_owned();
    agent
        .store()
        .read(move |reader| Ok::<_, StoreError>(reader.exchange_opened(&id)?.is_some()))
        .await
        .map_err(Failure::from)
}

/// The newest line that the person is told of now, with what it brings; `None` where there is nothing new.
fn since_told(reader: &Reader<'_>) -> Result<Option<(i64, Vec<Arrival>)>, StoreError> {
    let newest = reader.history(&HistoryFilter::default(), StorePage::newest(1))?.first().map_or(0, |line| line.id);
    let Some(told) = reader.setting::<i64>(TOLD)? else { return Ok(Some((newest, Vec::new()))) };
    if newest <= told {
        return Ok(None);
    }
    let mut arrivals = Vec::new();
    let mut names = Names::default();
    let lines = reader.history(&HistoryFilter::default(), StorePage::newest(ARRIVALS))?;
    for line in lines.iter().filter(|line| line.id > told && line.what == "done" && line.who == "us") {
        let Some(credential) = reader.credential_by_exchange(&line.subject_id)? else { continue };
        let other = names.of(reader, line.connection_id.as_deref())?;
        arrivals.push(Arrival {
            exchange_id: line.subject_id.clone(),
            credential_id: credential.record_id,
            title: cut(&credential.title, 120),
            other: other.map(|connection| connection.name),
        });
    }
    Ok(Some((newest, arrivals)))
}

fn page(reader: &Reader<'_>, query: &OfferQuery, now: jiff::Timestamp) -> Result<OffersPage, StoreError> {
    let states: &[&str] = if query.closed { &CLOSED } else { &OPEN };
    let limit = query.limit.min(MAX_ROWS);
    let reach = query.offset.saturating_add(limit);
    let mut found = Vec::new();
    for state in states {
        found.extend(reader.exchanges(&of_state(state), StorePage::newest(reach))?);
    }
    found.sort_by_key(|row| std::cmp::Reverse(row.created_at));
    let counts = reader.exchange_counts()?;
    let count = |states: &[&str]| -> u32 {
        let all = counts.iter().filter(|count| count.role == "holder" && states.contains(&count.state.as_str()));
        u32::try_from(all.map(|count| count.count).sum::<u64>()).unwrap_or(u32::MAX)
    };
    let (open, closed) = (count(&OPEN), count(&CLOSED));
    let mut names = Names::default();
    let rows = found
        .iter()
        .skip(query.offset as usize)
        .take(limit as usize)
        .map(|row| offer(reader, &mut names, &row.body, now))
        .collect::<Result<Vec<_>, _>>()?;
    let read = reader
        .opened_offers(TOGETHER)?
        .iter()
        .map(|row| offer(reader, &mut names, &row.body, now))
        .filter(|row| row.as_ref().map_or(true, |row| row.state == OfferState::Waiting))
        .collect::<Result<Vec<_>, _>>()?;
    Ok(OffersPage { total: if query.closed { closed } else { open }, rows, open, closed, read })
}

fn of_state(state: &str) -> ExchangeFilter {
    ExchangeFilter { role: Some("holder".to_owned()), state: Some(state.to_owned()), ..ExchangeFilter::default() }
}

fn offer(reader: &Reader<'_>, names: &mut Names, body: &str, now: jiff::Timestamp) -> Result<OfferRow, StoreError> {
    let exchange: CredentialExchange = record(body)?;
    let connection = names.of(reader, exchange.connection_id.as_deref())?;
    let unsent = reader.outbox_for_exchange(&exchange.id)?;
    let declined = exchange.state.is_abandoned() && ended_by_person(reader, &exchange.id)?;
    let opened = reader.exchange_opened(&exchange.id)?.is_some();
    let state = state_of(&exchange, &unsent, declined, now);
    Ok(OfferRow::of(&exchange, connection.as_ref(), state, opened))
}

fn ended_by_person(reader: &Reader<'_>, id: &str) -> Result<bool, StoreError> {
    let filter = HistoryFilter {
        subject: Some("credential-exchange".to_owned()),
        subject_id: Some(id.to_owned()),
        ..HistoryFilter::default()
    };
    let lines = reader.history(&filter, StorePage::newest(5))?;
    Ok(lines.iter().any(|line| line.what == "abandoned" && line.who == "person"))
}
