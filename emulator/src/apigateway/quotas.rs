//! The quotas of API Gateway: how many of a thing there may be, and how large one may be.
//!
//! Of HTTP and WebSocket APIs themselves none are counted.
//!
//! Source: the pages "Quotas for configuring and running" a REST API, an HTTP API, a WebSocket API, as of August 2026.

use std::fmt;

use super::faults::bad_request;
use crate::service::{Ctx, Fault, Limit, MORE, NO_MORE, Quota, quotas};

quotas! {
    /// Every quota that can be set.
    pub QUOTAS: Quota
    REGIONAL_APIS = "regional-apis" 600 NO_MORE "Regional REST APIs";
    EDGE_APIS = "edge-apis" 120 NO_MORE "Edge-optimized REST APIs";
    PRIVATE_APIS = "private-apis" 600 NO_MORE "Private REST APIs";
    STAGES_PER_API = "stages-per-api" 10 MORE "Stages of an API";
    RESOURCES_PER_API = "resources-per-api" 300 MORE "Resources of a REST API, with its root";
    ROUTES_PER_API = "routes-per-api" 300 MORE "Routes of an HTTP or WebSocket API";
    // That AWS gives more holds of WebSocket APIs.
    INTEGRATIONS_PER_API = "integrations-per-api" 300 MORE "Integrations of an HTTP or WebSocket API";
    AUTHORIZERS_PER_API = "authorizers-per-api" 10 MORE "Authorizers of an API";
    DOCUMENTATION_PARTS_PER_API = "documentation-parts-per-api" 2000 MORE "Documentation parts of a REST API";
    API_KEYS = "api-keys" 10000 NO_MORE "API keys";
    USAGE_PLANS = "usage-plans" 300 MORE "Usage plans";
    USAGE_PLANS_PER_API_KEY = "usage-plans-per-api-key" 10 MORE "Usage plans of an API key";
    METHOD_THROTTLES_PER_STAGE = "method-throttles-per-stage" 20 MORE
        "Methods of a stage with limits of their own in a usage plan";
    CLIENT_CERTIFICATES = "client-certificates" 60 MORE "Client certificates";
    VPC_LINKS = "vpc-links" 20 MORE "VPC links of REST APIs";
    HTTP_VPC_LINKS = "http-vpc-links" 10 MORE "VPC links of HTTP APIs";
    SUBNETS_PER_VPC_LINK = "subnets-per-vpc-link" 10 MORE "Subnets of a VPC link of HTTP APIs";
    PUBLIC_DOMAIN_NAMES = "public-domain-names" 120 MORE "Public custom domain names";
    PRIVATE_DOMAIN_NAMES = "private-domain-names" 50 MORE "Private custom domain names";
    ACCESS_ASSOCIATIONS = "access-associations" 100 MORE "Access associations of private domain names";
    API_MAPPINGS_PER_DOMAIN = "api-mappings-per-domain" 200 NO_MORE
        "API mappings of a domain name whose keys have several levels";
    ROUTING_RULES_PER_DOMAIN = "routing-rules-per-domain" 50 MORE "Routing rules of a domain name";
    RESOURCE_POLICY_LENGTH = "resource-policy-length" 8192 MORE "Characters of a resource policy";
    INTEGRATION_TIMEOUT = "integration-timeout" 29000 MORE
        "Milliseconds of the longest timeout of an integration of a Regional or private REST API";
}

quotas! {
    /// What AWS gives to nobody, and holds always. Sizes are in bytes.
    pub LIMITS: Limit
    STAGE_VARIABLES = "stage-variables" 100 "Variables of a stage";
    STAGE_VARIABLE_NAME = "stage-variable-name" 64 "Characters of the name of a stage variable";
    STAGE_VARIABLE_VALUE = "stage-variable-value" 512 "Characters of the value of a stage variable";
    TAGS = "tags" 50 "Tags of a resource";
    ACCESS_LOG_FORMAT = "access-log-format" 3072 "Size of the format of access logs (3 KB)";
    MAPPING_TEMPLATE = "mapping-template" 307200 "Size of a mapping template (300 KB)";
    MODEL_SCHEMA = "model-schema" 409600 "Size of the schema of a model of a REST API (400 KB)";
    DEFINITION = "definition" 6291456 "Size of an OpenAPI document of a REST API (6 MB)";
    AUTHORIZER_AUDIENCES = "authorizer-audiences" 50 "Audiences of a JWT authorizer";
    ROUTE_SCOPES = "route-scopes" 10 "Authorization scopes of a route";
}

/// Whether a refusal is one for a quota of how many there may be, under whichever code.
pub(crate) fn is_exceeded(fault: &Fault) -> bool {
    fault.status == EXCEEDED
}

const EXCEEDED: u16 = 429;

/// Refuses one more of what an API already has its number of. `what` as in `Stages`.
pub(crate) fn check_api(
    ctx: &Ctx<'_>,
    quota: Quota,
    what: &str,
    present: impl FnOnce() -> usize,
) -> Result<(), Fault> {
    check(ctx, quota, what, "this API", present)
}

/// Refuses one more of what the account already has its number of in this region.
pub(crate) fn check_account(
    ctx: &Ctx<'_>,
    quota: Quota,
    what: &str,
    present: impl FnOnce() -> usize,
) -> Result<(), Fault> {
    check(ctx, quota, what, "this account", present)
}

/// Refuses one more of what something already has its number of. The text is captured for resources of an API, with its
/// two spaces; that it is the same for others is inferred. Captured bodies have `"retryAfterSeconds": null`, too, which
/// no client reads: the model has it in a header. It is left out.
pub(crate) fn check(
    ctx: &Ctx<'_>,
    quota: Quota,
    what: &str,
    of: &str,
    present: impl FnOnce() -> usize,
) -> Result<(), Fault> {
    if ctx.quotas.has_room(quota, present) {
        return Ok(());
    }
    Err(Fault::new(
        EXCEEDED,
        "LimitExceededException",
        format!(
            "Maximum number of {what} for {of} has been reached.  Please contact AWS if you need additional {what}."
        ),
    ))
}

/// Refuses one more VPC link. Users report the text, which is like no other quota's, for links of both kinds.
pub(crate) fn check_vpc_links(ctx: &Ctx<'_>, quota: Quota, present: usize) -> Result<(), Fault> {
    match ctx.quotas.most(quota) {
        Some(most) if !ctx.quotas.has_room(quota, || present) => Err(bad_request(format!(
            "There are too many Vpc Links defined for this account. Limit is {most}"
        ))),
        _ => Ok(()),
    }
}

/// Refuses more than one of the [`LIMITS`] allows. `what` as in `The size of a mapping template`.
pub(crate) fn check_limit(limit: Limit, what: &str, given: usize) -> Result<(), Fault> {
    limit.check(given, |most| too_much(what, most))
}

/// Refuses what is larger than a quota allows. `what` as in `The length of a resource policy`.
pub(crate) fn check_size(ctx: &Ctx<'_>, quota: Quota, what: &str, given: usize) -> Result<(), Fault> {
    match ctx.quotas.most(quota) {
        Some(most) if u64::try_from(given).is_ok_and(|given| given > most) => Err(too_much(what, most)),
        _ => Ok(()),
    }
}

/// Refuses mapping templates of which one is too large.
pub(crate) fn check_templates<'a>(templates: impl IntoIterator<Item = &'a str>) -> Result<(), Fault> {
    let mut sizes = templates.into_iter().map(str::len);
    sizes.try_for_each(|size| check_limit(MAPPING_TEMPLATE, "The size of a mapping template", size))
}

/// The wording is inferred.
fn too_much(what: &str, most: impl fmt::Display) -> Fault {
    bad_request(format!("{what} exceeds the limit of {most}"))
}
