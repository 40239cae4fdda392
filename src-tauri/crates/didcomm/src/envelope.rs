//! Encrypted envelopes, version 1 (Aries RFC 0019), as libsodium-based agents write them: one content key for the
//! text (ChaCha20-Poly1305 IETF), wrapped for each recipient by its X25519 key, with the sender's key inside
//! (authcrypt) or nobody's (anoncrypt). Defends against oversized envelopes, long recipient lists, weak keys and any
//! change of a byte. Nothing here says that the sender may say what it says; that is the agent's to decide.

use std::borrow::Cow;

use chacha20poly1305::{AeadInPlace, ChaCha20Poly1305, KeyInit, Nonce, Tag};
use crypto_box::{PublicKey, SalsaBox, aead::Aead};
use rand_core::{OsRng, RngCore};
use serde::{Deserialize, Serialize};
use zeroize::Zeroizing;

use crate::{
    base64url,
    key::{KeyError, SigningKey, Verkey},
    message::MAX_MESSAGE_BYTES,
};

/// The largest envelope that is read, in bytes: a largest message wrapped twice, since each layer of base64 adds a
/// third.
pub const MAX_ENVELOPE_BYTES: usize = 2 * MAX_MESSAGE_BYTES;

/// The most recipients of one envelope that are read.
pub const MAX_RECIPIENTS: usize = 64;

/// Why an envelope cannot be made or opened.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EnvelopeError {
    /// It is larger than [`MAX_ENVELOPE_BYTES`]. The sender's fault.
    #[error("the envelope has {0} bytes; at most {MAX_ENVELOPE_BYTES} are read")]
    TooLarge(usize),
    /// It is not an envelope; the text names the member. The sender's fault.
    #[error("not a DIDComm v1 envelope: {0}")]
    Malformed(&'static str),
    /// It is not for this key.
    #[error("the envelope is not for {0}")]
    NotForThisKey(Verkey),
    /// It is for this key but was changed on its way, or not made by who it says. The sender's fault.
    #[error("the envelope does not decrypt")]
    Undecryptable,
    /// It was to be packed for nobody. Our own fault.
    #[error("an envelope needs between 1 and {MAX_RECIPIENTS} recipients")]
    NoRecipients,
    /// A recipient's or sender's key is not usable.
    #[error("the key {verkey} cannot be used: {source}")]
    Key {
        /// The key.
        verkey: Verkey,
        /// Why.
        source: KeyError,
    },
}

#[derive(Serialize, Deserialize)]
struct Jwe<'a> {
    #[serde(borrow)]
    protected: Cow<'a, str>,
    #[serde(borrow)]
    iv: Cow<'a, str>,
    #[serde(borrow)]
    ciphertext: Cow<'a, str>,
    #[serde(borrow)]
    tag: Cow<'a, str>,
}

#[derive(Serialize, Deserialize)]
struct Protected {
    enc: String,
    typ: String,
    alg: String,
    recipients: Vec<ProtectedRecipient>,
}

#[derive(Serialize, Deserialize)]
struct ProtectedRecipient {
    encrypted_key: String,
    header: RecipientHeader,
}

#[derive(Serialize, Deserialize)]
struct RecipientHeader {
    kid: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    sender: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    iv: Option<String>,
}

/// The names that RFC 0019 gives the cipher; both mean ChaCha20-Poly1305 with a 12-byte nonce in practice.
const ENCODINGS: [&str; 2] = ["xchacha20poly1305_ietf", "chacha20poly1305_ietf"];
const AUTHCRYPT: &str = "Authcrypt";
const ANONCRYPT: &str = "Anoncrypt";

/// Packs `plaintext` for these recipients: authcrypt if there is a sender, anoncrypt if not.
///
/// # Errors
/// [`EnvelopeError::NoRecipients`], or [`EnvelopeError::Key`] if a recipient's key is unusable.
pub fn pack(plaintext: &[u8], sender: Option<&SigningKey>, recipients: &[Verkey]) -> Result<Vec<u8>, EnvelopeError> {
    if recipients.is_empty() || recipients.len() > MAX_RECIPIENTS {
        return Err(EnvelopeError::NoRecipients);
    }
    let mut content_key = Zeroizing::new([0; 32]);
    OsRng.fill_bytes(content_key.as_mut());
    let sender = sender.map(|key| (key.verkey().to_string(), key.to_x25519()));
    let wrapped =
        recipients.iter().map(|recipient| wrap(&content_key, sender.as_ref(), recipient)).collect::<Result<_, _>>()?;
    let protected = Protected {
        enc: "xchacha20poly1305_ietf".to_owned(),
        typ: "JWM/1.0".to_owned(),
        alg: if sender.is_some() { AUTHCRYPT } else { ANONCRYPT }.to_owned(),
        recipients: wrapped,
    };
    let protected = serde_json::to_vec(&protected).map_err(|_| EnvelopeError::Malformed("protected"))?;
    let protected = base64url::encode(&protected);
    let mut nonce = [0; 12];
    OsRng.fill_bytes(&mut nonce);
    let mut ciphertext = plaintext.to_vec();
    let tag = ChaCha20Poly1305::new((&*content_key).into())
        .encrypt_in_place_detached(Nonce::from_slice(&nonce), protected.as_bytes(), &mut ciphertext)
        .map_err(|_| EnvelopeError::TooLarge(plaintext.len()))?;
    let jwe = Jwe {
        protected: protected.into(),
        iv: base64url::encode(&nonce).into(),
        ciphertext: base64url::encode(&ciphertext).into(),
        tag: base64url::encode(&tag).into(),
    };
    serde_json::to_vec(&jwe).map_err(|_| EnvelopeError::Malformed("envelope"))
}

/// The content key for one recipient.
fn wrap(
    content_key: &[u8; 32],
    sender: Option<&(String, crypto_box::SecretKey)>,
    recipient: &Verkey,
) -> Result<ProtectedRecipient, EnvelopeError> {
    let public = recipient.to_x25519().map_err(|source| EnvelopeError::Key { verkey: *recipient, source })?;
    let public = PublicKey::from(public);
    let undecryptable = |_| EnvelopeError::Undecryptable;
    let (encrypted_key, sender, iv) = match sender {
        None => (public.seal(&mut OsRng, content_key).map_err(undecryptable)?, None, None),
        Some((verkey, secret)) => {
            let mut nonce = [0; 24];
            OsRng.fill_bytes(&mut nonce);
            let encrypted_key = SalsaBox::new(&public, secret)
                .encrypt((&nonce).into(), content_key.as_slice())
                .map_err(undecryptable)?;
            let sender = public.seal(&mut OsRng, verkey.as_bytes()).map_err(undecryptable)?;
            (encrypted_key, Some(base64url::encode(&sender)), Some(base64url::encode(&nonce)))
        }
    };
    Ok(ProtectedRecipient {
        encrypted_key: base64url::encode(&encrypted_key),
        header: RecipientHeader { kid: recipient.to_string(), sender, iv },
    })
}

/// An envelope that was read but not yet opened.
pub struct Envelope {
    /// The base64url text of the protected header: what the cipher authenticates.
    protected: String,
    recipients: Vec<Verkey>,
    wrapped: Vec<WrappedKey>,
    anonymous: bool,
    nonce: [u8; 12],
    ciphertext: Vec<u8>,
    tag: [u8; 16],
}

struct WrappedKey {
    encrypted_key: Vec<u8>,
    /// The sealed sender key and the nonce of the box, in authcrypt.
    sender: Option<(Vec<u8>, [u8; 24])>,
}

/// What was in an envelope.
#[derive(Clone, PartialEq, Eq)]
pub struct Opened {
    /// The text, of any content.
    pub plaintext: Vec<u8>,
    /// The key it was packed with; none in anoncrypt.
    pub sender: Option<Verkey>,
    /// The key that opened it.
    pub recipient: Verkey,
}

/// Keys alone: what a message says belongs in no log.
impl std::fmt::Debug for Opened {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Opened")
            .field("sender", &self.sender)
            .field("recipient", &self.recipient)
            .field("bytes", &self.plaintext.len())
            .finish_non_exhaustive()
    }
}

impl Envelope {
    /// Reads an envelope without opening it.
    ///
    /// # Errors
    /// [`EnvelopeError::TooLarge`] or [`EnvelopeError::Malformed`].
    pub fn parse(bytes: &[u8]) -> Result<Self, EnvelopeError> {
        if bytes.len() > MAX_ENVELOPE_BYTES {
            return Err(EnvelopeError::TooLarge(bytes.len()));
        }
        let jwe: Jwe<'_> = serde_json::from_slice(bytes).map_err(|_| EnvelopeError::Malformed("envelope"))?;
        let header = base64url::decode(&jwe.protected).map_err(|_| EnvelopeError::Malformed("protected"))?;
        let header: Protected = serde_json::from_slice(&header).map_err(|_| EnvelopeError::Malformed("protected"))?;
        if !ENCODINGS.contains(&header.enc.as_str()) {
            return Err(EnvelopeError::Malformed("enc"));
        }
        let anonymous = match header.alg.as_str() {
            AUTHCRYPT => false,
            ANONCRYPT => true,
            _ => return Err(EnvelopeError::Malformed("alg")),
        };
        if header.recipients.is_empty() || header.recipients.len() > MAX_RECIPIENTS {
            return Err(EnvelopeError::Malformed("recipients"));
        }
        let mut recipients = Vec::with_capacity(header.recipients.len());
        let mut wrapped = Vec::with_capacity(header.recipients.len());
        for recipient in &header.recipients {
            recipients.push(recipient.header.kid.parse().map_err(|_| EnvelopeError::Malformed("kid"))?);
            wrapped.push(WrappedKey::read(recipient, anonymous)?);
        }
        Ok(Self {
            recipients,
            wrapped,
            anonymous,
            nonce: base64url::decode_array(&jwe.iv).ok_or(EnvelopeError::Malformed("iv"))?,
            ciphertext: base64url::decode(&jwe.ciphertext).map_err(|_| EnvelopeError::Malformed("ciphertext"))?,
            tag: base64url::decode_array(&jwe.tag).ok_or(EnvelopeError::Malformed("tag"))?,
            protected: jwe.protected.into_owned(),
        })
    }

    /// The keys it is for.
    pub fn recipients(&self) -> &[Verkey] {
        &self.recipients
    }

    /// Whether nobody says that they packed it.
    pub fn is_anonymous(&self) -> bool {
        self.anonymous
    }

    /// Opens it with one of its recipients' keys.
    ///
    /// # Errors
    /// [`EnvelopeError::NotForThisKey`], [`EnvelopeError::Undecryptable`] if any byte was changed, or
    /// [`EnvelopeError::Key`] if the sender's key is unusable.
    pub fn open(&self, key: &SigningKey) -> Result<Opened, EnvelopeError> {
        let recipient = key.verkey();
        let wrapped = self
            .recipients
            .iter()
            .zip(&self.wrapped)
            .find_map(|(verkey, wrapped)| (*verkey == recipient).then_some(wrapped))
            .ok_or(EnvelopeError::NotForThisKey(recipient))?;
        let (content_key, sender) = wrapped.unwrap_key(&key.to_x25519())?;
        let mut plaintext = self.ciphertext.clone();
        ChaCha20Poly1305::new((&*content_key).into())
            .decrypt_in_place_detached(
                Nonce::from_slice(&self.nonce),
                self.protected.as_bytes(),
                &mut plaintext,
                Tag::from_slice(&self.tag),
            )
            .map_err(|_| EnvelopeError::Undecryptable)?;
        Ok(Opened { plaintext, sender, recipient })
    }
}

impl WrappedKey {
    fn read(recipient: &ProtectedRecipient, anonymous: bool) -> Result<Self, EnvelopeError> {
        let encrypted_key =
            base64url::decode(&recipient.encrypted_key).map_err(|_| EnvelopeError::Malformed("encrypted_key"))?;
        let sender = match (anonymous, &recipient.header.sender, &recipient.header.iv) {
            (true, ..) => None,
            (false, Some(sender), Some(iv)) => Some((
                base64url::decode(sender).map_err(|_| EnvelopeError::Malformed("sender"))?,
                base64url::decode_array(iv).ok_or(EnvelopeError::Malformed("iv"))?,
            )),
            (false, ..) => return Err(EnvelopeError::Malformed("sender")),
        };
        Ok(Self { encrypted_key, sender })
    }

    fn unwrap_key(
        &self,
        secret: &crypto_box::SecretKey,
    ) -> Result<(Zeroizing<[u8; 32]>, Option<Verkey>), EnvelopeError> {
        let undecryptable = |_| EnvelopeError::Undecryptable;
        let (content_key, sender) = match &self.sender {
            None => (secret.unseal(&self.encrypted_key).map_err(undecryptable)?, None),
            Some((sealed, nonce)) => {
                let sender: Verkey = secret
                    .unseal(sealed)
                    .ok()
                    .and_then(|text| std::str::from_utf8(&text).ok()?.parse().ok())
                    .ok_or(EnvelopeError::Undecryptable)?;
                let public = sender.to_x25519().map_err(|source| EnvelopeError::Key { verkey: sender, source })?;
                let content_key = SalsaBox::new(&PublicKey::from(public), secret)
                    .decrypt(nonce.into(), self.encrypted_key.as_slice())
                    .map_err(undecryptable)?;
                (content_key, Some(sender))
            }
        };
        let content_key = Zeroizing::new(content_key);
        let content_key: [u8; 32] = content_key.as_slice().try_into().map_err(|_| EnvelopeError::Undecryptable)?;
        Ok((Zeroizing::new(content_key), sender))
    }
}
