//! Speaking to a registrar: the two steps of a change (DIF DID Registration, as the cheqd driver has it), with time
//! enough for a block. Whatever it answers, the caller learns whether the ledger may have been written.

use std::time::Duration;

use serde_json::Value;
use url::Url;
use vouchsafe_dids::cheqd::{
    MAX_REPLY_BYTES, Operation, PayloadSignature, RegistrarError, RegistrarReply, SigningRequest, read_registrar_reply,
};

use super::{LedgerError, Network};
use crate::error::Result;
use crate::transport::client::{Ask, Client};

/// Time for the first step: the registrar looks things up.
const ASK_PATIENCE: Duration = Duration::from_secs(30);
/// Time for the second: the registrar waits for the transaction to be in a block, a minute at most.
const SEND_PATIENCE: Duration = Duration::from_secs(90);

/// A network's registrar.
pub(super) struct Registrar<'a> {
    client: &'a Client,
    base: Url,
    did: String,
    allow_private: bool,
}

/// The first step went well: what it wants signed.
pub(super) struct ToSign {
    pub job_id: String,
    pub requests: Vec<SigningRequest>,
}

/// The second step did not end well.
pub(super) enum Unsent {
    /// Nothing was published, and this is why.
    Nothing(LedgerError),
    /// The registrar forgot the job; nothing was published.
    Expired,
    /// The ledger has it already, or something of its name.
    Exists(LedgerError),
    /// It may have been published.
    Unknown(LedgerError),
}

impl<'a> Registrar<'a> {
    /// The registrar of `network`, asked about `did`.
    ///
    /// # Errors
    /// The network has none, or its address is no address.
    pub(super) fn of(client: &'a Client, network: &Network, did: &str, allow_private: bool) -> Result<Self> {
        let allow_private = allow_private || network.practice;
        Ok(Self { client, base: network.registrar_url()?, did: did.to_owned(), allow_private })
    }

    /// Its address, for people.
    pub(super) fn name(&self) -> String {
        self.base.to_string()
    }

    /// The first step: says what is wanted.
    ///
    /// # Errors
    /// Nothing was signed, so nothing was published.
    pub(super) async fn ask(&self, operation: &Operation) -> Result<ToSign, LedgerError> {
        let reply = self.post(operation.path(), &operation.first_step(), ASK_PATIENCE).await;
        let (status, body) =
            reply.map_err(|(reason, _)| LedgerError::RegistrarUnreachable { registrar: self.name(), reason })?;
        match read_registrar_reply(status, &body) {
            Ok(RegistrarReply::Sign { job_id, requests }) => Ok(ToSign { job_id, requests }),
            Ok(RegistrarReply::Finished) => Err(LedgerError::NoRegistrar {
                registrar: self.name(),
                reason: "it says that it is finished before anything was signed".to_owned(),
            }),
            Err(RegistrarError::Internal { reason }) => {
                Err(LedgerError::RegistrarFailed { registrar: self.name(), reason })
            }
            Err(error) => Err(self.refusal(error)),
        }
    }

    /// The second step: gives the signatures away.
    ///
    /// # Errors
    /// [`Unsent`] says what is known of the ledger.
    pub(super) async fn send(
        &self,
        operation: &Operation,
        job_id: &str,
        signatures: &[PayloadSignature],
    ) -> Result<(), Unsent> {
        let unknown = |reason: String| Unsent::Unknown(LedgerError::OutcomeUnknown { did: self.did.clone(), reason });
        let reply = self.post(operation.path(), &operation.second_step(job_id, signatures), SEND_PATIENCE).await;
        let (status, body) = match reply {
            Ok(reply) => reply,
            Err((reason, true)) => return Err(unknown(reason)),
            Err((reason, false)) => {
                return Err(Unsent::Nothing(LedgerError::RegistrarUnreachable { registrar: self.name(), reason }));
            }
        };
        match read_registrar_reply(status, &body) {
            Ok(RegistrarReply::Finished) => Ok(()),
            Ok(RegistrarReply::Sign { .. }) => {
                Err(unknown("the registrar asks for the signatures once more".to_owned()))
            }
            Err(RegistrarError::JobExpired) => Err(Unsent::Expired),
            Err(error @ RegistrarError::Exists { .. }) => Err(Unsent::Exists(self.refusal(error))),
            Err(error) if error.nothing_written() => Err(Unsent::Nothing(self.refusal(error))),
            Err(error) => Err(unknown(error.to_string())),
        }
    }

    /// Whether somebody answers there as registrars do.
    ///
    /// # Errors
    /// What is wrong, in words.
    pub(super) async fn greet(&self) -> Result<(), String> {
        let url = self.base.join("properties").map_err(|error| error.to_string())?;
        let ask = Ask {
            json: None,
            accept: "application/json",
            allow_private: self.allow_private,
            max_bytes: MAX_REPLY_BYTES,
            patience: ASK_PATIENCE,
        };
        let fetched = self.client.ask(&url, ask).await.map_err(|unanswered| unanswered.error.to_string())?;
        match (fetched.status, serde_json::from_slice::<Value>(&fetched.body)) {
            (200, Ok(Value::Object(_))) => Ok(()),
            (200, _) => Err("it answers, but not as a registrar does".to_owned()),
            (status, _) => Err(format!("it answers HTTP {status}, not as a registrar does")),
        }
    }

    fn refusal(&self, error: RegistrarError) -> LedgerError {
        let registrar = self.name();
        match error {
            RegistrarError::Refused { code, reason } => {
                LedgerError::Refused { ledger_code: code.map(vouchsafe_dids::cheqd::LedgerCode::number), reason }
            }
            RegistrarError::NoSuchDid => LedgerError::NotOnLedger { did: self.did.clone() },
            RegistrarError::Exists { reason } => LedgerError::Exists { reason },
            RegistrarError::NothingToUpdate => LedgerError::NothingToUpdate { did: self.did.clone() },
            RegistrarError::LackOfFunds { reason } => LedgerError::LackOfFunds { registrar, reason },
            RegistrarError::JobExpired => LedgerError::Forgotten { registrar },
            RegistrarError::Internal { reason } => LedgerError::Refused { ledger_code: None, reason },
            RegistrarError::NotUnderstood(reason) => LedgerError::NoRegistrar { registrar, reason },
        }
    }

    /// Status and body; else what the network said, and whether the registrar may have got it.
    async fn post(&self, path: &str, body: &Value, patience: Duration) -> Result<(u16, Vec<u8>), (String, bool)> {
        let url = self.base.join(path).map_err(|error| (error.to_string(), false))?;
        let ask = Ask {
            json: Some(body.to_string().into_bytes()),
            accept: "application/json",
            allow_private: self.allow_private,
            max_bytes: MAX_REPLY_BYTES,
            patience,
        };
        let fetched = self.client.ask(&url, ask).await;
        fetched
            .map(|fetched| (fetched.status, fetched.body))
            .map_err(|unanswered| (unanswered.error.to_string(), unanswered.asked))
    }
}
