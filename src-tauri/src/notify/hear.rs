//! What of a wallet's events is worth a notification. Events come in floods, and many are over a moment later because
//! the wallet takes the next step by itself: they are gathered, and what still waits then is told.

use std::collections::{HashMap, HashSet};
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::broadcast::error::RecvError;
use vouchsafe_agent::runs::Run;
use vouchsafe_agent::{Agent, Event};
use vouchsafe_protocols::issue_credential::{State, holder, issuer};
use vouchsafe_store::{Page, Reader, StoreError};

use super::notice::{Kind, Notice};
use crate::profile::stuck;
use crate::view::desktop::{OpenedKind, Place};

/// What is under way gets this long to be over by itself.
const GATHER: Duration = Duration::from_millis(1200);
/// Things of one kind that are looked at in one go; who gets more than this looks at the list.
const MOST: usize = 100;
/// Runs that are looked at, the newest.
const RUNS: u32 = 8;
/// Exchanges remembered as told.
const TOLD: usize = 4096;

/// Listens to a wallet until it stops, and tells what came in.
pub async fn hear(agent: Agent, tell: impl Fn(Vec<Notice>)) {
    let mut events = agent.subscribe();
    let mut known = Known::of(&agent).await;
    let mut pending = Pending::default();
    loop {
        match events.recv().await {
            Ok(event) => pending.take(&event),
            Err(RecvError::Lagged(_)) => {}
            Err(RecvError::Closed) => return,
        }
        if pending.is_empty() {
            continue;
        }
        let settled = tokio::time::sleep(GATHER);
        tokio::pin!(settled);
        loop {
            tokio::select! {
                () = &mut settled => break,
                event = events.recv() => match event {
                    Ok(event) => pending.take(&event),
                    Err(RecvError::Lagged(_)) => {}
                    Err(RecvError::Closed) => return,
                },
            }
        }
        let pending = std::mem::take(&mut pending);
        match known.settle(&agent, pending).await {
            Ok(notices) => tell(notices),
            Err(error) => tracing::info!(%error, "what came in was not notified"),
        }
    }
}

/// What may be worth telling in a moment.
#[derive(Debug, Default, PartialEq, Eq)]
struct Pending {
    /// Exchanges that wait for the person.
    exchanges: Vec<String>,
    /// Credentials, each with the exchange that brought it.
    credentials: Vec<(String, String)>,
    /// Connections that ask to be let in.
    connections: Vec<String>,
    /// Connections that wrote.
    messages: Vec<String>,
    runs: bool,
    ledger: bool,
}

impl Pending {
    fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    fn take(&mut self, event: &Arc<Event>) {
        match &**event {
            Event::CredentialExchange(exchange) if waits(&exchange.state) && !exchange.auto_issue => {
                add(&mut self.exchanges, exchange.id.clone());
            }
            Event::CredentialStored { exchange_id, record_id } => {
                add(&mut self.credentials, (record_id.clone(), exchange_id.clone()));
            }
            Event::Connection(connection) => add(&mut self.connections, connection.id.clone()),
            Event::BasicMessage { connection_id, .. } if self.messages.len() < MOST => {
                self.messages.push(connection_id.clone());
            }
            Event::Runs => self.runs = true,
            Event::Dids | Event::IssuedStatus { .. } => self.ledger = true,
            _ => {}
        }
    }
}

/// Once, and not without bound.
fn add<T: PartialEq>(list: &mut Vec<T>, one: T) {
    if list.len() < MOST && !list.contains(&one) {
        list.push(one);
    }
}

/// Whether a step waits for the person, as far as the record tells.
fn waits(state: &State) -> bool {
    match state {
        State::Holder(state) => matches!(state, holder::State::OfferReceived(_)),
        State::Issuer(state) => {
            matches!(state, issuer::State::RequestReceived(_) | issuer::State::ProposalReceived(_))
        }
    }
}

/// What an exchange that stands so waits for; `None` where it does not wait for the person.
fn kind_of(role: &str, state: &str) -> Option<Kind> {
    match (role, state) {
        ("holder", "offer-received") => Some(Kind::Offer),
        ("issuer", "request-received" | "proposal-received") => Some(Kind::Request),
        _ => None,
    }
}

/// What was there before, so that only what is new is told.
#[derive(Debug, Default)]
struct Known {
    /// Exchanges that were told, by id and kind.
    told: HashSet<(String, Kind)>,
    /// Connections that were told.
    asked: HashSet<String>,
    runs: HashMap<i64, Standing>,
    stuck: u32,
}

/// How a run stands, as far as it is worth telling.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Standing {
    Going,
    Stopped,
    Over,
}

impl Standing {
    fn of(run: &Run) -> Self {
        match run.row.state.as_str() {
            // The person ended it: they know.
            "cancelled" => Self::Going,
            _ if run.is_over() => Self::Over,
            _ if !run.row.trouble.is_empty() => Self::Stopped,
            _ => Self::Going,
        }
    }
}

impl Known {
    async fn of(agent: &Agent) -> Self {
        let mut known = Self::default();
        if let Ok((_, runs)) = agent.runs(Page::newest(RUNS)).await {
            known.runs = runs.iter().map(|run| (run.row.id, Standing::of(run))).collect();
        }
        known.stuck = agent.store().read(stuck).await.unwrap_or_default();
        known
    }

    /// What of it still waits, and was not told before.
    async fn settle(&mut self, agent: &Agent, pending: Pending) -> Result<Vec<Notice>, StoreError> {
        let Pending { exchanges, credentials, connections, messages, runs, ledger } = pending;
        let mut notices = Vec::new();
        let found = agent.store().read(move |reader| {
            let mut found = Found::default();
            found.exchanges(reader, &exchanges)?;
            found.credentials(reader, &credentials)?;
            found.connections(reader, &connections)?;
            found.messages(reader, &messages)?;
            Ok::<_, StoreError>(found)
        });
        let Found { waiting, asking, others } = found.await?;
        if self.told.len() > TOLD || self.asked.len() > TOLD {
            (self.told, self.asked) = Default::default();
        }
        for (id, notice) in waiting {
            if self.told.insert((id, notice.kind)) {
                notices.push(notice);
            }
        }
        for (id, notice) in asking {
            if self.asked.insert(id) {
                notices.push(notice);
            }
        }
        notices.extend(others);
        if runs && let Ok((_, runs)) = agent.runs(Page::newest(RUNS)).await {
            notices.extend(self.look_at_runs(&runs));
        }
        if ledger {
            let now = agent.store().read(stuck).await?;
            notices.extend((self.stuck..now).map(|_| plain(Kind::Ledger)));
            self.stuck = now;
        }
        Ok(notices)
    }

    fn look_at_runs(&mut self, runs: &[Run]) -> Vec<Notice> {
        let mut notices = Vec::new();
        for run in runs {
            let now = Standing::of(run);
            let before = self.runs.insert(run.row.id, now);
            let kind = match now {
                _ if before == Some(now) => continue,
                Standing::Going => continue,
                Standing::Stopped => Kind::RunStopped,
                Standing::Over => Kind::RunOver,
            };
            let place = Place::of(kind.screen(), OpenedKind::Run, run.row.id.to_string());
            notices.push(Notice { kind, who: None, place });
        }
        notices
    }
}

fn plain(kind: Kind) -> Notice {
    Notice { kind, who: None, place: Place::screen(kind.screen()) }
}

/// What the store says about what is pending.
#[derive(Debug, Default)]
struct Found {
    /// Exchanges that wait for the person, by id.
    waiting: Vec<(String, Notice)>,
    /// Connections that ask to be let in, by id.
    asking: Vec<(String, Notice)>,
    others: Vec<Notice>,
}

impl Found {
    fn exchanges(&mut self, reader: &Reader<'_>, ids: &[String]) -> Result<(), StoreError> {
        for id in ids {
            let Some(row) = reader.exchange(id)? else { continue };
            let Some(kind) = kind_of(&row.role, &row.state) else { continue };
            let who = own_name(reader, row.connection_id.as_deref())?;
            let place = Place::of(kind.screen(), OpenedKind::Exchange, id);
            self.waiting.push((id.clone(), Notice { kind, who, place }));
        }
        Ok(())
    }

    fn credentials(&mut self, reader: &Reader<'_>, ids: &[(String, String)]) -> Result<(), StoreError> {
        for (credential, exchange) in ids {
            let exchange = reader.exchange(exchange)?;
            let who = own_name(reader, exchange.and_then(|row| row.connection_id).as_deref())?;
            let place = Place::of(Kind::Credential.screen(), OpenedKind::Item, credential);
            self.others.push(Notice { kind: Kind::Credential, who, place });
        }
        Ok(())
    }

    fn connections(&mut self, reader: &Reader<'_>, ids: &[String]) -> Result<(), StoreError> {
        for id in ids {
            let Some(row) = reader.connection(id)?.filter(|row| row.state == "request-received") else { continue };
            let place = Place::of(Kind::Connection.screen(), OpenedKind::Item, id);
            self.asking.push((id.clone(), Notice { kind: Kind::Connection, who: given(row.alias), place }));
        }
        Ok(())
    }

    fn messages(&mut self, reader: &Reader<'_>, from: &[String]) -> Result<(), StoreError> {
        for id in from {
            let place = Place::of(Kind::Message.screen(), OpenedKind::Item, id);
            self.others.push(Notice { kind: Kind::Message, who: own_name(reader, Some(id))?, place });
        }
        Ok(())
    }
}

/// The person's own name for a connection; the name that a peer gave itself is none.
fn own_name(reader: &Reader<'_>, id: Option<&str>) -> Result<Option<String>, StoreError> {
    let Some(id) = id else { return Ok(None) };
    Ok(reader.connection(id)?.and_then(|row| given(row.alias)))
}

fn given(alias: Option<String>) -> Option<String> {
    alias.filter(|name| !name.trim().is_empty())
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use vouchsafe_agent::Event;
    use vouchsafe_agent::runs::Run;
    use vouchsafe_store::RunRow;

    use super::{Kind, Known, MOST, Pending};

    fn run(state: &str, trouble: &str, rows: &str) -> Run {
        let now = jiff::Timestamp::UNIX_EPOCH;
        let row = RunRow {
            id: 7,
            name: "A name of the file".to_owned(),
            kind: "connections".to_owned(),
            state: state.to_owned(),
            repeats: false,
            frame: String::new(),
            trouble: trouble.to_owned(),
            created_at: now,
            updated_at: now,
        };
        Run { row, counts: [(rows.to_owned(), 3)].into(), lately: 0 }
    }

    #[test]
    fn a_run_is_told_once_when_it_stops_and_once_when_it_is_over() {
        let mut known = Known::default();
        let mut look = |run| known.look_at_runs(&[run]).into_iter().map(|notice| notice.kind).collect::<Vec<_>>();
        assert_eq!(look(run("running", "", "waiting")), []);
        assert_eq!(look(run("running", "The ledger does not answer.", "waiting")), [Kind::RunStopped]);
        assert_eq!(look(run("running", "The ledger does not answer.", "waiting")), []);
        assert_eq!(look(run("running", "", "offered")), []);
        assert_eq!(look(run("running", "", "done")), [Kind::RunOver]);
        assert_eq!(look(run("running", "", "done")), []);
    }

    #[test]
    fn a_run_that_the_person_paused_or_ended_is_no_news_to_them() {
        let mut known = Known::default();
        for state in ["paused", "cancelled"] {
            assert_eq!(known.look_at_runs(&[run(state, "", "waiting")]), [], "{state}");
        }
        assert_eq!(known.look_at_runs(&[run("cancelled", "", "cancelled")]), []);
    }

    fn message(number: usize) -> Arc<Event> {
        Arc::new(Event::BasicMessage {
            connection_id: format!("c{number}"),
            message_id: format!("m{number}"),
            content: "A word of the peer".to_owned(),
            sent_time: String::new(),
        })
    }

    #[test]
    fn a_flood_is_bounded() {
        let mut pending = Pending::default();
        for number in 0..10 * MOST {
            pending.take(&message(number));
            let stored = Event::CredentialStored { exchange_id: format!("e{number}"), record_id: number.to_string() };
            pending.take(&Arc::new(stored));
        }
        assert_eq!((pending.messages.len(), pending.credentials.len()), (MOST, MOST));
    }

    #[test]
    fn what_changes_nothing_for_the_person_is_not_looked_at() {
        let mut pending = Pending::default();
        pending.take(&Arc::new(Event::Settings));
        pending.take(&Arc::new(Event::CredentialDeleted { record_id: "r".to_owned() }));
        assert!(pending.is_empty());
        pending.take(&Arc::new(Event::Runs));
        assert!(!pending.is_empty());
    }
}
