//! Any order of any messages and steps, real and forged, on both roles: nothing panics, no state is reached but by the
//! RFC's arrows, an error leaves the record, and no record ever sends two credentials.

use proptest::{prelude::*, sample::Index};
use serde_json::json;
use vouchsafe_didcomm::{Attachment, Message, Thread};
use vouchsafe_protocols::issue_credential::{
    CredentialExchange, ExchangeStep, Received, Stage, Start, holder, issuer,
    message::{ISSUE_CREDENTIAL, OFFER_CREDENTIAL},
};

use crate::world::{
    credential_for, detail, hold, issue, issue_of, offer_of, proposal_of, request_for, request_of, stored, with_ids,
};

const ARROWS: [(&str, &str); 18] = [
    ("proposal-sent", "offer-received"),
    ("offer-received", "proposal-sent"),
    ("offer-received", "request-sent"),
    ("request-sent", "credential-received"),
    ("credential-received", "done"),
    ("proposal-sent", "abandoned"),
    ("offer-received", "abandoned"),
    ("request-sent", "abandoned"),
    ("credential-received", "abandoned"),
    ("proposal-received", "offer-sent"),
    ("offer-sent", "proposal-received"),
    ("offer-sent", "request-received"),
    ("request-received", "credential-issued"),
    ("credential-issued", "done"),
    ("proposal-received", "abandoned"),
    ("offer-sent", "abandoned"),
    ("request-received", "abandoned"),
    ("credential-issued", "abandoned"),
];

#[derive(Debug, Clone)]
enum Act {
    /// Hand one of the messages seen so far to a role, on its thread or another, from its connection or another.
    Deliver {
        role: bool,
        which: Index,
        on_thread: bool,
        own_connection: bool,
        fresh_id: bool,
    },
    Holder(u8),
    Issuer(u8),
}

fn acts() -> impl Strategy<Value = Vec<Act>> {
    let act = prop_oneof![
        4 => (any::<bool>(), any::<Index>(), prop::bool::weighted(0.95), prop::bool::weighted(0.95), prop::bool::weighted(0.2))
            .prop_map(|(role, which, on_thread, own_connection, fresh_id)| Act::Deliver { role, which, on_thread, own_connection, fresh_id }),
        2 => (0..7u8).prop_map(Act::Holder),
        2 => (0..9u8).prop_map(Act::Issuer),
    ];
    prop::collection::vec(act, 1..40)
}

/// Forged messages to begin with: a broken offer, a credential that nobody asked for.
fn forged(thread: &str) -> Vec<Message> {
    let broken =
        json!({"formats": [{"attach_id": "a", "format": "aries/ld-proof-vc-detail@v1.0"}], "offers~attach": []});
    let mut credential = credential_for(&request_for(&detail()));
    credential["credentialSubject"]["givenName"] = json!("MALLORY");
    let unasked = json!({
        "formats": [{"attach_id": "a", "format": "aries/ld-proof-vc@v1.0"}],
        "credentials~attach": [Attachment::base64_json("a", &credential).unwrap()]
    });
    vec![
        Message::build(OFFER_CREDENTIAL, "broken", &broken).unwrap().with_thread(Thread::of(thread)),
        Message::build(ISSUE_CREDENTIAL, "unasked", &unasked).unwrap().with_thread(Thread::of(thread)),
    ]
}

fn holder_input(kind: u8, record: &CredentialExchange) -> holder::Input {
    let request =
        || request_for(&record.payload(Stage::Offer).and_then(|p| p.ld_proof_detail()).unwrap_or_else(detail));
    match kind {
        0 => holder::Input::SendProposal(proposal_of(&detail())),
        1 | 2 => holder::Input::SendRequest(request_of(request())),
        3 | 4 => holder::Input::Store { credential_id: "stored".to_owned(), verdict: holder::Verdict::Verified },
        5 => holder::Input::Store {
            credential_id: "stored".to_owned(),
            verdict: holder::Verdict::Refused { code: "signature".to_owned(), reason: "bad".to_owned() },
        },
        _ => holder::Input::Decline { reason: None },
    }
}

fn issuer_input(kind: u8, record: &CredentialExchange) -> issuer::Input {
    let request =
        record.payload(Stage::Request).and_then(|p| p.ld_proof_detail()).unwrap_or_else(|| request_for(&detail()));
    match kind {
        0 | 1 => issuer::Input::SendOffer(offer_of(&detail())),
        2..=4 => issue_of(credential_for(&request)),
        5 => issuer::Input::AttachOffer { invitation_id: "invitation".to_owned() },
        6 => issuer::Input::AwaitConnection { invitation_id: "invitation".to_owned() },
        7 => issuer::Input::Deliver { connection_id: "connection".to_owned() },
        _ => issuer::Input::Abandon { reason: Some("no".to_owned()) },
    }
}

struct Side {
    record: CredentialExchange,
    credentials_sent: usize,
}

impl Side {
    fn take(&mut self, step: ExchangeStep, pool: &mut Vec<Message>) {
        let (before, after) = (self.record.state_word(), step.record.state_word());
        assert!(before == after || ARROWS.contains(&(before, after)), "{before} -> {after}");
        if step.event.is_none() {
            assert!(step.send.is_empty());
            assert_eq!(before, after);
        }
        assert_eq!(step.record.id, self.record.id);
        assert_eq!(step.record.thread_id, self.record.thread_id);
        self.credentials_sent += step.send.iter().filter(|m| m.message_type().name == "issue-credential").count();
        assert!(self.credentials_sent <= 1, "issued twice");
        self.record = stored(&step.record);
        pool.extend(step.send);
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(150))]

    #[test]
    fn any_order_of_anything_stays_within_the_rfc(opening in 0..3u8, acts in acts()) {
        let connection = || Start { connection_id: Some("connection".to_owned()), ..Start::default() };
        let at = |message: &Message| Received { message: message.clone(), connection_id: Some("connection".to_owned()) };
        let (issues, holds, first) = match opening {
            0 => {
                let step = with_ids(&[], |c| issuer::start(connection(), issuer::Opening::SendOffer(offer_of(&detail())), c)).unwrap();
                let first = step.send[0].clone();
                let held = with_ids(&[], |c| holder::start(connection(), holder::Opening::from_received(at(&first)).unwrap(), c)).unwrap();
                (step.record, held.record, first)
            }
            other => {
                let opening = if other == 1 {
                    holder::Opening::SendProposal(proposal_of(&detail()))
                } else {
                    holder::Opening::SendRequest(request_of(request_for(&detail())))
                };
                let step = with_ids(&[], |c| holder::start(connection(), opening, c)).unwrap();
                let first = step.send[0].clone();
                let taken = with_ids(&[], |c| issuer::start(connection(), issuer::Opening::from_received(at(&first)).unwrap(), c)).unwrap();
                (taken.record, step.record, first)
            }
        };
        let mut pool = forged(&issues.thread_id);
        pool.push(first);
        let mut issues = Side { record: issues, credentials_sent: 0 };
        let mut holds = Side { record: holds, credentials_sent: 0 };
        for (number, act) in acts.into_iter().enumerate() {
            match act {
                Act::Deliver { role, which, on_thread, own_connection, fresh_id } => {
                    let mut message = which.get(&pool).clone();
                    if fresh_id {
                        let mut value = serde_json::Value::Object(message.as_value().clone());
                        value["@id"] = json!(format!("fresh-{number}"));
                        message = Message::from_value(value).unwrap().with_thread(Thread::of(issues.record.thread_id.clone()));
                    }
                    if !on_thread {
                        message = message.with_thread(Thread::of("another"));
                    }
                    let connection_id = Some(if own_connection { "connection" } else { "other" }.to_owned());
                    let received = Received { message, connection_id };
                    if role {
                        if let Some(input) = issuer::Input::from_received(received)
                            && let Ok(step) = issue(issues.record.clone(), input)
                        {
                            issues.take(step, &mut pool);
                        }
                    } else if let Some(input) = holder::Input::from_received(received)
                        && let Ok(step) = hold(holds.record.clone(), input)
                    {
                        holds.take(step, &mut pool);
                    }
                }
                Act::Holder(kind) => {
                    if let Ok(step) = hold(holds.record.clone(), holder_input(kind, &holds.record)) {
                        holds.take(step, &mut pool);
                    }
                }
                Act::Issuer(kind) => {
                    if let Ok(step) = issue(issues.record.clone(), issuer_input(kind, &issues.record)) {
                        issues.take(step, &mut pool);
                    }
                }
            }
            // A role's record given to the other role's machine is refused, not misread.
            assert!(hold(issues.record.clone(), holder_input(1, &issues.record)).is_err());
            assert!(issue(holds.record.clone(), issuer_input(2, &holds.record)).is_err());
        }
    }
}
