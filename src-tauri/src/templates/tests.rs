//! Templates as a person makes them: fields of each kind, contexts, files.

use std::collections::BTreeMap;

use jiff::Timestamp;
use proptest::prelude::*;
use serde_json::json;
use vouchsafe_credentials::check;

use super::{Template, built_in, file};
use crate::view::issue::{Field, FieldKind};

const ISSUER: &str = "did:key:z6MkpTHR8VNsBxYAAWHut2Geadd9jSwuBV8xRoAnwWsdvktH";
const DOT: &str = "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

fn now() -> Timestamp {
    "2026-11-23T12:00:00Z".parse().unwrap()
}

fn field(name: &str, kind: FieldKind) -> Field {
    Field {
        name: name.to_owned(),
        label: name.to_owned(),
        kind,
        required: true,
        example: String::new(),
        hint: None,
        choices: if kind == FieldKind::Choice { vec!["Gold".to_owned(), "Silver".to_owned()] } else { Vec::new() },
        min: None,
        max: None,
        step: None,
        pattern: None,
        means: None,
    }
}

fn template(fields: Vec<Field>) -> Template {
    Template {
        id: "one".to_owned(),
        name: "Boat licence".to_owned(),
        description: String::new(),
        contexts: Vec::new(),
        types: vec!["BoatLicence".to_owned()],
        subject_types: Vec::new(),
        meaning: None,
        fields,
        valid_days: Some(365),
        issuer_did: None,
        revocable: true,
    }
}

fn each_kind() -> Template {
    template(vec![
        field("holderName", FieldKind::Text),
        field("length", FieldKind::Number),
        field("examDate", FieldKind::Date),
        field("signedAt", FieldKind::DateTime),
        field("level", FieldKind::Choice),
        field("portrait", FieldKind::Image),
        field("sea", FieldKind::YesNo),
        field("school.page", FieldKind::Address),
    ])
}

fn typed(values: &[(&str, &str)]) -> BTreeMap<String, String> {
    values.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

#[test]
fn a_field_of_each_kind_makes_a_credential_that_a_signature_covers() {
    let template = each_kind();
    assert_eq!(template.problems(now()).iter().map(|problem| &problem.sentence).collect::<Vec<_>>(), [""; 0]);
    let claims = template
        .validate(&typed(&[
            ("holderName", "Ada"),
            ("length", "12.5"),
            ("examDate", "2026-05-01"),
            ("signedAt", "2026-05-01T10:00:00+02:00"),
            ("level", "Gold"),
            ("portrait", DOT),
            ("sea", "no"),
            ("school.page", "https://example.org"),
        ]))
        .unwrap();
    let credential = template.credential(&claims, ISSUER, now()).unwrap();
    let subject = &credential["credentialSubject"];
    assert_eq!(subject["signedAt"], "2026-05-01T08:00:00Z");
    assert_eq!(subject["sea"], json!(false));
    assert_eq!(subject["school"]["page"], "https://example.org");
    check(&credential).unwrap();
}

#[test]
fn what_a_field_does_not_take_is_said_at_it_by_a_code() {
    let mut template = each_kind();
    template.fields[0].pattern = Some("[A-Z][a-z]+".to_owned());
    template.fields[1].min = Some("2".to_owned());
    template.fields[1].step = Some("0.5".to_owned());
    template.fields[2].max = Some("2026-01-01".to_owned());
    let codes = |values: &[(&str, &str)]| -> Vec<(String, &'static str)> {
        let problems = template.validate(&typed(values)).unwrap_err();
        problems.into_iter().map(|problem| (problem.field.unwrap(), problem.code)).collect()
    };
    let found = codes(&[
        ("holderName", "ada lovelace"),
        ("length", "2.3"),
        ("examDate", "2026-05-01"),
        ("signedAt", "yesterday"),
        ("level", "Bronze"),
        ("portrait", "data:image/svg+xml;base64,PHN2Zy8+"),
        ("sea", "perhaps"),
    ]);
    let wanted = [
        ("holderName", "not-the-form"),
        ("length", "not-a-step"),
        ("examDate", "too-large"),
        ("signedAt", "not-a-moment"),
        ("level", "not-a-choice"),
        ("portrait", "not-an-image"),
        ("sea", "not-yes-or-no"),
        ("school.page", "missing"),
    ];
    assert_eq!(found, wanted.map(|(field, code)| (field.to_owned(), code)));
}

#[test]
fn a_term_that_the_contexts_do_not_define_is_refused_before_anybody_fills_in_the_form() {
    let mut template = template(vec![field("givenName", FieldKind::Text), field("shoeSize", FieldKind::Number)]);
    template.contexts = vec!["https://w3id.org/citizenship/v1".to_owned()];
    template.types = vec!["PermanentResidentCard".to_owned()];
    template.subject_types = vec!["PermanentResident".to_owned()];
    let found: Vec<_> = template.problems(now()).into_iter().map(|problem| (problem.field, problem.code)).collect();
    assert_eq!(found, [(Some("fields.1.name".to_owned()), "undefined")]);
    template.fields[1].means = Some("https://example.org/terms#shoeSize".to_owned());
    assert!(template.problems(now()).is_empty(), "its meaning is said");
    template.contexts.push("https://example.org/not-pinned".to_owned());
    assert_eq!(template.problems(now())[0].field.as_deref(), Some("contexts"));
    template.contexts = vec![json!({"shoeSize": null}).to_string()];
    assert_eq!(template.problems(now())[0].field.as_deref(), Some("contexts"));
}

#[test]
fn a_context_of_ones_own_travels_in_the_credential() {
    let mut template = template(vec![field("level", FieldKind::Text)]);
    template.contexts = vec![
        json!({"BoatLicence": "https://boats.example/Licence", "level": "https://boats.example/level"}).to_string(),
    ];
    assert!(template.problems(now()).is_empty());
    let credential = template.credential(&template.samples(), ISSUER, now()).unwrap();
    assert_eq!(credential["@context"][1]["level"], "https://boats.example/level");
}

#[test]
fn a_built_in_template_can_be_used_and_kept_as_a_file() {
    for template in built_in() {
        assert!(template.problems(now()).is_empty(), "{}", template.id);
        assert_eq!(&file::read(&file::write(template), now()).unwrap(), template);
    }
}

#[test]
fn a_hostile_file_is_refused_with_a_sentence() {
    let good = file::write(&each_kind());
    let large = "x".repeat(file::MAX_FILE + 1);
    let newer = good.replace("\"version\": 1", "\"version\": 2");
    let more = good.replace("\"version\": 1", "\"version\": 1, \"script\": \"x\"");
    let undefined = good.replace("\"contexts\": []", "\"contexts\": [\"https://w3id.org/citizenship/v1\"]");
    let pattern = good.replacen("\"pattern\": null", "\"pattern\": \"(a{1000}){1000}\"", 1);
    let deep = "[".repeat(100_000);
    for hostile in
        ["", "{}", "[]", &large, &newer, &more, &undefined, &pattern, &deep, "{\"format\":\"vouchsafe-template\"}"]
    {
        let error = file::read(hostile, now()).unwrap_err().to_string();
        assert!(!error.is_empty());
    }
    assert!(matches!(file::read(&newer, now()), Err(file::FileError::TooNew(2))));
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn what_is_exported_is_imported_as_it_was(
        name in "[A-Za-zÄ-ü\"<]{1,40}",
        fields in proptest::collection::btree_map("[a-z][A-Za-z]{2,12}", (0_usize..7, any::<bool>(), "\\PC{0,30}"), 1..6),
        days in proptest::option::of(1_u32..36_500),
    ) {
        let kinds = [FieldKind::Text, FieldKind::Number, FieldKind::Date, FieldKind::Choice, FieldKind::Image, FieldKind::YesNo, FieldKind::DateTime];
        let fields = fields.into_iter().map(|(name, (kind, required, hint))| Field { required, hint: Some(hint), ..field(&name, kinds[kind]) }).collect();
        let made = Template { name, valid_days: days, ..template(fields) };
        let reserved = made.fields.iter().any(|field| ["issuer", "proof", "holder", "evidence"].contains(&field.name.as_str()));
        prop_assume!(!reserved && made.problems(now()).is_empty());
        prop_assert_eq!(file::read(&file::write(&made), now()), Ok(made));
    }

    #[test]
    fn no_text_makes_a_field_or_a_file_panic(text in "\\PC{0,200}") {
        for field in each_kind().fields {
            let _ = field.read(&text);
        }
        let _ = file::read(&text, now());
    }
}
