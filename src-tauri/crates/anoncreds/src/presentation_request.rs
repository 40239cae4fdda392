//! Presentation requests: what a verifier wants to be shown (AnonCreds v1.0, section 8.1).

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::attribute::attribute_key;
use crate::nonce::Nonce;
use crate::object_error::ObjectError;
use crate::query::Query;
use crate::schema::{MAX_NAME, check_length, check_name};

/// The most attributes and the most predicates of a request.
pub const MAX_REQUESTED: usize = 200;

/// What a verifier wants to be shown. Its referents are the verifier's own names for each wish.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "RequestShape")]
pub struct PresentationRequest {
    nonce: Nonce,
    name: String,
    version: String,
    requested_attributes: BTreeMap<String, RequestedAttribute>,
    requested_predicates: BTreeMap<String, RequestedPredicate>,
    non_revoked: Option<NonRevokedInterval>,
    ver: RequestVersion,
}

#[derive(Deserialize)]
struct RequestShape {
    nonce: Nonce,
    name: String,
    version: String,
    #[serde(default)]
    requested_attributes: BTreeMap<String, RequestedAttribute>,
    #[serde(default)]
    requested_predicates: BTreeMap<String, RequestedPredicate>,
    #[serde(default)]
    non_revoked: Option<NonRevokedInterval>,
    #[serde(default)]
    ver: Option<RequestVersion>,
}

/// Which edition of requests it is written in; for what is read here they are the same.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
enum RequestVersion {
    #[serde(rename = "1.0")]
    V1,
    #[serde(rename = "2.0")]
    V2,
}

/// One attribute, or several of one credential.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequestedAttribute {
    /// The attribute; or else `names`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Attributes that must come from one credential; or else `name`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub names: Option<Vec<String>>,
    /// Which credentials will do. Without it, the holder may say it without any credential.
    #[serde(default)]
    pub restrictions: Option<Query>,
    /// When the credential must have stood, instead of the whole request's interval.
    #[serde(default)]
    pub non_revoked: Option<NonRevokedInterval>,
}

/// A comparison that is proven without showing the value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RequestedPredicate {
    /// The attribute.
    pub name: String,
    /// How it is compared.
    pub p_type: PredicateType,
    /// With what.
    pub p_value: i32,
    /// Which credentials will do.
    #[serde(default)]
    pub restrictions: Option<Query>,
    /// When the credential must have stood, instead of the whole request's interval.
    #[serde(default)]
    pub non_revoked: Option<NonRevokedInterval>,
}

/// How a value is compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum PredicateType {
    /// At least.
    #[serde(rename = ">=")]
    AtLeast,
    /// At most.
    #[serde(rename = "<=")]
    AtMost,
    /// More than.
    #[serde(rename = ">")]
    MoreThan,
    /// Less than.
    #[serde(rename = "<")]
    LessThan,
}

/// From when to when, in seconds of the Unix epoch, a credential must have stood; both ends belong to it.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct NonRevokedInterval {
    /// The earliest time; any, if it is absent.
    #[serde(default)]
    pub from: Option<u64>,
    /// The latest time; any, if it is absent.
    #[serde(default)]
    pub to: Option<u64>,
}

impl NonRevokedInterval {
    /// What satisfies both: one status list is shown for a credential, whatever is asked of it.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        let latest = |a: Option<u64>, b: Option<u64>| a.max(b);
        let earliest = |a: Option<u64>, b: Option<u64>| match (a, b) {
            (Some(a), Some(b)) => Some(a.min(b)),
            (a, b) => a.or(b),
        };
        Self { from: latest(self.from, other.from), to: earliest(self.to, other.to) }
    }

    /// Whether a list of this time will do.
    pub fn contains(self, timestamp: u64) -> bool {
        self.from.is_none_or(|from| from <= timestamp) && self.to.is_none_or(|to| timestamp <= to)
    }
}

impl PredicateType {
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::AtLeast => "GE",
            Self::AtMost => "LE",
            Self::MoreThan => "GT",
            Self::LessThan => "LT",
        }
    }

    /// Whether `value` compares so with `bound`.
    pub fn holds(self, value: i32, bound: i32) -> bool {
        match self {
            Self::AtLeast => value >= bound,
            Self::AtMost => value <= bound,
            Self::MoreThan => value > bound,
            Self::LessThan => value < bound,
        }
    }
}

impl RequestedAttribute {
    /// The attributes' names, one or several.
    pub fn names(&self) -> &[String] {
        match (&self.name, &self.names) {
            (Some(name), _) => std::slice::from_ref(name),
            (None, Some(names)) => names,
            (None, None) => &[],
        }
    }

    /// Whether the holder may say it without a credential.
    pub fn may_be_self_attested(&self) -> bool {
        self.name.is_some() && self.restrictions.as_ref().is_none_or(Query::is_free)
    }
}

impl PresentationRequest {
    /// A new request, with the nonce given.
    ///
    /// # Errors
    /// [`ObjectError`]: what a reader of it would object to.
    pub fn new(
        nonce: Nonce,
        name: impl Into<String>,
        version: impl Into<String>,
        requested_attributes: BTreeMap<String, RequestedAttribute>,
        requested_predicates: BTreeMap<String, RequestedPredicate>,
        non_revoked: Option<NonRevokedInterval>,
    ) -> Result<Self, ObjectError> {
        let (name, version) = (name.into(), version.into());
        let ver = Some(RequestVersion::V2);
        RequestShape { nonce, name, version, requested_attributes, requested_predicates, non_revoked, ver }.try_into()
    }

    /// What the presentation answers to. A verifier takes each once.
    pub fn nonce(&self) -> &Nonce {
        &self.nonce
    }

    /// What the verifier calls it.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The attributes that shall be shown, by their referents.
    pub fn attributes(&self) -> &BTreeMap<String, RequestedAttribute> {
        &self.requested_attributes
    }

    /// The comparisons that shall be proven, by their referents.
    pub fn predicates(&self) -> &BTreeMap<String, RequestedPredicate> {
        &self.requested_predicates
    }

    /// When all credentials must have stood.
    pub fn non_revoked(&self) -> Option<NonRevokedInterval> {
        self.non_revoked
    }

    /// When the credential that answers to these referents must have stood: what was asked of them by themselves, or
    /// else of the whole.
    pub fn interval_for<'a>(&self, referents: impl Iterator<Item = &'a str>) -> Option<NonRevokedInterval> {
        referents
            .filter_map(|referent| {
                let attribute = self.requested_attributes.get(referent).and_then(|wish| wish.non_revoked);
                let predicate = self.requested_predicates.get(referent).and_then(|wish| wish.non_revoked);
                match (attribute, predicate) {
                    (Some(one), Some(other)) => Some(one.and(other)),
                    (one, other) => one.or(other),
                }
            })
            .reduce(NonRevokedInterval::and)
            .or(self.non_revoked)
    }
}

impl TryFrom<RequestShape> for PresentationRequest {
    type Error = ObjectError;

    fn try_from(shape: RequestShape) -> Result<Self, ObjectError> {
        check_length("the request's name", &shape.name)?;
        check_length("the request's version", &shape.version)?;
        if shape.requested_attributes.is_empty() && shape.requested_predicates.is_empty() {
            return Err(ObjectError::Empty("the list of what is requested"));
        }
        if shape.requested_attributes.len() > MAX_REQUESTED || shape.requested_predicates.len() > MAX_REQUESTED {
            return Err(ObjectError::TooLarge { what: "the number of requested attributes", limit: MAX_REQUESTED });
        }
        let referents = shape.requested_attributes.keys().chain(shape.requested_predicates.keys());
        if referents.into_iter().any(|referent| referent.len() > MAX_NAME) {
            return Err(ObjectError::TooLarge { what: "a referent", limit: MAX_NAME });
        }
        shape.requested_attributes.values().try_for_each(check_attribute)?;
        shape.requested_predicates.values().try_for_each(check_predicate)?;
        check_tags(&shape)?;
        let RequestShape { nonce, name, version, requested_attributes, requested_predicates, non_revoked, ver } = shape;
        let ver = ver.unwrap_or(RequestVersion::V1);
        Ok(Self { nonce, name, version, requested_attributes, requested_predicates, non_revoked, ver })
    }
}

fn check_attribute(wish: &RequestedAttribute) -> Result<(), ObjectError> {
    if wish.name.is_some() && wish.names.is_some() {
        return Err(ObjectError::Contradiction("a requested attribute has either a name or names, not both"));
    }
    let names = wish.names();
    if names.is_empty() {
        return Err(ObjectError::Empty("the name of a requested attribute"));
    }
    if names.len() > MAX_REQUESTED {
        return Err(ObjectError::TooLarge { what: "the number of requested attributes", limit: MAX_REQUESTED });
    }
    let mut keys = Vec::with_capacity(names.len());
    for name in names {
        check_name("the name of a requested attribute", name)?;
        let key = attribute_key(name);
        if keys.contains(&key) {
            return Err(ObjectError::SameAttribute(name.clone()));
        }
        keys.push(key);
    }
    Ok(())
}

fn check_predicate(wish: &RequestedPredicate) -> Result<(), ObjectError> {
    check_name("the name of a requested predicate", &wish.name)?;
    // More than the largest integer, or less than the least, no value can be; the mathematics would overflow.
    let impossible = match wish.p_type {
        PredicateType::MoreThan => wish.p_value == i32::MAX,
        PredicateType::LessThan => wish.p_value == i32::MIN,
        _ => false,
    };
    if impossible {
        return Err(ObjectError::Number { what: "a predicate's bound", problem: "no value can satisfy it" });
    }
    Ok(())
}

/// Restrictions are written with the older names of tags or the newer ones, as the reference implementation has it.
fn check_tags(shape: &RequestShape) -> Result<(), ObjectError> {
    let attributes = shape.requested_attributes.values().filter_map(|wish| wish.restrictions.as_ref());
    let predicates = shape.requested_predicates.values().filter_map(|wish| wish.restrictions.as_ref());
    let tags: Vec<&str> = attributes.chain(predicates).flat_map(Query::tags).collect();
    for (older, newer) in [("issuer_did", "issuer_id"), ("schema_issuer_did", "schema_issuer_id")] {
        if tags.contains(&older) && tags.contains(&newer) {
            return Err(ObjectError::Contradiction("restrictions use either …_did or …_id for issuers, not both"));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::{NonRevokedInterval, PredicateType, PresentationRequest};

    fn request(attribute: Value, predicate: Value) -> Value {
        json!({"nonce": "12", "name": "n", "version": "1", "requested_attributes": {"a": attribute},
            "requested_predicates": {"p": predicate}, "non_revoked": null, "ver": "1.0"})
    }

    fn reads(json: Value) -> bool {
        serde_json::from_value::<PresentationRequest>(json).is_ok()
    }

    #[test]
    fn json_is_as_the_reference_implementation_writes_it() {
        let json = request(
            json!({"name": "name", "restrictions": {"$or": [{"issuer_id": "did:x:y"}]}, "non_revoked": {"from": null, "to": 5}}),
            json!({"name": "age", "p_type": ">=", "p_value": 18, "restrictions": null, "non_revoked": null}),
        );
        let read: PresentationRequest = serde_json::from_value(json.clone()).unwrap();
        assert_eq!(serde_json::to_value(&read).unwrap(), json);
        assert!(!read.attributes()["a"].may_be_self_attested());
        assert_eq!(read.interval_for(["a", "p"].into_iter()), Some(NonRevokedInterval { from: None, to: Some(5) }));
        assert_eq!(read.interval_for(["p"].into_iter()), None);
    }

    #[test]
    fn a_wish_has_one_name_or_several() {
        let predicate = json!({"name": "age", "p_type": "<", "p_value": 18});
        assert!(reads(request(json!({"name": "a"}), predicate.clone())));
        assert!(reads(request(json!({"names": ["a", "b"]}), predicate.clone())));
        for attribute in [
            json!({}),
            json!({"name": ""}),
            json!({"names": []}),
            json!({"name": "a", "names": ["b"]}),
            json!({"names": ["a b", "AB"]}),
            json!({"name": "a", "restrictions": {"issuer_id": "a", "issuer_did": "b"}}),
        ] {
            assert!(!reads(request(attribute.clone(), predicate.clone())), "{attribute}");
        }
    }

    #[test]
    fn bounds_that_no_value_can_satisfy_are_refused() {
        for (word, value) in
            [(">", json!(i32::MAX)), ("<", json!(i32::MIN)), (">=", json!(1_i64 << 31)), ("=", json!(1))]
        {
            let predicate = json!({"name": "age", "p_type": word, "p_value": value});
            assert!(!reads(request(json!({"name": "a"}), predicate)), "{word} {value}");
        }
        assert!(PredicateType::AtLeast.holds(18, 18) && !PredicateType::MoreThan.holds(18, 18));
        assert!(PredicateType::AtMost.holds(18, 18) && !PredicateType::LessThan.holds(18, 18));
    }

    #[test]
    fn both_ends_belong_to_an_interval() {
        let interval = NonRevokedInterval { from: Some(5), to: Some(7) };
        assert!(interval.contains(5) && interval.contains(7) && !interval.contains(4) && !interval.contains(8));
        let stricter = interval.and(NonRevokedInterval { from: Some(6), to: None });
        assert_eq!(stricter, NonRevokedInterval { from: Some(6), to: Some(7) });
    }
}
