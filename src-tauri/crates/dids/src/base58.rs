//! Base58 of whole documents. The cost of base58 grows with the square of the length, which for keys is nothing and for
//! a long did:peer:4 most of the work; five digits and four bytes at a time make it a twentieth. Short texts are left
//! to `bs58`.

const ALPHABET: &[u8; 58] = b"123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

/// How many digits a limb holds when encoding, and what it counts to.
const DIGITS: usize = 5;
const LIMB: u64 = 58_u64.pow(5);

/// The base58 text of `bytes`.
pub(crate) fn encode(bytes: &[u8]) -> String {
    let zeros = bytes.iter().take_while(|byte| **byte == 0).count();
    // Little-endian limbs of five digits.
    let mut limbs: Vec<u64> = Vec::with_capacity(bytes.len().saturating_mul(2) / 7 + 1);
    for chunk in bytes.get(zeros..).unwrap_or_default().chunks(4) {
        let shift = chunk.len().saturating_mul(8);
        let mut carry = chunk.iter().fold(0_u64, |value, byte| (value << 8) | u64::from(*byte));
        for limb in &mut limbs {
            // Below 2^30 * 2^32 + 2^32: no overflow.
            let value = (*limb << shift) | carry;
            *limb = value % LIMB;
            carry = value / LIMB;
        }
        while carry > 0 {
            limbs.push(carry % LIMB);
            carry /= LIMB;
        }
    }
    let mut text = Vec::with_capacity(zeros.saturating_add(limbs.len().saturating_mul(DIGITS)));
    for mut limb in limbs {
        for _ in 0..DIGITS {
            let digit = usize::try_from(limb % 58).unwrap_or_default();
            text.push(ALPHABET.get(digit).copied().unwrap_or(b'1'));
            limb /= 58;
        }
    }
    // The highest limb may begin with zero digits, which would read as zero bytes.
    while text.last() == Some(&b'1') {
        text.pop();
    }
    text.extend(std::iter::repeat_n(b'1', zeros));
    text.reverse();
    text.into_iter().map(char::from).collect()
}

/// The bytes of a base58 text; none if a character is no digit.
pub(crate) fn decode(text: &str) -> Option<Vec<u8>> {
    let text = text.as_bytes();
    let zeros = text.iter().take_while(|digit| **digit == b'1').count();
    // Little-endian limbs of 32 bits.
    let mut limbs: Vec<u32> = Vec::with_capacity(text.len() / DIGITS + 1);
    for chunk in text.get(zeros..)?.chunks(DIGITS) {
        let mut carry = 0_u64;
        let mut scale = 1_u64;
        for digit in chunk {
            carry = carry * 58 + value(*digit)?;
            scale *= 58;
        }
        for limb in &mut limbs {
            // Below 2^32 * 2^30 + 2^32: no overflow.
            let value = u64::from(*limb) * scale + carry;
            *limb = low(value);
            carry = value >> 32;
        }
        if carry > 0 {
            limbs.push(low(carry));
        }
    }
    let mut bytes: Vec<u8> = limbs.into_iter().flat_map(u32::to_le_bytes).collect();
    while bytes.last() == Some(&0) {
        bytes.pop();
    }
    bytes.extend(std::iter::repeat_n(0, zeros));
    bytes.reverse();
    Some(bytes)
}

fn low(value: u64) -> u32 {
    u32::try_from(value & u64::from(u32::MAX)).unwrap_or_default()
}

fn value(digit: u8) -> Option<u64> {
    const VALUES: [u8; 128] = values();
    VALUES.get(usize::from(digit)).filter(|value| **value < 58).map(|value| u64::from(*value))
}

#[expect(clippy::indexing_slicing, clippy::cast_possible_truncation, reason = "evaluated when compiling")]
const fn values() -> [u8; 128] {
    let mut values = [u8::MAX; 128];
    let mut digit = 0;
    while digit < ALPHABET.len() {
        values[ALPHABET[digit] as usize] = digit as u8;
        digit += 1;
    }
    values
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn it_is_the_base58_of_bs58(zeros in 0_usize..6, bytes in proptest::collection::vec(any::<u8>(), 0..300)) {
            let bytes = [vec![0; zeros], bytes].concat();
            let text = bs58::encode(&bytes).into_string();
            prop_assert_eq!(encode(&bytes), text.clone());
            prop_assert_eq!(decode(&text), Some(bytes));
        }

        #[test]
        fn it_reads_and_refuses_what_bs58_does(text in "[1-9A-HJ-NP-Za-km-z]{0,120}|\\PC{0,20}|1{0,9}[1-9A-Za-z]{0,40}") {
            prop_assert_eq!(decode(&text), bs58::decode(&text).into_vec().ok());
        }
    }
}
