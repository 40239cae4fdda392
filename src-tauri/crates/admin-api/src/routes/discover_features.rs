//! `/discover-features-2.0` and, for older controllers, `/discover-features`: what a peer, or this wallet, speaks
//! (RFC 0557, RFC 0031). Both ask peers by RFC 0557; what is answered is told and not kept.

use std::time::Duration;

use serde_json::{Value, json};
use vouchsafe_agent::Event;

use crate::call::{Call, Kind, param};
use crate::error::ApiError;
use crate::route::{Answer, Route};
use crate::views::{Record, time};

/// How long a peer's answer is waited for; it may come later, by webhook.
const PATIENCE: Duration = Duration::from_secs(5);

pub(super) fn routes() -> Vec<Route> {
    let of = param("connection_id", Kind::Text, "Connection identifier; none: this wallet itself");
    vec![
        Route::get("/discover-features-2.0/queries", "Query supported features", queries).query(&[
            of,
            param("query_goal_code", Kind::Text, "Goal codes to query for, with * at the end for all that begin so"),
            param("query_protocol", Kind::Text, "Protocols to query for, with * at the end for all that begin so"),
        ]),
        Route::get("/discover-features-2.0/records", "Discover features records; none are kept", records).query(&[of]),
        Route::get("/discover-features/query", "Query supported protocols", query).query(&[
            of,
            param("query", Kind::Text, "Protocols to query for, with * at the end for all that begin so"),
            param("comment", Kind::Text, "Not sent"),
        ]),
        Route::get("/discover-features/records", "Discover features records; none are kept", records).query(&[of]),
    ]
}

async fn records(_: Call) -> Answer {
    Ok(json!({ "results": [] }))
}

async fn query(call: Call) -> Answer {
    let wanted = call.query.text("query");
    let connection_id = call.query.text("connection_id");
    let (asked_at, found) = (call.api.agent().now(), ask(&call, connection_id.clone(), wanted, None).await?);
    let disclosed = found.disclosures.as_ref().and_then(Value::as_array).into_iter().flatten();
    let protocols: Vec<Value> = disclosed
        .filter(|feature| feature["feature-type"] == "protocol")
        .map(|feature| {
            let member = |name: &str| feature.get(name).filter(|value| !value.is_null()).cloned();
            Record::default().maybe("pid", member("id")).maybe("roles", member("roles")).done()
        })
        .collect();
    let record = Record::default()
        .with("created_at", time(asked_at))
        .with("updated_at", time(call.api.agent().now()))
        .maybe("connection_id", connection_id)
        .maybe("thread_id", found.thread_id)
        .maybe("disclose", found.disclosures.is_some().then(|| json!({ "protocols": protocols })))
        .with("trace", false);
    Ok(record.done())
}

async fn queries(call: Call) -> Answer {
    let (protocol, goal_code) = (call.query.text("query_protocol"), call.query.text("query_goal_code"));
    let connection_id = call.query.text("connection_id");
    let asked_at = call.api.agent().now();
    let found = ask(&call, connection_id.clone(), protocol, goal_code).await?;
    let disclosures = found.disclosures.map(|disclosures| json!({ "disclosures": disclosures }));
    let Some(connection_id) = connection_id else {
        return Ok(json!({ "disclosures": disclosures, "trace": false }));
    };
    let record = Record::default()
        .with("created_at", time(asked_at))
        .with("updated_at", time(call.api.agent().now()))
        .with("connection_id", connection_id)
        .maybe("thread_id", found.thread_id)
        .with("trace", false)
        .maybe("disclosures", disclosures);
    Ok(json!({ "results": record.done() }))
}

/// What was asked and, if it came in time, answered.
struct Found {
    thread_id: Option<String>,
    disclosures: Option<Value>,
}

async fn ask(
    call: &Call,
    connection_id: Option<String>,
    protocol: Option<String>,
    goal_code: Option<String>,
) -> Result<Found, ApiError> {
    let agent = call.api.agent();
    let Some(connection_id) = connection_id else {
        let disclosures = json!(agent.own_features(protocol, goal_code));
        return Ok(Found { thread_id: None, disclosures: Some(disclosures) });
    };
    let mut events = agent.subscribe();
    let thread_id = agent.query_features(&connection_id, protocol, goal_code).await?;
    let answered = async {
        loop {
            match events.recv().await {
                Ok(event) => {
                    if let Event::Disclosures { thread_id: thread, disclosures, .. } = event.as_ref()
                        && *thread == thread_id
                    {
                        return Some(disclosures.clone());
                    }
                }
                Err(tokio::sync::broadcast::error::RecvError::Lagged(_)) => {}
                Err(tokio::sync::broadcast::error::RecvError::Closed) => return None,
            }
        }
    };
    let disclosures = tokio::time::timeout(PATIENCE, answered).await.ok().flatten();
    Ok(Found { thread_id: Some(thread_id), disclosures })
}
