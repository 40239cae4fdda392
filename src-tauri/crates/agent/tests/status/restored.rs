//! A wallet that was restored from a backup, while the world went on: what was revoked since stays revoked, no place is
//! given twice, nothing is published twice, and nothing is offered by itself.

use serde_json::json;
use vouchsafe_agent::cheqd::PublishResource;
use vouchsafe_agent::restored::{RUN_RESTORED, settle_restored};
use vouchsafe_agent::runs::{Frame, NewRow, NewRun, To};
use vouchsafe_agent::status::{IssuedStatus, StatusState};
use vouchsafe_agent::{Agent, AgentError, Config, Page};
use vouchsafe_protocols::issue_credential::LdProofDetail;
use vouchsafe_store::backup::{self, About, BackupFile, Locks, Secret};
use vouchsafe_store::{MemoryKeyring, Protect, RecoveryWords, Store};

use crate::harness::{Fault, LedgerServer, Step, create, jobs, ledger_error};
use crate::pair::{Pair, SUITE, entries};
use crate::support::{credential, did_key, silent_wallet, until};

fn words() -> RecoveryWords {
    RecoveryWords::parse(&format!("{}art", "abandon ".repeat(23))).unwrap()
}

/// A backup file, as it was when it was made.
struct Backup(tempfile::TempDir);

impl Backup {
    fn of(agent: &Agent) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let seal = words().seal();
        let locks = Locks { passphrase: None, words: Some(&seal) };
        let about = About { label: "Issuer".to_owned(), program: "Vouchsafe".to_owned() };
        let to = folder.path().join("a.vouchsafe-backup");
        backup::write(agent.store(), &to, &locks, about, &mut |_, _, _| {}).unwrap().keep().unwrap();
        Self(folder)
    }

    fn restore(&self) -> Store {
        let opened = BackupFile::at(&self.0.path().join("a.vouchsafe-backup")).unwrap().open(&Secret::Words(words()));
        let keyring = MemoryKeyring::default();
        let protect = Protect { passphrase: None, keyring: Some(&keyring), recovery: false };
        let settle = Box::new(|tx: &vouchsafe_store::Transaction<'_>| settle_restored(tx, jiff::Timestamp::now()));
        let folder = self.0.path().join("wallet");
        opened.unwrap().restore(&folder, &protect, None, settle, &mut |_, _, _| {}).unwrap().store
    }
}

/// The issuer's computer is lost, and its wallet comes back from the backup at the same address.
async fn lost_and_restored(pair: &mut Pair, backup: &Backup) {
    let config = Config::clone(&pair.issuer.config());
    let address = config.endpoints[0].strip_prefix("http://").unwrap().to_owned();
    pair.issuer.stop().await;
    let restored = Agent::start(backup.restore(), config, Vec::new()).await.unwrap();
    until("its address is free again", || async { restored.listen(&address).await.ok() }).await;
    pair.issuer = restored;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_was_revoked_after_the_backup_stays_revoked_when_the_restored_wallet_publishes() {
    let mut pair = Pair::new().await;
    let (ada, ada_row) = pair.issue("Ada").await;
    let (ben, ben_row) = pair.issue("Ben").await;
    let (cy, cy_row) = pair.issue("Cy").await;
    let backup = Backup::of(&pair.issuer);
    // What the backup does not know: one is revoked, one suspended, and one more is issued and revoked.
    let (di, di_row) = pair.issue("Di").await;
    for (offer, to) in [(&ada, IssuedStatus::Revoked), (&di, IssuedStatus::Revoked), (&cy, IssuedStatus::Suspended)] {
        let changed = pair.issuer.set_status(vec![offer.id.clone()], to, true).await.unwrap();
        assert!(changed.problem.is_none(), "{:?}", changed.problem);
    }
    let before = pair.versions().await;
    lost_and_restored(&mut pair, &backup).await;
    assert!(pair.issued().await.iter().all(|issued| issued.status == IssuedStatus::Valid), "it knows no better yet");

    // Without the ledger's version nothing is published.
    pair.server.meet(Step::Read, std::iter::repeat_n(Fault::Down, 500));
    let changed = pair.issuer.set_status(vec![ben.id.clone()], IssuedStatus::Revoked, true).await.unwrap();
    assert_eq!((changed.changed, changed.pending), (1, 1));
    let problem = changed.problem.unwrap();
    assert!(matches!(&problem, AgentError::NotNow { state, .. } if state == "restored"), "{problem}");
    assert!(problem.to_string().contains("published only after the ledger's version was read"), "{problem}");
    assert_eq!(pair.versions().await, before);

    pair.server.fair();
    let published = pair.issuer.publish_status().await.unwrap();
    assert!(published.problem.is_none(), "{:?}", published.problem);
    assert_eq!(published.pending, 0);
    let seen = async |row: &str| pair.holder.check_status(row).await.unwrap().state;
    for row in [&ada_row, &ben_row, &di_row] {
        assert_eq!(seen(&row.record_id).await, StatusState::Revoked);
    }
    assert_eq!(seen(&cy_row.record_id).await, StatusState::Suspended);
    assert_eq!(pair.versions().await, [before[0] + 1, before[1]], "only the list that had to change");
    let status = |issued: &[vouchsafe_agent::status::Issued], id: &str| {
        issued.iter().find(|issued| issued.exchange_id == id).unwrap().status
    };
    let issued = pair.issued().await;
    assert_eq!(status(&issued, &ada.id), IssuedStatus::Revoked, "taken over from the ledger");

    let changed = pair.issuer.set_status(vec![ada.id.clone()], IssuedStatus::Suspended, true).await.unwrap();
    assert_eq!(changed.unchanged, 1, "what is revoked stays revoked");

    // A new credential gets a place in a new list: the old one's may be taken by what the backup does not know.
    let (eva, eva_row) = pair.issue("Eva").await;
    assert_eq!(pair.versions().await.len(), 4);
    let list = |row: &serde_json::Value| entries(row)[0]["statusListCredential"].as_str().unwrap().to_owned();
    assert_ne!(list(&eva_row.cred), list(&ada_row.cred));
    pair.issuer.set_status(vec![eva.id], IssuedStatus::Revoked, true).await.unwrap();
    assert_eq!(seen(&eva_row.record_id).await, StatusState::Revoked);
    assert_eq!(seen(&di_row.record_id).await, StatusState::Revoked);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_suspension_that_the_backup_does_not_know_is_taken_over_before_the_next() {
    let mut pair = Pair::new().await;
    let (ada, ada_row) = pair.issue("Ada").await;
    let (ben, ben_row) = pair.issue("Ben").await;
    let backup = Backup::of(&pair.issuer);
    pair.issuer.set_status(vec![ada.id.clone()], IssuedStatus::Suspended, true).await.unwrap();
    lost_and_restored(&mut pair, &backup).await;
    let changed = pair.issuer.set_status(vec![ben.id], IssuedStatus::Suspended, true).await.unwrap();
    assert!(changed.problem.is_none(), "{:?}", changed.problem);
    for row in [&ada_row, &ben_row] {
        assert_eq!(pair.holder.check_status(&row.record_id).await.unwrap().state, StatusState::Suspended);
    }
    assert!(pair.issued().await.iter().all(|issued| issued.status == IssuedStatus::Suspended && !issued.pending));
    // It is this wallet's again: what was taken over can be taken back.
    let changed = pair.issuer.set_status(vec![ada.id], IssuedStatus::Valid, true).await.unwrap();
    assert!(changed.problem.is_none(), "{:?}", changed.problem);
    assert_eq!(pair.holder.check_status(&ada_row.record_id).await.unwrap().state, StatusState::Valid);
    assert_eq!(pair.holder.check_status(&ben_row.record_id).await.unwrap().state, StatusState::Suspended);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_suspension_that_was_lifted_after_the_backup_is_not_set_again() {
    let mut pair = Pair::new().await;
    let (ada, ada_row) = pair.issue("Ada").await;
    let (ben, ben_row) = pair.issue("Ben").await;
    let both = vec![ada.id.clone(), ben.id.clone()];
    pair.issuer.set_status(both, IssuedStatus::Suspended, true).await.unwrap();
    let backup = Backup::of(&pair.issuer);
    pair.issuer.set_status(vec![ada.id.clone()], IssuedStatus::Valid, true).await.unwrap();
    lost_and_restored(&mut pair, &backup).await;
    assert!(
        pair.issued().await.iter().all(|issued| issued.status == IssuedStatus::Suspended),
        "it knows no better yet"
    );
    // The list is published for another's sake.
    let changed = pair.issuer.set_status(vec![ben.id.clone()], IssuedStatus::Valid, true).await.unwrap();
    assert!(changed.problem.is_none(), "{:?}", changed.problem);
    for row in [&ada_row, &ben_row] {
        assert_eq!(pair.holder.check_status(&row.record_id).await.unwrap().state, StatusState::Valid);
    }
    assert!(pair.issued().await.iter().all(|issued| issued.status == IssuedStatus::Valid && !issued.pending));
    // What is suspended here from now on stays so, whatever else is published.
    for id in [ada.id, ben.id] {
        pair.issuer.set_status(vec![id], IssuedStatus::Suspended, true).await.unwrap();
    }
    for row in [&ada_row, &ben_row] {
        assert_eq!(pair.holder.check_status(&row.record_id).await.unwrap().state, StatusState::Suspended);
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_list_that_was_not_on_the_ledger_when_the_backup_was_made_is_in_nobodys_way() {
    let mut pair = Pair::new().await;
    pair.server.meet(Step::Send, std::iter::repeat_n(Fault::Down, 500));
    pair.issuer.send_offer(pair.revocable("Ada")).await.unwrap_err();
    let backup = Backup::of(&pair.issuer);
    lost_and_restored(&mut pair, &backup).await;
    pair.server.fair();
    let published = pair.issuer.publish_status().await.unwrap();
    assert!(published.problem.is_none(), "{:?}", published.problem);
    let (ben, _) = pair.issue("Ben").await;
    let changed = pair.issuer.set_status(vec![ben.id], IssuedStatus::Revoked, true).await.unwrap();
    assert!(changed.problem.is_none(), "{:?}", changed.problem);
}

fn resource(did: &str) -> PublishResource {
    PublishResource {
        did: did.to_owned(),
        name: "Name".to_owned(),
        resource_type: "Type".to_owned(),
        content: b"content".to_vec(),
        ..PublishResource::default()
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_job_of_the_backup_rests_and_is_looked_up_before_it_goes_on() {
    // Before the registrar has asked for a signature, and after it has one: the backup is of that moment.
    for sent in [false, true] {
        let server = LedgerServer::start().await;
        let wallet = server.wallet().await;
        let did = wallet.create_cheqd_did(create()).await.unwrap().did;
        let mut config = server.config();
        config.limits.first_retry_milliseconds = 3_600_000;
        wallet.set_config(config);
        if sent {
            server.meet(Step::Send, [Fault::Lost]);
            let fine = [Fault::Changes(|_| {})].into_iter();
            server.meet(Step::Read, fine.chain((0..100).map(|_| Fault::Down)));
            let error = ledger_error(wallet.publish_resource(resource(&did)).await);
            assert_eq!(error.code(), "ledger-outcome-unknown");
        } else {
            let armed = wallet.clone();
            server.hook(move |number, before| {
                if number == 2 && before {
                    armed.stopping().cancel();
                }
            });
            let stopped = wallet.publish_resource(resource(&did)).await;
            assert!(matches!(stopped, Err(AgentError::Stopping)), "{stopped:?}");
        }
        let job = jobs(&wallet).await.pop().unwrap();
        assert!(job.is_under_way(), "{job:?}");
        let backup = Backup::of(&wallet);
        wallet.stop().await;
        server.fair();

        let restored = server.wallet_in(&backup.restore()).await;
        let job = jobs(&restored).await.pop().unwrap();
        assert_eq!((job.state_word(), job.sent.len()), ("interrupted", 1), "{job:?}");
        assert_eq!(job.error().unwrap().code(), "ledger-outcome-unknown");
        let done = restored.resume_ledger_job(&job.id).await.unwrap();
        assert_eq!(done.state_word(), "finished");
        assert_eq!(server.counts(&did).await, (1, 1), "published once");
        let versions: std::collections::BTreeSet<_> = done.sent.iter().collect();
        assert_eq!(versions.len(), if sent { 1 } else { 2 }, "no version is signed for again: {:?}", done.sent);
        assert_eq!(versions.len(), done.sent.len());
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_run_of_the_backup_waits_for_a_person() {
    let issuer = silent_wallet("Issuer", crate::support::automatic()).await;
    let did = did_key(&issuer).await;
    let mut common = credential(&did, "");
    common.as_object_mut().unwrap().remove("credentialSubject");
    let row = |place| NewRow { place, subject: json!({ "name": place }), connection_id: None, name: None };
    let run = NewRun {
        name: "Diplomas".to_owned(),
        to: To::Invitations,
        repeats: false,
        frame: Frame {
            detail: LdProofDetail::new(common, SUITE).unwrap(),
            comment: None,
            auto_issue: true,
            revocable: false,
            goal: None,
            metadata: serde_json::Map::new(),
        },
        rows: (1..=3).map(row).collect(),
    };
    let run = issuer.start_run(run).await.unwrap();
    assert_eq!(issuer.run(run).await.unwrap().row.state, "running");
    let backup = Backup::of(&issuer);
    issuer.stop().await;
    let restored = Agent::start(backup.restore(), Config::default(), Vec::new()).await.unwrap();
    let found = restored.run(run).await.unwrap();
    assert_eq!((found.row.state.as_str(), found.row.trouble.as_str()), ("paused", RUN_RESTORED));
    assert_eq!(found.total(), 3);
    assert_eq!(restored.runs(Page::default()).await.unwrap().0, 1);
}
