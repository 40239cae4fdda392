//! A backup looked into by the program alone: what it says of one that is in order, one that is cut, and one whose
//! secret is another; by its exit code, in words, and in JSON.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};

use serde_json::{Value, json};
use vouchsafe_store::backup::{self, About, Locks};
use vouchsafe_store::{CredentialRow, HeldStatus, Passphrase, RecoveryWords, Store, StoreError};

const PASSPHRASE: &str = "lantern oboe gravel thirteen";

fn words() -> String {
    format!("{}art", "abandon ".repeat(23))
}

fn credential(number: usize) -> CredentialRow {
    CredentialRow {
        record_id: format!("record-{number}"),
        exchange_id: None,
        connection_id: None,
        issuer_id: "did:example:city".to_owned(),
        // What a stranger wrote must not steer the terminal.
        title: "Permit\u{1b}[2J".to_owned(),
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
        stored_at: jiff::Timestamp::now(),
        favourite: false,
        verification: json!({}),
        status: HeldStatus::default(),
        summary: json!({}),
        search_text: String::new(),
        cred: json!({ "credentialSubject": { "name": format!("quokka{number}") } }),
    }
}

async fn written(folder: &Path) -> PathBuf {
    let store = Store::temporary().unwrap();
    let fill = |tx: &vouchsafe_store::Transaction<'_>| {
        for number in 0..3 {
            tx.put_credential(&credential(number))?;
        }
        Ok::<_, StoreError>(())
    };
    store.write(fill).await.unwrap();
    let (passphrase, seal) = (Passphrase::new(PASSPHRASE), RecoveryWords::parse(&words()).unwrap().seal());
    let locks = Locks { passphrase: Some(&passphrase), words: Some(&seal) };
    let about = About { label: "City of Example".to_owned(), program: "Vouchsafe 0.1.0".to_owned() };
    let to = folder.join("a.vouchsafe-backup");
    backup::write(&store, &to, &locks, about, &mut |_, _, _| {}).unwrap().keep().unwrap();
    to
}

/// Runs `vouchsafe-agent backup` with this secret in its environment.
fn run(what: &str, file: &Path, rest: &[&str], secret: (&str, &str)) -> Output {
    Command::new(env!("CARGO_BIN_EXE_vouchsafe-agent"))
        .args(["backup", what])
        .arg(file)
        .args(rest)
        .env_remove("VOUCHSAFE_BACKUP_PASSPHRASE")
        .env_remove("VOUCHSAFE_BACKUP_WORDS")
        .env(secret.0, secret.1)
        .stdin(Stdio::null())
        .output()
        .unwrap()
}

fn passphrase(text: &str) -> (&str, &str) {
    ("VOUCHSAFE_BACKUP_PASSPHRASE", text)
}

fn in_json(output: &Output) -> Value {
    assert_eq!(output.status.code(), Some(0), "{output:?}");
    serde_json::from_slice(&output.stdout).unwrap()
}

/// The exit code, and what was said on standard error; nothing was said as if it were an answer.
fn refused(output: &Output) -> (i32, String) {
    assert!(output.stdout.is_empty(), "{output:?}");
    (output.status.code().unwrap(), String::from_utf8(output.stderr.clone()).unwrap())
}

#[tokio::test]
async fn a_backup_is_verified_listed_and_exported_without_the_app() {
    let folder = tempfile::tempdir().unwrap();
    let file = written(folder.path()).await;
    let verified = in_json(&run("verify", &file, &["--json"], passphrase(PASSPHRASE)));
    assert_eq!(verified["in_order"], json!(true));
    assert_eq!(verified["manifest"]["counts"]["credentials"], json!(3));
    let by_words = words();
    let by_words = ("VOUCHSAFE_BACKUP_WORDS", by_words.as_str());
    assert_eq!(in_json(&run("verify", &file, &["--json", "--recovery-words"], by_words)), verified);

    let listed = in_json(&run("list", &file, &["--json"], by_words));
    assert_eq!(listed, verified["manifest"]);
    let shown = run("list", &file, &[], by_words);
    let text = String::from_utf8(shown.stdout).unwrap();
    assert!(text.starts_with("City of Example, made "), "{text}");
    assert!(text.contains("3 credentials"), "{text}");
    assert!(!text.contains('\u{1b}') && !text.contains("quokka"), "{text}");

    let to = folder.path().join("out");
    let to = to.to_str().unwrap();
    let exported = in_json(&run("export", &file, &["--json", "--to", to], by_words));
    assert_eq!(exported["written"], json!(3));
    let mut names = Vec::new();
    for entry in std::fs::read_dir(to).unwrap() {
        let credential: Value = serde_json::from_slice(&std::fs::read(entry.unwrap().path()).unwrap()).unwrap();
        names.push(credential["credentialSubject"]["name"].as_str().unwrap().to_owned());
    }
    names.sort();
    assert_eq!(names, ["quokka0", "quokka1", "quokka2"]);
    let (code, text) = refused(&run("export", &file, &["--to", to], by_words));
    assert_eq!(code, 2, "{text}");
    assert!(text.contains("is not empty"), "{text}");
}

#[tokio::test]
async fn what_is_wrong_with_a_backup_or_its_secret_is_said_by_the_exit_code() {
    let folder = tempfile::tempdir().unwrap();
    let file = written(folder.path()).await;
    let good = std::fs::read(&file).unwrap();
    let other = folder.path().join("b.vouchsafe-backup");
    let right = words();
    let right = ("VOUCHSAFE_BACKUP_WORDS", right.as_str());
    let mut changed = good.clone();
    changed[good.len() / 2] ^= 1;
    for (bytes, sentence) in [
        (&good[..good.len() - 100], "cut short"),
        (&good[..good.len() / 2], "cut short"),
        (changed.as_slice(), "damaged"),
        (b"%PDF-1.7", "not a Vouchsafe backup"),
    ] {
        std::fs::write(&other, bytes).unwrap();
        let to = folder.path().join("none");
        for (what, rest) in [("verify", vec!["--json"]), ("export", vec!["--to", to.to_str().unwrap()])] {
            let (code, text) = refused(&run(what, &other, &rest, right));
            assert_eq!(code, 1, "{what}: {text}");
            assert!(text.contains(sentence), "{what}: {text}");
        }
    }
    let (code, text) = refused(&run("list", &folder.path().join("nothing"), &[], right));
    assert_eq!((code, text.contains("no file at this place")), (1, true), "{text}");

    let strangers = format!("{}vote", "zoo ".repeat(23));
    for (secret, sentence) in [
        (passphrase("another passphrase"), "not the passphrase of this backup"),
        (("VOUCHSAFE_BACKUP_WORDS", strangers.as_str()), "not the recovery words"),
        (("VOUCHSAFE_BACKUP_WORDS", "one two three"), "recovery"),
    ] {
        let (code, text) = refused(&run("verify", &file, &["--json"], secret));
        assert_eq!(code, 3, "{text}");
        assert!(text.contains(sentence), "{text}");
        assert!(!text.contains(secret.1), "the secret is not repeated: {text}");
    }
    let (code, text) = refused(&run("export", &file, &[], right));
    assert_eq!((code, text.contains("--to")), (2, true), "{text}");
}
