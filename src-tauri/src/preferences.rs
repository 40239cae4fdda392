//! What a profile's window remembers outside the wallet, because the locked window needs it too: look, language, size and place. Nothing here is secret, and losing it loses nothing.

use std::path::Path;

use serde::{Deserialize, Serialize};

use crate::view::app::Theme;
use crate::view::desktop::OnClose;

const FILE: &str = "window.json";
const MAX_BYTES: u64 = 64 * 1024;

/// The window's memory.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(default)]
pub struct Preferences {
    /// The look.
    pub theme: Theme,
    /// A BCP 47 tag; `None` follows the system.
    pub language: Option<String>,
    /// Where the window was.
    pub window: Option<Placement>,
    /// How large everything is shown, in percent.
    pub zoom: u16,
    /// What closing it does.
    pub on_close: OnClose,
    /// Lock at once when it is closed and the wallet stays in the tray.
    pub lock_when_closed: bool,
    /// Tell the desktop of what comes in while it is not looked at.
    pub notifications: bool,
}

impl Default for Preferences {
    fn default() -> Self {
        Self {
            theme: Theme::default(),
            language: None,
            window: None,
            zoom: 100,
            on_close: OnClose::default(),
            lock_when_closed: false,
            notifications: true,
        }
    }
}

/// Where a window was, in logical pixels.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Placement {
    /// From the left.
    pub x: f64,
    /// From the top.
    pub y: f64,
    /// Of the content.
    pub width: f64,
    /// Of the content.
    pub height: f64,
    /// It filled the screen.
    pub maximised: bool,
}

impl Preferences {
    /// Read a profile's preferences; what cannot be read is as if it had never been written.
    pub fn read(folder: &Path) -> Self {
        let file = folder.join(FILE);
        if std::fs::metadata(&file).is_ok_and(|meta| meta.len() > MAX_BYTES) {
            return Self::default();
        }
        std::fs::read(file).ok().and_then(|bytes| serde_json::from_slice(&bytes).ok()).unwrap_or_default()
    }

    /// Write them, whole or not at all.
    ///
    /// # Errors
    ///
    /// What the disk says.
    pub fn write(&self, folder: &Path) -> std::io::Result<()> {
        std::fs::create_dir_all(folder)?;
        let fresh = folder.join("window.json.new");
        std::fs::write(&fresh, serde_json::to_vec_pretty(self)?)?;
        std::fs::rename(fresh, folder.join(FILE))
    }
}

#[cfg(test)]
mod tests {
    use super::{Placement, Preferences};
    use crate::view::app::Theme;
    use crate::view::desktop::OnClose;

    #[test]
    fn preferences_come_back_as_they_were_written() {
        let folder = tempfile::tempdir().unwrap();
        let preferences = Preferences {
            theme: Theme::Dark,
            language: Some("de".to_owned()),
            window: Some(Placement { x: 1.0, y: 2.0, width: 900.0, height: 600.0, maximised: false }),
            zoom: 150,
            on_close: OnClose::Quit,
            lock_when_closed: true,
            notifications: false,
        };
        preferences.write(folder.path()).unwrap();
        assert_eq!(Preferences::read(folder.path()), preferences);
    }

    #[test]
    fn preferences_of_an_earlier_version_are_kept_and_filled_up() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("window.json"), "{\"theme\":\"dark\",\"zoom\":120}").unwrap();
        let wanted = Preferences { theme: Theme::Dark, zoom: 120, ..Preferences::default() };
        assert_eq!(Preferences::read(folder.path()), wanted);
        assert!(wanted.notifications && !wanted.lock_when_closed && wanted.on_close == OnClose::Tray);
    }

    #[test]
    fn damaged_preferences_are_forgotten() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("window.json"), "{\"theme\":").unwrap();
        assert_eq!(Preferences::read(folder.path()), Preferences::default());
    }
}
