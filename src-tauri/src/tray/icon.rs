//! The tray's icon as pixels, plain and with a mark for what waits. It is drawn here, so that an installation without an
//! icon theme shows it too.

use std::sync::LazyLock;

use image::RgbaImage;
use image::imageops::FilterType;

/// The app's own icon.
const ICON: &[u8] = include_bytes!("../../../icons/128x128.png");
/// The sides that are offered, in pixels: for usual and for dense screens.
const SIDES: [u32; 2] = [32, 64];
/// The mark: red, green, blue.
const MARK: [u8; 3] = [0xE5, 0x48, 0x4D];

static PLAIN: LazyLock<Vec<ksni::Icon>> = LazyLock::new(|| draw(false));
static MARKED: LazyLock<Vec<ksni::Icon>> = LazyLock::new(|| draw(true));

/// The icon in all sizes; `marked` says that something waits.
pub fn pixels(marked: bool) -> Vec<ksni::Icon> {
    if marked { MARKED.clone() } else { PLAIN.clone() }
}

fn draw(marked: bool) -> Vec<ksni::Icon> {
    // A picture that is built in and cannot be read is the build's fault: the tray then shows its title.
    let Ok(icon) = image::load_from_memory(ICON) else { return Vec::new() };
    let sizes = SIDES.iter().map(|side| {
        let mut picture = icon.resize_exact(*side, *side, FilterType::Lanczos3).to_rgba8();
        if marked {
            mark(&mut picture);
        }
        argb(picture)
    });
    sizes.collect()
}

/// A dot at the upper right, where the icon has nothing of its own, with a gap around it so that it stands off.
#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    clippy::cast_precision_loss,
    reason = "pixels of a small picture, and shares between 0 and 1 of a byte"
)]
fn mark(picture: &mut RgbaImage) {
    let side = picture.width() as f32;
    let (radius, gap) = (side * 0.2, side * 0.06);
    let (right, top) = (side - radius - 0.5, radius + 0.5);
    for (x, y, pixel) in picture.enumerate_pixels_mut() {
        let away = (x as f32 - right).hypot(y as f32 - top);
        let inside = (radius + 0.5 - away).clamp(0.0, 1.0);
        let kept = 1.0 - (radius + gap + 0.5 - away).clamp(0.0, 1.0);
        let [red, green, blue, alpha] = pixel.0;
        let opacity = f32::from(alpha) * kept;
        pixel.0 = if inside > 0.0 {
            [MARK[0], MARK[1], MARK[2], (inside * 255.0) as u8]
        } else {
            [red, green, blue, opacity as u8]
        };
    }
}

fn argb(picture: RgbaImage) -> ksni::Icon {
    let side = |side: u32| i32::try_from(side).unwrap_or_default();
    let (width, height) = (side(picture.width()), side(picture.height()));
    let mut data = picture.into_raw();
    for pixel in data.chunks_exact_mut(4) {
        pixel.rotate_right(1);
    }
    ksni::Icon { width, height, data }
}

#[cfg(test)]
mod tests {
    use super::{MARK, SIDES, pixels};

    #[test]
    fn the_mark_is_at_the_upper_right_and_nowhere_else() {
        let (plain, marked) = (pixels(false), pixels(true));
        assert_eq!(plain.len(), SIDES.len());
        for (plain, marked) in plain.iter().zip(&marked) {
            let side = usize::try_from(plain.width).unwrap();
            assert_eq!(plain.data.len(), side * side * 4);
            let pixel = |icon: &ksni::Icon, x: usize, y: usize| icon.data[(y * side + x) * 4..][..4].to_vec();
            let (right, top) = (side - side / 5, side / 5);
            assert_eq!(pixel(marked, right, top), [0xFF, MARK[0], MARK[1], MARK[2]]);
            assert_ne!(pixel(plain, right, top), pixel(marked, right, top));
            for (x, y) in [(side / 4, side / 4), (side / 2, side / 2), (side * 3 / 4, side * 3 / 4)] {
                assert_eq!(pixel(plain, x, y), pixel(marked, x, y));
            }
        }
    }
}
