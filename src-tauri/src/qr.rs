//! QR codes found in an image. An image comes from anywhere: its size in bytes and pixels is bounded before it is unpacked, and reading it is bounded in time.

use std::io::Cursor;
use std::time::Duration;

use image::{DynamicImage, ImageReader, Limits, imageops::FilterType};
use rxing::common::HybridBinarizer;
use rxing::multi::qrcode::QRCodeMultiReader;
use rxing::multi::{GenericMultipleBarcodeReader, MultipleBarcodeReader};
use rxing::qrcode::QRCodeReader;
use rxing::{BarcodeFormat, BinaryBitmap, DecodeHints, Luma8LuminanceSource, helpers};
pub use vouchsafe_agent::qr::{Qr, encode};

use crate::desktop::Pixels;

/// The largest side of an image that is unpacked.
const MAX_SIDE: u32 = 10_000;
/// The largest memory that unpacking an image may take.
const MAX_MEMORY: u64 = 256 * 1024 * 1024;
/// The side that larger images are brought down to before they are searched.
const SEARCH_SIDE: u32 = 2400;
/// So many codes of one image are shown to choose from.
const MAX_CODES: usize = 12;
const PATIENCE: Duration = Duration::from_secs(10);

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

/// Find the QR codes in an image file's bytes and read their texts, at least one.
///
/// # Errors
///
/// [`ImageError`], none of which the bytes can avoid by being large or slow.
pub async fn read_file(bytes: Vec<u8>) -> Result<Vec<String>, ImageError> {
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

/// Find the QR codes in an image from the clipboard.
///
/// # Errors
///
/// As [`read_file`].
pub async fn read_pixels(pixels: Pixels) -> Result<Vec<String>, ImageError> {
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

async fn bounded(
    work: impl FnOnce() -> Result<Vec<String>, ImageError> + Send + 'static,
) -> Result<Vec<String>, ImageError> {
    match tokio::time::timeout(PATIENCE, tokio::task::spawn_blocking(work)).await {
        Err(_) => Err(ImageError::TooSlow),
        // A reader that broke off over a stranger's image found nothing.
        Ok(Err(_)) => Err(ImageError::NoCode),
        Ok(Ok(found)) => found,
    }
}

fn search(image: &DynamicImage) -> Result<Vec<String>, ImageError> {
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
            helpers::detect_in_luma_with_hints(luma.to_vec(), width, height, Some(BarcodeFormat::QR_CODE), &mut hints)
        {
            let mut texts = vec![found.getText().to_owned()];
            for text in every(luma.into_raw(), width, height, &hints) {
                if !texts.contains(&text) && texts.len() < MAX_CODES {
                    texts.push(text);
                }
            }
            return Ok(texts);
        }
    }
    Err(ImageError::NoCode)
}

/// All codes that are in the image. One reader finds what stands close together, the other looks again at what is left
/// and right of, above and below each code that it found; the search for one finds what both pass over.
fn every(luma: Vec<u8>, width: u32, height: u32, hints: &DecodeHints) -> Vec<String> {
    let Ok(source) = Luma8LuminanceSource::new(luma, width, height) else { return Vec::new() };
    let mut image = BinaryBitmap::new(HybridBinarizer::new(source));
    let mut around = GenericMultipleBarcodeReader::new(QRCodeReader::new());
    let mut found = QRCodeMultiReader::new().decode_multiple_with_hints(&mut image, hints).unwrap_or_default();
    found.extend(around.decode_multiple_with_hints(&mut image, hints).unwrap_or_default());
    found.iter().map(|code| code.getText().to_owned()).collect()
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

    use super::{ImageError, read_file};

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
        assert_eq!(read_file(picture(&text, 3)).await.unwrap(), [text]);
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

    /// Codes of these texts, each with its own size of module, at these places of one picture.
    async fn found_among(codes: &[(&str, u32, i64, i64)]) -> Vec<String> {
        let mut all = GrayImage::from_pixel(1200, 800, Luma([255]));
        for (text, module, x, y) in codes {
            let code = image::load_from_memory(&picture(text, *module)).unwrap().to_luma8();
            image::imageops::replace(&mut all, &code, *x, *y);
        }
        let mut bytes = std::io::Cursor::new(Vec::new());
        DynamicImage::ImageLuma8(all).write_to(&mut bytes, ImageFormat::Png).unwrap();
        let mut found = read_file(bytes.into_inner()).await.unwrap();
        found.sort();
        found
    }

    #[tokio::test]
    async fn of_several_codes_in_one_picture_none_is_passed_over() {
        let (one, other, third) =
            ("https://one.example/i/0123456789", "https://other.example/i/9876543210", "https://third.example/i/5");
        assert_eq!(found_among(&[(one, 6, 0, 0), (other, 6, 300, 0)]).await, [one, other]);
        assert_eq!(found_among(&[(one, 5, 20, 20), (other, 7, 700, 400)]).await, [one, other]);
        assert_eq!(found_among(&[(one, 6, 0, 0), (other, 6, 400, 0), (third, 6, 800, 0)]).await, [one, other, third]);
        assert_eq!(
            found_among(&[(one, 8, 30, 30), (other, 5, 800, 60), (third, 6, 400, 480)]).await,
            [one, other, third]
        );
    }
}
