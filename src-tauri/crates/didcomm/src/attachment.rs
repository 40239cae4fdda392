//! Attachments (Aries RFC 0017): what rides in a message, inline as base64 or JSON or as a link, with a signature
//! where the protocol wants one. Defends against content that is larger than its reader allows, signatures by a key
//! other than the one they name, and links whose content nobody vouched for.

use base64::{Engine, engine::general_purpose::STANDARD};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use crate::{
    base64url,
    key::{SigningKey, Verkey},
};

/// Why an attachment cannot be used. All but [`AttachmentError::Unwritable`] are the sender's fault.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum AttachmentError {
    /// It has neither `base64` nor `json` nor `links`.
    #[error("the attachment is empty")]
    Empty,
    /// Its content is only linked: fetch it by [`Attachment::link`] first.
    #[error("the attachment is a link; its content has to be fetched first")]
    Linked,
    /// It is a link without a hash: nobody vouches for what is found there.
    #[error("the attachment is a link without a SHA-256 hash")]
    LinkWithoutHash,
    /// It is larger than its reader allows.
    #[error("the attachment is larger than {0} bytes")]
    TooLarge(usize),
    /// `base64` is not base64.
    #[error("the attachment is not base64")]
    NotBase64,
    /// The content is not the JSON that was expected.
    #[error("the attachment is malformed: {0}")]
    NotJson(String),
    /// The content is not what its hash says.
    #[error("the attachment does not match its SHA-256 hash")]
    WrongHash,
    /// It is not signed.
    #[error("the attachment is not signed")]
    Unsigned,
    /// Its signature has a shape that is not understood; the text says which part.
    #[error("the attachment's signature is malformed: {0}")]
    MalformedSignature(&'static str),
    /// Its signature does not verify.
    #[error("the attachment's signature does not verify")]
    BadSignature,
    /// A value of ours could not be written as JSON. Our own fault.
    #[error("the attachment cannot be written: {0}")]
    Unwritable(String),
}

/// An attachment as it crosses the wire.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct Attachment {
    /// Its id, by which the message's formats refer to it.
    #[serde(rename = "@id", default, skip_serializing_if = "Option::is_none")]
    pub id: Option<String>,
    /// The MIME type of its content.
    #[serde(rename = "mime-type", default, skip_serializing_if = "Option::is_none")]
    pub mime_type: Option<String>,
    /// A suggestion for the name of a file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub filename: Option<String>,
    /// What it is, for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
    /// When the content was changed last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub lastmod_time: Option<String>,
    /// How many bytes the sender says it has.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub byte_count: Option<u64>,
    /// The content.
    pub data: AttachmentData,
}

/// The content of an attachment: one of `base64`, `json` and `links`.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub struct AttachmentData {
    /// The content in base64.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base64: Option<String>,
    /// The content as JSON.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub json: Option<Value>,
    /// Where the content is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub links: Option<Vec<String>>,
    /// The SHA-256 of the content, in hex.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sha256: Option<String>,
    /// A detached JWS over the content.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub jws: Option<Value>,
}

/// A linked attachment that can be checked once it is fetched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// Where it is; any one will do.
    pub urls: Vec<String>,
    /// The SHA-256 of what must be found there.
    pub sha256: [u8; 32],
    /// How many bytes the sender says it has.
    pub byte_count: Option<u64>,
}

impl Link {
    /// Whether what was fetched is what the sender attached.
    ///
    /// # Errors
    /// [`AttachmentError::WrongHash`] if it is not.
    pub fn check(&self, content: &[u8]) -> Result<(), AttachmentError> {
        if Sha256::digest(content).as_slice() == self.sha256 { Ok(()) } else { Err(AttachmentError::WrongHash) }
    }
}

impl Attachment {
    /// JSON in padded base64 of the standard alphabet: ACA-Py reads no other alphabet and drops what it does not know
    /// without a word.
    ///
    /// # Errors
    /// [`AttachmentError::Unwritable`] if `content` does not serialise.
    pub fn base64_json(id: &str, content: &impl Serialize) -> Result<Self, AttachmentError> {
        let bytes = serde_json::to_vec(content).map_err(|error| AttachmentError::Unwritable(error.to_string()))?;
        Ok(Self::base64(id, "application/json", &bytes))
    }

    /// Bytes in padded base64 of the standard alphabet.
    pub fn base64(id: &str, mime_type: &str, content: &[u8]) -> Self {
        Self {
            id: Some(id.to_owned()),
            mime_type: Some(mime_type.to_owned()),
            data: AttachmentData { base64: Some(STANDARD.encode(content)), ..AttachmentData::default() },
            ..Self::default()
        }
    }

    /// JSON as it is.
    pub fn json(id: &str, content: Value) -> Self {
        Self {
            id: Some(id.to_owned()),
            mime_type: Some("application/json".to_owned()),
            data: AttachmentData { json: Some(content), ..AttachmentData::default() },
            ..Self::default()
        }
    }

    /// The inline content, of at most `limit` bytes. Of a `json` attachment, its text.
    ///
    /// # Errors
    /// Says why there is none to use.
    pub fn content(&self, limit: usize) -> Result<Vec<u8>, AttachmentError> {
        if let Some(encoded) = &self.data.base64 {
            // Four characters make three bytes; the bound is checked before anything is decoded.
            if encoded.len() / 4 > limit / 3 + 1 {
                return Err(AttachmentError::TooLarge(limit));
            }
            let bytes = base64url::decode(encoded).map_err(|_| AttachmentError::NotBase64)?;
            if bytes.len() > limit {
                return Err(AttachmentError::TooLarge(limit));
            }
            if let Some(stated) = &self.data.sha256
                && hash(stated) != Some(Sha256::digest(&bytes).into())
            {
                return Err(AttachmentError::WrongHash);
            }
            return Ok(bytes);
        }
        if let Some(value) = &self.data.json {
            let bytes = serde_json::to_vec(value).map_err(|error| AttachmentError::NotJson(error.to_string()))?;
            return if bytes.len() > limit { Err(AttachmentError::TooLarge(limit)) } else { Ok(bytes) };
        }
        match &self.data.links {
            Some(links) if !links.is_empty() => {
                Err(if self.link().is_some() { AttachmentError::Linked } else { AttachmentError::LinkWithoutHash })
            }
            _ => Err(AttachmentError::Empty),
        }
    }

    /// The inline content as JSON, of at most `limit` bytes of text.
    ///
    /// # Errors
    /// Says why there is none to use; [`AttachmentError::NotJson`] names what is missing or wrong in it.
    pub fn content_json<T: DeserializeOwned>(&self, limit: usize) -> Result<T, AttachmentError> {
        serde_json::from_slice(&self.content(limit)?).map_err(|error| AttachmentError::NotJson(error.to_string()))
    }

    /// Where the content is, if it is linked and comes with a hash.
    pub fn link(&self) -> Option<Link> {
        let urls = self.data.links.clone().filter(|links| !links.is_empty())?;
        let sha256 = hash(self.data.sha256.as_deref()?)?;
        Some(Link { urls, sha256, byte_count: self.byte_count })
    }

    /// Signs the content with a detached JWS of the shape that agents exchange: the key in the protected header as a
    /// JWK, named by a bare did:key.
    ///
    /// # Errors
    /// [`AttachmentError::Empty`] if there is no base64 content, [`AttachmentError::NotBase64`] if it is broken.
    pub fn sign(&mut self, key: &SigningKey) -> Result<(), AttachmentError> {
        let payload = base64url::encode(&self.base64_content()?);
        let verkey = key.verkey();
        let kid = verkey.to_did_key();
        let jwk = json!({"kty": "OKP", "crv": "Ed25519", "x": base64url::encode(verkey.as_bytes()), "kid": kid});
        let protected = base64url::encode(json!({"alg": "EdDSA", "jwk": jwk}).to_string().as_bytes());
        let signature = key.sign(format!("{protected}.{payload}").as_bytes());
        self.data.jws = Some(json!({
            "header": {"kid": kid},
            "protected": protected,
            "signature": base64url::encode(&signature),
        }));
        Ok(())
    }

    /// Checks the signature and says whose it is. Whether that key was the right one to sign is the caller's question.
    ///
    /// # Errors
    /// [`AttachmentError::Unsigned`], or what is wrong with the signature.
    pub fn verify_signature(&self) -> Result<Verkey, AttachmentError> {
        let jws = self.data.jws.as_ref().ok_or(AttachmentError::Unsigned)?;
        let jws: Jws = Jws::deserialize(jws).map_err(|_| AttachmentError::MalformedSignature("members"))?;
        let signature = jws.single()?;
        let protected = base64url::decode(&signature.protected)
            .ok()
            .and_then(|bytes| serde_json::from_slice::<ProtectedHeader>(&bytes).ok())
            .ok_or(AttachmentError::MalformedSignature("protected"))?;
        if protected.alg != "EdDSA" {
            return Err(AttachmentError::MalformedSignature("alg"));
        }
        let signer = signer(&protected, signature.header.as_ref())?;
        let bytes =
            base64url::decode(&signature.signature).map_err(|_| AttachmentError::MalformedSignature("signature"))?;
        // The payload is signed as unpadded base64url, whatever alphabet it was attached in.
        let payload = base64url::encode(&self.base64_content()?);
        signer
            .verify(format!("{}.{payload}", signature.protected).as_bytes(), &bytes)
            .map_err(|_| AttachmentError::BadSignature)?;
        Ok(signer)
    }

    fn base64_content(&self) -> Result<Vec<u8>, AttachmentError> {
        let encoded = self.data.base64.as_deref().ok_or(AttachmentError::Empty)?;
        base64url::decode(encoded).map_err(|_| AttachmentError::NotBase64)
    }
}

#[derive(Deserialize)]
struct Jws {
    #[serde(flatten)]
    flat: Option<JwsSignature>,
    signatures: Option<Vec<JwsSignature>>,
}

#[derive(Deserialize)]
struct JwsSignature {
    header: Option<JwsHeader>,
    protected: String,
    signature: String,
}

#[derive(Deserialize)]
struct JwsHeader {
    kid: Option<String>,
}

#[derive(Deserialize)]
struct ProtectedHeader {
    alg: String,
    kid: Option<String>,
    jwk: Option<Jwk>,
}

#[derive(Deserialize)]
struct Jwk {
    kty: String,
    crv: String,
    x: String,
}

impl Jws {
    /// The one signature. Several would leave open whose counts.
    fn single(self) -> Result<JwsSignature, AttachmentError> {
        match (self.flat, self.signatures) {
            (Some(flat), None) => Ok(flat),
            (None, Some(signatures)) => match <[JwsSignature; 1]>::try_from(signatures) {
                Ok([only]) => Ok(only),
                Err(_) => Err(AttachmentError::MalformedSignature("signatures")),
            },
            _ => Err(AttachmentError::MalformedSignature("members")),
        }
    }
}

/// The key by which the signature is to be checked: the JWK's, the kid's, and if there are both, they must agree.
fn signer(protected: &ProtectedHeader, header: Option<&JwsHeader>) -> Result<Verkey, AttachmentError> {
    let from_jwk = match &protected.jwk {
        None => None,
        Some(jwk) if jwk.kty == "OKP" && jwk.crv == "Ed25519" => Some(Verkey::from_bytes(
            &base64url::decode_array(&jwk.x).ok_or(AttachmentError::MalformedSignature("jwk"))?,
        )),
        Some(_) => return Err(AttachmentError::MalformedSignature("jwk")),
    };
    let kid = protected.kid.as_deref().or_else(|| header.and_then(|header| header.kid.as_deref()));
    let from_kid = kid.filter(|kid| kid.starts_with("did:key:")).map(str::parse::<Verkey>);
    match (from_jwk, from_kid) {
        (Some(jwk), Some(Ok(kid))) if jwk != kid => Err(AttachmentError::MalformedSignature("kid")),
        (Some(jwk), Some(Ok(_)) | None) => Ok(jwk),
        (None, Some(Ok(kid))) => Ok(kid),
        (_, Some(Err(_))) => Err(AttachmentError::MalformedSignature("kid")),
        (None, None) => Err(AttachmentError::MalformedSignature("jwk")),
    }
}

fn hash(hex: &str) -> Option<[u8; 32]> {
    if hex.len() != 64 || !hex.bytes().all(|byte| byte.is_ascii_hexdigit()) {
        return None;
    }
    let mut bytes = [0; 32];
    for (byte, at) in bytes.iter_mut().zip((0_usize..64).step_by(2)) {
        *byte = u8::from_str_radix(hex.get(at..at.saturating_add(2))?, 16).ok()?;
    }
    Some(bytes)
}
