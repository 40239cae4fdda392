//! One step, committed whole: the records as they are from now on, the messages that are promised with them, the
//! history and what was seen. A [`Unit`] lives inside one store transaction; before its commit nothing has happened,
//! after it all of it has, through any crash. What others want to know is told after the commit, and what was promised
//! is handed to the outbox with all that its delivery takes.

use std::sync::Arc;

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use tokio::sync::mpsc::UnboundedSender;
use uuid::Uuid;
use vouchsafe_didcomm::{Message, ReturnRoute, Verkey};
use vouchsafe_protocols::Context;
use vouchsafe_protocols::connection::{Connection, Role};
use vouchsafe_store::{HistoryRow, KeptMessageRow, OutboxRow, Transaction};

use crate::config::{Config, PrivateAddresses};
use crate::delivery::Parcel;
use crate::error::{AgentError, Result};
use crate::event::{Event, Observer};
use crate::inbound::Inbound;
use crate::outbox::Wake;

/// Where a message goes and as whom, kept with it in the outbox.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Target {
    /// The address; absent or not a URL: the peer is reached by an open way back only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub endpoint: Option<String>,
    /// The peer's keys.
    pub recipient_keys: Vec<Verkey>,
    /// Mediators on the way, the peer's nearest one first (RFC 0094).
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub routing_keys: Vec<Verkey>,
    /// Our key for this peer; absent: an anonymous envelope.
    pub sender: Option<Verkey>,
    /// Whether a person allowed an address on this computer or its network.
    #[serde(default)]
    pub allow_private: bool,
}

/// The mark in a connection's metadata that a person allowed its private address.
const PRIVATE_ALLOWED: &str = "private_address_allowed";

/// Whether a person allowed a private address for this connection.
pub(crate) fn private_allowed(connection: &Connection) -> bool {
    connection.metadata.get(PRIVATE_ALLOWED).and_then(serde_json::Value::as_bool).unwrap_or(false)
}

/// Notes that a person allowed a private address for this connection.
pub(crate) fn allow_private(connection: &mut Connection) {
    connection.metadata.insert(PRIVATE_ALLOWED.to_owned(), true.into());
}

/// How long a refusal is tried to be delivered to somebody who belongs to nothing here, at an address of their choice.
const PATIENCE_WITH_STRANGERS: SignedDuration = SignedDuration::from_mins(10);

/// What a message belongs to, for the window and for those who wait.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct About {
    /// The connection it goes over.
    pub connection_id: Option<String>,
    /// The credential exchange it is a step of.
    pub exchange_id: Option<String>,
}

/// A step that is taken in the same commit as the one before it.
pub(crate) type FollowUp = Box<dyn FnOnce(&mut Unit<'_>) -> Result<()> + Send>;

/// What was committed, with what happened.
#[derive(Debug)]
pub(crate) struct Committed<T> {
    pub value: T,
    pub events: Vec<Event>,
    /// Those of the events whose automatic step was taken with them.
    pub followed: Vec<usize>,
}

impl<T> Committed<T> {
    /// Leaves out the events that nothing more follows from.
    pub fn without_followed(mut self) -> Self {
        for index in self.followed.drain(..).rev() {
            if index < self.events.len() {
                self.events.remove(index);
            }
        }
        self
    }
}

/// One step inside its transaction.
pub struct Unit<'a> {
    tx: &'a Transaction<'a>,
    config: Arc<Config>,
    observers: &'a [Arc<dyn Observer>],
    now: Timestamp,
    wakes: UnboundedSender<Wake>,
    events: Vec<Event>,
    followed: Vec<usize>,
}

impl<'a> Unit<'a> {
    pub(crate) fn new(
        tx: &'a Transaction<'a>,
        config: Arc<Config>,
        observers: &'a [Arc<dyn Observer>],
        now: Timestamp,
        wakes: UnboundedSender<Wake>,
    ) -> Self {
        Self { tx, config, observers, now, wakes, events: Vec::new(), followed: Vec::new() }
    }

    pub(crate) fn finish<T>(self, value: T) -> Committed<T> {
        Committed { value, events: self.events, followed: self.followed }
    }

    /// Takes the steps that follow from this one's events, and from theirs. One that fails is as if it had not been
    /// tried: it is left to be taken by itself.
    pub(crate) fn follow(&mut self, next: impl Fn(&Event) -> Option<FollowUp>) {
        let mut index = 0;
        while let Some(event) = self.events.get(index) {
            if let Some(step) = next(event) {
                let (tx, before) = (self.tx, self.events.len());
                match tx.attempt(|| step(self)) {
                    Ok(()) => self.followed.push(index),
                    Err(error) => {
                        tracing::debug!(%error, "an automatic step is not taken with the one before");
                        self.events.truncate(before);
                    }
                }
            }
            index += 1;
        }
    }

    /// Has the outbox look at once, after the commit.
    fn wake(&self, wake: Wake) {
        let wakes = self.wakes.clone();
        self.tx.after_commit(move || {
            // Err: the outbox has stopped with the wallet; the next start delivers it.
            let _ = wakes.send(wake);
        });
    }

    /// The transaction, to read and to write rows that are nobody's record.
    pub fn tx(&self) -> &'a Transaction<'a> {
        self.tx
    }

    /// The wallet's settings.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// The time of this step.
    pub fn now(&self) -> Timestamp {
        self.now
    }

    /// Runs a pure step with this step's time and fresh ids.
    pub fn step<T>(&self, step: impl FnOnce(&mut Context<'_>) -> T) -> T {
        let mut ids = || Uuid::new_v4().to_string();
        step(&mut Context::new(self.now, &mut ids))
    }

    /// A fresh id.
    pub fn new_id(&self) -> String {
        Uuid::new_v4().to_string()
    }

    /// Notes what happened, to be told after the commit.
    ///
    /// # Errors
    /// What an observer could not write.
    pub fn tell(&mut self, event: Event) -> Result<()> {
        for observer in self.observers {
            observer.observe(&event, self.tx)?;
        }
        self.events.push(event);
        Ok(())
    }

    /// True the first time a message is seen; a duplicate must change nothing. It is answered as the first time: a
    /// peer that repeats itself did not get what it was handed.
    ///
    /// # Errors
    /// What the store says.
    pub fn first_sight(&mut self, inbound: &Inbound) -> Result<bool> {
        let first = self.tx.mark_seen(&inbound.recipient, inbound.sender.as_ref(), inbound.message.id(), self.now)?;
        if let Some(sender) = &inbound.sender {
            let thread = inbound.message.thread_id();
            if first {
                self.tx.outbox_arrived(sender, thread)?;
            } else if self.tx.outbox_repeat(sender, thread, self.now)? > 0 {
                self.wake(Wake::Promised(*sender));
            }
        }
        Ok(first)
    }

    /// Promises a message: it is in the outbox with this commit and is delivered until it has arrived or is given up.
    ///
    /// # Errors
    /// What the store says.
    pub fn send(&mut self, message: &Message, target: &Target, about: &About) -> Result<()> {
        // A wallet that nobody can call gets its answers on the way back.
        let returning;
        let message = if self.config.endpoints.is_empty() && message.transport().is_none() {
            returning = message.clone().with_return_route(ReturnRoute::All);
            &returning
        } else {
            message
        };
        let give_up = if *about == About::default() {
            PATIENCE_WITH_STRANGERS
        } else {
            SignedDuration::from_hours(24 * self.config.limits.give_up_days)
        };
        let mut row = OutboxRow {
            id: 0,
            message_id: message.id().to_owned(),
            connection_id: about.connection_id.clone(),
            exchange_id: about.exchange_id.clone(),
            thread_id: Some(message.thread_id().to_owned()),
            recipient: target.recipient_keys.first().copied(),
            target: serde_json::to_value(target).map_err(|error| AgentError::invalid("target", error.to_string()))?,
            payload: message.to_bytes(),
            created_at: self.now,
            attempts: 0,
            next_attempt_at: self.now,
            expires_at: self.now.checked_add(give_up).ok(),
            last_error: None,
            state: vouchsafe_store::DUE.to_owned(),
        };
        row.id = self.tx.push_outbox(&row)?;
        self.keep_message(about.exchange_id.as_deref(), "sent", message)?;
        let sender = match &target.sender {
            Some(verkey) => self.tx.signing_key(verkey)?.map(Arc::new),
            None => None,
        };
        self.wake(Wake::Parcel(Box::new(Parcel { row, target: Ok(target.clone()), sender })));
        Ok(())
    }

    /// Keeps a message of an exchange as it crosses, where the person wants that.
    ///
    /// # Errors
    /// What the store says.
    pub fn keep_message(&self, exchange_id: Option<&str>, direction: &str, message: &Message) -> Result<()> {
        let Some(exchange_id) = exchange_id.filter(|_| self.config.policy.keep_messages) else { return Ok(()) };
        let body = message.to_bytes();
        self.tx.keep_message(&KeptMessageRow {
            exchange_id: exchange_id.to_owned(),
            direction: direction.to_owned(),
            message_id: message.id().to_owned(),
            message_type: message.message_type().to_string(),
            size: body.len() as u64,
            body: Some(body),
            at: self.now,
        })?;
        Ok(())
    }

    /// Where a message to a connection's peer goes: to the peer, once it is known, else to its invitation.
    ///
    /// # Errors
    /// [`AgentError::NotNow`] while neither is known.
    pub fn target_of(&self, connection: &Connection) -> Result<Target> {
        // Before our own DID is made, the key of our invitation speaks for us.
        let ours = connection.my.as_ref().map(|my| my.verkey).or(match connection.their_role {
            Role::Invitee => connection.invitation_key,
            Role::Inviter => None,
        });
        let (Some(sender), Some(target)) = (ours, connection.their_target()) else {
            return Err(AgentError::NotNow {
                state: connection.rfc23_state().to_owned(),
                reason: format!("connection {} is not established yet", connection.id),
            });
        };
        Ok(Target {
            endpoint: target.endpoint,
            recipient_keys: target.recipient_keys,
            routing_keys: target.routing_keys,
            sender: Some(sender),
            allow_private: self.allows_private(connection),
        })
    }

    /// Whether a private address may be contacted for this connection.
    pub fn allows_private(&self, connection: &Connection) -> bool {
        let came_to_us = connection.their_role == Role::Invitee;
        self.config.policy.private_addresses == PrivateAddresses::Allow
            || private_allowed(connection)
            || (came_to_us && self.config.answers_private())
    }

    /// Writes a line of history: who did what, and how it ended. Never with claim values.
    ///
    /// # Errors
    /// What the store says.
    pub fn history(&mut self, line: History<'_>) -> Result<()> {
        self.tx.add_history(&HistoryRow {
            id: 0,
            at: self.now,
            subject: line.subject.to_owned(),
            subject_id: line.subject_id.to_owned(),
            connection_id: line.connection_id.map(str::to_owned),
            who: line.who.as_str().to_owned(),
            what: line.what.to_owned(),
            outcome: line.outcome.to_owned(),
        })?;
        Ok(())
    }
}

/// Who did it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Who {
    /// This wallet, by itself.
    Us,
    /// The other side.
    Them,
    /// The person in front of it, or the controller.
    Person,
}

impl Who {
    fn as_str(self) -> &'static str {
        match self {
            Self::Us => "us",
            Self::Them => "them",
            Self::Person => "person",
        }
    }
}

/// A line of history.
#[derive(Debug, Clone, Copy)]
pub struct History<'a> {
    /// `connection`, `credential-exchange`, `credential` or `wallet`.
    pub subject: &'a str,
    /// The subject's id.
    pub subject_id: &'a str,
    /// The connection it went over.
    pub connection_id: Option<&'a str>,
    /// Who did it.
    pub who: Who,
    /// What was done: a state's word or a short verb.
    pub what: &'a str,
    /// How it ended: empty, or a reason.
    pub outcome: &'a str,
}
