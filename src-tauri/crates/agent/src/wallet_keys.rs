//! The wallet's bare keys, and the compact JWS (RFC 7515) that they sign: for a controller whose own service names a
//! key that lives here. A key is made here and never leaves; a JWS is signed only by a key that the named verification
//! method resolves to, or that a controller bound to it. Defends, when reading a JWS of others, against algorithms
//! other than the one that is expected and against keys that the signer's own document does not have.

use base64::Engine;
use base64::engine::general_purpose::{URL_SAFE, URL_SAFE_NO_PAD};
use serde_json::{Map, Value};
use vouchsafe_didcomm::{SigningKey, Verkey};
use vouchsafe_dids::{Did, PublicKey};

use crate::Agent;
use crate::error::{AgentError, Result};

/// The longest JWS that is read, in bytes.
const MAX_JWS_BYTES: usize = 256 * 1024;
/// The longest name that is bound to a key, in bytes.
const MAX_KEY_ID_BYTES: usize = 2048;

/// A key of the wallet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WalletKey {
    /// The public key: Multikey (multibase with its multicodec prefix).
    pub multikey: String,
    /// The name bound to it, mostly a verification method.
    pub kid: Option<String>,
}

/// A JWS to be signed.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct SignJws {
    /// Whose key signs: the first key in this DID's `assertionMethod`, else `authentication`, that is here.
    pub did: Option<String>,
    /// Or which key signs, by its verification method.
    pub verification_method: Option<String>,
    /// The protected header; `typ` is put in where it is missing, `alg` and `kid` always.
    pub headers: Map<String, Value>,
    /// The claims.
    pub payload: Map<String, Value>,
}

/// A JWS that was read.
#[derive(Debug, Clone, PartialEq)]
pub struct ReadJws {
    /// Whether the signature is by the key that `kid` names.
    pub valid: bool,
    /// The protected header.
    pub headers: Map<String, Value>,
    /// The claims, whether valid or not.
    pub payload: Map<String, Value>,
    /// The verification method that is said to have signed.
    pub kid: String,
}

impl Agent {
    /// Makes a key, or takes the one of `seed`, and binds `kid` to it.
    ///
    /// # Errors
    /// [`AgentError::Invalid`] if `kid` is bound to another key already.
    pub async fn create_key(&self, seed: Option<[u8; 32]>, kid: Option<String>) -> Result<WalletKey> {
        let committed = self
            .commit(move |unit| {
                let key = seed.as_ref().map_or_else(SigningKey::generate, SigningKey::from_seed);
                let multikey = key.verkey().to_multibase();
                unit.tx().put_key(&key, unit.now())?;
                if let Some(kid) = &kid {
                    if unit.tx().setting::<String>(&binding(kid)?)?.is_some() {
                        return Err(AgentError::invalid("kid", format!("`{kid}` is bound to a key already")));
                    }
                    unit.tx().put_setting(&binding(kid)?, &multikey)?;
                    unit.tx().put_setting(&name_of(&multikey), kid)?;
                }
                Ok(WalletKey { multikey, kid })
            })
            .await?;
        Ok(self.settle(committed).await)
    }

    /// A key of the wallet.
    ///
    /// # Errors
    /// [`AgentError::NotFound`].
    pub async fn key(&self, multikey: &str) -> Result<WalletKey> {
        let cut: String = multikey.chars().take(100).collect();
        let verkey = verkey_of(multikey).map_err(|_| AgentError::not_found("key", cut))?;
        let multikey = multikey.to_owned();
        self.look(move |reader| {
            if reader.signing_key(&verkey)?.is_none() {
                return Err(AgentError::not_found("key", multikey));
            }
            let kid = reader.setting(&name_of(&multikey))?;
            Ok(WalletKey { multikey, kid })
        })
        .await
    }

    /// Binds a name to a key of the wallet, in place of the key it named before.
    ///
    /// # Errors
    /// [`AgentError::NotFound`] for a key that is not here.
    pub async fn bind_key(&self, multikey: &str, kid: &str) -> Result<WalletKey> {
        let (multikey, kid, verkey) = (multikey.to_owned(), kid.to_owned(), verkey_of(multikey)?);
        let committed = self
            .commit(move |unit| {
                if unit.tx().signing_key(&verkey)?.is_none() {
                    return Err(AgentError::not_found("key", multikey));
                }
                if let Some(before) = unit.tx().setting::<String>(&binding(&kid)?)?
                    && before != multikey
                {
                    unit.tx().delete_setting(&name_of(&before))?;
                }
                unit.tx().put_setting(&binding(&kid)?, &multikey)?;
                unit.tx().put_setting(&name_of(&multikey), &kid)?;
                Ok(WalletKey { multikey, kid: Some(kid) })
            })
            .await?;
        Ok(self.settle(committed).await)
    }

    /// Signs claims as a compact JWS.
    ///
    /// # Errors
    /// [`AgentError::Invalid`] if neither a DID nor a verification method is given, or the wallet has no key of it;
    /// [`AgentError::Resolution`] if the DID cannot be looked up.
    pub async fn sign_jws(&self, wanted: SignJws) -> Result<String> {
        let (key, kid) = self.jws_signer(wanted.did.as_deref(), wanted.verification_method.as_deref()).await?;
        let mut headers = wanted.headers;
        headers.entry("typ").or_insert_with(|| "JWT".into());
        headers.insert("alg".to_owned(), "EdDSA".into());
        headers.insert("kid".to_owned(), kid.into());
        let encoded = |members: Map<String, Value>| URL_SAFE_NO_PAD.encode(Value::Object(members).to_string());
        let signed = format!("{}.{}", encoded(headers), encoded(wanted.payload));
        let signature = key.sign(signed.as_bytes());
        Ok(format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature)))
    }

    async fn jws_signer(&self, did: Option<&str>, method: Option<&str>) -> Result<(SigningKey, String)> {
        let not_here = |what: &str| AgentError::invalid("did", format!("the wallet has no key of {what}"));
        if let Some(method) = method {
            let key = binding(method)?;
            let bound = self.look(move |reader| Ok(reader.setting::<String>(&key)?)).await?;
            let verkey = match bound {
                Some(multikey) => verkey_of(&multikey)?,
                None => self.key_of_method(method).await?,
            };
            let key = self.look(move |reader| Ok(reader.signing_key(&verkey)?)).await?;
            return Ok((key.ok_or_else(|| not_here(method))?, method.to_owned()));
        }
        let did = did.ok_or_else(|| AgentError::invalid("did", "did or verificationMethod is needed"))?;
        let document = self.resolve_document(did).await?.document;
        let candidates: Vec<(String, Verkey)> = document
            .assertion_keys()
            .into_iter()
            .chain(document.authentication_keys())
            .filter_map(|(id, key)| match key {
                PublicKey::Ed25519(verkey) => Some((id, verkey)),
                _ => None,
            })
            .collect();
        let found = self
            .look(move |reader| {
                for (id, verkey) in candidates {
                    if let Some(key) = reader.signing_key(&verkey)? {
                        return Ok(Some((key, id)));
                    }
                }
                Ok(None)
            })
            .await?;
        found.ok_or_else(|| not_here(did))
    }

    /// Reads a compact JWS and says whether the key that it names has signed it.
    ///
    /// # Errors
    /// [`AgentError::Invalid`] for what is no JWS, or one of another algorithm than EdDSA; [`AgentError::Resolution`]
    /// if the signer's DID cannot be looked up.
    pub async fn verify_jws(&self, jws: &str) -> Result<ReadJws> {
        let malformed = |reason: &str| AgentError::invalid("jwt", reason);
        if jws.len() > MAX_JWS_BYTES {
            return Err(malformed("it is too long"));
        }
        let mut parts = jws.split('.');
        let (Some(header), Some(claims), Some(signature), None) =
            (parts.next(), parts.next(), parts.next(), parts.next())
        else {
            return Err(malformed("it does not have the three parts of a JWS"));
        };
        let decoded = |part: &str| {
            let engine = if part.ends_with('=') { &URL_SAFE } else { &URL_SAFE_NO_PAD };
            engine.decode(part).map_err(|_| malformed("a part of it is not base64url"))
        };
        let members = |part: &str| {
            serde_json::from_slice::<Map<String, Value>>(&decoded(part)?)
                .map_err(|_| malformed("its header or its claims are not a JSON object"))
        };
        let (headers, payload, signature) = (members(header)?, members(claims)?, decoded(signature)?);
        if headers.get("alg").and_then(Value::as_str) != Some("EdDSA") {
            return Err(malformed("its algorithm is not EdDSA, the one that is read here"));
        }
        let kid = headers.get("kid").and_then(Value::as_str).map(str::to_owned);
        let kid = kid.ok_or_else(|| malformed("it does not say whose key signed it (kid)"))?;
        let verkey = self.key_of_method(&kid).await?;
        let signed = format!("{header}.{claims}");
        let valid = verkey.verify(signed.as_bytes(), &signature).is_ok();
        Ok(ReadJws { valid, headers, payload, kid })
    }

    /// The Ed25519 key of a verification method, by its DID's document.
    async fn key_of_method(&self, method: &str) -> Result<Verkey> {
        let did = method.split(['#', '?', '/']).next().unwrap_or_default();
        if did.parse::<Did>().is_err() || did == method {
            return Err(AgentError::invalid("verificationMethod", "it is not the name of a DID's key"));
        }
        let document = self.resolve_document(did).await?.document;
        match document.verification_method(method).map(|method| &method.key) {
            Some(PublicKey::Ed25519(verkey)) => Ok(*verkey),
            Some(_) => Err(AgentError::invalid("verificationMethod", "it is not an Ed25519 key")),
            None => Err(AgentError::invalid("verificationMethod", "its DID's document has no such key")),
        }
    }
}

fn verkey_of(multikey: &str) -> Result<Verkey> {
    let cut: String = multikey.chars().take(100).collect();
    Verkey::from_multibase(multikey)
        .map_err(|_| AgentError::invalid("multikey", format!("`{cut}` is not an Ed25519 key in Multikey form")))
}

/// Where the key that a name is bound to is noted.
fn binding(kid: &str) -> Result<String> {
    if kid.is_empty() || kid.len() > MAX_KEY_ID_BYTES {
        return Err(AgentError::invalid("kid", "it is empty or too long"));
    }
    Ok(format!("key-of-kid:{kid}"))
}

/// Where the name of a key is noted.
fn name_of(multikey: &str) -> String {
    format!("kid-of-key:{multikey}")
}
