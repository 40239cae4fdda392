//! The templates that credentials are issued by, built-in and the person's own, and how a filled-in form becomes a
//! credential. Everything that will be signed is put in here, before the offer: a holder stores only what equals what
//! was offered.
//!
//! A [`Template`] says which fields a form has; [`Template::validate`] reads what was typed into [`Claims`], and
//! [`Template::credential`] makes of them what is offered. No network is asked: the contexts are those that are pinned,
//! or stand in the template and then in the credential.

mod built_in;
pub mod file;
mod judge;
mod page;
pub mod schema;
#[cfg(test)]
mod schema_tests;
mod template;
#[cfg(test)]
mod tests;
mod validate;

use jiff::Timestamp;
use jiff::civil::Date;
use serde_json::{Value, json};
use vouchsafe_credentials::{Suite, check, required_contexts};

use self::built_in::BUILT_IN;
pub use self::page::{Page, escape};
pub use self::template::Template;
pub use self::validate::{Claims, picture};
use crate::view::issue::{FormProblem, IssueType, NewCredential};

const CREDENTIALS_V1: &str = "https://www.w3.org/2018/credentials/v1";
const CREDENTIALS_V2: &str = "https://www.w3.org/ns/credentials/v2";
/// The longest document of one's own, in bytes.
const MAX_DOCUMENT: usize = 256 * 1024;
/// A document of one's own.
const CUSTOM: &str = "custom";
/// The proof types that can be chosen.
const PROOF_TYPES: [&str; 4] = ["Ed25519Signature2018", "Ed25519Signature2020", "eddsa-rdfc-2022", "eddsa-jcs-2022"];

/// The types that can be issued: the person's own templates, the built-in ones, and at last a document of one's own.
pub fn types(own: &[Template]) -> Vec<IssueType> {
    let mut types: Vec<IssueType> = own.iter().map(|template| template.issue_type(true)).collect();
    types.extend(BUILT_IN.iter().map(|template| template.issue_type(false)));
    types.push(IssueType {
        id: CUSTOM.to_owned(),
        name: "Your own document".to_owned(),
        description: "A credential as JSON-LD. Issuer, date and the proof's context are added where they are missing."
            .to_owned(),
        fields: Vec::new(),
        proof_types: PROOF_TYPES.map(str::to_owned).to_vec(),
        example: Some(serde_json::to_string_pretty(&example()).unwrap_or_default()),
        revocable: false,
        own: false,
        valid_days: None,
        issuer_did: None,
    });
    types
}

/// The template with this id, the person's own before the built-in ones.
pub fn find<'a>(own: &'a [Template], id: &str) -> Option<&'a Template> {
    own.iter().chain(BUILT_IN.iter()).find(|template| template.id == id)
}

/// The built-in templates.
pub fn built_in() -> &'static [Template] {
    &BUILT_IN
}

fn example() -> Value {
    json!({
        "@context": [CREDENTIALS_V1, "https://w3id.org/citizenship/v1"],
        "type": ["VerifiableCredential", "PermanentResidentCard"],
        "credentialSubject": {
            "type": ["PermanentResident", "Person"],
            "givenName": "Alice",
            "familyName": "Example",
            "birthDate": "1990-05-17",
            "lprNumber": "999-999-999"
        }
    })
}

/// What the built-in type among `types` calls a member of its subject, so that the card says what the form said.
pub fn label_of(types: &[String], path: &str) -> Option<&'static str> {
    let template = BUILT_IN.iter().find(|template| template.types.iter().any(|kind| types.contains(kind)))?;
    template.fields.iter().find(|field| field.name == path).map(|field| field.label.as_str())
}

/// A credential from a form, as far as it could be made, and what stands in its way.
pub struct Draft {
    /// The credential, without proof.
    pub credential: Value,
    /// The suite, where it is known.
    pub suite: Option<Suite>,
    /// What stands in the way.
    pub problems: Vec<FormProblem>,
}

/// Make the credential that `issuer` would offer.
pub fn draft(own: &[Template], wanted: &NewCredential, issuer: &str, now: Timestamp) -> Draft {
    let mut problems = Vec::new();
    let credential = match find(own, &wanted.type_id) {
        Some(template) => {
            let typed = wanted.values.iter().map(|value| (value.name.clone(), value.value.clone())).collect();
            match template.validate(&typed) {
                Ok(claims) => template.credential(&claims, issuer, now),
                Err(found) => {
                    problems.extend(found);
                    // What is right already is shown.
                    template.credential(&template.readable(&typed), issuer, now)
                }
            }
        }
        None if wanted.type_id == CUSTOM => {
            own_document(wanted.document.as_deref().unwrap_or_default(), issuer, now, &mut problems)
        }
        None => {
            problems.push(FormProblem::whole("unknown-type", "This type is not known."));
            None
        }
    };
    let Some(mut credential) = credential else {
        return Draft { credential: Value::Null, suite: None, problems };
    };
    if let Some(until) = wanted.valid_until.as_deref().map(str::trim).filter(|until| !until.is_empty()) {
        end(&mut credential, until, now, &mut problems);
    }
    let suite = wanted.proof_type.parse::<Suite>();
    match &suite {
        Ok(suite) => {
            let missing = required_contexts(*suite, &credential);
            add_contexts(&mut credential, missing);
        }
        Err(_) => problems.push(FormProblem::whole("unknown-proof", "This proof type is not known.")),
    }
    if suite == Ok(Suite::Ed25519Signature2018) && model(&credential) == Some(2) {
        problems.push(FormProblem::whole(
            "proof-does-not-fit",
            "Ed25519Signature2018 does not fit data model 2.0: choose another proof type.",
        ));
    }
    // Where a field is wrong, that is the reason; the whole is judged once the fields are right.
    if problems.is_empty()
        && let Err(error) = check(&credential)
    {
        problems.push(FormProblem::whole("not-signable", format!("It cannot be signed as it is: {error}.")));
    }
    Draft { credential, suite: suite.ok(), problems }
}

fn own_document(text: &str, issuer: &str, now: Timestamp, problems: &mut Vec<FormProblem>) -> Option<Value> {
    let refuse = |problems: &mut Vec<FormProblem>, sentence: &str| {
        problems.push(FormProblem::at("document", "document", sentence));
        None
    };
    if text.trim().is_empty() {
        return refuse(problems, "Paste the credential as JSON.");
    }
    if text.len() > MAX_DOCUMENT {
        return refuse(problems, "The document is larger than 256 KiB.");
    }
    let mut members = match serde_json::from_str::<Value>(text) {
        Ok(Value::Object(members)) => members,
        Ok(_) => return refuse(problems, "The document has to be one JSON object."),
        Err(error) => {
            return refuse(problems, &format!("This is not JSON: line {}, column {}.", error.line(), error.column()));
        }
    };
    if members.contains_key("proof") {
        return refuse(
            problems,
            "The document has a proof already; leave it out, it is made when the credential is issued.",
        );
    }
    if !members.contains_key("issuer") {
        members.insert("issuer".to_owned(), json!(issuer));
    }
    let mut credential = Value::Object(members);
    if model(&credential) == Some(1)
        && let Some(members) = credential.as_object_mut()
        && !members.contains_key("issuanceDate")
    {
        members.insert("issuanceDate".to_owned(), json!(second(now)));
    }
    Some(credential)
}

/// The last day of validity, to its end.
fn end(credential: &mut Value, until: &str, now: Timestamp, problems: &mut Vec<FormProblem>) {
    let Some(day) = date(until) else {
        problems.push(FormProblem::at("validUntil", "not-a-date", "Write the date as 2026-01-31."));
        return;
    };
    let text = format!("{day}T23:59:59Z");
    if text.parse::<Timestamp>().is_ok_and(|end| end <= now) {
        problems.push(FormProblem::at("validUntil", "day-over", "This day is over already."));
        return;
    }
    let member = if model(credential) == Some(2) { "validUntil" } else { "expirationDate" };
    if let Some(members) = credential.as_object_mut() {
        members.insert(member.to_owned(), json!(text));
    }
}

fn add_contexts(credential: &mut Value, contexts: Vec<String>) {
    if let Some(Value::Array(present)) = credential.get_mut("@context") {
        present.extend(contexts.into_iter().map(Value::String));
    }
}

fn model(credential: &Value) -> Option<u8> {
    match credential.get("@context")?.as_array()?.first()?.as_str()? {
        CREDENTIALS_V1 => Some(1),
        CREDENTIALS_V2 => Some(2),
        _ => None,
    }
}

/// Whole seconds: fractions are written differently by different wallets.
fn second(at: Timestamp) -> String {
    Timestamp::from_second(at.as_second()).unwrap_or(at).to_string()
}

fn date(text: &str) -> Option<Date> {
    (text.len() == 10).then(|| text.parse().ok()).flatten()
}

#[cfg(test)]
mod drafts {
    use jiff::Timestamp;

    use super::{BUILT_IN, draft, example, label_of};
    use crate::view::issue::{FieldValue, NewCredential};

    const ISSUER: &str = "did:key:z6MkpTHR8VNsBxYAAWHut2Geadd9jSwuBV8xRoAnwWsdvktH";

    fn now() -> Timestamp {
        "2026-11-23T12:00:00.5Z".parse().unwrap()
    }

    fn filled(id: &str, proof_type: &str) -> NewCredential {
        let template = BUILT_IN.iter().find(|template| template.id == id).unwrap();
        let values = template
            .fields
            .iter()
            .map(|field| FieldValue { name: field.name.clone(), value: field.example.clone() })
            .collect();
        NewCredential {
            type_id: id.to_owned(),
            values,
            document: None,
            proof_type: proof_type.to_owned(),
            issuer_did: None,
            valid_until: Some("2030-01-31".to_owned()),
            revocable: false,
            suspendable: false,
        }
    }

    #[test]
    fn every_built_in_type_can_be_signed_with_every_proof_type() {
        for template in BUILT_IN.iter() {
            for proof_type in ["Ed25519Signature2018", "Ed25519Signature2020", "eddsa-rdfc-2022", "eddsa-jcs-2022"] {
                let draft = draft(&[], &filled(&template.id, proof_type), ISSUER, now());
                assert!(draft.problems.is_empty(), "{} {proof_type}: {:?}", template.id, draft.problems);
                assert!(draft.suite.is_some());
            }
        }
    }

    #[test]
    fn a_card_calls_a_value_what_the_form_called_it() {
        let types = ["VerifiableCredential", "PermanentResidentCard"].map(str::to_owned);
        assert_eq!(label_of(&types, "lprNumber"), Some("Card number"));
        assert_eq!(label_of(&types, "degree.lprNumber"), None);
        assert_eq!(label_of(&types[..1], "lprNumber"), None);
    }

    #[test]
    fn what_is_missing_or_wrong_is_said_at_its_field() {
        let mut wanted = filled("membership", "Ed25519Signature2018");
        wanted.values.retain(|value| value.name != "givenName");
        wanted.values.iter_mut().find(|value| value.name == "memberSince").unwrap().value = "yesterday".to_owned();
        wanted.valid_until = Some("2020-01-01".to_owned());
        let fields: Vec<_> =
            draft(&[], &wanted, ISSUER, now()).problems.into_iter().map(|problem| problem.field.unwrap()).collect();
        assert_eq!(fields, ["givenName", "memberSince", "validUntil"]);
    }

    #[test]
    fn a_document_of_ones_own_is_completed_and_its_undefined_members_are_refused() {
        let own = |document: &serde_json::Value| {
            let wanted = NewCredential {
                type_id: "custom".to_owned(),
                values: Vec::new(),
                document: Some(document.to_string()),
                proof_type: "Ed25519Signature2020".to_owned(),
                issuer_did: None,
                valid_until: None,
                revocable: false,
                suspendable: false,
            };
            draft(&[], &wanted, ISSUER, now())
        };
        let good = own(&example());
        assert!(good.problems.is_empty(), "{:?}", good.problems);
        assert_eq!(good.credential["issuer"], ISSUER);
        assert_eq!(good.credential["issuanceDate"], "2026-11-23T12:00:00Z");
        let mut bad = example();
        bad["credentialSubject"]["forged"] = "x".into();
        assert!(own(&bad).problems.iter().any(|problem| problem.sentence.contains("forged")));
    }
}
