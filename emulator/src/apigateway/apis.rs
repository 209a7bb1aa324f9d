//! APIs and what defines them.

mod authorizers;
mod documentation_parts;
mod documentation_versions;
mod gateway_responses;
mod integrations;
mod methods;
mod models;
mod parts;
mod request_validators;
mod resources;
mod rest_apis;
mod selection_pattern;
mod template;

use stagecheck_models::apigateway as operations;

pub(crate) use authorizers::Authorizer;
pub(crate) use documentation_parts::DocumentationPart;
pub(crate) use documentation_versions::{DocumentationVersion, check as check_documentation_version};
pub(crate) use gateway_responses::GatewayResponse;
pub(crate) use integrations::{Integration, IntegrationResponse, fixed_text};
pub(crate) use methods::Method;
pub(crate) use models::Model;
pub(crate) use parts::Parts;
pub(crate) use request_validators::RequestValidator;
pub(crate) use resources::{Resource, methods_of};
pub(crate) use rest_apis::RestApi;
pub(crate) use rest_apis::{find, of_api};

use super::ApiGateway;
use crate::service::{Registrar, Unread};

/// Registers the operations.
pub(super) fn register(registrar: &mut impl Registrar<ApiGateway>) {
    register_apis(registrar);
    register_methods(registrar);
    authorizers::register(registrar);
    documentation_parts::register(registrar);
    documentation_versions::register(registrar);
    gateway_responses::register(registrar);
    models::register(registrar);
    request_validators::register(registrar);
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
