//! QR codes for links: the finest level of error correction that a camera still reads with ease from a screen, as
//! self-contained SVG.

use std::fmt::Write as _;

use qrcode::{Color, EcLevel, QrCode};

/// The quiet zone that readers need around a code, in modules.
const QUIET: usize = 4;
/// Up to this width (version 20) a code at level M is still easily read from a screen; above it level L keeps the
/// modules larger.
const EASY_WIDTH: usize = 97;

/// A QR code for the screen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Qr {
    /// SVG markup: a white square and one black path, one unit a module.
    pub svg: String,
    /// Modules on a side with the quiet zone.
    pub modules: u32,
    /// The error correction level: M where the code is easily read, L where it had to be denser.
    pub level: &'static str,
}

impl Qr {
    /// Whether any camera reads it from a screen; a denser one wants a good camera close by.
    pub fn is_easy(&self) -> bool {
        self.level == "M"
    }
}

/// Make the QR code of a text; `None` where the text is too long for any.
pub fn encode(text: &str) -> Option<Qr> {
    let medium = QrCode::with_error_correction_level(text, EcLevel::M).ok().filter(|code| code.width() <= EASY_WIDTH);
    let (code, level) = match medium {
        Some(code) => (code, "M"),
        None => (QrCode::with_error_correction_level(text, EcLevel::L).ok()?, "L"),
    };
    let width = code.width();
    let modules = u32::try_from(width + 2 * QUIET).ok()?;
    let mut path = String::new();
    for (y, row) in code.to_colors().chunks(width).enumerate() {
        let mut x = 0;
        for run in row.chunk_by(|a, b| a == b) {
            if run.first() == Some(&Color::Dark) {
                let _ = write!(path, "M{} {}h{}v1h-{}z", x + QUIET, y + QUIET, run.len(), run.len());
            }
            x += run.len();
        }
    }
    let svg = format!(
        r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {modules} {modules}" shape-rendering="crispEdges"><rect width="{modules}" height="{modules}" fill="#fff"/><path d="{path}" fill="#000"/></svg>"##
    );
    Some(Qr { svg, modules, level })
}

#[cfg(test)]
mod tests {
    use super::encode;

    #[test]
    fn the_level_falls_as_the_text_grows_until_nothing_fits() {
        let short = encode("short").unwrap();
        assert_eq!((short.level, short.is_easy()), ("M", true));
        let long = encode(&"x".repeat(1200)).unwrap();
        assert_eq!((long.level, long.is_easy()), ("L", false));
        assert_eq!(encode(&"x".repeat(3000)), None);
    }
}
