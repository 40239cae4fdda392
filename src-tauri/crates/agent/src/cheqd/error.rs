//! Why the ledger was not written, told so that a person knows three things: what happened, whether anything was
//! published, and what to do next. Registrars and resolvers are strangers; what they say is quoted, never followed.

use serde::{Deserialize, Serialize};

/// Why a change of the ledger did not come about, or is not known to have. Kept with its job.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error, Serialize, Deserialize)]
#[serde(tag = "code", rename_all = "kebab-case")]
pub enum LedgerError {
    /// Nobody answers where the registrar should be.
    #[error(
        "the registrar {registrar} cannot be reached ({reason}); nothing was published. Try again later, or name another \
         registrar in the settings of the network"
    )]
    RegistrarUnreachable {
        /// Its address.
        registrar: String,
        /// What the network said.
        reason: String,
    },
    /// The registrar answers, and failed before anything was signed.
    #[error(
        "the registrar {registrar} failed ({reason}); nothing was signed and nothing was published. Try again later"
    )]
    RegistrarFailed {
        /// Its address.
        registrar: String,
        /// In its words.
        reason: String,
    },
    /// Whoever answers is no registrar.
    #[error(
        "{registrar} does not answer as a registrar does ({reason}); nothing was signed and nothing was published. \
         Look at its address in the settings of the network"
    )]
    NoRegistrar {
        /// Its address.
        registrar: String,
        /// What it answered.
        reason: String,
    },
    /// The signatures were given away, and nobody said what became of them.
    #[error(
        "it is not known yet whether the ledger has taken the change of {did} ({reason}): it may have been published. \
         The wallet goes on looking and finishes this by itself; nothing is lost, and there is no need to ask again"
    )]
    OutcomeUnknown {
        /// The DID.
        did: String,
        /// What happened.
        reason: String,
    },
    /// The registrar wants something else signed than was asked for.
    #[error(
        "{registrar} asks this wallet to sign something other than what was asked for ({reason}); nothing was signed \
         and nothing was published. Do not use this registrar"
    )]
    PayloadDiffers {
        /// Its address.
        registrar: String,
        /// Where they part.
        reason: String,
    },
    /// The registrar wants a signature by a key that has no part in this.
    #[error(
        "{registrar} asks for a signature by {kid}, which does not sign for this DID; nothing was signed and nothing \
         was published. Do not use this registrar"
    )]
    ForeignKey {
        /// Its address.
        registrar: String,
        /// The key it asked for.
        kid: String,
    },
    /// A key that has to sign is not here.
    #[error("the key {kid} has to sign and is not in this wallet; nothing was signed and nothing was published")]
    MissingKey {
        /// The key's id.
        kid: String,
    },
    /// The registrar's account is empty.
    #[error(
        "the registrar {registrar} cannot pay the network's fee ({reason}); nothing was published. Ask its operator \
         to fund its account, then try again"
    )]
    LackOfFunds {
        /// Its address.
        registrar: String,
        /// In the ledger's words.
        reason: String,
    },
    /// The ledger, or the registrar for it, refused.
    #[error("the ledger refused this{}: {reason}. Nothing was published", .ledger_code.map(|code| format!(" (code {code})")).unwrap_or_default())]
    Refused {
        /// The ledger's code, where it was told.
        ledger_code: Option<u32>,
        /// In its words.
        reason: String,
    },
    /// It is there already.
    #[error("the ledger has this already ({reason}); nothing was published")]
    Exists {
        /// In the registrar's words.
        reason: String,
    },
    /// A new version of something that is not there.
    #[error(
        "{did} has no resource of this name and type that could get a new version; nothing was published. Publish it \
         as a new one"
    )]
    NothingToUpdate {
        /// The DID.
        did: String,
    },
    /// The ledger does not know the DID.
    #[error("the ledger does not know {did}, or cannot be read through this resolver now; nothing was published")]
    NotOnLedger {
        /// The DID.
        did: String,
    },
    /// The DID has ended.
    #[error("{did} was deactivated, which is for good; nothing was published")]
    Deactivated {
        /// The DID.
        did: String,
    },
    /// What stands on the ledger cannot be read now.
    #[error(
        "what the ledger has of {did} cannot be read now ({reason}), so nothing was begun and nothing was published. \
         Try again later"
    )]
    Unreadable {
        /// The DID.
        did: String,
        /// What happened.
        reason: String,
    },
    /// The document is no longer the one that the change was made for.
    #[error(
        "{did} was changed elsewhere meanwhile; nothing was published. Look at its document as it is now, then ask again"
    )]
    Changed {
        /// The DID.
        did: String,
    },
    /// Another change of the DID is not done.
    #[error(
        "another change of {did} is not finished yet: it may have been published, and the wallet is looking. Nothing \
         of this one was begun; try again when the other is done"
    )]
    Busy {
        /// The DID.
        did: String,
    },
    /// A newer version of the resource was published, or is being published.
    #[error(
        "a newer version of {name} was published since: publishing this one now would put the older content in its \
         place. Nothing was published; let this one be"
    )]
    Superseded {
        /// The resource's name.
        name: String,
    },
    /// The registrar forgets its jobs before they can be signed.
    #[error(
        "the registrar {registrar} forgot the job before the signatures came, more than once; nothing was published. \
         Try again later"
    )]
    Forgotten {
        /// Its address.
        registrar: String,
    },
}

impl LedgerError {
    /// Whether the same may go well at another time, with nobody changing what they ask for.
    pub fn is_passing(&self) -> bool {
        matches!(
            self,
            Self::RegistrarUnreachable { .. }
                | Self::RegistrarFailed { .. }
                | Self::OutcomeUnknown { .. }
                | Self::Unreadable { .. }
                | Self::Busy { .. }
                | Self::Forgotten { .. }
        )
    }

    /// A stable code, for interfaces to decide by and for people to quote.
    pub fn code(&self) -> &'static str {
        match self {
            Self::RegistrarUnreachable { .. } => "registrar-unreachable",
            Self::RegistrarFailed { .. } => "registrar-failed",
            Self::NoRegistrar { .. } => "registrar-not-understood",
            Self::OutcomeUnknown { .. } => "ledger-outcome-unknown",
            Self::PayloadDiffers { .. } => "registrar-payload-differs",
            Self::ForeignKey { .. } => "registrar-foreign-key",
            Self::MissingKey { .. } => "ledger-key-missing",
            Self::LackOfFunds { .. } => "ledger-lack-of-funds",
            Self::Refused { .. } => "ledger-refused",
            Self::Exists { .. } => "ledger-exists",
            Self::NothingToUpdate { .. } => "ledger-nothing-to-update",
            Self::NotOnLedger { .. } => "ledger-did-unknown",
            Self::Deactivated { .. } => "ledger-did-deactivated",
            Self::Unreadable { .. } => "ledger-unreadable",
            Self::Changed { .. } => "ledger-did-changed",
            Self::Busy { .. } => "ledger-busy",
            Self::Superseded { .. } => "ledger-superseded",
            Self::Forgotten { .. } => "registrar-job-expired",
        }
    }
}
