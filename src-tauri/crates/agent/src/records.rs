//! Records and their rows. The store keeps a record's JSON beside the columns it is found by; this is the one place
//! where the two meet, so that a column never says something else than its record.

use serde::Serialize;
use serde::de::DeserializeOwned;
use vouchsafe_didcomm::Verkey;
use vouchsafe_protocols::connection::{Connection, Role, short_did};
use vouchsafe_protocols::issue_credential::{self, CredentialExchange};
use vouchsafe_protocols::out_of_band::{self, OutOfBand};
use vouchsafe_store::{
    ConnectionFilter, ConnectionRow, ExchangeFilter, ExchangeRow, InvitationFilter, InvitationRow, Page, Reader,
    StoreError,
};

use crate::Agent;
use crate::connect::names;
use crate::error::{AgentError, Result};
use crate::event::Event;
use crate::unit::Unit;

fn read<T: DeserializeOwned>(what: &'static str, id: &str, body: &str) -> Result<T> {
    serde_json::from_str(body)
        .map_err(|error| StoreError::Damaged(format!("the {what} {id} cannot be read: {error}")).into())
}

fn write(record: &impl Serialize) -> Result<String> {
    serde_json::to_string(record).map_err(|error| AgentError::invalid("record", error.to_string()))
}

/// The role's word in a connection's row.
pub(crate) fn role_word(role: Role) -> &'static str {
    match role {
        Role::Inviter => "inviter",
        Role::Invitee => "invitee",
    }
}

/// Our part in an invitation, in its row.
pub(crate) fn oob_role_word(role: out_of_band::Role) -> &'static str {
    match role {
        out_of_band::Role::Sender => "sender",
        out_of_band::Role::Receiver => "receiver",
    }
}

/// Our part in an exchange, in its row.
pub(crate) fn exchange_role_word(role: issue_credential::Role) -> &'static str {
    match role {
        issue_credential::Role::Issuer => "issuer",
        issue_credential::Role::Holder => "holder",
    }
}

/// Reading records, in a transaction or outside of one.
pub(crate) trait ReadRecords {
    fn connection_record(&self, id: &str) -> Result<Connection>;
    fn connection_with_keys(&self, my: &Verkey, their: &Verkey) -> Result<Option<Connection>>;
    fn connection_of_request(&self, request_id: &str, their_role: Role) -> Result<Option<Connection>>;
    fn connection_records(&self, filter: &ConnectionFilter, page: Page) -> Result<Vec<Connection>>;
    fn oob_record(&self, oob_id: &str) -> Result<OutOfBand>;
    fn oob_of_message(&self, invi_msg_id: &str, role: &str) -> Result<Option<OutOfBand>>;
    fn oob_of_key(&self, key: &Verkey) -> Result<Option<OutOfBand>>;
    fn oob_records(&self, filter: &InvitationFilter, page: Page) -> Result<Vec<OutOfBand>>;
    fn exchange_record(&self, id: &str) -> Result<CredentialExchange>;
    fn exchange_of_thread(&self, thread_id: &str, role: &str) -> Result<Option<CredentialExchange>>;
    fn exchange_records(&self, filter: &ExchangeFilter, page: Page) -> Result<Vec<CredentialExchange>>;
}

fn connection_of(row: ConnectionRow) -> Result<Connection> {
    read("connection", &row.id, &row.body)
}

fn oob_of(row: InvitationRow) -> Result<OutOfBand> {
    read("invitation", &row.oob_id, &row.body)
}

fn exchange_of(row: ExchangeRow) -> Result<CredentialExchange> {
    read("credential exchange", &row.id, &row.body)
}

impl ReadRecords for Reader<'_> {
    fn connection_record(&self, id: &str) -> Result<Connection> {
        connection_of(self.connection(id)?.ok_or_else(|| AgentError::not_found("connection", id))?)
    }

    fn connection_with_keys(&self, my: &Verkey, their: &Verkey) -> Result<Option<Connection>> {
        self.connection_by_keys(my, their)?.map(connection_of).transpose()
    }

    fn connection_of_request(&self, request_id: &str, their_role: Role) -> Result<Option<Connection>> {
        self.connection_by_request(request_id, role_word(their_role))?.map(connection_of).transpose()
    }

    fn connection_records(&self, filter: &ConnectionFilter, page: Page) -> Result<Vec<Connection>> {
        self.connections(filter, page)?.into_iter().map(connection_of).collect()
    }

    fn oob_record(&self, oob_id: &str) -> Result<OutOfBand> {
        oob_of(self.invitation(oob_id)?.ok_or_else(|| AgentError::not_found("invitation", oob_id))?)
    }

    fn oob_of_message(&self, invi_msg_id: &str, role: &str) -> Result<Option<OutOfBand>> {
        self.invitation_by_message(invi_msg_id, role)?.map(oob_of).transpose()
    }

    fn oob_of_key(&self, key: &Verkey) -> Result<Option<OutOfBand>> {
        self.invitation_by_key(key)?.map(oob_of).transpose()
    }

    fn oob_records(&self, filter: &InvitationFilter, page: Page) -> Result<Vec<OutOfBand>> {
        self.invitations(filter, page)?.into_iter().map(oob_of).collect()
    }

    fn exchange_record(&self, id: &str) -> Result<CredentialExchange> {
        exchange_of(self.exchange(id)?.ok_or_else(|| AgentError::not_found("credential exchange", id))?)
    }

    fn exchange_of_thread(&self, thread_id: &str, role: &str) -> Result<Option<CredentialExchange>> {
        self.exchange_by_thread(thread_id, role)?.map(exchange_of).transpose()
    }

    fn exchange_records(&self, filter: &ExchangeFilter, page: Page) -> Result<Vec<CredentialExchange>> {
        self.exchanges(filter, page)?.into_iter().map(exchange_of).collect()
    }
}

impl Unit<'_> {
    /// Writes a connection and tells of it.
    ///
    /// # Errors
    /// What the store says.
    pub fn save_connection(&mut self, connection: &Connection) -> Result<()> {
        self.tx().put_connection(&ConnectionRow {
            id: connection.id.clone(),
            state: connection.rfc23_state().to_owned(),
            their_role: role_word(connection.their_role).to_owned(),
            protocol: connection.protocol.map(|protocol| protocol.to_string()).unwrap_or_default(),
            alias: connection.alias.clone(),
            my_did: connection.my.as_ref().map(|my| short_did(&my.did).to_owned()),
            their_did: connection.their.as_ref().map(|their| short_did(&their.did).to_owned()),
            my_verkey: connection.my.as_ref().map(|my| my.verkey),
            their_verkey: connection.their.as_ref().map(|their| their.verkey),
            invitation_key: connection.invitation_key.map(|key| key.to_string()),
            invitation_msg_id: connection.invitation_msg_id.clone(),
            request_id: connection.request_id.clone(),
            created_at: connection.created_at,
            updated_at: connection.updated_at,
            body: write(connection)?,
        })?;
        names::keep_shapes(self.tx(), connection)?;
        self.tell(Event::Connection(Box::new(connection.clone())))
    }

    /// Writes an out-of-band record and tells of it.
    ///
    /// # Errors
    /// What the store says.
    pub fn save_oob(&mut self, record: &OutOfBand) -> Result<()> {
        self.tx().put_invitation(&InvitationRow {
            oob_id: record.id.clone(),
            invi_msg_id: record.invi_msg_id.clone(),
            role: oob_role_word(record.role).to_owned(),
            state: record.state.word().to_owned(),
            connection_id: record.connection_id.clone(),
            recipient_key: record.our_recipient_key,
            multi_use: record.multi_use,
            created_at: record.created_at,
            updated_at: record.updated_at,
            body: write(record)?,
        })?;
        self.tell(Event::OutOfBand(Box::new(record.clone())))
    }

    /// Writes a credential exchange and tells of it.
    ///
    /// # Errors
    /// What the store says.
    pub fn save_exchange(&mut self, exchange: &CredentialExchange) -> Result<()> {
        self.keep_exchange(exchange)?;
        self.tell(Event::CredentialExchange(Box::new(exchange.clone())))
    }

    /// Writes a credential exchange in which nothing happened that anybody would want to know.
    ///
    /// # Errors
    /// What the store says.
    pub fn keep_exchange(&mut self, exchange: &CredentialExchange) -> Result<()> {
        self.tx().put_exchange(&ExchangeRow {
            id: exchange.id.clone(),
            thread_id: exchange.thread_id.clone(),
            parent_thread_id: exchange.parent_thread_id.clone(),
            connection_id: exchange.connection_id.clone(),
            role: exchange_role_word(exchange.role()).to_owned(),
            state: exchange.state_word().to_owned(),
            created_at: exchange.created_at,
            updated_at: exchange.updated_at,
            body: write(exchange)?,
        })?;
        Ok(())
    }
}

impl Agent {
    /// Reads records outside of a step.
    pub(crate) async fn look<T: Send + 'static>(
        &self,
        look: impl FnOnce(&Reader<'_>) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        self.store().read(look).await
    }
}
