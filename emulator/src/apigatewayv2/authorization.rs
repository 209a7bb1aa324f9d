//! What each operation of API Gateway's HTTP and WebSocket APIs needs.
//!
//! Source: Service Authorization Reference, "Actions, resources, and condition keys for Amazon API Gateway Management V2".

use compact_str::CompactString;
use stagecheck_models::apigatewayv2 as operations;

use super::stages::access_log::{insufficient_permissions, is_log_group};
use crate::apigateway::ApiGateway;
use crate::apigateway::authorization::{Call, Keys, at_path, named, path, place, with_roles};
use crate::service::Document;
use crate::service::authorization::{Requirement, Row};

/// Nearly every action is an HTTP method, on the path of the request.
pub(crate) static ROWS: &[Row<ApiGateway>] = &[
    Row::new(&operations::CREATE_API, api),
    Row::new(&operations::CREATE_API_MAPPING, at_path),
    Row::new(&operations::CREATE_AUTHORIZER, authorizer),
    Row::new(&operations::CREATE_DEPLOYMENT, deployment),
    Row::new(&operations::CREATE_DOMAIN_NAME, domain_name),
    Row::new(&operations::CREATE_INTEGRATION, integration),
    Row::new(&operations::CREATE_INTEGRATION_RESPONSE, at_path),
    Row::new(&operations::CREATE_MODEL, at_path),
    Row::new(&operations::CREATE_PORTAL, portal),
    Row::new(&operations::CREATE_PORTAL_PRODUCT, portal),
    Row::new(&operations::CREATE_PRODUCT_PAGE, portal),
    Row::new(&operations::CREATE_PRODUCT_REST_ENDPOINT_PAGE, portal),
    Row::new(&operations::CREATE_ROUTE, route),
    Row::new(&operations::CREATE_ROUTE_RESPONSE, at_path),
    Row::new(&operations::CREATE_ROUTING_RULE, routing_rule),
    Row::new(&operations::CREATE_STAGE, stage),
    Row::new(&operations::CREATE_VPC_LINK, at_path),
    Row::new(&operations::DELETE_ACCESS_LOG_SETTINGS, at_path),
    Row::new(&operations::DELETE_API, api),
    Row::new(&operations::DELETE_API_MAPPING, at_path),
    Row::new(&operations::DELETE_AUTHORIZER, authorizer),
    Row::new(&operations::DELETE_CORS_CONFIGURATION, at_path),
    Row::new(&operations::DELETE_DEPLOYMENT, at_path),
    Row::new(&operations::DELETE_DOMAIN_NAME, domain_name),
    Row::new(&operations::DELETE_INTEGRATION, at_path),
    Row::new(&operations::DELETE_INTEGRATION_RESPONSE, at_path),
    Row::new(&operations::DELETE_MODEL, at_path),
    Row::new(&operations::DELETE_PORTAL, portal),
    Row::new(&operations::DELETE_PORTAL_PRODUCT, portal),
    Row::new(&operations::DELETE_PORTAL_PRODUCT_SHARING_POLICY, portal),
    Row::new(&operations::DELETE_PRODUCT_PAGE, portal),
    Row::new(&operations::DELETE_PRODUCT_REST_ENDPOINT_PAGE, portal),
    Row::new(&operations::DELETE_ROUTE, route),
    Row::new(&operations::DELETE_ROUTE_REQUEST_PARAMETER, at_path),
    Row::new(&operations::DELETE_ROUTE_RESPONSE, at_path),
    Row::new(&operations::DELETE_ROUTE_SETTINGS, at_path),
    Row::new(&operations::DELETE_ROUTING_RULE, routing_rule),
    Row::new(&operations::DELETE_STAGE, stage),
    Row::new(&operations::DELETE_VPC_LINK, at_path),
    Row::new(&operations::EXPORT_API, at_path),
    Row::new(&operations::DISABLE_PORTAL, portal),
    Row::new(&operations::RESET_AUTHORIZERS_CACHE, at_path),
    Row::new(&operations::GET_API, at_path),
    Row::new(&operations::GET_API_MAPPING, at_path),
    Row::new(&operations::GET_API_MAPPINGS, at_path),
    Row::new(&operations::GET_APIS, at_path),
    Row::new(&operations::GET_AUTHORIZER, at_path),
    Row::new(&operations::GET_AUTHORIZERS, at_path),
    Row::new(&operations::GET_DEPLOYMENT, at_path),
    Row::new(&operations::GET_DEPLOYMENTS, at_path),
    Row::new(&operations::GET_DOMAIN_NAME, at_path),
    Row::new(&operations::GET_DOMAIN_NAMES, at_path),
    Row::new(&operations::GET_INTEGRATION, at_path),
    Row::new(&operations::GET_INTEGRATION_RESPONSE, at_path),
    Row::new(&operations::GET_INTEGRATION_RESPONSES, at_path),
    Row::new(&operations::GET_INTEGRATIONS, at_path),
    Row::new(&operations::GET_MODEL, at_path),
    Row::new(&operations::GET_MODEL_TEMPLATE, at_path),
    Row::new(&operations::GET_MODELS, at_path),
    Row::new(&operations::GET_PORTAL, portal),
    Row::new(&operations::GET_PORTAL_PRODUCT, portal),
    Row::new(&operations::GET_PORTAL_PRODUCT_SHARING_POLICY, portal),
    Row::new(&operations::GET_PRODUCT_PAGE, portal),
    Row::new(&operations::GET_PRODUCT_REST_ENDPOINT_PAGE, portal),
    Row::new(&operations::GET_ROUTE, at_path),
    Row::new(&operations::GET_ROUTE_RESPONSE, at_path),
    Row::new(&operations::GET_ROUTE_RESPONSES, at_path),
    Row::new(&operations::GET_ROUTES, at_path),
    Row::new(&operations::GET_ROUTING_RULE, routing_rule),
    Row::new(&operations::LIST_ROUTING_RULES, routing_rule),
    Row::new(&operations::GET_STAGE, at_path),
    Row::new(&operations::GET_STAGES, at_path),
    Row::new(&operations::GET_TAGS, at_path),
    Row::new(&operations::GET_VPC_LINK, at_path),
    Row::new(&operations::GET_VPC_LINKS, at_path),
    Row::new(&operations::IMPORT_API, at_path),
    Row::new(&operations::LIST_PORTAL_PRODUCTS, portal),
    Row::new(&operations::LIST_PORTALS, portal),
    Row::new(&operations::LIST_PRODUCT_PAGES, portal),
    Row::new(&operations::LIST_PRODUCT_REST_ENDPOINT_PAGES, portal),
    Row::new(&operations::PREVIEW_PORTAL, portal),
    Row::new(&operations::PUBLISH_PORTAL, portal),
    Row::new(&operations::PUT_PORTAL_PRODUCT_SHARING_POLICY, portal),
    Row::new(&operations::PUT_ROUTING_RULE, routing_rule),
    Row::new(&operations::REIMPORT_API, at_path),
    Row::new(&operations::TAG_RESOURCE, at_path),
    Row::new(&operations::UNTAG_RESOURCE, at_path),
    Row::new(&operations::UPDATE_API, api),
    Row::new(&operations::UPDATE_API_MAPPING, at_path),
    Row::new(&operations::UPDATE_AUTHORIZER, authorizer),
    Row::new(&operations::UPDATE_DEPLOYMENT, at_path),
    Row::new(&operations::UPDATE_DOMAIN_NAME, domain_name),
    Row::new(&operations::UPDATE_INTEGRATION, integration),
    Row::new(&operations::UPDATE_INTEGRATION_RESPONSE, at_path),
    Row::new(&operations::UPDATE_MODEL, at_path),
    Row::new(&operations::UPDATE_PORTAL, portal),
    Row::new(&operations::UPDATE_PORTAL_PRODUCT, portal),
    Row::new(&operations::UPDATE_PRODUCT_PAGE, portal),
    Row::new(&operations::UPDATE_PRODUCT_REST_ENDPOINT_PAGE, portal),
    Row::new(&operations::UPDATE_ROUTE, route),
    Row::new(&operations::UPDATE_ROUTE_RESPONSE, at_path),
    Row::new(&operations::UPDATE_STAGE, stage),
    Row::new(&operations::UPDATE_VPC_LINK, at_path),
];

const API: Keys = Keys(&[("ApiName", "name"), ("DisableExecuteApiEndpoint", "disableExecuteApiEndpoint")]);

const AUTHORIZER: Keys = Keys(&[("AuthorizerType", "authorizerType"), ("AuthorizerUri", "authorizerUri")]);

const DEPLOYMENT: Keys = Keys(&[("StageName", "stageName")]);

/// Of a stored domain name, whose form is that of the other API.
const DOMAIN_NAME: Keys = Keys(&[
    ("EndpointType", "domainNameConfigurations/endpointType"),
    ("EndpointType", "endpointConfiguration/types"),
    ("MtlsTrustStoreUri", "mutualTlsAuthentication/truststoreUri"),
    ("MtlsTrustStoreVersion", "mutualTlsAuthentication/truststoreVersion"),
    ("RoutingMode", "routingMode"),
    ("SecurityPolicy", "domainNameConfigurations/securityPolicy"),
    ("SecurityPolicy", "securityPolicy"),
]);

const ROUTE: Keys =
    Keys(&[("ApiKeyRequired", "apiKeyRequired"), ("RouteAuthorizationType", "authorizationType")]);

const RULE: Keys =
    Keys(&[("ConditionBasePaths", "conditions/matchBasePaths/anyOf"), ("Priority", "priority")]);

const STAGE: Keys = Keys(&[
    ("AccessLoggingDestination", "accessLogSettings/destinationArn"),
    ("AccessLoggingFormat", "accessLogSettings/format"),
]);

const PORTAL: Keys = Keys(&[
    ("PortalDisplayName", "portalContent/displayName"),
    ("PortalDomainName", "endpointConfiguration/acmManaged/domainName"),
    ("CognitoUserPoolArn", "authorization/cognitoConfig/userPoolArn"),
    ("PortalProductDisplayName", "displayName"),
    ("ProductPageTitle", "displayContent/title"),
    ("RestApiId", "restEndpointIdentifier/identifierParts/restApiId"),
    ("Stage", "restEndpointIdentifier/identifierParts/stage"),
    ("Method", "restEndpointIdentifier/identifierParts/method"),
]);

fn part(call: &Call<'_>, member: &str) -> (CompactString, CompactString) {
    (call.required("ApiId").into(), call.required(member).into())
}

/// A quick create makes an integration, which may have a role.
fn api(call: &Call<'_>) -> Vec<Requirement> {
    let row = call.state.v2.apis.get(&CompactString::from(call.required("ApiId")));
    with_roles(call, API.fill(place(call), call, row), "credentialsArn")
}

fn authorizer(call: &Call<'_>) -> Vec<Requirement> {
    let row = call.state.v2.authorizers.get(&part(call, "AuthorizerId"));
    with_roles(call, AUTHORIZER.fill(place(call), call, row), "authorizerCredentialsArn")
}

fn deployment(call: &Call<'_>) -> Vec<Requirement> {
    vec![DEPLOYMENT.fill_request(place(call), call)]
}

fn domain_name(call: &Call<'_>) -> Vec<Requirement> {
    let key = (call.required("DomainName").into(), CompactString::default());
    vec![DOMAIN_NAME.fill(place(call), call, call.state.domain_names.get(&key))]
}

fn integration(call: &Call<'_>) -> Vec<Requirement> {
    with_roles(call, place(call), "credentialsArn")
}

fn route(call: &Call<'_>) -> Vec<Requirement> {
    let row = call.state.v2.routes.get(&part(call, "RouteId"));
    vec![ROUTE.fill(place(call), call, row)]
}

fn stage(call: &Call<'_>) -> Vec<Requirement> {
    let row = call.state.v2.stages.get(&part(call, "StageName"));
    let mut requirements = vec![STAGE.fill(place(call), call, row)];
    requirements.extend(log_delivery(call));
    requirements
}

/// What it takes to have the access logs of an HTTP API delivered to a log group.
///
/// Source: API Gateway developer guide, "Configure logging for HTTP APIs", has more, which reading logs takes; CloudWatch Logs
/// user guide, "Logs sent to CloudWatch Logs", has these. What is asked where they were delivered to another group before
/// is the same here: inferred.
fn log_delivery(call: &Call<'_>) -> Vec<Requirement> {
    let settings = call.input.member("AccessLogSettings");
    let destination = settings.and_then(|settings| settings.member("DestinationArn"));
    let is_group = destination.and_then(Document::as_text).is_some_and(is_log_group);
    let api = call.state.v2.apis.get(&CompactString::from(call.required("ApiId")));
    if !is_group || !api.is_some_and(|api| api.is_http()) {
        return Vec::new();
    }
    // As CloudWatch Logs calls what is of no group.
    let groups = call.ctx.scope.arn("logs", format_args!("log-group::log-stream:"));
    let needed = [
        ("logs:CreateLogDelivery", "*"),
        ("logs:DescribeLogGroups", &groups),
        ("logs:DescribeResourcePolicies", &groups),
        ("logs:PutResourcePolicy", &groups),
    ];
    let needed = needed
        .into_iter()
        .map(|(action, resource)| Requirement::new(action, resource).refused_by(insufficient_permissions));
    needed.collect()
}

/// Routing rules have actions of their own. Which of them PutRoutingRule is, the reference tells: the one to update.
fn routing_rule(call: &Call<'_>) -> Vec<Requirement> {
    let rule = call.text("RoutingRuleId").unwrap_or("*");
    let path = format!("/domainnames/{}/routingrules/{rule}", call.required("DomainName"));
    let mut requirement = named(call, &path);
    if call.operation.name == "PutRoutingRule" {
        requirement.action = "apigateway:UpdateRoutingRule".into();
    }
    vec![RULE.fill_request(requirement, call)]
}

/// Portals, and what belongs to them, have actions of their own.
fn portal(call: &Call<'_>) -> Vec<Requirement> {
    vec![PORTAL.fill_request(named(call, &path(call)), call)]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::service::authorization::assert_complete;

    #[test]
    fn every_operation_has_its_row() {
        assert_complete(ROWS, &operations::SERVICE);
    }
}
