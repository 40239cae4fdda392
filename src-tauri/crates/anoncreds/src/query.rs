//! Restrictions: which credentials a verifier takes for an attribute (AnonCreds v1.0, "restrictions"): a list of
//! conditions of which one must hold, or the query language with `$and`, `$or`, `$not`, `$neq` and `$in`.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use serde_json::{Map, Value, json};

use crate::attribute::attribute_key;
use crate::definition::CredentialDefinition;
use crate::identifier::{CredentialDefinitionId, RevocationRegistryId, SchemaId, is_legacy_did};
use crate::schema::Schema;

const MAX_DEPTH: usize = 8;
const MAX_CONDITIONS: usize = 1000;
const MAX_TEXT: usize = 4096;

/// A condition on the credential that an attribute comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Query {
    /// All hold. Without any, it holds.
    And(Vec<Query>),
    /// One holds. Without any, none does.
    Or(Vec<Query>),
    /// It does not hold.
    Not(Box<Query>),
    /// The tag has this value.
    Eq(String, String),
    /// The tag has another value.
    Neq(String, String),
    /// The tag has one of these values.
    In(String, Vec<String>),
}

/// What is known of a credential that a restriction is held against.
pub(crate) struct Subject<'a> {
    pub(crate) schema_id: &'a SchemaId,
    pub(crate) schema: &'a Schema,
    pub(crate) definition_id: &'a CredentialDefinitionId,
    pub(crate) definition: &'a CredentialDefinition,
    pub(crate) registry_id: Option<&'a RevocationRegistryId>,
    /// The attributes asked for together with the restriction, and what was revealed of them, by their keys.
    pub(crate) attributes: BTreeMap<String, Option<&'a str>>,
}

impl Query {
    /// Whether any credential will do, and none too.
    pub fn is_free(&self) -> bool {
        matches!(self, Self::And(all) | Self::Or(all) if all.is_empty())
    }

    /// The tags that it asks for.
    pub(crate) fn tags(&self) -> Vec<&str> {
        match self {
            Self::And(all) | Self::Or(all) => all.iter().flat_map(Self::tags).collect(),
            Self::Not(one) => one.tags(),
            Self::Eq(tag, _) | Self::Neq(tag, _) | Self::In(tag, _) => vec![tag],
        }
    }

    pub(crate) fn holds(&self, subject: &Subject<'_>) -> bool {
        match self {
            Self::And(all) => all.iter().all(|one| one.holds(subject)),
            Self::Or(any) => any.is_empty() || any.iter().any(|one| one.holds(subject)),
            Self::Not(one) => !one.holds(subject),
            Self::Eq(tag, value) => subject.has(tag, value),
            Self::Neq(tag, value) => !subject.has(tag, value),
            Self::In(tag, values) => values.iter().any(|value| subject.has(tag, value)),
        }
    }

    fn read(value: Value, depth: usize, seen: &mut usize) -> Result<Self, String> {
        *seen += 1;
        if depth > MAX_DEPTH || *seen > MAX_CONDITIONS {
            return Err("the restrictions have too many conditions".to_owned());
        }
        let Value::Object(mut members) = value else { return Err("a restriction is a JSON object".to_owned()) };
        // Sorted as the reference implementation has them: all of them must hold, in whatever order.
        members.sort_keys();
        let mut all = Vec::with_capacity(members.len());
        for (tag, value) in members {
            all.extend(Self::read_member(tag, value, depth, seen)?);
        }
        Ok(if all.len() == 1 { all.swap_remove(0) } else { Self::And(all) })
    }

    fn read_member(tag: String, value: Value, depth: usize, seen: &mut usize) -> Result<Option<Self>, String> {
        *seen += 1;
        let mut list = |items: Vec<Value>| -> Result<Vec<Self>, String> {
            items.into_iter().map(|item| Self::read(item, depth + 1, seen)).collect()
        };
        Ok(Some(match (tag.as_str(), value) {
            ("$and" | "$or", Value::Array(items)) if items.is_empty() => return Ok(None),
            ("$and", Value::Array(items)) => Self::And(list(items)?),
            ("$or", Value::Array(items)) => Self::Or(list(items)?),
            ("$not", value @ Value::Object(_)) => Self::Not(Box::new(Self::read(value, depth + 1, seen)?)),
            (operator, _) if operator.starts_with('$') => {
                return Err(format!("the restriction {} is not known here", crate::object_error::excerpt(operator)));
            }
            (_, value) => {
                known_tag(&tag)?;
                match value {
                    Value::String(value) => Self::Eq(tag, short(value)?),
                    Value::Object(members) => comparison(tag, members)?,
                    _ => return Err(format!("the restriction {tag} must be text or a comparison")),
                }
            }
        }))
    }

    fn write(&self) -> Value {
        match self {
            Self::And(all) | Self::Or(all) if all.is_empty() => json!({}),
            Self::And(all) => json!({"$and": all.iter().map(Self::write).collect::<Vec<_>>()}),
            Self::Or(any) => json!({"$or": any.iter().map(Self::write).collect::<Vec<_>>()}),
            Self::Not(one) => json!({"$not": one.write()}),
            Self::Eq(tag, value) => json!({ tag: value }),
            Self::Neq(tag, value) => json!({tag: {"$neq": value}}),
            Self::In(tag, values) => json!({tag: {"$in": values}}),
        }
    }
}

/// A tag that no verifier here can check would make the restriction mean nothing, or refuse everybody.
fn known_tag(tag: &str) -> Result<(), String> {
    let known = matches!(
        tag,
        "schema_id"
            | "schema_issuer_did"
            | "schema_issuer_id"
            | "schema_name"
            | "schema_version"
            | "cred_def_id"
            | "issuer_did"
            | "issuer_id"
            | "rev_reg_id"
    );
    if known || attribute_tag(tag).is_some() {
        return Ok(());
    }
    Err(format!("the restriction {} is not known here", crate::object_error::excerpt(tag)))
}

/// `attr::<name>::value` or `attr::<name>::marker`.
fn attribute_tag(tag: &str) -> Option<(&str, &str)> {
    let (name, what) = tag.strip_prefix("attr::")?.rsplit_once("::")?;
    (!name.is_empty() && tag.len() <= MAX_TEXT && matches!(what, "value" | "marker")).then_some((name, what))
}

fn short(text: String) -> Result<String, String> {
    if text.len() > MAX_TEXT { Err("a restriction is too long".to_owned()) } else { Ok(text) }
}

fn comparison(tag: String, members: Map<String, Value>) -> Result<Query, String> {
    let mut members = members.into_iter();
    match (members.next(), members.next()) {
        (Some((operator, Value::String(value))), None) if operator == "$neq" => Ok(Query::Neq(tag, short(value)?)),
        (Some((operator, Value::Array(values))), None) if operator == "$in" && values.len() <= MAX_CONDITIONS => {
            let values: Result<Vec<String>, String> = values
                .into_iter()
                .map(|value| match value {
                    Value::String(value) => short(value),
                    _ => Err("$in is followed by a list of texts".to_owned()),
                })
                .collect();
            Ok(Query::In(tag, values?))
        }
        _ => Err(format!("the restriction {tag} compares by something that is not known here; $neq and $in are")),
    }
}

impl Subject<'_> {
    fn has(&self, tag: &str, value: &str) -> bool {
        let legacy = |own: &str| is_legacy_did(own) && own == value;
        match tag {
            "schema_id" => self.schema_id.as_str() == value,
            "schema_issuer_did" => legacy(self.schema.issuer_id().as_str()),
            "schema_issuer_id" => self.schema.issuer_id().as_str() == value,
            "schema_name" => self.schema.name() == value,
            "schema_version" => self.schema.version() == value,
            "cred_def_id" => self.definition_id.as_str() == value,
            "issuer_did" => legacy(self.definition.issuer_id().as_str()),
            "issuer_id" => self.definition.issuer_id().as_str() == value,
            "rev_reg_id" => self.registry_id.is_some_and(|own| own.as_str() == value),
            _ => match attribute_tag(tag) {
                // What is not revealed cannot be held against anything: only a revealed value shows that it is so.
                Some((name, "value")) => self
                    .attributes
                    .get(&attribute_key(name))
                    .is_some_and(|revealed| revealed.is_some_and(|revealed| revealed == value)),
                Some((name, _)) => {
                    let key = attribute_key(name);
                    let marked = self.schema.attribute_names().iter().any(|own| attribute_key(own) == key);
                    marked == (value == "1")
                }
                None => false,
            },
        }
    }
}

impl Serialize for Query {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        self.write().serialize(serializer)
    }
}

impl<'de> Deserialize<'de> for Query {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = match Value::deserialize(deserializer)? {
            Value::Array(items) => {
                // The older form: a list of objects of which one must hold; what is null or empty says nothing.
                let mut conditions = Vec::with_capacity(items.len());
                for item in items {
                    let Value::Object(mut members) = item else {
                        return Err(D::Error::custom("a restriction is a JSON object"));
                    };
                    members.retain(|_, value| !value.is_null());
                    if !members.is_empty() {
                        conditions.push(Value::Object(members));
                    }
                }
                json!({ "$or": conditions })
            }
            value => value,
        };
        Self::read(value, 0, &mut 0).map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::Query;

    fn read(json: Value) -> Result<Query, String> {
        serde_json::from_value(json).map_err(|error| error.to_string())
    }

    #[test]
    fn a_list_is_one_of_its_conditions() {
        let query =
            read(json!([{"issuer_id": "did:x:y", "schema_name": null}, {"schema_name": "a", "schema_version": "1"}]));
        let Query::Or(any) = query.unwrap() else { panic!("not $or") };
        assert_eq!(any[0], Query::Eq("issuer_id".into(), "did:x:y".into()));
        assert!(matches!(&any[1], Query::And(all) if all.len() == 2));
    }

    #[test]
    fn nothing_is_no_restriction() {
        for json in [json!([]), json!({}), json!([{}]), json!({"$and": []})] {
            assert!(read(json).unwrap().is_free());
        }
    }

    #[test]
    fn the_query_language_is_written_as_it_is_read() {
        for json in [
            json!({"$and": [{"schema_name": "a"}, {"$not": {"schema_version": "1"}}]}),
            json!({"$or": [{"issuer_id": {"$neq": "did:x:y"}}, {"cred_def_id": {"$in": ["a", "b"]}}]}),
            json!({"attr::name::value": "Alex"}),
        ] {
            assert_eq!(serde_json::to_value(read(json.clone()).unwrap()).unwrap(), json);
        }
    }

    #[test]
    fn what_cannot_be_checked_is_not_read() {
        for json in [
            json!("x"),
            json!([1]),
            json!({"$xor": []}),
            json!({"favourite_colour": "red"}),
            json!({"schema_version": {"$gt": "1"}}),
            json!({"schema_version": {"$neq": "1", "$in": []}}),
            json!({"$and": {"schema_name": "a"}}),
            json!({"schema_name": 1}),
            json!({"attr::::value": "1"}),
        ] {
            assert!(read(json.clone()).is_err(), "{json}");
        }
    }

    #[test]
    fn towers_and_crowds_are_not_read() {
        let tower = (0..20).fold(json!({"schema_name": "a"}), |inner, _| json!({"$not": inner}));
        assert!(read(tower).is_err());
        let crowd: Vec<Value> = (0..2000).map(|_| json!({"schema_name": "a"})).collect();
        assert!(read(json!(crowd)).is_err());
    }
}
