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

/// What is kept of a form that is not finished.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Type)]
#[serde(rename_all = "kebab-case")]
pub enum DraftOf {
    /// The form of a credential.
    Credential,
    /// A template in the editor.
    Template,
}
