//! Where Swagger 2.0 has things.

use serde_json::{Map, Value};

use super::{Content, Layout, Operation, Reader, object, text, texts};

/// The layout of Swagger 2.0.
pub(super) struct Swagger2;

/// The content type where a document names none.
const JSON: &str = "application/json";

impl Layout for Swagger2 {
    fn schemas<'a>(&self, root: &'a Value) -> Option<&'a Map<String, Value>> {
        object(root, "definitions")
    }

    fn schema_prefix(&self) -> &'static str {
        "#/definitions/"
    }

    fn security_schemes<'a>(&self, root: &'a Value) -> Option<&'a Map<String, Value>> {
        object(root, "securityDefinitions")
    }

    fn base_path(&self, root: &Value) -> Option<String> {
        text(root, "basePath")
    }

    fn endpoint<'a>(&self, root: &'a Value) -> Option<&'a Value> {
        root.get("x-amazon-apigateway-endpoint-configuration")
    }

    fn request_schemas<'a>(&self, reader: &mut Reader<'a>, operation: &Operation<'a>) -> Vec<Content<'a>> {
        let is_body = |parameter: &&Value| parameter.get("in").and_then(Value::as_str) == Some("body");
        let body = operation.parameters.iter().copied().find(is_body);
        let Some(schema) = body.and_then(|body| body.get("schema")) else { return Vec::new() };
        contents(media_types(reader.root, operation.value, "consumes"), schema, "parameters.body.schema")
    }

    fn response_schemas<'a>(
        &self,
        reader: &mut Reader<'a>,
        operation: &Operation<'a>,
        response: &'a Value,
    ) -> Vec<Content<'a>> {
        let Some(schema) = response.get("schema") else { return Vec::new() };
        contents(media_types(reader.root, operation.value, "produces"), schema, "schema")
    }
}

/// The operation's own content types, or the document's.
fn media_types(root: &Value, operation: &Value, member: &str) -> Vec<String> {
    let own = texts(operation, member);
    let types = if own.is_empty() { texts(root, member) } else { own };
    if types.is_empty() { vec![JSON.to_owned()] } else { types }
}

fn contents<'a>(content_types: Vec<String>, schema: &'a Value, attribute: &str) -> Vec<Content<'a>> {
    let content = |content_type| Content { content_type, schema, attribute: attribute.to_owned() };
    content_types.into_iter().map(content).collect()
}
