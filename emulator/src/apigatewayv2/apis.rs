//! HTTP and WebSocket APIs.

mod cors;
mod quick_create;

use std::sync::Arc;

use compact_str::CompactString;
use serde::{Deserialize, Serialize};
use stagecheck_models::apigatewayv2 as operations;

pub(crate) use cors::Cors;

use self::quick_create::QuickCreate;
use super::inputs::{optional, text, value};
use super::paging::{self, Items};
use super::{deployments, faults, of_parts};
use crate::apigateway::paging::everything;
use crate::apigateway::tags::{self, Tags};
use crate::apigateway::{ApiGateway, ApiId, Words, check_no_target, forget_stages, of_api};
use crate::service::{Ctx, Fault, Registrar};
use crate::time::Timestamp;

/// Registers the operations.
pub(super) fn register(registrar: &mut impl Registrar<ApiGateway>) {
    registrar.write(&operations::CREATE_API, create, &[]);
    registrar.read(&operations::GET_API, get, &[]);
    registrar.read(&operations::GET_APIS, list, &[]);
    registrar.write(&operations::UPDATE_API, update, &[]);
    registrar.write(&operations::DELETE_API, delete, &[]);
    registrar.write(&operations::DELETE_CORS_CONFIGURATION, cors::delete, &[]);
}

/// An API.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct Api {
    pub(super) api_endpoint: String,
    pub(super) api_id: ApiId,
    api_key_selection_expression: CompactString,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) cors_configuration: Option<Cors>,
    pub(super) created_date: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    disable_schema_validation: Option<bool>,
    pub(super) disable_execute_api_endpoint: bool,
    ip_address_type: CompactString,
    name: CompactString,
    pub(super) protocol_type: Protocol,
    pub(super) route_selection_expression: CompactString,
    #[serde(default)]
    pub(crate) tags: Tags,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    version: Option<CompactString>,
    /// What the last import passed over. That GetApi answers it, too, is inferred, as it is of the warnings.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) import_info: Vec<String>,
    /// Of the last import.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) warnings: Vec<String>,
}

impl Api {
    /// Whether authorizers tell the API keys of clients.
    pub(super) fn takes_keys_of_authorizers(&self) -> bool {
        self.api_key_selection_expression == KEY_OF_AUTHORIZER
    }

    /// Whether it is an HTTP API.
    pub(super) fn is_http(&self) -> bool {
        self.protocol_type == Protocol::Http
    }
}

/// What an API speaks with its callers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub(super) enum Protocol {
    Http,
    WebSocket,
}

impl Protocol {
    /// As it stands in requests and messages.
    pub(super) const fn name(self) -> &'static str {
        match self {
            Self::Http => "HTTP",
            Self::WebSocket => "WEBSOCKET",
        }
    }

    /// The scheme of the API's address.
    const fn scheme(self) -> &'static str {
        match self {
            Self::Http => "https",
            Self::WebSocket => "wss",
        }
    }

    /// Refuses what only APIs of the other protocol have.
    pub(super) fn only_for(self, other: Self, what: &str, is_given: bool) -> Result<(), Fault> {
        if is_given && self != other {
            return Err(faults::unsupported(what, self));
        }
        Ok(())
    }
}

/// How every HTTP API selects its routes.
const HTTP_ROUTE_SELECTION: &str = "$request.method $request.path";

/// Where an API key is looked for if nothing is said.
const KEY_IN_HEADER: &str = "$request.header.x-api-key";

/// Where it may be looked for.
const KEY_SELECTIONS: [&str; 2] = [KEY_IN_HEADER, KEY_OF_AUTHORIZER];

/// What looks for it in what an authorizer's function told.
const KEY_OF_AUTHORIZER: &str = "$context.authorizer.usageIdentifierKey";

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct CreateApi {
    api_key_selection_expression: Option<CompactString>,
    cors_configuration: Option<Cors>,
    credentials_arn: Option<String>,
    description: Option<String>,
    disable_schema_validation: Option<bool>,
    disable_execute_api_endpoint: Option<bool>,
    ip_address_type: Option<CompactString>,
    name: CompactString,
    protocol_type: Protocol,
    route_key: Option<CompactString>,
    route_selection_expression: Option<CompactString>,
    #[serde(default)]
    tags: Tags,
    target: Option<String>,
    version: Option<CompactString>,
}

fn create(ctx: &Ctx<'_>, state: &mut ApiGateway, input: CreateApi) -> Result<Arc<Api>, Fault> {
    let protocol = input.protocol_type;
    let quick = QuickCreate {
        target: input.target,
        route_key: input.route_key,
        credentials_arn: input.credentials_arn,
    };
    let id = ApiId::from(ctx.ids.lower(10));
    let region = &ctx.scope.region;
    let api = Api {
        api_endpoint: format!(
            "{}://{id}.execute-api.{region}.{}",
            protocol.scheme(),
            region.partition().dns_suffix
        ),
        api_id: id.clone(),
        api_key_selection_expression: input
            .api_key_selection_expression
            .unwrap_or(CompactString::const_new(KEY_IN_HEADER)),
        cors_configuration: input.cors_configuration,
        created_date: ctx.now.whole_seconds(),
        description: input.description,
        disable_schema_validation: input.disable_schema_validation,
        disable_execute_api_endpoint: input.disable_execute_api_endpoint.unwrap_or(false),
        ip_address_type: input.ip_address_type.unwrap_or(CompactString::const_new("ipv4")),
        name: input.name,
        protocol_type: protocol,
        route_selection_expression: route_selection(protocol, input.route_selection_expression)?,
        tags: input.tags,
        version: input.version,
        import_info: Vec::new(),
        warnings: Vec::new(),
    };
    api.check()?;
    tags::check(&api.tags)?;
    quick.check(protocol)?;
    let api = state.v2.apis.put(id, api);
    quick.make(ctx, state, &api.api_id)?;
    Ok(api)
}

/// The expression of an API of this protocol. That HTTP APIs have one only, and WebSocket APIs must say theirs, is
/// documented; the texts are inferred.
fn route_selection(protocol: Protocol, given: Option<CompactString>) -> Result<CompactString, Fault> {
    const SAME: [&str; 2] = [HTTP_ROUTE_SELECTION, "${request.method} ${request.path}"];
    let given = given.filter(|expression| !expression.is_empty());
    match (protocol, given) {
        (Protocol::WebSocket, Some(expression)) => Ok(expression),
        (Protocol::WebSocket, None) => {
            Err(faults::bad_request("RouteSelectionExpression is a required parameter for WEBSOCKET APIs"))
        }
        (Protocol::Http, Some(other)) if !SAME.contains(&other.as_str()) => {
            Err(faults::bad_request(format!(
                "Invalid route selection expression specified: {other}. Must be {} for HTTP APIs",
                SAME[1]
            )))
        }
        (Protocol::Http, _) => Ok(CompactString::const_new(HTTP_ROUTE_SELECTION)),
    }
}

impl Api {
    fn check(&self) -> Result<(), Fault> {
        faults::check_length("Name", Some(&self.name), 1, 128)?;
        faults::check_length("Description", self.description.as_deref(), 0, 1024)?;
        faults::check_length("Version", self.version.as_deref(), 1, 64)?;
        let selection = self.api_key_selection_expression.as_str();
        if !KEY_SELECTIONS.contains(&selection) {
            // The two are documented, the wording inferred.
            return Err(faults::bad_request(format!(
                "Invalid API key selection expression specified: {selection}. Must be one of: [{}]",
                KEY_SELECTIONS.join(", ")
            )));
        }
        self.protocol_type.only_for(
            Protocol::Http,
            "CORS configurations",
            self.cors_configuration.is_some(),
        )?;
        self.cors_configuration.as_ref().map_or(Ok(()), Cors::check)
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct OneApi {
    api_id: ApiId,
}

fn get(ctx: &Ctx<'_>, state: &ApiGateway, input: OneApi) -> Result<Arc<Api>, Fault> {
    find(ctx, state, &input.api_id).map(Arc::clone)
}

/// The API of this id.
pub(super) fn find<'a>(ctx: &Ctx<'_>, state: &'a ApiGateway, id: &ApiId) -> Result<&'a Arc<Api>, Fault> {
    state.v2.apis.get(id).ok_or_else(|| faults::no_api(ctx, id))
}

/// The protocol of the API of this id.
pub(super) fn protocol(ctx: &Ctx<'_>, state: &ApiGateway, id: &ApiId) -> Result<Protocol, Fault> {
    find(ctx, state, id).map(|api| api.protocol_type)
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct GetApis {
    max_results: Option<String>,
    next_token: Option<String>,
}

fn list(_: &Ctx<'_>, state: &ApiGateway, input: GetApis) -> Result<Items<Arc<Api>>, Fault> {
    paging::page(&state.v2.apis, everything(), input.max_results.as_deref(), input.next_token.as_deref())
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct UpdateApi {
    api_id: ApiId,
    api_key_selection_expression: Option<CompactString>,
    cors_configuration: Option<Cors>,
    credentials_arn: Option<String>,
    description: Option<String>,
    disable_schema_validation: Option<bool>,
    disable_execute_api_endpoint: Option<bool>,
    ip_address_type: Option<CompactString>,
    name: Option<CompactString>,
    route_key: Option<CompactString>,
    route_selection_expression: Option<CompactString>,
    target: Option<String>,
    version: Option<CompactString>,
}

fn update(ctx: &Ctx<'_>, state: &mut ApiGateway, input: UpdateApi) -> Result<Arc<Api>, Fault> {
    let id = input.api_id;
    let mut api = Api::clone(find(ctx, state, &id)?);
    value(&mut api.api_key_selection_expression, input.api_key_selection_expression);
    if let Some(given) = input.cors_configuration {
        api.cors_configuration.get_or_insert_default().update(given);
    }
    text(&mut api.description, input.description);
    optional(&mut api.disable_schema_validation, input.disable_schema_validation);
    value(&mut api.disable_execute_api_endpoint, input.disable_execute_api_endpoint);
    value(&mut api.ip_address_type, input.ip_address_type);
    value(&mut api.name, input.name);
    if input.route_selection_expression.is_some() {
        api.route_selection_expression =
            route_selection(api.protocol_type, input.route_selection_expression)?;
    }
    text(&mut api.version, input.version);
    api.check()?;
    let quick = QuickCreate {
        target: input.target,
        route_key: input.route_key,
        credentials_arn: input.credentials_arn,
    };
    let api = state.v2.apis.put(id, api);
    quick.change(state, &api)?;
    deployments::follow_change(ctx, state, &api.api_id);
    Ok(api)
}

fn delete(ctx: &Ctx<'_>, state: &mut ApiGateway, input: OneApi) -> Result<(), Fault> {
    let id = input.api_id;
    find(ctx, state, &id)?;
    check_no_target(state, &id, None, Words::V2)?;
    forget_stages(state, &id, None);
    let v2 = &mut state.v2;
    v2.authorizers.remove_range(of_api(&id));
    v2.deployments.remove_range(of_api(&id));
    v2.integrations.remove_range(of_api(&id));
    v2.integration_responses.remove_range(of_parts(&id));
    v2.models.remove_range(of_api(&id));
    v2.routes.remove_range(of_api(&id));
    v2.route_responses.remove_range(of_parts(&id));
    v2.stages.remove_range(of_api(&id));
    v2.apis.remove(&id);
    Ok(())
}
