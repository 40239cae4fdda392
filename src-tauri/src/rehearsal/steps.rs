//! The steps of a rehearsal. Each is the command that a window of its side would send, and the wait for what follows at
//! the other side. A step that was begun before and not seen to its end is only waited for.

use std::time::Duration;

use super::stage::Stage;
use crate::commands::Answer;
use crate::profile::Profile;
use crate::view::add::{Connect, Found, InvitationCard};
use crate::view::connections::{ConnectionPhase, NewInvitation};
use crate::view::credentials::StatusState;
use crate::view::exchanges::{ExchangeQuery, ExchangeRow, ExchangeView, Role};
use crate::view::issue::{FieldValue, NewCredential, NewOffer, OfferTo};
use crate::view::issued::{IssuedQuery, IssuedRow, IssuedState, StatusChange};
use crate::view::rehearsal::{RehearsalKey, RehearsalPane};
use crate::view::{Failure, ListQuery};

/// All steps, in order.
pub(super) const ALL: [RehearsalKey; 7] = [
    RehearsalKey::Invite,
    RehearsalKey::Connect,
    RehearsalKey::Offer,
    RehearsalKey::Accept,
    RehearsalKey::Issue,
    RehearsalKey::Store,
    RehearsalKey::Revoke,
];
/// How often the other side is looked at, and for how long.
const LOOK: Duration = Duration::from_millis(40);
const PATIENCE: Duration = Duration::from_secs(20);

/// What has come about, as both wallets have it.
struct Standing {
    /// The issuer's invitation.
    invited: Option<String>,
    /// The holder's connection, and whether both sides have it.
    connection: Option<String>,
    connected: bool,
    issuing: Option<ExchangeRow>,
    holding: Option<ExchangeRow>,
    /// The holder's credential.
    credential: Option<String>,
    issued: Option<IssuedRow>,
    /// The holder knows that it is revoked.
    revoked: bool,
}

impl Standing {
    fn next(&self) -> Option<RehearsalKey> {
        let holding = self.holding.as_ref().map(|row| row.state.as_str());
        let issuing = self.issuing.as_ref().map(|row| row.state.as_str());
        if self.invited.is_none() {
            return Some(RehearsalKey::Invite);
        }
        if !self.connected {
            return Some(RehearsalKey::Connect);
        }
        if holding.is_none() {
            return Some(RehearsalKey::Offer);
        }
        if matches!(holding, Some("offer-received")) || matches!(issuing, Some("offer-sent")) {
            return Some(RehearsalKey::Accept);
        }
        if matches!(holding, Some("request-sent")) {
            return Some(RehearsalKey::Issue);
        }
        if self.credential.is_none() || issuing != Some("done") {
            return Some(RehearsalKey::Store);
        }
        (!self.revoked).then_some(RehearsalKey::Revoke)
    }
}

impl Stage {
    /// The step that comes next; `None` when all are taken.
    ///
    /// # Errors
    ///
    /// What the store says.
    pub(super) async fn next(&self) -> Answer<Option<RehearsalKey>> {
        Ok(self.standing().await?.next())
    }

    /// Takes a step and waits until it has come about.
    ///
    /// # Errors
    ///
    /// `rehearsal-late`; what the step's own command says.
    pub(super) async fn take(&self, step: RehearsalKey) -> Answer<()> {
        let now = self.standing().await?;
        match step {
            RehearsalKey::Invite if now.invited.is_none() => {
                self.issuer.create_invitation(invitation()).await?;
            }
            RehearsalKey::Connect if now.connection.is_none() => self.connect(now.invited.as_deref()).await?,
            RehearsalKey::Offer if now.issuing.is_none() => self.offer().await?,
            RehearsalKey::Accept => {
                if let Some(row) = now.holding.filter(|row| row.state == "offer-received") {
                    self.holder.accept_offer(&row.id).await?;
                }
            }
            RehearsalKey::Issue => {
                if let Some(row) = now.issuing.filter(|row| row.state == "request-received") {
                    self.issuer.issue_now(&row.id).await?;
                }
            }
            RehearsalKey::Store => {
                if let Some(row) = now.holding.filter(|row| row.state == "credential-received") {
                    self.holder.store_now(&row.id).await?;
                }
            }
            RehearsalKey::Revoke => self.revoke(&now).await?,
            RehearsalKey::Invite | RehearsalKey::Connect | RehearsalKey::Offer => {}
        }
        self.until(step).await
    }

    async fn until(&self, step: RehearsalKey) -> Answer<()> {
        let begun = tokio::time::Instant::now();
        while self.next().await? == Some(step) {
            if begun.elapsed() > PATIENCE {
                return Err(Failure::new(
                    "rehearsal-late",
                    "Not done yet",
                    "The other side of the rehearsal has not answered for 20 seconds.",
                    "Take the step again; it goes on from where it stands.",
                ));
            }
            tokio::time::sleep(LOOK).await;
        }
        Ok(())
    }

    async fn connect(&self, oob_id: Option<&str>) -> Answer<()> {
        let Some(card) = self.consent(oob_id).await? else { return Err(Failure::not_found("invitation")) };
        // Both wallets are on this computer, which is what the rehearsal is for.
        let connect = Connect { text: card.text, alias: None, allow_private: true, reuse: false };
        self.holder.connect(connect).await.map(drop)
    }

    async fn consent(&self, oob_id: Option<&str>) -> Answer<Option<InvitationCard>> {
        let Some(oob_id) = oob_id else { return Ok(None) };
        let url = self.issuer.invitation(oob_id).await?.url;
        Ok(match self.holder.look_at(&url).await? {
            Found::Invitation { invitation } => Some(*invitation),
            _ => None,
        })
    }

    async fn offer(&self) -> Answer<()> {
        let connections = self.issuer.connections(first(1)).await?;
        let connection = connections.rows.into_iter().next().ok_or_else(|| Failure::not_found("connection"))?;
        let offer = NewOffer {
            credential: card(),
            to: OfferTo::Connection { connection_id: connection.id },
            comment: None,
            auto_issue: false,
        };
        self.issuer.offer_credential(offer).await.map(drop)
    }

    async fn revoke(&self, now: &Standing) -> Answer<()> {
        if let Some(row) = now.issued.as_ref().filter(|row| row.state != IssuedState::Revoked || row.pending) {
            let changed = if row.state == IssuedState::Revoked {
                self.issuer.publish_status().await?
            } else {
                self.issuer.set_status(vec![row.exchange_id.clone()], StatusChange::Revoke, true).await?
            };
            if let Some(problem) = changed.problem {
                return Err(problem);
            }
        }
        match &now.credential {
            Some(id) => self.holder.check_again(id).await.map(drop),
            None => Ok(()),
        }
    }

    async fn standing(&self) -> Answer<Standing> {
        let invited = self.issuer.invitations(0, 1).await?.rows.into_iter().next().map(|row| row.oob_id);
        let connected = |phase| phase == ConnectionPhase::Connected;
        let ours = self.issuer.connections(first(1)).await?.rows.into_iter().next();
        let theirs = self.holder.connections(first(1)).await?.rows.into_iter().next();
        let holding = newest(&self.holder, Role::Holder).await?;
        let credential = self.holder.credentials(first(1)).await?.rows.into_iter().next();
        let issued = IssuedQuery { query: String::new(), state: None, pending: false, offset: 0, limit: 1 };
        Ok(Standing {
            invited,
            connected: ours.is_some_and(|row| connected(row.phase))
                && theirs.as_ref().is_some_and(|row| connected(row.phase)),
            connection: theirs.map(|row| row.id),
            issuing: newest(&self.issuer, Role::Issuer).await?,
            holding,
            revoked: credential.as_ref().is_some_and(|row| row.status.state == StatusState::Revoked),
            credential: credential.map(|row| row.id),
            issued: self.issuer.issued(issued).await?.rows.into_iter().next(),
        })
    }

    /// What both sides show, as a window of each would; `next` is the step that is about to be taken.
    ///
    /// # Errors
    ///
    /// What the store says.
    pub(super) async fn panes(&self, next: Option<RehearsalKey>) -> Answer<(RehearsalPane, RehearsalPane)> {
        let now = self.standing().await?;
        let mut issuer = pane(super::stage::ISSUER, now.connected);
        let mut holder = pane(super::stage::HOLDER, now.connected);
        match next {
            Some(RehearsalKey::Connect) => {
                if let Some(oob_id) = &now.invited {
                    issuer.invitation = Some(self.issuer.invitation(oob_id).await?);
                }
                holder.consent = self.consent(now.invited.as_deref()).await?;
            }
            Some(RehearsalKey::Offer) => issuer.preview = Some(self.issuer.preview_credential(card()).await?),
            _ => {}
        }
        issuer.exchange = exchange(&self.issuer, now.issuing).await?;
        holder.exchange = exchange(&self.holder, now.holding).await?;
        if let Some(id) = &now.credential {
            holder.credential = Some(self.holder.credential(id).await?);
        }
        issuer.issued = now.issued;
        Ok((issuer, holder))
    }
}

fn pane(name: &str, connected: bool) -> RehearsalPane {
    RehearsalPane {
        name: name.to_owned(),
        invitation: None,
        consent: None,
        connected,
        preview: None,
        exchange: None,
        credential: None,
        issued: None,
    }
}

async fn exchange(profile: &Profile, row: Option<ExchangeRow>) -> Answer<Option<ExchangeView>> {
    match row {
        Some(row) => profile.exchange(&row.id).await.map(Some),
        None => Ok(None),
    }
}

async fn newest(profile: &Profile, role: Role) -> Answer<Option<ExchangeRow>> {
    let query = ExchangeQuery { role: Some(role), phase: None, connection_id: None, offset: 0, limit: 1 };
    Ok(profile.exchanges(query).await?.rows.into_iter().next())
}

fn first(limit: u32) -> ListQuery {
    ListQuery { query: String::new(), offset: 0, limit }
}

fn invitation() -> NewInvitation {
    NewInvitation {
        alias: None,
        goal: Some("To receive a practice library card".to_owned()),
        for_issuing: true,
        multi_use: false,
        expires_in_hours: None,
    }
}

/// The credential that is rehearsed with.
fn card() -> NewCredential {
    let values = [
        ("givenName", "Robin"),
        ("familyName", "Reader"),
        ("memberOf", "Practice Library"),
        ("membershipNumber", "P-0001"),
    ];
    NewCredential {
        type_id: "membership".to_owned(),
        values: values.map(|(name, value)| FieldValue { name: name.to_owned(), value: value.to_owned() }).to_vec(),
        document: None,
        proof_type: "Ed25519Signature2020".to_owned(),
        issuer_did: None,
        valid_until: None,
        revocable: true,
        suspendable: false,
    }
}
