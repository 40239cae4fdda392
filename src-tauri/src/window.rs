//! A profile's window: one capability, no way out of the app's own pages, its size and place remembered.

use tauri::utils::config::Color;
use tauri::webview::NewWindowResponse;
use tauri::{AppHandle, Url, WebviewUrl, WebviewWindowBuilder, Window};

use crate::preferences::{Placement, Preferences};
use crate::view::app::Theme;

const WIDTH: f64 = 1120.0;
const HEIGHT: f64 = 760.0;
const MIN_WIDTH: f64 = 860.0;
const MIN_HEIGHT: f64 = 560.0;
/// The canvas of both looks, so that nothing flashes before the page is there.
const LIGHT: Color = Color(0xF5, 0xF5, 0xF7, 0xFF);
const DARK: Color = Color(0x14, 0x15, 0x18, 0xFF);

/// Open the window of a profile, `beside` so many others: a new one does not hide them.
///
/// # Errors
///
/// What the desktop says when it opens none.
pub fn open(
    app: &AppHandle,
    label: &str,
    profile: &str,
    preferences: &Preferences,
    beside: usize,
) -> tauri::Result<()> {
    let placement = preferences.window;
    let (width, height) = placement.map_or((WIDTH, HEIGHT), |placement| {
        (placement.width.clamp(MIN_WIDTH, 8192.0), placement.height.clamp(MIN_HEIGHT, 8192.0))
    });
    let mut window = WebviewWindowBuilder::new(app, label, WebviewUrl::App("index.html".into()))
        .title(format!("Vouchsafe – {profile}"))
        .inner_size(width, height)
        .min_inner_size(MIN_WIDTH, MIN_HEIGHT)
        .prevent_overflow()
        .theme(system_theme(preferences.theme))
        // Dropped files come to the page as its own event: it sees their bytes and never a path.
        .disable_drag_drop_handler()
        .on_navigation(is_own_page)
        .on_new_window(|_, _| NewWindowResponse::Deny);
    window = match preferences.theme {
        Theme::Light => window.background_color(LIGHT),
        Theme::Dark => window.background_color(DARK),
        Theme::System => window,
    };
    window = match placement {
        Some(place) if is_on_a_screen(app, &place) => window.position(place.x, place.y).maximized(place.maximised),
        Some(Placement { maximised, .. }) => window.center().maximized(maximised),
        None if beside > 0 => {
            let step = 32.0 * f64::from(u8::try_from(beside % 8).unwrap_or(1));
            window.position(step, step)
        }
        None => window.center(),
    };
    let window = window.build()?;
    if preferences.zoom != 100 {
        window.set_zoom(f64::from(preferences.zoom.clamp(50, 200)) / 100.0)?;
    }
    Ok(())
}

/// Only the pages that are built into the program.
fn is_own_page(url: &Url) -> bool {
    url.scheme() == "tauri" || (matches!(url.scheme(), "http" | "https") && url.host_str() == Some("tauri.localhost"))
}

/// A screen, in logical pixels.
#[derive(Debug, Clone, Copy)]
struct Screen {
    left: f64,
    top: f64,
    width: f64,
    height: f64,
}

/// How much of a window's upper edge has to be on a screen: enough to take hold of it.
const HOLD: f64 = 64.0;

impl Screen {
    /// Whether enough of the window's upper edge is on it.
    fn shows(&self, place: &Placement) -> bool {
        let (right, bottom) = (self.left + self.width, self.top + self.height);
        let seen = (place.x + place.width).min(right) - place.x.max(self.left);
        // Frames lie a little outside of some screens.
        seen >= HOLD && place.y >= self.top - 16.0 && place.y <= bottom - HOLD
    }
}

/// A screen may have been taken away since: a window must not open where nobody sees it.
fn is_on_a_screen(app: &AppHandle, place: &Placement) -> bool {
    app.available_monitors().unwrap_or_default().iter().any(|monitor| {
        let scale = monitor.scale_factor();
        let screen = Screen {
            left: f64::from(monitor.position().x) / scale,
            top: f64::from(monitor.position().y) / scale,
            width: f64::from(monitor.size().width) / scale,
            height: f64::from(monitor.size().height) / scale,
        };
        screen.shows(place)
    })
}

/// Where the window is now; `None` where the desktop does not say, or nobody sees it. One that fills the screen keeps the
/// size and the place that it goes back to.
pub fn placement(window: &Window, before: Option<Placement>) -> Option<Placement> {
    if window.is_minimized().unwrap_or(false) || !window.is_visible().unwrap_or(true) {
        return None;
    }
    let scale = window.scale_factor().ok()?;
    let size = window.inner_size().ok()?.to_logical::<f64>(scale);
    let place = window.outer_position().ok()?.to_logical::<f64>(scale);
    let now = Placement {
        x: place.x,
        y: place.y,
        width: size.width,
        height: size.height,
        maximised: window.is_maximized().unwrap_or(false),
    };
    Some(kept(now, before))
}

fn kept(now: Placement, before: Option<Placement>) -> Placement {
    match before {
        Some(before) if now.maximised => Placement { maximised: true, ..before },
        _ => now,
    }
}

/// The look as the desktop knows it; `None` follows the system.
pub fn system_theme(theme: Theme) -> Option<tauri::Theme> {
    match theme {
        Theme::System => None,
        Theme::Light => Some(tauri::Theme::Light),
        Theme::Dark => Some(tauri::Theme::Dark),
    }
}

#[cfg(test)]
mod tests {
    use tauri::Url;

    use super::{Screen, is_own_page, kept};
    use crate::preferences::Placement;

    fn at(x: f64, y: f64) -> Placement {
        Placement { x, y, width: 1120.0, height: 760.0, maximised: false }
    }

    #[test]
    fn a_place_off_all_screens_is_not_taken() {
        let screen = Screen { left: 0.0, top: 0.0, width: 1920.0, height: 1080.0 };
        for place in [at(0.0, 0.0), at(-1000.0, 10.0), at(1800.0, 1000.0), at(-4.0, -4.0)] {
            assert!(screen.shows(&place), "{place:?}");
        }
        for place in [at(-1100.0, 0.0), at(1900.0, 0.0), at(0.0, 1070.0), at(0.0, -200.0), at(3000.0, 200.0)] {
            assert!(!screen.shows(&place), "{place:?}");
        }
        let second = Screen { left: 1920.0, ..screen };
        assert!(second.shows(&at(3000.0, 200.0)));
    }

    #[test]
    fn a_window_that_fills_the_screen_keeps_what_it_goes_back_to() {
        let full = Placement { x: 0.0, y: 0.0, width: 1920.0, height: 1080.0, maximised: true };
        assert_eq!(kept(full, Some(at(40.0, 30.0))), Placement { maximised: true, ..at(40.0, 30.0) });
        assert_eq!(kept(full, None), full);
        assert_eq!(kept(at(1.0, 2.0), Some(full)), at(1.0, 2.0));
    }

    #[test]
    fn a_window_goes_nowhere_but_to_its_own_pages() {
        assert!(is_own_page(&Url::parse("tauri://localhost/index.html").unwrap()));
        for url in [
            "https://example.org/",
            "http://localhost/",
            "file:///etc/passwd",
            "data:text/html,x",
            "https://tauri.localhost.example.org/",
        ] {
            assert!(!is_own_page(&Url::parse(url).unwrap()), "{url}");
        }
    }
}
