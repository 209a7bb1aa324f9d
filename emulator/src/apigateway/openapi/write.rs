//! A definition to a document, laid out as AWS does.

mod documentation;
mod extensions;
mod integration;
mod method;
mod openapi3;
mod security;
mod swagger2;
mod syntax;

use std::collections::BTreeMap;

use serde_json::{Map, Value, json};

pub(crate) use syntax::Syntax;

use self::openapi3::OpenApi3;
use self::swagger2::Swagger2;
use super::definition::{Definition, MethodResponse, Model, Settings};
use super::document::Specification;
use super::documented::Documented;
use super::read::OTHER_SCHEMA;
use super::schema::{rename_reference, visit_schemas};

/// Which extensions of API Gateway's a document has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Extent {
    pub(crate) integrations: bool,
    pub(crate) authorizers: bool,
    pub(crate) documentation: bool,
    /// Validators, gateway responses, the policy and all else that is no integration, authorizer or documentation.
    pub(crate) others: bool,
}

impl Extent {
    /// What import takes back whole.
    pub(crate) const WHOLE: Self =
        Self { integrations: true, authorizers: true, documentation: true, others: true };
}

/// Where an API is served.
#[derive(Clone, Debug)]
pub(crate) struct Address {
    /// `{api}.execute-api.{region}.amazonaws.com`.
    pub(crate) host: String,
    pub(crate) stage: String,
}

/// What stands in different places in the two specifications.
trait Layout {
    /// How references to models begin.
    fn schema_prefix(&self) -> &'static str;

    /// The document up to its paths.
    fn head(&self, settings: &Settings, info: Value, address: &Address, extent: Extent)
    -> Map<String, Value>;

    /// A request parameter that is text.
    fn parameter(&self, place: &str, name: &str, required: bool) -> Value;

    /// Puts what the operation takes, with its parameters. Models are given by content type.
    fn put_request(
        &self,
        operation: &mut Map<String, Value>,
        parameters: Vec<Value>,
        models: &BTreeMap<String, String>,
        responses: &BTreeMap<String, MethodResponse>,
    );

    /// A response.
    fn response(&self, status: &str, response: &MethodResponse) -> Value;

    /// Puts the models and security schemes.
    fn put_components(
        &self,
        document: &mut Map<String, Value>,
        models: Map<String, Value>,
        schemes: Map<String, Value>,
    );
}

/// Writes a document.
pub(crate) fn write(
    definition: &Definition,
    specification: Specification,
    extent: Extent,
    address: &Address,
) -> Value {
    let layout: &dyn Layout = match specification {
        Specification::Swagger2 => &Swagger2,
        Specification::OpenApi3 => &OpenApi3,
    };
    let mut document = layout.head(&definition.settings, info(&definition.settings), address, extent);
    let paths = definition.paths.iter().map(|(path, methods)| {
        let operations = methods.iter().map(|(verb, method)| method::write(layout, extent, verb, method));
        (path.clone(), Value::Object(operations.collect()))
    });
    document.insert("paths".to_owned(), Value::Object(paths.collect()));
    layout.put_components(&mut document, models(layout, definition), security::schemes(definition, extent));
    if extent.others {
        extensions::put_extensions(&mut document, definition);
    }
    let mut document = Value::Object(document);
    let documented = Documented::of(&definition.documentation);
    documentation::put_native(&mut document, &documented);
    if extent.documentation {
        documentation::put_parts(&mut document, definition);
    }
    document
}

fn info(settings: &Settings) -> Value {
    let mut info = Map::new();
    put_some(&mut info, "description", settings.description.as_ref());
    put_some(&mut info, "version", settings.version.as_ref());
    put(&mut info, "title", settings.title.as_str());
    Value::Object(info)
}

fn models(layout: &dyn Layout, definition: &Definition) -> Map<String, Value> {
    let rename = |reference: &str| {
        let name = reference.strip_prefix("#/definitions/")?;
        definition.models.contains_key(name).then(|| format!("{}{name}", layout.schema_prefix()))
    };
    let model = |(name, model): (&String, &Model)| {
        let mut schema = model.schema.clone();
        visit_schemas(&mut schema, &mut |members| rename_reference(members, rename));
        if let Some(other) = &model.other {
            schema = json!({OTHER_SCHEMA: other});
            if let Some(description) = &model.description {
                schema["description"] = description.as_str().into();
            }
        }
        (name.clone(), schema)
    };
    definition.models.iter().map(model).collect()
}

/// Puts a member.
fn put(members: &mut Map<String, Value>, name: &str, value: impl Into<Value>) {
    members.insert(name.to_owned(), value.into());
}

/// Puts a member that there may be.
fn put_some<T: Clone + Into<Value>>(members: &mut Map<String, Value>, name: &str, value: Option<&T>) {
    if let Some(value) = value {
        put(members, name, value.clone());
    }
}

/// Puts a map that is not empty.
fn put_map<T: Clone + Into<Value>>(
    members: &mut Map<String, Value>,
    name: &str,
    entries: &BTreeMap<String, T>,
) {
    if !entries.is_empty() {
        let entries = entries.iter().map(|(key, value)| (key.clone(), value.clone().into()));
        members.insert(name.to_owned(), Value::Object(entries.collect()));
    }
}

/// Puts a list that is not empty.
fn put_list(members: &mut Map<String, Value>, name: &str, items: &[String]) {
    if !items.is_empty() {
        put(members, name, items);
    }
}

/// A model, referred to.
fn reference(layout: &dyn Layout, model: &str) -> Value {
    json!({"$ref": format!("{}{model}", layout.schema_prefix())})
}
