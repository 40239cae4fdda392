//! Random interleavings of jobs that succeed, fail, panic and are dropped, against a plain map: what the store holds is
//! what the jobs that were answered with success wrote, in the order in which they ran.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "tests"
)]

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};

use proptest::prelude::*;
use vouchsafe_store::{Store, StoreError};

#[derive(Debug, Clone)]
struct Job {
    puts: Vec<(u8, i64)>,
    deletes: Vec<u8>,
    end: End,
}

#[derive(Debug, Clone, PartialEq)]
enum End {
    Succeeds,
    Fails,
    Panics,
}

fn job() -> impl Strategy<Value = Job> {
    let end = prop_oneof![4 => Just(End::Succeeds), 2 => Just(End::Fails), 1 => Just(End::Panics)];
    let puts = proptest::collection::vec((0..6_u8, any::<i64>()), 0..4);
    let deletes = proptest::collection::vec(0..6_u8, 0..2);
    (puts, deletes, end).prop_map(|(puts, deletes, end)| Job { puts, deletes, end })
}

type Model = BTreeMap<String, i64>;

/// Runs the job; when it succeeds, `order` gets its number at the moment it ran.
async fn run(store: Store, number: usize, job: Job, order: Arc<Mutex<Vec<usize>>>) -> Result<(), StoreError> {
    store
        .write(move |transaction| {
            for (key, value) in &job.puts {
                transaction.put_setting(&key.to_string(), value)?;
            }
            for key in &job.deletes {
                transaction.delete_setting(&key.to_string())?;
            }
            assert_ne!(job.end, End::Panics, "a job that panics");
            if job.end == End::Fails {
                return Err(StoreError::Internal("a job that fails".into()));
            }
            order.lock().unwrap().push(number);
            Ok(())
        })
        .await
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, ..ProptestConfig::default() })]

    #[test]
    fn the_store_is_what_the_successful_jobs_wrote(jobs in proptest::collection::vec(job(), 1..40)) {
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
        runtime.block_on(async move {
            let store = Store::temporary().unwrap();
            let order = Arc::new(Mutex::new(Vec::new()));
            let running: Vec<_> = jobs
                .iter()
                .enumerate()
                .map(|(number, job)| tokio::spawn(run(store.clone(), number, job.clone(), Arc::clone(&order))))
                .collect();
            for (job, running) in jobs.iter().zip(running) {
                match (running.await.unwrap(), &job.end) {
                    (Ok(()), End::Succeeds)
                    | (Err(StoreError::Internal(_)), End::Fails)
                    | (Err(StoreError::JobBroke), End::Panics) => {}
                    (result, end) => panic!("{end:?} was answered {result:?}"),
                }
            }
            let mut model = Model::new();
            for number in order.lock().unwrap().iter() {
                for (key, value) in &jobs[*number].puts {
                    model.insert(key.to_string(), *value);
                }
                for key in &jobs[*number].deletes {
                    model.remove(&key.to_string());
                }
            }
            let found = store
                .read(|reader| {
                    let mut found = Model::new();
                    for key in (0..6).map(|key: u8| key.to_string()) {
                        if let Some(value) = reader.setting(&key)? {
                            found.insert(key, value);
                        }
                    }
                    Ok::<_, StoreError>(found)
                })
                .await
                .unwrap();
            assert_eq!(found, model);
        });
    }
}

#[tokio::test]
async fn a_job_whose_caller_has_gone_is_still_done() {
    let store = Store::temporary().unwrap();
    let going = tokio::time::timeout(
        std::time::Duration::from_millis(20),
        store.write(|transaction| {
            std::thread::sleep(std::time::Duration::from_millis(100));
            transaction.put_setting("done", &true)
        }),
    );
    assert!(going.await.is_err());
    store.write(|_| Ok::<_, StoreError>(())).await.unwrap();
    assert_eq!(store.read(|reader| reader.setting::<bool>("done")).await, Ok(Some(true)));
}

#[tokio::test]
async fn a_reading_job_that_panics_gives_its_connection_back() {
    let store = Store::temporary().unwrap();
    for _ in 0..10 {
        let broke: Result<(), StoreError> = store.read(|_| panic!("a job that panics")).await;
        assert_eq!(broke, Err(StoreError::JobBroke));
    }
    assert_eq!(store.read(|reader| reader.setting::<bool>("none")).await, Ok(None));
}
