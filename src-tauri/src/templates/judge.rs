//! Whether a template can be used: its shape, its bounds, and a dry run of the credential that it makes. What its
//! contexts do not define is found here, before anybody fills in the form.

use std::collections::BTreeSet;

use jiff::Timestamp;
use serde_json::Value;
use vouchsafe_credentials::{CredentialError, Suite, Vocabulary, check, required_contexts};

use super::validate::{number, pattern};
use super::{Claims, Template, add_contexts, date};
use crate::view::issue::{Field, FieldKind, FormProblem};

/// The most fields of a template.
pub(super) const MAX_FIELDS: usize = 60;
/// The most types, of the credential or of its subject, and the most contexts.
const MAX_NAMES: usize = 8;
/// The most choices of a field.
pub(super) const MAX_CHOICES: usize = 200;
/// The largest contexts of a template together, in bytes.
const MAX_CONTEXTS: usize = 48 * 1024;
/// The longest validity, in days.
const MAX_DAYS: u32 = 36_500;
/// The longest name, label or type, in characters.
const MAX_NAME: usize = 80;
/// The longest description, help or pattern, in characters.
const MAX_TEXT: usize = 500;
/// The issuer of a dry run.
const SOMEBODY: &str = "did:key:z6MkpTHR8VNsBxYAAWHut2Geadd9jSwuBV8xRoAnwWsdvktH";
/// The smallest image, for a dry run.
const DOT: &str = "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

impl Template {
    /// What stands in the way of using it, each at the member that has to be mended, such as `fields.2.name`.
    pub fn problems(&self, now: Timestamp) -> Vec<FormProblem> {
        let mut problems = self.shape();
        if !problems.is_empty() {
            return problems;
        }
        if let Err(error) = Vocabulary::of(&self.context(), &[]) {
            problems.push(FormProblem::at("contexts", "context-refused", format!("{}.", capital(&error.to_string()))));
            return problems;
        }
        let Err(error) = self.dry_run(&self.samples(), now) else { return problems };
        // The check ends at the first thing it finds: each field is tried by itself, so that all are named.
        for (at, field) in self.fields.iter().enumerate() {
            let one = Claims::one(&field.name, sample(field));
            if let Err(error) = self.dry_run(&one, now) {
                let (code, sentence) = match &error {
                    CredentialError::Undefined { .. } => (
                        "undefined",
                        "The contexts do not define this term here, so that no signature would cover it.".to_owned(),
                    ),
                    other => ("not-covered", format!("{}.", capital(&other.to_string()))),
                };
                problems.push(FormProblem::at(&format!("fields.{at}.name"), code, sentence));
            }
        }
        let whole = |problem: &FormProblem| problem.sentence.clone();
        let same: BTreeSet<String> = problems.iter().map(whole).collect();
        // Wrong in the same way with each field: it is the types or the contexts, and no field.
        if problems.is_empty() || (problems.len() == self.fields.len() && same.len() == 1 && !names_subject(&error)) {
            problems.clear();
            problems.push(FormProblem::at("types", "types-refused", format!("{}.", capital(&error.to_string()))));
        }
        problems
    }

    /// A value for every field: its example where it has a good one.
    pub fn samples(&self) -> Claims {
        Claims::all(self.fields.iter().map(|field| (field.name.clone(), sample(field))))
    }

    fn dry_run(&self, claims: &Claims, now: Timestamp) -> Result<(), CredentialError> {
        let Some(mut credential) = self.credential(claims, SOMEBODY, now) else { return Ok(()) };
        let missing = required_contexts(Suite::Ed25519Signature2020, &credential);
        add_contexts(&mut credential, missing);
        check(&credential).map(drop)
    }

    fn shape(&self) -> Vec<FormProblem> {
        let mut problems = Vec::new();
        let mut wrong = |field: &str, code, sentence: &str| problems.push(FormProblem::at(field, code, sentence));
        if self.name.trim().is_empty() {
            wrong("name", "missing", "Fill this in.");
        }
        if too_long(&self.name, MAX_NAME) || too_long(&self.description, MAX_TEXT) {
            wrong("name", "too-long", "The name or the description is too long.");
        }
        if self.types.is_empty() {
            wrong("types", "missing", "Fill this in.");
        }
        if !self.types.iter().all(|name| is_term(name)) || self.types.len() > MAX_NAMES {
            wrong("types", "not-a-name", "A type is one word of letters and digits, such as MembershipCard.");
        }
        if !self.subject_types.iter().all(|name| is_term(name)) || self.subject_types.len() > MAX_NAMES {
            wrong("subjectTypes", "not-a-name", "A type is one word of letters and digits, such as Person.");
        }
        if self.contexts.len() > MAX_NAMES || self.contexts.iter().map(String::len).sum::<usize>() > MAX_CONTEXTS {
            wrong("contexts", "context-too-large", "The contexts are too large: at most 48 KiB together.");
        }
        for context in self.contexts.iter().map(|context| context.trim()).filter(|context| context.starts_with('{')) {
            if !serde_json::from_str::<Value>(context).is_ok_and(|value| value.is_object()) {
                wrong("contexts", "context-not-json", "The context is not one JSON object.");
            }
        }
        if self.meaning.as_deref().is_some_and(|meaning| !is_iri(meaning)) {
            wrong("types", "not-an-iri", "What a type means is an address, such as https://schema.org/Person.");
        }
        if self.valid_days.is_some_and(|days| days == 0 || days > MAX_DAYS) {
            wrong("validDays", "not-days", "Write a number of days between 1 and 36500, or none.");
        }
        if self.fields.is_empty() {
            wrong("fields", "no-fields", "Add at least one field.");
        }
        if self.fields.len() > MAX_FIELDS {
            wrong("fields", "too-many-fields", "At most 60 fields.");
        }
        let mut names = BTreeSet::new();
        for (at, field) in self.fields.iter().take(MAX_FIELDS).enumerate() {
            let outer = field.name.split('.').next().unwrap_or_default();
            let nested = field.name.contains('.');
            let clash = self.fields.iter().any(|other| nested && other.name == outer);
            if !is_path(&field.name) {
                problems.push(FormProblem::at(
                    &format!("fields.{at}.name"),
                    "not-a-path",
                    "A term is one word, such as givenName, or two joined by a dot.",
                ));
            } else if !names.insert(field.name.clone()) || clash {
                problems.push(FormProblem::at(&format!("fields.{at}.name"), "twice", "Another field has this term."));
            }
            problems.extend(field.shape(at));
        }
        problems
    }
}

impl Field {
    fn shape(&self, at: usize) -> Vec<FormProblem> {
        let mut problems = Vec::new();
        let mut wrong = |member: &str, code, sentence: &str| {
            problems.push(FormProblem::at(&format!("fields.{at}.{member}"), code, sentence));
        };
        if self.label.trim().is_empty() {
            wrong("label", "missing", "Fill this in.");
        }
        let texts = [self.hint.as_deref(), self.pattern.as_deref(), self.means.as_deref()];
        if too_long(&self.label, MAX_NAME) || texts.into_iter().flatten().any(|text| too_long(text, MAX_TEXT)) {
            wrong("label", "too-long", "The label, the help or the pattern is too long.");
        }
        if self.kind == FieldKind::Choice
            && (self.choices.is_empty()
                || self.choices.len() > MAX_CHOICES
                || self
                    .choices
                    .iter()
                    .any(|choice| choice.trim() != choice || choice.is_empty() || too_long(choice, MAX_NAME)))
        {
            wrong("choices", "no-choices", "Write the values to choose from, one a line.");
        }
        let good = |bound: &Option<String>| {
            bound.as_deref().map(str::trim).filter(|bound| !bound.is_empty()).is_none_or(|bound| match self.kind {
                FieldKind::Text => bound.parse::<u16>().is_ok(),
                FieldKind::Number => number(bound).is_some(),
                FieldKind::Date => date(bound).is_some(),
                FieldKind::DateTime => bound.parse::<Timestamp>().is_ok(),
                _ => true,
            })
        };
        if !good(&self.min) || !good(&self.max) {
            wrong("min", "bad-bound", "This bound does not fit the kind of field.");
        }
        if self.kind == FieldKind::Number
            && self.step.as_deref().is_some_and(|step| !number(step).is_some_and(|step| step > 0.0))
        {
            wrong("step", "bad-bound", "This bound does not fit the kind of field.");
        }
        if self.pattern.as_deref().is_some_and(|text| pattern(text).is_err()) {
            wrong("pattern", "bad-pattern", "This is not a regular expression that can be used.");
        }
        if self.means.as_deref().is_some_and(|means| !is_iri(means)) {
            wrong("means", "not-an-iri", "What a term means is an address, such as https://schema.org/name.");
        }
        if !self.example.trim().is_empty() && self.read(self.example.trim()).is_err() {
            wrong("example", "bad-example", "The form would not take this example.");
        }
        problems
    }
}

fn sample(field: &Field) -> Value {
    let usual = match field.kind {
        FieldKind::Text => "Example",
        FieldKind::Number => field.min.as_deref().unwrap_or("1"),
        FieldKind::Date => field.min.as_deref().unwrap_or("2026-01-31"),
        FieldKind::DateTime => field.min.as_deref().unwrap_or("2026-01-31T12:00:00Z"),
        FieldKind::Choice => field.choices.first().map_or("Example", String::as_str),
        FieldKind::Address => "https://example.org",
        FieldKind::Image => DOT,
        FieldKind::YesNo => "true",
    };
    let example = field.example.trim();
    let read = |text: &str| (!text.is_empty()).then(|| field.read(text).ok()).flatten();
    read(example).or_else(|| read(usual)).unwrap_or_else(|| Value::String(usual.to_owned()))
}

fn names_subject(error: &CredentialError) -> bool {
    error.to_string().starts_with("credentialSubject.")
}

fn is_path(path: &str) -> bool {
    let mut parts = path.split('.');
    parts.clone().count() <= 2 && parts.all(is_term)
}

pub(super) fn is_term(name: &str) -> bool {
    name.len() <= MAX_NAME
        && name.starts_with(|first: char| first.is_ascii_alphabetic())
        && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-'))
        && !matches!(name, "id" | "type")
}

fn is_iri(text: &str) -> bool {
    url::Url::parse(text).is_ok()
}

fn too_long(text: &str, limit: usize) -> bool {
    text.chars().count() > limit
}

fn capital(text: &str) -> String {
    let mut characters = text.chars();
    characters.next().map(|first| first.to_uppercase().chain(characters).collect()).unwrap_or_default()
}
