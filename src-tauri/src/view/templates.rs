//! Templates: the list of them, one in the editor with what it makes, and a page to print.

use serde::{Deserialize, Serialize};
use specta::Type;

use super::card::{Card, Claim};
use super::issue::{FieldKind, FormProblem};

/// A row of the list.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct TemplateRow {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
    /// What it is for.
    pub description: String,
    /// How many fields it has.
    pub fields: u32,
    /// The person's own, which can be changed and deleted.
    pub own: bool,
}

/// A template in the editor: what stands in its way, what its contexts offer, and the card that it makes.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct TemplateLook {
    /// Whether it can be used.
    pub ready: bool,
    /// What stands in the way, each at a member such as `fields.2.name`.
    pub problems: Vec<FormProblem>,
    /// The holder's card, with the examples.
    pub card: Card,
    /// The holder's claims.
    pub claims: Vec<Claim>,
    /// The types that its contexts define.
    pub types: Vec<String>,
    /// The terms that its contexts define within the subject's types.
    pub terms: Vec<TemplateTerm>,
    /// The contexts that are known here.
    pub pinned: Vec<String>,
}

/// A term that can be made a field.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct TemplateTerm {
    /// Its name.
    pub name: String,
    /// The kind of value that its definition asks for.
    pub kind: FieldKind,
}

/// A template was imported.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ImportedTemplate {
    /// Its id.
    pub id: String,
    /// What of a JSON Schema is not in it; empty for a template's own file.
    pub left_out: Vec<LeftOut>,
}

/// What of a JSON Schema could not be made a field, or not wholly.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct LeftOut {
    /// The property's path in the subject; empty for the subject itself.
    pub path: String,
    /// Why.
    pub why: LeftOutWhy,
}

/// Why something of a JSON Schema is not in the template.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "kebab-case")]
pub enum LeftOutWhy {
    /// A list of values.
    List,
    /// An object in an object in the subject, or references without an end.
    TooDeep,
    /// It refers to another document.
    Elsewhere,
    /// Its values depend on one another, or its parts contradict one another.
    Combined,
    /// Choices that are no list of short texts.
    Choices,
    /// A kind of value that no field has.
    Kind,
    /// A name that no term can have.
    Name,
    /// More than a template has fields for.
    TooMany,
    /// Required, and described nowhere.
    Undescribed,
    /// The field is there, but one of its bounds is not.
    Bound,
}

impl LeftOutWhy {
    /// What is wrong, after the property's name.
    pub fn sentence(self) -> &'static str {
        match self {
            Self::List => "is a list of values, for which a form has no field",
            Self::TooDeep => "is nested deeper than a form can show, or refers to itself",
            Self::Elsewhere => "refers to another document, which is not fetched",
            Self::Combined => "has conditions that a form cannot follow",
            Self::Choices => "has choices that are not a list of at most 200 short texts",
            Self::Kind => "has a kind of value for which there is no field",
            Self::Name => "is not a name that a term can have: letters and digits, such as givenName",
            Self::TooMany => "has more properties than the 60 fields of a template",
            Self::Undescribed => "is required and described nowhere",
            Self::Bound => "has a bound that a field cannot keep",
        }
    }
}

/// What is kept of a form that is not finished.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Type)]
#[serde(rename_all = "kebab-case")]
pub enum DraftOf {
    /// The form of a credential.
    Credential,
    /// A template in the editor.
    Template,
}
