//! Schemas to models.

use std::collections::BTreeMap;

use serde_json::Value;
use sha2::{Digest, Sha256};

use super::{Content, Reader, text};
use crate::apigateway::openapi::definition::Model;
use crate::apigateway::openapi::references::target;
use crate::apigateway::openapi::schema::{NOT_OF_JSON_SCHEMA, rename_reference, visit_schemas};

/// How references of models begin in a definition.
const PREFIX: &str = "#/definitions/";

/// The models that were found so far.
#[derive(Default)]
pub(super) struct Models {
    models: BTreeMap<String, Model>,
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
            let model = Model { description: text(schema, "description"), schema: as_model(schema, prefix) };
            self.models.models.insert(name.clone(), model);
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

    /// Two bodies of one schema have one model. The form of the name is AWS's. It is made of the schema, so that it stays
    /// from one import to the next; where another schema has it, the next is taken.
    fn unnamed_model(&mut self, schema: &Value) -> String {
        let schema = as_model(schema, self.layout.schema_prefix());
        let digest = Sha256::digest(schema.to_string());
        let mut number = digest.iter().take(3).fold(0_u32, |number, byte| number << 8 | u32::from(*byte));
        loop {
            let name = format!("MODEL{number:06x}");
            match self.models.models.get(&name) {
                Some(other) if other.schema != schema => number = (number + 1) & 0xff_ffff,
                Some(_) => return name,
                None => {
                    self.models.models.insert(name.clone(), Model { description: None, schema });
                    return name;
                }
            }
        }
    }
}

/// The schema as a model has it: with what it refers to named alike in both specifications, and without what JSON
/// schemas do not have.
fn as_model(schema: &Value, prefix: &str) -> Value {
    let mut schema = schema.clone();
    visit_schemas(&mut schema, &mut |members| {
        members
            .retain(|member, _| !(NOT_OF_JSON_SCHEMA.contains(&member.as_str()) || member.starts_with("x-")));
        rename_reference(members, |reference| {
            reference.strip_prefix(prefix).map(|name| format!("{PREFIX}{name}"))
        });
    });
    schema
}
