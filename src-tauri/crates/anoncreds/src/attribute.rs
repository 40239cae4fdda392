//! Attributes: what their names are to the signature, and the number that is signed for a value (AnonCreds v1.0,
//! "Encoding Attribute Data").

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::bounded::decimal_of;
use crate::object_error::ObjectError;

/// The longest value of an attribute, in bytes: a picture fits, a film does not.
pub const MAX_RAW: usize = 2 * 1024 * 1024;

/// The longest encoded value, in digits: that of 256 bits, and a sign.
const MAX_ENCODED: usize = 79;

/// An attribute's name as the signature has it: without spaces, in small letters. Two names with one key are one
/// attribute.
pub fn attribute_key(name: &str) -> String {
    name.replace(' ', "").to_lowercase()
}

/// The number that is signed for a value: a 32-bit integer is itself, anything else the SHA-256 of its text as a
/// decimal number.
pub fn encode(raw: &str) -> String {
    raw.parse::<i32>().map_or_else(|_| decimal_of(&Sha256::digest(raw.as_bytes())), |number| number.to_string())
}

/// A claim: what a person reads, and the number that was signed for it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "AttributeShape")]
pub struct AttributeValue {
    raw: String,
    encoded: String,
}

#[derive(Deserialize)]
struct AttributeShape {
    raw: String,
    encoded: String,
}

impl AttributeValue {
    /// A claim, encoded.
    ///
    /// # Errors
    /// [`ObjectError::TooLarge`] when it is longer than [`MAX_RAW`].
    pub fn new(raw: impl Into<String>) -> Result<Self, ObjectError> {
        let raw = raw.into();
        if raw.len() > MAX_RAW {
            return Err(ObjectError::TooLarge { what: "the value of an attribute in bytes", limit: MAX_RAW });
        }
        let encoded = encode(&raw);
        Ok(Self { raw, encoded })
    }

    /// What a person reads.
    pub fn raw(&self) -> &str {
        &self.raw
    }

    /// What is signed, in decimal.
    pub fn encoded(&self) -> &str {
        &self.encoded
    }

    /// Whether the number is that of the text. An issuer may encode otherwise, but then nobody else can tell that the
    /// text is what was signed.
    pub fn is_true_to_text(&self) -> bool {
        encode(&self.raw) == self.encoded
    }
}

impl TryFrom<AttributeShape> for AttributeValue {
    type Error = ObjectError;

    fn try_from(shape: AttributeShape) -> Result<Self, ObjectError> {
        if shape.raw.len() > MAX_RAW {
            return Err(ObjectError::TooLarge { what: "the value of an attribute in bytes", limit: MAX_RAW });
        }
        let what = "the encoded value of an attribute";
        let digits = shape.encoded.strip_prefix('-').unwrap_or(&shape.encoded);
        if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
            return Err(ObjectError::Number { what, problem: "it must be a whole number in decimal" });
        }
        if shape.encoded.len() > MAX_ENCODED {
            return Err(ObjectError::Number { what, problem: "it has more than 256 bits" });
        }
        Ok(Self { raw: shape.raw, encoded: shape.encoded })
    }
}

#[cfg(test)]
mod tests {
    use super::{AttributeValue, attribute_key, encode};

    #[test]
    fn integers_of_32_bits_are_themselves() {
        for (raw, encoded) in [("28", "28"), ("-5", "-5"), ("0", "0"), ("2147483647", "2147483647"), ("007", "7")] {
            assert_eq!(encode(raw), encoded);
        }
    }

    #[test]
    fn everything_else_is_its_hash_as_the_specification_shows() {
        for (raw, encoded) in [
            ("101 Wilson Lane", "68086943237164982734333428280784300550565381723532936263016368251445461241953"),
            ("Alex", "99262857098057710338306967609588410025648622308394250666849665532448612202874"),
            ("2147483648", "26221484005389514539852548961319751347124425277437769688639924217837557266135"),
            ("", "102987336249554097029535212322581322789799900648198034993379397001115665086549"),
        ] {
            assert_eq!(encode(raw), encoded, "{raw}");
        }
    }

    #[test]
    fn spaces_and_capitals_make_no_other_attribute() {
        assert_eq!(attribute_key("First Name"), "firstname");
        assert_eq!(attribute_key("ÄRA"), "ära");
    }

    #[test]
    fn a_number_that_is_not_that_of_the_text_is_seen() {
        let honest: AttributeValue = serde_json::from_str(r#"{"raw":"28","encoded":"28"}"#).unwrap();
        assert!(honest.is_true_to_text());
        let other: AttributeValue = serde_json::from_str(r#"{"raw":"28","encoded":"82"}"#).unwrap();
        assert!(!other.is_true_to_text());
    }

    #[test]
    fn an_encoded_value_is_a_bounded_number() {
        for encoded in ["", "-", "1e5", "0x12", &"9".repeat(80)] {
            let json = serde_json::json!({"raw": "x", "encoded": encoded});
            assert!(serde_json::from_value::<AttributeValue>(json).is_err(), "{encoded}");
        }
    }
}
