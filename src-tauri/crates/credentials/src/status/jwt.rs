//! `JwtProof2020`: how cheqd's tools sign a status list. The proof is a whole JWT (RFC 7519) that holds the credential
//! once more; only what stands in the JWT is signed, so only that is believed, and what is shown beside it must say
//! the same.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde::Deserialize;
use serde_json::Value;

use super::problem::StatusProblem;
use crate::verify::IssuerKeys;

#[derive(Deserialize)]
struct Header {
    alg: String,
    kid: Option<String>,
    crit: Option<Value>,
}

/// The claims of `jwt`, if one of `keys` signed it.
pub(super) fn verified_claims(jwt: &str, keys: &IssuerKeys) -> Result<Value, StatusProblem> {
    let wrong = |reason: &str| StatusProblem::Signature(reason.to_owned());
    if keys.deactivated {
        return Err(wrong("the DID of its issuer was deactivated for good"));
    }
    let mut parts = jwt.split('.');
    let (Some(header), Some(claims), Some(signature), None) = (parts.next(), parts.next(), parts.next(), parts.next())
    else {
        return Err(wrong("its proof is not a JWT"));
    };
    let decode = |part: &str| URL_SAFE_NO_PAD.decode(part.trim_end_matches('='));
    let read: Header = decode(header)
        .ok()
        .and_then(|bytes| serde_json::from_slice(&bytes).ok())
        .ok_or_else(|| wrong("its proof is not a JWT"))?;
    if read.alg != "EdDSA" || read.crit.is_some() {
        return Err(wrong("its JWT is not signed with EdDSA"));
    }
    let signature = decode(signature).map_err(|_| wrong("its proof is not a JWT"))?;
    let signed = jwt.get(..header.len() + 1 + claims.len()).unwrap_or_default();
    let named = |id: &str| match &read.kid {
        Some(kid) => {
            kid == id || kid.strip_prefix('#').is_some_and(|kid| id.strip_prefix(&keys.did) == Some(&format!("#{kid}")))
        }
        None => true,
    };
    let mut candidates = keys.assertion.iter().filter(|(id, _)| named(id)).peekable();
    if candidates.peek().is_none() {
        return Err(wrong("its key is not among the issuer's assertion methods"));
    }
    if !candidates.any(|(_, key)| key.verify(signed.as_bytes(), &signature).is_ok()) {
        return Err(wrong("it was changed after signing, or signed by another key"));
    }
    decode(claims)
        .ok()
        .and_then(|bytes| serde_json::from_slice(&bytes).ok())
        .ok_or_else(|| wrong("its JWT holds no claims"))
}
