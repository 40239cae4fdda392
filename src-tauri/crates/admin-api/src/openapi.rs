//! The OpenAPI 2.0 description of the API, made of the same table that serves it.

use serde_json::{Map, Value, json};

use crate::call::{Kind, Param};
use crate::route::{Body, Route};

/// The ACA-Py API version that is followed.
pub const ACAPY_VERSION: &str = "1.6.1";

/// Describes `routes`.
pub fn describe(routes: &[Route], label: &str) -> Value {
    let mut paths = Map::new();
    for route in routes {
        let entry = paths.entry(route.path).or_insert_with(|| json!({}));
        if let Some(methods) = entry.as_object_mut() {
            methods.insert(route.method.word().to_owned(), operation(route));
        }
    }
    json!({
        "swagger": "2.0",
        "info": { "title": label, "version": format!("v{ACAPY_VERSION}") },
        "consumes": ["application/json"],
        "produces": ["application/json"],
        "securityDefinitions": { "AuthorizationHeader": { "type": "apiKey", "in": "header", "name": "X-API-KEY" } },
        "security": [{ "AuthorizationHeader": [] }],
        "paths": paths,
    })
}

fn operation(route: &Route) -> Value {
    let mut parameters: Vec<Value> = parts(route.path)
        .map(|name| json!({ "in": "path", "name": name, "required": true, "type": "string" }))
        .collect();
    parameters.extend(route.query.iter().map(|param| {
        let mut described = schema(param);
        described.insert("in".to_owned(), "query".into());
        described.insert("name".to_owned(), param.name.into());
        described.insert("required".to_owned(), param.required.into());
        Value::Object(described)
    }));
    match route.body {
        Body::None => {}
        Body::Document(about) => {
            let schema = json!({ "type": "object", "description": about });
            parameters.push(json!({ "in": "body", "name": "body", "required": true, "schema": schema }));
        }
        Body::Fields(params) => {
            let properties: Map<String, Value> =
                params.iter().map(|param| (param.name.to_owned(), Value::Object(schema(param)))).collect();
            let required: Vec<&str> = params.iter().filter(|param| param.required).map(|param| param.name).collect();
            let mut body = json!({ "type": "object", "properties": properties });
            if let (Some(members), false) = (body.as_object_mut(), required.is_empty()) {
                members.insert("required".to_owned(), json!(required));
            }
            let needed = !required.is_empty();
            parameters.push(json!({ "in": "body", "name": "body", "required": needed, "schema": body }));
        }
    }
    json!({
        "tags": [route.tag],
        "summary": route.summary,
        "produces": ["application/json"],
        "parameters": parameters,
        "responses": { if route.creates { "201" } else { "200" }: { "description": "" } },
    })
}

fn schema(param: &Param) -> Map<String, Value> {
    let kind = match param.kind {
        Kind::Text => json!({ "type": "string" }),
        Kind::Column => json!({ "type": "string", "enum": ["id"] }),
        Kind::Flag => json!({ "type": "boolean" }),
        Kind::Number => json!({ "type": "integer", "minimum": 0 }),
        Kind::Object => json!({ "type": "object" }),
        Kind::Json => json!({}),
        Kind::Texts => json!({ "type": "array", "items": { "type": "string" } }),
        Kind::Objects => json!({ "type": "array", "items": { "type": "object" } }),
    };
    let mut described = kind.as_object().cloned().unwrap_or_default();
    described.insert("description".to_owned(), param.about.into());
    described
}

fn parts(path: &str) -> impl Iterator<Item = &str> {
    path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'))
}
