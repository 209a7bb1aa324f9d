//! REST APIs.

mod clone;
mod endpoint;
mod policy;
mod update;

use std::ops::Bound;
use std::sync::Arc;

use compact_str::CompactString;
use serde::{Deserialize, Serialize};

use self::endpoint::{EndpointConfiguration, NewEndpoint};
use self::policy::ResourcePolicy;
use super::resources::Resource;
use super::{models, parts};
use crate::apigateway::paging::{self, Items, everything};
use crate::apigateway::tags::{self, Tags};
use crate::apigateway::{ApiGateway, ApiId, EndpointType, ResourceId, StageName, access, domains, faults};
use crate::service::{Ctx, Fault};
use crate::store::{Indexed, KeyRange, SmallMap};
use crate::time::Timestamp;

pub(in crate::apigateway) use endpoint::parse_type as parse_endpoint_type;
pub(crate) use policy::plain_policy;
pub(super) use update::update;

/// The largest answer that can be left uncompressed, in bytes, as documented.
const LARGEST_COMPRESSION_SIZE: i64 = 10 << 20;

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
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) binary_media_types: Vec<CompactString>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) minimum_compression_size: Option<i64>,
    api_key_source: CompactString,
    endpoint_configuration: EndpointConfiguration,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) policy: Option<ResourcePolicy>,
    #[serde(default, skip_serializing_if = "SmallMap::is_empty")]
    pub(in crate::apigateway) tags: Tags,
    pub(crate) disable_execute_api_endpoint: bool,
    root_resource_id: ResourceId,
    #[serde(default)]
    security_policy: CompactString,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    endpoint_access_mode: Option<CompactString>,
    #[serde(default)]
    api_status: CompactString,
    /// Of the last import. That GetRestApi answers them, too, is inferred.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(crate) warnings: Vec<String>,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct CreateRestApi {
    name: CompactString,
    description: Option<String>,
    version: Option<CompactString>,
    clone_from: Option<ApiId>,
    binary_media_types: Option<Vec<CompactString>>,
    minimum_compression_size: Option<i64>,
    api_key_source: Option<CompactString>,
    endpoint_configuration: Option<NewEndpoint>,
    policy: Option<String>,
    #[serde(default)]
    tags: Tags,
    #[serde(default)]
    disable_execute_api_endpoint: bool,
    security_policy: Option<CompactString>,
    endpoint_access_mode: Option<CompactString>,
}

/// Creates an API. As a clone it has all that defines the other, and of its settings those that the request leaves out
/// and that are no matter of endpoints and access, which is inferred.
pub(super) fn create(
    ctx: &Ctx<'_>,
    state: &mut ApiGateway,
    input: CreateRestApi,
) -> Result<Arc<RestApi>, Fault> {
    let source = match &input.clone_from {
        Some(id) => Some(Arc::clone(find(ctx, state, id)?)),
        None => None,
    };
    if input.description.as_deref() == Some("") {
        return Err(faults::bad_request("Description cannot be an empty string"));
    }
    tags::check(&input.tags)?;
    let settings = source.as_deref();
    let id = ApiId::from(ctx.ids.lower(10));
    let root = ResourceId::from(ctx.ids.lower(10));
    let endpoint_configuration = input.endpoint_configuration.unwrap_or_default().build()?;
    let api = RestApi {
        id: id.clone(),
        name: input.name,
        description: input.description.or_else(|| settings?.description.clone()),
        created_date: ctx.now.whole_seconds(),
        version: input.version.or_else(|| settings?.version.clone()),
        binary_media_types: input
            .binary_media_types
            .or_else(|| Some(settings?.binary_media_types.clone()))
            .unwrap_or_default(),
        minimum_compression_size: input
            .minimum_compression_size
            .or_else(|| settings?.minimum_compression_size),
        api_key_source: input
            .api_key_source
            .or_else(|| Some(settings?.api_key_source.clone()))
            .unwrap_or(CompactString::const_new("HEADER")),
        policy: match input.policy.filter(|policy| !policy.is_empty()) {
            Some(policy) => Some(ResourcePolicy::parse(ctx, &id, &policy)?),
            None => None,
        },
        tags: input.tags,
        disable_execute_api_endpoint: input.disable_execute_api_endpoint,
        root_resource_id: root.clone(),
        security_policy: input
            .security_policy
            .unwrap_or_else(|| endpoint_configuration.default_security_policy()),
        endpoint_access_mode: input.endpoint_access_mode,
        endpoint_configuration,
        api_status: CompactString::const_new("AVAILABLE"),
        warnings: Vec::new(),
    };
    api.check()?;
    api.endpoint_configuration.check_quota(ctx, state)?;
    match source {
        Some(source) => clone::definition(ctx, state, &source, &api),
        None => {
            state.resources.put((id.clone(), root.clone()), Resource::root(root));
            models::put_defaults(ctx, state, &id);
        }
    }
    Ok(state.rest_apis.put(id, api))
}

/// By what they are counted by.
impl Indexed<ApiId> for RestApi {
    type Term = EndpointType;

    fn terms(&self, _: &ApiId, tell: &mut dyn FnMut(EndpointType)) {
        tell(self.endpoint_configuration.endpoint_type());
    }
}

impl RestApi {
    /// Whether it is reached through CloudFront.
    pub(super) fn is_edge_optimized(&self) -> bool {
        self.endpoint_configuration.endpoint_type() == EndpointType::Edge
    }

    /// Refuses settings that do not go together.
    fn check(&self) -> Result<(), Fault> {
        if self.name.is_empty() {
            return Err(faults::bad_request("Name cannot be an empty string"));
        }
        self.endpoint_configuration.check()?;
        self.endpoint_configuration
            .check_security(&self.security_policy, self.endpoint_access_mode.as_deref())?;
        let size = self.minimum_compression_size.unwrap_or_default();
        if !(0..=LARGEST_COMPRESSION_SIZE).contains(&size) {
            return Err(bad_compression_size());
        }
        Ok(())
    }

    /// Whether the API can be reached from its VPC endpoints alone.
    /// Whether API keys are told by authorizers, and not by clients.
    pub(crate) fn takes_keys_of_authorizers(&self) -> bool {
        self.api_key_source == "AUTHORIZER"
    }

    pub(crate) fn is_private(&self) -> bool {
        self.endpoint_configuration.is_private()
    }
}

fn bad_compression_size() -> Fault {
    faults::bad_request(format!(
        "Invalid minimum compression size, must be between 0 and {LARGEST_COMPRESSION_SIZE}"
    ))
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

pub(super) fn list(
    _: &Ctx<'_>,
    state: &ApiGateway,
    input: GetRestApis,
) -> Result<Items<Arc<RestApi>>, Fault> {
    paging::list(&state.rest_apis, everything(), input.position.as_deref(), input.limit)
}

pub(super) fn delete(ctx: &Ctx<'_>, state: &mut ApiGateway, input: OneRestApi) -> Result<(), Fault> {
    let id = input.rest_api_id;
    find(ctx, state, &id)?;
    domains::check_no_target(state, &id, None, domains::Words::REST)?;
    access::forget_stages(state, &id, None);
    state.stages.remove_range(of_api(&id));
    state.deployments.remove_range(of_api(&id));
    let (from, to) = bounds(&id);
    let nothing = CompactString::default;
    state.methods.remove_range((from, nothing(), nothing())..(to, nothing(), nothing()));
    state.resources.remove_range(of_api(&id));
    parts::remove_all(state, &id);
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

/// What names a stage of an API, or all that name the API, in tables and indexes of APIs and stages.
pub(crate) fn of_stage(api: &ApiId, stage: Option<&StageName>) -> KeyRange<(ApiId, StageName)> {
    match stage {
        Some(stage) => {
            let key = (api.clone(), stage.clone());
            (Bound::Included(key.clone()), Bound::Included(key))
        }
        None => of_api(api),
    }
}

/// From an API's id to the first key behind it. No id holds a NUL.
fn bounds(id: &ApiId) -> (ApiId, ApiId) {
    (id.clone(), ApiId::from(format!("{id}\0")))
}
