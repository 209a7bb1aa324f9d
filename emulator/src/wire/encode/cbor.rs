//! CBOR, for smithy-rpc-v2-cbor.

use ciborium_io::Write as _;
use ciborium_ll::{Encoder, Header, simple};
use stagecheck_models::{ListForm, MapForm, Member, TimestampFormat};

use super::EncodeError;
use super::steer::Format;
use crate::time::Timestamp;

/// The first byte of a double (RFC 8949, 3.3).
const DOUBLE: u8 = 0xfb;

/// Writes CBOR, with lists and maps of indefinite length: how many members have a value is known only behind them.
pub(super) struct Cbor<'a> {
    out: &'a mut Vec<u8>,
}

impl<'a> Cbor<'a> {
    pub(super) fn new(out: &'a mut Vec<u8>) -> Self {
        Self { out }
    }

    fn push(&mut self, header: Header) {
        // Here and below: writing into a vector cannot fail.
        let _ = Encoder::from(&mut *self.out).push(header);
    }

    /// A map of texts.
    pub(super) fn texts(&mut self, entries: &[(&str, &str)]) {
        self.push(Header::Map(Some(entries.len())));
        for (key, text) in entries {
            self.name(key);
            self.name(text);
        }
    }

    /// A key, or text.
    fn name(&mut self, name: &str) {
        let _ = Encoder::from(&mut *self.out).text(name, None);
    }
}

impl Format for Cbor<'_> {
    /// The length before the member.
    type Mark = usize;

    fn open_structure(&mut self) {
        self.push(Header::Map(None));
    }

    fn close_structure(&mut self) {
        self.push(Header::Break);
    }

    fn open_member(&mut self, member: &'static Member) -> usize {
        let mark = self.out.len();
        self.name(member.name);
        mark
    }

    fn close_member(&mut self, _member: &'static Member, length: usize, written: bool) {
        if !written {
            self.out.truncate(length);
        }
    }

    fn open_list(&mut self) {
        self.push(Header::Array(None));
    }

    fn open_item(&mut self, _form: ListForm) {}

    fn close_item(&mut self, _form: ListForm) {}

    fn close_list(&mut self) {
        self.push(Header::Break);
    }

    fn open_map(&mut self) {
        self.push(Header::Map(None));
    }

    fn open_entry(&mut self, _form: MapForm, key: &str) {
        self.name(key);
    }

    fn close_entry(&mut self, _form: MapForm) {}

    fn close_map(&mut self) {
        self.push(Header::Break);
    }

    fn text(&mut self, text: &str) -> Result<(), EncodeError> {
        self.name(text);
        Ok(())
    }

    fn boolean(&mut self, value: bool) -> Result<(), EncodeError> {
        self.push(Header::Simple(if value { simple::TRUE } else { simple::FALSE }));
        Ok(())
    }

    fn integer(&mut self, value: i64) -> Result<(), EncodeError> {
        self.push(match u64::try_from(value) {
            Ok(value) => Header::Positive(value),
            // The wire has -1 - n, which is all bits the other way round.
            Err(_) => Header::Negative((!value).unsigned_abs()),
        });
        Ok(())
    }

    /// In full: the encoder would take the half precision where it suffices, which not every client reads and the
    /// specification advises against.
    fn double(&mut self, value: f64) -> Result<(), EncodeError> {
        let _ = self.out.write_all(&[DOUBLE]);
        let _ = self.out.write_all(&value.to_be_bytes());
        Ok(())
    }

    /// Always seconds since 1970: the format that a model asks for is not for this protocol.
    fn timestamp(&mut self, moment: Timestamp, _format: Option<TimestampFormat>) -> Result<(), EncodeError> {
        self.push(Header::Tag(1));
        if moment == moment.whole_seconds() {
            self.integer(moment.millis() / 1000)
        } else {
            self.double(moment.millis() as f64 / 1000.0)
        }
    }

    fn blob(&mut self, bytes: &[u8]) -> Result<(), EncodeError> {
        let _ = Encoder::from(&mut *self.out).bytes(bytes, None);
        Ok(())
    }
}
