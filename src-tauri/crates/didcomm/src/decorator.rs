//! The decorators that any message may carry (Aries RFC 0011): thread (0008), transport and its return route (0092),
//! please-ack (0317), timing (0032), service (0056) and localisation (0043). Unknown decorators are left alone.

use std::collections::BTreeMap;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::key::Verkey;

/// Where a message stands in a conversation (`~thread`).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Thread {
    /// The id of the conversation: the id of its first message.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub thid: Option<String>,
    /// The id of the conversation that this one grew out of, for example an invitation's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pthid: Option<String>,
    /// How many messages the sender has sent in it before this one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sender_order: Option<i64>,
    /// The last `sender_order` seen of each other party.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub received_orders: Option<BTreeMap<String, i64>>,
}

impl Thread {
    /// The conversation `thid`.
    pub fn of(thid: impl Into<String>) -> Self {
        Self { thid: Some(thid.into()), ..Self::default() }
    }

    /// The same with a parent.
    #[must_use]
    pub fn under(self, pthid: impl Into<String>) -> Self {
        Self { pthid: Some(pthid.into()), ..self }
    }
}

/// Whether answers may come back over the connection that the message came in by (`~transport`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum ReturnRoute {
    /// No: answers go to the endpoint.
    None,
    /// Every message for the sender may come back.
    All,
    /// Only messages of this thread may.
    Thread(String),
}

#[derive(Serialize, Deserialize)]
pub(crate) struct Transport {
    return_route: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    return_route_thread: Option<String>,
}

impl From<ReturnRoute> for Transport {
    fn from(route: ReturnRoute) -> Self {
        let (word, return_route_thread) = match route {
            ReturnRoute::None => ("none", None),
            ReturnRoute::All => ("all", None),
            ReturnRoute::Thread(thread) => ("thread", Some(thread)),
        };
        Self { return_route: word.to_owned(), return_route_thread }
    }
}

impl Transport {
    pub(crate) fn route(self) -> Option<ReturnRoute> {
        match (self.return_route.as_str(), self.return_route_thread) {
            ("none", _) => Some(ReturnRoute::None),
            ("all", _) => Some(ReturnRoute::All),
            ("thread", Some(thread)) => Some(ReturnRoute::Thread(thread)),
            _ => None,
        }
    }
}

/// What an acknowledgement is wanted for (`~please_ack`).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct PleaseAck {
    /// The occasions; an empty list means the outcome, as RFC 0317 has it.
    #[serde(default)]
    pub on: Vec<AckOn>,
}

/// The occasion of an acknowledgement.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum AckOn {
    /// As soon as the message has come.
    #[serde(rename = "RECEIPT")]
    Receipt,
    /// When what it asks has been done.
    #[serde(rename = "OUTCOME")]
    Outcome,
    /// An occasion of a later RFC.
    #[serde(other, rename = "OTHER")]
    Other,
}

/// When a message was made and until when it matters (`~timing`). Each member is absent unless the sender gave it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Timing {
    /// When the preceding message was received.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub in_time: Option<Timestamp>,
    /// When this message was sent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub out_time: Option<Timestamp>,
    /// From when the sender would like to have an answer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub stale_time: Option<Timestamp>,
    /// From when the sender considers the message void.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub expires_time: Option<Timestamp>,
    /// How long the receiver should wait before it acts, in milliseconds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delay_milli: Option<i64>,
    /// Until when the receiver should wait before it acts.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub wait_until_time: Option<Timestamp>,
}

/// Where to answer a message that came without a connection (`~service`). Keys are raw base58 on the wire.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServiceDecorator {
    /// Who can open the answer.
    #[serde(rename = "recipientKeys")]
    pub recipient_keys: Vec<Verkey>,
    /// The mediators to wrap it for, outermost first.
    #[serde(rename = "routingKeys", default, skip_serializing_if = "Vec::is_empty")]
    pub routing_keys: Vec<Verkey>,
    /// Where to send it.
    #[serde(rename = "serviceEndpoint")]
    pub service_endpoint: String,
}

/// The language of a message's texts (`~l10n`).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct L10n {
    /// The locale, for example `en`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub locale: Option<String>,
}
