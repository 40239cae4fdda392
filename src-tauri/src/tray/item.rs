//! The tray as a StatusNotifierItem, by the name under which desktops look for it: org.kde.StatusNotifierItem.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use ksni::menu::StandardItem;
use ksni::{Category, Icon, MenuItem, OfflineReason, Status, ToolTip, TrayMethods as _};
use tauri::{AppHandle, Manager};
use tokio::sync::Notify;

use super::menu::{Action, Content, Entry};
use super::{Host, icon};
use crate::profiles::Profiles;

/// Changes within this time are shown together.
const GATHER: Duration = Duration::from_millis(400);
/// A bus that went away may come back.
const AGAIN: Duration = Duration::from_secs(20);

/// Does what the person chose in the tray.
type Act = Arc<dyn Fn(Action) + Send + Sync>;

struct Item {
    content: Content,
    act: Act,
    host: Arc<Host>,
    /// Hears that the tray came or went.
    hear: Arc<dyn Fn(bool) + Send + Sync>,
}

impl ksni::Tray for Item {
    fn id(&self) -> String {
        "id.vouchsafe.wallet".to_owned()
    }

    fn title(&self) -> String {
        "Vouchsafe".to_owned()
    }

    fn category(&self) -> Category {
        Category::ApplicationStatus
    }

    fn status(&self) -> Status {
        Status::Active
    }

    fn icon_pixmap(&self) -> Vec<Icon> {
        icon::pixels(self.content.total() > 0)
    }

    fn tool_tip(&self) -> ToolTip {
        ToolTip { title: self.title(), description: self.content.tip(), ..ToolTip::default() }
    }

    fn menu(&self) -> Vec<MenuItem<Self>> {
        self.content.entries().into_iter().map(line).collect()
    }

    fn activate(&mut self, _x: i32, _y: i32) {
        (self.act)(Action::ShowLast);
    }

    fn watcher_online(&self) {
        self.host.gone.store(false, Ordering::SeqCst);
        (self.hear)(true);
    }

    fn watcher_offline(&self, _reason: OfflineReason) -> bool {
        self.host.gone.store(true, Ordering::SeqCst);
        (self.hear)(false);
        true
    }
}

fn line(entry: Entry) -> MenuItem<Item> {
    match entry {
        Entry::Separator => MenuItem::Separator,
        Entry::Note(label) => StandardItem { label: literal(&label), enabled: false, ..StandardItem::default() }.into(),
        Entry::Line(label, action) => StandardItem {
            label: literal(&label),
            activate: Box::new(move |item: &mut Item| (item.act)(action.clone())),
            ..StandardItem::default()
        }
        .into(),
    }
}

/// A menu takes a single underscore for the mark of an access key.
fn literal(label: &str) -> String {
    label.replace('_', "__")
}

/// Keeps the item on the bus and what it says true, for as long as the program runs.
pub(super) async fn keep(app: AppHandle, stale: Arc<Notify>, host: Arc<Host>) {
    let acting = app.clone();
    let act: Act = Arc::new(move |action| do_it(&acting, action));
    let hearing = app.clone();
    let hear: Arc<dyn Fn(bool) + Send + Sync> = Arc::new(move |is_there| {
        if let Some(profiles) = hearing.try_state::<Profiles>() {
            profiles.tray_changed(is_there);
        }
    });
    loop {
        host.gone.store(false, Ordering::SeqCst);
        let content = content(&app).await;
        let item = Item { content: content.clone(), act: act.clone(), host: host.clone(), hear: hear.clone() };
        match item.assume_sni_available(true).spawn().await {
            Ok(handle) => {
                host.running.store(true, Ordering::SeqCst);
                hear(host.is_there());
                follow(&app, &stale, &handle, content).await;
                host.running.store(false, Ordering::SeqCst);
                hear(false);
            }
            Err(error) => tracing::info!(%error, "there is no tray"),
        }
        tokio::time::sleep(AGAIN).await;
    }
}

/// Shows what has changed, until the item is off the bus.
async fn follow(app: &AppHandle, stale: &Notify, handle: &ksni::Handle<Item>, mut shown: Content) {
    loop {
        stale.notified().await;
        tokio::time::sleep(GATHER).await;
        if handle.is_closed() {
            return;
        }
        let fresh = content(app).await;
        if fresh != shown {
            shown = fresh.clone();
            if handle.update(move |item| item.content = fresh).await.is_none() {
                return;
            }
        }
    }
}

async fn content(app: &AppHandle) -> Content {
    match app.try_state::<Profiles>() {
        Some(profiles) => profiles.tray_content().await,
        None => Content { language: crate::phrases::Language::of(None), wallets: Vec::new() },
    }
}

/// What was chosen is done apart from the bus, which must not wait for it.
fn do_it(app: &AppHandle, action: Action) {
    let app = app.clone();
    tauri::async_runtime::spawn(async move {
        let Some(profiles) = app.try_state::<Profiles>() else { return };
        let shown = match action {
            Action::ShowLast => profiles.show_last(),
            Action::Show(profile) => profiles.open(&profile).map(drop),
            Action::Go(profile, matter) => profiles.open_at(&profile, matter.place()),
            Action::Lock => {
                profiles.lock_all(crate::view::lock::LockReason::Asked).await;
                Ok(())
            }
            Action::Quit => {
                app.exit(0);
                Ok(())
            }
        };
        if let Err(failure) = shown {
            tracing::warn!(code = failure.code, "what was chosen in the tray was not done");
        }
    });
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use ksni::{MenuItem, Tray as _};
    use parking_lot::Mutex;

    use super::super::menu::{Action, Content, Matter, Wallet};
    use super::{Host, Item};
    use crate::phrases::Language;

    fn item(chosen: &Arc<Mutex<Vec<Action>>>) -> Item {
        let chosen = chosen.clone();
        let wallets = vec![
            Wallet { profile: "front_desk".to_owned(), waiting: Some(vec![(Matter::Offers, 2)]) },
            Wallet { profile: "personal".to_owned(), waiting: None },
        ];
        Item {
            content: Content { language: Language::English, wallets },
            act: Arc::new(move |action| chosen.lock().push(action)),
            host: Arc::<Host>::default(),
            hear: Arc::new(|_| {}),
        }
    }

    #[test]
    fn every_line_does_what_it_says_and_a_note_does_nothing() {
        let chosen = Arc::default();
        let mut item = item(&chosen);
        let mut labels = Vec::new();
        for line in item.menu() {
            if let MenuItem::Standard(line) = line {
                labels.push(line.label);
                if line.enabled {
                    (line.activate)(&mut item);
                }
            }
        }
        assert_eq!(labels, ["Show front__desk", "2 offers wait", "Show personal", "Locked", "Lock now", "Quit"]);
        item.activate(0, 0);
        let desk = || "front_desk".to_owned();
        assert_eq!(
            *chosen.lock(),
            [
                Action::Show(desk()),
                Action::Go(desk(), Matter::Offers),
                Action::Show("personal".to_owned()),
                Action::Lock,
                Action::Quit,
                Action::ShowLast,
            ]
        );
    }

    #[test]
    fn a_desktop_whose_tray_goes_is_a_desktop_without_one() {
        let item = item(&Arc::default());
        item.host.running.store(true, std::sync::atomic::Ordering::SeqCst);
        assert!(item.watcher_offline(ksni::OfflineReason::No) && !item.host.is_there());
        item.watcher_online();
        assert!(item.host.is_there());
    }
}
