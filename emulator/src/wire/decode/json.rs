//! JSON, in one pass, steered by the shape.

use std::borrow::Cow;
use std::fmt;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use serde::de::{DeserializeSeed, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};
use stagecheck_models::{Kind, Location, Member, Shape, TimestampFormat};

use super::Malformed;
use crate::time::Timestamp;
use crate::wire::Document;

/// Reads a JSON body of this shape.
pub(super) fn decode<'a>(shape: &'static Shape, body: &'a [u8]) -> Result<Document<'a>, Malformed> {
    let mut json = serde_json::Deserializer::from_slice(body);
    Of(shape)
        .deserialize(&mut json)
        .and_then(|document| json.end().map(|()| document))
        .map_err(|error| Malformed::new(error.to_string()))?
        .ok_or_else(|| Malformed::new("null where a structure was expected"))
}

/// A value of this shape; `None` for null.
#[derive(Clone, Copy)]
struct Of(&'static Shape);

impl<'de> DeserializeSeed<'de> for Of {
    type Value = Option<Document<'de>>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Of {
    type Value = Option<Document<'de>>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self.0.kind {
            Kind::Structure(_) | Kind::EventStream(_) => "an object",
            Kind::List { .. } => "a list",
            Kind::Map { .. } => "an object of text keys",
            Kind::String(_) => "a string",
            Kind::Boolean => "a boolean",
            Kind::Integer | Kind::Long => "an integer",
            Kind::Double => "a number",
            Kind::Blob => "a base64 string",
            Kind::Timestamp(_) => "a timestamp",
        })
    }

    fn visit_unit<E>(self) -> Result<Self::Value, E> {
        Ok(None)
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Self::Value, E> {
        match self.0.kind {
            Kind::Boolean => Ok(Some(Document::Boolean(value))),
            _ => Err(E::invalid_type(serde::de::Unexpected::Bool(value), &self)),
        }
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Self::Value, E> {
        let fits = |narrow: bool| !narrow || i32::try_from(value).is_ok();
        match self.0.kind {
            Kind::Integer | Kind::Long if fits(matches!(self.0.kind, Kind::Integer)) => {
                Ok(Some(Document::Integer(value)))
            }
            Kind::Double => Ok(Some(Document::Double(value as f64))),
            Kind::Timestamp(_) => Ok(Some(Document::Timestamp(Timestamp::default().plus_seconds(value)))),
            _ => Err(E::invalid_type(serde::de::Unexpected::Signed(value), &self)),
        }
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Self::Value, E> {
        match (i64::try_from(value), self.0.kind) {
            (Ok(value), _) => self.visit_i64(value),
            (Err(_), Kind::Double) => Ok(Some(Document::Double(value as f64))),
            (Err(_), _) => Err(E::invalid_value(serde::de::Unexpected::Unsigned(value), &self)),
        }
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Self::Value, E> {
        match self.0.kind {
            Kind::Double => Ok(Some(Document::Double(value))),
            Kind::Timestamp(_) => Ok(Some(Document::Timestamp(Timestamp::from_seconds(value)))),
            // A whole number that some clients write with a fraction.
            Kind::Integer | Kind::Long if value.fract() == 0.0 && value.abs() < 9e15 => {
                self.visit_i64(value as i64)
            }
            _ => Err(E::invalid_type(serde::de::Unexpected::Float(value), &self)),
        }
    }

    fn visit_borrowed_str<E: Error>(self, text: &'de str) -> Result<Self::Value, E> {
        match self.0.kind {
            Kind::String(_) => Ok(Some(Document::Text(Cow::Borrowed(text)))),
            _ => self.visit_str(text),
        }
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        let wrong = || E::invalid_value(serde::de::Unexpected::Str(text), &self);
        Ok(Some(match self.0.kind {
            Kind::String(_) => Document::Text(Cow::Owned(text.to_owned())),
            Kind::Blob => Document::Blob(Cow::Owned(BASE64_STANDARD.decode(text).map_err(|_| wrong())?)),
            Kind::Double => Document::Double(special_double(text).ok_or_else(wrong)?),
            Kind::Timestamp(Some(TimestampFormat::Iso8601)) => {
                Document::Timestamp(Timestamp::parse_iso8601(text).ok_or_else(wrong)?)
            }
            _ => return Err(E::invalid_type(serde::de::Unexpected::Str(text), &self)),
        }))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Self::Value, A::Error> {
        let Kind::List { member, .. } = self.0.kind else {
            return Err(A::Error::invalid_type(serde::de::Unexpected::Seq, &self));
        };
        let mut list = Vec::with_capacity(items.size_hint().unwrap_or(0).min(1024));
        while let Some(item) = items.next_element_seed(Of(member))? {
            list.extend(item);
        }
        Ok(Some(Document::List(list)))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Self::Value, A::Error> {
        match self.0.kind {
            Kind::Structure(members) => {
                let mut structure = Vec::with_capacity(members.len().min(16));
                while let Some(member) = entries.next_key_seed(MemberOf(members))? {
                    let Some(member) = member else {
                        entries.next_value::<IgnoredAny>()?;
                        continue;
                    };
                    if let Some(value) = entries.next_value_seed(Of(member.shape))? {
                        // The last of two values counts, as with the parsers that AWS uses.
                        structure.retain(|(name, _)| *name != member.name);
                        structure.push((member.name, value));
                    }
                }
                Ok(Some(Document::Structure(structure)))
            }
            Kind::Map { value: shape, .. } => {
                let mut map: Vec<(Cow<'de, str>, Document<'de>)> = Vec::new();
                while let Some(key) = entries.next_key_seed(Text)? {
                    if let Some(value) = entries.next_value_seed(Of(shape))? {
                        map.push((key, value));
                    }
                }
                Ok(Some(Document::Map(map)))
            }
            _ => Err(A::Error::invalid_type(serde::de::Unexpected::Map, &self)),
        }
    }
}

/// A key that is one of these members' name in the body.
struct MemberOf(&'static [Member]);

impl<'de> DeserializeSeed<'de> for MemberOf {
    type Value = Option<&'static Member>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_identifier(self)
    }
}

impl Visitor<'_> for MemberOf {
    type Value = Option<&'static Member>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a member's name")
    }

    fn visit_str<E>(self, key: &str) -> Result<Self::Value, E> {
        Ok(self.0.iter().find(|member| member.location == Location::Body && member.wire == key))
    }
}

/// Text, borrowed where it can be.
struct Text;

impl<'de> DeserializeSeed<'de> for Text {
    type Value = Cow<'de, str>;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl<'de> Visitor<'de> for Text {
    type Value = Cow<'de, str>;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("text")
    }

    fn visit_borrowed_str<E>(self, text: &'de str) -> Result<Self::Value, E> {
        Ok(Cow::Borrowed(text))
    }

    fn visit_str<E>(self, text: &str) -> Result<Self::Value, E> {
        Ok(Cow::Owned(text.to_owned()))
    }
}

/// The doubles that JSON numbers cannot write.
pub(super) fn special_double(text: &str) -> Option<f64> {
    match text {
        "NaN" => Some(f64::NAN),
        "Infinity" => Some(f64::INFINITY),
        "-Infinity" => Some(f64::NEG_INFINITY),
        _ => None,
    }
}
