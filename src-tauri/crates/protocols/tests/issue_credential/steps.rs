//! Single steps: who may do what when, what is refused, and in which words.

use serde_json::{Value, json};
use vouchsafe_didcomm::{Attachment, Message, Thread};
use vouchsafe_protocols::{
    ProtocolError,
    issue_credential::{
        AbandonedBy, CredentialExchange, CredentialPreview, Event, ExchangeStep, Format, LdProofDetail, Payload,
        PreviewAttribute, Received, Stage, Start, holder, issuer,
        message::{ACK, ISSUE_CREDENTIAL, OFFER_CREDENTIAL, REQUEST_CREDENTIAL},
    },
};

use crate::world::{
    credential_for, detail, hold, issue, issue_of, offer_of, proposal_of, received, request_for, request_of, stored,
    with_ids,
};

fn offered() -> (CredentialExchange, CredentialExchange) {
    let start = Start { connection_id: Some("connection".to_owned()), ..Start::default() };
    let step = with_ids(&[], |context| issuer::start(start, issuer::Opening::SendOffer(offer_of(&detail())), context))
        .unwrap();
    let opening = holder::Opening::from_received(received(&step.send[0])).unwrap();
    let held = with_ids(&[], |context| holder::start(Start::default(), opening, context)).unwrap();
    (step.record, held.record)
}

fn detail_offered(record: &CredentialExchange) -> LdProofDetail {
    record.payload(Stage::Offer).unwrap().ld_proof_detail().unwrap()
}

fn requested() -> (CredentialExchange, CredentialExchange) {
    let (issues, holds) = offered();
    let request = request_for(&detail_offered(&holds));
    let step = hold(holds, holder::Input::SendRequest(request_of(request))).unwrap();
    let input = issuer::Input::from_received(received(&step.send[0])).unwrap();
    (issue(issues, input).unwrap().record, step.record)
}

fn wanted(record: &CredentialExchange) -> LdProofDetail {
    record.payload(Stage::Request).unwrap().ld_proof_detail().unwrap()
}

fn with_credential(record: &CredentialExchange, credential: &Value) -> Message {
    let body = json!({
        "formats": [{"attach_id": "ld_proof", "format": "aries/ld-proof-vc@v1.0"}],
        "credentials~attach": [Attachment::base64_json("ld_proof", credential).unwrap()]
    });
    Message::build(ISSUE_CREDENTIAL, "credential-1", &body).unwrap().with_thread(Thread::of(record.thread_id.clone()))
}

fn take(record: &CredentialExchange, credential: &Value) -> ExchangeStep {
    let input = holder::Input::from_received(received(&with_credential(record, credential))).unwrap();
    hold(record.clone(), input).unwrap()
}

type Forgery = fn(&mut Value);

fn abandoned_for(step: &ExchangeStep) -> &str {
    match &step.event {
        Some(Event::Abandoned { by: AbandonedBy::Checks, reason }) => reason,
        other => panic!("not refused: {other:?}"),
    }
}

#[test]
fn a_credential_that_is_not_what_was_requested_is_refused_by_the_first_difference() {
    let (_, holds) = requested();
    let good = credential_for(&wanted(&holds));
    let cases: [(&str, Forgery); 8] = [
        ("/credentialSubject/givenName was changed", |c| c["credentialSubject"]["givenName"] = json!("ALICF")),
        ("/credentialSubject/age was changed", |c| c["credentialSubject"]["age"] = json!(42.0)),
        ("/credentialSubject/degree was added", |c| c["credentialSubject"]["degree"] = json!("PhD")),
        ("/issuer was changed", |c| c["issuer"] = json!("did:key:z6MkOther")),
        ("/@context/2 was added", |c| c["@context"].as_array_mut().unwrap().push(json!("https://example.org"))),
        ("/credentialStatus was added", |c| c["credentialStatus"] = json!({"type": "StatusList2021Entry"})),
        ("/proof/type was changed", |c| c["proof"]["type"] = json!("Ed25519Signature2020")),
        ("/issuanceDate was left out", |c| drop(c.as_object_mut().unwrap().shift_remove("issuanceDate"))),
    ];
    for (difference, change) in cases {
        let mut credential = good.clone();
        change(&mut credential);
        let step = take(&holds, &credential);
        assert_eq!(abandoned_for(&step), format!("the credential is not what was requested: {difference}"));
        assert_eq!(step.record.state_word(), "abandoned");
        let report = &step.send[0].as_value()["description"];
        assert_eq!(report["code"], "issuance-abandoned");
        assert!(report["en"].as_str().unwrap().ends_with(difference));
        stored(&step.record);
    }
    assert_eq!(take(&holds, &good).record.state_word(), "credential-received");
}

#[test]
fn a_credential_without_proof_is_no_credential_and_ends_the_exchange() {
    let (_, holds) = requested();
    let mut credential = credential_for(&wanted(&holds));
    credential.as_object_mut().unwrap().remove("proof");
    let input = holder::Input::from_received(received(&with_credential(&holds, &credential))).unwrap();
    assert_eq!(abandoned_for(&hold(holds, input).unwrap()), "/proof: must be a proof");
}

#[test]
fn a_verdict_against_it_ends_the_exchange_with_the_reason() {
    let (_, holds) = requested();
    let step = take(&holds, &credential_for(&wanted(&holds)));
    let verdict =
        holder::Verdict::Refused { code: "signature".to_owned(), reason: "its signature does not verify".to_owned() };
    let step = hold(step.record, holder::Input::Store { credential_id: "x".to_owned(), verdict }).unwrap();
    assert_eq!(step.record.state_word(), "abandoned");
    assert_eq!(step.record.error_msg.as_deref(), Some("signature: its signature does not verify"));
    assert_eq!(step.record.credential_id(), None);
    assert_eq!(step.send[0].as_value()["description"]["en"], "its signature does not verify");
}

#[test]
fn storing_out_of_turn_is_our_own_error_and_sends_nothing() {
    let (_, holds) = offered();
    let input = holder::Input::Store { credential_id: "x".to_owned(), verdict: holder::Verdict::Verified };
    assert_eq!(
        hold(holds, input),
        Err(ProtocolError::NotNow {
            state: "offer-received".to_owned(),
            reason: "there is no credential waiting to be stored".to_owned()
        })
    );
}

#[test]
fn a_request_may_only_add_the_subject() {
    let (issues, holds) = offered();
    let offer = detail_offered(&holds);
    let mut other = offer.credential().clone();
    other["credentialSubject"]["givenName"] = json!("MALLORY");
    let other = offer.clone().with_credential(other).unwrap();
    let error = hold(holds.clone(), holder::Input::SendRequest(request_of(other.clone()))).unwrap_err();
    assert_eq!(
        error,
        ProtocolError::Unsendable(
            "the request is not what was offered: /credential/credentialSubject/givenName was changed".to_owned()
        )
    );
    // A holder who sends it all the same is refused by the issuer, for good.
    let body = json!({
        "formats": [{"attach_id": "a", "format": "aries/ld-proof-vc-detail@v1.0"}],
        "requests~attach": [Attachment::base64_json("a", &other).unwrap()]
    });
    let forged =
        Message::build(REQUEST_CREDENTIAL, "forged", &body).unwrap().with_thread(Thread::of(issues.thread_id.clone()));
    let step = issue(issues, issuer::Input::from_received(received(&forged)).unwrap()).unwrap();
    assert_eq!(
        abandoned_for(&step),
        "the request is not what was offered: /credential/credentialSubject/givenName was changed"
    );
}

#[test]
fn nothing_is_issued_twice_and_nothing_else_than_requested() {
    let (issues, _) = requested();
    let request = wanted(&issues);
    let mut wrong = credential_for(&request);
    wrong["credentialSubject"]["givenName"] = json!("BOB");
    assert!(matches!(issue(issues.clone(), issue_of(wrong)), Err(ProtocolError::Unsendable(_))));
    let step = issue(issues, issue_of(credential_for(&request))).unwrap();
    assert_eq!(step.send.len(), 1);
    let again = issue(step.record.clone(), issue_of(credential_for(&request)));
    assert!(matches!(again, Err(ProtocolError::NotNow { .. })));
    let taken_back = issue(step.record, issuer::Input::Abandon { reason: None });
    assert!(matches!(taken_back, Err(ProtocolError::NotNow { .. })));
}

#[test]
fn a_message_twice_changes_nothing() {
    let (issues, holds) = requested();
    let request = holds.cred_request().unwrap();
    let step = issue(issues.clone(), issuer::Input::from_received(received(request)).unwrap()).unwrap();
    assert_eq!((step.record, step.send.len(), step.event), (issues, 0, None));
}

#[test]
fn a_message_from_another_connection_or_thread_is_none_of_ours() {
    let (issues, holds) = requested();
    let other = Received { message: holds.cred_request().unwrap().clone(), connection_id: Some("other".to_owned()) };
    let (fresh, _) = offered();
    assert!(matches!(
        issue(fresh.clone(), issuer::Input::RequestReceived(other)),
        Err(ProtocolError::PeerMisbehaved { .. })
    ));
    let foreign = received(holds.cred_request().unwrap());
    assert!(matches!(issue(fresh, issuer::Input::RequestReceived(foreign)), Err(ProtocolError::PeerMisbehaved { .. })));
    let ack =
        Message::build(ACK, "ack", &json!({"status": "OK"})).unwrap().with_thread(Thread::of(issues.thread_id.clone()));
    let without = Received { message: ack, connection_id: None };
    assert!(matches!(issue(issues, issuer::Input::AckReceived(without)), Err(ProtocolError::PeerMisbehaved { .. })));
}

#[test]
fn haggling_goes_on_on_one_thread() {
    let (issues, holds) = offered();
    let counter = detail().with_option("domain", json!("example.org")).unwrap();
    let proposed = hold(holds, holder::Input::SendProposal(proposal_of(&counter))).unwrap();
    assert_eq!(proposed.record.state_word(), "proposal-sent");
    let taken = issue(issues, issuer::Input::from_received(received(&proposed.send[0])).unwrap()).unwrap();
    assert_eq!(taken.record.state_word(), "proposal-received");
    let offer = issuer::Offer { payloads: Vec::new(), asked: Vec::new(), preview: None, comment: None };
    let offered_again = issue(stored(&taken.record), issuer::Input::SendOffer(offer)).unwrap();
    assert_eq!(offered_again.send[0].thread_id(), proposed.record.thread_id);
    let step = hold(stored(&proposed.record), holder::Input::from_received(received(&offered_again.send[0])).unwrap())
        .unwrap();
    assert_eq!(step.record.state_word(), "offer-received");
    assert_eq!(detail_offered(&step.record).domain(), Some("example.org"));
    // The first offer once more is not an answer to anything.
    assert!(step.record.by_format()["cred_proposal"]["ld_proof"].is_object());
}

#[test]
fn a_holder_may_begin_with_a_request() {
    let request = request_for(&detail());
    let start = Start { connection_id: Some("connection".to_owned()), ..Start::default() };
    let step =
        with_ids(&[], |context| holder::start(start, holder::Opening::SendRequest(request_of(request)), context))
            .unwrap();
    assert_eq!(step.record.thread_id, step.send[0].id());
    let opening = issuer::Opening::from_received(received(&step.send[0])).unwrap();
    let taken = with_ids(&[], |context| issuer::start(Start::default(), opening, context)).unwrap();
    let issued = issue(stored(&taken.record), issue_of(credential_for(&wanted(&taken.record)))).unwrap();
    let got = hold(stored(&step.record), holder::Input::from_received(received(&issued.send[0])).unwrap()).unwrap();
    assert_eq!(got.record.state_word(), "credential-received");
    assert!(got.record.by_format().get("cred_offer").is_none());
}

#[test]
fn a_request_for_an_offer_that_is_not_known_begins_nothing() {
    let (_, holds) = requested();
    let orphan = received(holds.cred_request().unwrap());
    let error =
        with_ids(&[], |context| issuer::start(Start::default(), issuer::Opening::RequestReceived(orphan), context));
    assert!(matches!(error, Err(ProtocolError::PeerMisbehaved { report: Some(_), .. })));
}

#[test]
fn after_giving_up_the_other_side_is_told_again() {
    let (issues, holds) = offered();
    let given_up = issue(issues, issuer::Input::Abandon { reason: Some("wrong person".to_owned()) }).unwrap();
    let request =
        hold(holds, holder::Input::SendRequest(request_of(request_for(&detail_offered(&given_up.record))))).unwrap();
    let error =
        issue(given_up.record.clone(), issuer::Input::from_received(received(&request.send[0])).unwrap()).unwrap_err();
    assert!(matches!(error, ProtocolError::PeerMisbehaved { report: Some(_), .. }), "{error}");
    // And never answers a report with a report.
    let report = given_up.send[0].clone();
    let told = hold(request.record, holder::Input::from_received(received(&report)).unwrap()).unwrap();
    assert_eq!((told.record.state_word(), told.send.len()), ("abandoned", 0));
    assert_eq!(told.record.error_msg.as_deref(), Some("issuance-abandoned: wrong person"));
}

#[test]
fn formats_that_are_not_spoken_are_the_peers_incompatibility() {
    let offer = |body: Value| {
        let message = Message::build(OFFER_CREDENTIAL, "offer", &body).unwrap();
        let opening = holder::Opening::from_received(received(&message)).unwrap();
        with_ids(&[], |context| holder::start(Start::default(), opening, context))
    };
    let attachment = Attachment::base64_json("x", &detail()).unwrap();
    let unknown =
        json!({"formats": [{"attach_id": "x", "format": "hlindy/cred-abstract@v2.0"}], "offers~attach": [attachment]});
    assert!(matches!(offer(unknown), Err(ProtocolError::PeerIncompatible { report: Some(_), .. })));
    let entry = json!({"attach_id": "x", "format": "aries/ld-proof-vc-detail@v1.0"});
    for broken in [
        json!({"formats": [entry], "offers~attach": []}),
        json!({"formats": [entry], "offers~attach": [attachment, attachment]}),
        json!({"formats": [entry, entry], "offers~attach": [attachment]}),
        json!({"formats": [entry], "offers~attach": [Attachment::base64("x", "application/json", b"{\"cred")]}),
        json!({"formats": [entry], "offers~attach": [{"@id": "x", "data": {"base64": "%%%"}}]}),
        json!({"formats": [entry], "offers~attach": [{"@id": "x", "data": {"links": ["http://localhost/"]}}]}),
        json!({"formats": [entry], "offers~attach": [{"@id": "x", "data": {"json": {"credential": [], "options": {}}}}]}),
        json!({"formats": vec![entry.clone(); 17], "offers~attach": [attachment]}),
        json!({"formats": {}}),
        json!({}),
    ] {
        assert!(
            matches!(offer(broken.clone()), Err(ProtocolError::PeerMisbehaved { report: Some(_), .. })),
            "{broken}"
        );
    }
    // Both formats offered: the one that is spoken is taken.
    let both = json!({
        "formats": [{"attach_id": "i", "format": "hlindy/cred-abstract@v2.0"}, entry],
        "offers~attach": [Attachment::base64_json("i", &json!({})).unwrap(), attachment]
    });
    assert_eq!(offer(both).unwrap().record.state_word(), "offer-received");
}

#[test]
fn what_is_sent_is_what_every_known_peer_takes() {
    let value = json!({
        "credential": {"@context": ["https://www.w3.org/2018/credentials/v1"], "type": ["VerifiableCredential"],
                       "credentialSubject": {"id": null, "name": "A"}, "x-unknown": 1},
        "options": {"created": null, "credentialStatus": null, "proofType": "Ed25519Signature2018", "x-unknown": true},
        "x-unknown": "kept"
    });
    let offer = issuer::Offer {
        payloads: vec![Payload { format: Format::LdProof, value }],
        asked: Vec::new(),
        preview: None,
        comment: None,
    };
    let send =
        |offer| with_ids(&[], |context| issuer::start(Start::default(), issuer::Opening::SendOffer(offer), context));
    let offered = send(offer).unwrap().record.payload(Stage::Offer).unwrap().value;
    assert_eq!(
        offered.to_string(),
        json!({
            "credential": {"@context": ["https://www.w3.org/2018/credentials/v1"], "type": ["VerifiableCredential"],
                           "credentialSubject": {"name": "A"}, "x-unknown": 1},
            "options": {"proofType": "Ed25519Signature2018", "x-unknown": true, "proofPurpose": "assertionMethod"},
            "x-unknown": "kept"
        })
        .to_string()
    );
    let text_context =
        LdProofDetail::new(json!({"@context": "https://www.w3.org/2018/credentials/v1"}), "Ed25519Signature2018");
    assert!(matches!(send(offer_of(&text_context.unwrap())), Err(ProtocolError::Unsendable(_))));
    assert!(matches!(
        send(issuer::Offer { payloads: Vec::new(), asked: Vec::new(), preview: None, comment: None }),
        Err(ProtocolError::Unsendable(_))
    ));
}

#[test]
fn previews_are_carried_and_bounded() {
    let attribute = PreviewAttribute { name: "given name".to_owned(), mime_type: None, value: "Alice".to_owned() };
    let mut offer = offer_of(&detail());
    offer.preview = Some(CredentialPreview::new(vec![attribute.clone()]));
    let send =
        |offer| with_ids(&[], |context| issuer::start(Start::default(), issuer::Opening::SendOffer(offer), context));
    let step = send(offer.clone()).unwrap();
    let opening = holder::Opening::from_received(received(&step.send[0])).unwrap();
    let held = with_ids(&[], |context| holder::start(Start::default(), opening, context)).unwrap();
    assert_eq!(held.record.preview().unwrap().attributes, vec![attribute.clone()]);
    assert_eq!(held.record.comment().as_deref(), Some("Yours"));
    offer.preview = Some(CredentialPreview::new(vec![attribute; 257]));
    assert!(matches!(send(offer), Err(ProtocolError::Unsendable(_))));
}

#[test]
fn a_status_is_added_only_where_it_was_asked_for() {
    let detail =
        request_for(&detail()).with_option("credentialStatus", json!({"type": "StatusList2021Entry"})).unwrap();
    let mut credential = credential_for(&detail);
    assert_eq!(detail.fulfilled_by(&credential).unwrap_err().to_string(), "/credentialStatus was left out");
    credential["credentialStatus"] = json!({"type": "StatusList2021Entry", "statusListIndex": "7"});
    detail.fulfilled_by(&credential).unwrap();
    credential["credentialStatus"]["type"] = json!("Other");
    assert_eq!(detail.fulfilled_by(&credential).unwrap_err().to_string(), "/credentialStatus/type was changed");
}

#[test]
fn proof_options_that_were_asked_for_are_in_the_proof() {
    let asked = |name: &str, value: &str| request_for(&detail()).with_option(name, json!(value)).unwrap();
    let credential = credential_for(&request_for(&detail()));
    for (name, good, bad) in [
        ("created", "2026-11-23T09:44:04+00:00", "2026-11-23T09:44:05Z"),
        ("verificationMethod", "did:key:z6MkIssuer#z6MkIssuer", "did:key:z6MkOther#z6MkOther"),
        ("proofPurpose", "assertionMethod", "authentication"),
    ] {
        asked(name, good).fulfilled_by(&credential).unwrap();
        let error = asked(name, bad).fulfilled_by(&credential).unwrap_err();
        assert_eq!(error.to_string(), format!("/proof/{name} was changed"));
    }
    let integrity =
        asked("cryptosuite", "eddsa-rdfc-2022").with_option("proofType", json!("DataIntegrityProof")).unwrap();
    let mut credential = credential;
    credential["proof"]["type"] = json!("DataIntegrityProof");
    credential["proof"]["cryptosuite"] = json!("eddsa-rdfc-2022");
    integrity.fulfilled_by(&credential).unwrap();
    // Named by the suite alone, as some controllers do.
    asked("proofType", "eddsa-rdfc-2022").fulfilled_by(&credential).unwrap();
    credential["proof"]["cryptosuite"] = json!("eddsa-jcs-2022");
    assert!(integrity.fulfilled_by(&credential).is_err());
}

#[test]
fn an_offer_that_waits_for_a_connection_leaves_once_and_can_be_withdrawn_unheard() {
    let made = with_ids(&[], |c| issuer::start(Start::default(), issuer::Opening::CreateOffer(offer_of(&detail())), c))
        .unwrap()
        .record;
    let wait = || issuer::Input::AwaitConnection { invitation_id: "invitation".to_owned() };
    let deliver = || issuer::Input::Deliver { connection_id: "connection".to_owned() };
    assert!(issue(made.clone(), deliver()).is_err(), "it hangs on no invitation yet");
    let waiting = issue(made, wait()).unwrap();
    assert!(waiting.send.is_empty());
    let waiting = stored(&waiting.record);
    assert_eq!((waiting.state_word(), waiting.parent_thread_id.as_deref()), ("offer-sent", Some("invitation")));
    assert!(issue(waiting.clone(), wait()).is_err(), "it waits for one invitation");
    let attach = issuer::Input::AttachOffer { invitation_id: "another".to_owned() };
    assert!(issue(waiting.clone(), attach).is_err(), "it cannot leave two ways");

    let withdrawn = issue(waiting.clone(), issuer::Input::Abandon { reason: None }).unwrap();
    assert!(withdrawn.send.is_empty(), "nobody has heard of it");
    assert_eq!(withdrawn.record.state_word(), "abandoned");
    assert!(issue(withdrawn.record, deliver()).is_err());

    let step = issue(waiting, deliver()).unwrap();
    assert_eq!(step.event, Some(Event::OfferSent));
    assert_eq!(step.send.len(), 1);
    assert_eq!(step.send[0].parent_thread_id(), Some("invitation"));
    assert_eq!(step.send[0].thread_id(), step.record.thread_id);
    assert_eq!(step.record.connection_id.as_deref(), Some("connection"));
    assert!(issue(stored(&step.record), deliver()).is_err(), "once");
    let received = Received { message: step.send[0].clone(), connection_id: Some("theirs".to_owned()) };
    let held = with_ids(&[], |c| holder::start(Start::default(), holder::Opening::from_received(received).unwrap(), c))
        .unwrap();
    assert_eq!(held.record.parent_thread_id.as_deref(), Some("invitation"));
}
