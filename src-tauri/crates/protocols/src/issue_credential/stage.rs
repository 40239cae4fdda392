//! How far an exchange has come, as the messages that have crossed so far: each state of either role owns one of these,
//! so that a credential without its request, or a request that answers an offer without that offer, cannot be
//! expressed.

use serde::{Deserialize, Serialize};
use vouchsafe_didcomm::Message;

/// A proposal is the last word.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Proposed {
    /// The proposal.
    pub cred_proposal: Message,
    /// The offer that it answers, if it is a counter-proposal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cred_offer: Option<Message>,
}

/// An offer is the last word.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Offered {
    /// The proposal that it answers. Where the issuer began, its record has here what it was asked to offer, as
    /// ACA-Py's records have; that one never crossed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cred_proposal: Option<Message>,
    /// The offer.
    pub cred_offer: Message,
}

/// A request is the last word.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Requested {
    /// The offer that it answers; none if the holder began with the request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub offered: Option<Offered>,
    /// The request.
    pub cred_request: Message,
}

/// The credential has crossed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Issued {
    /// The request that it answers.
    pub requested: Requested,
    /// The credential's message.
    pub cred_issue: Message,
}

/// Whatever had crossed when the exchange was abandoned.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Crossed {
    /// The latest proposal.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cred_proposal: Option<Message>,
    /// The latest offer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cred_offer: Option<Message>,
    /// The request.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cred_request: Option<Message>,
    /// The credential's message.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cred_issue: Option<Message>,
}

/// The messages that a state owns, borrowed.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct View<'a> {
    /// The latest proposal.
    pub cred_proposal: Option<&'a Message>,
    /// The latest offer.
    pub cred_offer: Option<&'a Message>,
    /// The request.
    pub cred_request: Option<&'a Message>,
    /// The credential's message.
    pub cred_issue: Option<&'a Message>,
}

impl Proposed {
    /// What has crossed.
    pub fn view(&self) -> View<'_> {
        View { cred_proposal: Some(&self.cred_proposal), cred_offer: self.cred_offer.as_ref(), ..View::default() }
    }
}

impl Offered {
    /// What has crossed.
    pub fn view(&self) -> View<'_> {
        View { cred_proposal: self.cred_proposal.as_ref(), cred_offer: Some(&self.cred_offer), ..View::default() }
    }
}

impl Requested {
    /// What has crossed.
    pub fn view(&self) -> View<'_> {
        let before = self.offered.as_ref().map(Offered::view).unwrap_or_default();
        View { cred_request: Some(&self.cred_request), ..before }
    }
}

impl Issued {
    /// What has crossed.
    pub fn view(&self) -> View<'_> {
        View { cred_issue: Some(&self.cred_issue), ..self.requested.view() }
    }
}

impl Crossed {
    /// What has crossed.
    pub fn view(&self) -> View<'_> {
        View {
            cred_proposal: self.cred_proposal.as_ref(),
            cred_offer: self.cred_offer.as_ref(),
            cred_request: self.cred_request.as_ref(),
            cred_issue: self.cred_issue.as_ref(),
        }
    }
}

impl From<View<'_>> for Crossed {
    fn from(view: View<'_>) -> Self {
        Self {
            cred_proposal: view.cred_proposal.cloned(),
            cred_offer: view.cred_offer.cloned(),
            cred_request: view.cred_request.cloned(),
            cred_issue: view.cred_issue.cloned(),
        }
    }
}
