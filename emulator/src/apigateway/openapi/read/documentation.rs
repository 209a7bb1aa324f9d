//! Documentation: the document's own, in descriptions and summaries, and `x-amazon-apigateway-documentation`.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::method::{VERBS, is_path, is_status};
use super::{Reader, object, text};
use crate::apigateway::openapi::definition::{DocumentationPart, Location};
use crate::apigateway::openapi::documented::{Documented, OF_METHOD};
use crate::apigateway::openapi::references::References;

/// The extension.
pub(crate) const EXTENSION: &str = "x-amazon-apigateway-documentation";

/// Reads all parts. What the extension says of a place stands before what the document does there. Where the document
/// has what the extension's parts say of a place, it is theirs: so an export comes back as it was.
pub(super) fn read(reader: &mut Reader<'_>) -> Vec<DocumentationPart> {
    let listed = listed(reader);
    let documented = Documented::of(&listed);
    let mut parts = Parts { references: reader.references, documented: &documented, parts: BTreeMap::new() };
    parts.of_api(reader.root);
    let paths = object(reader.root, "paths").into_iter().flatten();
    for (path, item) in paths.filter(|(path, _)| is_path(path)) {
        parts.of_path(path, item);
    }
    let mut parts = parts.parts;
    parts.extend(listed.iter().map(|part| (part.location.clone(), part.properties.clone())));
    let part = |(location, properties)| DocumentationPart { location, properties };
    parts.into_iter().map(part).collect()
}

/// The extension's parts. One that is none is left out with a warning; the wording is inferred.
fn listed(reader: &mut Reader<'_>) -> Vec<DocumentationPart> {
    let listed = reader.root.get(EXTENSION).and_then(|extension| extension.get("documentationParts"));
    let mut parts = Vec::new();
    for (place, part) in listed.and_then(Value::as_array).into_iter().flatten().enumerate() {
        let location = part.get("location").cloned().unwrap_or_default();
        // An object, or that object's text, as the operations have it.
        let properties = part.get("properties").and_then(|properties| match properties {
            Value::String(text) => serde_json::from_str(text).ok(),
            properties => Some(properties.clone()),
        });
        match (serde_json::from_value(location), properties.filter(Value::is_object)) {
            (Ok(location), Some(properties)) => parts.push(DocumentationPart { location, properties }),
            _ => reader.findings.parse_issue(format_args!(
                "{EXTENSION}.documentationParts.[{place}] is not of type `documentationPart`"
            )),
        }
    }
    parts
}

struct Parts<'a> {
    references: References<'a>,
    documented: &'a Documented<'a>,
    parts: BTreeMap<Location, Value>,
}

impl<'a> Parts<'a> {
    fn add(&mut self, location: Location, properties: Map<String, Value>) {
        let native = self.documented.native(&location);
        if properties.iter().any(|(name, value)| native.get(name) != Some(value)) {
            self.parts.insert(location, Value::Object(properties));
        }
    }

    /// In a document whose extension has parts, but none of the API, the description is the API's own: an export has it
    /// there.
    fn of_api(&mut self, root: &Value) {
        let own: &[&str] = if self.documented.is_empty() {
            &["title", "version"]
        } else {
            &["title", "version", "description"]
        };
        let info = object(root, "info").into_iter().flatten();
        let info: Map<String, Value> = info
            .filter(|(member, _)| !own.contains(&member.as_str()))
            .map(|(member, value)| (member.clone(), value.clone()))
            .collect();
        let mut properties = members(root, &["tags", "externalDocs"]);
        if !info.is_empty() {
            properties.insert("info".to_owned(), Value::Object(info));
        }
        self.add(Location { r#type: "API".to_owned(), ..Location::default() }, properties);
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
