//! Sending envelopes out, over HTTP (RFC 0025) and WebSocket. The other side is whoever an invitation named: its
//! address is checked against the policy, redirects are not followed, and what it answers is bounded in size and time.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use futures::{SinkExt, StreamExt};
use parking_lot::Mutex;
use reqwest::header::CONTENT_TYPE;
use tokio::net::TcpStream;
use tokio::sync::{mpsc, oneshot};
use tokio_tungstenite::tungstenite::protocol::WebSocketConfig;
use tokio_tungstenite::tungstenite::{Bytes, Message as Frame};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream};
use url::Url;
use vouchsafe_didcomm::mime;

use super::address::{self, AddressError, PublicOnly};
use super::patient::Patient;

/// Why an envelope was not delivered.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum DeliveryError {
    /// The address may not be contacted, or is none.
    #[error(transparent)]
    Address(#[from] AddressError),
    /// Nobody answers there.
    #[error("{0} cannot be reached: {1}")]
    Unreachable(String, String),
    /// Somebody answers, and refuses the message.
    #[error("{0} refused the message (HTTP {1})")]
    Refused(String, u16),
    /// The answer is larger than is taken.
    #[error("{0} answered with more than {1} bytes")]
    TooLarge(String, usize),
}

impl DeliveryError {
    /// Whether the next message to the same peer would fare no better: it is not there, or has too much to do. A peer
    /// that refuses one message may well take another.
    pub fn concerns_peer(&self) -> bool {
        match self {
            Self::Refused(_, status) => matches!(status, 408 | 425 | 429 | 502..=504),
            Self::Address(_) | Self::Unreachable(..) => true,
            Self::TooLarge(..) => false,
        }
    }

    /// Whether the same message might get through later.
    pub fn is_passing(&self) -> bool {
        match self {
            Self::Address(AddressError::Unknown(..)) | Self::Unreachable(..) => true,
            Self::Address(_) | Self::TooLarge(..) => false,
            Self::Refused(_, status) => *status >= 500 || matches!(status, 408 | 425 | 429),
        }
    }
}

/// An envelope that came in by a connection that was opened to deliver something.
pub struct Arrival {
    /// The envelope, bounded.
    pub envelope: Vec<u8>,
    /// Told whether what it changed is committed, or it is nothing to keep; false: it should be sent again.
    pub kept: oneshot::Sender<bool>,
}

/// Where such envelopes go.
pub type Incoming = mpsc::Sender<Arrival>;

/// The way out.
pub struct Client {
    open: reqwest::Client,
    public_only: reqwest::Client,
    /// By address, and by whether a private one was allowed: what one peer may use is not open to the next.
    sockets: Mutex<HashMap<(String, bool), mpsc::Sender<Outgoing>>>,
    incoming: Incoming,
    max_bytes: usize,
    patience: Duration,
}

struct Outgoing {
    envelope: Vec<u8>,
    written: oneshot::Sender<Result<(), DeliveryError>>,
}

/// A socket to a peer is closed after this time without a frame.
const SOCKET_IDLE: Duration = Duration::from_mins(2);
/// Sockets held open to peers; the next peer beyond it has to wait for one to close.
const MAX_SOCKETS: usize = 128;

impl Client {
    /// A client that hands what comes in by its own connections to `incoming`.
    ///
    /// # Errors
    /// What the TLS library says if it cannot be set up.
    pub fn new(incoming: Incoming, max_bytes: usize, patience: Duration) -> Result<Self, reqwest::Error> {
        let builder = || {
            reqwest::Client::builder()
                .redirect(reqwest::redirect::Policy::none())
                .connect_timeout(Duration::from_secs(5).min(patience))
                .timeout(patience)
                .no_proxy()
                .pool_idle_timeout(Duration::from_secs(30))
        };
        Ok(Self {
            open: builder().build()?,
            public_only: builder().dns_resolver(Arc::new(PublicOnly)).build()?,
            sockets: Mutex::new(HashMap::new()),
            incoming,
            max_bytes,
            patience,
        })
    }

    /// Delivers one envelope. What the other side answers on the same connection goes to the incoming channel.
    ///
    /// # Errors
    /// See [`DeliveryError`]; [`DeliveryError::is_passing`] tells whether to try again.
    pub async fn deliver(&self, endpoint: &str, envelope: Vec<u8>, allow_private: bool) -> Result<(), DeliveryError> {
        let url = address::parse_endpoint(endpoint)?;
        if !allow_private && address::is_evidently_private(&url) {
            return Err(AddressError::Private(url.host_str().unwrap_or_default().to_owned()).into());
        }
        match url.scheme() {
            "ws" | "wss" => self.deliver_by_socket(url, envelope, allow_private).await,
            _ => self.post(url, envelope, allow_private).await,
        }
    }

    /// Fetches a small document, for short invitation URLs and `did:web`: at most `max_bytes`, redirects told, not
    /// followed.
    ///
    /// # Errors
    /// See [`DeliveryError`].
    pub async fn get(&self, url: &Url, accept: &str, allow_private: bool) -> Result<Fetched, DeliveryError> {
        let (max_bytes, patience) = (self.max_bytes, self.patience);
        let ask = Ask { json: None, accept, allow_private, max_bytes, patience };
        self.ask(url, ask).await.map_err(|unanswered| unanswered.error)
    }

    /// Asks a service that the wallet's settings name: posts JSON, or gets where there is none to post. Redirects are
    /// told, not followed.
    ///
    /// # Errors
    /// What the network said, and whether the service may have been asked all the same.
    pub(crate) async fn ask(&self, url: &Url, ask: Ask<'_>) -> Result<Fetched, Unanswered> {
        let not_asked = |error: DeliveryError| Unanswered { error, asked: false };
        if !ask.allow_private && address::is_evidently_private(url) {
            return Err(not_asked(AddressError::Private(url.host_str().unwrap_or_default().to_owned()).into()));
        }
        let http = self.http(ask.allow_private);
        let request = match ask.json {
            Some(json) => http.post(url.clone()).header(CONTENT_TYPE, "application/json").body(json),
            None => http.get(url.clone()),
        };
        let request = request.header(reqwest::header::ACCEPT, ask.accept).timeout(ask.patience);
        let response = request
            .send()
            .await
            .map_err(|error| Unanswered { error: unreachable(url, &error), asked: !error.is_connect() })?;
        let status = response.status().as_u16();
        let location = response.headers().get(reqwest::header::LOCATION);
        let location = location.and_then(|value| value.to_str().ok()).and_then(|target| url.join(target).ok());
        let body = read_at_most(url, response, ask.max_bytes).await;
        let body = body.map_err(|error| Unanswered { error, asked: true })?;
        Ok(Fetched { status, location, body })
    }

    fn http(&self, allow_private: bool) -> &reqwest::Client {
        if allow_private { &self.open } else { &self.public_only }
    }

    async fn post(&self, url: Url, envelope: Vec<u8>, allow_private: bool) -> Result<(), DeliveryError> {
        let response = self
            .http(allow_private)
            .post(url.clone())
            .header(CONTENT_TYPE, mime::ENVELOPE)
            .body(envelope)
            .send()
            .await
            .map_err(|error| unreachable(&url, &error))?;
        let status = response.status();
        if !status.is_success() {
            return Err(DeliveryError::Refused(host(&url), status.as_u16()));
        }
        match read_at_most(&url, response, self.max_bytes).await {
            // The other side hands its answer out once, and again when it is asked again: our message is delivered
            // only when the answer to it is kept.
            Ok(answer) if answer.first() == Some(&b'{') => {
                let kept = self.keep(answer).await;
                let unkept = || DeliveryError::Unreachable(host(&url), "its answer could not be kept".to_owned());
                kept.then_some(()).ok_or_else(unkept)
            }
            Ok(_) => Ok(()),
            Err(error @ DeliveryError::Unreachable(..)) => Err(error),
            // The message is with the other side: an answer that nobody would read does not change that.
            Err(error) => {
                tracing::info!(%error, "the answer on the same connection was not read");
                Ok(())
            }
        }
    }

    async fn keep(&self, envelope: Vec<u8>) -> bool {
        let (kept, was_kept) = oneshot::channel();
        self.incoming.send(Arrival { envelope, kept }).await.is_ok() && was_kept.await.unwrap_or(false)
    }

    async fn deliver_by_socket(&self, url: Url, envelope: Vec<u8>, allow_private: bool) -> Result<(), DeliveryError> {
        let (written, was_written) = oneshot::channel();
        let out = Outgoing { envelope, written };
        let socket = self.socket_to(&url, allow_private)?;
        let lost = || DeliveryError::Unreachable(host(&url), "the connection was closed".to_owned());
        let sending = async {
            socket.send(out).await.map_err(|_| lost())?;
            was_written.await.map_err(|_| lost())?
        };
        tokio::time::timeout(self.patience, sending)
            .await
            .unwrap_or_else(|_| Err(DeliveryError::Unreachable(host(&url), "no answer in time".to_owned())))
    }

    fn socket_to(&self, url: &Url, allow_private: bool) -> Result<mpsc::Sender<Outgoing>, DeliveryError> {
        let mut sockets = self.sockets.lock();
        sockets.retain(|_, socket| !socket.is_closed());
        let place = (url.to_string(), allow_private);
        if let Some(open) = sockets.get(&place) {
            return Ok(open.clone());
        }
        if sockets.len() >= MAX_SOCKETS {
            return Err(DeliveryError::Unreachable(host(url), "too many connections are open".to_owned()));
        }
        let (send, outgoing) = mpsc::channel(16);
        sockets.insert(place, send.clone());
        tokio::spawn(run_socket(
            url.clone(),
            allow_private,
            outgoing,
            self.incoming.clone(),
            self.max_bytes,
            self.patience,
        ));
        Ok(send)
    }
}

/// What a service is asked.
pub(crate) struct Ask<'a> {
    /// What is posted; absent: it is a GET.
    pub json: Option<Vec<u8>>,
    /// The media types that are understood.
    pub accept: &'a str,
    /// Whether the service may be on this computer or its network.
    pub allow_private: bool,
    /// The largest answer that is read, in bytes.
    pub max_bytes: usize,
    /// Time for all of it.
    pub patience: Duration,
}

/// There is no answer.
#[derive(Debug)]
pub(crate) struct Unanswered {
    /// What the network said.
    pub error: DeliveryError,
    /// Whether the question may have arrived.
    pub asked: bool,
}

/// A fetched document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fetched {
    /// HTTP status.
    pub status: u16,
    /// Where a redirect points, made absolute.
    pub location: Option<Url>,
    /// The body, bounded.
    pub body: Vec<u8>,
}

async fn run_socket(
    url: Url,
    allow_private: bool,
    mut outgoing: mpsc::Receiver<Outgoing>,
    incoming: Incoming,
    max_bytes: usize,
    patience: Duration,
) {
    let opened = tokio::time::timeout(patience, open_socket(&url, allow_private, max_bytes, patience))
        .await
        .unwrap_or_else(|_| Err(DeliveryError::Unreachable(host(&url), "no answer in time".to_owned())));
    let socket = match opened {
        Ok(socket) => socket,
        Err(error) => {
            outgoing.close();
            while let Some(waiting) = outgoing.recv().await {
                let _ = waiting.written.send(Err(error.clone()));
            }
            return;
        }
    };
    let (mut sink, mut stream) = socket.split();
    // What is written may still be lost with the other side. It answers a ping only once it has taken what came before,
    // so the pong tells that the message arrived.
    let mut unread: VecDeque<(u64, oneshot::Sender<Result<(), DeliveryError>>)> = VecDeque::new();
    let mut count: u64 = 0;
    loop {
        tokio::select! {
            next = outgoing.recv() => {
                let Some(next) = next else { break };
                count += 1;
                let ping = Frame::Ping(Bytes::copy_from_slice(&count.to_be_bytes()));
                let sent = async {
                    sink.feed(Frame::Binary(Bytes::from(next.envelope))).await?;
                    sink.send(ping).await
                };
                match sent.await {
                    Ok(()) => unread.push_back((count, next.written)),
                    Err(error) => {
                        let _ = next.written.send(Err(DeliveryError::Unreachable(host(&url), error.to_string())));
                        break;
                    }
                }
            }
            frame = tokio::time::timeout(SOCKET_IDLE, stream.next()) => match frame {
                Ok(Some(Ok(Frame::Binary(bytes)))) => hand_in(&incoming, bytes.to_vec()).await,
                Ok(Some(Ok(Frame::Text(text)))) => hand_in(&incoming, text.as_bytes().to_vec()).await,
                Ok(Some(Ok(Frame::Pong(number)))) => {
                    let read = <[u8; 8]>::try_from(number.as_ref()).map_or(0, u64::from_be_bytes);
                    while let Some((_, written)) = unread.pop_front_if(|(number, _)| *number <= read) {
                        let _ = written.send(Ok(()));
                    }
                }
                Ok(Some(Ok(Frame::Ping(_) | Frame::Frame(_)))) => {}
                Ok(Some(Ok(Frame::Close(_)) | Err(_)) | None) | Err(_) => break,
            }
        }
    }
    let _ = sink.close().await;
}

async fn hand_in(incoming: &Incoming, envelope: Vec<u8>) {
    let (kept, _) = oneshot::channel();
    let _ = incoming.send(Arrival { envelope, kept }).await;
}

async fn open_socket(
    url: &Url,
    allow_private: bool,
    max_bytes: usize,
    patience: Duration,
) -> Result<WebSocketStream<MaybeTlsStream<Patient<TcpStream>>>, DeliveryError> {
    let addresses = address::resolve(url, allow_private).await?;
    let stream = TcpStream::connect(addresses.as_slice())
        .await
        .map_err(|error| DeliveryError::Unreachable(host(url), error.to_string()))?;
    let _ = stream.set_nodelay(true);
    let limits = WebSocketConfig::default().max_message_size(Some(max_bytes)).max_frame_size(Some(max_bytes));
    let (socket, _) = tokio_tungstenite::client_async_tls_with_config(
        url.as_str(),
        Patient::new(stream, patience),
        Some(limits),
        None,
    )
    .await
    .map_err(|error| DeliveryError::Unreachable(host(url), error.to_string()))?;
    Ok(socket)
}

async fn read_at_most(url: &Url, response: reqwest::Response, max_bytes: usize) -> Result<Vec<u8>, DeliveryError> {
    let too_large = || DeliveryError::TooLarge(host(url), max_bytes);
    if response.content_length().is_some_and(|length| length > max_bytes as u64) {
        return Err(too_large());
    }
    let mut body = Vec::new();
    let mut chunks = response.bytes_stream();
    while let Some(chunk) = chunks.next().await {
        let chunk = chunk.map_err(|error| unreachable(url, &error))?;
        if body.len() + chunk.len() > max_bytes {
            return Err(too_large());
        }
        body.extend_from_slice(&chunk);
    }
    Ok(body)
}

fn host(url: &Url) -> String {
    match (url.host_str(), url.port()) {
        (Some(host), Some(port)) => format!("{host}:{port}"),
        (Some(host), None) => host.to_owned(),
        _ => url.to_string(),
    }
}

fn unreachable(url: &Url, error: &reqwest::Error) -> DeliveryError {
    // The cause at the bottom says what a person can act on ("connection refused"); the top only says "sending failed".
    let mut cause: &dyn std::error::Error = error;
    while let Some(deeper) = cause.source() {
        cause = deeper;
    }
    DeliveryError::Unreachable(host(url), cause.to_string())
}
