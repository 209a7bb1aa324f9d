//! Documentation: what OpenAPI knows of it in the places that it is about, and all of it in
//! `x-amazon-apigateway-documentation`.

use serde_json::{Map, Value, json};

use super::{put, put_some};
use crate::apigateway::openapi::definition::{Definition, Location};
use crate::apigateway::openapi::documented::Documented;
use crate::apigateway::openapi::read::{DOCUMENTATION, PARAMETERS, VERBS};

/// Puts the parts.
pub(super) fn put_parts(document: &mut Value, definition: &Definition) {
    let Value::Object(document) = document else { return };
    if definition.documentation.is_empty() {
        return;
    }
    let parts = definition.documentation.iter();
    let parts: Vec<Value> =
        parts.map(|part| json!({"location": part.location, "properties": part.properties})).collect();
    let mut extension = Map::new();
    put_some(&mut extension, "version", definition.settings.documentation_version.as_ref());
    put_some(&mut extension, "createdDate", definition.documented.as_ref());
    put(&mut extension, "documentationParts", parts);
    put(document, DOCUMENTATION, extension);
}

/// Puts into each place what its documentation says, beside what it has. Models and authorizers, where it could not be
/// told from what they have of their own, go without: inferred.
pub(super) fn put_native(document: &mut Value, documented: &Documented<'_>) {
    if documented.is_empty() {
        return;
    }
    let about = |kind: &str| Location { r#type: kind.to_owned(), ..Location::default() };
    let mut of_api = documented.native(&about("API"));
    if let Some(Value::Object(info)) = of_api.remove("info") {
        add(&mut document["info"], info);
    }
    add(document, of_api);
    let paths = document.get_mut("paths").and_then(Value::as_object_mut);
    for (path, item) in paths.into_iter().flatten() {
        let resource = Location { path: Some(path.clone()), ..about("RESOURCE") };
        for (key, verb) in VERBS {
            if let Some(operation) = item.get_mut(key) {
                let method = Location { method: Some(verb.to_owned()), ..resource.clone() };
                put_into_operation(operation, &method, documented);
            }
        }
        add(item, documented.native(&resource));
    }
}

fn put_into_operation(operation: &mut Value, method: &Location, documented: &Documented<'_>) {
    let native = |kind: &str, name: Option<&str>, status: Option<&str>| {
        documented.native(&Location {
            r#type: kind.to_owned(),
            name: name.map(str::to_owned),
            status_code: status.map(str::to_owned),
            ..method.clone()
        })
    };
    add(operation, native("METHOD", None, None));
    for parameter in operation.get_mut("parameters").and_then(Value::as_array_mut).into_iter().flatten() {
        let member = |name: &str| parameter.get(name).and_then(Value::as_str);
        let documentation = match member("in") {
            Some("body") => native("REQUEST_BODY", None, None),
            place => {
                let Some((kind, _)) = PARAMETERS.iter().find(|(_, known)| place == Some(*known)) else {
                    continue;
                };
                native(kind, member("name"), None)
            }
        };
        add(parameter, documentation);
    }
    if let Some(body) = operation.get_mut("requestBody") {
        add(body, native("REQUEST_BODY", None, None));
    }
    for (status, response) in
        operation.get_mut("responses").and_then(Value::as_object_mut).into_iter().flatten()
    {
        let mut of_response = native("RESPONSE", None, Some(status.as_str()));
        if let Some(description) = of_response.remove("description") {
            // In the place of the words that stand for one that is not there.
            response["description"] = description;
        }
        add(response, of_response);
        for (name, header) in response.get_mut("headers").and_then(Value::as_object_mut).into_iter().flatten()
        {
            add(header, native("RESPONSE_HEADER", Some(name.as_str()), Some(status.as_str())));
        }
    }
}

/// Adds the members that a value does not have.
fn add(value: &mut Value, members: Map<String, Value>) {
    let Value::Object(present) = value else { return };
    for (name, value) in members {
        present.entry(name).or_insert(value);
    }
}
