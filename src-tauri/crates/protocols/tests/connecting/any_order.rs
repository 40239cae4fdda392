//! Any inputs in any order: nothing panics, no state is reached that the RFCs lack, nothing connects twice.

use proptest::prelude::*;
use vouchsafe_didcomm::Message;
use vouchsafe_protocols::connection::{Connection, Event, Handshake, InvitationMode};
use vouchsafe_protocols::connections::{invitee, inviter};
use vouchsafe_protocols::did_exchange::{requester, responder};
use vouchsafe_protocols::{ProtocolError, Step};

use crate::world::*;

const STATES: [&str; 7] = [
    "invitation-sent",
    "invitation-received",
    "request-sent",
    "request-received",
    "response-sent",
    "completed",
    "abandoned",
];

#[derive(Debug, Clone, Copy)]
enum Action {
    Accept { inviter: bool, signer: u8 },
    Deliver { inviter: bool, which: usize, as_kind: u8, sender: u8 },
    Stop { inviter: bool },
}

fn action() -> impl Strategy<Value = Action> {
    let seed = prop_oneof![8 => Just(0_u8), 1 => Just(STRANGER_SEED), 1 => Just(INVITATION_SEED)];
    prop_oneof![
        4 => (any::<bool>(), prop_oneof![6 => Just(INVITATION_SEED), 1 => Just(STRANGER_SEED)])
            .prop_map(|(inviter, signer)| Action::Accept { inviter, signer }),
        8 => (any::<bool>(), prop_oneof![3 => Just(0_usize), 1 => 0_usize..12], prop_oneof![8 => Just(9_u8), 3 => 0_u8..4], seed)
            .prop_map(|(inviter, which, as_kind, sender)| Action::Deliver { inviter, which, as_kind, sender }),
        1 => any::<bool>().prop_map(|inviter| Action::Stop { inviter }),
    ]
}

fn take(
    world: &mut World,
    record: &Connection,
    inviter: bool,
    protocol: Handshake,
    action: Action,
    pool: &[Message],
) -> Option<Result<Step<Connection, Event>, ProtocolError>> {
    let old = protocol == Handshake::Connections10;
    Some(match action {
        Action::Accept { signer, .. } if old && inviter => {
            let answer = connections_answer(world, signer);
            world.with(|c| inviter::advance(record, inviter::Input::Accept(&answer), c))
        }
        Action::Accept { .. } if old => {
            world.with(|c| invitee::advance(record, invitee::Input::Accept(&connections_acceptance()), c))
        }
        Action::Accept { signer, .. } if inviter => {
            let answer = answer(protocol, signer);
            world.with(|c| responder::advance(record, responder::Input::Accept(&answer), c))
        }
        Action::Accept { .. } => {
            world.with(|c| requester::advance(record, requester::Input::Accept(&acceptance(protocol)), c))
        }
        Action::Stop { .. } if old && inviter => {
            world.with(|c| inviter::advance(record, inviter::Input::Reject("no"), c))
        }
        Action::Stop { .. } if old => world.with(|c| invitee::advance(record, invitee::Input::Abandon("no"), c)),
        Action::Stop { .. } if inviter => world.with(|c| responder::advance(record, responder::Input::Reject("no"), c)),
        Action::Stop { .. } => world.with(|c| requester::advance(record, requester::Input::Abandon("no"), c)),
        Action::Deliver { which, as_kind, sender, .. } => {
            // Counted from the newest: most deliveries are of what was just sent.
            let message = pool.iter().rev().nth(which % pool.len().max(1))?;
            let natural = if inviter { INVITEE_SEED } else { INVITER_SEED };
            let sender = key(if sender == 0 { natural } else { sender }).verkey();
            let name = message.message_type().name.as_str();
            let kind = match (as_kind, name) {
                (9, "request" | "response") => 0,
                (9, "problem_report") => 1,
                (9, _) => 2,
                (other, _) => other,
            };
            match (kind, old, inviter) {
                (0, true, true) => {
                    let verified = gathered_connections(message, sender)?;
                    let input = inviter::Input::Request { message, verified: &verified };
                    world.with(|c| inviter::advance(record, input, c))
                }
                (0, true, false) => {
                    let verified = gathered_connections(message, sender)?;
                    let input = invitee::Input::Response { message, verified: &verified };
                    world.with(|c| invitee::advance(record, input, c))
                }
                (0, false, true) => {
                    let verified = gathered(message, sender)?;
                    let input = responder::Input::Request { message, verified: &verified };
                    world.with(|c| responder::advance(record, input, c))
                }
                (0, false, false) => {
                    let verified = gathered(message, sender)?;
                    let input = requester::Input::Response { message, verified: &verified };
                    world.with(|c| requester::advance(record, input, c))
                }
                (1, true, true) => world.with(|c| inviter::advance(record, inviter::Input::ProblemReport(message), c)),
                (1, true, false) => world.with(|c| invitee::advance(record, invitee::Input::ProblemReport(message), c)),
                (1, false, true) => {
                    world.with(|c| responder::advance(record, responder::Input::ProblemReport(message), c))
                }
                (1, false, false) => {
                    world.with(|c| requester::advance(record, requester::Input::ProblemReport(message), c))
                }
                (_, true, true) => world.with(|c| inviter::advance(record, inviter::Input::AnyMessage, c)),
                (_, false, true) => world.with(|c| responder::advance(record, responder::Input::Complete(message), c)),
                _ => return None,
            }
        }
    })
}

fn first_invitee(world: &mut World, protocol: Handshake) -> Connection {
    let invitation = received(protocol);
    let step = if protocol == Handshake::Connections10 {
        world.with(|c| invitee::receive_invitation(invitation, c))
    } else {
        world.with(|c| requester::receive_invitation(invitation, c))
    };
    step.unwrap().record
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn any_inputs_in_any_order_keep_to_the_rfcs(
        protocol in prop_oneof![
            Just(Handshake::DidExchange10), Just(Handshake::DidExchange11), Just(Handshake::Connections10)
        ],
        actions in proptest::collection::vec(action(), 1..40),
    ) {
        let mut world = World::new();
        let mut inviter = world.with(|c| Connection::invite(sent(vec![protocol], InvitationMode::Once), c));
        let mut invitee = first_invitee(&mut world, protocol);
        // A second wallet tries the same invitation.
        let mut other = first_invitee(&mut world, protocol);
        let mut pool: Vec<Message> = Vec::new();
        let mut completions = 0;
        for (number, action) in actions.into_iter().enumerate() {
            let (Action::Accept { inviter: for_inviter, .. }
            | Action::Deliver { inviter: for_inviter, .. }
            | Action::Stop { inviter: for_inviter }) = action;
            let record = match (for_inviter, number % 3) {
                (true, _) => &mut inviter,
                (false, 0) => &mut other,
                (false, _) => &mut invitee,
            };
            let before = record.clone();
            let Some(outcome) = take(&mut world, record, for_inviter, protocol, action, &pool) else { continue };
            let Ok(step) = outcome else { continue };
            pool.extend(step.send);
            *record = step.record;
            prop_assert!(STATES.contains(&record.rfc23_state()));
            prop_assert_eq!(&stored(record), &*record);
            if before.is_completed() || before.is_abandoned() {
                prop_assert_eq!(&before, &*record, "an end is an end");
            }
            if for_inviter && step.event == Some(Event::Completed) {
                completions += 1;
            }
            if record.is_ready() {
                let their = record.their.clone().unwrap();
                prop_assert!(their.verkey != key(STRANGER_SEED).verkey());
                prop_assert!(record.their_target().is_some());
            }
        }
        prop_assert!(completions <= 1);
        prop_assert!(!(invitee.is_completed() && other.is_completed()));
    }
}
