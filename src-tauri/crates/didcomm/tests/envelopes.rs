//! Envelopes that ACA-Py packed open here, ours open for everyone they are for and for nobody else, and no change of a
//! byte goes unnoticed.

#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use proptest::prelude::*;
use serde_json::{Value, json};
use vouchsafe_didcomm::{
    Envelope, EnvelopeError, Message, SigningKey, Verkey,
    envelope::{MAX_ENVELOPE_BYTES, MAX_RECIPIENTS},
    forward::Forward,
    pack, wrap_forward,
};

const RECORDED: &str =
    include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../tests/vectors/acapy/envelopes.json"));

fn key_of(party: &Value) -> SigningKey {
    let hex = party["seed_hex"].as_str().unwrap();
    let seed: Vec<u8> = (0..64).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).unwrap()).collect();
    let key = SigningKey::from_seed(&seed.try_into().unwrap());
    assert_eq!(key.verkey().to_string(), party["verkey"].as_str().unwrap());
    key
}

/// The protected header of a packed envelope.
fn protected(packed: &[u8]) -> Value {
    let envelope: Value = serde_json::from_slice(packed).unwrap();
    serde_json::from_slice(&URL_SAFE_NO_PAD.decode(envelope["protected"].as_str().unwrap()).unwrap()).unwrap()
}

#[test]
fn every_envelope_of_acapy_opens_for_every_recipient() {
    let recorded: Vec<Value> = serde_json::from_str(RECORDED).unwrap();
    assert!(recorded.len() >= 5);
    for case in &recorded {
        let packed = case["packed"].to_string();
        let envelope = Envelope::parse(packed.as_bytes()).unwrap();
        let sender = (!case["sender"].is_null()).then(|| key_of(&case["sender"]).verkey());
        assert_eq!(envelope.is_anonymous(), sender.is_none());
        for recipient in case["recipients"].as_array().unwrap() {
            let key = key_of(recipient);
            let opened = envelope.open(&key).unwrap();
            assert_eq!(opened.plaintext, case["plaintext"].as_str().unwrap().as_bytes());
            assert_eq!(opened.sender, sender);
            assert_eq!(opened.recipient, key.verkey());
        }
        let stranger = SigningKey::from_seed(&[99; 32]);
        assert_eq!(envelope.open(&stranger), Err(EnvelopeError::NotForThisKey(stranger.verkey())));
    }
}

#[test]
fn ours_have_the_members_of_acapys() {
    let recorded: Vec<Value> = serde_json::from_str(RECORDED).unwrap();
    let members = |value: &Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    for case in &recorded {
        let theirs = case["packed"].to_string();
        let sender = (!case["sender"].is_null()).then(|| key_of(&case["sender"]));
        let to: Vec<Verkey> = case["recipients"].as_array().unwrap().iter().map(|r| key_of(r).verkey()).collect();
        let ours = pack(case["plaintext"].as_str().unwrap().as_bytes(), sender.as_ref(), &to).unwrap();
        assert_eq!(members(&serde_json::from_slice(&ours).unwrap()), members(&case["packed"]));
        let (ours, theirs) = (protected(&ours), protected(theirs.as_bytes()));
        assert_eq!(members(&ours), members(&theirs));
        for member in ["enc", "typ", "alg"] {
            assert_eq!(ours[member], theirs[member]);
        }
        let (ours, theirs) = (&ours["recipients"][0], &theirs["recipients"][0]);
        assert_eq!(members(ours), members(theirs));
        assert_eq!(ours["header"]["kid"], theirs["header"]["kid"]);
        // Sealed keys have one length whoever sealed them: the sender is sealed as base58 text.
        for member in ["sender", "iv"] {
            let length = |value: &Value| value["header"][member].as_str().map_or(0, str::len);
            assert_eq!(length(ours), length(theirs));
        }
    }
}

#[test]
fn padded_base64_opens_too() {
    let key = SigningKey::from_seed(&[7; 32]);
    let packed = pack(b"{}", None, &[key.verkey()]).unwrap();
    let mut envelope: Value = serde_json::from_slice(&packed).unwrap();
    for member in ["iv", "ciphertext", "tag"] {
        let text = envelope[member].as_str().unwrap().to_owned();
        envelope[member] = json!(format!("{text}{}", "=".repeat((4 - text.len() % 4) % 4)));
    }
    assert_eq!(Envelope::parse(envelope.to_string().as_bytes()).unwrap().open(&key).unwrap().plaintext, b"{}");
}

#[test]
fn what_is_no_envelope_is_refused_with_its_reason() {
    let key = SigningKey::from_seed(&[7; 32]);
    let good: Value = serde_json::from_slice(&pack(b"{}", Some(&key), &[key.verkey()]).unwrap()).unwrap();
    let with = |member: &str, value: Value| {
        let mut envelope = good.clone();
        envelope[member] = value;
        envelope.to_string().into_bytes()
    };
    let header = |change: &dyn Fn(&mut Value)| {
        let mut header = protected(good.to_string().as_bytes());
        change(&mut header);
        with("protected", json!(URL_SAFE_NO_PAD.encode(header.to_string())))
    };
    let cases: Vec<(Vec<u8>, &'static str)> = vec![
        (b"".to_vec(), "envelope"),
        (b"[]".to_vec(), "envelope"),
        (b"\xff\xfe".to_vec(), "envelope"),
        (good.to_string().into_bytes()[..50].to_vec(), "envelope"),
        (vec![b'['; 100_000], "envelope"),
        (with("protected", json!("%%%")), "protected"),
        (with("protected", json!("e30")), "protected"),
        (with("iv", json!("AAAA")), "iv"),
        (with("tag", json!("AAAA")), "tag"),
        (with("ciphertext", json!("*")), "ciphertext"),
        (header(&|header| header["enc"] = json!("A256GCM")), "enc"),
        (header(&|header| header["alg"] = json!("none")), "alg"),
        (header(&|header| header["recipients"] = json!([])), "recipients"),
        (
            header(&|header| header["recipients"] = json!(vec![header["recipients"][0].clone(); MAX_RECIPIENTS + 1])),
            "recipients",
        ),
        (header(&|header| header["recipients"][0]["header"]["kid"] = json!("abc")), "kid"),
        (header(&|header| header["recipients"][0]["header"]["sender"] = Value::Null), "sender"),
        (header(&|header| header["recipients"][0]["header"]["iv"] = json!("AAAA")), "iv"),
    ];
    for (bytes, reason) in cases {
        assert_eq!(Envelope::parse(&bytes).err(), Some(EnvelopeError::Malformed(reason)));
    }
    let large = vec![b' '; MAX_ENVELOPE_BYTES + 1];
    assert_eq!(Envelope::parse(&large).err(), Some(EnvelopeError::TooLarge(large.len())));
}

#[test]
fn an_authcrypt_envelope_cannot_be_passed_off_as_anonymous() {
    let (sender, recipient) = (SigningKey::from_seed(&[1; 32]), SigningKey::from_seed(&[2; 32]));
    let packed = pack(b"{}", Some(&sender), &[recipient.verkey()]).unwrap();
    let mut envelope: Value = serde_json::from_slice(&packed).unwrap();
    let mut header = protected(&packed);
    header["alg"] = json!("Anoncrypt");
    envelope["protected"] = json!(URL_SAFE_NO_PAD.encode(header.to_string()));
    let envelope = Envelope::parse(envelope.to_string().as_bytes()).unwrap();
    assert_eq!(envelope.open(&recipient), Err(EnvelopeError::Undecryptable));
}

#[test]
fn unusable_keys_and_nobody_are_refused_when_packing() {
    assert_eq!(pack(b"{}", None, &[]), Err(EnvelopeError::NoRecipients));
    let weak = Verkey::from_bytes(&[0; 32]);
    assert!(matches!(pack(b"{}", None, &[weak]), Err(EnvelopeError::Key { verkey, .. }) if verkey == weak));
}

#[test]
fn each_mediator_learns_the_next_key_and_the_last_one_delivers() {
    let keys: Vec<SigningKey> = (1..=4).map(|n| SigningKey::from_seed(&[n; 32])).collect();
    let (recipient, outer, inner, sender) = (&keys[0], &keys[1], &keys[2], &keys[3]);
    let packed = pack(b"{\"hello\":1}", Some(sender), &[recipient.verkey()]).unwrap();
    let mut ids = 0;
    let wrapped = wrap_forward(&packed, &recipient.verkey(), &[outer.verkey(), inner.verkey()], || {
        ids += 1;
        format!("forward-{ids}")
    })
    .unwrap();
    let mut current = wrapped;
    for (mediator, next) in [(outer, inner), (inner, recipient)] {
        let opened = Envelope::parse(&current).unwrap().open(mediator).unwrap();
        assert_eq!(opened.sender, None);
        let message = Message::parse(&opened.plaintext).unwrap();
        assert!(message.message_type().is("routing", 1, "forward"));
        let forward: Forward = message.body().unwrap();
        assert_eq!(forward.to, next.verkey().to_string());
        current = forward.msg.to_string().into_bytes();
    }
    let opened = Envelope::parse(&current).unwrap().open(recipient).unwrap();
    assert_eq!((opened.plaintext.as_slice(), opened.sender), (b"{\"hello\":1}".as_slice(), Some(sender.verkey())));
    assert_eq!(wrap_forward(b"{}", &recipient.verkey(), &[], String::new).unwrap(), b"{}");
    assert!(wrap_forward(b"{", &recipient.verkey(), &[outer.verkey()], || "id".to_owned()).is_err());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn what_is_packed_opens(
        plaintext: Vec<u8>,
        sender in proptest::option::of(any::<[u8; 32]>()),
        recipients in proptest::collection::vec(any::<[u8; 32]>(), 1..4),
    ) {
        let sender = sender.map(|seed| SigningKey::from_seed(&seed));
        let recipients: Vec<_> = recipients.iter().map(SigningKey::from_seed).collect();
        let to: Vec<_> = recipients.iter().map(SigningKey::verkey).collect();
        let envelope = Envelope::parse(&pack(&plaintext, sender.as_ref(), &to).unwrap()).unwrap();
        prop_assert_eq!(envelope.recipients(), to.as_slice());
        for key in &recipients {
            let opened = envelope.open(key).unwrap();
            prop_assert_eq!(&opened.plaintext, &plaintext);
            prop_assert_eq!(opened.sender, sender.as_ref().map(SigningKey::verkey));
        }
    }

    #[test]
    fn a_changed_byte_never_opens_as_something_else(at in any::<proptest::sample::Index>(), flip in 1_u8..=255) {
        let (sender, recipient) = (SigningKey::from_seed(&[1; 32]), SigningKey::from_seed(&[2; 32]));
        let plaintext = b"{\"@id\":\"one\"}";
        let mut packed = pack(plaintext, Some(&sender), &[recipient.verkey()]).unwrap();
        let at = at.index(packed.len());
        packed[at] ^= flip;
        // Trailing bits of base64 mean nothing, so that some changes leave the message as it was; none changes it.
        if let Ok(opened) = Envelope::parse(&packed).and_then(|envelope| envelope.open(&recipient)) {
            prop_assert_eq!(opened.plaintext.as_slice(), plaintext.as_slice());
            prop_assert_eq!(opened.sender, Some(sender.verkey()));
        }
    }

    #[test]
    fn any_bytes_parse_or_are_refused(bytes: Vec<u8>) {
        let _ = Envelope::parse(&bytes);
    }
}
