//! Step 1: invitations of this wallet, as out-of-band messages or, for older peers, as Connections invitations.

use vouchsafe_didcomm::SigningKey;
use vouchsafe_protocols::connection::{Accept, Connection, Handshake, InvitationMode, SentInvitation, Target};
use vouchsafe_protocols::out_of_band::{
    self, Draft, GOAL_ISSUE, InlineService, Invitation, InvitationText, OutOfBand, Service,
};
use vouchsafe_protocols::{Step, connections};
use vouchsafe_store::{InvitationFilter, Page, Reader};

use super::intents::{CreateInvitation, DidMethod, OobVersion};
use crate::Agent;
use crate::error::{AgentError, Result};
use crate::event::Event;
use crate::issue;
use crate::records::ReadRecords;
use crate::unit::{History, Unit, Who};

/// Where an invitation of a wallet without an endpoint points: the operating system opens it with a wallet.
const NO_ENDPOINT: &str = "didcomm://invite";

/// How we are reached through an invitation: a bare key, or a DID.
struct Door {
    key: vouchsafe_didcomm::Verkey,
    did: Option<String>,
}

impl Agent {
    /// Makes an invitation. With a handshake, a connection record waits for whoever takes it.
    ///
    /// # Errors
    /// [`AgentError::Invalid`] for parameters that do not go together, [`AgentError::Forbidden`] for the public DID
    /// where that is not enabled, [`AgentError::NotNow`] for an attachment that is under way already.
    pub async fn create_invitation(&self, wanted: CreateInvitation) -> Result<OutOfBand> {
        check(&wanted, &self.config().policy)?;
        let committed = self.commit(move |unit| create(unit, wanted)).await?;
        Ok(self.settle(committed).await)
    }

    /// The link that carries an invitation.
    pub fn invitation_url(&self, invitation: &Invitation) -> String {
        InvitationText::oob_url(&self.invitation_base(), invitation)
    }

    /// The link by which the operating system opens an invitation with a wallet on the same device.
    pub fn wallet_url(&self, invitation: &Invitation) -> String {
        InvitationText::oob_url(NO_ENDPOINT, invitation)
    }

    fn invitation_base(&self) -> String {
        self.config().endpoints.first().cloned().unwrap_or_else(|| NO_ENDPOINT.to_owned())
    }

    /// Makes an invitation of RFC 0160, and the link that carries it.
    ///
    /// # Errors
    /// As [`Agent::create_invitation`].
    pub async fn create_connection_invitation(
        &self,
        wanted: CreateInvitation,
    ) -> Result<(Connection, connections::Invitation, String)> {
        let base = self.invitation_base();
        let committed = self
            .commit(move |unit| {
                let key = new_key(unit)?;
                let target = target_at(unit, key);
                let label = wanted.my_label.clone().unwrap_or_else(|| unit.config().label.clone());
                let image = wanted.image_url.clone().or_else(|| unit.config().image_url.clone());
                let invitation =
                    unit.step(|context| connections::Invitation::build(&label, &target, image.as_deref(), context))?;
                let sent = SentInvitation {
                    invitation_msg_id: Some(invitation.id().to_owned()),
                    ..sent(unit, &wanted, key, None, vec![Handshake::Connections10])
                };
                let connection = unit.step(|context| Connection::invite(sent, context));
                unit.save_connection(&connection)?;
                let url = InvitationText::c_i_url(&base, &invitation);
                Ok::<_, AgentError>((connection, invitation, url))
            })
            .await?;
        Ok(self.settle(committed).await)
    }

    /// Invitations, sent and received, by time.
    ///
    /// # Errors
    /// What the store says.
    pub async fn invitations(&self, filter: InvitationFilter, page: Page) -> Result<Vec<OutOfBand>> {
        self.look(move |reader| reader.oob_records(&filter, page)).await
    }

    /// One invitation.
    ///
    /// # Errors
    /// [`AgentError::NotFound`].
    pub async fn invitation(&self, oob_id: &str) -> Result<OutOfBand> {
        let id = oob_id.to_owned();
        self.look(move |reader| reader.oob_record(&id)).await
    }

    /// Takes an invitation back: whoever comes with it is told that it is unknown. Connections that came of it stay.
    ///
    /// # Errors
    /// [`AgentError::NotFound`].
    pub async fn delete_invitation(&self, oob_id: &str) -> Result<()> {
        let id = oob_id.to_owned();
        let committed = self.commit(move |unit| take_back(unit, &id)).await?;
        self.settle(committed).await;
        Ok(())
    }
}

/// Takes an invitation back, with the record that waits for whoever comes.
///
/// # Errors
/// [`AgentError::NotFound`].
pub(crate) fn take_back(unit: &mut Unit<'_>, oob_id: &str) -> Result<()> {
    let record = unit.tx().oob_record(oob_id)?;
    let Step { record, .. } = unit.step(|context| match record.role {
        out_of_band::Role::Sender => out_of_band::sender::advance(&record, out_of_band::sender::Input::Delete, context),
        out_of_band::Role::Receiver => {
            out_of_band::receiver::advance(&record, out_of_band::receiver::Input::Delete, context)
        }
    })?;
    unit.tx().delete_invitation(&record.id)?;
    if let Some(connection_id) = &record.connection_id
        && let Ok(connection) = unit.tx().connection_record(connection_id)
        && connection.rfc23_state() == "invitation-sent"
    {
        unit.tx().delete_connection(connection_id)?;
        unit.tell(Event::ConnectionDeleted(Box::new(connection)))?;
    }
    unit.tell(Event::OutOfBand(Box::new(record)))
}

/// Whether somebody is using an invitation that serves one, or has used it.
///
/// # Errors
/// What the store says.
pub(crate) fn is_taken(reader: &Reader<'_>, oob_id: &str) -> Result<bool> {
    let Ok(record) = reader.oob_record(oob_id) else { return Ok(false) };
    let connection = record.connection_id.as_deref().map(|id| reader.connection_record(id)).transpose()?;
    Ok(connection.is_some_and(|connection| connection.rfc23_state() != "invitation-sent"))
}

fn check(wanted: &CreateInvitation, policy: &crate::config::Policy) -> Result<()> {
    if wanted.use_public_did && !policy.public_invites {
        return Err(AgentError::Forbidden("Public invitations are not enabled.".to_owned()));
    }
    if wanted.handshake_protocols.is_empty() && wanted.attachments.is_empty() {
        return Err(AgentError::invalid(
            "handshake_protocols",
            "an invitation needs a handshake protocol, an attachment, or both",
        ));
    }
    if wanted.multi_use && !(wanted.attachments.is_empty() && wanted.offers.is_empty()) {
        return Err(AgentError::invalid("multi_use", "an invitation with an attachment or an offer serves one"));
    }
    if wanted.handshake_protocols.is_empty() && !wanted.offers.is_empty() {
        return Err(AgentError::invalid("offers", "an offer that waits for a connection needs a handshake protocol"));
    }
    let doors = [wanted.use_did.is_some(), wanted.use_did_method.is_some(), wanted.use_public_did];
    if doors.into_iter().filter(|door| *door).count() > 1 {
        return Err(AgentError::invalid("use_did", "use_did, use_did_method and use_public_did exclude one another"));
    }
    if wanted.create_unique_did && wanted.use_did_method.is_none() {
        return Err(AgentError::invalid("create_unique_did", "it goes with use_did_method"));
    }
    if wanted.use_did_method == Some(DidMethod::Legacy) {
        return Err(AgentError::invalid("use_did_method", "did:peer:2 and did:peer:4 can be used in an invitation"));
    }
    Ok(())
}

/// Makes an invitation in a commit that makes more.
///
/// # Errors
/// As [`Agent::create_invitation`], save what its parameters must not say together.
pub(crate) fn create(unit: &mut Unit<'_>, wanted: CreateInvitation) -> Result<OutOfBand> {
    let door = door(unit, &wanted)?;
    let id = unit.new_id();
    let mut requests = Vec::new();
    for attachment in &wanted.attachments {
        if attachment.kind != "credential-offer" {
            return Err(AgentError::invalid("attachments", format!("`{}` cannot be attached", attachment.kind)));
        }
        requests.push(issue::attach_offer(unit, &attachment.id, &id)?);
    }
    for offer in &wanted.offers {
        issue::await_connection(unit, offer, &id)?;
    }
    let issues = !(requests.is_empty() && wanted.offers.is_empty());
    let service = match &door.did {
        Some(did) => Service::Did(did.clone()),
        None => Service::Inline(InlineService::of(&target_at(unit, door.key))),
    };
    let goal_code = wanted.goal_code.clone().or_else(|| issues.then(|| GOAL_ISSUE.to_owned()));
    let draft = Draft {
        label: Some(wanted.my_label.clone().unwrap_or_else(|| unit.config().label.clone())),
        version_1_0: wanted.protocol_version == OobVersion::V1_0,
        // ACA-Py refuses a goal code that comes without words.
        goal: wanted.goal.clone().or_else(|| goal_code.as_deref().map(words_for)),
        goal_code,
        accept: wanted.accept.clone().unwrap_or_default(),
        handshake_protocols: wanted.handshake_protocols.clone(),
        services: vec![service],
        requests,
        image_url: wanted.image_url.clone().or_else(|| unit.config().image_url.clone()),
        expires_at: wanted.expires_at,
    };
    let invitation = Invitation::build_with_id(&draft, id)?;
    let connection_id = if wanted.handshake_protocols.is_empty() {
        None
    } else {
        let sent = SentInvitation {
            invitation_msg_id: Some(invitation.id().to_owned()),
            ..sent(unit, &wanted, door.key, door.did, wanted.handshake_protocols.clone())
        };
        let connection = unit.step(|context| Connection::invite(sent, context));
        unit.save_connection(&connection)?;
        Some(connection.id)
    };
    let record = unit
        .step(|context| out_of_band::sender::create(invitation, connection_id, door.key, wanted.multi_use, context));
    unit.save_oob(&record)?;
    unit.history(History {
        subject: "invitation",
        subject_id: &record.id,
        connection_id: record.connection_id.as_deref(),
        who: Who::Person,
        what: "invitation-created",
        outcome: "",
    })?;
    Ok(record)
}

fn words_for(goal_code: &str) -> String {
    if goal_code == GOAL_ISSUE { "To issue a credential".to_owned() } else { goal_code.to_owned() }
}

fn door(unit: &mut Unit<'_>, wanted: &CreateInvitation) -> Result<Door> {
    if let Some(method) = wanted.use_did_method {
        let party = if wanted.create_unique_did {
            unit.new_connection_did(method, None)?
        } else {
            unit.invitation_did(method)?
        };
        return Ok(Door { key: party.verkey, did: Some(party.did) });
    }
    let row =
        match &wanted.use_did {
            Some(did) => Some(unit.tx().did(did)?.ok_or_else(|| AgentError::not_found("DID", did.as_str()))?),
            None if wanted.use_public_did => Some(unit.tx().public_did()?.ok_or_else(|| {
                AgentError::Forbidden("Cannot create public invitation with no public DID.".to_owned())
            })?),
            None => None,
        };
    match row {
        None => Ok(Door { key: new_key(unit)?, did: None }),
        Some(row) => {
            let key = row.verkey.ok_or_else(|| AgentError::invalid("use_did", "this DID has no key of this wallet"))?;
            Ok(Door { key, did: Some(row.did) })
        }
    }
}

fn new_key(unit: &Unit<'_>) -> Result<vouchsafe_didcomm::Verkey> {
    let key = SigningKey::generate();
    unit.tx().put_key(&key, unit.now())?;
    Ok(key.verkey())
}

fn target_at(unit: &Unit<'_>, key: vouchsafe_didcomm::Verkey) -> Target {
    Target { endpoint: unit.config().endpoints.first().cloned(), recipient_keys: vec![key], routing_keys: Vec::new() }
}

fn sent(
    unit: &Unit<'_>,
    wanted: &CreateInvitation,
    key: vouchsafe_didcomm::Verkey,
    did: Option<String>,
    offered: Vec<Handshake>,
) -> SentInvitation {
    let auto = wanted.auto_accept.unwrap_or(unit.config().policy.auto_accept_requests);
    SentInvitation {
        offered,
        invitation_msg_id: None,
        invitation_did: did,
        invitation_key: key,
        mode: if wanted.multi_use { InvitationMode::Multi } else { InvitationMode::Once },
        alias: wanted.alias.clone(),
        my_label: wanted.my_label.clone(),
        accept: if auto { Accept::Auto } else { Accept::Manual },
        metadata: wanted.metadata.clone(),
    }
}
