//! A template: which contexts and types a credential names, which fields its form has, and what it is unless said
//! otherwise; and the credential that claims make.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};
use specta::Type;

use super::{CREDENTIALS_V1, CREDENTIALS_V2, Claims, PROOF_TYPES, second};
use crate::view::issue::{Field, FieldKind, IssueType};

/// What a term means that neither a context nor the template defines: what its issuer says. The namespace is the one
/// that the W3C gives such terms.
const ISSUER_DEPENDENT: &str = "https://www.w3.org/ns/credentials/issuer-dependent#";

/// A template.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Type)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct Template {
    /// Stable.
    pub id: String,
    /// Its name.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// The contexts beside the data model's own: URLs of pinned ones, or the JSON of an object with definitions. Without
    /// any the terms are defined in the document.
    pub contexts: Vec<String>,
    /// The credential's types beside `VerifiableCredential`, the most specific last.
    pub types: Vec<String>,
    /// The subject's types.
    pub subject_types: Vec<String>,
    /// What the first type means, where the document defines it.
    pub meaning: Option<String>,
    /// The form's fields, in order; a card shows the first.
    pub fields: Vec<Field>,
    /// For how many days it is valid unless said otherwise; none for no end.
    pub valid_days: Option<u32>,
    /// The DID that signs unless said otherwise.
    pub issuer_did: Option<String>,
    /// How the switch `revocable` begins.
    pub revocable: bool,
}

impl Template {
    /// The template as the form has it.
    pub fn issue_type(&self, own: bool) -> IssueType {
        let fits = |suite: &&str| !(self.is_v2() && *suite == "Ed25519Signature2018");
        IssueType {
            id: self.id.clone(),
            name: self.name.clone(),
            description: self.description.clone(),
            fields: self.fields.clone(),
            proof_types: PROOF_TYPES.into_iter().filter(fits).map(str::to_owned).collect(),
            example: None,
            revocable: self.revocable,
            own,
            valid_days: self.valid_days,
            issuer_did: self.issuer_did.clone(),
        }
    }

    /// The credential that `issuer` would offer with these claims, without its end and its proof's context; none without
    /// a claim.
    pub fn credential(&self, claims: &Claims, issuer: &str, now: Timestamp) -> Option<Value> {
        if claims.is_empty() {
            return None;
        }
        let mut subject = Map::new();
        if !self.subject_types.is_empty() {
            subject.insert("type".to_owned(), json!(self.subject_types));
        }
        for (path, value) in claims.iter() {
            match path.split_once('.') {
                None => drop(subject.insert(path.to_owned(), value.clone())),
                Some((outer, inner)) => {
                    let nested = subject.entry(outer).or_insert_with(|| json!({}));
                    if let Some(members) = nested.as_object_mut() {
                        members.insert(inner.to_owned(), value.clone());
                    }
                }
            }
        }
        let v2 = self.is_v2();
        let contexts = self.context();
        let types: Vec<&str> =
            ["VerifiableCredential"].into_iter().chain(self.types.iter().map(String::as_str)).collect();
        Some(json!({
            "@context": contexts,
            "type": types,
            "issuer": issuer,
            (if v2 { "validFrom" } else { "issuanceDate" }): second(now),
            "credentialSubject": subject,
        }))
    }

    /// The whole `@context` of its credentials, the proof's own apart.
    pub fn context(&self) -> Value {
        let model = if self.is_v2() { CREDENTIALS_V2 } else { CREDENTIALS_V1 };
        let named = self.contexts.iter().map(|context| context.trim()).filter(|&context| context != model);
        let values = named.map(|context| {
            let document = context.starts_with('{').then(|| serde_json::from_str(context).ok()).flatten();
            document.unwrap_or_else(|| json!(context))
        });
        let mut contexts: Vec<Value> = [json!(model)].into_iter().chain(values).collect();
        let own = self.own_terms();
        if !own.is_empty() {
            contexts.push(Value::Object(own));
        }
        Value::Array(contexts)
    }

    /// Whether it names the data model 2.0.
    pub fn is_v2(&self) -> bool {
        self.contexts.iter().any(|context| context == CREDENTIALS_V2)
    }

    /// The definitions that stand in the document: of all terms where there is no other context, else of those that the
    /// template says the meaning of.
    fn own_terms(&self) -> Map<String, Value> {
        let all = self.contexts.iter().all(|context| context == CREDENTIALS_V2);
        let mut terms = Map::new();
        if all {
            for (at, kind) in self.types.iter().enumerate() {
                let meaning = self.meaning.clone().filter(|_| at == 0);
                terms.insert(kind.clone(), json!(meaning.unwrap_or_else(|| format!("{ISSUER_DEPENDENT}{kind}"))));
            }
            for kind in &self.subject_types {
                terms.entry(kind).or_insert_with(|| json!(format!("{ISSUER_DEPENDENT}{kind}")));
            }
        }
        for field in &self.fields {
            let (outer, inner) = field.name.split_once('.').map_or((None, field.name.as_str()), |(a, b)| (Some(a), b));
            let means = match &field.means {
                Some(means) => means.clone(),
                None if all => format!("{ISSUER_DEPENDENT}{inner}"),
                None => continue,
            };
            if let Some(outer) = outer.filter(|_| all) {
                terms.entry(outer).or_insert_with(|| json!(format!("{ISSUER_DEPENDENT}{outer}")));
            }
            let xsd = |name: &str| format!("http://www.w3.org/2001/XMLSchema#{name}");
            let definition = match field.kind {
                FieldKind::Date => json!({"@id": means, "@type": xsd("date")}),
                FieldKind::DateTime => json!({"@id": means, "@type": xsd("dateTime")}),
                FieldKind::Address => json!({"@id": means, "@type": "@id"}),
                FieldKind::Text | FieldKind::Number | FieldKind::Choice | FieldKind::Image | FieldKind::YesNo => {
                    json!(means)
                }
            };
            terms.insert(inner.to_owned(), definition);
        }
        terms
    }
}
