//! Documentation: the document's own, in descriptions and summaries, and `x-amazon-apigateway-documentation`.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::method::{VERBS, is_path, is_status};
use super::{Reader, object, text};
use crate::apigateway::openapi::definition::{DocumentationPart, Location};
use crate::apigateway::openapi::references::References;

/// The extension.
pub(crate) const EXTENSION: &str = "x-amazon-apigateway-documentation";

/// The members of an operation that its documentation takes over.
pub(crate) const OF_METHOD: [&str; 4] = ["tags", "summary", "description", "externalDocs"];

/// Reads all parts. What the extension says of a place stands before what the document does.
pub(super) fn read(reader: &Reader<'_>) -> Vec<DocumentationPart> {
    let mut parts = Parts { references: reader.references, parts: BTreeMap::new() };
    parts.of_api(reader.root);
    let paths = object(reader.root, "paths").into_iter().flatten();
    for (path, item) in paths.filter(|(path, _)| is_path(path)) {
        parts.of_path(path, item);
    }
    parts.of_extension(reader.root);
    let part = |(location, properties)| DocumentationPart { location, properties };
    parts.parts.into_iter().map(part).collect()
}

struct Parts<'a> {
    references: References<'a>,
    parts: BTreeMap<Location, Value>,
}

impl<'a> Parts<'a> {
    fn add(&mut self, location: Location, properties: Map<String, Value>) {
        if !properties.is_empty() {
            self.parts.insert(location, Value::Object(properties));
        }
    }

    fn of_api(&mut self, root: &Value) {
        let info = object(root, "info").into_iter().flatten();
        let info: Map<String, Value> = info
            .filter(|(member, _)| *member != "title" && *member != "version")
            .map(|(member, value)| (member.clone(), value.clone()))
            .collect();
        if !info.is_empty() {
            let location = Location { r#type: "API".to_owned(), ..Location::default() };
            self.add(location, Map::from_iter([("info".to_owned(), Value::Object(info))]));
        }
    }

    fn of_path(&mut self, path: &str, item: &'a Value) {
        let Ok(item) = self.references.resolve(item) else { return };
        let resource = Location { path: Some(path.to_owned()), ..Location::default() };
        self.add(of_type("RESOURCE", &resource), members(item, &["summary", "description"]));
        for (key, verb) in VERBS {
            let Some(operation) = item.get(key) else { continue };
            let method = Location { method: Some(verb.to_owned()), ..resource.clone() };
            self.add(of_type("METHOD", &method), members(operation, &OF_METHOD));
            self.of_request(operation, &method);
            self.of_responses(operation, &method);
        }
    }

    fn of_request(&mut self, operation: &'a Value, method: &Location) {
        for parameter in operation.get("parameters").and_then(Value::as_array).into_iter().flatten() {
            let Ok(parameter) = self.references.resolve(parameter) else { continue };
            let location = match text(parameter, "in").as_deref() {
                Some("body") => of_type("REQUEST_BODY", method),
                Some(place) => match PARAMETERS.iter().find(|(_, known)| *known == place) {
                    Some((kind, _)) => Location { name: text(parameter, "name"), ..of_type(kind, method) },
                    None => continue,
                },
                None => continue,
            };
            self.add(location, members(parameter, &["description"]));
        }
        if let Some(Ok(body)) = operation.get("requestBody").map(|body| self.references.resolve(body)) {
            self.add(of_type("REQUEST_BODY", method), members(body, &["description"]));
        }
    }

    fn of_responses(&mut self, operation: &'a Value, method: &Location) {
        let responses = object(operation, "responses").into_iter().flatten();
        for (status, response) in responses.filter(|(status, _)| is_status(status)) {
            let Ok(response) = self.references.resolve(response) else { continue };
            let location = Location { status_code: Some(status.clone()), ..of_type("RESPONSE", method) };
            // Responses must have a description; an export gives this one to those that have none.
            if text(response, "description").is_some_and(|text| text != placeholder(status)) {
                self.add(location.clone(), members(response, &["description"]));
            }
            for (name, header) in object(response, "headers").into_iter().flatten() {
                let kind = "RESPONSE_HEADER".to_owned();
                let location = Location { r#type: kind, name: Some(name.clone()), ..location.clone() };
                self.add(location, members(header, &["description"]));
            }
        }
    }

    fn of_extension(&mut self, root: &Value) {
        let listed = root.get(EXTENSION).and_then(|extension| extension.get("documentationParts"));
        for part in listed.and_then(Value::as_array).into_iter().flatten() {
            let location = part.get("location").cloned().unwrap_or_default();
            let properties = part.get("properties").and_then(Value::as_object);
            if let (Ok(location), Some(properties)) = (serde_json::from_value(location), properties) {
                self.add(location, properties.clone());
            }
        }
    }
}

/// The types of parts that are about parameters, and the places of these.
pub(crate) const PARAMETERS: [(&str, &str); 3] =
    [("QUERY_PARAMETER", "query"), ("REQUEST_HEADER", "header"), ("PATH_PARAMETER", "path")];

/// The description of a response that has none.
pub(crate) fn placeholder(status: &str) -> String {
    format!("{status} response")
}

fn of_type(kind: &str, place: &Location) -> Location {
    Location { r#type: kind.to_owned(), ..place.clone() }
}

fn members(value: &Value, names: &[&str]) -> Map<String, Value> {
    let member = |name: &&str| Some(((*name).to_owned(), value.get(*name)?.clone()));
    names.iter().filter_map(member).collect()
}
