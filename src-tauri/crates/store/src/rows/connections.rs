//! Connections, and the pairs of keys that find them. Every message that arrives is looked up by its pair of keys, so a
//! pair has a table of its own: after a rotation the old pair still finds the connection until it is forgotten.

use jiff::Timestamp;
use rusqlite::{OptionalExtension, Row, named_params};
use vouchsafe_didcomm::Verkey;

use super::column::{At, Key};
use super::page::{Page, Query};
use crate::{Reader, StoreError, Transaction};

/// A connection.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConnectionRow {
    /// The connection's id (a UUID).
    pub id: String,
    /// The protocol's state.
    pub state: String,
    /// What the other side is: `inviter`, `invitee`, `requester`, `responder`.
    pub their_role: String,
    /// `didexchange/1.0`, `didexchange/1.1` or `connections/1.0`.
    pub protocol: String,
    /// The name that the person gave it.
    pub alias: Option<String>,
    /// Our DID in it.
    pub my_did: Option<String>,
    /// Their DID in it.
    pub their_did: Option<String>,
    /// The key that we speak with.
    pub my_verkey: Option<Verkey>,
    /// The key that they speak with.
    pub their_verkey: Option<Verkey>,
    /// The key of the invitation it came from, as the invitation wrote it.
    pub invitation_key: Option<String>,
    /// The id of the invitation message it came from.
    pub invitation_msg_id: Option<String>,
    /// The id of the request message: the thread of the exchange.
    pub request_id: Option<String>,
    /// When it was made; never changes.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
    /// The owner's record, JSON.
    pub body: String,
}

/// Which connections; every part that is set has to fit.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the columns of ConnectionRow, by the same names")]
pub struct ConnectionFilter {
    pub id: Option<String>,
    pub state: Option<String>,
    pub their_role: Option<String>,
    pub protocol: Option<String>,
    pub alias: Option<String>,
    pub my_did: Option<String>,
    pub their_did: Option<String>,
    pub my_verkey: Option<Verkey>,
    pub their_verkey: Option<Verkey>,
    pub invitation_key: Option<String>,
    pub invitation_msg_id: Option<String>,
    pub request_id: Option<String>,
}

const SELECT: &str = "SELECT id, state, their_role, protocol, alias, my_did, their_did, my_verkey, their_verkey, \
    invitation_key, invitation_msg_id, request_id, created_at, updated_at, body FROM connections";

fn read(row: &Row<'_>) -> rusqlite::Result<ConnectionRow> {
    Ok(ConnectionRow {
        id: row.get(0)?,
        state: row.get(1)?,
        their_role: row.get(2)?,
        protocol: row.get(3)?,
        alias: row.get(4)?,
        my_did: row.get(5)?,
        their_did: row.get(6)?,
        my_verkey: row.get::<_, Option<Key>>(7)?.map(|key| key.0),
        their_verkey: row.get::<_, Option<Key>>(8)?.map(|key| key.0),
        invitation_key: row.get(9)?,
        invitation_msg_id: row.get(10)?,
        request_id: row.get(11)?,
        created_at: row.get::<_, At>(12)?.0,
        updated_at: row.get::<_, At>(13)?.0,
        body: row.get(14)?,
    })
}

fn query(select: &str, filter: &ConnectionFilter) -> Query {
    let mut query = Query::new(select);
    query.equals("id", filter.id.clone());
    query.equals("state", filter.state.clone());
    query.equals("their_role", filter.their_role.clone());
    query.equals("protocol", filter.protocol.clone());
    query.equals("alias", filter.alias.clone());
    query.equals("my_did", filter.my_did.clone());
    query.equals("their_did", filter.their_did.clone());
    query.equals("my_verkey", filter.my_verkey.map(Key));
    query.equals("their_verkey", filter.their_verkey.map(Key));
    query.equals("invitation_key", filter.invitation_key.clone());
    query.equals("invitation_msg_id", filter.invitation_msg_id.clone());
    query.equals("request_id", filter.request_id.clone());
    query
}

impl Reader<'_> {
    /// The connection with this id.
    ///
    /// # Errors
    ///
    /// The disk's.
    pub fn connection(&self, id: &str) -> Result<Option<ConnectionRow>, StoreError> {
        let mut statement = self.sqlite.prepare_cached(&format!("{SELECT} WHERE id = ?"))?;
        Ok(statement.query_row([id], read).optional()?)
    }

    /// The connection in which `their` key speaks to `my` key, now or before a rotation.
    ///
    /// # Errors
    ///
    /// The disk's.
    pub fn connection_by_keys(&self, my: &Verkey, their: &Verkey) -> Result<Option<ConnectionRow>, StoreError> {
        let mut statement = self.sqlite.prepare_cached(&format!(
            "{SELECT} WHERE id = (SELECT connection_id FROM connection_keys WHERE my = ? AND their = ?)"
        ))?;
        Ok(statement.query_row((Key(*my), Key(*their)), read).optional()?)
    }

    /// The newest connection whose request message has this id, where the other side has `their_role`.
    ///
    /// # Errors
    ///
    /// The disk's.
    pub fn connection_by_request(
        &self,
        request_id: &str,
        their_role: &str,
    ) -> Result<Option<ConnectionRow>, StoreError> {
        let mut statement = self.sqlite.prepare_cached(&format!(
            "{SELECT} WHERE request_id = ? AND their_role = ? ORDER BY created_at DESC LIMIT 1"
        ))?;
        Ok(statement.query_row((request_id, their_role), read).optional()?)
    }

    /// The connections that fit, in the order they were made.
    ///
    /// # Errors
    ///
    /// The disk's.
    pub fn connections(&self, filter: &ConnectionFilter, page: Page) -> Result<Vec<ConnectionRow>, StoreError> {
        let mut query = query(SELECT, filter);
        query.page(&["created_at", "rowid"], &page);
        query.rows(self.sqlite, read)
    }

    /// How many connections fit.
    ///
    /// # Errors
    ///
    /// The disk's.
    pub fn count_connections(&self, filter: &ConnectionFilter) -> Result<u64, StoreError> {
        query("SELECT count(*) FROM connections", filter).count(self.sqlite)
    }
}

impl Transaction<'_> {
    /// Stores the connection, in place of the one with its id; `created_at` stays as it was first. Its pair of keys
    /// finds it from now on, besides earlier pairs. Where two connections have the same pair, the newer one is found.
    ///
    /// # Errors
    ///
    /// The disk's.
    pub fn put_connection(&self, row: &ConnectionRow) -> Result<(), StoreError> {
        let mut statement = self.sqlite.prepare_cached(
            "INSERT INTO connections (id, state, their_role, protocol, alias, my_did, their_did, my_verkey, \
             their_verkey, invitation_key, invitation_msg_id, request_id, created_at, updated_at, body) \
             VALUES (:id, :state, :their_role, :protocol, :alias, :my_did, :their_did, :my_verkey, \
             :their_verkey, :invitation_key, :invitation_msg_id, :request_id, :created_at, :updated_at, :body) \
             ON CONFLICT (id) DO UPDATE SET state = excluded.state, their_role = excluded.their_role, \
             protocol = excluded.protocol, alias = excluded.alias, my_did = excluded.my_did, \
             their_did = excluded.their_did, my_verkey = excluded.my_verkey, their_verkey = excluded.their_verkey, \
             invitation_key = excluded.invitation_key, invitation_msg_id = excluded.invitation_msg_id, \
             request_id = excluded.request_id, updated_at = excluded.updated_at, body = excluded.body",
        )?;
        statement.execute(named_params! {
            ":id": row.id, ":state": row.state, ":their_role": row.their_role, ":protocol": row.protocol,
            ":alias": row.alias, ":my_did": row.my_did, ":their_did": row.their_did,
            ":my_verkey": row.my_verkey.map(Key), ":their_verkey": row.their_verkey.map(Key),
            ":invitation_key": row.invitation_key, ":invitation_msg_id": row.invitation_msg_id,
            ":request_id": row.request_id, ":created_at": At(row.created_at), ":updated_at": At(row.updated_at),
            ":body": row.body,
        })?;
        if let (Some(my), Some(their)) = (&row.my_verkey, &row.their_verkey) {
            self.add_connection_key(my, their, &row.id)?;
        }
        Ok(())
    }

    /// Lets one more pair of keys find the connection, for a rotation. The pair of an older connection moves to this one,
    /// that of a newer one stays.
    ///
    /// # Errors
    ///
    /// [`StoreError::Conflict`] when there is no such connection; the disk's.
    pub fn add_connection_key(&self, my: &Verkey, their: &Verkey, connection_id: &str) -> Result<(), StoreError> {
        let mut statement = self.sqlite.prepare_cached(
            "INSERT INTO connection_keys (my, their, connection_id) VALUES (?, ?, ?) \
             ON CONFLICT (my, their) DO UPDATE SET connection_id = excluded.connection_id \
             WHERE (SELECT created_at FROM connections WHERE id = connection_keys.connection_id) \
             <= (SELECT created_at FROM connections WHERE id = excluded.connection_id)",
        )?;
        statement.execute((Key(*my), Key(*their), connection_id))?;
        Ok(())
    }

    /// Forgets the pairs by which a peer speaks from a key that it has moved on from, in connections that were last changed
    /// before `time`; how many there were. Until then what was on its way arrives.
    ///
    /// # Errors
    ///
    /// The disk's.
    pub fn forget_former_keys_before(&self, time: Timestamp) -> Result<usize, StoreError> {
        let mut statement = self.sqlite.prepare_cached(
            "DELETE FROM connection_keys WHERE EXISTS (SELECT 1 FROM connections \
             WHERE id = connection_id AND their_verkey <> their AND updated_at < ?)",
        )?;
        Ok(statement.execute([At(time)])?)
    }

    /// Deletes the connection and its pairs of keys; whether it was there.
    ///
    /// # Errors
    ///
    /// The disk's.
    pub fn delete_connection(&self, id: &str) -> Result<bool, StoreError> {
        Ok(self.sqlite.prepare_cached("DELETE FROM connections WHERE id = ?")?.execute([id])? > 0)
    }
}
