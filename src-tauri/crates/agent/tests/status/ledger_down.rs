//! The ledger down at each step, and the issuer's wallet ended in the middle of a publication.

use vouchsafe_agent::status::{IssuedFilter, IssuedStatus, StatusState};
use vouchsafe_agent::{Agent, AgentError, Config, Page};
use vouchsafe_store::{CredentialFilter, ExchangeFilter};

use crate::harness::{Fault, Step};
use crate::pair::Pair;
use crate::support::{exchange_in, until};

fn down() -> impl Iterator<Item = Fault> {
    std::iter::repeat_n(Fault::Down, 200)
}

async fn nothing_pending(issuer: &Agent) {
    until("everything is published", || async {
        let pending = IssuedFilter { pending: true, ..IssuedFilter::default() };
        (issuer.count_issued(pending).await.unwrap() == 0).then_some(())
    })
    .await;
}

#[tokio::test(flavor = "multi_thread")]
async fn without_a_ledger_nothing_revocable_is_offered_and_nothing_is_lost() {
    let pair = Pair::new().await;
    for step in [Step::Ask, Step::Send] {
        pair.server.meet(step, down());
        let refused = pair.issuer.send_offer(pair.revocable("Ada")).await.unwrap_err();
        assert!(matches!(refused, AgentError::Ledger(_)), "{step:?}: {refused}");
        assert!(pair.issuer.exchanges(ExchangeFilter::default(), Page::ALL).await.unwrap().is_empty());
        assert_eq!(pair.taken().await, 0);
        pair.server.fair();
    }
    let (_, row) = pair.issue("Ada").await;
    assert_eq!(pair.kept(&row.record_id).await.state, StatusState::Valid);
    assert_eq!(pair.versions().await, [1, 1], "what was begun was finished, not done twice");
    // From now on the lists are there: an offer needs no ledger.
    pair.server.meet(Step::Ask, down());
    pair.issuer.send_offer(pair.revocable("Ben")).await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_waits_for_the_ledger_and_is_published_by_itself() {
    let pair = Pair::new().await;
    for (step, fault) in [(Step::Ask, Fault::Down), (Step::Send, Fault::Down), (Step::Send, Fault::Lost)] {
        let before = pair.versions().await[..].iter().sum::<usize>();
        let (offer, row) = pair.issue("Ada").await;
        pair.server.meet(step, std::iter::repeat_n(fault.clone(), 1));
        if before > 0 {
            assert_eq!(pair.versions().await.iter().sum::<usize>(), before);
        }
        let changed = pair.issuer.set_status(vec![offer.id], IssuedStatus::Revoked, true).await.unwrap();
        assert_eq!(changed.changed, 1);
        nothing_pending(&pair.issuer).await;
        assert_eq!(
            pair.holder.check_status(&row.record_id).await.unwrap().state,
            StatusState::Revoked,
            "{step:?} {fault:?}"
        );
    }
    assert_eq!(pair.versions().await, [4, 1], "each change is one version, however it came about");
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wallet_that_ends_before_the_ledger_answers_publishes_after_its_next_start() {
    let pair = Pair::new().await;
    let (offer, row) = pair.issue("Ada").await;
    let (other, _) = pair.issue("Ben").await;
    pair.server.meet(Step::Ask, down());
    let changed = pair.issuer.set_status(vec![offer.id], IssuedStatus::Revoked, true).await.unwrap();
    assert_eq!(changed.pending, 1);
    let problem = changed.problem.unwrap();
    assert!(problem.to_string().contains("nothing was published"), "{problem}");
    // This one is to wait until somebody says so.
    pair.issuer.set_status(vec![other.id], IssuedStatus::Suspended, false).await.unwrap();
    let (store, config) = (pair.issuer.store().clone(), Config::clone(&pair.issuer.config()));
    pair.issuer.stop().await;
    assert_eq!(pair.holder.check_status(&row.record_id).await.unwrap().state, StatusState::Valid);

    pair.server.fair();
    let restarted = Agent::start(store, config, Vec::new()).await.unwrap();
    until("the holder sees it", || async {
        let status = pair.holder.check_status(&row.record_id).await.unwrap();
        (status.state == StatusState::Revoked).then_some(())
    })
    .await;
    let pending = restarted
        .issued_credentials(IssuedFilter { pending: true, ..IssuedFilter::default() }, Page::ALL)
        .await
        .unwrap();
    assert_eq!(pending.iter().map(|issued| issued.status).collect::<Vec<_>>(), [IssuedStatus::Suspended]);
    assert_eq!(pair.versions().await, [2, 1]);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_holder_without_the_list_stores_the_credential_and_says_so() {
    let pair = Pair::new().await;
    // The issuer's document is known and its lists are there; then the resolver goes.
    pair.issue("Ada").await;
    pair.server.meet(Step::Read, down());
    let offer = pair.issuer.send_offer(pair.revocable("Ben")).await.unwrap();
    let stored = exchange_in(&pair.holder, &offer.thread_id, "done").await;
    let record_id = stored.credential_id().unwrap();
    let status = pair.kept(record_id).await;
    assert_eq!((status.state, status.checked_at), (StatusState::Unknown, None));
    assert!(status.detail.starts_with("its status list could not be read: "), "{}", status.detail);
    pair.server.fair();
    assert_eq!(pair.holder.check_status(record_id).await.unwrap().state, StatusState::Valid);
    assert_eq!(pair.holder.credentials(CredentialFilter::default(), Page::default()).await.unwrap().len(), 2);
}
