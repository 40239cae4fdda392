//! `/wallet/keys` and `/wallet/jwt`: the wallet's bare keys, the names that are bound to them, and the JWS they sign.

use serde_json::{Value, json};
use vouchsafe_agent::wallet_keys::{SignJws, WalletKey};

use super::read_seed;
use crate::call::{Call, Kind, param, required};
use crate::error::ApiError;
use crate::route::{Answer, Route};

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::post("/wallet/keys", "Create a key pair", create)
            .body(
                const {
                    &[
                        param("alg", Kind::Text, "ed25519, the only algorithm that is made here"),
                        param("kid", Kind::Text, "Name to bind to the key, such as a verification method"),
                        param("seed", Kind::Text, "Seed of 32 bytes, as text or base64"),
                    ]
                },
            )
            .creates(),
        Route::get("/wallet/keys/{multikey}", "Fetch key info", show),
        Route::put("/wallet/keys", "Update a key pair's kid", bind).body(
            const {
                &[
                    required("multikey", Kind::Text, "The public key, as Multikey"),
                    required("kid", Kind::Text, "Name to bind to the key, such as a verification method"),
                ]
            },
        ),
        Route::post("/wallet/jwt/sign", "Create a EdDSA JWS using did keys with a given payload", sign).body(
            const {
                &[
                    required("payload", Kind::Object, "The claims"),
                    param("headers", Kind::Object, "The protected header; alg and kid are put in"),
                    param("did", Kind::Text, "Whose key signs"),
                    param("verificationMethod", Kind::Text, "Or which key signs"),
                ]
            },
        ),
        Route::post("/wallet/jwt/verify", "Verify a EdDSA JWS", verify)
            .body(const { &[required("jwt", Kind::Text, "The JWS, in compact form")] }),
    ]
}

fn shown(key: &WalletKey) -> Value {
    json!({ "kid": key.kid, "multikey": key.multikey })
}

async fn create(call: Call) -> Answer {
    if let Some(other) = call.body.text("alg").filter(|alg| alg != "ed25519") {
        return Err(ApiError::bad(format!(
            "Unknown key algorithm {}, use one of ['ed25519'].",
            crate::error::cut(&other)
        )));
    }
    let seed = call.body.text("seed").map(|seed| read_seed(&seed)).transpose()?;
    Ok(shown(&call.api.agent().create_key(seed, call.body.text("kid")).await?))
}

async fn show(call: Call) -> Answer {
    Ok(shown(&call.api.agent().key(call.path("multikey")).await?))
}

async fn bind(call: Call) -> Answer {
    let (multikey, kid) = (call.body.text("multikey").unwrap_or_default(), call.body.text("kid").unwrap_or_default());
    Ok(shown(&call.api.agent().bind_key(&multikey, &kid).await?))
}

async fn sign(call: Call) -> Answer {
    let wanted = SignJws {
        did: call.body.text("did"),
        verification_method: call.body.text("verificationMethod"),
        headers: call.body.object("headers").unwrap_or_default(),
        payload: call.body.object("payload").unwrap_or_default(),
    };
    Ok(Value::String(call.api.agent().sign_jws(wanted).await?))
}

async fn verify(call: Call) -> Answer {
    let read = call.api.agent().verify_jws(&call.body.text("jwt").unwrap_or_default()).await?;
    Ok(json!({ "headers": read.headers, "kid": read.kid, "payload": read.payload, "valid": read.valid }))
}
