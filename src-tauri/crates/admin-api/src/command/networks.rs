//! Where DIDs are looked up and written, by the flags: the did:cheqd networks (as the configuration of ACA-Py's cheqd
//! plugin, as flags of ours, or one by one) and a universal resolver for the methods that are not known here.

use regex::Regex;
use serde_yaml_ng::Value as Yaml;
use url::Url;
use vouchsafe_agent::Config;
use vouchsafe_agent::cheqd::{Network, UniversalResolver};
use vouchsafe_agent::transport::address::is_evidently_private;

use super::CommandError;
use super::given::Given;

/// ACA-Py's universal resolver where none is named.
const DEFAULT_UNIVERSAL: &str = "https://dev.uniresolver.io/1.0";

/// The longest pattern that the wallet looks at.
const MAX_PATTERN: usize = 1000;

fn usage(text: impl Into<String>) -> CommandError {
    CommandError::Usage(text.into())
}

/// The settings of ACA-Py's cheqd plugin.
#[derive(Debug, Default, PartialEq, Eq)]
struct Plugin {
    resolver: Option<String>,
    registrar: Option<String>,
}

impl Plugin {
    /// Takes one setting, named as the plugin names it, alone or under the plugin's name.
    fn set(&mut self, source: &str, name: &str, value: &str) -> Result<(), CommandError> {
        let place = match name.strip_prefix("cheqd.").unwrap_or(name) {
            "resolver_url" => &mut self.resolver,
            "registrar_url" => &mut self.registrar,
            _ => {
                return Err(usage(format!(
                    "{source}: `{name}` is not a setting of what is built in; resolver_url and registrar_url are"
                )));
            }
        };
        *place = Some(address(source, value)?);
        Ok(())
    }

    fn set_all(&mut self, source: &str, prefix: &str, settings: &Yaml) -> Result<(), CommandError> {
        let entries = settings.as_mapping().ok_or_else(|| usage(format!("{source} is not a mapping of settings")))?;
        for (name, value) in entries {
            let name = name.as_str().unwrap_or_default();
            match value {
                Yaml::Mapping(_) if prefix.is_empty() && name == "cheqd" => self.set_all(source, "cheqd.", value)?,
                Yaml::String(text) => self.set(source, &format!("{prefix}{name}"), text)?,
                _ => return Err(usage(format!("{source}: `{name}` is not text"))),
            }
        }
        Ok(())
    }
}

/// The did:cheqd networks. `read` reads a file.
///
/// # Errors
/// [`CommandError::Usage`] for what is no address or no setting.
pub(super) fn networks(
    given: &Given,
    read: impl Fn(&str) -> std::io::Result<String>,
) -> Result<Vec<Network>, CommandError> {
    let mut plugin = Plugin::default();
    if let Some(path) = given.one("plugin-config") {
        let source = format!("--plugin-config {path}");
        let text = read(path).map_err(|error| usage(format!("{source} cannot be read: {error}")))?;
        let settings = serde_yaml_ng::from_str(&text).map_err(|error| usage(format!("{source}: {error}")))?;
        plugin.set_all(&source, "", &settings)?;
    }
    for setting in given.all("plugin-config-value") {
        let (name, value) = setting
            .split_once('=')
            .ok_or_else(|| usage(format!("--plugin-config-value: `{setting}` is not KEY=VALUE")))?;
        plugin.set("--plugin-config-value", name.trim(), value.trim())?;
    }
    for (flag, name) in [("cheqd-resolver-url", "resolver_url"), ("cheqd-registrar-url", "registrar_url")] {
        if let Some(url) = given.one(flag) {
            plugin.set(&format!("--{flag}"), name, url)?;
        }
    }
    let mut networks = Network::defaults();
    for network in &mut networks {
        if let Some(resolver) = &plugin.resolver {
            network.resolver.clone_from(resolver);
        }
        if let Some(registrar) = &plugin.registrar {
            network.registrar = Some(registrar.clone());
        }
    }
    for text in given.all("cheqd-network") {
        let network = named(text)?;
        match networks.iter_mut().find(|known| known.namespace == network.namespace) {
            Some(known) => *known = network,
            None => networks.push(network),
        }
    }
    Ok(networks)
}

/// `NAME=RESOLVER[,REGISTRAR]`.
fn named(text: &str) -> Result<Network, CommandError> {
    const FLAG: &str = "--cheqd-network";
    let (namespace, addresses) =
        text.split_once('=').ok_or_else(|| usage(format!("{FLAG}: `{text}` is not NAME=RESOLVER[,REGISTRAR]")))?;
    let plain = |character: char| character.is_ascii_alphanumeric();
    if namespace.is_empty() || namespace.len() > 32 || !namespace.chars().all(plain) {
        return Err(usage(format!("{FLAG}: the name of a network has letters and digits")));
    }
    let (resolver, registrar) = match addresses.split_once(',') {
        Some((resolver, registrar)) => (resolver, Some(address(FLAG, registrar)?)),
        None => (addresses, None),
    };
    Ok(Network {
        resolver: address(FLAG, resolver)?,
        registrar,
        practice: namespace == "practice",
        namespace: namespace.to_owned(),
    })
}

/// The universal resolver, if one is wanted.
///
/// # Errors
/// [`CommandError::Usage`] for what is no address, or for patterns without a resolver.
pub(super) fn universal(given: &Given) -> Result<Option<UniversalResolver>, CommandError> {
    let methods: Vec<String> = given.all("universal-resolver-regex").into_iter().map(str::to_owned).collect();
    if !given.is_set("universal-resolver") {
        if methods.is_empty() {
            return Ok(None);
        }
        return Err(usage("--universal-resolver-regex cannot be used without --universal-resolver"));
    }
    for pattern in &methods {
        // One that cannot be used would match nothing, without a word.
        if pattern.len() > MAX_PATTERN || Regex::new(pattern).is_err() {
            let shown = crate::error::cut(pattern);
            return Err(usage(format!(
                "--universal-resolver-regex: `{shown}` is not a regular expression that is taken"
            )));
        }
    }
    let base = match given.one("universal-resolver") {
        None | Some("" | "DEFAULT" | "true") => DEFAULT_UNIVERSAL.to_owned(),
        Some(url) => address("--universal-resolver", url)?,
    };
    // ACA-Py names the resolver's API, and asks it below this path.
    Ok(Some(UniversalResolver { url: format!("{}/identifiers/", base.trim_end_matches('/')), methods }))
}

/// Refuses a ledger's services on this computer or its network for a wallet that contacts nobody there: each look-up would fail
/// for that, and much later.
///
/// # Errors
/// [`CommandError::Usage`] that names the first.
pub(super) fn refuse_private(config: &Config) -> Result<(), CommandError> {
    let networks = config.networks.iter().filter(|network| !network.practice);
    for address in networks.flat_map(|network| [Some(&network.resolver), network.registrar.as_ref()]).flatten() {
        if Url::parse(address).is_ok_and(|url| is_evidently_private(&url)) {
            return Err(usage(format!(
                "{address} is on this computer or its network, where this wallet contacts nobody: add \
                 `--private-addresses allow`"
            )));
        }
    }
    Ok(())
}

fn address(flag: &str, text: &str) -> Result<String, CommandError> {
    let text = text.trim();
    let url = Url::parse(text).ok().filter(|url| matches!(url.scheme(), "http" | "https") && url.has_host());
    let Some(url) = url else {
        return Err(usage(format!("{flag}: `{}` is not an http or https address", crate::error::cut(text))));
    };
    if !url.username().is_empty() || url.password().is_some() {
        // The settings are shown by the admin API.
        return Err(usage(format!("{flag}: an address with a name or a password in it is not taken")));
    }
    Ok(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    const RESOLVER: &str = "http://localhost:8080/1.0/identifiers/";
    const REGISTRAR: &str = "http://localhost:9080/1.0/";

    fn given(line: &str) -> Result<Given, CommandError> {
        let arguments: Vec<String> =
            ["vouchsafe-agent"].into_iter().chain(line.split_whitespace()).map(str::to_owned).collect();
        Given::read(&arguments, |_| None, |_| Err(std::io::ErrorKind::NotFound.into()))
    }

    fn networks_of(line: &str, file: &str) -> Result<Vec<Network>, CommandError> {
        networks(&given(line)?, |_| Ok(file.to_owned()))
    }

    fn addresses(networks: &[Network]) -> Vec<(&str, &str, Option<&str>)> {
        networks
            .iter()
            .map(|network| (network.namespace.as_str(), network.resolver.as_str(), network.registrar.as_deref()))
            .collect()
    }

    #[test]
    fn the_plugin_s_settings_come_by_file_by_value_and_by_flag() {
        let both = [("testnet", RESOLVER, Some(REGISTRAR)), ("mainnet", RESOLVER, Some(REGISTRAR))];
        let plain = format!("resolver_url: \"{RESOLVER}\"\nregistrar_url: \"{REGISTRAR}\"\n");
        let nested = format!("cheqd:\n  resolver_url: {RESOLVER}\n  registrar_url: {REGISTRAR}\n");
        for file in [plain, nested] {
            assert_eq!(addresses(&networks_of("start --plugin-config x.yml", &file).unwrap()), both);
        }
        for line in [
            format!("start --plugin-config-value cheqd.resolver_url={RESOLVER} cheqd.registrar_url={REGISTRAR}"),
            format!("start -o resolver_url={RESOLVER} -o registrar_url={REGISTRAR}"),
            format!("start --cheqd-resolver-url {RESOLVER} --cheqd-registrar-url {REGISTRAR}"),
        ] {
            assert_eq!(addresses(&networks_of(&line, "").unwrap()), both, "{line}");
        }
    }

    #[test]
    fn a_network_is_added_or_replaced_by_its_name() {
        let line = format!("start --cheqd-network practice={RESOLVER},{REGISTRAR} --cheqd-network mainnet={RESOLVER}");
        let networks = networks_of(&line, "").unwrap();
        let names: Vec<_> = networks.iter().map(|network| (network.namespace.as_str(), network.practice)).collect();
        assert_eq!(names, [("testnet", false), ("mainnet", false), ("practice", true)]);
        assert_eq!(networks[1].registrar, None);
        assert_eq!(networks[2].registrar.as_deref(), Some(REGISTRAR));
    }

    #[test]
    fn a_ledger_on_this_computer_wants_to_be_allowed() {
        let named = |line: &str| Config { networks: networks_of(line, "").unwrap(), ..Config::default() };
        assert!(refuse_private(&named(&format!("start --cheqd-resolver-url {RESOLVER}"))).is_err());
        assert!(refuse_private(&named(&format!("start --cheqd-network practice={RESOLVER}"))).is_ok());
        assert!(refuse_private(&named("start")).is_ok());
    }

    #[test]
    fn what_is_no_setting_or_no_address_is_refused() {
        for line in [
            "start --plugin-config-value other.key=value",
            "start --plugin-config-value resolver_url",
            "start --cheqd-resolver-url nonsense",
            "start --cheqd-resolver-url ftp://example.org/",
            "start --cheqd-registrar-url https://name:secret@example.org/",
            "start --cheqd-network testnet",
            "start --cheqd-network test/net=https://example.org/",
        ] {
            assert!(networks_of(line, "").is_err(), "{line}");
        }
        for file in ["- a", "resolver_url: 7", "webvh:\n  server_url: x", "{"] {
            assert!(networks_of("start --plugin-config x.yml", file).is_err(), "{file}");
        }
    }

    #[test]
    fn the_universal_resolver_is_asked_below_its_api() {
        let of = |line: &str| universal(&given(line).unwrap());
        assert_eq!(of("start").unwrap(), None);
        let named = of("start --universal-resolver http://localhost:8080/1.0 --universal-resolver-regex ^did:cheqd:.*");
        let named = named.unwrap().unwrap();
        assert_eq!(named.url, "http://localhost:8080/1.0/identifiers/");
        assert_eq!(named.methods, ["^did:cheqd:.*"]);
        assert_eq!(
            of("start --universal-resolver").unwrap().unwrap().url,
            "https://dev.uniresolver.io/1.0/identifiers/"
        );
        assert!(of("start --universal-resolver-regex x").is_err());
        assert!(of("start --universal-resolver --universal-resolver-regex (").is_err());
    }
}
