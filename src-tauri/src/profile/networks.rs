//! Networks: their addresses, whether their services answer, and the practice network's switch.

use std::time::Instant;

use url::Url;
use vouchsafe_agent::cheqd::{CHEQD, Network};
use vouchsafe_store::{DidFilter, Page as StorePage, StoreError};

use super::Profile;
use super::running::ALL;
use crate::commands::Answer;
use crate::practice;
use crate::view::Failure;
use crate::view::identities::network_of;
use crate::view::networks::{NetworkAddresses, NetworkChecked, NetworkView};

/// The longest address that is kept.
const MAX_ADDRESS: usize = 2048;

impl Profile {
    /// The networks that this wallet knows, practice first.
    ///
    /// # Errors
    ///
    /// `wallet-locked`; what the store says.
    pub async fn networks(&self) -> Answer<Vec<NetworkView>> {
        let open = self.open()?;
        let kept = open.running.lock().kept.clone();
        let filter = DidFilter { method: Some(CHEQD.to_owned()), ..DidFilter::default() };
        let dids: Vec<String> = open
            .agent
            .store()
            .read(move |reader| Ok(reader.dids(&filter, StorePage::ALL)?.into_iter().map(|row| row.did).collect()))
            .await
            .map_err(|error: StoreError| Failure::from(error))?;
        let count = |namespace: &str| {
            let count = dids.iter().filter(|did| network_of(did).as_deref() == Some(namespace)).count();
            u32::try_from(count).unwrap_or(u32::MAX)
        };
        let running = self.practice.network().filter(|_| kept.practice);
        let mut views = vec![NetworkView::practice(kept.practice, running, self.practice.trouble())];
        views.extend(kept.public_networks().into_iter().map(NetworkView::public));
        for view in &mut views {
            view.identities = count(&view.namespace);
        }
        Ok(views)
    }

    /// Save a network's addresses.
    ///
    /// # Errors
    ///
    /// `network-unknown`, `network-address`, `wallet-locked`; what the store says.
    pub async fn save_network(&self, addresses: NetworkAddresses) -> Answer<Vec<NetworkView>> {
        let open = self.open()?;
        let usual = Network::defaults().into_iter().find(|network| network.namespace == addresses.namespace);
        let usual = usual.ok_or_else(|| unknown(&addresses.namespace))?;
        let resolver = address(&addresses.resolver)?.unwrap_or_else(|| usual.resolver.clone());
        let registrar = address(addresses.registrar.as_deref().unwrap_or_default())?;
        let network = Network { resolver, registrar, ..usual.clone() };
        self.change_kept(&open, |kept| {
            kept.networks.retain(|known| known.namespace != network.namespace);
            if network != usual {
                kept.networks.push(network);
            }
        })
        .await?;
        self.announcer.say(ALL);
        self.networks().await
    }

    /// Ask a network's resolver and registrar whether they are there.
    ///
    /// # Errors
    ///
    /// `network-unknown`, `wallet-locked`.
    pub async fn check_network(&self, namespace: &str) -> Answer<NetworkChecked> {
        let open = self.open()?;
        if namespace == practice::NAMESPACE && open.running.lock().kept.practice {
            self.start_practice(&open).await?;
        }
        if open.agent.config().network(namespace).is_err() {
            return Err(unknown(namespace));
        }
        let (begun, at) = (Instant::now(), open.agent.now());
        let checked = open.agent.check_network(namespace).await?;
        Ok(NetworkChecked::of(namespace, &checked, at, begun.elapsed()))
    }

    /// Switch the practice network on or off for this wallet. Its identities stay in the wallet, and on the ledger.
    ///
    /// # Errors
    ///
    /// What keeps the ledger from running, `wallet-locked`; what the store says.
    pub async fn switch_practice(&self, on: bool) -> Answer<Vec<NetworkView>> {
        let open = self.open()?;
        let network = if on { Some(self.practice.start().await?) } else { None };
        open.change_kept(network, |kept| {
            kept.practice = on;
            kept.first_identity &= on;
        })
        .await?;
        self.announcer.say(ALL);
        self.networks().await
    }

    /// The practice ledger runs, and the agent knows where.
    pub(super) async fn start_practice(&self, open: &super::wallet::Open) -> Answer<()> {
        let network = self.practice.start().await?;
        if open.agent.config().networks.contains(&network) {
            return Ok(());
        }
        open.change_kept(Some(network), |_| {}).await
    }
}

fn unknown(namespace: &str) -> Failure {
    Failure::invalid(
        "network-unknown",
        format!("This wallet knows no network “{}”.", namespace.chars().take(40).collect::<String>()),
        "Choose one of its networks, or switch practice on in the settings.",
    )
}

/// A base address as it is kept: whole, ending in a slash; `None` where nothing was typed.
fn address(typed: &str) -> Answer<Option<String>> {
    let typed = typed.trim();
    if typed.is_empty() {
        return Ok(None);
    }
    let refused = || {
        Failure::invalid(
            "network-address",
            "This is not the address of a service: it begins with https:// (or http://), names a host and has no question mark.",
            "Mend the address, or leave it empty.",
        )
    };
    let mut url = Url::parse(typed).map_err(|error| refused().because(error))?;
    let fits = matches!(url.scheme(), "http" | "https")
        && url.has_host()
        && url.username().is_empty()
        && url.password().is_none()
        && url.query().is_none()
        && url.fragment().is_none()
        && typed.len() <= MAX_ADDRESS;
    if !fits {
        return Err(refused());
    }
    if !url.path().ends_with('/') {
        let path = format!("{}/", url.path());
        url.set_path(&path);
    }
    Ok(Some(url.into()))
}

#[cfg(test)]
mod tests {
    use super::address;

    #[test]
    fn an_address_is_kept_whole_and_anything_else_refused() {
        assert_eq!(address(" https://a.example/1.0 ").unwrap().as_deref(), Some("https://a.example/1.0/"));
        assert_eq!(address("  ").unwrap(), None);
        for typed in
            ["a.example", "ftp://a.example/", "https://me:secret@a.example/", "https://a.example/?x=1", "http:"]
        {
            assert_eq!(address(typed).unwrap_err().code, "network-address", "{typed}");
        }
    }
}
