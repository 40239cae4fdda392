//! Two profiles without windows go through the six steps, by the same calls that their windows would make.

mod identities;
mod links;
mod lock;
mod notices;
mod offers;
mod status;

use std::sync::Arc;
use std::time::Duration;

use super::{Announcer, Profile};
use crate::practice::Practice;
use crate::view::add::{Connect, Found};
use crate::view::app::{NewWallet, WalletState, WordTyped};
use crate::view::card::CardState;
use crate::view::connections::{ConnectionPhase, InvitationState, NewInvitation, Side};
use crate::view::exchanges::{ExchangeAction, ExchangePhase, ExchangeQuery, ExchangeView, Role};
use crate::view::facts::CheckOutcome;
use crate::view::issue::{FieldValue, NewCredential, NewOffer, OfferTo};
use crate::view::strip::{Step, StepState};
use crate::view::{ListQuery, activity::ActivityQuery};

const PASSPHRASE: &str = "lantern oboe gravel thirteen";

/// A computer with its practice ledger; its profiles share that.
struct Computer {
    practice: Arc<Practice>,
    folder: Arc<tempfile::TempDir>,
}

struct Person {
    profile: Profile,
    _folder: Arc<tempfile::TempDir>,
}

impl Computer {
    fn new() -> Self {
        let folder = Arc::new(tempfile::tempdir().unwrap());
        Self { practice: Arc::new(Practice::new(folder.path().join("practice"))), folder }
    }

    fn profile(&self, name: &str) -> Profile {
        let folder = self.folder.path().join("profiles").join(name);
        Profile::new(name, folder, Announcer::silent(name), self.practice.clone())
    }

    async fn person(&self, label: &str) -> Person {
        let profile = self.profile(label);
        let wallet = NewWallet { label: label.to_owned(), keyring: false, passphrase: Some(PASSPHRASE.to_owned()) };
        profile.create_wallet(wallet).await.unwrap();
        Person { profile, _folder: self.folder.clone() }
    }
}

async fn person(label: &str) -> Person {
    Computer::new().person(label).await
}

async fn two(one: &str, other: &str) -> (Person, Person) {
    let computer = Computer::new();
    (computer.person(one).await, computer.person(other).await)
}

async fn until<T, F: Future<Output = Option<T>>>(what: &str, mut look: impl FnMut() -> F) -> T {
    for _ in 0..400 {
        if let Some(found) = look().await {
            return found;
        }
        tokio::time::sleep(Duration::from_millis(25)).await;
    }
    panic!("{what} did not happen");
}

impl Person {
    async fn waiting_exchange(&self, role: Role) -> String {
        let query = || ExchangeQuery {
            role: Some(role),
            phase: Some(ExchangePhase::Ours),
            connection_id: None,
            offset: 0,
            limit: 10,
        };
        until("a decision to take", || async {
            self.profile.exchanges(query()).await.unwrap().rows.first().map(|row| row.id.clone())
        })
        .await
    }

    async fn ended(&self, id: &str) -> ExchangeView {
        until("the end", || async {
            let view = self.profile.exchange(id).await.unwrap();
            matches!(view.row.phase, ExchangePhase::Done | ExchangePhase::Ended).then_some(view)
        })
        .await
    }

    async fn take(&self, url: &str) -> String {
        let Found::Invitation { invitation } = self.profile.look_at(url).await.unwrap() else {
            panic!("no invitation")
        };
        assert!(invitation.private);
        let connect =
            |allow_private| Connect { text: invitation.text.clone(), alias: None, allow_private, reuse: false };
        assert_eq!(self.profile.connect(connect(false)).await.unwrap_err().code, "address-private");
        let id = self.profile.connect(connect(true)).await.unwrap().connection_id.unwrap();
        until("the connection", || async {
            (self.profile.connection(&id).await.unwrap().row.phase == ConnectionPhase::Connected).then_some(())
        })
        .await;
        id
    }

    async fn credentials(&self, words: &str) -> u32 {
        self.profile.credentials(ListQuery { query: words.to_owned(), offset: 0, limit: 10 }).await.unwrap().total
    }
}

fn membership() -> NewCredential {
    let values =
        [("givenName", "Alice"), ("familyName", "Moore"), ("memberOf", "City Library"), ("membershipNumber", "M-1")];
    NewCredential {
        type_id: "membership".to_owned(),
        values: values.map(|(name, value)| FieldValue { name: name.to_owned(), value: value.to_owned() }).to_vec(),
        document: None,
        proof_type: "Ed25519Signature2020".to_owned(),
        issuer_did: None,
        valid_until: None,
        revocable: false,
        suspendable: false,
    }
}

fn states(view: &ExchangeView) -> Vec<StepState> {
    view.strip.iter().map(|step| step.state).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_credential_goes_from_one_profile_to_another_and_the_strip_tells_it() {
    use StepState::{Ahead, Current, Done};
    let (desk, alice) = two("City desk", "Alice").await;
    let invitation = desk
        .profile
        .create_invitation(NewInvitation {
            alias: Some("Alice".to_owned()),
            goal: None,
            for_issuing: true,
            multi_use: false,
            expires_in_hours: None,
        })
        .await
        .unwrap();
    assert_eq!(invitation.state, InvitationState::Waiting);
    assert!(invitation.qr_svg.starts_with("<svg"));
    let to_desk = alice.take(&invitation.url).await;
    let row = until("the desk's connection", || async {
        let query = ListQuery { query: "alice".to_owned(), offset: 0, limit: 10 };
        desk.profile
            .connections(query)
            .await
            .unwrap()
            .rows
            .into_iter()
            .find(|row| row.phase == ConnectionPhase::Connected)
    })
    .await;
    assert_eq!(desk.profile.invitation(&invitation.oob_id).await.unwrap().state, InvitationState::Used);

    let preview = desk.profile.preview_credential(membership()).await.unwrap();
    assert!(preview.ready, "{:?}", preview.problems);
    let offer = NewOffer {
        credential: membership(),
        to: OfferTo::Connection { connection_id: row.id },
        comment: Some("Welcome".to_owned()),
        auto_issue: false,
    };
    let made = desk.profile.offer_credential(offer).await.unwrap();

    let offered = alice.waiting_exchange(Role::Holder).await;
    let view = alice.profile.exchange(&offered).await.unwrap();
    assert_eq!(states(&view), [Done, Done, Done, Current, Ahead, Ahead]);
    assert_eq!(view.strip.iter().find(|step| step.step == Step::Requested).unwrap().whose_turn, Side::Us);
    assert_eq!(view.actions, [ExchangeAction::Decline, ExchangeAction::Accept]);
    assert_eq!(view.comment.as_deref(), Some("Welcome"));
    assert_eq!(alice.profile.app_state().await.unwrap().waiting.offers, 1);
    alice.profile.accept_offer(&offered).await.unwrap();

    let requested = desk.waiting_exchange(Role::Issuer).await;
    assert_eq!(requested, made.exchange_id);
    desk.profile.issue_now(&requested).await.unwrap();
    let view = alice.ended(&offered).await;
    assert_eq!(states(&view), [Done; 6]);
    assert!(view.strip.iter().all(|step| step.at.is_some()));
    assert_eq!(states(&desk.ended(&requested).await), [Done; 6]);

    let stored = alice.profile.credential(&view.credential_id.unwrap()).await.unwrap();
    // The terms of a membership card are said in the document alone: right, and never simply valid.
    assert_eq!(stored.card.state, CardState::Signed);
    assert!(stored.verified);
    assert!(stored.checks.iter().any(|check| check.key == "contexts" && check.outcome == CheckOutcome::Noted));
    assert!(stored.checks.iter().all(|check| check.outcome != CheckOutcome::Failed));
    assert_eq!((alice.credentials("moore").await, alice.credentials("nobody").await), (1, 0));
    assert!(alice.profile.check_again(&stored.id).await.unwrap().verified);

    // The whole strip is there again after the wallet was closed.
    alice.profile.lock().await.unwrap();
    assert_eq!(alice.profile.app_state().await.unwrap().wallet, WalletState::Locked);
    assert_eq!(alice.profile.exchange(&offered).await.unwrap_err().code, "wallet-locked");
    alice.profile.unlock_with_passphrase(PASSPHRASE.to_owned().into()).await.unwrap();
    assert_eq!(states(&alice.profile.exchange(&offered).await.unwrap()), [Done; 6]);
    let history =
        alice.profile.activity(ActivityQuery { connection_id: Some(to_desk), offset: 0, limit: 50 }).await.unwrap();
    assert_eq!(history.total as usize, history.rows.len());
    assert!(history.rows.iter().any(|line| line.sentence.contains("verified and stored")));
    assert!(!history.rows.iter().any(|line| line.sentence.contains("Moore")));
}

#[tokio::test(flavor = "multi_thread")]
async fn an_offer_in_an_invitation_can_be_declined_with_a_reason() {
    let (desk, alice) = two("Desk", "Alice").await;
    let offer =
        NewOffer { credential: membership(), to: OfferTo::Invitation { alias: None }, comment: None, auto_issue: true };
    let made = desk.profile.offer_credential(offer).await.unwrap();
    let invitation = made.invitation.unwrap();
    assert_eq!(invitation.exchange_id.as_deref(), Some(made.exchange_id.as_str()));
    let Found::Invitation { invitation: card } = alice.profile.look_at(&invitation.url).await.unwrap() else {
        panic!()
    };
    assert!(card.offer.is_none(), "nobody reads it before being connected");
    assert_eq!(card.goal.as_deref(), Some("To receive: Membership card"));
    assert_eq!(card.goal_code.as_deref(), Some("aries.vc.issue"));
    assert!(invitation.qr_modules <= 105, "{} modules at four pixels are too wide", invitation.qr_modules);
    let view = desk.profile.exchange(&made.exchange_id).await.unwrap();
    assert_eq!(view.oob_id.as_ref(), Some(&invitation.oob_id));
    assert_eq!(view.row.sentence, "Waiting for someone to use the invitation");
    assert_eq!(states(&view)[..3], [StepState::Done, StepState::Current, StepState::Ahead]);
    alice.take(&invitation.url).await;
    let offered = alice.waiting_exchange(Role::Holder).await;
    let view = alice.profile.decline_offer(&offered, Some("Not mine".to_owned())).await.unwrap();
    assert_eq!(view.problem.unwrap().what, "You ended it: “Not mine”.");
    let view = desk.ended(&made.exchange_id).await;
    assert!(view.oob_id.is_none());
    assert_eq!(view.problem.unwrap().what, "Alice ended it: “Not mine”.");
    assert!(view.strip.iter().any(|step| step.step == Step::Requested && step.state == StepState::Failed));
    assert_eq!(alice.credentials("").await, 0);
}

#[tokio::test(flavor = "multi_thread")]
async fn nothing_is_lost_while_a_wallet_is_locked() {
    let (desk, alice) = two("Desk", "Alice").await;
    let offer =
        NewOffer { credential: membership(), to: OfferTo::Invitation { alias: None }, comment: None, auto_issue: true };
    let made = desk.profile.offer_credential(offer).await.unwrap();
    let url = made.invitation.unwrap().url;
    let unlock = async |person: &Person| {
        person.profile.unlock_with_passphrase(PASSPHRASE.to_owned().into()).await.unwrap();
    };
    // The desk is locked when Alice comes; her request waits in her wallet, which is then locked too.
    desk.profile.lock().await.unwrap();
    let Found::Invitation { invitation } = alice.profile.look_at(&url).await.unwrap() else { panic!() };
    let connect = Connect { text: invitation.text, alias: None, allow_private: true, reuse: false };
    let to_desk = alice.profile.connect(connect).await.unwrap().connection_id.unwrap();
    until("a try in vain", || async { (alice.profile.app_state().await.unwrap().reach.unsent > 0).then_some(()) })
        .await;
    alice.profile.lock().await.unwrap();
    unlock(&desk).await;
    let view = desk.profile.exchange(&made.exchange_id).await.unwrap();
    assert_eq!(states(&view)[..3], [StepState::Done, StepState::Current, StepState::Ahead]);
    unlock(&alice).await;
    let offered = alice.waiting_exchange(Role::Holder).await;
    assert_eq!(alice.profile.connection(&to_desk).await.unwrap().row.phase, ConnectionPhase::Connected);

    // Accepted while the desk is locked; issued when it opens.
    desk.profile.lock().await.unwrap();
    alice.profile.accept_offer(&offered).await.unwrap();
    alice.profile.lock().await.unwrap();
    unlock(&alice).await;
    unlock(&desk).await;
    assert_eq!(states(&alice.ended(&offered).await), [StepState::Done; 6]);
    let view = desk.ended(&made.exchange_id).await;
    assert_eq!(states(&view), [StepState::Done; 6]);
    assert_eq!((view.card.state, view.card.issuer.as_str()), (CardState::Signed, "Desk"));
    assert_eq!(alice.credentials("").await, 1);
    let offers = view.history.iter().filter(|line| line.sentence.starts_with("Offered")).count();
    assert_eq!(offers, 1, "it left once");
}

#[tokio::test(flavor = "multi_thread")]
async fn the_wallet_opens_by_its_passphrase_and_its_newest_words_only() {
    let computer = Computer::new();
    let profile = computer.profile("words");
    assert_eq!(profile.app_state().await.unwrap().wallet, WalletState::None);
    let wallet = |passphrase: &str| NewWallet {
        label: "Me".to_owned(),
        keyring: false,
        passphrase: Some(passphrase.to_owned()),
    };
    assert_eq!(profile.create_wallet(wallet("password")).await.err().unwrap().code, "passphrase-weak");
    let first = profile.create_wallet(wallet(PASSPHRASE)).await.unwrap();
    assert!(profile.app_state().await.unwrap().recovery_words_unconfirmed);
    let typed = |words: &[String], ask: &[u32]| -> Vec<WordTyped> {
        ask.iter().map(|place| WordTyped { place: *place, word: words[*place as usize - 1].clone() }).collect()
    };
    let mut wrong = typed(&first.words, &first.ask);
    wrong[0].word = "zebra".to_owned() + &wrong[0].word;
    assert_eq!(profile.confirm_recovery_words(&wrong).await.unwrap_err().code, "recovery-words-differ");
    profile.confirm_recovery_words(&typed(&first.words, &first.ask)).await.unwrap();
    assert!(!profile.app_state().await.unwrap().recovery_words_unconfirmed);

    let second = profile.new_recovery_words().await.unwrap();
    profile.lock().await.unwrap();
    assert_eq!(
        profile.unlock_with_recovery_words(first.words.join(" ").into()).await.unwrap_err().code,
        "wrong-recovery-words"
    );
    tokio::time::sleep(Duration::from_millis(1100)).await;
    profile.unlock_with_recovery_words(second.words.join(" ").into()).await.unwrap();
    assert_eq!(profile.remove_passphrase(PASSPHRASE.to_owned().into()).await.unwrap_err().code, "last-lock");
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_added_is_said_in_one_of_a_few_ways() {
    let desk = person("Desk").await;
    let reason = async |text: &str| match desk.profile.look_at(text).await.unwrap() {
        Found::Nothing { reason } => reason.code,
        other => panic!("{other:?}"),
    };
    assert_eq!(reason("hello").await, "nothing-known");
    assert_eq!(reason("openid-credential-offer://?x=1").await, "invitation-unsupported");
    let invitation = desk
        .profile
        .create_invitation(NewInvitation {
            alias: None,
            goal: None,
            for_issuing: false,
            multi_use: true,
            expires_in_hours: Some(1),
        })
        .await
        .unwrap();
    assert_eq!(reason(&invitation.url).await, "invitation-own");
    assert_eq!(reason(&invitation.url[..invitation.url.len() - 40]).await, "invitation-malformed");
    assert!(matches!(
        desk.profile.look_at("https://example.org/x").await.unwrap(),
        Found::ShortLink { private: false, .. }
    ));
    assert!(matches!(
        desk.profile.look_at("http://192.168.1.1/x").await.unwrap(),
        Found::ShortLink { private: true, .. }
    ));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_admin_api_answers_with_its_key_and_only_while_the_wallet_is_open() {
    let desk = person("Desk").await;
    assert!(!desk.profile.app_state().await.unwrap().api.on);
    let opened = desk.profile.switch_api(true).await.unwrap().unwrap();
    let state = desk.profile.app_state().await.unwrap().api;
    assert_eq!(state.address.as_deref(), Some(opened.address.as_str()));
    let status = |key: Option<String>| {
        let address = opened.address.clone();
        async move { get(&address, key.as_deref()).await }
    };
    assert_eq!(status(None).await, Some(401));
    assert_eq!(status(Some(opened.key.clone())).await, Some(200));
    desk.profile.lock().await.unwrap();
    assert_ne!(status(Some(opened.key.clone())).await, Some(200));
    desk.profile.unlock_with_passphrase(PASSPHRASE.to_owned().into()).await.unwrap();
    assert_eq!(status(Some(opened.key.clone())).await, Some(200));
    assert!(desk.profile.switch_api(false).await.unwrap().is_none());
    assert_ne!(status(Some(opened.key.clone())).await, Some(200));
}

/// The status that `/connections` is answered with; `None` where nobody answers.
async fn get(address: &str, key: Option<&str>) -> Option<u16> {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let host = address.strip_prefix("http://")?;
    let mut stream = tokio::net::TcpStream::connect(host).await.ok()?;
    let key = key.map(|key| format!("X-API-Key: {key}\r\n")).unwrap_or_default();
    stream
        .write_all(format!("GET /connections HTTP/1.1\r\nHost: {host}\r\n{key}Connection: close\r\n\r\n").as_bytes())
        .await
        .ok()?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await.ok()?;
    answer.split(' ').nth(1)?.parse().ok()
}
