//! Status lists as issuers publish them, whole and wrong, in each of the forms that are read.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jiff::Timestamp;
use proptest::prelude::*;
use serde_json::{Value, json};
use vouchsafe_credentials::status::{
    Bits, EntryStatus, Form, MIN_BITS, NewList, Origin, Purpose, Standing, StatusEntry, StatusList, StatusProblem,
    StatusState, entries_of, entry, form_for, list_credential, with_context,
};
use vouchsafe_credentials::{CheckKind, IssuerKeys, Outcome, ProofOptions, Suite, check, sign, verify};
use vouchsafe_didcomm::key::SigningKey;

const DID: &str = "did:cheqd:testnet:55dbc8bf-fba3-4117-855c-1e0dc1d3bb47";

fn now() -> Timestamp {
    "2026-11-23T12:00:00Z".parse().unwrap()
}

struct Issuer {
    key: SigningKey,
    method: String,
    keys: IssuerKeys,
}

fn issuer() -> Issuer {
    let key = SigningKey::from_seed(&[7; 32]);
    let method = format!("{DID}#key-1");
    let assertion = vec![(method.clone(), key.verkey())];
    let keys = IssuerKeys { did: DID.to_owned(), assertion, resolved_at: None, from_cache: false, deactivated: false };
    Issuer { key, method, keys }
}

fn url(kind: &str) -> String {
    format!("https://resolver.cheqd.net/1.0/identifiers/{DID}?resourceName=staff&resourceType={kind}")
}

fn with_set(indexes: &[u64]) -> Bits {
    let mut bits = Bits::new(MIN_BITS);
    assert!(indexes.iter().all(|index| bits.set(*index, true)));
    bits
}

impl Issuer {
    fn signed(&self, plain: &Value) -> Value {
        let suite = Suite::Ed25519Signature2020;
        sign(plain, suite, &self.key, &self.method, now(), &ProofOptions::default()).unwrap()
    }

    fn list(&self, form: Form, purpose: &Purpose, bits: &Bits) -> Value {
        let id = url(form.credential_type());
        self.signed(&list_credential(&NewList { form, purpose, id: &id, issuer: DID, bits, made_at: now() }))
    }

    fn read(&self, list: &Value) -> Result<StatusList, StatusProblem> {
        self.read_bytes(list.to_string().as_bytes())
    }

    fn read_bytes(&self, content: &[u8]) -> Result<StatusList, StatusProblem> {
        let url = url("BitstringStatusListCredential");
        StatusList::read(content, DID, Some(&self.keys), Origin { url: &url, ledger_did: Some(DID) }, now())
    }

    fn jwt(&self, claims: &Value) -> String {
        let header = json!({"alg": "EdDSA", "typ": "JWT", "kid": self.method});
        let encode = |value: &Value| URL_SAFE_NO_PAD.encode(value.to_string());
        let signed = format!("{}.{}", encode(&header), encode(claims));
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(self.key.sign(signed.as_bytes())))
    }
}

fn at(form: Form, purpose: &Purpose, index: u64) -> StatusEntry {
    let document = json!({ "credentialStatus": entry(form, purpose, &url(form.credential_type()), index) });
    entries_of(&document).pop().unwrap().unwrap()
}

#[test]
fn a_published_list_says_who_is_revoked_and_who_is_suspended() {
    let issuer = issuer();
    for form in [Form::Bitstring, Form::StatusList2021] {
        for (purpose, met) in
            [(Purpose::Revocation, EntryStatus::Revoked), (Purpose::Suspension, EntryStatus::Suspended)]
        {
            let list = issuer.list(form, &purpose, &with_set(&[3, 131_071]));
            let url = url(form.credential_type());
            let origin = Origin { url: &url, ledger_did: Some(DID) };
            let content = list.to_string();
            let read = StatusList::read(content.as_bytes(), DID, Some(&issuer.keys), origin, now()).unwrap();
            assert_eq!(read.status_of(&at(form, &purpose, 3)), Ok(met.clone()));
            assert_eq!(read.status_of(&at(form, &purpose, 131_071)), Ok(met));
            assert_eq!(read.status_of(&at(form, &purpose, 4)), Ok(EntryStatus::Valid));
            let beyond = StatusProblem::OutOfRange { index: 131_072, length: 131_072 };
            assert_eq!(read.status_of(&at(form, &purpose, 131_072)), Err(beyond));
        }
    }
}

#[test]
fn a_list_that_is_not_to_be_believed_is_never_valid() {
    let issuer = issuer();
    let good = issuer.list(Form::Bitstring, &Purpose::Revocation, &with_set(&[1]));
    let changed = |member: &str, value: Value| {
        let mut list = good.clone();
        *list.pointer_mut(member).unwrap() = value;
        issuer.read(&list).unwrap_err()
    };
    let resigned = |members: Value| {
        let mut list = good.clone();
        list.as_object_mut().unwrap().shift_remove("proof");
        list.as_object_mut().unwrap().extend(members.as_object().unwrap().clone());
        issuer.read(&issuer.signed(&list)).unwrap_err()
    };
    assert!(issuer.read(&good).is_ok());

    let other_bits = Bits::new(0).to_multibase();
    assert!(matches!(changed("/credentialSubject/encodedList", json!(other_bits)), StatusProblem::Signature(_)));
    assert!(matches!(changed("/credentialSubject/statusPurpose", json!("suspension")), StatusProblem::Signature(_)));
    assert!(matches!(changed("/issuer", json!("did:cheqd:testnet:other")), StatusProblem::OtherIssuer { .. }));
    assert!(matches!(changed("/proof", json!([])), StatusProblem::Unsigned));
    assert!(matches!(resigned(json!({"id": "https://example.org/another"})), StatusProblem::OtherList(_)));
    assert!(matches!(resigned(json!({"validFrom": "2030-01-01T00:00:00Z"})), StatusProblem::NotYetValid(_)));
    let over = json!({"validFrom": "2026-11-22T11:00:00Z", "validUntil": "2026-11-23T11:00:00Z"});
    assert!(matches!(resigned(over), StatusProblem::Expired(_)));

    let stranger = Issuer { key: SigningKey::from_seed(&[9; 32]), ..self::issuer() };
    let forged = stranger.list(Form::Bitstring, &Purpose::Revocation, &Bits::new(0));
    assert!(matches!(issuer.read(&forged), Err(StatusProblem::Signature(_))));
    let url = url("BitstringStatusListCredential");
    let origin = Origin { url: &url, ledger_did: Some(DID) };
    let unknown = StatusList::read(good.to_string().as_bytes(), DID, None, origin, now());
    assert!(matches!(unknown, Err(StatusProblem::NoKeys(_))));

    let list = issuer.read(&good).unwrap();
    let suspension = list.status_of(&at(Form::Bitstring, &Purpose::Suspension, 1));
    assert!(matches!(suspension, Err(StatusProblem::OtherPurpose { .. })));
    let two_bits = StatusEntry { size: Some(2), ..at(Form::Bitstring, &Purpose::Revocation, 0) };
    assert_eq!(list.status_of(&two_bits), Ok(EntryStatus::Revoked), "the list does not say its size, the entry does");
}

#[test]
fn a_short_list_is_told_from_a_damaged_one() {
    let issuer = issuer();
    let mut list = list_credential(&NewList {
        form: Form::Bitstring,
        purpose: &Purpose::Revocation,
        id: &url("BitstringStatusListCredential"),
        issuer: DID,
        bits: &Bits::new(0),
        made_at: now(),
    });
    // gzip of 16 zero bytes.
    list["credentialSubject"]["encodedList"] = json!("uH4sIAAAAAAACA2NgIAwAAJhYWbAQAAAA");
    let problem = issuer.read(&issuer.signed(&list)).unwrap_err();
    assert!(matches!(problem, StatusProblem::Short(_) | StatusProblem::Damaged(_)), "{problem}");
    list["credentialSubject"]["encodedList"] = json!("uAAAA");
    assert!(matches!(issuer.read(&issuer.signed(&list)), Err(StatusProblem::Damaged(_))));
}

#[test]
fn cheqds_wrapper_with_a_jwt_is_read_as_its_jwt_says() {
    let issuer = issuer();
    let bits = with_set(&[11]);
    let subject =
        json!({"type": "BitstringStatusList", "statusPurpose": "revocation", "encodedList": bits.to_multibase()});
    let context = json!(["https://www.w3.org/2018/credentials/v1", "https://www.w3.org/ns/credentials/status/v1"]);
    let types = json!(["VerifiableCredential", "BitstringStatusListCredential"]);
    let claims = json!({"vc": {"@context": context, "type": types, "credentialSubject": subject}, "iss": DID, "nbf": 1_700_000_000});
    let wrapped = |subject: &Value, jwt: String| {
        json!({
            "bitstringStatusListCredential": {
                "@context": context, "type": types, "issuer": {"id": DID}, "issuanceDate": "2024-12-04T10:00:00Z",
                "credentialSubject": subject, "proof": {"type": "JwtProof2020", "jwt": jwt},
            },
            "metadata": {
                "encrypted": false, "encoding": "base64url", "length": 131_072, "statusSize": 2,
                "statusMessages": [
                    {"status": "0x0", "message": "valid"}, {"status": "0x1", "message": "revoked"},
                    {"status": "0x2", "message": "suspended"}, {"status": "0x3", "message": "unknown"},
                ],
            },
        })
    };
    let list = issuer.read(&wrapped(&subject, issuer.jwt(&claims))).unwrap();
    let of = |index| list.status_of(&at(Form::Bitstring, &Purpose::Revocation, index));
    // Bit 11 is the second of entry 5: 0x1.
    assert_eq!((of(5), of(4)), (Ok(EntryStatus::Revoked), Ok(EntryStatus::Valid)));

    let cleared = json!({"type": "BitstringStatusList", "statusPurpose": "revocation", "encodedList": Bits::new(0).to_multibase()});
    assert!(matches!(issuer.read(&wrapped(&cleared, issuer.jwt(&claims))), Err(StatusProblem::Signature(_))));
    let stranger = Issuer { key: SigningKey::from_seed(&[9; 32]), ..self::issuer() };
    assert!(matches!(issuer.read(&wrapped(&subject, stranger.jwt(&claims))), Err(StatusProblem::Signature(_))));
    for jwt in ["", "a.b", "a.b.c.d", "e30.e30.e30"] {
        assert!(matches!(issuer.read(&wrapped(&subject, jwt.to_owned())), Err(StatusProblem::Signature(_))), "{jwt}");
    }
    let mut encrypted = wrapped(&subject, issuer.jwt(&claims));
    encrypted["metadata"]["encrypted"] = json!(true);
    assert_eq!(issuer.read(&encrypted), Err(StatusProblem::Encrypted));
}

#[test]
fn cheqds_unsigned_list_counts_under_the_issuers_own_did_only() {
    let issuer = issuer();
    let bare = json!({
        "StatusList2021": {
            "statusPurpose": "revocation", "encodedList": with_set(&[5]).to_base64url(), "validFrom": "2024-12-04T10:00:00Z",
        },
        "metadata": {"type": "StatusList2021Revocation", "encrypted": false, "encoding": "base64url"},
    });
    let list = issuer.read(&bare).unwrap();
    assert_eq!(list.status_of(&at(Form::StatusList2021, &Purpose::Revocation, 5)), Ok(EntryStatus::Revoked));
    for ledger_did in [None, Some("did:cheqd:testnet:another")] {
        let origin = Origin { url: "https://example.org/list", ledger_did };
        let read = StatusList::read(bare.to_string().as_bytes(), DID, Some(&issuer.keys), origin, now());
        assert_eq!(read, Err(StatusProblem::Unsigned));
    }
}

#[test]
fn garbage_is_no_list() {
    let issuer = issuer();
    for content in ["", " \n", "<html>", "[]", "7", "{}", r#"{"credentialSubject":{}}"#, r#"{"StatusList2021":[]}"#] {
        assert!(issuer.read_bytes(content.as_bytes()).is_err(), "{content}");
    }
    assert_eq!(issuer.read_bytes(&vec![b' '; 5 * 1024 * 1024]), Err(StatusProblem::TooLarge));
}

#[test]
fn the_entries_of_an_offer_are_covered_by_its_signature() {
    let issuer = issuer();
    for (contexts, form) in [
        (json!(["https://www.w3.org/2018/credentials/v1", "https://w3id.org/citizenship/v1"]), Form::Bitstring),
        (
            json!(["https://www.w3.org/2018/credentials/v1", "https://w3id.org/vc/status-list/2021/v1"]),
            Form::StatusList2021,
        ),
        (json!(["https://www.w3.org/ns/credentials/v2"]), Form::Bitstring),
    ] {
        let mut contexts = contexts;
        contexts.as_array_mut().unwrap().push(json!("https://w3id.org/security/suites/ed25519-2020/v1"));
        let v2 = contexts[0] == "https://www.w3.org/ns/credentials/v2";
        let plain = json!({
            "@context": contexts, "type": ["VerifiableCredential"], "issuer": DID,
            (if v2 { "validFrom" } else { "issuanceDate" }): "2026-01-01T00:00:00Z",
            "credentialSubject": {"id": "did:example:holder"},
        });
        assert_eq!(form_for(&plain), form);
        let mut credential = with_context(plain, form);
        let list = url(form.credential_type());
        let entries = [Purpose::Revocation, Purpose::Suspension].map(|purpose| entry(form, &purpose, &list, 94_567));
        credential["credentialStatus"] = json!(entries);
        check(&credential).unwrap();
        let signed = issuer.signed(&credential);
        assert!(verify(&signed, Some(&issuer.keys), now()).is_authentic());
        assert_eq!(entries_of(&signed).into_iter().flatten().count(), 2);
        let mut moved = signed;
        moved["credentialStatus"][0]["statusListIndex"] = json!("1");
        assert!(!verify(&moved, Some(&issuer.keys), now()).is_authentic());
    }
}

#[test]
fn a_verification_says_how_the_credential_stands_and_since_when_that_is_known() {
    let issuer = issuer();
    let list = url("BitstringStatusListCredential");
    let signed = issuer.signed(&json!({
        "@context": ["https://www.w3.org/ns/credentials/v2", "https://w3id.org/security/suites/ed25519-2020/v1"],
        "type": ["VerifiableCredential"], "issuer": DID, "credentialSubject": {"id": "did:example:holder"},
        "credentialStatus": entry(Form::Bitstring, &Purpose::Revocation, &list, 1),
    }));
    let mut found = verify(&signed, Some(&issuer.keys), now());
    let status = |found: &vouchsafe_credentials::Verification| {
        found.checks.iter().find(|check| check.kind == CheckKind::Status).unwrap().outcome
    };
    assert!(found.verified);
    assert_eq!(status(&found), Outcome::NotChecked);
    found.set_status(&Standing::of(&[Ok(EntryStatus::Revoked)]), now());
    assert!(!found.verified && found.is_authentic());
    assert_eq!(
        found.taken_back().unwrap().detail,
        "its issuer has revoked it, as its status list said on 2026-11-23T12:00:00Z"
    );
    found.set_status(&Standing { state: StatusState::Valid, detail: "its issuer lets it stand".to_owned() }, now());
    assert!(found.verified);
    assert_eq!(status(&found), Outcome::Passed);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]
    #[test]
    fn what_is_published_is_what_is_read(set in proptest::collection::btree_set(0..MIN_BITS, 0..40), probe in 0..MIN_BITS) {
        let issuer = issuer();
        let indexes: Vec<u64> = set.iter().copied().collect();
        let list = issuer.read(&issuer.list(Form::Bitstring, &Purpose::Revocation, &with_set(&indexes))).unwrap();
        for index in indexes.iter().copied().chain([probe]) {
            let expected = if set.contains(&index) { EntryStatus::Revoked } else { EntryStatus::Valid };
            prop_assert_eq!(list.status_of(&at(Form::Bitstring, &Purpose::Revocation, index)), Ok(expected));
        }
    }

    #[test]
    fn any_bytes_are_read_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
        prop_assert!(issuer().read_bytes(&bytes).is_err());
    }
}
