//! A credential's card, the one colourful thing on the screen, and its claims.
//! Everything in it that an issuer wrote is text of bounded length.

use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use serde_json::Value;
use specta::Type;
use vouchsafe_credentials::Summary;

use super::credentials::StatusState;
use crate::templates::{label_of, picture};

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
    /// Signed by an identity of a practice ledger: it means nothing outside the computer it was made on.
    pub practice: bool,
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
    /// The signature is right and the dates are; what its terms mean is defined in the document by its author, so it is never simply valid.
    Signed,
    /// Valid, and ends within 30 days.
    Expiring,
    /// Its dates are over.
    Expired,
    /// Revoked by its issuer.
    Revoked,
    /// Suspended by its issuer.
    Suspended,
    /// It has a status that could never be read yet: whether it was revoked is not known.
    Unknown,
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
    /// A PNG or JPEG image of bounded size as a `data:` address.
    Image,
}

/// The longest value that is shown of anything that others wrote, in characters.
pub(super) const MAX_VALUE: usize = 2000;
/// How long before its end a card says that it is ending.
pub(super) const EXPIRING: SignedDuration = SignedDuration::from_hours(30 * 24);

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
            practice: is_practice(&summary.issuer),
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
        .map(|claim| Attribute { label: label(summary, claim), value: claim.value.clone() })
        .collect()
}

/// What a claim is called: as in the form that it was made with, else read from the term's name.
fn label(summary: &Summary, claim: &vouchsafe_credentials::Claim) -> String {
    label_of(&summary.types, &claim.path).map_or_else(|| claim.label.clone(), str::to_owned)
}

/// Every claim in full (each bounded), in the document's order.
pub fn claims(summary: &Summary) -> Vec<Claim> {
    summary
        .claims
        .iter()
        .map(|claim| Claim {
            path: format!("credentialSubject.{}", claim.path),
            label: label(summary, claim),
            value: cut(&claim.value, MAX_VALUE),
            kind: kind_of(&claim.value),
        })
        .collect()
}

/// As [`claims`], with the images that the credential has: a summary has their beginning only.
pub fn claims_of(summary: &Summary, credential: &Value) -> Vec<Claim> {
    let mut found = claims(summary);
    for claim in found.iter_mut().filter(|claim| claim.value.starts_with("data:image/")) {
        let whole = claim.path.split('.').try_fold(credential, |value, step| match value {
            Value::Array(items) => items.get(step.parse::<usize>().ok()?),
            value => value.get(step),
        });
        if let Some(image) = whole.and_then(Value::as_str).filter(|image| picture(image).is_ok()) {
            claim.value = image.to_owned();
            claim.kind = ValueKind::Image;
        }
    }
    found
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

/// A stored credential's state, by its dates now, its last verification and what its issuer last said of it.
pub fn card_state(summary: &Summary, verification: &Value, status: StatusState, now: Timestamp) -> CardState {
    // Dates and status are said by themselves; everything else that failed speaks against the document.
    let apart = |kind: &str| matches!(kind, "valid-from" | "expiry" | "status");
    let checks = verification.get("checks").and_then(Value::as_array);
    let failed = checks.is_none_or(|checks| {
        checks.iter().any(|check| {
            let text = |name: &str| check.get(name).and_then(Value::as_str).unwrap_or_default();
            text("outcome") == "failed" && !apart(text("kind"))
        })
    });
    match (summary.expires_at, status) {
        _ if failed => CardState::Unverified,
        (_, StatusState::Revoked) => CardState::Revoked,
        (Some(end), _) if end <= now => CardState::Expired,
        (_, StatusState::Suspended) => CardState::Suspended,
        (_, StatusState::Unknown) => CardState::Unknown,
        (Some(end), _) if end <= now + EXPIRING => CardState::Expiring,
        _ if verification.get("inlineContexts").and_then(Value::as_bool) == Some(true) => CardState::Signed,
        _ => CardState::Valid,
    }
}

/// Whether a DID, or a DID URL, is on a practice ledger.
pub fn is_practice(did: &str) -> bool {
    did.strip_prefix("did:cheqd:practice").is_some_and(|rest| rest.starts_with(':'))
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
    use serde_json::{Value, json};
    use vouchsafe_credentials::Summary;

    use super::{CardState, StatusState, Tint, ValueKind, card_state, kind_of, short_did};

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
        assert_eq!(
            card_state(&summary, &verification("passed", "signature"), StatusState::NotTracked, now),
            CardState::Valid
        );
        assert_eq!(
            card_state(&summary, &verification("failed", "signature"), StatusState::NotTracked, now),
            CardState::Unverified
        );
        assert_eq!(card_state(&summary, &json!(null), StatusState::NotTracked, now), CardState::Unverified);
        let own_terms = |checks: Value| json!({"checks": checks, "inlineContexts": true});
        assert_eq!(card_state(&summary, &own_terms(json!([])), StatusState::NotTracked, now), CardState::Signed);
        let forged = own_terms(json!([{"kind": "signature", "outcome": "failed"}]));
        assert_eq!(card_state(&summary, &forged, StatusState::NotTracked, now), CardState::Unverified);
        let ended = Summary { expires_at: Some("2026-11-01T00:00:00Z".parse().unwrap()), ..Summary::default() };
        assert_eq!(
            card_state(&ended, &verification("failed", "expiry"), StatusState::NotTracked, now),
            CardState::Expired
        );
        let ending = Summary { expires_at: Some("2026-12-01T00:00:00Z".parse().unwrap()), ..Summary::default() };
        assert_eq!(
            card_state(&ending, &verification("passed", "signature"), StatusState::NotTracked, now),
            CardState::Expiring
        );
    }

    #[test]
    fn what_the_issuer_says_is_shown_and_never_hides_a_failed_check() {
        use StatusState::{NotTracked, Revoked, Suspended, Unknown, Valid};
        let (summary, now) = (Summary::default(), "2026-11-23T12:00:00Z".parse().unwrap());
        let ended = Summary { expires_at: Some("2026-11-01T00:00:00Z".parse().unwrap()), ..Summary::default() };
        let good = json!({"checks": [{"kind": "status", "outcome": "failed"}]});
        let bad = json!({"checks": [{"kind": "signature", "outcome": "failed"}]});
        for (status, state, over) in [
            (Valid, CardState::Valid, CardState::Expired),
            (NotTracked, CardState::Valid, CardState::Expired),
            (Suspended, CardState::Suspended, CardState::Expired),
            (Revoked, CardState::Revoked, CardState::Revoked),
            (Unknown, CardState::Unknown, CardState::Expired),
        ] {
            assert_eq!(card_state(&summary, &good, status, now), state);
            assert_eq!(card_state(&ended, &good, status, now), over);
            assert_eq!(card_state(&summary, &bad, status, now), CardState::Unverified);
        }
    }

    #[test]
    fn a_long_did_keeps_its_ends() {
        assert_eq!(
            short_did("did:key:z6Mkf5rGMoatrSj1f4CyvuHBeXJELe9RPdzo2PKGNCKVtZxP"),
            "did:key:z6Mkf5rGMoat…NCKVtZxP"
        );
    }
}
