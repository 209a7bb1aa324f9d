//! The keys of a usage plan.

use std::ops::Bound;

use compact_str::CompactString;
use serde::{Deserialize, Serialize};

use super::api_keys::{self, ApiKey, KeyId};
use super::usage;
use super::usage_plans::{self, PlanId};
use crate::apigateway::faults::{bad_position, bad_request, conflict};
use crate::apigateway::paging::limit;
use crate::apigateway::{ApiGateway, quotas};
use crate::service::Secret;
use crate::service::{Ctx, Fault};
use crate::store::{Indexed, KeyRange};

/// The only type of key that a plan takes.
const API_KEY: &str = "API_KEY";

/// A key's place in a plan.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct UsagePlanKey {
    #[serde(rename = "type")]
    key_type: CompactString,
}

/// By plan and key, and by key alone.
impl Indexed<(PlanId, KeyId)> for UsagePlanKey {
    type Term = KeyId;

    fn terms(&self, (_, key): &(PlanId, KeyId), tell: &mut dyn FnMut(KeyId)) {
        tell(key.clone());
    }
}

impl Default for UsagePlanKey {
    fn default() -> Self {
        Self { key_type: CompactString::const_new(API_KEY) }
    }
}

/// A plan's key as it is answered: the name and the value are those of the API key.
#[derive(Serialize)]
pub(super) struct UsagePlanKeyOutput {
    id: KeyId,
    #[serde(rename = "type")]
    key_type: CompactString,
    value: Option<Secret>,
    name: Option<String>,
}

impl UsagePlanKeyOutput {
    fn of(place: &UsagePlanKey, key: &ApiKey) -> Self {
        Self {
            id: key.id.clone(),
            key_type: place.key_type.clone(),
            value: key.value.clone(),
            name: key.name.clone(),
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct CreateUsagePlanKey {
    usage_plan_id: PlanId,
    key_id: KeyId,
    key_type: CompactString,
}

pub(super) fn create(
    ctx: &Ctx<'_>,
    state: &mut ApiGateway,
    input: CreateUsagePlanKey,
) -> Result<UsagePlanKeyOutput, Fault> {
    let plan = usage_plans::find(state, &input.usage_plan_id)?;
    if input.key_type != API_KEY {
        // Inferred.
        return Err(bad_request(format!(
            "Invalid key type specified: {}. Must be one of: [{API_KEY}]",
            input.key_type
        )));
    }
    let key = api_keys::find(state, &input.key_id)?;
    let place = (input.usage_plan_id, input.key_id);
    if state.usage_plan_keys.contains(&place) {
        // Inferred. A key's id may be its value, and is left out.
        return Err(conflict(format!("API Key is already associated with usage plan {}", place.0)));
    }
    usage_plans::check_key(state, plan, &place.1)?;
    check_quota(ctx, state, &place.0, &place.1)?;
    let output = UsagePlanKeyOutput::of(&UsagePlanKey::default(), key);
    state.usage_plan_keys.put(place, UsagePlanKey::default());
    Ok(output)
}

/// Whether a key that may be in this plan already can be in it.
pub(super) fn check_quota(
    ctx: &Ctx<'_>,
    state: &ApiGateway,
    plan: &PlanId,
    key: &KeyId,
) -> Result<(), Fault> {
    let others = || state.usage_plan_keys.naming(key).filter(|((other, _), _)| other != plan).count();
    quotas::check(ctx, quotas::USAGE_PLANS_PER_API_KEY, "Usage Plans", "this API Key", others)
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct OneUsagePlanKey {
    usage_plan_id: PlanId,
    key_id: KeyId,
}

pub(super) fn get(
    _: &Ctx<'_>,
    state: &ApiGateway,
    input: OneUsagePlanKey,
) -> Result<UsagePlanKeyOutput, Fault> {
    usage_plans::find(state, &input.usage_plan_id)?;
    let key = api_keys::find(state, &input.key_id)?;
    let place = (input.usage_plan_id, input.key_id);
    let place = state.usage_plan_keys.get(&place).ok_or_else(api_keys::no_key)?;
    Ok(UsagePlanKeyOutput::of(place, key))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct GetUsagePlanKeys {
    usage_plan_id: PlanId,
    position: Option<String>,
    limit: Option<i64>,
    name_query: Option<String>,
}

#[derive(Serialize)]
pub(super) struct UsagePlanKeys {
    position: Option<String>,
    items: Vec<UsagePlanKeyOutput>,
}

pub(super) fn list(_: &Ctx<'_>, state: &ApiGateway, input: GetUsagePlanKeys) -> Result<UsagePlanKeys, Fault> {
    let plan = input.usage_plan_id;
    usage_plans::find(state, &plan)?;
    let is_wanted = |(_, key): &(PlanId, KeyId), _: &UsagePlanKey| {
        let key = state.api_keys.get(key);
        key.is_some_and(|key| api_keys::is_named(key, input.name_query.as_deref()))
    };
    let page = state
        .usage_plan_keys
        .page(of_plan(&plan), input.position.as_deref(), limit(input.limit)?, is_wanted)
        .map_err(bad_position)?;
    let items = page.rows.iter().filter_map(|((_, id), place)| {
        let key = state.api_keys.get(id)?;
        Some(UsagePlanKeyOutput::of(place, key))
    });
    Ok(UsagePlanKeys { position: page.next, items: items.collect() })
}

pub(super) fn delete(_: &Ctx<'_>, state: &mut ApiGateway, input: OneUsagePlanKey) -> Result<(), Fault> {
    usage_plans::find(state, &input.usage_plan_id)?;
    let place = (input.usage_plan_id, input.key_id);
    // Inferred: a key that is not the plan's is as unknown as any.
    if !state.usage_plan_keys.contains(&place) {
        return Err(api_keys::no_key());
    }
    forget(state, &place);
    Ok(())
}

/// Takes a key, and what it used, out of a plan.
pub(super) fn forget(state: &mut ApiGateway, place: &(PlanId, KeyId)) {
    state.usage.remove_range(usage::of_key(place));
    state.usage_plan_keys.remove(place);
}

/// The ids of a plan's keys.
pub(super) fn keys_of<'a>(state: &'a ApiGateway, plan: &PlanId) -> impl Iterator<Item = &'a KeyId> {
    state.usage_plan_keys.range(of_plan(plan)).map(|((_, key), _)| key)
}

/// A key's places in plans.
pub(super) fn places_of(state: &ApiGateway, key: &KeyId) -> Vec<(PlanId, KeyId)> {
    state.usage_plan_keys.naming(key).map(|(place, _)| place.clone()).collect()
}

/// The places of a plan's keys.
pub(super) fn of_plan(plan: &PlanId) -> KeyRange<(PlanId, KeyId)> {
    let behind = PlanId::from(format!("{plan}\0"));
    (Bound::Included((plan.clone(), KeyId::default())), Bound::Excluded((behind, KeyId::default())))
}
