//! Two sides that take the same steps over the same JSON: this crate, and the reference implementation in a Python of
//! its own. A test lets any of them be issuer, holder or verifier.
#![allow(dead_code, reason = "each test uses what it needs")]
#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stderr,
    reason = "a test that fails says where"
)]

pub mod story;
mod w3c;

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use vouchsafe_anoncreds as anoncreds;
use vouchsafe_anoncreds::{
    AttributeValue, Credential, CredentialDefinition, CredentialOffer, CredentialRequest, Entropy, Issuance, IssuerId,
    LinkSecret, Presentation, Presented, Published, RegistryPlace, RevocationState, RevocationStatusList, Schema,
    TailsFile, Values,
};

/// Takes a step: its name, and what it is taken with.
pub trait Side {
    fn name(&self) -> &'static str;
    fn step(&mut self, step: &str, with: Value) -> Result<Value, String>;
}

/// The repository's root.
fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../..")
}

/// A recorded definition: `degree` can be revoked, `membership` cannot.
pub fn recorded(name: &str) -> Value {
    let file = File::open(root().join("tests/vectors/anoncreds/definitions.json")).unwrap();
    serde_json::from_reader::<_, Value>(BufReader::new(file)).unwrap()[name].take()
}

pub fn read<T: DeserializeOwned>(value: &Value) -> Result<T, String> {
    serde_json::from_value(value.clone()).map_err(|error| error.to_string())
}

fn said<T>(result: Result<T, impl ToString>) -> Result<T, String> {
    result.map_err(|error| error.to_string())
}

/// This crate.
pub struct Ours;

impl Side for Ours {
    fn name(&self) -> &'static str {
        "vouchsafe"
    }

    fn step(&mut self, step: &str, with: Value) -> Result<Value, String> {
        let text = |member: &str| with[member].as_str().unwrap_or_default().to_owned();
        match step {
            "schema" => {
                let issuer = said(IssuerId::new(text("issuer_id")))?;
                Ok(json!(said(Schema::new(text("name"), text("version"), issuer, read(&with["attributes"])?))?))
            }
            "definition" => {
                let schema: Schema = read(&with["schema"])?;
                let (schema_id, issuer_id) = (read(&with["schema_id"])?, read(&with["issuer_id"])?);
                let revocable = with["revocable"].as_bool().unwrap();
                let made =
                    anoncreds::create_credential_definition(schema_id, &schema, issuer_id, &text("tag"), revocable);
                let made = said(made)?;
                Ok(json!({"definition": made.definition, "private": made.private,
                    "correctness_proof": made.correctness_proof}))
            }
            "offer" => {
                let (schema_id, definition_id) = (read(&with["schema_id"])?, read(&with["definition_id"])?);
                Ok(json!(said(CredentialOffer::new(schema_id, definition_id, &read(&with["proof"])?))?))
            }
            "link_secret" => Ok(json!(*said(said(LinkSecret::random())?.to_decimal())?)),
            "request" => {
                let secret = said(LinkSecret::from_decimal(&text("link_secret")))?;
                let (entropy, did) = (text("entropy"), text("prover_did"));
                let entropy = if did.is_empty() { Entropy::Text(&entropy) } else { Entropy::ProverDid(&did) };
                let (offer, definition) = (read(&with["offer"])?, read(&with["definition"])?);
                let made = CredentialRequest::create(&offer, &definition, &secret, "default", entropy);
                let (request, metadata) = said(made)?;
                Ok(json!({"request": request, "metadata": metadata}))
            }
            "issue" => issue(&with),
            "process" => {
                let credential: Credential = read(&with["credential"])?;
                let secret = said(LinkSecret::from_decimal(&text("link_secret")))?;
                let registry: Option<anoncreds::RevocationRegistryDefinition> = read(&with["registry"])?;
                let (metadata, definition) = (read(&with["metadata"])?, read(&with["definition"])?);
                Ok(json!(said(credential.process(&metadata, &secret, &definition, registry.as_ref()))?))
            }
            "registry" => {
                let path = Path::new(&text("folder")).join("made-here.tails");
                let mut file = said(File::create(&path))?;
                let size = u32::try_from(with["size"].as_u64().unwrap()).unwrap();
                let (definition, id) = (read(&with["definition"])?, read(&with["definition_id"])?);
                let place = path.to_string_lossy().into_owned();
                let made =
                    anoncreds::create_revocation_registry(&definition, id, &text("tag"), size, &mut file, &place);
                let (registry, private) = said(made)?;
                said(anoncreds::check_tails(&registry, &mut said(File::open(&path))?))?;
                Ok(json!({"registry": registry, "private": private, "tails": place}))
            }
            "status_list" => {
                let (id, registry) = (read(&with["registry_id"])?, read(&with["registry"])?);
                let (definition, private) = (read(&with["definition"])?, read(&with["private"])?);
                let by_default = with["by_default"].as_bool().unwrap();
                let issuance = if by_default { Issuance::ByDefault } else { Issuance::OnDemand };
                let timestamp = with["timestamp"].as_u64();
                let made = RevocationStatusList::create(&definition, id, &registry, &private, issuance, timestamp);
                Ok(json!(said(made)?))
            }
            "update" => {
                let list: RevocationStatusList = read(&with["list"])?;
                let (definition, registry) = (read(&with["definition"])?, read(&with["registry"])?);
                let (issued, revoked) = (read(&with["issued"])?, read(&with["revoked"])?);
                let timestamp = with["timestamp"].as_u64();
                let next = list.update(&definition, &registry, &read(&with["private"])?, &issued, &revoked, timestamp);
                Ok(json!(said(next)?))
            }
            "state" => {
                let tails = TailsFile::new(BufReader::new(said(File::open(text("tails")))?));
                let (registry, list) = (read(&with["registry"])?, read(&with["list"])?);
                let index = u32::try_from(with["index"].as_u64().unwrap()).unwrap();
                let state = match with.get("earlier").filter(|earlier| !earlier.is_null()) {
                    None => RevocationState::create(&registry, &list, index, &tails),
                    Some(earlier) => {
                        let state: RevocationState = read(&earlier["state"])?;
                        state.update(&registry, &read(&earlier["list"])?, &list, index, &tails)
                    }
                };
                Ok(json!(said(state)?))
            }
            "present" => present(&with),
            "verify" => {
                let presentation: Presentation = read(&with["presentation"])?;
                let overrides: Vec<(String, u64, u64)> = read(&with["overrides"]).unwrap_or_default();
                let mut accepted = anoncreds::IntervalOverrides::new();
                for (registry, requested, earlier) in overrides {
                    accepted.entry(read(&json!(registry))?).or_default().insert(requested, earlier);
                }
                said(presentation.verify(&read(&with["request"])?, &published(&with)?, &accepted))?;
                Ok(json!(true))
            }
            "w3c_issue" => w3c::issue(&with),
            "w3c_process" => w3c::accept(&with),
            "w3c_back" => Ok(json!(said(read::<anoncreds::W3cCredential>(&with["credential"])?.to_credential())?)),
            "w3c_present" => w3c::present(&with),
            "w3c_verify" => w3c::verify(&with),
            "rewrite" => rewrite(&text("kind"), &with["object"]),
            _ => Err(format!("no step {step}")),
        }
    }
}

fn issue(with: &Value) -> Result<Value, String> {
    let raw: BTreeMap<String, String> = read(&with["values"])?;
    let values: Result<Values, String> =
        raw.into_iter().map(|(name, raw)| Ok((name, said(AttributeValue::new(raw))?))).collect();
    let (definition, private) = (read(&with["definition"])?, read(&with["private"])?);
    let (offer, request) = (read(&with["offer"])?, read(&with["request"])?);
    let credential = match with.get("place").filter(|place| !place.is_null()) {
        None => anoncreds::issue_credential(&definition, &private, &offer, &request, values?, None),
        Some(place) => {
            let (registry, registry_private) = (read(&place["registry"])?, read(&place["private"])?);
            let place = RegistryPlace {
                registry: &registry,
                private: &registry_private,
                status_list: &read(&place["list"])?,
                index: u32::try_from(place["index"].as_u64().unwrap()).unwrap(),
            };
            anoncreds::issue_credential(&definition, &private, &offer, &request, values?, Some(place))
        }
    };
    Ok(json!(said(credential)?))
}

fn present(with: &Value) -> Result<Value, String> {
    let secret = said(LinkSecret::from_decimal(with["link_secret"].as_str().unwrap_or_default()))?;
    let mut kept: Vec<(Credential, Option<RevocationState>, BTreeMap<String, bool>, _)> = Vec::new();
    for one in with["presented"].as_array().unwrap() {
        kept.push((
            read(&one["credential"])?,
            read(&one["state"])?,
            read(&one["attributes"])?,
            read(&one["predicates"])?,
        ));
    }
    let presented: Vec<Presented<'_>> = kept
        .iter()
        .map(|(credential, revocation, attributes, predicates)| Presented {
            credential,
            revocation: revocation.as_ref(),
            attributes: attributes.clone(),
            predicates: Clone::clone(predicates),
        })
        .collect();
    let (request, said_only) = (read(&with["request"])?, read(&with["self_attested"])?);
    let made = anoncreds::create_presentation(&request, &presented, said_only, &secret, &published(with)?);
    Ok(json!(said(made)?))
}

fn published(with: &Value) -> Result<Published, String> {
    Ok(Published {
        schemas: read(&with["schemas"])?,
        definitions: read(&with["definitions"])?,
        registries: read(&with["registries"]).unwrap_or_default(),
        status_lists: read(&with["lists"]).unwrap_or_default(),
    })
}

fn rewrite(kind: &str, object: &Value) -> Result<Value, String> {
    fn again<T: DeserializeOwned + serde::Serialize>(object: &Value) -> Result<Value, String> {
        Ok(json!(read::<T>(object)?))
    }
    match kind {
        "schema" => again::<Schema>(object),
        "definition" => again::<CredentialDefinition>(object),
        "private" => again::<anoncreds::CredentialDefinitionPrivate>(object),
        "correctness_proof" => again::<anoncreds::KeyCorrectnessProof>(object),
        "offer" => again::<CredentialOffer>(object),
        "request" => again::<CredentialRequest>(object),
        "metadata" => again::<anoncreds::CredentialRequestMetadata>(object),
        "credential" => again::<Credential>(object),
        "registry" => again::<anoncreds::RevocationRegistryDefinition>(object),
        "registry_private" => again::<anoncreds::RevocationRegistryPrivate>(object),
        "status_list" => again::<RevocationStatusList>(object),
        "state" => again::<RevocationState>(object),
        "presentation_request" => again::<anoncreds::PresentationRequest>(object),
        "presentation" => again::<Presentation>(object),
        "w3c_credential" => again::<anoncreds::W3cCredential>(object),
        "w3c_presentation" => again::<anoncreds::W3cPresentation>(object),
        _ => Err(format!("no kind {kind}")),
    }
}

/// The reference implementation.
pub struct Wheel {
    process: Child,
    questions: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl Wheel {
    /// Starts it. `None`, said loudly, where `cargo xtask test` could not install it; in CI that is a failure.
    pub fn start() -> Option<Self> {
        let python = root().join(".peers/anoncreds-0.2.3/bin/python");
        if !python.exists() {
            let ci = std::env::var_os("CI").is_some_and(|value| !value.is_empty() && value != "false");
            assert!(!ci, "the reference implementation is not installed; run `cargo xtask test engine`");
            eprintln!("SKIPPED: nothing was crossed with the reference implementation, which is not installed");
            eprintln!("         hint: `cargo xtask test engine` installs it where there is a Python");
            return None;
        }
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/wheel.py");
        let mut process =
            Command::new(python).arg(script).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let questions = process.stdin.take().unwrap();
        let answers = BufReader::new(process.stdout.take().unwrap());
        Some(Self { process, questions, answers })
    }
}

impl Side for Wheel {
    fn name(&self) -> &'static str {
        "wheel"
    }

    fn step(&mut self, step: &str, with: Value) -> Result<Value, String> {
        writeln!(self.questions, "{}", json!({"step": step, "with": with})).unwrap();
        self.questions.flush().unwrap();
        let mut line = String::new();
        self.answers.read_line(&mut line).unwrap();
        let mut answer: Value = serde_json::from_str(&line).unwrap_or_else(|_| panic!("the wheel stopped at {step}"));
        match answer.get("error") {
            Some(error) => Err(error.as_str().unwrap().to_owned()),
            None => Ok(answer["ok"].take()),
        }
    }
}

impl Drop for Wheel {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
