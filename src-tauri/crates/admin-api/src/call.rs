//! One call of the admin API: what its path, query and body hold, checked against the parameters that its route
//! declares. A route's handler reads values that already fit; the same declarations make the OpenAPI description.

use std::collections::{BTreeMap, HashMap};

use serde::de::DeserializeOwned;
use serde_json::{Map, Value};
use vouchsafe_agent::Page;

use crate::api::Api;
use crate::error::{ApiError, Place};

/// What a parameter is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A string.
    Text,
    /// The name of a column to order by: `id` is the only one that is served, and ACA-Py refuses the others too.
    Column,
    /// `true` or `false`.
    Flag,
    /// A whole number, not negative.
    Number,
    /// A JSON object.
    Object,
    /// A JSON array of strings.
    Texts,
    /// A JSON array of objects.
    Objects,
    /// Any JSON.
    Json,
}

/// A parameter in the query or a member of the body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Param {
    /// Its name.
    pub name: &'static str,
    /// What it is.
    pub kind: Kind,
    /// Whether the call needs it.
    pub required: bool,
    /// What it means.
    pub about: &'static str,
}

/// A parameter that may be left out.
pub const fn param(name: &'static str, kind: Kind, about: &'static str) -> Param {
    Param { name, kind, required: false, about }
}

/// A parameter that the call needs.
pub const fn required(name: &'static str, kind: Kind, about: &'static str) -> Param {
    Param { name, kind, required: true, about }
}

/// The parameters of every list.
pub const PAGING: [Param; 4] = [
    param("limit", Kind::Number, "Number of results to return"),
    param("offset", Kind::Number, "Offset for pagination"),
    param("order_by", Kind::Column, "The column to order results by; only id (the order of creation) is served"),
    param("descending", Kind::Flag, "Order results in descending order if true"),
];

/// The most results of one list call.
const MAX_RESULTS: u32 = 10_000;

/// Values by name, each of its declared kind.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Fields(Map<String, Value>);

impl Fields {
    /// Takes the values of `params`, checks each, and leaves out what is not declared or null.
    ///
    /// # Errors
    /// 422 that names every value that does not fit and every one that is missing.
    pub fn read(place: Place, params: &[Param], mut given: Map<String, Value>) -> Result<Self, ApiError> {
        let (mut fields, mut faults) = (Map::new(), BTreeMap::new());
        for param in params {
            match given.remove(param.name).filter(|value| !value.is_null()) {
                Some(value) => match fit(param.kind, value) {
                    Ok(value) => {
                        fields.insert(param.name.to_owned(), value);
                    }
                    Err(reason) => {
                        faults.insert(param.name.to_owned(), reason.to_owned());
                    }
                },
                None if param.required => {
                    faults.insert(param.name.to_owned(), "Missing data for required field.".to_owned());
                }
                None => {}
            }
        }
        if faults.is_empty() { Ok(Self(fields)) } else { Err(ApiError::fields(place, &faults)) }
    }

    /// A string.
    pub fn text(&self, name: &str) -> Option<String> {
        self.0.get(name).and_then(Value::as_str).map(str::to_owned)
    }

    /// A flag.
    pub fn flag(&self, name: &str) -> Option<bool> {
        self.0.get(name).and_then(Value::as_bool)
    }

    /// Whether a flag is there and set.
    pub fn is_set(&self, name: &str) -> bool {
        self.flag(name) == Some(true)
    }

    /// A number.
    pub fn number(&self, name: &str) -> Option<u32> {
        self.0.get(name).and_then(Value::as_u64).map(|number| u32::try_from(number).unwrap_or(u32::MAX))
    }

    /// An object.
    pub fn object(&self, name: &str) -> Option<Map<String, Value>> {
        self.0.get(name).and_then(Value::as_object).cloned()
    }

    /// Any JSON.
    pub fn json(&self, name: &str) -> Option<Value> {
        self.0.get(name).cloned()
    }

    /// A list of strings; empty if it was left out.
    pub fn texts(&self, name: &str) -> Vec<String> {
        let items = self.0.get(name).and_then(Value::as_array).into_iter().flatten();
        items.filter_map(|item| item.as_str().map(str::to_owned)).collect()
    }

    /// A list of objects; empty if it was left out.
    pub fn objects(&self, name: &str) -> Vec<Map<String, Value>> {
        let items = self.0.get(name).and_then(Value::as_array).into_iter().flatten();
        items.filter_map(|item| item.as_object().cloned()).collect()
    }

    /// A value of a word that has a meaning.
    ///
    /// # Errors
    /// 422 naming the parameter.
    pub fn word<T>(&self, name: &str, read: impl FnOnce(&str) -> Option<T>) -> Result<Option<T>, ApiError> {
        let Some(word) = self.text(name) else { return Ok(None) };
        match read(&word) {
            Some(value) => Ok(Some(value)),
            None => Err(ApiError::field(name, &format!("{word} is not one of the values that are taken."))),
        }
    }

    /// A member of a structure of ours.
    ///
    /// # Errors
    /// 422 naming the member.
    pub fn parsed<T: DeserializeOwned>(&self, name: &str) -> Result<Option<T>, ApiError> {
        let Some(value) = self.0.get(name) else { return Ok(None) };
        serde_json::from_value(value.clone()).map(Some).map_err(|error| ApiError::field(name, &error.to_string()))
    }
}

/// The value as its kind, where it is one. Queries carry text, and ACA-Py takes text for flags and numbers in bodies
/// too.
fn fit(kind: Kind, value: Value) -> Result<Value, &'static str> {
    match (kind, value) {
        (Kind::Text, value @ Value::String(_))
        | (Kind::Object, value @ Value::Object(_))
        | (Kind::Flag, value @ Value::Bool(_))
        | (Kind::Json, value) => Ok(value),
        (Kind::Column, Value::String(name)) if name == "id" => Ok(Value::String(name)),
        (Kind::Column, Value::String(_)) => Err("Must be one of: id."),
        (Kind::Text | Kind::Column, _) => Err("Not a valid string."),
        (Kind::Object, _) => Err("Not a valid mapping type."),
        (Kind::Flag, Value::String(word)) => match word.to_ascii_lowercase().as_str() {
            "true" | "t" | "yes" | "y" | "on" | "1" => Ok(Value::Bool(true)),
            "false" | "f" | "no" | "n" | "off" | "0" => Ok(Value::Bool(false)),
            _ => Err("Not a valid boolean."),
        },
        (Kind::Flag, Value::Number(number)) => match number.as_u64() {
            Some(1) => Ok(Value::Bool(true)),
            Some(0) => Ok(Value::Bool(false)),
            _ => Err("Not a valid boolean."),
        },
        (Kind::Flag, _) => Err("Not a valid boolean."),
        (Kind::Number, Value::Number(number)) if number.is_u64() => Ok(Value::Number(number)),
        (Kind::Number, Value::String(digits)) => {
            digits.trim().parse::<u64>().map(Value::from).map_err(|_| "Not a valid integer.")
        }
        (Kind::Number, _) => Err("Not a valid integer."),
        (Kind::Texts, Value::Array(items)) if items.iter().all(Value::is_string) => Ok(Value::Array(items)),
        (Kind::Objects, Value::Array(items)) if items.iter().all(Value::is_object) => Ok(Value::Array(items)),
        (Kind::Texts | Kind::Objects, _) => Err("Not a valid list."),
    }
}

/// A call whose parameters fit its route.
pub struct Call {
    /// The wallet and how it is served.
    pub api: Api,
    /// The query's values.
    pub query: Fields,
    /// The body's declared members.
    pub body: Fields,
    /// The whole body, for routes whose body is a document of its own.
    pub document: Map<String, Value>,
    pub(crate) path: HashMap<String, String>,
}

impl Call {
    /// A part of the path, decoded.
    pub fn path(&self, name: &str) -> &str {
        self.path.get(name).map_or("", String::as_str)
    }

    /// The part of a list that is asked for.
    pub fn page(&self) -> Page {
        Page {
            limit: self.query.number("limit").unwrap_or(100).min(MAX_RESULTS),
            offset: self.query.number("offset").unwrap_or(0),
            descending: self.query.is_set("descending"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn read(params: &[Param], given: Value) -> Result<Fields, ApiError> {
        Fields::read(Place::Body, params, given.as_object().cloned().unwrap())
    }

    #[test]
    fn every_fault_of_a_body_is_told_at_once() {
        let params = [required("connection_id", Kind::Text, ""), param("auto_issue", Kind::Flag, "")];
        let error = read(&params, json!({"auto_issue": "perhaps", "unknown": 1})).unwrap_err();
        let text = "422: {'json': {'auto_issue': ['Not a valid boolean.'], \
                    'connection_id': ['Missing data for required field.']}}";
        assert_eq!(error.to_string(), text);
    }

    #[test]
    fn null_counts_as_left_out_and_text_as_a_flag() {
        let params = [param("comment", Kind::Text, ""), param("trace", Kind::Flag, "")];
        let fields = read(&params, json!({"comment": null, "trace": "True"})).unwrap();
        assert_eq!((fields.text("comment"), fields.flag("trace")), (None, Some(true)));
    }

    #[test]
    fn a_number_may_come_as_text_but_not_below_zero() {
        let params = [param("limit", Kind::Number, "")];
        assert_eq!(read(&params, json!({"limit": "7"})).unwrap().number("limit"), Some(7));
        assert!(read(&params, json!({"limit": -1})).is_err());
    }
}
