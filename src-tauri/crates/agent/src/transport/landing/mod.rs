//! What stands behind an invitation's link: for a wallet the invitation as JSON, for a person with a browser a page
//! that says who asks and what to do. Both only for what can be used now; a link that was used, has ended, was taken
//! back or never was gets the same answer. Whoever asks is a stranger: looking uses nothing up and makes
//! at most the invitation's one short link, and the page runs nothing and loads nothing.

mod page;
mod words;

use axum::body::Body;
use axum::http::{HeaderMap, HeaderValue, StatusCode, Uri, header};
use axum::response::{IntoResponse, Response};
use vouchsafe_protocols::out_of_band::OutOfBand;

use self::words::Words;
use crate::Agent;
use crate::connect::SHORT;
use crate::qr;

/// The parameter that carries an invitation of RFC 0434.
const PARAMETER: &str = "oob=";
/// Where the operating system finds a wallet.
const OPEN_WITH_A_WALLET: &str = "didcomm://invite";

/// The answer to a GET that asks for an invitation; `None` where it asks for none.
pub(super) async fn answer(agent: &Agent, uri: &Uri, headers: &HeaderMap) -> Option<Response> {
    let found = if let Some(token) = short_link(uri.path()) {
        agent.invitation_of_short_link(token).await
    } else if let Some(value) = invitation_in(uri) {
        agent.own_invitation(&format!("{OPEN_WITH_A_WALLET}?{value}")).await
    } else {
        return None;
    };
    let words = words::in_language_of(headers);
    let person = wants_page(headers);
    Some(match found {
        Ok(Some(record)) if person => invited(agent, &record, words).await,
        Ok(Some(record)) => invitation(&record),
        Ok(None) if person => shown(StatusCode::NOT_FOUND, page::gone(words), words),
        Ok(None) => (StatusCode::NOT_FOUND, "There is no invitation here that can be used.\n").into_response(),
        Err(error) => {
            tracing::warn!(%error, "an invitation could not be looked up");
            (StatusCode::SERVICE_UNAVAILABLE, "Please try again later.\n").into_response()
        }
    })
}

/// The token at the end of a path, whatever path the endpoint itself has.
fn short_link(path: &str) -> Option<&str> {
    let mut parts = path.rsplit('/');
    let token = parts.next().filter(|token| !token.is_empty())?;
    (parts.next() == Some(SHORT)).then_some(token)
}

fn invitation_in(uri: &Uri) -> Option<&str> {
    uri.query()?.split('&').find(|pair| pair.starts_with(PARAMETER))
}

/// A browser names the type of pages; wallets name JSON or nothing.
fn wants_page(headers: &HeaderMap) -> bool {
    headers.get(header::ACCEPT).and_then(|value| value.to_str().ok()).is_some_and(|accept| accept.contains("text/html"))
}

fn invitation(record: &OutOfBand) -> Response {
    // Some wallets compare the type letter by letter: no parameter beside it.
    (kept_by_nobody("application/json"), record.invitation.message().to_bytes()).into_response()
}

async fn invited(agent: &Agent, record: &OutOfBand, words: &Words) -> Response {
    let long = agent.invitation_url(&record.invitation);
    let short = agent.short_url(&record.id).await.ok().flatten();
    // The whole invitation is read by every wallet; the short link by any camera.
    let code = match (qr::encode(&long), short) {
        (Some(code), _) if code.is_easy() => Some(code),
        (dense, Some(short)) => qr::encode(short.as_str()).or(dense),
        (dense, None) => dense,
    };
    let open = agent.wallet_url(&record.invitation);
    let page = page::invited(
        &page::Invited {
            label: record.invitation.label().unwrap_or_default(),
            issues: record.invitation.goal_code() == Some(vouchsafe_protocols::out_of_band::GOAL_ISSUE),
            open: &open,
            link: &long,
            code: code.as_ref().map(|code| code.svg.as_str()),
            expires_at: record.expires_at,
        },
        words,
    );
    shown(StatusCode::OK, page, words)
}

fn shown(status: StatusCode, page: String, words: &Words) -> Response {
    let policy = format!(
        "default-src 'none'; style-src 'sha256-{}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
        page::style_hash()
    );
    let mut response = (status, kept_by_nobody("text/html; charset=utf-8"), Body::from(page)).into_response();
    let headers = response.headers_mut();
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    headers.insert(header::CONTENT_LANGUAGE, HeaderValue::from_static(words.language));
    headers.insert(header::X_FRAME_OPTIONS, HeaderValue::from_static("DENY"));
    response
}

/// An invitation is for whoever was given its link: no cache keeps it, no search engine lists it, no page that comes
/// after it learns where its reader was.
fn kept_by_nobody(kind: &'static str) -> [(header::HeaderName, &'static str); 6] {
    [
        (header::CONTENT_TYPE, kind),
        (header::CACHE_CONTROL, "no-store"),
        (header::VARY, "accept, accept-language"),
        (header::REFERRER_POLICY, "no-referrer"),
        (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (header::HeaderName::from_static("x-robots-tag"), "noindex, nofollow"),
    ]
}

#[cfg(test)]
mod tests {
    use super::short_link;

    #[test]
    fn a_short_link_is_known_behind_any_path() {
        assert_eq!(short_link("/i/abc"), Some("abc"));
        assert_eq!(short_link("/didcomm/i/abc"), Some("abc"));
        for path in ["/", "/i/", "/i", "/x/abc", "/i/abc/d", "//"] {
            assert_eq!(short_link(path), None, "{path}");
        }
    }
}
