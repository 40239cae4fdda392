//! Status lists by time. Each is a new version of the resource that has its registry's name, and the one that holds at a
//! time is the newest that was published then or before, to the second. What was so at a past time stays so, and is
//! kept; what is so now has an age. A resolver that takes back a list that was seen is not believed.

use jiff::{SignedDuration, Timestamp};
use vouchsafe_anoncreds::{RevocationRegistryId, RevocationStatusList};
use vouchsafe_dids::cheqd::CheqdUrl;

use super::error::{excerpt, is_not_found};
use super::object::{by_id, resource_of};
use super::{ObjectKind, RegistryError};
use crate::Agent;
use crate::cheqd::kept::{self, Kept};
use crate::cheqd::{Dereferenced, Freshness};
use crate::error::{AgentError, Result as AgentResult};

/// So long after a time was over, no block of that time comes any more and clocks no longer matter.
const SETTLED: SignedDuration = SignedDuration::from_mins(2);

/// The status list of a registry at a time.
#[derive(Debug, Clone)]
pub struct FoundStatusList {
    /// The list, with the second of its publication as its timestamp. A verifier that was told another time takes it as
    /// of that one ([`RevocationStatusList::at`]).
    pub list: RevocationStatusList,
    /// Its DID URL.
    pub did_url: String,
    /// When it was published.
    pub published: Timestamp,
    /// When it was fetched, or last confirmed to be the one that holds.
    pub fetched_at: Timestamp,
    /// Whether it is from what was kept, and a newer one may hold by now.
    pub from_cache: bool,
}

impl Agent {
    /// The status list of a registry that holds `at` a time: the newest that was published in that second or before.
    ///
    /// With [`Freshness::Within`], where nobody answers it is the newest one known that was published by then:
    /// `fetched_at` tells its age.
    ///
    /// # Errors
    /// [`RegistryError::NoStatusList`] when there was none yet; [`RegistryError::OlderThanSeen`] when a newer one is
    /// known to hold; the others as [`Agent::schema`].
    pub async fn revocation_status_list(
        &self,
        id: &RevocationRegistryId,
        at: Timestamp,
        freshness: Freshness,
    ) -> Result<FoundStatusList, RegistryError> {
        let kind = ObjectKind::StatusList;
        let at = whole_second(at);
        let registry = self.registered_registry(id).await?;
        let newest = CheqdUrl::named_resource(registry.did.clone(), &registry.resource.name, kind.resource_type())
            .map_err(|error| RegistryError::query(ObjectKind::RevocationRegistry, id.as_str(), &error))?;
        let found = self.list_at(&newest, at, freshness).await.map_err(|error| {
            if is_not_found(&error) {
                RegistryError::NoStatusList { id: excerpt(id.as_str()), at }
            } else {
                RegistryError::Agent(error)
            }
        })?;
        let resource = resource_of(kind, id.as_str(), &found)?;
        let published = resource.created.map(whole_second).ok_or_else(|| {
            RegistryError::malformed(kind, id.as_str(), "the resolver does not say when it was published")
        })?;
        if published > at {
            return Err(RegistryError::LaterThanAsked { id: excerpt(id.as_str()), given: published, at });
        }
        let (fetched_at, from_cache) = (found.fetched_at, found.from_cache);
        let list: RevocationStatusList =
            self.object(kind, id.as_str(), &registry.did, &registry.resource, found.content).await?;
        if usize::try_from(registry.object.size()) != Ok(list.entries().len()) {
            let reason =
                format!("it has {} entries, and its registry {}", list.entries().len(), registry.object.size());
            return Err(RegistryError::malformed(kind, id.as_str(), reason));
        }
        self.none_newer_seen(id, &by_id(&registry.did, &registry.resource), published, at).await?;
        let did_url = by_id(&registry.did, &resource);
        let list = list.at(u64::try_from(published.as_second()).unwrap_or_default());
        Ok(FoundStatusList { list, did_url, published, fetched_at, from_cache })
    }

    async fn list_at(&self, newest: &CheqdUrl, at: Timestamp, freshness: Freshness) -> AgentResult<Dereferenced> {
        let of_now = at >= whole_second(self.now());
        if of_now {
            let found = self.dereference(&newest.to_string(), freshness).await?;
            // The ledger's clock may be ahead of this computer's.
            if is_by(&found, at) {
                return Ok(found);
            }
        }
        let timed = newest
            .clone()
            .with_query("resourceVersionTime", &at.to_string())
            .map_err(|error| AgentError::invalid("at", error.to_string()))?
            .to_string();
        let newest = newest.to_string();
        if freshness != Freshness::Now {
            for known in [&timed, &newest] {
                if let Ok(kept) = self.dereference(known, Freshness::Kept).await
                    && is_by(&kept, at)
                    && kept.fetched_at.duration_since(at) >= SETTLED
                {
                    return Ok(kept);
                }
            }
        }
        let error = match self.dereference(&timed, freshness).await {
            Ok(found) => {
                if !of_now && !found.from_cache {
                    self.keep_newest(&newest, &found, at).await;
                }
                return Ok(found);
            }
            Err(error) => error,
        };
        if freshness != Freshness::Now
            && error.is_passing()
            && let Ok(kept) = self.dereference(&newest, Freshness::Kept).await
            && is_by(&kept, at)
        {
            return Ok(kept);
        }
        Err(error)
    }

    /// What held at a time was the newest one then: that is what is known, should nobody answer later.
    async fn keep_newest(&self, newest: &str, found: &Dereferenced, at: Timestamp) {
        if kept::read(self.store(), newest).await.is_some_and(|(_, known)| known >= at) {
            return;
        }
        let (Some(resource), Ok(url)) = (found.resource(), newest.parse::<CheqdUrl>()) else { return };
        let leads = Kept::Leads { to: by_id(url.did(), &resource), metadata: found.metadata.clone() };
        kept::write(self.store(), vec![(newest.to_owned(), leads)], at).await;
    }

    /// Refuses a list where a newer one is known that holds at that time too, and remembers it otherwise.
    async fn none_newer_seen(
        &self,
        id: &RevocationRegistryId,
        registry: &str,
        given: Timestamp,
        at: Timestamp,
    ) -> Result<(), RegistryError> {
        let name = registry.to_owned();
        let known = self.look(move |reader| Ok(reader.status_list_read(&name)?)).await?;
        match known {
            Some(seen) if given < seen && seen <= at => {
                Err(RegistryError::OlderThanSeen { id: excerpt(id.as_str()), given, seen })
            }
            Some(seen) if given <= seen => Ok(()),
            // What claims to be of the future would make every true one look old.
            _ if given.duration_since(self.now()) > SETTLED => Ok(()),
            _ => {
                let name = registry.to_owned();
                let noting = self.store().note(move |tx| tx.note_status_list_read(&name, given)).await;
                noting.map_err(|error| RegistryError::Agent(error.into()))
            }
        }
    }
}

/// Whether a resource was published by then.
fn is_by(found: &Dereferenced, at: Timestamp) -> bool {
    found.resource().and_then(|resource| resource.created).is_some_and(|created| whole_second(created) <= at)
}

/// Resolvers tell times to the second.
fn whole_second(time: Timestamp) -> Timestamp {
    Timestamp::from_second(time.as_second()).unwrap_or(time)
}
