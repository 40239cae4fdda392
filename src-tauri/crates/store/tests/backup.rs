//! A backup from outside: what was in the wallet is in the restored one, whatever is not in order is refused with its
//! reason, and nothing that was there is ever lost by it.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use std::fs;
use std::path::{Path, PathBuf};

use jiff::Timestamp;
use serde_json::json;
use vouchsafe_store::backup::{self, About, BackupError, BackupFile, Locks, Manifest, Secret, Unproven};
use vouchsafe_store::{
    Created, CredentialFilter, CredentialRow, HeldStatus, Passphrase, Protect, RecoveryWords, Store, StoreError, Vault,
    WebhookRow,
};

const URL: &str = "http://127.0.0.1:9/";
const PASSPHRASE: &str = "lantern oboe gravel thirteen";

fn waiting() -> WebhookRow {
    let at = Timestamp::now();
    let (url, topic) = (URL.to_owned(), "connections".to_owned());
    WebhookRow { id: 0, url, topic, body: "{}".to_owned(), created_at: at, attempts: 0, next_attempt_at: at }
}

fn protect() -> Protect<'static> {
    Protect { passphrase: Some(Passphrase::new("another for the wallet")), keyring: None, recovery: true }
}

fn wallet(folder: &Path) -> Created {
    Vault::create(&folder.join("wallet"), &protect()).unwrap()
}

fn credential(number: usize) -> CredentialRow {
    CredentialRow {
        record_id: format!("record-{number}"),
        exchange_id: None,
        connection_id: None,
        issuer_id: format!("did:example:{}", number % 3),
        title: "Permit".to_owned(),
        types: vec!["VerifiableCredential".to_owned(), "Permit".to_owned()],
        expanded_types: Vec::new(),
        contexts: Vec::new(),
        subject_ids: Vec::new(),
        proof_types: Vec::new(),
        schema_ids: Vec::new(),
        given_id: None,
        tags: json!({}),
        issued_at: None,
        expires_at: None,
        stored_at: Timestamp::now(),
        favourite: false,
        verification: json!({}),
        status: HeldStatus::default(),
        summary: json!({}),
        search_text: format!("quokka{number} secret claim"),
        cred: json!({ "credentialSubject": { "name": format!("quokka{number}") } }),
    }
}

async fn fill(store: &Store, from: usize, to: usize) {
    store
        .write(move |transaction| {
            for number in from..to {
                transaction.put_credential(&credential(number))?;
            }
            Ok::<_, StoreError>(())
        })
        .await
        .unwrap();
}

async fn found(store: &Store, text: &str) -> usize {
    let filter = CredentialFilter { text: Some(text.to_owned()), ..CredentialFilter::default() };
    store.read(move |reader| reader.credentials(&filter, vouchsafe_store::Page::ALL)).await.unwrap().len()
}

fn write(created: &Created, to: &Path, passphrase: Option<&str>) -> Result<Unproven, BackupError> {
    let seal = created.vault.backup_seal(&created.store).unwrap();
    let passphrase = passphrase.map(Passphrase::new);
    let about = About { label: "City of Example".to_owned(), program: "Vouchsafe 0.1.0".to_owned() };
    let locks = Locks { passphrase: passphrase.as_ref(), words: seal.as_ref() };
    backup::write(&created.store, to, &locks, about, &mut |_, _, _| {})
}

fn typed(words: &RecoveryWords) -> Secret {
    Secret::Words(RecoveryWords::parse(&words.words().collect::<Vec<_>>().join(" ")).unwrap())
}

fn refusal<T>(result: Result<T, BackupError>) -> BackupError {
    result.err().expect("it was to be refused")
}

fn open(path: &Path, secret: &Secret) -> Result<Manifest, BackupError> {
    Ok(BackupFile::at(path)?.open(secret)?.manifest)
}

/// Everything in the folder, hidden files too.
fn names(folder: &Path) -> Vec<PathBuf> {
    let mut names: Vec<PathBuf> =
        fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().file_name().into()).collect();
    names.sort();
    names
}

#[tokio::test]
async fn a_wallet_comes_back_from_its_backup_with_all_that_was_in_it() {
    let folder = tempfile::tempdir().unwrap();
    let mut created = wallet(folder.path());
    let words = created.recovery_words.take().unwrap();
    fill(&created.store, 0, 300).await;
    created.store.write(|transaction| transaction.put_setting("label", &"Alice")).await.unwrap();
    let to = folder.path().join("a.vouchsafe-backup");
    let written = write(&created, &to, Some(PASSPHRASE)).unwrap();
    assert!(!to.exists(), "it has no name until it is proved");

    let opened = BackupFile::at(written.path()).unwrap().open(&Secret::Passphrase(Passphrase::new(PASSPHRASE)));
    let trial = opened.unwrap().trial(folder.path(), &mut |_, _, _| {}).unwrap();
    assert_eq!(trial.counts().await.unwrap(), written.manifest.counts);
    assert_eq!(found(trial.store(), "quokka177").await, 1);
    trial.end().await;
    let manifest = written.keep().unwrap();
    assert_eq!(names(folder.path()), [PathBuf::from("a.vouchsafe-backup"), PathBuf::from("wallet")]);
    assert_eq!((manifest.counts.credentials, manifest.newest_credential, manifest.held.len()), (300, 300, 3));
    #[cfg(unix)]
    assert_eq!(std::os::unix::fs::PermissionsExt::mode(&fs::metadata(&to).unwrap().permissions()) & 0o777, 0o600);

    // What came after the backup is not in it; the wallet itself knows it.
    fill(&created.store, 300, 310).await;
    let again = folder.path().join("again");
    let opened = BackupFile::at(&to).unwrap().open(&typed(&words)).unwrap();
    let settle = Box::new(|transaction: &vouchsafe_store::Transaction<'_>| transaction.put_setting("settled", &true));
    let restored = opened.restore(&again, &protect(), Some(&words), settle, &mut |_, _, _| {}).unwrap();
    assert!(restored.recovery_words.is_none(), "the words stay the same");
    assert_eq!(found(&restored.store, "quokka299").await, 1);
    assert_eq!(found(&restored.store, "quokka305").await, 0);
    assert_eq!(restored.store.read(|reader| reader.setting::<String>("label")).await.unwrap().unwrap(), "Alice");
    assert_eq!(restored.store.read(|reader| reader.setting::<bool>("settled")).await.unwrap(), Some(true));
    fill(&restored.store, 400, 401).await;
    restored.store.seal().await;
    drop(restored);
    assert_eq!(names(&again), ["lock", "vault.json", "wallet.sqlite"].map(PathBuf::from));
    let vault = Vault::open(&again).unwrap();
    let store = vault.unlock_with_recovery_words(&words).unwrap();
    assert_eq!(found(&store, "quokka400").await, 1);
    assert!(vault.backup_seal(&store).unwrap().is_some(), "its backups open by the same words");
    store.seal().await;
}

#[tokio::test]
async fn claims_and_labels_cannot_be_read_in_the_file() {
    let folder = tempfile::tempdir().unwrap();
    let created = wallet(folder.path());
    fill(&created.store, 0, 50).await;
    let written = write(&created, &folder.path().join("a.vouchsafe-backup"), None).unwrap();
    let file = fs::read(written.path()).unwrap();
    for text in ["quokka", "City of Example", "Permit", "did:example", "CREATE TABLE"] {
        assert!(!file.windows(text.len()).any(|window| window == text.as_bytes()), "{text}");
    }
    let path = written.path().to_owned();
    drop(written);
    assert!(!path.exists(), "what was not proved does not stay");
}

#[tokio::test]
async fn what_waited_to_be_sent_stays_behind() {
    let folder = tempfile::tempdir().unwrap();
    let mut created = wallet(folder.path());
    let words = created.recovery_words.take().unwrap();
    let push = |transaction: &vouchsafe_store::Transaction<'_>| transaction.push_webhook(&waiting(), 10);
    created.store.write(push).await.unwrap();
    let written = write(&created, &folder.path().join("a.vouchsafe-backup"), None).unwrap();
    let opened = BackupFile::at(written.path()).unwrap().open(&typed(&words)).unwrap();
    let trial = opened.trial(folder.path(), &mut |_, _, _| {}).unwrap();
    let due = |store: &Store| {
        let store = store.clone();
        async move { store.read(|reader| reader.webhooks_of(URL, 0, 10)).await.unwrap().len() }
    };
    assert_eq!((due(&created.store).await, due(trial.store()).await), (1, 0));
}

#[tokio::test]
async fn each_thing_that_can_be_wrong_with_a_file_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let mut created = wallet(folder.path());
    let words = created.recovery_words.take().unwrap();
    fill(&created.store, 0, 200).await;
    let to = folder.path().join("a.vouchsafe-backup");
    write(&created, &to, None).unwrap().keep().unwrap();
    let good = fs::read(&to).unwrap();
    let file = folder.path().join("b.vouchsafe-backup");
    let tried = |bytes: &[u8]| {
        fs::write(&file, bytes).unwrap();
        let opened = BackupFile::at(&file)?.open(&typed(&words))?;
        opened.trial(folder.path(), &mut |_, _, _| {}).map(drop)
    };
    tried(&good).unwrap();
    assert!(matches!(refusal(tried(&good[..good.len() - 100])), BackupError::CutShort(_)));
    assert!(matches!(refusal(tried(&good[..good.len() / 2])), BackupError::CutShort(_)));
    assert!(matches!(refusal(tried(&good[..30])), BackupError::CutShort(_)));
    let mut changed = good.clone();
    changed[good.len() / 2] ^= 1;
    assert!(matches!(refusal(tried(&changed)), BackupError::Damaged(_)));
    assert_eq!(refusal(tried(b"%PDF-1.7 is another thing")), BackupError::NotABackup);
    assert_eq!(refusal(tried(b"")), BackupError::NotABackup);
    let other = wallet(&folder.path().join("other")).recovery_words.unwrap();
    assert_eq!(refusal(open(&to, &typed(&other))), BackupError::WrongWords);
    let by_passphrase = Secret::Passphrase(Passphrase::new(PASSPHRASE));
    assert_eq!(refusal(open(&to, &by_passphrase)), BackupError::NoSuchLock("passphrase"));
    assert_eq!(refusal(open(&folder.path().join("none"), &by_passphrase)), BackupError::Missing);
    assert_eq!(refusal(open(folder.path(), &by_passphrase)), BackupError::NotABackup);
    assert!(!names(folder.path()).iter().any(|name| name.to_string_lossy().starts_with("trial")));
}

#[tokio::test]
async fn a_backup_replaces_a_backup_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    let created = wallet(folder.path());
    let to = folder.path().join("a.vouchsafe-backup");
    write(&created, &to, None).unwrap().keep().unwrap();
    let first = fs::read(&to).unwrap();
    drop(write(&created, &to, None).unwrap());
    assert!(fs::read(&to).unwrap() == first, "the older one stays until the new one is proved");
    write(&created, &to, None).unwrap().keep().unwrap();
    assert!(fs::read(&to).unwrap() != first);
    let letter = folder.path().join("letter.txt");
    fs::write(&letter, "Dear Ada").unwrap();
    assert_eq!(refusal(write(&created, &letter, None)), BackupError::Taken);
    assert_eq!(refusal(write(&created, folder.path(), None)), BackupError::Taken);
    assert_eq!(fs::read_to_string(&letter).unwrap(), "Dear Ada");
    let nowhere = folder.path().join("none/a.vouchsafe-backup");
    assert!(matches!(refusal(write(&created, &nowhere, None)), BackupError::Unwritable(_)));
    created.store.seal().await;
    assert!(created.vault.backup_seal(&created.store).is_err());
}

#[tokio::test]
async fn a_restore_goes_over_no_wallet_and_leaves_nothing_half() {
    let folder = tempfile::tempdir().unwrap();
    let mut created = wallet(folder.path());
    let words = created.recovery_words.take().unwrap();
    fill(&created.store, 0, 100).await;
    let to = folder.path().join("a.vouchsafe-backup");
    write(&created, &to, None).unwrap().keep().unwrap();
    created.store.seal().await;
    drop(created);
    let restore = |file: &Path, folder: &Path| {
        let opened = BackupFile::at(file)?.open(&typed(&words))?;
        opened.restore(folder, &protect(), Some(&words), Box::new(|_| Ok(())), &mut |_, _, _| {}).map(drop)
    };
    let over = refusal(restore(&to, &folder.path().join("wallet")));
    assert!(matches!(over, BackupError::Store(StoreError::AlreadyAWallet(_))));

    let cut = folder.path().join("cut.vouchsafe-backup");
    let good = fs::read(&to).unwrap();
    fs::write(&cut, &good[..good.len() - 10]).unwrap();
    let again = folder.path().join("again");
    assert!(matches!(refusal(restore(&cut, &again)), BackupError::CutShort(_)));
    assert!(!again.exists(), "a cut file is known before anything is begun");
    let mut changed = good.clone();
    *changed.last_mut().unwrap() ^= 1;
    fs::write(&cut, changed).unwrap();
    assert!(matches!(refusal(restore(&cut, &again)), BackupError::CutShort(_)));
    assert!(!Vault::exists(&again));
    // As a crash in the middle leaves it.
    fs::write(again.join("wallet.restoring"), "half").unwrap();
    fs::write(again.join("wallet.sqlite"), "half").unwrap();
    restore(&to, &again).unwrap();
    assert!(Vault::exists(&again) && !again.join("wallet.restoring").exists());
}

#[tokio::test]
async fn words_that_were_made_before_backups_knew_them_lock_them_once_they_were_typed() {
    let folder = tempfile::tempdir().unwrap();
    let created = Vault::create(folder.path(), &Protect { recovery: false, ..protect() }).unwrap();
    assert!(created.vault.backup_seal(&created.store).unwrap().is_none());
    assert_eq!(refusal(write(&created, &folder.path().join("a.vouchsafe-backup"), None)), BackupError::Unlocked);
    let words = created.vault.renew_recovery_words(&created.store).unwrap();
    assert!(created.vault.backup_seal(&created.store).unwrap().is_some());
    let header = folder.path().join("vault.json");
    let mut before: serde_json::Value = serde_json::from_slice(&fs::read(&header).unwrap()).unwrap();
    before.as_object_mut().unwrap().remove("backup_seal").unwrap();
    created.store.seal().await;
    drop(created);
    fs::write(&header, before.to_string()).unwrap();
    let vault = Vault::open(folder.path()).unwrap();
    let store = vault.unlock_with_recovery_words(&words).unwrap();
    assert!(vault.backup_seal(&store).unwrap().is_none());
    vault.confirm_recovery_words(&store, &words).unwrap();
    assert!(vault.backup_seal(&store).unwrap() == Some(words.seal()));
}

/// A backup whose store is `store`, by somebody who knows the words.
fn forged(words: &RecoveryWords, manifest: &Manifest, key: [u8; 32], store: &[u8]) -> Vec<u8> {
    let seal = words.seal();
    let locks = Locks { passphrase: None, words: Some(&seal) };
    backup::seal(Vec::new(), &locks, manifest, &key, &mut &*store).unwrap()
}

#[tokio::test]
async fn a_store_that_is_not_what_the_manifest_says_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let mut created = wallet(folder.path());
    let words = created.recovery_words.take().unwrap();
    let manifest = write(&created, &folder.path().join("a"), None).unwrap().manifest.clone();
    let tried = |manifest: &Manifest, store: &[u8]| {
        let file = forged(&words, manifest, [1; 32], store);
        let opened = BackupFile::read(file.as_slice())?.open(&typed(&words))?;
        opened.trial(folder.path(), &mut |_, _, _| {}).map(drop)
    };
    let noise = vec![7; usize::try_from(manifest.store_bytes).unwrap()];
    assert!(matches!(refusal(tried(&manifest, &noise)), BackupError::Store(StoreError::WrongKey)));
    assert!(matches!(refusal(tried(&manifest, &noise[1..])), BackupError::Differs(_)));
    let longer = [noise.as_slice(), b"x"].concat();
    assert!(matches!(refusal(tried(&manifest, &longer)), BackupError::Differs(_)));
    let endless = Manifest { store_bytes: u64::MAX, ..manifest };
    assert!(matches!(refusal(tried(&endless, &noise)), BackupError::Differs(_)));
}
