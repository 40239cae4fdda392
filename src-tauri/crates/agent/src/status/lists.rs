//! The status lists of this wallet's own did:cheqd: which one has a free place, what it is called, and what it says.
//!
//! A list is a resource of the DID and is named by the address at which a resolver answers it, so that any verifier can
//! fetch it. Its name is random: a wallet restored from an old copy makes a new list instead of publishing over one it
//! does not know any more.

use uuid::Uuid;
use vouchsafe_credentials::status::{Bits, Form, MIN_BITS, NewList, Purpose, list_credential};
use vouchsafe_credentials::verification_method_of;
use vouchsafe_didcomm::Verkey;
use vouchsafe_dids::cheqd::{CheqdDid, CheqdUrl};
use vouchsafe_protocols::issue_credential::LdProofDetail;
use vouchsafe_store::StatusListRow;

use crate::Agent;
use crate::cheqd::network::PUBLIC_RESOLVER;
use crate::config::Config;
use crate::error::{AgentError, Result};
use crate::transport::address::is_evidently_private;

/// The suite that signs lists.
const SUITE: &str = "Ed25519Signature2020";

/// What the rows of one form are found by.
pub(super) fn form_of(row: &StatusListRow) -> Form {
    if row.form == Form::StatusList2021.credential_type() { Form::StatusList2021 } else { Form::Bitstring }
}

pub(crate) fn purpose_of(row: &StatusListRow) -> Purpose {
    if row.purpose == Purpose::Suspension.word() { Purpose::Suspension } else { Purpose::Revocation }
}

/// The address by which a list is known to others. A resolver on this computer is nobody else's: then the public one
/// stands for all, since whoever reads it asks a resolver of their own.
fn address(config: &Config, did: &CheqdDid, name: &str, form: Form) -> Result<String> {
    let unusable =
        |error: vouchsafe_dids::cheqd::MalformedCheqdUrl| AgentError::invalid("status list", error.to_string());
    let own = config.network(did.namespace())?.resolver_url()?;
    let base = if own.scheme() == "https" && !is_evidently_private(&own) {
        own
    } else {
        PUBLIC_RESOLVER.parse().map_err(|_| AgentError::invalid("resolver", "it is no address"))?
    };
    let url = CheqdUrl::named_resource(did.clone(), name, form.credential_type()).map_err(unusable)?;
    Ok(url.resolver_url(&base).map_err(unusable)?.to_string())
}

impl Agent {
    /// A list of `did` with a free place that the ledger has, signed by one of the keys that its document lists now; if
    /// there is none, one is made and published, or published anew.
    ///
    /// # Errors
    /// That it could not be published, in the ledger's sentence.
    pub(super) async fn ready_list(
        &self,
        did: &CheqdDid,
        form: Form,
        purpose: &Purpose,
        keys: &[Verkey],
    ) -> Result<StatusListRow> {
        let signed = |list: &StatusListRow| list.signed_by.is_some_and(|key| keys.contains(&key));
        let open = self.open_list(did, form, purpose).await?;
        if let Some(list) = open.filter(|list| list.published >= 0 && signed(list)) {
            return Ok(list);
        }
        let _turn = self.status_desk().turn(&did.to_string()).await;
        let list = match self.open_list(did, form, purpose).await? {
            Some(list) => list,
            None => self.make_list(did, form, purpose).await?,
        };
        let id = list.id;
        if list.published >= 0 && !signed(&list) {
            // Its key was changed: nobody believes the version that the old one signed.
            self.store().write(move |tx| Ok::<_, AgentError>(tx.next_status_revision(id)?)).await?;
        }
        if list.published < 0 || !signed(&list) {
            self.publish_list(id).await?;
        }
        let list = self.look(move |reader| Ok(reader.status_list(id)?)).await?;
        list.ok_or_else(|| AgentError::not_found("status list", id.to_string()))
    }

    async fn open_list(&self, did: &CheqdDid, form: Form, purpose: &Purpose) -> Result<Option<StatusListRow>> {
        let (did, purpose) = (did.to_string(), purpose.word().to_owned());
        self.look(move |reader| Ok(reader.open_status_list(&did, form.credential_type(), &purpose)?)).await
    }

    async fn make_list(&self, did: &CheqdDid, form: Form, purpose: &Purpose) -> Result<StatusListRow> {
        let name = format!("{}-{:.8}", purpose.word(), Uuid::new_v4().simple().to_string());
        let row = StatusListRow {
            id: 0,
            did: did.to_string(),
            form: form.credential_type().to_owned(),
            purpose: purpose.word().to_owned(),
            url: address(&self.config(), did, &name, form)?,
            name,
            size: MIN_BITS,
            taken: 0,
            revision: 0,
            wanted: -1,
            published: -1,
            published_at: None,
            signed_by: None,
            resource_id: None,
            publishing: None,
            created_at: self.now(),
            restored: false,
        };
        self.store()
            .write(move |tx| {
                let id = tx.add_status_list(&row)?;
                Ok::<_, AgentError>(StatusListRow { id, ..row })
            })
            .await
    }

    /// The list as it is to be published, with these places set, and the key that signed it.
    pub(super) async fn signed_list(&self, row: &StatusListRow, places: &[u64]) -> Result<(Vec<u8>, Verkey)> {
        let mut bits = Bits::new(row.size);
        for place in places {
            bits.set(*place, true);
        }
        let credential = list_credential(&NewList {
            form: form_of(row),
            purpose: &purpose_of(row),
            id: &row.url,
            issuer: &row.did,
            bits: &bits,
            made_at: self.now(),
        });
        let detail = LdProofDetail::new(credential, SUITE)
            .map_err(|error| AgentError::invalid("status list", error.to_string()))?;
        let signed = self.sign_credential(detail).await?;
        let keys = self.keys_to_sign_with(&row.did).await?;
        let key = verification_method_of(&signed).and_then(|method| keys.iter().find(|(id, _)| id == method));
        let key = key.map(|(_, verkey)| *verkey).ok_or_else(|| AgentError::NotNow {
            state: "key changed".to_owned(),
            reason: format!("the key of {} was changed at this moment; try again", row.did),
        })?;
        Ok((signed.to_string().into_bytes(), key))
    }
}
