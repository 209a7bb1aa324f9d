//! Route responses: what WebSocket APIs send back on a route.

use std::sync::Arc;

use compact_str::CompactString;
use serde::{Deserialize, Serialize};
use stagecheck_models::apigatewayv2 as operations;

use super::apis::{self, Protocol};
use super::inputs::{inputs, optional_entries, text};
use super::paging::{self, Items};
use super::routes::{self, ParameterConstraints};
use super::{Id, deployments, faults, mapping, models, of_part};
use crate::apigateway::{ApiGateway, ApiId};
use crate::service::{Ctx, Fault, Registrar};
use crate::store::SmallMap;

/// Registers the operations.
pub(super) fn register(registrar: &mut impl Registrar<ApiGateway>) {
    registrar.write(&operations::CREATE_ROUTE_RESPONSE, create, &[]);
    registrar.read(&operations::GET_ROUTE_RESPONSE, get, &[]);
    registrar.read(&operations::GET_ROUTE_RESPONSES, list, &[]);
    registrar.write(&operations::UPDATE_ROUTE_RESPONSE, update, &[]);
    registrar.write(&operations::DELETE_ROUTE_RESPONSE, delete, &[]);
}

/// A route response.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct RouteResponse {
    #[serde(skip_serializing_if = "Option::is_none")]
    model_selection_expression: Option<CompactString>,
    #[serde(skip_serializing_if = "Option::is_none")]
    response_models: Option<SmallMap<String, String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    response_parameters: Option<SmallMap<String, ParameterConstraints>>,
    route_response_id: Id,
    route_response_key: CompactString,
}

type Key = (ApiId, Id, Id);

/// The only key that there is, as documented.
const DEFAULT: &str = "$default";

inputs!(
    RouteResponse,
    CreateRouteResponse { api_id: ApiId, route_id: Id, route_response_key: CompactString },
    UpdateRouteResponse {
        api_id: ApiId,
        route_id: Id,
        route_response_id: Id,
        route_response_key: Option<CompactString>,
    },
    {
        model_selection_expression: CompactString => text,
        response_models: SmallMap<String, String> => optional_entries,
        response_parameters: SmallMap<String, ParameterConstraints> => optional_entries,
    }
);

fn create(
    ctx: &Ctx<'_>,
    state: &mut ApiGateway,
    mut input: CreateRouteResponse,
) -> Result<Arc<RouteResponse>, Fault> {
    let protocol = apis::protocol(ctx, state, &input.api_id)?;
    routes::find(ctx, state, &(input.api_id.clone(), input.route_id.clone()))?;
    protocol.only_for(Protocol::WebSocket, "Route responses", true)?;
    let id = Id::from(ctx.ids.lower(6));
    let mut response = RouteResponse {
        route_response_id: id.clone(),
        route_response_key: input.route_response_key.clone(),
        ..RouteResponse::default()
    };
    input.put_into(&mut response);
    put(ctx, state, (input.api_id, input.route_id, id), response)
}

/// Puts a checked response in place. The rule on keys is documented, the texts are inferred.
fn put(
    ctx: &Ctx<'_>,
    state: &mut ApiGateway,
    key: Key,
    response: RouteResponse,
) -> Result<Arc<RouteResponse>, Fault> {
    if response.route_response_key != DEFAULT {
        return Err(faults::bad_request(format!(
            "Invalid route response key specified: {}. Must be one of: [{DEFAULT}]",
            response.route_response_key
        )));
    }
    for name in response.response_models.iter().flat_map(SmallMap::values) {
        models::check_present(state, &key.0, name)?;
    }
    let parameters = response.response_parameters.iter().flatten().map(|(key, _)| key);
    mapping::check_keys("route.response.", parameters)?;
    let is_taken = state
        .v2
        .route_responses
        .range(of_part(&key.0, &key.1))
        .any(|(other, row)| *other != key && row.route_response_key == response.route_response_key);
    if is_taken {
        return Err(faults::conflict(format!(
            "Route response with key {} already exists for this route",
            response.route_response_key
        )));
    }
    let api = key.0.clone();
    let response = state.v2.route_responses.put(key, response);
    deployments::follow_change(ctx, state, &api);
    Ok(response)
}

impl RouteResponse {
    pub(super) fn takes_model(&self, name: &str) -> bool {
        self.response_models.iter().flat_map(SmallMap::values).any(|model| model == name)
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct OneRouteResponse {
    api_id: ApiId,
    route_id: Id,
    route_response_id: Id,
}

fn get(ctx: &Ctx<'_>, state: &ApiGateway, input: OneRouteResponse) -> Result<Arc<RouteResponse>, Fault> {
    find(ctx, state, &(input.api_id, input.route_id, input.route_response_id)).map(Arc::clone)
}

fn find<'a>(ctx: &Ctx<'_>, state: &'a ApiGateway, key: &Key) -> Result<&'a Arc<RouteResponse>, Fault> {
    routes::find(ctx, state, &(key.0.clone(), key.1.clone()))?;
    state.v2.route_responses.get(key).ok_or_else(|| faults::no_part("RouteResponse"))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct GetRouteResponses {
    api_id: ApiId,
    max_results: Option<String>,
    next_token: Option<String>,
    route_id: Id,
}

fn list(
    ctx: &Ctx<'_>,
    state: &ApiGateway,
    input: GetRouteResponses,
) -> Result<Items<Arc<RouteResponse>>, Fault> {
    let (api, route) = (input.api_id, input.route_id);
    let of_route = of_part(&api, &route);
    routes::find(ctx, state, &(api, route))?;
    let (most, token) = (input.max_results.as_deref(), input.next_token.as_deref());
    paging::page(&state.v2.route_responses, of_route, most, token)
}

fn update(
    ctx: &Ctx<'_>,
    state: &mut ApiGateway,
    mut input: UpdateRouteResponse,
) -> Result<Arc<RouteResponse>, Fault> {
    let key = (input.api_id.clone(), input.route_id.clone(), input.route_response_id.clone());
    let mut response = RouteResponse::clone(find(ctx, state, &key)?);
    if let Some(route_response_key) = input.route_response_key.take() {
        response.route_response_key = route_response_key;
    }
    input.put_into(&mut response);
    put(ctx, state, key, response)
}

fn delete(ctx: &Ctx<'_>, state: &mut ApiGateway, input: OneRouteResponse) -> Result<(), Fault> {
    let key = (input.api_id, input.route_id, input.route_response_id);
    find(ctx, state, &key)?;
    state.v2.route_responses.remove(&key);
    deployments::follow_change(ctx, state, &key.0);
    Ok(())
}
