//! Identities.

use super::Profile;
use crate::commands::Answer;
use crate::view::identities::{IdentityPlan, IdentityRow, IdentityService, IdentityView, LedgerJobView, NewIdentity};
use crate::view::{Failure, ListQuery, Page};

fn later() -> Failure {
    Failure::new("not-yet", "Not yet", "This version cannot do this yet.", "Use a newer version.")
}

impl Profile {
    /// x
    pub async fn identities(&self, _query: ListQuery) -> Answer<Page<IdentityRow>> {
        Err(later())
    }
    /// x
    pub async fn identity(&self, _did: &str) -> Answer<IdentityView> {
        Err(later())
    }
    /// x
    pub async fn plan_identity(&self, _identity: NewIdentity) -> Answer<IdentityPlan> {
        Err(later())
    }
    /// x
    pub async fn create_identity(&self, _identity: NewIdentity) -> Answer<IdentityView> {
        Err(later())
    }
    /// x
    pub async fn make_first_identity(&self) -> Answer<()> {
        Err(later())
    }
    /// x
    pub async fn rename_identity(&self, _did: &str, _name: &str) -> Answer<IdentityView> {
        Err(later())
    }
    /// x
    pub async fn use_identity(&self, _did: &str) -> Answer<IdentityView> {
        Err(later())
    }
    /// x
    pub async fn plan_services(&self, _did: &str, _services: Vec<IdentityService>) -> Answer<IdentityPlan> {
        Err(later())
    }
    /// x
    pub async fn save_services(&self, _did: &str, _services: Vec<IdentityService>) -> Answer<IdentityView> {
        Err(later())
    }
    /// x
    pub async fn rotate_key(&self, _did: &str) -> Answer<IdentityView> {
        Err(later())
    }
    /// x
    pub async fn deactivate_identity(&self, _did: &str) -> Answer<IdentityView> {
        Err(later())
    }
    /// x
    pub async fn check_identity(&self, _did: &str) -> Answer<IdentityView> {
        Err(later())
    }
    /// x
    pub async fn ledger_jobs(&self) -> Answer<Vec<LedgerJobView>> {
        Ok(Vec::new())
    }
    /// x
    pub async fn retry_ledger_job(&self, _id: &str) -> Answer<Vec<LedgerJobView>> {
        Err(later())
    }
    /// x
    pub async fn dismiss_ledger_job(&self, _id: &str) -> Answer<Vec<LedgerJobView>> {
        Err(later())
    }
}
