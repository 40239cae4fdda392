//! Out-of-band records: the invitations that were made and those that were received.

use jiff::Timestamp;
use rusqlite::{OptionalExtension, Row, named_params};
use vouchsafe_didcomm::Verkey;

use super::column::{At, Key};
use super::page::{Page, Query};
use crate::{Reader, StoreError, Transaction};

/// An invitation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InvitationRow {
    /// The record's id (a UUID).
    pub oob_id: String,
    /// The invitation message's id.
    pub invi_msg_id: String,
    /// Ours in it: `sender` or `receiver`.
    pub role: String,
    /// The protocol's state.
    pub state: String,
    /// The connection that came of it or was used again.
    pub connection_id: Option<String>,
    /// The key that the answer is to be encrypted for.
    pub recipient_key: Option<Verkey>,
    /// Whether it may be answered more than once.
    pub multi_use: bool,
    /// When it was made or received; never changes.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
    /// The owner's record, JSON.
    pub body: String,
}

/// Which invitations; every part that is set has to fit.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the columns of InvitationRow, by the same names")]
pub struct InvitationFilter {
    pub oob_id: Option<String>,
    pub invi_msg_id: Option<String>,
    pub role: Option<String>,
    pub state: Option<String>,
    pub connection_id: Option<String>,
    pub recipient_key: Option<Verkey>,
    pub multi_use: Option<bool>,
}

const SELECT: &str = "SELECT oob_id, invi_msg_id, role, state, connection_id, recipient_key, multi_use, created_at, \
    updated_at, body FROM invitations";

fn read(row: &Row<'_>) -> rusqlite::Result<InvitationRow> {
    Ok(InvitationRow {
        oob_id: row.get(0)?,
        invi_msg_id: row.get(1)?,
        role: row.get(2)?,
        state: row.get(3)?,
        connection_id: row.get(4)?,
        recipient_key: row.get::<_, Option<Key>>(5)?.map(|key| key.0),
        multi_use: row.get(6)?,
        created_at: row.get::<_, At>(7)?.0,
        updated_at: row.get::<_, At>(8)?.0,
        body: row.get(9)?,
    })
}

impl Reader<'_> {
    fn one_invitation(&self, rest: &str, values: impl rusqlite::Params) -> Result<Option<InvitationRow>, StoreError> {
        let mut statement = self.sqlite.prepare_cached(&format!("{SELECT} {rest}"))?;
        Ok(statement.query_row(values, read).optional()?)
    }

    /// The invitation with this record id.
    ///
    /// # Errors
    ///
    /// The disk's.
    pub fn invitation(&self, oob_id: &str) -> Result<Option<InvitationRow>, StoreError> {
        self.one_invitation("WHERE oob_id = ?", [oob_id])
    }

    /// The newest invitation whose message has this id, where our role is `role`.
    ///
    /// # Errors
    ///
    /// The disk's.
    pub fn invitation_by_message(&self, invi_msg_id: &str, role: &str) -> Result<Option<InvitationRow>, StoreError> {
        self.one_invitation("WHERE invi_msg_id = ? AND role = ? ORDER BY created_at DESC LIMIT 1", (invi_msg_id, role))
    }

    /// The newest invitation with this recipient key.
    ///
    /// # Errors
    ///
    /// The disk's.
    pub fn invitation_by_key(&self, recipient_key: &Verkey) -> Result<Option<InvitationRow>, StoreError> {
        self.one_invitation("WHERE recipient_key = ? ORDER BY created_at DESC LIMIT 1", [Key(*recipient_key)])
    }

    /// The invitations that fit, in the order they were made.
    ///
    /// # Errors
    ///
    /// The disk's.
    pub fn invitations(&self, filter: &InvitationFilter, page: Page) -> Result<Vec<InvitationRow>, StoreError> {
        let mut query = Query::new(SELECT);
        query.equals("oob_id", filter.oob_id.clone());
        query.equals("invi_msg_id", filter.invi_msg_id.clone());
        query.equals("role", filter.role.clone());
        query.equals("state", filter.state.clone());
        query.equals("connection_id", filter.connection_id.clone());
        query.equals("recipient_key", filter.recipient_key.map(Key));
        query.equals("multi_use", filter.multi_use);
        query.page(&["created_at", "rowid"], &page);
        query.rows(self.sqlite, read)
    }
}

impl Transaction<'_> {
    /// Stores the invitation, in place of the one with its `oob_id`; `created_at` stays as it was first.
    ///
    /// # Errors
    ///
    /// The disk's.
    pub fn put_invitation(&self, row: &InvitationRow) -> Result<(), StoreError> {
        let mut statement = self.sqlite.prepare_cached(
            "INSERT INTO invitations (oob_id, invi_msg_id, role, state, connection_id, recipient_key, multi_use, \
             created_at, updated_at, body) VALUES (:oob_id, :invi_msg_id, :role, :state, :connection_id, \
             :recipient_key, :multi_use, :created_at, :updated_at, :body) \
             ON CONFLICT (oob_id) DO UPDATE SET invi_msg_id = excluded.invi_msg_id, role = excluded.role, \
             state = excluded.state, connection_id = excluded.connection_id, recipient_key = excluded.recipient_key, \
             multi_use = excluded.multi_use, updated_at = excluded.updated_at, body = excluded.body",
        )?;
        statement.execute(named_params! {
            ":oob_id": row.oob_id, ":invi_msg_id": row.invi_msg_id, ":role": row.role, ":state": row.state,
            ":connection_id": row.connection_id, ":recipient_key": row.recipient_key.map(Key),
            ":multi_use": row.multi_use, ":created_at": At(row.created_at), ":updated_at": At(row.updated_at),
            ":body": row.body,
        })?;
        Ok(())
    }

    /// Deletes the invitation; whether it was there.
    ///
    /// # Errors
    ///
    /// The disk's.
    pub fn delete_invitation(&self, oob_id: &str) -> Result<bool, StoreError> {
        Ok(self.sqlite.prepare_cached("DELETE FROM invitations WHERE oob_id = ?")?.execute([oob_id])? > 0)
    }
}
