//! A template from a JSON Schema: of a subject, of a whole W3C credential (the properties of its `credentialSubject`), or
//! of either inside the document that wraps it (`schema`, or `credentialSubject.jsonSchema` of a JsonSchemaCredential).
//! Schemas come from strangers: size, nesting, references and the number of steps are bounded, and no reference leaves
//! the document. What a form cannot ask for is named, never passed over in silence; where it is required, the whole is
//! refused, for no credential of the template could satisfy the schema.

use std::collections::{BTreeMap, BTreeSet};

use jiff::Timestamp;
use serde_json::Value;

use super::file::{FileError, MAX_FILE};
use super::judge::{MAX_CHOICES, MAX_FIELDS, is_term};
use super::validate::{number, pattern};
use super::{CREDENTIALS_V2, Template};
use crate::view::card::cut;
use crate::view::issue::{Field, FieldKind};
use crate::view::templates::{LeftOut, LeftOutWhy};

/// References followed from one place, and `allOf` within one another.
const MAX_DEPTH: u32 = 16;
/// Schemas that are looked at for one template, so that references to references cannot multiply.
const MAX_STEPS: u32 = 2_000;
/// The longest label, in characters.
const MAX_LABEL: usize = 80;
/// The longest help, in characters.
const MAX_HINT: usize = 500;
/// The most properties of one object, with those that are left out.
const MAX_PROPERTIES: usize = 1_000;
/// The longest type that is made of a title, in characters.
const MAX_TYPE: usize = 60;
/// The most types that a schema names.
const MAX_TEXTS: usize = 8;
/// Left-out properties that are named; more are not, there is a field for none of them.
const MAX_NAMED: usize = 100;
/// Members that the wallet writes by itself.
const OWN: [&str; 3] = ["id", "type", "@context"];
/// Keywords whose meaning depends on the values: no form can follow them.
const CONDITIONS: [&str; 9] = [
    "oneOf",
    "anyOf",
    "not",
    "if",
    "dependentRequired",
    "dependentSchemas",
    "dependencies",
    "minProperties",
    "$dynamicRef",
];

/// A template, and what of the schema is not in it.
#[derive(Debug, Clone, PartialEq)]
pub struct FromSchema {
    /// The template, judged; its id is empty.
    pub template: Template,
    /// What could not be taken over.
    pub left_out: Vec<LeftOut>,
}

/// The schema in a text, if it looks like one.
pub fn find(text: &str) -> Option<Value> {
    if text.len() > MAX_FILE {
        return None;
    }
    let whole: Value = serde_json::from_str(text).ok()?;
    let inner = whole.pointer("/credentialSubject/jsonSchema").or_else(|| whole.get("schema"));
    let schema = inner.filter(|inner| is_schema(inner)).cloned();
    schema.or_else(|| is_schema(&whole).then_some(whole))
}

fn is_schema(value: &Value) -> bool {
    let names = |member: &str| value.get(member).is_some_and(Value::is_object);
    let refers = value.get("$ref").is_some_and(Value::is_string) || value.get("allOf").is_some_and(Value::is_array);
    value.get("format").is_none()
        && (names("properties") || refers || value.get("$schema").is_some_and(Value::is_string))
}

/// Make a template of a schema.
///
/// # Errors
///
/// [`FileError::Unusable`] where it has nothing to ask for, requires what no form can give, or asks too much.
pub fn read(schema: &Value, now: Timestamp) -> Result<FromSchema, FileError> {
    let mut reader = Reader { root: schema, steps: 0, left_out: Vec::new() };
    let whole = reader.flat(schema).map_err(|why| refuse("", why))?;
    let (mut types, mut contexts) = (Vec::new(), Vec::new());
    let flat = match whole.property("credentialSubject") {
        Some(subject) => {
            types = whole.property("type").map(texts).unwrap_or_default();
            contexts = whole.property("@context").map(texts).unwrap_or_default();
            reader.flat(subject).map_err(|why| refuse("credentialSubject", why))?
        }
        None => whole.clone(),
    };
    let word = |name| whole.word(name).or_else(|| flat.word(name)).unwrap_or_default().trim();
    let name = cut(Some(word("title")).filter(|title| !title.is_empty()).unwrap_or("Credential"), MAX_LABEL - 1);
    types.retain(|kind| kind != "VerifiableCredential" && is_term(kind));
    if types.is_empty() {
        types.push(type_of(&name));
    }
    let mut fields = Vec::new();
    reader.object(&flat, None, &mut fields)?;
    let template = Template {
        id: String::new(),
        description: cut(word("description"), MAX_HINT - 1),
        name,
        contexts: contexts.into_iter().filter(|context| context == CREDENTIALS_V2).take(1).collect(),
        types,
        subject_types: flat
            .property("type")
            .map(texts)
            .unwrap_or_default()
            .into_iter()
            .filter(|kind| is_term(kind))
            .collect(),
        meaning: None,
        fields,
        valid_days: None,
        issuer_did: None,
        revocable: false,
    };
    match template.problems(now).first() {
        None => Ok(FromSchema { template, left_out: reader.left_out }),
        Some(problem) => Err(FileError::Unusable(match &problem.field {
            Some(field) => format!("{field}: {}", problem.sentence),
            None => problem.sentence.clone(),
        })),
    }
}

fn refuse(path: &str, why: LeftOutWhy) -> FileError {
    let path = if path.is_empty() { "the schema" } else { path };
    FileError::Unusable(format!("`{}` {}.", cut(path, MAX_LABEL - 1), why.sentence()))
}

/// A schema together with what it refers to and consists of.
#[derive(Default, Clone)]
struct Flat<'a> {
    words: BTreeMap<&'a str, &'a Value>,
    properties: Vec<(&'a str, &'a Value)>,
    required: BTreeSet<&'a str>,
    /// Two of its parts say different things of the same.
    clashes: BTreeSet<&'a str>,
}

impl<'a> Flat<'a> {
    fn word(&self, name: &str) -> Option<&'a str> {
        self.words.get(name).and_then(|value| value.as_str())
    }

    fn property(&self, name: &str) -> Option<&'a Value> {
        self.properties.iter().find(|(known, _)| *known == name).map(|(_, schema)| *schema)
    }

    /// The number of a keyword as a bound in plain digits; the error: there is one that cannot be kept.
    fn bound(&self, name: &str) -> Result<Option<String>, ()> {
        let Some(value) = self.words.get(name) else { return Ok(None) };
        let text = value.as_number().map(ToString::to_string).unwrap_or_default();
        let text = text.strip_suffix(".0").unwrap_or(&text).to_owned();
        number(&text).map(|_| Some(text)).ok_or(())
    }
}

struct Reader<'a> {
    root: &'a Value,
    steps: u32,
    left_out: Vec<LeftOut>,
}

impl<'a> Reader<'a> {
    fn flat(&mut self, schema: &'a Value) -> Result<Flat<'a>, LeftOutWhy> {
        let mut flat = Flat::default();
        self.lay(schema, &mut flat, 0)?;
        Ok(flat)
    }

    fn lay(&mut self, schema: &'a Value, flat: &mut Flat<'a>, depth: u32) -> Result<(), LeftOutWhy> {
        self.steps += 1;
        if depth > MAX_DEPTH || self.steps > MAX_STEPS {
            return Err(LeftOutWhy::TooDeep);
        }
        let members = match schema {
            Value::Object(members) => members,
            // Anything will do.
            Value::Bool(true) => return Ok(()),
            _ => return Err(LeftOutWhy::Kind),
        };
        if let Some(target) = members.get("$ref") {
            let pointer = target.as_str().and_then(|target| target.strip_prefix('#')).ok_or(LeftOutWhy::Elsewhere)?;
            let target = self.root.pointer(pointer).ok_or(LeftOutWhy::Elsewhere)?;
            self.lay(target, flat, depth + 1)?;
        }
        for part in members.get("allOf").and_then(Value::as_array).into_iter().flatten() {
            self.lay(part, flat, depth + 1)?;
        }
        for (name, schema) in members.get("properties").and_then(Value::as_object).into_iter().flatten() {
            match flat.property(name) {
                Some(known) if known == schema => {}
                Some(_) => {
                    flat.clashes.insert(name);
                }
                None if flat.properties.len() >= MAX_PROPERTIES => return Err(LeftOutWhy::TooMany),
                None => flat.properties.push((name.as_str(), schema)),
            }
        }
        flat.required
            .extend(members.get("required").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str));
        for (name, value) in members {
            if matches!(name.as_str(), "$ref" | "allOf" | "properties" | "required" | "$defs" | "definitions") {
                continue;
            }
            let notes = matches!(
                name.as_str(),
                "title" | "description" | "examples" | "default" | "$comment" | "$id" | "$schema"
            );
            if flat.words.insert(name.as_str(), value).is_some_and(|known| known != value && !notes) {
                flat.clashes.insert("");
            }
        }
        Ok(())
    }

    /// The fields of an object: of the subject, or of one that stands in it.
    fn object(
        &mut self,
        flat: &Flat<'a>,
        outer: Option<(&str, bool)>,
        fields: &mut Vec<Field>,
    ) -> Result<(), FileError> {
        if let Some(missing) = flat.required.iter().find(|name| flat.property(name).is_none() && !OWN.contains(*name)) {
            if outer.is_none_or(|(_, required)| required) {
                return Err(refuse(missing, LeftOutWhy::Undescribed));
            }
            self.leave(missing, LeftOutWhy::Undescribed);
        }
        let place = outer.map_or("", |(outer, _)| outer);
        if CONDITIONS.iter().any(|keyword| flat.words.contains_key(keyword)) || flat.clashes.contains("") {
            self.leave(place, LeftOutWhy::Combined);
        }
        for &(name, schema) in &flat.properties {
            if OWN.contains(&name) {
                continue;
            }
            if fields.len() >= MAX_FIELDS {
                return Err(refuse("", LeftOutWhy::TooMany));
            }
            let path = outer.map_or_else(|| name.to_owned(), |(outer, _)| format!("{outer}.{name}"));
            let required = flat.required.contains(name) && outer.is_none_or(|(_, required)| required);
            let taken = match self.flat(schema) {
                _ if flat.clashes.contains(name) => Err(LeftOutWhy::Combined),
                _ if !is_term(name) => Err(LeftOutWhy::Name),
                Err(why) => Err(why),
                Ok(inner) if !inner.properties.is_empty() && outer.is_none() => {
                    self.object(&inner, Some((name, required)), fields)?;
                    continue;
                }
                Ok(inner) if !inner.properties.is_empty() => Err(LeftOutWhy::TooDeep),
                Ok(inner) => self.field(&path, required, &inner),
            };
            match taken {
                Ok(field) => fields.push(field),
                Err(why) if required => return Err(refuse(&path, why)),
                Err(why) => self.leave(&path, why),
            }
        }
        Ok(())
    }

    fn leave(&mut self, path: &str, why: LeftOutWhy) {
        let left = LeftOut { path: cut(path, MAX_LABEL - 1), why };
        if self.left_out.len() < MAX_NAMED && !self.left_out.contains(&left) {
            self.left_out.push(left);
        }
    }

    fn field(&mut self, path: &str, required: bool, schema: &Flat<'a>) -> Result<Field, LeftOutWhy> {
        if CONDITIONS.iter().any(|keyword| schema.words.contains_key(keyword)) || schema.clashes.contains("") {
            return Err(LeftOutWhy::Combined);
        }
        let (kind, choices) = kind_of(schema)?;
        let name = path.rsplit('.').next().unwrap_or(path);
        let label = schema
            .word("title")
            .map(str::trim)
            .filter(|title| !title.is_empty())
            .map_or_else(|| spaced(name), str::to_owned);
        let mut field = Field {
            name: path.to_owned(),
            label: cut(&label, MAX_LABEL - 1),
            kind,
            required,
            example: String::new(),
            hint: schema.word("description").map(|hint| cut(hint.trim(), MAX_HINT - 1)).filter(|hint| !hint.is_empty()),
            choices,
            min: None,
            max: None,
            step: None,
            pattern: None,
            means: None,
        };
        if bounds(schema, &mut field).is_err() {
            self.leave(path, LeftOutWhy::Bound);
        }
        let given =
            schema.words.get("examples").and_then(|examples| examples.get(0)).or(schema.words.get("default").copied());
        let example =
            given.and_then(text).filter(|text| text.chars().count() <= MAX_HINT && field.read(text.trim()).is_ok());
        field.example = example.unwrap_or_default();
        Ok(field)
    }
}

/// What the values have to keep to, as far as a field can say it; the error: that is not all.
fn bounds(schema: &Flat<'_>, field: &mut Field) -> Result<(), ()> {
    let mut kept = Ok(());
    let mut keep = |bound: Result<Option<String>, ()>| {
        bound.unwrap_or_else(|()| {
            kept = Err(());
            None
        })
    };
    match field.kind {
        FieldKind::Text => {
            let characters = |bound: Result<Option<String>, ()>| match bound {
                Ok(Some(bound)) if bound.parse::<u16>().is_err() => Err(()),
                bound => bound,
            };
            field.min = keep(characters(schema.bound("minLength")));
            field.max = keep(characters(schema.bound("maxLength")));
            field.pattern = keep(match schema.word("pattern") {
                Some(wanted) => whole_pattern(wanted).map(Some).ok_or(()),
                None => Ok(None),
            });
        }
        FieldKind::Number => {
            field.min = keep(schema.bound("minimum"));
            field.max = keep(schema.bound("maximum"));
            let whole = schema.word("type") == Some("integer");
            if ["exclusiveMinimum", "exclusiveMaximum"].iter().any(|name| schema.words.contains_key(name)) {
                kept = Err(());
            }
            // A field's steps begin at its least number, a schema's at zero.
            let from_zero = |step: f64| {
                let least = field.min.as_deref().and_then(number).unwrap_or_default() / step;
                (least - least.round()).abs() < 1e-9
            };
            let step = match schema.bound("multipleOf") {
                Ok(None) => Ok(whole.then(|| "1".to_owned())),
                other => other,
            };
            field.step = match step {
                Ok(Some(step)) if number(&step).is_some_and(|step| step > 0.0 && from_zero(step)) => Some(step),
                Ok(None) => None,
                _ => {
                    kept = Err(());
                    None
                }
            };
        }
        FieldKind::Date
        | FieldKind::DateTime
        | FieldKind::Choice
        | FieldKind::Address
        | FieldKind::Image
        | FieldKind::YesNo => {
            if field.kind != FieldKind::Choice && schema.words.contains_key("pattern") {
                kept = Err(());
            }
        }
    }
    kept
}

/// The kind of field that a schema asks for, with its choices.
fn kind_of(schema: &Flat<'_>) -> Result<(FieldKind, Vec<String>), LeftOutWhy> {
    let constant = schema.words.get("const").map(|one| vec![*one]);
    let listed = schema.words.get("enum").and_then(|all| all.as_array()).map(|all| all.iter().collect());
    if let Some(values) = constant.or(listed) {
        let choices: Vec<String> =
            values.iter().filter(|value| !value.is_null()).filter_map(|value| text(value)).collect();
        let good =
            |choice: &String| !choice.is_empty() && choice.trim() == choice && choice.chars().count() <= MAX_LABEL;
        let all = choices.len() == values.iter().filter(|value| !value.is_null()).count();
        let fits = all && !choices.is_empty() && choices.len() <= MAX_CHOICES && choices.iter().all(good);
        return if fits { Ok((FieldKind::Choice, choices)) } else { Err(LeftOutWhy::Choices) };
    }
    let kinds: Vec<&str> = match schema.words.get("type") {
        Some(Value::Array(kinds)) => kinds.iter().filter_map(Value::as_str).filter(|kind| *kind != "null").collect(),
        Some(kind) => kind.as_str().into_iter().collect(),
        None => vec!["string"],
    };
    let kind = match kinds.as_slice() {
        ["string"] => text_kind(schema),
        ["integer" | "number"] => FieldKind::Number,
        ["boolean"] => FieldKind::YesNo,
        ["array"] => return Err(LeftOutWhy::List),
        _ => return Err(LeftOutWhy::Kind),
    };
    Ok((kind, Vec::new()))
}

fn text_kind(schema: &Flat<'_>) -> FieldKind {
    if schema.word("contentMediaType").is_some_and(|media| media.starts_with("image/")) {
        return FieldKind::Image;
    }
    match schema.word("format").unwrap_or_default() {
        "data-url" | "image" => FieldKind::Image,
        "date" => FieldKind::Date,
        "date-time" => FieldKind::DateTime,
        "uri" | "iri" | "url" => FieldKind::Address,
        _ => FieldKind::Text,
    }
}

/// A schema's pattern is found anywhere in the text, a field's is the whole of it.
fn whole_pattern(wanted: &str) -> Option<String> {
    let inner = wanted
        .strip_prefix('^')
        .and_then(|rest| rest.strip_suffix('$'))
        .filter(|rest| !rest.contains('|') && !rest.ends_with('\\'));
    let whole = inner.map_or_else(|| format!("[\\s\\S]*(?:{wanted})[\\s\\S]*"), str::to_owned);
    (whole.chars().count() <= MAX_HINT && pattern(&whole).is_ok()).then_some(whole)
}

/// The texts that a schema asks for: its constants and what it lists, however they are put.
fn texts(schema: &Value) -> Vec<String> {
    let mut found: Vec<String> = Vec::new();
    let mut waiting = vec![(schema, 0)];
    while let Some((schema, depth)) = waiting.pop() {
        let Value::Object(members) = schema else { continue };
        let listed = members.get("enum").and_then(Value::as_array).into_iter().flatten();
        for word in members.get("const").into_iter().chain(listed).filter_map(Value::as_str) {
            if found.len() < MAX_TEXTS && !found.iter().any(|known| known == word) {
                found.push(word.to_owned());
            }
        }
        if depth < 4 {
            let parts = ["allOf", "prefixItems"].into_iter().filter_map(|name| members.get(name)?.as_array()).flatten();
            let ones = ["contains", "items"].into_iter().filter_map(|name| members.get(name));
            let mut next: Vec<_> = ones.chain(parts).take(MAX_TEXTS).map(|part| (part, depth + 1)).collect();
            next.reverse();
            waiting.extend(next);
        }
    }
    found
}

fn text(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(yes) => Some(yes.to_string()),
        _ => None,
    }
}

/// A type's name made of words.
fn type_of(name: &str) -> String {
    let words = name.split(|character: char| !character.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let capital = |word: &str| {
        let mut letters = word.chars();
        letters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(letters).collect::<String>()
    };
    let joined: String = words.map(capital).collect();
    let joined: String = joined.chars().take(MAX_TYPE).collect();
    if joined.starts_with(|first: char| first.is_ascii_alphabetic()) { joined } else { format!("Credential{joined}") }
}

/// A term as words: `givenName` as "Given name".
fn spaced(name: &str) -> String {
    let mut words = String::new();
    for (at, character) in name.chars().enumerate() {
        match character {
            '_' | '-' => words.push(' '),
            _ if at == 0 => words.extend(character.to_uppercase()),
            _ if character.is_ascii_uppercase() => {
                words.push(' ');
                words.push(character.to_ascii_lowercase());
            }
            _ => words.push(character),
        }
    }
    words
}
