//! Revocation: an issuer's registries and their status lists, and a holder's witness that its credential still stands
//! (AnonCreds v1.0, sections 5.5, 5.6 and 9).

use std::collections::{BTreeSet, HashSet};
use std::io::{Read, Seek, Write};

use anoncreds_clsignatures as cl;
use serde::{Deserialize, Serialize};

use crate::bounded::{self, guarded};
use crate::definition::CredentialDefinition;
use crate::identifier::{CredentialDefinitionId, RevocationRegistryId};
use crate::issuance_error::IssuanceError;
use crate::object_error::ObjectError;
use crate::revocation_registry::{MAX_REGISTRY_SIZE, RevocationRegistryDefinition, RevocationRegistryPrivate};
use crate::status_list::RevocationStatusList;
use crate::tails::{TailsFile, write_tails};

/// Whether credentials count as issued from the start, or from a status list on that says so.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Issuance {
    /// All places are issued from the start: a list changes only when something is revoked. The usual one.
    ByDefault,
    /// A place is issued by the next list after its credential was signed.
    OnDemand,
}

/// Makes a registry and writes its tails file. About a millisecond a place.
///
/// # Errors
/// [`IssuanceError::NotRevocable`], [`IssuanceError::Tails`] when it cannot be written, [`IssuanceError::Object`] for a
/// size outside of 1 to [`MAX_REGISTRY_SIZE`] or a tag or location that is too long.
pub fn create_revocation_registry(
    definition: &CredentialDefinition,
    definition_id: CredentialDefinitionId,
    tag: &str,
    size: u32,
    tails: &mut impl Write,
    tails_location: &str,
) -> Result<(RevocationRegistryDefinition, RevocationRegistryPrivate), IssuanceError> {
    if !definition.is_revocable() {
        return Err(IssuanceError::NotRevocable);
    }
    if size == 0 || size > MAX_REGISTRY_SIZE {
        let problem = "a registry has place for 1 to 32768 credentials";
        return Err(ObjectError::Number { what: "the registry's size", problem }.into());
    }
    let key = definition.public_key()?;
    let (public, private, _, mut points) =
        guarded(|| cl::Issuer::new_revocation_registry_def(&key, size, false)).map_err(IssuanceError::Computation)?;
    let hash = write_tails(&mut points, tails)?;
    let registry = RevocationRegistryDefinition::from_parts(
        definition.issuer_id().clone(),
        definition_id,
        tag.to_owned(),
        size,
        public,
        (hash, tails_location.to_owned()),
    )?;
    Ok((registry, RevocationRegistryPrivate { value: private }))
}

impl RevocationRegistryDefinition {
    /// The last place that a credential can have: the reference implementation's lists have no entry for the one
    /// after it.
    pub fn last_place(&self) -> u32 {
        self.size() - 1
    }

    pub(crate) fn check_place(&self, index: u32) -> Result<(), IssuanceError> {
        if index == 0 || index > self.last_place() {
            return Err(IssuanceError::NoSuchPlace { index, last: self.last_place() });
        }
        Ok(())
    }

    pub(crate) fn check_list(&self, list: &RevocationStatusList) -> Result<(), IssuanceError> {
        if usize::try_from(self.size()) != Ok(list.entries().len()) {
            return Err(IssuanceError::OtherSize { expected: self.size(), found: list.entries().len() });
        }
        Ok(())
    }
}

impl RevocationStatusList {
    /// A registry's first list.
    ///
    /// # Errors
    /// [`IssuanceError::NotRevocable`], [`IssuanceError::Computation`].
    pub fn create(
        definition: &CredentialDefinition,
        registry_id: RevocationRegistryId,
        registry: &RevocationRegistryDefinition,
        private: &RevocationRegistryPrivate,
        issuance: Issuance,
        timestamp: Option<u64>,
    ) -> Result<Self, IssuanceError> {
        if !definition.is_revocable() {
            return Err(IssuanceError::NotRevocable);
        }
        let key = definition.public_key()?;
        let size = registry.size();
        // The last place has no entry, so that holders count it as issued: the accumulator must have it, whether
        // places are issued by default or not. No credential is ever given that place.
        let state = guarded(|| match issuance {
            Issuance::ByDefault => cl::RevocationRegistry::initial_state(&key, &private.value, size, true),
            Issuance::OnDemand => {
                let mut state = cl::RevocationRegistry::initial_state(&key, &private.value, size, false)?;
                let last = BTreeSet::from([size]);
                cl::Issuer::update_revocation_registry(&mut state, size, last, BTreeSet::new(), &key, &private.value)?;
                Ok(state)
            }
        })
        .map_err(IssuanceError::Computation)?;
        let entries = vec![issuance == Issuance::OnDemand; usize::try_from(size).unwrap_or_default()];
        Ok(Self::from_parts(registry_id, registry.issuer_id().clone(), entries, &state, timestamp))
    }

    /// The next list, in which `revoked` are revoked and `issued` are issued (or stand again). What is as it should be
    /// already stays so: to revoke twice is to revoke.
    ///
    /// # Errors
    /// [`IssuanceError::NoSuchPlace`], [`IssuanceError::OtherSize`], [`IssuanceError::NotRevocable`].
    pub fn update(
        &self,
        definition: &CredentialDefinition,
        registry: &RevocationRegistryDefinition,
        private: &RevocationRegistryPrivate,
        issued: &BTreeSet<u32>,
        revoked: &BTreeSet<u32>,
        timestamp: Option<u64>,
    ) -> Result<Self, IssuanceError> {
        if !definition.is_revocable() {
            return Err(IssuanceError::NotRevocable);
        }
        registry.check_list(self)?;
        issued.iter().chain(revoked).try_for_each(|index| registry.check_place(*index))?;
        if let Some(both) = issued.intersection(revoked).next() {
            return Err(IssuanceError::Revoked(*both));
        }
        let newly = |places: &BTreeSet<u32>, entry: bool| -> BTreeSet<u32> {
            places.iter().copied().filter(|index| self.is_revoked(*index) == Some(!entry)).collect()
        };
        let (issued, revoked) = (newly(issued, false), newly(revoked, true));
        let mut entries = self.entries().to_vec();
        for (places, entry) in [(&issued, false), (&revoked, true)] {
            for index in places {
                if let Some(place) = usize::try_from(*index).ok().and_then(|index| entries.get_mut(index)) {
                    *place = entry;
                }
            }
        }
        let key = definition.public_key()?;
        let mut state = self.registry();
        guarded(|| {
            cl::Issuer::update_revocation_registry(&mut state, registry.size(), issued, revoked, &key, &private.value)
        })
        .map_err(IssuanceError::Computation)?;
        let timestamp = timestamp.or(self.timestamp());
        Ok(Self::from_parts(self.registry_id().clone(), self.issuer_id().clone(), entries, &state, timestamp))
    }
}

/// What a holder needs to show that its credential stood at one time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RevocationState {
    #[serde(deserialize_with = "bounded::part")]
    witness: cl::Witness,
    #[serde(deserialize_with = "bounded::part")]
    rev_reg: cl::RevocationRegistry,
    timestamp: u64,
}

impl RevocationState {
    /// From a status list and the tails file alone. It reads a point of the file for every credential that stands.
    ///
    /// # Errors
    /// [`IssuanceError::Revoked`], [`IssuanceError::NoSuchPlace`], [`IssuanceError::OtherSize`],
    /// [`IssuanceError::NoTimestamp`], [`IssuanceError::Tails`].
    pub fn create<R: Read + Seek>(
        registry: &RevocationRegistryDefinition,
        list: &RevocationStatusList,
        index: u32,
        tails: &TailsFile<R>,
    ) -> Result<Self, IssuanceError> {
        let timestamp = check_standing(registry, list, index)?;
        let revoked: HashSet<u32> = indexes(list).filter(|(_, entry)| *entry).map(|(index, _)| index).collect();
        let state = list.registry();
        let delta = cl::RevocationRegistryDelta::from_parts(None, &state, &HashSet::new(), &revoked);
        let witness =
            guarded(|| cl::Witness::new(index, registry.size(), true, &delta, tails)).map_err(IssuanceError::Tails)?;
        Ok(Self { witness, rev_reg: state, timestamp })
    }

    /// From the state at an `earlier` list: it reads a point of the file for every change between the two.
    ///
    /// # Errors
    /// As [`RevocationState::create`].
    pub fn update<R: Read + Seek>(
        &self,
        registry: &RevocationRegistryDefinition,
        earlier: &RevocationStatusList,
        list: &RevocationStatusList,
        index: u32,
        tails: &TailsFile<R>,
    ) -> Result<Self, IssuanceError> {
        let timestamp = check_standing(registry, list, index)?;
        registry.check_list(earlier)?;
        if earlier.registry_id() != list.registry_id() {
            return Err(IssuanceError::OtherRegistry {
                expected: list.registry_id().clone(),
                found: earlier.registry_id().clone(),
            });
        }
        let changed = |to: bool| -> HashSet<u32> {
            indexes(list)
                .zip(earlier.entries())
                .filter(|((_, now), before)| *now == to && *now != **before)
                .map(|((index, _), _)| index)
                .collect()
        };
        let state = list.registry();
        let delta =
            cl::RevocationRegistryDelta::from_parts(Some(&earlier.registry()), &state, &changed(false), &changed(true));
        let mut witness = self.witness.clone();
        guarded(|| witness.update(index, registry.size(), &delta, tails)).map_err(IssuanceError::Tails)?;
        Ok(Self { witness, rev_reg: state, timestamp })
    }

    /// The list's time, which the presentation will name.
    pub fn timestamp(&self) -> u64 {
        self.timestamp
    }

    pub(crate) fn parts(&self) -> (&cl::RevocationRegistry, &cl::Witness) {
        (&self.rev_reg, &self.witness)
    }
}

fn indexes(list: &RevocationStatusList) -> impl Iterator<Item = (u32, bool)> {
    (0..).zip(list.entries().iter().copied())
}

fn check_standing(
    registry: &RevocationRegistryDefinition,
    list: &RevocationStatusList,
    index: u32,
) -> Result<u64, IssuanceError> {
    registry.check_list(list)?;
    registry.check_place(index)?;
    if list.is_revoked(index) != Some(false) {
        return Err(IssuanceError::Revoked(index));
    }
    list.timestamp().ok_or(IssuanceError::NoTimestamp)
}
