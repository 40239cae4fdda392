//! Connections, and the invitations that this wallet made.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use specta::Type;
use vouchsafe_protocols::connection::{Accept, Connection, Role};
use vouchsafe_protocols::out_of_band::{OutOfBand, State};

use super::activity::HistoryEntry;
use super::card::{Tint, cut, short_did};
use super::exchanges::ExchangeRow;
use super::facts::{Fact, Tone};
use super::peers::{Exchanged, LookAlike, fingerprint};
use super::strip::StripStep;

/// A connection named elsewhere.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ConnectionRef {
    /// Its id.
    pub id: String,
    /// Its name.
    pub name: String,
}

/// A row of the list.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ConnectionRow {
    /// Its id.
    pub id: String,
    /// The person's name for it, else the label that the other side gave.
    pub name: String,
    /// The label that the other side gave: not verified.
    pub label: Option<String>,
    /// Its state in the field's word, such as `request` or `completed`.
    pub state: String,
    /// Its state for the window.
    pub phase: ConnectionPhase,
    /// Whether they invited us or we them.
    pub invited_by: Side,
    /// When it last changed.
    pub updated_at: String,
    /// The tint of its mark.
    pub tint: Tint,
    /// The end of its DID, which tells it from another of the same name.
    pub fingerprint: String,
    /// Since when it is known.
    pub since: String,
    /// Another connection has a name that looks the same.
    pub name_shared: bool,
    /// Its peer is blocked.
    pub blocked: bool,
    /// Texts that were not read yet.
    pub unread: u32,
}

/// A connection's state for the window.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "kebab-case")]
pub enum ConnectionPhase {
    /// The invitation waits for the other side.
    Invited,
    /// A decision of the person is waited for.
    Asking,
    /// Messages are going to and fro.
    Connecting,
    /// It can be used.
    Connected,
    /// It failed or was refused.
    Failed,
}

/// Us or them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "kebab-case")]
pub enum Side {
    /// This wallet, or the person at it.
    Us,
    /// The other side.
    Them,
    /// Nobody: it is over.
    Nobody,
}

/// A connection in full.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ConnectionView {
    /// As in the list.
    pub row: ConnectionRow,
    /// The strip up to `connected`.
    pub strip: Vec<StripStep>,
    /// DIDs, protocol, host, times.
    pub facts: Vec<Fact>,
    /// Why it failed.
    pub problem: Option<String>,
    /// The newest exchanges over it, at most 50.
    pub exchanges: Vec<ExchangeRow>,
    /// The newest of its history, at most 50.
    pub history: Vec<HistoryEntry>,
    /// Whether `accept_connection` is waited for.
    pub can_accept: bool,
    /// What was exchanged, in numbers.
    pub exchanged: Exchanged,
    /// Since when its peer is blocked.
    pub blocked_since: Option<String>,
    /// Older connections whose names could be taken for this one's.
    pub look_alikes: Vec<LookAlike>,
}

/// What a new invitation is made with.
#[derive(Debug, Clone, Deserialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct NewInvitation {
    /// The person's own name for who will use it.
    pub alias: Option<String>,
    /// What for, in words that the other side reads.
    pub goal: Option<String>,
    /// It is for issuing: it says so in its goal code.
    pub for_issuing: bool,
    /// Many may use it.
    pub multi_use: bool,
    /// It ends after so many hours; `null` for never.
    pub expires_in_hours: Option<u32>,
}

/// An invitation of ours, with its QR code.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct InvitationView {
    /// The out-of-band record's id.
    pub oob_id: String,
    /// The link to copy.
    pub url: String,
    /// The QR code as SVG markup of our own making: one path, dark on white, quiet zone of four modules.
    pub qr_svg: String,
    /// Modules on a side with the quiet zone, for whole pixels a module.
    pub qr_modules: u32,
    /// The error correction level: `L`, `M`, `Q` or `H`.
    pub qr_level: String,
    /// A phone reads the code with ease; a denser one wants a good camera close by, or the short link.
    pub qr_easy: bool,
    /// A link that fetches the invitation from this wallet; `null` where the wallet has no address to ask.
    pub short: Option<ShortLink>,
    /// The name that the other side sees.
    pub label: String,
    /// The person's own name for who will use it.
    pub alias: Option<String>,
    /// What for.
    pub goal: Option<String>,
    /// Many may use it.
    pub multi_use: bool,
    /// Its state.
    pub state: InvitationState,
    /// When it was made.
    pub created_at: String,
    /// When it ends.
    pub expires_at: Option<String>,
    /// Who used it (the newest, of a multi-use one).
    pub connection: Option<ConnectionRef>,
    /// The offer that waits for it.
    pub exchange_id: Option<String>,
    /// Who can use it, in a sentence: this computer alone, the network, anyone.
    pub reach_sentence: String,
}

/// A short link to an invitation of ours, on this wallet's own address: whoever uses it asks the wallet for the rest.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct ShortLink {
    /// The link.
    pub url: String,
    /// Its QR code as SVG markup, as the invitation's own.
    pub qr_svg: String,
    /// Modules on a side with the quiet zone.
    pub qr_modules: u32,
    /// The host that the other wallet has to reach.
    pub host: String,
}

/// A row of the list of invitations.
#[derive(Debug, Clone, Serialize, Type)]
#[serde(rename_all = "camelCase")]
pub struct InvitationRow {
    /// The out-of-band record's id.
    pub oob_id: String,
    /// The person's own name for it, else what it is for.
    pub name: String,
    /// Many may use it.
    pub multi_use: bool,
    /// Its state.
    pub state: InvitationState,
    /// When it was made.
    pub created_at: String,
    /// When it ends.
    pub expires_at: Option<String>,
    /// Who used it.
    pub connection: Option<ConnectionRef>,
}

/// An invitation's state.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Type)]
#[serde(rename_all = "kebab-case")]
pub enum InvitationState {
    /// Waiting for the other wallet.
    Waiting,
    /// Used (a multi-use one: at least once, and usable still).
    Used,
    /// Over.
    Expired,
}

/// A connection's name: the person's own, else the other side's label, else its shortened DID.
pub fn name_of(connection: &Connection) -> String {
    let given = [connection.alias.as_deref(), connection.their_label.as_deref()]
        .into_iter()
        .flatten()
        .map(str::trim)
        .find(|name| !name.is_empty());
    match (given, &connection.their) {
        (Some(name), _) => cut(name, 200),
        (None, Some(their)) => short_did(&their.did),
        (None, None) => "Someone new".to_owned(),
    }
}

impl From<&Connection> for ConnectionRef {
    fn from(connection: &Connection) -> Self {
        Self { id: connection.id.clone(), name: name_of(connection) }
    }
}

/// Where a connection is, for the window.
pub fn phase_of(connection: &Connection) -> ConnectionPhase {
    match connection.rfc23_state() {
        "invitation-sent" => ConnectionPhase::Invited,
        "invitation-received" | "request-received" if connection.accept == Accept::Manual => ConnectionPhase::Asking,
        // An inviter's connection can be used once the response has left.
        "completed" | "response-sent" | "response-received" => ConnectionPhase::Connected,
        "abandoned" => ConnectionPhase::Failed,
        _ => ConnectionPhase::Connecting,
    }
}

impl From<&Connection> for ConnectionRow {
    fn from(connection: &Connection) -> Self {
        Self {
            id: connection.id.clone(),
            name: name_of(connection),
            label: connection.their_label.clone(),
            state: connection.rfc23_state().to_owned(),
            phase: phase_of(connection),
            invited_by: if connection.their_role == Role::Inviter { Side::Them } else { Side::Us },
            updated_at: connection.updated_at.to_string(),
            tint: Tint::of(connection.their.as_ref().map_or(connection.id.as_str(), |their| their.did.as_str())),
            fingerprint: fingerprint(connection),
            since: connection.created_at.to_string(),
            name_shared: false,
            blocked: false,
            unread: 0,
        }
    }
}

/// A long did:peer:4 carries its whole document; its short form names the same.
pub(super) fn plain_did(did: &str) -> &str {
    match did.strip_prefix("did:peer:4").and_then(|rest| rest.split_once(':')) {
        Some((hash, _)) => did.get(.."did:peer:4".len() + hash.len()).unwrap_or(did),
        None => did,
    }
}

/// DIDs, protocol, address, times.
pub fn facts(connection: &Connection) -> Vec<Fact> {
    let mut facts = Vec::new();
    if let Some(label) = &connection.their_label {
        facts.push(Fact::new("label", "Calls itself", label));
    }
    if let Some(their) = &connection.their {
        facts.push(Fact::new("their-did", "Their DID", plain_did(&their.did)));
        facts.push(match &their.endpoint {
            Some(endpoint) => Fact::new("endpoint", "Their address", endpoint),
            None => Fact::new("endpoint", "Their address", "None: reached only while they are connected")
                .with_tone(Tone::Warning),
        });
    }
    if let Some(my) = &connection.my {
        facts.push(Fact::new("my-did", "Our DID for them", plain_did(&my.did)));
    }
    if let Some(protocol) = connection.protocol {
        facts.push(Fact::new("protocol", "Protocol", protocol.to_string()));
    }
    facts.push(Fact::new("created", "Since", connection.created_at.to_string()));
    facts
}

/// Where an invitation of ours stands.
pub fn invitation_state(record: &OutOfBand, now: Timestamp) -> InvitationState {
    let expired = record.expires_at.is_some_and(|end| end <= now);
    match record.state {
        State::Done | State::ReuseAccepted => InvitationState::Used,
        _ if expired => InvitationState::Expired,
        _ => InvitationState::Waiting,
    }
}

/// An invitation of ours for the list.
pub fn invitation_row(
    record: &OutOfBand,
    alias: Option<&str>,
    used_by: Option<ConnectionRef>,
    now: Timestamp,
) -> InvitationRow {
    let goal = record.invitation.goal();
    let waiting = invitation_state(record, now);
    InvitationRow {
        oob_id: record.id.clone(),
        name: alias.or(goal).map_or_else(
            || if record.multi_use { "For many".to_owned() } else { "Invitation".to_owned() },
            |name| cut(name, 200),
        ),
        multi_use: record.multi_use,
        state: if used_by.is_some() && waiting == InvitationState::Waiting { InvitationState::Used } else { waiting },
        created_at: record.created_at.to_string(),
        expires_at: record.expires_at.map(|end| end.to_string()),
        connection: used_by,
    }
}

#[cfg(test)]
mod tests {
    use super::plain_did;

    #[test]
    fn a_long_peer_did_is_named_by_its_short_form() {
        assert_eq!(plain_did("did:peer:4zQmVX5:z4PjCzQ"), "did:peer:4zQmVX5");
        assert_eq!(plain_did("did:peer:4zQmVX5"), "did:peer:4zQmVX5");
        assert_eq!(plain_did("did:key:z6Mk"), "did:key:z6Mk");
    }
}
