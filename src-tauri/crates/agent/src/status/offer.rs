//! A place for a credential that is to be revocable. The lists are there, and on the ledger, before the offer that names
//! them is made; the places are taken in the commit of the offer and stand in the document that leaves with it, since
//! what is issued later must equal what was offered.

use rand_core::{OsRng, RngCore as _};
use serde_json::Value;
use vouchsafe_credentials::status::{Form, Purpose, entry, form_for, form_named, with_context};
use vouchsafe_didcomm::Verkey;
use vouchsafe_dids::cheqd::CheqdDid;
use vouchsafe_protocols::issue_credential::LdProofDetail;
use vouchsafe_store::StatusListRow;

use super::lists::{form_of, purpose_of};
use crate::Agent;
use crate::error::{AgentError, Result};
use crate::unit::Unit;

/// What a revocable credential is listed for.
const PURPOSES: [Purpose; 2] = [Purpose::Revocation, Purpose::Suspension];

/// What a credential is listed for: all of it, unless the detail's options ask for a status themselves (RFC 0593). They
/// get one entry, of revocation unless they name suspension: ACA-Py reads no list of entries.
fn purposes(detail: &LdProofDetail) -> Result<Vec<Purpose>> {
    let Some(wish) = detail.credential_status() else { return Ok(PURPOSES.to_vec()) };
    let word = wish.get("statusPurpose").map_or(Some(Purpose::Revocation.word()), Value::as_str);
    match PURPOSES.iter().find(|purpose| Some(purpose.word()) == word) {
        Some(purpose) => Ok(vec![purpose.clone()]),
        None => Err(AgentError::invalid(
            "options.credentialStatus.statusPurpose",
            "it is neither revocation nor suspension",
        )),
    }
}

/// The lists in which a credential gets its places.
pub(crate) struct Places {
    lists: Vec<StatusListRow>,
}

impl Agent {
    /// Makes a detail ready for an offer that can be taken back: the status context is in it, and entries that still
    /// point to place 0 of each list. Nothing is taken yet.
    ///
    /// # Errors
    /// [`AgentError::Credential`] if its issuer has no ledger to publish lists on; that a first list could not be
    /// published: nothing was offered then.
    pub(crate) async fn listed(&self, detail: LdProofDetail) -> Result<(LdProofDetail, Places)> {
        let credential = detail.credential();
        if credential.get("credentialStatus").is_some() {
            return Err(AgentError::invalid(
                "credential.credentialStatus",
                "leave it out: this wallet gives the credential its places in its own status lists",
            ));
        }
        let issuer = detail.issuer().ok_or_else(|| AgentError::invalid("credential.issuer", "it is missing"))?;
        let did: CheqdDid = issuer.parse().map_err(|_| {
            AgentError::Credential(format!(
                "credentials of {issuer:.100} cannot be revoked: a status list needs a ledger to be published on, so \
                 issue with a did:cheqd, or without revocation"
            ))
        })?;
        self.did(issuer).await?;
        let keys: Vec<Verkey> = self.keys_to_sign_with(issuer).await?.into_iter().map(|(_, verkey)| verkey).collect();
        let asked = detail.credential_status().and_then(|status| status.get("type")).and_then(Value::as_str);
        let form = asked.and_then(form_named).unwrap_or_else(|| form_for(credential));
        let mut lists = Vec::new();
        for purpose in purposes(&detail)? {
            lists.push(self.ready_list(&did, form, &purpose, &keys).await?);
        }
        let places = Places { lists };
        let numbers = vec![0; places.lists.len()];
        let credential = with_context(credential.clone(), form);
        Ok((with_entries(answered(detail)?, credential, &places, form, &numbers)?, places))
    }
}

/// Whether a detail asks for a status in its options (RFC 0593, `credentialStatus`).
pub(crate) fn asks_for_status(detail: &LdProofDetail) -> bool {
    let kind = detail.credential_status().and_then(|status| status.get("type")).and_then(Value::as_str);
    kind.is_some_and(|kind| form_named(kind).is_some()) && detail.credential().get("credentialStatus").is_none()
}

/// The detail with its wish for a status as far as it is a wish still: the entry stands in the credential now, and ACA-Py
/// takes a credential with a status only if the options name its type, and nothing else.
fn answered(detail: LdProofDetail) -> Result<LdProofDetail> {
    let mut value = detail.into_value();
    if let Some(wish) = value.pointer_mut("/options/credentialStatus").and_then(Value::as_object_mut) {
        wish.retain(|member, _| member == "type");
    }
    LdProofDetail::from_value(value).map_err(|error| AgentError::invalid("options", error.to_string()))
}

fn with_entries(
    detail: LdProofDetail,
    mut credential: Value,
    places: &Places,
    form: Form,
    numbers: &[u64],
) -> Result<LdProofDetail> {
    let entry = |(list, number): (&StatusListRow, &u64)| entry(form, &purpose_of(list), &list.url, *number);
    let mut entries: Vec<Value> = places.lists.iter().zip(numbers).map(entry).collect();
    let status = if entries.len() == 1 { entries.remove(0) } else { Value::Array(entries) };
    if let Some(members) = credential.as_object_mut() {
        members.insert("credentialStatus".to_owned(), status);
    }
    detail.with_credential(credential).map_err(|error| AgentError::invalid("credential", error.to_string()))
}

impl Places {
    /// Picks a free place in each list and puts them into the detail; [`Chosen::take`] takes them in the same commit.
    ///
    /// # Errors
    /// [`AgentError::NotNow`] if a list has filled up meanwhile: the next try gets a new one.
    pub(crate) fn choose(&self, unit: &Unit<'_>, detail: LdProofDetail) -> Result<(LdProofDetail, Chosen)> {
        let mut chosen = Vec::new();
        for list in &self.lists {
            let place = unit.tx().free_status_place(list, || OsRng.next_u64())?;
            let place = place.ok_or_else(|| AgentError::NotNow {
                state: "full".to_owned(),
                reason: "the status list filled up at this moment; nothing was offered: offer it again".to_owned(),
            })?;
            chosen.push((list.id, place));
        }
        let form = self.lists.first().map_or(Form::Bitstring, form_of);
        let numbers: Vec<u64> = chosen.iter().map(|(_, place)| *place).collect();
        let credential = detail.credential().clone();
        Ok((with_entries(detail, credential, self, form, &numbers)?, Chosen { chosen }))
    }
}

/// Places that stand in an offer.
pub(crate) struct Chosen {
    chosen: Vec<(i64, u64)>,
}

impl Chosen {
    /// Takes them for the exchange of that offer, in place of those of an earlier offer on its thread.
    ///
    /// # Errors
    /// What the store says.
    pub(crate) fn take(&self, unit: &Unit<'_>, exchange_id: &str) -> Result<()> {
        unit.tx().free_status_places(exchange_id)?;
        for (list, place) in &self.chosen {
            unit.tx().reserve_status_place(*list, *place, exchange_id)?;
        }
        Ok(())
    }
}
