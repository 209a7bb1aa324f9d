//! Amazon API Gateway, REST APIs: the control plane.
//!
//! API version 2015-07-09.

#![allow(clippy::needless_pass_by_value, reason = "a handler is given its input, and may keep parts of it")]

mod account;
mod deployments;
mod faults;
mod integrations;
mod live;
mod methods;
mod paging;
mod patch;
mod resources;
mod rest_apis;
mod selection_pattern;
mod stages;
mod template;

use std::sync::Arc;

use compact_str::CompactString;
use serde::{Deserialize, Serialize};
use stagecheck_models::apigateway as operations;

pub use faults::DIALECT;
pub use live::{ApiIndex, DeployedApis};

pub(crate) use account::SERVICE_PRINCIPAL;
pub(crate) use deployments::{Deployment, Route};
pub(crate) use integrations::{Integration, IntegrationResponse, fixed_text};
pub(crate) use live::{Live, NotLive};
pub(crate) use methods::Method;
pub(crate) use stages::Stage;

use crate::service::ports::{LogWriter, Roles};
use crate::service::{Registrar, Unread};
use crate::store::{Placement, State, Table, Transactional};

type ApiId = CompactString;
type ResourceId = CompactString;
type DeploymentId = CompactString;
type StageName = CompactString;
/// `GET`, …, or `ANY`.
type Verb = CompactString;

/// What API Gateway keeps for one account and region.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ApiGateway {
    /// One row, or none while the account's settings are the defaults.
    account: Table<(), account::Account>,
    rest_apis: Table<ApiId, rest_apis::RestApi>,
    resources: Table<(ApiId, ResourceId), resources::Resource>,
    methods: Table<(ApiId, ResourceId, Verb), Method>,
    deployments: Table<(ApiId, DeploymentId), Deployment>,
    stages: Table<(ApiId, StageName), Stage>,
}

impl State for ApiGateway {
    const PLACEMENT: Placement = Placement::Regional;

    fn tables(&mut self, visit: &mut dyn FnMut(&mut dyn Transactional)) {
        visit(&mut self.account);
        visit(&mut self.rest_apis);
        visit(&mut self.resources);
        visit(&mut self.methods);
        visit(&mut self.deployments);
        visit(&mut self.stages);
    }
}

/// What API Gateway asks of other services.
#[derive(Clone)]
pub struct Ports {
    /// To see whether the account's role can be assumed.
    pub roles: Arc<dyn Roles>,
    /// To greet the account when its role is first set.
    pub logs: Arc<dyn LogWriter>,
}

/// Registers the operations.
pub fn register(registrar: &mut impl Registrar<ApiGateway>, ports: &Ports) {
    register_apis(registrar);
    register_methods(registrar);
    register_deployments(registrar);
    registrar.read(&operations::GET_ACCOUNT, account::get, &[]);
    let ports = ports.clone();
    registrar.free(
        &operations::UPDATE_ACCOUNT,
        move |ctx, states, input| account::update(ctx, states, input, &ports),
        &[],
    );
}

fn register_apis(registrar: &mut impl Registrar<ApiGateway>) {
    const NOT_SERVED: &str = "the data plane does not act on it yet";

    registrar.write(
        &operations::CREATE_REST_API,
        rest_apis::create,
        &[
            Unread::Refused("cloneFrom", "cloning is not built yet"),
            Unread::Refused("policy", "resource policies are not evaluated yet"),
            Unread::Refused("binaryMediaTypes", NOT_SERVED),
            Unread::Refused("minimumCompressionSize", NOT_SERVED),
            Unread::Refused("securityPolicy", NOT_SERVED),
            Unread::Refused("endpointAccessMode", NOT_SERVED),
            Unread::Refused("endpointConfiguration.vpcEndpointIds", NOT_SERVED),
        ],
    );
    registrar.read(&operations::GET_REST_API, rest_apis::get, &[]);
    registrar.read(&operations::GET_REST_APIS, rest_apis::list, &[]);
    registrar.write(&operations::DELETE_REST_API, rest_apis::delete, &[]);

    registrar.write(&operations::CREATE_RESOURCE, resources::create, &[]);
    registrar.read(&operations::GET_RESOURCE, resources::get, &[]);
    registrar.read(&operations::GET_RESOURCES, resources::list, &[]);
    registrar.write(&operations::DELETE_RESOURCE, resources::delete, &[]);
}

fn register_methods(registrar: &mut impl Registrar<ApiGateway>) {
    const NO_AUTHORIZERS: &str = "authorizers are not built yet";
    const ONLY_MOCK: &str = "only MOCK integrations are served yet, which have no use for it";

    registrar.write(
        &operations::PUT_METHOD,
        methods::put,
        &[
            Unread::Refused("authorizerId", NO_AUTHORIZERS),
            Unread::Refused("authorizationScopes", NO_AUTHORIZERS),
            Unread::Refused("apiKeyRequired", "API keys are not built yet"),
            Unread::Refused("requestValidatorId", "request validators are not built yet"),
        ],
    );
    registrar.read(&operations::GET_METHOD, methods::get, &[]);
    registrar.write(&operations::DELETE_METHOD, methods::delete, &[]);
    registrar.write(&operations::PUT_METHOD_RESPONSE, methods::put_response, &[]);
    registrar.read(&operations::GET_METHOD_RESPONSE, methods::get_response, &[]);
    registrar.write(&operations::DELETE_METHOD_RESPONSE, methods::delete_response, &[]);

    registrar.write(
        &operations::PUT_INTEGRATION,
        integrations::put,
        &[
            Unread::Refused("connectionType", ONLY_MOCK),
            Unread::Refused("connectionId", ONLY_MOCK),
            Unread::Refused("credentials", ONLY_MOCK),
            Unread::Refused("contentHandling", ONLY_MOCK),
            Unread::Refused("tlsConfig", ONLY_MOCK),
            Unread::Refused("responseTransferMode", ONLY_MOCK),
            Unread::Refused("integrationTarget", ONLY_MOCK),
        ],
    );
    registrar.read(&operations::GET_INTEGRATION, integrations::get, &[]);
    registrar.write(&operations::DELETE_INTEGRATION, integrations::delete, &[]);
    registrar.write(
        &operations::PUT_INTEGRATION_RESPONSE,
        integrations::put_response,
        &[Unread::Refused("contentHandling", "content conversion is not built yet")],
    );
    registrar.read(&operations::GET_INTEGRATION_RESPONSE, integrations::get_response, &[]);
    registrar.write(&operations::DELETE_INTEGRATION_RESPONSE, integrations::delete_response, &[]);
}

fn register_deployments(registrar: &mut impl Registrar<ApiGateway>) {
    const NO_CANARIES: &str = "canary releases are not built yet";

    registrar.write(
        &operations::CREATE_DEPLOYMENT,
        deployments::create,
        &[Unread::Refused("canarySettings", NO_CANARIES)],
    );
    registrar.read(&operations::GET_DEPLOYMENT, deployments::get, &[]);
    registrar.read(&operations::GET_DEPLOYMENTS, deployments::list, &[]);
    registrar.write(&operations::DELETE_DEPLOYMENT, deployments::delete, &[]);

    registrar.write(
        &operations::CREATE_STAGE,
        stages::create,
        &[
            Unread::Refused("canarySettings", NO_CANARIES),
            Unread::Refused("documentationVersion", "documentation versions are not built yet"),
        ],
    );
    registrar.read(&operations::GET_STAGE, stages::get, &[]);
    registrar.read(&operations::GET_STAGES, stages::list, &[]);
    registrar.write(&operations::UPDATE_STAGE, stages::update, &[]);
    registrar.write(&operations::DELETE_STAGE, stages::delete, &[]);
}
