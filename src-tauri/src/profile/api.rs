//! The admin API's switch: opt-in, on loopback, with a key, gone while the wallet is locked. The key is kept in the wallet, so that a controller need not learn a new one after each start, and is shown once, when the switch goes on.

use std::net::{Ipv4Addr, SocketAddr};

use serde::{Deserialize, Serialize};
use tokio::net::TcpListener;
use tokio_util::task::TaskTracker;
use uuid::Uuid;
use vouchsafe_admin_api::{Access, Api, ApiOptions};
use vouchsafe_agent::Agent;
use vouchsafe_agent::transport::listener;
use vouchsafe_store::{Reader, Store, StoreError};

use super::Profile;
use crate::commands::Answer;
use crate::view::app::ApiSwitch;
use crate::view::settings::ApiOpened;
use crate::view::{Failure, Topic};

const KEY: &str = "window-api";

/// What is kept while the switch is on. No Debug: it holds the key.
#[derive(Clone, Serialize, Deserialize)]
struct Opened {
    port: u16,
    key: String,
}

/// The API while it is served.
pub struct Served {
    address: SocketAddr,
    api: Api,
}

impl Served {
    /// Serve it, if the switch was on when the wallet was last open.
    pub async fn resume(agent: &Agent) -> Option<Self> {
        let opened = agent.store().read(|reader: &Reader<'_>| reader.setting::<Opened>(KEY)).await;
        match opened {
            Ok(Some(opened)) => match Self::start(agent, &opened).await {
                Ok(served) => Some(served),
                Err(error) => {
                    tracing::warn!(%error, "the admin API is not served: its port is taken");
                    None
                }
            },
            Ok(None) => None,
            Err(error) => {
                let error: StoreError = error;
                tracing::warn!(%error, "whether the admin API was on is not known");
                None
            }
        }
    }

    async fn start(agent: &Agent, opened: &Opened) -> std::io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, opened.port)).await?;
        let address = listener.local_addr()?;
        let api =
            Api::new(agent.clone(), ApiOptions { access: Access::with_key(&opened.key), ..ApiOptions::default() });
        tokio::spawn(listener::serve(listener, api.router(), Api::BOUNDS, api.shutdown().clone(), TaskTracker::new()));
        Ok(Self { address, api })
    }

    /// No longer.
    pub fn stop(&self) {
        self.api.shutdown().cancel();
    }

    fn address(&self) -> Option<String> {
        // Its own /shutdown ends it too.
        (!self.api.shutdown().is_cancelled()).then(|| format!("http://{}", self.address))
    }
}

impl Profile {
    /// The switch as it is.
    pub(super) fn api_switch(&self) -> ApiSwitch {
        let address = self.open().ok().and_then(|open| open.running.lock().api.as_ref().and_then(Served::address));
        ApiSwitch { on: address.is_some(), address }
    }

    /// Switch the admin API on, with a new key, or off.
    ///
    /// # Errors
    ///
    /// `wallet-locked`, `port-taken`; what the store says.
    pub async fn switch_api(&self, on: bool) -> Answer<Option<ApiOpened>> {
        let _switching = self.changing.lock().await;
        let open = self.open()?;
        if let Some(served) = open.running.lock().api.take() {
            served.stop();
        }
        let store: &Store = open.agent.store();
        if !on {
            store
                .write(|transaction| transaction.delete_setting(KEY))
                .await
                .map_err(|error: StoreError| Failure::from(error))?;
            self.announcer.say([Topic::App, Topic::Settings]);
            return Ok(None);
        }
        let mut opened = Opened { port: 0, key: format!("{}{}", Uuid::new_v4().simple(), Uuid::new_v4().simple()) };
        let served = Served::start(&open.agent, &opened).await.map_err(|error| {
            Failure::new(
                "port-taken",
                "No port is free",
                "The admin API found no port to listen at.",
                "Close other programs and try again.",
            )
            .because(error)
        })?;
        opened.port = served.address.port();
        let answer = ApiOpened { address: format!("http://{}", served.address), key: opened.key.clone() };
        open.running.lock().api = Some(served);
        store
            .write(move |transaction| transaction.put_setting(KEY, &opened))
            .await
            .map_err(|error: StoreError| Failure::from(error))?;
        self.announcer.say([Topic::App, Topic::Settings]);
        Ok(Some(answer))
    }
}
