//! The payloads of RFC 0593 as a codec: whatever JSON comes is read or refused, what is read is written as it came, and
//! no change to a credential, however small, goes unseen.

use proptest::{prelude::*, sample::Index};
use serde_json::{Map, Value, json};
use vouchsafe_didcomm::{Attachment, Message};
use vouchsafe_protocols::issue_credential::{LdProofDetail, Start, holder, message::OFFER_CREDENTIAL};

use crate::world::{credential_for, detail, received, request_for, with_ids};

fn any_json() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        ".{0,8}".prop_map(Value::from),
    ];
    let name =
        prop_oneof!["credential", "options", "proofType", "credentialSubject", "id", "proof", "@context", ".{0,6}"];
    leaf.prop_recursive(5, 40, 5, move |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::vec((name.clone(), inner), 0..5)
                .prop_map(|members| Value::Object(members.into_iter().collect::<Map<_, _>>())),
        ]
    })
}

/// The paths of all values in `value`, itself excepted.
fn paths(value: &Value, path: &str, found: &mut Vec<String>) {
    let below: Vec<(String, &Value)> = match value {
        Value::Object(members) => members.iter().map(|(name, value)| (name.clone(), value)).collect(),
        Value::Array(items) => items.iter().enumerate().map(|(index, value)| (index.to_string(), value)).collect(),
        _ => Vec::new(),
    };
    for (name, value) in below {
        let path = format!("{path}/{}", name.replace('~', "~0").replace('/', "~1"));
        paths(value, &path, found);
        found.push(path);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    #[test]
    fn any_json_is_read_or_refused(credential in any_json(), options in any_json(), whole in any_json(), bare: bool) {
        let value = if bare { whole } else { json!({"credential": credential, "options": options, "x": whole}) };
        if let Ok(detail) = LdProofDetail::from_value(value.clone()) {
            prop_assert_eq!(detail.clone().into_value().to_string(), value.to_string());
            prop_assert!(detail.answered_by(&detail).is_ok());
            let _ = detail.fulfilled_by(&value);
            if let Ok(request) = detail.clone().with_subject_id("did:key:z6MkHolder") {
                prop_assert!(detail.answered_by(&request).is_ok());
                prop_assert!(request.subject_id().is_some());
            }
        }
        let body = json!({
            "formats": [{"attach_id": "a", "format": "aries/ld-proof-vc-detail@v1.0"}],
            "offers~attach": [Attachment::base64_json("a", &value).unwrap()],
            "credential_preview": value,
        });
        let message = Message::build(OFFER_CREDENTIAL, "offer", &body).unwrap();
        let opening = holder::Opening::from_received(received(&message)).unwrap();
        if let Ok(step) = with_ids(&[], |context| holder::start(Start::default(), opening, context)) {
            prop_assert!(step.record.by_format()["cred_offer"]["ld_proof"].is_object());
        }
    }

    #[test]
    fn no_change_to_a_credential_goes_unseen(which: Index, instead in any_json()) {
        let request = request_for(&detail());
        let mut credential = credential_for(&request);
        prop_assert!(request.fulfilled_by(&credential).is_ok());
        let mut found = Vec::new();
        paths(request.credential(), "", &mut found);
        let slot = credential.pointer_mut(&found[which.index(found.len())]).unwrap();
        prop_assume!(*slot != instead);
        *slot = instead;
        prop_assert!(request.fulfilled_by(&credential).is_err());
    }
}
