//! One machine against the other over a network that delays, reorders, doubles and loses. What an outbox repeats arrives
//! in the end; then both sides are done, or neither is.

use proptest::prelude::*;
use vouchsafe_didcomm::Message;
use vouchsafe_protocols::{
    ProtocolError,
    issue_credential::{CredentialExchange, ExchangeStep, Received, Stage, Start, holder, issuer},
};

use crate::world::{
    credential_for, detail, hold, is_final, issue, issue_of, offer_of, proposal_of, request_for, request_of, with_ids,
};

/// A choice for every moment at which the network or a person has one, and the plain course when they run out.
struct Choices(Vec<u8>, usize);

impl Choices {
    fn next(&mut self) -> u8 {
        let choice = self.0.get(self.1).copied().unwrap_or(0);
        self.1 += 1;
        choice
    }

    fn are_left(&self) -> bool {
        self.1 < self.0.len()
    }
}

#[derive(Default)]
struct World {
    issues: Option<CredentialExchange>,
    holds: Option<CredentialExchange>,
    /// To the issuer (true) or the holder, and lost for good if the network says so.
    underway: Vec<(bool, Message)>,
    credentials: usize,
    stored: usize,
}

impl World {
    fn take(&mut self, at_issuer: bool, step: ExchangeStep) {
        let before = if at_issuer { &self.issues } else { &self.holds };
        if step.record.state_word() == "done" && before.as_ref().is_none_or(|b| b.state_word() != "done") && !at_issuer
        {
            self.stored += 1;
        }
        for message in step.send {
            self.credentials += usize::from(message.message_type().name == "issue-credential");
            self.underway.push((!at_issuer, message));
        }
        *(if at_issuer { &mut self.issues } else { &mut self.holds }) = Some(step.record);
    }

    fn deliver(&mut self, to_issuer: bool, message: &Message) {
        let received = Received { message: message.clone(), connection_id: Some("connection".to_owned()) };
        let outcome = if to_issuer {
            match self.issues.clone() {
                Some(record) => issuer::Input::from_received(received).map(|input| issue(record, input)),
                None => issuer::Opening::from_received(received)
                    .map(|opening| with_ids(&[], |c| issuer::start(Start::default(), opening, c))),
            }
        } else {
            match self.holds.clone() {
                Some(record) => holder::Input::from_received(received).map(|input| hold(record, input)),
                None => holder::Opening::from_received(received)
                    .map(|opening| with_ids(&[], |c| holder::start(Start::default(), opening, c))),
            }
        };
        match outcome {
            Some(Ok(step)) => self.take(to_issuer, step),
            Some(Err(ProtocolError::PeerMisbehaved { report: Some(report), .. })) => {
                let thread = message.thread_id();
                let report = with_ids(&[], |c| report.into_message(thread, None, c)).unwrap();
                self.underway.push((!to_issuer, report));
            }
            Some(Err(ProtocolError::NotNow { .. } | ProtocolError::Unsendable(_))) => {
                panic!("blamed ourselves for a message")
            }
            Some(Err(_)) | None => {}
        }
    }

    /// What the two persons do in the state they see; `choice` 0 goes on as offered.
    fn persons(&mut self, choice: u8) {
        if let Some(record) = self.holds.clone() {
            let input = match (record.state_word(), choice % 8) {
                (_, 7) if !is_final(&record) => Some(holder::Input::Decline { reason: None }),
                ("offer-received", 6) => Some(holder::Input::SendProposal(proposal_of(&detail()))),
                ("offer-received", _) => {
                    let offer = record.payload(Stage::Offer).unwrap().ld_proof_detail().unwrap();
                    Some(holder::Input::SendRequest(request_of(request_for(&offer))))
                }
                ("credential-received", 5) => Some(holder::Input::Store {
                    credential_id: "stored".to_owned(),
                    verdict: holder::Verdict::Refused { code: "expired".to_owned(), reason: "expired".to_owned() },
                }),
                ("credential-received", _) => Some(holder::Input::Store {
                    credential_id: "stored".to_owned(),
                    verdict: holder::Verdict::Verified,
                }),
                _ => None,
            };
            if let Some(input) = input {
                let step = hold(record, input).unwrap();
                self.take(false, step);
            }
        }
        if let Some(record) = self.issues.clone() {
            let input = match (record.state_word(), choice / 8 % 8) {
                ("proposal-received" | "offer-sent" | "request-received", 7) => {
                    Some(issuer::Input::Abandon { reason: None })
                }
                ("proposal-received", _) => Some(issuer::Input::SendOffer(offer_of(&detail()))),
                ("request-received", _) => {
                    let request = record.payload(Stage::Request).unwrap().ld_proof_detail().unwrap();
                    Some(issue_of(credential_for(&request)))
                }
                _ => None,
            };
            if let Some(input) = input {
                let step = issue(record, input).unwrap();
                self.take(true, step);
            }
        }
    }
}

/// Plays an exchange. A message that is lost is repeated later by the outbox (`lossy` false) or gone (`lossy` true).
fn play(opening: u8, choices: Vec<u8>, lossy: bool) -> World {
    let mut choices = Choices(choices, 0);
    let mut world = World::default();
    let start = || Start { connection_id: Some("connection".to_owned()), ..Start::default() };
    let (at_issuer, step) = match opening {
        0 => (true, with_ids(&[], |c| issuer::start(start(), issuer::Opening::SendOffer(offer_of(&detail())), c))),
        1 => {
            (false, with_ids(&[], |c| holder::start(start(), holder::Opening::SendProposal(proposal_of(&detail())), c)))
        }
        _ => {
            let request = request_of(request_for(&detail()));
            (false, with_ids(&[], |c| holder::start(start(), holder::Opening::SendRequest(request), c)))
        }
    };
    world.take(at_issuer, step.unwrap());
    for _ in 0..1000 {
        if choices.are_left() {
            let choice = choices.next();
            if choice.is_multiple_of(3) {
                let choice = choices.next();
                world.persons(choice);
            }
        } else {
            world.persons(0);
        }
        if world.underway.is_empty() {
            if choices.are_left() {
                continue;
            }
            world.persons(0);
            if world.underway.is_empty() {
                break;
            }
        }
        let index = usize::from(choices.next()) % world.underway.len();
        match choices.next() % 8 {
            5 => {
                let (to_issuer, message) = world.underway[index].clone();
                world.deliver(to_issuer, &message);
            }
            6 if lossy => drop(world.underway.remove(index)),
            6 | 7 => {}
            _ => {
                let (to_issuer, message) = world.underway.remove(index);
                world.deliver(to_issuer, &message);
            }
        }
        assert!(world.underway.len() < 200, "the two answer each other for ever");
    }
    assert!(world.credentials <= 1 && world.stored <= 1, "issued or stored twice");
    world
}

fn words(world: &World) -> (&'static str, &'static str) {
    let of = |record: &Option<CredentialExchange>| record.as_ref().map_or("none", CredentialExchange::state_word);
    (of(&world.issues), of(&world.holds))
}

#[test]
fn left_alone_every_opening_ends_done_on_both_sides() {
    for opening in 0..3 {
        let world = play(opening, Vec::new(), false);
        assert_eq!(words(&world), ("done", "done"));
        assert_eq!((world.credentials, world.stored), (1, 1));
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn where_all_arrives_in_the_end_both_are_done_or_both_gave_up(
        opening in 0..3u8, choices in prop::collection::vec(any::<u8>(), 0..80),
    ) {
        let world = play(opening, choices, false);
        let words = words(&world);
        prop_assert!(matches!(words, ("done", "done") | ("abandoned", "abandoned")), "{words:?}");
    }

    #[test]
    fn where_messages_are_lost_for_good_no_side_believes_what_the_other_does_not(
        opening in 0..3u8, choices in prop::collection::vec(any::<u8>(), 0..80),
    ) {
        let world = play(opening, choices, true);
        let words = words(&world);
        if words.0 == "done" {
            prop_assert_eq!(words.1, "done");
        }
        if words.1 == "done" {
            prop_assert!(matches!(words.0, "done" | "credential-issued"), "{words:?}");
        }
    }
}
