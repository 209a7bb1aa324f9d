//! Request validators: what of a request a method checks before its integration is called.

use std::sync::Arc;

use compact_str::CompactString;
use serde::{Deserialize, Serialize};
use stagecheck_models::apigateway as operations;

use super::parts::{self, ListParts, Parts};
use super::rest_apis::{self, of_api};
use crate::apigateway::faults::{bad_request, conflict, not_found};
use crate::apigateway::paging::Items;
use crate::apigateway::patch::{self, Op, PatchOperation, PatchRule};
use crate::apigateway::{ApiGateway, ApiId, Method};
use crate::service::{Ctx, Fault, Registrar};

type ValidatorId = CompactString;

/// Registers the operations.
pub(super) fn register(registrar: &mut impl Registrar<ApiGateway>) {
    registrar.write(&operations::CREATE_REQUEST_VALIDATOR, create, &[]);
    registrar.read(&operations::GET_REQUEST_VALIDATOR, get, &[]);
    registrar.read(&operations::GET_REQUEST_VALIDATORS, list, &[]);
    registrar.write(&operations::UPDATE_REQUEST_VALIDATOR, update, &[]);
    registrar.write(&operations::DELETE_REQUEST_VALIDATOR, delete, &[]);
}

/// A request validator.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RequestValidator {
    pub(crate) id: ValidatorId,
    pub(crate) name: String,
    pub(crate) validate_request_body: bool,
    pub(crate) validate_request_parameters: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct CreateRequestValidator {
    rest_api_id: ApiId,
    name: Option<String>,
    #[serde(default)]
    validate_request_body: bool,
    #[serde(default)]
    validate_request_parameters: bool,
}

fn create(
    ctx: &Ctx<'_>,
    state: &mut ApiGateway,
    input: CreateRequestValidator,
) -> Result<Arc<RequestValidator>, Fault> {
    let api = input.rest_api_id;
    rest_apis::find(ctx, state, &api)?;
    let validator = RequestValidator {
        id: ValidatorId::from(ctx.ids.lower(6)),
        name: input.name.unwrap_or_default(),
        validate_request_body: input.validate_request_body,
        validate_request_parameters: input.validate_request_parameters,
    };
    check_name(&state.request_validators, &api, &validator)?;
    Ok(state.request_validators.put((api, validator.id.clone()), validator))
}

/// A name is there, and no other validator's of the API. That AWS wants it unique is reported; the second sentence
/// follows what it says of authorizers.
fn check_name(
    validators: &Parts<RequestValidator>,
    api: &ApiId,
    validator: &RequestValidator,
) -> Result<(), Fault> {
    let name = &validator.name;
    if name.trim().is_empty() {
        return Err(bad_request("Request Validator name cannot be blank"));
    }
    if validators.range(of_api(api)).any(|(_, other)| other.name == *name && other.id != validator.id) {
        return Err(conflict(format!(
            "Request Validator name must be unique. Request Validator {name} already exists in this RestApi."
        )));
    }
    Ok(())
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct OneRequestValidator {
    rest_api_id: ApiId,
    request_validator_id: ValidatorId,
}

fn get(
    ctx: &Ctx<'_>,
    state: &ApiGateway,
    input: OneRequestValidator,
) -> Result<Arc<RequestValidator>, Fault> {
    find(ctx, state, &(input.rest_api_id, input.request_validator_id)).map(Arc::clone)
}

fn list(ctx: &Ctx<'_>, state: &ApiGateway, input: ListParts) -> Result<Items<Arc<RequestValidator>>, Fault> {
    rest_apis::find(ctx, state, &input.rest_api_id)?;
    parts::page(&state.request_validators, &input)
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct UpdateRequestValidator {
    rest_api_id: ApiId,
    request_validator_id: ValidatorId,
    #[serde(default)]
    patch_operations: Vec<PatchOperation>,
}

/// In the order in which AWS lists the paths.
const PATCHES: [PatchRule<RequestValidator>; 3] = [
    PatchRule::new("/name", &[Op::Replace], |validator, change| {
        validator.name = change.value().to_owned();
        Ok(())
    }),
    PatchRule::new("/validateRequestParameters", &[Op::Replace], |validator, change| {
        validator.validate_request_parameters = change.boolean();
        Ok(())
    }),
    PatchRule::new("/validateRequestBody", &[Op::Replace], |validator, change| {
        validator.validate_request_body = change.boolean();
        Ok(())
    }),
];

fn update(
    ctx: &Ctx<'_>,
    state: &mut ApiGateway,
    input: UpdateRequestValidator,
) -> Result<Arc<RequestValidator>, Fault> {
    let key = (input.rest_api_id, input.request_validator_id);
    let mut validator = RequestValidator::clone(find(ctx, state, &key)?);
    patch::apply(&mut validator, &PATCHES, &input.patch_operations)?;
    check_name(&state.request_validators, &key.0, &validator)?;
    Ok(state.request_validators.put(key, validator))
}

fn delete(ctx: &Ctx<'_>, state: &mut ApiGateway, input: OneRequestValidator) -> Result<(), Fault> {
    let key = (input.rest_api_id, input.request_validator_id);
    let name = &find(ctx, state, &key)?.name;
    let uses = |method: &Method| method.request_validator_id.as_ref() == Some(&key.1);
    if let Some((path, verb)) = parts::method_that(state, &key.0, uses) {
        // That AWS refuses is reported; the wording is that for authorizers.
        return Err(conflict(format!(
            "Cannot delete request validator '{name}', is referenced in method: {verb}/{path}"
        )));
    }
    state.request_validators.remove(&key);
    Ok(())
}

fn find<'a>(
    ctx: &Ctx<'_>,
    state: &'a ApiGateway,
    key: &(ApiId, ValidatorId),
) -> Result<&'a Arc<RequestValidator>, Fault> {
    rest_apis::find(ctx, state, &key.0)?;
    state
        .request_validators
        .get(key)
        .ok_or_else(|| not_found("Invalid Request Validator identifier specified"))
}
