//! Invitations of this wallet, with their QR codes and who used them.

use jiff::SignedDuration;
use serde_json::{Map, Value};
use vouchsafe_agent::connect::{CreateInvitation, InvitationAttachment};
use vouchsafe_agent::transport::address::{is_evidently_private, parse_endpoint};
use vouchsafe_protocols::connection::{Connection, Handshake};
use vouchsafe_protocols::out_of_band::{GOAL_ISSUE, OutOfBand};
use vouchsafe_store::{ConnectionFilter, ExchangeFilter, InvitationFilter, Page as StorePage, Reader, StoreError};

use super::Profile;
use super::connections::alias;
use super::records::record;
use super::wallet::Open;
use crate::commands::Answer;
use crate::qr;
use crate::view::app::ReachKind;
use crate::view::card::cut;
use crate::view::connections::{
    ConnectionRef, InvitationRow, InvitationState, InvitationView, NewInvitation, ShortLink, invitation_row,
    invitation_state,
};
use crate::view::{Failure, MAX_ROWS, Page};

/// Invitations that the list knows of.
const INVITATIONS: u32 = 2_000;
/// The mark by which the agent knows that a person allowed a private address for whoever uses an invitation.
const PRIVATE_ALLOWED: &str = "private_address_allowed";
/// The widest code that phones read with ease, in modules with the quiet zone: version 25. At level L that is 1,273
/// bytes, which any plain invitation stays below; shown 420 px wide its modules still are three pixels, and over a
/// whole window five or more. Denser ones take several tries.
const EASY_MODULES: u32 = 117 + 8;
/// The longest that an invitation may be good for, in hours: ten years.
const MAX_HOURS: u32 = 24 * 3660;

impl Profile {
    /// Invitations of this wallet, newest first.
    ///
    /// # Errors
    ///
    /// `wallet-locked`; what the store says.
    pub async fn invitations(&self, offset: u32, limit: u32) -> Answer<Page<InvitationRow>> {
        let agent = self.agent()?;
        let now = agent.now();
        agent
            .store()
            .read(move |reader| {
                let filter = InvitationFilter { role: Some("sender".to_owned()), ..InvitationFilter::default() };
                let all = reader.invitations(&filter, StorePage::newest(INVITATIONS))?;
                let total = u32::try_from(all.len()).unwrap_or(u32::MAX);
                let rows = all
                    .iter()
                    .skip(offset as usize)
                    .take(limit.min(MAX_ROWS) as usize)
                    .map(|row| {
                        let invitation: OutOfBand = record(&row.body)?;
                        let (waiting, used_by) = users(reader, &invitation)?;
                        let alias =
                            waiting.as_ref().or(used_by.as_ref()).and_then(|connection| connection.alias.clone());
                        Ok(invitation_row(
                            &invitation,
                            alias.as_deref(),
                            used_by.as_ref().map(ConnectionRef::from),
                            now,
                        ))
                    })
                    .collect::<Result<_, StoreError>>()?;
                Ok(Page { total, rows })
            })
            .await
            .map_err(|error: StoreError| Failure::from(error))
    }

    /// One invitation of this wallet, with its QR code.
    ///
    /// # Errors
    ///
    /// `not-found`, `wallet-locked`; what the store says.
    pub async fn invitation(&self, oob_id: &str) -> Answer<InvitationView> {
        let open = self.open()?;
        let invitation = open.agent.invitation(oob_id).await?;
        show(&open, invitation).await
    }

    /// Make an invitation.
    ///
    /// # Errors
    ///
    /// What cannot be used, `wallet-locked`; what the store says.
    pub async fn create_invitation(&self, invitation: NewInvitation) -> Answer<InvitationView> {
        self.invite(invitation, None).await
    }

    /// Make an invitation, with an offer for whoever uses it if there is one.
    pub(super) async fn invite(&self, wanted: NewInvitation, offer: Option<Offer<'_>>) -> Answer<InvitationView> {
        let open = self.open()?;
        let goal = wanted.goal.as_deref().map(str::trim).filter(|goal| !goal.is_empty()).map(|goal| cut(goal, 300));
        let expires_at = match wanted.expires_in_hours {
            None => None,
            Some(hours) if (1..=MAX_HOURS).contains(&hours) => {
                open.agent.now().checked_add(SignedDuration::from_hours(i64::from(hours))).ok()
            }
            Some(_) => {
                return Err(Failure::invalid(
                    "expiry-invalid",
                    "An invitation is good for at least an hour and at most ten years.",
                    "Choose another time.",
                ));
            }
        };
        let metadata = metadata(&open);
        let (offers, attachments) = match offer {
            None => (Vec::new(), Vec::new()),
            Some(Offer::Waits(id)) => (vec![id.to_owned()], Vec::new()),
            Some(Offer::Inside(id)) => {
                (Vec::new(), vec![InvitationAttachment { id: id.to_owned(), kind: "credential-offer".to_owned() }])
            }
        };
        let created = CreateInvitation {
            alias: alias(wanted.alias.as_deref()),
            goal_code: wanted.for_issuing.then(|| GOAL_ISSUE.to_owned()),
            goal,
            handshake_protocols: vec![Handshake::DidExchange11, Handshake::DidExchange10, Handshake::Connections10],
            multi_use: wanted.multi_use,
            metadata,
            offers,
            attachments,
            expires_at,
            ..CreateInvitation::default()
        };
        let invitation = open.agent.create_invitation(created).await?;
        show(&open, invitation).await
    }

    /// Delete an invitation.
    ///
    /// # Errors
    ///
    /// `not-found`, `wallet-locked`; what the store says.
    pub async fn delete_invitation(&self, oob_id: &str) -> Answer<()> {
        Ok(self.agent()?.delete_invitation(oob_id).await?)
    }
}

/// How an offer, by its exchange's id, goes with an invitation.
#[derive(Debug, Clone, Copy)]
pub(super) enum Offer<'a> {
    /// Sent once the two are connected: nobody reads it before.
    Waits(&'a str),
    /// Attached (RFC 0434, `requests~attach`): whoever has the invitation reads it, before anything is sent.
    Inside(&'a str),
}

/// What is kept with the connections that come of an invitation.
pub(super) fn metadata(open: &Open) -> Map<String, Value> {
    let own_private = open
        .running
        .lock()
        .address()
        .and_then(|address| parse_endpoint(&address).ok())
        .is_some_and(|url| is_evidently_private(&url));
    let mut metadata = Map::new();
    // Who can use an invitation to a private address is on this computer or network too, and so is the way back.
    if own_private {
        metadata.insert(PRIVATE_ALLOWED.to_owned(), Value::Bool(true));
    }
    metadata
}

/// The record that waits for an invitation's use, and the newest connection that came of it.
fn users(reader: &Reader<'_>, invitation: &OutOfBand) -> Result<(Option<Connection>, Option<Connection>), StoreError> {
    let filter =
        ConnectionFilter { invitation_msg_id: Some(invitation.invi_msg_id.clone()), ..ConnectionFilter::default() };
    let (mut waiting, mut used_by) = (None, None);
    for row in reader.connections(&filter, StorePage::newest(20))? {
        let slot = if row.state == "invitation-sent" { &mut waiting } else { &mut used_by };
        if slot.is_none() {
            *slot = Some(record(&row.body)?);
        }
    }
    Ok((waiting, used_by))
}

async fn show(open: &Open, invitation: OutOfBand) -> Answer<InvitationView> {
    let url = open.agent.invitation_url(&invitation.invitation);
    let looked_up = invitation.clone();
    let (waiting, used_by, offer) = open
        .agent
        .store()
        .read(move |reader| {
            let (waiting, used_by) = users(reader, &looked_up)?;
            let filter =
                ExchangeFilter { parent_thread_id: Some(looked_up.invi_msg_id.clone()), ..ExchangeFilter::default() };
            let offer = reader.exchanges(&filter, StorePage::newest(1))?.into_iter().next().map(|row| row.id);
            Ok((waiting, used_by, offer))
        })
        .await
        .map_err(|error: StoreError| Failure::from(error))?;
    let code = qr::encode(&url);
    let short = open.agent.short_url(&invitation.id).await?.and_then(|short| {
        let code = qr::encode(short.as_str())?;
        let host = short.host_str()?;
        let host = short.port().map_or_else(|| host.to_owned(), |port| format!("{host}:{port}"));
        Some(ShortLink { host, qr_svg: code.svg, qr_modules: code.modules, url: short.into() })
    });
    let (label, kind, address) = {
        let running = open.running.lock();
        (running.kept.label.clone(), running.reach_kind(), running.address())
    };
    let state = match invitation_state(&invitation, open.agent.now()) {
        InvitationState::Waiting if used_by.is_some() => InvitationState::Used,
        state => state,
    };
    Ok(InvitationView {
        qr_easy: code.as_ref().is_some_and(|code| code.modules <= EASY_MODULES),
        qr_modules: code.as_ref().map_or(0, |code| code.modules),
        qr_level: code.as_ref().map_or("", |code| code.level).to_owned(),
        qr_svg: code.map(|code| code.svg).unwrap_or_default(),
        short,
        url,
        label: invitation.invitation.label().map_or(label, str::to_owned),
        alias: waiting.or_else(|| used_by.clone()).and_then(|connection| connection.alias),
        goal: invitation.invitation.goal().map(str::to_owned),
        multi_use: invitation.multi_use,
        state,
        created_at: invitation.created_at.to_string(),
        expires_at: invitation.expires_at.map(|end| end.to_string()),
        connection: used_by.as_ref().map(ConnectionRef::from),
        exchange_id: offer,
        reach_sentence: match kind {
            ReachKind::Computer => "Only a wallet on this computer can use it. Choose another address in the settings to be reached from elsewhere.".to_owned(),
            ReachKind::Network => format!("Any wallet that reaches {} can use it.", address.unwrap_or_default()),
            ReachKind::None | ReachKind::Closed => "This wallet has no address, so nobody can answer. Choose one in the settings.".to_owned(),
        },
        oob_id: invitation.id,
    })
}
