//! The ledger down, answers lost, and the wallet ended at any moment: nothing is published twice, nothing is lost, and
//! what was begun is finished or told.

use std::sync::Arc;

use parking_lot::Mutex;
use serde_json::{Value, json};
use tokio::task::JoinSet;
use vouchsafe_agent::cheqd::PublishResource;
use vouchsafe_agent::{Agent, AgentError};
use vouchsafe_store::{CommitMoment, DidFilter, Page, Store};

use crate::harness::{Fault, LedgerServer, Step, at_rest, create, jobs, ledger_error};

#[derive(Debug, Clone, Copy)]
enum Deed {
    Create,
    Update,
    Rotate,
    Deactivate,
    Publish,
}

const DEEDS: [Deed; 5] = [Deed::Create, Deed::Update, Deed::Rotate, Deed::Deactivate, Deed::Publish];

async fn do_it(deed: Deed, wallet: &Agent, did: &str) -> Result<(), AgentError> {
    match deed {
        Deed::Create => wallet.create_cheqd_did(create()).await.map(|_| ()),
        Deed::Update => {
            let mut document = wallet.did(did).await?.document.unwrap();
            document["alsoKnownAs"] = json!(["https://issuer.example"]);
            wallet.update_cheqd_did(did, document).await.map(|_| ())
        }
        Deed::Rotate => wallet.rotate_cheqd_did_key(did).await.map(|_| ()),
        Deed::Deactivate => wallet.deactivate_cheqd_did(did).await.map(|_| ()),
        Deed::Publish => {
            let resource = PublishResource {
                did: did.to_owned(),
                name: "Name".to_owned(),
                resource_type: "Type".to_owned(),
                content: b"content".to_vec(),
                ..PublishResource::default()
            };
            wallet.publish_resource(resource).await.map(|_| ())
        }
    }
}

/// The wallet, its ledger, and the DID that is changed.
async fn ready(server: &LedgerServer, store: &Store) -> (Agent, String) {
    let wallet = server.wallet_in(store).await;
    let did = wallet.create_cheqd_did(create()).await.unwrap().did;
    (wallet, did)
}

/// The deed was done once, or was never begun: what there is beyond the `before` jobs is one finished job or none.
async fn is_whole(server: &LedgerServer, wallet: &Agent, deed: Deed, did: &str, before: usize) -> bool {
    let all = jobs(wallet).await;
    assert!(all.iter().all(|job| job.state_word() == "finished"), "{deed:?}: {all:?}");
    let done = all.len() == before + 1;
    assert!(done || all.len() == before, "{deed:?}: {all:?}");
    let counts = server.counts(did).await;
    match deed {
        Deed::Create if done => {
            let made = &all[before].did;
            assert_eq!(server.counts(made).await, (1, 0));
            let verkey = wallet.did(made).await.unwrap().verkey.unwrap();
            let key = wallet.store().read(move |reader| reader.signing_key(&verkey)).await.unwrap();
            assert!(key.is_some(), "its key is here");
        }
        Deed::Create => {}
        Deed::Publish => assert_eq!(counts, (1, usize::from(done)), "{deed:?}"),
        _ => assert_eq!(counts, (1 + usize::from(done), 0), "{deed:?}"),
    }
    let made = all.iter().filter(|job| job.operation() == "create").count();
    assert_eq!(wallet.dids(DidFilter::default(), Page::ALL).await.unwrap().len(), made, "{deed:?}");
    done
}

#[tokio::test(flavor = "multi_thread")]
async fn with_the_ledger_down_at_any_step_nothing_is_lost_and_nothing_is_done_twice() {
    let faults = [
        (Step::Ask, Fault::Down, "registrar-failed"),
        (Step::Ask, Fault::Lost, "registrar-failed"),
        (Step::Ask, Fault::Says(200, "{}".to_owned()), "registrar-not-understood"),
        (Step::Send, Fault::Down, "ledger-outcome-unknown"),
        (Step::Send, Fault::Lost, ""),
        (Step::Send, Fault::Says(200, "<html>".to_owned()), "ledger-outcome-unknown"),
    ];
    all(DEEDS.into_iter().flat_map(|deed| faults.clone().map(|fault| (deed, fault))).map(|(deed, fault)| async move {
        let (step, fault, told) = fault;
        let server = LedgerServer::start().await;
        let (wallet, did) = ready(&server, &Store::temporary().unwrap()).await;
        server.meet(step, [fault.clone()]);
        let done = do_it(deed, &wallet, &did).await;
        let what = format!("{deed:?}, {step:?} {fault:?}");
        if told.is_empty() {
            // Nobody said so, but the ledger has it.
            done.unwrap_or_else(|error| panic!("{what}: {error}"));
        } else {
            assert_eq!(ledger_error(done).code(), told, "{what}");
        }
        if step == Step::Ask {
            let job = jobs(&wallet).await.pop().unwrap();
            assert_eq!(job.state_word(), "interrupted", "{what}");
            assert_eq!(wallet.resume_ledger_job(&job.id).await.unwrap().state_word(), "finished", "{what}");
        }
        at_rest(&wallet).await;
        assert!(is_whole(&server, &wallet, deed, &did, 1).await, "{what}");
    }))
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn while_the_ledger_cannot_be_read_nobody_says_what_became_of_it_and_then_it_is_found() {
    all(DEEDS.into_iter().map(|deed| async move {
        let server = LedgerServer::start().await;
        let (wallet, did) = ready(&server, &Store::temporary().unwrap()).await;
        // The document can be read before it is changed; then the resolver is away for a while.
        let reads = match deed {
            Deed::Create => 0,
            Deed::Publish | Deed::Deactivate => 1,
            Deed::Update | Deed::Rotate => 2,
        };
        let away = (0..6).map(|_| Fault::Down);
        let fine = (0..reads).map(|_| Fault::Changes(|_| {}));
        server.meet(Step::Read, fine.chain(away));
        server.meet(Step::Send, [Fault::Lost]);
        let error = ledger_error(do_it(deed, &wallet, &did).await);
        assert_eq!(error.code(), "ledger-outcome-unknown", "{deed:?}: {error}");
        assert!(error.to_string().contains("may have been published"));
        at_rest(&wallet).await;
        assert!(is_whole(&server, &wallet, deed, &did, 1).await, "{deed:?}");
        let job = jobs(&wallet).await.pop().unwrap();
        assert_eq!(job.sent.len(), 1, "{deed:?}: it was sent once");
    }))
    .await;
}

#[tokio::test]
async fn while_one_change_may_be_under_way_the_next_is_not_begun() {
    let server = LedgerServer::start().await;
    let (wallet, did) = ready(&server, &Store::temporary().unwrap()).await;
    let mut config = server.config();
    config.limits.first_retry_milliseconds = 3_600_000;
    wallet.set_config(config);
    server.meet(Step::Send, [Fault::Lost]);
    server.meet(Step::Read, [Fault::Changes(|_| {})].into_iter().chain((0..100).map(|_| Fault::Down)));
    assert_eq!(ledger_error(do_it(Deed::Publish, &wallet, &did).await).code(), "ledger-outcome-unknown");
    let error = ledger_error(do_it(Deed::Deactivate, &wallet, &did).await);
    assert_eq!(error.code(), "ledger-busy");
    let job = jobs(&wallet).await.pop().unwrap();
    let error = ledger_error(wallet.dismiss_ledger_job(&job.id).await);
    assert_eq!(error.code(), "ledger-outcome-unknown");
    server.fair();
    // What was published is found, and the next goes on from there.
    do_it(Deed::Deactivate, &wallet, &did).await.unwrap();
    assert_eq!(server.counts(&did).await, (2, 1));
}

#[tokio::test]
async fn a_registrar_that_says_done_without_doing_it_is_not_believed() {
    let server = LedgerServer::start().await;
    let store = Store::temporary().unwrap();
    let (wallet, _) = ready(&server, &store).await;
    let lie = json!({ "jobId": "x", "didState": { "state": "finished", "didDocument": {} } }).to_string();
    server.meet(Step::Send, [Fault::Says(201, lie)]);
    let error = ledger_error(wallet.create_cheqd_did(create()).await);
    assert_eq!(error.code(), "ledger-outcome-unknown");
    // It is begun again, under another version.
    let job = at_rest(&wallet).await.pop().unwrap();
    assert_eq!((job.state_word(), job.sent.len()), ("finished", 2));
    assert_ne!(job.sent[0], job.sent[1]);
}

#[tokio::test]
async fn a_job_that_the_registrar_forgot_is_begun_again() {
    let server = LedgerServer::start().await;
    let (wallet, did) = ready(&server, &Store::temporary().unwrap()).await;
    let forgot = json!({
        "jobId": "x", "didState": { "state": "failed", "reason": "The jobId is either expired or not found" }
    });
    for deed in [Deed::Publish, Deed::Update] {
        server.meet(Step::Send, [Fault::Says(400, forgot.to_string())]);
        do_it(deed, &wallet, &did).await.unwrap();
        let job = jobs(&wallet).await.pop().unwrap();
        assert_eq!(job.sent.len(), 2);
        assert_ne!(job.sent[0], job.sent[1]);
    }
    server.meet(Step::Send, (0..3).map(|_| Fault::Says(400, forgot.to_string())));
    assert_eq!(ledger_error(do_it(Deed::Deactivate, &wallet, &did).await).code(), "registrar-job-expired");
    assert_eq!(server.counts(&did).await, (2, 1));
}

/// A wallet that is ended and started anew over the same store, again and again.
struct Mortal {
    server: LedgerServer,
    store: Store,
    /// After how many commits whose agent ends.
    doom: Arc<Mutex<Option<(usize, Agent)>>>,
}

impl Mortal {
    async fn new() -> Self {
        let (store, doom) = (Store::temporary().unwrap(), Arc::new(Mutex::new(None::<(usize, Agent)>)));
        let watched = Arc::clone(&doom);
        store.watch_commits(move |moment| {
            let mut doom = watched.lock();
            let Some((left, agent)) = doom.as_mut().filter(|_| matches!(moment, CommitMoment::After)) else { return };
            *left -= 1;
            if *left == 0 {
                agent.stopping().cancel();
                *doom = None;
            }
        });
        Self { server: LedgerServer::start().await, store, doom }
    }

    /// Ends the wallet in the deed at the moment that `arm` arranges, starts it anew, and looks whether the deed is
    /// whole. Says whether the wallet lived that long.
    async fn dies(&self, deed: Deed, arm: impl FnOnce(&Self, Agent) + Send) -> bool {
        let (wallet, did) = ready(&self.server, &self.store).await;
        let before = jobs(&wallet).await.len();
        arm(self, wallet.clone());
        let done = do_it(deed, &wallet, &did).await;
        let survived = done.is_ok() && !wallet.stopping().is_cancelled();
        *self.doom.lock() = None;
        self.server.fair();
        wallet.stop().await;
        drop(wallet);
        let reborn = self.server.wallet_in(&self.store).await;
        at_rest(&reborn).await;
        let whole = is_whole(&self.server, &reborn, deed, &did, before).await;
        assert!(whole || !survived, "{deed:?}: done, and lost");
        reborn.stop().await;
        survived
    }
}

/// All of them at the same time: each waits more than it works.
async fn all(cases: impl IntoIterator<Item = impl Future<Output = ()> + Send + 'static>) {
    let mut running = JoinSet::new();
    for case in cases {
        running.spawn(case);
    }
    while let Some(ended) = running.join_next().await {
        ended.unwrap();
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wallet_that_ends_around_any_request_finishes_what_it_began() {
    all(DEEDS.into_iter().map(|deed| async move {
        let mortal = Mortal::new().await;
        for before in [true, false] {
            for nth in 1.. {
                let arm = |mortal: &Mortal, wallet: Agent| {
                    mortal.server.hook(move |number, at_arrival| {
                        if number == nth && at_arrival == before {
                            wallet.stopping().cancel();
                        }
                    });
                };
                if mortal.dies(deed, arm).await {
                    assert!(nth > 3, "{deed:?} asks only {} times: is it counted rightly?", nth - 1);
                    break;
                }
                assert!(nth < 20);
            }
        }
    }))
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wallet_that_ends_after_any_commit_finishes_what_it_began() {
    all(DEEDS.into_iter().map(|deed| async move {
        let mortal = Mortal::new().await;
        for nth in 1.. {
            let arm = |mortal: &Mortal, wallet: Agent| *mortal.doom.lock() = Some((nth, wallet));
            if mortal.dies(deed, arm).await {
                assert!(nth > 4, "{deed:?} commits only {} times: is it counted rightly?", nth - 1);
                break;
            }
            assert!(nth < 20);
        }
    }))
    .await;
}

#[tokio::test]
async fn a_ledger_that_stays_away_is_asked_ever_less_and_then_left_to_a_person() {
    let server = LedgerServer::start().await;
    let store = Store::temporary().unwrap();
    let (wallet, did) = ready(&server, &store).await;
    let armed = wallet.clone();
    server.hook(move |number, before| {
        if number == 2 && before {
            armed.stopping().cancel();
        }
    });
    let stopped = do_it(Deed::Publish, &wallet, &did).await;
    assert!(matches!(stopped, Err(AgentError::Stopping)), "{stopped:?}");
    server.fair();
    server.meet(Step::Ask, (0..1000).map(|_| Fault::Down));
    let mut config = server.config();
    config.limits.first_retry_milliseconds = 0;
    let reborn = Agent::start(store, config, Vec::new()).await.unwrap();
    let job = at_rest(&reborn).await.pop().unwrap();
    assert_eq!(job.state_word(), "interrupted");
    assert_eq!(job.error().unwrap().code(), "registrar-failed");
    server.fair();
    let resumed = reborn.resume_ledger_job(&job.id).await.unwrap();
    assert_eq!(resumed.state_word(), "finished");
    let _: Value = server.get(&did).await;
    assert_eq!(server.counts(&did).await, (1, 1));
}
