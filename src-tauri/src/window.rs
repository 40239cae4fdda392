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
        Some(Placement { x, y, maximised, .. }) if is_on_a_screen(app, x, y) => {
            window.position(x, y).maximized(maximised)
        }
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

/// A screen may have been taken away since: a window must not open where nobody sees it.
fn is_on_a_screen(app: &AppHandle, x: f64, y: f64) -> bool {
    app.available_monitors().unwrap_or_default().iter().any(|monitor| {
        let scale = monitor.scale_factor();
        let (left, top) = (f64::from(monitor.position().x) / scale, f64::from(monitor.position().y) / scale);
        let (width, height) = (f64::from(monitor.size().width) / scale, f64::from(monitor.size().height) / scale);
        x >= left - 1.0 && x < left + width - 64.0 && y >= top - 1.0 && y < top + height - 64.0
    })
}

/// Where the window is now; `None` where the desktop does not say.
pub fn placement(window: &Window) -> Option<Placement> {
    let scale = window.scale_factor().ok()?;
    let size = window.inner_size().ok()?.to_logical::<f64>(scale);
    let place = window.outer_position().ok()?.to_logical::<f64>(scale);
    Some(Placement {
        x: place.x,
        y: place.y,
        width: size.width,
        height: size.height,
        maximised: window.is_maximized().unwrap_or(false),
    })
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

    use super::is_own_page;

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
