//! What is wrong with a body, in API Gateway's words, which are those of the Java library json-schema-validator.
//!
//! Required properties as captured by users; the others are that library's messages.

use jsonschema::error::{TypeKind, ValidationErrorKind};
use jsonschema::{ValidationError, Validator};
use serde_json::Value;

/// All that a schema finds wrong with a body.
pub(super) fn of(schema: &Validator, body: &Value) -> Vec<String> {
    let mut missing: Vec<(String, Vec<String>)> = Vec::new();
    let mut errors = Vec::new();
    for error in schema.iter_errors(body) {
        if let ValidationErrorKind::Required { property } = error.kind() {
            // One message for all that an object lacks.
            let place = error.instance_path().to_string();
            let name = property.to_string();
            match missing.iter_mut().find(|(of, _)| *of == place) {
                Some((_, names)) => names.push(name),
                None => missing.push((place, vec![name])),
            }
        } else {
            errors.push(message(&error));
        }
    }
    let missing = missing.into_iter().map(|(_, mut names)| {
        names.sort_unstable();
        format!("object has missing required properties ([{}])", names.join(","))
    });
    missing.chain(errors).collect()
}

fn message(error: &ValidationError<'_>) -> String {
    let found = error.instance();
    let items = || found.as_array().map_or(0, Vec::len);
    let members = || found.as_object().map_or(0, serde_json::Map::len);
    let letters = || found.as_str().map_or(0, |text| text.chars().count());
    match error.kind() {
        ValidationErrorKind::Type { kind } => format!(
            "instance type ({}) does not match any allowed primitive type (allowed: [{}])",
            type_of(found),
            allowed(kind)
        ),
        ValidationErrorKind::Enum { options } => {
            format!("instance value ({found}) not found in enum (possible values: {options})")
        }
        ValidationErrorKind::Minimum { limit } => {
            format!("numeric instance is lower than the required minimum (minimum: {limit}, found: {found})")
        }
        ValidationErrorKind::Maximum { limit } => {
            format!(
                "numeric instance is greater than the required maximum (maximum: {limit}, found: {found})"
            )
        }
        ValidationErrorKind::ExclusiveMinimum { limit } => {
            format!("numeric instance is not strictly greater than the required minimum {limit}")
        }
        ValidationErrorKind::ExclusiveMaximum { limit } => {
            format!("numeric instance is not strictly lower than the required maximum {limit}")
        }
        ValidationErrorKind::MultipleOf { multiple_of } => {
            format!("remainder of division is not zero ({found} / {multiple_of})")
        }
        ValidationErrorKind::MinLength { limit } => {
            format!("string {found} is too short (length: {}, required minimum: {limit})", letters())
        }
        ValidationErrorKind::MaxLength { limit } => {
            format!("string {found} is too long (length: {}, maximum allowed: {limit})", letters())
        }
        ValidationErrorKind::Pattern { pattern } => {
            format!("ECMA 262 regex \"{pattern}\" does not match input string {found}")
        }
        ValidationErrorKind::MinItems { limit } => format!(
            "array is too short: must have at least {limit} elements but instance has {} elements",
            items()
        ),
        ValidationErrorKind::MaxItems { limit } => format!(
            "array is too long: must have at most {limit} elements but instance has {} elements",
            items()
        ),
        ValidationErrorKind::AdditionalItems { limit } => {
            format!("array only allows {limit} element(s) but instance has {} elements", items())
        }
        ValidationErrorKind::UniqueItems => "array must not contain duplicate elements".to_owned(),
        ValidationErrorKind::MinProperties { limit } => format!(
            "object has too few properties (found {} but schema requires at least {limit})",
            members()
        ),
        ValidationErrorKind::MaxProperties { limit } => format!(
            "object has too many properties (found {} but schema requires at most {limit})",
            members()
        ),
        ValidationErrorKind::AdditionalProperties { unexpected } => format!(
            "object instance has properties which are not allowed by the schema: {}",
            Value::from(unexpected.clone())
        ),
        ValidationErrorKind::AnyOf { context } => {
            format!("instance failed to match at least one required schema among {}", context.len())
        }
        ValidationErrorKind::OneOfNotValid { context } => {
            format!("instance failed to match exactly one schema (matched 0 out of {})", context.len())
        }
        ValidationErrorKind::OneOfMultipleValid { context } => {
            let matched = context.iter().filter(|errors| errors.is_empty()).count();
            format!(
                "instance failed to match exactly one schema (matched {matched} out of {})",
                context.len()
            )
        }
        ValidationErrorKind::Not { .. } => "instance matched a schema which it should not have".to_owned(),
        ValidationErrorKind::Format { format } => {
            format!("string {found} is invalid against requested format {format}")
        }
        // Keywords that draft 4 does not have.
        _ => error.to_string(),
    }
}

/// The types' names, in the order of the alphabet, each in quotes.
fn allowed(kind: &TypeKind) -> String {
    let mut names: Vec<String> = match kind {
        TypeKind::Single(name) => vec![format!("\"{name}\"")],
        TypeKind::Multiple(names) => names.iter().map(|name| format!("\"{name}\"")).collect(),
    };
    names.sort_unstable();
    names.join(",")
}

fn type_of(value: &Value) -> &'static str {
    match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(number) if number.is_f64() => "number",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    }
}

#[cfg(test)]
mod tests {
    use jsonschema::Draft;
    use serde_json::{Value, json};

    use super::of;

    fn errors(schema: &Value, body: &Value) -> Vec<String> {
        of(&jsonschema::options().with_draft(Draft::Draft4).build(schema).unwrap(), body)
    }

    #[test]
    fn what_is_wrong_is_told_in_the_words_of_the_library() {
        let schema = json!({
            "type": "object",
            "required": ["NoteId", "text"],
            "properties": {
                "NoteId": {},
                "text": {},
                "age": {"type": "integer", "minimum": 0},
                "kind": {"enum": ["cat", "dog"]},
                "name": {"type": ["string", "null"], "maxLength": 3},
                "tags": {"type": "array", "maxItems": 1, "uniqueItems": true},
            },
            "additionalProperties": false,
        });
        for (body, expected) in [
            (json!({"NoteId": 1, "text": 2}), vec![]),
            (json!({}), vec!["object has missing required properties ([\"NoteId\",\"text\"])"]),
            (
                json!([]),
                vec![
                    "instance type (array) does not match any allowed primitive type (allowed: [\"object\"])",
                ],
            ),
            (
                json!({"NoteId": 1, "text": 1, "age": -1}),
                vec!["numeric instance is lower than the required minimum (minimum: 0, found: -1)"],
            ),
            (
                json!({"NoteId": 1, "text": 1, "name": "long"}),
                vec!["string \"long\" is too long (length: 4, maximum allowed: 3)"],
            ),
            (
                json!({"NoteId": 1, "text": 1, "name": 5}),
                vec![
                    "instance type (integer) does not match any allowed primitive type (allowed: \
                     [\"null\",\"string\"])",
                ],
            ),
            (
                json!({"NoteId": 1, "text": 1, "kind": "cow"}),
                vec!["instance value (\"cow\") not found in enum (possible values: [\"cat\",\"dog\"])"],
            ),
            (
                json!({"NoteId": 1, "text": 1, "more": 1}),
                vec!["object instance has properties which are not allowed by the schema: [\"more\"]"],
            ),
        ] {
            assert_eq!(errors(&schema, &body), expected, "{body}");
        }
    }
}
