//! Values from JSON and back.

use std::io;

use serde::Serialize;
use serde_json::ser::{Formatter, Serializer};
use serde_json::{Map, Number, Value as Json};

use super::java::float_text;
use super::{Heap, Key, Notation, Value};
use crate::error::Fault;

impl Heap<'_> {
    /// A value from JSON. All lists in it put themselves out in this notation.
    pub fn value_of(&mut self, json: &Json, notation: Notation) -> Result<Value, Fault> {
        self.value_of_within(json, notation, self.limits().depth)
    }

    fn value_of_within(&mut self, json: &Json, notation: Notation, depth: usize) -> Result<Value, Fault> {
        let depth = depth.checked_sub(1).ok_or(Fault::Depth(self.limits().depth))?;
        match json {
            Json::Null => Ok(Value::Null),
            Json::Bool(value) => Ok(Value::Bool(*value)),
            Json::Number(number) => Ok(number_value(number)),
            Json::String(text) => self.string(text.as_str()),
            Json::Array(items) => {
                let items = items
                    .iter()
                    .map(|item| self.value_of_within(item, notation, depth))
                    .collect::<Result<_, _>>()?;
                self.list(items, notation)
            }
            Json::Object(fields) => {
                let entries = fields
                    .iter()
                    .map(|(key, value)| {
                        self.reserve(key.len())?;
                        Ok((Key::from(key.as_str()), self.value_of_within(value, notation, depth)?))
                    })
                    .collect::<Result<Vec<_>, Fault>>()?;
                self.map(entries)
            }
        }
    }

    /// A value as JSON. What JSON does not have becomes the string that it puts out; NaN and the infinities become null.
    pub fn json_of(&mut self, value: &Value) -> Result<Json, Fault> {
        self.json_of_within(value, self.limits().depth)
    }

    fn json_of_within(&mut self, value: &Value, depth: usize) -> Result<Json, Fault> {
        let depth = depth.checked_sub(1).ok_or(Fault::Depth(self.limits().depth))?;
        self.step(1)?;
        Ok(match value {
            Value::Null => Json::Null,
            Value::Bool(value) => Json::Bool(*value),
            Value::Int(value) => int_json(*value),
            Value::Float(value) => Number::from_f64(*value).map_or(Json::Null, Json::Number),
            Value::String(text) => {
                self.look_at(text.len())?;
                self.reserve(text.len())?;
                Json::String(text.as_ref().to_owned())
            }
            Value::List(list) => {
                let mut items = Vec::new();
                for index in 0..self.items(*list).len() {
                    let item = self.items(*list).get(index).cloned().unwrap_or_default();
                    items.push(self.json_of_within(&item, depth)?);
                }
                Json::Array(items)
            }
            Value::Map(map) => {
                let mut fields = Map::new();
                for (key, value) in self.copy_entries(*map)? {
                    let key = self.text(&key.value())?;
                    fields.insert(key, self.json_of_within(&value, depth)?);
                }
                Json::Object(fields)
            }
            Value::Entry(..) | Value::Block(_) | Value::Loop(_) | Value::Object(_) => {
                Json::String(self.text(value)?)
            }
        })
    }

    /// A value as the text of JSON without white space.
    pub fn json_text(&mut self, value: &Value) -> Result<String, Fault> {
        let json = self.json_of(value)?;
        self.serialize(&json, Slashes::Plain)
    }

    /// Appends a value as a list in JSON's notation puts itself out.
    pub(super) fn write_json(&mut self, text: &mut String, value: &Value, depth: usize) -> Result<(), Fault> {
        let json = self.json_of_within(value, depth)?;
        let json = self.serialize(&json, Slashes::Escaped)?;
        text.push_str(&json);
        Ok(())
    }

    fn serialize(&mut self, json: &Json, slashes: Slashes) -> Result<String, Fault> {
        let mut bytes = Vec::new();
        // Writing to memory does not fail, and what is written is UTF-8.
        let _ = json.serialize(&mut Serializer::with_formatter(&mut bytes, slashes));
        self.look_at(bytes.len())?;
        self.reserve(bytes.len())?;
        Ok(String::from_utf8(bytes).unwrap_or_default())
    }
}

fn number_value(number: &Number) -> Value {
    let int = number.as_i64().map(i128::from).or_else(|| number.as_u64().map(i128::from));
    int.map(Value::Int).or_else(|| number.as_f64().map(Value::Float)).unwrap_or_default()
}

/// An integer beyond 64 bits is a double in JSON.
fn int_json(value: i128) -> Json {
    if let Ok(value) = i64::try_from(value) {
        return value.into();
    }
    #[expect(clippy::cast_precision_loss, reason = "there is no other number in JSON for it")]
    u64::try_from(value).map_or_else(|_| Json::from(value as f64), Json::from)
}

/// How JSON is written: as json-smart does it, by whose classes API Gateway's lists go (reported).
///
/// As captured of its version 2.2: doubles are Java's, and a list that puts itself out escapes `/`.
#[derive(Clone, Copy)]
enum Slashes {
    Plain,
    Escaped,
}

impl Formatter for Slashes {
    fn write_f64<W: ?Sized + io::Write>(&mut self, writer: &mut W, value: f64) -> io::Result<()> {
        writer.write_all(float_text(value).as_bytes())
    }

    fn write_string_fragment<W: ?Sized + io::Write>(
        &mut self,
        writer: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        for part in fragment.split_inclusive(is_escaped) {
            let plain = part.trim_end_matches(is_escaped);
            writer.write_all(plain.as_bytes())?;
            for each in part.get(plain.len()..).unwrap_or_default().chars() {
                match (each, *self) {
                    ('/', Self::Plain) => writer.write_all(b"/")?,
                    ('/', Self::Escaped) => writer.write_all(b"\\/")?,
                    (each, _) => write!(writer, "\\u{:04X}", u32::from(each))?,
                }
            }
        }
        Ok(())
    }
}

/// What json-smart escapes besides what JSON has to.
fn is_escaped(each: char) -> bool {
    matches!(each, '/' | '\u{7F}'..='\u{9F}' | '\u{2000}'..='\u{20FF}')
}
