//! Paths and their operations to methods.

use std::collections::BTreeMap;

use serde_json::{Map, Value};

use super::security::Schemes;
use super::{Content, Operation, Reader, boolean, integration, object, text};
use crate::apigateway::openapi::definition::{Method, MethodResponse, Validator};

/// The keys of a path that are operations, and their verbs.
pub(crate) const VERBS: [(&str, &str); 8] = [
    ("get", "GET"),
    ("put", "PUT"),
    ("post", "POST"),
    ("delete", "DELETE"),
    ("options", "OPTIONS"),
    ("head", "HEAD"),
    ("patch", "PATCH"),
    ("x-amazon-apigateway-any-method", "ANY"),
];

/// The key under which a path has a verb's operation.
pub(crate) fn verb_key(verb: &str) -> &'static str {
    VERBS.iter().find(|(_, known)| *known == verb).map_or("x-amazon-apigateway-any-method", |(key, _)| key)
}

/// Whether a key of `paths` is a path. Others are extensions, or are left out with a warning.
pub(super) fn is_path(key: &str) -> bool {
    key.starts_with('/')
}

/// Reads all methods.
pub(super) fn read_paths(
    reader: &mut Reader<'_>,
    schemes: &Schemes,
    validators: &BTreeMap<String, Validator>,
) -> BTreeMap<String, BTreeMap<String, Method>> {
    let mut paths = BTreeMap::new();
    for (path, item) in reader.paths() {
        if reader.part_count.refuse(reader.findings) {
            break;
        }
        if path.starts_with("x-") {
            continue;
        }
        if !is_path(path) {
            reader.findings.parse_issue(format_args!("paths. Resource {path} should start with /"));
            continue;
        }
        let Some(item) = reader.resolve(item, format_args!("paths.'{path}'")) else { continue };
        let methods = operations(reader, path, item).into_iter().map(|operation| {
            let method = read_method(reader, &operation, schemes, validators);
            (operation.verb, method)
        });
        let methods = methods.collect();
        paths.insert(path.clone(), methods);
    }
    paths
}

fn operations<'a>(reader: &mut Reader<'a>, path: &'a str, item: &'a Value) -> Vec<Operation<'a>> {
    let mut operations = Vec::new();
    for (key, verb) in VERBS {
        let Some(value) = item.get(key) else { continue };
        let attribute = format!("paths.'{path}'({key})");
        let Some(value) = reader.resolve(value, &attribute) else { continue };
        warn_of_members(reader, &attribute, value);
        let parameters = parameters(reader, &attribute, item, value);
        operations.push(Operation { path, verb: verb.to_owned(), attribute, value, parameters });
    }
    if item.get("trace").is_some() {
        // That TRACE is not supported is documented, the wording inferred.
        reader.findings.warn(format!("Unsupported method 'TRACE' for resource at path '{path}'. Ignoring."));
    }
    operations
}

/// What an operation has that API Gateway has no use for.
fn warn_of_members(reader: &mut Reader<'_>, attribute: &str, operation: &Value) {
    const KNOWN: [&str; 3] =
        [integration::EXTENSION, "x-amazon-apigateway-auth", "x-amazon-apigateway-request-validator"];
    reader.warn_of_extensions(attribute, operation, &KNOWN);
    for member in ["callbacks", "deprecated", "servers"] {
        if operation.get(member).is_some_and(|value| *value != Value::Bool(false)) {
            reader.unsupported(format_args!("{attribute}.{member}"));
        }
    }
}

/// A parameter of the operation stands for the path's of that name and place.
fn parameters<'a>(
    reader: &mut Reader<'a>,
    attribute: &str,
    item: &'a Value,
    operation: &'a Value,
) -> Vec<&'a Value> {
    let mut parameters = BTreeMap::new();
    for owner in [item, operation] {
        for parameter in owner.get("parameters").and_then(Value::as_array).into_iter().flatten() {
            let Some(parameter) = reader.resolve(parameter, format_args!("{attribute}.parameters")) else {
                continue;
            };
            let member = |name: &str| parameter.get(name).and_then(Value::as_str);
            let place = parameters.len();
            parameters.insert((member("in"), member("name")), (place, parameter));
        }
    }
    reader.part_count.add(parameters.len());
    let mut parameters: Vec<_> = parameters.into_values().collect();
    parameters.sort_unstable_by_key(|(place, _)| *place);
    parameters.into_iter().map(|(_, parameter)| parameter).collect()
}

fn read_method<'a>(
    reader: &mut Reader<'a>,
    operation: &Operation<'a>,
    schemes: &Schemes,
    validators: &BTreeMap<String, Validator>,
) -> Method {
    let mut method = Method {
        operation_name: text(operation.value, "operationId"),
        request_parameters: request_parameters(reader, operation),
        request_models: request_models(reader, operation),
        request_validator: request_validator(reader, operation, validators),
        method_responses: read_responses(reader, operation),
        method_integration: integration::read(reader, operation),
        ..Method::default()
    };
    schemes.secure(&mut method, reader, operation);
    method
}

fn request_models<'a>(reader: &mut Reader<'a>, operation: &Operation<'a>) -> BTreeMap<String, String> {
    let contents = reader.layout.request_schemas(reader, operation);
    let model = |content: Content<'a>| {
        let model = reader.model_of(&content, &operation.attribute)?;
        Some((content.content_type, model))
    };
    contents.into_iter().filter_map(model).collect()
}

fn request_parameters(reader: &mut Reader<'_>, operation: &Operation<'_>) -> BTreeMap<String, bool> {
    let mut parameters = BTreeMap::new();
    for parameter in &operation.parameters {
        let Some(name) = text(parameter, "name") else { continue };
        let place = text(parameter, "in").unwrap_or_default();
        let place = match place.as_str() {
            "query" => "querystring",
            "header" | "path" => &place,
            "body" => continue,
            // Documented as not supported; the wording is inferred.
            _ => {
                reader.findings.warn(format!(
                    "Unsupported parameter type '{place}' for parameter '{name}' of '{} {}'. Ignoring.",
                    operation.verb, operation.path
                ));
                continue;
            }
        };
        let required = boolean(parameter, "required").unwrap_or(false);
        parameters.insert(format!("method.request.{place}.{name}"), required);
    }
    parameters
}

/// The operation's own validator, or the document's.
fn request_validator(
    reader: &mut Reader<'_>,
    operation: &Operation<'_>,
    validators: &BTreeMap<String, Validator>,
) -> Option<String> {
    const VALIDATOR: &str = "x-amazon-apigateway-request-validator";
    let name = text(operation.value, VALIDATOR).or_else(|| text(reader.root, VALIDATOR))?;
    if !validators.contains_key(&name) {
        // Inferred wording.
        reader.findings.warn(format!("Reference to request validator '{name}' not found. Ignoring."));
        return None;
    }
    Some(name)
}

/// Whether a response is for one status. Others (`default`, `4XX`) are not supported, as documented.
pub(super) fn is_status(status: &str) -> bool {
    status.len() == 3 && status.bytes().all(|byte| byte.is_ascii_digit())
}

fn read_responses<'a>(
    reader: &mut Reader<'a>,
    operation: &Operation<'a>,
) -> BTreeMap<String, MethodResponse> {
    let mut responses = BTreeMap::new();
    let declared = object(operation.value, "responses");
    if declared.is_none_or(Map::is_empty) {
        reader.findings.warn(format!("No responses specified for '{} {}'", operation.verb, operation.path));
    }
    for (status, response) in declared.into_iter().flatten() {
        if status.starts_with("x-") {
            continue;
        }
        let attribute = format!("{}.responses.{status}", operation.attribute);
        if !is_status(status) {
            if status == "default" {
                // AWS's wording, as reported.
                reader.findings.warn(format!(
                    "API Gateway does not support Swagger's 'default' method response (found on '{} {}')",
                    operation.verb, operation.path
                ));
                continue;
            }
            // Inferred wording.
            reader.findings.parse_issue(format_args!("{attribute} is not supported. Ignoring."));
            continue;
        }
        let Some(response) = reader.resolve(response, &attribute) else { continue };
        let headers = object(response, "headers");
        reader.part_count.add(1 + headers.map_or(0, Map::len));
        let headers = headers.into_iter().flatten();
        let response_parameters =
            headers.map(|(name, _)| (format!("method.response.header.{name}"), false)).collect();
        let contents = reader.layout.response_schemas(reader, operation, response);
        let response_models = contents
            .into_iter()
            .filter_map(|content| {
                let model = reader.model_of_response(&content, (status, operation), &attribute)?;
                Some((content.content_type, model))
            })
            .collect();
        responses.insert(status.clone(), MethodResponse { response_parameters, response_models });
    }
    responses
}
