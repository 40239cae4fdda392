//! The protobuf wire format, as much of it as the ledger's payloads use (varints and length-delimited fields), read and
//! written by hand so that what a wallet's encoder produced is checked by different eyes. Reading is strict: what is
//! not this format, or would be encoded otherwise, is refused rather than skipped.

use thiserror::Error;

/// Why bytes are no payload. The sender's fault; nothing was stored.
#[derive(Clone, Debug, Error, PartialEq, Eq)]
pub enum DecodeError {
    /// The bytes end inside a field.
    #[error("the payload ends inside a field")]
    Truncated,
    /// A varint has more than 64 bits.
    #[error("a number in the payload is too long")]
    Overlong,
    /// A field has a wire type that no field of these messages has.
    #[error("field {0} has a wire type that it cannot have")]
    WireType(u64),
    /// A field that the message does not define; the ledger refuses those too.
    #[error("field {0} is not defined for this message")]
    UnknownField(u64),
    /// A string field is not UTF-8.
    #[error("field {0} is not UTF-8")]
    NotText(u64),
    /// The bytes decode, but encoding the result gives other bytes, so the signature would not be over what is stored.
    #[error("the payload is not in the canonical encoding")]
    NotCanonical,
}

/// One field's content.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field<'a> {
    Varint(u64),
    Bytes(&'a [u8]),
}

impl<'a> Field<'a> {
    /// The field's bytes, for a field that must be length-delimited.
    pub fn bytes(self, number: u64) -> Result<&'a [u8], DecodeError> {
        match self {
            Field::Bytes(bytes) => Ok(bytes),
            Field::Varint(_) => Err(DecodeError::WireType(number)),
        }
    }

    /// The field's text.
    pub fn text(self, number: u64) -> Result<String, DecodeError> {
        let bytes = self.bytes(number)?;
        std::str::from_utf8(bytes).map(str::to_owned).map_err(|_| DecodeError::NotText(number))
    }

    /// The field's number, for a field of type uint32.
    pub fn uint32(self, number: u64) -> Result<u32, DecodeError> {
        match self {
            Field::Varint(value) => u32::try_from(value).map_err(|_| DecodeError::Overlong),
            Field::Bytes(_) => Err(DecodeError::WireType(number)),
        }
    }
}

/// Reads fields one after the other.
pub struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    pub fn new(bytes: &'a [u8]) -> Self {
        Self { rest: bytes }
    }

    fn varint(&mut self) -> Result<u64, DecodeError> {
        let mut value = 0_u64;
        for shift in (0..64).step_by(7) {
            let (byte, rest) = self.rest.split_first().ok_or(DecodeError::Truncated)?;
            self.rest = rest;
            let part = u64::from(byte & 0x7f);
            if shift == 63 && part > 1 {
                return Err(DecodeError::Overlong);
            }
            value |= part << shift;
            if byte & 0x80 == 0 {
                return Ok(value);
            }
        }
        Err(DecodeError::Overlong)
    }

    /// The next field with its number, or `None` at the end.
    pub fn next_field(&mut self) -> Result<Option<(u64, Field<'a>)>, DecodeError> {
        if self.rest.is_empty() {
            return Ok(None);
        }
        let tag = self.varint()?;
        let number = tag >> 3;
        let field = match tag & 7 {
            0 => Field::Varint(self.varint()?),
            2 => {
                let length = usize::try_from(self.varint()?).map_err(|_| DecodeError::Truncated)?;
                let (bytes, rest) = self.rest.split_at_checked(length).ok_or(DecodeError::Truncated)?;
                self.rest = rest;
                Field::Bytes(bytes)
            }
            _ => return Err(DecodeError::WireType(number)),
        };
        Ok(Some((number, field)))
    }
}

/// Writes fields in the order they are given; proto3's default values are left out.
#[derive(Default)]
pub struct Writer {
    bytes: Vec<u8>,
}

impl Writer {
    fn varint(&mut self, mut value: u64) {
        loop {
            let low = u8::try_from(value & 0x7f).unwrap_or_default();
            value >>= 7;
            if value == 0 {
                self.bytes.push(low);
                return;
            }
            self.bytes.push(low | 0x80);
        }
    }

    /// A length-delimited field, written even when empty (an element of a repeated field, or a message).
    pub fn element(&mut self, number: u64, bytes: &[u8]) -> &mut Self {
        self.varint(number << 3 | 2);
        self.varint(bytes.len() as u64);
        self.bytes.extend_from_slice(bytes);
        self
    }

    /// A string or bytes field.
    pub fn bytes(&mut self, number: u64, bytes: &[u8]) -> &mut Self {
        if bytes.is_empty() { self } else { self.element(number, bytes) }
    }

    /// A repeated string field.
    pub fn texts(&mut self, number: u64, texts: &[String]) -> &mut Self {
        for text in texts {
            self.element(number, text.as_bytes());
        }
        self
    }

    /// A uint32 field.
    pub fn uint32(&mut self, number: u64, value: u32) -> &mut Self {
        if value != 0 {
            self.varint(number << 3);
            self.varint(u64::from(value));
        }
        self
    }

    pub fn finish(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.bytes)
    }
}
