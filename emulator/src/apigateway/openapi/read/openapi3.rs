//! Where OpenAPI 3.0 has things.

use serde_json::{Map, Value};

use super::{Content, Layout, Operation, Reader, object, text};

/// The layout of OpenAPI 3.0.
pub(super) struct OpenApi3;

impl Layout for OpenApi3 {
    fn schemas<'a>(&self, root: &'a Value) -> Option<&'a Map<String, Value>> {
        object(root.get("components")?, "schemas")
    }

    fn schema_prefix(&self) -> &'static str {
        "#/components/schemas/"
    }

    fn security_schemes<'a>(&self, root: &'a Value) -> Option<&'a Map<String, Value>> {
        object(root.get("components")?, "securitySchemes")
    }

    /// The first `basePath` variable of any server, used in its URL or not; without one, the path of the first URL.
    ///
    /// Source: "Set the OpenAPI basePath property" in the developer guide.
    fn base_path(&self, root: &Value) -> Option<String> {
        let servers = root.get("servers")?.as_array()?;
        let variable = |server: &Value| text(server.get("variables")?.get("basePath")?, "default");
        if let Some(base_path) = servers.iter().find_map(variable) {
            return Some(base_path);
        }
        let url = text(servers.first()?, "url")?;
        let below_scheme = url.split_once("://").map_or(url.as_str(), |(_, rest)| rest);
        below_scheme.find('/').and_then(|slash| below_scheme.get(slash..)).map(str::to_owned)
    }

    fn endpoint<'a>(&self, root: &'a Value) -> Option<&'a Value> {
        const ENDPOINT: &str = "x-amazon-apigateway-endpoint-configuration";
        let servers = root.get("servers").and_then(Value::as_array);
        let of_server = servers.into_iter().flatten().find_map(|server| server.get(ENDPOINT));
        of_server.or_else(|| root.get(ENDPOINT))
    }

    fn request_schemas<'a>(&self, reader: &mut Reader<'a>, operation: &Operation<'a>) -> Vec<Content<'a>> {
        let Some(body) = operation.value.get("requestBody") else { return Vec::new() };
        let attribute = format!("{}.requestBody", operation.attribute);
        reader.resolve(body, attribute).map(|body| contents(body, "requestBody")).unwrap_or_default()
    }

    fn response_schemas<'a>(
        &self,
        _reader: &mut Reader<'a>,
        _operation: &Operation<'a>,
        response: &'a Value,
    ) -> Vec<Content<'a>> {
        contents(response, "")
    }
}

fn contents<'a>(value: &'a Value, place: &str) -> Vec<Content<'a>> {
    let attribute = format!("{place}{}content.schema", if place.is_empty() { "" } else { "." });
    let content = |(content_type, media): (&String, &'a Value)| {
        let schema = media.get("schema")?;
        Some(Content { content_type: content_type.clone(), schema, attribute: attribute.clone() })
    };
    object(value, "content").into_iter().flatten().filter_map(content).collect()
}
