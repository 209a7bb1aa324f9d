//! Models: JSON schemas that methods name for their requests and responses.

mod flatten;
mod import;
mod schema;
mod template;

use std::sync::Arc;

use compact_str::CompactString;
use serde::{Deserialize, Serialize};
use stagecheck_models::apigateway as operations;

pub(crate) use flatten::flatten;
pub(crate) use import::{find_rings, put_schema};
pub(crate) use schema::{errors as schema_errors, model_of, model_url};
pub(crate) use template::of as sample_template;

use super::parts::{self, ListParts};
use super::rest_apis::{self, of_api};
use crate::apigateway::faults::{bad_request, conflict, not_found};
use crate::apigateway::paging::Items;
use crate::apigateway::patch::{self, Op, PatchOperation, PatchRule};
use crate::apigateway::{ApiGateway, ApiId, Method, quotas};
use crate::service::{Ctx, Fault, Registrar};

type ModelName = CompactString;

/// Registers the operations.
pub(super) fn register(registrar: &mut impl Registrar<ApiGateway>) {
    registrar.write(&operations::CREATE_MODEL, create, &[]);
    registrar.read(&operations::GET_MODEL, get, &[]);
    registrar.read(&operations::GET_MODELS, list, &[]);
    registrar.read(&operations::GET_MODEL_TEMPLATE, get_template, &[]);
    registrar.write(&operations::UPDATE_MODEL, update, &[]);
    registrar.write(&operations::DELETE_MODEL, delete, &[]);
}

/// A model.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Model {
    id: CompactString,
    pub(crate) name: ModelName,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) description: Option<String>,
    pub(crate) schema: String,
    pub(crate) content_type: CompactString,
}

const JSON: &str = "application/json";

/// The models that a new API has, in AWS's very spacing: name, description, schema.
const DEFAULTS: [(&str, &str, &str); 2] = [
    (
        "Empty",
        "This is a default empty schema model",
        "{\n  \"$schema\": \"http://json-schema.org/draft-04/schema#\",\n  \"title\" : \"Empty Schema\",\n  \
         \"type\" : \"object\"\n}",
    ),
    (
        "Error",
        "This is a default error schema model",
        "{\n  \"$schema\" : \"http://json-schema.org/draft-04/schema#\",\n  \"title\" : \"Error Schema\",\n  \
         \"type\" : \"object\",\n  \"properties\" : {\n    \"message\" : { \"type\" : \"string\" }\n  }\n}",
    ),
];

/// Makes the models that every new API has.
pub(super) fn put_defaults(ctx: &Ctx<'_>, state: &mut ApiGateway, api: &ApiId) {
    for (name, description, schema) in DEFAULTS {
        let model = Model {
            id: ctx.ids.lower(6).into(),
            name: ModelName::const_new(name),
            description: Some(description.to_owned()),
            schema: schema.to_owned(),
            content_type: CompactString::const_new(JSON),
        };
        state.models.put((api.clone(), model.name.clone()), model);
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct CreateModel {
    rest_api_id: ApiId,
    name: ModelName,
    description: Option<String>,
    schema: Option<String>,
    content_type: CompactString,
}

fn create(ctx: &Ctx<'_>, state: &mut ApiGateway, input: CreateModel) -> Result<Arc<Model>, Fault> {
    let api = input.rest_api_id;
    rest_apis::find(ctx, state, &api)?;
    if input.name.is_empty() {
        return Err(bad_request("Model name must be non-empty"));
    }
    if !input.name.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        return Err(bad_request(format!("Model name must be alphanumeric: {}", input.name)));
    }
    if input.content_type.is_empty() {
        // Inferred wording.
        return Err(bad_request("Model content type must be non-empty"));
    }
    let key = (api, input.name.clone());
    let model = Model {
        id: ctx.ids.lower(6).into(),
        name: input.name,
        description: input.description.filter(|description| !description.is_empty()),
        schema: input.schema.unwrap_or_default(),
        content_type: input.content_type,
    };
    check_schema(state, &key.0, &model)?;
    if state.models.contains(&key) {
        return Err(conflict("Model name already exists for this REST API"));
    }
    Ok(state.models.put(key, model))
}

/// A schema is there, and a good one where it is a JSON schema. It may name other models and itself.
fn check_schema(state: &ApiGateway, api: &ApiId, model: &Model) -> Result<(), Fault> {
    check_schema_by(model, |text| {
        let schema_of =
            |name: &str| if name == model.name { Some(text) } else { schema_of(state, api, name) };
        schema::errors(text, api, schema_of)
    })
}

/// As [`check_schema`], with what tells the errors of a JSON schema.
fn check_schema_by(model: &Model, errors: impl FnOnce(&str) -> Vec<String>) -> Result<(), Fault> {
    if model.schema.trim().is_empty() {
        return Err(bad_request("Model schema must have at least 1 property or array items defined"));
    }
    // The quota is one of models of an API; that it holds for each of them is inferred.
    quotas::check_limit(quotas::MODEL_SCHEMA, "The size of a model", model.schema.len())?;
    if model.content_type != JSON {
        return Ok(());
    }
    let errors = errors(&model.schema);
    if errors.is_empty() { Ok(()) } else { Err(invalid(&errors)) }
}

fn invalid(errors: &[String]) -> Fault {
    bad_request(format!(
        "Invalid model specified: Validation Result: warnings : [], errors : [{}]",
        errors.join(", ")
    ))
}

/// The schema of an API's model.
fn schema_of<'a>(state: &'a ApiGateway, api: &ApiId, name: &str) -> Option<&'a str> {
    state.models.get(&(api.clone(), name.into())).map(|model| model.schema.as_str())
}

/// Lets the models of a copy refer to each other, and no longer to those of the API that it is a copy of.
pub(super) fn refer_to_own(state: &mut ApiGateway, from: &ApiId, to: &ApiId) {
    let (theirs, own) = (schema::url_prefix(from), schema::url_prefix(to));
    let refers = |model: &Arc<Model>| model.schema.contains(&theirs);
    let changed: Vec<_> = state
        .models
        .range(of_api(to))
        .filter(|(_, model)| refers(model))
        .map(|(key, model)| {
            (key.clone(), Model { schema: model.schema.replace(&theirs, &own), ..Model::clone(model) })
        })
        .collect();
    for (key, model) in changed {
        state.models.put(key, model);
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct GetModel {
    rest_api_id: ApiId,
    model_name: ModelName,
    #[serde(default)]
    flatten: bool,
}

fn get(ctx: &Ctx<'_>, state: &ApiGateway, input: GetModel) -> Result<Arc<Model>, Fault> {
    let key = (input.rest_api_id, input.model_name);
    let model = find(ctx, state, &key)?;
    if !input.flatten {
        return Ok(Arc::clone(model));
    }
    match flatten(&model.schema, &key.0, |name| schema_of(state, &key.0, name)) {
        Some(schema) => Ok(Arc::new(Model { schema: schema.to_string(), ..Model::clone(model) })),
        None => Ok(Arc::clone(model)),
    }
}

fn list(ctx: &Ctx<'_>, state: &ApiGateway, input: ListParts) -> Result<Items<Arc<Model>>, Fault> {
    rest_apis::find(ctx, state, &input.rest_api_id)?;
    parts::page(&state.models, &input)
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct OneModel {
    rest_api_id: ApiId,
    model_name: ModelName,
}

#[derive(Serialize)]
struct Template {
    value: String,
}

fn get_template(ctx: &Ctx<'_>, state: &ApiGateway, input: OneModel) -> Result<Template, Fault> {
    let key = (input.rest_api_id, input.model_name);
    let model = find(ctx, state, &key)?;
    let schema = flatten(&model.schema, &key.0, |name| schema_of(state, &key.0, name)).unwrap_or_default();
    Ok(Template { value: template::of(&schema) })
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct UpdateModel {
    rest_api_id: ApiId,
    model_name: ModelName,
    #[serde(default)]
    patch_operations: Vec<PatchOperation>,
}

const PATCHES: [PatchRule<Model>; 2] = [
    PatchRule::new("/description", &[Op::Replace], |model, change| {
        model.description = change.optional();
        Ok(())
    }),
    PatchRule::new("/schema", &[Op::Replace], |model, change| {
        model.schema = change.value().to_owned();
        Ok(())
    }),
];

fn update(ctx: &Ctx<'_>, state: &mut ApiGateway, input: UpdateModel) -> Result<Arc<Model>, Fault> {
    let key = (input.rest_api_id, input.model_name);
    let mut model = Model::clone(find(ctx, state, &key)?);
    patch::apply(&mut model, &PATCHES, &input.patch_operations)?;
    check_schema(state, &key.0, &model)?;
    Ok(state.models.put(key, model))
}

fn delete(ctx: &Ctx<'_>, state: &mut ApiGateway, input: OneModel) -> Result<(), Fault> {
    let key = (input.rest_api_id, input.model_name);
    find(ctx, state, &key)?;
    if let Some(user) = user(state, &key) {
        return Err(conflict(format!("Cannot delete model '{}', is referenced in {user}", key.1)));
    }
    state.models.remove(&key);
    Ok(())
}

/// What uses a model, as AWS names it; its words for another model are inferred.
fn user(state: &ApiGateway, (api, name): &(ApiId, ModelName)) -> Option<String> {
    let in_request = |method: &Method| method.request_models().any(|model| model == name);
    let in_response = |method: &Method| method.response_models().any(|model| model == name);
    if let Some((path, verb)) = parts::method_that(state, api, in_request) {
        return Some(format!("method request: {path}/{verb}"));
    }
    if let Some((path, verb)) = parts::method_that(state, api, in_response) {
        return Some(format!("method response: {path}/{verb}"));
    }
    let mut others = state.models.range(of_api(api)).filter(|((_, other), _)| other != name);
    let (_, other) =
        others.find(|(_, other)| flatten::models_in(&other.schema, api).contains(name.as_str()))?;
    Some(format!("model: {}", other.name))
}

fn find<'a>(ctx: &Ctx<'_>, state: &'a ApiGateway, key: &(ApiId, ModelName)) -> Result<&'a Arc<Model>, Fault> {
    rest_apis::find(ctx, state, &key.0)?;
    state.models.get(key).ok_or_else(|| not_found(format!("Invalid model name specified: {}", key.1)))
}
