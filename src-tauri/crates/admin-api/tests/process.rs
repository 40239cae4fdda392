//! The program as a start script sees it: its ready line, its ends, and what it says when it cannot start.
#![cfg(unix)]
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use serde_json::Value;

const COMMON: &str = "--wallet-name test --admin 127.0.0.1 0 --admin-insecure-mode --log-level error";

fn start(folder: &Path, key: &str, line: &str) -> Child {
    Command::new(env!("CARGO_BIN_EXE_vouchsafe-agent"))
        .args(format!("start {COMMON} {line}").split_whitespace())
        .args(["--wallet-storage-path".as_ref(), folder.as_os_str()])
        .env("ACAPY_WALLET_KEY", key)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap()
}

fn ready(child: &mut Child) -> Value {
    let mut line = String::new();
    BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
    serde_json::from_str(&line).unwrap_or_else(|_| panic!("no ready line but {line:?}"))
}

fn signal(child: &Child, name: &str) {
    let sent = Command::new("kill").args([name, &child.id().to_string()]).status().unwrap();
    assert!(sent.success());
}

fn refused(mut child: Child) -> (i32, String) {
    let code = child.wait().unwrap().code().unwrap();
    let mut text = String::new();
    child.stderr.take().unwrap().read_to_string(&mut text).unwrap();
    (code, text)
}

#[tokio::test]
async fn it_says_where_it_is_and_ends_in_time_at_a_signal_or_a_call() {
    let folder = tempfile::tempdir().unwrap();
    let line = "--auto-provision -it http 127.0.0.1 0 -e http://127.0.0.1:0 --invite";
    let mut first = start(folder.path(), "a passphrase", line);
    let said = ready(&mut first);
    assert_eq!(said["ready"], true);
    assert_eq!(said["endpoints"][0], format!("http://127.0.0.1:{}", said["inbound"][0]["port"]));
    assert!(said["invitation_url"].as_str().unwrap().contains("?oob="));
    let url = said["admin"]["url"].as_str().unwrap();
    let answer = reqwest::get(format!("{url}/status/ready")).await.unwrap().text().await.unwrap();
    assert_eq!(answer, r#"{"ready":true}"#);

    let (code, text) = refused(start(folder.path(), "a passphrase", ""));
    assert_eq!(code, 1);
    assert!(text.contains("already open in another process"), "{text}");

    signal(&first, "-TERM");
    let asked = Instant::now();
    assert_eq!(first.wait().unwrap().code(), Some(0));
    assert!(asked.elapsed() < Duration::from_secs(2), "{:?}", asked.elapsed());

    let (code, text) = refused(start(folder.path(), "another passphrase", ""));
    assert_eq!(code, 1);
    assert!(text.contains("passphrase is wrong"), "{text}");

    tokio::time::sleep(Duration::from_millis(1100)).await;
    let mut again = start(folder.path(), "a passphrase", "");
    let said = ready(&mut again);
    let url = said["admin"]["url"].as_str().unwrap();
    reqwest::get(format!("{url}/shutdown")).await.unwrap();
    assert_eq!(again.wait().unwrap().code(), Some(0));
}

#[test]
fn what_is_missing_or_unknown_is_said_before_anything_is_made() {
    let folder = tempfile::tempdir().unwrap();
    let cases = [
        ("", "there is no wallet in"),
        ("--auto-provision --labl x", "--label"),
        ("--auto-provision --admin-api-key k", "must be set but not both"),
        ("--auto-provision --open-mediation", "--open-mediation is not served"),
        ("--auto-provision --wallet-name ../up", "--wallet-name"),
        ("--auto-provision --inbound-transport smtp 127.0.0.1 0", "smtp"),
        ("--auto-provision --plugin unheard.of", "cannot be loaded"),
    ];
    for (line, expected) in cases {
        let (code, text) = refused(start(folder.path(), "a passphrase", line));
        assert_eq!(code, 2, "{line}: {text}");
        assert!(text.contains(expected), "{line}: {text}");
    }
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "nothing was made");
}

#[test]
fn a_wallet_is_provisioned_with_its_seed_and_made_anew_when_asked() {
    let folder = tempfile::tempdir().unwrap();
    let provision = |line: &str| {
        let output = Command::new(env!("CARGO_BIN_EXE_vouchsafe-agent"))
            .args(format!("provision --wallet-name test --wallet-key k --log-level error {line}").split_whitespace())
            .args(["--wallet-storage-path".as_ref(), folder.path().as_os_str()])
            .output()
            .unwrap();
        assert!(output.status.success(), "{output:?}");
        assert!(output.stdout.is_empty(), "{output:?}");
    };
    let seed = "--seed 000000000000000000000000Steward1 --wallet-local-did";
    provision(seed);
    let header = std::fs::read(folder.path().join("test/vault.json")).unwrap();
    provision(seed);
    assert_eq!(std::fs::read(folder.path().join("test/vault.json")).unwrap(), header, "made once");
    provision("--recreate-wallet");
    assert_ne!(std::fs::read(folder.path().join("test/vault.json")).unwrap(), header, "made anew");
}
