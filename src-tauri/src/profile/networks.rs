//! Networks.

use super::Profile;
use crate::commands::Answer;
use crate::view::Failure;
use crate::view::networks::{NetworkAddresses, NetworkChecked, NetworkView};

fn later() -> Failure {
    Failure::new("not-yet", "Not yet", "This version cannot do this yet.", "Use a newer version.")
}

impl Profile {
    /// x
    pub async fn networks(&self) -> Answer<Vec<NetworkView>> {
        Err(later())
    }
    /// x
    pub async fn save_network(&self, _addresses: NetworkAddresses) -> Answer<Vec<NetworkView>> {
        Err(later())
    }
    /// x
    pub async fn check_network(&self, _namespace: &str) -> Answer<NetworkChecked> {
        Err(later())
    }
    /// x
    pub async fn switch_practice(&self, _on: bool) -> Answer<Vec<NetworkView>> {
        Err(later())
    }
}
