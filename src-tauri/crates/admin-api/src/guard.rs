//! Who may call. The key is compared in constant time. Where there is none (insecure mode), the API still defends
//! against web pages in the person's own browser: a foreign `Origin` or a cross-site fetch is refused, and on loopback
//! so is a `Host` that is not this computer (DNS rebinding). There is no CORS: nothing of another site gets an answer.

use std::net::IpAddr;
use std::sync::Arc;

use axum::extract::{Request, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use subtle::ConstantTimeEq;

use crate::error::ApiError;

/// Who may call the API.
#[derive(Clone, Default)]
pub struct Access {
    key: Option<Arc<str>>,
    loopback: bool,
}

impl std::fmt::Debug for Access {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Access").field("with_key", &self.key.is_some()).field("loopback", &self.loopback).finish()
    }
}

impl Access {
    /// Whoever has the key.
    pub fn with_key(key: &str) -> Self {
        Self { key: Some(key.into()), loopback: false }
    }

    /// Everybody who reaches it: an explicit choice. `loopback`: it listens on this computer only.
    pub fn insecure(loopback: bool) -> Self {
        Self { key: None, loopback }
    }

    /// Whether a key is needed.
    pub fn needs_key(&self) -> bool {
        self.key.is_some()
    }

    /// Whether this is the key, or none is needed. Takes the same time for any wrong key of the right length.
    pub fn admits(&self, given: Option<&str>) -> bool {
        match (&self.key, given) {
            (None, _) => true,
            (Some(key), Some(given)) => bool::from(key.as_bytes().ct_eq(given.as_bytes())),
            (Some(_), None) => false,
        }
    }
}

/// What the guard knows.
pub(crate) struct Guard {
    pub access: Access,
    pub open: Vec<&'static str>,
}

pub(crate) fn key_of(headers: &HeaderMap) -> Option<&str> {
    headers.get("x-api-key").and_then(|value| value.to_str().ok())
}

/// Lets a call pass, or refuses it.
pub(crate) async fn check(State(guard): State<Arc<Guard>>, request: Request, next: Next) -> Response {
    if let Err(error) = guard.judge(request.uri().path(), request.headers()) {
        return error.into_response();
    }
    next.run(request).await
}

impl Guard {
    fn judge(&self, path: &str, headers: &HeaderMap) -> Result<(), ApiError> {
        let forbidden = |text: &str| ApiError::new(StatusCode::FORBIDDEN, text);
        let text = |name: header::HeaderName| headers.get(name).map(|value| value.to_str().unwrap_or_default());
        let host = text(header::HOST).unwrap_or_default();
        if !self.access.needs_key() && self.access.loopback && !host.is_empty() && !is_this_computer(host) {
            return Err(forbidden("This host name is not served."));
        }
        if let Some(origin) = text(header::ORIGIN)
            && origin.split_once("://").is_none_or(|(_, site)| !site.eq_ignore_ascii_case(host))
        {
            return Err(forbidden("Pages of other sites may not call the admin API."));
        }
        if matches!(text(header::HeaderName::from_static("sec-fetch-site")), Some("cross-site" | "same-site")) {
            return Err(forbidden("Pages of other sites may not call the admin API."));
        }
        if self.open.contains(&path) || self.access.admits(key_of(headers)) {
            return Ok(());
        }
        Err(ApiError::new(StatusCode::UNAUTHORIZED, "API Key invalid or missing"))
    }
}

fn is_this_computer(host: &str) -> bool {
    let name = match host.strip_prefix('[') {
        Some(six) => six.split(']').next().unwrap_or_default(),
        None => host.rsplit_once(':').map_or(host, |(name, _)| name),
    };
    name.eq_ignore_ascii_case("localhost") || name.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn judged(access: Access, path: &str, headers: &[(&'static str, &str)]) -> u16 {
        let guard = Guard { access, open: vec!["/status/live"] };
        let headers = headers
            .iter()
            .map(|(name, value)| (header::HeaderName::from_static(name), value.parse().unwrap()))
            .collect();
        guard.judge(path, &headers).map_or_else(|error| error.status.as_u16(), |()| 200)
    }

    #[test]
    fn only_the_whole_key_opens() {
        let access = || Access::with_key("secret");
        assert_eq!(judged(access(), "/connections", &[("x-api-key", "secret")]), 200);
        for wrong in ["secre", "secret ", "Secret", ""] {
            assert_eq!(judged(access(), "/connections", &[("x-api-key", wrong)]), 401);
        }
        assert_eq!(judged(access(), "/connections", &[]), 401);
        assert_eq!(judged(access(), "/status/live", &[]), 200);
    }

    #[test]
    fn a_page_that_rebinds_its_name_to_loopback_is_refused() {
        let access = || Access::insecure(true);
        for host in ["127.0.0.1:8031", "localhost:8031", "LOCALHOST", "[::1]:8031"] {
            assert_eq!(judged(access(), "/connections", &[("host", host)]), 200, "{host}");
        }
        for host in ["evil.example:8031", "127.0.0.1.evil.example", "192.168.1.4:8031", "[fe80::1]"] {
            assert_eq!(judged(access(), "/connections", &[("host", host)]), 403, "{host}");
        }
    }

    #[test]
    fn pages_of_other_sites_are_refused_and_our_own_are_not() {
        let host = ("host", "127.0.0.1:8031");
        let call = |more| judged(Access::insecure(true), "/connections", &[host, more]);
        assert_eq!(call(("origin", "http://127.0.0.1:8031")), 200);
        assert_eq!(call(("origin", "https://evil.example")), 403);
        assert_eq!(call(("origin", "null")), 403);
        assert_eq!(call(("sec-fetch-site", "cross-site")), 403);
        assert_eq!(call(("sec-fetch-site", "none")), 200);
    }
}
