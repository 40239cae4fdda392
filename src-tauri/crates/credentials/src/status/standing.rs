//! How a credential stands, put together from all of its entries: the worst of what is known.

use serde::{Deserialize, Serialize};

use super::problem::StatusProblem;

/// What a list says about one entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum EntryStatus {
    /// Nothing against it.
    Valid,
    /// Taken back for good.
    Revoked,
    /// Does not count for the time being.
    Suspended,
    /// Something that only the issuer's words explain.
    Message {
        /// The entry's value.
        value: u8,
        /// The issuer's words for it.
        text: Option<String>,
    },
}

/// How a credential stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StatusState {
    /// The issuer lets it stand.
    Valid,
    /// It is suspended, and may be restored.
    Suspended,
    /// It is revoked, for good.
    Revoked,
    /// It has a status, which could not be told.
    Unknown,
    /// It has no status: the issuer cannot take it back.
    NotTracked,
}

/// How a credential stands, with what a person is told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    /// The state.
    pub state: StatusState,
    /// Why, as a clause.
    pub detail: String,
}

impl Standing {
    /// Puts together what was found for each entry; none at all: there is no status.
    pub fn of(found: &[Result<EntryStatus, StatusProblem>]) -> Self {
        let has = |wanted: &EntryStatus| found.iter().any(|entry| entry.as_ref() == Ok(wanted));
        let (state, detail) = if found.is_empty() {
            (StatusState::NotTracked, "its issuer cannot revoke it".to_owned())
        } else if has(&EntryStatus::Revoked) {
            (StatusState::Revoked, "its issuer has revoked it".to_owned())
        } else if has(&EntryStatus::Suspended) {
            (StatusState::Suspended, "its issuer has suspended it".to_owned())
        } else if let Some(problem) = found.iter().find_map(|entry| entry.as_ref().err()) {
            (StatusState::Unknown, problem.to_string())
        } else {
            let message = found.iter().find_map(|entry| match entry {
                Ok(EntryStatus::Message { value, text }) => {
                    Some(text.clone().unwrap_or_else(|| format!("its issuer gives it the status {value}")))
                }
                _ => None,
            });
            (StatusState::Valid, message.unwrap_or_else(|| "its issuer lets it stand".to_owned()))
        };
        Self { state, detail }
    }

    /// A status that could not be looked at, and why.
    pub fn unknown(reason: impl Into<String>) -> Self {
        Self { state: StatusState::Unknown, detail: reason.into() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_worst_that_is_known_counts() {
        let unknown = || Err(StatusProblem::TooLarge);
        let message = || Ok(EntryStatus::Message { value: 2, text: Some("in delivery".to_owned()) });
        for (found, state) in [
            (vec![], StatusState::NotTracked),
            (vec![Ok(EntryStatus::Valid), Ok(EntryStatus::Valid)], StatusState::Valid),
            (vec![Ok(EntryStatus::Suspended), Ok(EntryStatus::Revoked)], StatusState::Revoked),
            (vec![unknown(), Ok(EntryStatus::Revoked)], StatusState::Revoked),
            (vec![unknown(), Ok(EntryStatus::Suspended)], StatusState::Suspended),
            (vec![Ok(EntryStatus::Valid), unknown()], StatusState::Unknown),
            (vec![message(), Ok(EntryStatus::Valid)], StatusState::Valid),
        ] {
            assert_eq!(Standing::of(&found).state, state, "{found:?}");
        }
        assert_eq!(Standing::of(&[message()]).detail, "in delivery");
    }
}
