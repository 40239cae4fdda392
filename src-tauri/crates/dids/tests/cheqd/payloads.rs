use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD},
};
use proptest::prelude::*;
use serde_json::{Value, json};
use vouchsafe_didcomm::Verkey;
use vouchsafe_dids::cheqd::{
    DeactivatePayload, DidDocPayload, MAX_RESOURCE_BYTES, Operation, PayloadSignature, ResourcePayload, check_payload,
};

use crate::{text, vector};

const DID: &str = "did:cheqd:testnet:6981f795-f2f5-43db-ab18-e161f9241bf8";
const VERSION: &str = "22222222-2222-4222-8222-222222222222";

fn document() -> Value {
    let kid = format!("{DID}#key-1");
    json!({
        "id": DID, "controller": [DID],
        "verificationMethod": [{
            "id": kid, "type": "Ed25519VerificationKey2020", "controller": DID,
            "publicKeyMultibase": "z6MkqYdk5ZLZSLtg5MueiF92p5pEnFP4p3fXn3LTfXV6cg8x",
        }],
        "authentication": [kid],
    })
}

/// The document with one member changed.
fn with(member: &str, value: Value) -> Value {
    let mut document = document();
    document[member] = value;
    document
}

fn published(document: &Value) -> Result<DidDocPayload, String> {
    DidDocPayload::from_document(document, VERSION).map_err(|error| error.to_string())
}

fn resource(content: &[u8]) -> ResourcePayload {
    ResourcePayload {
        did: DID.parse().unwrap(),
        id: "44444444-4444-4444-8444-444444444444".into(),
        name: "Example schema".into(),
        version: "1.0".into(),
        resource_type: "anonCredsSchema".into(),
        content: content.to_vec(),
    }
}

#[test]
fn the_golden_payloads_are_made_byte_for_byte() {
    let golden = vector!("golden-signatures.json");
    let key = Verkey::from_bytes(&hex(text(&golden, "pub_hex")).try_into().unwrap());
    let mut updated = document();
    updated["assertionMethod"] = json!([format!("{DID}#key-1")]);
    updated["service"] = json!([{
        "id": format!("{DID}#did-communication"), "type": "did-communication", "serviceEndpoint": "http://issuer:3002",
        "recipientKeys": [format!("{DID}#key-1")], "priority": 1,
    }]);
    let create = DidDocPayload::from_document(&document(), "11111111-1111-4111-8111-111111111111").unwrap();
    let end =
        DeactivatePayload { did: DID.parse().unwrap(), version_id: "33333333-3333-4333-8333-333333333333".into() };
    let schema = resource(br#"{"name":"Example schema","version":"1.0","attrNames":["score"]}"#);
    for (name, operation) in [
        ("create_did", Operation::Create(create)),
        ("update_did_assertionMethod", Operation::Update(published(&updated).unwrap())),
        ("deactivate_did", Operation::Deactivate(end)),
        ("create_resource_schema", Operation::CreateResource(schema)),
    ] {
        let payload = STANDARD.decode(text(&golden[name], "serializedPayload_b64")).unwrap();
        assert_eq!(operation.payload(), payload, "{name}");
        assert_eq!(check_payload(&operation, &payload), Ok(()));
        let signature = STANDARD.decode(text(&golden[name], "signature_b64")).unwrap();
        assert!(key.verify(&operation.payload(), &signature).is_ok(), "{name}");
    }
}

#[test]
fn the_recorded_payloads_of_the_registrars_guide_are_made_byte_for_byte() {
    let recorded = vector!("recorded-registrar.json");
    let key = Verkey::from_bytes(&hex(text(&recorded, "publicKeyHex")).try_into().unwrap());
    let create = &recorded["create"];
    let payload = DidDocPayload::from_document(&create["didDocument"], text(create, "versionId")).unwrap();
    let hello = &recorded["resource"];
    let published = ResourcePayload {
        did: text(hello, "did").parse().unwrap(),
        id: text(hello, "id").into(),
        name: text(hello, "name").into(),
        version: String::new(),
        resource_type: text(hello, "type").into(),
        content: text(hello, "content").into(),
    };
    for (case, bytes) in [(create, payload.encode()), (hello, published.encode())] {
        assert_eq!(bytes, STANDARD.decode(text(case, "serializedPayload")).unwrap());
        let signature = URL_SAFE_NO_PAD.decode(text(case, "signature")).unwrap();
        assert!(key.verify(&bytes, &signature).is_ok());
    }
}

#[test]
fn a_payload_of_anything_else_is_told_from_ours() {
    let asked = Operation::Create(published(&document()).unwrap());
    let mut other = asked.payload();
    *other.last_mut().unwrap() ^= 1;
    let error = check_payload(&asked, &other).unwrap_err();
    assert_eq!((error.asked, error.got, error.at), (other.len(), other.len(), other.len() - 1));
    let longer = [asked.payload(), vec![0x0a, 0]].concat();
    assert_eq!(check_payload(&asked, &longer).unwrap_err().at, longer.len() - 2);
    assert!(check_payload(&asked, &[]).is_err());
    assert!(error.to_string().contains("other than what was asked for"));
}

#[test]
fn what_a_registrar_is_asked_for_is_what_will_be_signed() {
    let kid = format!("{DID}#key-1");
    let full = json!({
        "@context": ["https://www.w3.org/ns/did/v1"], "id": DID, "controller": DID,
        "verificationMethod": [
            { "id": kid, "type": "JsonWebKey2020", "controller": DID,
              "publicKeyJwk": { "kty": "OKP", "crv": "Ed25519", "x": "pND-i-6Pm_gC_RnV2vFn-bLI4u4b2c3ANfegndTalxE" } },
            { "id": format!("{DID}#key-2"), "type": "Ed25519VerificationKey2018", "controller": DID,
              "publicKeyBase58": "C6KLp3gGtPAUXfahyKX3vfNcp8FwdEHP5Z7oX3HdcDqg" },
        ],
        "authentication": [kid], "capability_delegation": [kid], "keyAgreement": [format!("{DID}#other")],
        "assertionMethod": [kid, { "id": format!("{DID}#bbs"), "type": "Bls12381G2Key2020", "controller": DID,
            "publicKeyBase58": "248Z" }],
        "service": [
            { "id": format!("{DID}#a"), "type": "LinkedDomains", "serviceEndpoint": ["https://a.example", "https://b.example"] },
            { "id": format!("{DID}#b"), "type": "did-communication", "serviceEndpoint": "https://a.example",
              "recipientKeys": [kid], "routingKeys": ["did:key:z6Mk"], "accept": ["didcomm/aip2;env=rfc19"], "priority": 7 },
        ],
        "alsoKnownAs": ["https://example.org"],
    });
    let payload = published(&full).unwrap();
    let sent = payload.to_document();
    assert_eq!(published(&sent).unwrap(), payload, "what the registrar reads gives the same bytes");
    assert_eq!(sent["controller"], json!([DID]));
    assert_eq!(sent["capabilityDelegation"], json!([kid]));
    assert_eq!(sent["verificationMethod"][0]["publicKeyJwk"], full["verificationMethod"][0]["publicKeyJwk"]);
    let inline: String = serde_json::from_str(sent["assertionMethod"][1].as_str().unwrap()).unwrap();
    assert_eq!(serde_json::from_str::<Value>(&inline).unwrap(), full["assertionMethod"][1]);
    // The text of a JWK is signed: its members keep their order.
    let bytes = String::from_utf8_lossy(&payload.encode()).into_owned();
    assert!(bytes.contains(r#"{"kty":"OKP","crv":"Ed25519","x":""#), "{bytes}");
}

#[test]
fn what_the_ledger_cannot_hold_is_named() {
    let kid = format!("{DID}#key-1");
    let method = |member: &str, value: Value| {
        let mut method = document()["verificationMethod"][0].clone();
        method[member] = value;
        with("verificationMethod", json!([method]))
    };
    let service = |member: &str, value: Value| {
        let mut service = json!({ "id": format!("{DID}#s"), "type": "x", "serviceEndpoint": "https://a.example" });
        service[member] = value;
        with("service", json!([service]))
    };
    for (document, named) in [
        (json!([]), "it is not a JSON object"),
        (with("proof", json!({})), "proof"),
        (with("id", json!("did:web:example.org")), "id is not a did:cheqd"),
        (with("verificationMethod", json!([])), "verificationMethod is missing"),
        (with("authentication", json!([])), "authentication is missing"),
        (with("authentication", json!([{ "id": kid }])), "authentication[0]"),
        (with("authentication", json!([kid, kid])), "authentication has an entry twice"),
        (with("assertionMethod", json!([format!("{DID}#none")])), "assertionMethod names a key"),
        (with("assertionMethod", json!(["key-1"])), "assertionMethod[0]"),
        (with("controller", json!(["did:key:z6Mk"])), "controller"),
        (with("alsoKnownAs", json!([5])), "alsoKnownAs[0]"),
        (method("type", json!("Multikey")), "verificationMethod[0].type"),
        (
            method("publicKeyMultibase", json!("z6LSbysY2xFMRpGMhb7tFTLMpeuPRaqaWM1yECx2AtzE3KCc")),
            "publicKeyMultibase is not",
        ),
        (method("publicKeyJwk", json!({})), "verificationMethod[0].publicKeyJwk"),
        (method("id", json!("did:cheqd:testnet:x#key-1")), "verificationMethod[0].id"),
        (service("serviceEndpoint", json!({ "uri": "https://a.example" })), "service[0].serviceEndpoint"),
        (service("priority", json!(-1)), "service[0].priority"),
        (service("recipientKeys", json!([1])), "service[0].recipientKeys[0]"),
        (service("id", json!("#s")), "service[0].id"),
        (service("extra", json!(1)), "service[0].extra"),
        (with("alsoKnownAs", json!(["x".repeat(200_000)])), "128 KiB"),
    ] {
        let error = published(&document).unwrap_err();
        assert!(error.contains(named), "{named}: {error}");
    }
    let error = DidDocPayload::from_document(&document(), "1").unwrap_err().to_string();
    assert!(error.contains("version id"));
}

#[test]
fn a_resource_that_nobody_would_take_costs_nothing() {
    assert_eq!(resource(b"x").check(), Ok(()));
    assert_eq!(resource(&vec![0; MAX_RESOURCE_BYTES]).check(), Ok(()));
    for (change, member) in [
        (ResourcePayload { content: Vec::new(), ..resource(b"x") }, "content"),
        (ResourcePayload { content: vec![0; MAX_RESOURCE_BYTES + 1], ..resource(b"x") }, "content"),
        (ResourcePayload { name: String::new(), ..resource(b"x") }, "name"),
        (ResourcePayload { name: "x".repeat(65), ..resource(b"x") }, "name"),
        (ResourcePayload { name: "a&b".into(), ..resource(b"x") }, "name"),
        (ResourcePayload { resource_type: String::new(), ..resource(b"x") }, "type"),
        (ResourcePayload { version: "x".repeat(65), ..resource(b"x") }, "version"),
        (ResourcePayload { id: "1".into(), ..resource(b"x") }, "id"),
    ] {
        assert_eq!(change.check().unwrap_err().member, member);
    }
}

#[test]
fn the_bodies_of_both_steps_are_what_the_driver_reads() {
    let create = Operation::Create(published(&document()).unwrap());
    assert_eq!(create.path(), "create?method=cheqd");
    assert_eq!(create.first_step()["options"], json!({ "network": "testnet", "versionId": VERSION }));
    assert_eq!(create.first_step()["didDocument"], document());
    let update = Operation::Update(published(&document()).unwrap()).first_step();
    assert_eq!((update["did"].as_str(), &update["didDocument"][0]), (Some(DID), &document()));
    let change = Operation::UpdateResource(resource(b"Hello")).first_step();
    assert_eq!(change["content"], json!(["SGVsbG8="]));
    assert_eq!(change["relativeDidUrl"], "/resources/44444444-4444-4444-8444-444444444444");
    assert_eq!(change["options"]["versionId"], "1.0");
    let first = ResourcePayload { version: String::new(), ..resource(b"Hello") };
    let first = Operation::CreateResource(first).first_step();
    assert_eq!((first["content"].as_str(), first["options"].get("versionId")), (Some("SGVsbG8="), None));
    let kid = format!("{DID}#key-1");
    let signed = |byte| PayloadSignature { kid: kid.clone(), signature: [byte; 64] };
    let second = create.second_step("job", &[signed(0), signed(255)]);
    assert_eq!(second["jobId"], "job");
    let responses = second["secret"]["signingResponse"].as_object().unwrap();
    assert_eq!(responses.len(), 2, "two signatures under one key id are both sent");
    assert_eq!(responses["signingRequest1"]["kid"], kid);
}

/// A reader of the wire format as small as it can be: numbers and lengths.
fn fields(mut bytes: &[u8]) -> Vec<(u64, Vec<u8>)> {
    fn varint(bytes: &mut &[u8]) -> u64 {
        let (mut value, mut shift) = (0, 0);
        loop {
            let (byte, rest) = bytes.split_first().unwrap();
            *bytes = rest;
            value |= u64::from(byte & 0x7f) << shift;
            shift += 7;
            if byte & 0x80 == 0 {
                return value;
            }
        }
    }
    let mut found = Vec::new();
    while !bytes.is_empty() {
        let tag = varint(&mut bytes);
        let value = varint(&mut bytes);
        if tag.is_multiple_of(8) {
            found.push((tag >> 3, value.to_le_bytes().to_vec()));
            continue;
        }
        let (value, rest) = bytes.split_at(usize::try_from(value).unwrap());
        found.push((tag >> 3, value.to_vec()));
        bytes = rest;
    }
    found
}

proptest! {
    #[test]
    fn every_resource_is_written_field_by_field(
        content: Vec<u8>, name in "\\PC{0,200}", version in "\\PC{0,20}", kind in "\\PC{0,20}",
    ) {
        let payload = ResourcePayload { name: name.clone(), version: version.clone(), resource_type: kind.clone(), ..resource(&content) };
        let expected = [
            (1, content.clone()), (2, payload.did.unique_id().into()), (3, payload.id.clone().into()),
            (4, name.into()), (5, version.into()), (6, kind.into()),
        ];
        let expected: Vec<(u64, Vec<u8>)> = expected.into_iter().filter(|(_, value)| !value.is_empty()).collect();
        prop_assert_eq!(fields(&payload.encode()), expected);
    }

    #[test]
    fn a_document_that_is_taken_is_sent_and_signed_as_one(
        names in proptest::collection::btree_set("[ -~]{1,30}", 0..5), priority: u32, endpoint in "[!-~]{1,40}",
    ) {
        let mut document = with("alsoKnownAs", json!(names));
        document["service"] = json!([
            { "id": format!("{DID}#s"), "type": "x", "serviceEndpoint": endpoint, "priority": priority },
        ]);
        let payload = published(&document).unwrap();
        prop_assert_eq!(&published(&payload.to_document()).unwrap(), &payload);
        let written = fields(&payload.encode());
        let others: Vec<Vec<u8>> = names.iter().map(|name| name.clone().into()).collect();
        let read: Vec<Vec<u8>> = written.iter().filter(|(number, _)| *number == 11).map(|(_, name)| name.clone()).collect();
        prop_assert_eq!(read, others);
        let service = written.iter().find(|(number, _)| *number == 10).unwrap();
        let told = fields(&service.1).into_iter().find(|(number, _)| *number == 7).map(|(_, value)| value);
        prop_assert_eq!(told, (priority != 0).then(|| u64::from(priority).to_le_bytes().to_vec()));
    }

    #[test]
    fn no_json_makes_it_panic(member in "@context|id|controller|verificationMethod|authentication|assertionMethod|service", text in "\\PC{0,40}") {
        for value in [json!(text), json!([text]), json!([{ "id": text, "type": text }]), json!(3)] {
            let _ = published(&with(&member, value));
        }
    }
}

fn hex(text: &str) -> Vec<u8> {
    (0..text.len()).step_by(2).map(|at| u8::from_str_radix(&text[at..at + 2], 16).unwrap()).collect()
}
