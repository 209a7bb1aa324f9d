//! Amazon API Gateway, HTTP and WebSocket APIs: the control plane.
//!
//! API version 2018-11-29. What both APIs of API Gateway share stands in [`apigateway`](crate::apigateway).

#![allow(clippy::needless_pass_by_value, reason = "a handler is given its input, and may keep parts of it")]

mod apis;
pub(crate) mod authorization;
mod authorizers;
mod deployments;
mod domains;
mod faults;
mod inputs;
mod integration_responses;
mod integrations;
mod live;
mod mapping;
mod models;
mod openapi;
mod paging;
mod route_responses;
mod routes;
mod stages;
mod tags;

use std::ops::Bound;

use compact_str::CompactString;
use serde::{Deserialize, Serialize};

pub(crate) use apis::Cors;
pub(crate) use authorizers::Authorizer;
pub(crate) use integration_responses::IntegrationResponse;
pub(crate) use integrations::{Integration, IntegrationType};
pub(crate) use live::LiveApi;
pub(crate) use routes::{AuthorizationType, Route};

pub(crate) use crate::apigateway::DIALECT;
use crate::apigateway::{ApiGateway, ApiId, Ports, StageName};
use crate::service::{Registrar, Violation};
use crate::store::{IndexedTable, KeyRange, Table, Transactional};

/// The id of a part of an API.
type Id = CompactString;

/// What API Gateway keeps of HTTP and WebSocket APIs.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub(crate) struct Tables {
    pub(crate) apis: Table<ApiId, apis::Api>,
    authorizers: Table<(ApiId, Id), Authorizer>,
    deployments: IndexedTable<(ApiId, Id), deployments::Deployment>,
    integrations: IndexedTable<(ApiId, Id), Integration>,
    /// By API, integration and their own id.
    integration_responses: Table<(ApiId, Id, Id), IntegrationResponse>,
    models: Table<(ApiId, Id), models::Model>,
    routes: Table<(ApiId, Id), Route>,
    /// By API, route and their own id.
    route_responses: Table<(ApiId, Id, Id), route_responses::RouteResponse>,
    pub(crate) stages: IndexedTable<(ApiId, Id), stages::Stage>,
    pub(crate) routing_rules: IndexedTable<domains::RoutingRuleKey, domains::RoutingRule>,
    pub(crate) vpc_links: Table<domains::VpcLinkId, domains::VpcLink>,
}

impl Tables {
    /// Whether there is such a stage of a WebSocket API.
    pub(crate) fn has_websocket_stage(&self, key: &(ApiId, StageName)) -> bool {
        self.stages.contains(key) && self.apis.get(&key.0).is_some_and(|api| !api.is_http())
    }

    /// Shows every table.
    pub(crate) fn each(&mut self, visit: &mut dyn FnMut(&mut dyn Transactional)) {
        let Self {
            apis,
            authorizers,
            deployments,
            integrations,
            integration_responses,
            models,
            routes,
            route_responses,
            stages,
            routing_rules,
            vpc_links,
        } = self;
        visit(apis);
        visit(authorizers);
        visit(deployments);
        visit(integrations);
        visit(integration_responses);
        visit(models);
        visit(routes);
        visit(route_responses);
        visit(stages);
        visit(routing_rules);
        visit(vpc_links);
    }
}

/// Registers the operations.
pub(crate) fn register(registrar: &mut impl Registrar<ApiGateway>, ports: &Ports) {
    apis::register(registrar);
    authorizers::register(registrar);
    deployments::register(registrar);
    domains::register(registrar);
    integration_responses::register(registrar);
    integrations::register(registrar);
    models::register(registrar);
    openapi::register(registrar);
    route_responses::register(registrar);
    routes::register(registrar);
    stages::register(registrar, ports);
    tags::register(registrar);
}

/// Constraints of the model that AWS does not hold callers to: a logging level that is none is taken, and stored as
/// `OFF` (captured for `DEBUG`).
pub(crate) fn tolerates(violation: &Violation) -> bool {
    violation.path.ends_with("loggingLevel")
}

/// The keys of what belongs to a part of an API.
fn of_part(api: &ApiId, part: &Id) -> KeyRange<(ApiId, Id, Id)> {
    let from = (api.clone(), part.clone(), Id::default());
    // No id holds a NUL.
    let to = (api.clone(), Id::from(format!("{part}\0")), Id::default());
    (Bound::Included(from), Bound::Excluded(to))
}

/// The keys of what belongs to all parts of an API.
fn of_parts(api: &ApiId) -> KeyRange<(ApiId, Id, Id)> {
    let from = (api.clone(), Id::default(), Id::default());
    let to = (ApiId::from(format!("{api}\0")), Id::default(), Id::default());
    (Bound::Included(from), Bound::Excluded(to))
}
