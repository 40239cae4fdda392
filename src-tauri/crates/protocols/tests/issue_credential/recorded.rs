//! Whole exchanges replayed with ACA-Py's and Credo's own messages on the other side.

use serde_json::Value;
use vouchsafe_didcomm::Message;
use vouchsafe_protocols::issue_credential::{
    CredentialExchange, Initiator, LdProofDetail, Payload, Received, Stage, Start, State, holder, issuer,
    stage::Offered,
};

use crate::world::{credo, hold, issue, message, received, recorded, recordings, stored, with_ids};

const A: &str = "acapy161/a-didexchange-1-0-ed25519signature2018/";
const B: &str = "acapy161/b-didexchange-1-1-ed25519signature2020-bind/";
const J: &str = "acapy161/j-auto-flow-full-offer-with-holder-did-bind-2018/";
const OLD: &str = "acapy127-connections10/00-start/";

struct Exchange {
    offer: Message,
    request: Message,
    credential: Message,
    ack: Message,
}

fn exchange(folder: &str, first: u32) -> Exchange {
    let at = |step: u32, name: &str| recorded(&format!("{folder}{:02}-issue-credential-2-0-{name}", first + step));
    Exchange {
        offer: at(0, "offer-credential"),
        request: at(1, "request-credential"),
        credential: at(2, "issue-credential"),
        ack: at(3, "ack"),
    }
}

fn exchanges() -> Vec<(&'static str, Exchange)> {
    let credo = Exchange {
        offer: credo("offer-credential"),
        request: credo("request-credential"),
        credential: credo("2.0/issue-credential"),
        ack: credo("2.0/ack"),
    };
    vec![
        ("2018", exchange(A, 4)),
        ("2020, subject bound by the holder", exchange(B, 4)),
        ("automatic", exchange(J, 1)),
        ("ACA-Py 1.2.7 over connections/1.0", exchange(OLD, 19)),
        ("ACA-Py 1.2.7 over didexchange/1.0", exchange(OLD, 26)),
        ("Credo", credo),
    ]
}

/// The payload that a recorded message carries.
fn content(message: &Message, member: &str) -> Value {
    let attachment: vouchsafe_didcomm::Attachment =
        serde_json::from_value(message.as_value()[member][0].clone()).unwrap();
    attachment.content_json(1 << 20).unwrap()
}

/// A message without what is new in each run, its members in no order.
fn shape(message: &Message) -> Value {
    let mut value = Value::Object(message.as_value().clone());
    let object = value.as_object_mut().unwrap();
    for member in ["@id", "~service", "~transport", "~attach", "requests~attach", "credentials~attach", "offers~attach"]
    {
        object.remove(member);
    }
    for entry in object.get_mut("formats").and_then(Value::as_array_mut).into_iter().flatten() {
        entry["attach_id"] = Value::Null;
    }
    value
}

fn requested(request: &Message) -> Payload {
    LdProofDetail::from_value(content(request, "requests~attach")).unwrap().into()
}

fn hold_through(
    name: &str,
    offer: &Message,
    request: &Message,
    credential: &Message,
    ack: Option<&Message>,
) -> CredentialExchange {
    let opening = holder::Opening::from_received(received(offer)).unwrap();
    let step = with_ids(&[], |context| holder::start(Start::default(), opening, context)).unwrap();
    assert_eq!(step.record.state_word(), "offer-received", "{name}");
    assert_eq!(step.record.connection_id.as_deref(), Some("connection"));

    let input = holder::Input::SendRequest(holder::Request { payload: requested(request), comment: None });
    let step = hold(stored(&step.record), input).unwrap();
    assert_eq!(step.record.state_word(), "request-sent", "{name}");
    assert_eq!(shape(&step.send[0]), shape(request), "{name}: our request is written as the peer writes it");
    assert_eq!(content(&step.send[0], "requests~attach"), content(request, "requests~attach"));

    let input = holder::Input::from_received(received(credential)).unwrap();
    let step = hold(stored(&step.record), input).unwrap();
    assert_eq!(step.record.state_word(), "credential-received", "{name}: {:?}", step.event);
    assert!(step.send.is_empty());

    let input = holder::Input::Store { credential_id: "stored".to_owned(), verdict: holder::Verdict::Verified };
    let step = hold(stored(&step.record), input).unwrap();
    assert_eq!(step.record.state_word(), "done", "{name}");
    assert_eq!(step.record.credential_id(), Some("stored"));
    if let Some(ack) = ack {
        assert_eq!(shape(&step.send[0]), shape(ack), "{name}: our ack is written as the peer writes it");
    }
    stored(&step.record)
}

/// A record that has made the recorded offer.
fn has_offered(offer: &Message) -> CredentialExchange {
    let detail = LdProofDetail::from_value(content(offer, "offers~attach")).unwrap();
    let ids = ["proposal", offer.thread_id(), "record"];
    let start = Start { connection_id: Some("connection".to_owned()), ..Start::default() };
    let opening = issuer::Opening::SendOffer(crate::world::offer_of(&detail));
    with_ids(&ids, |context| issuer::start(start, opening, context)).unwrap().record
}

#[test]
fn as_holder_every_recorded_issuance_ends_in_a_stored_credential() {
    for (name, Exchange { offer, request, credential, ack }) in exchanges() {
        hold_through(name, &offer, &request, &credential, Some(&ack));
    }
}

#[test]
fn as_issuer_every_recorded_issuance_ends_in_an_ack() {
    for (name, Exchange { offer, request, credential, ack }) in exchanges() {
        let input = issuer::Input::from_received(received(&request)).unwrap();
        let step = issue(stored(&has_offered(&offer)), input).unwrap();
        assert_eq!(step.record.state_word(), "request-received", "{name}: {:?}", step.event);

        let payload = Payload::ld_proof_credential(content(&credential, "credentials~attach"));
        let comment = credential.as_value().get("comment").map(|comment| comment.as_str().unwrap().to_owned());
        let step = issue(stored(&step.record), issuer::Input::Issue { payload, comment }).unwrap();
        assert_eq!(step.record.state_word(), "credential-issued", "{name}");
        if name != "Credo" {
            assert_eq!(shape(&step.send[0]), shape(&credential), "{name}");
        }

        let input = issuer::Input::from_received(received(&ack)).unwrap();
        let step = issue(stored(&step.record), input).unwrap();
        assert_eq!(step.record.state_word(), "done", "{name}");
    }
}

#[test]
fn our_offer_is_written_as_acapy_writes_its_own() {
    let recorded_offer = recorded(&format!("{A}04-issue-credential-2-0-offer-credential"));
    let detail = LdProofDetail::from_value(content(&recorded_offer, "offers~attach")).unwrap();
    let mut offer = crate::world::offer_of(&detail);
    offer.comment = Some("Your credential".to_owned());
    let step =
        with_ids(&[], |context| issuer::start(Start::default(), issuer::Opening::SendOffer(offer), context)).unwrap();
    let ours = &step.send[0];
    assert_eq!(shape(ours), shape(&recorded_offer), "`~thread` is there and empty");
    assert_eq!(ours.as_value()["formats"], recorded_offer.as_value()["formats"]);
    assert_eq!(ours.as_value()["offers~attach"][0]["@id"], "ld_proof");
    let text = ours.as_value()["offers~attach"][0]["data"]["base64"].as_str().unwrap();
    assert!(!text.contains(['-', '_']), "ACA-Py drops the characters of the other alphabet");
    let sent = content(ours, "offers~attach");
    assert_eq!(sent["credential"], *detail.credential());
    assert_eq!(sent["options"]["proofPurpose"], "assertionMethod", "Credo refuses the credential without it");
}

#[test]
fn records_tell_what_acapys_records_tell() {
    let records = &recordings()["records"];
    for (issuers, holders, run) in
        [("2018-issuer", "2018-holder", exchange(A, 4)), ("2020-issuer", "2020-holder", exchange(B, 4))]
    {
        let theirs = &records[holders];
        let ours = hold_through(holders, &run.offer, &run.request, &run.credential, None);
        assert_eq!(ours.by_format(), theirs["by_format"]);
        assert_eq!(ours.state_word(), theirs["state"]);
        assert_eq!(ours.thread_id, theirs["thread_id"]);
        assert_eq!(serde_json::to_value(ours.initiator).unwrap(), theirs["initiator"]);
        assert_eq!(serde_json::to_value(ours.role()).unwrap(), theirs["role"]);
        assert_eq!(serde_json::to_value(ours.cred_offer()).unwrap(), theirs["cred_offer"]);
        assert_eq!(serde_json::to_value(ours.cred_issue()).unwrap(), theirs["cred_issue"]);

        // The issuer's record, put together from theirs: what was asked for stands in the proposal's place.
        let theirs = &records[issuers];
        let mut ours = has_offered(&run.offer);
        ours.state = State::Issuer(issuer::State::OfferSent(Offered {
            cred_proposal: Some(message(&theirs["cred_proposal"])),
            cred_offer: run.offer.clone(),
        }));
        let step = issue(ours, issuer::Input::from_received(received(&run.request)).unwrap()).unwrap();
        let payload = Payload::ld_proof_credential(content(&run.credential, "credentials~attach"));
        let step = issue(step.record, issuer::Input::Issue { payload, comment: None }).unwrap();
        let step = issue(step.record, issuer::Input::from_received(received(&run.ack)).unwrap()).unwrap();
        assert_eq!(step.record.by_format(), theirs["by_format"]);
        assert_eq!(step.record.state_word(), theirs["state"]);
    }
}

#[test]
fn data_model_2_records_read_as_well() {
    let records = &recordings()["records"];
    let theirs = &records["vcdm2-holder"];
    let [offer, request, credential] =
        ["cred_offer", "cred_request", "cred_issue"].map(|member| message(&theirs[member]));
    let credential = if credential.thread_id() == offer.thread_id() {
        credential
    } else {
        credential.with_thread(vouchsafe_didcomm::Thread::of(offer.thread_id()))
    };
    let ours = hold_through("data model 2.0", &offer, &request, &credential, None);
    assert_eq!(ours.by_format(), theirs["by_format"]);
}

#[test]
fn a_declined_offer_is_declined_as_recorded() {
    let folder = "acapy161/g-offer-declined-problem-report-from-holder/";
    let offer = recorded(&format!("{folder}01-issue-credential-2-0-offer-credential"));
    let report = recorded(&format!("{folder}02-issue-credential-2-0-problem-report"));
    let records = &recordings()["records"];

    let opening = holder::Opening::from_received(received(&offer)).unwrap();
    let step = with_ids(&[], |context| holder::start(Start::default(), opening, context)).unwrap();
    let step = hold(step.record, holder::Input::Decline { reason: Some("I do not want it".to_owned()) }).unwrap();
    assert_eq!(shape(&step.send[0]), shape(&report));
    assert_eq!(step.record.error_msg.as_deref(), records["declined-holder"]["error_msg"].as_str());
    assert_eq!(step.record.by_format(), records["declined-holder"]["by_format"]);
    stored(&step.record);

    let step = issue(has_offered(&offer), issuer::Input::from_received(received(&report)).unwrap()).unwrap();
    assert_eq!(step.record.state_word(), "abandoned");
    assert_eq!(step.record.error_msg.as_deref(), records["declined-issuer"]["error_msg"].as_str());
    stored(&step.record);
}

#[test]
fn an_offer_in_an_invitation_hangs_on_it_and_learns_its_connection_from_the_request() {
    let invitation = recordings()["invitations"]["attached"].clone();
    let attached = message(&invitation["requests~attach"][0]["data"]["json"]);
    let request =
        recorded("acapy161/p-offer-attached-to-invitation-with-handshake/04-issue-credential-2-0-request-credential");
    let detail = LdProofDetail::from_value(content(&attached, "offers~attach")).unwrap();
    let mut offer = crate::world::offer_of(&detail);
    offer.comment = None;
    let ids = ["proposal", attached.id(), "record"];
    let step = with_ids(&ids, |context| issuer::start(Start::default(), issuer::Opening::CreateOffer(offer), context))
        .unwrap();
    assert!(step.send.is_empty(), "it travels in the invitation");
    assert_eq!(step.record.state_word(), "offer-sent");

    let input = issuer::Input::AttachOffer { invitation_id: invitation["@id"].as_str().unwrap().to_owned() };
    let step = issue(stored(&step.record), input.clone()).unwrap();
    assert_eq!(shape(step.record.cred_offer().unwrap()), shape(&attached));
    assert!(issue(step.record.clone(), input).is_err(), "one offer goes into one invitation");

    assert_eq!(request.parent_thread_id(), Some(invitation["@id"].as_str().unwrap()));
    let step = issue(stored(&step.record), issuer::Input::from_received(received(&request)).unwrap()).unwrap();
    assert_eq!(step.record.connection_id.as_deref(), Some("connection"));

    let opening = holder::Opening::from_received(received(&attached)).unwrap();
    let step = with_ids(&[], |context| holder::start(Start::default(), opening, context)).unwrap();
    let input = holder::Input::SendRequest(holder::Request { payload: requested(&request), comment: None });
    let step = hold(step.record, input).unwrap();
    assert_eq!(step.send[0].thread(), request.thread(), "thid and pthid as recorded");
}

#[test]
fn a_connectionless_offer_goes_the_whole_way() {
    let invitation = recordings()["invitations"]["connectionless"].clone();
    let offer = message(&invitation["requests~attach"][0]["data"]["json"]);
    let folder = "acapy161/q-connectionless-offer/";
    let run = |file: &str| recorded(&format!("{folder}{file}"));
    let none = |message: &Message| Received { message: message.clone(), connection_id: None };

    let opening = holder::Opening::from_received(none(&offer)).unwrap();
    let step = with_ids(&[], |context| holder::start(Start::default(), opening, context)).unwrap();
    let request = run("01-issue-credential-2-0-request-credential");
    let input = holder::Input::SendRequest(holder::Request { payload: requested(&request), comment: None });
    let step = hold(step.record, input).unwrap();
    assert_eq!(shape(&step.send[0]), shape(&request));
    let input = holder::Input::from_received(none(&run("02-issue-credential-2-0-issue-credential"))).unwrap();
    let step = hold(step.record, input).unwrap();
    let input = holder::Input::Store { credential_id: "stored".to_owned(), verdict: holder::Verdict::Verified };
    let step = hold(step.record, input).unwrap();
    assert_eq!(shape(&step.send[0]), shape(&run("03-issue-credential-2-0-ack")));
}

#[test]
fn a_recorded_proposal_is_answered_with_an_offer_of_what_it_proposes() {
    let proposal = message(&recordings()["proposal"]);
    let opening = issuer::Opening::from_received(received(&proposal)).unwrap();
    let step = with_ids(&[], |context| issuer::start(Start::default(), opening, context)).unwrap();
    assert_eq!(step.record.state_word(), "proposal-received");
    assert_eq!(step.record.initiator, Initiator::External);
    let offer = issuer::Offer { payloads: Vec::new(), asked: Vec::new(), preview: None, comment: None };
    let step = issue(stored(&step.record), issuer::Input::SendOffer(offer)).unwrap();
    assert_eq!(step.send[0].thread_id(), proposal.id());
    let proposed = LdProofDetail::from_value(content(&proposal, "filters~attach")).unwrap();
    let offered = step.record.payload(Stage::Offer).unwrap().ld_proof_detail().unwrap();
    assert_eq!(offered.credential(), proposed.credential());
}
