//! A decoded value, before it becomes a handler's struct.

use std::borrow::Cow;

use serde::de::value::{MapDeserializer, SeqDeserializer};
use serde::de::{DeserializeOwned, Deserializer, Error as _, IntoDeserializer, Visitor};
use serde::forward_to_deserialize_any;
use serde::ser::{Serialize, SerializeMap, SerializeSeq, SerializeStruct, Serializer};

use crate::time::Timestamp;

/// A value of some shape. Text and bytes are borrowed from the request where they stand there as they are.
#[derive(Clone, Debug, PartialEq)]
pub enum Document<'a> {
    /// A boolean.
    Boolean(bool),
    /// An integer or a long.
    Integer(i64),
    /// A double.
    Double(f64),
    /// Text.
    Text(Cow<'a, str>),
    /// Bytes.
    Blob(Cow<'a, [u8]>),
    /// A moment.
    Timestamp(Timestamp),
    /// A list.
    List(Vec<Document<'a>>),
    /// A map, in the order of the request.
    Map(Vec<(Cow<'a, str>, Document<'a>)>),
    /// A structure, by the names of its members.
    Structure(Vec<(&'static str, Document<'a>)>),
}

/// Why a document does not fit a handler's struct.
pub type Mismatch = serde::de::value::Error;

impl Document<'_> {
    /// The document as a handler's input.
    ///
    /// # Errors
    ///
    /// When it lacks what the struct requires, or has another type there.
    pub fn into_input<T: DeserializeOwned>(self) -> Result<T, Mismatch> {
        T::deserialize(self)
    }

    /// The member of a structure.
    #[must_use]
    pub fn member(&self, name: &str) -> Option<&Self> {
        match self {
            Self::Structure(members) => {
                members.iter().find(|(member, _)| *member == name).map(|(_, value)| value)
            }
            _ => None,
        }
    }

    /// The text, if it is text.
    #[must_use]
    pub fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The items of a list; none of anything else.
    #[must_use]
    pub fn items(&self) -> &[Self] {
        match self {
            Self::List(items) => items,
            _ => &[],
        }
    }

    /// Whether the value asks for nothing: `false`, or empty.
    #[must_use]
    pub fn asks_nothing(&self) -> bool {
        match self {
            Self::Boolean(value) => !value,
            Self::Text(text) => text.is_empty(),
            Self::Blob(bytes) => bytes.is_empty(),
            Self::List(items) => items.is_empty(),
            Self::Map(entries) => entries.is_empty(),
            Self::Structure(members) => members.iter().all(|(_, value)| value.asks_nothing()),
            Self::Integer(_) | Self::Double(_) | Self::Timestamp(_) => false,
        }
    }
}

impl<'de> IntoDeserializer<'de, Mismatch> for Document<'de> {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

impl<'de> Deserializer<'de> for Document<'de> {
    type Error = Mismatch;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        match self {
            Self::Boolean(value) => visitor.visit_bool(value),
            Self::Integer(value) => visitor.visit_i64(value),
            Self::Double(value) => visitor.visit_f64(value),
            Self::Text(Cow::Borrowed(text)) => visitor.visit_borrowed_str(text),
            Self::Text(Cow::Owned(text)) => visitor.visit_string(text),
            Self::Blob(Cow::Borrowed(bytes)) => visitor.visit_borrowed_bytes(bytes),
            Self::Blob(Cow::Owned(bytes)) => visitor.visit_byte_buf(bytes),
            Self::Timestamp(moment) => visitor.visit_i64(moment.millis()),
            Self::List(items) => visitor.visit_seq(SeqDeserializer::new(items.into_iter())),
            Self::Map(entries) => visitor.visit_map(MapDeserializer::new(entries.into_iter())),
            Self::Structure(members) => visitor.visit_map(MapDeserializer::new(members.into_iter())),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Mismatch> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(
        self,
        _name: &'static str,
        visitor: V,
    ) -> Result<V::Value, Mismatch> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _name: &'static str,
        _variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Mismatch> {
        match self {
            Self::Text(text) => visitor.visit_enum(text.into_deserializer()),
            _ => Err(Mismatch::custom("text was expected")),
        }
    }

    fn is_human_readable(&self) -> bool {
        false
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq
        tuple tuple_struct map struct identifier ignored_any
    }
}

impl Serialize for Document<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Boolean(value) => serializer.serialize_bool(*value),
            Self::Integer(value) => serializer.serialize_i64(*value),
            Self::Double(value) => serializer.serialize_f64(*value),
            Self::Text(text) => serializer.serialize_str(text),
            Self::Blob(bytes) => serializer.serialize_bytes(bytes),
            Self::Timestamp(moment) => moment.serialize(serializer),
            Self::List(items) => {
                let mut list = serializer.serialize_seq(Some(items.len()))?;
                for item in items {
                    list.serialize_element(item)?;
                }
                list.end()
            }
            Self::Map(entries) => {
                let mut map = serializer.serialize_map(Some(entries.len()))?;
                for (key, value) in entries {
                    map.serialize_entry(key, value)?;
                }
                map.end()
            }
            Self::Structure(members) => {
                let mut structure = serializer.serialize_struct("", members.len())?;
                for (name, value) in members {
                    structure.serialize_field(name, value)?;
                }
                structure.end()
            }
        }
    }
}
