//! Issue: the DID that signs, the preview, the offer.

use std::time::Duration;

use serde_json::json;
use vouchsafe_agent::issue::StartExchange;
use vouchsafe_credentials::status::Form;
use vouchsafe_credentials::{Suite, Summary};
use vouchsafe_protocols::issue_credential::ld_proof::DATA_INTEGRITY_PROOF;
use vouchsafe_protocols::issue_credential::{FormatError, LdProofDetail};
use vouchsafe_store::StoreError;

use super::Profile;
use super::invitations::Offer;
use super::records::identity_name;
use super::wallet::Open;
use crate::commands::Answer;
use crate::templates::{self, Draft};
use crate::view::Failure;
use crate::view::card::{Card, CardState, claims_of, cut};
use crate::view::connections::NewInvitation;
use crate::view::exchanges::IssuingAs;
use crate::view::identities::{IdentityRow, IdentityState, network_of};
use crate::view::issue::{CredentialPreview, FormProblem, Issuer, NewCredential, NewOffer, OfferMade, OfferTo};
use crate::view::networks::network_name;

/// How long a new wallet's first identity is waited for.
const FIRST_PATIENCE: Duration = Duration::from_secs(10);
/// What stands where a network would.
const NO_LEDGER: &str = "No ledger";
/// The longest word to the holder, in characters.
const MAX_COMMENT: usize = 500;

impl Profile {
    /// The identities that can sign, the usual one first. One without a ledger is among them, and is made when it is first asked for.
    ///
    /// # Errors
    ///
    /// `wallet-locked`; what the store says.
    pub async fn issuers(&self) -> Answer<Vec<Issuer>> {
        let open = self.open()?;
        let usual = self.issuer(&open).await?;
        self.key(&open).await?;
        let config = open.agent.config();
        let has_registrar = |row: &IdentityRow| {
            let known = row.network.as_deref().and_then(|namespace| config.network(namespace).ok());
            known.is_some_and(|network| network.registrar.is_some())
        };
        let mut issuers: Vec<Issuer> = open
            .identity_rows()
            .await?
            .into_iter()
            .filter(|row| matches!(row.state, IdentityState::Ready | IdentityState::Unreachable))
            .map(|row| Issuer {
                can_revoke: has_registrar(&row),
                network: row.network.as_deref().map_or_else(|| NO_LEDGER.to_owned(), network_name),
                usual: row.did == usual,
                problem: (row.state != IdentityState::Ready).then_some(row.sentence),
                practice: row.practice,
                method: row.method,
                name: row.name,
                did: row.did,
            })
            .collect();
        issuers.sort_by_key(|issuer| !issuer.usual);
        Ok(issuers)
    }

    /// The DID that signs when none is chosen.
    async fn issuer(&self, open: &Open) -> Answer<String> {
        // A new wallet's first identity is nearly there; where it takes long, nobody waits for it.
        let _making = tokio::time::timeout(FIRST_PATIENCE, open.making.lock()).await;
        let chosen = open.running.lock().kept.issuer_did.clone();
        match chosen {
            Some(did) => Ok(did),
            None => self.key(open).await,
        }
    }

    /// The did:key that signs without a ledger, named after the wallet where it is made here.
    async fn key(&self, open: &Open) -> Answer<String> {
        // One at a time, or two screens that open together would make two.
        let _making = open.making_key.lock().await;
        let (known, label) = {
            let running = open.running.lock();
            (running.kept.signing_keys().into_iter().next(), running.kept.label.clone())
        };
        match known {
            Some(did) => Ok(did),
            None => open.new_key_identity(&label, self.practice.network()).await,
        }
    }

    pub(super) async fn draft(&self, open: &Open, credential: &NewCredential) -> Answer<(String, Draft)> {
        let issuer = match credential.issuer_did.clone().filter(|did| !did.is_empty()) {
            Some(chosen) => chosen,
            None => self.issuer(open).await?,
        };
        let mut draft = templates::draft(&self.saved_templates().await?, credential, &issuer, open.agent.now());
        let can_revoke = || {
            let namespace = network_of(&issuer)?;
            open.agent.config().network(&namespace).ok()?.registrar.clone()
        };
        if credential.revocable && can_revoke().is_none() {
            draft.problems.push(FormProblem::at(
                "revocable",
                "no-ledger",
                "This identity has no ledger to say on that something was revoked: switch that off, or issue by another one.",
            ));
        }
        Ok((issuer, draft))
    }

    /// What the holder will see, and what stands in the way.
    ///
    /// # Errors
    ///
    /// `wallet-locked`; what the store says.
    pub async fn preview_credential(&self, credential: NewCredential) -> Answer<CredentialPreview> {
        let open = self.open()?;
        let label = open.running.lock().kept.label.clone();
        let (issuer, draft) = self.draft(&open, &credential).await?;
        let signing = issuer.clone();
        let name = open
            .agent
            .store()
            .read(move |reader| identity_name(reader, Some(&signing)))
            .await
            .map_err(|error: StoreError| Failure::from(error))?;
        let summary = Summary::of(&draft.credential);
        Ok(CredentialPreview {
            ready: draft.problems.is_empty(),
            problems: draft.problems,
            card: Card::of(&summary, Some(&label), CardState::Offered),
            claims: claims_of(&summary, &draft.credential),
            raw: serde_json::to_string_pretty(&draft.credential).unwrap_or_default(),
            issuer: IssuingAs::new(&issuer, name.as_deref()),
        })
    }

    /// Offer a credential over a connection, or to whoever uses a new invitation. That one carries the offer only where that is asked for: without it, its code stays small enough to be scanned, and nobody reads the offer before being connected.
    ///
    /// # Errors
    ///
    /// `form-incomplete`, `credential-refused`, `not-found`, `wallet-locked`; what the store says.
    pub async fn offer_credential(&self, offer: NewOffer) -> Answer<OfferMade> {
        let open = self.open()?;
        let (issuer, draft) = self.draft(&open, &offer.credential).await?;
        let (Some(suite), None) = (draft.suite, draft.problems.first()) else {
            let sentence =
                draft.problems.first().map_or("The form is not complete.", |problem| problem.sentence.as_str());
            return Err(Failure::invalid("form-incomplete", sentence, "Mend the form and offer it again."));
        };
        let (revocable, suspendable) = (offer.credential.revocable, offer.credential.suspendable);
        let detail = detail_to_offer(draft.credential, suite, revocable, suspendable)?;
        let connection_id = match &offer.to {
            OfferTo::Connection { connection_id } => Some(connection_id.as_str()),
            OfferTo::Invitation { .. } | OfferTo::Inside { .. } => None,
        };
        self.practice_stays_here(&open, &issuer, connection_id).await?;
        let wanted = StartExchange {
            connection_id: connection_id.map(str::to_owned),
            detail,
            preview: None,
            comment: comment(offer.comment.as_deref()),
            auto_issue: Some(offer.auto_issue),
            auto_offer: None,
            auto_remove: Some(false),
            holder_did: None,
            revocable,
        };
        let (alias, inside) = match offer.to {
            OfferTo::Connection { .. } => {
                let exchange = open.agent.send_offer(wanted).await?;
                return Ok(OfferMade { exchange_id: exchange.id, invitation: None });
            }
            OfferTo::Invitation { alias } => (alias, false),
            OfferTo::Inside { alias } => (alias, true),
        };
        let exchange = open.agent.create_offer(wanted).await?;
        let title = Summary::of(&crate::view::exchanges::credential_of(&exchange)).title;
        let invitation = NewInvitation {
            alias,
            goal: Some(cut(&format!("To receive: {title}"), 200)),
            for_issuing: true,
            multi_use: false,
            expires_in_hours: None,
        };
        let carried = if inside { Offer::Inside(&exchange.id) } else { Offer::Waits(&exchange.id) };
        let invitation = self.invite(invitation, Some(carried)).await?;
        Ok(OfferMade { exchange_id: exchange.id, invitation: Some(Box::new(invitation)) })
    }
}

/// A word to the holder, of bounded length; an empty one is none.
pub(super) fn comment(given: Option<&str>) -> Option<String> {
    given.map(str::trim).filter(|comment| !comment.is_empty()).map(|comment| cut(comment, MAX_COMMENT))
}

/// The detail as it is offered.
///
/// # Errors
///
/// `credential-refused`.
pub(super) fn detail_to_offer(
    credential: serde_json::Value,
    suite: Suite,
    revocable: bool,
    suspendable: bool,
) -> Answer<LdProofDetail> {
    let detail = detail(credential, suite)?;
    if !revocable || suspendable {
        return Ok(detail);
    }
    // One status, and its type in the options: the one form that ACA-Py takes as holder.
    detail.with_option("credentialStatus", json!({ "type": Form::Bitstring.entry_type() })).map_err(unofferable)
}

fn unofferable(error: FormatError) -> Failure {
    Failure::invalid(
        "credential-refused",
        "The credential cannot be offered as it is.",
        "Look at the details: they name what is wrong.",
    )
    .because(error)
}

/// The detail of RFC 0593 for a suite: a Data Integrity suite is named beside the proof's type.
fn detail(credential: serde_json::Value, suite: Suite) -> Answer<LdProofDetail> {
    match suite {
        Suite::Ed25519Signature2018 | Suite::Ed25519Signature2020 => {
            LdProofDetail::new(credential, suite.name()).map_err(unofferable)
        }
        Suite::EddsaRdfc2022 | Suite::EddsaJcs2022 => LdProofDetail::new(credential, DATA_INTEGRITY_PROOF)
            .and_then(|detail| detail.with_option("cryptosuite", suite.name().into()))
            .map_err(unofferable),
    }
}
