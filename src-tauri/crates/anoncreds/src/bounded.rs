//! The door to the mathematics. `anoncreds-clsignatures` reads numbers of any length and curve points of any text; here
//! what is handed to it is looked at first: how much there is, how long the numbers are, and which characters they are
//! made of. Should it still lose its footing over what a stranger sent, that is an error, not the end of the program.

use std::panic::{AssertUnwindSafe, catch_unwind};

use anoncreds_clsignatures::bn::BigNumber;
use serde::de::{DeserializeOwned, Error as _};
use serde::{Deserialize, Deserializer, Serialize};
use serde_json::Value;

use crate::object_error::ObjectError;

/// The longest text: a pairing in hexadecimal has 12 numbers of 64 digits with spaces between. The longest number that
/// the mathematics makes has 3,200 bits, that is 964 digits.
const MAX_TEXT: usize = 1600;
/// The most members of one object or list, a definition's attributes and its own names among them.
const MAX_MEMBERS: usize = 600;
/// How deep objects stand in each other.
const MAX_DEPTH: usize = 8;
/// The most values altogether: a presentation with many credentials and predicates stays far below.
const MAX_VALUES: usize = 100_000;

/// Reads a part that belongs to the mathematics, for `#[serde(deserialize_with)]`.
pub(crate) fn part<'de, D, T>(deserializer: D) -> Result<T, D::Error>
where
    D: Deserializer<'de>,
    T: DeserializeOwned,
{
    let value = Value::deserialize(deserializer)?;
    from_value(value).map_err(D::Error::custom)
}

/// The same for a part that may be absent or null.
pub(crate) fn optional_part<'de, D, T>(deserializer: D) -> Result<Option<T>, D::Error>
where
    D: Deserializer<'de>,
    T: DeserializeOwned,
{
    match Option::<Value>::deserialize(deserializer)? {
        None => Ok(None),
        Some(value) => from_value(value).map(Some).map_err(D::Error::custom),
    }
}

fn from_value<T: DeserializeOwned>(value: Value) -> Result<T, String> {
    check(&value, 0, &mut 0).map_err(str::to_owned)?;
    catch_unwind(AssertUnwindSafe(|| serde_json::from_value(value)))
        .map_err(|_| "its numbers or points are damaged".to_owned())?
        .map_err(|error| error.to_string())
}

/// Reads packed bytes of a number and a part of the mathematics. The mathematics reads points in bytes without looking
/// whether they are on their curve, and numbers of any length: what was read is therefore written as JSON, and read
/// again through the door for JSON.
pub(crate) fn unpack<T: Serialize + DeserializeOwned>(packed: &[u8]) -> Result<(i32, T), String> {
    let value = catch_unwind(AssertUnwindSafe(|| {
        let (number, part): (i32, T) = rmp_serde::from_slice(packed).map_err(|error| error.to_string())?;
        Ok::<_, String>((number, serde_json::to_value(part).map_err(|error| error.to_string())?))
    }));
    let (number, value) = value.map_err(|_| "its numbers or points are damaged".to_owned())??;
    Ok((number, from_value(value)?))
}

fn check(value: &Value, depth: usize, seen: &mut usize) -> Result<(), &'static str> {
    *seen += 1;
    if *seen > MAX_VALUES || depth > MAX_DEPTH {
        return Err("there is more in it than is read");
    }
    match value {
        Value::String(text) if text.len() > MAX_TEXT => Err("a number in it is longer than any that is made"),
        // Points and pairings are hexadecimal with spaces, predicates have their type: GE, LE, GT, LT.
        Value::String(text)
            if !text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b' ' | b'-')) =>
        {
            // The names of attributes are the only texts that are not numbers; they stand in lists and predicates.
            if text.len() > crate::schema::MAX_NAME { Err("a text in it is too long") } else { Ok(()) }
        }
        Value::Array(items) => {
            if items.len() > MAX_MEMBERS && !items.iter().all(Value::is_u64) {
                return Err("a list in it is too long");
            }
            items.iter().try_for_each(|item| check(item, depth + 1, seen))
        }
        Value::Object(members) => {
            if members.len() > MAX_MEMBERS {
                return Err("it has too many members");
            }
            members.values().try_for_each(|member| check(member, depth + 1, seen))
        }
        _ => Ok(()),
    }
}

/// Runs a step of the mathematics over what strangers sent.
///
/// # Errors
/// What the mathematics says, or that it stopped in the middle.
pub(crate) fn guarded<T>(step: impl FnOnce() -> Result<T, anoncreds_clsignatures::Error>) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(step))
        .map_err(|_| "the numbers in it are not those of such an object".to_owned())?
        .map_err(|error| error.to_string())
}

/// The decimal form of a number in bytes, the highest first.
pub(crate) fn decimal_of(bytes: &[u8]) -> String {
    // The bytes become digits by dividing by ten over and over: 256 bits are no work.
    let mut number: Vec<u8> = bytes.to_vec();
    let mut digits = Vec::with_capacity(78);
    while number.iter().any(|byte| *byte != 0) {
        let mut rest = 0_u16;
        for byte in &mut number {
            let value = rest * 256 + u16::from(*byte);
            *byte = u8::try_from(value / 10).unwrap_or_default();
            rest = value % 10;
        }
        digits.push(char::from(b'0' + u8::try_from(rest).unwrap_or_default()));
    }
    if digits.is_empty() { "0".to_owned() } else { digits.into_iter().rev().collect() }
}

/// A number of at most `limit` decimal digits.
///
/// # Errors
/// [`ObjectError::Number`].
pub(crate) fn number(text: &str, limit: usize, what: &'static str) -> Result<BigNumber, ObjectError> {
    if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_digit()) {
        return Err(ObjectError::Number { what, problem: "it must be made of digits" });
    }
    if text.len() > limit {
        return Err(ObjectError::Number { what, problem: "it has too many digits" });
    }
    BigNumber::from_dec(text).map_err(|_| ObjectError::Number { what, problem: "it cannot be read" })
}

#[cfg(test)]
mod tests {
    use anoncreds_clsignatures::{CredentialKeyCorrectnessProof, RevocationKeyPublic};
    use serde_json::{Value, json};

    use super::{decimal_of, from_value};

    #[test]
    fn bytes_become_decimal() {
        assert_eq!(decimal_of(&[]), "0");
        assert_eq!(decimal_of(&[0, 0]), "0");
        assert_eq!(decimal_of(&[1, 0]), "256");
        assert_eq!(
            decimal_of(&[255; 32]),
            "115792089237316195423570985008687907853269984665640564039457584007913129639935"
        );
    }

    #[test]
    fn numbers_longer_than_any_that_is_made_are_not_read() {
        let proof = |digits: usize| json!({"c": "9".repeat(digits), "xz_cap": "1", "xr_cap": []});
        assert!(from_value::<CredentialKeyCorrectnessProof>(proof(900)).is_ok());
        assert!(from_value::<CredentialKeyCorrectnessProof>(proof(2000)).unwrap_err().contains("longer"));
    }

    #[test]
    fn what_is_no_number_is_an_error() {
        for c in [json!("x"), json!(""), json!("é"), json!(null), json!({}), json!(12)] {
            let proof = json!({"c": c, "xz_cap": "1", "xr_cap": []});
            let read = from_value::<CredentialKeyCorrectnessProof>(proof);
            assert!(read.is_err(), "{c}");
        }
    }

    #[test]
    fn damaged_points_are_errors() {
        for z in ["", "1", "zz zz", "1 2 3", "ä", &"1 ".repeat(24), &"F".repeat(900)] {
            assert!(from_value::<RevocationKeyPublic>(json!({"z": z})).is_err(), "{z}");
        }
    }

    #[test]
    fn crowds_and_towers_are_not_read() {
        let crowd: Vec<Value> = (0..1000).map(|_| json!(["a", "1"])).collect();
        assert!(from_value::<Value>(json!(crowd)).is_err());
        let tower = (0..20).fold(json!("1"), |inner, _| json!([inner]));
        assert!(from_value::<Value>(tower).is_err());
    }
}
