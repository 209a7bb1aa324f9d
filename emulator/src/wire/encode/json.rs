//! JSON, for awsJson and restJson.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde::Serialize;
use serde::ser::Error as _;
use stagecheck_models::{ListForm, MapForm, Member, TimestampFormat};

use super::EncodeError;
use super::steer::Format;
use crate::time::Timestamp;

/// Writes JSON without white space.
pub(super) struct Json<'a> {
    out: &'a mut Vec<u8>,
    /// Whether nothing stands yet in the object or list that is open.
    first: bool,
}

impl<'a> Json<'a> {
    pub(super) fn new(out: &'a mut Vec<u8>) -> Self {
        Self { out, first: true }
    }

    fn open(&mut self, bracket: u8) {
        self.out.push(bracket);
        self.first = true;
    }

    fn close(&mut self, bracket: u8) {
        self.out.push(bracket);
        self.first = false;
    }

    fn separate(&mut self) {
        if !self.first {
            self.out.push(b',');
        }
        self.first = false;
    }

    /// The name of a member. It is an identifier of the model, and needs no escapes.
    fn name(&mut self, name: &str) {
        self.separate();
        self.out.push(b'"');
        self.out.extend_from_slice(name.as_bytes());
        self.out.extend_from_slice(b"\":");
    }

    fn key(&mut self, key: &str) {
        self.separate();
        // Escaping text into a vector cannot fail.
        let _ = serde_json::to_writer(&mut *self.out, key);
        self.out.push(b':');
    }

    fn value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), EncodeError> {
        serde_json::to_writer(&mut *self.out, value).map_err(EncodeError::custom)
    }
}

impl Format for Json<'_> {
    /// The length before the member, and whether it was the first.
    type Mark = (usize, bool);

    fn open_structure(&mut self) {
        self.open(b'{');
    }

    fn close_structure(&mut self) {
        self.close(b'}');
    }

    fn open_member(&mut self, member: &'static Member) -> Self::Mark {
        let mark = (self.out.len(), self.first);
        self.name(member.wire);
        mark
    }

    fn close_member(&mut self, _member: &'static Member, (length, first): Self::Mark, written: bool) {
        if !written {
            self.out.truncate(length);
            self.first = first;
        }
    }

    fn open_list(&mut self) {
        self.open(b'[');
    }

    fn open_item(&mut self, _form: ListForm) {
        self.separate();
    }

    fn close_item(&mut self, _form: ListForm) {}

    fn close_list(&mut self) {
        self.close(b']');
    }

    fn open_map(&mut self) {
        self.open(b'{');
    }

    fn open_entry(&mut self, _form: MapForm, key: &str) {
        self.key(key);
    }

    fn close_entry(&mut self, _form: MapForm) {}

    fn close_map(&mut self) {
        self.close(b'}');
    }

    fn text(&mut self, text: &str) -> Result<(), EncodeError> {
        self.value(text)
    }

    fn boolean(&mut self, value: bool) -> Result<(), EncodeError> {
        self.value(&value)
    }

    fn integer(&mut self, value: i64) -> Result<(), EncodeError> {
        self.value(&value)
    }

    fn double(&mut self, value: f64) -> Result<(), EncodeError> {
        match value {
            _ if value.is_finite() => self.value(&value),
            _ if value.is_nan() => self.value("NaN"),
            _ if value > 0.0 => self.value("Infinity"),
            _ => self.value("-Infinity"),
        }
    }

    fn timestamp(&mut self, moment: Timestamp, format: Option<TimestampFormat>) -> Result<(), EncodeError> {
        match format {
            Some(TimestampFormat::Iso8601) => self.value(&moment.iso8601()),
            Some(TimestampFormat::UnixTimestamp) | None if moment == moment.whole_seconds() => {
                self.value(&(moment.millis() / 1000))
            }
            Some(TimestampFormat::UnixTimestamp) | None => self.value(&(moment.millis() as f64 / 1000.0)),
        }
    }

    fn null(&mut self) -> Result<(), EncodeError> {
        self.value(&())
    }

    fn blob(&mut self, bytes: &[u8]) -> Result<(), EncodeError> {
        self.value(&BASE64_STANDARD.encode(bytes))
    }
}
