//! Issued credentials: the list, and revoking, suspending and restoring what is in it.

use vouchsafe_agent::status::{IssuedFilter, IssuedStatus};
use vouchsafe_store::StoreError;

use super::Profile;
use super::records::{IdentityNames, Names, newest};
use super::wallet::Open;
use crate::commands::Answer;
use crate::practice::NAMESPACE;
use crate::view::issued::{IssuedPage, IssuedQuery, IssuedRow, StatusChange, StatusChanged};
use crate::view::{Failure, Topic};

/// The longest search, in characters.
const MAX_QUERY: usize = 200;
/// Credentials that are changed in one go.
const MAX_CHANGED: usize = 10_000;

impl Profile {
    /// Credentials that this wallet issued, newest first.
    ///
    /// # Errors
    ///
    /// `wallet-locked`; what the store says.
    pub async fn issued(&self, query: IssuedQuery) -> Answer<IssuedPage> {
        let open = self.open()?;
        let text: String = query.query.trim().chars().take(MAX_QUERY).collect();
        let filter = IssuedFilter {
            text: (!text.is_empty()).then_some(text),
            status: query.state.map(IssuedStatus::from),
            pending: query.pending,
            ..IssuedFilter::default()
        };
        let total = open.agent.count_issued(filter.clone()).await?;
        let found = open.agent.issued_credentials(filter, newest(query.offset, query.limit)).await?;
        let rows = open
            .agent
            .store()
            .read(move |reader| {
                let (mut names, mut issuers) = (Names::default(), IdentityNames::default());
                found
                    .iter()
                    .map(|issued| {
                        let connection = names.of(reader, issued.connection_id.as_deref())?;
                        let issuer = issuers.of(reader, Some(&issued.issuer))?;
                        Ok(IssuedRow::of(issued, connection, issuer.as_deref()))
                    })
                    .collect::<Result<_, StoreError>>()
            })
            .await
            .map_err(|error: StoreError| Failure::from(error))?;
        let pending = open.pending_changes().await?;
        Ok(IssuedPage {
            total: u32::try_from(total).unwrap_or(u32::MAX),
            rows,
            pending,
            pending_sentence: match pending {
                0 => String::new(),
                1 => "1 change is not published yet: others still see the state before.".to_owned(),
                many => format!("{many} changes are not published yet: others still see the state before."),
            },
        })
    }

    /// Revoke, suspend or restore.
    ///
    /// # Errors
    ///
    /// `not-found`, `too-many`, `wallet-locked`; what the store says. That the ledger could not be written is in the answer.
    pub async fn set_status(
        &self,
        exchange_ids: Vec<String>,
        change: StatusChange,
        publish: bool,
    ) -> Answer<StatusChanged> {
        let open = self.open()?;
        if exchange_ids.len() > MAX_CHANGED {
            return Err(Failure::invalid(
                "too-many",
                format!("At most {MAX_CHANGED} credentials are changed in one go."),
                "Choose fewer and do the rest after.",
            ));
        }
        if publish {
            self.practice_for_lists(&open).await;
        }
        let changed = open.agent.set_status(exchange_ids, change.into(), publish).await?;
        self.announcer.say([Topic::App, Topic::Issued, Topic::Exchanges, Topic::Activity]);
        Ok(StatusChanged::of(Some(change), changed))
    }

    /// Publish all changes that wait.
    ///
    /// # Errors
    ///
    /// `wallet-locked`; what the store says. That the ledger could not be written is in the answer.
    pub async fn publish_status(&self) -> Answer<StatusChanged> {
        let open = self.open()?;
        self.practice_for_lists(&open).await;
        let changed = open.agent.publish_status().await?;
        self.announcer.say([Topic::App, Topic::Issued]);
        Ok(StatusChanged::of(None, changed))
    }

    /// Lists may be on the practice ledger. Where it does not run, publishing says so itself.
    async fn practice_for_lists(&self, open: &Open) {
        if let Err(failure) = self.ready_network(open, NAMESPACE).await {
            tracing::info!(code = failure.code, "the practice ledger does not run");
        }
    }
}

impl Open {
    /// How many changes are not published yet.
    pub(super) async fn pending_changes(&self) -> Answer<u32> {
        let filter = IssuedFilter { pending: true, ..IssuedFilter::default() };
        Ok(u32::try_from(self.agent.count_issued(filter).await?).unwrap_or(u32::MAX))
    }
}
