use serde_json::json;

use super::*;
use crate::canonical::canonical_form;

const V1: &str = "https://www.w3.org/2018/credentials/v1";

fn read(document: &Value) -> Result<String, CredentialError> {
    let context = ActiveContext::of(document.get("@context").unwrap())?;
    let quads = statements(document.as_object().unwrap(), &context)?;
    Ok(canonical_form(quads).unwrap())
}

fn with_subject(definitions: &Value, subject: &Value) -> Result<String, CredentialError> {
    read(&json!({
        "@context": [V1, definitions],
        "type": "VerifiableCredential",
        "issuer": "did:example:issuer",
        "credentialSubject": subject,
    }))
}

#[test]
fn the_canonical_form_is_that_of_pyld() {
    #[derive(serde::Deserialize)]
    struct Case {
        name: String,
        document: Value,
        nquads: String,
    }
    let cases: Vec<Case> = serde_json::from_str(include_str!(concat!(
        env!("CARGO_MANIFEST_DIR"),
        "/../../../tests/vectors/credentials/canonical-pyld.json"
    )))
    .unwrap();
    for case in cases {
        let form = read(&case.document).unwrap_or_else(|error| panic!("{}: {error}", case.name));
        assert_eq!(form, case.nquads, "{}", case.name);
    }
}

#[test]
fn what_would_be_dropped_in_silence_is_refused_by_name() {
    let definitions = json!({
        "degree": "urn:degree",
        "link": {"@id": "urn:link", "@type": "@id"},
        "names": {"@id": "urn:names", "@container": "@language"},
        "says": "@value",
        "in": "@language",
    });
    for (subject, member) in [
        (json!({"degre": "x"}), "credentialSubject.degre"),
        (json!({"type": "Nobody"}), "credentialSubject.type.Nobody"),
        (json!({"@degree": "x"}), "credentialSubject.@degree"),
        (json!({"degree": {"inner": 1}}), "credentialSubject.degree.inner"),
        (json!({"degree": null}), "credentialSubject.degree"),
        (json!({"degree": []}), "credentialSubject.degree"),
        (json!({"degree": [["x"]]}), "credentialSubject.degree"),
        (json!({"id": "relative", "degree": "x"}), "credentialSubject.id"),
        (json!({"id": "_:b0", "degree": "x"}), "credentialSubject.id"),
        (json!({"link": "relative"}), "credentialSubject.link"),
        (json!({"degree": {"@value": "x", "@direction": "rtl"}}), "credentialSubject.degree.@direction"),
        (json!({"degree": {"@value": "shown", "says": "signed"}}), "credentialSubject.degree.says"),
        (json!({"degree": {"says": "signed", "@value": "shown"}}), "credentialSubject.degree.@value"),
        (json!({"degree": {"@value": "x", "@language": "en", "in": "fr"}}), "credentialSubject.degree.in"),
        (json!({"degree": {"@value": "1", "@type": "urn:a", "type": "urn:b"}}), "credentialSubject.degree.type"),
        (json!({"names": {"en": "Ada", "fr": []}}), "credentialSubject.names.fr"),
        (json!({"degree": 1.0}), "credentialSubject.degree"),
        (json!({"degree": 0.123_456_789_012_345_67}), "credentialSubject.degree"),
        (json!({"degree": u64::MAX}), "credentialSubject.degree"),
        (json!({"@reverse": {"degree": "x"}}), "credentialSubject.@reverse"),
    ] {
        let error = with_subject(&definitions, &subject).unwrap_err();
        let named = match &error {
            CredentialError::Undefined { member } | CredentialError::NotCovered { member, .. } => member.as_str(),
            other => panic!("{subject}: {other}"),
        };
        assert_eq!(named, member, "{subject}: {error}");
    }
}

#[test]
fn a_number_or_a_boolean_that_is_a_string_is_written_as_a_string() {
    let definitions = json!({"code": {"@id": "urn:code", "@type": "http://www.w3.org/2001/XMLSchema#string"}});
    for (value, literal) in [(json!(7), "\"7\""), (json!(true), "\"true\""), (json!("7"), "\"7\"")] {
        let form = with_subject(&definitions, &json!({"code": value})).unwrap();
        assert!(form.contains(&format!("<urn:code> {literal} .")), "{form}");
    }
}

#[test]
fn depth_is_bounded() {
    let mut subject = json!({"degree": "x"});
    for _ in 0..60 {
        subject = json!({"degree": subject});
    }
    let error = with_subject(&json!({"degree": "urn:degree"}), &subject).unwrap_err();
    assert!(matches!(error, CredentialError::TooLarge { .. }), "{error}");
}
