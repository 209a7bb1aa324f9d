//! A serde serializer that walks a shape beside the value.

use serde::ser::{
    Error as _, Impossible, Serialize, SerializeMap, SerializeSeq, SerializeStruct, SerializeTuple,
    SerializeTupleStruct, Serializer,
};
use stagecheck_models::{Kind, ListForm, MapForm, Member, Shape, TimestampFormat};

use super::EncodeError;
use crate::time::Timestamp;

/// What a wire format writes for each part of a value.
pub(super) trait Format {
    /// Where a member began, so that one without a value can be taken back.
    type Mark;

    fn open_structure(&mut self);
    fn close_structure(&mut self);
    fn open_member(&mut self, member: &'static Member) -> Self::Mark;
    /// `written` is false where the member had no value.
    fn close_member(&mut self, member: &'static Member, mark: Self::Mark, written: bool);
    fn open_list(&mut self);
    fn open_item(&mut self, form: ListForm);
    fn close_item(&mut self, form: ListForm);
    fn close_list(&mut self);
    fn open_map(&mut self);
    fn open_entry(&mut self, form: MapForm, key: &str);
    fn close_entry(&mut self, form: MapForm);
    fn close_map(&mut self);
    fn text(&mut self, text: &str) -> Result<(), EncodeError>;
    fn boolean(&mut self, value: bool) -> Result<(), EncodeError>;
    fn integer(&mut self, value: i64) -> Result<(), EncodeError>;
    fn double(&mut self, value: f64) -> Result<(), EncodeError>;
    fn timestamp(&mut self, moment: Timestamp, format: Option<TimestampFormat>) -> Result<(), EncodeError>;
    fn blob(&mut self, bytes: &[u8]) -> Result<(), EncodeError>;

    /// Nothing, as an entry of a map: mapping templates are answered so.
    fn null(&mut self) -> Result<(), EncodeError> {
        Err(EncodeError::custom("a map has no place for nothing"))
    }
}

/// Writes one value of a shape. `Ok(false)` says that there was none.
pub(super) struct Steered<'a, F> {
    format: &'a mut F,
    shape: &'static Shape,
}

impl<'a, F: Format> Steered<'a, F> {
    pub(super) fn new(format: &'a mut F, shape: &'static Shape) -> Self {
        Self { format, shape }
    }

    fn mismatch(&self, found: &str) -> EncodeError {
        EncodeError::custom(format_args!(
            "{found} where the shape {} is {:?}",
            self.shape.name, self.shape.kind
        ))
    }
}

impl<'a, F: Format> Serializer for Steered<'a, F> {
    type Ok = bool;
    type Error = EncodeError;
    type SerializeSeq = Items<'a, F>;
    type SerializeTuple = Items<'a, F>;
    type SerializeTupleStruct = Items<'a, F>;
    type SerializeTupleVariant = Impossible<bool, EncodeError>;
    type SerializeMap = Entries<'a, F>;
    type SerializeStruct = Members<'a, F>;
    type SerializeStructVariant = Impossible<bool, EncodeError>;

    fn serialize_bool(self, value: bool) -> Result<bool, EncodeError> {
        match self.shape.kind {
            Kind::Boolean => self.format.boolean(value).map(|()| true),
            _ => Err(self.mismatch("a boolean")),
        }
    }

    fn serialize_i64(self, value: i64) -> Result<bool, EncodeError> {
        match self.shape.kind {
            Kind::Integer | Kind::Long => self.format.integer(value),
            Kind::Double => self.format.double(value as f64),
            Kind::Timestamp(format) => self.format.timestamp(Timestamp::from_millis(value), format),
            _ => return Err(self.mismatch("an integer")),
        }
        .map(|()| true)
    }

    fn serialize_i8(self, value: i8) -> Result<bool, EncodeError> {
        self.serialize_i64(value.into())
    }

    fn serialize_i16(self, value: i16) -> Result<bool, EncodeError> {
        self.serialize_i64(value.into())
    }

    fn serialize_i32(self, value: i32) -> Result<bool, EncodeError> {
        self.serialize_i64(value.into())
    }

    fn serialize_u8(self, value: u8) -> Result<bool, EncodeError> {
        self.serialize_i64(value.into())
    }

    fn serialize_u16(self, value: u16) -> Result<bool, EncodeError> {
        self.serialize_i64(value.into())
    }

    fn serialize_u32(self, value: u32) -> Result<bool, EncodeError> {
        self.serialize_i64(value.into())
    }

    fn serialize_u64(self, value: u64) -> Result<bool, EncodeError> {
        let value = i64::try_from(value).map_err(EncodeError::custom)?;
        self.serialize_i64(value)
    }

    fn serialize_f32(self, value: f32) -> Result<bool, EncodeError> {
        self.serialize_f64(value.into())
    }

    fn serialize_f64(self, value: f64) -> Result<bool, EncodeError> {
        match self.shape.kind {
            Kind::Double => self.format.double(value).map(|()| true),
            _ => Err(self.mismatch("a double")),
        }
    }

    fn serialize_char(self, value: char) -> Result<bool, EncodeError> {
        self.serialize_str(value.encode_utf8(&mut [0; 4]))
    }

    fn serialize_str(self, text: &str) -> Result<bool, EncodeError> {
        match self.shape.kind {
            Kind::String(_) => self.format.text(text).map(|()| true),
            _ => Err(self.mismatch("text")),
        }
    }

    fn serialize_bytes(self, bytes: &[u8]) -> Result<bool, EncodeError> {
        match self.shape.kind {
            Kind::Blob => self.format.blob(bytes).map(|()| true),
            _ => Err(self.mismatch("bytes")),
        }
    }

    fn serialize_none(self) -> Result<bool, EncodeError> {
        Ok(false)
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<bool, EncodeError> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<bool, EncodeError> {
        Ok(false)
    }

    fn serialize_unit_struct(self, _name: &'static str) -> Result<bool, EncodeError> {
        self.serialize_struct("", 0).map(Members::finish)
    }

    fn serialize_unit_variant(
        self,
        _name: &'static str,
        _index: u32,
        variant: &'static str,
    ) -> Result<bool, EncodeError> {
        self.serialize_str(variant)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _name: &'static str,
        value: &T,
    ) -> Result<bool, EncodeError> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _name: &'static str,
        _index: u32,
        variant: &'static str,
        _value: &T,
    ) -> Result<bool, EncodeError> {
        Err(self.mismatch(variant))
    }

    fn serialize_seq(self, _len: Option<usize>) -> Result<Items<'a, F>, EncodeError> {
        match self.shape.kind {
            Kind::List { member, form } => {
                self.format.open_list();
                Ok(Items { format: self.format, shape: member, form })
            }
            _ => Err(self.mismatch("a list")),
        }
    }

    fn serialize_tuple(self, len: usize) -> Result<Items<'a, F>, EncodeError> {
        self.serialize_seq(Some(len))
    }

    fn serialize_tuple_struct(self, _name: &'static str, len: usize) -> Result<Items<'a, F>, EncodeError> {
        self.serialize_seq(Some(len))
    }

    fn serialize_tuple_variant(
        self,
        _name: &'static str,
        _index: u32,
        variant: &'static str,
        _len: usize,
    ) -> Result<Self::SerializeTupleVariant, EncodeError> {
        Err(self.mismatch(variant))
    }

    fn serialize_map(self, _len: Option<usize>) -> Result<Entries<'a, F>, EncodeError> {
        match self.shape.kind {
            Kind::Map { value, form, .. } => {
                self.format.open_map();
                Ok(Entries { format: self.format, shape: value, form, key: None })
            }
            _ => Err(self.mismatch("a map")),
        }
    }

    fn serialize_struct(self, _name: &'static str, _len: usize) -> Result<Members<'a, F>, EncodeError> {
        match self.shape.kind {
            Kind::Structure(members) => {
                self.format.open_structure();
                Ok(Members { format: self.format, members, next: 0 })
            }
            _ => Err(self.mismatch("a structure")),
        }
    }

    fn serialize_struct_variant(
        self,
        _name: &'static str,
        _index: u32,
        variant: &'static str,
        _len: usize,
    ) -> Result<Self::SerializeStructVariant, EncodeError> {
        Err(self.mismatch(variant))
    }

    fn is_human_readable(&self) -> bool {
        false
    }
}

/// A list being written.
pub(super) struct Items<'a, F> {
    format: &'a mut F,
    shape: &'static Shape,
    form: ListForm,
}

impl<F: Format> Items<'_, F> {
    fn item<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), EncodeError> {
        self.format.open_item(self.form);
        if !value.serialize(Steered::new(self.format, self.shape))? {
            return Err(EncodeError::custom("a list has no place for nothing"));
        }
        self.format.close_item(self.form);
        Ok(())
    }

    fn finish(self) -> bool {
        self.format.close_list();
        true
    }
}

impl<F: Format> SerializeSeq for Items<'_, F> {
    type Ok = bool;
    type Error = EncodeError;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), EncodeError> {
        self.item(value)
    }

    fn end(self) -> Result<bool, EncodeError> {
        Ok(self.finish())
    }
}

impl<F: Format> SerializeTuple for Items<'_, F> {
    type Ok = bool;
    type Error = EncodeError;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), EncodeError> {
        self.item(value)
    }

    fn end(self) -> Result<bool, EncodeError> {
        Ok(self.finish())
    }
}

impl<F: Format> SerializeTupleStruct for Items<'_, F> {
    type Ok = bool;
    type Error = EncodeError;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), EncodeError> {
        self.item(value)
    }

    fn end(self) -> Result<bool, EncodeError> {
        Ok(self.finish())
    }
}

/// A map being written.
pub(super) struct Entries<'a, F> {
    format: &'a mut F,
    shape: &'static Shape,
    form: MapForm,
    key: Option<String>,
}

impl<F: Format> SerializeMap for Entries<'_, F> {
    type Ok = bool;
    type Error = EncodeError;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), EncodeError> {
        // Keys are text, or serialize as text.
        let key = serde_json::to_value(key).map_err(EncodeError::custom)?;
        let key = key.as_str().ok_or_else(|| EncodeError::custom("a map's keys are text"))?;
        self.key = Some(key.to_owned());
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), EncodeError> {
        let key = self.key.take().ok_or_else(|| EncodeError::custom("a value without a key"))?;
        self.format.open_entry(self.form, &key);
        if !value.serialize(Steered::new(self.format, self.shape))? {
            self.format.null()?;
        }
        self.format.close_entry(self.form);
        Ok(())
    }

    fn end(self) -> Result<bool, EncodeError> {
        self.format.close_map();
        Ok(true)
    }
}

/// A structure being written.
pub(super) struct Members<'a, F> {
    format: &'a mut F,
    members: &'static [Member],
    /// Where the next field is looked for first: structs follow the order of their shape more or less.
    next: usize,
}

impl<F: Format> Members<'_, F> {
    fn finish(self) -> bool {
        self.format.close_structure();
        true
    }
}

impl<F: Format> SerializeStruct for Members<'_, F> {
    type Ok = bool;
    type Error = EncodeError;

    fn serialize_field<T: Serialize + ?Sized>(
        &mut self,
        name: &'static str,
        value: &T,
    ) -> Result<(), EncodeError> {
        let (before, after) = self.members.split_at(self.next);
        let found = after
            .iter()
            .position(|member| member.name == name)
            .map(|index| index + before.len())
            .or_else(|| before.iter().position(|member| member.name == name));
        let Some(index) = found else { return Ok(()) };
        self.next = (index + 1) % self.members.len();
        let member = &self.members[index];
        let mark = self.format.open_member(member);
        let written = value.serialize(Steered::new(self.format, member.shape))?;
        self.format.close_member(member, mark, written);
        Ok(())
    }

    fn end(self) -> Result<bool, EncodeError> {
        Ok(self.finish())
    }
}
