//! The admin API's switch.

use vouchsafe_agent::Agent;

use super::Profile;
use crate::commands::Answer;
use crate::view::Failure;
use crate::view::app::ApiSwitch;
use crate::view::settings::ApiOpened;

/// The API while it is served.
pub struct Served;

impl Served {
    /// Serve it, if the switch was on when the wallet was last open.
    pub async fn resume(_agent: &Agent) -> Option<Self> {
        None
    }

    /// No longer.
    pub fn stop(&self) {}
}

impl Profile {
    /// The switch as it is.
    pub(super) fn api_switch(&self) -> ApiSwitch {
        ApiSwitch { on: false, address: None }
    }

    /// Switch the admin API on, with a new key, or off.
    ///
    /// # Errors
    ///
    /// `wallet-locked`, `not-available`.
    pub async fn switch_api(&self, on: bool) -> Answer<Option<ApiOpened>> {
        self.open()?;
        if on {
            return Err(Failure::new(
                "not-available",
                "Not available",
                "The admin API cannot be served from the window yet.",
                "Use vouchsafe-agent.",
            ));
        }
        Ok(None)
    }
}
