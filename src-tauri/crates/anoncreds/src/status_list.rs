//! Revocation status lists: which credentials of a registry are revoked at a time, and the accumulator that says so
//! (AnonCreds v1.0, section 5.6).

use anoncreds_clsignatures as cl;
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};

use crate::bounded;
use crate::identifier::{IssuerId, RevocationRegistryId};
use crate::object_error::ObjectError;
use crate::revocation_registry::MAX_REGISTRY_SIZE;

/// The state of a registry at one time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct RevocationStatusList {
    rev_reg_def_id: RevocationRegistryId,
    issuer_id: IssuerId,
    #[serde(serialize_with = "write_bits", deserialize_with = "read_bits")]
    revocation_list: Vec<bool>,
    #[serde(alias = "accum", deserialize_with = "bounded::part")]
    current_accumulator: cl::Accumulator,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    timestamp: Option<u64>,
}

impl RevocationStatusList {
    pub(crate) fn from_parts(
        registry_id: RevocationRegistryId,
        issuer_id: IssuerId,
        revoked: Vec<bool>,
        state: &cl::RevocationRegistry,
        timestamp: Option<u64>,
    ) -> Self {
        Self {
            rev_reg_def_id: registry_id,
            issuer_id,
            revocation_list: revoked,
            current_accumulator: state.accum,
            timestamp,
        }
    }

    /// The registry that it is of.
    pub fn registry_id(&self) -> &RevocationRegistryId {
        &self.rev_reg_def_id
    }

    /// Who publishes it.
    pub fn issuer_id(&self) -> &IssuerId {
        &self.issuer_id
    }

    /// From which second of the Unix epoch on it holds, if it says so. On some ledgers only the registry knows.
    pub fn timestamp(&self) -> Option<u64> {
        self.timestamp
    }

    /// The same, as of another time: what was published earlier and not replaced still holds.
    #[must_use]
    pub fn at(mut self, timestamp: u64) -> Self {
        self.timestamp = Some(timestamp);
        self
    }

    /// One entry a credential: whether it is revoked or not issued yet. The reference implementation counts places from
    /// 1 and keeps place `n` in entry `n`: entry 0 is nobody's, and the registry's last place has no entry.
    pub fn entries(&self) -> &[bool] {
        &self.revocation_list
    }

    /// Whether the credential at this place is revoked, or not issued yet; `None` where there is no such entry.
    pub fn is_revoked(&self, index: u32) -> Option<bool> {
        self.revocation_list.get(usize::try_from(index).ok()?).copied()
    }

    /// The accumulator as it is published.
    ///
    /// # Errors
    /// When memory is short.
    pub fn accumulator(&self) -> Result<String, ObjectError> {
        self.current_accumulator.to_string().map_err(|error| ObjectError::parts("the status list", error))
    }

    pub(crate) fn registry(&self) -> cl::RevocationRegistry {
        self.current_accumulator.into()
    }
}

#[expect(clippy::ptr_arg, reason = "serde hands over the member as it is")]
fn write_bits<S: Serializer>(bits: &Vec<bool>, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(bits.iter().map(|bit| u8::from(*bit)))
}

fn read_bits<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<bool>, D::Error> {
    struct Bits;
    impl<'de> serde::de::Visitor<'de> for Bits {
        type Value = Vec<bool>;

        fn expecting(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
            formatter.write_str("a list of 0 and 1")
        }

        fn visit_seq<A: serde::de::SeqAccess<'de>>(self, mut items: A) -> Result<Vec<bool>, A::Error> {
            let limit = usize::try_from(MAX_REGISTRY_SIZE).unwrap_or(usize::MAX);
            let mut bits = Vec::new();
            while let Some(item) = items.next_element::<u8>()? {
                if item > 1 {
                    return Err(A::Error::custom("an entry of a status list is 0 or 1"));
                }
                if bits.len() == limit {
                    return Err(A::Error::custom(ObjectError::TooLarge { what: "the status list", limit }));
                }
                bits.push(item == 1);
            }
            if bits.is_empty() {
                return Err(A::Error::custom(ObjectError::Empty("the status list")));
            }
            Ok(bits)
        }
    }
    deserializer.deserialize_seq(Bits)
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::RevocationStatusList;

    /// The empty accumulator as `anoncreds-clsignatures` writes it.
    fn accumulator() -> String {
        anoncreds_clsignatures::Accumulator::new_inf().unwrap().to_string().unwrap()
    }

    fn list(bits: Value) -> Value {
        json!({"revRegDefId": "did:x:y/r", "issuerId": "did:x:y", "revocationList": bits,
            "currentAccumulator": accumulator(), "timestamp": 12})
    }

    #[test]
    fn json_is_as_the_specification_has_it() {
        let read: RevocationStatusList = serde_json::from_value(list(json!([0, 1, 0]))).unwrap();
        assert_eq!(read.entries(), [false, true, false]);
        assert_eq!(read.is_revoked(1), Some(true));
        assert_eq!(read.is_revoked(3), None);
        assert_eq!(serde_json::to_value(&read).unwrap(), list(json!([0, 1, 0])));
        assert_eq!(read.at(14).timestamp(), Some(14));
    }

    #[test]
    fn a_time_is_not_needed() {
        let mut json = list(json!([0]));
        json.as_object_mut().unwrap().remove("timestamp");
        let read: RevocationStatusList = serde_json::from_value(json.clone()).unwrap();
        assert_eq!(read.timestamp(), None);
        assert_eq!(serde_json::to_value(&read).unwrap(), json);
    }

    #[test]
    fn entries_are_zero_or_one_and_counted() {
        for bits in [json!([2]), json!([true]), json!([]), json!("01"), json!(vec![0; 32_769])] {
            assert!(serde_json::from_value::<RevocationStatusList>(list(bits)).is_err());
        }
    }

    #[test]
    fn a_damaged_accumulator_is_an_error() {
        for damaged in ["", "1", "21 x", "1 0 0 0 0 0 0"] {
            let mut json = list(json!([0]));
            json["currentAccumulator"] = json!(damaged);
            assert!(serde_json::from_value::<RevocationStatusList>(json).is_err(), "{damaged}");
        }
    }
}
