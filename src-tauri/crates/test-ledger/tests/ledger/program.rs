//! The binary: its ready line, and that what it answered survives a kill.

use std::{
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpStream,
    path::Path,
    process::{Child, Command, Stdio},
};

use base64::{Engine as _, engine::general_purpose::STANDARD};
use ed25519_dalek::Signer as _;
use serde_json::{Value, json};

use crate::harness::Wallet;

/// The process, killed when it is no longer needed.
struct Program(Child);

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn start(data: &Path) -> (Program, Value) {
    let mut program = Command::new(env!("CARGO_BIN_EXE_vouchsafe-test-ledger"))
        .args(["--listen", "127.0.0.1:0", "--namespace", "testnet", "--data"])
        .arg(data)
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut line = String::new();
    BufReader::new(program.stdout.take().unwrap()).read_line(&mut line).unwrap();
    (Program(program), serde_json::from_str(&line).unwrap())
}

fn post(ready: &Value, path: &str, body: &Value) -> Value {
    let (address, body) = (ready["listen"].as_str().unwrap(), body.to_string());
    let mut stream = TcpStream::connect(address).unwrap();
    let length = body.len();
    write!(
        stream,
        "POST /1.0/{path} HTTP/1.1\r\nHost: {address}\r\nContent-Type: application/json\r\n\
         Content-Length: {length}\r\nConnection: close\r\n\r\n{body}"
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    serde_json::from_str(answer.split_once("\r\n\r\n").unwrap().1).unwrap()
}

#[test]
fn what_it_answered_survives_a_kill() {
    let folder = tempfile::tempdir().unwrap();
    let alice = Wallet::new(1);
    let (program, ready) = start(folder.path());
    assert_eq!((&ready["ready"], &ready["dids"], &ready["cutBytes"]), (&json!(true), &json!(0), &json!(0)));
    let first = post(&ready, "create", &json!({ "didDocument": alice.document() }));
    let request = &first["didState"]["signingRequest"]["signingRequest0"];
    let payload = STANDARD.decode(request["serializedPayload"].as_str().unwrap()).unwrap();
    let signature = STANDARD.encode(alice.key.sign(&payload).to_bytes());
    let response = json!({ "signingRequest0": { "kid": alice.kid, "signature": signature } });
    let second = json!({ "jobId": first["jobId"], "secret": { "signingResponse": response } });
    assert_eq!(post(&ready, "create", &second)["didState"]["state"], "finished");
    drop(program);
    let (_program, ready) = start(folder.path());
    assert_eq!(ready["dids"], 1);
}
