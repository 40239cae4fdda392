//! Two wallets without stores: keys, ids that count, and what a gather phase would find out.

use jiff::Timestamp;
use serde_json::Value;
use vouchsafe_didcomm::{Attachment, Message, SigningKey, Verkey};
use vouchsafe_protocols::connection::{
    Accept, Connection, Handshake, InvitationMode, Party, ReceivedInvitation, SentInvitation, Target,
};
use vouchsafe_protocols::connections::message::Verified as ConnectionsVerified;
use vouchsafe_protocols::did_exchange::{self, Request, Response, Verified};
use vouchsafe_protocols::{Context, connections};

pub const NOW: &str = "2026-11-23T12:00:00Z";

pub struct World {
    counter: u64,
    pub now: Timestamp,
}

impl World {
    pub fn new() -> Self {
        Self { counter: 0, now: NOW.parse().unwrap() }
    }

    pub fn with<T>(&mut self, step: impl FnOnce(&mut Context<'_>) -> T) -> T {
        let counter = &mut self.counter;
        let mut ids = || {
            *counter += 1;
            format!("00000000-0000-4000-8000-{counter:012}")
        };
        step(&mut Context::new(self.now, &mut ids))
    }
}

pub fn key(seed: u8) -> SigningKey {
    SigningKey::from_seed(&[seed; 32])
}

pub const INVITATION_SEED: u8 = 1;
pub const INVITER_SEED: u8 = 2;
pub const INVITEE_SEED: u8 = 3;
pub const STRANGER_SEED: u8 = 4;

/// A party whose DID names its key, so that anybody can tell what it resolves to.
pub fn party(seed: u8, qualified: bool) -> Party {
    let verkey = key(seed).verkey();
    let did = if qualified { verkey.to_did_key() } else { format!("Unqualified{seed}") };
    Party {
        did,
        verkey,
        endpoint: Some(format!("http://agent-{seed}.example")),
        recipient_keys: vec![verkey],
        routing_keys: Vec::new(),
    }
}

pub fn signed_document(did: &str, signer: u8) -> Attachment {
    let mut attachment = Attachment::base64_json("doc", &serde_json::json!({ "id": did })).unwrap();
    attachment.sign(&key(signer)).unwrap();
    attachment
}

pub fn signed_rotation(did: &str, signer: u8) -> Attachment {
    let mut attachment = Attachment::base64("rotate", "text/string", did.as_bytes());
    attachment.sign(&key(signer)).unwrap();
    attachment
}

pub fn invitation_target() -> Target {
    Target {
        endpoint: Some("http://inviter.example".to_owned()),
        recipient_keys: vec![key(INVITATION_SEED).verkey()],
        routing_keys: Vec::new(),
    }
}

pub fn received(protocol: Handshake) -> ReceivedInvitation {
    ReceivedInvitation {
        protocol,
        invitation_msg_id: Some("the-invitation".to_owned()),
        invitation_did: None,
        target: invitation_target(),
        label: Some("Issuer Corp".to_owned()),
        alias: Some("Issuer".to_owned()),
        my_label: None,
        accept: Accept::Auto,
        metadata: serde_json::Map::new(),
    }
}

pub fn sent(offered: Vec<Handshake>, mode: InvitationMode) -> SentInvitation {
    SentInvitation {
        offered,
        invitation_msg_id: Some("the-invitation".to_owned()),
        invitation_did: None,
        invitation_key: key(INVITATION_SEED).verkey(),
        mode,
        alias: Some("Holder".to_owned()),
        my_label: None,
        accept: Accept::Auto,
        metadata: serde_json::Map::new(),
    }
}

/// What `did` resolves to: one of this world's parties, or, for what was recorded, the party that sent it.
fn resolved(did: String, sender: Verkey) -> Party {
    for seed in [INVITATION_SEED, INVITER_SEED, INVITEE_SEED, STRANGER_SEED] {
        for qualified in [true, false] {
            let known = party(seed, qualified);
            if known.did == did {
                return known;
            }
        }
    }
    let endpoint = Some("http://peer.example".to_owned());
    Party { did, verkey: sender, endpoint, recipient_keys: vec![sender], routing_keys: Vec::new() }
}

/// What a gather phase finds out about a request or response of DID Exchange that came from `sender`.
pub fn gathered(message: &Message, sender: Verkey) -> Option<Verified> {
    let presented = Request::read(message)
        .map(|request| request.presented)
        .or_else(|_| Response::read(message).map(|response| response.presented))
        .ok()?;
    let signatures = presented.verify().ok()?;
    let their = resolved(presented.did, sender);
    Some(Verified { sender: Some(sender), their, signatures })
}

/// The same for Connections 1.0.
pub fn gathered_connections(message: &Message, sender: Verkey) -> Option<ConnectionsVerified> {
    let (body, signer) = if let Ok(request) = connections::Request::read(message) {
        (request.connection, None)
    } else {
        let sig = connections::Response::read(message).ok()?.connection_sig;
        (sig.open().ok()?, Some(sig.signer))
    };
    let their = resolved(body.did, sender);
    Some(ConnectionsVerified { sender: Some(sender), their, signer })
}

pub fn acceptance(protocol: Handshake) -> did_exchange::requester::Acceptance {
    let qualified = protocol == Handshake::DidExchange11;
    let my = party(INVITEE_SEED, qualified);
    did_exchange::requester::Acceptance {
        did_doc: (!qualified).then(|| signed_document(&my.did, INVITEE_SEED)),
        my,
        label: "Holder".to_owned(),
        goal_code: None,
        goal: None,
    }
}

pub fn answer(protocol: Handshake, signer: u8) -> did_exchange::responder::Answer {
    let qualified = protocol == Handshake::DidExchange11;
    let my = party(INVITER_SEED, qualified);
    did_exchange::responder::Answer {
        did_doc: (!qualified).then(|| signed_document(&my.did, signer)),
        did_rotate: qualified.then(|| signed_rotation(&my.did, signer)),
        my,
    }
}

pub fn connections_acceptance() -> connections::invitee::Acceptance {
    let my = party(INVITEE_SEED, false);
    connections::invitee::Acceptance { did_doc: serde_json::json!({ "id": my.did }), my, label: "Holder".to_owned() }
}

pub fn connections_answer(world: &World, signer: u8) -> connections::inviter::Answer {
    let my = party(INVITER_SEED, false);
    let body = connections::ConnectionBody { did: my.did.clone(), did_doc: serde_json::json!({ "id": my.did }) };
    let bytes = connections::signature::sig_data(&body, world.now).unwrap();
    let signature = key(signer).sign(&bytes);
    connections::inviter::Answer {
        my,
        connection_sig: connections::SignatureDecorator::new(&bytes, &signature, key(signer).verkey()),
    }
}

/// The record after a trip through the store.
pub fn stored(record: &Connection) -> Connection {
    let text = serde_json::to_string(record).unwrap();
    serde_json::from_str(&text).unwrap()
}

pub fn vector(text: &str) -> Value {
    serde_json::from_str(text).unwrap()
}
