//! QR codes: made for an invitation, found in an image. An image comes from anywhere: its size in bytes and pixels is bounded before it is unpacked, and reading it is bounded in time.

use std::fmt::Write as _;
use std::io::Cursor;
use std::time::Duration;

use image::{DynamicImage, ImageReader, Limits, imageops::FilterType};
use qrcode::{Color, EcLevel, QrCode};
use rxing::{BarcodeFormat, DecodeHints, helpers};

use crate::desktop::Pixels;

/// The quiet zone that readers need around a code, in modules.
const QUIET: usize = 4;
/// Up to this width (version 20) a code at level M is still easily read from a screen; above it level L keeps the modules larger.
const EASY_WIDTH: usize = 97;
/// The largest side of an image that is unpacked.
const MAX_SIDE: u32 = 10_000;
/// The largest memory that unpacking an image may take.
const MAX_MEMORY: u64 = 256 * 1024 * 1024;
/// The side that larger images are brought down to before they are searched.
const SEARCH_SIDE: u32 = 2400;
const PATIENCE: Duration = Duration::from_secs(10);

/// A QR code for the screen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Qr {
    /// SVG markup: a white square and one black path, one unit a module.
    pub svg: String,
    /// Modules on a side with the quiet zone.
    pub modules: u32,
    /// The error correction level.
    pub level: &'static str,
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

/// Why no text came out of an image.
#[derive(Debug, thiserror::Error)]
pub enum ImageError {
    /// Not an image of a kind that is read here, or damaged.
    #[error("this is not an image that can be read: {0}")]
    NotAnImage(String),
    /// More pixels than are looked at.
    #[error("this image has more than {MAX_SIDE} pixels on a side")]
    TooLarge,
    /// An image without a QR code in it.
    #[error("there is no QR code in this image")]
    NoCode,
    /// It took too long.
    #[error("this image took too long to read")]
    TooSlow,
}

/// Find the QR code in an image file's bytes and read its text.
///
/// # Errors
///
/// [`ImageError`], none of which the bytes can avoid by being large or slow.
pub async fn read_file(bytes: Vec<u8>) -> Result<String, ImageError> {
    bounded(move || {
        let mut reader = ImageReader::new(Cursor::new(bytes))
            .with_guessed_format()
            .map_err(|error| ImageError::NotAnImage(error.to_string()))?;
        let mut limits = Limits::default();
        limits.max_image_width = Some(MAX_SIDE);
        limits.max_image_height = Some(MAX_SIDE);
        limits.max_alloc = Some(MAX_MEMORY);
        reader.limits(limits);
        let image = reader.decode().map_err(|error| match error {
            image::ImageError::Limits(_) => ImageError::TooLarge,
            other => ImageError::NotAnImage(other.to_string()),
        })?;
        search(&image)
    })
    .await
}

/// Find the QR code in an image from the clipboard.
///
/// # Errors
///
/// As [`read_file`].
pub async fn read_pixels(pixels: Pixels) -> Result<String, ImageError> {
    bounded(move || {
        if pixels.width > MAX_SIDE || pixels.height > MAX_SIDE {
            return Err(ImageError::TooLarge);
        }
        let image = image::RgbaImage::from_raw(pixels.width, pixels.height, pixels.rgba)
            .ok_or_else(|| ImageError::NotAnImage("its size is not what it says".to_owned()))?;
        search(&DynamicImage::ImageRgba8(image))
    })
    .await
}

async fn bounded(work: impl FnOnce() -> Result<String, ImageError> + Send + 'static) -> Result<String, ImageError> {
    match tokio::time::timeout(PATIENCE, tokio::task::spawn_blocking(work)).await {
        Err(_) => Err(ImageError::TooSlow),
        // A reader that broke off over a stranger's image found nothing.
        Ok(Err(_)) => Err(ImageError::NoCode),
        Ok(Ok(found)) => found,
    }
}

fn search(image: &DynamicImage) -> Result<String, ImageError> {
    let image = on_white(image);
    let image = if image.width().max(image.height()) > SEARCH_SIDE {
        image.resize(SEARCH_SIDE, SEARCH_SIDE, FilterType::Triangle)
    } else {
        image
    };
    // Photographs are read better a little smaller, screenshots of small codes larger.
    let sizes = [(1, 1), (1, 2), (2, 1)];
    for (times, by) in sizes {
        let (width, height) = (image.width() * times / by, image.height() * times / by);
        if width < 21 || height < 21 || width.max(height) > SEARCH_SIDE {
            continue;
        }
        let luma = if times == by {
            image.to_luma8()
        } else {
            image.resize_exact(width, height, FilterType::Triangle).to_luma8()
        };
        let mut hints = DecodeHints { TryHarder: Some(true), AlsoInverted: Some(true), ..DecodeHints::default() };
        if let Ok(found) =
            helpers::detect_in_luma_with_hints(luma.into_raw(), width, height, Some(BarcodeFormat::QR_CODE), &mut hints)
        {
            return Ok(found.getText().to_owned());
        }
    }
    Err(ImageError::NoCode)
}

/// Transparent means white: a code drawn on nothing would otherwise be black on black.
fn on_white(image: &DynamicImage) -> DynamicImage {
    if !image.color().has_alpha() {
        return image.clone();
    }
    let mut rgba = image.to_rgba8();
    for pixel in rgba.pixels_mut() {
        let [red, green, blue, alpha] = pixel.0;
        let over = |channel: u8| {
            let mixed = (u16::from(channel) * u16::from(alpha) + 255 * (255 - u16::from(alpha))) / 255;
            u8::try_from(mixed).unwrap_or(u8::MAX)
        };
        pixel.0 = [over(red), over(green), over(blue), 255];
    }
    DynamicImage::ImageRgba8(rgba)
}

#[cfg(test)]
mod tests {
    use image::{DynamicImage, GrayImage, ImageFormat, Luma};
    use qrcode::{Color, EcLevel, QrCode};

    use super::{ImageError, encode, read_file};

    fn picture(text: &str, module: u32) -> Vec<u8> {
        let code = QrCode::with_error_correction_level(text, EcLevel::L).unwrap();
        let width = u32::try_from(code.width()).unwrap();
        let side = (width + 8) * module;
        let colors = code.to_colors();
        let image = GrayImage::from_fn(side, side, |x, y| {
            let (x, y) = (x / module, y / module);
            let dark = (4..width + 4).contains(&x)
                && (4..width + 4).contains(&y)
                && colors[((y - 4) * width + x - 4) as usize] == Color::Dark;
            Luma([if dark { 0 } else { 255 }])
        });
        let mut bytes = std::io::Cursor::new(Vec::new());
        DynamicImage::ImageLuma8(image).write_to(&mut bytes, ImageFormat::Png).unwrap();
        bytes.into_inner()
    }

    #[tokio::test]
    async fn a_long_invitation_is_read_from_a_picture() {
        let text = format!("http://127.0.0.1:8020?oob={}", "eyJAdHlwZSI6".repeat(60));
        assert_eq!(read_file(picture(&text, 3)).await.unwrap(), text);
    }

    #[tokio::test]
    async fn a_picture_without_a_code_and_bytes_that_are_no_picture_are_told_apart() {
        let mut bytes = std::io::Cursor::new(Vec::new());
        DynamicImage::ImageLuma8(GrayImage::new(64, 64)).write_to(&mut bytes, ImageFormat::Png).unwrap();
        assert!(matches!(read_file(bytes.into_inner()).await, Err(ImageError::NoCode)));
        assert!(matches!(read_file(b"hello".to_vec()).await, Err(ImageError::NotAnImage(_))));
    }

    #[tokio::test]
    async fn a_picture_that_claims_to_be_huge_is_not_unpacked() {
        let mut bytes = picture("x", 1);
        // The width in the PNG's header.
        bytes[16..20].copy_from_slice(&0x7fff_ffff_u32.to_be_bytes());
        assert!(matches!(read_file(bytes).await, Err(ImageError::TooLarge | ImageError::NotAnImage(_))));
    }

    #[test]
    fn the_level_falls_as_the_text_grows_until_nothing_fits() {
        assert_eq!(encode("short").unwrap().level, "M");
        assert_eq!(encode(&"x".repeat(1200)).unwrap().level, "L");
        assert_eq!(encode(&"x".repeat(3000)), None);
    }
}
