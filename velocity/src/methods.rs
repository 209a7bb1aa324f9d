//! Properties and methods of values: those of Java's classes that templates use.
//!
//! What there is not, or not for these arguments, is null, as it is to Velocity. There is no way to anything else of Java:
//! no `.class`, no constructors, no reflection.

mod list;
mod map;
mod number;
mod pattern;
mod string;

use crate::error::Fault;
use crate::value::{Heap, Key, Loop, LoopId, Value, int_hash, string_hash};

pub(crate) use pattern::Pattern;

/// `$value.name`.
pub(crate) fn property(heap: &mut Heap<'_>, value: &Value, name: &str) -> Result<Value, Fault> {
    match value {
        // As captured: a map has its keys for properties and nothing else, not even `empty`.
        Value::Map(map) => Ok(heap.get(*map, &Key::from(name)).cloned().unwrap_or_default()),
        Value::Object(object) => match heap.host(*object) {
            Some(object) => object.get(heap, name),
            None => Ok(Value::Null),
        },
        Value::Entry(map, key) => Ok(map::entry_property(heap, *map, key, name)),
        Value::Loop(id) => Ok(loop_property(heap, *id, name)),
        Value::List(list) if name == "empty" => Ok(Value::Bool(heap.items(*list).is_empty())),
        Value::String(text) if name == "empty" => Ok(Value::Bool(text.is_empty())),
        _ => Ok(Value::Null),
    }
}

/// `$value.name(arguments)`.
pub(crate) fn call(
    heap: &mut Heap<'_>,
    value: &Value,
    name: &str,
    arguments: &[Value],
) -> Result<Value, Fault> {
    if let Value::Object(object) = value {
        return match heap.host(*object) {
            Some(object) => object.call(heap, name, arguments),
            None => Ok(Value::Null),
        };
    }
    match (name, arguments) {
        ("toString", []) => {
            let text = heap.text(value)?;
            heap.string(text)
        }
        ("equals", [other]) => heap.equal(value, other).map(Value::Bool),
        ("hashCode", []) => Ok(hash_code(value)),
        _ => match value {
            Value::Bool(value) => Ok(boolean(*value, name, arguments)),
            Value::Int(value) => number::call_integer(*value, name, arguments),
            Value::Float(value) => number::call_float(*value, name, arguments),
            Value::String(text) => string::call(heap, text, name, arguments),
            Value::List(list) => list::call(heap, *list, name, arguments),
            Value::Map(map) => map::call(heap, *map, name, arguments),
            Value::Entry(map, key) => Ok(map::call_entry(heap, *map, key, name, arguments)),
            Value::Loop(id) => Ok(call_loop(heap, *id, name, arguments)),
            Value::Null | Value::Block(_) | Value::Object(_) => Ok(Value::Null),
        },
    }
}

/// `$value[index]`.
pub(crate) fn index(heap: &mut Heap<'_>, value: &Value, index: &Value) -> Result<Value, Fault> {
    match (value, index) {
        (Value::List(list), Value::Int(index)) => {
            let items = heap.items(*list);
            let length = items.len();
            let item = place(*index, length).and_then(|place| items.get(place));
            item.cloned().ok_or(Fault::OutOfBounds { index: *index, length })
        }
        (Value::Map(map), key) => Ok(heap.get(*map, &Key::of(key)?).cloned().unwrap_or_default()),
        (Value::Object(_), Value::String(name)) => property(heap, value, name),
        _ => Ok(Value::Null),
    }
}

/// Where the item at an index is. As captured: in square brackets, -1 is the last one.
pub(crate) fn place(index: i128, length: usize) -> Option<usize> {
    let from_start = if index < 0 { index.checked_add(i128::try_from(length).ok()?)? } else { index };
    usize::try_from(from_start).ok().filter(|place| *place < length)
}

/// `hashCode` of what a template can know the hash of. Those of lists and maps are not told.
fn hash_code(value: &Value) -> Value {
    match value {
        Value::Bool(value) => Value::Int(if *value { 1231 } else { 1237 }),
        Value::Int(value) => Value::Int(int_hash(*value).into()),
        Value::String(text) => Value::Int(string_hash(text).into()),
        _ => Value::Null,
    }
}

fn boolean(value: bool, name: &str, arguments: &[Value]) -> Value {
    match (name, arguments) {
        ("booleanValue", []) => Value::Bool(value),
        ("compareTo", [Value::Bool(other)]) => Value::Int(i128::from(value) - i128::from(*other)),
        _ => Value::Null,
    }
}

/// `$foreach.index` and its like.
fn loop_property(heap: &Heap<'_>, id: LoopId, name: &str) -> Value {
    let Some(Loop { index, length, parent }) = heap.running(id) else { return Value::Null };
    match name {
        "index" => size(index),
        "count" => size(index + 1),
        "hasNext" => Value::Bool(index + 1 < length),
        "first" => Value::Bool(index == 0),
        "last" => Value::Bool(index + 1 == length),
        "parent" => parent.map(Value::Loop).unwrap_or_default(),
        "topmost" => {
            let mut top = id;
            while let Some(outer) = heap.running(top).and_then(|each| each.parent) {
                top = outer;
            }
            Value::Loop(top)
        }
        _ => Value::Null,
    }
}

fn call_loop(heap: &Heap<'_>, id: LoopId, name: &str, arguments: &[Value]) -> Value {
    let property = match (name, arguments) {
        ("hasNext", []) => "hasNext",
        ("getIndex", []) => "index",
        ("getCount", []) => "count",
        ("isFirst", []) => "first",
        ("isLast", []) => "last",
        ("getParent", []) => "parent",
        ("getTopmost", []) => "topmost",
        _ => return Value::Null,
    };
    loop_property(heap, id, property)
}

/// A length or an index as a value.
fn size(size: usize) -> Value {
    i128::try_from(size).map(Value::Int).unwrap_or_default()
}

/// What a method without a result returns. As captured, it puts out nothing, not even itself.
fn void() -> Value {
    Value::from("")
}

/// An index in a list or a string, which has to be there.
fn at(index: i128, length: usize) -> Result<usize, Fault> {
    usize::try_from(index).ok().filter(|index| *index < length).ok_or(Fault::OutOfBounds { index, length })
}

/// A place between or around items or characters.
fn between(index: i128, length: usize) -> Result<usize, Fault> {
    usize::try_from(index).ok().filter(|index| *index <= length).ok_or(Fault::OutOfBounds { index, length })
}
