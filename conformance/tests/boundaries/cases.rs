//! An operation's inputs, each with one value at a boundary.

use serde_json::{Map, Value, json};
use stagecheck_models::{Kind, Location, Operation, Protocol, Shape};

use crate::values::{self, Tried};

/// An input, and what is wrong with it if anything is: in the service's words, as far as they are about the constraint.
pub(crate) struct Case {
    pub(crate) input: Value,
    pub(crate) violation: Option<String>,
}

/// A place in the input.
struct Place<'a> {
    /// As messages spell it.
    spelled: String,
    /// Whether it must not be empty, being part of a path.
    in_path: bool,
    /// The whole input with this value here.
    put: &'a dyn Fn(Option<Value>) -> Value,
}

/// Every case of an operation. An operation without input has none.
pub(crate) fn of(operation: &Operation) -> Vec<Case> {
    let Some(shape) = operation.input else { return Vec::new() };
    let spelled = match operation.service.protocol {
        Protocol::RestJson => format!("{}Input", lower_camel(operation.name)),
        _ => String::new(),
    };
    let root = Place { spelled, in_path: false, put: &|value| value.unwrap_or_default() };
    let mut cases = Vec::new();
    walk(operation, shape, &root, 0, &mut cases);
    cases
}

fn walk(
    operation: &Operation,
    shape: &'static Shape,
    place: &Place<'_>,
    depth: usize,
    cases: &mut Vec<Case>,
) {
    /// Shapes may hold themselves.
    const DEEPEST: usize = 8;
    if depth == DEEPEST {
        return;
    }
    for Tried { value, broken } in values::at_boundaries(shape) {
        if place.in_path && value == "" {
            continue;
        }
        let broken = broken.filter(|_| !is_tolerated(place));
        let is_pattern = |broken: &String| broken.contains("regular expression") || value == "";
        let violation = broken.map(|broken| match in_words(operation, &place.spelled) {
            Some(words) if is_pattern(&broken) || place.spelled == "accountAlias" => words,
            _ => violation(&place.spelled, &broken),
        });
        cases.push(Case { input: (place.put)(Some(value)), violation });
    }
    match shape.kind {
        Kind::Structure(_) => members(operation, shape, place, depth, cases),
        Kind::List { member, .. } => {
            let put = |item: Option<Value>| {
                let mut items = values::plain(shape).as_array().cloned().unwrap_or_default();
                items.truncate(items.len().saturating_sub(1));
                items.insert(0, item.unwrap_or_default());
                (place.put)(Some(Value::Array(items)))
            };
            let spelled = format!("{}.1.member", place.spelled);
            walk(operation, member, &Place { spelled, in_path: false, put: &put }, depth + 1, cases);
        }
        Kind::Map { key, value, .. } => {
            let with_key = |name: Option<Value>| {
                let name = name.as_ref().and_then(Value::as_str).unwrap_or_default();
                (place.put)(Some(json!({name: values::plain(value)})))
            };
            let spelled = format!("{}.key", place.spelled);
            walk(operation, key, &Place { spelled, in_path: false, put: &with_key }, depth + 1, cases);
            let name = values::plain(key).as_str().unwrap_or_default().to_owned();
            let with_value = |value: Option<Value>| (place.put)(Some(json!({&name: value})));
            let spelled = format!("{}.{name}.member", place.spelled);
            walk(operation, value, &Place { spelled, in_path: false, put: &with_value }, depth + 1, cases);
        }
        _ => {}
    }
}

fn members(
    operation: &Operation,
    shape: &'static Shape,
    place: &Place<'_>,
    depth: usize,
    cases: &mut Vec<Case>,
) {
    for member in shape.members() {
        let put = |value: Option<Value>| {
            let mut structure: Map<String, Value> =
                values::plain(shape).as_object().cloned().unwrap_or_default();
            structure.remove(member.name);
            structure.extend(value.map(|value| (member.name.to_owned(), value)));
            (place.put)(Some(Value::Object(structure)))
        };
        let spelled = [&place.spelled, lower_camel(member.name).as_str()]
            .into_iter()
            .filter(|part| !part.is_empty())
            .collect::<Vec<_>>()
            .join(".");
        let in_path = member.location == Location::Uri;
        let place = Place { spelled, in_path, put: &put };
        // A path that lacks a part is another operation's.
        if member.required && !in_path {
            let violation = violation(&place.spelled, "Member must not be null");
            cases.push(Case { input: put(None), violation: Some(violation) });
        }
        walk(operation, member.shape, &place, depth + 1, cases);
    }
}

/// HTTP and WebSocket APIs take any text for a logging level, as captured.
fn is_tolerated(place: &Place<'_>) -> bool {
    place.spelled.ends_with("loggingLevel")
}

fn violation(spelled: &str, broken: &str) -> String {
    format!(" at '{spelled}' failed to satisfy constraint: {broken}")
}

/// What IAM says of names and paths that do not match, an empty one being such.
fn in_words(operation: &Operation, spelled: &str) -> Option<String> {
    let rule = match spelled {
        _ if operation.service.name != "iam" => return None,
        "path" | "newPath" => {
            "It must begin and end with / and contain only alphanumeric characters and/or / characters."
        }
        "pathPrefix" => {
            "It must begin with the / character and contain only alphanumeric characters and/or / characters."
        }
        "accountAlias" => {
            "It must be a minimum length of 3 characters and maximum length of 63 characters, contain only digits, \
             lowercase letters, and hyphens (-), but cannot begin or end with a hyphen."
        }
        name if name.ends_with("Name") => {
            "It must contain only alphanumeric characters and/or the following: +=,.@_-"
        }
        _ => return None,
    };
    Some(format!("The specified value for {spelled} is invalid. {rule}"))
}

/// `RoleName` is roleName, `S3Bucket` s3Bucket, `SAMLMetadataDocument` samlMetadataDocument.
fn lower_camel(name: &str) -> String {
    let capitals = name.bytes().take_while(u8::is_ascii_uppercase).count();
    let lowered = if capitals > 1 && capitals < name.len() { capitals - 1 } else { capitals };
    let (first, rest) = name.split_at(lowered);
    first.to_ascii_lowercase() + rest
}
