//! Attachments that come as a link (RFC 0017), fetched while what a message needs is gathered and put in the link's
//! place, so that everything after this reads one kind of attachment. A link is a way to make this wallet knock on a
//! door of the sender's choice: one without a hash is not followed at all, the address policy holds for it, redirects
//! are not followed, size, time and the number of fetches under way are bounded, and what comes is only taken if it is
//! what the sender's hash says.

use std::time::Duration;

use base64::{Engine, engine::general_purpose::STANDARD};
use serde::Deserialize;
use serde_json::{Map, Value};
use tokio::sync::Semaphore;
use url::Url;
use vouchsafe_didcomm::{Attachment, AttachmentError, Link, MAX_MESSAGE_BYTES};

use crate::Agent;
use crate::transport::client::DeliveryError;

/// Time for all that one message links to.
const PATIENCE: Duration = Duration::from_secs(15);
/// Addresses of one attachment that are tried, one after the other.
const MAX_URLS: usize = 3;
/// Fetches under way at the same time, whoever asked for them.
static FETCHES: Semaphore = Semaphore::const_new(8);

/// Why a linked attachment was not fetched. Nothing of its message was used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LinkError {
    /// Nobody vouches for what is found there.
    #[error("the attachment is a link without a SHA-256 hash, so it was not fetched")]
    WithoutHash,
    /// Only the web is fetched from.
    #[error("the attachment is a link that cannot be followed: it is neither http nor https")]
    NotWeb,
    /// The sender says itself that it is too large, or it is.
    #[error("the linked attachment is larger than {MAX_MESSAGE_BYTES} bytes, so it was not fetched")]
    TooLarge,
    /// The address may not be contacted, or nobody answers there.
    #[error("the linked attachment could not be fetched: {0}")]
    Unreachable(DeliveryError),
    /// Somebody answers, with something else.
    #[error("the linked attachment could not be fetched: {0} answered HTTP {1}")]
    Status(String, u16),
    /// It took too long.
    #[error("the linked attachment could not be fetched within {} seconds", PATIENCE.as_secs())]
    Timeout,
    /// What is there is not what the sender attached.
    #[error("what the attachment's link leads to does not match its SHA-256 hash, so it was not used")]
    WrongHash,
}

/// Whether any of these attachments is only a link.
pub(crate) fn any_linked(attachments: Option<&Value>) -> bool {
    attachments.and_then(Value::as_array).is_some_and(|attachments| attachments.iter().any(is_linked))
}

fn is_linked(attachment: &Value) -> bool {
    let has = |member: &str| attachment.pointer(member).is_some_and(|value| !value.is_null());
    has("/data/links") && !has("/data/base64") && !has("/data/json")
}

impl Agent {
    /// Puts content in the place of the links among `members[name]`, for the attachments that are `wanted`.
    ///
    /// # Errors
    /// [`LinkError`] for the first that cannot be had; `members` is not to be used then.
    pub(crate) async fn fetch_linked(
        &self,
        members: &mut Map<String, Value>,
        name: &str,
        allow_private: bool,
        wanted: impl Fn(&Attachment) -> bool,
    ) -> Result<(), LinkError> {
        let Some(attachments) = members.get_mut(name).and_then(Value::as_array_mut) else { return Ok(()) };
        let fetching = async {
            let mut left = MAX_MESSAGE_BYTES;
            for value in attachments.iter_mut().filter(|value| is_linked(value)) {
                // What is no attachment is left to the protocol, which says so.
                let Ok(attachment) = Attachment::deserialize(&*value) else { continue };
                if !wanted(&attachment) {
                    continue;
                }
                let link = attachment.link().ok_or(LinkError::WithoutHash)?;
                let content = self.fetch(&link, left, allow_private).await?;
                left = left.saturating_sub(content.len());
                if let Some(data) = value.get_mut("data").and_then(Value::as_object_mut) {
                    data.remove("links");
                    data.insert("base64".to_owned(), STANDARD.encode(&content).into());
                }
            }
            Ok(())
        };
        tokio::time::timeout(PATIENCE, fetching).await.unwrap_or(Err(LinkError::Timeout))
    }

    /// What a link leads to: the first of its addresses that has it.
    async fn fetch(&self, link: &Link, limit: usize, allow_private: bool) -> Result<Vec<u8>, LinkError> {
        if link.byte_count.is_some_and(|count| count > limit as u64) {
            return Err(LinkError::TooLarge);
        }
        let _permit = FETCHES.acquire().await.map_err(|_| LinkError::Timeout)?;
        let mut failure = LinkError::NotWeb;
        for url in link.urls.iter().take(MAX_URLS) {
            match self.fetch_from(url, link, limit, allow_private).await {
                Ok(content) => return Ok(content),
                Err(error) => failure = error,
            }
        }
        Err(failure)
    }

    async fn fetch_from(
        &self,
        url: &str,
        link: &Link,
        limit: usize,
        allow_private: bool,
    ) -> Result<Vec<u8>, LinkError> {
        let url = Url::parse(url).ok().filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
        let url = url.ok_or(LinkError::NotWeb)?;
        let fetched = self.client().get(&url, "*/*", allow_private).await.map_err(|error| match error {
            DeliveryError::TooLarge(..) => LinkError::TooLarge,
            error => LinkError::Unreachable(error),
        })?;
        if fetched.status != 200 {
            return Err(LinkError::Status(url.host_str().unwrap_or_default().to_owned(), fetched.status));
        }
        if fetched.body.len() > limit {
            return Err(LinkError::TooLarge);
        }
        link.check(&fetched.body).map_err(|_: AttachmentError| LinkError::WrongHash)?;
        Ok(fetched.body)
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::any_linked;

    #[test]
    fn only_an_attachment_without_content_of_its_own_is_a_link() {
        let attached = |data: serde_json::Value| json!([{"@id": "0", "data": data}]);
        assert!(any_linked(Some(&attached(json!({"links": ["https://example.org"]})))));
        assert!(!any_linked(Some(&attached(json!({"links": ["https://example.org"], "base64": "e30="})))));
        assert!(!any_linked(Some(&attached(json!({"links": null, "json": {}})))));
        assert!(!any_linked(Some(&json!("nonsense"))));
        assert!(!any_linked(None));
    }
}
