//! What offers the rows: a bounded number at a time, so that a run of ten thousand leaves room for everything else, and
//! at a desk one invitation after the other.

use std::sync::Arc;
use std::time::Duration;

use futures::StreamExt;
use jiff::SignedDuration;
use tokio::sync::Notify;
use vouchsafe_store::{Page, RunItemRow, RunRow};

use super::{Frame, To, offer};
use crate::Agent;
use crate::connect;
use crate::error::{AgentError, Result};
use crate::event::Event;

/// Offers of a run that are on their way at a time.
const WINDOW: u64 = 64;
/// Rows that are made ready together.
const TOGETHER: usize = 8;
/// A person who has not answered by then does not hold up the others.
const ON_ITS_WAY: SignedDuration = SignedDuration::from_secs(10);
/// How often it is looked while there is something to wait for.
const TICK: Duration = Duration::from_millis(40);
/// The same for a desk, where a person looks at it.
const DESK_TICK: Duration = Duration::from_millis(250);
/// How long a run rests that is in trouble.
const REST: Duration = Duration::from_secs(5);
/// How long an invitation at a desk is shown before another takes its place.
const SHOWN_FOR: SignedDuration = SignedDuration::from_mins(5);

/// Wakes what offers the rows.
#[derive(Debug, Clone, Default)]
pub(crate) struct Bell(Arc<Notify>);

impl Bell {
    /// There is something to offer.
    pub(crate) fn ring(&self) {
        self.0.notify_one();
    }
}

/// Runs until the agent stops.
pub(crate) async fn run(agent: Agent) {
    let (stop, bell) = (agent.stopping(), agent.runs_bell().clone());
    loop {
        let rest = match round(&agent).await {
            Ok(rest) => rest,
            Err(error) => {
                tracing::warn!(%error, "runs cannot go on for now");
                Some(REST)
            }
        };
        let pause = async {
            match rest {
                Some(rest) => tokio::time::sleep(rest).await,
                None => std::future::pending().await,
            }
        };
        tokio::select! {
            () = stop.cancelled() => return,
            () = bell.0.notified() => {}
            () = pause => {}
        }
    }
}

/// Goes once over the runs; how long to rest, or `None` until somebody rings.
async fn round(agent: &Agent) -> Result<Option<Duration>> {
    let runs = agent.look(|reader| Ok(reader.runs(Some("running"), Page::ALL)?)).await?;
    let mut rest: Option<Duration> = None;
    for run in runs {
        let wanted = match one(agent, &run).await {
            Ok(wanted) => wanted,
            Err(error) => {
                trouble(agent, &run, &error).await?;
                Some(REST)
            }
        };
        rest = match (rest, wanted) {
            (Some(one), Some(other)) => Some(one.min(other)),
            (one, other) => one.or(other),
        };
    }
    Ok(rest)
}

async fn one(agent: &Agent, run: &RunRow) -> Result<Option<Duration>> {
    let frame: Frame =
        serde_json::from_str(&run.frame).map_err(|error| AgentError::invalid("run", error.to_string()))?;
    match run.kind.as_str() {
        "desk" => desk(agent, run, &frame).await,
        "invitations" => queue(agent, run, &frame, To::Invitations).await,
        _ => queue(agent, run, &frame, To::Connections).await,
    }
}

/// Offers as many of the next rows as there is room for.
async fn queue(agent: &Agent, run: &RunRow, frame: &Frame, to: To) -> Result<Option<Duration>> {
    let (id, since) = (run.id, agent.now().saturating_sub(ON_ITS_WAY).unwrap_or_default());
    let rows = agent
        .look(move |reader| {
            let going = reader.count_run_rows_since(id, &["offered", "accepted"], since)?;
            let room = u32::try_from(WINDOW.saturating_sub(going)).unwrap_or_default();
            Ok((reader.run_rows_waiting(id, room)?, room))
        })
        .await?;
    let (rows, room) = rows;
    if rows.is_empty() {
        return Ok((room == 0).then_some(TICK));
    }
    give(agent, run, frame, to, rows).await?;
    Ok(Some(TICK))
}

/// Shows one invitation: the next once the one before was used, or was shown for long.
async fn desk(agent: &Agent, run: &RunRow, frame: &Frame) -> Result<Option<Duration>> {
    let shown = agent.run_rows(run.id, vec!["invited"], Page::default()).await?;
    let (id, now) = (run.id, agent.now());
    let (mut free, waits) = (false, !shown.is_empty());
    for row in shown {
        if now.duration_since(row.changed_at) > SHOWN_FOR {
            let place = row.place;
            let committed = agent
                .commit(move |unit| {
                    offer::withdraw(unit, id, place, "waiting", true)?;
                    unit.tell(Event::Runs)
                })
                .await?;
            agent.settle(committed).await;
        } else if let Some(invitation) = row.oob_id {
            // One that somebody is just using is theirs: whoever comes next needs another.
            free |= !agent.look(move |reader| connect::is_taken(reader, &invitation)).await?;
        }
    }
    if free {
        return Ok(Some(DESK_TICK));
    }
    let mut rows = agent.look(move |reader| Ok(reader.run_rows_waiting(id, 1)?)).await?;
    if rows.is_empty() && run.repeats {
        rows.extend(another(agent, run, frame).await?);
    }
    // Once nobody is left to come, somebody has to ring.
    let rest = (waits || !rows.is_empty()).then_some(DESK_TICK);
    give(agent, run, frame, To::Desk, rows).await?;
    Ok(rest)
}

/// Another row of a run that repeats.
async fn another(agent: &Agent, run: &RunRow, frame: &Frame) -> Result<Option<RunItemRow>> {
    let (id, subject) = (run.id, frame.detail.credential().get("credentialSubject").map(ToString::to_string));
    let committed = agent
        .commit(move |unit| {
            let row = RunItemRow {
                place: unit.tx().last_run_place(id)?.saturating_add(1),
                subject,
                connection_id: None,
                name: None,
                state: "waiting".to_owned(),
                exchange_id: None,
                oob_id: None,
                reason: String::new(),
                changed_at: unit.now(),
            };
            unit.tx().put_run_row(id, &row)?;
            Ok::<_, AgentError>(row)
        })
        .await?;
    Ok(Some(agent.settle(committed).await))
}

/// Offers these rows. What is wrong with one is noted there; what is wrong for all, for now, is said of the run.
async fn give(agent: &Agent, run: &RunRow, frame: &Frame, to: To, rows: Vec<RunItemRow>) -> Result<()> {
    let mut offering = futures::stream::iter(rows)
        .map(|row| async move {
            let place = row.place;
            (place, offer::offer(agent, run, frame, to, row).await)
        })
        .buffer_unordered(TOGETHER);
    let mut failed = Vec::new();
    while let Some((place, offered)) = offering.next().await {
        match offered {
            Ok(_) => {}
            // What is wrong with one row of a run that repeats is wrong with each that would follow.
            Err(error) if run.repeats || error.is_passing() || matches!(error, AgentError::Stopping) => {
                return Err(error);
            }
            Err(error) => failed.push((place, error.to_string())),
        }
    }
    if failed.is_empty() && run.trouble.is_empty() {
        return Ok(());
    }
    let id = run.id;
    let committed = agent
        .commit(move |unit| {
            for (place, reason) in failed {
                let Some(mut row) = unit.tx().run_row(id, place)?.filter(|row| row.state == "waiting") else {
                    continue;
                };
                "failed".clone_into(&mut row.state);
                row.reason = reason;
                row.changed_at = unit.now();
                unit.tx().put_run_row(id, &row)?;
            }
            if let Some(run) = unit.tx().run(id)? {
                unit.tx().set_run(id, &run.state, "", unit.now())?;
            }
            unit.tell(Event::Runs)
        })
        .await?;
    agent.settle(committed).await;
    Ok(())
}

async fn trouble(agent: &Agent, run: &RunRow, error: &AgentError) -> Result<()> {
    if matches!(error, AgentError::Stopping) {
        return Ok(());
    }
    let (id, words) = (run.id, error.to_string());
    if run.trouble == words {
        return Ok(());
    }
    let committed = agent
        .commit(move |unit| {
            if let Some(run) = unit.tx().run(id)? {
                unit.tx().set_run(id, &run.state, &words, unit.now())?;
            }
            unit.tell(Event::Runs)
        })
        .await?;
    agent.settle(committed).await;
    Ok(())
}
