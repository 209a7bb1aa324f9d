//! A document to a definition.
//!
//! The two specifications differ in where things stand ([`swagger2`], [`openapi3`]); all else is read alike. What
//! cannot be read is left out with a warning, as AWS does.

mod documentation;
mod extensions;
mod integration;
mod method;
mod models;
mod openapi3;
mod security;
mod swagger2;
mod value;

use serde_json::{Map, Value};

pub(crate) use documentation::{EXTENSION as DOCUMENTATION, PARAMETERS, placeholder};
pub(crate) use integration::{DEFAULT as DEFAULT_RESPONSE, EXTENSION as INTEGRATION, OTHER_RESPONSES};
pub(crate) use method::{VERBS, verb_key};
pub(crate) use models::OTHER_SCHEMA;
pub(crate) use security::{API_KEY_HEADER, AUTH_TYPE, AUTHORIZER, HEADER, SIGV4, UNUSED_HEADER};
pub(crate) use value::{boolean, integer, object, text, text_map, texts};

use self::models::Models;
use self::openapi3::OpenApi3;
use self::swagger2::Swagger2;
use super::definition::Definition;
use super::document::{Document, Specification};
use super::findings::Findings;
use super::references::{PartCount, References};

/// What stands in different places in the two specifications.
trait Layout {
    /// The schemas that have names.
    fn schemas<'a>(&self, root: &'a Value) -> Option<&'a Map<String, Value>>;

    /// How references to named schemas begin.
    fn schema_prefix(&self) -> &'static str;

    /// The security schemes.
    fn security_schemes<'a>(&self, root: &'a Value) -> Option<&'a Map<String, Value>>;

    /// Where the API says that it is served below.
    fn base_path(&self, root: &Value) -> Option<String>;

    /// The extension that says how the API is reached.
    fn endpoint<'a>(&self, root: &'a Value) -> Option<&'a Value>;

    /// The schemas of an operation's request body, by content type.
    fn request_schemas<'a>(&self, reader: &mut Reader<'a>, operation: &Operation<'a>) -> Vec<Content<'a>>;

    /// The schemas of a response, by content type.
    fn response_schemas<'a>(
        &self,
        reader: &mut Reader<'a>,
        operation: &Operation<'a>,
        response: &'a Value,
    ) -> Vec<Content<'a>>;
}

/// A schema, and the content type that it is for.
struct Content<'a> {
    content_type: String,
    schema: &'a Value,
    /// Where it stands below its operation, for warnings.
    attribute: String,
}

/// One operation of a document, where it stands.
struct Operation<'a> {
    path: &'a str,
    /// `GET`, …, or `ANY`.
    verb: String,
    /// `paths.'/pets'(get)`, as warnings name it.
    attribute: String,
    value: &'a Value,
    /// The path's own parameters, then the operation's, with references followed.
    parameters: Vec<&'a Value>,
}

/// What is at hand while a document is read.
struct Reader<'a> {
    root: &'a Value,
    references: References<'a>,
    layout: &'static dyn Layout,
    models: Models,
    part_count: PartCount,
    findings: &'a mut Findings,
}

fn layout(document: &Document) -> &'static dyn Layout {
    match document.specification {
        Specification::Swagger2 => &Swagger2,
        Specification::OpenApi3 => &OpenApi3,
    }
}

/// Where a document says that its API is served below.
pub(crate) fn base_path(document: &Document) -> Option<String> {
    layout(document).base_path(&document.root)
}

/// Reads a document.
pub(crate) fn read(document: &Document, findings: &mut Findings, with_documentation: bool) -> Definition {
    let layout = layout(document);
    let root = &document.root;
    let mut reader = Reader {
        root,
        references: References::of(root),
        layout,
        models: Models::default(),
        part_count: PartCount::default(),
        findings,
    };
    let mut definition = Definition { settings: extensions::settings(&reader), ..Definition::default() };
    reader.warn_of_the_root();
    reader.read_named_schemas();
    definition.validators = extensions::validators(root);
    definition.gateway_responses = extensions::gateway_responses(root);
    let schemes = security::read_schemes(&mut reader);
    definition.paths = method::read_paths(&mut reader, &schemes, &definition.validators);
    definition.authorizers = schemes.into_authorizers();
    if with_documentation && !reader.part_count.is_too_large() {
        definition.documentation = documentation::read(&mut reader);
    }
    definition.models = reader.models.finish();
    definition
}

impl<'a> Reader<'a> {
    /// The object that a value is, or a warning.
    fn resolve(&mut self, value: &'a Value, attribute: impl std::fmt::Display) -> Option<&'a Value> {
        self.references.object(value, attribute, self.findings)
    }

    /// What stands at the root and is not taken over. The wording is inferred.
    fn warn_of_the_root(&mut self) {
        self.warn_of_extensions("", self.root, &extensions::KNOWN);
        if self.root.get("security").and_then(Value::as_array).is_some_and(|security| !security.is_empty()) {
            // Documented: "API Gateway doesn't use root level security defined in the OpenAPI specification".
            self.unsupported("security");
        }
    }

    /// Extensions of API Gateway's that mean nothing in their place: misspelt ones, and those of HTTP APIs.
    fn warn_of_extensions(&mut self, attribute: &str, value: &Value, known: &[&str]) {
        let names = value.as_object().into_iter().flatten().map(|(name, _)| name.as_str());
        for name in names.filter(|name| name.starts_with("x-amazon-apigateway-") && !known.contains(name)) {
            let dot = if attribute.is_empty() { "" } else { "." };
            self.unsupported(format_args!("{attribute}{dot}{name}"));
        }
    }

    /// Something that API Gateway has no use for. The wording is inferred.
    fn unsupported(&mut self, attribute: impl std::fmt::Display) {
        self.findings.warn(format!("Unsupported attribute {attribute}. Ignoring."));
    }

    /// The document's paths.
    fn paths(&mut self) -> impl Iterator<Item = (&'a String, &'a Value)> + use<'a> {
        self.references.paths(self.findings).into_iter().flatten()
    }
}
