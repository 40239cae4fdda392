//! What was typed into a form, read by each field's kind and held against its bounds. What is wrong is said at its
//! field, in a sentence and by a code.

use std::collections::BTreeMap;
use std::io::Cursor;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use image::{ImageFormat, ImageReader};
use jiff::Timestamp;
use regex::RegexBuilder;
use serde_json::{Value, json};

use super::{Template, date, second};
use crate::view::issue::{Field, FieldKind, FormProblem};

/// The longest value of a field, in characters.
pub const MAX_VALUE: usize = 1000;
/// The largest image, in bytes of its file: it is in every message of the exchange, and in the wallet of its holder.
pub const MAX_IMAGE: usize = 48 * 1024;
/// The longest side of an image, in pixels.
pub const MAX_IMAGE_SIDE: u32 = 1024;
/// The memory that one pattern may take.
const MAX_PATTERN_MEMORY: usize = 256 * 1024;

/// The values of a form, in the order of its fields, ready to be put in a credential.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Claims(Vec<(String, Value)>);

impl Claims {
    /// One value.
    pub(super) fn one(path: &str, value: Value) -> Self {
        Self(vec![(path.to_owned(), value)])
    }

    /// These values.
    pub(super) fn all(values: impl Iterator<Item = (String, Value)>) -> Self {
        Self(values.collect())
    }

    /// Without any value.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Each path with its value.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.0.iter().map(|(path, value)| (path.as_str(), value))
    }
}

impl Template {
    /// Read what was typed, by the fields' paths.
    ///
    /// # Errors
    ///
    /// Every problem, each at its field, in the order of the form.
    pub fn validate(&self, typed: &BTreeMap<String, String>) -> Result<Claims, Vec<FormProblem>> {
        let (claims, problems) = self.read(typed);
        if problems.is_empty() { Ok(claims) } else { Err(problems) }
    }

    /// The values that can be read, whatever is wrong with the others.
    pub(super) fn readable(&self, typed: &BTreeMap<String, String>) -> Claims {
        self.read(typed).0
    }

    fn read(&self, typed: &BTreeMap<String, String>) -> (Claims, Vec<FormProblem>) {
        let (mut claims, mut problems) = (Claims::default(), Vec::new());
        for field in &self.fields {
            let text = typed.get(&field.name).map(|text| text.trim()).unwrap_or_default();
            if text.is_empty() {
                if field.required {
                    problems.push(FormProblem::at(&field.name, "missing", "Fill this in."));
                }
                continue;
            }
            match field.read(text) {
                Ok(value) => claims.0.push((field.name.clone(), value)),
                Err(problem) => problems.push(problem),
            }
        }
        (claims, problems)
    }
}

impl Field {
    /// Read one value.
    ///
    /// # Errors
    ///
    /// What is wrong with it.
    pub fn read(&self, text: &str) -> Result<Value, FormProblem> {
        let wrong = |code, sentence: String| Err(FormProblem::at(&self.name, code, sentence));
        if self.kind == FieldKind::Image {
            return self.image(text);
        }
        if text.chars().count() > MAX_VALUE {
            let problem = FormProblem::at(&self.name, "too-long", format!("At most {MAX_VALUE} characters."));
            return Err(problem.with_bound(&MAX_VALUE.to_string()));
        }
        match self.kind {
            FieldKind::Text => self.text(text),
            FieldKind::Number => self.number(text),
            FieldKind::Date => match date(text) {
                Some(day) => self.within(json!(day.to_string()), &day, date),
                None => wrong("not-a-date", "Write the date as 2026-01-31.".to_owned()),
            },
            FieldKind::DateTime => match text.parse::<Timestamp>() {
                Ok(at) => self.within(json!(second(at)), &at, |bound| bound.parse().ok()),
                Err(_) => wrong("not-a-moment", "Write the moment as 2026-01-31T12:00:00Z.".to_owned()),
            },
            FieldKind::Choice if self.choices.iter().any(|choice| choice == text) => Ok(json!(text)),
            FieldKind::Choice => wrong("not-a-choice", "Choose one of the values.".to_owned()),
            FieldKind::Address => match url::Url::parse(text) {
                Ok(_) => Ok(json!(text)),
                Err(_) => wrong("not-an-address", "Write an address, such as https://example.org.".to_owned()),
            },
            FieldKind::YesNo => match text.to_lowercase().as_str() {
                "true" | "yes" | "ja" | "1" => Ok(json!(true)),
                "false" | "no" | "nein" | "0" => Ok(json!(false)),
                _ => wrong("not-yes-or-no", "Write yes or no.".to_owned()),
            },
            FieldKind::Image => self.image(text),
        }
    }

    fn text(&self, text: &str) -> Result<Value, FormProblem> {
        let bound = |bound: &Option<String>| bound.as_deref().and_then(|bound| bound.trim().parse::<usize>().ok());
        let length = text.chars().count();
        if let Some(least) = bound(&self.min).filter(|&least| length < least) {
            let problem = FormProblem::at(&self.name, "too-short", format!("At least {least} characters."));
            return Err(problem.with_bound(&least.to_string()));
        }
        if let Some(most) = bound(&self.max).filter(|&most| length > most) {
            let problem = FormProblem::at(&self.name, "too-long", format!("At most {most} characters."));
            return Err(problem.with_bound(&most.to_string()));
        }
        match self.pattern.as_deref().filter(|pattern| !pattern.is_empty()).map(pattern) {
            Some(Ok(pattern)) if !pattern.is_match(text) => {
                let like = if self.example.is_empty() { String::new() } else { format!(" like {}", self.example) };
                let problem =
                    FormProblem::at(&self.name, "not-the-form", format!("Write it in the form it has to have{like}."));
                Err(problem.with_bound(&self.example))
            }
            Some(Err(_)) => Err(FormProblem::at(&self.name, "bad-pattern", "The template's pattern cannot be read.")),
            _ => Ok(json!(text)),
        }
    }

    // As text: RDF canonicalises numbers, and two wallets might write one differently.
    fn number(&self, text: &str) -> Result<Value, FormProblem> {
        let Some(number) = number(text) else {
            return Err(FormProblem::at(&self.name, "not-a-number", "Write a number, such as 12 or 12.5."));
        };
        let value = self.within(json!(text), &number, self::number)?;
        if let Some(step) = self.step.as_deref().and_then(self::number).filter(|step| *step > 0.0) {
            let from = self.min.as_deref().and_then(self::number).unwrap_or_default();
            let steps = (number - from) / step;
            if (steps - steps.round()).abs() > 1e-6 {
                let step = step.to_string();
                let problem = FormProblem::at(&self.name, "not-a-step", format!("Write it in steps of {step}."));
                return Err(problem.with_bound(&step));
            }
        }
        Ok(value)
    }

    fn within<T: PartialOrd>(
        &self,
        value: Value,
        read: &T,
        bound: impl Fn(&str) -> Option<T>,
    ) -> Result<Value, FormProblem> {
        let of = |text: &Option<String>| text.clone().and_then(|text| Some((bound(text.trim())?, text)));
        if let Some((_, least)) = of(&self.min).filter(|(least, _)| read < least) {
            return Err(
                FormProblem::at(&self.name, "too-small", format!("Not before or below {least}.")).with_bound(&least)
            );
        }
        if let Some((_, most)) = of(&self.max).filter(|(most, _)| read > most) {
            return Err(
                FormProblem::at(&self.name, "too-large", format!("Not after or above {most}.")).with_bound(&most)
            );
        }
        Ok(value)
    }

    fn image(&self, text: &str) -> Result<Value, FormProblem> {
        match picture(text) {
            Ok(()) => Ok(json!(text)),
            Err(PictureError::NotAnImage) => {
                Err(FormProblem::at(&self.name, "not-an-image", "Choose a PNG or JPEG image."))
            }
            Err(PictureError::TooLarge) => Err(FormProblem::at(
                &self.name,
                "image-too-large",
                format!(
                    "The image is too large: at most {} KiB and {MAX_IMAGE_SIDE} pixels on a side.",
                    MAX_IMAGE / 1024
                ),
            )),
        }
    }
}

/// Why an image cannot be used.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PictureError {
    /// Not a PNG or JPEG in a `data:` address.
    NotAnImage,
    /// More bytes or more pixels than are taken.
    TooLarge,
}

/// Whether a `data:` address holds a PNG or JPEG image of bounded size. Only its head is read; nothing is unpacked.
///
/// # Errors
///
/// Why not.
pub fn picture(text: &str) -> Result<(), PictureError> {
    let (format, encoded) = if let Some(encoded) = text.strip_prefix("data:image/png;base64,") {
        (ImageFormat::Png, encoded)
    } else if let Some(encoded) = text.strip_prefix("data:image/jpeg;base64,") {
        (ImageFormat::Jpeg, encoded)
    } else {
        return Err(PictureError::NotAnImage);
    };
    if encoded.len() / 4 * 3 > MAX_IMAGE + 3 {
        return Err(PictureError::TooLarge);
    }
    let bytes = STANDARD.decode(encoded).map_err(|_| PictureError::NotAnImage)?;
    let (width, height) =
        ImageReader::with_format(Cursor::new(bytes), format).into_dimensions().map_err(|_| PictureError::NotAnImage)?;
    if width == 0 || height == 0 || width > MAX_IMAGE_SIDE || height > MAX_IMAGE_SIDE {
        return Err(PictureError::TooLarge);
    }
    Ok(())
}

/// A pattern that the whole text has to match; in time linear in the text, in bounded memory.
///
/// # Errors
///
/// Where it is no regular expression, or too large a one.
pub fn pattern(pattern: &str) -> Result<regex::Regex, regex::Error> {
    RegexBuilder::new(&format!("^(?:{pattern})$"))
        .size_limit(MAX_PATTERN_MEMORY)
        .dfa_size_limit(MAX_PATTERN_MEMORY)
        .nest_limit(40)
        .build()
}

/// A number in plain digits: what every wallet reads as the same.
pub fn number(text: &str) -> Option<f64> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (whole, rest) = digits.split_once('.').unwrap_or((digits, "0"));
    let plain = |part: &str| !part.is_empty() && part.len() <= 30 && part.bytes().all(|byte| byte.is_ascii_digit());
    (plain(whole) && plain(rest)).then(|| text.parse().ok()).flatten().filter(|number: &f64| number.is_finite())
}
