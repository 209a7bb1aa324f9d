//! Schemas to models.

use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde_json::{Value, json};
use sha2::{Digest, Sha256};

use super::{Content, Operation, Reader, text};
use crate::apigateway::openapi::definition::{Model, OtherSchema};
use crate::apigateway::openapi::references::target;
use crate::apigateway::openapi::schema::{rename_reference, visit_schemas};

/// How references of models begin in a definition.
const PREFIX: &str = "#/definitions/";

/// Where an export has the schema of a model that is no JSON schema.
pub(crate) const OTHER_SCHEMA: &str = "x-stagecheck-model";

/// What schemas have in OpenAPI, and models have not: left out with a warning, which is inferred. Of `example` and
/// `discriminator` users report that API Gateway refuses the model for them, and so it does for what is neither in OpenAPI
/// nor in draft 4.
///
/// Source: "Amazon API Gateway important notes" in the developer guide.
const LEFT_OUT: [&str; 7] =
    ["deprecated", "examples", "externalDocs", "nullable", "readOnly", "writeOnly", "xml"];

/// The models that were found so far.
#[derive(Default)]
pub(super) struct Models {
    models: BTreeMap<String, Model>,
    /// The names of models that were made of schemas in place, by where these stand. What a document repeats by reference
    /// is looked at once.
    unnamed: BTreeMap<*const Value, String>,
}

impl Models {
    pub(super) fn finish(self) -> BTreeMap<String, Model> {
        self.models
    }
}

impl<'a> Reader<'a> {
    /// Takes each schema that has a name.
    pub(super) fn read_named_schemas(&mut self) {
        let prefix = self.layout.schema_prefix();
        let schemas = self.layout.schemas(self.root).into_iter().flatten();
        for (name, schema) in schemas {
            // AWS keeps the description beside the schema, and in it.
            let description = text(schema, "description");
            let other = schema.get(OTHER_SCHEMA).map(OtherSchema::deserialize);
            if let Some(Err(_)) = other {
                let place = prefix.trim_start_matches("#/").replace('/', ".");
                self.findings
                    .parse_issue(format_args!("{place}{name}.{OTHER_SCHEMA} is not of type `model`"));
            }
            let other = other.and_then(Result::ok);
            let (schema, left_out) = as_model(schema, prefix);
            self.warn_of_keywords(name, &left_out);
            let schema = if other.is_some() { json!({}) } else { schema };
            self.models.models.insert(name.clone(), Model { description, schema, other });
        }
    }

    /// The name of the model that a body has. A schema in place becomes a model with a name made for it.
    pub(super) fn model_of(&mut self, content: &Content<'a>, attribute: &str) -> Option<String> {
        let Some(reference) = target(content.schema) else { return Some(self.unnamed_model(content.schema)) };
        let prefix = self.layout.schema_prefix();
        let name = reference.strip_prefix(prefix).filter(|name| self.models.models.contains_key(*name));
        if name.is_none() {
            // AWS's wording, for OpenAPI 3.0; for Swagger 2.0 it has another.
            let wording = if prefix == PREFIX {
                let name = reference.rsplit('/').next().unwrap_or_default();
                format!("Reference to model '{name}' not found. Ignoring.")
            } else {
                format!("Parse issue: attribute {attribute}.{}.{reference} is missing", content.attribute)
            };
            self.findings.warn(wording);
        }
        name.map(str::to_owned)
    }

    /// As [`Self::model_of`] for what a response answers, which cannot be of a primitive type unless that has a name:
    /// documented. The wording is AWS's, as reported; of the types of Swagger 2.0 it is inferred.
    pub(super) fn model_of_response(
        &mut self,
        content: &Content<'a>,
        (status, operation): (&str, &Operation<'a>),
        attribute: &str,
    ) -> Option<String> {
        let primitive = match text(content.schema, "type").as_deref() {
            Some("boolean") => "BooleanSchema",
            Some("integer") => "IntegerSchema",
            Some("number") => "NumberSchema",
            Some("string") => "StringSchema",
            _ => return self.model_of(content, attribute),
        };
        self.findings.warn(format!(
            "Unsupported model type '{primitive}' in {status} response to method '{} {}'. Ignoring.",
            operation.verb, operation.path
        ));
        None
    }

    /// Two bodies of one schema have one model. The form of the name is AWS's. It is made of the schema, so that it stays
    /// from one import to the next; where another schema has it, the next is taken.
    fn unnamed_model(&mut self, schema: &'a Value) -> String {
        let place = std::ptr::from_ref(schema);
        if let Some(name) = self.models.unnamed.get(&place) {
            return name.clone();
        }
        let (schema, left_out) = as_model(schema, self.layout.schema_prefix());
        let digest = Sha256::digest(schema.to_string());
        let mut number = digest.iter().take(3).fold(0_u32, |number, byte| number << 8 | u32::from(*byte));
        let name = loop {
            let name = format!("MODEL{number:06x}");
            match self.models.models.get(&name) {
                Some(other) if other.schema != schema => number = (number + 1) & 0xff_ffff,
                Some(_) => break name,
                None => {
                    self.models.models.insert(name.clone(), Model { schema, ..Model::default() });
                    break name;
                }
            }
        };
        self.warn_of_keywords(&name, &left_out);
        self.models.unnamed.insert(place, name.clone());
        name
    }

    fn warn_of_keywords(&mut self, model: &str, left_out: &BTreeSet<String>) {
        if !left_out.is_empty() {
            self.findings.warn(format!("Unsupported keyword(s) in model '{model}': {left_out:?}. Ignoring."));
        }
    }
}

/// The schema as a model has it: with what it refers to named alike in both specifications, and without what models do
/// not have, of which the keywords of OpenAPI are told.
fn as_model(schema: &Value, prefix: &str) -> (Value, BTreeSet<String>) {
    let mut schema = schema.clone();
    let mut left_out = BTreeSet::new();
    visit_schemas(&mut schema, &mut |members| {
        members.retain(|member, _| {
            let is_left_out = LEFT_OUT.contains(&member.as_str());
            if is_left_out {
                left_out.insert(member.clone());
            }
            !(is_left_out || member.starts_with("x-"))
        });
        rename_reference(members, |reference| {
            reference.strip_prefix(prefix).map(|name| format!("{PREFIX}{name}"))
        });
    });
    (schema, left_out)
}
