//! The protobuf wire format, as much of it as the ledger's payloads have (cheqd-node `proto/cheqd/**/tx.proto`): strings,
//! bytes, messages and one number. A payload is signed as bytes, so its encoding is the canonical one: fields in the
//! order of their numbers, defaults left out.

/// Writes fields in the order in which they are given.
#[derive(Default)]
pub(super) struct Writer(Vec<u8>);

impl Writer {
    fn varint(&mut self, mut value: u64) {
        while value >= 0x80 {
            self.0.push(low_bits(value) | 0x80);
            value >>= 7;
        }
        self.0.push(low_bits(value));
    }

    /// An element of a repeated field, or a message: there even where it is empty.
    pub(super) fn element(&mut self, number: u64, bytes: &[u8]) -> &mut Self {
        self.varint((number << 3) | 2);
        self.varint(bytes.len() as u64);
        self.0.extend_from_slice(bytes);
        self
    }

    /// A string or bytes; an empty one is the default.
    pub(super) fn field(&mut self, number: u64, value: impl AsRef<[u8]>) -> &mut Self {
        if value.as_ref().is_empty() { self } else { self.element(number, value.as_ref()) }
    }

    /// A repeated string.
    pub(super) fn list(&mut self, number: u64, values: &[String]) -> &mut Self {
        for value in values {
            self.element(number, value.as_bytes());
        }
        self
    }

    /// A number; zero is the default.
    pub(super) fn number(&mut self, number: u64, value: u32) -> &mut Self {
        if value != 0 {
            self.varint(number << 3);
            self.varint(u64::from(value));
        }
        self
    }

    pub(super) fn finish(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.0)
    }
}

fn low_bits(value: u64) -> u8 {
    u8::try_from(value & 0x7f).unwrap_or_default()
}
