//! Routes: which requests and messages go where.

mod authorization;
mod key;

use std::sync::Arc;

use compact_str::CompactString;
use serde::{Deserialize, Serialize};
use stagecheck_models::apigatewayv2 as operations;

pub(super) use key::{METHODS, check as check_key, is_method};

use super::apis::{self, Protocol};
use super::inputs::{Entry, inputs, list as items, optional_entries, text, value};
use super::paging::{self, Items, OfApi};
use super::{Id, deployments, faults, mapping, models, of_part};
use crate::apigateway::{ApiGateway, ApiId, of_api, quotas};
use crate::service::{Ctx, Fault, Registrar};
use crate::store::SmallMap;

/// Registers the operations.
pub(super) fn register(registrar: &mut impl Registrar<ApiGateway>) {
    registrar.write(&operations::CREATE_ROUTE, create, &[]);
    registrar.read(&operations::GET_ROUTE, get, &[]);
    registrar.read(&operations::GET_ROUTES, list, &[]);
    registrar.write(&operations::UPDATE_ROUTE, update, &[]);
    registrar.write(&operations::DELETE_ROUTE, delete, &[]);
    registrar.write(&operations::DELETE_ROUTE_REQUEST_PARAMETER, delete_request_parameter, &[]);
}

/// A route.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Route {
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    api_gateway_managed: bool,
    pub(crate) api_key_required: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) authorization_scopes: Option<Vec<CompactString>>,
    pub(crate) authorization_type: AuthorizationType,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) authorizer_id: Option<Id>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) model_selection_expression: Option<CompactString>,
    #[serde(skip_serializing_if = "Option::is_none")]
    operation_name: Option<CompactString>,
    /// Names of models, by what the selection expression comes to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) request_models: Option<SmallMap<String, String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) request_parameters: Option<SmallMap<String, ParameterConstraints>>,
    route_id: Id,
    pub(crate) route_key: CompactString,
    #[serde(skip_serializing_if = "Option::is_none")]
    route_response_selection_expression: Option<CompactString>,
    #[serde(skip_serializing_if = "Option::is_none")]
    target: Option<CompactString>,
}

/// How callers of a route are known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum AuthorizationType {
    #[default]
    None,
    AwsIam,
    Custom,
    Jwt,
}

/// Whether a parameter must be there.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct ParameterConstraints {
    #[serde(default)]
    pub(crate) required: bool,
}

impl Entry for ParameterConstraints {
    /// Parameters go by an operation of their own.
    fn is_nothing(&self) -> bool {
        false
    }
}

impl Route {
    /// The route that quick create makes to an integration.
    pub(super) fn managed(id: Id, key: CompactString, integration: &Id) -> Self {
        Self {
            api_gateway_managed: true,
            route_id: id,
            route_key: key,
            target: Some(target_of(integration)),
            ..Self::default()
        }
    }

    pub(super) fn is_managed(&self) -> bool {
        self.api_gateway_managed
    }

    pub(super) fn with_key(self, route_key: CompactString) -> Self {
        Self { route_key, ..self }
    }

    pub(super) fn id(&self) -> &Id {
        &self.route_id
    }

    /// What the route is for: `GET /pets`, `$connect`.
    pub(super) fn key(&self) -> &str {
        &self.route_key
    }

    /// The id of the integration that it leads to.
    pub(super) fn integration_id(&self) -> Option<Id> {
        self.target.as_ref()?.strip_prefix("integrations/").map(Id::from)
    }

    pub(super) fn leads_to(&self, integration: &Id) -> bool {
        self.target.as_ref().is_some_and(|target| *target == target_of(integration))
    }

    pub(super) fn is_authorized_by(&self, authorizer: &Id) -> bool {
        self.authorizer_id.as_ref() == Some(authorizer)
    }

    pub(super) fn takes_model(&self, name: &str) -> bool {
        self.request_models.iter().flat_map(SmallMap::values).any(|model| model == name)
    }
}

/// How a route names an integration.
fn target_of(integration: &Id) -> CompactString {
    compact_str::format_compact!("integrations/{integration}")
}

inputs!(
    Route,
    CreateRoute { api_id: ApiId, route_key: CompactString },
    UpdateRoute { api_id: ApiId, route_id: Id, route_key: Option<CompactString> },
    {
        api_key_required: bool => value,
        authorization_scopes: Vec<CompactString> => items,
        authorization_type: AuthorizationType => value,
        authorizer_id: Id => text,
        model_selection_expression: CompactString => text,
        operation_name: CompactString => text,
        request_models: SmallMap<String, String> => optional_entries,
        request_parameters: SmallMap<String, ParameterConstraints> => optional_entries,
        route_response_selection_expression: CompactString => text,
        target: CompactString => text,
    }
);

fn create(ctx: &Ctx<'_>, state: &mut ApiGateway, mut input: CreateRoute) -> Result<Arc<Route>, Fault> {
    let protocol = apis::protocol(ctx, state, &input.api_id)?;
    let id = Id::from(ctx.ids.lower(7));
    let mut route = Route { route_id: id.clone(), route_key: input.route_key.clone(), ..Route::default() };
    input.put_into(&mut route);
    put(ctx, state, protocol, (input.api_id, id), route)
}

/// Puts a checked route in place and deploys the change where stages deploy themselves.
fn put(
    ctx: &Ctx<'_>,
    state: &mut ApiGateway,
    protocol: Protocol,
    key: (ApiId, Id),
    mut route: Route,
) -> Result<Arc<Route>, Fault> {
    key::check(protocol, &route.route_key)?;
    route.settle_authorization(protocol, state, &key.0)?;
    route.check_members(protocol)?;
    route.check_references(state, &key.0)?;
    check_unused(state, &key.0, &route.route_key, Some(&key.1))?;
    if !state.v2.routes.contains(&key) {
        faults::check_quota(ctx, quotas::ROUTES_PER_API, "Routes", &state.v2.routes, &key.0)?;
    }
    let api = key.0.clone();
    let route = state.v2.routes.put(key, route);
    deployments::follow_change(ctx, state, &api);
    Ok(route)
}

impl Route {
    fn check_members(&self, protocol: Protocol) -> Result<(), Fault> {
        for (what, is_given) in [
            ("API keys", self.api_key_required),
            ("Model selection expressions", self.model_selection_expression.is_some()),
            ("Request models", self.request_models.is_some()),
            ("Request parameters", self.request_parameters.is_some()),
            ("Route response selection expressions", self.route_response_selection_expression.is_some()),
        ] {
            protocol.only_for(Protocol::WebSocket, what, is_given)?;
        }
        faults::check_length("OperationName", self.operation_name.as_deref(), 1, 64)?;
        let parameters = self.request_parameters.iter().flatten().map(|(key, _)| key);
        mapping::check_keys("route.request.", parameters)
    }

    /// What the route names must be there. The texts are inferred.
    fn check_references(&self, state: &ApiGateway, api: &ApiId) -> Result<(), Fault> {
        for name in self.request_models.iter().flat_map(SmallMap::values) {
            models::check_present(state, api, name)?;
        }
        let Some(target) = &self.target else { return Ok(()) };
        let Some(integration) = target.strip_prefix("integrations/") else {
            return Err(faults::bad_request(format!(
                "Invalid target specified: {target}. It must have the form integrations/{{integrationId}}"
            )));
        };
        if state.v2.integrations.contains(&(api.clone(), Id::from(integration))) {
            return Ok(());
        }
        Err(faults::no_part("Integration"))
    }
}

/// Refuses a key that another route has. The text is reported by users for both protocols.
pub(super) fn check_unused(
    state: &ApiGateway,
    api: &ApiId,
    route_key: &str,
    own: Option<&Id>,
) -> Result<(), Fault> {
    let mut others = state.v2.routes.range(of_api(api)).filter(|((_, id), _)| own != Some(id));
    if others.any(|(_, route)| route.route_key == route_key) {
        return Err(faults::conflict(format!("Route with key {route_key} already exists for this API")));
    }
    Ok(())
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct OneRoute {
    api_id: ApiId,
    route_id: Id,
}

fn get(ctx: &Ctx<'_>, state: &ApiGateway, input: OneRoute) -> Result<Arc<Route>, Fault> {
    find(ctx, state, &(input.api_id, input.route_id)).map(Arc::clone)
}

/// The route of this key.
pub(super) fn find<'a>(
    ctx: &Ctx<'_>,
    state: &'a ApiGateway,
    key: &(ApiId, Id),
) -> Result<&'a Arc<Route>, Fault> {
    apis::find(ctx, state, &key.0)?;
    state.v2.routes.get(key).ok_or_else(|| faults::no_part("Route"))
}

fn list(ctx: &Ctx<'_>, state: &ApiGateway, input: OfApi) -> Result<Items<Arc<Route>>, Fault> {
    paging::list(ctx, state, &state.v2.routes, &input)
}

fn update(ctx: &Ctx<'_>, state: &mut ApiGateway, mut input: UpdateRoute) -> Result<Arc<Route>, Fault> {
    let protocol = apis::protocol(ctx, state, &input.api_id)?;
    let key = (input.api_id.clone(), input.route_id.clone());
    let mut route = Route::clone(find(ctx, state, &key)?);
    if let Some(route_key) = input.route_key.take() {
        if route.is_managed() && route_key != route.route_key {
            return Err(faults::managed("change the RouteKey", "Route"));
        }
        route.route_key = route_key;
    }
    input.put_into(&mut route);
    put(ctx, state, protocol, key, route)
}

fn delete(ctx: &Ctx<'_>, state: &mut ApiGateway, input: OneRoute) -> Result<(), Fault> {
    let key = (input.api_id, input.route_id);
    if find(ctx, state, &key)?.is_managed() {
        return Err(faults::managed("delete the Route", "Route"));
    }
    state.v2.route_responses.remove_range(of_part(&key.0, &key.1));
    state.v2.routes.remove(&key);
    deployments::follow_change(ctx, state, &key.0);
    Ok(())
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct DeleteRouteRequestParameter {
    api_id: ApiId,
    request_parameter_key: String,
    route_id: Id,
}

fn delete_request_parameter(
    ctx: &Ctx<'_>,
    state: &mut ApiGateway,
    input: DeleteRouteRequestParameter,
) -> Result<(), Fault> {
    let key = (input.api_id, input.route_id);
    let mut route = Route::clone(find(ctx, state, &key)?);
    let mut parameters = route.request_parameters.take().unwrap_or_default();
    if parameters.remove(&input.request_parameter_key).is_none() {
        // Inferred, as is that a missing one is told.
        return Err(faults::not_found("Invalid parameter name specified"));
    }
    route.request_parameters = Some(parameters).filter(|parameters| !parameters.is_empty());
    let api = key.0.clone();
    state.v2.routes.put(key, route);
    deployments::follow_change(ctx, state, &api);
    Ok(())
}
