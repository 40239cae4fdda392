//! Open ways back to peers (RFC 0092): a WebSocket that a peer keeps open, or an HTTP request that waits for its
//! answer. A peer without an endpoint is reached by these alone. A way is offered to the outbox by the peer's key, and
//! taken away when it closes.

use std::collections::{HashMap, VecDeque};
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
pub struct Handed {
    noted: oneshot::Sender<()>,
    /// Whether the way is surely the peer's.
    sure: bool,
}

impl Handed {
    /// Whether the way was opened by a message that had not been seen before. Any other may have been opened by whoever
    /// recorded the message: what goes out on it counts as nothing that the peer has.
    pub fn is_sure(&self) -> bool {
        self.sure
    }

    /// It is noted: the way may end.
    pub fn noted(self) {
        // Most ways do not wait for it.
        let _ = self.noted.send(());
    }
}

/// What a message that opens a way allows to come back on it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Opening {
    /// The one thread that may; every message may if there is none.
    pub thread: Option<String>,
    /// Whether the message had not been seen before.
    pub fresh: bool,
}

struct Way {
    id: u64,
    send: mpsc::Sender<Returned>,
    openings: Vec<Opening>,
}

impl Way {
    /// Whether a message of this thread may go, and if so, whether surely to the peer.
    fn takes(&self, thread: Option<&str>) -> Option<bool> {
        let fits = |opening: &&Opening| opening.thread.is_none() || opening.thread.as_deref() == thread;
        self.openings.iter().filter(fits).map(|opening| opening.fresh).max()
    }
}

/// The open ways back, by the peer's key.
#[derive(Default)]
pub struct Sessions {
    next: AtomicU64,
    open: Mutex<Open>,
}

#[derive(Default)]
struct Open {
    ways: HashMap<Verkey, Vec<Way>>,
    /// The keys that each way was opened for.
    keys: HashMap<u64, VecDeque<Verkey>>,
}

/// Names one way, to close it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct WayId(u64);

/// Ways kept open for one key: more are not useful, and a peer could open them without end.
const MAX_WAYS_A_KEY: usize = 8;
/// Keys that one way stands for; a stranger can make new ones without end.
const MAX_KEYS_A_WAY: usize = 64;
/// Threads that one way is open for; the latest are kept.
const MAX_OPENINGS: usize = 16;

impl Open {
    fn forget(&mut self, way: u64, peer: &Verkey) {
        if let Some(of_peer) = self.ways.get_mut(peer) {
            of_peer.retain(|known| known.id != way);
            if of_peer.is_empty() {
                self.ways.remove(peer);
            }
        }
    }
}

impl Sessions {
    /// A new way that keys may be added to.
    pub fn new_way(&self) -> WayId {
        WayId(self.next.fetch_add(1, Ordering::Relaxed))
    }

    /// Opens the way to `peer` for what `opening` allows, besides what it was opened for before; the newest ways and
    /// keys are kept.
    pub fn open(&self, way: WayId, peer: Verkey, opening: Opening, send: &mpsc::Sender<Returned>) {
        let mut open = self.open.lock();
        let of_peer = open.ways.entry(peer).or_default();
        if let Some(known) = of_peer.iter_mut().find(|known| known.id == way.0) {
            if !known.openings.contains(&opening) {
                known.openings.push(opening);
                if known.openings.len() > MAX_OPENINGS {
                    known.openings.remove(0);
                }
            }
            return;
        }
        of_peer.push(Way { id: way.0, send: send.clone(), openings: vec![opening] });
        if of_peer.len() > MAX_WAYS_A_KEY {
            of_peer.remove(0);
        }
        let keys = open.keys.entry(way.0).or_default();
        keys.push_back(peer);
        if keys.len() > MAX_KEYS_A_WAY
            && let Some(oldest) = keys.pop_front()
        {
            open.forget(way.0, &oldest);
        }
    }

    /// Closes the way for every key it was opened for.
    pub fn close(&self, way: WayId) {
        let mut open = self.open.lock();
        for peer in open.keys.remove(&way.0).unwrap_or_default() {
            open.forget(way.0, &peer);
        }
    }

    /// Whether there is a way back to one of `peers`.
    pub fn is_open(&self, peers: &[Verkey]) -> bool {
        let open = self.open.lock();
        peers.iter().any(|peer| open.ways.contains_key(peer))
    }

    /// Hands an envelope of `thread` to an open way to one of `peers`, sure ones and newest first; `None` if no way took
    /// it. `only_sure`: it can be delivered otherwise, so an unsure way is not tried.
    pub async fn deliver(
        &self,
        peers: &[Verkey],
        thread: Option<&str>,
        only_sure: bool,
        envelope: &[u8],
    ) -> Option<Handed> {
        let mut candidates: Vec<(bool, mpsc::Sender<Returned>)> = {
            let open = self.open.lock();
            peers
                .iter()
                .filter_map(|peer| open.ways.get(peer))
                .flat_map(|of_peer| of_peer.iter().rev())
                .filter_map(|way| way.takes(thread).map(|sure| (sure, way.send.clone())))
                .filter(|(sure, _)| *sure || !only_sure)
                .collect()
        };
        candidates.sort_by_key(|(sure, _)| !*sure);
        for (sure, way) in candidates {
            let (written, was_written) = oneshot::channel();
            let (noted_by_outbox, noted) = oneshot::channel();
            let returned = Returned { envelope: envelope.to_vec(), written, noted };
            if way.send(returned).await.is_ok() && was_written.await.is_ok() {
                return Some(Handed { noted: noted_by_outbox, sure });
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use vouchsafe_didcomm::SigningKey;

    fn everything() -> Opening {
        Opening { thread: None, fresh: true }
    }

    /// A way whose other end takes everything and tells what it took.
    fn taken_by_somebody(mut taken: mpsc::Receiver<Returned>) -> tokio::task::JoinHandle<Vec<Vec<u8>>> {
        tokio::spawn(async move {
            let mut envelopes = Vec::new();
            while let Some(back) = taken.recv().await {
                let _ = back.written.send(());
                envelopes.push(back.envelope);
            }
            envelopes
        })
    }

    #[tokio::test]
    async fn the_newest_open_way_carries_the_message_and_a_closed_one_does_not() {
        let sessions = Sessions::default();
        let peer = SigningKey::generate().verkey();
        assert!(sessions.deliver(&[peer], None, false, b"x").await.is_none());

        let way = sessions.new_way();
        let (send, taken) = mpsc::channel(1);
        sessions.open(way, peer, everything(), &send);
        drop(send);
        let reader = taken_by_somebody(taken);
        assert!(sessions.deliver(&[peer], None, false, b"hello").await.is_some_and(|handed| handed.is_sure()));

        sessions.close(way);
        assert!(!sessions.is_open(&[peer]));
        assert_eq!(reader.await.unwrap(), [b"hello"]);
    }

    #[tokio::test]
    async fn a_way_that_breaks_before_writing_does_not_count_as_delivered() {
        let sessions = Sessions::default();
        let peer = SigningKey::generate().verkey();
        let (send, taken) = mpsc::channel(1);
        sessions.open(sessions.new_way(), peer, everything(), &send);
        drop(taken);
        assert!(sessions.deliver(&[peer], None, false, b"hello").await.is_none());
    }

    #[tokio::test]
    async fn a_way_for_one_thread_carries_no_other() {
        let sessions = Sessions::default();
        let peer = SigningKey::generate().verkey();
        let (send, taken) = mpsc::channel(1);
        let way = sessions.new_way();
        sessions.open(way, peer, Opening { thread: Some("one".to_owned()), fresh: true }, &send);
        drop(send);
        let reader = taken_by_somebody(taken);
        assert!(sessions.deliver(&[peer], Some("other"), false, b"other").await.is_none());
        assert!(sessions.deliver(&[peer], Some("one"), false, b"one").await.is_some());
        sessions.close(way);
        assert_eq!(reader.await.unwrap(), [b"one"]);
    }

    #[tokio::test]
    async fn a_way_that_an_old_message_opened_is_the_last_resort_and_proves_nothing() {
        let sessions = Sessions::default();
        let peer = SigningKey::generate().verkey();
        let (send, taken) = mpsc::channel(1);
        let way = sessions.new_way();
        sessions.open(way, peer, Opening { thread: None, fresh: false }, &send);
        let reader = taken_by_somebody(taken);
        assert!(sessions.deliver(&[peer], None, true, b"elsewhere").await.is_none());
        assert!(sessions.deliver(&[peer], None, false, b"perhaps").await.is_some_and(|handed| !handed.is_sure()));
        // The same socket, after a message that was not seen before.
        sessions.open(way, peer, everything(), &send);
        assert!(sessions.deliver(&[peer], None, true, b"surely").await.is_some_and(|handed| handed.is_sure()));
        drop(send);
        sessions.close(way);
        assert_eq!(reader.await.unwrap(), [&b"perhaps"[..], &b"surely"[..]]);
    }

    #[tokio::test]
    async fn one_way_does_not_stand_for_keys_without_end() {
        let sessions = Sessions::default();
        let (send, _taken) = mpsc::channel(1);
        let way = sessions.new_way();
        let keys: Vec<Verkey> = (0..=MAX_KEYS_A_WAY).map(|_| SigningKey::generate().verkey()).collect();
        for key in &keys {
            sessions.open(way, *key, everything(), &send);
        }
        let is_open = |key: &Verkey| sessions.is_open(std::slice::from_ref(key));
        assert_eq!(keys.iter().map(is_open).filter(|open| *open).count(), MAX_KEYS_A_WAY);
        sessions.close(way);
        assert!(!keys.iter().any(is_open));
        assert!(sessions.open.lock().keys.is_empty());
    }
}
