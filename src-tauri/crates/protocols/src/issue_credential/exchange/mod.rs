//! The record of one issuance (RFC 0453), as either role keeps it: who, on which thread, how far, and the messages that
//! crossed. The states are the roles' own; what both do alike with the record is here too.

mod start;
mod steps;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use vouchsafe_didcomm::Message;

use super::{
    format::{Payload, Stage},
    holder, issuer,
    message::{self, CredentialPreview},
    stage::View,
};
pub use start::Start;
pub(super) use steps::expect_kind;

/// The most messages that one exchange takes from the other side: enough for any haggling, and a bound for the record.
pub const MAX_RECEIVED: usize = 64;

/// The record of one issuance.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CredentialExchange {
    /// Our id for it (`cred_ex_id`).
    pub id: String,
    /// The thread that both sides know it by.
    pub thread_id: String,
    /// The invitation that it hangs on, if it came with one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parent_thread_id: Option<String>,
    /// The connection, unless it is connectionless or its offer still waits in an invitation.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub connection_id: Option<String>,
    /// Who began.
    pub initiator: Initiator,
    /// Our role, and how far it has come.
    pub state: State,
    /// Offer what is proposed without asking. A fact for the agent's policy; nothing here reads it.
    #[serde(default)]
    pub auto_offer: bool,
    /// Issue what is requested without asking. As above.
    #[serde(default)]
    pub auto_issue: bool,
    /// Remove the record when it is done. As above.
    #[serde(default)]
    pub auto_remove: bool,
    /// Why it was abandoned, in ACA-Py's manner.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error_msg: Option<String>,
    /// The ids of the messages taken from the other side, so that none counts twice.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub received: Vec<String>,
    /// When it began.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

/// Who began an exchange.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Initiator {
    /// This side.
    #[serde(rename = "self")]
    Own,
    /// The other side.
    #[serde(rename = "external")]
    External,
}

/// Our role in an exchange.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// We issue.
    Issuer,
    /// We hold.
    Holder,
}

/// Our role, and how far it has come.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "role", rename_all = "kebab-case")]
pub enum State {
    /// We issue.
    Issuer(issuer::State),
    /// We hold.
    Holder(holder::State),
}

/// A message from the other side, and the connection whose key it came under.
#[derive(Debug, Clone, PartialEq)]
pub struct Received {
    /// The message.
    pub message: Message,
    /// The connection; `None` for what came connectionless.
    pub connection_id: Option<String>,
}

/// What happened, for policies, webhooks, history and the window.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// Our proposal is on its way.
    ProposalSent,
    /// The holder proposes.
    ProposalReceived,
    /// An offer waits to be put into an invitation.
    OfferCreated,
    /// Our offer is on its way.
    OfferSent,
    /// The issuer offers.
    OfferReceived,
    /// Our request is on its way.
    RequestSent,
    /// The holder requests.
    RequestReceived,
    /// The credential is on its way.
    CredentialIssued,
    /// The credential is here; it equals what was requested and is not verified yet.
    CredentialReceived,
    /// The holder has stored it, and the issuer knows.
    Done,
    /// It is over without a credential.
    Abandoned {
        /// Who gave up.
        by: AbandonedBy,
        /// Why, for the person.
        reason: String,
    },
}

/// Who gave an exchange up.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AbandonedBy {
    /// Our side's person or policy.
    Own,
    /// This program, because the other side did not keep to what was agreed.
    Checks,
    /// The other side.
    Peer,
}

impl State {
    /// Our role.
    pub fn role(&self) -> Role {
        match self {
            Self::Issuer(_) => Role::Issuer,
            Self::Holder(_) => Role::Holder,
        }
    }

    /// The word of RFC 0453, as ACA-Py writes it.
    pub fn word(&self) -> &'static str {
        match self {
            Self::Issuer(state) => state.word(),
            Self::Holder(state) => state.word(),
        }
    }

    /// Is nothing more to come?
    pub fn is_final(&self) -> bool {
        matches!(
            self,
            Self::Issuer(issuer::State::Done(_) | issuer::State::Abandoned(_))
                | Self::Holder(holder::State::Done(_) | holder::State::Abandoned(_))
        )
    }

    /// Was it given up?
    pub fn is_abandoned(&self) -> bool {
        matches!(self, Self::Issuer(issuer::State::Abandoned(_)) | Self::Holder(holder::State::Abandoned(_)))
    }

    /// The messages that have crossed.
    pub fn view(&self) -> View<'_> {
        match self {
            Self::Issuer(state) => state.view(),
            Self::Holder(state) => state.view(),
        }
    }
}

impl CredentialExchange {
    /// The state in ACA-Py's words: `proposal-sent`, `offer-received`, …, `done`, `abandoned`.
    pub fn state_word(&self) -> &'static str {
        self.state.word()
    }

    /// Our role.
    pub fn role(&self) -> Role {
        self.state.role()
    }

    /// The latest proposal that crossed (or what our side was asked to offer).
    pub fn cred_proposal(&self) -> Option<&Message> {
        self.state.view().cred_proposal
    }

    /// The latest offer.
    pub fn cred_offer(&self) -> Option<&Message> {
        self.state.view().cred_offer
    }

    /// The request.
    pub fn cred_request(&self) -> Option<&Message> {
        self.state.view().cred_request
    }

    /// The message with the credential.
    pub fn cred_issue(&self) -> Option<&Message> {
        self.state.view().cred_issue
    }

    fn message_at(&self, stage: Stage) -> Option<&Message> {
        let view = self.state.view();
        match stage {
            Stage::Proposal => view.cred_proposal,
            Stage::Offer => view.cred_offer,
            Stage::Request => view.cred_request,
            Stage::Credential => view.cred_issue,
        }
    }

    /// What the message of this stage carries, in the formats that are spoken here; empty if it has not crossed.
    pub fn payloads(&self, stage: Stage) -> Vec<Payload> {
        self.message_at(stage).map(|message| message::payloads_at(stage, message)).unwrap_or_default()
    }

    /// What the message of this stage carries in its first format.
    pub fn payload(&self, stage: Stage) -> Option<Payload> {
        self.payloads(stage).into_iter().next()
    }

    /// The credential that was issued, signed and all.
    pub fn credential(&self) -> Option<Value> {
        self.payload(Stage::Credential).map(|payload| payload.value)
    }

    /// The holder's id for the stored credential, once it is stored.
    pub fn credential_id(&self) -> Option<&str> {
        match &self.state {
            State::Holder(holder::State::Done(stored)) => Some(&stored.credential_id),
            _ => None,
        }
    }

    /// The other side's last word to our person (or ours to theirs), at most [`message::MAX_COMMENT_CHARS`] long.
    pub fn comment(&self) -> Option<String> {
        let view = self.state.view();
        [view.cred_issue, view.cred_request, view.cred_offer, view.cred_proposal]
            .into_iter()
            .flatten()
            .find_map(message::comment)
    }

    /// The preview of the offer, else of the proposal.
    pub fn preview(&self) -> Option<CredentialPreview> {
        [self.cred_offer(), self.cred_proposal()].into_iter().flatten().find_map(message::preview)
    }

    /// What each message carries, by message and format, as in ACA-Py's records.
    pub fn by_format(&self) -> Value {
        let mut stages = Map::new();
        for stage in [Stage::Proposal, Stage::Offer, Stage::Request, Stage::Credential] {
            let payloads = self.payloads(stage);
            if !payloads.is_empty() {
                let formats: Map<String, Value> =
                    payloads.into_iter().map(|payload| (payload.format.name().to_owned(), payload.value)).collect();
                stages.insert(stage.record_member().to_owned(), Value::Object(formats));
            }
        }
        Value::Object(stages)
    }
}
