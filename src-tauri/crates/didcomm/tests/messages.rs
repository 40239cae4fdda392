//! Messages as ACA-Py sent them are read with their decorators and attachments and written back unchanged; what is no
//! message is refused with its reason.

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
use vouchsafe_didcomm::{
    AckOn, Attachment, AttachmentError, MAX_MESSAGE_BYTES, Message, MessageError, PleaseAck, Prefix, ReturnRoute,
    ServiceDecorator, SigningKey, Thread, Timing,
};

const ACAPY: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../tests/vectors/acapy/messages.json"));
const CREDO: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../tests/vectors/credo-wire.json"));

fn recorded() -> Vec<Value> {
    let mut messages: Vec<Value> =
        serde_json::from_str::<Vec<Value>>(ACAPY).unwrap().into_iter().map(|mut case| case["message"].take()).collect();
    for mut message in serde_json::from_str::<Vec<Value>>(CREDO).unwrap() {
        message.as_object_mut().unwrap().shift_remove("from");
        messages.push(message);
    }
    messages
}

fn ping(members: &Value) -> Message {
    Message::build("https://didcomm.org/trust_ping/1.0/ping", "ping-id-1", members).unwrap()
}

#[test]
fn recorded_messages_are_read_and_written_back_as_they_were() {
    let recorded = recorded();
    assert!(recorded.len() > 100);
    for value in recorded {
        let bytes = serde_json::to_vec(&value).unwrap();
        let message = Message::parse(&bytes).unwrap();
        assert_eq!(message.to_bytes(), bytes);
        assert_eq!(message.id(), value["@id"].as_str().unwrap());
        assert_eq!(message.thread_id(), value["~thread"]["thid"].as_str().unwrap_or(message.id()));
        assert_eq!(message.parent_thread_id(), value["~thread"]["pthid"].as_str());
        assert_eq!(message.service().is_some(), value.get("~service").is_some());
        assert_eq!(message.transport().is_some(), value.get("~transport").is_some());
        assert_eq!(message.please_ack().is_some(), value.get("~please_ack").is_some());
    }
}

#[test]
fn recorded_signatures_of_attachments_verify_and_belong_to_their_kid() {
    let mut verified = 0;
    for value in recorded() {
        for member in ["did_doc~attach", "did_rotate~attach"] {
            let Some(attachment) = value.get(member) else { continue };
            let attachment = Attachment::deserialize(attachment).unwrap();
            assert_eq!(serde_json::to_value(&attachment).unwrap(), value[member]);
            if attachment.data.jws.is_none() {
                continue;
            }
            let signer = attachment.verify_signature().unwrap();
            assert_eq!(
                attachment.data.jws.as_ref().unwrap()["header"]["kid"].as_str().unwrap().split('#').next().unwrap(),
                signer.to_did_key()
            );
            let mut changed = attachment.clone();
            let mut content = attachment.content(100_000).unwrap();
            content[3] ^= 1;
            changed.data.base64 = Attachment::base64("x", "text/plain", &content).data.base64;
            assert_eq!(changed.verify_signature(), Err(AttachmentError::BadSignature));
            verified += 1;
        }
    }
    assert!(verified > 10, "{verified}");
}

#[test]
fn our_signature_has_the_shape_of_acapys() {
    let key = SigningKey::from_seed(&[3; 32]);
    let mut attachment = Attachment::base64("doc", "application/json", b"{\"id\":\"did:sov:x\"}");
    assert_eq!(attachment.verify_signature(), Err(AttachmentError::Unsigned));
    attachment.sign(&key).unwrap();
    assert_eq!(attachment.verify_signature(), Ok(key.verkey()));
    let jws = attachment.data.jws.clone().unwrap();
    assert_eq!(jws.as_object().unwrap().keys().collect::<Vec<_>>(), ["header", "protected", "signature"]);
    // The other shape that RFC 0017 allows, and a kid that names somebody else.
    attachment.data.jws = Some(json!({"signatures": [jws.clone()]}));
    assert_eq!(attachment.verify_signature(), Ok(key.verkey()));
    attachment.data.jws = Some(json!({"signatures": [jws.clone(), jws.clone()]}));
    assert_eq!(attachment.verify_signature(), Err(AttachmentError::MalformedSignature("signatures")));
    let mut other = jws;
    other["header"]["kid"] = json!(SigningKey::from_seed(&[4; 32]).verkey().to_did_key());
    attachment.data.jws = Some(other);
    assert_eq!(attachment.verify_signature(), Err(AttachmentError::MalformedSignature("kid")));
}

#[test]
fn attachments_are_read_in_both_alphabets_and_only_to_their_limit() {
    let content: Vec<u8> = (0..=255).collect();
    let mut attachment = Attachment::base64("all", "application/octet-stream", &content);
    assert_eq!(attachment.content(256), Ok(content.clone()));
    assert_eq!(attachment.content(255), Err(AttachmentError::TooLarge(255)));
    let url_safe = attachment.data.base64.unwrap().replace('+', "-").replace('/', "_").trim_end_matches('=').to_owned();
    attachment.data.base64 = Some(url_safe);
    assert_eq!(attachment.content(256), Ok(content));
    attachment.data.sha256 = Some("00".repeat(32));
    assert_eq!(attachment.content(256), Err(AttachmentError::WrongHash));
    attachment.data.base64 = Some("no base64!".to_owned());
    assert_eq!(attachment.content(256), Err(AttachmentError::NotBase64));
    assert_eq!(Attachment::default().content(1), Err(AttachmentError::Empty));
    let json = Attachment::json("j", json!({"a": [1, 2]}));
    assert_eq!(json.content_json::<Value>(100).unwrap(), json!({"a": [1, 2]}));
    assert_eq!(json.content(3), Err(AttachmentError::TooLarge(3)));
    assert!(matches!(json.content_json::<Vec<u8>>(100), Err(AttachmentError::NotJson(_))));
}

#[test]
fn a_link_counts_only_with_a_hash() {
    let link = |sha256: Value| {
        Attachment::deserialize(json!({"data": {"links": ["https://example.org/a"], "sha256": sha256}})).unwrap()
    };
    assert_eq!(link(Value::Null).content(100), Err(AttachmentError::LinkWithoutHash));
    assert_eq!(link(json!("é".repeat(32))).content(100), Err(AttachmentError::LinkWithoutHash));
    // The SHA-256 of the empty string.
    let empty = link(json!("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"));
    assert_eq!(empty.content(100), Err(AttachmentError::Linked));
    assert_eq!(empty.link().unwrap().check(b""), Ok(()));
    assert_eq!(empty.link().unwrap().check(b"x"), Err(AttachmentError::WrongHash));
}

#[test]
fn what_is_no_message_is_refused_with_its_reason() {
    let parse = |text: &str| Message::parse(text.as_bytes()).unwrap_err();
    assert_eq!(Message::parse(&vec![b' '; MAX_MESSAGE_BYTES + 1]), Err(MessageError::TooLarge(MAX_MESSAGE_BYTES + 1)));
    assert_eq!(Message::parse(b"{\"a\":\"\xff\"}"), Err(MessageError::NotUtf8));
    assert_eq!(parse(&"[".repeat(100_000)), MessageError::TooDeep);
    assert!(matches!(parse("{\"@type\":"), MessageError::NotJson(_)));
    assert_eq!(parse("[]"), MessageError::NotAnObject);
    assert_eq!(parse("{}"), MessageError::NoType);
    assert_eq!(parse(r#"{"@type": 1, "@id": "a"}"#), MessageError::NoType);
    assert_eq!(parse(r#"{"@type": "x", "@id": "a"}"#), MessageError::MalformedType("x".to_owned()));
    for id in ["null", "7", "\"\"", "\"a\\u0000\"", &format!("{:?}", "a".repeat(257))] {
        let text = format!(r#"{{"@type": "https://didcomm.org/trust_ping/1.0/ping", "@id": {id}}}"#);
        assert_eq!(parse(&text), MessageError::NoId, "{id}");
    }
    for thread in ["7", "[]", r#"{"thid": 7}"#, r#"{"thid": ""}"#, r#"{"sender_order": "x"}"#] {
        let text =
            format!(r#"{{"@type": "https://didcomm.org/trust_ping/1.0/ping", "@id": "a", "~thread": {thread}}}"#);
        assert_eq!(parse(&text), MessageError::MalformedThread, "{thread}");
    }
    assert!(matches!(
        Message::build("https://didcomm.org/a/1.0/b", "id", &json!([1])),
        Err(MessageError::Unwritable(_))
    ));
}

#[test]
fn braces_in_strings_are_no_depth_and_sixty_four_levels_are_read() {
    let text = format!("{}\\\"{}", "{".repeat(500), "[".repeat(500));
    assert!(Message::parse(ping(&json!({"comment": text})).to_bytes().as_slice()).is_ok());
    let nested = |levels: usize| (0..levels).fold(json!(1), |inner, _| json!([inner]));
    let with = |levels| json!({"@type": "https://didcomm.org/a/1.0/b", "@id": "a", "deep": nested(levels)});
    assert!(Message::parse(with(63).to_string().as_bytes()).is_ok());
    assert!(Message::from_value(with(63)).is_ok());
    assert_eq!(Message::parse(with(64).to_string().as_bytes()), Err(MessageError::TooDeep));
    assert_eq!(Message::from_value(with(64)), Err(MessageError::TooDeep));
}

#[test]
fn a_built_message_begins_with_type_and_id_and_carries_its_decorators() {
    let service = ServiceDecorator {
        recipient_keys: vec![SigningKey::from_seed(&[1; 32]).verkey()],
        routing_keys: vec![],
        service_endpoint: "https://example.org".to_owned(),
    };
    let timing = Timing { out_time: Some("2026-11-23T14:00:00Z".parse().unwrap()), ..Timing::default() };
    let please_ack = PleaseAck { on: vec![AckOn::Receipt] };
    let message = ping(&json!({"@id": "spoofed", "comment": "hi"}))
        .with_thread(Thread::of("thread-1").under("parent-1"))
        .with_return_route(ReturnRoute::All)
        .with_service(&service)
        .with_please_ack(&please_ack)
        .with_timing(&timing);
    let text = String::from_utf8(message.to_bytes()).unwrap();
    assert!(
        text.starts_with(
            r#"{"@type":"https://didcomm.org/trust_ping/1.0/ping","@id":"ping-id-1","comment":"hi","~thread":{"thid":"thread-1","pthid":"parent-1"},"~transport":{"return_route":"all"},"~service":{"recipientKeys":["AKnL4NNf3DGWZJS6cPknBuEGnVsV4A4m5tgebLHaRSZ9"],"serviceEndpoint":"#
        ),
        "{text}"
    );
    let read = Message::parse(text.as_bytes()).unwrap();
    assert_eq!(read, message);
    assert_eq!((read.thread_id(), read.parent_thread_id()), ("thread-1", Some("parent-1")));
    assert_eq!(read.transport(), Some(ReturnRoute::All));
    assert_eq!(read.service(), Some(service));
    assert_eq!(read.please_ack(), Some(please_ack));
    assert_eq!(read.timing(), Some(timing));
    assert!(!format!("{read:?}").contains("hi\""), "a message's content belongs in no log");
}

#[test]
fn old_prefixes_unknown_and_malformed_decorators_do_not_lose_a_message() {
    let message = Message::parse(
        br#"{"@type": "did:sov:BzCbsNYhMrjHiqZDTUASHg;spec/trust_ping/1.7/ping", "@id": "a", "~thread": {},
            "~transport": {"return_route": "sometimes"}, "~please_ack": {"on": ["LATER"]}, "~timing": 7,
            "~service": {"recipientKeys": ["nonsense"]}, "~l10n": {"locale": "de"}, "~unknown": {"a": 1}}"#,
    )
    .unwrap();
    assert_eq!(message.message_type().prefix, Prefix::Sov);
    assert_eq!((message.thread_id(), message.thread()), ("a", Some(&Thread::default())));
    assert_eq!((message.transport(), message.timing(), message.service()), (None, None, None));
    assert_eq!(message.please_ack(), Some(PleaseAck { on: vec![AckOn::Other] }));
    assert_eq!(message.l10n().unwrap().locale.as_deref(), Some("de"));
    assert_eq!(message.as_value()["~unknown"], json!({"a": 1}));
}

#[test]
fn acapys_timing_with_a_space_is_read() {
    let message = ping(&json!({"~timing": {"out_time": "2026-11-23 14:00:00.123Z"}}));
    assert!(message.timing().unwrap().out_time.is_some());
}

#[test]
fn a_body_that_lacks_a_member_names_it() {
    #[derive(Debug, Deserialize)]
    struct Body {
        #[expect(dead_code, reason = "only its absence matters")]
        comment: String,
    }
    let Err(MessageError::MalformedBody { message_type, reason }) = ping(&json!({})).body::<Body>() else { panic!() };
    assert_eq!(message_type, "https://didcomm.org/trust_ping/1.0/ping");
    assert!(reason.contains("comment"), "{reason}");
}

proptest! {
    #[test]
    fn any_bytes_parse_or_are_refused(bytes: Vec<u8>, text in "\\PC{0,200}") {
        let _ = Message::parse(&bytes);
        let _ = Message::parse(text.as_bytes());
    }

    #[test]
    fn a_built_message_reads_back(id in "[a-z0-9-]{1,40}", comment in "\\PC{0,100}", thid in "[a-z0-9-]{1,40}") {
        let message = Message::build("https://didcomm.org/trust_ping/1.0/ping", id, &json!({"comment": comment}))
            .unwrap()
            .with_thread(Thread::of(thid));
        prop_assert_eq!(Message::parse(&message.to_bytes()).unwrap(), message.clone());
        prop_assert_eq!(serde_json::from_slice::<Message>(&message.to_bytes()).unwrap(), message);
    }

    #[test]
    fn what_is_attached_comes_out(content: Vec<u8>, seed: [u8; 32]) {
        let key = SigningKey::from_seed(&seed);
        let mut attachment = Attachment::base64("a", "text/plain", &content);
        attachment.sign(&key).unwrap();
        let read: Attachment = serde_json::from_value(serde_json::to_value(&attachment).unwrap()).unwrap();
        prop_assert_eq!(read.content(content.len()).unwrap(), content);
        prop_assert_eq!(read.verify_signature().unwrap(), key.verkey());
    }
}
