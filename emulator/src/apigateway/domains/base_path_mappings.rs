//! Base path mappings: what a domain name leads to.
//!
//! An API mapping of the other API is the same thing: what it calls the mapping's key is the base path, which may there
//! have several segments.

use std::ops::Bound;
use std::sync::Arc;

use compact_str::CompactString;
use serde::{Deserialize, Serialize};

use super::domain_names::{self, DomainKey, DomainNameId};
use crate::apigateway::faults::{bad_request, conflict, not_found};
use crate::apigateway::paging::{self, Items};
use crate::apigateway::patch::{self, Op, PatchOperation, PatchRule};
use crate::apigateway::{ApiGateway, ApiId, StageName};
use crate::service::{Ctx, Fault};
use crate::store::{Indexed, KeyRange};

pub(crate) type BasePath = CompactString;
/// A mapping: its domain name, and its base path.
pub(crate) type MappingKey = (CompactString, DomainNameId, BasePath);

/// The base path that is none: of the domain name itself.
pub(crate) const NONE: &str = "(none)";

/// A mapping.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct BasePathMapping {
    pub(crate) base_path: BasePath,
    pub(crate) rest_api_id: ApiId,
    /// Without one, the first segment after the base path names the stage.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(crate) stage: Option<StageName>,
    /// The identifier in the other API.
    pub(crate) api_mapping_id: CompactString,
}

/// By what they lead to.
impl Indexed<MappingKey> for BasePathMapping {
    type Term = (ApiId, StageName);

    fn terms(&self, _: &MappingKey, tell: &mut dyn FnMut((ApiId, StageName))) {
        tell((self.rest_api_id.clone(), self.stage.clone().unwrap_or_default()));
    }
}

/// A mapping that is not there yet.
pub(crate) fn new_mapping(
    ctx: &Ctx<'_>,
    base_path: BasePath,
    api: ApiId,
    stage: Option<StageName>,
) -> BasePathMapping {
    let api_mapping_id = ctx.ids.lower(6).into();
    BasePathMapping { base_path, rest_api_id: api, stage, api_mapping_id }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct CreateBasePathMapping {
    domain_name: CompactString,
    domain_name_id: Option<DomainNameId>,
    base_path: Option<BasePath>,
    rest_api_id: ApiId,
    stage: Option<StageName>,
}

pub(super) fn create(
    ctx: &Ctx<'_>,
    state: &mut ApiGateway,
    input: CreateBasePathMapping,
) -> Result<Arc<BasePathMapping>, Fault> {
    let domain = (input.domain_name, input.domain_name_id.unwrap_or_default());
    domain_names::find(state, &domain)?;
    let base_path = read_path(input.base_path.as_deref().unwrap_or_default())?;
    let mapping =
        new_mapping(ctx, base_path, input.rest_api_id, input.stage.filter(|stage| !stage.is_empty()));
    mapping.check_target(state)?;
    let key = (domain.0, domain.1, mapping.base_path.clone());
    if state.base_path_mappings.contains(&key) {
        return Err(taken(&key.2));
    }
    Ok(state.base_path_mappings.put(key, mapping))
}

impl BasePathMapping {
    /// The texts are those of other tools' records of AWS.
    fn check_target(&self, state: &ApiGateway) -> Result<(), Fault> {
        if !state.rest_apis.contains(&self.rest_api_id) {
            return Err(bad_request("Invalid REST API identifier specified"));
        }
        match &self.stage {
            Some(stage) if !state.stages.contains(&(self.rest_api_id.clone(), stage.clone())) => {
                Err(bad_request("Invalid stage identifier specified"))
            }
            _ => Ok(()),
        }
    }
}

/// A base path as it is kept. The first text is recorded, the second is the other API's.
fn read_path(given: &str) -> Result<BasePath, Fault> {
    if given.is_empty() || given == NONE {
        return Ok(BasePath::const_new(NONE));
    }
    if given.contains('/') {
        return Err(bad_request(
            "API Gateway V1 doesn't support the slash character (/) in base path mappings. To create a multi-level \
             base path mapping, use API Gateway V2.",
        ));
    }
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"$-_.+!*'()".contains(&byte);
    if !given.bytes().all(allowed) {
        return Err(bad_request("A base path may contain only letters, numbers and one of $-_.+!*'()"));
    }
    Ok(given.into())
}

fn taken(base_path: &str) -> Fault {
    if base_path == NONE {
        return conflict("Only one base path mapping is allowed if the base path is empty.");
    }
    conflict("Base path already exists for this domain name")
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct OneBasePathMapping {
    domain_name: CompactString,
    domain_name_id: Option<DomainNameId>,
    base_path: BasePath,
}

impl OneBasePathMapping {
    fn key(self) -> MappingKey {
        (self.domain_name, self.domain_name_id.unwrap_or_default(), self.base_path)
    }
}

pub(super) fn get(
    _: &Ctx<'_>,
    state: &ApiGateway,
    input: OneBasePathMapping,
) -> Result<Arc<BasePathMapping>, Fault> {
    find(state, &input.key()).map(Arc::clone)
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct GetBasePathMappings {
    domain_name: CompactString,
    domain_name_id: Option<DomainNameId>,
    position: Option<String>,
    limit: Option<i64>,
}

pub(super) fn list(
    _: &Ctx<'_>,
    state: &ApiGateway,
    input: GetBasePathMappings,
) -> Result<Items<Arc<BasePathMapping>>, Fault> {
    let domain = (input.domain_name, input.domain_name_id.unwrap_or_default());
    domain_names::find(state, &domain)?;
    paging::list(&state.base_path_mappings, of_domain(&domain), input.position.as_deref(), input.limit)
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct UpdateBasePathMapping {
    domain_name: CompactString,
    domain_name_id: Option<DomainNameId>,
    base_path: BasePath,
    #[serde(default)]
    patch_operations: Vec<PatchOperation>,
}

const PATCHES: [PatchRule<BasePathMapping>; 3] = [
    PatchRule::new("/basePath", &[Op::Replace], |mapping, change| {
        mapping.base_path = read_path(change.value())?;
        Ok(())
    }),
    PatchRule::new("/restapiId", &[Op::Replace], |mapping, change| {
        mapping.rest_api_id = change.value().into();
        Ok(())
    }),
    PatchRule::new("/stage", &[Op::Replace], |mapping, change| {
        mapping.stage = change.optional();
        Ok(())
    }),
];

pub(super) fn update(
    _: &Ctx<'_>,
    state: &mut ApiGateway,
    input: UpdateBasePathMapping,
) -> Result<Arc<BasePathMapping>, Fault> {
    let key = (input.domain_name, input.domain_name_id.unwrap_or_default(), input.base_path);
    let mut mapping = BasePathMapping::clone(find(state, &key)?);
    patch::apply(&mut mapping, &PATCHES, &input.patch_operations)?;
    mapping.check_target(state)?;
    let moved = (key.0.clone(), key.1.clone(), mapping.base_path.clone());
    if moved != key {
        if state.base_path_mappings.contains(&moved) {
            return Err(taken(&moved.2));
        }
        state.base_path_mappings.remove(&key);
    }
    Ok(state.base_path_mappings.put(moved, mapping))
}

pub(super) fn delete(_: &Ctx<'_>, state: &mut ApiGateway, input: OneBasePathMapping) -> Result<(), Fault> {
    let key = input.key();
    find(state, &key)?;
    state.base_path_mappings.remove(&key);
    Ok(())
}

/// The mapping of this key.
fn find<'a>(state: &'a ApiGateway, key: &MappingKey) -> Result<&'a Arc<BasePathMapping>, Fault> {
    domain_names::find(state, &(key.0.clone(), key.1.clone()))?;
    state
        .base_path_mappings
        .get(key)
        .ok_or_else(|| not_found("Invalid base path mapping identifier specified"))
}

/// The keys of what belongs to a domain name.
pub(crate) fn of_domain((name, id): &DomainKey) -> KeyRange<(CompactString, DomainNameId, CompactString)> {
    let behind = DomainNameId::from(format!("{id}\0"));
    (
        Bound::Included((name.clone(), id.clone(), CompactString::default())),
        Bound::Excluded((name.clone(), behind, CompactString::default())),
    )
}
