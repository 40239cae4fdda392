//! A route of the admin API: method, path, what it is for, which parameters it takes and who answers. One table of
//! these is both the router and the OpenAPI description, so that neither can say what the other does not.

use std::sync::Arc;

use futures::future::BoxFuture;
use serde_json::Value;

use crate::call::{Call, Param};
use crate::error::ApiError;

/// What a call is answered with.
pub type Answer = Result<Value, ApiError>;

/// Answers calls.
pub type Handler = Arc<dyn Fn(Call) -> BoxFuture<'static, Answer> + Send + Sync>;

/// The method of a route.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Method {
    /// Looks.
    Get,
    /// Does.
    Post,
    /// Sets.
    Put,
    /// Deletes.
    Delete,
}

impl Method {
    /// Its name in OpenAPI.
    pub fn word(self) -> &'static str {
        match self {
            Self::Get => "get",
            Self::Post => "post",
            Self::Put => "put",
            Self::Delete => "delete",
        }
    }
}

/// What the body of a route is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Body {
    /// There is none.
    None,
    /// An object with these members; others are not looked at.
    Fields(&'static [Param]),
    /// A document of its own, described so.
    Document(&'static str),
}

/// One route.
#[derive(Clone)]
pub struct Route {
    /// Its method.
    pub method: Method,
    /// Its path, with `{parts}`.
    pub path: &'static str,
    /// The group it is shown in.
    pub tag: &'static str,
    /// What it does.
    pub summary: &'static str,
    /// Its query parameters.
    pub query: Vec<Param>,
    /// Its body.
    pub body: Body,
    /// Whether it answers without the key: a watchdog has none.
    pub open: bool,
    /// Whether it answers 201, as ACA-Py does here and there.
    pub creates: bool,
    pub(crate) handler: Handler,
}

impl Route {
    fn new<F, A>(method: Method, path: &'static str, summary: &'static str, handler: F) -> Self
    where
        F: Fn(Call) -> A + Send + Sync + 'static,
        A: Future<Output = Answer> + Send + 'static,
    {
        let handler: Handler = Arc::new(move |call| Box::pin(handler(call)));
        let (query, body) = (Vec::new(), Body::None);
        Self { method, path, tag: "", summary, query, body, open: false, creates: false, handler }
    }

    /// A route that looks.
    pub fn get<F, A>(path: &'static str, summary: &'static str, handler: F) -> Self
    where
        F: Fn(Call) -> A + Send + Sync + 'static,
        A: Future<Output = Answer> + Send + 'static,
    {
        Self::new(Method::Get, path, summary, handler)
    }

    /// A route that does something.
    pub fn post<F, A>(path: &'static str, summary: &'static str, handler: F) -> Self
    where
        F: Fn(Call) -> A + Send + Sync + 'static,
        A: Future<Output = Answer> + Send + 'static,
    {
        Self::new(Method::Post, path, summary, handler)
    }

    /// A route that sets something.
    pub fn put<F, A>(path: &'static str, summary: &'static str, handler: F) -> Self
    where
        F: Fn(Call) -> A + Send + Sync + 'static,
        A: Future<Output = Answer> + Send + 'static,
    {
        Self::new(Method::Put, path, summary, handler)
    }

    /// A route that deletes.
    pub fn delete<F, A>(path: &'static str, summary: &'static str, handler: F) -> Self
    where
        F: Fn(Call) -> A + Send + Sync + 'static,
        A: Future<Output = Answer> + Send + 'static,
    {
        Self::new(Method::Delete, path, summary, handler)
    }

    /// With these query parameters too.
    #[must_use]
    pub fn query(mut self, params: &[Param]) -> Self {
        self.query.extend_from_slice(params);
        self
    }

    /// With a body of these members.
    #[must_use]
    pub fn body(mut self, params: &'static [Param]) -> Self {
        self.body = Body::Fields(params);
        self
    }

    /// With a document as its body.
    #[must_use]
    pub fn document(mut self, about: &'static str) -> Self {
        self.body = Body::Document(about);
        self
    }

    /// Answers 201.
    #[must_use]
    pub fn creates(mut self) -> Self {
        self.creates = true;
        self
    }

    /// Answers without the key.
    #[must_use]
    pub fn open(mut self) -> Self {
        self.open = true;
        self
    }
}

/// Puts routes into a group.
pub(crate) fn tagged(tag: &'static str, routes: Vec<Route>) -> Vec<Route> {
    routes.into_iter().map(|route| Route { tag, ..route }).collect()
}
