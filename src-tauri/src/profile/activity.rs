//! The history, with the names that stand in it today.

use std::collections::HashMap;

use vouchsafe_store::{HistoryFilter, HistoryRow, Page as StorePage, Reader, StoreError};

use super::Profile;
use super::records::{Names, identity_name, newest, record};
use crate::commands::Answer;
use crate::view::activity::{ActivityQuery, HistoryEntry};
use crate::view::exchanges::credential_of;
use crate::view::{Failure, Page};

/// Lines that are counted for the height of the list; beyond them it grows as it is scrolled.
const COUNTED: u32 = 10_000;

impl Profile {
    /// The history, newest first.
    ///
    /// # Errors
    ///
    /// `wallet-locked`; what the store says.
    pub async fn activity(&self, query: ActivityQuery) -> Answer<Page<HistoryEntry>> {
        let agent = self.agent()?;
        agent
            .store()
            .read(move |reader| {
                let filter = HistoryFilter { connection_id: query.connection_id.clone(), ..HistoryFilter::default() };
                let lines = reader.history(&filter, newest(query.offset, query.limit))?;
                let total = reader.history(&filter, StorePage::newest(COUNTED))?.len();
                Ok(Page { total: u32::try_from(total).unwrap_or(u32::MAX), rows: entries(reader, &lines)? })
            })
            .await
            .map_err(|error: StoreError| Failure::from(error))
    }
}

/// Lines of history with names.
///
/// # Errors
///
/// What the store says.
pub fn entries(reader: &Reader<'_>, lines: &[HistoryRow]) -> Result<Vec<HistoryEntry>, StoreError> {
    let mut names = Names::default();
    let mut titles: HashMap<String, Option<String>> = HashMap::new();
    let mut found = Vec::with_capacity(lines.len());
    for line in lines {
        let connection_id = line
            .connection_id
            .as_deref()
            .or_else(|| (line.subject == "connection").then_some(line.subject_id.as_str()));
        let connection = names.of(reader, connection_id)?;
        let title = if let Some(known) = titles.get(&line.subject_id) {
            known.clone()
        } else {
            let known = title(reader, line)?;
            titles.insert(line.subject_id.clone(), known.clone());
            known
        };
        found.push(HistoryEntry::of(line, connection, title.as_deref()));
    }
    Ok(found)
}

/// What an exchange or a credential is about, where it is still there.
fn title(reader: &Reader<'_>, line: &HistoryRow) -> Result<Option<String>, StoreError> {
    Ok(match line.subject.as_str() {
        "credential-exchange" => reader
            .exchange(&line.subject_id)?
            .map(|row| record(&row.body))
            .transpose()?
            .map(|exchange| vouchsafe_credentials::Summary::of(&credential_of(&exchange)).title),
        "did" => identity_name(reader, Some(&line.subject_id))?,
        "credential" => reader.credential(&line.subject_id)?.map(|row| row.title),
        _ => None,
    })
}
