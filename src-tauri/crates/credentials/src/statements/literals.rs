//! Literals and identifiers as terms (JSON-LD 1.1 API, section 8.6). What would be written in more than one way, or
//! differently from what is shown, is refused.

use serde_json::{Map, Number, Value};
use ssi_json_ld::syntax::Keyword;

use super::reader::Reader;
use super::{RDF, XSD};
use crate::canonical::{Term, quote};
use crate::context::ActiveContext;
use crate::error::CredentialError;
use crate::name::{Name, expand};

impl Reader {
    /// `{"@value": …, "@type": …, "@language": …}`.
    pub(super) fn value_object(
        &mut self,
        object: &Map<String, Value>,
        context: &ActiveContext,
    ) -> Result<Term, CredentialError> {
        let (mut value, mut datatype, mut language) = (None, None, None);
        let mut json = false;
        for (key, member) in object {
            let Some(Name::Keyword(keyword)) = expand(context, key, true) else {
                self.path.push(key.clone());
                return Err(self.undefined());
            };
            // An alias beside its keyword: one of the two would be shown and the other signed.
            let twice = match keyword {
                Keyword::Value => value.is_some(),
                Keyword::Type => datatype.is_some() || json,
                Keyword::Language => language.is_some(),
                _ => false,
            };
            if twice {
                self.path.push(key.clone());
                return Err(self.not_covered("it says again what another member of the same value says"));
            }
            match (keyword, member) {
                (Keyword::Context, _) => {}
                (Keyword::Value, _) => value = Some(member),
                (Keyword::Type, Value::String(name)) if name == "@json" => json = true,
                (Keyword::Type, Value::String(name)) => {
                    let Some(Name::Iri(iri)) = expand(context, name, true) else {
                        self.path.push(name.clone());
                        return Err(self.undefined());
                    };
                    datatype = Some(iri);
                }
                (Keyword::Language, Value::String(tag)) => language = Some(tag.as_str()),
                _ => {
                    self.path.push(key.clone());
                    return Err(self.not_covered("this JSON-LD keyword is not supported here"));
                }
            }
        }
        match value {
            Some(value) if json => self.json(value),
            Some(Value::String(text)) if datatype.is_none() || language.is_none() => {
                self.text(text, datatype.as_deref(), language)
            }
            Some(Value::Number(number)) if language.is_none() => self.number(number, datatype.as_deref()),
            Some(Value::Bool(value)) if language.is_none() => {
                Ok(plain(&value.to_string(), datatype.as_deref().unwrap_or(&format!("{XSD}boolean"))))
            }
            _ => Err(self.malformed("a value object holds a string, a number or a boolean")),
        }
    }

    pub(super) fn identifier(
        &self,
        context: &ActiveContext,
        text: &str,
        vocabulary: bool,
    ) -> Result<Term, CredentialError> {
        match expand(context, text, vocabulary) {
            Some(Name::Iri(iri)) => Ok(Term::Iri(iri)),
            _ if text.starts_with("_:") => Err(self.not_covered("names of the form _:name are not signed")),
            _ => Err(self.not_covered("an identifier must be an absolute URL or URI")),
        }
    }

    pub(super) fn text(
        &self,
        text: &str,
        datatype: Option<&str>,
        language: Option<&str>,
    ) -> Result<Term, CredentialError> {
        // Implementations write these differently, and nobody can see them.
        if text.chars().any(|c| (c.is_control() && !matches!(c, '\t' | '\n' | '\r')) && c < '\u{80}') {
            return Err(self.malformed("control characters are not allowed"));
        }
        let mut literal = quote(text);
        match (datatype, language) {
            (_, Some(tag)) => {
                let allowed = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'-';
                if tag.is_empty() || tag.len() > 64 || !tag.as_bytes().iter().all(allowed) {
                    return Err(self.malformed("the language is not a language tag"));
                }
                literal.push('@');
                literal.push_str(tag);
            }
            (Some(datatype), None) => push_datatype(&mut literal, datatype),
            _ => {}
        }
        Ok(Term::Literal(literal))
    }

    pub(super) fn number(&self, number: &Number, datatype: Option<&str>) -> Result<Term, CredentialError> {
        const EXACT: i64 = 1 << 53;
        let double = format!("{XSD}double");
        let wants_double = datatype == Some(double.as_str());
        let (text, native) = match (number.as_i64(), number.as_f64()) {
            (Some(integer), _) if !(-EXACT..=EXACT).contains(&integer) => {
                return Err(self.not_covered("integers beyond 2^53 are not exact in JSON"));
            }
            (Some(integer), _) if !wants_double => (integer.to_string(), format!("{XSD}integer")),
            (_, Some(float)) => {
                if number.as_i64().is_none() && float.fract() == 0.0 {
                    return Err(self.not_covered(
                        "a whole number must be written without point or exponent: implementations sign it differently",
                    ));
                }
                let text = canonical_double(float);
                if text.parse::<f64>() != Ok(float) {
                    return Err(self.not_covered("the number has more than 16 digits"));
                }
                (text, double)
            }
            _ => return Err(self.not_covered("the number is out of range")),
        };
        Ok(plain(&text, datatype.unwrap_or(&native)))
    }

    pub(super) fn json(&self, value: &Value) -> Result<Term, CredentialError> {
        let text =
            serde_json_canonicalizer::to_string(value).map_err(|_| self.malformed("it has no canonical JSON form"))?;
        Ok(Term::Literal(format!("{}^^<{RDF}JSON>", quote(&text))))
    }
}

/// A number or a boolean, which has nothing to escape.
pub(super) fn plain(text: &str, datatype: &str) -> Term {
    let mut literal = format!("\"{text}\"");
    push_datatype(&mut literal, datatype);
    Term::Literal(literal)
}

/// Of a string N-Quads do not say that it is one.
fn push_datatype(literal: &mut String, datatype: &str) {
    if datatype.strip_prefix(XSD) != Some("string") {
        literal.push_str("^^<");
        literal.push_str(datatype);
        literal.push('>');
    }
}

/// XSD's canonical double, as JSON-LD 1.1 API, 8.6 writes it: `1.5E0`.
fn canonical_double(value: f64) -> String {
    let text = format!("{value:.15E}");
    let (mantissa, exponent) = text.split_once('E').unwrap_or((&text, "0"));
    let trimmed = mantissa.trim_end_matches('0');
    let point = if trimmed.ends_with('.') { "0" } else { "" };
    format!("{trimmed}{point}E{exponent}")
}
