//! Gateway responses: what API Gateway itself answers when no integration does.
//!
//! Source: the page "Gateway response types" for types and statuses; the order of the list is as AWS was seen to answer.

use std::sync::Arc;

use compact_str::CompactString;
use serde::{Deserialize, Serialize};
use stagecheck_models::apigateway as operations;

use super::{mapping, rest_apis};
use crate::apigateway::faults::{bad_request, not_found};
use crate::apigateway::patch::{self, Change, Op, PatchOperation, PatchRule};
use crate::apigateway::{ApiGateway, ApiId, quotas};
use crate::service::{Ctx, Fault, Registrar, Unread};
use crate::store::SmallMap;

type ResponseType = CompactString;

/// Registers the operations.
pub(super) fn register(registrar: &mut impl Registrar<ApiGateway>) {
    const ONE_PAGE: &str = "AWS takes it and answers all: there are as many as there are types";

    registrar.write(&operations::PUT_GATEWAY_RESPONSE, put, &[]);
    registrar.read(&operations::GET_GATEWAY_RESPONSE, get, &[]);
    registrar.read(
        &operations::GET_GATEWAY_RESPONSES,
        list,
        &[Unread::Ignored("position", ONE_PAGE), Unread::Ignored("limit", ONE_PAGE)],
    );
    registrar.write(&operations::UPDATE_GATEWAY_RESPONSE, update, &[]);
    registrar.write(&operations::DELETE_GATEWAY_RESPONSE, delete, &[]);
}

/// A gateway response. Rows are the customised ones.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct GatewayResponse {
    pub(crate) response_type: ResponseType,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) status_code: Option<CompactString>,
    #[serde(default)]
    pub(crate) response_parameters: SmallMap<String, String>,
    #[serde(default)]
    pub(crate) response_templates: SmallMap<String, String>,
    default_response: bool,
}

const DEFAULT_4XX: &str = "DEFAULT_4XX";
const DEFAULT_5XX: &str = "DEFAULT_5XX";

/// Every type, with its status unless it stands for many.
const TYPES: [(&str, Option<&str>); 21] = [
    ("REQUEST_TOO_LARGE", Some("413")),
    ("RESOURCE_NOT_FOUND", Some("404")),
    ("AUTHORIZER_CONFIGURATION_ERROR", Some("500")),
    ("MISSING_AUTHENTICATION_TOKEN", Some("403")),
    ("BAD_REQUEST_BODY", Some("400")),
    ("INVALID_SIGNATURE", Some("403")),
    ("INVALID_API_KEY", Some("403")),
    ("BAD_REQUEST_PARAMETERS", Some("400")),
    ("AUTHORIZER_FAILURE", Some("500")),
    ("UNAUTHORIZED", Some("401")),
    ("INTEGRATION_TIMEOUT", Some("504")),
    ("ACCESS_DENIED", Some("403")),
    (DEFAULT_4XX, None),
    (DEFAULT_5XX, None),
    ("WAF_FILTERED", Some("403")),
    ("QUOTA_EXCEEDED", Some("429")),
    ("THROTTLED", Some("429")),
    ("API_CONFIGURATION_ERROR", Some("500")),
    ("UNSUPPORTED_MEDIA_TYPE", Some("415")),
    ("INTEGRATION_FAILURE", Some("504")),
    ("EXPIRED_TOKEN", Some("403")),
];

impl GatewayResponse {
    /// What API Gateway answers where nothing is customised.
    fn built_in(response_type: ResponseType) -> Self {
        Self {
            status_code: built_in_status(&response_type),
            response_type,
            response_parameters: SmallMap::default(),
            response_templates: default_templates(),
            default_response: true,
        }
    }

    fn check(&self) -> Result<(), Fault> {
        quotas::check_templates(self.response_templates.values().map(String::as_str))?;
        mapping::check_gateway_mappings(&self.response_parameters)
    }
}

fn built_in_status(response_type: &str) -> Option<CompactString> {
    let (_, status) = TYPES.iter().find(|(name, _)| *name == response_type)?;
    status.map(CompactString::const_new)
}

fn default_templates() -> SmallMap<String, String> {
    let template = "{\"message\":$context.error.messageString}";
    std::iter::once(("application/json".to_owned(), template.to_owned())).collect()
}

/// The response of a type as it is now: its own, or that of its family (4XX, 5XX), or the built-in one.
pub(crate) fn effective(
    state: &ApiGateway,
    api: &ApiId,
    response_type: &ResponseType,
) -> Arc<GatewayResponse> {
    let find = |name: &str| {
        state.gateway_responses.get(&(api.clone(), ResponseType::from(name))).map(|response| &**response)
    };
    let status = built_in_status(response_type);
    let is_5xx = status.as_deref().map(|status| status.starts_with('5'));
    let Some(custom) = custom_response(find, response_type, is_5xx) else {
        return Arc::new(GatewayResponse::built_in(response_type.clone()));
    };
    Arc::new(GatewayResponse {
        response_type: response_type.clone(),
        status_code: custom.status.map(CompactString::from).or(status),
        default_response: custom.response.response_type != *response_type,
        ..custom.response.clone()
    })
}

/// A response that somebody customised.
#[derive(Clone, Copy, Debug)]
pub(crate) struct CustomResponse<'a> {
    pub(crate) response: &'a GatewayResponse,
    /// The status, where one was set.
    pub(crate) status: Option<&'a str>,
}

/// The customised response that holds for a type: its own, else that of its family.
pub(crate) fn custom_response<'a>(
    find: impl Fn(&str) -> Option<&'a GatewayResponse>,
    response_type: &str,
    is_5xx: Option<bool>,
) -> Option<CustomResponse<'a>> {
    let family = match is_5xx {
        Some(true) => find(DEFAULT_5XX),
        Some(false) => find(DEFAULT_4XX),
        None => None,
    };
    let own = find(response_type);
    let response = own.or(family)?;
    let status = own.and_then(|own| own.status_code.as_deref());
    Some(CustomResponse {
        response,
        status: status.or_else(|| family.and_then(|family| family.status_code.as_deref())),
    })
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct PutGatewayResponse {
    rest_api_id: ApiId,
    response_type: ResponseType,
    status_code: Option<CompactString>,
    #[serde(default)]
    response_parameters: SmallMap<String, String>,
    #[serde(default)]
    response_templates: SmallMap<String, String>,
}

fn put(
    ctx: &Ctx<'_>,
    state: &mut ApiGateway,
    input: PutGatewayResponse,
) -> Result<Arc<GatewayResponse>, Fault> {
    let api = input.rest_api_id;
    rest_apis::find(ctx, state, &api)?;
    let no_template = input.response_templates.is_empty();
    let response = GatewayResponse {
        response_type: input.response_type,
        status_code: input.status_code,
        response_parameters: input.response_parameters,
        // Inferred: without a template of its own it keeps the built-in one.
        response_templates: if no_template { default_templates() } else { input.response_templates },
        default_response: false,
    };
    response.check()?;
    Ok(store(state, api, response))
}

fn store(state: &mut ApiGateway, api: ApiId, response: GatewayResponse) -> Arc<GatewayResponse> {
    let key = (api, response.response_type.clone());
    state.gateway_responses.put(key.clone(), response);
    effective(state, &key.0, &key.1)
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct OneGatewayResponse {
    rest_api_id: ApiId,
    response_type: ResponseType,
}

fn get(ctx: &Ctx<'_>, state: &ApiGateway, input: OneGatewayResponse) -> Result<Arc<GatewayResponse>, Fault> {
    rest_apis::find(ctx, state, &input.rest_api_id)?;
    Ok(effective(state, &input.rest_api_id, &input.response_type))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct GetGatewayResponses {
    rest_api_id: ApiId,
}

#[derive(Serialize)]
struct GatewayResponses {
    items: Vec<Arc<GatewayResponse>>,
}

fn list(ctx: &Ctx<'_>, state: &ApiGateway, input: GetGatewayResponses) -> Result<GatewayResponses, Fault> {
    let api = input.rest_api_id;
    rest_apis::find(ctx, state, &api)?;
    let types = TYPES.iter().map(|(name, _)| ResponseType::const_new(name));
    Ok(GatewayResponses { items: types.map(|name| effective(state, &api, &name)).collect() })
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct UpdateGatewayResponse {
    rest_api_id: ApiId,
    response_type: ResponseType,
    #[serde(default)]
    patch_operations: Vec<PatchOperation>,
}

const PATCHES: [PatchRule<GatewayResponse>; 3] = [
    PatchRule::new("/statusCode", &[Op::Replace], |response, change| {
        let status: Option<CompactString> = change.optional();
        if status.as_deref().is_some_and(|status| !is_status(status)) {
            return Err(change.bad_value(None));
        }
        response.status_code = status;
        Ok(())
    }),
    PatchRule::new("/responseParameters/{name}", &[Op::Add, Op::Replace, Op::Remove], |response, change| {
        patch_entry(&mut response.response_parameters, "responseParameters", change)
    }),
    PatchRule::new(
        "/responseTemplates/{contentType}",
        &[Op::Add, Op::Replace, Op::Remove],
        |response, change| patch_entry(&mut response.response_templates, "responseTemplates", change),
    ),
];

/// `[1-5]\d\d`, as the model has it for PutGatewayResponse.
pub(super) fn is_status(status: &str) -> bool {
    matches!(status.as_bytes(), [b'1'..=b'5', b'0'..=b'9', b'0'..=b'9'])
}

fn patch_entry(
    entries: &mut SmallMap<String, String>,
    member: &str,
    change: &Change<'_>,
) -> Result<(), Fault> {
    let name = change.captured(0);
    let is_there = entries.contains_key(name);
    match change.op {
        Op::Replace | Op::Remove if !is_there => return Err(not_found("Invalid parameter name specified")),
        Op::Remove => {
            entries.remove(name);
        }
        _ if change.value().is_empty() => {
            return Err(bad_request(format!("Invalid null or empty value in {member}")));
        }
        _ => {
            entries.insert(name.to_owned(), change.value().to_owned());
        }
    }
    Ok(())
}

fn update(
    ctx: &Ctx<'_>,
    state: &mut ApiGateway,
    input: UpdateGatewayResponse,
) -> Result<Arc<GatewayResponse>, Fault> {
    let api = input.rest_api_id;
    rest_apis::find(ctx, state, &api)?;
    let own = state.gateway_responses.get(&(api.clone(), input.response_type.clone())).cloned();
    let present = own.unwrap_or_else(|| effective(state, &api, &input.response_type));
    let mut response = GatewayResponse { default_response: false, ..GatewayResponse::clone(&present) };
    patch::apply_or(&mut response, &PATCHES, &input.patch_operations, |change| {
        bad_request(format!("Invalid patch path {}", change.path))
    })?;
    response.check()?;
    Ok(store(state, api, response))
}

fn delete(ctx: &Ctx<'_>, state: &mut ApiGateway, input: OneGatewayResponse) -> Result<(), Fault> {
    rest_apis::find(ctx, state, &input.rest_api_id)?;
    let removed = state.gateway_responses.remove(&(input.rest_api_id, input.response_type));
    removed.map(drop).ok_or_else(|| not_found("Gateway response type not defined on api"))
}
