//! Revoking, suspending and restoring: a commit for however many credentials, which the lists on the ledger follow.

use std::collections::BTreeMap;

use vouchsafe_credentials::status::Purpose;

use super::issued::{Changed, IssuedStatus};
use crate::Agent;
use crate::error::{AgentError, Result};
use crate::event::Event;
use crate::unit::{History, Unit, Who};

/// Credentials that are changed in one go; more are for the next call.
const AT_ONCE: usize = 10_000;

impl Agent {
    /// Changes how issued credentials stand. The change is made here at once; with `publish` one new version of each
    /// list that it touches is published then, else it waits for [`Agent::publish_status`]. What is revoked stays
    /// revoked.
    ///
    /// # Errors
    /// [`AgentError::NotFound`] for an exchange that issued nothing, and then nothing is changed. That the ledger could
    /// not be written is no error here: see [`Changed::problem`].
    pub async fn set_status(&self, exchange_ids: Vec<String>, to: IssuedStatus, publish: bool) -> Result<Changed> {
        if to == IssuedStatus::NotRevocable {
            return Err(AgentError::invalid("status", "a credential cannot be made irrevocable once it is issued"));
        }
        if exchange_ids.len() > AT_ONCE {
            return Err(AgentError::invalid("exchange_ids", format!("at most {AT_ONCE} at a time")));
        }
        let asked = exchange_ids.len() as u64;
        let committed = self
            .commit(move |unit| {
                let (changed, lists) = change(unit, exchange_ids, to)?;
                for list in lists.into_keys().filter(|_| publish) {
                    unit.tx().want_status_published(Some(list))?;
                }
                Ok::<_, AgentError>(changed)
            })
            .await?;
        let changed = self.settle(committed).await;
        let problem = if publish { self.publish_wanted().await.err() } else { None };
        Ok(Changed {
            changed,
            unchanged: asked.saturating_sub(changed),
            pending: self.pending_changes().await?,
            problem,
        })
    }
}

/// New revisions of lists.
type Revisions = BTreeMap<i64, i64>;

fn change(unit: &mut Unit<'_>, exchange_ids: Vec<String>, to: IssuedStatus) -> Result<(u64, Revisions)> {
    // One revision for each list, however many of its places change.
    let mut revisions = Revisions::new();
    let mut changed = Vec::new();
    for id in exchange_ids {
        let Some((state, connection_id)) = unit.tx().issued_state(&id)? else {
            return Err(AgentError::not_found("issued credential of exchange", id));
        };
        let from = IssuedStatus::of_word(&state);
        if from == to || matches!(from, IssuedStatus::NotRevocable | IssuedStatus::Revoked) {
            continue;
        }
        let places = unit.tx().status_entries(&id)?;
        let listed = |purpose: &Purpose| places.iter().any(|place| place.purpose == purpose.word());
        let told = match to {
            IssuedStatus::Revoked => listed(&Purpose::Revocation),
            IssuedStatus::Suspended => listed(&Purpose::Suspension),
            _ => true,
        };
        // No list could say it, so that nobody would ever see it.
        if !told {
            continue;
        }
        for place in places {
            let value = if place.purpose == Purpose::Suspension.word() {
                // A revoked credential keeps what its suspension was: nothing is given away by it.
                if to == IssuedStatus::Revoked { place.value } else { to == IssuedStatus::Suspended }
            } else {
                to == IssuedStatus::Revoked
            };
            if value == place.value {
                continue;
            }
            let revision = if let Some(revision) = revisions.get(&place.list) {
                *revision
            } else {
                let revision = unit.tx().next_status_revision(place.list)?;
                revisions.insert(place.list, revision);
                revision
            };
            unit.tx().set_status_value(place.list, place.place, value, revision)?;
        }
        unit.tx().set_issued_state(&id, to.word())?;
        unit.history(History {
            subject: "credential-exchange",
            subject_id: &id,
            connection_id: connection_id.as_deref(),
            who: Who::Person,
            what: match to {
                IssuedStatus::Revoked => "revoked",
                IssuedStatus::Suspended => "suspended",
                _ => "restored",
            },
            outcome: "",
        })?;
        changed.push(id);
    }
    let count = changed.len() as u64;
    if count > 0 {
        unit.tell(Event::IssuedStatus { exchange_ids: changed })?;
    }
    Ok((count, revisions))
}
