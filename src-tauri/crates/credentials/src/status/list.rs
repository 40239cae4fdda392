//! A status list as its issuer published it, checked before it is believed (Bitstring Status List v1.0, section 3.2):
//! who signed it, that it is the list the credential names, of the same issuer, in its time.

use jiff::{SignedDuration, Timestamp};
use serde_json::Value;

use super::bits::Bits;
use super::entry::{Purpose, StatusEntry, messages, size, without_fragment};
use super::jwt;
use super::problem::StatusProblem;
use super::shape::{Shape, check_type};
use super::standing::EntryStatus;
use crate::credential::{issuer_of, items, proofs_of, timestamp};
use crate::verify::{CheckKind, IssuerKeys, Outcome, verify};

/// How far the clocks of two computers may differ.
const CLOCK_SKEW: SignedDuration = SignedDuration::from_mins(5);

/// Where a list was found.
#[derive(Debug, Clone, Copy)]
pub struct Origin<'a> {
    /// The URL by which the credential names it.
    pub url: &'a str,
    /// The DID under which a ledger has it as a resource, as the wallet's own resolver said.
    pub ledger_did: Option<&'a str>,
}

/// A list whose signature holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatusList {
    purposes: Vec<Purpose>,
    bits: Bits,
    size: Option<u8>,
    messages: Vec<(u64, String)>,
    valid_from: Option<Timestamp>,
}

impl StatusList {
    /// Reads and checks a list for credentials of `issuer`, whose `keys` who resolved its DID found.
    ///
    /// # Errors
    /// [`StatusProblem`]: what is wrong with it.
    pub fn read(
        content: &[u8],
        issuer: &str,
        keys: Option<&IssuerKeys>,
        origin: Origin<'_>,
        now: Timestamp,
    ) -> Result<Self, StatusProblem> {
        match Shape::read(content)? {
            Shape::Bare { list, metadata } => bare(&list, &metadata, issuer, origin, now),
            Shape::Credential { credential, metadata } => {
                of_credential(&credential, &metadata, issuer, keys, origin, now)
            }
        }
    }

    /// When this version was made, as it says.
    pub fn valid_from(&self) -> Option<Timestamp> {
        self.valid_from
    }

    /// All of its bits.
    pub fn bits(&self) -> &Bits {
        &self.bits
    }

    /// What the list says about a credential's entry.
    ///
    /// # Errors
    /// [`StatusProblem::OtherPurpose`], [`StatusProblem::OtherSize`], [`StatusProblem::OutOfRange`].
    pub fn status_of(&self, entry: &StatusEntry) -> Result<EntryStatus, StatusProblem> {
        if !self.purposes.contains(&entry.purpose) {
            let words: Vec<&str> = self.purposes.iter().map(Purpose::word).collect();
            return Err(StatusProblem::OtherPurpose {
                list: words.join(" and "),
                credential: entry.purpose.word().to_owned(),
            });
        }
        let size = match (self.size, entry.size) {
            (Some(list), Some(credential)) if list != credential => {
                return Err(StatusProblem::OtherSize { list, credential });
            }
            (list, credential) => credential.or(list).unwrap_or(1),
        };
        let length = self.bits.len() / u64::from(size);
        let value =
            self.bits.entry(entry.index, size).ok_or(StatusProblem::OutOfRange { index: entry.index, length })?;
        Ok(meaning(value, entry, &self.messages))
    }
}

/// The standards give one bit a meaning by its purpose. Where the issuer says in words what a value means, as cheqd's
/// tools do with two bits for valid, revoked and suspended, the words count.
fn meaning(value: u8, entry: &StatusEntry, of_list: &[(u64, String)]) -> EntryStatus {
    let text = [entry.messages.as_slice(), of_list]
        .into_iter()
        .flatten()
        .find_map(|(status, text)| (*status == u64::from(value)).then(|| text.clone()));
    match text.as_deref().map(str::to_ascii_lowercase).as_deref() {
        Some("revoked") => return EntryStatus::Revoked,
        Some("suspended") => return EntryStatus::Suspended,
        Some("valid") => return EntryStatus::Valid,
        _ => {}
    }
    match (&entry.purpose, value) {
        (Purpose::Revocation, 1..) => EntryStatus::Revoked,
        (Purpose::Suspension, 1..) => EntryStatus::Suspended,
        (Purpose::Revocation | Purpose::Suspension, 0) => EntryStatus::Valid,
        (Purpose::Refresh, 1..) if text.is_none() => {
            EntryStatus::Message { value, text: Some("its issuer has a newer one for you".to_owned()) }
        }
        (_, 0) if text.is_none() => EntryStatus::Valid,
        _ => EntryStatus::Message { value, text },
    }
}

fn of_credential(
    credential: &Value,
    metadata: &Value,
    issuer: &str,
    keys: Option<&IssuerKeys>,
    origin: Origin<'_>,
    now: Timestamp,
) -> Result<StatusList, StatusProblem> {
    let by = issuer_of(credential).unwrap_or_default();
    if by != issuer {
        return Err(StatusProblem::OtherIssuer { list: by.chars().take(300).collect(), credential: issuer.to_owned() });
    }
    let keys = keys.ok_or_else(|| StatusProblem::NoKeys(issuer.to_owned()))?;
    let jwt = proofs_of(credential).iter().find_map(|proof| match proof.get("type") {
        Some(kind) if kind == "JwtProof2020" => proof.get("jwt")?.as_str(),
        _ => None,
    });
    let subject = if let Some(jwt) = jwt {
        signed_by_jwt(jwt, credential, keys, now)?
    } else {
        signed_by_proof(credential, keys, now)?;
        one_subject(credential)?.clone()
    };
    if let Some(id) = credential.get("id").and_then(Value::as_str)
        && !same_list(id, origin.url)
    {
        return Err(StatusProblem::OtherList(id.chars().take(300).collect()));
    }
    dates(credential, now)?;
    check_type(&subject)?;
    from_subject(&subject, metadata, valid_from(credential))
}

/// cheqd's own form: nobody signed it, so it counts only under the issuer's DID, where the ledger took it from nobody
/// else.
fn bare(
    list: &Value,
    metadata: &Value,
    issuer: &str,
    origin: Origin<'_>,
    now: Timestamp,
) -> Result<StatusList, StatusProblem> {
    if origin.ledger_did != Some(issuer) {
        return Err(StatusProblem::Unsigned);
    }
    dates(list, now)?;
    from_subject(list, metadata, valid_from(list))
}

fn from_subject(subject: &Value, metadata: &Value, valid_from: Option<Timestamp>) -> Result<StatusList, StatusProblem> {
    let purposes: Vec<Purpose> =
        items(subject.get("statusPurpose")).iter().filter_map(Value::as_str).take(8).map(Purpose::of).collect();
    if purposes.is_empty() {
        return Err(StatusProblem::NotAList("it does not say what it is for".to_owned()));
    }
    let packed = subject
        .get("encodedList")
        .and_then(Value::as_str)
        .ok_or_else(|| StatusProblem::NotAList("it has no encodedList".to_owned()))?;
    let stated = |name: &str| subject.get(name).or_else(|| metadata.get(name));
    Ok(StatusList {
        purposes,
        bits: Bits::unpack(packed)?,
        size: stated("statusSize").map(size).transpose()?,
        messages: messages(stated("statusMessage").or_else(|| metadata.get("statusMessages"))),
        valid_from,
    })
}

fn one_subject(credential: &Value) -> Result<&Value, StatusProblem> {
    match items(credential.get("credentialSubject")) {
        [subject] => Ok(subject),
        _ => Err(StatusProblem::NotAList("it has not one subject".to_owned())),
    }
}

fn signed_by_proof(credential: &Value, keys: &IssuerKeys, now: Timestamp) -> Result<(), StatusProblem> {
    if proofs_of(credential).is_empty() {
        return Err(StatusProblem::Unsigned);
    }
    let found = verify(credential, Some(keys), now);
    if found.is_authentic() {
        return Ok(());
    }
    let time = |kind| matches!(kind, CheckKind::ValidFrom | CheckKind::Expiry);
    let failed = found.checks.iter().find(|check| check.outcome == Outcome::Failed && !time(check.kind));
    let reason = failed.map_or_else(|| "no key of its issuer fits".to_owned(), |check| check.detail.clone());
    Err(StatusProblem::Signature(reason))
}

/// The subject that the JWT holds, which is what its issuer signed.
fn signed_by_jwt(jwt: &str, shown: &Value, keys: &IssuerKeys, now: Timestamp) -> Result<Value, StatusProblem> {
    let claims = jwt::verified_claims(jwt, keys)?;
    let wrong = |reason: &str| StatusProblem::Signature(reason.to_owned());
    let credential = claims.get("vc").unwrap_or(&claims);
    let by = claims.get("iss").and_then(Value::as_str).or_else(|| issuer_of(credential));
    if by != Some(keys.did.as_str()) {
        return Err(wrong("its JWT names another issuer"));
    }
    let seconds = |name: &str| claims.get(name)?.as_i64().and_then(|seconds| Timestamp::from_second(seconds).ok());
    if let Some(end) = seconds("exp").filter(|end| *end < now) {
        return Err(StatusProblem::Expired(end));
    }
    if let Some(begin) = seconds("nbf").filter(|begin| *begin > now + CLOCK_SKEW) {
        return Err(StatusProblem::NotYetValid(begin));
    }
    let (signed, shown) = (one_subject(credential)?, one_subject(shown)?);
    for member in ["type", "statusPurpose", "encodedList", "statusSize"] {
        if signed.get(member) != shown.get(member) {
            return Err(wrong("what it shows is not what its JWT says"));
        }
    }
    Ok(signed.clone())
}

fn date(document: &Value, names: [&str; 2]) -> Option<Timestamp> {
    names.into_iter().find_map(|name| document.get(name)?.as_str().and_then(timestamp))
}

fn valid_from(document: &Value) -> Option<Timestamp> {
    date(document, ["validFrom", "issuanceDate"])
}

fn dates(document: &Value, now: Timestamp) -> Result<(), StatusProblem> {
    if let Some(from) = valid_from(document).filter(|from| *from > now + CLOCK_SKEW) {
        return Err(StatusProblem::NotYetValid(from));
    }
    match date(document, ["validUntil", "expirationDate"]).filter(|until| *until < now) {
        Some(until) => Err(StatusProblem::Expired(until)),
        None => Ok(()),
    }
}

/// Whether two names are for one list: resolvers' addresses differ, the DID URL behind them does not.
fn same_list(one: &str, other: &str) -> bool {
    let did_url = |url| {
        let url: &str = without_fragment(url);
        url.find("did:").and_then(|at| url.get(at..)).unwrap_or(url)
    };
    did_url(one) == did_url(other)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_has_one_name_at_every_resolver() {
        let did_url = "did:cheqd:testnet:1?resourceName=n&resourceType=t";
        assert!(same_list(did_url, &format!("https://resolver.cheqd.net/1.0/identifiers/{did_url}#list")));
        assert!(!same_list(did_url, "did:cheqd:testnet:1?resourceName=m&resourceType=t"));
        assert!(!same_list("https://example.org/1", "https://example.org/2"));
    }
}
