//! Methods of maps and their entries.

use crate::error::Fault;
use crate::value::{Heap, Key, MapId, Notation, Value};

use super::{size, void};

pub(super) fn call(heap: &mut Heap<'_>, map: MapId, name: &str, arguments: &[Value]) -> Result<Value, Fault> {
    match (name, arguments) {
        ("size", []) => Ok(size(heap.size(map))),
        ("isEmpty", []) => Ok(Value::Bool(heap.size(map) == 0)),
        ("get", [key]) => Ok(get(heap, map, key)),
        ("getOrDefault", [key, default]) => {
            let contained = Key::of(key).is_ok_and(|key| heap.get(map, &key).is_some());
            Ok(if contained { get(heap, map, key) } else { default.clone() })
        }
        ("containsKey", [key]) => {
            Ok(Value::Bool(Key::of(key).is_ok_and(|key| heap.get(map, &key).is_some())))
        }
        ("containsValue", [wanted]) => contains_value(heap, map, wanted),
        ("put", [key, value]) => Ok(heap.put(map, Key::of(key)?, value.clone())?.unwrap_or_default()),
        ("putAll", [Value::Map(other)]) => {
            for (key, value) in heap.copy_entries(*other)? {
                heap.put(map, key, value)?;
            }
            Ok(void())
        }
        ("remove", [key]) => match Key::of(key) {
            Ok(key) => Ok(heap.take(map, &key)?.unwrap_or_default()),
            Err(_) => Ok(Value::Null),
        },
        ("clear", []) => {
            heap.clear_map(map);
            Ok(void())
        }
        ("keySet", []) => {
            let keys = heap.copy_entries(map)?.into_iter().map(|(key, _)| key.value()).collect();
            heap.list(keys, Notation::Java)
        }
        ("values", []) => {
            let values = heap.copy_entries(map)?.into_iter().map(|(_, value)| value).collect();
            heap.list(values, Notation::Java)
        }
        ("entrySet", []) => {
            let entries = heap
                .copy_entries(map)?
                .into_iter()
                .map(|(key, _)| Value::Entry(map, Box::new(key)))
                .collect();
            heap.list(entries, Notation::Java)
        }
        _ => Ok(Value::Null),
    }
}

/// `$entry.key` and `$entry.value`.
pub(super) fn entry_property(heap: &Heap<'_>, map: MapId, key: &Key, name: &str) -> Value {
    match name {
        "key" => key.value(),
        "value" => heap.get(map, key).cloned().unwrap_or_default(),
        _ => Value::Null,
    }
}

pub(super) fn call_entry(heap: &Heap<'_>, map: MapId, key: &Key, name: &str, arguments: &[Value]) -> Value {
    match (name, arguments) {
        ("getKey", []) => entry_property(heap, map, key, "key"),
        ("getValue", []) => entry_property(heap, map, key, "value"),
        _ => Value::Null,
    }
}

fn get(heap: &Heap<'_>, map: MapId, key: &Value) -> Value {
    Key::of(key).ok().and_then(|key| heap.get(map, &key).cloned()).unwrap_or_default()
}

fn contains_value(heap: &mut Heap<'_>, map: MapId, wanted: &Value) -> Result<Value, Fault> {
    for (_, value) in heap.copy_entries(map)? {
        if heap.equal(&value, wanted)? {
            return Ok(Value::Bool(true));
        }
    }
    Ok(Value::Bool(false))
}
