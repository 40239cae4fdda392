//! A client of ACA-Py's admin API, as a controller would use it. It speaks to ours and to ACA-Py alike; errors name
//! the agent, the call and its whole answer.

use anyhow::{Context, Result, anyhow, bail};
use reqwest::{Client, Method};
use serde_json::Value;
use std::time::Duration;

/// One agent's admin API.
#[derive(Clone, Debug)]
pub struct Admin {
    agent: String,
    base: String,
    client: Client,
}

/// An answer, whatever its status. Text that is not JSON is a JSON string.
#[derive(Clone, Debug)]
pub struct Answer {
    /// The HTTP status.
    pub status: u16,
    /// The body.
    pub body: Value,
}

impl Admin {
    /// A client for the API at `base`, such as `http://127.0.0.1:8031`; `agent` is its name in errors.
    ///
    /// # Errors
    /// When no HTTP client can be made.
    pub fn new(agent: &str, base: &str) -> Result<Self> {
        let client = Client::builder().timeout(Duration::from_mins(1)).build()?;
        Ok(Self { agent: agent.to_owned(), base: base.to_owned(), client })
    }

    /// Where the API is.
    pub fn base(&self) -> &str {
        &self.base
    }

    /// `GET path?query`, which must succeed.
    ///
    /// # Errors
    /// When the agent cannot be reached or answers other than 2xx.
    pub async fn get(&self, path: &str, query: &[(&str, &str)]) -> Result<Value> {
        self.must(Method::GET, path, query, None).await
    }

    /// `POST path?query` with a JSON body, which must succeed.
    ///
    /// # Errors
    /// When the agent cannot be reached or answers other than 2xx.
    pub async fn post(&self, path: &str, query: &[(&str, &str)], body: Value) -> Result<Value> {
        self.must(Method::POST, path, query, Some(body)).await
    }

    /// `DELETE path`, which must succeed.
    ///
    /// # Errors
    /// When the agent cannot be reached or answers other than 2xx.
    pub async fn delete(&self, path: &str) -> Result<Value> {
        self.must(Method::DELETE, path, &[], None).await
    }

    async fn must(&self, method: Method, path: &str, query: &[(&str, &str)], body: Option<Value>) -> Result<Value> {
        let answer = self.call(method.clone(), path, query, body.clone()).await?;
        if !(200..300).contains(&answer.status) {
            let sent = body.map(|body| format!("\n  sent: {body}")).unwrap_or_default();
            bail!("{} {method} {path} {query:?}: {}\n  answer: {}{sent}", self.agent, answer.status, answer.body);
        }
        Ok(answer.body)
    }

    /// Any call, with whatever it answers.
    ///
    /// # Errors
    /// When the agent cannot be reached.
    pub async fn call(
        &self,
        method: Method,
        path: &str,
        query: &[(&str, &str)],
        body: Option<Value>,
    ) -> Result<Answer> {
        let mut request = self.client.request(method.clone(), format!("{}{path}", self.base)).query(query);
        if let Some(body) = &body {
            request = request.json(body);
        }
        let unreachable = || format!("{} {method} {path}: no answer", self.agent);
        let response = request.send().await.with_context(unreachable)?;
        let status = response.status().as_u16();
        let text = response.text().await.with_context(unreachable)?;
        let body = serde_json::from_str(&text).unwrap_or(Value::String(text));
        Ok(Answer { status, body })
    }

    /// A new did:key (Ed25519) of the agent's wallet.
    ///
    /// # Errors
    /// When the agent refuses.
    pub async fn new_did_key(&self) -> Result<String> {
        let body = serde_json::json!({"method": "key", "options": {"key_type": "ed25519"}});
        let made = self.post("/wallet/did/create", &[], body).await?;
        Ok(text(&made, "/result/did")?.to_owned())
    }

    /// A new did:cheqd on testnet, whose document writes its key in this form.
    ///
    /// # Errors
    /// When the agent or the ledger refuses.
    pub async fn new_did_cheqd(&self, verification_method: &str) -> Result<String> {
        let options = serde_json::json!({"network": "testnet", "verification_method": verification_method});
        let made = self.post("/did/cheqd/create", &[], serde_json::json!({"options": options})).await?;
        Ok(text(&made, "/did")?.to_owned())
    }
}

/// The string at a JSON pointer.
///
/// # Errors
/// When there is none; the whole value is in the message.
pub fn text<'a>(value: &'a Value, pointer: &str) -> Result<&'a str> {
    value.pointer(pointer).and_then(Value::as_str).ok_or_else(|| anyhow!("no text at {pointer} in {value}"))
}

/// The list at a JSON pointer.
///
/// # Errors
/// When there is none; the whole value is in the message.
pub fn list<'a>(value: &'a Value, pointer: &str) -> Result<&'a Vec<Value>> {
    value.pointer(pointer).and_then(Value::as_array).ok_or_else(|| anyhow!("no list at {pointer} in {value}"))
}
