//! Reading what the screens are made of: the store's rows with the records in them, gathered in one go for one view.

use std::collections::HashMap;

use jiff::Timestamp;
use serde::de::DeserializeOwned;
use serde_json::Value;
use vouchsafe_protocols::connection::Connection;
use vouchsafe_protocols::issue_credential::CredentialExchange;
use vouchsafe_protocols::out_of_band::OutOfBand;
use vouchsafe_store::{ExchangeRow, HistoryFilter, HistoryRow, Page, Reader, StoreError};

use crate::view::MAX_ROWS;
use crate::view::connections::ConnectionRef;
use crate::view::exchanges::{Sources, credential_of};
use crate::view::identities::NAME;

/// A record in its row's JSON.
///
/// # Errors
///
/// `StoreError::Damaged`: a later version wrote it, or the file was changed.
pub fn record<T: DeserializeOwned>(body: &str) -> Result<T, StoreError> {
    serde_json::from_str(body).map_err(|error| StoreError::Damaged(format!("a record cannot be read: {error}")))
}

/// A page of bounded size, newest first.
pub fn newest(offset: u32, limit: u32) -> Page {
    Page { limit: limit.min(MAX_ROWS), offset, descending: true }
}

/// One connection, if it is there.
///
/// # Errors
///
/// What the store says.
pub fn connection(reader: &Reader<'_>, id: Option<&str>) -> Result<Option<Connection>, StoreError> {
    let Some(id) = id else { return Ok(None) };
    reader.connection(id)?.map(|row| record(&row.body)).transpose()
}

/// A connection's name, if it is there.
///
/// # Errors
///
/// What the store says.
pub fn reference(reader: &Reader<'_>, id: Option<&str>) -> Result<Option<ConnectionRef>, StoreError> {
    Ok(connection(reader, id)?.as_ref().map(ConnectionRef::from))
}

/// Names of connections, each read once for a list.
#[derive(Default)]
pub struct Names(HashMap<String, Option<ConnectionRef>>);

impl Names {
    /// A connection's name, if it is there.
    ///
    /// # Errors
    ///
    /// What the store says.
    pub fn of(&mut self, reader: &Reader<'_>, id: Option<&str>) -> Result<Option<ConnectionRef>, StoreError> {
        let Some(id) = id else { return Ok(None) };
        if let Some(known) = self.0.get(id) {
            return Ok(known.clone());
        }
        let name = reference(reader, Some(id))?;
        self.0.insert(id.to_owned(), name.clone());
        Ok(name)
    }
}

/// The person's own name for an identity of this wallet.
///
/// # Errors
///
/// What the store says.
pub fn identity_name(reader: &Reader<'_>, did: Option<&str>) -> Result<Option<String>, StoreError> {
    let Some(did) = did else { return Ok(None) };
    let row = reader.did(did)?;
    Ok(row.and_then(|row| row.metadata.get(NAME).and_then(Value::as_str).map(str::to_owned)))
}

/// Names of identities, each read once for a list.
#[derive(Default)]
pub struct IdentityNames(HashMap<String, Option<String>>);

impl IdentityNames {
    /// The person's own name for the identity, if it is this wallet's.
    ///
    /// # Errors
    ///
    /// What the store says.
    pub fn of(&mut self, reader: &Reader<'_>, did: Option<&str>) -> Result<Option<String>, StoreError> {
        let Some(did) = did else { return Ok(None) };
        if let Some(known) = self.0.get(did) {
            return Ok(known.clone());
        }
        let name = identity_name(reader, Some(did))?;
        self.0.insert(did.to_owned(), name.clone());
        Ok(name)
    }
}

/// The history of one subject, oldest first.
///
/// # Errors
///
/// What the store says.
pub fn history_of(reader: &Reader<'_>, subject_id: &str) -> Result<Vec<HistoryRow>, StoreError> {
    let filter = HistoryFilter { subject_id: Some(subject_id.to_owned()), ..HistoryFilter::default() };
    let mut lines = reader.history(&filter, Page::newest(200))?;
    lines.reverse();
    Ok(lines)
}

/// Everything that a view of one exchange shows.
///
/// # Errors
///
/// What the store says.
pub fn sources(reader: &Reader<'_>, row: &ExchangeRow, now: Timestamp) -> Result<Sources, StoreError> {
    let exchange: CredentialExchange = record(&row.body)?;
    let mut connection = connection(reader, exchange.connection_id.as_deref())?;
    let mut invitation = None;
    let message_id = exchange
        .parent_thread_id
        .as_deref()
        .or_else(|| connection.as_ref().and_then(|connection| connection.invitation_msg_id.as_deref()));
    if let Some(message_id) = message_id {
        for role in ["sender", "receiver"] {
            if let Some(row) = reader.invitation_by_message(message_id, role)? {
                invitation = Some(record::<OutOfBand>(&row.body)?);
                break;
            }
        }
    }
    // An offer waits until its invitation has led to a connection: who is on the way is known before that.
    if connection.is_none()
        && let Some(coming) = self::connection(reader, invitation.as_ref().and_then(|it| it.connection_id.as_deref()))?
        && coming.rfc23_state() != "invitation-sent"
    {
        connection = Some(coming);
    }
    let mut history = history_of(reader, &exchange.id)?;
    if let Some(connection) = &connection {
        history.extend(history_of(reader, &connection.id)?);
    }
    let unsent = reader.outbox_for_exchange(&exchange.id)?;
    let stored = reader.credential_by_exchange(&exchange.id)?.map(|row| (row.record_id, row.verification, row.status));
    let standing = reader.issued_state(&exchange.id)?.map(|(state, _)| state);
    let credential = credential_of(&exchange);
    let issuer = identity_name(reader, vouchsafe_credentials::issuer_of(&credential))?;
    Ok(Sources { exchange, connection, invitation, history, unsent, stored, standing, issuer, now })
}
