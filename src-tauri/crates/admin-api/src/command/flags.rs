//! The flags: ACA-Py's own, each served, accepted with a note, or refused with the reason, and a few of ours. None is
//! ignored where that would change security. The same table reads the command line, the argument file and the
//! environment.

/// How many values a flag takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Takes {
    /// None: it is there or not.
    Nothing,
    /// One.
    One,
    /// None or one.
    Maybe,
    /// So many.
    Exactly(usize),
    /// One or more.
    Several,
}

/// What becomes of a flag.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// It does what it says.
    Served,
    /// It does nothing here, and need not: the note says why.
    Noted(&'static str),
    /// The wallet does not start with it: the reason.
    Refused(&'static str),
}

/// One flag.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Flag {
    /// Its name, without the dashes.
    pub name: &'static str,
    /// Its short form, without the dash.
    pub short: Option<&'static str>,
    /// How many values it takes.
    pub takes: Takes,
    /// The name in the environment after the prefix, where it is not the flag's own.
    pub environment: Option<&'static str>,
    /// What becomes of it.
    pub verdict: Verdict,
    /// What it is for.
    pub about: &'static str,
}

impl Flag {
    /// The names that set it in the environment: ACA-Py's, and ours, which wins.
    pub fn variables(&self) -> [String; 2] {
        let own = self.name.to_uppercase().replace('-', "_");
        [format!("VOUCHSAFE_{own}"), format!("ACAPY_{}", self.environment.unwrap_or(&own))]
    }
}

const fn served(name: &'static str, takes: Takes, about: &'static str) -> Flag {
    Flag { name, short: None, takes, environment: None, verdict: Verdict::Served, about }
}

const fn noted(name: &'static str, takes: Takes, note: &'static str) -> Flag {
    Flag { name, short: None, takes, environment: None, verdict: Verdict::Noted(note), about: note }
}

const fn refused(name: &'static str, takes: Takes, reason: &'static str) -> Flag {
    Flag { name, short: None, takes, environment: None, verdict: Verdict::Refused(reason), about: reason }
}

const fn short(flag: Flag, short: &'static str) -> Flag {
    Flag { short: Some(short), ..flag }
}

const fn variable(flag: Flag, name: &'static str) -> Flag {
    Flag { environment: Some(name), ..flag }
}

use Takes::{Exactly, Maybe, Nothing, One, Several};

const LEDGER: &str = "Indy ledgers are not served";
const STORAGE: &str = "the wallet has one kind of storage, an encrypted file";
const ALWAYS: &str = "it is always so";
const PRESENTATIONS: &str = "presentations are not served yet, so nothing of theirs happens by itself";
const MEDIATION: &str = "mediation is not served yet";
const REVOCATION: &str = "revocation notifications are not served yet";
const TENANTS: &str = "one process serves one wallet";
const ENDORSER: &str = "endorsement belongs to Indy ledgers, which are not served";
const LOGS: &str = "use --log-level debug";
const TRACING: &str = "messages are not traced";
const INTRODUCTIONS: &str = "introductions are not served";
const UPGRADE: &str = "a wallet is brought up to date when it is opened";

/// All of them.
pub(crate) const FLAGS: &[Flag] = &[
    // Who and where.
    short(served("label", One, "The name shown to peers"), "l"),
    served("image-url", One, "A picture shown to peers"),
    served("admin", Exactly(2), "Host and port of the admin API"),
    served("admin-api-key", One, "The key that calls of the admin API must carry (X-API-Key)"),
    served("admin-insecure-mode", Nothing, "Serve the admin API without a key"),
    served("admin-client-max-request-size", One, "Largest body of a call, in megabytes (1 to 16)"),
    served("no-receive-invites", Nothing, "Leave receive-invitation out of the admin API"),
    served("help-link", One, "Where a controller's page finds help"),
    served("webhook-url", One, "URL[#key] of a controller; may be repeated"),
    short(served("inbound-transport", Exactly(3), "http|ws HOST PORT, where messages come in; may be repeated"), "it"),
    short(served("outbound-transport", One, "http|ws; both are always there"), "ot"),
    short(served("endpoint", Several, "Addresses where peers reach this wallet"), "e"),
    served("max-message-size", One, "Largest message taken, in bytes"),
    served("no-transport", Nothing, "Take no messages from outside"),
    // The wallet.
    served("wallet-name", One, "The wallet's name, and its folder's"),
    served("wallet-key", One, "The wallet's passphrase"),
    served("wallet-key-fd", One, "A file descriptor to read the passphrase from"),
    served("wallet-key-from", One, "keyring: the desktop's keyring opens the wallet"),
    served("wallet-storage-path", One, "The folder of wallets; each is in a folder of its name"),
    served("auto-provision", Nothing, "Make the wallet if there is none"),
    served("recreate-wallet", Nothing, "Delete the wallet of this name and make it anew"),
    variable(served("seed", One, "Seed of a DID, 32 characters or base64"), "WALLET_SEED"),
    served("wallet-local-did", Nothing, "The DID of --seed is local"),
    noted("wallet-allow-insecure-seed", Nothing, "seeds are taken as they are"),
    noted("wallet-type", One, STORAGE),
    noted("wallet-storage-type", One, STORAGE),
    noted("wallet-storage-config", One, STORAGE),
    noted("wallet-storage-creds", One, STORAGE),
    noted("wallet-key-derivation-method", One, "the passphrase always goes through Argon2id"),
    noted("wallet-test", Nothing, STORAGE),
    noted("storage-type", One, STORAGE),
    noted("dbstore-storage-type", One, STORAGE),
    noted("dbstore-storage-config", One, STORAGE),
    noted("dbstore-storage-creds", One, STORAGE),
    noted("dbstore-schema-config", One, STORAGE),
    refused("dbstore-key", One, "use --wallet-key"),
    refused("wallet-rekey", One, "changing the passphrase at a start is not served"),
    refused("wallet-rekey-derivation-method", One, "changing the passphrase at a start is not served"),
    refused("dbstore-rekey", One, "changing the passphrase at a start is not served"),
    noted("replace-public-did", Nothing, "use POST /wallet/did/public"),
    // What happens by itself.
    served("auto-accept-invites", Nothing, "Answer invitations with a request"),
    served("auto-accept-requests", Nothing, "Answer connection requests"),
    served("auto-ping-connection", Nothing, "Ping once a connection stands"),
    served("auto-respond-messages", Nothing, "Answer basic messages with a receipt"),
    served("auto-respond-credential-proposal", Nothing, "Answer credential proposals with an offer"),
    served("auto-respond-credential-offer", Nothing, "Answer credential offers with a request"),
    served("auto-respond-credential-request", Nothing, "Answer credential requests with the credential"),
    served("auto-store-credential", Nothing, "Store credentials that verify"),
    noted("auto-respond-presentation-proposal", Nothing, PRESENTATIONS),
    noted("auto-respond-presentation-request", Nothing, PRESENTATIONS),
    noted("auto-verify-presentation", Nothing, PRESENTATIONS),
    noted("auto-accept-intro-invitation-requests", Nothing, INTRODUCTIONS),
    served("preserve-exchange-records", Nothing, "Keep the records of exchanges that are done"),
    noted("no-preserve-failed-exchange-records", Nothing, "records of failed exchanges are kept"),
    served("public-invites", Nothing, "Invitations may name the public DID"),
    served("requests-through-public-did", Nothing, "Anybody may connect through the public DID"),
    served("private-addresses", One, "allow|refuse: whether peers on this computer and its network are contacted"),
    served("monitor-ping", Nothing, "Tell of pings by webhook"),
    noted("monitor-forward", Nothing, MEDIATION),
    noted("auto-disclose-features", Nothing, "features are disclosed when they are asked for"),
    refused("disclose-features-list", One, "what is disclosed cannot be narrowed yet"),
    noted("emit-new-didcomm-prefix", Nothing, ALWAYS),
    noted("emit-new-didcomm-mime-type", Nothing, ALWAYS),
    refused("exch-use-unencrypted-tags", Nothing, "everything in the wallet is encrypted"),
    variable(refused("experimental-didcomm-v2", Nothing, "DIDComm 2 is not served"), "EXP_DIDCOMM_V2"),
    noted("enable-undelivered-queue", Nothing, "what is undelivered is always kept"),
    noted("max-outbound-retry", One, "what is undelivered is tried for days"),
    noted("ws-heartbeat-interval", One, "sockets are kept alive by themselves"),
    noted("ws-timeout-interval", One, "sockets are kept alive by themselves"),
    noted("invite-base-url", One, "invitations begin with the first endpoint"),
    // Printing an invitation at the start.
    served("invite", Nothing, "Print an invitation after the start"),
    served("invite-label", One, "The label of that invitation"),
    served("invite-multi-use", Nothing, "That invitation serves many"),
    served("invite-public", Nothing, "That invitation names the public DID"),
    served("invite-metadata-json", One, "Metadata of the connections that come of that invitation"),
    // Logs.
    served("log-level", One, "error, warning, info or debug"),
    served("log-file", Maybe, "Where to log instead of standard error"),
    noted("log-config", One, "use --log-level and --log-file"),
    noted("debug-connections", Nothing, LOGS),
    noted("debug-credentials", Nothing, LOGS),
    noted("debug-presentations", Nothing, LOGS),
    refused("debug-webhooks", Nothing, "webhooks are slim, as ACA-Py sends them without this flag"),
    refused("debug", Nothing, "there is no debugger to wait for"),
    refused("debug-seed", One, "use --seed"),
    refused("test-suite-endpoint", One, "there is no such test suite any more"),
    noted("timing", Nothing, TRACING),
    noted("timing-log", One, TRACING),
    noted("trace", Nothing, TRACING),
    noted("trace-target", One, TRACING),
    noted("trace-tag", One, TRACING),
    noted("trace-label", One, TRACING),
    // Where settings come from.
    served("arg-file", One, "A YAML file of flags"),
    refused("arg-file-url", One, "settings are not fetched from elsewhere; use --arg-file"),
    served("plugin", One, "connections and cheqd are built in; others cannot be loaded"),
    variable(refused("block-plugin", One, "what is built in cannot be blocked"), "BLOCKED_PLUGIN"),
    served("plugin-config", One, "A YAML file with resolver_url and registrar_url, as the cheqd plugin has them"),
    short(served("plugin-config-value", Several, "The same by KEY=VALUE; may be repeated"), "o"),
    refused("auto-install-plugins", Maybe, "nothing is installed at a start"),
    refused("profile-endpoint", One, "there is no ledger to write an endpoint to"),
    served("universal-resolver", Maybe, "A universal resolver for DIDs of other methods"),
    served("universal-resolver-regex", Several, "Which DIDs it is asked for; without it, all that nobody else serves"),
    refused("universal-resolver-bearer-token", Maybe, "resolvers are asked without a secret"),
    served("cheqd-resolver-url", One, "Where did:cheqd is looked up, on testnet and mainnet"),
    served("cheqd-registrar-url", One, "Where did:cheqd is written, on testnet and mainnet"),
    served("cheqd-network", One, "NAME=RESOLVER[,REGISTRAR] of one did:cheqd network; may be repeated"),
    // Ledgers, revocation, mediation, tenants.
    noted("no-ledger", Nothing, LEDGER),
    noted("genesis-url", One, LEDGER),
    noted("genesis-file", One, LEDGER),
    noted("genesis-transactions", One, LEDGER),
    noted("genesis-transactions-list", One, LEDGER),
    noted("ledger-pool-name", One, LEDGER),
    noted("read-only-ledger", Nothing, LEDGER),
    variable(noted("ledger-keepalive", One, LEDGER), "LEDGER_KEEP_ALIVE"),
    refused("ledger-socks-proxy", One, "no proxy is used, for ledgers or else"),
    noted("accept-taa", Exactly(2), LEDGER),
    noted("tails-server-base-url", One, LEDGER),
    noted("tails-server-upload-url", One, LEDGER),
    noted("notify-revocation", Nothing, REVOCATION),
    noted("monitor-revocation-notification", Nothing, REVOCATION),
    noted("anoncreds-legacy-revocation", One, REVOCATION),
    variable(refused("mediator-invitation", One, MEDIATION), "MEDIATION_INVITATION"),
    variable(refused("open-mediation", Nothing, MEDIATION), "MEDIATION_OPEN"),
    variable(refused("default-mediator-id", One, MEDIATION), "DEFAULT_MEDIATION_ID"),
    noted("clear-default-mediator", Nothing, MEDIATION),
    refused("multitenant", Nothing, TENANTS),
    refused("multitenant-admin", Nothing, TENANTS),
    variable(refused("jwt-secret", One, TENANTS), "MULTITENANT_JWT_SECRET"),
    variable(refused("multitenancy-config", Several, TENANTS), "MULTITENANCY_CONFIGURATION"),
    refused("base-wallet-routes", Several, TENANTS),
    variable(refused("endorser-protocol-role", One, ENDORSER), "ENDORSER_ROLE"),
    refused("endorser-invitation", One, ENDORSER),
    refused("endorser-public-did", One, ENDORSER),
    refused("endorser-endorse-with-did", One, ENDORSER),
    refused("endorser-alias", One, ENDORSER),
    refused("auto-request-endorsement", Nothing, ENDORSER),
    refused("auto-endorse-transactions", Nothing, ENDORSER),
    refused("auto-write-transactions", Nothing, ENDORSER),
    variable(refused("auto-create-revocation-transactions", Nothing, ENDORSER), "CREATE_REVOCATION_TRANSACTIONS"),
    refused("auto-promote-author-did", Nothing, ENDORSER),
    noted("upgrade-config-path", One, UPGRADE),
    variable(noted("from-version", One, UPGRADE), "UPGRADE_FROM_VERSION"),
    variable(noted("force-upgrade", Nothing, UPGRADE), "UPGRADE_FORCE_UPGRADE"),
    variable(noted("named-tag", One, UPGRADE), "UPGRADE_NAMED_TAGS"),
    refused("upgrade-all-subwallets", Nothing, TENANTS),
    variable(refused("upgrade-subwallet", One, TENANTS), "UPGRADE_SUBWALLETS"),
    noted("upgrade-page-size", One, UPGRADE),
];

/// The flag of this name.
pub(crate) fn named(name: &str) -> Option<&'static Flag> {
    FLAGS.iter().find(|flag| flag.name == name)
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn no_flag_and_no_variable_is_there_twice() {
        let mut seen = HashSet::new();
        for flag in FLAGS {
            assert!(seen.insert(flag.name.to_owned()), "{}", flag.name);
            for variable in flag.variables() {
                assert!(seen.insert(variable), "{}", flag.name);
            }
        }
    }
}
