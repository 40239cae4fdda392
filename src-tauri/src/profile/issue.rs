//! Issue: the DID that signs, the preview, the offer.

use vouchsafe_agent::issue::StartExchange;
use vouchsafe_agent::wallet_dids::CreateDid;
use vouchsafe_credentials::{Suite, Summary};
use vouchsafe_protocols::issue_credential::LdProofDetail;
use vouchsafe_protocols::issue_credential::ld_proof::DATA_INTEGRITY_PROOF;

use super::Profile;
use super::wallet::Open;
use crate::commands::Answer;
use crate::templates::{self, Draft};
use crate::view::Failure;
use crate::view::card::{Card, CardState, claims, cut};
use crate::view::connections::NewInvitation;
use crate::view::exchanges::IssuingAs;
use crate::view::issue::{CredentialPreview, Issuer, NewCredential, NewOffer, OfferMade, OfferTo};

/// The longest word to the holder, in characters.
const MAX_COMMENT: usize = 500;

impl Profile {
    /// The DIDs that can sign. The first one is made when it is first asked for.
    ///
    /// # Errors
    ///
    /// `wallet-locked`; what the store says.
    pub async fn issuers(&self) -> Answer<Vec<Issuer>> {
        let open = self.open()?;
        let usual = self.issuer(&open).await?;
        let public = open.agent.public_did().await?;
        let mut dids = vec![usual.clone()];
        // Only a DID with a key in its assertionMethod that this wallet holds: did:key here, did:cheqd with its ledger.
        dids.extend(
            public
                .into_iter()
                .filter(|row| row.method == "key" || row.method == "cheqd")
                .map(|row| row.did)
                .filter(|did| *did != usual),
        );
        Ok(dids
            .into_iter()
            .map(|did| Issuer {
                method: did.split(':').nth(1).unwrap_or_default().to_owned(),
                usual: did == usual,
                name: did.clone(),
                network: String::new(),
                practice: false,
                can_revoke: false,
                problem: None,
                did,
            })
            .collect())
    }

    async fn issuer(&self, open: &Open) -> Answer<String> {
        // One at a time, or two screens that open together would make two.
        let _making = self.making_issuer.lock().await;
        if let Some(did) = open.running.lock().kept.issuer_did.clone() {
            return Ok(did);
        }
        let wanted = CreateDid { method: "key".to_owned(), key_type: "ed25519".to_owned(), ..CreateDid::default() };
        let did = open.agent.create_did(wanted).await?.did;
        let kept = did.clone();
        self.change_kept(open, move |settings| settings.issuer_did = Some(kept)).await?;
        Ok(did)
    }

    async fn draft(&self, open: &Open, credential: &NewCredential) -> Answer<Draft> {
        let usual = self.issuer(open).await?;
        let issuer = credential.issuer_did.clone().filter(|did| !did.is_empty()).unwrap_or(usual);
        Ok(templates::draft(credential, &issuer, open.agent.now()))
    }

    /// What the holder will see, and what stands in the way.
    ///
    /// # Errors
    ///
    /// `wallet-locked`; what the store says.
    pub async fn preview_credential(&self, credential: NewCredential) -> Answer<CredentialPreview> {
        let open = self.open()?;
        let label = open.running.lock().kept.label.clone();
        let draft = self.draft(&open, &credential).await?;
        let summary = Summary::of(&draft.credential);
        Ok(CredentialPreview {
            ready: draft.problems.is_empty(),
            problems: draft.problems,
            card: Card::of(&summary, Some(&label), CardState::Offered),
            claims: claims(&summary),
            raw: serde_json::to_string_pretty(&draft.credential).unwrap_or_default(),
            issuer: IssuingAs::new(&summary.issuer, None),
        })
    }

    /// Offer a credential over a connection, or to whoever uses a new invitation. That one does not carry the offer: its code stays small enough to be scanned, and nobody reads the offer before being connected.
    ///
    /// # Errors
    ///
    /// `form-incomplete`, `credential-refused`, `not-found`, `wallet-locked`; what the store says.
    pub async fn offer_credential(&self, offer: NewOffer) -> Answer<OfferMade> {
        let open = self.open()?;
        let draft = self.draft(&open, &offer.credential).await?;
        let (Some(suite), None) = (draft.suite, draft.problems.first()) else {
            let sentence =
                draft.problems.first().map_or("The form is not complete.", |problem| problem.sentence.as_str());
            return Err(Failure::invalid("form-incomplete", sentence, "Mend the form and offer it again."));
        };
        let detail = detail(draft.credential, suite)?;
        let wanted = StartExchange {
            connection_id: match &offer.to {
                OfferTo::Connection { connection_id } => Some(connection_id.clone()),
                OfferTo::Invitation { .. } => None,
            },
            detail,
            preview: None,
            comment: offer
                .comment
                .as_deref()
                .map(str::trim)
                .filter(|comment| !comment.is_empty())
                .map(|comment| cut(comment, MAX_COMMENT)),
            auto_issue: Some(offer.auto_issue),
            auto_offer: None,
            auto_remove: Some(false),
            holder_did: None,
        };
        match offer.to {
            OfferTo::Connection { .. } => {
                let exchange = open.agent.send_offer(wanted).await?;
                Ok(OfferMade { exchange_id: exchange.id, invitation: None })
            }
            OfferTo::Invitation { alias } => {
                let exchange = open.agent.create_offer(wanted).await?;
                let title = Summary::of(&crate::view::exchanges::credential_of(&exchange)).title;
                let invitation = NewInvitation {
                    alias,
                    goal: Some(cut(&format!("To receive: {title}"), 200)),
                    for_issuing: true,
                    multi_use: false,
                    expires_in_hours: None,
                };
                let invitation = self.invite(invitation, Some(&exchange.id)).await?;
                Ok(OfferMade { exchange_id: exchange.id, invitation: Some(Box::new(invitation)) })
            }
        }
    }
}

/// The detail of RFC 0593 for a suite: a Data Integrity suite is named beside the proof's type.
fn detail(credential: serde_json::Value, suite: Suite) -> Answer<LdProofDetail> {
    let refused = |error: vouchsafe_protocols::issue_credential::FormatError| {
        Failure::invalid(
            "credential-refused",
            "The credential cannot be offered as it is.",
            "Look at the details: they name what is wrong.",
        )
        .because(error)
    };
    match suite {
        Suite::Ed25519Signature2018 | Suite::Ed25519Signature2020 => {
            LdProofDetail::new(credential, suite.name()).map_err(refused)
        }
        Suite::EddsaRdfc2022 | Suite::EddsaJcs2022 => LdProofDetail::new(credential, DATA_INTEGRITY_PROOF)
            .and_then(|detail| detail.with_option("cryptosuite", suite.name().into()))
            .map_err(refused),
    }
}
