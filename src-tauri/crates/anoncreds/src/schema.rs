//! Schemas: which attributes a credential has (AnonCreds v1.0, section 5.3).

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use crate::attribute::attribute_key;
use crate::identifier::IssuerId;
use crate::object_error::ObjectError;

/// The most attributes of a schema.
pub const MAX_ATTRIBUTES: usize = 125;
/// The longest name of a schema, its version, an attribute or a tag, in bytes.
pub const MAX_NAME: usize = 256;
/// Where the link secret stands among the attributes that are signed.
pub(crate) const LINK_SECRET_ATTRIBUTE: &str = "master_secret";

/// A published list of attributes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", try_from = "SchemaShape")]
pub struct Schema {
    name: String,
    version: String,
    attr_names: Vec<String>,
    issuer_id: IssuerId,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct SchemaShape {
    name: String,
    version: String,
    attr_names: Vec<String>,
    issuer_id: IssuerId,
}

impl Schema {
    /// A new schema. `attribute_names` keep their spelling and order.
    ///
    /// # Errors
    /// [`ObjectError`]: a name is empty or too long, there are none or too many, or two cannot be told apart.
    pub fn new(
        name: impl Into<String>,
        version: impl Into<String>,
        issuer_id: IssuerId,
        attribute_names: Vec<String>,
    ) -> Result<Self, ObjectError> {
        SchemaShape { name: name.into(), version: version.into(), attr_names: attribute_names, issuer_id }.try_into()
    }

    /// What it is called.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Which edition of that name.
    pub fn version(&self) -> &str {
        &self.version
    }

    /// Its attributes as their author spelt and ordered them.
    pub fn attribute_names(&self) -> &[String] {
        &self.attr_names
    }

    /// Who published it.
    pub fn issuer_id(&self) -> &IssuerId {
        &self.issuer_id
    }
}

impl TryFrom<SchemaShape> for Schema {
    type Error = ObjectError;

    fn try_from(shape: SchemaShape) -> Result<Self, ObjectError> {
        check_name("the schema's name", &shape.name)?;
        check_name("the schema's version", &shape.version)?;
        check_attribute_names(&shape.attr_names)?;
        let SchemaShape { name, version, attr_names, issuer_id } = shape;
        Ok(Self { name, version, attr_names, issuer_id })
    }
}

/// A name of a published object.
pub(crate) fn check_name(what: &'static str, name: &str) -> Result<(), ObjectError> {
    if name.trim().is_empty() {
        return Err(ObjectError::Empty(what));
    }
    check_length(what, name)
}

/// A name that may be empty, as a tag.
pub(crate) fn check_length(what: &'static str, name: &str) -> Result<(), ObjectError> {
    if name.len() > MAX_NAME {
        return Err(ObjectError::TooLarge { what, limit: MAX_NAME });
    }
    Ok(())
}

fn check_attribute_names(names: &[String]) -> Result<(), ObjectError> {
    if names.is_empty() {
        return Err(ObjectError::Empty("the schema's list of attributes"));
    }
    if names.len() > MAX_ATTRIBUTES {
        return Err(ObjectError::TooLarge { what: "the schema's number of attributes", limit: MAX_ATTRIBUTES });
    }
    let mut keys = BTreeSet::new();
    for name in names {
        check_name("an attribute's name", name)?;
        let key = attribute_key(name);
        if key == LINK_SECRET_ATTRIBUTE {
            return Err(ObjectError::ReservedAttribute(name.clone()));
        }
        if !keys.insert(key) {
            return Err(ObjectError::SameAttribute(name.clone()));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::{MAX_ATTRIBUTES, ObjectError, Schema};
    use crate::IssuerId;

    fn with(names: &[&str]) -> Result<Schema, ObjectError> {
        let names = names.iter().map(|name| (*name).to_owned()).collect();
        Schema::new("Degree", "1.0", IssuerId::new("did:cheqd:testnet:x").unwrap(), names)
    }

    #[test]
    fn json_is_as_the_specification_has_it() {
        let json = json!({"name": "Degree", "version": "1.0", "attrNames": ["Name", "Given Name"],
            "issuerId": "did:cheqd:testnet:x"});
        let schema: Schema = serde_json::from_value(json.clone()).unwrap();
        assert_eq!(schema, with(&["Name", "Given Name"]).unwrap());
        assert_eq!(serde_json::to_value(&schema).unwrap(), json);
    }

    #[test]
    fn attributes_that_cannot_be_told_apart_are_refused() {
        assert_eq!(with(&["given name", "GivenName"]), Err(ObjectError::SameAttribute("GivenName".to_owned())));
        assert!(matches!(with(&["Master_Secret"]), Err(ObjectError::ReservedAttribute(_))));
    }

    #[test]
    fn attributes_are_counted() {
        let names: Vec<String> = (0..=MAX_ATTRIBUTES).map(|number| format!("a{number}")).collect();
        let names: Vec<&str> = names.iter().map(String::as_str).collect();
        assert!(with(&names[..MAX_ATTRIBUTES]).is_ok());
        assert!(matches!(with(&names), Err(ObjectError::TooLarge { .. })));
        assert!(matches!(with(&[]), Err(ObjectError::Empty(_))));
        assert!(matches!(with(&["name", " "]), Err(ObjectError::Empty(_))));
        assert!(matches!(with(&["x".repeat(257).as_str()]), Err(ObjectError::TooLarge { .. })));
    }

    #[test]
    fn json_is_checked_as_it_is_read() {
        let json = json!({"name": "Degree", "version": "1.0", "attrNames": ["a", "A"], "issuerId": "did:x:y"});
        assert!(serde_json::from_value::<Schema>(json).unwrap_err().to_string().contains("two attributes"));
    }
}
