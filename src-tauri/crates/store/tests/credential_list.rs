//! The list of credentials as a person looks through it: words, tags, standing, order, groups.
#![allow(missing_docs, clippy::unwrap_used, clippy::indexing_slicing, reason = "tests")]

use jiff::{SignedDuration, Timestamp};
use serde_json::json;
use vouchsafe_store::{
    ConnectionRow, CredentialRow, HeldStatus, ListFilter, ListOrder, ListStanding, Page, Reader, Store, StoreError,
};

const DAY: SignedDuration = SignedDuration::from_hours(24);

fn now() -> Timestamp {
    "2026-11-23T12:00:00Z".parse().unwrap()
}

fn credential(number: i64, title: &str, issuer: &str, text: &str) -> CredentialRow {
    CredentialRow {
        record_id: format!("record-{number}"),
        exchange_id: None,
        connection_id: None,
        issuer_id: issuer.to_owned(),
        title: title.to_owned(),
        types: vec!["VerifiableCredential".into()],
        expanded_types: Vec::new(),
        contexts: Vec::new(),
        subject_ids: Vec::new(),
        proof_types: Vec::new(),
        schema_ids: Vec::new(),
        given_id: Some(format!("urn:{number}")),
        tags: json!({}),
        issued_at: Some(now()),
        expires_at: None,
        stored_at: Timestamp::from_second(number).unwrap(),
        favourite: false,
        verification: json!({"checks": [{"kind": "signature", "outcome": "passed"}]}),
        status: HeldStatus::default(),
        summary: json!({"issuer_name": format!("The {issuer}")}),
        search_text: text.to_owned(),
        cred: json!({}),
    }
}

fn wallet() -> Vec<CredentialRow> {
    let status = |state: &str| HeldStatus { state: state.to_owned(), ..HeldStatus::default() };
    let mut rows = vec![
        credential(1, "Library card", "did:a", "Alice Moore Library card"),
        credential(2, "degree", "did:b", "José Peña degree"),
        credential(3, "Badge", "did:a", "Alice Stone badge"),
        credential(4, "Visa", "did:cheqd:practice:1", "Bo Visa"),
        credential(5, "Ticket", "did:a", "Cy Ticket"),
        credential(6, "Pass", "did:a", "Di Pass"),
    ];
    rows[0].connection_id = Some("connection-1".into());
    rows[1].expires_at = Some(now() + DAY * 10);
    rows[2].expires_at = Some(now() - DAY);
    rows[3].status = status("revoked");
    rows[4].status = status("suspended");
    rows[5].verification = json!({"checks": [{"kind": "signature", "outcome": "failed"}]});
    rows
}

async fn filled() -> Store {
    let store = Store::temporary().unwrap();
    store
        .write(|t| {
            t.put_connection(&ConnectionRow {
                id: "connection-1".into(),
                alias: None,
                body: json!({"their_label": "Bibliothèque Nationale"}).to_string(),
                ..connection()
            })?;
            wallet().iter().try_for_each(|row| t.put_credential(row))
        })
        .await
        .unwrap();
    store
}

fn connection() -> ConnectionRow {
    ConnectionRow {
        id: String::new(),
        state: "completed".into(),
        their_role: "inviter".into(),
        protocol: "didexchange/1.1".into(),
        alias: None,
        my_did: None,
        their_did: None,
        my_verkey: None,
        their_verkey: None,
        invitation_key: None,
        invitation_msg_id: None,
        request_id: None,
        created_at: now(),
        updated_at: now(),
        body: "{}".into(),
    }
}

fn found(reader: &Reader<'_>, filter: &ListFilter, order: ListOrder) -> Vec<String> {
    let page = Page { limit: 50, offset: 0, descending: false };
    let rows = reader.credential_list(filter, order, false, page).unwrap();
    assert_eq!(reader.count_credential_list(filter).unwrap(), rows.len() as u64);
    rows.into_iter().map(|row| row.record_id.replace("record-", "")).collect()
}

fn words(text: &str) -> ListFilter {
    ListFilter { text: text.to_owned(), ..ListFilter::default() }
}

fn standing(standing: ListStanding) -> ListFilter {
    ListFilter { standing: Some(standing), ..ListFilter::default() }
}

#[tokio::test]
async fn words_find_claims_tags_and_the_name_of_the_connection_without_accents() {
    let store = filled().await;
    store
        .write(|t| {
            assert!(t.tag_credential("record-2", "Studies abroad")?);
            assert!(t.tag_credential("record-3", "Work")?);
            assert!(!t.tag_credential("record-99", "Work")?);
            let by = |text: &str| found(t, &words(text), ListOrder::Newest);
            assert_eq!(by("ali"), ["3", "1"]);
            assert_eq!(by("alice moo"), ["1"]);
            assert_eq!(by("pena jose"), ["2"]);
            assert_eq!(by("abro"), ["2"], "a tag");
            assert_eq!(by("jose studies"), ["2"], "a claim and a tag");
            assert_eq!(by("alice bibliotheque"), ["1"], "a claim and a connection");
            assert_eq!(by("bibliothèque stone"), Vec::<String>::new());
            assert_eq!(by("\" OR *"), Vec::<String>::new(), "a word, no syntax");
            t.put_connection(&ConnectionRow {
                id: "connection-1".into(),
                alias: Some("Town books".into()),
                ..connection()
            })?;
            assert_eq!(by("town"), ["1"], "its new name");
            assert_eq!(by("bibliotheque"), Vec::<String>::new());
            assert!(t.delete_credential("record-2")?);
            assert_eq!(by("abro"), Vec::<String>::new());
            Ok::<_, StoreError>(())
        })
        .await
        .unwrap();
}

#[tokio::test]
async fn a_list_is_ordered_filtered_and_grouped_by_what_is_true_now() {
    let store = filled().await;
    store
        .write(|t| {
            let all = ListFilter::default();
            assert_eq!(found(t, &all, ListOrder::Newest), ["6", "5", "4", "3", "2", "1"]);
            assert_eq!(found(t, &all, ListOrder::Title), ["3", "2", "1", "6", "5", "4"]);
            assert_eq!(found(t, &all, ListOrder::Expiry)[..2], ["3", "2"]);
            let by = |filter: ListFilter| found(t, &filter, ListOrder::Newest);
            assert_eq!(by(standing(ListStanding::Valid(now()))), ["2", "1"]);
            assert_eq!(by(standing(ListStanding::Expiring(now(), now() + DAY * 30))), ["2"]);
            assert_eq!(by(standing(ListStanding::Expired(now()))), ["3"]);
            assert_eq!(by(standing(ListStanding::Revoked)), ["4"]);
            assert_eq!(by(standing(ListStanding::Suspended(now()))), ["5"]);
            assert_eq!(by(standing(ListStanding::Unverified)), ["6"]);
            assert_eq!(by(ListFilter { practice: Some(true), ..ListFilter::default() }), ["4"]);
            t.set_credential_favourite("record-1", true)?;
            assert_eq!(by(ListFilter { favourite: true, ..ListFilter::default() }), ["1"]);
            let page = Page { limit: 2, offset: 0, descending: false };
            let top = t.credential_list(&all, ListOrder::Newest, true, page)?;
            assert_eq!((top[0].record_id.as_str(), top[1].record_id.as_str()), ("record-1", "record-6"));
            t.set_credential_verification("record-6", &json!({"checks": []}))?;
            assert_eq!(by(standing(ListStanding::Unverified)), Vec::<String>::new());
            let mut issuers = t.credential_issuers(&all)?;
            issuers.sort_by(|one, other| one.issuer_id.cmp(&other.issuer_id));
            assert_eq!((issuers.len(), issuers[0].count, issuers[0].issuer_name.as_deref()), (3, 4, Some("The did:a")));
            assert_eq!(t.credential_issuers(&words("alice"))?[0].count, 2);
            assert_eq!(t.credential_list_ids(&words("alice"), 1)?, ["record-3"]);
            assert_eq!(t.credentials_alike("did:a", Some("urn:3"), Some(now()), 5)?, ["record-3"]);
            Ok::<_, StoreError>(())
        })
        .await
        .unwrap();
}

#[tokio::test]
async fn a_tag_is_one_whatever_its_case_renamed_over_all_and_gone_with_its_last_credential() {
    let store = filled().await;
    store
        .write(|t| {
            for (record, tag) in
                [("record-1", "Work"), ("record-2", "work"), ("record-2", "Home"), ("record-3", "Home")]
            {
                assert!(t.tag_credential(record, tag)?);
            }
            let tags = |beginning: &str| -> Vec<(String, u64)> {
                t.tags(beginning, 9).unwrap().into_iter().map(|tag| (tag.name, tag.count)).collect()
            };
            assert_eq!(tags(""), [("Home".into(), 2), ("Work".into(), 2)]);
            assert_eq!(tags("wO"), [("Work".into(), 2)]);
            assert!(t.rename_tag("work", "Job")?);
            assert_eq!(t.tags_of("record-2")?, ["Home", "Job"]);
            assert!(t.rename_tag("Job", "HOME")?, "the two become one");
            assert_eq!(tags(""), [("Home".into(), 3)]);
            assert!(t.untag_credential("record-1", "home")? && !t.untag_credential("record-1", "home")?);
            assert_eq!(
                found(t, &ListFilter { tag: Some("home".into()), ..ListFilter::default() }, ListOrder::Newest),
                ["3", "2"]
            );
            assert!(t.delete_tag("Home")?);
            assert_eq!(tags(""), []);
            assert!(!t.rename_tag("Home", "x")?);
            Ok::<_, StoreError>(())
        })
        .await
        .unwrap();
}
