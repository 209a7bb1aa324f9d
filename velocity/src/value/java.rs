//! What Java's values look like, and when they are equal.

use std::cmp::Ordering;

use super::{Heap, Notation, Value};
use crate::error::Fault;

impl Heap<'_> {
    /// What `toString` returns. Null is `null`, as in Java's own lists.
    pub fn text(&mut self, value: &Value) -> Result<String, Fault> {
        let mut text = String::new();
        self.write(&mut text, value, self.limits().depth)?;
        Ok(text)
    }

    /// Appends a value as Java puts it out.
    fn write(&mut self, text: &mut String, value: &Value, depth: usize) -> Result<(), Fault> {
        let depth = depth.checked_sub(1).ok_or(Fault::Depth(self.limits().depth))?;
        match value {
            Value::Null => self.append(text, "null"),
            Value::Bool(value) => self.append(text, if *value { "true" } else { "false" }),
            Value::Int(value) => self.append(text, &value.to_string()),
            Value::Float(value) => self.append(text, &float_text(*value)),
            Value::String(value) => self.append(text, value),
            Value::List(list) if self.notation(*list) == Notation::Json => {
                self.write_json(text, value, depth)
            }
            Value::List(list) => {
                self.append(text, "[")?;
                for index in 0..self.items(*list).len() {
                    self.append(text, if index == 0 { "" } else { ", " })?;
                    match self.items(*list).get(index).cloned().unwrap_or_default() {
                        Value::List(item) if item == *list => self.append(text, "(this Collection)")?,
                        item => self.write(text, &item, depth)?,
                    }
                }
                self.append(text, "]")
            }
            Value::Map(map) => {
                self.append(text, "{")?;
                for (index, (key, value)) in self.copy_entries(*map)?.into_iter().enumerate() {
                    self.append(text, if index == 0 { "" } else { ", " })?;
                    self.write(text, &key.value(), depth)?;
                    self.append(text, "=")?;
                    match value {
                        Value::Map(value) if value == *map => self.append(text, "(this Map)")?,
                        value => self.write(text, &value, depth)?,
                    }
                }
                self.append(text, "}")
            }
            Value::Entry(map, key) => {
                let value = self.get(*map, key).cloned().unwrap_or_default();
                self.write(text, &key.value(), depth)?;
                self.append(text, "=")?;
                self.write(text, &value, depth)
            }
            Value::Object(object) => {
                let own = self.host(*object).map(|object| object.text()).unwrap_or_default();
                self.append(text, &own)
            }
            // As captured of `$foreach`. A block never gets here: it is rendered where its text is asked for.
            Value::Loop(_) | Value::Block(_) => self.append(text, "{}"),
        }
    }

    fn append(&mut self, text: &mut String, part: &str) -> Result<(), Fault> {
        self.look_at(part.len())?;
        self.reserve(part.len())?;
        text.push_str(part);
        Ok(())
    }

    /// Java's `equals`: a number of one type never equals one of another.
    pub fn equal(&mut self, left: &Value, right: &Value) -> Result<bool, Fault> {
        self.equal_within(left, right, self.limits().depth)
    }

    fn equal_within(&mut self, left: &Value, right: &Value, depth: usize) -> Result<bool, Fault> {
        let depth = depth.checked_sub(1).ok_or(Fault::Depth(self.limits().depth))?;
        self.step(1)?;
        match (left, right) {
            (Value::Null, Value::Null) => Ok(true),
            (Value::Bool(left), Value::Bool(right)) => Ok(left == right),
            (Value::Int(left), Value::Int(right)) => Ok(left == right),
            (Value::Float(left), Value::Float(right)) => Ok(left.to_bits() == right.to_bits()),
            (Value::String(left), Value::String(right)) => {
                self.look_at(left.len().min(right.len()))?;
                Ok(left == right)
            }
            (Value::List(left), Value::List(right)) if left != right => {
                let length = self.items(*left).len();
                if length != self.items(*right).len() {
                    return Ok(false);
                }
                for index in 0..length {
                    let pair =
                        (self.items(*left).get(index).cloned(), self.items(*right).get(index).cloned());
                    if !self.equal_within(&pair.0.unwrap_or_default(), &pair.1.unwrap_or_default(), depth)? {
                        return Ok(false);
                    }
                }
                Ok(true)
            }
            (Value::Map(left), Value::Map(right)) if left != right => {
                let length = self.size(*left);
                if length != self.size(*right) {
                    return Ok(false);
                }
                for index in 0..length {
                    let Some((key, value)) = self.entry_at(*left, index) else { return Ok(false) };
                    let (key, value) = (key.clone(), value.clone());
                    let Some(other) = self.get(*right, &key).cloned() else { return Ok(false) };
                    if !self.equal_within(&value, &other, depth)? {
                        return Ok(false);
                    }
                }
                Ok(true)
            }
            (Value::Entry(left, left_key), Value::Entry(right, right_key)) => {
                let value = self.get(*left, left_key).cloned().unwrap_or_default();
                let other = self.get(*right, right_key).cloned().unwrap_or_default();
                Ok(left_key == right_key && self.equal_within(&value, &other, depth)?)
            }
            (Value::List(left), Value::List(right)) => Ok(left == right),
            (Value::Map(left), Value::Map(right)) => Ok(left == right),
            (Value::Object(left), Value::Object(right)) => Ok(left == right),
            (Value::Loop(left), Value::Loop(right)) => Ok(left == right),
            _ => Ok(false),
        }
    }
}

/// The order of two numbers, if both are such and neither is NaN.
pub(crate) fn compare_numbers(left: &Value, right: &Value) -> Option<Ordering> {
    match (left, right) {
        (Value::Int(left), Value::Int(right)) => Some(left.cmp(right)),
        _ => as_float(left)?.partial_cmp(&as_float(right)?),
    }
}

/// A number as a double.
pub(crate) fn as_float(value: &Value) -> Option<f64> {
    match value {
        // Java rounds likewise.
        #[expect(clippy::cast_precision_loss, reason = "a double holds what it can, as in Java")]
        Value::Int(value) => Some(*value as f64),
        Value::Float(value) => Some(*value),
        _ => None,
    }
}

/// A double as `Double.toString` writes it: `1.0`, `1.0E7`, `1.0E-4`.
pub(super) fn float_text(value: f64) -> String {
    if value.is_nan() {
        return "NaN".to_owned();
    }
    if value.is_infinite() {
        return if value > 0.0 { "Infinity" } else { "-Infinity" }.to_owned();
    }
    let magnitude = value.abs();
    if magnitude == 0.0 || (1e-3..1e7).contains(&magnitude) {
        // Rust writes the shortest digits that mean this double, as Java does since 19, and 1.0 with its fraction.
        return format!("{value:?}");
    }
    let text = format!("{value:E}");
    match text.split_once('E') {
        Some((digits, exponent)) if !digits.contains('.') => format!("{digits}.0E{exponent}"),
        _ => text,
    }
}

/// `String.length`: UTF-16 units.
pub(crate) fn utf16_length(text: &str) -> usize {
    text.encode_utf16().count()
}

/// `String.hashCode`.
pub(crate) fn string_hash(text: &str) -> i32 {
    text.encode_utf16().fold(0, |hash: i32, unit| hash.wrapping_mul(31).wrapping_add(i32::from(unit)))
}

/// `Integer.hashCode`, and `Long.hashCode` of what is larger.
pub(crate) fn int_hash(value: i128) -> i32 {
    match i32::try_from(value) {
        Ok(value) => value,
        #[expect(clippy::cast_possible_truncation, reason = "Java folds the upper half into the lower")]
        Err(_) => (value ^ (value >> 32)) as i32,
    }
}
