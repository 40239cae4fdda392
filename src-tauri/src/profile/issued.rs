//! Issued credentials and their status.

use super::Profile;
use crate::commands::Answer;
use crate::view::Failure;
use crate::view::issued::{IssuedPage, IssuedQuery, StatusChange, StatusChanged};

fn later() -> Failure {
    Failure::new("not-yet", "Not yet", "This version cannot do this yet.", "Use a newer version.")
}

impl Profile {
    /// x
    pub async fn issued(&self, _query: IssuedQuery) -> Answer<IssuedPage> {
        Err(later())
    }
    /// x
    pub async fn set_status(&self, _ids: Vec<String>, _change: StatusChange, _publish: bool) -> Answer<StatusChanged> {
        Err(later())
    }
    /// x
    pub async fn publish_status(&self) -> Answer<StatusChanged> {
        Err(later())
    }
}
