//! restJson outputs whose members stand in headers, or are the whole body.

use http::header::{HeaderName, HeaderValue};
use serde::ser::Error as _;
use stagecheck_models::{ListForm, Location, MapForm, Member, TimestampFormat};

use super::EncodeError;
use super::steer::Format;
use crate::time::Timestamp;

/// Puts scalars into headers and one blob into the body. The models have no other outputs with bound members; the
/// generator refuses a model that does.
pub(super) struct Bound<'a> {
    headers: &'a mut Vec<(HeaderName, HeaderValue)>,
    body: &'a mut Vec<u8>,
    /// The member that is open.
    member: Option<&'static Member>,
}

impl<'a> Bound<'a> {
    pub(super) fn new(headers: &'a mut Vec<(HeaderName, HeaderValue)>, body: &'a mut Vec<u8>) -> Self {
        Self { headers, body, member: None }
    }

    fn scalar(&mut self, value: &[u8]) -> Result<(), EncodeError> {
        let member = self.member.ok_or_else(|| EncodeError::custom("a value outside of a member"))?;
        match member.location {
            Location::Payload => self.body.extend_from_slice(value),
            Location::Header => {
                let name = HeaderName::from_bytes(member.wire.as_bytes()).map_err(EncodeError::custom)?;
                let value = HeaderValue::from_bytes(value).map_err(EncodeError::custom)?;
                self.headers.push((name, value));
            }
            Location::Body | Location::Uri | Location::Query => {
                return Err(EncodeError::custom(format_args!("{} has no place in the answer", member.name)));
            }
        }
        Ok(())
    }
}

impl Format for Bound<'_> {
    type Mark = ();

    fn open_structure(&mut self) {}

    fn close_structure(&mut self) {}

    fn open_member(&mut self, member: &'static Member) {
        self.member = Some(member);
    }

    fn close_member(&mut self, _member: &'static Member, (): (), _written: bool) {
        self.member = None;
    }

    fn open_list(&mut self) {}

    fn open_item(&mut self, _form: ListForm) {}

    fn close_item(&mut self, _form: ListForm) {}

    fn close_list(&mut self) {}

    fn open_map(&mut self) {}

    fn open_entry(&mut self, _form: MapForm, _key: &str) {}

    fn close_entry(&mut self, _form: MapForm) {}

    fn close_map(&mut self) {}

    fn text(&mut self, text: &str) -> Result<(), EncodeError> {
        self.scalar(text.as_bytes())
    }

    fn boolean(&mut self, value: bool) -> Result<(), EncodeError> {
        self.text(if value { "true" } else { "false" })
    }

    fn integer(&mut self, value: i64) -> Result<(), EncodeError> {
        self.text(&value.to_string())
    }

    fn double(&mut self, value: f64) -> Result<(), EncodeError> {
        self.text(&value.to_string())
    }

    fn timestamp(&mut self, moment: Timestamp, _format: Option<TimestampFormat>) -> Result<(), EncodeError> {
        self.text(&moment.iso8601())
    }

    fn blob(&mut self, bytes: &[u8]) -> Result<(), EncodeError> {
        self.scalar(bytes)
    }
}
