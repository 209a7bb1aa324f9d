//! APIs and what defines them.

mod authorizers;
mod documentation_parts;
mod documentation_versions;
mod gateway_responses;
mod integration_responses;
mod integrations;
mod mapping;
mod mapping_template;
mod method_responses;
mod methods;
mod models;
mod parts;
mod references;
mod request_validators;
mod resources;
mod rest_apis;
mod selection_pattern;

use stagecheck_models::apigateway as operations;

pub(crate) use authorizers::{
    Authorizer, Type as AuthorizerType, check_uri as check_authorizer_uri, find as find_authorizer,
};
pub(crate) use documentation_parts::{DocumentationPart, PartsImport};
pub(crate) use documentation_versions::{DocumentationVersion, check as check_documentation_version};
pub(crate) use gateway_responses::{CustomResponse, GatewayResponse, custom_response};
pub(crate) use integration_responses::IntegrationResponse;
pub(crate) use integrations::{Integration, LONGEST_TIMEOUT};
pub(crate) use mapping::Source;
pub(crate) use mapping_template::MappingTemplate;
pub(crate) use methods::Method;
pub(super) use methods::{ANY, VERBS};
pub(crate) use models::{
    Model, find_rings, flatten, model_of, model_url, put_schema, sample_template, schema_errors,
};
pub(crate) use parts::Parts;
pub(crate) use request_validators::RequestValidator;
pub(crate) use resources::{Resource, methods_of};
pub(super) use rest_apis::parse_endpoint_type;
pub(crate) use rest_apis::{RestApi, find, of_api, of_stage, plain_policy};

use super::ApiGateway;
use crate::service::Registrar;

/// Registers the operations.
pub(super) fn register(registrar: &mut impl Registrar<ApiGateway>) {
    registrar.write(&operations::CREATE_REST_API, rest_apis::create, &[]);
    registrar.read(&operations::GET_REST_API, rest_apis::get, &[]);
    registrar.read(&operations::GET_REST_APIS, rest_apis::list, &[]);
    registrar.write(&operations::UPDATE_REST_API, rest_apis::update, &[]);
    registrar.write(&operations::DELETE_REST_API, rest_apis::delete, &[]);

    registrar.write(&operations::CREATE_RESOURCE, resources::create, &[]);
    registrar.read(&operations::GET_RESOURCE, resources::get, &[]);
    registrar.read(&operations::GET_RESOURCES, resources::list, &[]);
    registrar.write(&operations::UPDATE_RESOURCE, resources::update, &[]);
    registrar.write(&operations::DELETE_RESOURCE, resources::delete, &[]);

    registrar.write(&operations::PUT_METHOD, methods::put, &[]);
    registrar.read(&operations::GET_METHOD, methods::get, &[]);
    registrar.write(&operations::UPDATE_METHOD, methods::update, &[]);
    registrar.write(&operations::DELETE_METHOD, methods::delete, &[]);
    registrar.write(&operations::PUT_METHOD_RESPONSE, method_responses::put, &[]);
    registrar.read(&operations::GET_METHOD_RESPONSE, method_responses::get, &[]);
    registrar.write(&operations::UPDATE_METHOD_RESPONSE, method_responses::update, &[]);
    registrar.write(&operations::DELETE_METHOD_RESPONSE, method_responses::delete, &[]);

    registrar.write(&operations::PUT_INTEGRATION, integrations::put, &[]);
    registrar.read(&operations::GET_INTEGRATION, integrations::get, &[]);
    registrar.write(&operations::UPDATE_INTEGRATION, integrations::update, &[]);
    registrar.write(&operations::DELETE_INTEGRATION, integrations::delete, &[]);
    registrar.write(&operations::PUT_INTEGRATION_RESPONSE, integration_responses::put, &[]);
    registrar.read(&operations::GET_INTEGRATION_RESPONSE, integration_responses::get, &[]);
    registrar.write(&operations::UPDATE_INTEGRATION_RESPONSE, integration_responses::update, &[]);
    registrar.write(&operations::DELETE_INTEGRATION_RESPONSE, integration_responses::delete, &[]);

    authorizers::register(registrar);
    documentation_parts::register(registrar);
    documentation_versions::register(registrar);
    gateway_responses::register(registrar);
    models::register(registrar);
    request_validators::register(registrar);
}
