//! `/status` and its kin.

use serde_json::json;
use vouchsafe_agent::PROTOCOLS;

use crate::call::Call;
use crate::error::ApiError;
use crate::openapi::ACAPY_VERSION;
use crate::route::{Answer, Route};

pub(super) fn routes() -> Vec<Route> {
    vec![
        Route::get("/status", "Fetch the server status", status),
        Route::get("/status/ready", "Readiness check", ready).open(),
        Route::get("/status/live", "Liveliness check", live).open(),
        Route::get("/status/config", "Fetch the server configuration, without its secrets", config),
        Route::post("/status/reset", "Reset statistics; none are kept", reset),
        Route::get("/plugins", "Fetch the list of what is built in", plugins),
        Route::get("/shutdown", "Shut down server", shutdown),
    ]
}

async fn status(call: Call) -> Answer {
    let agent = call.api.agent();
    let dropped = agent.store().read(|reader| Ok::<_, ApiError>(reader.webhooks_dropped()?)).await?;
    Ok(json!({
        "version": ACAPY_VERSION,
        "label": agent.config().label,
        "conductor": {},
        "vouchsafe": { "version": env!("CARGO_PKG_VERSION"), "webhooks_dropped": dropped },
    }))
}

async fn ready(call: Call) -> Answer {
    let agent = call.api.agent();
    Ok(json!({ "ready": !agent.stopping().is_cancelled() && !agent.store().is_sealed() }))
}

async fn live(_: Call) -> Answer {
    Ok(json!({ "alive": true }))
}

async fn config(call: Call) -> Answer {
    Ok(json!({ "config": call.api.options().shown_config }))
}

async fn reset(_: Call) -> Answer {
    Ok(json!({}))
}

async fn plugins(_: Call) -> Answer {
    Ok(json!({ "result": PROTOCOLS }))
}

async fn shutdown(call: Call) -> Answer {
    call.api.shutdown().cancel();
    Ok(json!({}))
}
