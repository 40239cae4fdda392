//! Nonces: numbers of 80 bits that an answer is bound to, written in decimal (AnonCreds v1.0, "Nonce").

use anoncreds_clsignatures::{bn::BigNumber, new_nonce};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use serde_json::Value;

use crate::bounded::number;
use crate::object_error::ObjectError;

/// The most digits of a nonce that is read: 80 bits are 25; what other software makes may have 128 bits.
const MAX_DIGITS: usize = 40;

/// A number used once.
#[derive(Clone)]
pub struct Nonce {
    text: String,
    number: BigNumber,
}

impl Nonce {
    /// A new one.
    ///
    /// # Errors
    /// When there is no randomness.
    pub fn random() -> Result<Self, ObjectError> {
        let number = new_nonce().map_err(|error| ObjectError::parts("a nonce", error))?;
        let text = number.to_dec().map_err(|error| ObjectError::parts("a nonce", error))?;
        Ok(Self { text, number })
    }

    /// Reads one.
    ///
    /// # Errors
    /// [`ObjectError::Number`].
    pub fn from_decimal(text: impl Into<String>) -> Result<Self, ObjectError> {
        let text = text.into();
        let number = number(&text, MAX_DIGITS, "the nonce")?;
        Ok(Self { text, number })
    }

    /// In decimal, as it was written.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    pub(crate) fn number(&self) -> &BigNumber {
        &self.number
    }
}

impl PartialEq for Nonce {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for Nonce {}

impl std::fmt::Debug for Nonce {
    fn fmt(&self, formatter: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        formatter.debug_tuple("Nonce").field(&self.text).finish()
    }
}

impl Serialize for Nonce {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(&self.text)
    }
}

impl<'de> Deserialize<'de> for Nonce {
    /// The reference implementation reads a nonce written as a JSON number too.
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = match Value::deserialize(deserializer)? {
            Value::String(text) => text,
            Value::Number(number) if number.is_u64() => number.to_string(),
            _ => return Err(D::Error::custom("a nonce must be a number in decimal, as text")),
        };
        Self::from_decimal(text).map_err(D::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::Nonce;

    #[test]
    fn a_nonce_keeps_its_text() {
        let nonce: Nonce = serde_json::from_str("\"0012\"").unwrap();
        assert_eq!(serde_json::to_string(&nonce).unwrap(), "\"0012\"");
        assert_eq!(serde_json::from_str::<Nonce>("12").unwrap().as_str(), "12");
    }

    #[test]
    fn two_nonces_differ() {
        assert_ne!(Nonce::random().unwrap(), Nonce::random().unwrap());
    }

    #[test]
    fn what_is_no_number_is_no_nonce() {
        let long = format!("\"{}\"", "1".repeat(41));
        for json in ["\"\"", "\"-1\"", "\"1a\"", "-1", "1.5", "null", "[]", long.as_str()] {
            assert!(serde_json::from_str::<Nonce>(json).is_err(), "{json}");
        }
    }
}
