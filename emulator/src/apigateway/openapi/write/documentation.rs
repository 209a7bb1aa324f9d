//! `x-amazon-apigateway-documentation`.

use serde_json::{Map, Value, json};

use super::{put, put_some};
use crate::apigateway::openapi::definition::Definition;
use crate::apigateway::openapi::read::DOCUMENTATION;

/// Puts the parts.
pub(super) fn put_parts(document: &mut Map<String, Value>, definition: &Definition) {
    if definition.documentation.is_empty() {
        return;
    }
    let parts = definition.documentation.iter();
    let parts: Vec<Value> =
        parts.map(|part| json!({"location": part.location, "properties": part.properties})).collect();
    let mut extension = Map::new();
    put_some(&mut extension, "version", definition.settings.documentation_version.as_ref());
    put(&mut extension, "documentationParts", parts);
    put(document, DOCUMENTATION, extension);
}
