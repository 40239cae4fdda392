//! The desktop's notification server, org.freedesktop.Notifications, over one connection to a bus.

use std::collections::HashMap;
use std::time::Duration;

use futures::StreamExt;
use zbus::message::Type;
use zbus::zvariant::{DynamicType, Value};
use zbus::{Connection, MatchRule, Message, MessageStream};

const NAME: &str = "org.freedesktop.Notifications";
const PATH: &str = "/org/freedesktop/Notifications";
/// How long the server may take: a bus starts it when it is asked for first.
const PATIENCE: Duration = Duration::from_secs(10);
/// The key of the action that a click on the notification itself is.
const CLICK: &str = "default";
/// The name of the desktop entry that the packages install, for icon and name.
const DESKTOP_ENTRY: &str = "Vouchsafe";

/// A server that answered.
pub struct Server {
    bus: Connection,
    /// A click on a notification is told.
    clicks: bool,
    signals: MessageStream,
}

/// What the server tells of a notification.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Told {
    /// The person clicked on it.
    Clicked(u32),
    /// It is gone.
    Closed(u32),
}

impl Server {
    /// Find out what the server on this bus can do, and listen to it.
    ///
    /// # Errors
    ///
    /// What the bus says: there may be no server.
    pub async fn on(bus: Connection) -> zbus::Result<Self> {
        let rule = MatchRule::builder().msg_type(Type::Signal).sender(NAME)?.path(PATH)?.interface(NAME)?.build();
        let signals = MessageStream::for_match_rule(rule, &bus, None).await?;
        let mut server = Self { bus, clicks: false, signals };
        let able: Vec<String> = server.call("GetCapabilities", &()).await?.body().deserialize()?;
        server.clicks = able.iter().any(|ability| ability == "actions");
        Ok(server)
    }

    /// Show this, in place of `replaces` where that is not 0. Answers with the notification's id.
    ///
    /// # Errors
    ///
    /// What the bus says.
    pub async fn show(&self, replaces: u32, sentence: &str, profile: Option<&str>) -> zbus::Result<u32> {
        let actions: &[&str] = if self.clicks { &[CLICK, "Vouchsafe"] } else { &[] };
        let hints = HashMap::from([("desktop-entry", Value::from(DESKTOP_ENTRY)), ("urgency", Value::from(1_u8))]);
        // How long it stays is the desktop's own choice.
        let asked = ("Vouchsafe", replaces, "vouchsafe", sentence, profile.unwrap_or_default(), actions, hints, -1_i32);
        self.call("Notify", &asked).await?.body().deserialize()
    }

    /// Take a notification away.
    ///
    /// # Errors
    ///
    /// What the bus says.
    pub async fn close(&self, id: u32) -> zbus::Result<()> {
        self.call("CloseNotification", &id).await.map(drop)
    }

    /// What it tells next; `None` once the bus is gone.
    pub async fn next(&mut self) -> Option<Told> {
        loop {
            let message = self.signals.next().await?.ok()?;
            if let Some(told) = told(&message) {
                return Some(told);
            }
        }
    }

    async fn call<B: serde::Serialize + DynamicType>(&self, method: &str, body: &B) -> zbus::Result<Message> {
        let answer = self.bus.call_method(Some(NAME), PATH, Some(NAME), method, body);
        match tokio::time::timeout(PATIENCE, answer).await {
            Ok(answer) => answer,
            Err(_) => Err(zbus::Error::Failure(format!("{NAME} does not answer"))),
        }
    }
}

fn told(message: &Message) -> Option<Told> {
    let body = message.body();
    match message.header().member()?.as_str() {
        "ActionInvoked" => {
            let (id, key): (u32, String) = body.deserialize().ok()?;
            (key == CLICK).then_some(Told::Clicked(id))
        }
        "NotificationClosed" => {
            let (id, _reason): (u32, u32) = body.deserialize().ok()?;
            Some(Told::Closed(id))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::used_underscore_binding, reason = "D-Bus names what a stand-in has no use for")]

    use std::collections::HashMap;
    use std::io::{BufRead as _, BufReader};
    use std::process::{Child, Command, Stdio};
    use std::sync::Arc;

    use parking_lot::Mutex;
    use zbus::Connection;
    use zbus::connection::Builder;
    use zbus::object_server::SignalEmitter;
    use zbus::zvariant::OwnedValue;

    use super::{CLICK, NAME, PATH, Server, Told};

    /// A notification as the stand-in got it: what it replaces, its title, its body, its actions.
    type Shown = (u32, String, String, Vec<String>);

    #[derive(Clone, Default)]
    struct StandIn {
        able: Vec<String>,
        shown: Arc<Mutex<Vec<Shown>>>,
        closed: Arc<Mutex<Vec<u32>>>,
    }

    #[zbus::interface(name = "org.freedesktop.Notifications")]
    impl StandIn {
        fn get_capabilities(&self) -> Vec<String> {
            self.able.clone()
        }

        #[expect(clippy::too_many_arguments, reason = "the specification's own")]
        fn notify(
            &self,
            _program: String,
            replaces: u32,
            _icon: String,
            summary: String,
            body: String,
            actions: Vec<String>,
            _hints: HashMap<String, OwnedValue>,
            _timeout: i32,
        ) -> u32 {
            let mut shown = self.shown.lock();
            shown.push((replaces, summary, body, actions));
            if replaces > 0 { replaces } else { u32::try_from(shown.len()).unwrap() }
        }

        fn close_notification(&self, id: u32) {
            self.closed.lock().push(id);
        }

        #[zbus(signal)]
        async fn action_invoked(emitter: &SignalEmitter<'_>, id: u32, key: &str) -> zbus::Result<()>;

        #[zbus(signal)]
        async fn notification_closed(emitter: &SignalEmitter<'_>, id: u32, reason: u32) -> zbus::Result<()>;
    }

    /// A bus of the test's own.
    struct Bus {
        daemon: Child,
        address: String,
    }

    impl Drop for Bus {
        fn drop(&mut self) {
            let _ = self.daemon.kill();
            let _ = self.daemon.wait();
        }
    }

    impl Bus {
        fn start() -> Self {
            let mut daemon = Command::new("dbus-daemon")
                .args(["--session", "--nofork", "--print-address=1"])
                .stdout(Stdio::piped())
                .spawn()
                .unwrap();
            let mut address = String::new();
            BufReader::new(daemon.stdout.take().unwrap()).read_line(&mut address).unwrap();
            Self { daemon, address: address.trim().to_owned() }
        }

        fn connect(&self) -> Builder<'_> {
            Builder::address(self.address.as_str()).unwrap()
        }

        async fn serve(&self, stand_in: &StandIn) -> Connection {
            self.connect().serve_at(PATH, stand_in.clone()).unwrap().name(NAME).unwrap().build().await.unwrap()
        }
    }

    #[tokio::test]
    async fn a_notification_is_shown_replaced_clicked_and_closed() {
        let stand_in = StandIn { able: vec!["body".to_owned(), "actions".to_owned()], ..StandIn::default() };
        let bus = Bus::start();
        let daemon = bus.serve(&stand_in).await;
        let mut server = Server::on(bus.connect().build().await.unwrap()).await.unwrap();
        let id = server.show(0, "A credential is offered to you", None).await.unwrap();
        assert_eq!(id, 1);
        assert_eq!(server.show(id, "2 credentials are offered to you", Some("desk")).await.unwrap(), id);
        let actions = || vec![CLICK.to_owned(), "Vouchsafe".to_owned()];
        assert_eq!(
            *stand_in.shown.lock(),
            [
                (0, "A credential is offered to you".to_owned(), String::new(), actions()),
                (1, "2 credentials are offered to you".to_owned(), "desk".to_owned(), actions()),
            ]
        );

        let emitter = SignalEmitter::new(&daemon, PATH).unwrap();
        // Another action than the click is none of ours.
        StandIn::action_invoked(&emitter, id, "snooze").await.unwrap();
        StandIn::action_invoked(&emitter, id, CLICK).await.unwrap();
        StandIn::notification_closed(&emitter, id, 2).await.unwrap();
        assert_eq!(server.next().await, Some(Told::Clicked(1)));
        assert_eq!(server.next().await, Some(Told::Closed(1)));

        server.close(id).await.unwrap();
        assert_eq!(*stand_in.closed.lock(), [1]);
    }

    #[tokio::test]
    async fn a_server_without_actions_is_offered_none() {
        let stand_in = StandIn::default();
        let bus = Bus::start();
        let _daemon = bus.serve(&stand_in).await;
        let server = Server::on(bus.connect().build().await.unwrap()).await.unwrap();
        server.show(0, "A run is finished", None).await.unwrap();
        assert_eq!(stand_in.shown.lock()[0].3, Vec::<String>::new());
    }

    #[tokio::test]
    async fn a_bus_without_a_server_is_an_error_and_no_silence() {
        let bus = Bus::start();
        assert!(Server::on(bus.connect().build().await.unwrap()).await.is_err());
    }

    #[tokio::test]
    async fn a_forged_click_of_another_program_is_not_heard() {
        let stand_in = StandIn { able: vec!["actions".to_owned()], ..StandIn::default() };
        let bus = Bus::start();
        let daemon = bus.serve(&stand_in).await;
        let mut server = Server::on(bus.connect().build().await.unwrap()).await.unwrap();
        let stranger = bus.connect().build().await.unwrap();
        StandIn::action_invoked(&SignalEmitter::new(&stranger, PATH).unwrap(), 5, CLICK).await.unwrap();
        // The bus keeps the order: were the forged one heard, it would be heard first.
        stranger.call_method(Some(NAME), PATH, Some(NAME), "GetCapabilities", &()).await.unwrap();
        StandIn::action_invoked(&SignalEmitter::new(&daemon, PATH).unwrap(), 1, CLICK).await.unwrap();
        assert_eq!(server.next().await, Some(Told::Clicked(1)));
    }
}
