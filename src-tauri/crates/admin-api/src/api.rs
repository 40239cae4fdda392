//! The admin API as a router: the table of routes, the guard before it, `/ws` and the OpenAPI description beside it.
//! The headless binary serves it; the app can mount it. Every body is bounded and must be JSON.

use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use axum::Router;
use axum::body::{Body as HttpBody, Bytes};
use axum::extract::{DefaultBodyLimit, Path, Query, Request, WebSocketUpgrade};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::middleware;
use axum::response::{IntoResponse, Response};
use axum::routing::{self, MethodRouter};
use serde_json::{Map, Value};
use tokio_util::sync::CancellationToken;
use vouchsafe_agent::Agent;
use vouchsafe_agent::transport::listener::Bounds;

use crate::call::{Call, Fields};
use crate::error::{ApiError, Place};
use crate::guard::{self, Access};
use crate::route::{Body, Method, Route};
use crate::{openapi, routes, socket};

/// How the API is served.
#[derive(Debug, Clone)]
pub struct ApiOptions {
    /// Who may call.
    pub access: Access,
    /// Largest body taken, in bytes.
    pub max_body_bytes: usize,
    /// What `/status/config` shows; never a secret.
    pub shown_config: Map<String, Value>,
    /// Where `settings` on `/ws` says that help is.
    pub help_link: Option<String>,
    /// Whether invitations may be received by the API.
    pub receive_invitations: bool,
    /// Whether pings are told on `/ws` and by webhooks.
    pub monitor_pings: bool,
}

impl Default for ApiOptions {
    fn default() -> Self {
        Self {
            access: Access::default(),
            max_body_bytes: 1024 * 1024,
            shown_config: Map::new(),
            help_link: None,
            receive_invitations: true,
            monitor_pings: false,
        }
    }
}

/// The wallet and how it is served. Clones are handles to the same.
#[derive(Clone)]
pub struct Api {
    inner: Arc<Inner>,
}

struct Inner {
    agent: Agent,
    options: ApiOptions,
    shutdown: CancellationToken,
}

impl Api {
    /// What a listener that serves it takes, before anybody has shown a key: connections that never end would leave no
    /// file descriptors to the wallet itself. Controllers keep theirs open between calls.
    pub const BOUNDS: Bounds = Bounds { connections: 256, head: Duration::from_secs(75) };

    /// The API of a wallet.
    pub fn new(agent: Agent, options: ApiOptions) -> Self {
        Self { inner: Arc::new(Inner { agent, options, shutdown: CancellationToken::new() }) }
    }

    /// The wallet.
    pub fn agent(&self) -> &Agent {
        &self.inner.agent
    }

    /// How it is served.
    pub fn options(&self) -> &ApiOptions {
        &self.inner.options
    }

    /// Cancelled when `/shutdown` was called: whoever serves the API then ends.
    pub fn shutdown(&self) -> &CancellationToken {
        &self.inner.shutdown
    }

    /// The routes that are served, by path.
    pub fn routes(&self) -> Vec<Route> {
        let mut routes = routes::all();
        if !self.options().receive_invitations {
            routes.retain(|route| !route.path.ends_with("/receive-invitation"));
        }
        routes.sort_by_key(|route| (route.path, route.method));
        routes
    }

    /// The router, guard and all.
    pub fn router(&self) -> Router {
        let routes = self.routes();
        let description = openapi::describe(&routes, &self.agent().config().label);
        let mut open: Vec<&'static str> = routes.iter().filter(|route| route.open).map(|route| route.path).collect();
        open.extend(["/api/docs/swagger.json", "/ws"]);
        let mut by_path: HashMap<&'static str, MethodRouter> = HashMap::new();
        for route in routes {
            let method = by_path.remove(route.path).unwrap_or_default();
            by_path.insert(route.path, self.serve(method, route));
        }
        let served = by_path.into_iter().fold(Router::new(), |served, (path, method)| served.route(path, method));
        let api = self.clone();
        let guarded = guard::Guard { access: self.options().access.clone(), open };
        served
            .route("/api/docs/swagger.json", routing::get(async move || json(StatusCode::OK, &description)))
            .route(
                "/ws",
                routing::get(async move |headers: HeaderMap, upgrade: WebSocketUpgrade| {
                    socket::open(api, &headers, upgrade)
                }),
            )
            .fallback(async || ApiError::new(StatusCode::NOT_FOUND, "Not Found"))
            .method_not_allowed_fallback(async || ApiError::new(StatusCode::METHOD_NOT_ALLOWED, "Method Not Allowed"))
            .layer(DefaultBodyLimit::max(self.options().max_body_bytes))
            .layer(middleware::from_fn_with_state(Arc::new(guarded), guard::check))
    }

    fn serve(&self, method: MethodRouter, route: Route) -> MethodRouter {
        let api = self.clone();
        let word = route.method;
        let handler = move |Path(path): Path<HashMap<String, String>>,
                            Query(query): Query<Vec<(String, String)>>,
                            request: Request<HttpBody>| {
            let (api, route) = (api.clone(), route.clone());
            async move {
                match answer(api, &route, path, query, request).await {
                    Ok(value) => json(if route.creates { StatusCode::CREATED } else { StatusCode::OK }, &value),
                    Err(error) => error.into_response(),
                }
            }
        };
        match word {
            Method::Get => method.get(handler),
            Method::Post => method.post(handler),
            Method::Put => method.put(handler),
            Method::Delete => method.delete(handler),
        }
    }
}

async fn answer(
    api: Api,
    route: &Route,
    path: HashMap<String, String>,
    query: Vec<(String, String)>,
    request: Request<HttpBody>,
) -> Result<Value, ApiError> {
    let query = query.into_iter().map(|(name, value)| (name, Value::String(value))).collect();
    let query = Fields::read(Place::Query, &route.query, query)?;
    let (mut body, mut document) = (Fields::default(), Map::new());
    if route.body != Body::None {
        let limit = api.options().max_body_bytes;
        let (parts, content) = request.into_parts();
        let bytes = axum::body::to_bytes(content, limit).await.map_err(|_| {
            ApiError::new(StatusCode::PAYLOAD_TOO_LARGE, format!("The body is larger than {limit} bytes."))
        })?;
        document = object(&parts.headers, &bytes)?;
        if let Body::Fields(params) = route.body {
            body = Fields::read(Place::Body, params, document.clone())?;
        }
    }
    (route.handler)(Call { api, query, body, document, path }).await
}

/// The body as an object. None at all is an empty one, as ACA-Py takes it.
fn object(headers: &HeaderMap, bytes: &Bytes) -> Result<Map<String, Value>, ApiError> {
    if bytes.iter().all(u8::is_ascii_whitespace) {
        return Ok(Map::new());
    }
    // A page in a browser can send any other type to another site without being asked first.
    let content_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let essence = content_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    if essence != "application/json" && !(essence.starts_with("application/") && essence.ends_with("+json")) {
        return Err(ApiError::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "The body must be of type application/json."));
    }
    match serde_json::from_slice(bytes) {
        Ok(Value::Object(object)) => Ok(object),
        Ok(Value::Null) => Ok(Map::new()),
        Ok(_) => Err(ApiError::field("_schema", "Invalid input type.")),
        Err(error) => Err(ApiError::field("_schema", &format!("Invalid JSON body: {error}"))),
    }
}

fn json(status: StatusCode, value: &Value) -> Response {
    let mut response = (status, value.to_string()).into_response();
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json; charset=utf-8"));
    response
}
