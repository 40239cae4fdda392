//! Runs as a person starts, watches, stops and ends them.

use std::time::Duration;

use jiff::SignedDuration;
use serde_json::Value;
use vouchsafe_store::{Page, Reader, StoreError};

use super::{MAX_ROWS, NewRun, Run, RunItemRow, RunRow, offer};
use crate::Agent;
use crate::error::{AgentError, Result};
use crate::event::Event;
use crate::unit::Unit;

/// What a rate is counted over.
const LATELY: SignedDuration = SignedDuration::from_secs(60);
/// Rows withdrawn in one commit.
const AT_ONCE: u32 = 200;
/// How long a run that is being left is waited for.
const PATIENCE: Duration = Duration::from_secs(20);

impl Agent {
    /// Starts a run: all of its rows are kept with this, and are offered from now on.
    ///
    /// # Errors
    /// [`AgentError::Invalid`] without rows, or with too many; what the store says.
    pub async fn start_run(&self, wanted: NewRun) -> Result<i64> {
        if wanted.rows.len() > MAX_ROWS || (wanted.rows.is_empty() && !wanted.repeats) {
            return Err(AgentError::invalid("rows", format!("a run has at least one row and at most {MAX_ROWS}")));
        }
        let frame = serde_json::to_string(&wanted.frame).map_err(unwritable)?;
        let committed = self
            .commit(move |unit| {
                let now = unit.now();
                let id = unit.tx().add_run(&RunRow {
                    id: 0,
                    name: wanted.name,
                    kind: wanted.to.word().to_owned(),
                    state: "running".to_owned(),
                    repeats: wanted.repeats,
                    frame,
                    trouble: String::new(),
                    created_at: now,
                    updated_at: now,
                })?;
                for row in wanted.rows {
                    let row = RunItemRow {
                        place: row.place,
                        subject: Some(text(&row.subject)?),
                        connection_id: row.connection_id,
                        name: row.name,
                        state: "waiting".to_owned(),
                        exchange_id: None,
                        oob_id: None,
                        reason: String::new(),
                        changed_at: now,
                    };
                    unit.tx().put_run_row(id, &row)?;
                }
                unit.tell(Event::Runs)?;
                Ok::<_, AgentError>(id)
            })
            .await?;
        let id = self.settle(committed).await;
        self.runs_bell().ring();
        Ok(id)
    }

    /// Runs, the newest first, and how many there are.
    ///
    /// # Errors
    /// What the store says.
    pub async fn runs(&self, page: Page) -> Result<(u64, Vec<Run>)> {
        let since = self.now().saturating_sub(LATELY).unwrap_or_default();
        self.look(move |reader| {
            let rows = reader.runs(None, page)?;
            let runs = rows.into_iter().map(|row| standing(reader, row, since)).collect::<Result<_, StoreError>>()?;
            Ok((reader.count_runs()?, runs))
        })
        .await
    }

    /// One run.
    ///
    /// # Errors
    /// [`AgentError::NotFound`].
    pub async fn run(&self, id: i64) -> Result<Run> {
        let since = self.now().saturating_sub(LATELY).unwrap_or_default();
        self.look(move |reader| {
            let row = reader.run(id)?.ok_or_else(|| AgentError::not_found("run", id.to_string()))?;
            Ok(standing(reader, row, since)?)
        })
        .await
    }

    /// The desk that is open: a run whose invitations are shown to one after the other.
    ///
    /// # Errors
    /// What the store says.
    pub async fn open_desk(&self) -> Result<Option<RunRow>> {
        self.look(|reader| {
            Ok(reader.runs(Some("running"), Page::newest(100))?.into_iter().find(|row| row.kind == "desk"))
        })
        .await
    }

    /// Rows of a run in any of these states, or all.
    ///
    /// # Errors
    /// What the store says.
    pub async fn run_rows(&self, id: i64, states: Vec<&'static str>, page: Page) -> Result<Vec<RunItemRow>> {
        self.look(move |reader| Ok(reader.run_rows(id, &states, page)?)).await
    }

    /// Offers nothing more for now; what was offered goes on. At a desk, the invitation that nobody has used is taken
    /// back.
    ///
    /// # Errors
    /// [`AgentError::NotFound`]; what the store says.
    pub async fn pause_run(&self, id: i64) -> Result<()> {
        let row = self.run(id).await?.row;
        self.set_run(id, "running", "paused").await?;
        if row.kind == "desk" {
            self.withdraw_all(id, "waiting", false).await?;
        }
        Ok(())
    }

    /// Goes on.
    ///
    /// # Errors
    /// [`AgentError::NotFound`]; what the store says.
    pub async fn resume_run(&self, id: i64) -> Result<()> {
        self.set_run(id, "paused", "running").await?;
        self.runs_bell().ring();
        Ok(())
    }

    /// Ends a run: what was not offered never is, and invitations that nobody has used are taken back.
    ///
    /// # Errors
    /// [`AgentError::NotFound`]; what the store says.
    pub async fn cancel_run(&self, id: i64) -> Result<()> {
        let committed = self
            .commit(move |unit| {
                let now = unit.now();
                unit.tx().run(id)?.ok_or_else(|| AgentError::not_found("run", id.to_string()))?;
                unit.tx().set_run(id, "cancelled", "", now)?;
                unit.tx().move_run_rows(id, "waiting", "cancelled", now)?;
                unit.tell(Event::Runs)
            })
            .await?;
        self.settle(committed).await;
        self.withdraw_all(id, "cancelled", true).await
    }

    /// Offers what failed once more; how many rows that is.
    ///
    /// # Errors
    /// [`AgentError::NotFound`]; what the store says.
    pub async fn retry_run(&self, id: i64) -> Result<usize> {
        let committed = self
            .commit(move |unit| {
                let now = unit.now();
                unit.tx().run(id)?.ok_or_else(|| AgentError::not_found("run", id.to_string()))?;
                let moved = unit.tx().move_run_rows(id, "failed", "waiting", now)?;
                unit.tx().set_run(id, "running", "", now)?;
                unit.tell(Event::Runs)?;
                Ok::<_, AgentError>(moved)
            })
            .await?;
        let moved = self.settle(committed).await;
        self.runs_bell().ring();
        Ok(moved)
    }

    /// Forgets a run that is over, or was ended. What was issued stays.
    ///
    /// # Errors
    /// [`AgentError::NotNow`] while rows wait; [`AgentError::NotFound`].
    pub async fn delete_run(&self, id: i64) -> Result<()> {
        let run = self.run(id).await?;
        if run.row.state != "cancelled" && !run.is_over() {
            return Err(AgentError::NotNow {
                state: run.row.state,
                reason: "rows of this run still wait to be offered or answered; end it first".to_owned(),
            });
        }
        let committed = self
            .commit(move |unit| {
                unit.tx().delete_run(id)?;
                unit.tell(Event::Runs)
            })
            .await?;
        self.settle(committed).await;
        Ok(())
    }

    async fn set_run(&self, id: i64, from: &'static str, to: &'static str) -> Result<()> {
        let committed = self
            .commit(move |unit| {
                let row = unit.tx().run(id)?.ok_or_else(|| AgentError::not_found("run", id.to_string()))?;
                if row.state == from {
                    unit.tx().set_run(id, to, "", unit.now())?;
                    unit.tell(Event::Runs)?;
                }
                Ok::<_, AgentError>(())
            })
            .await?;
        self.settle(committed).await;
        Ok(())
    }

    /// Takes back the invitations of a run that nobody has used, with `force` those too that somebody is just using;
    /// their rows go to `state`.
    async fn withdraw_all(&self, id: i64, state: &'static str, force: bool) -> Result<()> {
        let taking_back = async {
            let mut kept = 0;
            loop {
                let page = Page { limit: AT_ONCE, offset: kept, ..Page::default() };
                let rows = self.run_rows(id, vec!["invited"], page).await?;
                if rows.is_empty() {
                    return Ok(());
                }
                let committed = self
                    .commit(move |unit: &mut Unit<'_>| {
                        let mut kept = 0;
                        for row in rows {
                            kept += u32::from(!offer::withdraw(unit, id, row.place, state, force)?);
                        }
                        unit.tell(Event::Runs)?;
                        Ok::<_, AgentError>(kept)
                    })
                    .await?;
                kept += self.settle(committed).await;
            }
        };
        tokio::time::timeout(PATIENCE, taking_back).await.unwrap_or(Err(AgentError::Stopping))
    }
}

fn standing(reader: &Reader<'_>, row: RunRow, since: jiff::Timestamp) -> Result<Run, StoreError> {
    let counts = reader.run_counts(row.id)?;
    let lately = reader.count_run_rows_since(row.id, &["issued", "done"], since)?;
    Ok(Run { row, counts, lately })
}

fn text(value: &Value) -> Result<String> {
    serde_json::to_string(value).map_err(unwritable)
}

fn unwritable(error: serde_json::Error) -> AgentError {
    AgentError::invalid("run", error.to_string())
}
