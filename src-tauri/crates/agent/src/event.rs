//! What happened, told after it was committed: to the window, which then asks anew, to webhooks, and to the policies
//! that take the next step by themselves.

use serde::{Deserialize, Serialize};
use vouchsafe_credentials::status::StatusState;
use vouchsafe_protocols::connection::Connection;
use vouchsafe_protocols::issue_credential::CredentialExchange;
use vouchsafe_protocols::out_of_band::OutOfBand;
use vouchsafe_store::{StoreError, Transaction};

/// Something that was committed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Event {
    /// A connection is new or changed.
    Connection(Box<Connection>),
    /// A connection was deleted.
    ConnectionDeleted(Box<Connection>),
    /// An out-of-band record is new or changed.
    OutOfBand(Box<OutOfBand>),
    /// A peer reuses a connection for our new invitation.
    ConnectionReuse {
        /// The reused connection.
        connection_id: String,
        /// The invitation's record.
        oob_id: String,
        /// The invitation's `@id`.
        invi_msg_id: String,
        /// The thread of the reuse.
        thread_id: String,
    },
    /// Our wish to reuse a connection was granted.
    ConnectionReuseAccepted {
        /// The reused connection.
        connection_id: String,
        /// The invitation's record.
        oob_id: String,
        /// The invitation's `@id`.
        invi_msg_id: String,
        /// The thread of the reuse.
        thread_id: String,
    },
    /// A credential exchange is new or changed.
    CredentialExchange(Box<CredentialExchange>),
    /// A credential exchange's record was deleted; the credential, if there is one, was not.
    CredentialExchangeDeleted(Box<CredentialExchange>),
    /// A credential was stored.
    CredentialStored {
        /// The exchange that brought it.
        exchange_id: String,
        /// Its id in the wallet.
        record_id: String,
    },
    /// A credential that came by no exchange was stored.
    CredentialKept {
        /// Its id in the wallet.
        record_id: String,
    },
    /// A credential was deleted.
    CredentialDeleted {
        /// Its id in the wallet.
        record_id: String,
    },
    /// A held credential stands otherwise than it did.
    CredentialStatus {
        /// Its id in the wallet.
        record_id: String,
        /// How it stands now.
        state: StatusState,
    },
    /// Credentials that this wallet issued stand otherwise than they did, or the ledger now says so.
    IssuedStatus {
        /// The exchanges that they were issued in; empty: what was pending is published.
        exchange_ids: Vec<String>,
    },
    /// A basic message came in.
    BasicMessage {
        /// Who sent it.
        connection_id: String,
        /// The message's id.
        message_id: String,
        /// What it says.
        content: String,
        /// When the sender says it was sent.
        sent_time: String,
    },
    /// A trust ping came in (`responded`: the answer to one of ours).
    Ping {
        /// Who sent it.
        connection_id: String,
        /// The ping's thread.
        thread_id: String,
        /// The comment with it.
        comment: Option<String>,
        /// Whether it is the answer to ours.
        responded: bool,
    },
    /// The other side reported a problem outside any exchange.
    ProblemReport {
        /// Who reported it, if it is a connection.
        connection_id: Option<String>,
        /// The thread it is about.
        thread_id: String,
        /// Its code.
        code: String,
        /// Its text, as text.
        description: String,
    },
    /// The answer to a query for features.
    Disclosures {
        /// Who answered.
        connection_id: String,
        /// The query's thread.
        thread_id: String,
        /// The disclosures as they came.
        disclosures: serde_json::Value,
    },
    /// The wallet's DIDs changed.
    Dids,
    /// Settings changed.
    Settings,
    /// Runs, or their rows, changed.
    Runs,
    /// What waits to be delivered is not what it was: a try failed, or somebody has what waited for them.
    Delivery {
        /// Over which connection.
        connection_id: Option<String>,
        /// In which exchange.
        exchange_id: Option<String>,
    },
    /// A message could not be delivered, and is tried no more.
    Undeliverable {
        /// To whom.
        connection_id: Option<String>,
        /// The thread it belongs to.
        thread_id: String,
        /// Why.
        reason: String,
    },
}

/// Sees every event inside the transaction that makes it true, and may add what must not be lost with it (a webhook
/// to be sent). It must be quick: the writer waits for it.
pub trait Observer: Send + Sync {
    /// An event is about to be committed.
    ///
    /// # Errors
    /// What the store says; the whole step is then not taken.
    fn observe(&self, event: &Event, transaction: &Transaction<'_>) -> Result<(), StoreError>;
}
