//! Methods of lists.

use crate::error::Fault;
use crate::value::{Heap, ListId, Value};

use super::{at, between, size, void};

pub(super) fn call(
    heap: &mut Heap<'_>,
    list: ListId,
    name: &str,
    arguments: &[Value],
) -> Result<Value, Fault> {
    let length = heap.items(list).len();
    match (name, arguments) {
        ("size", []) => Ok(size(length)),
        ("isEmpty", []) => Ok(Value::Bool(length == 0)),
        ("get", [Value::Int(index)]) => {
            let index = at(*index, length)?;
            Ok(item(heap, list, index))
        }
        ("add", [item]) => {
            let item = item.clone();
            heap.change(list, 1, |items| items.push(item))?;
            Ok(Value::Bool(true))
        }
        ("add", [Value::Int(index), item]) => {
            insert(heap, list, *index, vec![item.clone()])?;
            Ok(void())
        }
        ("addAll", [Value::List(other)]) => {
            let others = heap.items(*other).len();
            insert_all(heap, list, length, *other)?;
            Ok(Value::Bool(others > 0))
        }
        ("addAll", [Value::Int(index), Value::List(other)]) => {
            let index = between(*index, length)?;
            let others = heap.items(*other).len();
            insert_all(heap, list, index, *other)?;
            Ok(Value::Bool(others > 0))
        }
        ("set", [Value::Int(index), item]) => {
            let (index, item) = (at(*index, length)?, item.clone());
            heap.change(list, 0, |items| {
                items.get_mut(index).map(|place| std::mem::replace(place, item)).unwrap_or_default()
            })
        }
        ("remove", [Value::Int(index)]) => {
            let index = at(*index, length)?;
            remove(heap, list, index)
        }
        ("remove", [item]) => match position(heap, list, 0..length, item)? {
            Some(index) => {
                remove(heap, list, index)?;
                Ok(Value::Bool(true))
            }
            None => Ok(Value::Bool(false)),
        },
        ("clear", []) => {
            heap.change(list, 0, Vec::clear)?;
            Ok(void())
        }
        ("contains", [item]) => Ok(Value::Bool(position(heap, list, 0..length, item)?.is_some())),
        ("containsAll", [Value::List(others)]) => contains_all(heap, list, *others),
        ("indexOf", [item]) => Ok(position(heap, list, 0..length, item)?.map_or(Value::Int(-1), size)),
        ("lastIndexOf", [item]) => {
            Ok(position(heap, list, (0..length).rev(), item)?.map_or(Value::Int(-1), size))
        }
        ("subList", [Value::Int(from), Value::Int(to)]) => {
            let to = between(*to, length)?;
            let from = between(*from, to)?;
            heap.step(to - from)?;
            let items = heap.items(list).get(from..to).unwrap_or_default().to_vec();
            heap.list(items, heap.notation(list))
        }
        _ => Ok(Value::Null),
    }
}

fn item(heap: &Heap<'_>, list: ListId, index: usize) -> Value {
    heap.items(list).get(index).cloned().unwrap_or_default()
}

fn insert(heap: &mut Heap<'_>, list: ListId, index: i128, new: Vec<Value>) -> Result<(), Fault> {
    let length = heap.items(list).len();
    let index = between(index, length)?;
    // Those behind are moved.
    heap.look_at((length - index).saturating_mul(size_of::<Value>()))?;
    heap.change(list, new.len(), |items| {
        items.splice(index..index, new);
    })
}

/// Inserts the items of another list, which may be the same one.
fn insert_all(heap: &mut Heap<'_>, list: ListId, index: usize, other: ListId) -> Result<(), Fault> {
    heap.step(heap.items(other).len())?;
    let new = heap.items(other).to_vec();
    let index = i128::try_from(index).unwrap_or(i128::MAX);
    insert(heap, list, index, new)
}

fn remove(heap: &mut Heap<'_>, list: ListId, index: usize) -> Result<Value, Fault> {
    heap.look_at(heap.items(list).len().saturating_sub(index).saturating_mul(size_of::<Value>()))?;
    heap.change(list, 0, |items| if index < items.len() { items.remove(index) } else { Value::Null })
}

fn position(
    heap: &mut Heap<'_>,
    list: ListId,
    indexes: impl Iterator<Item = usize>,
    wanted: &Value,
) -> Result<Option<usize>, Fault> {
    for index in indexes {
        let each = item(heap, list, index);
        if heap.equal(&each, wanted)? {
            return Ok(Some(index));
        }
    }
    Ok(None)
}

fn contains_all(heap: &mut Heap<'_>, list: ListId, others: ListId) -> Result<Value, Fault> {
    for index in 0..heap.items(others).len() {
        let wanted = item(heap, others, index);
        let length = heap.items(list).len();
        if position(heap, list, 0..length, &wanted)?.is_none() {
            return Ok(Value::Bool(false));
        }
    }
    Ok(Value::Bool(true))
}
