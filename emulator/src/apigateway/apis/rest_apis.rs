//! REST APIs.

use std::ops::Bound;
use std::sync::Arc;

use compact_str::CompactString;
use serde::{Deserialize, Serialize};

use super::resources::Resource;
use crate::apigateway::paging::limit;
use crate::apigateway::tags::{self, Tags};
use crate::apigateway::{ApiGateway, ApiId, ResourceId, access, domains, faults};
use crate::service::{Ctx, Fault};
use crate::store::{KeyRange, SmallMap};
use crate::time::Timestamp;

/// A REST API.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct RestApi {
    pub(crate) id: ApiId,
    name: CompactString,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    created_date: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    version: Option<CompactString>,
    api_key_source: CompactString,
    endpoint_configuration: EndpointConfiguration,
    #[serde(default, skip_serializing_if = "SmallMap::is_empty")]
    tags: Tags,
    pub(crate) disable_execute_api_endpoint: bool,
    root_resource_id: ResourceId,
}

/// How an API is reached.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct EndpointConfiguration {
    #[serde(default)]
    types: Vec<CompactString>,
    ip_address_type: Option<CompactString>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct CreateRestApi {
    name: CompactString,
    description: Option<String>,
    version: Option<CompactString>,
    api_key_source: Option<CompactString>,
    endpoint_configuration: Option<EndpointConfiguration>,
    #[serde(default)]
    tags: Tags,
    #[serde(default)]
    disable_execute_api_endpoint: bool,
}

pub(super) fn create(
    ctx: &Ctx<'_>,
    state: &mut ApiGateway,
    input: CreateRestApi,
) -> Result<Arc<RestApi>, Fault> {
    if input.name.is_empty() {
        return Err(faults::bad_request("Name cannot be an empty string"));
    }
    tags::check(&input.tags)?;
    let id = ApiId::from(ctx.ids.lower(10));
    let root = ResourceId::from(ctx.ids.lower(10));
    let mut endpoint = input
        .endpoint_configuration
        .unwrap_or(EndpointConfiguration { types: Vec::new(), ip_address_type: None });
    if endpoint.types.is_empty() {
        endpoint.types.push(CompactString::const_new("EDGE"));
    }
    endpoint.ip_address_type.get_or_insert(CompactString::const_new("ipv4"));
    let api = RestApi {
        id: id.clone(),
        name: input.name,
        description: input.description,
        created_date: ctx.now.whole_seconds(),
        version: input.version,
        api_key_source: input.api_key_source.unwrap_or(CompactString::const_new("HEADER")),
        endpoint_configuration: endpoint,
        tags: input.tags,
        disable_execute_api_endpoint: input.disable_execute_api_endpoint,
        root_resource_id: root.clone(),
    };
    state.resources.put((id.clone(), root.clone()), Resource::root(root));
    Ok(state.rest_apis.put(id, api))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct OneRestApi {
    rest_api_id: ApiId,
}

pub(super) fn get(ctx: &Ctx<'_>, state: &ApiGateway, input: OneRestApi) -> Result<Arc<RestApi>, Fault> {
    find(ctx, state, &input.rest_api_id).map(Arc::clone)
}

#[derive(Deserialize)]
pub(super) struct GetRestApis {
    position: Option<String>,
    limit: Option<i64>,
}

#[derive(Serialize)]
pub(super) struct RestApis {
    position: Option<String>,
    items: Vec<Arc<RestApi>>,
}

pub(super) fn list(_: &Ctx<'_>, state: &ApiGateway, input: GetRestApis) -> Result<RestApis, Fault> {
    let everything = (Bound::Unbounded, Bound::Unbounded);
    let page = state
        .rest_apis
        .page(everything, input.position.as_deref(), limit(input.limit)?, |_, _| true)
        .map_err(faults::bad_position)?;
    Ok(RestApis { position: page.next, items: page.rows.into_iter().map(|(_, api)| api).collect() })
}

pub(super) fn delete(ctx: &Ctx<'_>, state: &mut ApiGateway, input: OneRestApi) -> Result<(), Fault> {
    let id = input.rest_api_id;
    find(ctx, state, &id)?;
    domains::check_unmapped(state, &id, None)?;
    access::forget_stages(state, &id, None);
    state.stages.remove_range(of_api(&id));
    state.deployments.remove_range(of_api(&id));
    let (from, to) = bounds(&id);
    let nothing = CompactString::default;
    state.methods.remove_range((from, nothing(), nothing())..(to, nothing(), nothing()));
    state.resources.remove_range(of_api(&id));
    state.rest_apis.remove(&id);
    Ok(())
}

/// The API of this id.
pub(crate) fn find<'a>(ctx: &Ctx<'_>, state: &'a ApiGateway, id: &ApiId) -> Result<&'a Arc<RestApi>, Fault> {
    state.rest_apis.get(id).ok_or_else(|| faults::no_api(ctx, id))
}

/// The keys of what belongs to an API, in tables keyed by API first.
pub(crate) fn of_api(id: &ApiId) -> KeyRange<(ApiId, CompactString)> {
    let (from, to) = bounds(id);
    (Bound::Included((from, CompactString::default())), Bound::Excluded((to, CompactString::default())))
}

/// From an API's id to the first key behind it. No id holds a NUL.
fn bounds(id: &ApiId) -> (ApiId, ApiId) {
    (id.clone(), ApiId::from(format!("{id}\0")))
}
