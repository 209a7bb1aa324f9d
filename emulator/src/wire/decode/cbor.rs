//! CBOR, in one pass, steered by the shape.
//!
//! Lengths are the sender's word and nothing is set aside for them. Depth is bounded, also in what is passed over.

use std::borrow::Cow;

use ciborium_ll::{Decoder, Error, Header, simple, tag};
use stagecheck_models::{Kind, Location, Member, Shape};

use super::Malformed;
use crate::time::Timestamp;
use crate::wire::Document;

/// How deep a body may be, as serde_json has it for JSON.
const DEEPEST: usize = 128;

/// The tag of a moment in seconds since 1970 (RFC 8949, 3.4.2).
const EPOCH_SECONDS: u64 = 1;

/// Reads a CBOR body of this shape.
pub(super) fn decode(shape: &'static Shape, body: &[u8]) -> Result<Document<'static>, Malformed> {
    let mut reader = Reader { decoder: Decoder::from(body), depth: 0 };
    let document =
        reader.item(shape)?.ok_or_else(|| Malformed::new("null where a structure was expected"))?;
    match reader.decoder.offset() {
        end if end == body.len() => Ok(document),
        end => Err(Malformed::new(format!("more than one value: the first ends at byte {end}"))),
    }
}

struct Reader<'a> {
    decoder: Decoder<&'a [u8]>,
    depth: usize,
}

impl Reader<'_> {
    /// The next value, of this shape; `None` for null.
    fn item(&mut self, shape: &'static Shape) -> Result<Option<Document<'static>>, Malformed> {
        let header = self.header()?;
        self.value(header, shape)
    }

    /// The value that this header begins.
    fn value(
        &mut self,
        header: Header,
        shape: &'static Shape,
    ) -> Result<Option<Document<'static>>, Malformed> {
        let value = match (shape.kind, header) {
            // The specification has undefined read as null.
            (_, Header::Simple(simple::NULL | simple::UNDEFINED)) => return Ok(None),
            (Kind::Structure(members), Header::Map(entries)) => self.structure(members, entries)?,
            (Kind::Map { value, .. }, Header::Map(entries)) => self.map(value, entries)?,
            (Kind::List { member, .. }, Header::Array(items)) => self.list(member, items)?,
            (Kind::String(_), Header::Text(length)) => Document::Text(Cow::Owned(self.text(length)?)),
            (Kind::Blob, Header::Bytes(length)) => Document::Blob(Cow::Owned(self.bytes(length)?)),
            (Kind::Boolean, Header::Simple(simple::TRUE)) => Document::Boolean(true),
            (Kind::Boolean, Header::Simple(simple::FALSE)) => Document::Boolean(false),
            (Kind::Timestamp(_), Header::Tag(EPOCH_SECONDS)) => {
                let header = self.header()?;
                let moment = timestamp(header);
                Document::Timestamp(moment.ok_or_else(|| self.mismatch(header, "a number of seconds"))?)
            }
            (Kind::Double, header) => {
                Document::Double(double(header).ok_or_else(|| self.mismatch(header, "a number"))?)
            }
            (Kind::Integer, header) => {
                let value = integer(header).filter(|value| i32::try_from(*value).is_ok());
                Document::Integer(value.ok_or_else(|| self.mismatch(header, "an integer of 32 bits"))?)
            }
            (Kind::Long, header) => Document::Integer(
                integer(header).ok_or_else(|| self.mismatch(header, "an integer of 64 bits"))?,
            ),
            (kind, header) => return Err(self.mismatch(header, expected(kind))),
        };
        Ok(Some(value))
    }

    fn structure(
        &mut self,
        members: &'static [Member],
        entries: Option<usize>,
    ) -> Result<Document<'static>, Malformed> {
        let mut structure: Vec<(&'static str, Document<'static>)> = Vec::with_capacity(members.len().min(16));
        self.nested(entries, |reader, header| {
            let key = reader.key(header)?;
            // No member of such a service is bound to another place than the body.
            let named = |member: &&Member| member.location == Location::Body && member.name == key;
            let Some(member) = members.iter().find(named) else { return reader.pass_over() };
            if let Some(value) = reader.item(member.shape)? {
                // The last of two values counts, as in JSON.
                structure.retain(|(name, _)| *name != member.name);
                structure.push((member.name, value));
            }
            Ok(())
        })?;
        Ok(Document::Structure(structure))
    }

    fn map(&mut self, shape: &'static Shape, entries: Option<usize>) -> Result<Document<'static>, Malformed> {
        let mut map = Vec::new();
        self.nested(entries, |reader, header| {
            let key = reader.key(header)?;
            if let Some(value) = reader.item(shape)? {
                map.push((Cow::Owned(key), value));
            }
            Ok(())
        })?;
        Ok(Document::Map(map))
    }

    fn list(&mut self, shape: &'static Shape, items: Option<usize>) -> Result<Document<'static>, Malformed> {
        let mut list = Vec::new();
        self.nested(items, |reader, header| {
            list.extend(reader.value(header, shape)?);
            Ok(())
        })?;
        Ok(Document::List(list))
    }

    /// Reads what is within a list or map: so many parts, or all until the break. `part` gets the first header of each.
    fn nested(
        &mut self,
        parts: Option<usize>,
        mut part: impl FnMut(&mut Self, Header) -> Result<(), Malformed>,
    ) -> Result<(), Malformed> {
        if self.depth == DEEPEST {
            return Err(self.malformed("the value is too deep"));
        }
        self.depth += 1;
        let mut left = parts;
        while left != Some(0) {
            let header = self.header()?;
            if left.is_none() && matches!(header, Header::Break) {
                break;
            }
            part(self, header)?;
            left = left.map(|left| left - 1);
        }
        self.depth -= 1;
        Ok(())
    }

    /// Reads a value that the shape has no place for.
    fn pass_over(&mut self) -> Result<(), Malformed> {
        let header = self.header()?;
        self.pass_over_from(header)
    }

    fn pass_over_from(&mut self, header: Header) -> Result<(), Malformed> {
        match header {
            Header::Bytes(length) => self.bytes(length).map(drop),
            Header::Text(length) => self.text(length).map(drop),
            Header::Array(items) => self.nested(items, Self::pass_over_from),
            Header::Map(entries) => self.nested(entries, |reader, key| {
                reader.pass_over_from(key)?;
                reader.pass_over()
            }),
            // A tag is around one value.
            Header::Tag(_) => self.nested(Some(1), Self::pass_over_from),
            Header::Break => Err(self.malformed("a break outside of a value")),
            Header::Positive(_) | Header::Negative(_) | Header::Float(_) | Header::Simple(_) => Ok(()),
        }
    }

    fn key(&mut self, header: Header) -> Result<String, Malformed> {
        match header {
            Header::Text(length) => self.text(length),
            other => Err(self.mismatch(other, "a text key")),
        }
    }

    fn text(&mut self, length: Option<usize>) -> Result<String, Malformed> {
        let (mut text, mut chunk) = (String::new(), [0; 1024]);
        let mut segments = self.decoder.text(length);
        while let Some(mut segment) = segments.pull().map_err(|error| syntax(&error))? {
            while let Some(part) = segment.pull(&mut chunk).map_err(|error| syntax(&error))? {
                text.push_str(part);
            }
        }
        Ok(text)
    }

    fn bytes(&mut self, length: Option<usize>) -> Result<Vec<u8>, Malformed> {
        let (mut bytes, mut chunk) = (Vec::new(), [0; 1024]);
        let mut segments = self.decoder.bytes(length);
        while let Some(mut segment) = segments.pull().map_err(|error| syntax(&error))? {
            while let Some(part) = segment.pull(&mut chunk).map_err(|error| syntax(&error))? {
                bytes.extend_from_slice(part);
            }
        }
        Ok(bytes)
    }

    fn header(&mut self) -> Result<Header, Malformed> {
        self.decoder.pull().map_err(|error| syntax(&error))
    }

    fn mismatch(&mut self, found: Header, expected: &str) -> Malformed {
        let found = match found {
            Header::Positive(_) | Header::Negative(_) => "an integer",
            Header::Float(_) => "a floating-point number",
            Header::Simple(simple::TRUE | simple::FALSE) => "a boolean",
            Header::Simple(simple::NULL | simple::UNDEFINED) => "null",
            Header::Simple(_) => "an unknown simple value",
            Header::Tag(tag::BIGPOS | tag::BIGNEG) => "a big number",
            Header::Tag(_) => "a tagged value",
            Header::Bytes(_) => "a byte string",
            Header::Text(_) => "a text string",
            Header::Array(_) => "a list",
            Header::Map(_) => "a map",
            Header::Break => "a break",
        };
        self.malformed(&format!("{found} where {expected} was expected"))
    }

    fn malformed(&mut self, what: &str) -> Malformed {
        Malformed::new(format!("{what}, before byte {}", self.decoder.offset()))
    }
}

fn syntax<E>(error: &Error<E>) -> Malformed {
    match error {
        Error::Io(_) => Malformed::new("the body ends within a value"),
        Error::Syntax(offset) => Malformed::new(format!("no CBOR at byte {offset}")),
    }
}

/// What is wanted of a kind that has but one form.
fn expected(kind: Kind) -> &'static str {
    match kind {
        Kind::Structure(_) | Kind::EventStream(_) | Kind::Map { .. } => "a map",
        Kind::List { .. } => "a list",
        Kind::String(_) => "a text string",
        Kind::Boolean => "a boolean",
        Kind::Integer | Kind::Long => "an integer",
        Kind::Double => "a number",
        Kind::Blob => "a byte string",
        Kind::Timestamp(_) => "a timestamp under tag 1",
    }
}

fn integer(header: Header) -> Option<i64> {
    match header {
        Header::Positive(value) => i64::try_from(value).ok(),
        // The wire has -1 - n.
        Header::Negative(below) => i64::try_from(below).ok().map(|below| -1 - below),
        _ => None,
    }
}

/// A double may come as an integer; of one beyond 2^53 the double next to it is taken, as of such a number in JSON.
fn double(header: Header) -> Option<f64> {
    match header {
        Header::Float(value) => Some(value),
        other => integer(other).map(|value| value as f64),
    }
}

fn timestamp(header: Header) -> Option<Timestamp> {
    match header {
        Header::Float(seconds) => seconds.is_finite().then(|| Timestamp::from_seconds(seconds)),
        other => integer(other).map(|seconds| Timestamp::default().plus_seconds(seconds)),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use stagecheck_models::resourcegroupstaggingapi as tagging;

    use super::*;

    const INPUT: &Shape = match tagging::TAG_RESOURCES.input {
        Some(shape) => shape,
        None => panic!("TagResources takes input"),
    };

    /// `{"Tags": {"a": "b"}}`, with what stands before and behind it.
    fn tags(before: &[u8], behind: &[u8]) -> Vec<u8> {
        [before, b"\x64Tags\xa1\x61a\x61b", behind].concat()
    }

    #[test]
    fn lengths_may_be_told_or_not() {
        let told = decode(INPUT, &tags(b"\xa1", b"")).unwrap();
        assert_eq!(decode(INPUT, &tags(b"\xbf", b"\xff")).unwrap(), told);
        let in_pieces = b"\xbf\x7f\x62Ta\x62gs\xff\xbf\x7f\x61a\xff\x7f\x60\x61b\xff\xff\xff";
        assert_eq!(decode(INPUT, in_pieces).unwrap(), told);
        assert_eq!(told.member("Tags"), Some(&Document::Map(vec![("a".into(), Document::Text("b".into()))])));
    }

    #[test]
    fn what_no_member_has_is_passed_over() {
        for unknown in [
            &b"\x00"[..],
            b"\xf9\x7e\x00",
            b"\xc1\xc1\x00",
            b"\x82\xa1\x00\x01\xf7",
            b"\x9f\x5f\x41a\xff\xff",
        ] {
            let body = [b"\xa2\x61x", unknown, b"\x64Tags\xf6"].concat();
            assert_eq!(decode(INPUT, &body).unwrap(), Document::Structure(Vec::new()), "{unknown:?}");
        }
    }

    #[test]
    fn what_is_deep_or_boasts_of_its_length_is_refused() {
        for open in [0x81, 0xc1, 0x9f, 0xa1] {
            let body = [&b"\xa1\x61x"[..], &vec![open; 1 << 20]].concat();
            assert!(decode(INPUT, &body).is_err(), "{open:x}");
        }
        for boast in [0x5b, 0x7b, 0x9b, 0xbb] {
            let body = [&b"\xa1\x61x"[..], &[boast, 0x7f, 255, 255, 255, 255, 255, 255, 255]].concat();
            assert!(decode(INPUT, &body).is_err(), "{boast:x}");
        }
    }

    #[test]
    fn one_value_is_the_whole_body() {
        for body in [&b""[..], b"\xf6", b"\x80", b"\xa0\x00", b"\xff", b"\xa1\x64Tags", b"\xa1\x64Tags\xff"] {
            assert!(decode(INPUT, body).is_err(), "{body:?}");
        }
    }

    #[test]
    fn numbers_come_in_every_width() {
        for (bytes, value) in [(&b"\x18\x64"[..], 100), (b"\x1b\0\0\0\0\0\0\0\x64", 100), (b"\x20", -1)] {
            let shape = tagging::GET_RESOURCES.input.unwrap();
            let body = [b"\xa1\x70ResourcesPerPage", bytes].concat();
            let read = decode(shape, &body).unwrap();
            assert_eq!(read.member("ResourcesPerPage"), Some(&Document::Integer(value)));
        }
        for (half, value) in [(0x7c00_u16, f64::INFINITY), (0x3c00, 1.0), (0x0001, 2_f64.powi(-24))] {
            let [high, low] = half.to_be_bytes();
            assert_eq!(Decoder::from(&[0xf9, high, low][..]).pull().ok().and_then(double), Some(value));
        }
        assert_eq!(integer(Header::Negative(i64::MAX.unsigned_abs())), Some(i64::MIN));
        assert_eq!(integer(Header::Negative(u64::MAX)), None);
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_or_refused(body in prop::collection::vec(any::<u8>(), 0..64)) {
            let _ = decode(INPUT, &[&b"\xbf"[..], &body].concat());
            let _ = decode(INPUT, &body);
        }
    }
}
