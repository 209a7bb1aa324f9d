//! Operations of REST APIs with condition keys, roles to pass, or more than one action.

use compact_str::CompactString;

use super::keys::{Keys, with_roles};
use super::place::{Call, arn, on, path, place};
use crate::apigateway::{ApiId, ResourceId, StageName, Verb};
use crate::service::authorization::Requirement;

const API: Keys = Keys(&[
    ("ApiName", "name"),
    ("DisableExecuteApiEndpoint", "disableExecuteApiEndpoint"),
    ("EndpointType", "endpointConfiguration/types"),
    ("SecurityPolicy", "securityPolicy"),
]);

const AUTHORIZER: Keys = Keys(&[("AuthorizerType", "type"), ("AuthorizerUri", "authorizerUri")]);

const DEPLOYMENT: Keys = Keys(&[("StageName", "stageName")]);

const DOMAIN_NAME: Keys = Keys(&[
    ("EndpointType", "endpointConfiguration/types"),
    ("MtlsTrustStoreUri", "mutualTlsAuthentication/truststoreUri"),
    ("MtlsTrustStoreVersion", "mutualTlsAuthentication/truststoreVersion"),
    ("RoutingMode", "routingMode"),
    ("SecurityPolicy", "securityPolicy"),
]);

const METHOD: Keys =
    Keys(&[("ApiKeyRequired", "apiKeyRequired"), ("RouteAuthorizationType", "authorizationType")]);

const STAGE: Keys = Keys(&[
    ("AccessLoggingDestination", "accessLogSettings/destinationArn"),
    ("AccessLoggingFormat", "accessLogSettings/format"),
]);

const ASSOCIATION: Keys =
    Keys(&[("AccessAssociationSource", "accessAssociationSource"), ("DomainNameArn", "domainNameArn")]);

/// The name of the key that holds the policy of an API or a domain name, in what a request sets.
const POLICY: Keys = Keys(&[("", "policy")]);
const MANAGEMENT_POLICY: Keys = Keys(&[("", "managementPolicy")]);

fn api_id(call: &Call<'_>) -> ApiId {
    call.required("restApiId").into()
}

/// Who sets the API's resource policy needs an action of its own for it.
pub(super) fn api(call: &Call<'_>) -> Vec<Requirement> {
    let row = call.state.rest_apis.get(&api_id(call));
    let mut requirements = vec![API.fill(place(call), call, row)];
    if POLICY.are_changed(call) {
        requirements.push(on(call, "apigateway:UpdateRestApiPolicy".to_owned(), &path(call)));
    }
    requirements
}

pub(super) fn account(call: &Call<'_>) -> Vec<Requirement> {
    with_roles(call, place(call), "cloudwatchRoleArn")
}

pub(super) fn authorizer(call: &Call<'_>) -> Vec<Requirement> {
    let id = CompactString::from(call.required("authorizerId"));
    let row = call.state.authorizers.get(&(api_id(call), id));
    with_roles(call, AUTHORIZER.fill(place(call), call, row), "authorizerCredentials")
}

pub(super) fn deployment(call: &Call<'_>) -> Vec<Requirement> {
    vec![DEPLOYMENT.fill_request(place(call), call)]
}

/// Certificates and policies of domain names have actions of their own. Those for certificates are asked of WAF's and
/// ACM's associations, and not of these calls.
pub(super) fn domain_name(call: &Call<'_>) -> Vec<Requirement> {
    let key = (call.required("domainName").into(), call.text("domainNameId").unwrap_or_default().into());
    let row = call.state.domain_names.get(&key);
    let mut requirements = vec![DOMAIN_NAME.fill(place(call), call, row)];
    for (keys, action) in [
        (&POLICY, "apigateway:UpdateDomainNamePolicy"),
        (&MANAGEMENT_POLICY, "apigateway:UpdateDomainNameManagementPolicy"),
    ] {
        if keys.are_changed(call) {
            requirements.push(on(call, action.to_owned(), &path(call)));
        }
    }
    requirements
}

pub(super) fn integration(call: &Call<'_>) -> Vec<Requirement> {
    with_roles(call, place(call), "credentials")
}

pub(super) fn method(call: &Call<'_>) -> Vec<Requirement> {
    let (resource, verb) = (call.required("resourceId"), call.required("httpMethod"));
    let row = call.state.methods.get(&(api_id(call), ResourceId::from(resource), Verb::from(verb)));
    vec![METHOD.fill(place(call), call, row)]
}

pub(super) fn stage(call: &Call<'_>) -> Vec<Requirement> {
    let name = StageName::from(call.required("stageName"));
    let row = call.state.stages.get(&(api_id(call), name));
    vec![STAGE.fill(place(call), call, row)]
}

/// The private domain name must be open to it, too.
pub(super) fn new_access_association(call: &Call<'_>) -> Vec<Requirement> {
    let domain = Requirement::new("apigateway:CreateAccessAssociation", call.required("domainNameArn"));
    vec![ASSOCIATION.fill_request(place(call), call), domain]
}

pub(super) fn rejected_access_association(call: &Call<'_>) -> Vec<Requirement> {
    let domain = call.text("domainNameArn").map_or_else(|| arn(call, &path(call)), str::to_owned);
    vec![place(call), Requirement::new("apigateway:RejectAccessAssociation", domain)]
}
