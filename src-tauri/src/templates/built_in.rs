//! The built-in types. Terms that no published context defines mean what schema.org means by them, said in the document itself.

use std::sync::LazyLock;

use super::Template;
use crate::view::issue::{Field, FieldKind};

/// The built-in types as templates. Fields whose `means` is set are defined in the document.
pub(super) static BUILT_IN: LazyLock<Vec<Template>> =
    LazyLock::new(|| TEMPLATES.iter().map(BuiltIn::template).collect());

/// A built-in type.
struct BuiltIn {
    id: &'static str,
    name: &'static str,
    description: &'static str,
    /// The credential's own type.
    kind: &'static str,
    /// The subject's types.
    subject: &'static [&'static str],
    /// The published context that defines the terms; without one the terms are defined in the document.
    context: Option<&'static str>,
    fields: &'static [Term],
}

/// A field and the term it fills.
struct Term {
    name: &'static str,
    label: &'static str,
    kind: FieldKind,
    required: bool,
    example: &'static str,
    choices: &'static [&'static str],
    /// What the term means, where the document defines it.
    means: &'static str,
}

impl BuiltIn {
    fn template(&self) -> Template {
        Template {
            id: self.id.to_owned(),
            name: self.name.to_owned(),
            description: self.description.to_owned(),
            contexts: self.context.map(str::to_owned).into_iter().collect(),
            types: vec![self.kind.to_owned()],
            subject_types: self.subject.iter().map(|&kind| kind.to_owned()).collect(),
            meaning: self.context.is_none().then(|| format!("https://schema.org/DigitalDocument#{}", self.kind)),
            fields: self.fields.iter().map(Term::field).collect(),
            valid_days: None,
            issuer_did: None,
            revocable: true,
        }
    }
}

impl Term {
    fn field(&self) -> Field {
        Field {
            name: self.name.to_owned(),
            label: self.label.to_owned(),
            kind: self.kind,
            required: self.required,
            example: self.example.to_owned(),
            hint: None,
            choices: self.choices.iter().map(|&choice| choice.to_owned()).collect(),
            min: None,
            max: None,
            step: None,
            pattern: None,
            means: (!self.means.is_empty()).then(|| self.means.to_owned()),
        }
    }
}

const fn term(
    name: &'static str,
    label: &'static str,
    kind: FieldKind,
    required: bool,
    example: &'static str,
    means: &'static str,
) -> Term {
    Term { name, label, kind, required, example, choices: &[], means }
}

static TEMPLATES: [BuiltIn; 4] = [
    BuiltIn {
        id: "membership",
        name: "Membership card",
        description: "Says that someone is a member of a club, library or association.",
        kind: "MembershipCard",
        subject: &[],
        context: None,
        fields: &[
            term("givenName", "Given name", FieldKind::Text, true, "Alice", "https://schema.org/givenName"),
            term("familyName", "Family name", FieldKind::Text, true, "Example", "https://schema.org/familyName"),
            term("memberOf", "Member of", FieldKind::Text, true, "City Library", "https://schema.org/memberOf"),
            term(
                "membershipNumber",
                "Membership number",
                FieldKind::Text,
                true,
                "M-00123",
                "https://schema.org/membershipNumber",
            ),
            term("memberSince", "Member since", FieldKind::Date, false, "2026-01-31", "https://schema.org/startDate"),
        ],
    },
    BuiltIn {
        id: "course",
        name: "Course certificate",
        description: "Says that someone completed a course.",
        kind: "CourseCertificate",
        subject: &[],
        context: None,
        fields: &[
            term("givenName", "Given name", FieldKind::Text, true, "Alice", "https://schema.org/givenName"),
            term("familyName", "Family name", FieldKind::Text, true, "Example", "https://schema.org/familyName"),
            term("courseName", "Course", FieldKind::Text, true, "First aid", "https://schema.org/coursePrerequisites"),
            term("completedOn", "Completed on", FieldKind::Date, true, "2026-06-30", "https://schema.org/endDate"),
            term("hours", "Hours", FieldKind::Number, false, "16", "https://schema.org/timeRequired"),
            term("grade", "Grade", FieldKind::Text, false, "Passed with distinction", "https://schema.org/ratingValue"),
        ],
    },
    BuiltIn {
        id: "employee",
        name: "Employee badge",
        description: "Says that someone works for an organisation.",
        kind: "EmployeeBadge",
        subject: &[],
        context: None,
        fields: &[
            term("givenName", "Given name", FieldKind::Text, true, "Alice", "https://schema.org/givenName"),
            term("familyName", "Family name", FieldKind::Text, true, "Example", "https://schema.org/familyName"),
            term("worksFor", "Works for", FieldKind::Text, true, "Example Ltd", "https://schema.org/worksFor"),
            term("jobTitle", "Job title", FieldKind::Text, true, "Engineer", "https://schema.org/jobTitle"),
            term("employeeNumber", "Employee number", FieldKind::Text, false, "4711", "https://schema.org/identifier"),
        ],
    },
    BuiltIn {
        id: "permanent-resident",
        name: "Permanent resident card",
        description: "The W3C example of a residence permit; its terms are published, so every wallet knows them.",
        kind: "PermanentResidentCard",
        subject: &["PermanentResident", "Person"],
        context: Some("https://w3id.org/citizenship/v1"),
        fields: &[
            term("givenName", "Given name", FieldKind::Text, true, "Alice", ""),
            term("familyName", "Family name", FieldKind::Text, true, "Example", ""),
            Term {
                name: "gender",
                label: "Gender",
                kind: FieldKind::Choice,
                required: false,
                example: "Female",
                choices: &["Female", "Male", "Other"],
                means: "",
            },
            term("birthDate", "Born on", FieldKind::Date, true, "1990-05-17", ""),
            term("birthCountry", "Born in", FieldKind::Text, false, "Bahamas", ""),
            term("residentSince", "Resident since", FieldKind::Date, false, "2015-01-01", ""),
            term("lprNumber", "Card number", FieldKind::Text, true, "999-999-999", ""),
            term("lprCategory", "Category", FieldKind::Text, false, "C09", ""),
            term("commuterClassification", "Commuter class", FieldKind::Text, false, "C1", ""),
        ],
    },
];
