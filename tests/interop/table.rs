//! The rows: the whole product of releases, roles, handshakes, suites, starts and modes, and then the single stories.

use super::single::Story;
use super::{Case, Row};
use vouchsafe_tests::connect::{Connecting, Handshake, Mode, Service};
use vouchsafe_tests::credential::{Model, Suite, Terms};
use vouchsafe_tests::issue::{Issuing, Signer, Start, Subject};
use vouchsafe_tests::peer::Kind;

const HANDSHAKES: [Handshake; 3] = [Handshake::DidExchange10, Handshake::DidExchange11, Handshake::Connections10];
const SUITES: [Suite; 2] = [Suite::Ed25519Signature2018, Suite::Ed25519Signature2020];
const STARTS: [Start; 3] = [Start::Offer, Start::Proposal, Start::Request];
const MODES: [Mode; 2] = [Mode::Automatic, Mode::Steps];

/// Issuer and holder of every pair that has us on one side.
const PAIRS: [(Kind, Kind); 4] = [
    (Kind::Ours, Kind::Acapy161),
    (Kind::Acapy161, Kind::Ours),
    (Kind::Ours, Kind::Acapy0128),
    (Kind::Acapy0128, Kind::Ours),
];

/// Whether a release has this handshake: acapy-agent 1.6.1 left Connections 1.0 to a plugin that is no package.
fn has(kind: Kind, handshake: Handshake) -> bool {
    kind != Kind::Acapy161 || handshake != Handshake::Connections10
}

/// All rows.
pub fn rows() -> Vec<Row> {
    let mut rows = Vec::new();
    for pair in PAIRS {
        product(pair, &mut rows);
        choices(pair, &mut rows);
        stories(pair, &mut rows);
        if pair.0 == Kind::Ours {
            signed_by_cheqd(pair, &mut rows);
        }
    }
    // That the peers are sound is shown without us.
    for pair in [(Kind::Acapy161, Kind::Acapy0128), (Kind::Acapy0128, Kind::Acapy161)] {
        for mode in MODES {
            let connecting = Connecting::by(Handshake::DidExchange11, mode);
            let issuing = Issuing::by(Suite::Ed25519Signature2020, Start::Offer, mode);
            rows.push(row(pair, &format!("peers_alone::{mode:?}"), mode, Case::Flow(connecting, issuing)));
        }
    }
    rows
}

fn product(pair: (Kind, Kind), rows: &mut Vec<Row>) {
    for handshake in HANDSHAKES.into_iter().filter(|it| has(pair.0, *it) && has(pair.1, *it)) {
        for suite in SUITES {
            for start in STARTS {
                for mode in MODES {
                    let name = format!("{}::{}::{start:?}::{mode:?}", handshake.short(), suite.name());
                    let case = Case::Flow(Connecting::by(handshake, mode), Issuing::by(suite, start, mode));
                    rows.push(row(pair, &name, mode, case));
                }
            }
        }
    }
}

/// The flow with one choice away from the usual.
fn choices(pair: (Kind, Kind), rows: &mut Vec<Row>) {
    let mut add = |name: &str, mode, connecting: Connecting, issuing: Issuing| {
        rows.push(row(pair, &format!("{name}::{mode:?}"), mode, Case::Flow(connecting, issuing)));
    };
    for mode in MODES {
        let connecting = Connecting::by(Handshake::DidExchange11, mode);
        let issuing = Issuing::by(Suite::Ed25519Signature2020, Start::Offer, mode);
        add("service_did_peer_2", mode, Connecting { service: Service::Peer2, ..connecting }, issuing);
        add("service_did_peer_4", mode, Connecting { service: Service::Peer4, ..connecting }, issuing);
        if pair.0 == Kind::Ours {
            add("service_public_did", mode, Connecting { service: Service::Public, ..connecting }, issuing);
        }
        add("terms_by_url", mode, connecting, Issuing { terms: Terms::Citizenship, ..issuing });
        if pair.0 != Kind::Acapy0128 && pair.1 != Kind::Acapy0128 {
            add("data_model_2", mode, connecting, Issuing { model: Model::V2, ..issuing });
        }
        let unnamed = if pair.1 == Kind::Ours { Subject::Fresh } else { Subject::Absent };
        add("subject_left_open", mode, connecting, Issuing { subject: unnamed, ..issuing });
    }
    let (connecting, mode) = (Connecting::by(Handshake::DidExchange10, Mode::Steps), Mode::Steps);
    for start in STARTS {
        let issuing = Issuing::by(Suite::Ed25519Signature2018, start, mode);
        let name = format!("subject_bound_by_holder::{start:?}");
        add(&name, mode, connecting, Issuing { subject: Subject::Bound, ..issuing });
    }
}

/// The issuer's DID is on the ledger, which ACA-Py reads through its universal resolver. ACA-Py verifies Ed25519 by the
/// form in which the document writes the key: Ed25519Signature2018 by Ed25519VerificationKey2018 alone, no form of
/// JsonWebKey2020, and 0.12.8 no publicKeyMultibase.
fn signed_by_cheqd(pair: (Kind, Kind), rows: &mut Vec<Row>) {
    const FORMS: [(&str, Suite); 3] = [
        ("Ed25519VerificationKey2018", Suite::Ed25519Signature2018),
        ("Ed25519VerificationKey2018", Suite::Ed25519Signature2020),
        ("Ed25519VerificationKey2020", Suite::Ed25519Signature2020),
    ];
    let verifies = |form: &str| pair.1 != Kind::Acapy0128 || form == "Ed25519VerificationKey2018";
    for (form, suite) in FORMS.into_iter().filter(|(form, _)| verifies(form)) {
        for start in [Start::Offer, Start::Request] {
            for mode in MODES {
                let name = format!("did_cheqd::{form}::{}::{start:?}::{mode:?}", suite.name());
                let connecting = Connecting::by(Handshake::DidExchange10, mode);
                let issuing = Issuing { signer: Signer::Cheqd(form), ..Issuing::by(suite, start, mode) };
                rows.push(row(pair, &name, mode, Case::Flow(connecting, issuing)));
                if start == Start::Offer {
                    let issuing = Issuing { revocable: true, ..issuing };
                    rows.push(row(pair, &format!("{name}::revocable"), mode, Case::Flow(connecting, issuing)));
                }
            }
        }
    }
}

fn stories(pair: (Kind, Kind), rows: &mut Vec<Row>) {
    const STORIES: [(Story, Mode); 11] = [
        (Story::Decline, Mode::Steps),
        (Story::Reuse(Service::Peer2), Mode::Automatic),
        (Story::Reuse(Service::Peer4), Mode::Automatic),
        (Story::MultiUse, Mode::Automatic),
        (Story::MultiUse, Mode::Steps),
        (Story::AttachedToInvitation, Mode::Automatic),
        (Story::AttachedToInvitation, Mode::Steps),
        (Story::Connectionless, Mode::Steps),
        (Story::Talk, Mode::Automatic),
        (Story::Reject, Mode::Steps),
        (Story::CounterOffer, Mode::Steps),
    ];
    for (story, mode) in STORIES {
        if matches!(story, Story::Reject) && pair.0 != Kind::Ours {
            // ACA-Py's problem report for a rejected request finds no transport, so that the other side hears nothing.
            continue;
        }
        rows.push(row(pair, &format!("{story:?}::{mode:?}"), mode, Case::Single(story)));
    }
}

fn row((issuer, holder): (Kind, Kind), name: &str, mode: Mode, case: Case) -> Row {
    let name = format!("{}_issues_to_{}::{name}", issuer.name(), holder.name());
    Row { name, mode, issuer, holder, case }
}
