//! The table that credentials are to be issued from: read a part at a time, mapped, tried. It is held here until a run is
//! started, and is gone when the wallet locks.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use parking_lot::Mutex;
use uuid::Uuid;
use vouchsafe_agent::runs::{Frame, NewRow, NewRun, To};
use vouchsafe_credentials::Summary;
use vouchsafe_store::{ConnectionFilter, Page as StorePage, StoreError};

use super::Profile;
use super::wallet::Open;
use crate::commands::Answer;
use crate::table::{self, MAX_BYTES, Table, TableError};
use crate::templates::Template;
use crate::view::card::{Card, CardState, claims, cut};
use crate::view::issue::{FieldValue, FormProblem, NewCredential};
use crate::view::runs::{DryRun, DryRunWanted, FieldColumn, RowProblem, RunTo, TableView};
use crate::view::{Failure, MAX_ROWS, Page};

/// Problems that are kept of one dry run.
const MAX_PROBLEMS: usize = 100_000;
/// Rows shown of a table.
const SAMPLE: usize = 5;
/// The longest name of a run, in characters.
const MAX_NAME: usize = 120;
/// What is shown of a cell.
const SHOWN: usize = 60;
/// Where the columns that a person chose for a type are kept.
const MAPPING: &str = "table-columns:";

/// The table and its dry run, as far as they have come.
#[derive(Default)]
pub struct Desktop {
    incoming: Vec<u8>,
    table: Option<(String, Arc<Table>)>,
    tried: Option<Tried>,
}

/// A dry run with what it would start.
struct Tried {
    id: String,
    problems: Arc<Vec<RowProblem>>,
    run: Option<NewRun>,
}

/// Held in the profile.
pub type TableDesk = Mutex<Desktop>;

impl Profile {
    /// Take the next part of a table's file (base64); with the last one, read it.
    ///
    /// # Errors
    ///
    /// `table-unreadable`, `wallet-locked`.
    pub async fn read_table_part(&self, name: &str, first: bool, part: &str, last: bool) -> Answer<Option<TableView>> {
        self.open()?;
        let bytes = STANDARD.decode(part).map_err(|error| unreadable(&TableError::NotText).because(error))?;
        let whole = {
            let mut desk = self.table.lock();
            if first {
                *desk = Desktop::default();
            }
            if desk.incoming.len().saturating_add(bytes.len()) > MAX_BYTES {
                *desk = Desktop::default();
                return Err(unreadable(&TableError::TooLarge));
            }
            desk.incoming.extend(bytes);
            if !last {
                return Ok(None);
            }
            std::mem::take(&mut desk.incoming)
        };
        let read = tokio::task::spawn_blocking(move || table::read(&whole)).await;
        let table = read.unwrap_or(Err(TableError::NotText)).map_err(|error| unreadable(&error))?;
        let view = TableView {
            name: cut(name, MAX_NAME),
            columns: table.columns.clone(),
            sample: table
                .rows
                .iter()
                .take(SAMPLE)
                .map(|row| (0..table.columns.len()).map(|column| cut(row.cell(column), SHOWN)).collect())
                .collect(),
            rows: u32::try_from(table.rows.len()).unwrap_or(u32::MAX),
            delimiter: table.delimiter.to_string(),
            encoding: table.encoding.to_owned(),
        };
        self.table.lock().table = Some((view.name.clone(), Arc::new(table)));
        Ok(Some(view))
    }

    /// Which column is which field of a type: as chosen the last time where the columns are the same, else by name.
    ///
    /// # Errors
    ///
    /// `no-table`, `not-found`, `wallet-locked`; what the store says.
    pub async fn table_columns(&self, type_id: &str) -> Answer<Vec<FieldColumn>> {
        let open = self.open()?;
        let (_, table) = self.the_table()?;
        let template = self.whole_template(type_id).await?;
        let key = format!("{MAPPING}{type_id}");
        let kept: Option<HashMap<String, String>> = open
            .agent
            .store()
            .read(move |reader| reader.setting(&key))
            .await
            .map_err(|error: StoreError| Failure::from(error))?;
        let guessed = table::guess(&template.fields, &table.columns);
        let kept = kept.unwrap_or_default();
        Ok(template
            .fields
            .iter()
            .zip(guessed)
            .map(|(field, guessed)| {
                let chosen =
                    kept.get(&field.name).and_then(|name| table.columns.iter().position(|column| column == name));
                let column = chosen.or(guessed).and_then(|column| u32::try_from(column).ok());
                FieldColumn { field: field.name.clone(), column }
            })
            .collect())
    }

    /// Try every row, and offer nothing.
    ///
    /// # Errors
    ///
    /// `no-table`, `form-incomplete`, `credential-refused`, `practice-elsewhere`, `wallet-locked`; what the store says.
    pub async fn dry_run(&self, wanted: DryRunWanted) -> Answer<DryRun> {
        let open = self.open()?;
        let (file, table) = self.the_table()?;
        let template = self.whole_template(&wanted.credential.type_id).await?;
        self.keep_columns(&open, &wanted, &table).await?;
        let recipients = match &wanted.to {
            RunTo::Connections { .. } => Recipients::read(&open).await?,
            RunTo::Invitations { .. } | RunTo::Desk => Recipients::default(),
        };
        let (trying, template_then, table_then) = (wanted.clone(), template.clone(), table.clone());
        let rows = tokio::task::spawn_blocking(move || try_rows(&trying, &template_then, &table_then, &recipients));
        let mut found = rows.await.map_err(|_| Failure::from(StoreError::JobBroke))?;

        // The whole is judged once for each set of fields that are filled in: the rows differ in their values alone.
        let mut shapes = HashMap::new();
        for (at, row) in found.good.iter().enumerate() {
            shapes.entry(row.filled.clone()).or_insert(at);
        }
        let (mut issuer, mut frame, mut first) = (String::new(), None, None);
        let mut refused: HashMap<Vec<bool>, Vec<FormProblem>> = HashMap::new();
        let mut shapes: Vec<_> = shapes.into_iter().collect();
        shapes.sort_by_key(|(_, at)| *at);
        for (shape, at) in shapes {
            let Some(row) = found.good.get(at) else { continue };
            let credential = NewCredential { values: row.values.clone(), ..wanted.credential.clone() };
            let (signing, draft) = self.draft(&open, &credential).await?;
            issuer = signing;
            if !draft.problems.is_empty() {
                refused.insert(shape, draft.problems);
            } else if frame.is_none()
                && let Some(suite) = draft.suite
            {
                first = Some(Summary::of(&draft.credential));
                let credential = &wanted.credential;
                frame = Some(super::issue::detail_to_offer(
                    draft.credential,
                    suite,
                    credential.revocable,
                    credential.suspendable,
                )?);
            }
        }
        let good = std::mem::take(&mut found.good);
        let (bad, good): (Vec<_>, Vec<_>) = good.into_iter().partition(|row| refused.contains_key(&row.filled));
        for row in &bad {
            found.bad.insert(row.line);
            for problem in refused.get(&row.filled).into_iter().flatten() {
                found.problems.push(problem_of(row.line, problem, &template, &wanted, None));
            }
        }
        found.problems.sort_by_key(|problem| problem.line);
        for (at, problem) in found.problems.iter_mut().enumerate() {
            problem.id = at.to_string();
        }

        let id = Uuid::new_v4().to_string();
        let to = match wanted.to {
            RunTo::Connections { .. } => To::Connections,
            RunTo::Invitations { .. } => To::Invitations,
            RunTo::Desk => To::Desk,
        };
        let run = match frame {
            Some(detail) if !good.is_empty() => {
                if to != To::Connections {
                    self.practice_stays_here(&open, &issuer, None).await?;
                }
                let title = first.as_ref().map(|summary| summary.title.clone()).unwrap_or_default();
                let name = if wanted.name.trim().is_empty() { file } else { wanted.name.trim().to_owned() };
                Some(NewRun {
                    name: cut(&name, MAX_NAME),
                    to,
                    repeats: false,
                    frame: Frame {
                        detail,
                        comment: super::issue::comment(wanted.comment.as_deref()),
                        auto_issue: wanted.auto_issue || to == To::Desk,
                        revocable: wanted.credential.revocable,
                        goal: Some(cut(&format!("To receive: {title}"), 200)),
                        metadata: super::invitations::metadata(&open),
                    },
                    rows: good.iter().map(Good::row).collect(),
                })
            }
            _ => None,
        };
        let label = open.running.lock().kept.label.clone();
        let problems = Arc::new(found.problems);
        let answer = DryRun {
            id: id.clone(),
            good: u32::try_from(good.len()).unwrap_or(u32::MAX),
            bad: u32::try_from(found.bad.len()).unwrap_or(u32::MAX),
            problems: u32::try_from(problems.len()).unwrap_or(u32::MAX),
            card: first.as_ref().map(|summary| Card::of(summary, Some(&label), CardState::Offered)),
            claims: first.as_ref().map(claims).unwrap_or_default(),
        };
        self.table.lock().tried = Some(Tried { id, problems, run });
        Ok(answer)
    }

    /// What the dry run found wrong.
    ///
    /// # Errors
    ///
    /// `no-dry-run`, `wallet-locked`.
    pub fn dry_run_problems(&self, id: &str, offset: u32, limit: u32) -> Answer<Page<RowProblem>> {
        let problems = self.problems(id)?;
        Ok(Page {
            total: u32::try_from(problems.len()).unwrap_or(u32::MAX),
            rows: problems.iter().skip(offset as usize).take(limit.min(MAX_ROWS) as usize).cloned().collect(),
        })
    }

    /// The same as a table.
    ///
    /// # Errors
    ///
    /// As [`Self::dry_run_problems`].
    pub fn problems_table(&self, id: &str) -> Answer<String> {
        let problems = self.problems(id)?;
        let head = ["row", "column", "value", "problem"].map(str::to_owned).to_vec();
        let rows = problems.iter().map(|problem| {
            vec![problem.line.to_string(), problem.column.clone(), problem.value.clone(), problem.sentence.clone()]
        });
        table::write(std::iter::once(head).chain(rows)).map_err(|error| super::runs::unwritten(&error))
    }

    fn problems(&self, id: &str) -> Answer<Arc<Vec<RowProblem>>> {
        self.open()?;
        let desk = self.table.lock();
        let tried = desk.tried.as_ref().filter(|tried| tried.id == id).ok_or_else(not_tried)?;
        Ok(tried.problems.clone())
    }

    /// Start what a dry run tried; the rows that are bad stay out. A dry run starts once.
    ///
    /// # Errors
    ///
    /// `no-dry-run`, `wallet-locked`; what the store says.
    pub async fn start_run(&self, dry_run: &str) -> Answer<String> {
        let open = self.open()?;
        let run = {
            let mut desk = self.table.lock();
            let tried = desk.tried.as_mut().filter(|tried| tried.id == dry_run).ok_or_else(not_tried)?;
            tried.run.take().ok_or_else(not_tried)?
        };
        if run.to == To::Desk {
            Self::check_desk(&open)?;
        }
        let id = open.agent.start_run(run).await?;
        *self.table.lock() = Desktop::default();
        Ok(id.to_string())
    }

    fn the_table(&self) -> Answer<(String, Arc<Table>)> {
        self.table.lock().table.clone().ok_or_else(|| {
            Failure::invalid("no-table", "There is no file to issue from any more.", "Choose the file again.")
        })
    }

    /// Keeps which column is which field, for the next table of this type.
    async fn keep_columns(&self, open: &Open, wanted: &DryRunWanted, table: &Table) -> Answer<()> {
        let chosen: HashMap<String, String> = wanted
            .columns
            .iter()
            .filter_map(|choice| Some((choice.field.clone(), table.columns.get(choice.column? as usize)?.clone())))
            .collect();
        let key = format!("{MAPPING}{}", wanted.credential.type_id);
        let kept = open.agent.store().note(move |tx| tx.put_setting(&key, &chosen)).await;
        kept.map_err(|error: StoreError| Failure::from(error))
    }
}

/// A row that can be offered.
struct Good {
    line: u32,
    values: Vec<FieldValue>,
    filled: Vec<bool>,
    subject: serde_json::Value,
    connection_id: Option<String>,
    name: Option<String>,
}

impl Good {
    fn row(&self) -> NewRow {
        NewRow {
            place: self.line,
            subject: self.subject.clone(),
            connection_id: self.connection_id.clone(),
            name: self.name.clone(),
        }
    }
}

#[derive(Default)]
struct Found {
    good: Vec<Good>,
    bad: HashSet<u32>,
    problems: Vec<RowProblem>,
}

/// The connections that a cell can name.
#[derive(Default)]
struct Recipients(HashMap<String, Vec<String>>);

impl Recipients {
    async fn read(open: &Open) -> Answer<Self> {
        let read = open.agent.store().read(|reader| {
            let filter = ConnectionFilter { state: Some("completed".to_owned()), ..ConnectionFilter::default() };
            let mut known: HashMap<String, Vec<String>> = HashMap::new();
            for row in reader.connections(&filter, StorePage::ALL)? {
                let names = [Some(row.id.clone()), row.alias, row.their_did];
                for name in names.into_iter().flatten() {
                    let ids = known.entry(name.trim().to_lowercase()).or_default();
                    if !ids.contains(&row.id) {
                        ids.push(row.id.clone());
                    }
                }
            }
            Ok::<_, StoreError>(Self(known))
        });
        Ok(read.await?)
    }

    fn find(&self, cell: &str) -> Result<String, FormProblem> {
        if cell.is_empty() {
            return Err(FormProblem::whole("no-recipient", "It does not say for whom it is."));
        }
        match self.0.get(&cell.to_lowercase()).map(Vec::as_slice) {
            None | Some([]) => Err(FormProblem::whole("recipient-unknown", "No connection has this name, id or DID.")),
            Some([one]) => Ok(one.clone()),
            Some(_) => Err(FormProblem::whole(
                "recipient-unclear",
                "Several connections have this name: rename one, or write the DID.",
            )),
        }
    }
}

fn try_rows(wanted: &DryRunWanted, template: &Template, table: &Table, recipients: &Recipients) -> Found {
    let mut found = Found::default();
    for row in &table.rows {
        let mut typed: BTreeMap<String, String> =
            wanted.credential.values.iter().map(|given| (given.name.clone(), given.value.clone())).collect();
        for choice in &wanted.columns {
            if let Some(column) = choice.column {
                typed.insert(choice.field.clone(), row.cell(column as usize).to_owned());
            }
        }
        let mut problems = Vec::new();
        if row.len() > table.columns.len() {
            let sentence = "The row has more cells than there are columns: is a quotation mark missing?";
            problems.push(RowProblem {
                id: String::new(),
                line: row.line,
                column: String::new(),
                value: String::new(),
                code: "too-many-cells",
                bound: None,
                sentence: sentence.to_owned(),
            });
        }
        let (mut connection_id, mut name) = (None, None);
        match &wanted.to {
            RunTo::Connections { column } => match recipients.find(row.cell(*column as usize)) {
                Ok(id) => connection_id = Some(id),
                Err(problem) => {
                    problems.push(problem_of(row.line, &problem, template, wanted, Some((table, *column, row))));
                }
            },
            RunTo::Invitations { column: Some(column) } => {
                name = Some(cut(row.cell(*column as usize), 80)).filter(|name| !name.is_empty());
            }
            RunTo::Invitations { column: None } | RunTo::Desk => {}
        }
        let claims = match template.validate(&typed) {
            Ok(claims) => Some(claims),
            Err(wrong) => {
                for problem in wrong {
                    let column = problem.field.as_deref().and_then(|field| {
                        wanted.columns.iter().find(|choice| choice.field == field).and_then(|choice| choice.column)
                    });
                    let cell = column.map(|column| (table, column, row));
                    problems.push(problem_of(row.line, &problem, template, wanted, cell));
                }
                None
            }
        };
        if problems.is_empty()
            && let Some(claims) = claims
            && let Some(credential) = template.credential(&claims, "did:example:issuer", jiff::Timestamp::UNIX_EPOCH)
            && let Some(subject) = credential.get("credentialSubject")
        {
            let values: Vec<FieldValue> = template
                .fields
                .iter()
                .map(|field| FieldValue {
                    name: field.name.clone(),
                    value: typed.get(&field.name).cloned().unwrap_or_default(),
                })
                .collect();
            found.good.push(Good {
                line: row.line,
                filled: values.iter().map(|value| !value.value.trim().is_empty()).collect(),
                values,
                subject: subject.clone(),
                connection_id,
                name,
            });
            continue;
        }
        if problems.is_empty() {
            let problem = FormProblem::whole("empty-row", "None of the columns that are used has anything in it.");
            problems.push(problem_of(row.line, &problem, template, wanted, None));
        }
        found.bad.insert(row.line);
        let room = MAX_PROBLEMS.saturating_sub(found.problems.len());
        found.problems.extend(problems.into_iter().take(room));
    }
    found
}

fn problem_of(
    line: u32,
    problem: &FormProblem,
    template: &Template,
    wanted: &DryRunWanted,
    cell: Option<(&Table, u32, &table::TableRow)>,
) -> RowProblem {
    let label = |field: &str| {
        let known = template.fields.iter().find(|known| known.name == field);
        known.map_or_else(|| field.to_owned(), |known| known.label.clone())
    };
    let column = match (&problem.field, cell) {
        (_, Some((table, column, _))) => table.columns.get(column as usize).cloned().unwrap_or_default(),
        (Some(field), None) => label(field),
        (None, None) => String::new(),
    };
    let given =
        problem.field.as_ref().and_then(|field| wanted.credential.values.iter().find(|value| value.name == *field));
    let value = match cell {
        Some((_, column, row)) => row.cell(column as usize),
        None => given.map(|given| given.value.as_str()).unwrap_or_default(),
    };
    RowProblem {
        id: String::new(),
        line,
        column,
        value: cut(value, SHOWN),
        code: problem.code,
        bound: problem.bound.clone(),
        sentence: problem.sentence.clone(),
    }
}

fn unreadable(error: &TableError) -> Failure {
    Failure::new(
        "table-unreadable",
        "This file cannot be used",
        error.to_string(),
        "Save the sheet as CSV, with the columns' names in its first line, and choose it again.",
    )
}

fn not_tried() -> Failure {
    Failure::invalid(
        "no-dry-run",
        "What would be offered has changed since it was tried, or nothing can be offered.",
        "Check the rows again.",
    )
}
