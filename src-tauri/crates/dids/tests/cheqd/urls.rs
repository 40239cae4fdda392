use proptest::prelude::*;
use url::Url;
use vouchsafe_dids::cheqd::{CheqdUrl, Part};

const DID: &str = "did:cheqd:testnet:6981f795-f2f5-43db-ab18-e161f9241bf8";
const ID: &str = "9ba3922e-d5f5-4f53-b265-fc0d4e988c77";

fn address(url: &str) -> String {
    let resolver = Url::parse("https://resolver.cheqd.net/1.0/identifiers/").unwrap();
    url.parse::<CheqdUrl>().unwrap().resolver_url(&resolver).unwrap().to_string()
}

#[test]
fn every_form_has_its_address() {
    let base = format!("https://resolver.cheqd.net/1.0/identifiers/{DID}");
    for (tail, asked) in [
        (String::new(), String::new()),
        ("#key-1".into(), "%23key-1".into()),
        ("/metadata".into(), "/metadata".into()),
        ("/versions".into(), "/versions".into()),
        (format!("/version/{}", ID.to_uppercase()), format!("/version/{ID}")),
        (format!("/version/{ID}/metadata"), format!("/version/{ID}/metadata")),
        (format!("/resources/{ID}"), format!("/resources/{ID}")),
        (format!("/resources/{ID}/metadata"), format!("/resources/{ID}/metadata")),
        (format!("?versionId={ID}"), format!("?versionId={ID}")),
        ("?versionTime=2023-01-25T11:58:10Z".into(), "?versionTime=2023%2D01".into()),
        ("?service=website&relativeRef=/a?b".into(), "?service=website&relativeRef=%2Fa%3Fb".into()),
        (
            "?resourceName=Demo+Resource&resourceType=String".into(),
            "?resourceName=Demo%20Resource&resourceType=String".into(),
        ),
        ("?resourceName=a%26b%23c&resourceType=x".into(), "?resourceName=a%26b%23c&resourceType=x".into()),
        ("?resourceName=l&resourceType=S#7".into(), "?resourceName=l&resourceType=S".into()),
    ] {
        let asked = asked.replace("2023%2D01", "2023-01-25T11%3A58%3A10Z");
        assert_eq!(address(&format!("{DID}{tail}")), format!("{base}{asked}"));
    }
    let local = Url::parse("http://127.0.0.1:9080/1.0/identifiers").unwrap();
    let url = DID.parse::<CheqdUrl>().unwrap().resolver_url(&local).unwrap();
    assert_eq!(url.as_str(), format!("http://127.0.0.1:9080/1.0/identifiers/{DID}"));
    let no_http = Url::parse("file:///1.0/identifiers/").unwrap();
    assert!(DID.parse::<CheqdUrl>().unwrap().resolver_url(&no_http).is_err());
}

#[test]
fn what_the_resolver_would_refuse_is_refused_here() {
    for tail in [
        "/",
        "/resources",
        "/resources/x",
        "/resources/../../admin",
        "/version/1",
        "/collection",
        "?",
        "#",
        "?unknown=1",
        "?versionId=",
        "?versionId=1",
        "?versionId=1&versionId=2",
        "?resourceVersion=1",
        "?resourceVersionTime=2023-01-25T11:58:10Z",
        "?resourceCollectionId=x",
        "?relativeRef=/a",
        "?service=s&resourceName=n",
        "/metadata?versionId=x",
        "#a%23b",
        "#a#b",
        " ",
        "?resourceName=\u{e4}",
    ] {
        assert!(format!("{DID}{tail}").parse::<CheqdUrl>().is_err(), "{tail}");
    }
    assert!("did:web:example.org".parse::<CheqdUrl>().is_err());
    assert!(format!("{DID}?resourceName={}", "x".repeat(3000)).parse::<CheqdUrl>().is_err());
}

#[test]
fn a_did_url_is_found_in_any_resolvers_address() {
    for resolver in ["https://resolver.cheqd.net", "http://127.0.0.1:9080", "https://elsewhere.example/proxy"] {
        let text =
            format!("{resolver}/1.0/identifiers/{DID}?resourceName=list&resourceType=StatusList2021Revocation#94567");
        let url = CheqdUrl::within(&text).unwrap();
        assert_eq!((url.query("resourceName"), url.fragment()), (Some("list"), Some("94567")));
        assert!(url.is_resource() && url.has_query());
        assert_eq!(url.did().to_string(), DID);
    }
    assert!(!CheqdUrl::within(DID).unwrap().is_resource());
    assert_eq!(
        CheqdUrl::within(&format!("https://r.example/1.0/identifiers/{DID}%23key-1")).unwrap().fragment(),
        Some("key-1")
    );
    for none in [
        "https://example.org/list/1",
        "ftp://a/1.0/identifiers/did:cheqd:testnet:x",
        "https://a/?/1.0/identifiers/did:cheqd:x:y",
        "",
    ] {
        assert!(CheqdUrl::within(none).is_err(), "{none}");
    }
}

#[test]
fn a_resource_is_named_by_id_or_by_name_and_type() {
    let did: vouchsafe_dids::cheqd::CheqdDid = DID.parse().unwrap();
    let by_id = CheqdUrl::resource(did.clone(), ID).unwrap();
    assert_eq!((by_id.to_string(), by_id.part()), (format!("{DID}/resources/{ID}"), &Part::Resource(ID.into())));
    let named = CheqdUrl::named_resource(did.clone(), "My list", "BitstringStatusListCredential").unwrap();
    assert_eq!(named.to_string(), format!("{DID}?resourceName=My%20list&resourceType=BitstringStatusListCredential"));
    let then = named.with_query("resourceVersionTime", "2026-11-23T17:00:00Z").unwrap();
    assert_eq!(then.query("resourceVersionTime"), Some("2026-11-23T17:00:00Z"));
    assert!(CheqdUrl::resource(did.clone(), "1").is_err());
    assert!(CheqdUrl::named_resource(did, "", "x").is_err());
}

proptest! {
    #[test]
    fn names_come_back_as_they_went(name in "\\PC{1,40}", kind in "[a-zA-Z0-9]{1,20}", index: u32) {
        let url = CheqdUrl::named_resource(DID.parse().unwrap(), &name, &kind).unwrap();
        let with_index: CheqdUrl = format!("{url}#{index}").parse().unwrap();
        prop_assert_eq!(with_index.query("resourceName"), Some(name.as_str()));
        prop_assert_eq!(with_index.without_fragment(), url.clone());
        let resolver = Url::parse("https://resolver.cheqd.net/1.0/identifiers/").unwrap();
        let asked = url.resolver_url(&resolver).unwrap();
        let asked_name = asked.query_pairs().find(|(query, _)| query == "resourceName").map(|(_, value)| value.into_owned());
        prop_assert_eq!(asked_name.as_deref(), Some(name.as_str()));
        prop_assert_eq!(CheqdUrl::within(asked.as_str()), Ok(url));
    }

    #[test]
    fn no_text_panics_and_the_address_stays_with_the_resolver(tail in "[/?#=&%.a-zA-Z0-9:@\\\\-]{0,60}") {
        if let Ok(url) = format!("{DID}{tail}").parse::<CheqdUrl>() {
            let resolver = Url::parse("https://resolver.cheqd.net/1.0/identifiers/").unwrap();
            let asked = url.resolver_url(&resolver).unwrap();
            let expected = format!("/1.0/identifiers/{DID}");
            prop_assert!(asked.path().starts_with(&expected));
            prop_assert_eq!(asked.host_str(), Some("resolver.cheqd.net"));
            prop_assert_eq!(url.to_string().parse::<CheqdUrl>(), Ok(url));
        }
        let _ = CheqdUrl::within(&tail);
    }
}
