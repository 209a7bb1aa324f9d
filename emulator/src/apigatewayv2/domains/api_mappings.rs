//! API mappings: what a domain name leads to. The rows are those of base path mappings.

use std::sync::Arc;

use compact_str::CompactString;
use serde::{Deserialize, Serialize};

use super::check_target;
use crate::apigateway::faults::{bad_request, conflict, not_found};
use crate::apigateway::{
    ApiGateway, ApiId, BasePath, BasePathMapping, DomainKey, NO_BASE_PATH, StageName, find_domain,
    new_mapping, of_domain, public, quotas,
};
use crate::apigatewayv2::faults::reworded;
use crate::apigatewayv2::paging::{Items, bad_token, limit};
use crate::service::{Ctx, Fault};

/// The longest key, as documented.
const LONGEST_KEY: usize = 300;

/// An API mapping as it is answered.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct ApiMapping {
    api_id: ApiId,
    api_mapping_id: CompactString,
    api_mapping_key: BasePath,
    stage: StageName,
}

impl ApiMapping {
    fn of(row: &BasePathMapping) -> Self {
        let key = if row.base_path == NO_BASE_PATH { "" } else { row.base_path.as_str() };
        Self {
            api_id: row.rest_api_id.clone(),
            api_mapping_id: row.api_mapping_id.clone(),
            api_mapping_key: key.into(),
            stage: row.stage.clone().unwrap_or_default(),
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct CreateApiMapping {
    api_id: ApiId,
    api_mapping_key: Option<BasePath>,
    domain_name: CompactString,
    stage: StageName,
}

pub(super) fn create(
    ctx: &Ctx<'_>,
    state: &mut ApiGateway,
    input: CreateApiMapping,
) -> Result<ApiMapping, Fault> {
    let domain = public(input.domain_name);
    find_domain(state, &domain)?;
    let base_path = read_key(input.api_mapping_key.as_deref().unwrap_or_default())?;
    check_target(state, &input.api_id, &input.stage)?;
    let mapping = new_mapping(ctx, base_path, input.api_id, Some(input.stage));
    place(ctx, state, &domain, None, mapping)
}

/// Puts a mapping in the place of `before`, where nothing else may be.
fn place(
    ctx: &Ctx<'_>,
    state: &mut ApiGateway,
    domain: &DomainKey,
    before: Option<&BasePath>,
    mapping: BasePathMapping,
) -> Result<ApiMapping, Fault> {
    let (name, id) = domain;
    let key = |path: &BasePath| (name.clone(), id.clone(), path.clone());
    if before != Some(&mapping.base_path) && state.base_path_mappings.contains(&key(&mapping.base_path)) {
        return Err(conflict("ApiMapping key already exists for this domain name"));
    }
    if is_deep(&mapping.base_path) && !before.is_some_and(is_deep) {
        check_quota(ctx, state, domain)?;
    }
    if let Some(before) = before {
        state.base_path_mappings.remove(&key(before));
    }
    Ok(ApiMapping::of(&state.base_path_mappings.put(key(&mapping.base_path), mapping)))
}

/// Whether a key has several levels. Only such are counted.
fn is_deep(path: &BasePath) -> bool {
    path.contains('/')
}

/// Whether a domain name may have one more mapping of several levels.
fn check_quota(ctx: &Ctx<'_>, state: &ApiGateway, domain: &DomainKey) -> Result<(), Fault> {
    let mappings = || state.base_path_mappings.range(of_domain(domain));
    let present = || mappings().filter(|(_, mapping)| is_deep(&mapping.base_path)).count();
    let what = "multi-level API Mappings";
    quotas::check(ctx, quotas::API_MAPPINGS_PER_DOMAIN, what, "this domain name", present).map_err(reworded)
}

/// A mapping's key as it is kept. Users report the text.
fn read_key(given: &str) -> Result<BasePath, Fault> {
    if given.is_empty() || given == NO_BASE_PATH {
        return Ok(BasePath::const_new(NO_BASE_PATH));
    }
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || b"$-_.+!*'()".contains(&byte);
    let is_segment = |segment: &str| !segment.is_empty() && segment.bytes().all(allowed);
    if given.len() > LONGEST_KEY || !given.split('/').all(is_segment) {
        return Err(bad_request("An ApiMapping key may contain only letters, numbers and one of $-_.+!*'()"));
    }
    Ok(given.into())
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct OneApiMapping {
    api_mapping_id: CompactString,
    domain_name: CompactString,
}

pub(super) fn get(_: &Ctx<'_>, state: &ApiGateway, input: OneApiMapping) -> Result<ApiMapping, Fault> {
    let row = find(state, &public(input.domain_name), &input.api_mapping_id)?;
    Ok(ApiMapping::of(row))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct GetApiMappings {
    domain_name: CompactString,
    max_results: Option<String>,
    next_token: Option<String>,
}

pub(super) fn list(
    _: &Ctx<'_>,
    state: &ApiGateway,
    input: GetApiMappings,
) -> Result<Items<ApiMapping>, Fault> {
    let domain = public(input.domain_name);
    find_domain(state, &domain)?;
    let most = limit(input.max_results.as_deref())?;
    let page = state
        .base_path_mappings
        .page(of_domain(&domain), input.next_token.as_deref(), most, |_, _| true)
        .map_err(bad_token)?;
    Ok(Items::of(page, |row| ApiMapping::of(row)))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct UpdateApiMapping {
    api_id: ApiId,
    api_mapping_id: CompactString,
    api_mapping_key: Option<BasePath>,
    domain_name: CompactString,
    stage: Option<StageName>,
}

pub(super) fn update(
    ctx: &Ctx<'_>,
    state: &mut ApiGateway,
    input: UpdateApiMapping,
) -> Result<ApiMapping, Fault> {
    let domain = public(input.domain_name);
    let mut mapping = BasePathMapping::clone(find(state, &domain, &input.api_mapping_id)?);
    let before = mapping.base_path.clone();
    mapping.rest_api_id = input.api_id;
    if let Some(key) = input.api_mapping_key {
        mapping.base_path = read_key(&key)?;
    }
    if input.stage.is_some() {
        mapping.stage = input.stage;
    }
    let stage = mapping.stage.clone().unwrap_or_default();
    check_target(state, &mapping.rest_api_id, &stage)?;
    place(ctx, state, &domain, Some(&before), mapping)
}

pub(super) fn delete(_: &Ctx<'_>, state: &mut ApiGateway, input: OneApiMapping) -> Result<(), Fault> {
    let domain = public(input.domain_name);
    let base_path = find(state, &domain, &input.api_mapping_id)?.base_path.clone();
    state.base_path_mappings.remove(&(domain.0, domain.1, base_path));
    Ok(())
}

/// The mapping of this id. A domain name has few.
fn find<'a>(
    state: &'a ApiGateway,
    domain: &DomainKey,
    id: &CompactString,
) -> Result<&'a Arc<BasePathMapping>, Fault> {
    find_domain(state, domain)?;
    let mut rows = state.base_path_mappings.range(of_domain(domain)).map(|(_, row)| row);
    // Inferred, after the texts of other identifiers.
    rows.find(|row| row.api_mapping_id == *id)
        .ok_or_else(|| not_found("Invalid API mapping identifier specified"))
}
