use proptest::prelude::*;
use serde_json::{Value, json};
use vouchsafe_dids::{
    DidDocument, PublicKey,
    cheqd::{CheqdDid, DidDocPayload, ResolverError, ResourceMetadata, read_dereferencing, read_resolution},
};

use crate::{text, vector};

fn recorded(name: &str) -> (CheqdDid, Vec<u8>) {
    let answer = vector!("recorded-resolver.json")[name].clone();
    let about = answer.get("didResolutionMetadata").or_else(|| answer.get("dereferencingMetadata")).unwrap();
    (text(&about["did"], "didString").parse().unwrap(), answer.to_string().into_bytes())
}

#[test]
fn the_recorded_documents_are_understood() {
    for (name, keys) in
        [("document", 1), ("inlineAssertion", 2), ("severalServices", 1), ("indyStyle", 1), ("deactivated", 1)]
    {
        let (did, body) = recorded(name);
        let resolution = read_resolution(&did, 200, &body).unwrap();
        let document = DidDocument::parse(&resolution.document).unwrap();
        assert_eq!(document.id().as_str(), did.to_string());
        assert_eq!(document.verification_methods().len(), keys, "{name}");
        assert!(document.verification_methods().iter().any(|method| matches!(method.key, PublicKey::Ed25519(_))));
        assert_eq!(resolution.metadata.deactivated, name == "deactivated");
        assert!(resolution.metadata.version_id.is_some());
    }
    let (did, body) = recorded("document");
    let metadata = read_resolution(&did, 200, &body).unwrap().raw_metadata;
    let listed = metadata["linkedResourceMetadata"].as_array().unwrap();
    let resources: Vec<_> = listed.iter().map(|resource| ResourceMetadata::read(resource).unwrap()).collect();
    assert_eq!(
        resources.iter().map(|resource| resource.name.as_str()).collect::<Vec<_>>(),
        ["Demo Resource", "ResourceName"]
    );
    assert_eq!(resources[1].media_type, "text/plain; charset=utf-8");
    assert!(resources[0].checksum.len() == 64 && resources[0].created.is_some());
}

#[test]
fn a_document_as_the_resolver_shows_it_can_be_handed_in_again() {
    for name in ["document", "inlineAssertion", "severalServices", "indyStyle"] {
        let (did, body) = recorded(name);
        let mut shown = read_resolution(&did, 200, &body).unwrap().document;
        let payload = DidDocPayload::from_document(&shown, "22222222-2222-4222-8222-222222222222").unwrap();
        assert_eq!(payload.controller, [did.to_string()]);
        shown["capability_delegation"] = shown["authentication"].clone();
        assert!(DidDocPayload::from_document(&shown, "22222222-2222-4222-8222-222222222222").is_ok(), "{name}");
    }
}

#[test]
fn the_recorded_parts_and_resources_are_understood() {
    let (_, body) = recorded("fragment");
    let part = read_dereferencing(200, &body).unwrap();
    assert_eq!(text(&part.content, "type"), "Ed25519VerificationKey2020");
    let (did, body) = recorded("resource");
    let resource = read_dereferencing(200, &body).unwrap();
    assert_eq!(resource.content, json!({ "content": "test data" }));
    let metadata = ResourceMetadata::read(&resource.metadata).unwrap();
    assert_eq!((metadata.collection_id.as_str(), metadata.name.as_str()), (did.unique_id(), "Demo Resource"));
    let (_, body) = recorded("resourceMetadata");
    assert!(read_dereferencing(200, &body).unwrap().content.is_null());
    // A list of resources comes without any content.
    let (_, body) = recorded("resourceQuery");
    let list = read_dereferencing(200, &body).unwrap().metadata;
    assert!(ResourceMetadata::read(&list["linkedResourceMetadata"][0]).is_some());
}

#[test]
fn errors_are_told_apart_by_code_and_by_status() {
    let did: CheqdDid = "did:cheqd:testnet:6981f795-f2f5-43db-ab18-e161f9241bf8".parse().unwrap();
    let told = |status, code: &str| {
        let body = json!({ "didResolutionMetadata": { "contentType": "application/ld+json", "error": code } });
        read_resolution(&did, status, body.to_string().as_bytes()).unwrap_err()
    };
    assert_eq!(told(404, "notFound"), ResolverError::NotFound);
    assert_eq!(told(200, "notFound"), ResolverError::NotFound);
    assert!(matches!(told(400, "invalidDid"), ResolverError::Invalid(_)));
    assert!(matches!(told(406, "representationNotSupported"), ResolverError::Unsupported(_)));
    assert!(matches!(told(501, "methodNotSupported"), ResolverError::Unsupported(_)));
    assert!(matches!(told(500, "internalError"), ResolverError::Internal(_)));
    assert!(matches!(told(200, "somethingNew"), ResolverError::NotUnderstood(_)));
    for (status, passing) in
        [(404, true), (502, true), (429, true), (400, false), (501, false), (301, false), (418, false)]
    {
        let error = read_dereferencing(status, b"<html>").unwrap_err();
        assert_eq!(error.is_passing(), passing, "{status}: {error}");
    }
}

#[test]
fn answers_that_are_none_are_not_understood() {
    let did: CheqdDid = "did:cheqd:testnet:c1685ca0-1f5b-439c-8eb8-5c0e85ab7cd0".parse().unwrap();
    let document = json!({ "id": did.to_string() });
    for body in [
        json!(null),
        json!([]),
        json!({}),
        json!({ "didDocument": null, "didDocumentMetadata": {} }),
        json!({ "didDocument": "x", "didDocumentMetadata": {} }),
        document.clone(),
        json!({ "didDocument": document }),
        json!({ "didDocument": document, "didDocumentMetadata": [] }),
        json!({ "didDocument": document, "didDocumentMetadata": { "deactivated": "true" } }),
    ] {
        let error = read_resolution(&did, 200, body.to_string().as_bytes()).unwrap_err();
        assert!(matches!(error, ResolverError::NotUnderstood(_)), "{body}: {error}");
    }
    assert!(matches!(read_resolution(&did, 200, b"not json"), Err(ResolverError::NotUnderstood(_))));
}

#[test]
fn the_document_of_another_did_is_refused() {
    let (did, body) = recorded("document");
    let other: CheqdDid = "did:cheqd:testnet:6981f795-f2f5-43db-ab18-e161f9241bf8".parse().unwrap();
    assert_eq!(read_resolution(&other, 200, &body), Err(ResolverError::OtherDid(did.to_string())));
}

proptest! {
    #[test]
    fn no_answer_makes_it_panic(status in 100_u16..600, body: Vec<u8>, text in "\\PC{0,40}") {
        let did: CheqdDid = "did:cheqd:testnet:6981f795-f2f5-43db-ab18-e161f9241bf8".parse().unwrap();
        let _ = (read_resolution(&did, status, &body), read_dereferencing(status, &body));
        let body: Value = json!({
            "didDocument": { "id": did.to_string(), "assertionMethod": [null, text] },
            "didDocumentMetadata": { "versionId": text, "linkedResourceMetadata": [text, { "resourceId": text }] },
        });
        prop_assert!(read_resolution(&did, 200, body.to_string().as_bytes()).is_ok());
    }
}
