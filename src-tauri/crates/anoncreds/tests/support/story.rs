//! The story that all sides must be able to tell together: a registry, two holders, one revoked, and presentations
//! before and after.

use serde_json::{Value, json};

use super::{Side, recorded};

pub const REGISTRY_ID: &str = "did:cheqd:testnet:7bf81a20-633c-4cc7-bc4a-5a45801005e0/resources/c1f0";

/// An issuer's registry with its first list.
pub struct Registry {
    pub definition: Value,
    pub private: Value,
    pub tails: Value,
    pub list: Value,
}

pub fn registry(issuer: &mut dyn Side, folder: &std::path::Path, by_default: bool) -> Registry {
    let of = recorded("degree");
    let issuer_id = of["definition"]["issuerId"].clone();
    let made = issuer
        .step(
            "registry",
            json!({"definition": of["definition"], "definition_id": of["definition_id"],
            "issuer_id": issuer_id, "tag": "one", "size": 8, "folder": folder}),
        )
        .unwrap();
    let list = issuer
        .step(
            "status_list",
            json!({"definition": of["definition"], "registry_id": REGISTRY_ID,
            "registry": made["registry"], "private": made["private"], "issuer_id": issuer_id,
            "by_default": by_default, "timestamp": 100}),
        )
        .unwrap();
    let part = |name: &str| made[name].clone();
    Registry { definition: part("registry"), private: part("private"), tails: part("tails"), list }
}

/// The next list.
pub fn update(issuer: &mut dyn Side, of: &Registry, list: &Value, stands: Value, revoked: Value, time: u64) -> Value {
    let definition = &recorded("degree")["definition"];
    issuer
        .step(
            "update",
            json!({"definition": definition, "registry": of.definition, "private": of.private, "list": list,
            "issued": stands, "revoked": revoked, "timestamp": time}),
        )
        .unwrap()
}

/// Offer, request, issue, process.
pub fn credential(
    issuer: &mut dyn Side,
    holder: &mut dyn Side,
    kind: &str,
    values: &Value,
    secret: &Value,
    place: Option<(&Registry, &Value, u32)>,
) -> Value {
    let of = recorded(kind);
    let offer = issuer
        .step(
            "offer",
            json!({"schema_id": of["schema_id"], "definition_id": of["definition_id"],
            "proof": of["correctness_proof"]}),
        )
        .unwrap();
    let asked = holder
        .step(
            "request",
            json!({"offer": offer, "definition": of["definition"], "link_secret": secret,
            "entropy": "a word for this request"}),
        )
        .unwrap();
    let stands = place.map(|(registry, list, index)| {
        json!({"registry": registry.definition, "private": registry.private, "list": list, "index": index})
    });
    let signed = issuer
        .step(
            "issue",
            json!({"definition": of["definition"], "private": of["private"], "offer": offer,
            "request": asked["request"], "values": values, "place": stands}),
        )
        .unwrap();
    let registry = place.map(|(registry, _, _)| registry.definition.clone());
    holder
        .step(
            "process",
            json!({"credential": signed, "metadata": asked["metadata"], "link_secret": secret,
            "definition": of["definition"], "registry": registry}),
        )
        .unwrap()
}

/// Schemas and definitions of both recorded kinds.
pub fn published() -> (Value, Value) {
    let (degree, membership) = (recorded("degree"), recorded("membership"));
    let schemas = json!({degree["schema_id"].as_str().unwrap(): degree["schema"],
        membership["schema_id"].as_str().unwrap(): membership["schema"]});
    let definitions = json!({degree["definition_id"].as_str().unwrap(): degree["definition"],
        membership["definition_id"].as_str().unwrap(): membership["definition"]});
    (schemas, definitions)
}

/// Everything that can be asked for, with non-revocation between two times.
pub fn request(interval: Value) -> Value {
    let (degree, membership) = (recorded("degree"), recorded("membership"));
    json!({"nonce": "182453895158932070575246", "name": "Desk", "version": "1.0", "ver": "2.0",
        "requested_attributes": {
            "name": {"name": "name", "restrictions": [{"cred_def_id": degree["definition_id"]}]},
            "both": {"names": ["Name", "degree"], "restrictions": {"$and": [
                {"issuer_id": degree["definition"]["issuerId"]}, {"$not": {"schema_name": "other"}},
                {"schema_version": {"$in": ["1.0", "2.0"]}}, {"schema_id": {"$neq": "did:x:y"}}]}},
            "member": {"name": "member", "restrictions": [{"schema_name": "other"},
                {"schema_id": membership["schema_id"], "attr::member::value": "yes"}]},
            "hidden": {"name": "since", "restrictions": [{"cred_def_id": membership["definition_id"]}]},
            "said": {"name": "phone"},
        },
        "requested_predicates": {
            "adult": {"name": "age", "p_type": ">=", "p_value": 18,
                "restrictions": [{"cred_def_id": degree["definition_id"]}]},
            "young": {"name": "Age", "p_type": "<", "p_value": 130,
                "restrictions": [{"cred_def_id": degree["definition_id"]}]},
        },
        "non_revoked": interval})
}

/// The holder's answer to [`request`].
pub fn answer(request: &Value, degree: &Value, state: &Value, membership: &Value, secret: &Value) -> Value {
    let (schemas, definitions) = published();
    json!({"request": request, "link_secret": secret, "self_attested": {"said": "555"}, "schemas": schemas,
        "definitions": definitions, "presented": [
            {"credential": degree, "state": state, "attributes": {"name": true, "both": true},
                "predicates": ["adult", "young"]},
            {"credential": membership, "attributes": {"member": true, "hidden": false}, "predicates": []}]})
}

/// What a verifier looks at.
pub fn look(request: &Value, presentation: &Value, of: &Registry, lists: &[&Value]) -> Value {
    let (schemas, definitions) = published();
    json!({"presentation": presentation, "request": request, "schemas": schemas, "definitions": definitions,
        "registries": {REGISTRY_ID: of.definition}, "lists": lists})
}

pub fn degree_values() -> Value {
    json!({"Name": "Alex Ähre", "Degree": "Maths", "age": "28"})
}

pub fn membership_values() -> Value {
    json!({"member": "yes", "since": "2019"})
}
