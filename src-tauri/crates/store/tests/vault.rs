//! The vault from outside: every way in, every way it is refused, and what a damaged folder says.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use std::fs;
use std::path::Path;
use std::time::Duration;

use vouchsafe_store::{
    Created, Keyring, MemoryKeyring, OsKeyring, Passphrase, Protect, RecoveryWords, Store, StoreError, Vault,
};

const GOOD: &str = "correct horse battery staple";

fn by_passphrase() -> Protect<'static> {
    Protect { passphrase: Some(Passphrase::new(GOOD)), keyring: None, recovery: false }
}

async fn put(store: &Store) {
    store.write(|t| t.put_setting("label", &"Alice")).await.unwrap();
}

async fn label(store: &Store) -> Option<String> {
    store.read(|r| r.setting("label")).await.unwrap()
}

/// A wallet with something in it, closed.
async fn closed(folder: &Path, protect: &Protect<'_>) -> Option<RecoveryWords> {
    let Created { store, recovery_words, .. } = Vault::create(folder, protect).unwrap();
    put(&store).await;
    store.seal().await;
    recovery_words
}

fn unlock(folder: &Path) -> Result<Store, StoreError> {
    Vault::open(folder)?.unlock_with_passphrase(&Passphrase::new(GOOD))
}

fn error<T>(result: Result<T, StoreError>) -> StoreError {
    result.err().expect("it was to be refused")
}

#[tokio::test]
async fn a_wallet_opens_by_passphrase_by_keyring_and_by_recovery_words() {
    let folder = tempfile::tempdir().unwrap();
    let keyring = MemoryKeyring::default();
    let protect = Protect { passphrase: Some(Passphrase::new(GOOD)), keyring: Some(&keyring), recovery: true };
    let words = closed(folder.path(), &protect).await.unwrap();
    assert_eq!(words.words().count(), 24);
    let vault = Vault::open(folder.path()).unwrap();
    let typed = words.words().collect::<Vec<_>>().join("  \n").to_uppercase();
    let ways: [&dyn Fn() -> Result<Store, StoreError>; 3] =
        [&|| vault.unlock_with_passphrase(&Passphrase::new(GOOD)), &|| vault.unlock_with_keyring(&keyring), &|| {
            vault.unlock_with_recovery_words(&RecoveryWords::parse(&typed)?)
        }];
    for way in ways {
        let store = way().unwrap();
        assert_eq!(label(&store).await.as_deref(), Some("Alice"));
        assert_eq!(error(way()), StoreError::InUse, "one open store at a time");
        store.seal().await;
        assert!(store.is_sealed());
        assert_eq!(store.read(|r| r.setting::<String>("label")).await, Err(StoreError::Sealed));
        assert_eq!(store.write(|t| t.put_setting("label", &1)).await, Err(StoreError::Sealed));
    }
}

#[tokio::test]
async fn a_wrong_passphrase_costs_a_delay_that_outlives_the_process_and_nothing_else() {
    let folder = tempfile::tempdir().unwrap();
    closed(folder.path(), &by_passphrase()).await;
    let wrong = Passphrase::new("wrong");
    let vault = Vault::open(folder.path()).unwrap();
    let first = error(vault.unlock_with_passphrase(&wrong));
    assert_eq!(first, StoreError::WrongPassphrase { retry_after: Duration::from_secs(1) });
    drop(vault);
    let vault = Vault::open(folder.path()).unwrap();
    let good = Passphrase::new(GOOD);
    assert!(matches!(error(vault.unlock_with_passphrase(&good)), StoreError::TooSoon { .. }));
    tokio::time::sleep(vault.retry_after().unwrap()).await;
    let second = error(vault.confirm_passphrase(&wrong));
    assert_eq!(second, StoreError::WrongPassphrase { retry_after: Duration::from_secs(2) });
    tokio::time::sleep(vault.retry_after().unwrap()).await;
    let store = vault.unlock_with_passphrase(&good).unwrap();
    assert_eq!(label(&store).await.as_deref(), Some("Alice"));
    assert_eq!(vault.retry_after(), None);
}

#[tokio::test]
async fn every_way_in_can_be_changed_but_the_last_cannot_be_taken_away() {
    let folder = tempfile::tempdir().unwrap();
    let keyring = MemoryKeyring::default();
    let Created { vault, store, .. } = Vault::create(folder.path(), &by_passphrase()).unwrap();
    assert_eq!(error(vault.remove_passphrase(&store)), StoreError::LastLock);
    vault.set_keyring(&store, &keyring).unwrap();
    vault.set_keyring(&store, &keyring).unwrap();
    assert_eq!(keyring.len(), 1, "the entry before is forgotten");
    vault.remove_passphrase(&store).unwrap();
    assert_eq!(error(vault.remove_keyring(&store, &keyring)), StoreError::LastLock);
    let words = vault.renew_recovery_words(&store).unwrap();
    vault.set_passphrase(&store, &Passphrase::new("another")).unwrap();
    vault.remove_keyring(&store, &keyring).unwrap();
    assert!(keyring.is_empty());
    let other = Vault::create(tempfile::tempdir().unwrap().path(), &by_passphrase()).unwrap();
    assert_eq!(error(vault.set_passphrase(&other.store, &Passphrase::new("x"))), StoreError::Sealed);
    put(&store).await;
    store.seal().await;
    drop(vault);
    let vault = Vault::open(folder.path()).unwrap();
    assert_eq!(error(vault.unlock_with_keyring(&keyring)), StoreError::NoSuchLock("keyring"));
    vault.unlock_with_passphrase(&Passphrase::new("another")).unwrap().seal().await;
    let store = vault.unlock_with_recovery_words(&words).unwrap();
    assert_eq!(label(&store).await.as_deref(), Some("Alice"));
}

#[tokio::test]
async fn a_keyring_that_forgot_the_key_is_said_so_and_no_new_key_is_made() {
    let folder = tempfile::tempdir().unwrap();
    let keyring = MemoryKeyring::default();
    let protect = Protect { passphrase: None, keyring: Some(&keyring), recovery: true };
    let words = closed(folder.path(), &protect).await.unwrap();
    keyring.clear();
    let vault = Vault::open(folder.path()).unwrap();
    assert_eq!(error(vault.unlock_with_keyring(&keyring)), StoreError::KeyMissing);
    let store = vault.unlock_with_recovery_words(&words).unwrap();
    vault.set_keyring(&store, &keyring).unwrap();
    store.seal().await;
    let store = vault.unlock_with_keyring(&keyring).unwrap();
    assert_eq!(label(&store).await.as_deref(), Some("Alice"));
}

#[test]
fn words_of_another_wallet_and_mistyped_words_are_told_apart() {
    let folder = tempfile::tempdir().unwrap();
    let protect = Protect { recovery: true, ..by_passphrase() };
    let Created { vault, store, .. } = Vault::create(folder.path(), &protect).unwrap();
    drop(store);
    let foreign = "abandon ".repeat(23) + "art";
    let foreign = vault.unlock_with_recovery_words(&RecoveryWords::parse(&foreign).unwrap());
    assert!(matches!(error(foreign), StoreError::WrongRecoveryWords { .. }));
    for mistyped in ["abandon".to_owned(), "abandon ".repeat(24), "abandon ".repeat(23) + "xyzzy"] {
        let refused = error(RecoveryWords::parse(&mistyped));
        assert!(matches!(refused, StoreError::MalformedRecoveryWords(_)), "{refused}");
    }
}

#[tokio::test]
async fn a_second_process_is_told_that_the_wallet_is_open() {
    let folder = tempfile::tempdir().unwrap();
    let keyring = MemoryKeyring::default();
    let protect = Protect { keyring: Some(&keyring), ..Protect::default() };
    let Created { vault, store, .. } = Vault::create(folder.path(), &protect).unwrap();
    assert_eq!(error(Vault::open(folder.path())), StoreError::InUse);
    drop(vault);
    assert_eq!(error(Vault::open(folder.path())), StoreError::InUse, "the store alone keeps it");
    store.seal().await;
    assert!(Vault::open(folder.path()).is_ok());
}

#[tokio::test]
async fn nothing_is_made_over_a_wallet_or_what_is_left_of_one() {
    let folder = tempfile::tempdir().unwrap();
    assert_eq!(error(Vault::open(folder.path())), StoreError::NotAWallet(folder.path().into()));
    assert_eq!(error(Vault::create(folder.path(), &Protect::default())), StoreError::Unguarded);
    closed(folder.path(), &by_passphrase()).await;
    let again = error(Vault::create(folder.path(), &by_passphrase()));
    assert_eq!(again, StoreError::AlreadyAWallet(folder.path().into()));
    fs::rename(folder.path().join("vault.json"), folder.path().join("moved")).unwrap();
    let again = error(Vault::create(folder.path(), &by_passphrase()));
    assert_eq!(again, StoreError::AlreadyAWallet(folder.path().into()));
    fs::rename(folder.path().join("moved"), folder.path().join("vault.json")).unwrap();
    assert_eq!(label(&unlock(folder.path()).unwrap()).await.as_deref(), Some("Alice"));
}

#[test]
fn a_creation_that_was_broken_off_is_begun_again() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("vault.json.unfinished"), "{").unwrap();
    fs::write(folder.path().join("wallet.sqlite"), "half").unwrap();
    Vault::create(folder.path(), &by_passphrase()).unwrap();
}

#[tokio::test]
async fn a_store_file_that_is_cut_short_foreign_or_gone_says_which() {
    let folder = tempfile::tempdir().unwrap();
    let keyring = MemoryKeyring::default();
    let protect = Protect { keyring: Some(&keyring), ..Protect::default() };
    closed(folder.path(), &protect).await;
    let unlock = |folder: &Path| Vault::open(folder)?.unlock_with_keyring(&keyring);
    let store = folder.path().join("wallet.sqlite");
    let whole = fs::read(&store).unwrap();
    for length in [0, 100, 4096, 4096 * 3, whole.len() - 4096, whole.len() - 1] {
        fs::write(&store, &whole[..length]).unwrap();
        let refused = error(unlock(folder.path()));
        assert!(matches!(refused, StoreError::Damaged(_)), "{length}: {refused}");
    }
    let mut foreign = whole.clone();
    foreign[..16].fill(7);
    fs::write(&store, &foreign).unwrap();
    assert_eq!(error(unlock(folder.path())), StoreError::WrongKey);
    let mut changed = whole.clone();
    changed[2000] ^= 1;
    fs::write(&store, &changed).unwrap();
    assert_eq!(error(unlock(folder.path())), StoreError::WrongKey);
    fs::remove_file(&store).unwrap();
    assert!(matches!(error(unlock(folder.path())), StoreError::Damaged(_)));
    fs::write(&store, &whole).unwrap();
    assert_eq!(label(&unlock(folder.path()).unwrap()).await.as_deref(), Some("Alice"));
}

#[tokio::test]
async fn a_header_that_was_weakened_changed_or_cut_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    closed(folder.path(), &by_passphrase()).await;
    let path = folder.path().join("vault.json");
    let header = fs::read_to_string(&path).unwrap();
    let with = |from: &str, to: &str| {
        assert!(header.contains(from), "{header}");
        fs::write(&path, header.replace(from, to)).unwrap();
        error(unlock(folder.path()))
    };
    assert!(matches!(with("65536", "8192"), StoreError::HeaderRefused(_)));
    assert!(matches!(with("\"passes\": 3", "\"passes\": 1"), StoreError::HeaderRefused(_)));
    assert!(matches!(with("65536", "4294967295"), StoreError::HeaderRefused(_)));
    assert_eq!(with("\"version\": 1", "\"version\": 2"), StoreError::TooNew { found: 2, known: 1 });
    assert!(matches!(with("\"passphrase\"", "\"nothing\""), StoreError::NoSuchLock("passphrase")));
    assert!(matches!(with("\"ciphertext\": \"", "\"ciphertext\": \"*"), StoreError::Damaged(_)));
    fs::write(&path, &header[..header.len() / 2]).unwrap();
    assert!(matches!(error(unlock(folder.path())), StoreError::Damaged(_)));
    fs::write(&path, "[".repeat(100_000)).unwrap();
    assert!(matches!(error(unlock(folder.path())), StoreError::Damaged(_)));
    fs::write(&path, &header).unwrap();
    // The wrongly formed ciphertext above counted as a wrong try.
    tokio::time::sleep(Duration::from_millis(1100)).await;
    assert_eq!(label(&unlock(folder.path()).unwrap()).await.as_deref(), Some("Alice"));
}

#[tokio::test]
async fn nothing_of_the_wallet_can_be_read_in_its_files() {
    let folder = tempfile::tempdir().unwrap();
    closed(folder.path(), &by_passphrase()).await;
    for file in fs::read_dir(folder.path()).unwrap() {
        let bytes = fs::read(file.unwrap().path()).unwrap();
        for text in [&b"Alice"[..], b"SQLite format", b"CREATE TABLE", GOOD.as_bytes()] {
            assert!(!bytes.windows(text.len()).any(|window| window == text));
        }
    }
}

#[test]
fn the_same_passphrase_from_another_keyboard_opens_the_wallet() {
    let folder = tempfile::tempdir().unwrap();
    let composed = Protect { passphrase: Some(Passphrase::new("Schl\u{fc}ssel")), ..Protect::default() };
    let Created { vault, store, .. } = Vault::create(folder.path(), &composed).unwrap();
    drop(store);
    vault.unlock_with_passphrase(&Passphrase::new("Schlu\u{308}ssel")).unwrap();
}

/// What a login does, and where: the test below runs this program anew for each.
const LOGIN: &str = "VOUCHSAFE_TEST_LOGIN";

#[tokio::test]
#[ignore = "a part of the_desktops_keyring_opens_the_wallet_at_the_next_login"]
async fn one_login() {
    let (step, folder) = (std::env::var(LOGIN).unwrap(), std::env::home_dir().unwrap().join("wallet"));
    if step == "first" {
        let protect = Protect { passphrase: None, keyring: Some(&OsKeyring), recovery: false };
        closed(&folder, &protect).await;
        OsKeyring.set("test/entry", b"secret").unwrap();
        assert_eq!(OsKeyring.get("test/entry").unwrap().unwrap().as_slice(), b"secret");
        OsKeyring.delete("test/entry").unwrap();
        OsKeyring.delete("test/entry").unwrap();
        assert!(OsKeyring.get("test/entry").unwrap().is_none());
        return;
    }
    let opened = Vault::open(&folder).unwrap().unlock_with_keyring(&OsKeyring);
    match step.as_str() {
        "second" => assert_eq!(label(&opened.unwrap()).await.as_deref(), Some("Alice")),
        "without keyring" => assert!(matches!(error(opened), StoreError::KeyringUnavailable(_))),
        other => panic!("{other}"),
    }
}

/// Where the desktop has no gnome-keyring nothing is tested; the tests of the window need it anyway.
#[cfg(target_os = "linux")]
#[test]
fn the_desktops_keyring_opens_the_wallet_at_the_next_login() {
    use std::os::unix::fs::PermissionsExt as _;
    use std::process::Command;

    let found = |program: &str| Command::new(program).arg("--version").output().is_ok();
    if !found("gnome-keyring-daemon") || !found("dbus-run-session") {
        return;
    }
    let home = tempfile::tempdir().unwrap();
    let runtime = home.path().join("run");
    let unlocked = "printf secret | gnome-keyring-daemon --unlock --components=secrets > /dev/null;";
    for (step, keyring) in [("first", unlocked), ("second", unlocked), ("without keyring", ""), ("second", unlocked)] {
        // What a login has at run time is gone with it.
        let _ = fs::remove_dir_all(&runtime);
        fs::create_dir(&runtime).unwrap();
        fs::set_permissions(&runtime, fs::Permissions::from_mode(0o700)).unwrap();
        let script = format!("{keyring} exec \"$0\" --exact one_login --ignored");
        let login = Command::new("dbus-run-session")
            .args(["--", "sh", "-c", &script])
            .arg(std::env::current_exe().unwrap())
            .env("HOME", home.path())
            .env("XDG_RUNTIME_DIR", &runtime)
            .env("XDG_DATA_HOME", home.path().join("data"))
            .env("XDG_CONFIG_HOME", home.path().join("config"))
            .env("XDG_CACHE_HOME", home.path().join("cache"))
            .env(LOGIN, step)
            .output()
            .unwrap();
        let said = String::from_utf8_lossy(&login.stdout);
        assert!(login.status.success() && said.contains("1 passed"), "{step}: {said}");
    }
}

#[cfg(unix)]
#[tokio::test]
async fn nobody_else_on_this_computer_may_read_the_files() {
    use std::os::unix::fs::PermissionsExt as _;

    let parent = tempfile::tempdir().unwrap();
    let folder = parent.path().join("wallet");
    let Created { store, .. } = Vault::create(&folder, &by_passphrase()).unwrap();
    put(&store).await;
    let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode() & 0o777;
    assert_eq!(mode(&folder), 0o700);
    let files: Vec<_> = fs::read_dir(&folder).unwrap().map(|file| file.unwrap().path()).collect();
    assert!(files.iter().any(|file| file.ends_with("wallet.sqlite-wal")), "{files:?}");
    for file in files {
        assert_eq!(mode(&file), 0o600, "{}", file.display());
    }
}
