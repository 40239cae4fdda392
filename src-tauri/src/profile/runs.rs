//! Runs and the desk: how far they have come, stopping and going on, and the file that says what became of each row.

use vouchsafe_agent::runs::RunItemRow;
use vouchsafe_store::{Page as StorePage, Reader, StoreError};
use zeroize::Zeroizing;

use super::Profile;
use super::lock::Way;
use super::records::{Names, newest};
use super::wallet::{Open, blocking};
use crate::commands::Answer;
use crate::qr;
use crate::table;
use crate::view::connections::name_of;
use crate::view::runs::{DeskGuest, DeskView, RunRowView, RunRows, RunView};
use crate::view::{Failure, MAX_ROWS, Page};

/// People shown at a desk.
const GUESTS: u32 = 4;
/// Rows read at once for the file.
const AT_ONCE: u32 = 1000;

impl Profile {
    /// Runs, newest first.
    ///
    /// # Errors
    ///
    /// `wallet-locked`; what the store says.
    pub async fn runs(&self, offset: u32, limit: u32) -> Answer<Page<RunView>> {
        let (total, runs) = self.agent()?.runs(newest(offset, limit)).await?;
        Ok(Page { total: u32::try_from(total).unwrap_or(u32::MAX), rows: runs.iter().map(RunView::of).collect() })
    }

    /// One run.
    ///
    /// # Errors
    ///
    /// `not-found`, `wallet-locked`; what the store says.
    pub async fn run_view(&self, id: &str) -> Answer<RunView> {
        Ok(RunView::of(&self.agent()?.run(number(id)?).await?))
    }

    /// Rows of a run, in the order of the file.
    ///
    /// # Errors
    ///
    /// `not-found`, `wallet-locked`; what the store says.
    pub async fn run_rows(&self, id: &str, which: RunRows, offset: u32, limit: u32) -> Answer<Page<RunRowView>> {
        let open = self.open()?;
        let id = number(id)?;
        let run = open.agent.run(id).await?;
        let states = which.states();
        let total = if states.is_empty() { run.total() } else { states.iter().map(|state| run.count(state)).sum() };
        let page = StorePage { limit: limit.min(MAX_ROWS), offset, descending: false };
        let rows = open.agent.run_rows(id, states, page).await?;
        let rows = open
            .agent
            .store()
            .read(move |reader| {
                let mut names = Names::default();
                rows.into_iter()
                    .map(|row| {
                        let connection = names.of(reader, row.connection_id.as_deref())?;
                        Ok(RunRowView::of(row, connection))
                    })
                    .collect::<Result<_, StoreError>>()
            })
            .await
            .map_err(|error: StoreError| Failure::from(error))?;
        Ok(Page { total: u32::try_from(total).unwrap_or(u32::MAX), rows })
    }

    /// Offer nothing more for now.
    ///
    /// # Errors
    ///
    /// `not-found`, `wallet-locked`; what the store says.
    pub async fn pause_run(&self, id: &str) -> Answer<()> {
        Ok(self.agent()?.pause_run(number(id)?).await?)
    }

    /// Go on.
    ///
    /// # Errors
    ///
    /// `not-found`, `desk-needs-passphrase`, `desk-open`, `wallet-locked`; what the store says.
    pub async fn resume_run(&self, id: &str) -> Answer<()> {
        let open = self.open()?;
        let id = number(id)?;
        if open.agent.run(id).await?.row.kind == "desk" {
            Self::check_desk(&open)?;
        }
        Ok(open.agent.resume_run(id).await?)
    }

    /// Never offer what is left.
    ///
    /// # Errors
    ///
    /// `not-found`, `wallet-locked`; what the store says.
    pub async fn cancel_run(&self, id: &str) -> Answer<()> {
        Ok(self.agent()?.cancel_run(number(id)?).await?)
    }

    /// Offer what failed once more; how many rows that is.
    ///
    /// # Errors
    ///
    /// `not-found`, `wallet-locked`; what the store says.
    pub async fn retry_run(&self, id: &str) -> Answer<u32> {
        Ok(u32::try_from(self.agent()?.retry_run(number(id)?).await?).unwrap_or(u32::MAX))
    }

    /// Forget a run that is over.
    ///
    /// # Errors
    ///
    /// `not-found`, `not-now`, `wallet-locked`; what the store says.
    pub async fn delete_run(&self, id: &str) -> Answer<()> {
        Ok(self.agent()?.delete_run(number(id)?).await?)
    }

    /// What became of each row, as a table, with a name for its file.
    ///
    /// # Errors
    ///
    /// `not-found`, `wallet-locked`; what the store says.
    pub async fn run_result(&self, id: &str) -> Answer<(String, String)> {
        let open = self.open()?;
        let id = number(id)?;
        let run = open.agent.run(id).await?;
        let head = ["row", "state", "connection", "exchange", "invitation", "when", "reason"];
        let mut lines = vec![head.map(str::to_owned).to_vec()];
        let mut offset = 0;
        loop {
            let rows =
                open.agent.run_rows(id, Vec::new(), StorePage { limit: AT_ONCE, offset, descending: false }).await?;
            if rows.is_empty() {
                break;
            }
            offset = offset.saturating_add(AT_ONCE);
            lines.extend(self.result_lines(&open, rows).await?);
        }
        let text = tokio::task::spawn_blocking(move || table::write(lines)).await;
        let text = text.map_err(|_| Failure::from(StoreError::JobBroke))?.map_err(|error| unwritten(&error))?;
        Ok((run.row.name, text))
    }

    async fn result_lines(&self, open: &Open, rows: Vec<RunItemRow>) -> Answer<Vec<Vec<String>>> {
        let mut lines = Vec::with_capacity(rows.len());
        for row in rows {
            let link = match row.oob_id.as_deref().filter(|_| row.state == "invited") {
                Some(oob) => open.shortest_link(oob).await.unwrap_or_default(),
                None => String::new(),
            };
            lines.push((row, link));
        }
        let read = open.agent.store().read(move |reader| {
            let mut names = Names::default();
            lines
                .into_iter()
                .map(|(row, link)| {
                    let connection = names.of(reader, row.connection_id.as_deref())?;
                    let who = connection.map(|connection| connection.name).or(row.name).unwrap_or_default();
                    let state = if row.state == "done" { "issued".to_owned() } else { row.state };
                    let exchange = row.exchange_id.unwrap_or_default();
                    let at = row.changed_at.to_string();
                    Ok(vec![row.place.to_string(), state, who, exchange, link, at, row.reason])
                })
                .collect::<Result<Vec<_>, StoreError>>()
        });
        Ok(read.await?)
    }

    /// The desk that is open: what is to be shown there.
    ///
    /// # Errors
    ///
    /// `wallet-locked`; what the store says.
    pub async fn desk(&self) -> Answer<Option<DeskView>> {
        let open = self.open()?;
        let Some(row) = open.agent.open_desk().await? else { return Ok(None) };
        let run = open.agent.run(row.id).await?;
        let shown = open.agent.run_rows(row.id, vec!["invited"], StorePage::newest(GUESTS)).await?;
        let free = shown.first().and_then(|row| row.oob_id.clone());
        let url = match &free {
            Some(oob) => open.shortest_link(oob).await.unwrap_or_default(),
            None => String::new(),
        };
        let code = qr::encode(&url).filter(|_| !url.is_empty());
        let states = vec!["invited", "offered", "accepted", "issued", "done"];
        let mut latest = open.agent.run_rows(row.id, states, StorePage::newest(GUESTS)).await?;
        latest.retain(|row| row.oob_id.is_some());
        let coming = open
            .agent
            .store()
            .read(move |reader| guests(reader, latest))
            .await
            .map_err(|error: StoreError| Failure::from(error))?;
        Ok(Some(DeskView {
            run_id: row.id.to_string(),
            name: row.name,
            qr_modules: code.as_ref().map_or(0, |code| code.modules),
            qr_svg: code.map(|code| code.svg).unwrap_or_default(),
            url,
            coming,
            issued: u32::try_from(run.count("issued") + run.count("done")).unwrap_or(u32::MAX),
            left: (!row.repeats)
                .then(|| u32::try_from(run.count("waiting") + run.count("invited")).unwrap_or(u32::MAX)),
        }))
    }

    /// Close the desk: the invitation that nobody has used is taken back. Only who has the passphrase can.
    ///
    /// # Errors
    ///
    /// `wrong-passphrase`, `too-soon`, `wallet-locked`; what the store says.
    pub async fn leave_desk(&self, passphrase: Zeroizing<String>) -> Answer<()> {
        let open = self.open()?;
        let vault = open.vault.clone();
        blocking(move || Way::Passphrase(passphrase).confirm(&vault)).await?;
        if let Some(desk) = open.agent.open_desk().await? {
            open.agent.pause_run(desk.id).await?;
        }
        Ok(())
    }

    /// Whether a desk may be opened: leaving it wants the passphrase.
    pub(super) fn check_desk(open: &Open) -> Answer<()> {
        if !open.vault.protection().passphrase {
            return Err(Failure::invalid(
                "desk-needs-passphrase",
                "A desk is left by the passphrase alone, and this wallet has none.",
                "Set a passphrase in the settings, and open the desk again.",
            ));
        }
        if open.running.lock().address().is_none() {
            return Err(Failure::invalid(
                "desk-unreachable",
                "This wallet has no address, so nobody who scans the code could answer.",
                "Choose an address in the settings.",
            ));
        }
        Ok(())
    }
}

fn guests(reader: &Reader<'_>, rows: Vec<RunItemRow>) -> Result<Vec<DeskGuest>, StoreError> {
    let mut found = Vec::new();
    for row in rows {
        let id = match (&row.connection_id, &row.oob_id) {
            (Some(id), _) => Some(id.clone()),
            (None, Some(oob)) => reader.invitation(oob)?.and_then(|invitation| invitation.connection_id),
            (None, None) => None,
        };
        let connection = super::records::connection(reader, id.as_deref())?;
        let Some(connection) = connection.filter(|connection| connection.rfc23_state() != "invitation-sent") else {
            continue;
        };
        found.push(DeskGuest {
            id: row.place.to_string(),
            name: name_of(&connection),
            state: match row.state.as_str() {
                "invited" => "connected".to_owned(),
                "done" => "issued".to_owned(),
                other => other.to_owned(),
            },
        });
    }
    Ok(found)
}

impl Open {
    /// The shortest link that brings an invitation: by this wallet's own address, where it has one.
    pub(super) async fn shortest_link(&self, oob_id: &str) -> Answer<String> {
        if let Some(short) = self.agent.short_url(oob_id).await? {
            return Ok(short.to_string());
        }
        let invitation = self.agent.invitation(oob_id).await?;
        Ok(self.agent.invitation_url(&invitation.invitation))
    }
}

fn number(id: &str) -> Answer<i64> {
    id.parse().map_err(|_| Failure::not_found("run"))
}

/// A table could not be written to memory.
pub(super) fn unwritten(error: &csv::Error) -> Failure {
    Failure::new("file-unwritable", "File not written", "The file could not be made.", "Try again.").because(error)
}
