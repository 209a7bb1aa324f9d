//! Values as documents have them, where people leave out quotes.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

/// A member as text. YAML without quotes makes numbers and booleans of versions and status codes.
pub(crate) fn text(value: &Value, member: &str) -> Option<String> {
    scalar(value.get(member)?)
}

/// A member as a whole number.
pub(crate) fn integer(value: &Value, member: &str) -> Option<i64> {
    let value = value.get(member)?;
    value.as_i64().or_else(|| value.as_str()?.trim().parse().ok())
}

/// A member as a boolean.
pub(crate) fn boolean(value: &Value, member: &str) -> Option<bool> {
    let value = value.get(member)?;
    value.as_bool().or_else(|| value.as_str()?.trim().parse().ok())
}

/// A member as an object.
pub(crate) fn object<'a>(value: &'a Value, member: &str) -> Option<&'a Map<String, Value>> {
    value.get(member)?.as_object()
}

/// A member as a list of texts.
pub(crate) fn texts(value: &Value, member: &str) -> Vec<String> {
    let items = value.get(member).and_then(Value::as_array);
    items.into_iter().flatten().filter_map(scalar).collect()
}

/// A member as a map to texts. What is an object there (a template without quotes) is meant as its JSON.
pub(crate) fn text_map(value: &Value, member: &str) -> BTreeMap<String, String> {
    let entries = object(value, member).into_iter().flatten();
    entries
        .filter(|(_, value)| !value.is_null())
        .map(|(key, value)| (key.clone(), scalar(value).unwrap_or_else(|| value.to_string())))
        .collect()
}

fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(number) => Some(number.to_string()),
        Value::Bool(boolean) => Some(boolean.to_string()),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}
