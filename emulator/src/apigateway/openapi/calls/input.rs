//! JSON to the input of an operation, steered by its shape.
//!
//! Documents have the values: where people leave out quotes, or put them, what is meant is taken.

use std::borrow::Cow;

use serde_json::Value;
use stagecheck_models::{Kind, Member, Operation, Shape};

use crate::service::Document;

/// A value of another type than its member.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("attribute {attribute} is not of type `{expected}`")]
pub(super) struct WrongType {
    attribute: String,
    expected: &'static str,
}

/// Reads an input by the names that the members have in the model. Others are passed over, as are nulls.
pub(super) fn read<'a>(operation: &Operation, input: &'a Value) -> Result<Document<'a>, WrongType> {
    let input = operation.input.map(|shape| of(shape, input, operation.name)).transpose()?;
    Ok(input.unwrap_or_else(|| Document::Structure(Vec::new())))
}

fn of<'a>(shape: &'static Shape, value: &'a Value, name: &str) -> Result<Document<'a>, WrongType> {
    let (document, expected) = match shape.kind {
        Kind::Structure(members) => (structure(members, value)?, "object"),
        Kind::Map { value: shape, .. } => (map(shape, value, name)?, "object"),
        Kind::List { member, .. } => (list(member, value, name)?, "array"),
        Kind::String(_) => (text(value).map(Document::Text), "string"),
        Kind::Boolean => (boolean(value).map(Document::Boolean), "boolean"),
        Kind::Integer => {
            (integer(value).filter(|value| i32::try_from(*value).is_ok()).map(Document::Integer), "integer")
        }
        Kind::Long => (integer(value).map(Document::Integer), "integer"),
        Kind::Double => (value.as_f64().map(Document::Double), "number"),
        // Nothing that an import calls has these.
        Kind::Blob | Kind::Timestamp(_) | Kind::EventStream(_) => (None, "nothing that documents have"),
    };
    document.ok_or_else(|| WrongType { attribute: name.to_owned(), expected })
}

fn structure<'a>(members: &'static [Member], value: &'a Value) -> Result<Option<Document<'a>>, WrongType> {
    let Some(present) = value.as_object() else { return Ok(None) };
    let given = members.iter().filter_map(|member| {
        let value = present.get(member.name).filter(|value| !value.is_null())?;
        Some(of(member.shape, value, member.name).map(|value| (member.name, value)))
    });
    Ok(Some(Document::Structure(given.collect::<Result<_, _>>()?)))
}

fn map<'a>(shape: &'static Shape, value: &'a Value, name: &str) -> Result<Option<Document<'a>>, WrongType> {
    let Some(entries) = value.as_object() else { return Ok(None) };
    let entries = entries.iter().filter(|(_, value)| !value.is_null()).map(|(key, value)| {
        let value = of(shape, value, &format!("{name}.{key}"))?;
        Ok((Cow::Borrowed(key.as_str()), value))
    });
    Ok(Some(Document::Map(entries.collect::<Result<_, _>>()?)))
}

fn list<'a>(member: &'static Shape, value: &'a Value, name: &str) -> Result<Option<Document<'a>>, WrongType> {
    let Some(items) = value.as_array() else { return Ok(None) };
    let items = items.iter().filter(|value| !value.is_null()).map(|value| of(member, value, name));
    Ok(Some(Document::List(items.collect::<Result<_, _>>()?)))
}

fn text(value: &Value) -> Option<Cow<'_, str>> {
    match value {
        Value::String(text) => Some(Cow::Borrowed(text)),
        Value::Number(_) | Value::Bool(_) => Some(Cow::Owned(value.to_string())),
        Value::Null | Value::Array(_) | Value::Object(_) => None,
    }
}

fn boolean(value: &Value) -> Option<bool> {
    value.as_bool().or_else(|| value.as_str()?.trim().parse().ok())
}

fn integer(value: &Value) -> Option<i64> {
    let whole = |number: f64| (number.fract() == 0.0 && number.abs() < 9e15).then_some(number as i64);
    value.as_i64().or_else(|| value.as_f64().and_then(whole)).or_else(|| value.as_str()?.trim().parse().ok())
}

#[cfg(test)]
mod tests {
    use serde_json::json;
    use stagecheck_models::apigatewayv2::CREATE_INTEGRATION;

    use super::*;

    #[test]
    fn quotes_do_not_matter() {
        let input = json!({"Description": 5, "TimeoutInMillis": " 50 ", "ConnectionId": null, "unknown": {}});
        let read = read(&CREATE_INTEGRATION, &input).unwrap();
        assert_eq!(read.member("Description"), Some(&Document::Text("5".into())));
        assert_eq!(read.member("TimeoutInMillis"), Some(&Document::Integer(50)));
        assert_eq!(read.member("ConnectionId"), None);
    }

    #[test]
    fn what_cannot_be_meant_is_told() {
        let wrong = |input: Value| read(&CREATE_INTEGRATION, &input).unwrap_err().to_string();
        for (input, told) in [
            (json!({"IntegrationUri": {"Fn::Sub": "x"}}), "attribute IntegrationUri is not of type `string`"),
            (json!({"TimeoutInMillis": 1e10}), "attribute TimeoutInMillis is not of type `integer`"),
            (json!({"RequestParameters": [1]}), "attribute RequestParameters is not of type `object`"),
            (
                json!({"RequestParameters": {"a": []}}),
                "attribute RequestParameters.a is not of type `string`",
            ),
        ] {
            assert_eq!(wrong(input), told);
        }
    }
}
