//! The documents that ACA-Py and Credo sent are understood, and the DIDs made here are the ones they would make of the
//! same documents.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use proptest::prelude::*;
use serde::Deserialize;
use serde_json::{Value, json};
use vouchsafe_didcomm::{Attachment, SigningKey, Verkey};
use vouchsafe_dids::{
    Did, DidDocument, DidUrl, DocumentError, MAX_DID_BYTES, NewService, PublicKey, QUEUE_ENDPOINT, jwk, key,
    legacy::{self, ConnectionBlock},
    peer, web,
};

macro_rules! vector {
    ($path:literal) => {
        serde_json::from_str::<Value>(include_str!(concat!(
            env!("CARGO_MANIFEST_DIR"),
            "/../../../tests/vectors/",
            $path
        )))
        .unwrap()
    };
}

fn recorded() -> Vec<Value> {
    vector!("acapy/messages.json").as_array().unwrap().clone()
}

fn did(text: &str) -> Did {
    text.parse().unwrap()
}

fn verkey() -> Verkey {
    SigningKey::from_seed(&[1; 32]).verkey()
}

/// Without the members that resolution adds.
fn bare(document: &DidDocument) -> Value {
    let mut value = document.to_value();
    let object = value.as_object_mut().unwrap();
    object.shift_remove("id");
    object.shift_remove("alsoKnownAs");
    for method in object["verificationMethod"].as_array_mut().unwrap() {
        method.as_object_mut().unwrap().shift_remove("controller");
    }
    value
}

#[test]
fn recorded_long_peer_dids_resolve_to_the_recorded_document_and_back() {
    let mut seen = 0;
    for case in recorded() {
        let Some(text) = case["message"]["did"].as_str().filter(|text| text.starts_with("did:peer:4")) else {
            continue;
        };
        let long = did(text);
        let document = peer::resolve(&long).unwrap();
        let expected = &case["decoded"]["did_document"];
        if expected.is_object() {
            assert_eq!(bare(&document), *expected, "{}", case["name"]);
            let again = peer::encode_peer4(expected).unwrap();
            assert_eq!((again.long.as_str(), &again.document), (text, &document));
            assert_eq!(peer::short_form(&long), Some(again.short));
        }
        let services = document.didcomm_services();
        assert_eq!(services.len(), document.services().len());
        for service in services {
            assert!(service.recipient_keys.len() == 1 && service.routing_keys.is_empty());
            assert_eq!(document.authentication_keys()[0].1, PublicKey::Ed25519(service.recipient_keys[0]));
        }
        let short = peer::resolve_short(&long).unwrap();
        assert_eq!(short.also_known_as(), [text]);
        assert_eq!(short.didcomm_services()[0].recipient_keys, document.didcomm_services()[0].recipient_keys);
        seen += 1;
    }
    assert!(seen > 10, "{seen}");
}

#[test]
fn credos_long_peer_dids_have_a_key_to_send_to() {
    let mut seen = 0;
    for message in vector!("credo-wire.json").as_array().unwrap() {
        if let Some(text) = message["did"].as_str() {
            let document = peer::resolve(&did(text)).unwrap();
            let services = document.didcomm_services();
            assert_eq!((services.len(), services[0].recipient_keys.len()), (1, 1));
            assert_eq!(document.key_agreement_keys().len(), 1);
            assert!(document.verification_methods().iter().all(|method| method.controller == text));
            seen += 1;
        }
    }
    assert!(seen > 0);
}

#[test]
fn recorded_legacy_documents_are_read_and_made_again() {
    let mut seen = 0;
    for case in recorded() {
        let message = &case["message"];
        let (given, value) = if let Some(attached) = message.get("did_doc~attach") {
            let attachment = Attachment::deserialize(attached).unwrap();
            (message["did"].as_str().unwrap(), attachment.content_json(100_000).unwrap())
        } else if let Some(connection) = message.get("connection") {
            let block = ConnectionBlock::deserialize(connection).unwrap();
            assert_eq!(serde_json::to_value(&block).unwrap(), *connection);
            block.read().unwrap();
            (connection["DID"].as_str().unwrap(), connection["DIDDoc"].clone())
        } else {
            continue;
        };
        let document = legacy::read(&did(given), &value).unwrap();
        let services = document.didcomm_services();
        assert!(!document.authentication_keys().is_empty(), "{}", case["name"]);
        if services.is_empty() {
            // A wallet without an endpoint.
            assert!(value["service"].as_array().is_none_or(Vec::is_empty));
            continue;
        }
        let key = services[0].recipient_keys[0];
        if value["id"].as_str().unwrap().starts_with("did:sov:") && services.iter().all(|s| s.routing_keys.is_empty()) {
            assert_eq!(legacy::unqualified(&key).unwrap().as_str(), given);
            let endpoints: Vec<_> = services.iter().map(|service| NewService::at(&service.endpoint)).collect();
            let mut ours = legacy::document(&did(given), &key, &endpoints);
            // ACA-Py gives every service the same rank; ours keep their order.
            for service in ours["service"].as_array_mut().unwrap() {
                service["priority"] = json!(0);
            }
            if case["name"].as_str().unwrap().starts_with("acapy") {
                assert_eq!(ours, value, "{}", case["name"]);
                seen += 1;
            }
        }
        assert!(matches!(legacy::read(&did("EYchFg4ZrDmCMuydReE4ec"), &value), Err(DocumentError::OtherDid(_))));
    }
    assert!(seen > 10, "{seen}");
}

#[test]
fn recorded_invitations_by_did_have_a_service() {
    for (invitation, fragment) in [
        (vector!("acapy/invitations/invitation-did-peer-2.json"), "#key-1"),
        (vector!("acapy/invitations/invitation-did-peer-4.json"), "#key-0"),
        (vector!("acapy/invitations/invitation-did-peer-4-unique.json"), "#key-0"),
    ] {
        let did = did(invitation["invitation"]["services"][0].as_str().unwrap());
        let document = peer::resolve(&did).unwrap();
        assert_eq!(document.authentication(), [format!("{did}{fragment}")]);
        let services = document.didcomm_services();
        assert_eq!(services[0].endpoint, "http://127.0.0.1:19140");
        let PublicKey::Ed25519(key) = document.verification_method(fragment).unwrap().key else { panic!() };
        assert_eq!(services[0].recipient_keys, [key]);
        if fragment == "#key-1" {
            let endpoints: Vec<_> = services.iter().map(|service| NewService::at(&service.endpoint)).collect();
            let ours = peer::create_peer2(&key, &endpoints).unwrap();
            // ACA-Py agrees on keys with a key of its own; all else is the same.
            let but_agreement = |did: &Did| did.as_str().split('.').filter(|e| !e.starts_with('E')).collect::<String>();
            assert_eq!(but_agreement(&ours), but_agreement(&did));
        }
    }
}

#[test]
fn the_recorded_cheqd_document_gives_one_key_in_four_notations() {
    for document in vector!("acapy/did-documents.json").as_object().unwrap().values() {
        let document = DidDocument::parse(document).unwrap();
        let keys = document.assertion_keys();
        assert!(keys.len() >= 4);
        assert!(keys.iter().all(|(_, key)| *key == keys[0].1 && matches!(key, PublicKey::Ed25519(_))), "{keys:?}");
    }
}

#[test]
fn our_peer_4_is_as_acapys_but_may_sign_credentials() {
    let made = peer::create_peer4(&verkey(), &[NewService::at("https://a.example"), NewService::queue()]).unwrap();
    assert_eq!(peer::resolve(&made.long).unwrap(), made.document);
    let services = made.document.didcomm_services();
    assert_eq!(services.iter().map(|s| s.endpoint.as_str()).collect::<Vec<_>>(), ["https://a.example", QUEUE_ENDPOINT]);
    let key = (format!("{}#key-0", made.long), PublicKey::Ed25519(verkey()));
    assert_eq!(made.document.assertion_keys(), std::slice::from_ref(&key));
    assert_eq!(made.document.authentication_keys(), std::slice::from_ref(&key));
    assert_eq!(made.document.key_agreement_keys(), [key]);
    let value = made.document.to_value();
    assert_eq!(
        value["service"][0],
        json!({
            "id": "#didcomm-0", "type": "did-communication", "recipientKeys": ["#key-0"], "routingKeys": [],
            "serviceEndpoint": "https://a.example", "priority": 0,
        })
    );
    assert!(peer::create_peer4(&verkey(), &[NewService::at("x".repeat(MAX_DID_BYTES))]).is_err());
}

#[test]
fn routing_keys_are_read_back_as_they_were_given() {
    let mediator = SigningKey::from_seed(&[9; 32]).verkey();
    let service = NewService { endpoint: "https://m.example".to_owned(), routing_keys: vec![mediator] };
    let four = peer::create_peer4(&verkey(), std::slice::from_ref(&service)).unwrap().document;
    let two = peer::resolve(&peer::create_peer2(&verkey(), std::slice::from_ref(&service)).unwrap()).unwrap();
    let legacy = ConnectionBlock::new(&verkey(), &[service]).unwrap().read().unwrap();
    for document in [four, two, legacy] {
        let services = document.didcomm_services();
        assert_eq!((&services[0].routing_keys, &services[0].recipient_keys), (&vec![mediator], &vec![verkey()]));
    }
}

#[test]
fn a_swapped_document_does_not_go_under_the_hash_of_another() {
    let one = peer::create_peer4(&verkey(), &[]).unwrap();
    let other = peer::create_peer4(&verkey(), &[NewService::queue()]).unwrap();
    let encoded = other.long.as_str().rsplit_once(':').unwrap().1;
    let swapped = did(&format!("{}:{encoded}", one.short));
    assert_eq!(peer::resolve(&swapped), Err(DocumentError::Malformed("the hash of the did:peer:4")));
    assert_eq!(peer::short_form(&swapped), None);
}

#[test]
fn a_did_key_authenticates_signs_and_agrees() {
    let document = key::from_verkey(&verkey()).unwrap();
    let id = verkey().to_did_key_reference();
    assert_eq!(document.assertion_keys(), [(id.clone(), PublicKey::Ed25519(verkey()))]);
    assert_eq!(document.authentication(), [id]);
    assert_eq!(document.key_agreement_keys()[0].1, PublicKey::X25519(verkey().to_x25519().unwrap()));
    for member in ["capabilityDelegation", "capabilityInvocation"] {
        assert_eq!(document.as_value()[member], json!([verkey().to_did_key_reference()]));
    }
}

#[test]
fn did_keys_of_the_specification_have_the_derived_agreement_key() {
    // From the test vectors of the did:key method.
    let document = key::resolve(&did("did:key:z6MkhaXgBZDvotDkL5257faiztiGiC2QtKLGpbnnEGta2doK")).unwrap();
    assert!(document.key_agreement()[0].ends_with("#z6LSj72tK8brWgZja8NLRwPigth2T9QRiG1uH9oKZuKjdh9p"));
    let x25519 = key::resolve(&did("did:key:z6LSeu9HkTHSfLLeUs2nnzUSNedgDUevfNQgQjQC23ZCit6F")).unwrap();
    assert!(x25519.assertion_keys().is_empty() && x25519.key_agreement_keys().len() == 1);
    let p256 = key::resolve(&did("did:key:zDnaerDaTF5BXEavCrfRZEk316dpbLsfPDZ3WJ5hRTPFU2169")).unwrap();
    assert!(matches!(p256.assertion_keys()[0].1, PublicKey::P256(_)));
    let bls = "did:key:zUC7EK3ZakmukHhuncwkbySmomv3FmrkmS36E4Ks5rsb6VQSRpoCrx6Hb8e2Nk6UvJFSdyw9NK1scFXJp21gNNYFjVWNgaqyGnkyhtagagCpQb5B7tagJu3HDbjQ8h5ypoHjwBb";
    assert!(matches!(key::resolve(&did(bls)).unwrap().assertion_keys()[0].1, PublicKey::Bls12381G2(_)));
    assert!(key::resolve(&did("did:key:z111")).is_err());
    let weak = Verkey::from_bytes(&[0; 32]);
    assert!(key::from_verkey(&weak).is_err());
}

#[test]
fn did_jwks_are_read_by_their_use_and_never_with_a_private_key() {
    let of = |jwk: Value| {
        use base64::Engine;
        let encoded = base64::engine::general_purpose::URL_SAFE_NO_PAD.encode(jwk.to_string());
        jwk::resolve(&did(&format!("did:jwk:{encoded}")))
    };
    // From the method's specification.
    let x = "3p7bfXt9wbTTW2HC7OQ1Nz-DQ8hbeGdNrfx-FG-IK08";
    let agreement = of(json!({"kty": "OKP", "crv": "X25519", "use": "enc", "x": x})).unwrap();
    assert!(agreement.assertion_keys().is_empty());
    assert!(matches!(agreement.key_agreement_keys()[0].1, PublicKey::X25519(_)));
    let y = "igrFmi0whuihKnj9R3Om1SoMph72wUGeFaBbzG2vzns";
    let p256 = of(json!({"kty": "EC", "crv": "P-256", "x": "acbIQiuMs3i8_uszEjJ2tpTtRM4EU3yz91PH6CdH2V0", "y": y}));
    let p256 = p256.unwrap();
    assert_eq!(p256.authentication(), [format!("{}#0", p256.id())]);
    assert!(matches!(p256.assertion_keys()[0].1, PublicKey::P256(point) if point[0] == 3));
    let private = of(json!({"kty": "OKP", "crv": "Ed25519", "x": x, "d": x}));
    assert_eq!(private, Err(DocumentError::Malformed("the did:jwk holds a private key")));
    assert!(jwk::resolve(&did("did:jwk:abc")).is_err());
}

#[test]
fn did_webs_spell_their_address_and_nothing_else() {
    for (text, expected) in [
        ("did:web:w3c-ccg.github.io", "https://w3c-ccg.github.io/.well-known/did.json"),
        ("did:web:example.com:user:alice", "https://example.com/user/alice/did.json"),
        ("did:web:example.com%3A3000:user", "https://example.com:3000/user/did.json"),
    ] {
        assert_eq!(web::url(&did(text)).unwrap().as_str(), expected);
    }
    for text in [
        "did:web:a%40b.example",
        "did:web:a%2Fb",
        "did:web:a%3A1%3A2",
        "did:web:a:..:b",
        "did:web:a::b",
        "did:web:a:%2e%2e:b",
        "did:web:a%3Aport",
        "did:key:a",
    ] {
        assert!(web::url(&did(text)).is_err(), "{text}");
    }
    let me = did("did:web:example.com");
    assert!(web::parse(&me, br#"{"id": "did:web:example.com"}"#).is_ok());
    let other = web::parse(&me, br#"{"id": "did:web:example.org"}"#);
    assert_eq!(other, Err(DocumentError::OtherDid(did("did:web:example.org"))));
    assert_eq!(web::parse(&me, b"<html>"), Err(DocumentError::NotJson));
    assert!(matches!(web::parse(&me, &vec![b' '; 200_000]), Err(DocumentError::TooLarge(_))));
}

#[test]
fn a_document_speaks_for_its_own_keys_alone() {
    let victim = key::did(&SigningKey::from_seed(&[5; 32]).verkey()).unwrap();
    let method = |id: &str| json!({"id": id, "type": "Multikey", "publicKeyMultibase": verkey().to_multibase()});
    let document = DidDocument::parse(&json!({
        "id": "did:web:example.com",
        "verificationMethod": [method(&format!("{victim}#stolen")), method("did:web:example.com.evil#x"), method("#own")],
        "assertionMethod": [format!("{victim}#stolen"), "did:web:example.com.evil#x", "#own", "#missing"],
    }))
    .unwrap();
    assert_eq!(document.assertion_keys(), [("did:web:example.com#own".to_owned(), PublicKey::Ed25519(verkey()))]);
}

#[test]
fn what_is_no_document_is_refused_with_its_reason() {
    let method = |seed: u8| {
        let key = SigningKey::from_seed(&[seed; 32]).verkey().to_multibase();
        json!({"id": "#a", "type": "Multikey", "publicKeyMultibase": key})
    };
    for (document, expected) in [
        (json!([]), DocumentError::Malformed("not an object")),
        (json!({}), DocumentError::Malformed("id")),
        (json!({"id": "example"}), DocumentError::Malformed("id")),
        (json!({"id": "did:a:b", "service": {}}), DocumentError::Malformed("service")),
        (json!({"id": "did:a:b", "service": [7]}), DocumentError::Malformed("service")),
        (json!({"id": "did:a:b", "service": [{"id": "x"}]}), DocumentError::Malformed("service.type")),
        (json!({"id": "did:a:b", "verificationMethod": [{}]}), DocumentError::Malformed("verificationMethod")),
        (json!({"id": "did:a:b", "authentication": [7]}), DocumentError::Malformed("authentication")),
        (json!({"id": "did:a:b", "authentication": vec!["#a"; 1000]}), DocumentError::Malformed("authentication")),
        (
            json!({"id": "did:a:b", "verificationMethod": [method(1), method(2)]}),
            DocumentError::AmbiguousKey("did:a:b#a".to_owned()),
        ),
    ] {
        assert_eq!(DidDocument::parse(&document), Err(expected));
    }
    let strange = DidDocument::parse(&json!({
        "id": "did:a:b",
        "verificationMethod": [method(1), {"id": "#z", "type": "Future2030", "publicKeyMultibase": "zzz"}],
        "service": [
            {"id": "#1", "type": "did-communication", "recipientKeys": ["#z"], "serviceEndpoint": "https://a"},
            {"id": "#2", "type": "did-communication", "recipientKeys": ["#a"], "serviceEndpoint": "https://a",
             "routingKeys": ["did:example:mediator#1"]},
            {"id": "#3", "type": "LinkedDomains", "serviceEndpoint": ["https://a"]},
            {"id": "#4", "type": ["did-communication"], "recipientKeys": ["#a"], "serviceEndpoint": {"uri": "https://b"},
             "accept": ["didcomm/aip2;env=rfc19"], "priority": 7},
        ],
    }))
    .unwrap();
    let services = strange.didcomm_services();
    assert_eq!(services.len(), 1);
    assert_eq!((services[0].endpoint.as_str(), services[0].priority), ("https://b", 7));
    assert_eq!((services[0].id.as_str(), services[0].accept.len()), ("did:a:b#4", 1));
}

#[test]
fn dids_are_told_from_what_is_none() {
    for (text, method, id) in [
        ("did:key:z6Mk", "key", "z6Mk"),
        ("did:cheqd:testnet:0f1f3a5e", "cheqd", "testnet:0f1f3a5e"),
        ("EYchFg4ZrDmCMuydReE4eb", "sov", "EYchFg4ZrDmCMuydReE4eb"),
    ] {
        let did = did(text);
        assert_eq!((did.method(), did.method_specific_id()), (method, id));
        assert_eq!(did.is_unqualified(), !text.starts_with("did:"));
    }
    let long = format!("did:a:{}", "b".repeat(MAX_DID_BYTES));
    for text in ["", "did:", "did:a", "did:a:", "did:A:b", "did::b", "did:a:b c", "did:a:b#c", "abc", "0OIl", &long] {
        assert!(text.parse::<Did>().is_err(), "{text:.80}");
    }
    let url: DidUrl = "did:a:b?x=1#key-1".parse().unwrap();
    assert_eq!((url.did(), url.fragment()), (&did("did:a:b"), Some("key-1")));
    assert_eq!("did:a:b;indy".parse::<DidUrl>().unwrap().to_string(), "did:a:b;indy");
    assert!("did:a:b#é".parse::<DidUrl>().is_err());
}

#[test]
fn older_did_peer_2_services_and_abbreviations_are_read() {
    use base64::Engine;
    let encode = |value: Value| base64::engine::general_purpose::URL_SAFE.encode(value.to_string());
    let key = verkey().to_multibase();
    let list = encode(json!([
        {"t": "dm", "s": {"uri": "https://a", "a": ["didcomm/v2"], "r": []}},
        {"t": "did-communication", "s": "https://b", "recipientKeys": ["#key-1"], "r": []},
    ]));
    let document = peer::resolve(&did(&format!("did:peer:2.V{key}.S{list}"))).unwrap();
    assert_eq!(document.services()[0].id, format!("{}#service", document.id()));
    assert_eq!(document.services()[0].types, ["DIDCommMessaging"]);
    assert_eq!(document.services()[0].raw["serviceEndpoint"]["accept"], json!(["didcomm/v2"]));
    assert_eq!(document.services()[1].id, format!("{}#service-1", document.id()));
    assert_eq!(document.didcomm_services()[0].recipient_keys, [verkey()]);
    assert!(document.also_known_as()[0].starts_with("did:peer:3zQm"));
    for broken in
        ["did:peer:2.", "did:peer:2.Vz6Mk", "did:peer:2.S!", "did:peer:2.Xz6Mk", "did:peer:5z", "did:peer:4zQm"]
    {
        assert!(broken.parse::<Did>().map_or(true, |did| peer::resolve(&did).is_err()), "{broken}");
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn any_text_is_a_did_or_is_refused_and_resolving_it_never_panics(
        text in "\\PC{0,80}|did:(key|jwk|peer:[0-4]|web):[A-Za-z0-9.:%_-]{0,120}",
    ) {
        let _ = text.parse::<DidUrl>();
        if let Ok(did) = text.parse::<Did>() {
            let _ = (key::resolve(&did), peer::resolve(&did), jwk::resolve(&did), web::url(&did));
        }
    }

    #[test]
    fn what_is_encoded_as_peer_4_resolves(seed: [u8; 32], endpoints in proptest::collection::vec("https://[a-z]{1,20}", 0..4)) {
        let verkey = SigningKey::from_seed(&seed).verkey();
        let services: Vec<_> = endpoints.iter().map(NewService::at).collect();
        let made = peer::create_peer4(&verkey, &services).unwrap();
        let found: Vec<_> = made.document.didcomm_services().into_iter().map(|service| service.endpoint).collect();
        prop_assert_eq!(&found, &endpoints);
        prop_assert_eq!(peer::resolve(&made.long).unwrap(), made.document);
        let two = peer::resolve(&peer::create_peer2(&verkey, &services).unwrap()).unwrap();
        let found: Vec<_> = two.didcomm_services().into_iter().map(|service| service.endpoint).collect();
        prop_assert_eq!(found, endpoints);
    }

    #[test]
    fn keys_read_back(bytes: [u8; 32]) {
        for key in [PublicKey::Ed25519(Verkey::from_bytes(&bytes)), PublicKey::X25519(bytes)] {
            prop_assert_eq!(PublicKey::from_multibase(&key.to_multibase().unwrap()), key);
        }
    }
}
