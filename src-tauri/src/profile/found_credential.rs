//! A document that was pasted, dropped or opened: what it is, and, if it is a credential, what holds of it. Nothing is
//! stored here. It comes from a stranger: bounded in size and depth, and whatever is wrong with it is a sentence.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::Value;
use vouchsafe_agent::{Agent, AgentError};
use vouchsafe_credentials::{CheckKind, Outcome, Summary, Verification};

use super::Profile;
use crate::commands::Answer;
use crate::view::Failure;
use crate::view::add::{CredentialFound, Found};
use crate::view::card::{Card, CardState, card_state, claims};
use crate::view::checklist::{Offered, checklist, report};
use crate::view::credentials::StatusState;
use crate::view::facts::{facts, has_status};

/// What a text is.
pub(super) enum Document {
    /// A credential.
    Credential(Value),
    /// A document that is none, with the reason.
    Other(Failure),
    /// Not for here to say.
    None,
}

/// Reads a text as a document, if it looks like one. A message that carries a credential is not one.
pub(super) fn document_in(text: &str) -> Document {
    let text = text.trim().trim_start_matches('\u{feff}').trim_start();
    if is_jwt(text) {
        return Document::Other(other(
            "credential-jwt",
            "This is a token (JWT), not a credential with a linked-data proof.",
            "Ask its issuer for it as JSON-LD with a linked-data proof.",
        ));
    }
    if !text.starts_with(['{', '[']) {
        return Document::None;
    }
    let value: Value = match serde_json::from_str(text) {
        Ok(value) => value,
        // An invitation that is cut short has a sentence of its own.
        Err(_) if !text.contains("credentialSubject") => return Document::None,
        Err(error) => {
            return Document::Other(
                other(
                    "document-broken",
                    "This looks like a credential, but it is not whole: it is no JSON that can be read.",
                    "Copy or download the whole file again.",
                )
                .because(error),
            );
        }
    };
    if value.get("@type").is_some() {
        return Document::None;
    }
    if value.get("credentialSubject").is_some() {
        return Document::Credential(value);
    }
    let is = |kind: &str| match value.get("type") {
        Some(Value::String(name)) => name == kind,
        Some(Value::Array(names)) => names.iter().any(|name| name == kind),
        _ => false,
    };
    if value.get("verifiableCredential").is_some() || is("VerifiablePresentation") {
        return Document::Other(other(
            "presentation",
            "This is a presentation: somebody's credentials, put together to be shown once.",
            "Ask for the credential itself; a presentation is not kept.",
        ));
    }
    if value.as_array().is_some_and(|all| all.iter().any(|one| one.get("credentialSubject").is_some())) {
        return Document::Other(other(
            "several-credentials",
            "This file has several credentials in it.",
            "Add them one at a time, each as a file of its own.",
        ));
    }
    if is("VerifiableCredential") {
        return Document::Other(other(
            "credential-empty",
            "This says that it is a credential, but it is about nobody: it has no subject.",
            "Ask its issuer for the whole document.",
        ));
    }
    Document::None
}

/// Three parts, the first of which is a JOSE header.
fn is_jwt(text: &str) -> bool {
    let mut parts = text.split('.');
    let (Some(header), Some(_), Some(_), None) = (parts.next(), parts.next(), parts.next(), parts.next()) else {
        return false;
    };
    let header = header.get(..header.len().min(4096)).unwrap_or_default();
    URL_SAFE_NO_PAD
        .decode(header)
        .is_ok_and(|bytes| serde_json::from_slice::<Value>(&bytes).is_ok_and(|header| header.get("alg").is_some()))
}

fn other(code: &'static str, what: &str, next: &str) -> Failure {
    Failure::new(code, "Not a credential for this wallet", what, next)
}

impl Profile {
    /// Verify a credential and say what holds, without keeping it.
    pub(super) async fn look_at_credential(&self, agent: &Agent, credential: Value) -> Answer<Found> {
        let now = agent.now();
        let (verification, unreachable) = match agent.verify_credential(credential.clone()).await {
            Ok(found) => (found, None),
            // Its issuer may answer later: what can be seen without it is shown.
            Err(AgentError::Resolution { passing: true, reason, .. }) => {
                (vouchsafe_credentials::verify(&credential, None, now), Some(reason))
            }
            Err(error) => return Err(error.into()),
        };
        let summary = Summary::of(&credential);
        let authentic = verification.is_authentic() && verification.taken_back().is_none();
        let stored = agent.credential_like(&credential).await?;
        let status = status_of(&credential, &verification);
        let problem = problem_of(&verification, unreachable.as_deref());
        let verification = serde_json::to_value(verification).unwrap_or_default();
        let card = Card::of(&summary, None, card_state(&summary, &verification, status, now));
        let checks = checklist(&credential, &verification, None, &Offered::NotKept);
        let sentence = match (&stored, authentic, card.state) {
            (Some(known), ..) => {
                format!("You have this one already: {}, stored on {}.", card.title, day(&known.stored_at))
            }
            (None, true, CardState::Expired) => {
                format!("A credential: {}, signed by {}. It has expired.", card.title, card.issuer)
            }
            (None, true, CardState::Suspended) => {
                format!("A credential: {}, signed by {}. It is suspended for now.", card.title, card.issuer)
            }
            (None, true, _) => format!("A credential: {}, signed by {}.", card.title, card.issuer),
            (None, false, _) if unreachable.is_some() => {
                format!("A credential, {}, whose issuer cannot be reached now.", card.title)
            }
            (None, false, _) => format!("A credential, {}, that does not verify.", card.title),
        };
        Ok(Found::Credential {
            credential: Box::new(CredentialFound {
                sentence,
                text: credential.to_string(),
                claims: claims(&summary),
                facts: facts(&credential, &summary, now),
                report: report(&summary, &checks, Some(&now.to_string()), now),
                checks,
                card,
                verified: authentic,
                stored_id: stored.map(|row| row.record_id),
                problem,
            }),
        })
    }
}

fn day(at: &jiff::Timestamp) -> String {
    at.strftime("%-d %B %Y").to_string()
}

/// What the verification says of the status, as a card shows it.
fn status_of(credential: &Value, verification: &Verification) -> StatusState {
    if !has_status(credential) {
        return StatusState::NotTracked;
    }
    let check = verification.checks.iter().find(|check| check.kind == CheckKind::Status);
    match check.map(|check| (check.outcome, check.detail.as_str())) {
        Some((Outcome::Passed, _)) => StatusState::Valid,
        Some((Outcome::Failed, detail)) if detail.contains("suspended") => StatusState::Suspended,
        Some((Outcome::Failed, _)) => StatusState::Revoked,
        _ => StatusState::Unknown,
    }
}

/// Why it cannot be kept, in a sentence; nothing where it can.
fn problem_of(verification: &Verification, unreachable: Option<&str>) -> Option<Failure> {
    let failed = |kind: CheckKind| {
        verification.checks.iter().find(|check| check.kind == kind && check.outcome == Outcome::Failed)
    };
    if let Some(check) = failed(CheckKind::Signature) {
        let what = "It was changed after it was signed, or somebody else signed it.";
        Some(unkept("credential-changed", what, "Ask its issuer for a new one.", &check.detail))
    } else if let Some(check) = failed(CheckKind::KeyAuthorised) {
        let what = "The key that signed it is not one that its issuer may sign with.";
        Some(unkept("credential-wrong-key", what, "Ask its issuer whether it issued this.", &check.detail))
    } else if let Some(check) = failed(CheckKind::Contexts) {
        let what = "It uses words whose meaning this wallet does not know, so nobody can tell what was signed.";
        let next = "Ask its issuer for one in a vocabulary that is known.";
        Some(unkept("credential-unknown-terms", what, next, &check.detail))
    } else if let Some(check) = failed(CheckKind::Members).or_else(|| failed(CheckKind::Structure)) {
        let what = "It does not follow the rules for credentials, so what its signature covers is not certain.";
        Some(unkept("credential-malformed", what, "Ask its issuer for a correct one.", &check.detail))
    } else if let Some(check) = verification.taken_back() {
        let what = "Its issuer does not let it stand any more.";
        Some(unkept("credential-taken-back", what, "Ask its issuer for a new one.", &check.detail))
    } else if let Some(reason) = unreachable {
        let what = "Its issuer's DID document could not be read, so the signature could not be checked.";
        let next = "Try again when you are online. It may still be good.";
        Some(unkept("issuer-unreachable", what, next, reason))
    } else if verification.is_authentic() {
        None
    } else {
        let open = verification.checks.iter().find(|check| check.kind == CheckKind::KeyAuthorised);
        let what = "Nobody knows its issuer: its DID leads to no document, so the signature could not be checked.";
        let reason = open.map(|check| check.detail.as_str()).unwrap_or_default();
        Some(unkept("issuer-unknown", what, "Ask whoever gave it to you who issued it.", reason))
    }
}

fn unkept(code: &'static str, what: &str, next: &str, reason: &str) -> Failure {
    Failure::new(code, "It cannot be kept", what, next).because(reason)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(text: &str) -> &'static str {
        match document_in(text) {
            Document::Credential(_) => "credential",
            Document::Other(failure) => failure.code,
            Document::None => "none",
        }
    }

    #[test]
    fn each_kind_of_document_is_told_from_the_others() {
        for (text, expected) in [
            (r#"{"credentialSubject": {}}"#, "credential"),
            ("\u{feff} {\"credentialSubject\": 7}", "credential"),
            (r#"{"@type": "x", "credentialSubject": {}}"#, "none"),
            (r#"{"credentialSubject": {"#, "document-broken"),
            (r#"{"type": ["VerifiablePresentation"]}"#, "presentation"),
            (r#"{"verifiableCredential": []}"#, "presentation"),
            (r#"[{"credentialSubject": {}}]"#, "several-credentials"),
            (r#"{"type": "VerifiableCredential"}"#, "credential-empty"),
            ("eyJhbGciOiJFZERTQSJ9.e30.c2ln", "credential-jwt"),
            ("a.b.c", "none"),
            ("https://example.org/?oob=e30", "none"),
            ("{", "none"),
            ("", "none"),
        ] {
            assert_eq!(code(text), expected, "{text}");
        }
        let deep = format!("{{\"credentialSubject\": {}{}}}", "[".repeat(100_000), "]".repeat(100_000));
        assert_eq!(code(&deep), "document-broken");
    }
}
