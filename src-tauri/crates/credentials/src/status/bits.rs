//! The string of bits of a status list, packed as the standards ask: gzip (RFC 1952), then base64url, with the
//! multibase prefix `u` in Bitstring Status List. The first entry is the left-most bit. What comes from outside is
//! unpacked up to a limit: a few kilobytes of gzip can stand for gigabytes.

use std::io::{Read as _, Write as _};

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use flate2::Compression;
use flate2::read::MultiGzDecoder;
use flate2::write::GzEncoder;

use super::problem::StatusProblem;

/// The fewest bits that a list may have (Bitstring Status List v1.0, section 6.1): herd privacy.
pub const MIN_BITS: u64 = 131_072;
/// The most bits that a list is unpacked to: 2 MiB.
pub const MAX_BITS: u64 = 2 * 1024 * 1024 * 8;

/// Characters of a packed list that are looked at. Random bits do not shrink, and base64 adds a third.
const MAX_PACKED: usize = 3 * 1024 * 1024;

/// The bits of a list.
#[derive(Clone, PartialEq, Eq)]
pub struct Bits {
    bytes: Vec<u8>,
}

impl std::fmt::Debug for Bits {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Bits({} of {} set)", self.count(), self.len())
    }
}

impl Bits {
    /// A list of `length` zeros, rounded up to whole bytes and held within [`MIN_BITS`] and [`MAX_BITS`].
    pub fn new(length: u64) -> Self {
        let bytes = length.clamp(MIN_BITS, MAX_BITS).div_ceil(8);
        Self { bytes: vec![0; usize::try_from(bytes).unwrap_or_default()] }
    }

    /// How many bits there are.
    pub fn len(&self) -> u64 {
        self.bytes.len() as u64 * 8
    }

    /// Whether there are none: never for a list that was read.
    pub fn is_empty(&self) -> bool {
        self.bytes.is_empty()
    }

    /// How many bits are set.
    pub fn count(&self) -> u64 {
        self.bytes.iter().map(|byte| u64::from(byte.count_ones())).sum()
    }

    /// The bit at `index`; none beyond the end.
    pub fn get(&self, index: u64) -> Option<bool> {
        let (byte, mask) = place(index);
        self.bytes.get(byte?).map(|byte| byte & mask != 0)
    }

    /// Sets or clears the bit at `index`; whether it exists.
    pub fn set(&mut self, index: u64, value: bool) -> bool {
        let (byte, mask) = place(index);
        let Some(byte) = byte.and_then(|byte| self.bytes.get_mut(byte)) else { return false };
        if value {
            *byte |= mask;
        } else {
            *byte &= !mask;
        }
        true
    }

    /// The entry of `size` bits (1 to 8) at `index`, the left-most bit being the highest.
    pub fn entry(&self, index: u64, size: u8) -> Option<u8> {
        let first = index.checked_mul(u64::from(size))?;
        (0..u64::from(size)).try_fold(0_u8, |value, offset| {
            let bit = self.get(first.checked_add(offset)?)?;
            Some(value << 1 | u8::from(bit))
        })
    }

    /// Packs the bits as a Bitstring Status List writes them: `u`, then base64url without padding of the gzip.
    pub fn to_multibase(&self) -> String {
        format!("u{}", self.to_base64url())
    }

    /// Packs the bits as StatusList2021 writes them: base64url without padding of the gzip.
    pub fn to_base64url(&self) -> String {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        // Writing into memory does not fail.
        let packed = encoder.write_all(&self.bytes).and_then(|()| encoder.finish()).unwrap_or_default();
        URL_SAFE_NO_PAD.encode(packed)
    }

    /// Unpacks what a list says, in any dress that issuers use: with or without the prefix, either alphabet, padded or
    /// not.
    ///
    /// # Errors
    /// [`StatusProblem::Damaged`], [`StatusProblem::TooLarge`], [`StatusProblem::Short`].
    pub fn unpack(packed: &str) -> Result<Self, StatusProblem> {
        if packed.len() > MAX_PACKED {
            return Err(StatusProblem::TooLarge);
        }
        let gzip = decode(packed).ok_or(StatusProblem::Damaged("its bits are not base64url"))?;
        let limit = MAX_BITS / 8;
        let mut bytes = Vec::new();
        MultiGzDecoder::new(gzip.as_slice())
            .take(limit + 1)
            .read_to_end(&mut bytes)
            .map_err(|_| StatusProblem::Damaged("its bits cannot be unpacked"))?;
        if bytes.len() as u64 > limit {
            return Err(StatusProblem::TooLarge);
        }
        let bits = Self { bytes };
        if bits.len() < MIN_BITS { Err(StatusProblem::Short(bits.len())) } else { Ok(bits) }
    }
}

fn place(index: u64) -> (Option<usize>, u8) {
    (usize::try_from(index / 8).ok(), 0x80 >> (index % 8))
}

/// Gzip begins with 1f 8b, so base64 of it with `H4s`: the prefix `u` cannot be taken for a part of it.
fn decode(packed: &str) -> Option<Vec<u8>> {
    let packed = packed.strip_prefix('u').unwrap_or(packed).trim_end_matches('=');
    if packed.contains(['+', '/']) {
        let mut padded = packed.to_owned();
        while !padded.len().is_multiple_of(4) {
            padded.push('=');
        }
        return STANDARD.decode(padded).ok();
    }
    URL_SAFE_NO_PAD.decode(packed).ok()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn gzip(bytes: &[u8]) -> Vec<u8> {
        let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(bytes).unwrap();
        encoder.finish().unwrap()
    }

    #[test]
    fn the_first_entry_is_the_leftmost_bit() {
        let mut bits = Bits::new(0);
        assert_eq!(bits.len(), MIN_BITS);
        assert!(bits.set(0, true) && bits.set(9, true));
        assert_eq!(bits.bytes.get(..2).unwrap(), [0x80, 0x40]);
        assert!(!bits.set(MIN_BITS, true));
        assert_eq!(bits.get(MIN_BITS), None);
    }

    #[test]
    fn entries_of_several_bits_are_read_from_the_left() {
        let mut bits = Bits::new(0);
        bits.set(6, true);
        assert_eq!(bits.entry(3, 2), Some(2));
        bits.set(7, true);
        assert_eq!(bits.entry(3, 2), Some(3));
        assert_eq!(bits.entry(0, 8), Some(3));
        assert_eq!(bits.entry(MIN_BITS / 8 - 1, 8), Some(0));
        assert_eq!(bits.entry(MIN_BITS / 8, 8), None);
        assert_eq!(bits.entry(u64::MAX, 8), None);
    }

    #[test]
    fn a_bomb_is_not_unpacked() {
        let packed = format!("u{}", URL_SAFE_NO_PAD.encode(gzip(&vec![0; 8 * 1024 * 1024])));
        assert!(packed.len() < 100_000);
        assert_eq!(Bits::unpack(&packed), Err(StatusProblem::TooLarge));
        assert_eq!(Bits::unpack(&"A".repeat(MAX_PACKED + 1)), Err(StatusProblem::TooLarge));
    }

    #[test]
    fn short_cut_and_foreign_lists_are_told_apart() {
        let short = format!("u{}", URL_SAFE_NO_PAD.encode(gzip(&[0; 100])));
        assert_eq!(Bits::unpack(&short), Err(StatusProblem::Short(800)));
        let whole = Bits::new(0).to_multibase();
        let cut = whole.get(..whole.len() - 8).unwrap();
        assert!(matches!(Bits::unpack(cut), Err(StatusProblem::Damaged(_))));
        for foreign in ["", "u", "u!!!", "zabc", "uAAAA"] {
            assert!(
                matches!(Bits::unpack(foreign), Err(StatusProblem::Damaged(_) | StatusProblem::Short(_))),
                "{foreign}"
            );
        }
    }

    #[test]
    fn every_dress_of_base64_is_read() {
        let mut bits = Bits::new(0);
        for index in (0..MIN_BITS).step_by(977) {
            bits.set(index, true);
        }
        let gzip = gzip(&bits.bytes);
        for packed in [bits.to_multibase(), bits.to_base64url(), STANDARD.encode(&gzip)] {
            assert_eq!(Bits::unpack(&packed).as_ref(), Ok(&bits));
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]
        #[test]
        fn what_is_packed_is_unpacked(set in proptest::collection::hash_set(0..MIN_BITS * 2, 0..300)) {
            let mut bits = Bits::new(MIN_BITS * 2);
            for index in &set {
                prop_assert!(bits.set(*index, true));
            }
            prop_assert_eq!(bits.count(), set.len() as u64);
            let read = Bits::unpack(&bits.to_multibase()).unwrap();
            prop_assert!(set.iter().all(|index| read.get(*index) == Some(true)));
            prop_assert_eq!(read, bits);
        }

        #[test]
        fn anything_is_read_or_refused(packed in "u?[A-Za-z0-9_=+/-]{0,200}") {
            let _ = Bits::unpack(&packed);
        }
    }
}
