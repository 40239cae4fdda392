//! A credential's card: the one colourful thing on the screen. Also claims, facts and checks, which stand beside a card wherever it is shown.
//! Everything in it that an issuer wrote is text of bounded length.

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use serde_json::Value;
use specta::Type;
use vouchsafe_credentials::Summary;

/// The card.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Card {
    /// What it is, such as "Permanent resident card".
    pub title: String,
    /// The issuer's name as this wallet knows it, else the credential's own word for it, else the shortened DID.
    pub issuer: String,
    /// The issuer's DID.
    pub issuer_did: Option<String>,
    /// The tint that the issuer's DID picks.
    pub tint: Tint,
    /// At most two attributes to tell it from its like.
    pub attributes: Vec<Attribute>,
    /// Its state.
    pub state: CardState,
}

/// A label and its value.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Attribute {
    /// Read from the term's name.
    pub label: String,
    /// As text.
    pub value: String,
}

/// One of the six tints.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "kebab-case")]
pub enum Tint {
    /// #2B3A8F to #3F54C4.
    Indigo,
    /// #0B5054 to #11686B.
    Teal,
    /// #5B2A6B to #7C3F90.
    Plum,
    /// #7A3420 to #9C4A30.
    Clay,
    /// #2C333F to #485264.
    Slate,
    /// #1E5236 to #2C6E4A.
    Forest,
}

/// A card's state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "kebab-case")]
pub enum CardState {
    /// Not yet issued: an offer or a preview.
    Offered,
    /// Verified and in its dates.
    Valid,
    /// Valid, and ends within 30 days.
    Expiring,
    /// Its dates are over.
    Expired,
    /// Revoked by its issuer.
    Revoked,
    /// Suspended by its issuer.
    Suspended,
    /// A check failed or could not be made.
    Unverified,
}

/// One claim, in the order of the document.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Claim {
    /// Its path in the document, such as `credentialSubject.degree.name`.
    pub path: String,
    /// Its name as a person reads it.
    pub label: String,
    /// Its value as text, in full.
    pub value: String,
    /// How to show it.
    pub kind: ValueKind,
}

/// How a value is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "kebab-case")]
pub enum ValueKind {
    /// As it is.
    Text,
    /// A number.
    Number,
    /// A date, or a date and time, in ISO 8601.
    Date,
    /// Yes or no (`true`, `false`).
    Switch,
    /// A DID: monospace, middle-shortened, with Copy.
    Did,
    /// An address; shown as text, never followed.
    Address,
}

/// One line beside a card: how the issuer was resolved, the proof's type, the expiry, the subject, the contexts.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Fact {
    /// Stable: `issuer`, `resolved`, `proof-type`, `expires`, `issued`, `subject`, `contexts`, `types`, `model`, `connection`, `thread`, …
    pub key: String,
    /// The label.
    pub label: String,
    /// The value as text.
    pub value: String,
    /// How to show the value.
    pub kind: ValueKind,
    /// Whether it is as it should be.
    pub tone: Tone,
}

/// Whether a thing is as it should be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "kebab-case")]
pub enum Tone {
    /// Nothing to say.
    Neutral,
    /// As it should be.
    Good,
    /// Look at it.
    Warning,
    /// Wrong.
    Bad,
}

/// One check of a verification, with its reason.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct Check {
    /// Stable: `signature`, `key`, `contexts`, `members`, `dates`, `issuer`, …
    pub key: String,
    /// What was checked, in words.
    pub label: String,
    /// What came out.
    pub outcome: CheckOutcome,
    /// Why.
    pub reason: String,
}

/// What came out of a check.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "kebab-case")]
pub enum CheckOutcome {
    /// Passed.
    Passed,
    /// Failed.
    Failed,
    /// Could not be checked.
    NotChecked,
}

/// The longest value that is shown of anything that others wrote, in characters.
const MAX_VALUE: usize = 2000;
/// How long before its end a card says that it is ending.
const EXPIRING: SignedDuration = SignedDuration::from_hours(30 * 24);

impl Tint {
    /// The tint of an issuer or peer: the same one always, chosen by its identifier.
    pub fn of(id: &str) -> Self {
        const TINTS: [Tint; 6] = [Tint::Indigo, Tint::Teal, Tint::Plum, Tint::Clay, Tint::Slate, Tint::Forest];
        // FNV-1a: no secret hangs on it, and the colour must not change with the platform.
        let hash = id.bytes().fold(0x811c_9dc5_u32, |hash, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193));
        usize::try_from(hash % 6).ok().and_then(|at| TINTS.get(at)).copied().unwrap_or(Tint::Indigo)
    }
}

impl Card {
    /// The card of a summarised credential. `issuer` is the name that this wallet has for the issuer, if any.
    pub fn of(summary: &Summary, issuer: Option<&str>, state: CardState) -> Self {
        let did = (!summary.issuer.is_empty()).then(|| summary.issuer.clone());
        Self {
            title: cut(&summary.title, 120),
            issuer: issuer
                .map(str::to_owned)
                .or_else(|| summary.issuer_name.clone())
                .map_or_else(|| short_did(&summary.issuer), |name| cut(&name, 120)),
            tint: Tint::of(&summary.issuer),
            issuer_did: did,
            attributes: attributes(summary),
            state,
        }
    }
}

/// At most two short claims that tell a credential from its like: names first.
pub fn attributes(summary: &Summary) -> Vec<Attribute> {
    let naming = ["name", "fullName", "givenName", "familyName", "identifier", "membershipNumber", "courseName"];
    let rank =
        |path: &str| naming.iter().position(|name| path.rsplit('.').next() == Some(name)).unwrap_or(naming.len());
    let mut claims: Vec<&vouchsafe_credentials::Claim> = summary
        .claims
        .iter()
        .filter(|claim| claim.value.chars().count() <= 60 && !claim.value.starts_with("data:"))
        .collect();
    claims.sort_by_key(|claim| rank(&claim.path));
    claims
        .into_iter()
        .take(2)
        .map(|claim| Attribute { label: claim.label.clone(), value: claim.value.clone() })
        .collect()
}

/// Every claim in full (each bounded), in the document's order.
pub fn claims(summary: &Summary) -> Vec<Claim> {
    summary
        .claims
        .iter()
        .map(|claim| Claim {
            path: format!("credentialSubject.{}", claim.path),
            label: claim.label.clone(),
            value: cut(&claim.value, MAX_VALUE),
            kind: kind_of(&claim.value),
        })
        .collect()
}

/// How a value is shown, by its looks.
pub fn kind_of(value: &str) -> ValueKind {
    if value == "true" || value == "false" {
        ValueKind::Switch
    } else if value.starts_with("did:") {
        ValueKind::Did
    } else if value.starts_with("https://") || value.starts_with("http://") || value.starts_with("mailto:") {
        ValueKind::Address
    } else if is_date(value) {
        ValueKind::Date
    } else if value.len() <= 15 && value.parse::<f64>().is_ok_and(f64::is_finite) && !value.starts_with('0') {
        ValueKind::Number
    } else {
        ValueKind::Text
    }
}

fn is_date(value: &str) -> bool {
    value.len() >= 10
        && (value.parse::<jiff::civil::Date>().is_ok_and(|_| value.len() == 10) || value.parse::<Timestamp>().is_ok())
}

/// A stored credential's state, by its dates now and its last verification.
pub fn card_state(summary: &Summary, verification: &Value, now: Timestamp) -> CardState {
    let time = |kind: &str| kind == "valid-from" || kind == "expiry";
    let checks = verification.get("checks").and_then(Value::as_array);
    let failed = checks.is_none_or(|checks| {
        checks.iter().any(|check| {
            let text = |name: &str| check.get(name).and_then(Value::as_str).unwrap_or_default();
            text("outcome") == "failed" && !time(text("kind"))
        })
    });
    match summary.expires_at {
        _ if failed => CardState::Unverified,
        Some(end) if end <= now => CardState::Expired,
        Some(end) if end <= now + EXPIRING => CardState::Expiring,
        _ => CardState::Valid,
    }
}

/// The checks of a verification as it was stored.
pub fn checks(verification: &Value) -> Vec<Check> {
    let checks = verification.get("checks").and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
    checks
        .iter()
        .take(50)
        .map(|check| {
            let text = |name: &str| check.get(name).and_then(Value::as_str).unwrap_or_default();
            Check {
                key: text("kind").to_owned(),
                label: check_label(text("kind")).to_owned(),
                outcome: match text("outcome") {
                    "passed" => CheckOutcome::Passed,
                    "failed" => CheckOutcome::Failed,
                    _ => CheckOutcome::NotChecked,
                },
                reason: cut(text("detail"), 500),
            }
        })
        .collect()
}

fn check_label(kind: &str) -> &'static str {
    match kind {
        "structure" => "Follows the data model",
        "contexts" => "Meaning of its terms is known",
        "members" => "Every value is covered by the signature",
        "signature" => "Signature is right",
        "key-authorised" => "Key belongs to the issuer",
        "purpose" => "Signed for this purpose",
        "valid-from" => "Already valid",
        "expiry" => "Not expired",
        "status" => "Not revoked",
        _ => "Another check",
    }
}

impl Fact {
    /// A fact with nothing to say about whether it is right.
    pub fn new(key: &str, label: &str, value: impl Into<String>) -> Self {
        let value = cut(&value.into(), MAX_VALUE);
        Self { key: key.to_owned(), label: label.to_owned(), kind: kind_of(&value), value, tone: Tone::Neutral }
    }

    /// The same fact with a judgement.
    #[must_use]
    pub fn with_tone(mut self, tone: Tone) -> Self {
        self.tone = tone;
        self
    }
}

/// The facts that a credential itself tells, signed or not.
pub fn facts(credential: &Value, summary: &Summary, now: Timestamp) -> Vec<Fact> {
    let mut facts = Vec::new();
    if !summary.issuer.is_empty() {
        facts.push(Fact::new("issuer", "Issuer", &summary.issuer));
        facts.push(resolution(&summary.issuer));
    }
    for subject in summary.subject_ids.iter().take(3) {
        facts.push(Fact::new("subject", "Subject", subject));
    }
    if let Some(at) = summary.issued_at {
        facts.push(Fact::new("issued", "Issued", at.to_string()));
    }
    facts.push(match summary.expires_at {
        None => Fact::new("expires", "Expires", "Never"),
        Some(end) if end <= now => Fact::new("expires", "Expires", end.to_string()).with_tone(Tone::Bad),
        Some(end) if end <= now + EXPIRING => Fact::new("expires", "Expires", end.to_string()).with_tone(Tone::Warning),
        Some(end) => Fact::new("expires", "Expires", end.to_string()),
    });
    facts.push(match vouchsafe_credentials::check(&vouchsafe_credentials::without_proof(credential)) {
        Ok(checked) if checked.inline_contexts => {
            Fact::new("contexts", "Terms", "Some are defined by the issuer in the document itself")
                .with_tone(Tone::Warning)
        }
        Ok(_) => Fact::new("contexts", "Terms", "All are known and pinned").with_tone(Tone::Good),
        Err(error) => Fact::new("contexts", "Terms", error.to_string()).with_tone(Tone::Bad),
    });
    if credential.get("credentialStatus").is_some_and(|status| !status.is_null()) {
        facts.push(Fact::new("status", "Revocation", "The issuer can revoke it"));
    }
    facts
}

/// How the issuer's keys are found.
fn resolution(did: &str) -> Fact {
    let method = did.strip_prefix("did:").and_then(|rest| rest.split(':').next()).unwrap_or_default();
    match method {
        "key" | "jwk" | "peer" => {
            Fact::new("resolved", "Issuer's key", "In the DID itself: nothing tells who is behind it")
                .with_tone(Tone::Warning)
        }
        "web" => Fact::new("resolved", "Issuer's key", "Published at a web address"),
        "cheqd" => Fact::new("resolved", "Issuer's key", "Published on the cheqd ledger").with_tone(Tone::Good),
        "" => Fact::new("resolved", "Issuer's key", "The issuer is not a DID").with_tone(Tone::Bad),
        other => Fact::new("resolved", "Issuer's key", format!("Published by did:{other}")),
    }
}

/// A DID short enough for a line: its beginning and its end.
pub fn short_did(did: &str) -> String {
    let characters: Vec<char> = did.chars().collect();
    if characters.len() <= 32 {
        return did.to_owned();
    }
    let head: String = characters.iter().take(20).collect();
    let tail: String = characters.iter().skip(characters.len() - 8).collect();
    format!("{head}…{tail}")
}

/// Text of bounded length, in characters.
pub fn cut(text: &str, limit: usize) -> String {
    match text.char_indices().nth(limit) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use vouchsafe_credentials::Summary;

    use super::{CardState, Tint, ValueKind, card_state, kind_of, short_did};

    #[test]
    fn a_value_is_shown_by_its_looks() {
        for (value, kind) in [
            ("did:key:z6Mk", ValueKind::Did),
            ("2026-11-23", ValueKind::Date),
            ("2026-11-23T12:00:00Z", ValueKind::Date),
            ("42", ValueKind::Number),
            ("007", ValueKind::Text),
            ("true", ValueKind::Switch),
            ("https://example.org", ValueKind::Address),
            ("Alice", ValueKind::Text),
        ] {
            assert_eq!(kind_of(value), kind, "{value}");
        }
    }

    #[test]
    fn the_same_issuer_has_the_same_tint() {
        assert_eq!(Tint::of("did:key:a"), Tint::of("did:key:a"));
    }

    #[test]
    fn a_failed_check_outranks_the_dates_and_no_verification_is_no_good_one() {
        let summary = Summary::default();
        let now = "2026-11-23T12:00:00Z".parse().unwrap();
        let verification = |outcome: &str, kind: &str| json!({"checks": [{"kind": kind, "outcome": outcome}]});
        assert_eq!(card_state(&summary, &verification("passed", "signature"), now), CardState::Valid);
        assert_eq!(card_state(&summary, &verification("failed", "signature"), now), CardState::Unverified);
        assert_eq!(card_state(&summary, &json!(null), now), CardState::Unverified);
        let ended = Summary { expires_at: Some("2026-11-01T00:00:00Z".parse().unwrap()), ..Summary::default() };
        assert_eq!(card_state(&ended, &verification("failed", "expiry"), now), CardState::Expired);
        let ending = Summary { expires_at: Some("2026-12-01T00:00:00Z".parse().unwrap()), ..Summary::default() };
        assert_eq!(card_state(&ending, &verification("passed", "signature"), now), CardState::Expiring);
    }

    #[test]
    fn a_long_did_keeps_its_ends() {
        assert_eq!(
            short_did("did:key:z6Mkf5rGMoatrSj1f4CyvuHBeXJELe9RPdzo2PKGNCKVtZxP"),
            "did:key:z6Mkf5rGMoat…NCKVtZxP"
        );
    }
}
