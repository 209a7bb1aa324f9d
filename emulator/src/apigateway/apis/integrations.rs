//! Integrations: what methods do with requests.

mod target;
mod update;

use compact_str::CompactString;
use serde::{Deserialize, Serialize};

use super::integration_responses::IntegrationResponse;
use super::mapping;
use super::mapping_template::MappingTemplate;
use super::methods::{self, Method, OneMethod};
use crate::apigateway::{ApiGateway, ApiId, ResourceId, Verb, faults, quotas};
use crate::service::{Ctx, Fault};
use crate::store::SmallMap;

pub(super) use update::update;

/// Milliseconds that an integration may take where nothing is said, and at most. Accounts can have it raised, which
/// this emulator's cannot.
pub(crate) const LONGEST_TIMEOUT: i64 = 29_000;

/// Milliseconds at most of an integration that streams its answer.
const LONGEST_STREAM: i64 = 900_000;

/// What a method does with a request.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Integration {
    pub(crate) r#type: CompactString,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) http_method: Option<CompactString>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) uri: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    connection_type: Option<CompactString>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) connection_id: Option<CompactString>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    integration_target: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) credentials: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) request_parameters: Option<SmallMap<String, String>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) request_templates: Option<SmallMap<String, MappingTemplate>>,
    pub(crate) passthrough_behavior: CompactString,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) content_handling: Option<CompactString>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) response_transfer_mode: Option<CompactString>,
    pub(crate) timeout_in_millis: i64,
    cache_namespace: CompactString,
    #[serde(default)]
    cache_key_parameters: Vec<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) tls_config: Option<TlsConfig>,
    #[serde(default, skip_serializing_if = "SmallMap::is_empty")]
    pub(crate) integration_responses: SmallMap<CompactString, IntegrationResponse>,
}

/// How an integration trusts the server that it calls.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct TlsConfig {
    #[serde(default)]
    pub(crate) insecure_skip_verification: bool,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct PutIntegration {
    rest_api_id: ApiId,
    resource_id: ResourceId,
    http_method: Verb,
    r#type: CompactString,
    integration_http_method: Option<CompactString>,
    uri: Option<String>,
    connection_type: Option<CompactString>,
    connection_id: Option<CompactString>,
    integration_target: Option<String>,
    credentials: Option<String>,
    request_parameters: Option<SmallMap<String, String>>,
    request_templates: Option<SmallMap<String, MappingTemplate>>,
    passthrough_behavior: Option<CompactString>,
    content_handling: Option<CompactString>,
    response_transfer_mode: Option<CompactString>,
    timeout_in_millis: Option<i64>,
    cache_namespace: Option<CompactString>,
    #[serde(default)]
    cache_key_parameters: Vec<String>,
    tls_config: Option<TlsConfig>,
}

/// Puts an integration in place. The responses of one that was there stay.
pub(super) fn put(
    ctx: &Ctx<'_>,
    state: &mut ApiGateway,
    input: PutIntegration,
) -> Result<Integration, Fault> {
    let key = (input.rest_api_id, input.resource_id, input.http_method);
    let longest = longest_timeout(ctx, state, &key.0);
    let cache_namespace = input.cache_namespace.unwrap_or_else(|| key.1.clone());
    let mut integration = Integration {
        r#type: input.r#type,
        http_method: input.integration_http_method,
        uri: input.uri,
        connection_type: input.connection_type,
        connection_id: input.connection_id,
        integration_target: input.integration_target,
        credentials: input.credentials,
        request_parameters: input.request_parameters,
        request_templates: input.request_templates,
        passthrough_behavior: input.passthrough_behavior.unwrap_or(CompactString::const_new("WHEN_NO_MATCH")),
        content_handling: input.content_handling,
        response_transfer_mode: input.response_transfer_mode,
        timeout_in_millis: input.timeout_in_millis.unwrap_or(LONGEST_TIMEOUT.min(longest)),
        cache_namespace,
        cache_key_parameters: input.cache_key_parameters,
        tls_config: input.tls_config,
        integration_responses: SmallMap::default(),
    };
    methods::change(ctx, state, &key, |_, method| {
        if let Some(before) = method.method_integration.take() {
            integration.integration_responses = before.integration_responses;
        }
        integration.check(ctx, method, longest)?;
        method.method_integration = Some(integration.clone());
        Ok(integration)
    })
}

/// The longest timeout of integrations of an API. AWS gives more to Regional and private ones.
fn longest_timeout(ctx: &Ctx<'_>, state: &ApiGateway, api: &ApiId) -> i64 {
    if state.rest_apis.get(api).is_some_and(|api| api.is_edge_optimized()) {
        return LONGEST_TIMEOUT;
    }
    let most = ctx.quotas.most(quotas::INTEGRATION_TIMEOUT);
    most.and_then(|most| i32::try_from(most).ok()).unwrap_or(i32::MAX).into()
}

impl Integration {
    /// Refuses settings that do not go together, or not with the method's. `longest` is the API's timeout.
    fn check(&self, ctx: &Ctx<'_>, method: &Method, longest: i64) -> Result<(), Fault> {
        target::check(ctx, self)?;
        self.check_connection()?;
        let streams = self.response_transfer_mode.as_deref() == Some("STREAM");
        if streams && !self.r#type.ends_with("_PROXY") {
            // Documented; the wording is inferred.
            return Err(faults::bad_request(
                "Response transfer mode STREAM is only supported for HTTP_PROXY and AWS_PROXY integrations",
            ));
        }
        let longest = if streams { LONGEST_STREAM } else { longest };
        if !(50..=longest).contains(&self.timeout_in_millis) {
            return Err(faults::bad_request(format!("Timeout should be between 50 ms and {longest} ms")));
        }
        if !["WHEN_NO_MATCH", "WHEN_NO_TEMPLATES", "NEVER"].contains(&self.passthrough_behavior.as_str()) {
            // The values are documented, the wording inferred.
            return Err(faults::bad_request(format!(
                "Invalid passthrough behavior specified: {}",
                self.passthrough_behavior
            )));
        }
        let templates = self.request_templates.iter().flat_map(SmallMap::values);
        quotas::check_templates(templates.map(MappingTemplate::text))?;
        let declared = method.request_parameters.as_ref();
        let mappings = self.request_parameters.as_ref();
        if let Some(mappings) = mappings {
            mapping::check_request_mappings(mappings, declared)?;
        }
        mapping::check_cache_keys(&self.cache_key_parameters, declared, mappings)
    }

    /// A VPC link is for HTTP, and needs the id of the link, which may be a stage variable. The rules are documented,
    /// the wordings inferred.
    fn check_connection(&self) -> Result<(), Fault> {
        let is_private = self.connection_type.as_deref() == Some("VPC_LINK");
        if is_private && !self.r#type.starts_with("HTTP") {
            return Err(faults::bad_request(
                "Connection type VPC_LINK is only supported for HTTP and HTTP_PROXY integrations",
            ));
        }
        if is_private && self.connection_id.as_deref().is_none_or(str::is_empty) {
            return Err(faults::bad_request("Connection ID must be specified for connection type VPC_LINK"));
        }
        if !is_private && self.integration_target.is_some() {
            return Err(faults::bad_request(
                "Integration target is only supported for connection type VPC_LINK",
            ));
        }
        Ok(())
    }

    /// Changes the cache's default namespace, the resource's id, with the resource.
    pub(super) fn follow(&mut self, from: &ResourceId, to: &ResourceId) {
        if self.cache_namespace == *from {
            self.cache_namespace = to.clone();
        }
    }
}

pub(super) fn get(ctx: &Ctx<'_>, state: &ApiGateway, input: OneMethod) -> Result<Integration, Fault> {
    let method = methods::find(ctx, state, &input.key())?;
    method.method_integration.clone().ok_or_else(faults::no_integration)
}

pub(super) fn delete(ctx: &Ctx<'_>, state: &mut ApiGateway, input: OneMethod) -> Result<(), Fault> {
    methods::change(ctx, state, &input.key(), |_, method| {
        method.method_integration.take().map(drop).ok_or_else(faults::no_integration)
    })
}
