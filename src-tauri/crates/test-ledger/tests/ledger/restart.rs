//! What was answered is there after a restart; what was changed behind the ledger's back is found.

use serde_json::json;
use vouchsafe_test_ledger::{OpenError, ServeSettings, router};

use crate::harness::{Bench, Wallet, open};

fn reopen(mut bench: Bench) -> Bench {
    let folder = bench.folder.take().unwrap();
    let time = bench.time.clone();
    drop(bench);
    let ledger = std::sync::Arc::new(open(folder.path(), "testnet", &time).unwrap());
    let app = router(ledger.clone(), ServeSettings::default());
    Bench { ledger, app, time, folder: Some(folder) }
}

#[tokio::test]
async fn everything_is_as_it_was() {
    let bench = Bench::new();
    let alice = Wallet::new(1);
    bench.create(&alice).await;
    bench.wait(5);
    assert_eq!(bench.publish(&alice, "createResource", ("n", "t", "1"), b"one").await.status, 201);
    bench.wait(5);
    let url = format!("{}/versions", alice.did);
    let (before, document) = (bench.get(&url, None).await.json(), bench.get(&alice.did, None).await.bytes);
    let bench = reopen(bench);
    assert_eq!(bench.ledger.counts(), (1, 1));
    assert_eq!(bench.get(&url, None).await.json()["contentStream"], before["contentStream"]);
    assert_eq!(bench.get(&alice.did, None).await.bytes, document);
    // It goes on, also where this computer's clock went back.
    bench.wait(-1000);
    assert_eq!(bench.publish(&alice, "updateResource", ("n", "t", "2"), b"two").await.status, 201);
    let list = bench.get(&format!("{}/metadata", alice.did), None).await.json();
    let list = &list["didDocumentMetadata"]["linkedResourceMetadata"];
    assert_eq!(list[0]["created"], list[1]["created"]);
    assert_eq!(bench.run("create", &json!({ "didDocument": alice.document() }), &[]).await.code, Some(1200));
}

#[tokio::test]
async fn another_network_and_a_second_process_are_refused() {
    let bench = Bench::new();
    bench.create(&Wallet::new(1)).await;
    let folder = bench.folder.as_ref().unwrap().path();
    assert!(matches!(open(folder, "testnet", &bench.time), Err(OpenError::Journal(_))));
    let Bench { folder, ledger, app, time } = bench;
    drop((ledger, app));
    let folder = folder.unwrap();
    assert!(matches!(open(folder.path(), "practice", &time), Err(OpenError::OtherNamespace { .. })));
    assert!(matches!(open(folder.path(), "no-such", &time), Err(OpenError::Namespace(_))));
    assert_eq!(open(folder.path(), "testnet", &time).unwrap().counts(), (1, 0));
}
