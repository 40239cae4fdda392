//! The flags as settings of a wallet: who it is, where it listens, who may drive it.

use std::net::IpAddr;
use std::path::PathBuf;

use serde_json::{Map, Value, json};
use url::Url;
use vouchsafe_agent::transport::address::{is_evidently_private, is_public};
use vouchsafe_agent::{Config, Policy, PrivateAddresses};
use vouchsafe_store::Passphrase;

use super::given::Given;
use super::{CommandError, networks};
use crate::routes::read_seed;
use crate::{Access, ApiOptions, webhooks::WebhookTarget};

/// A host and a port to listen at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Listen {
    /// The host, as given.
    pub host: String,
    /// The port; 0: a free one.
    pub port: u16,
}

impl Listen {
    fn read(flag: &str, host: &str, port: &str) -> Result<Self, CommandError> {
        let port = port.parse().map_err(|_| usage(format!("--{flag}: `{port}` is not a port")))?;
        Ok(Self { host: host.to_owned(), port })
    }

    /// As the system takes it.
    pub fn address(&self) -> String {
        match self.host.parse::<IpAddr>() {
            Ok(IpAddr::V6(six)) => format!("[{six}]:{}", self.port),
            _ => format!("{}:{}", self.host, self.port),
        }
    }

    fn is_loopback(&self) -> bool {
        self.host == "localhost" || self.host.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
    }

    fn is_private(&self) -> bool {
        let unspecified = |address: IpAddr| address.is_unspecified();
        self.host == "localhost"
            || self.host.parse().is_ok_and(|address: IpAddr| !unspecified(address) && !is_public(address))
    }
}

/// How the wallet opens.
pub(crate) enum Key {
    /// By its passphrase.
    Passphrase(Passphrase),
    /// By the desktop's keyring.
    Keyring,
}

/// Which wallet.
pub(crate) struct WalletSettings {
    pub folder: PathBuf,
    pub key: Key,
    pub provision: bool,
    pub recreate: bool,
    pub seed: Option<[u8; 32]>,
}

/// How the wallet is served.
pub(crate) struct ServeSettings {
    pub config: Config,
    pub inbound: Vec<(String, Listen)>,
    pub admin: Option<(Listen, ApiOptions)>,
    pub webhooks: Vec<WebhookTarget>,
    pub invite: Option<Invite>,
}

/// An invitation to be printed after the start.
pub(crate) struct Invite {
    pub label: Option<String>,
    pub multi_use: bool,
    pub public: bool,
    pub metadata: Map<String, Value>,
}

fn usage(text: impl Into<String>) -> CommandError {
    CommandError::Usage(text.into())
}

/// Which wallet, by the flags.
pub(crate) fn wallet(given: &Given) -> Result<WalletSettings, CommandError> {
    let name = given.one("wallet-name").unwrap_or("default");
    let plain = |character: char| character.is_ascii_alphanumeric() || matches!(character, '-' | '_' | '.');
    if name.is_empty() || name.len() > 100 || name.starts_with('.') || !name.chars().all(plain) {
        return Err(usage("--wallet-name takes letters, digits, `-`, `_` and `.`, and does not begin with `.`"));
    }
    let home = match given.one("wallet-storage-path") {
        Some(path) => PathBuf::from(path),
        None => {
            platform_folder().ok_or_else(|| usage("there is no home folder; name one with --wallet-storage-path"))?
        }
    };
    Ok(WalletSettings {
        folder: home.join(name),
        key: key(given)?,
        provision: given.is_set("auto-provision") || given.command == "provision",
        recreate: given.is_set("recreate-wallet"),
        seed: given.one("seed").map(read_seed).transpose().map_err(|error| usage(format!("--seed: {}", error.text)))?,
    })
}

fn key(given: &Given) -> Result<Key, CommandError> {
    match given.one("wallet-key-from") {
        Some("keyring") if given.is_set("wallet-key") || given.is_set("wallet-key-fd") => {
            return Err(usage("--wallet-key-from and a passphrase exclude one another"));
        }
        Some("keyring") => return Ok(Key::Keyring),
        Some(other) => return Err(usage(format!("--wallet-key-from: `{other}` is unknown; `keyring` is known"))),
        None => {}
    }
    if let Some(number) = given.one("wallet-key-fd") {
        let number: u32 = number.parse().map_err(|_| usage("--wallet-key-fd takes the number of an open file"))?;
        let text = std::fs::read_to_string(format!("/dev/fd/{number}"))
            .map_err(|error| usage(format!("--wallet-key-fd: it cannot be read: {error}")))?;
        return Ok(Key::Passphrase(Passphrase::new(text.trim_end_matches(['\r', '\n']))));
    }
    match given.one("wallet-key") {
        Some(text) if !text.is_empty() => Ok(Key::Passphrase(Passphrase::new(text))),
        _ => Err(usage(
            "the wallet needs its passphrase: --wallet-key, --wallet-key-fd, ACAPY_WALLET_KEY or VOUCHSAFE_WALLET_KEY; \
             or --wallet-key-from keyring",
        )),
    }
}

/// Where a person's programs keep what is theirs.
fn platform_folder() -> Option<PathBuf> {
    let variable = |name: &str| std::env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    let home = || variable("HOME");
    let base = if cfg!(windows) {
        variable("APPDATA")
    } else if cfg!(target_os = "macos") {
        home().map(|home| home.join("Library/Application Support"))
    } else {
        variable("XDG_DATA_HOME").or_else(|| home().map(|home| home.join(".local/share")))
    };
    base.map(|base| base.join("vouchsafe").join("agents"))
}

/// How the wallet is served, by the flags.
pub(crate) fn serve(given: &Given) -> Result<ServeSettings, CommandError> {
    let mut inbound = Vec::new();
    if !given.is_set("no-transport") {
        for values in given.each("inbound-transport") {
            let [module, host, port] = values else { continue };
            if !matches!(module.as_str(), "http" | "ws") {
                return Err(usage(format!("--inbound-transport: `{module}` is unknown; http and ws are served")));
            }
            inbound.push((module.clone(), Listen::read("inbound-transport", host, port)?));
        }
    }
    for module in given.all("outbound-transport") {
        if !matches!(module, "http" | "ws") {
            return Err(usage(format!("--outbound-transport: `{module}` is unknown; http and ws are served")));
        }
    }
    for plugin in given.all("plugin") {
        if !["connections", "cheqd"].contains(&plugin) {
            return Err(usage(format!("--plugin: `{plugin}` cannot be loaded; connections and cheqd are built in")));
        }
    }
    let config = config(given, &inbound)?;
    let webhooks = given
        .all("webhook-url")
        .into_iter()
        .map(|url| url.parse().map_err(|error: crate::webhooks::NotATarget| usage(format!("--webhook-url: {error}"))))
        .collect::<Result<_, _>>()?;
    let admin = admin(given, &config)?;
    Ok(ServeSettings { config, inbound, admin, webhooks, invite: invite(given)? })
}

fn config(given: &Given, inbound: &[(String, Listen)]) -> Result<Config, CommandError> {
    let endpoints: Vec<String> = given.all("endpoint").into_iter().map(str::to_owned).collect();
    let mut urls = Vec::new();
    for endpoint in &endpoints {
        let url = Url::parse(endpoint).ok().filter(Url::has_host);
        let url = url.filter(|url| matches!(url.scheme(), "http" | "https" | "ws" | "wss"));
        urls.push(url.ok_or_else(|| usage(format!("--endpoint: `{endpoint}` is not an http or ws address")))?);
    }
    // Who is on this computer or its network is there to talk to those who are.
    let at_home = urls.iter().any(is_evidently_private) || inbound.iter().any(|(_, listen)| listen.is_private());
    let private_addresses = match given.one("private-addresses") {
        Some("allow") => PrivateAddresses::Allow,
        Some("refuse") => PrivateAddresses::Ask,
        Some(other) => return Err(usage(format!("--private-addresses: `{other}` is neither allow nor refuse"))),
        None if at_home => PrivateAddresses::Allow,
        None => PrivateAddresses::Ask,
    };
    let policy = Policy {
        auto_accept_invites: given.is_set("auto-accept-invites"),
        auto_accept_requests: given.is_set("auto-accept-requests"),
        auto_ping_connection: given.is_set("auto-ping-connection"),
        auto_respond_messages: given.is_set("auto-respond-messages"),
        auto_respond_credential_proposal: given.is_set("auto-respond-credential-proposal"),
        auto_respond_credential_offer: given.is_set("auto-respond-credential-offer"),
        auto_respond_credential_request: given.is_set("auto-respond-credential-request"),
        auto_store_credential: given.is_set("auto-store-credential"),
        preserve_exchange_records: given.is_set("preserve-exchange-records"),
        public_invites: given.is_set("public-invites"),
        requests_through_public_did: given.is_set("requests-through-public-did"),
        keep_messages: false,
        private_addresses,
    };
    if policy.requests_through_public_did && !policy.public_invites {
        return Err(usage("--requests-through-public-did needs --public-invites"));
    }
    let mut config = Config {
        endpoints,
        policy,
        image_url: given.one("image-url").map(str::to_owned),
        networks: networks::networks(given, |path| std::fs::read_to_string(path))?,
        universal_resolver: networks::universal(given)?,
        ..Config::default()
    };
    if private_addresses == PrivateAddresses::Ask {
        networks::refuse_private(&config)?;
    }
    if let Some(label) = given.one("label") {
        label.clone_into(&mut config.label);
    }
    if let Some(size) = given.one("max-message-size") {
        let size: usize = size.parse().map_err(|_| usage("--max-message-size takes a number of bytes"))?;
        config.limits.max_message_bytes = size.clamp(16 * 1024, config.limits.max_message_bytes);
    }
    Ok(config)
}

fn admin(given: &Given, config: &Config) -> Result<Option<(Listen, ApiOptions)>, CommandError> {
    let [host, port] = given.all("admin")[..] else { return Ok(None) };
    let listen = Listen::read("admin", host, port)?;
    let access = match (given.one("admin-api-key").filter(|key| !key.is_empty()), given.is_set("admin-insecure-mode")) {
        (Some(key), false) => Access::with_key(key),
        (None, true) => {
            if !listen.is_loopback() {
                tracing::warn!("the admin API is open to everybody who reaches {}", listen.address());
            }
            Access::insecure(listen.is_loopback())
        }
        _ => return Err(usage("Either --admin-api-key or --admin-insecure-mode must be set but not both.")),
    };
    let megabytes: usize = match given.one("admin-client-max-request-size") {
        None => 1,
        Some(text) => match text.parse() {
            Ok(megabytes) if (1..=16).contains(&megabytes) => megabytes,
            _ => return Err(usage("--admin-client-max-request-size takes 1 to 16 megabytes")),
        },
    };
    let shown_config = json!({
        "admin.enabled": true,
        "admin.admin_insecure_mode": given.is_set("admin-insecure-mode"),
        "default_endpoint": config.endpoints.first(),
        "default_label": config.label,
        "preserve_exchange_records": config.policy.preserve_exchange_records,
        "public_invites": config.policy.public_invites,
        "wallet.name": given.one("wallet-name").unwrap_or("default"),
        "vouchsafe": config,
    });
    let options = ApiOptions {
        access,
        max_body_bytes: megabytes * 1024 * 1024,
        shown_config: shown_config.as_object().cloned().unwrap_or_default(),
        help_link: given.one("help-link").map(str::to_owned),
        receive_invitations: !given.is_set("no-receive-invites"),
        monitor_pings: given.is_set("monitor-ping"),
    };
    Ok(Some((listen, options)))
}

fn invite(given: &Given) -> Result<Option<Invite>, CommandError> {
    if !given.is_set("invite") {
        return Ok(None);
    }
    let metadata = match given.one("invite-metadata-json") {
        None => Map::new(),
        Some(text) => serde_json::from_str(text).map_err(|_| usage("--invite-metadata-json takes a JSON object"))?,
    };
    Ok(Some(Invite {
        label: given.one("invite-label").map(str::to_owned),
        multi_use: given.is_set("invite-multi-use"),
        public: given.is_set("invite-public"),
        metadata,
    }))
}
