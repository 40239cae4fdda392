//! Open ways back to peers (RFC 0092): a WebSocket that a peer keeps open, or an HTTP request that waits for its
//! answer. A peer without an endpoint is reached by these alone. A way is offered to the outbox by the peer's key, and
//! taken away when it closes.

use std::collections::HashMap;
use std::sync::atomic::{AtomicU64, Ordering};

use parking_lot::Mutex;
use tokio::sync::{mpsc, oneshot};
use vouchsafe_didcomm::Verkey;

/// A packed message on its way back, with the place to say that it was written out.
pub struct Returned {
    /// The packed envelope.
    pub envelope: Vec<u8>,
    /// Told once the bytes are with the transport.
    pub written: oneshot::Sender<()>,
    /// Ends when the outbox has noted that the message was handed over. An answer that ends its own way waits for it:
    /// a peer that did not get it repeats itself at once, and must find it then.
    pub noted: oneshot::Receiver<()>,
}

/// A message was handed over; held until that is noted.
pub struct Handed(oneshot::Sender<()>);

impl Handed {
    /// It is noted: the way may end.
    pub fn noted(self) {
        // Most ways do not wait for it.
        let _ = self.0.send(());
    }
}

struct Way {
    id: u64,
    send: mpsc::Sender<Returned>,
}

/// The open ways back, by the peer's key.
#[derive(Default)]
pub struct Sessions {
    next: AtomicU64,
    ways: Mutex<HashMap<Verkey, Vec<Way>>>,
}

/// Names one way, to close it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WayId(u64);

/// Ways kept open for one key: more are not useful, and a peer could open them without end.
const MAX_WAYS_A_KEY: usize = 8;

impl Sessions {
    /// A new way that any number of keys may be added to.
    pub fn new_way(&self) -> WayId {
        WayId(self.next.fetch_add(1, Ordering::Relaxed))
    }

    /// Opens the way to `peer`. Opening it twice changes nothing; the newest ways are kept.
    pub fn open(&self, way: WayId, peer: Verkey, send: &mpsc::Sender<Returned>) {
        let mut ways = self.ways.lock();
        let of_peer = ways.entry(peer).or_default();
        if of_peer.iter().any(|known| known.id == way.0) {
            return;
        }
        of_peer.push(Way { id: way.0, send: send.clone() });
        if of_peer.len() > MAX_WAYS_A_KEY {
            of_peer.remove(0);
        }
    }

    /// Closes the way for every key it was opened for.
    pub fn close(&self, way: WayId) {
        self.ways.lock().retain(|_, of_peer| {
            of_peer.retain(|known| known.id != way.0);
            !of_peer.is_empty()
        });
    }

    /// Whether there is a way back to one of `peers`.
    pub fn is_open(&self, peers: &[Verkey]) -> bool {
        let ways = self.ways.lock();
        peers.iter().any(|peer| ways.contains_key(peer))
    }

    /// Hands an envelope to an open way to one of `peers`, newest first; `None` if no way took it.
    pub async fn deliver(&self, peers: &[Verkey], envelope: &[u8]) -> Option<Handed> {
        let candidates: Vec<mpsc::Sender<Returned>> = {
            let ways = self.ways.lock();
            peers
                .iter()
                .filter_map(|peer| ways.get(peer))
                .flat_map(|of_peer| of_peer.iter().rev().map(|way| way.send.clone()))
                .collect()
        };
        for way in candidates {
            let (written, was_written) = oneshot::channel();
            let (noted_by_outbox, noted) = oneshot::channel();
            let returned = Returned { envelope: envelope.to_vec(), written, noted };
            if way.send(returned).await.is_ok() && was_written.await.is_ok() {
                return Some(Handed(noted_by_outbox));
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use vouchsafe_didcomm::SigningKey;

    #[tokio::test]
    async fn the_newest_open_way_carries_the_message_and_a_closed_one_does_not() {
        let sessions = Sessions::default();
        let peer = SigningKey::generate().verkey();
        assert!(sessions.deliver(&[peer], b"x").await.is_none());

        let way = sessions.new_way();
        let (send, mut taken) = mpsc::channel(1);
        sessions.open(way, peer, &send);
        drop(send);
        let reader = tokio::spawn(async move {
            let back: Returned = taken.recv().await.unwrap();
            back.written.send(()).unwrap();
            back.envelope
        });
        assert!(sessions.deliver(&[peer], b"hello").await.is_some());
        assert_eq!(reader.await.unwrap(), b"hello");

        sessions.close(way);
        assert!(!sessions.is_open(&[peer]));
    }

    #[tokio::test]
    async fn a_way_that_breaks_before_writing_does_not_count_as_delivered() {
        let sessions = Sessions::default();
        let peer = SigningKey::generate().verkey();
        let (send, taken) = mpsc::channel(1);
        sessions.open(sessions.new_way(), peer, &send);
        drop(taken);
        assert!(sessions.deliver(&[peer], b"hello").await.is_none());
    }
}
