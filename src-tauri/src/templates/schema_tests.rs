//! Templates from schemas: what is taken over, what is named as left out, and what is refused.

use jiff::Timestamp;
use proptest::prelude::*;
use serde_json::{Value, json};
use vouchsafe_credentials::check;

use super::file::{FileError, MAX_FILE};
use super::schema::{FromSchema, find, read};
use crate::view::issue::{Field, FieldKind};
use crate::view::templates::LeftOutWhy;

fn now() -> Timestamp {
    "2026-11-23T12:00:00Z".parse().unwrap()
}

fn take(schema: &Value) -> Result<FromSchema, FileError> {
    read(&find(&schema.to_string()).expect("a schema"), now())
}

fn field(made: &FromSchema, name: &str) -> Field {
    made.template.fields.iter().find(|field| field.name == name).cloned().unwrap_or_else(|| panic!("no {name}"))
}

fn why(made: &FromSchema) -> Vec<(&str, LeftOutWhy)> {
    made.left_out.iter().map(|left| (left.path.as_str(), left.why)).collect()
}

fn ticket() -> Value {
    json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Event ticket",
        "description": "Lets one person in.",
        "type": "object",
        "required": ["holderName", "seat", "address"],
        "properties": {
            "id": {"type": "string", "format": "uri"},
            "holderName": {"type": "string", "title": "Name", "description": "As on the passport", "minLength": 2, "maxLength": 60, "examples": ["Ada Berg"]},
            "seat": {"type": "string", "pattern": "^[A-Z][0-9]{1,2}$"},
            "row": {"type": "integer", "minimum": 1, "maximum": 40},
            "price": {"type": "number", "minimum": 0, "multipleOf": 0.5},
            "day": {"type": "string", "format": "date"},
            "doors_open": {"type": "string", "format": "date-time"},
            "level": {"enum": ["Floor", "Balcony"]},
            "standing": {"type": ["boolean", "null"]},
            "portrait": {"type": "string", "contentEncoding": "base64", "contentMediaType": "image/png"},
            "logo": {"type": "string", "format": "data-url"},
            "page": {"type": "string", "format": "uri"},
            "address": {"$ref": "#/$defs/address"},
            "guests": {"type": "array", "items": {"type": "string"}},
            "code": {"type": "string", "pattern": "[0-9]{4}"}
        },
        "$defs": {"address": {"type": "object", "required": ["city"], "properties": {
            "city": {"type": "string"},
            "geo": {"type": "object", "properties": {"lat": {"type": "number"}}}
        }}}
    })
}

#[test]
fn a_schema_becomes_a_form_with_its_kinds_and_bounds() {
    let made = take(&ticket()).unwrap();
    assert_eq!(
        (made.template.name.as_str(), made.template.types.as_slice()),
        ("Event ticket", &["EventTicket".to_owned()][..])
    );
    let kinds: Vec<_> =
        made.template.fields.iter().map(|field| (field.name.as_str(), field.kind, field.required)).collect();
    assert_eq!(
        kinds,
        [
            ("holderName", FieldKind::Text, true),
            ("seat", FieldKind::Text, true),
            ("row", FieldKind::Number, false),
            ("price", FieldKind::Number, false),
            ("day", FieldKind::Date, false),
            ("doors_open", FieldKind::DateTime, false),
            ("level", FieldKind::Choice, false),
            ("standing", FieldKind::YesNo, false),
            ("portrait", FieldKind::Image, false),
            ("logo", FieldKind::Image, false),
            ("page", FieldKind::Address, false),
            ("address.city", FieldKind::Text, true),
            ("code", FieldKind::Text, false),
        ]
    );
    assert_eq!(why(&made), [("address.geo", LeftOutWhy::TooDeep), ("guests", LeftOutWhy::List)]);
    let name = field(&made, "holderName");
    assert_eq!(
        (name.label.as_str(), name.hint.as_deref(), name.example.as_str()),
        ("Name", Some("As on the passport"), "Ada Berg")
    );
    assert_eq!(field(&made, "doors_open").label, "Doors open");
    // Each bound as the schema means it.
    for (name, good, bad) in [
        ("holderName", "Bo", "B"),
        ("seat", "B12", "xB12"),
        ("row", "40", "1.5"),
        ("row", "1", "0"),
        ("price", "2.5", "2.3"),
        ("level", "Floor", "Roof"),
        ("code", "a1234b", "12"),
    ] {
        let field = field(&made, name);
        assert!(field.read(good).is_ok() && field.read(bad).is_err(), "{name}");
    }
    let credential = made.template.credential(&made.template.samples(), "did:example:issuer", now()).unwrap();
    check(&credential).unwrap();
}

#[test]
fn a_credential_schema_gives_its_subject_and_its_types() {
    let subject = json!({"type": "object", "required": ["degree"], "properties": {"degree": {"type": "string"}}});
    let whole = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Degree",
        "allOf": [{"type": "object", "required": ["issuer", "credentialSubject"], "properties": {"issuer": {}}}],
        "properties": {
            "@context": {"type": "array", "contains": {"const": "https://www.w3.org/ns/credentials/v2"}},
            "type": {"type": "array", "allOf": [{"contains": {"const": "VerifiableCredential"}}, {"contains": {"const": "DegreeCredential"}}]},
            "credentialSubject": subject,
        }
    });
    let wrapped = json!({"type": ["VerifiableCredential", "JsonSchemaCredential"], "credentialSubject": {"type": "JsonSchema", "jsonSchema": whole}});
    let older = json!({"type": "https://w3c-ccg.github.io/vc-json-schemas/schema/2.0/schema.json", "version": "1.0", "schema": whole});
    for schema in [&whole, &wrapped, &older] {
        let made = take(schema).unwrap();
        assert!(made.template.is_v2() && made.left_out.is_empty(), "{:?}", made.left_out);
        assert_eq!(made.template.types, ["DegreeCredential"]);
        assert!(field(&made, "degree").required);
    }
}

#[test]
fn what_no_form_can_satisfy_is_refused_and_named() {
    let refused = |member: &str, schema: Value| {
        let whole = json!({"properties": {"a": {"type": "string"}, member: schema}, "required": [member]});
        take(&whole).unwrap_err().to_string()
    };
    assert!(refused("list", json!({"type": "array"})).contains("`list`"));
    assert!(refused("far", json!({"$ref": "https://schemas.example/x.json"})).contains("`far`"));
    assert!(refused("either", json!({"oneOf": [{"type": "string"}, {"type": "number"}]})).contains("`either`"));
    assert!(refused("two words", json!({"type": "string"})).contains("`two words`"));
    assert!(take(&json!({"properties": {}, "required": ["ghost"]})).unwrap_err().to_string().contains("`ghost`"));
    assert!(matches!(take(&json!({"properties": {}})), Err(FileError::Unusable(_))));
    assert_eq!(find("[]"), None);
    assert_eq!(find(&json!({"format": "vouchsafe-template", "version": 1, "template": {}}).to_string()), None);

    // Optional ones are left out, bounds that no field has are named, and the field stays.
    let made = take(&json!({"properties": {
        "a": {"type": "string"},
        "far": {"$ref": "other.json#/x"},
        "b": {"type": "number", "exclusiveMinimum": 0},
        "c": {"type": "string", "pattern": "(?=look)ahead"},
    }}));
    let made = made.unwrap();
    assert_eq!(why(&made), [("far", LeftOutWhy::Elsewhere), ("b", LeftOutWhy::Bound), ("c", LeftOutWhy::Bound)]);
    assert_eq!(made.template.fields.len(), 3);
}

#[test]
fn a_hostile_schema_ends() {
    // References that double at each step, and one that means itself.
    let mut definitions = serde_json::Map::new();
    for at in 0..60 {
        let next = format!("#/$defs/d{}", at + 1);
        definitions.insert(format!("d{at}"), json!({"allOf": [{"$ref": next}, {"$ref": next}]}));
    }
    definitions.insert("d60".to_owned(), json!({"type": "string"}));
    let double = json!({"properties": {"a": {"$ref": "#/$defs/d0"}}, "required": ["a"], "$defs": definitions});
    assert!(take(&double).unwrap_err().to_string().contains("`a`"));
    let itself = json!({"$ref": "#", "properties": {"a": {"$ref": "#/properties/a"}}});
    assert!(take(&itself).is_err());
    let wide: serde_json::Map<_, _> = (0..100).map(|at| (format!("m{at}"), json!({"type": "string"}))).collect();
    assert!(take(&json!({"properties": wide})).is_err());
    let deep = format!("{}{}", "{\"properties\":{\"a\":".repeat(5_000), "}}".repeat(5_000));
    assert_eq!(find(&deep), None);
    assert_eq!(find(&format!("{{\"properties\":{{}},\"x\":\"{}\"}}", "x".repeat(MAX_FILE))), None);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]
    #[test]
    fn no_schema_breaks_the_reader(name in "\\PC{0,12}", kind in "\\PC{0,8}", pattern in "\\PC{0,20}", bound in any::<f64>(), least in any::<i64>()) {
        let schema = json!({"title": &name, "properties": {
            (name.as_str()): {"type": &kind, "pattern": &pattern, "title": &pattern},
            "a": {"type": "string", "pattern": &pattern, "minLength": least, "default": &name},
            "b": {"type": "number", "minimum": bound, "multipleOf": least, "examples": [bound]},
            "c": {"enum": [&name, bound, null, [&kind]]},
            "d": {"$ref": format!("#{kind}")},
        }});
        if let Ok(made) = read(&schema, now()) {
            prop_assert!(made.template.problems(now()).is_empty());
        }
    }
}
