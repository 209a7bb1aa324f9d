//! UpdateRestApi: the paths of an API and what patches do there.

use std::sync::Arc;

use compact_str::CompactString;
use serde::Deserialize;

use super::endpoint::parse_type;
use super::policy::ResourcePolicy;
use super::{RestApi, bad_compression_size, find};
use crate::apigateway::endpoint::SECURITY_POLICIES;
use crate::apigateway::faults::{bad_request, no_content_type};
use crate::apigateway::patch::{self, Change, Op, PatchOperation, PatchRule};
use crate::apigateway::{ApiGateway, ApiId};
use crate::service::{Ctx, Fault};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::apigateway::apis) struct UpdateRestApi {
    rest_api_id: ApiId,
    #[serde(default)]
    patch_operations: Vec<PatchOperation>,
}

pub(in crate::apigateway::apis) fn update(
    ctx: &Ctx<'_>,
    state: &mut ApiGateway,
    input: UpdateRestApi,
) -> Result<Arc<RestApi>, Fault> {
    let id = input.rest_api_id;
    let present = find(ctx, state, &id)?;
    let type_before = present.endpoint_configuration.endpoint_type();
    let mut draft = Draft { api: RestApi::clone(present), policy: None };
    patch::apply_or(&mut draft, &PATCHES, &input.patch_operations, unsupported)?;
    let mut api = draft.api;
    if let Some(policy) = draft.policy {
        api.policy = Some(ResourcePolicy::parse(ctx, &id, &policy)?);
    }
    api.check()?;
    if api.endpoint_configuration.endpoint_type() != type_before {
        api.endpoint_configuration.check_quota(ctx, state)?;
    }
    Ok(state.rest_apis.put(id, api))
}

/// An API on its way from one state to the next.
struct Draft {
    api: RestApi,
    /// The policy to set, as it was written.
    policy: Option<String>,
}

const SET: &[Op] = &[Op::Replace];

const PATCHES: [PatchRule<Draft>; 14] = [
    PatchRule::new("/name", SET, |draft, change| {
        draft.api.name = change.value().into();
        Ok(())
    }),
    PatchRule::new("/description", SET, |draft, change| {
        draft.api.description = change.optional();
        Ok(())
    }),
    PatchRule::new("/version", SET, |draft, change| {
        draft.api.version = change.optional();
        Ok(())
    }),
    PatchRule::new("/policy", &[Op::Replace, Op::Remove], |draft, change| {
        draft.api.policy = None;
        draft.policy = change.optional();
        Ok(())
    }),
    PatchRule::new("/apiKeySource", SET, |draft, change| {
        draft.api.api_key_source = change.one_of(&["HEADER", "AUTHORIZER"])?.into();
        Ok(())
    }),
    PatchRule::new("/minimumCompressionSize", SET, |draft, change| {
        let size = change.optional::<String>().map(|size| size.parse()).transpose();
        draft.api.minimum_compression_size = size.map_err(|_| bad_compression_size())?;
        Ok(())
    }),
    PatchRule::new("/binaryMediaTypes/{type}", &[Op::Add, Op::Replace, Op::Remove], |draft, change| {
        set_media_type(&mut draft.api.binary_media_types, change)
    }),
    PatchRule::new("/endpointConfiguration/types/{type}", SET, |draft, change| {
        let endpoint = &mut draft.api.endpoint_configuration;
        // By its name or by its place, of which there is one.
        if ![endpoint.endpoint_type().name(), "0"].contains(&change.captured(0)) {
            return Err(bad_request(format!("Invalid patch path {}", change.path)));
        }
        endpoint.set_type(parse_type(change.value())?)
    }),
    PatchRule::new("/endpointConfiguration/vpcEndpointIds", &[Op::Add, Op::Remove], |draft, change| {
        set_vpc_endpoint(&mut draft.api, change.op, change.value())
    }),
    PatchRule::new("/endpointConfiguration/vpcEndpointIds/{id}", &[Op::Add, Op::Remove], |draft, change| {
        set_vpc_endpoint(&mut draft.api, change.op, change.captured(0))
    }),
    PatchRule::new("/endpointConfiguration/ipAddressType", SET, |draft, change| {
        draft.api.endpoint_configuration.set_ip_address_type(change.value())
    }),
    PatchRule::new("/disableExecuteApiEndpoint", SET, |draft, change| {
        draft.api.disable_execute_api_endpoint = change.boolean();
        Ok(())
    }),
    PatchRule::new("/securityPolicy", SET, |draft, change| {
        draft.api.security_policy = change.one_of(&SECURITY_POLICIES)?.into();
        Ok(())
    }),
    PatchRule::new("/endpointAccessMode", SET, |draft, change| {
        draft.api.endpoint_access_mode = change.optional_of(&["BASIC", "STRICT"])?;
        Ok(())
    }),
];

/// A type that replaces another comes last, as reported. What AWS says of one that is not there is not known.
fn set_media_type(types: &mut Vec<CompactString>, change: &Change<'_>) -> Result<(), Fault> {
    let place = types.iter().position(|present| present == change.captured(0));
    match (change.op, place) {
        (Op::Add, Some(_)) => {}
        (Op::Add, None) => types.push(change.captured(0).into()),
        (_, None) => return Err(no_content_type()),
        (op, Some(place)) => {
            types.remove(place);
            if op == Op::Replace {
                types.push(change.value().into());
            }
        }
    }
    Ok(())
}

fn set_vpc_endpoint(api: &mut RestApi, op: Op, id: &str) -> Result<(), Fault> {
    if op == Op::Remove {
        return api.endpoint_configuration.remove_vpc_endpoint(id);
    }
    api.endpoint_configuration.add_vpc_endpoint(id);
    Ok(())
}

/// The answer to an operation that no path of an API takes. Of endpoint types AWS says less than the truth.
fn unsupported(change: &Change<'_>) -> Fault {
    if change.path.starts_with("/endpointConfiguration/types/") && change.op != Op::Replace {
        return bad_request("Invalid patch operation specified. Must be 'add'|'remove'|'replace'");
    }
    patch::invalid(&PATCHES, change)
}
