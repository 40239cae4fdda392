//! `/discover-features-2.0`: what a peer, or this wallet, speaks (RFC 0557).

use std::time::Duration;

use serde_json::{Value, json};
use vouchsafe_agent::Event;

use crate::call::{Call, Kind, param};
use crate::route::{Answer, Route};
use crate::views::time;

/// How long a peer's answer is waited for; it may come later, by webhook.
const PATIENCE: Duration = Duration::from_secs(5);

pub(super) fn routes() -> Vec<Route> {
    vec![Route::get("/discover-features-2.0/queries", "Query supported features", queries).query(&[
        param("connection_id", Kind::Text, "Connection identifier; none: this wallet itself"),
        param("query_goal_code", Kind::Text, "Goal codes to query for, with * at the end for all that begin so"),
        param("query_protocol", Kind::Text, "Protocols to query for, with * at the end for all that begin so"),
    ])]
}

async fn queries(call: Call) -> Answer {
    let agent = call.api.agent();
    let (protocol, goal_code) = (call.query.text("query_protocol"), call.query.text("query_goal_code"));
    let Some(connection_id) = call.query.text("connection_id") else {
        let disclosures = json!(agent.own_features(protocol, goal_code));
        return Ok(json!({ "disclosures": { "disclosures": disclosures }, "trace": false }));
    };
    let mut events = agent.subscribe();
    let asked_at = agent.now();
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
    let disclosures: Option<Value> = tokio::time::timeout(PATIENCE, answered).await.ok().flatten();
    let mut record = json!({
        "created_at": time(asked_at),
        "updated_at": time(agent.now()),
        "connection_id": connection_id,
        "thread_id": thread_id,
        "trace": false,
    });
    if let (Some(disclosures), Some(members)) = (disclosures, record.as_object_mut()) {
        members.insert("disclosures".to_owned(), json!({ "disclosures": disclosures }));
    }
    Ok(json!({ "results": record }))
}
