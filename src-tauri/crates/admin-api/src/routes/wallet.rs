//! `/wallet/did`: the wallet's own DIDs.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};
use vouchsafe_agent::wallet_dids::CreateDid;
use vouchsafe_store::DidFilter;

use super::did_cheqd::{self, ENDPOINT};
use super::no_mediation;
use crate::call::{Call, Kind, PAGING, param, required};
use crate::error::ApiError;
use crate::route::{Answer, Route};
use crate::views::did;

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/wallet/did", "List wallet DIDs", list)
            .query(&[
                param("did", Kind::Text, "DID of interest"),
                param("key_type", Kind::Text, "Key type to query for"),
                param("method", Kind::Text, "DID method to query for"),
                param("posture", Kind::Text, "public, posted or wallet_only"),
                param("verkey", Kind::Text, "Verification key of interest"),
            ])
            .query(&PAGING),
        Route::post("/wallet/did/create", "Create a local DID", create).body(
            const {
                &[
                    param("method", Kind::Text, "Method: key, sov (default), did:peer:2, did:peer:4 or cheqd"),
                    param("options", Kind::Object, "key_type (ed25519), did for method sov, network for cheqd"),
                    param("seed", Kind::Text, "Seed of 32 bytes, as text or base64"),
                ]
            },
        ),
        Route::get("/wallet/get-did-endpoint", "Query DID endpoint in wallet", endpoint).query(&[required(
            "did",
            Kind::Text,
            "DID of interest",
        )]),
        Route::post(
            "/wallet/set-did-endpoint",
            "Update endpoint in wallet, and on the ledger for a did:cheqd",
            set_endpoint,
        )
        .body(&ENDPOINT),
        Route::get("/wallet/did/public", "Fetch the current public DID", public),
        Route::post("/wallet/did/public", "Assign the current public DID", set_public).query(&[required(
            "did",
            Kind::Text,
            "DID of interest",
        )]),
    ]
}

async fn list(call: Call) -> Answer {
    let query = &call.query;
    let filter = DidFilter {
        did: query.text("did"),
        method: query.text("method"),
        key_type: query.text("key_type"),
        verkey: query.word("verkey", |key| key.parse().ok())?,
        posture: query
            .word("posture", |word| matches!(word, "public" | "posted" | "wallet_only").then(|| word.to_owned()))?,
    };
    let mut page = call.page();
    if query.number("limit").is_none() {
        page.limit = u32::MAX;
    }
    let rows = call.api.agent().dids(filter, page).await?;
    Ok(json!({ "results": rows.iter().map(did::did).collect::<Vec<_>>() }))
}

async fn create(call: Call) -> Answer {
    let options = call.body.object("options").unwrap_or_default();
    let option = |name: &str| options.get(name).and_then(Value::as_str).map(str::to_owned);
    let key_type = option("key_type").unwrap_or_else(|| "ed25519".to_owned());
    if key_type != "ed25519" {
        return Err(ApiError::field("options.key_type", &format!("Must be one of: ed25519 (was {key_type}).")));
    }
    let method = call.body.text("method").unwrap_or_else(|| "sov".to_owned());
    if matches!(method.as_str(), "cheqd" | "did:cheqd") {
        let row = did_cheqd::make(&call, &options, call.body.text("seed"), None).await?;
        return Ok(json!({ "result": did::did(&row) }));
    }
    if !matches!(method.as_str(), "key" | "did:key" | "sov" | "did:peer:2" | "did:peer:4") {
        return Err(ApiError::bad(format!("method {} is not supported by the agent.", crate::error::cut(&method))));
    }
    let wanted = CreateDid {
        method: if method == "did:key" { "key".to_owned() } else { method },
        key_type,
        seed: call.body.text("seed").map(|seed| read_seed(&seed)).transpose()?,
        did: option("did"),
        metadata: serde_json::Map::new(),
    };
    let row = call.api.agent().create_did(wanted).await?;
    Ok(json!({ "result": did::did(&row) }))
}

async fn endpoint(call: Call) -> Answer {
    let did = call.query.text("did").unwrap_or_default();
    let endpoint = call.api.agent().did_endpoint(&did).await?;
    Ok(json!({ "did": did, "endpoint": endpoint }))
}

async fn set_endpoint(call: Call) -> Answer {
    no_mediation(call.body.text("mediation_id"))?;
    let did = call.body.text("did").unwrap_or_default();
    if did.starts_with("did:cheqd:") {
        return Ok(json!({ "result": did_cheqd::publish_endpoint(&call).await? }));
    }
    call.api.agent().set_local_did_endpoint(&did, call.body.text("endpoint")).await?;
    Ok(json!({}))
}

async fn public(call: Call) -> Answer {
    Ok(json!({ "result": call.api.agent().public_did().await?.as_ref().map(did::did) }))
}

async fn set_public(call: Call) -> Answer {
    let row = call.api.agent().set_public_did(&call.query.text("did").unwrap_or_default()).await?;
    Ok(json!({ "result": did::did(&row) }))
}

/// A seed as ACA-Py takes it: 32 characters, or base64 of 32 bytes.
pub(crate) fn read_seed(text: &str) -> Result<[u8; 32], ApiError> {
    let bytes = if text.len() == 32 { text.as_bytes().to_vec() } else { STANDARD.decode(text).unwrap_or_default() };
    bytes.try_into().map_err(|_| ApiError::field("seed", "A seed has 32 characters, or is base64 of 32 bytes."))
}
