//! Records as ACA-Py writes them: the same members in the same order, what is absent left out as there.

pub(crate) mod connection;
pub(crate) mod credential;
pub(crate) mod did;
pub(crate) mod event;
pub(crate) mod exchange;
pub(crate) mod out_of_band;

use jiff::Timestamp;
use serde_json::{Map, Value};

/// A time as in ACA-Py's records: UTC, always six digits after the point.
pub(crate) fn time(at: Timestamp) -> Value {
    Value::String(format!("{at:.6}"))
}

/// An object written member by member, in order.
#[derive(Default)]
pub(crate) struct Record(Map<String, Value>);

impl Record {
    pub fn with(mut self, name: &str, value: impl Into<Value>) -> Self {
        self.0.insert(name.to_owned(), value.into());
        self
    }

    /// A member that is left out where it is absent.
    pub fn maybe(self, name: &str, value: Option<impl Into<Value>>) -> Self {
        match value {
            Some(value) => self.with(name, value),
            None => self,
        }
    }

    pub fn done(self) -> Value {
        Value::Object(self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_has_six_digits_even_if_they_are_noughts() {
        let at: Timestamp = "2026-11-23T09:44:03.7Z".parse().unwrap();
        assert_eq!(time(at), "2026-11-23T09:44:03.700000Z");
        let whole: Timestamp = "2026-11-23T09:44:03Z".parse().unwrap();
        assert_eq!(time(whole), "2026-11-23T09:44:03.000000Z");
    }
}
