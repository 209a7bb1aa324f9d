//! Methods of strings. Indexes are those of Java: UTF-16 units.

use std::cmp::Ordering;
use std::sync::Arc;

use crate::error::Fault;
use crate::value::{Heap, Notation, Value, utf16_length};

use super::{at, between, size};

pub(super) fn call(
    heap: &mut Heap<'_>,
    text: &Arc<str>,
    name: &str,
    arguments: &[Value],
) -> Result<Value, Fault> {
    heap.look_at(text.len())?;
    match (name, arguments) {
        ("length", []) => Ok(size(utf16_length(text))),
        ("isEmpty", []) => Ok(Value::Bool(text.is_empty())),
        ("charAt", [Value::Int(index)]) => {
            let index = at(*index, utf16_length(text))?;
            heap.string(units(text, index, index + 1))
        }
        ("substring", [Value::Int(from)]) => {
            let length = utf16_length(text);
            let from = between(*from, length)?;
            heap.string(units(text, from, length))
        }
        ("substring", [Value::Int(from), Value::Int(to)]) => {
            let to = between(*to, utf16_length(text))?;
            let from = between(*from, to)?;
            heap.string(units(text, from, to))
        }
        ("toLowerCase", []) => heap.string(text.to_lowercase()),
        ("toUpperCase", []) => heap.string(text.to_uppercase()),
        // Java trims every character up to the space.
        ("trim", []) => heap.string(text.trim_matches(|each| each <= ' ')),
        ("concat", [Value::String(other)]) => {
            heap.reserve(other.len())?;
            heap.string(format!("{text}{other}"))
        }
        ("compareTo", [Value::String(other)]) => Ok(Value::Int(difference(text, other))),
        ("compareToIgnoreCase", [Value::String(other)]) => {
            Ok(Value::Int(difference(&without_case(text), &without_case(other))))
        }
        ("equalsIgnoreCase", [Value::String(other)]) => {
            Ok(Value::Bool(without_case(text) == without_case(other)))
        }
        ("contains", [Value::String(part)]) => Ok(Value::Bool(text.contains(part.as_ref()))),
        ("startsWith", [Value::String(part)]) => Ok(Value::Bool(text.starts_with(part.as_ref()))),
        ("startsWith", [Value::String(part), Value::Int(from)]) => {
            let rest = byte_at(text, *from).and_then(|from| text.get(from..));
            Ok(Value::Bool(rest.is_some_and(|rest| rest.starts_with(part.as_ref()))))
        }
        ("endsWith", [Value::String(part)]) => Ok(Value::Bool(text.ends_with(part.as_ref()))),
        ("indexOf", [Value::String(part)]) => Ok(found_at(text, text.find(part.as_ref()))),
        ("indexOf", [Value::String(part), Value::Int(from)]) => {
            let from = byte_at(text, (*from).max(0)).unwrap_or(text.len());
            let found = text.get(from..).and_then(|rest| rest.find(part.as_ref()));
            Ok(found_at(text, found.map(|found| from + found)))
        }
        ("lastIndexOf", [Value::String(part)]) => Ok(found_at(text, text.rfind(part.as_ref()))),
        ("replace", [Value::String(part), Value::String(new)]) => replace(heap, text, part, new),
        ("matches", [Value::String(pattern)]) => {
            let pattern = heap.pattern(pattern)?;
            pattern.count(heap, text)?;
            pattern.matches(text).map(Value::Bool)
        }
        ("replaceAll", [Value::String(pattern), Value::String(new)]) => {
            replace_matches(heap, text, pattern, new, usize::MAX)
        }
        ("replaceFirst", [Value::String(pattern), Value::String(new)]) => {
            replace_matches(heap, text, pattern, new, 1)
        }
        ("split", [Value::String(pattern)]) => split(heap, text, pattern, 0),
        ("split", [Value::String(pattern), Value::Int(limit)]) => split(heap, text, pattern, *limit),
        _ => Ok(Value::Null),
    }
}

/// The units from one index to another. Half of a surrogate pair is `?`, as Java writes it in UTF-8.
fn units(text: &str, from: usize, to: usize) -> String {
    if text.is_ascii() {
        return text.get(from..to).unwrap_or_default().to_owned();
    }
    let units = text.encode_utf16().skip(from).take(to.saturating_sub(from));
    char::decode_utf16(units).map(|each| each.unwrap_or('?')).collect()
}

/// Where the character at an index begins, in bytes. The end is a place, too.
fn byte_at(text: &str, index: i128) -> Option<usize> {
    let mut left = usize::try_from(index).ok()?;
    for (place, each) in text.char_indices() {
        if left == 0 {
            return Some(place);
        }
        left = left.saturating_sub(each.len_utf16());
    }
    (left == 0).then_some(text.len())
}

fn found_at(text: &str, byte: Option<usize>) -> Value {
    byte.and_then(|byte| text.get(..byte)).map_or(Value::Int(-1), |before| size(utf16_length(before)))
}

/// `compareTo`: the difference of the first units that differ, or else of the lengths.
fn difference(text: &str, other: &str) -> i128 {
    let (mut units, mut others) = (text.encode_utf16(), other.encode_utf16());
    loop {
        match (units.next(), others.next()) {
            (Some(unit), Some(other)) if unit != other => return i128::from(unit) - i128::from(other),
            (Some(_), Some(_)) => {}
            (unit, other) => {
                let more = |first, rest: std::str::EncodeUtf16<'_>| usize::from(first) + rest.count();
                let (more, others) = (more(unit.is_some(), units), more(other.is_some(), others));
                return match more.cmp(&others) {
                    Ordering::Less => -i128::try_from(others).unwrap_or(i128::MAX),
                    _ => i128::try_from(more).unwrap_or(i128::MAX),
                };
            }
        }
    }
}

fn without_case(text: &str) -> String {
    text.to_uppercase().to_lowercase()
}

fn replace(heap: &mut Heap<'_>, text: &str, part: &str, new: &str) -> Result<Value, Fault> {
    let times = text.matches(part).count();
    heap.reserve(times.saturating_mul(new.len()))?;
    heap.look_at(times.saturating_mul(new.len()))?;
    heap.string(text.replace(part, new))
}

fn replace_matches(
    heap: &mut Heap<'_>,
    text: &str,
    pattern: &Arc<str>,
    new: &str,
    most: usize,
) -> Result<Value, Fault> {
    let pattern = heap.pattern(pattern)?;
    let replacement = pattern.replacement(new)?;
    let mut result = String::new();
    let mut from = 0;
    for found in pattern.find(heap, text, most)? {
        let length = result.len();
        result.push_str(text.get(from..found.start()).unwrap_or_default());
        replacement.append(&mut result, &found, text);
        heap.reserve(result.len() - length)?;
        heap.look_at(result.len() - length)?;
        from = found.end();
    }
    result.push_str(text.get(from..).unwrap_or_default());
    heap.string(result)
}

/// `split`: at most `limit` parts where it is positive, all of them where it is negative, and all but the empty ones at the
/// end where it is zero.
fn split(heap: &mut Heap<'_>, text: &str, pattern: &Arc<str>, limit: i128) -> Result<Value, Fault> {
    let pattern = heap.pattern(pattern)?;
    let most = if limit > 0 { usize::try_from(limit - 1).unwrap_or(usize::MAX) } else { usize::MAX };
    let mut parts = Vec::new();
    let mut from = 0;
    if most > 0 {
        for found in pattern.find(heap, text, usize::MAX)? {
            if parts.len() == most {
                break;
            }
            // As Java since 8: nothing comes before an empty match at the start, nor behind one at the end.
            if found.end() == 0 || (found.start() == found.end() && found.end() == text.len()) {
                continue;
            }
            parts.push(heap.string(text.get(from..found.start()).unwrap_or_default())?);
            from = found.end();
        }
    }
    let unsplit = parts.is_empty();
    parts.push(heap.string(text.get(from..).unwrap_or_default())?);
    if limit == 0 && !unsplit {
        while parts.last().is_some_and(|part| matches!(part, Value::String(part) if part.is_empty())) {
            parts.pop();
        }
    }
    heap.list(parts, Notation::Java)
}
