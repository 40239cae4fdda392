//! Runs: a table, which of its columns is which field, a dry run that names every bad row, and what becomes of each row.

use serde::{Deserialize, Serialize};
use specta::Type;
use vouchsafe_agent::runs::{Run, RunItemRow};

use super::card::{Card, Claim};
use super::connections::ConnectionRef;
use super::issue::NewCredential;

/// A table that was read.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct TableView {
    /// The file's name.
    pub name: String,
    /// The columns' names.
    pub columns: Vec<String>,
    /// The first rows.
    pub sample: Vec<Vec<String>>,
    /// How many rows there are.
    pub rows: u32,
    /// What parts the cells.
    pub delimiter: String,
    /// How the text was written: `UTF-8`, `UTF-16` or `Windows-1252`.
    pub encoding: String,
}

/// Which column a field is taken from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct FieldColumn {
    /// The field's name.
    pub field: String,
    /// The column's number; `null`: from none.
    pub column: Option<u32>,
}

/// To whom a run offers.
#[derive(Debug, Clone, Serialize, Deserialize, Type)]
#[serde(tag = "kind", rename_all = "kebab-case", rename_all_fields = "camelCase")]
pub enum RunTo {
    /// Each row names its connection: by the person's own name, its id, or its DID.
    Connections {
        /// The column.
        column: u32,
    },
    /// Each row gets an invitation.
    Invitations {
        /// The column with the person's own name for each.
        column: Option<u32>,
    },
    /// At a desk: the next row is for the next who comes.
    Desk,
}

/// What is to be tried.
#[derive(Debug, Clone, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct DryRunWanted {
    /// The run's name.
    pub name: String,
    /// The type, the issuer, the terms; and values for the fields that no column has.
    pub credential: NewCredential,
    /// The columns.
    pub columns: Vec<FieldColumn>,
    /// To whom.
    pub to: RunTo,
    /// A word to the holders.
    pub comment: Option<String>,
    /// Issue when a holder accepts, without asking again.
    pub auto_issue: bool,
}

/// What a dry run found. Nothing was offered.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct DryRun {
    /// Names this dry run; starting a run wants it.
    pub id: String,
    /// Rows that can be offered.
    pub good: u32,
    /// Rows that cannot.
    pub bad: u32,
    /// What is wrong, counted.
    pub problems: u32,
    /// The first good row as its holder will see it.
    pub card: Option<Card>,
    /// Its claims.
    pub claims: Vec<Claim>,
}

/// What is wrong with a row.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct RowProblem {
    /// Unique among the problems.
    pub id: String,
    /// The line in the file.
    pub line: u32,
    /// The column, or the field where no column has it; empty for the whole row.
    pub column: String,
    /// What stands there, cut short.
    pub value: String,
    /// A code for the catalogue.
    pub code: &'static str,
    /// The bound that the value has to keep, where there is one.
    pub bound: Option<String>,
    /// What to mend, in a sentence.
    pub sentence: String,
}

/// What a run does now.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "kebab-case")]
pub enum RunState {
    /// It offers.
    Running,
    /// Every row was offered; some are still to be answered.
    Waiting,
    /// It was paused.
    Paused,
    /// It was ended.
    Ended,
    /// Nothing is left to do.
    Over,
}

/// A run.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct RunView {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// `connections`, `invitations` or `desk`.
    pub kind: String,
    /// What it does now.
    pub state: RunState,
    /// All rows.
    pub total: u32,
    /// Rows that wait to be offered.
    pub waiting: u32,
    /// Rows whose invitation nobody has used.
    pub invited: u32,
    /// Rows that were offered and not answered.
    pub offered: u32,
    /// Rows that were accepted and not issued.
    pub accepted: u32,
    /// Rows that were issued.
    pub issued: u32,
    /// Rows that were declined.
    pub declined: u32,
    /// Rows that failed.
    pub failed: u32,
    /// Rows that were taken out.
    pub cancelled: u32,
    /// Rows issued in the last minute.
    pub a_minute: u32,
    /// Why it does not go on for now.
    pub trouble: Option<String>,
    /// When it was started.
    pub created_at: String,
}

impl RunView {
    /// The view of a run.
    pub fn of(run: &Run) -> Self {
        let count = |state: &str| u32::try_from(run.count(state)).unwrap_or(u32::MAX);
        let state = match run.row.state.as_str() {
            "cancelled" => RunState::Ended,
            _ if run.is_over() => RunState::Over,
            "paused" => RunState::Paused,
            _ if run.count("waiting") == 0 && run.row.kind != "desk" => RunState::Waiting,
            _ => RunState::Running,
        };
        Self {
            id: run.row.id.to_string(),
            name: run.row.name.clone(),
            kind: run.row.kind.clone(),
            state,
            total: u32::try_from(run.total()).unwrap_or(u32::MAX),
            waiting: count("waiting"),
            invited: count("invited"),
            offered: count("offered"),
            accepted: count("accepted"),
            issued: count("issued").saturating_add(count("done")),
            declined: count("declined"),
            failed: count("failed"),
            cancelled: count("cancelled"),
            a_minute: u32::try_from(run.lately).unwrap_or(u32::MAX),
            trouble: (!run.row.trouble.is_empty()).then(|| run.row.trouble.clone()),
            created_at: run.row.created_at.to_string(),
        }
    }
}

/// Which rows of a run are listed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Type)]
#[serde(rename_all = "kebab-case")]
pub enum RunRows {
    /// All of them.
    All,
    /// Those that are not issued yet.
    Open,
    /// Those that were issued.
    Issued,
    /// Those that were declined or failed.
    Troubled,
}

impl RunRows {
    /// The states that fit.
    pub fn states(self) -> Vec<&'static str> {
        match self {
            Self::All => Vec::new(),
            Self::Open => vec!["waiting", "invited", "offered", "accepted"],
            Self::Issued => vec!["issued", "done"],
            Self::Troubled => vec!["declined", "failed"],
        }
    }
}

/// A row of a run. Its values are not shown: they are in the file, and in the credential.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct RunRowView {
    /// Unique in its run.
    pub id: String,
    /// The line in the file.
    pub line: u32,
    /// `waiting`, `invited`, `offered`, `accepted`, `issued`, `declined`, `failed` or `cancelled`.
    pub state: String,
    /// The person's own name for whoever gets it.
    pub name: Option<String>,
    /// The connection.
    pub connection: Option<ConnectionRef>,
    /// The exchange.
    pub exchange_id: Option<String>,
    /// The invitation, while it waits at one.
    pub oob_id: Option<String>,
    /// Why it was declined or failed.
    pub reason: String,
    /// When its state changed last.
    pub changed_at: String,
}

impl RunRowView {
    /// The view of a row.
    pub fn of(row: RunItemRow, connection: Option<ConnectionRef>) -> Self {
        Self {
            id: row.place.to_string(),
            line: row.place,
            oob_id: row.oob_id.filter(|_| row.state == "invited"),
            state: if row.state == "done" { "issued".to_owned() } else { row.state },
            name: row.name,
            connection,
            exchange_id: row.exchange_id,
            reason: row.reason,
            changed_at: row.changed_at.to_string(),
        }
    }
}

/// The desk that is open. It says nobody's values.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct DeskView {
    /// The run.
    pub run_id: String,
    /// Its name.
    pub name: String,
    /// The code to scan, SVG; empty while the next one is made.
    pub qr_svg: String,
    /// Modules on a side with the quiet zone.
    pub qr_modules: u32,
    /// The link in it.
    pub url: String,
    /// People whose credential is on its way: by their own names for themselves.
    pub coming: Vec<DeskGuest>,
    /// How many were issued.
    pub issued: u32,
    /// How many are left; `null` where everybody gets the same.
    pub left: Option<u32>,
}

/// Somebody at the desk.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct DeskGuest {
    /// Unique among them.
    pub id: String,
    /// The name that they give themselves.
    pub name: String,
    /// `connected`, `offered`, `accepted` or `issued`.
    pub state: String,
}
