//! Issued: the credentials that this wallet signed, whether they still stand, and the changes that wait to be published.

use serde::{Deserialize, Serialize};
use specta::Type;
use vouchsafe_agent::status::{Changed, Issued, IssuedStatus};

use super::Failure;
use super::card::{Tint, cut};
use super::connections::ConnectionRef;
use super::exchanges::IssuingAs;

/// Which issued credentials are wanted.
#[derive(Debug, Clone, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct IssuedQuery {
    /// Words to search for in title, holder and subject; all must match.
    pub query: String,
    /// Only those in this state; `null` for all.
    pub state: Option<IssuedState>,
    /// Only those with a change that is not published yet.
    pub pending: bool,
    /// Rows to skip, newest first.
    pub offset: u32,
    /// Rows wanted, at most 200.
    pub limit: u32,
}

/// Whether an issued credential stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, Type)]
#[serde(rename_all = "kebab-case")]
pub enum IssuedState {
    /// It stands.
    Valid,
    /// Suspended: it can be restored.
    Suspended,
    /// Revoked for good.
    Revoked,
    /// It was issued without a status and cannot be taken back.
    NotRevocable,
}

/// One page of the list.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct IssuedPage {
    /// How many match.
    pub total: u32,
    /// The rows.
    pub rows: Vec<IssuedRow>,
    /// Changes of this wallet that are not published yet.
    pub pending: u32,
    /// The pending changes in a sentence; empty where there are none.
    pub pending_sentence: String,
}

/// A row of the list.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct IssuedRow {
    /// The exchange it was issued in.
    pub exchange_id: String,
    /// What it is.
    pub title: String,
    /// To whom, by name.
    pub other: String,
    /// The connection, where it is still there.
    pub connection: Option<ConnectionRef>,
    /// The subject's DID, where the credential names one.
    pub subject: Option<String>,
    /// The identity that signed it.
    pub issuer: IssuingAs,
    /// The tint of its card.
    pub tint: Tint,
    /// When it was issued.
    pub issued_at: String,
    /// Whether it stands.
    pub state: IssuedState,
    /// Its last change is not published yet: others still see the state before.
    pub pending: bool,
    /// Whether it can be suspended, or revoked only.
    pub suspendable: bool,
}

/// What to make of issued credentials.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Type)]
#[serde(rename_all = "kebab-case")]
pub enum StatusChange {
    /// Revoke for good.
    Revoke,
    /// Suspend until restored.
    Suspend,
    /// Restore what is suspended.
    Restore,
}

/// What came of a change, or of publishing.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct StatusChanged {
    /// How many credentials changed.
    pub changed: u32,
    /// How many were left as they were: in that state already, not revocable, or revoked for good.
    pub unchanged: u32,
    /// How many changes wait to be published now.
    pub pending: u32,
    /// In a sentence.
    pub sentence: String,
    /// Why the changes were made and could not be published yet; they are tried again by themselves.
    pub problem: Option<Failure>,
}

impl From<IssuedState> for IssuedStatus {
    fn from(state: IssuedState) -> Self {
        match state {
            IssuedState::Valid => Self::Valid,
            IssuedState::Suspended => Self::Suspended,
            IssuedState::Revoked => Self::Revoked,
            IssuedState::NotRevocable => Self::NotRevocable,
        }
    }
}

impl From<IssuedStatus> for IssuedState {
    fn from(status: IssuedStatus) -> Self {
        match status {
            IssuedStatus::Valid => Self::Valid,
            IssuedStatus::Suspended => Self::Suspended,
            IssuedStatus::Revoked => Self::Revoked,
            IssuedStatus::NotRevocable => Self::NotRevocable,
        }
    }
}

impl From<StatusChange> for IssuedStatus {
    fn from(change: StatusChange) -> Self {
        match change {
            StatusChange::Revoke => Self::Revoked,
            StatusChange::Suspend => Self::Suspended,
            StatusChange::Restore => Self::Valid,
        }
    }
}

impl IssuedRow {
    /// A row of the list. `connection` is the connection as it is called now, `issuer` the person's own name for the
    /// identity.
    pub fn of(credential: &Issued, connection: Option<ConnectionRef>, issuer: Option<&str>) -> Self {
        let then = credential.other.as_deref().map(|other| cut(other, 200));
        Self {
            exchange_id: credential.exchange_id.clone(),
            title: cut(&credential.title, 120),
            other: connection
                .as_ref()
                .map(|connection| connection.name.clone())
                .or(then)
                .unwrap_or_else(|| "Someone who is no connection any more".to_owned()),
            connection,
            subject: credential.subject.as_deref().map(|subject| cut(subject, 500)),
            issuer: IssuingAs::new(&credential.issuer, issuer),
            tint: Tint::of(&credential.issuer),
            issued_at: credential.issued_at.to_string(),
            state: credential.status.into(),
            pending: credential.pending,
            suspendable: credential.suspendable,
        }
    }
}

impl StatusChanged {
    /// What came of a change; of publishing where there is none.
    pub fn of(change: Option<StatusChange>, changed: Changed) -> Self {
        let Changed { changed, unchanged, pending, problem } = changed;
        let count = |count: u64| u32::try_from(count).unwrap_or(u32::MAX);
        let credentials = |many: u64| if many == 1 { "1 credential".to_owned() } else { format!("{many} credentials") };
        let done = match (change, changed) {
            (_, 0) => "Nothing was changed".to_owned(),
            (Some(StatusChange::Revoke), many) => format!("{} revoked", credentials(many)),
            (Some(StatusChange::Suspend), many) => format!("{} suspended", credentials(many)),
            (Some(StatusChange::Restore), many) => format!("{} restored", credentials(many)),
            (None, 1) => "1 change published".to_owned(),
            (None, many) => format!("{many} changes published"),
        };
        let rest = match (change, unchanged) {
            (None, _) | (_, 0) => String::new(),
            (_, 1) => "; 1 was left as it was".to_owned(),
            (_, many) => format!("; {many} were left as they were"),
        };
        let waiting = match pending {
            0 => String::new(),
            1 => " 1 change waits to be published.".to_owned(),
            many => format!(" {many} changes wait to be published."),
        };
        Self {
            changed: count(changed),
            unchanged: count(unchanged),
            pending: count(pending),
            sentence: format!("{done}{rest}.{waiting}"),
            problem: problem.map(Failure::from),
        }
    }
}

#[cfg(test)]
mod tests {
    use vouchsafe_agent::status::Changed;

    use super::{StatusChange, StatusChanged};

    #[test]
    fn what_came_of_a_change_is_said_with_what_still_waits() {
        let said = |change, changed, unchanged, pending| {
            StatusChanged::of(change, Changed { changed, unchanged, pending, problem: None }).sentence
        };
        assert_eq!(said(Some(StatusChange::Revoke), 1, 0, 0), "1 credential revoked.");
        assert_eq!(
            said(Some(StatusChange::Suspend), 3, 1, 3),
            "3 credentials suspended; 1 was left as it was. 3 changes wait to be published."
        );
        assert_eq!(said(None, 3, 0, 0), "3 changes published.");
        assert_eq!(said(Some(StatusChange::Restore), 0, 2, 0), "Nothing was changed; 2 were left as they were.");
    }
}
