//! From proposal, offer or request to a credential that the holder has stored, through the admin APIs, and the look
//! at both sides afterwards.

use crate::admin::{list, text};
use crate::connect::Mode;
use crate::credential::{Model, Suite, Terms, credential, filter};
use crate::peer::Peer;
use crate::wait::{STEP, Seen, until};
use anyhow::{Result, bail, ensure};
use serde_json::{Value, json};

/// The status that is asked for, and the context that comes with it.
const STATUS_ENTRY: &str = "BitstringStatusListEntry";
const STATUS_CONTEXT: &str = "https://www.w3.org/ns/credentials/status/v1";

/// Who opens the exchange, with which message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Start {
    /// The issuer, with an offer.
    Offer,
    /// The holder, with a proposal.
    Proposal,
    /// The holder, with a request.
    Request,
}

/// Who names the credential's subject.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// The credential has it from the start.
    Given,
    /// The holder, when it requests.
    Bound,
    /// The holder's wallet by itself, which makes a new DID.
    Fresh,
    /// Nobody: the credential is about a holder without an id.
    Absent,
}

/// Whose DID signs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Signer {
    /// A new did:key.
    Key,
    /// A new did:cheqd whose document writes its key in this form (`Ed25519VerificationKey2020`, …).
    Cheqd(&'static str),
}

/// The choices for one credential.
#[derive(Clone, Copy, Debug)]
pub struct Issuing {
    /// The signature suite.
    pub suite: Suite,
    /// The first message.
    pub start: Start,
    /// Automatic or step by step.
    pub mode: Mode,
    /// Who names the subject.
    pub subject: Subject,
    /// The data model.
    pub model: Model,
    /// Where the terms are defined.
    pub terms: Terms,
    /// Whose DID signs.
    pub signer: Signer,
    /// Whether the options ask for a status, so that it can be revoked.
    pub revocable: bool,
}

impl Issuing {
    /// A suite, a start and a mode, with all else as usual.
    pub fn by(suite: Suite, start: Start, mode: Mode) -> Self {
        Self {
            suite,
            start,
            mode,
            subject: Subject::Given,
            model: Model::V1,
            terms: Terms::Inline,
            signer: Signer::Key,
            revocable: false,
        }
    }
}

/// What is to be issued, before anything was said.
#[derive(Clone, Debug)]
pub struct Draft {
    /// The credential, unsigned.
    pub credential: Value,
    /// It and its proof options, as proposal, offer and request take them.
    pub filter: Value,
    /// The DID that the subject shall have in the end, if it is known.
    pub subject: Option<String>,
}

/// The ends of one exchange: each side with its connection's id there.
#[derive(Clone, Copy, Debug)]
pub struct Ends<'a> {
    /// The issuer.
    pub issuer: &'a Peer,
    /// The holder.
    pub holder: &'a Peer,
    /// `connection_id` at the issuer.
    pub at_issuer: &'a str,
    /// `connection_id` at the holder.
    pub at_holder: &'a str,
}

/// An exchange that was begun: its thread and its records.
#[derive(Clone, Debug)]
pub struct Exchange {
    /// The thread's id, the same on both sides.
    pub thread: String,
    /// `cred_ex_id` at the issuer.
    pub at_issuer: String,
    /// `cred_ex_id` at the holder.
    pub at_holder: String,
}

/// Writes the credential with new DIDs of issuer and holder.
///
/// # Errors
/// When an agent makes no DID.
pub async fn draft(issuer: &Peer, holder: &Peer, how: &Issuing) -> Result<Draft> {
    let issuer = match how.signer {
        Signer::Key => issuer.admin.new_did_key().await?,
        Signer::Cheqd(form) => issuer.admin.new_did_cheqd(form).await?,
    };
    let subject = match how.subject {
        Subject::Given | Subject::Bound => Some(holder.admin.new_did_key().await?),
        Subject::Fresh | Subject::Absent => None,
    };
    let in_offer = if how.subject == Subject::Given { subject.as_deref() } else { None };
    let serial = uuid::Uuid::new_v4().simple().to_string();
    let credential = credential(&issuer, in_offer, how.model, how.terms, &serial);
    let mut filter = filter(&credential, how.suite);
    if let (true, Some(options)) = (how.revocable, filter.pointer_mut("/ld_proof/options")) {
        set(options, "credentialStatus", json!({"type": STATUS_ENTRY}));
    }
    Ok(Draft { credential, filter, subject })
}

/// Leads an exchange from its first message to the stored credential and checks both records and the credential.
///
/// # Errors
/// When a step is refused or takes too long, or anything is not as it should be.
pub async fn issue(ends: Ends<'_>, how: &Issuing) -> Result<Value> {
    let draft = draft(ends.issuer, ends.holder, how).await?;
    let exchange = open(ends, &draft, how).await?;
    finish(ends.issuer, ends.holder, &exchange, &draft, how).await
}

/// Sends the first message, and in step mode goes on until the holder has requested; gives both records.
///
/// # Errors
/// When a step is refused or takes too long.
pub async fn open(ends: Ends<'_>, draft: &Draft, how: &Issuing) -> Result<Exchange> {
    let steps = how.mode == Mode::Steps;
    let body = |connection: &str| json!({"connection_id": connection, "filter": draft.filter, "auto_remove": false});
    match how.start {
        Start::Offer => {
            let mut body = body(ends.at_issuer);
            set(&mut body, "auto_issue", json!(!steps));
            set(&mut body, "comment", json!("Your credential"));
            let record = ends.issuer.admin.post("/issue-credential-2.0/send-offer", &[], body).await?;
            let exchange = began(ends, &record, Side::Issuer).await?;
            if steps {
                request(ends.holder, &exchange, draft, how).await?;
            }
            Ok(exchange)
        }
        Start::Proposal => {
            let record =
                ends.holder.admin.post("/issue-credential-2.0/send-proposal", &[], body(ends.at_holder)).await?;
            let exchange = began(ends, &record, Side::Holder).await?;
            if steps {
                reach(ends.issuer, &exchange.at_issuer, "proposal-received").await?;
                let path = format!("/issue-credential-2.0/records/{}/send-offer", exchange.at_issuer);
                ends.issuer.admin.post(&path, &[], json!({})).await?;
                request(ends.holder, &exchange, draft, how).await?;
            }
            Ok(exchange)
        }
        Start::Request => {
            let mut body = body(ends.at_holder);
            if let (Subject::Bound, Some(subject)) = (how.subject, &draft.subject) {
                set(&mut body, "holder_did", json!(subject));
            }
            let record = ends.holder.admin.post("/issue-credential-2.0/send-request", &[], body).await?;
            began(ends, &record, Side::Holder).await
        }
    }
}

/// Requests what was offered, as soon as the offer is there.
///
/// # Errors
/// When a step is refused or takes too long.
pub async fn request(holder: &Peer, exchange: &Exchange, draft: &Draft, how: &Issuing) -> Result<()> {
    reach(holder, &exchange.at_holder, "offer-received").await?;
    let body = match (how.subject, &draft.subject) {
        (Subject::Bound, Some(subject)) => json!({"holder_did": subject}),
        _ => json!({}),
    };
    let path = format!("/issue-credential-2.0/records/{}/send-request", exchange.at_holder);
    holder.admin.post(&path, &[], body).await.map(drop)
}

/// Goes on from the request to the stored credential and checks both records and the credential.
///
/// # Errors
/// When a step is refused or takes too long, or anything is not as it should be.
pub async fn finish(issuer: &Peer, holder: &Peer, exchange: &Exchange, draft: &Draft, how: &Issuing) -> Result<Value> {
    if how.mode == Mode::Steps {
        reach(issuer, &exchange.at_issuer, "request-received").await?;
        let path = format!("/issue-credential-2.0/records/{}/issue", exchange.at_issuer);
        issuer.admin.post(&path, &[], json!({"comment": "Here it is"})).await?;
        reach(holder, &exchange.at_holder, "credential-received").await?;
        let path = format!("/issue-credential-2.0/records/{}/store", exchange.at_holder);
        holder.admin.post(&path, &[], json!({})).await?;
    }
    let record = reach(holder, &exchange.at_holder, "done").await?;
    reach(issuer, &exchange.at_issuer, "done").await?;
    let stored = text(&record, "/ld_proof/cred_id_stored")?;
    let stored = holder.admin.get(&format!("/credential/w3c/{stored}"), &[]).await?;
    check(&stored, draft, *how)?;
    Ok(stored)
}

/// What the holder keeps must be what was drafted, signed as asked, with the subject that was agreed.
fn check(stored: &Value, draft: &Draft, how: Issuing) -> Result<()> {
    let mut credential = stored.get("cred_value").cloned().unwrap_or_default();
    let proof = credential.as_object_mut().and_then(|members| members.shift_remove("proof")).unwrap_or_default();
    let mut expected = draft.credential.clone();
    let subject = credential.pointer("/credentialSubject/id").cloned();
    match how.subject {
        Subject::Given | Subject::Bound => {
            let wanted = draft.subject.as_deref();
            ensure!(subject.as_ref().and_then(Value::as_str) == wanted, "the subject is {subject:?}, not {wanted:?}");
        }
        Subject::Fresh => {
            let fresh = subject.as_ref().and_then(Value::as_str).is_some_and(|did| did.starts_with("did:key:"));
            ensure!(fresh, "the subject is {subject:?}");
        }
        Subject::Absent => ensure!(subject.is_none(), "the subject is {subject:?}"),
    }
    if let (Some(id), Some(holder)) = (subject, expected.get_mut("credentialSubject")) {
        set(holder, "id", id);
    }
    if how.revocable {
        let status = credential.as_object_mut().and_then(|members| members.shift_remove("credentialStatus"));
        let kind = status.as_ref().and_then(|status| status.get("type"));
        ensure!(kind.is_some_and(|kind| kind == STATUS_ENTRY), "the status is {status:?}");
        if let Some(contexts) = credential.get_mut("@context").and_then(Value::as_array_mut) {
            contexts.retain(|context| context != STATUS_CONTEXT);
        }
    }
    // The offer may add the suite's context to what its controller drafted.
    if let Some(added) = how.suite.context().map(Value::from)
        && list(&credential, "/@context")?.contains(&added)
        && let Some(contexts) = expected.get_mut("@context").and_then(Value::as_array_mut)
    {
        contexts.push(added);
    }
    ensure!(credential == expected, "stored {credential}\n  but drafted {expected}");
    ensure!(how.suite.made(&proof), "the proof is {proof}");
    ensure!(text(&proof, "/proofPurpose")? == "assertionMethod", "the proof is {proof}");
    let issuer = text(&draft.credential, "/issuer")?;
    ensure!(text(&proof, "/verificationMethod")?.starts_with(issuer), "the proof is {proof}");
    Ok(())
}

/// The holder declines, and both sides end the exchange.
///
/// # Errors
/// When a step is refused or takes too long.
pub async fn decline(ends: Ends<'_>, draft: &Draft) -> Result<()> {
    let body = json!({"connection_id": ends.at_issuer, "filter": draft.filter, "auto_remove": false});
    let record = ends.issuer.admin.post("/issue-credential-2.0/send-offer", &[], body).await?;
    let exchange = began(ends, &record, Side::Issuer).await?;
    reach(ends.holder, &exchange.at_holder, "offer-received").await?;
    let path = format!("/issue-credential-2.0/records/{}/problem-report", exchange.at_holder);
    ends.holder.admin.post(&path, &[], json!({"description": "I do not want it"})).await?;
    let holder = reach(ends.holder, &exchange.at_holder, "abandoned").await?;
    let issuer = reach(ends.issuer, &exchange.at_issuer, "abandoned").await?;
    for (name, record) in [("holder", holder), ("issuer", issuer)] {
        let reason = record.pointer("/cred_ex_record/error_msg").and_then(Value::as_str).unwrap_or_default();
        ensure!(name == "holder" || reason.contains("I do not want it"), "{name} was told: {record}");
    }
    Ok(())
}

/// Waits until an exchange is in this state and gives its record with its formats.
///
/// # Errors
/// When it takes too long, or the exchange was abandoned instead.
pub async fn reach(peer: &Peer, exchange: &str, state: &str) -> Result<Value> {
    until(&format!("{}: exchange in {state}", peer.name()), STEP, async || {
        let record = peer.admin.get(&format!("/issue-credential-2.0/records/{exchange}"), &[]).await?;
        let now = text(&record, "/cred_ex_record/state")?;
        if now == state {
            return Ok(Seen::Yes(record));
        }
        if now == "abandoned" {
            bail!(
                "{}: the exchange was abandoned: {}",
                peer.name(),
                record.pointer("/cred_ex_record/error_msg").unwrap_or(&record)
            );
        }
        Ok(Seen::NotYet(now.to_owned()))
    })
    .await
}

/// The `cred_ex_id` of a thread at a peer, as soon as it has one.
///
/// # Errors
/// When it takes too long.
pub async fn of_thread(peer: &Peer, thread: &str) -> Result<String> {
    until(&format!("{}: an exchange on thread {thread}", peer.name()), STEP, async || {
        let found = peer.admin.get("/issue-credential-2.0/records", &[("thread_id", thread)]).await?;
        let found = list(&found, "/results")?;
        ensure!(found.len() < 2, "{}: {} exchanges on one thread", peer.name(), found.len());
        match found.first() {
            Some(record) => Ok(Seen::Yes(text(record, "/cred_ex_record/cred_ex_id")?.to_owned())),
            None => Ok(Seen::NotYet("none".to_owned())),
        }
    })
    .await
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Side {
    Issuer,
    Holder,
}

async fn began(ends: Ends<'_>, record: &Value, by: Side) -> Result<Exchange> {
    let thread = text(record, "/thread_id")?.to_owned();
    let own = text(record, "/cred_ex_id")?.to_owned();
    let other = of_thread(if by == Side::Issuer { ends.holder } else { ends.issuer }, &thread).await?;
    let (at_issuer, at_holder) = if by == Side::Issuer { (own, other) } else { (other, own) };
    Ok(Exchange { thread, at_issuer, at_holder })
}

fn set(body: &mut Value, name: &str, value: Value) {
    if let Some(members) = body.as_object_mut() {
        members.insert(name.to_owned(), value);
    }
}
