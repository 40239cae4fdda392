//! Going on with a handshake: our request, our response, our refusal. The DID for the connection is made in the step
//! that first names it, and signed by the key that the other side knows already.

use vouchsafe_didcomm::{Attachment, AttachmentError, SigningKey, Verkey};
use vouchsafe_protocols::connection::{Accept, Connection, Handshake, HandshakeState, Party, ReceivedInvitation};
use vouchsafe_protocols::connections::{self, ConnectionBody, SignatureDecorator};
use vouchsafe_protocols::did_exchange;
use vouchsafe_store::StoreError;

use super::intents::{AcceptInvitation, AcceptRequest, DidMethod, RequestConnection};
use super::steps;
use crate::Agent;
use crate::dispatch::HandlerError;
use crate::error::{AgentError, Result};
use crate::records::ReadRecords;
use crate::unit::{Unit, allow_private};

impl Agent {
    /// Answers a received invitation with our request.
    ///
    /// # Errors
    /// [`AgentError::NotNow`] if it was answered already.
    pub async fn accept_invitation(&self, connection_id: &str, wanted: AcceptInvitation) -> Result<Connection> {
        let id = connection_id.to_owned();
        let committed = self.commit(move |unit| answer_invitation(unit, &id, &wanted)).await?;
        Ok(self.settle(committed).await)
    }

    /// Answers a request with our response.
    ///
    /// # Errors
    /// [`AgentError::NotNow`] if no request waits.
    pub async fn accept_request(&self, connection_id: &str, wanted: AcceptRequest) -> Result<Connection> {
        let id = connection_id.to_owned();
        let committed = self.commit(move |unit| answer_request(unit, &id, &wanted)).await?;
        Ok(self.settle(committed).await)
    }

    /// Ends a handshake and tells the other side.
    ///
    /// # Errors
    /// [`AgentError::NotNow`] if it is over already.
    pub async fn reject_connection(&self, connection_id: &str, reason: Option<String>) -> Result<Connection> {
        let id = connection_id.to_owned();
        let committed = self
            .commit(move |unit| {
                let connection = unit.tx().connection_record(&id)?;
                let reason = reason.as_deref().unwrap_or("The connection was declined.");
                let step = unit.step(|context| match &connection.handshake {
                    HandshakeState::Requester(_) => did_exchange::requester::advance(
                        &connection,
                        did_exchange::requester::Input::Abandon(reason),
                        context,
                    ),
                    HandshakeState::Invitee(_) => connections::invitee::advance(
                        &connection,
                        connections::invitee::Input::Abandon(reason),
                        context,
                    ),
                    HandshakeState::Inviter(_) => {
                        connections::inviter::advance(&connection, connections::inviter::Input::Reject(reason), context)
                    }
                    HandshakeState::Responder(_) | HandshakeState::InvitationSent { .. } => {
                        did_exchange::responder::advance(
                            &connection,
                            did_exchange::responder::Input::Reject(reason),
                            context,
                        )
                    }
                })?;
                steps::commit(unit, &step)?;
                Ok::<_, AgentError>(step.record)
            })
            .await?;
        Ok(self.settle(committed).await)
    }

    /// Asks for a connection without an invitation, by the other side's public DID (RFC 0023, implicit invitation).
    ///
    /// # Errors
    /// [`AgentError::Resolution`] if the DID does not resolve.
    pub async fn request_connection(&self, wanted: RequestConnection) -> Result<Connection> {
        let protocol = wanted.protocol.unwrap_or(Handshake::DidExchange11);
        if !protocol.is_did_exchange() {
            return Err(AgentError::invalid("protocol", "a request without an invitation needs DID Exchange"));
        }
        let party = self.party_behind(&wanted.their_public_did).await.map_err(HandlerError::into_agent)?;
        let committed = self
            .commit(move |unit| {
                let received = ReceivedInvitation {
                    protocol,
                    invitation_msg_id: None,
                    invitation_did: Some(wanted.their_public_did.clone()),
                    target: party.target(),
                    label: None,
                    alias: wanted.alias.clone(),
                    my_label: wanted.my_label.clone(),
                    accept: if wanted.auto_accept.unwrap_or(true) { Accept::Auto } else { Accept::Manual },
                    metadata: serde_json::Map::new(),
                };
                let mut step = unit.step(|context| did_exchange::requester::receive_invitation(received, context))?;
                if wanted.allow_private {
                    allow_private(&mut step.record);
                }
                let use_did = if wanted.use_public_did {
                    Some(
                        unit.tx()
                            .public_did()?
                            .ok_or_else(|| AgentError::Forbidden("there is no public DID".to_owned()))?
                            .did,
                    )
                } else {
                    wanted.use_did.clone()
                };
                let acceptance = AcceptInvitation {
                    my_endpoint: wanted.my_endpoint.clone(),
                    my_label: wanted.my_label.clone(),
                    use_did,
                    use_did_method: wanted.use_did_method,
                };
                let step = request(unit, &step.record, &acceptance, Some((wanted.goal_code, wanted.goal)))?;
                steps::commit(unit, &step)?;
                Ok::<_, AgentError>(step.record)
            })
            .await?;
        Ok(self.settle(committed).await)
    }
}

/// Our request, in one step.
///
/// # Errors
/// [`AgentError::NotNow`] if the invitation was answered already.
pub(super) fn answer_invitation(unit: &mut Unit<'_>, id: &str, wanted: &AcceptInvitation) -> Result<Connection> {
    let connection = unit.tx().connection_record(id)?;
    let step = match &connection.handshake {
        HandshakeState::Requester(_) => request(unit, &connection, wanted, None)?,
        HandshakeState::Invitee(_) => {
            let my = own_party(unit, &connection, wanted)?;
            let acceptance = connections::invitee::Acceptance {
                did_doc: document_of(unit, &my)?,
                label: label_of(unit, wanted.my_label.as_deref(), &connection),
                my,
            };
            let input = connections::invitee::Input::Accept(&acceptance);
            unit.step(|context| connections::invitee::advance(&connection, input, context))?
        }
        _ => return Err(not_now(&connection, "this wallet made the invitation")),
    };
    steps::commit(unit, &step)?;
    Ok(step.record)
}

/// Our response, in one step.
///
/// # Errors
/// [`AgentError::NotNow`] if no request waits.
pub(super) fn answer_request(unit: &mut Unit<'_>, id: &str, wanted: &AcceptRequest) -> Result<Connection> {
    let connection = unit.tx().connection_record(id)?;
    let step = match &connection.handshake {
        HandshakeState::Responder(_) => respond(unit, &connection, wanted)?,
        HandshakeState::Inviter(_) => respond_by_connections(unit, &connection, wanted)?,
        _ => return Err(not_now(&connection, "there is no request to accept")),
    };
    steps::commit(unit, &step)?;
    Ok(step.record)
}

type HandshakeStep = vouchsafe_protocols::Step<Connection, vouchsafe_protocols::connection::Event>;

fn request(
    unit: &mut Unit<'_>,
    connection: &Connection,
    wanted: &AcceptInvitation,
    goal: Option<(Option<String>, Option<String>)>,
) -> Result<HandshakeStep> {
    let my = own_party(unit, connection, wanted)?;
    let did_doc = signed_document(unit, &my, my.verkey)?;
    let (goal_code, goal) = goal.unwrap_or_default();
    let acceptance = did_exchange::requester::Acceptance {
        label: label_of(unit, wanted.my_label.as_deref(), connection),
        my,
        did_doc,
        goal_code,
        goal,
    };
    let input = did_exchange::requester::Input::Accept(&acceptance);
    Ok(unit.step(|context| did_exchange::requester::advance(connection, input, context))?)
}

fn respond(unit: &mut Unit<'_>, connection: &Connection, wanted: &AcceptRequest) -> Result<HandshakeStep> {
    let invitation_key =
        connection.invitation_key.ok_or_else(|| not_now(connection, "the key of the invitation is not known"))?;
    let my = match (wanted.use_public_did, &connection.their) {
        (true, _) => {
            let row =
                unit.tx().public_did()?.ok_or_else(|| AgentError::Forbidden("there is no public DID".to_owned()))?;
            let verkey =
                row.verkey.ok_or_else(|| AgentError::invalid("use_public_did", "its key is not in this wallet"))?;
            Party::own(row.did, verkey)
        }
        // Like answers like: a peer that presents a method can resolve it.
        (false, their) => {
            let method = match their.as_ref().map(|their| their.did.as_str()) {
                Some(did) if !did.starts_with("did:") || did.starts_with("did:sov:") => DidMethod::Legacy,
                Some(did) if did.starts_with("did:peer:2") => DidMethod::Peer2,
                _ => DidMethod::Peer4,
            };
            unit.new_connection_did(method, wanted.my_endpoint.as_deref())?
        }
    };
    let did_doc = signed_document(unit, &my, invitation_key)?;
    let did_rotate = if did_doc.is_some() {
        None
    } else {
        let mut attachment = Attachment::base64(&unit.new_id(), "text/string", my.did.as_bytes());
        attachment.sign(&key(unit, &invitation_key)?).map_err(unsigned)?;
        Some(attachment)
    };
    let answer = did_exchange::responder::Answer { my, did_doc, did_rotate };
    let input = did_exchange::responder::Input::Accept(&answer);
    Ok(unit.step(|context| did_exchange::responder::advance(connection, input, context))?)
}

fn respond_by_connections(
    unit: &mut Unit<'_>,
    connection: &Connection,
    wanted: &AcceptRequest,
) -> Result<HandshakeStep> {
    let invitation_key =
        connection.invitation_key.ok_or_else(|| not_now(connection, "the key of the invitation is not known"))?;
    let my = unit.new_connection_did(DidMethod::Legacy, wanted.my_endpoint.as_deref())?;
    let body = ConnectionBody { did: my.did.clone(), did_doc: document_of(unit, &my)? };
    let bytes = connections::signature::sig_data(&body, unit.now())?;
    let signature = key(unit, &invitation_key)?.sign(&bytes);
    let answer = connections::inviter::Answer {
        my,
        connection_sig: SignatureDecorator::new(&bytes, &signature, invitation_key),
    };
    let input = connections::inviter::Input::Accept(&answer);
    Ok(unit.step(|context| connections::inviter::advance(connection, input, context))?)
}

fn own_party(unit: &mut Unit<'_>, connection: &Connection, wanted: &AcceptInvitation) -> Result<Party> {
    if let Some(did) = &wanted.use_did {
        let row = unit.tx().did(did)?.ok_or_else(|| AgentError::not_found("DID", did.as_str()))?;
        let verkey = row.verkey.ok_or_else(|| AgentError::invalid("use_did", "its key is not in this wallet"))?;
        return Ok(Party::own(row.did, verkey));
    }
    let method = wanted.use_did_method.unwrap_or(match connection.protocol {
        Some(Handshake::DidExchange11) | None => DidMethod::Peer4,
        Some(Handshake::DidExchange10 | Handshake::Connections10) => DidMethod::Legacy,
    });
    unit.new_connection_did(method, wanted.my_endpoint.as_deref())
}

/// The document of an own DID that means nothing without one, signed by `signer`.
fn signed_document(unit: &mut Unit<'_>, my: &Party, signer: Verkey) -> Result<Option<Attachment>> {
    if !did_exchange::message::requires_document(&my.did) {
        return Ok(None);
    }
    let document = document_of(unit, my)?;
    let id = unit.new_id();
    let mut attachment = Attachment::base64_json(&id, &document).map_err(unsigned)?;
    attachment.sign(&key(unit, &signer)?).map_err(unsigned)?;
    Ok(Some(attachment))
}

fn document_of(unit: &Unit<'_>, my: &Party) -> Result<serde_json::Value> {
    unit.tx()
        .did(&my.did)?
        .and_then(|row| row.document)
        .ok_or_else(|| AgentError::invalid("use_did", "this DID has no document that could be sent along"))
}

fn key(unit: &Unit<'_>, verkey: &Verkey) -> Result<SigningKey> {
    let missing = || StoreError::Damaged(format!("the wallet's key {verkey} is missing"));
    Ok(unit.tx().signing_key(verkey)?.ok_or_else(missing)?)
}

fn label_of(unit: &Unit<'_>, wanted: Option<&str>, connection: &Connection) -> String {
    wanted.or(connection.my_label.as_deref()).unwrap_or(&unit.config().label).to_owned()
}

fn unsigned(error: AttachmentError) -> AgentError {
    AgentError::invalid("attachment", error.to_string())
}

fn not_now(connection: &Connection, reason: &str) -> AgentError {
    AgentError::NotNow { state: connection.rfc23_state().to_owned(), reason: reason.to_owned() }
}
