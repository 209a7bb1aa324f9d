//! Models: JSON schemas of messages.

use std::sync::Arc;

use compact_str::CompactString;
use serde::{Deserialize, Serialize};
use stagecheck_models::apigatewayv2 as operations;

use super::inputs::{inputs, text, value};
use super::paging::{self, Items, OfApi};
use super::{Id, apis, deployments, faults, of_parts};
use crate::apigateway::{ApiGateway, ApiId, flatten, of_api, sample_template, schema_errors};
use crate::service::{Ctx, Fault, Registrar};

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
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Model {
    content_type: CompactString,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    model_id: Id,
    pub(super) name: CompactString,
    pub(super) schema: String,
}

const JSON: &str = "application/json";

/// The longest schema, in characters.
const LONGEST_SCHEMA: usize = 32_768;

inputs!(
    Model,
    CreateModel { api_id: ApiId },
    UpdateModel { api_id: ApiId, model_id: Id },
    {
        content_type: CompactString => value,
        description: String => text,
        name: CompactString => value,
        schema: String => value,
    }
);

fn create(ctx: &Ctx<'_>, state: &mut ApiGateway, mut input: CreateModel) -> Result<Arc<Model>, Fault> {
    apis::find(ctx, state, &input.api_id)?;
    let id = Id::from(ctx.ids.lower(6));
    let mut model =
        Model { content_type: CompactString::const_new(JSON), model_id: id.clone(), ..Model::default() };
    input.put_into(&mut model);
    put(ctx, state, (input.api_id, id), model)
}

fn put(ctx: &Ctx<'_>, state: &mut ApiGateway, key: (ApiId, Id), model: Model) -> Result<Arc<Model>, Fault> {
    model.check(state, &key.0)?;
    let is_taken = state
        .v2
        .models
        .range(of_api(&key.0))
        .any(|((_, id), other)| *id != key.1 && other.name == model.name);
    if is_taken {
        // As for REST APIs: inferred.
        return Err(faults::conflict("Model name already exists for this REST API"));
    }
    let api = key.0.clone();
    let model = state.v2.models.put(key, model);
    deployments::follow_change(ctx, state, &api);
    Ok(model)
}

impl Model {
    /// The texts are those for REST APIs: inferred.
    fn check(&self, state: &ApiGateway, api: &ApiId) -> Result<(), Fault> {
        faults::check_length("Name", Some(&self.name), 1, 128)?;
        faults::check_length("ContentType", Some(&self.content_type), 1, 256)?;
        faults::check_length("Description", self.description.as_deref(), 0, 1024)?;
        faults::check_length("Schema", Some(&self.schema), 0, LONGEST_SCHEMA)?;
        if !self.name.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return Err(faults::bad_request(format!("Model name must be alphanumeric: {}", self.name)));
        }
        if self.content_type != JSON {
            return Ok(());
        }
        let schema_of = |name: &str| {
            if name == self.name { Some(self.schema.as_str()) } else { schema_of(state, api, name) }
        };
        let errors = schema_errors(&self.schema, api, schema_of);
        if !errors.is_empty() {
            return Err(faults::bad_request(format!(
                "Invalid model specified: Validation Result: warnings : [], errors : [{}]",
                errors.join(", ")
            )));
        }
        Ok(())
    }
}

/// Refuses a name that no model has. Inferred wording.
pub(super) fn check_present(state: &ApiGateway, api: &ApiId, name: &str) -> Result<(), Fault> {
    if schema_of(state, api, name).is_some() {
        return Ok(());
    }
    Err(faults::bad_request(format!("Invalid model name specified: {name}")))
}

/// The schema of an API's model.
fn schema_of<'a>(state: &'a ApiGateway, api: &ApiId, name: &str) -> Option<&'a str> {
    let mut models = state.v2.models.range(of_api(api));
    models.find(|(_, model)| model.name == name).map(|(_, model)| model.schema.as_str())
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct OneModel {
    api_id: ApiId,
    model_id: Id,
}

fn get(ctx: &Ctx<'_>, state: &ApiGateway, input: OneModel) -> Result<Arc<Model>, Fault> {
    find(ctx, state, &(input.api_id, input.model_id)).map(Arc::clone)
}

fn find<'a>(ctx: &Ctx<'_>, state: &'a ApiGateway, key: &(ApiId, Id)) -> Result<&'a Arc<Model>, Fault> {
    apis::find(ctx, state, &key.0)?;
    state.v2.models.get(key).ok_or_else(|| faults::no_part("Model"))
}

fn list(ctx: &Ctx<'_>, state: &ApiGateway, input: OfApi) -> Result<Items<Arc<Model>>, Fault> {
    paging::list(ctx, state, &state.v2.models, &input)
}

/// A mapping template that makes what a model describes.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct ModelTemplate {
    value: String,
}

fn get_template(ctx: &Ctx<'_>, state: &ApiGateway, input: OneModel) -> Result<ModelTemplate, Fault> {
    let key = (input.api_id, input.model_id);
    let model = find(ctx, state, &key)?;
    let schema = flatten(&model.schema, &key.0, |name| schema_of(state, &key.0, name)).unwrap_or_default();
    Ok(ModelTemplate { value: sample_template(&schema) })
}

fn update(ctx: &Ctx<'_>, state: &mut ApiGateway, mut input: UpdateModel) -> Result<Arc<Model>, Fault> {
    let key = (input.api_id.clone(), input.model_id.clone());
    let mut model = Model::clone(find(ctx, state, &key)?);
    let name = model.name.clone();
    input.put_into(&mut model);
    if model.name != name {
        check_unused(state, &key.0, &name)?;
    }
    put(ctx, state, key, model)
}

fn delete(ctx: &Ctx<'_>, state: &mut ApiGateway, input: OneModel) -> Result<(), Fault> {
    let key = (input.api_id, input.model_id);
    let name = find(ctx, state, &key)?.name.clone();
    check_unused(state, &key.0, &name)?;
    state.v2.models.remove(&key);
    deployments::follow_change(ctx, state, &key.0);
    Ok(())
}

/// Refuses to take away a name that routes and their responses go by. As for REST APIs: inferred.
fn check_unused(state: &ApiGateway, api: &ApiId, name: &str) -> Result<(), Fault> {
    let route = state.v2.routes.range(of_api(api)).find(|(_, route)| route.takes_model(name));
    if let Some((_, route)) = route {
        return Err(faults::conflict(format!(
            "Cannot delete model '{name}', is referenced in route: {}",
            route.key()
        )));
    }
    let mut responses = state.v2.route_responses.range(of_parts(api));
    if responses.any(|(_, response)| response.takes_model(name)) {
        return Err(faults::conflict(format!(
            "Cannot delete model '{name}', is referenced in a route response"
        )));
    }
    Ok(())
}
