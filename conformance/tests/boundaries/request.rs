//! Inputs to requests, without any of the checks that a client makes.

use anyhow::{Context as _, Result};
use bytes::Bytes;
use http::{HeaderName, HeaderValue, Request};
use serde_json::{Map, Value};
use stagecheck_conformance::client::Client;
use stagecheck_models::{Kind, ListForm, Location, Member, Operation, Protocol, Segment, Shape};

use crate::values;

/// The request for an operation with this input, which is in the model's names.
pub(crate) fn of(client: &Client, operation: &Operation, input: &Value) -> Result<Request<Bytes>> {
    let shape = operation.input.context("the operation takes no input")?;
    match operation.service.protocol {
        Protocol::RestJson => rest(client, operation, shape, input),
        Protocol::AwsQuery { .. } => client.query(operation.service.name, form(operation, shape, input)),
        _ => client.tagging(operation.name, written(shape, input).to_string()),
    }
}

fn rest(client: &Client, operation: &Operation, shape: &Shape, input: &Value) -> Result<Request<Bytes>> {
    let given = |location: Location| {
        let members = shape.members().iter().filter(move |member| member.location == location);
        members.filter_map(|member| Some((member, input.get(member.name)?)))
    };
    let path = path(operation, &given(Location::Uri).collect::<Vec<_>>())?;
    let fixed = operation.query.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()));
    let query: Vec<String> = fixed
        .chain(given(Location::Query).flat_map(|(member, value)| parameters(member, value)))
        .map(|(name, value)| format!("{}={}", escaped(&name), escaped(&value)))
        .collect();
    let target = if query.is_empty() { path } else { format!("{path}?{}", query.join("&")) };
    let body = match given(Location::Payload).next() {
        Some((member, value)) if matches!(member.shape.kind, Kind::Structure(_)) => {
            written(member.shape, value).to_string()
        }
        Some((_, value)) => text(value),
        None if operation.method == "GET" || operation.takes_raw_body() => String::new(),
        None => {
            let members = given(Location::Body).map(|(member, value)| pair(member, value));
            Value::Object(members.collect()).to_string()
        }
    };
    let mut request = client.rest(operation.method, &target, body)?;
    for (member, value) in given(Location::Header) {
        request
            .headers_mut()
            .insert(HeaderName::try_from(member.wire)?, HeaderValue::from_str(&text(value))?);
    }
    Ok(request)
}

fn path(operation: &Operation, labels: &[(&Member, &Value)]) -> Result<String> {
    let mut path = String::new();
    for segment in operation.path {
        path.push('/');
        match segment {
            Segment::Literal(literal) => path.push_str(literal),
            Segment::Label(label) | Segment::Greedy(label) => {
                let given = labels.iter().find(|(member, _)| member.wire == *label);
                let (_, value) = given.with_context(|| format!("{label} is not given"))?;
                path.push_str(&escaped(&text(value)));
            }
        }
    }
    Ok(path)
}

/// The form of awsQuery: each value under the names that lead to it, items of lists by their numbers.
fn form(operation: &Operation, shape: &'static Shape, input: &Value) -> String {
    let mut pairs = vec![
        ("Action".to_owned(), operation.name.to_owned()),
        ("Version".to_owned(), operation.service.version.to_owned()),
    ];
    flatten(shape, input, "", &mut pairs);
    let pairs: Vec<String> =
        pairs.iter().map(|(name, value)| format!("{}={}", escaped(name), escaped(value))).collect();
    pairs.join("&")
}

fn flatten(shape: &'static Shape, value: &Value, name: &str, pairs: &mut Vec<(String, String)>) {
    let below = |part: &str| if name.is_empty() { part.to_owned() } else { format!("{name}.{part}") };
    match (shape.kind, value) {
        // A form cannot say that a structure is there and empty.
        (Kind::Structure([first, ..]), Value::Object(given)) if given.is_empty() && !name.is_empty() => {
            flatten(first.shape, &values::plain(first.shape), &below(first.wire), pairs);
        }
        (Kind::Structure(members), Value::Object(given)) => {
            for (member, value) in members.iter().filter_map(|member| Some((member, given.get(member.name)?)))
            {
                flatten(member.shape, value, &below(member.wire), pairs);
            }
        }
        (Kind::List { .. }, Value::Array(items)) if items.is_empty() => {
            pairs.push((name.to_owned(), String::new()));
        }
        (Kind::List { member, form }, Value::Array(items)) => {
            let name = match form {
                ListForm::Wrapped(element) => below(element),
                ListForm::Flattened => name.to_owned(),
            };
            for (number, item) in (1..).zip(items) {
                flatten(member, item, &format!("{name}.{number}"), pairs);
            }
        }
        (Kind::Timestamp(_), _) => pairs.push((name.to_owned(), "1970-01-01T00:00:00Z".to_owned())),
        _ => pairs.push((name.to_owned(), text(value))),
    }
}

/// A list is written item by item, a map by its own names.
fn parameters(member: &Member, value: &Value) -> Vec<(String, String)> {
    match value {
        Value::Array(items) => items.iter().map(|item| (member.wire.to_owned(), text(item))).collect(),
        Value::Object(entries) => entries.iter().map(|(name, value)| (name.clone(), text(value))).collect(),
        value => vec![(member.wire.to_owned(), text(value))],
    }
}

/// The value with names as on the wire.
fn written(shape: &Shape, value: &Value) -> Value {
    match (shape.kind, value) {
        (Kind::Structure(members), Value::Object(given)) => {
            let given = members.iter().filter_map(|member| Some(pair(member, given.get(member.name)?)));
            Value::Object(given.collect())
        }
        (Kind::List { member, .. }, Value::Array(items)) => {
            items.iter().map(|item| written(member, item)).collect()
        }
        (Kind::Map { value: shape, .. }, Value::Object(entries)) => {
            let entries = entries.iter().map(|(name, value)| (name.clone(), written(shape, value)));
            Value::Object(entries.collect::<Map<_, _>>())
        }
        _ => value.clone(),
    }
}

fn pair(member: &Member, value: &Value) -> (String, Value) {
    (member.wire.to_owned(), written(member.shape, value))
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn escaped(text: &str) -> String {
    let byte = |byte: u8| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' => char::from(byte).to_string(),
        other => format!("%{other:02X}"),
    };
    text.bytes().map(byte).collect()
}
