//! What this wallet has issued, and how it stands.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use vouchsafe_credentials::Summary;
use vouchsafe_credentials::status::Purpose;
use vouchsafe_store::{IssuedRow, Page};

use crate::Agent;
use crate::error::{AgentError, Result};
use crate::records::ReadRecords;
use crate::unit::Unit;

/// Whether an issued credential stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum IssuedStatus {
    /// It stands.
    Valid,
    /// Suspended: it can be restored.
    Suspended,
    /// Revoked for good.
    Revoked,
    /// Issued without a status: it cannot be taken back.
    NotRevocable,
}

impl IssuedStatus {
    /// The word in its row.
    pub fn word(self) -> &'static str {
        match self {
            Self::Valid => "valid",
            Self::Suspended => "suspended",
            Self::Revoked => "revoked",
            Self::NotRevocable => "not_revocable",
        }
    }

    /// The status of that word.
    pub fn of_name(word: &str) -> Option<Self> {
        let all = [Self::Valid, Self::Suspended, Self::Revoked, Self::NotRevocable];
        all.into_iter().find(|status| status.word() == word)
    }

    pub(super) fn of_word(word: &str) -> Self {
        Self::of_name(word).unwrap_or(Self::NotRevocable)
    }
}

/// An issued credential.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Issued {
    /// The exchange that it was issued in; its record may be gone.
    pub exchange_id: String,
    /// The connection it went over.
    pub connection_id: Option<String>,
    /// What the connection was called then.
    pub other: Option<String>,
    /// What lists call it.
    pub title: String,
    /// Its subject's id.
    pub subject: Option<String>,
    /// The DID that signed it.
    pub issuer: String,
    /// When it left.
    pub issued_at: Timestamp,
    /// Whether it stands.
    pub status: IssuedStatus,
    /// Its last change is not published yet: others still see the state before.
    pub pending: bool,
    /// Whether it has a place in a list that can say that it is suspended.
    pub suspendable: bool,
}

/// Which issued credentials; every part that is set has to fit.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct IssuedFilter {
    /// Words, each of which is somewhere in title, subject, issuer or the connection's name.
    pub text: Option<String>,
    /// The exchange.
    pub exchange_id: Option<String>,
    /// The connection.
    pub connection_id: Option<String>,
    /// The DID that signed it.
    pub issuer: Option<String>,
    /// How it stands.
    pub status: Option<IssuedStatus>,
    /// Only those whose last change is not published yet.
    pub pending: bool,
}

/// What came of a change, or of publishing.
#[derive(Debug)]
pub struct Changed {
    /// Credentials that changed; of [`Agent::publish_status`]: whose change was published.
    pub changed: u64,
    /// Credentials that were left as they were: in that state already, not revocable, revoked for good, or in no list
    /// that could say it.
    pub unchanged: u64,
    /// Credentials whose change waits to be published now.
    pub pending: u64,
    /// Why what was to be published is not yet; the changes themselves are made, and it is tried again by itself.
    pub problem: Option<AgentError>,
}

impl From<IssuedFilter> for vouchsafe_store::IssuedFilter {
    fn from(filter: IssuedFilter) -> Self {
        Self {
            text: filter.text,
            exchange_id: filter.exchange_id,
            connection_id: filter.connection_id,
            issuer: filter.issuer,
            state: filter.status.map(|status| status.word().to_owned()),
            pending: filter.pending,
        }
    }
}

impl Issued {
    fn of(row: IssuedRow, suspendable: bool) -> Self {
        Self {
            exchange_id: row.exchange_id,
            connection_id: row.connection_id,
            other: row.other,
            title: row.title,
            subject: row.subject,
            issuer: row.issuer,
            issued_at: row.issued_at,
            status: IssuedStatus::of_word(&row.state),
            pending: row.pending,
            suspendable,
        }
    }
}

/// Notes a credential that leaves with this step; its places in the lists are its own from now on.
///
/// # Errors
/// What the store says.
pub(crate) fn note_issued(
    unit: &mut Unit<'_>,
    exchange_id: String,
    connection_id: Option<String>,
    summary: Summary,
) -> Result<()> {
    let places = unit.tx().keep_status_places(&exchange_id)?;
    let status = if places > 0 { IssuedStatus::Valid } else { IssuedStatus::NotRevocable };
    let other = match &connection_id {
        Some(id) => {
            let connection = unit.tx().connection_record(id)?;
            connection.alias.clone().or_else(|| connection.their_label.clone())
        }
        None => None,
    };
    unit.tx().add_issued(&IssuedRow {
        exchange_id,
        connection_id,
        other,
        title: summary.title,
        subject: summary.subject_ids.into_iter().next(),
        issuer: summary.issuer,
        issued_at: unit.now(),
        state: status.word().to_owned(),
        pending: false,
    })?;
    Ok(())
}

/// Frees the places of an exchange that ends, or goes, before its credential has left.
///
/// # Errors
/// What the store says.
pub(crate) fn free(unit: &mut Unit<'_>, exchange_id: &str) -> Result<()> {
    unit.tx().free_status_places(exchange_id)?;
    Ok(())
}

impl Agent {
    /// What this wallet has issued, in the order it left.
    ///
    /// # Errors
    /// What the store says.
    pub async fn issued_credentials(&self, filter: IssuedFilter, page: Page) -> Result<Vec<Issued>> {
        self.look(move |reader| {
            let rows = reader.issued(&filter.into(), page)?;
            rows.into_iter()
                .map(|row| {
                    let places = reader.status_entries(&row.exchange_id)?;
                    let suspendable = places.iter().any(|place| place.purpose == Purpose::Suspension.word());
                    Ok(Issued::of(row, suspendable))
                })
                .collect()
        })
        .await
    }

    /// How many issued credentials fit a filter.
    ///
    /// # Errors
    /// What the store says.
    pub async fn count_issued(&self, filter: IssuedFilter) -> Result<u64> {
        self.look(move |reader| Ok(reader.count_issued(&filter.into())?)).await
    }

    /// How many changes are not published yet.
    pub(super) async fn pending_changes(&self) -> Result<u64> {
        self.count_issued(IssuedFilter { pending: true, ..IssuedFilter::default() }).await
    }
}
