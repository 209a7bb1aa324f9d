//! Authorizers: functions and JWT issuers that say who a caller is.

mod check;

use std::sync::Arc;

use compact_str::CompactString;
use serde::{Deserialize, Serialize};
use stagecheck_models::apigatewayv2 as operations;

use super::apis::{self, Protocol};
use super::inputs::{inputs, optional, text, value};
use super::paging::{self, Items, OfApi};
use super::{Id, deployments, faults};
use crate::apigateway::{ApiGateway, ApiId, of_api, quotas};
use crate::service::{Ctx, Fault, Registrar};

/// Registers the operations.
pub(super) fn register(registrar: &mut impl Registrar<ApiGateway>) {
    registrar.write(&operations::CREATE_AUTHORIZER, create, &[]);
    registrar.read(&operations::GET_AUTHORIZER, get, &[]);
    registrar.read(&operations::GET_AUTHORIZERS, list, &[]);
    registrar.write(&operations::UPDATE_AUTHORIZER, update, &[]);
    registrar.write(&operations::DELETE_AUTHORIZER, delete, &[]);
}

/// An authorizer.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(crate) struct Authorizer {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) authorizer_credentials_arn: Option<String>,
    pub(crate) authorizer_id: Id,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) authorizer_payload_format_version: Option<CompactString>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) authorizer_result_ttl_in_seconds: Option<i32>,
    authorizer_type: AuthorizerType,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) authorizer_uri: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) enable_simple_responses: Option<bool>,
    pub(crate) identity_source: Vec<CompactString>,
    #[serde(skip_serializing_if = "Option::is_none")]
    identity_validation_expression: Option<CompactString>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) jwt_configuration: Option<JwtConfiguration>,
    name: CompactString,
}

/// Who is asked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub(super) enum AuthorizerType {
    /// A function.
    #[default]
    Request,
    /// The token itself.
    Jwt,
}

/// Whose tokens are taken, and made for whom.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct JwtConfiguration {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) audience: Option<Vec<CompactString>>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) issuer: Option<String>,
}

impl Authorizer {
    pub(super) fn is(&self, kind: AuthorizerType) -> bool {
        self.authorizer_type == kind
    }

    /// How long a function's word holds where nothing is said.
    fn set_defaults(&mut self, protocol: Protocol) {
        const RESULT_TTL: i32 = 300;
        if protocol == Protocol::Http && self.is(AuthorizerType::Request) {
            self.authorizer_result_ttl_in_seconds.get_or_insert(RESULT_TTL);
        }
    }
}

inputs!(
    Authorizer,
    CreateAuthorizer { api_id: ApiId },
    UpdateAuthorizer { api_id: ApiId, authorizer_id: Id },
    {
        authorizer_credentials_arn: String => text,
        authorizer_payload_format_version: CompactString => text,
        authorizer_result_ttl_in_seconds: i32 => optional,
        authorizer_type: AuthorizerType => value,
        authorizer_uri: String => text,
        enable_simple_responses: bool => optional,
        identity_source: Vec<CompactString> => value,
        identity_validation_expression: CompactString => text,
        jwt_configuration: JwtConfiguration => optional,
        name: CompactString => value,
    }
);

fn create(
    ctx: &Ctx<'_>,
    state: &mut ApiGateway,
    mut input: CreateAuthorizer,
) -> Result<Arc<Authorizer>, Fault> {
    let protocol = apis::protocol(ctx, state, &input.api_id)?;
    let id = Id::from(ctx.ids.lower(6));
    let mut authorizer = Authorizer { authorizer_id: id.clone(), ..Authorizer::default() };
    input.put_into(&mut authorizer);
    put(ctx, state, protocol, (input.api_id, id), authorizer)
}

/// Puts a checked authorizer in place and deploys the change where stages deploy themselves.
fn put(
    ctx: &Ctx<'_>,
    state: &mut ApiGateway,
    protocol: Protocol,
    key: (ApiId, Id),
    mut authorizer: Authorizer,
) -> Result<Arc<Authorizer>, Fault> {
    authorizer.set_defaults(protocol);
    authorizer.check(protocol)?;
    let is_taken = state
        .v2
        .authorizers
        .range(of_api(&key.0))
        .any(|((_, id), other)| *id != key.1 && other.name == authorizer.name);
    if is_taken {
        // Reported by users of HTTP APIs.
        return Err(faults::bad_request(format!(
            "Authorizer name must be unique. Authorizer {} already exists in this RestApi.",
            authorizer.name
        )));
    }
    if !state.v2.authorizers.contains(&key) {
        faults::check_quota(ctx, quotas::AUTHORIZERS_PER_API, "Authorizers", &state.v2.authorizers, &key.0)?;
    }
    let api = key.0.clone();
    let authorizer = state.v2.authorizers.put(key, authorizer);
    deployments::follow_change(ctx, state, &api);
    Ok(authorizer)
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct OneAuthorizer {
    api_id: ApiId,
    authorizer_id: Id,
}

fn get(ctx: &Ctx<'_>, state: &ApiGateway, input: OneAuthorizer) -> Result<Arc<Authorizer>, Fault> {
    find(ctx, state, &(input.api_id, input.authorizer_id)).map(Arc::clone)
}

fn find<'a>(ctx: &Ctx<'_>, state: &'a ApiGateway, key: &(ApiId, Id)) -> Result<&'a Arc<Authorizer>, Fault> {
    apis::find(ctx, state, &key.0)?;
    state.v2.authorizers.get(key).ok_or_else(|| faults::no_part("Authorizer"))
}

fn list(ctx: &Ctx<'_>, state: &ApiGateway, input: OfApi) -> Result<Items<Arc<Authorizer>>, Fault> {
    paging::list(ctx, state, &state.v2.authorizers, &input)
}

fn update(
    ctx: &Ctx<'_>,
    state: &mut ApiGateway,
    mut input: UpdateAuthorizer,
) -> Result<Arc<Authorizer>, Fault> {
    let protocol = apis::protocol(ctx, state, &input.api_id)?;
    let key = (input.api_id.clone(), input.authorizer_id.clone());
    let mut authorizer = Authorizer::clone(find(ctx, state, &key)?);
    input.put_into(&mut authorizer);
    put(ctx, state, protocol, key, authorizer)
}

fn delete(ctx: &Ctx<'_>, state: &mut ApiGateway, input: OneAuthorizer) -> Result<(), Fault> {
    let key = (input.api_id, input.authorizer_id);
    let authorizer = find(ctx, state, &key)?;
    let user = state.v2.routes.range(of_api(&key.0)).find(|(_, route)| route.is_authorized_by(&key.1));
    if let Some((_, route)) = user {
        // Reported by users.
        return Err(faults::conflict(format!(
            "Cannot delete authorizer '{}', is referenced in route: {}",
            authorizer.name,
            route.key()
        )));
    }
    state.v2.authorizers.remove(&key);
    deployments::follow_change(ctx, state, &key.0);
    Ok(())
}
