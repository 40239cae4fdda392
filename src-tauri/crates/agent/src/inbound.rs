//! One envelope's way in: bounded, opened with the wallet's own key, parsed, told apart by who may say what, handed to
//! its protocol. A message from a stranger can do nothing that its sender's key does not allow; a duplicate changes
//! nothing; what cannot be dealt with gets an answer that says why, if the sender is known.

use bytes::Bytes;
use tokio::sync::mpsc;
use tokio::task::JoinHandle;
use vouchsafe_didcomm::envelope::Envelope;
use vouchsafe_didcomm::{Message, ReturnRoute, ServiceDecorator, Verkey};
use vouchsafe_protocols::ProtocolError;
use vouchsafe_protocols::connection::Connection;
use vouchsafe_protocols::report_problem::{NOTIFICATION, ProblemReport};
use vouchsafe_store::{Reader, StoreError};

use crate::Agent;
use crate::dispatch;
use crate::error::Result;
use crate::event::Event;
use crate::records::ReadRecords;
use crate::transport::sessions::{Opening, Returned, WayId};
use crate::unit::{About, Target};

/// A message that was opened, with whom it is from and to.
#[derive(Debug, Clone)]
pub struct Inbound {
    /// The message.
    pub message: Message,
    /// The key that sealed it; absent in an anonymous envelope.
    pub sender: Option<Verkey>,
    /// Our key that opened it.
    pub recipient: Verkey,
    /// The connection that these two keys belong to.
    pub connection: Option<Connection>,
}

/// The way back that an envelope came with.
pub struct OpenWay {
    /// Its name.
    pub id: WayId,
    /// Where returned envelopes go.
    pub send: mpsc::Sender<Returned>,
}

/// An envelope was taken.
#[derive(Debug)]
pub struct Receipt {
    /// What happened, for the policies.
    pub events: Vec<Event>,
    /// The sender asked for answers on the same way (RFC 0092).
    pub wants_answer: bool,
    /// Who sent it.
    pub sender: Option<Verkey>,
}

/// Why an envelope was not taken. Nothing has changed.
#[derive(Debug, thiserror::Error)]
pub enum ReceiveError {
    /// Larger than is taken.
    #[error("the envelope is larger than {limit} bytes")]
    TooLarge {
        /// The limit in bytes.
        limit: usize,
    },
    /// Not an envelope at all, or cut short.
    #[error("this is not an envelope: {0}")]
    NotAnEnvelope(String),
    /// For none of this wallet's keys, or sealed wrongly.
    #[error("the envelope is for none of this wallet's keys, or was sealed wrongly")]
    NotForUs,
    /// It could be opened, and holds no message.
    #[error("the envelope holds no message: {0}")]
    NotAMessage(String),
    /// Too much at once.
    #[error("too many messages at once, try again later")]
    Busy,
    /// The wallet cannot take messages now.
    #[error("the wallet cannot take messages now: {0}")]
    Unavailable(String),
}

impl From<StoreError> for ReceiveError {
    fn from(error: StoreError) -> Self {
        Self::Unavailable(error.to_string())
    }
}

impl Agent {
    /// Takes one envelope. When this returns, all that it changed is committed; what follows by itself is in the
    /// receipt's events ([`Agent::react_later`]).
    ///
    /// # Errors
    /// [`ReceiveError`]; nothing has changed then.
    pub async fn receive(&self, bytes: &[u8], way: Option<OpenWay>) -> Result<Receipt, ReceiveError> {
        let limit = self.config().limits.max_message_bytes;
        if bytes.len() > limit {
            return Err(ReceiveError::TooLarge { limit });
        }
        let _permit = self.take_inbound().await.ok_or(ReceiveError::Busy)?;
        let envelope = Envelope::parse(bytes).map_err(|error| ReceiveError::NotAnEnvelope(error.to_string()))?;
        let Some((inbound, fresh)) = self.store().read(move |reader| open(reader, &envelope)).await? else {
            return Ok(Receipt { events: Vec::new(), wants_answer: false, sender: None });
        };
        let sender = inbound.sender;
        let wants_answer = matches!(inbound.message.transport(), Some(ReturnRoute::All | ReturnRoute::Thread(_)));
        if let (Some(way), Some(sender), true) = (&way, sender, wants_answer) {
            let thread = match inbound.message.transport() {
                Some(ReturnRoute::Thread(thread)) => Some(thread),
                _ => None,
            };
            self.sessions().open(way.id, sender, Opening { thread, fresh }, &way.send);
            self.way_opened(sender);
        }
        let events = match dispatch::dispatch(self, inbound.clone()).await {
            Ok(events) => events,
            // It would be taken at another time: the sender keeps it and tries again.
            Err(error) if error.is_passing() => return Err(ReceiveError::Unavailable(error.to_string())),
            Err(error) => {
                tracing::info!(%error, message_type = %inbound.message.message_type(), "a message was not accepted");
                Vec::new()
            }
        };
        Ok(Receipt { events, wants_answer, sender })
    }

    /// Takes one envelope with its automatic steps, which go on if the caller goes away: a peer that hangs up, or is
    /// ended, must not leave its message half answered. The steps are done when the second part ends.
    pub(crate) async fn take(
        &self,
        bytes: Bytes,
        way: Option<OpenWay>,
    ) -> Result<(Receipt, JoinHandle<()>), ReceiveError> {
        let agent = self.clone();
        let taking = self.tasks().spawn(async move {
            let mut receipt = agent.receive(&bytes, way).await?;
            let following = agent.react(std::mem::take(&mut receipt.events));
            Ok((receipt, agent.tasks().spawn(following)))
        });
        taking.await.unwrap_or_else(|error| Err(ReceiveError::Unavailable(error.to_string())))
    }

    /// Waits for the answer to a message that asked for one on the same way: what the outbox returns once the automatic
    /// steps are taken. `None` as soon as nothing is on its way to the sender.
    pub(crate) async fn answer_to(
        &self,
        (receipt, following): (Receipt, JoinHandle<()>),
        answers: &mut mpsc::Receiver<Returned>,
    ) -> Option<Returned> {
        let _ = following.await;
        let sender = receipt.sender?;
        let waiting = self.store().read(move |reader| reader.outbox_waiting_for(&sender)).await.ok()?;
        if waiting.is_empty() {
            return answers.try_recv().ok();
        }
        answers.recv().await
    }

    /// Answers a message that a protocol refused, where the RFC wants an answer and it is known where to send it: at
    /// `answer_to`, else over the connection, else where the message itself says.
    pub(crate) async fn answer_refusal(
        &self,
        inbound: &Inbound,
        error: &ProtocolError,
        answer_to: Option<Target>,
    ) -> Result<()> {
        match error.report() {
            Some(report) => self.send_report(inbound, report.clone(), answer_to).await,
            None => Ok(()),
        }
    }

    /// Tells the sender of a message of unknown type that it was not understood. Reports are never answered with
    /// reports: two agents would never stop.
    pub(crate) async fn answer_unknown(&self, inbound: &Inbound) -> Result<()> {
        let kind = inbound.message.message_type();
        if matches!(kind.name.as_str(), "problem-report" | "problem_report") || inbound.connection.is_none() {
            return Ok(());
        }
        let report = ProblemReport::new(NOTIFICATION, "message-parse-failure", format!("{kind} is not supported"));
        self.send_report(inbound, report, None).await
    }

    async fn send_report(&self, inbound: &Inbound, report: ProblemReport, answer_to: Option<Target>) -> Result<()> {
        let inbound = inbound.clone();
        let committed = self
            .commit(move |unit| {
                if !unit.first_sight(&inbound)? {
                    return Ok(());
                }
                let about = About {
                    connection_id: inbound.connection.as_ref().map(|connection| connection.id.clone()),
                    exchange_id: None,
                };
                if about.connection_id.is_none()
                    && unit.tx().count_outbox_of_nobody(REFUSALS_AT_MOST)? >= u64::from(REFUSALS_AT_MOST)
                {
                    return Ok(());
                }
                let target = match (answer_to, &inbound.connection) {
                    (Some(target), _) => target,
                    (None, Some(connection)) => unit.target_of(connection)?,
                    (None, None) => match inbound.message.service() {
                        Some(service) => Target {
                            allow_private: unit.config().answers_private(),
                            ..named_by(service, inbound.recipient)
                        },
                        None => return Ok(()),
                    },
                };
                let (thid, pthid) = (inbound.message.thread_id(), inbound.message.parent_thread_id());
                let message = unit.step(|context| report.into_message(thid, pthid, context))?;
                unit.send(&message, &target, &about)
            })
            .await?;
        self.settle(committed).await;
        Ok(())
    }
}

/// Refusals for strangers that wait to be delivered at the same time. Each goes to an address that a stranger named.
const REFUSALS_AT_MOST: u32 = 100;

/// Opens an envelope and finds whose it is, in one visit to the store, and whether it was not seen before. `None` where
/// the person blocked who sent it: it is taken, so that the peer learns nothing, and nothing more is done with it.
fn open(reader: &Reader<'_>, envelope: &Envelope) -> Result<Option<(Inbound, bool)>, ReceiveError> {
    let key = reader.first_signing_key(envelope.recipients())?.ok_or(ReceiveError::NotForUs)?;
    let opened = envelope.open(&key).map_err(|_| ReceiveError::NotForUs)?;
    let message = Message::parse(&opened.plaintext).map_err(|error| ReceiveError::NotAMessage(error.to_string()))?;
    let (sender, recipient) = (opened.sender, opened.recipient);
    let connection = match sender {
        None => None,
        Some(sender) => reader
            .connection_with_keys(&recipient, &sender)
            .map_err(|error| ReceiveError::Unavailable(error.to_string()))?,
    };
    if let Some(connection) = &connection
        && reader.blocked_since(&connection.id)?.is_some()
    {
        return Ok(None);
    }
    // Only what opens a way back has to be told apart here.
    let fresh = message.transport().is_none() || !reader.was_seen(&recipient, sender.as_ref(), message.id())?;
    Ok(Some((Inbound { message, sender, recipient, connection }, fresh)))
}

/// Where a stranger's own `~service` says that answers go (RFC 0056).
fn named_by(service: ServiceDecorator, sender: Verkey) -> Target {
    Target {
        endpoint: Some(service.service_endpoint),
        recipient_keys: service.recipient_keys,
        routing_keys: service.routing_keys,
        sender: Some(sender),
        allow_private: false,
    }
}
