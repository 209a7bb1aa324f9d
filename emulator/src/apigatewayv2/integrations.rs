//! Integrations: what routes lead to.

mod check;
mod subtypes;

use std::sync::Arc;

use compact_str::CompactString;
use serde::{Deserialize, Serialize};
use stagecheck_models::apigatewayv2 as operations;

use super::apis::{self, Protocol};
use super::inputs::{entries, inputs, optional, optional_entries, text, value};
use super::paging::{self, Items, OfApi};
use super::{Id, deployments, faults, of_part};
use crate::apigateway::{ApiGateway, ApiId, of_api, quotas};
use crate::service::{Ctx, Fault, Registrar};
use crate::store::{Indexed, SmallMap};

/// Registers the operations.
pub(super) fn register(registrar: &mut impl Registrar<ApiGateway>) {
    registrar.write(&operations::CREATE_INTEGRATION, create, &[]);
    registrar.read(&operations::GET_INTEGRATION, get, &[]);
    registrar.read(&operations::GET_INTEGRATIONS, list, &[]);
    registrar.write(&operations::UPDATE_INTEGRATION, update, &[]);
    registrar.write(&operations::DELETE_INTEGRATION, delete, &[]);
}

/// An integration.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Integration {
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    api_gateway_managed: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    connection_id: Option<CompactString>,
    pub(crate) connection_type: CompactString,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) content_handling_strategy: Option<CompactString>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) credentials_arn: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    integration_id: Id,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) integration_method: Option<CompactString>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) integration_response_selection_expression: Option<CompactString>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) integration_subtype: Option<CompactString>,
    pub(crate) integration_type: IntegrationType,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) integration_uri: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) passthrough_behavior: Option<CompactString>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) payload_format_version: Option<CompactString>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) request_parameters: Option<SmallMap<String, String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) request_templates: Option<SmallMap<String, String>>,
    /// By status.
    #[serde(skip_serializing_if = "SmallMap::is_empty")]
    pub(crate) response_parameters: SmallMap<String, SmallMap<String, String>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) template_selection_expression: Option<CompactString>,
    pub(crate) timeout_in_millis: i32,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) tls_config: Option<TlsConfig>,
}

/// What an integration is with.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub(crate) enum IntegrationType {
    Aws,
    Http,
    #[default]
    Mock,
    HttpProxy,
    AwsProxy,
}

/// How a private integration is spoken to in HTTPS.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct TlsConfig {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    server_name_to_verify: Option<CompactString>,
}

const INTERNET: &str = "INTERNET";
const VPC_LINK: &str = "VPC_LINK";

impl Integration {
    /// The integration that quick create makes for a target.
    pub(super) fn managed(id: Id, target: &str, credentials_arn: Option<String>) -> Result<Self, Fault> {
        let mut integration = Self { api_gateway_managed: true, integration_id: id, ..Self::default() };
        integration.point_at(target)?;
        integration.set_credentials(credentials_arn);
        integration.set_defaults(Protocol::Http);
        Ok(integration)
    }

    /// Sets what follows from a quick create's target: a URL or a function.
    pub(super) fn point_at(&mut self, target: &str) -> Result<(), Fault> {
        let (kind, method, version) = if check::is_url(target) {
            (IntegrationType::HttpProxy, "ANY", "1.0")
        } else if target.starts_with("arn:") {
            (IntegrationType::AwsProxy, "POST", "2.0")
        } else {
            return Err(check::bad_uri());
        };
        self.integration_type = kind;
        self.integration_method = Some(CompactString::const_new(method));
        self.payload_format_version = Some(CompactString::const_new(version));
        self.integration_uri = Some(target.to_owned());
        Ok(())
    }

    pub(super) fn set_credentials(&mut self, given: Option<String>) {
        text(&mut self.credentials_arn, given);
    }

    pub(super) fn id(&self) -> &Id {
        &self.integration_id
    }

    pub(super) fn is_managed(&self) -> bool {
        self.api_gateway_managed
    }

    /// Fills in what is not given, as AWS answers it. The expressions that proxy integrations of WebSocket APIs select
    /// their responses by are inferred from those of the others.
    fn set_defaults(&mut self, protocol: Protocol) {
        if self.connection_type.is_empty() {
            self.connection_type = CompactString::const_new(INTERNET);
        }
        if self.integration_type == IntegrationType::AwsProxy && self.integration_subtype.is_none() {
            self.integration_method.get_or_insert(CompactString::const_new("POST"));
        }
        if self.timeout_in_millis == 0 {
            self.timeout_in_millis = longest_timeout(protocol);
        }
        if protocol == Protocol::WebSocket {
            self.payload_format_version.get_or_insert(CompactString::const_new("1.0"));
            self.passthrough_behavior.get_or_insert(CompactString::const_new("WHEN_NO_MATCH"));
            self.integration_response_selection_expression = match self.integration_type {
                IntegrationType::Aws | IntegrationType::AwsProxy => {
                    Some(CompactString::const_new("${integration.response.body.errorMessage}"))
                }
                IntegrationType::Http | IntegrationType::HttpProxy | IntegrationType::Mock => {
                    Some(CompactString::const_new("${integration.response.statuscode}"))
                }
            };
        }
    }
}

/// The longest that an integration may take, which is also the default, in milliseconds.
const fn longest_timeout(protocol: Protocol) -> i32 {
    match protocol {
        Protocol::Http => 30_000,
        Protocol::WebSocket => 29_000,
    }
}

inputs!(
    Integration,
    CreateIntegration { api_id: ApiId },
    UpdateIntegration { api_id: ApiId, integration_id: Id },
    {
        connection_id: CompactString => text,
        connection_type: CompactString => value,
        content_handling_strategy: CompactString => text,
        credentials_arn: String => text,
        description: String => text,
        integration_method: CompactString => text,
        integration_subtype: CompactString => text,
        integration_type: IntegrationType => value,
        integration_uri: String => text,
        passthrough_behavior: CompactString => text,
        payload_format_version: CompactString => text,
        request_parameters: SmallMap<String, String> => optional_entries,
        request_templates: SmallMap<String, String> => optional_entries,
        response_parameters: SmallMap<String, SmallMap<String, String>> => entries,
        template_selection_expression: CompactString => text,
        timeout_in_millis: i32 => value,
        tls_config: TlsConfig => optional,
    }
);

fn create(
    ctx: &Ctx<'_>,
    state: &mut ApiGateway,
    mut input: CreateIntegration,
) -> Result<Arc<Integration>, Fault> {
    let protocol = apis::protocol(ctx, state, &input.api_id)?;
    let id = Id::from(ctx.ids.lower(7));
    let mut integration = Integration { integration_id: id.clone(), ..Integration::default() };
    input.put_into(&mut integration);
    put(ctx, state, protocol, (input.api_id, id), integration)
}

/// Puts a checked integration in place and deploys the change where stages deploy themselves.
fn put(
    ctx: &Ctx<'_>,
    state: &mut ApiGateway,
    protocol: Protocol,
    key: (ApiId, Id),
    mut integration: Integration,
) -> Result<Arc<Integration>, Fault> {
    integration.set_defaults(protocol);
    integration.check(protocol)?;
    integration.check_link(protocol, state)?;
    if !state.v2.integrations.contains(&key) {
        let present = &state.v2.integrations;
        faults::check_quota(ctx, quotas::INTEGRATIONS_PER_API, "Integrations", present, &key.0)?;
    }
    let api = key.0.clone();
    let integration = state.v2.integrations.put(key, integration);
    deployments::follow_change(ctx, state, &api);
    Ok(integration)
}

/// By the VPC link that it goes through.
impl Indexed<(ApiId, Id)> for Integration {
    type Term = CompactString;

    fn terms(&self, _: &(ApiId, Id), tell: &mut dyn FnMut(CompactString)) {
        self.connection_id.iter().cloned().for_each(tell);
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct OneIntegration {
    api_id: ApiId,
    integration_id: Id,
}

fn get(ctx: &Ctx<'_>, state: &ApiGateway, input: OneIntegration) -> Result<Arc<Integration>, Fault> {
    find(ctx, state, &(input.api_id, input.integration_id)).map(Arc::clone)
}

/// The integration of this key.
pub(super) fn find<'a>(
    ctx: &Ctx<'_>,
    state: &'a ApiGateway,
    key: &(ApiId, Id),
) -> Result<&'a Arc<Integration>, Fault> {
    apis::find(ctx, state, &key.0)?;
    state.v2.integrations.get(key).ok_or_else(|| faults::no_part("Integration"))
}

fn list(ctx: &Ctx<'_>, state: &ApiGateway, input: OfApi) -> Result<Items<Arc<Integration>>, Fault> {
    paging::list(ctx, state, &state.v2.integrations, &input)
}

fn update(
    ctx: &Ctx<'_>,
    state: &mut ApiGateway,
    mut input: UpdateIntegration,
) -> Result<Arc<Integration>, Fault> {
    let protocol = apis::protocol(ctx, state, &input.api_id)?;
    let key = (input.api_id.clone(), input.integration_id.clone());
    let mut integration = Integration::clone(find(ctx, state, &key)?);
    input.put_into(&mut integration);
    put(ctx, state, protocol, key, integration)
}

fn delete(ctx: &Ctx<'_>, state: &mut ApiGateway, input: OneIntegration) -> Result<(), Fault> {
    let key = (input.api_id, input.integration_id);
    if find(ctx, state, &key)?.is_managed() {
        return Err(faults::managed("delete the Integration", "Integration"));
    }
    let routes = state.v2.routes.range(of_api(&key.0));
    let users: Vec<&str> =
        routes.filter(|(_, route)| route.leads_to(&key.1)).map(|((_, id), _)| id.as_str()).collect();
    if !users.is_empty() {
        return Err(faults::conflict(format!(
            "Cannot delete Integration because it is referenced by the following Routes with Ids: [{}]",
            users.join(", ")
        )));
    }
    state.v2.integration_responses.remove_range(of_part(&key.0, &key.1));
    state.v2.integrations.remove(&key);
    deployments::follow_change(ctx, state, &key.0);
    Ok(())
}
