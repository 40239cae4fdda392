//! The frame's state and the settings.

use vouchsafe_agent::cheqd::Network;
use vouchsafe_agent::transport::address::parse_endpoint;
use vouchsafe_store::{ConnectionFilter, DUE, Reader, StoreError, WAITING};

use super::Profile;
use super::keep::{self, Kept};
use super::running::ALL;
use super::wallet::{Open, checked_label, keyring_available};
use crate::commands::Answer;
use crate::view::app::{AppState, FirstIdentity, Reach, ReachKind, Waiting, WalletState};
use crate::view::desktop::DesktopSettings;
use crate::view::settings::{AddressSettings, AutomaticSteps, SettingsView};
use crate::view::{Failure, Topic};

impl Profile {
    /// Everything that the frame of the window needs.
    ///
    /// # Errors
    ///
    /// What the store says.
    pub async fn app_state(&self) -> Answer<AppState> {
        let (wallet, problem, protection) = self.wallet_state();
        let preferences = self.preferences();
        let open = self.open().ok();
        let (label, words_unconfirmed, first_identity) = match &open {
            Some(open) => {
                let running = open.running.lock();
                (running.kept.label.clone(), running.kept.words_unconfirmed, running.first_identity.clone())
            }
            None => (String::new(), false, FirstIdentity::Settled),
        };
        let (reach, waiting) = match &open {
            Some(open) => (self.reach(open).await?, self.waiting(open).await?),
            None => (closed(), Waiting::default()),
        };
        let retry_after = self.retry_after();
        Ok(AppState {
            profile: self.name.clone(),
            // Asking the keyring may make the desktop ask the person: only where it matters.
            keyring_available: match wallet {
                WalletState::None | WalletState::Open => keyring_available().await,
                _ => protection.is_some_and(|protection| protection.keyring),
            },
            wallet,
            problem,
            protection,
            label,
            theme: preferences.theme,
            language: preferences.language,
            reach,
            api: self.api_switch(),
            waiting,
            version: env!("CARGO_PKG_VERSION").to_owned(),
            recovery_words_unconfirmed: words_unconfirmed,
            first_identity,
            locked_because: if open.is_some() { None } else { *self.locked_because.lock() },
            working: self.working().await,
            retry_after,
            lock: open.as_ref().map(|open| open.running.lock().kept.lock),
            zoom: preferences.zoom,
        })
    }

    /// What waits for the person; `None` while it is locked, or where the store does not say.
    pub async fn waits(&self) -> Option<Waiting> {
        let open = self.open().ok()?;
        self.waiting(&open).await.ok()
    }

    async fn waiting(&self, open: &Open) -> Answer<Waiting> {
        let lets_in = open.running.lock().kept.automatic.accept_connections;
        let (counts, asking, unread) = open
            .agent
            .store()
            .read(move |reader: &Reader<'_>| {
                let asking =
                    ConnectionFilter { state: Some("request-received".to_owned()), ..ConnectionFilter::default() };
                // Where everyone is let in, a request is there for a moment only.
                let asking = if lets_in { 0 } else { reader.count_connections(&asking)? };
                Ok::<_, StoreError>((reader.exchange_counts()?, asking, reader.count_unread_messages()?))
            })
            .await?;
        let count = |role: &str, states: &[&str]| {
            counts
                .iter()
                .filter(|count| count.role == role && states.contains(&count.state.as_str()))
                .map(|count| u32::try_from(count.count).unwrap_or(u32::MAX))
                .sum()
        };
        Ok(Waiting {
            offers: count("holder", &["offer-received"]),
            requests: count("issuer", &["request-received", "proposal-received"]),
            connections: u32::try_from(asking).unwrap_or(u32::MAX),
            messages: u32::try_from(unread).unwrap_or(u32::MAX),
            ledger_jobs: open.stuck_jobs().await?,
            status_changes: open.pending_changes().await?,
        })
    }

    async fn reach(&self, open: &Open) -> Answer<Reach> {
        let unsent: u64 = open
            .agent
            .store()
            .read(|reader: &Reader<'_>| Ok::<_, StoreError>(reader.count_outbox(DUE)? + reader.count_outbox(WAITING)?))
            .await?;
        let running = open.running.lock();
        let kind = running.reach_kind();
        let address = running.address();
        let sentence = match (&running.trouble, kind) {
            (Some(_), _) => "Others cannot reach this wallet: its port is taken by another program. Choose another one in the settings.".to_owned(),
            (None, ReachKind::Computer) => "Reachable from this computer".to_owned(),
            (None, ReachKind::Network) => format!("Reachable at {}", address.as_deref().unwrap_or_default()),
            (None, ReachKind::None | ReachKind::Closed) => "Reaches others; others cannot reach it first".to_owned(),
        };
        Ok(Reach { kind, address, sentence, unsent: u32::try_from(unsent).unwrap_or(u32::MAX) })
    }

    /// The settings as they are.
    ///
    /// # Errors
    ///
    /// `wallet-locked`; what the store says.
    pub async fn settings(&self) -> Answer<SettingsView> {
        let open = self.open()?;
        let reach = self.reach(&open).await?;
        let preferences = self.preferences();
        let (_, _, protection) = self.wallet_state();
        let protection = protection.ok_or_else(Failure::locked)?;
        let kept = open.running.lock().kept.clone();
        Ok(SettingsView {
            label: kept.label,
            listen: kept.listen,
            endpoint: kept.endpoint,
            reach,
            automatic: kept.automatic,
            theme: preferences.theme,
            language: preferences.language,
            desktop: DesktopSettings {
                on_close: preferences.on_close,
                lock_when_closed: preferences.lock_when_closed,
                notifications: preferences.notifications,
            },
            tray: self.announcer.has_tray(),
            protection,
            lock: kept.lock,
            api: self.api_switch(),
            folder: self.folder().display().to_string(),
        })
    }

    /// Save the label and the address. Where the address changed, the wallet starts anew: what is under way goes on from the store.
    ///
    /// # Errors
    ///
    /// What cannot be used, `wallet-locked`, what the store says.
    pub async fn save_address(&self, address: AddressSettings) -> Answer<SettingsView> {
        let label = checked_label(&address.label)?;
        let endpoint = address
            .endpoint
            .map(|endpoint| endpoint.trim().trim_end_matches('/').to_owned())
            .filter(|endpoint| !endpoint.is_empty());
        if let Some(endpoint) = &endpoint
            && (endpoint.len() > 2048 || parse_endpoint(endpoint).is_err())
        {
            return Err(Failure::invalid(
                "endpoint-invalid",
                "The address for invitations has to begin with http://, https://, ws:// or wss:// and name a host.",
                "Mend the address, or leave it empty.",
            ));
        }
        let open = self.open()?;
        let before = open.running.lock().kept.clone();
        self.change_kept(&open, |kept| {
            kept.label = label;
            kept.listen = address.listen;
            kept.endpoint = endpoint;
        })
        .await?;
        if before.listen != address.listen || open.running.lock().trouble.is_some() {
            drop(open);
            self.start_anew().await?;
        }
        self.announcer.say(ALL);
        self.settings().await
    }

    /// Choose the steps that are taken without asking.
    ///
    /// # Errors
    ///
    /// `wallet-locked`; what the store says.
    pub async fn save_automatic_steps(&self, steps: AutomaticSteps) -> Answer<SettingsView> {
        let open = self.open()?;
        self.change_kept(&open, |kept| kept.automatic = steps).await?;
        self.announcer.say([Topic::Settings]);
        self.settings().await
    }

    /// Change what the window keeps in the wallet: on the disk first, in the agent after.
    pub(super) async fn change_kept(&self, open: &Open, change: impl FnOnce(&mut Kept)) -> Answer<()> {
        open.change_kept(self.practice.network(), change).await
    }
}

impl Open {
    /// Change what the window keeps in the wallet: on the disk first, in the agent after. `practice` is the practice
    /// network while it runs.
    pub(super) async fn change_kept(&self, practice: Option<Network>, change: impl FnOnce(&mut Kept)) -> Answer<()> {
        let _one = self.keeping.lock().await;
        let mut kept = self.running.lock().kept.clone();
        change(&mut kept);
        keep::write(self.agent.store(), &kept).await?;
        let config = {
            let mut running = self.running.lock();
            running.kept = kept;
            running.kept.config(running.endpoints(), practice)
        };
        self.agent.set_config(config);
        Ok(())
    }
}

fn closed() -> Reach {
    Reach { kind: ReachKind::Closed, address: None, sentence: "Locked".to_owned(), unsent: 0 }
}
