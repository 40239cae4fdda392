//! Exchanges: the offers that wait, the issuer's queue, and the decisions about them.

use vouchsafe_agent::issue::RequestCredential;
use vouchsafe_protocols::issue_credential::CredentialExchange;
use vouchsafe_store::{ExchangeFilter, Page as StorePage, Reader, StoreError};

use super::Profile;
use super::records::{IdentityNames, Names, newest, record, sources};
use crate::commands::Answer;
use crate::view::exchanges::{ExchangePhase, ExchangeQuery, ExchangeRow, ExchangeView, Role, credential_of};
use crate::view::{Failure, MAX_ROWS, Page};

/// Every state a role can be in, with the phase it belongs to.
const STATES: [(&str, &str, ExchangePhase); 12] = [
    ("issuer", "proposal-received", ExchangePhase::Ours),
    ("issuer", "offer-sent", ExchangePhase::Theirs),
    ("issuer", "request-received", ExchangePhase::Ours),
    ("issuer", "credential-issued", ExchangePhase::Theirs),
    ("issuer", "done", ExchangePhase::Done),
    ("issuer", "abandoned", ExchangePhase::Ended),
    ("holder", "proposal-sent", ExchangePhase::Theirs),
    ("holder", "offer-received", ExchangePhase::Ours),
    ("holder", "request-sent", ExchangePhase::Theirs),
    ("holder", "credential-received", ExchangePhase::Ours),
    ("holder", "done", ExchangePhase::Done),
    ("holder", "abandoned", ExchangePhase::Ended),
];
/// The longest reason that is sent to the other side.
const MAX_REASON: usize = 500;

impl Profile {
    /// Exchanges, newest first.
    ///
    /// # Errors
    ///
    /// `wallet-locked`; what the store says.
    pub async fn exchanges(&self, query: ExchangeQuery) -> Answer<Page<ExchangeRow>> {
        let agent = self.agent()?;
        let now = agent.now();
        let page = agent
            .store()
            .read(move |reader| list(reader, &query, now))
            .await
            .map_err(|error: StoreError| Failure::from(error))?;
        Ok(page)
    }

    /// One exchange.
    ///
    /// # Errors
    ///
    /// `not-found`, `wallet-locked`; what the store says.
    pub async fn exchange(&self, id: &str) -> Answer<ExchangeView> {
        let agent = self.agent()?;
        let (id, now) = (id.to_owned(), agent.now());
        let found = agent
            .store()
            .read(move |reader| reader.exchange(&id)?.map(|row| sources(reader, &row, now)).transpose())
            .await
            .map_err(|error: StoreError| Failure::from(error))?;
        let own = agent.config().label.clone();
        found.map(|sources| ExchangeView::of(&sources, &own)).ok_or_else(|| Failure::not_found("exchange"))
    }

    /// Accept an offer.
    ///
    /// # Errors
    ///
    /// `not-now`, `credential-refused`, `wallet-locked`; what the store says.
    pub async fn accept_offer(&self, id: &str) -> Answer<ExchangeView> {
        self.still_counts(id).await?;
        self.agent()?.request_credential(id, RequestCredential::default()).await?;
        self.exchange(id).await
    }

    /// Decline an offer.
    ///
    /// # Errors
    ///
    /// As [`Self::cancel_exchange`].
    pub async fn decline_offer(&self, id: &str, reason: Option<String>) -> Answer<ExchangeView> {
        self.cancel_exchange(id, reason).await
    }

    /// Sign and send what was requested; where the holder proposed, offer it.
    ///
    /// # Errors
    ///
    /// `not-now`, `credential-refused`, `wallet-locked`; what the store says.
    pub async fn issue_now(&self, id: &str) -> Answer<ExchangeView> {
        let open = self.open()?;
        let exchange = open.agent.exchange(id).await?;
        let credential = credential_of(&exchange);
        if let Some(issuer) = vouchsafe_credentials::issuer_of(&credential) {
            self.practice_stays_here(&open, issuer, exchange.connection_id.as_deref()).await?;
        }
        open.agent.issue_credential(id, None).await?;
        self.exchange(id).await
    }

    /// Verify and store what was issued.
    ///
    /// # Errors
    ///
    /// `not-now`, `did-…`, `wallet-locked`; what the store says.
    pub async fn store_now(&self, id: &str) -> Answer<ExchangeView> {
        self.agent()?.store_credential(id, None).await?;
        self.exchange(id).await
    }

    /// Deliver now what waits in this exchange, or send the last message once more.
    ///
    /// # Errors
    ///
    /// `not-now`, `wallet-locked`; what the store says.
    pub async fn retry(&self, id: &str) -> Answer<ExchangeView> {
        self.agent()?.retry_exchange(id).await?;
        self.exchange(id).await
    }

    /// End an exchange that is not done.
    ///
    /// # Errors
    ///
    /// `not-now`, `wallet-locked`; what the store says.
    pub async fn cancel_exchange(&self, id: &str, reason: Option<String>) -> Answer<ExchangeView> {
        let reason = reason
            .map(|reason| reason.trim().chars().take(MAX_REASON).collect::<String>())
            .filter(|reason| !reason.is_empty());
        self.agent()?.abandon_exchange(id, reason).await?;
        self.exchange(id).await
    }

    /// Forget an exchange that is over.
    ///
    /// # Errors
    ///
    /// `not-now` while it is not over, `wallet-locked`; what the store says.
    pub async fn delete_exchange(&self, id: &str) -> Answer<()> {
        let agent = self.agent()?;
        if !agent.exchange(id).await?.state.is_final() {
            return Err(Failure::new(
                "not-now",
                "Not over yet",
                "This exchange is not over, so it cannot be forgotten.",
                "Cancel it first.",
            ));
        }
        Ok(agent.delete_exchange(id).await?)
    }
}

fn list(reader: &Reader<'_>, query: &ExchangeQuery, now: jiff::Timestamp) -> Result<Page<ExchangeRow>, StoreError> {
    let role = query.role.map(|role| match role {
        Role::Issuer => "issuer",
        Role::Holder => "holder",
    });
    let wanted = |of: &str, phase: ExchangePhase| {
        role.is_none_or(|role| role == of) && query.phase.is_none_or(|wanted| wanted == phase)
    };
    let filter = ExchangeFilter {
        connection_id: query.connection_id.clone(),
        role: role.map(str::to_owned),
        ..ExchangeFilter::default()
    };
    let (total, rows) = if let (None, None) = (query.phase, &query.connection_id) {
        (count(reader, &wanted)?, reader.exchanges(&filter, newest(query.offset, query.limit))?)
    } else {
        // A phase is several states, each with its own index: the newest of each, merged.
        let reach = query.offset.saturating_add(query.limit.min(MAX_ROWS));
        let mut rows = Vec::new();
        let mut total: u64 = 0;
        for (of, state, phase) in STATES {
            if wanted(of, phase) {
                let filter =
                    ExchangeFilter { role: Some(of.to_owned()), state: Some(state.to_owned()), ..filter.clone() };
                let found = reader.exchanges(
                    &filter,
                    StorePage::newest(if query.connection_id.is_some() { u32::MAX } else { reach }),
                )?;
                total += found.len() as u64;
                rows.extend(found);
            }
        }
        if query.connection_id.is_none() {
            total = count(reader, &wanted)?;
        }
        rows.sort_by_key(|row| std::cmp::Reverse(row.created_at));
        let rows = rows.into_iter().skip(query.offset as usize).take(query.limit.min(MAX_ROWS) as usize).collect();
        (total, rows)
    };
    let mut names = Names::default();
    let mut issuers = IdentityNames::default();
    let rows = rows
        .iter()
        .map(|row| {
            let exchange: CredentialExchange = record(&row.body)?;
            let connection = names.of(reader, row.connection_id.as_deref())?;
            let credential = credential_of(&exchange);
            let issuer = issuers.of(reader, vouchsafe_credentials::issuer_of(&credential))?;
            let other = connection.as_ref().map(|connection| connection.name.as_str());
            let unsent = reader.outbox_for_exchange(&row.id)?;
            Ok(ExchangeRow::of(&exchange, other, issuer.as_deref(), now).held_up(&exchange, &unsent))
        })
        .collect::<Result<_, StoreError>>()?;
    Ok(Page { total: u32::try_from(total).unwrap_or(u32::MAX), rows })
}

fn count(reader: &Reader<'_>, wanted: &impl Fn(&str, ExchangePhase) -> bool) -> Result<u64, StoreError> {
    let counts = reader.exchange_counts()?;
    Ok(counts
        .iter()
        .filter(|count| {
            STATES.iter().any(|(of, state, phase)| *of == count.role && *state == count.state && wanted(of, *phase))
        })
        .map(|count| count.count)
        .sum())
}
