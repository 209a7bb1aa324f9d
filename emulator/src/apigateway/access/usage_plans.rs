//! Usage plans.

use std::collections::BTreeSet;
use std::sync::Arc;

use compact_str::CompactString;
use serde::{Deserialize, Serialize};

use super::api_keys::KeyId;
use super::usage_plan_keys::{self, of_plan};
use crate::apigateway::apis::VERBS;
use crate::apigateway::faults::{self, bad_request, conflict, not_found};
use crate::apigateway::paging::{self, Items, everything, limit};
use crate::apigateway::patch::{self, Change, Op, PatchOperation, PatchRule};
use crate::apigateway::tags::{self, Tags};
use crate::apigateway::{ApiGateway, ApiId, StageName, of_stage, quotas};
use crate::service::{Ctx, Fault};
use crate::store::{Indexed, Page, SmallMap};

pub(crate) type PlanId = CompactString;

/// A usage plan.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct UsagePlan {
    pub(super) id: PlanId,
    name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    pub(super) api_stages: Vec<ApiStage>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) throttle: Option<Throttle>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) quota: Option<Quota>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    product_code: Option<String>,
    #[serde(default, skip_serializing_if = "SmallMap::is_empty")]
    pub(in crate::apigateway) tags: Tags,
}

/// A stage that the plan's keys open.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ApiStage {
    #[serde(default)]
    api_id: Option<ApiId>,
    #[serde(default)]
    stage: Option<StageName>,
    /// By method, as `{resource path}/{verb}`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) throttle: Option<SmallMap<String, Throttle>>,
}

/// How many requests a second.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Throttle {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) burst_limit: Option<i32>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) rate_limit: Option<f64>,
}

/// How many requests in a period.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Quota {
    #[serde(default)]
    pub(super) limit: i32,
    /// The day on which a period begins: of a week, from Sunday; of a month, from the first.
    #[serde(default)]
    pub(super) offset: i32,
    #[serde(default)]
    pub(super) period: Option<Period>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "UPPERCASE")]
pub(super) enum Period {
    Day,
    Week,
    Month,
}

/// By the stages that it opens.
impl Indexed<PlanId> for UsagePlan {
    type Term = (ApiId, StageName);

    fn terms(&self, _: &PlanId, tell: &mut dyn FnMut((ApiId, StageName))) {
        self.api_stages.iter().map(ApiStage::key).for_each(tell);
    }
}

impl UsagePlan {
    /// What must hold of a plan, however it came to be.
    fn check(&self, ctx: &Ctx<'_>) -> Result<(), Fault> {
        if self.name.is_empty() {
            // Inferred.
            return Err(bad_request("Usage Plan name cannot be an empty string"));
        }
        for throttles in self.api_stages.iter().filter_map(|stage| stage.throttle.as_ref()) {
            let what = "The number of method throttling settings of a stage";
            quotas::check_size(ctx, quotas::METHOD_THROTTLES_PER_STAGE, what, throttles.len())?;
        }
        let of_methods = self.api_stages.iter().filter_map(|stage| stage.throttle.as_ref());
        for throttle in self.throttle.iter().chain(of_methods.flat_map(SmallMap::values)) {
            throttle.check()?;
        }
        self.quota.as_ref().map_or(Ok(()), Quota::check)
    }

    fn holds(&self, api: &str, stage: Option<&str>) -> bool {
        self.api_stages.iter().any(|each| each.is(api, stage))
    }

    /// A plan takes a stage once. The wording is inferred.
    fn check_new(&self, api: &str, stage: &str) -> Result<(), Fault> {
        if self.holds(api, Some(stage)) {
            return Err(conflict(format!(
                "API Stage {api}:{stage} is already associated with the usage plan"
            )));
        }
        Ok(())
    }

    fn quota_mut(&mut self) -> &mut Quota {
        self.quota.get_or_insert_default()
    }

    fn stage_mut(&mut self, change: &Change<'_>) -> Result<&mut ApiStage, Fault> {
        let (api, stage) = stage_of(change.captured(0))?;
        let missing = || no_stage(api, stage);
        self.api_stages.iter_mut().find(|each| each.is(api, Some(stage))).ok_or_else(missing)
    }

    fn method_throttle(&mut self, change: &Change<'_>) -> Result<&mut Throttle, Fault> {
        let method = method_key(change)?;
        let throttles = self.stage_mut(change)?.throttle.get_or_insert_default();
        if !throttles.contains_key(&method) {
            throttles.insert(method.clone(), Throttle::default());
        }
        throttles.get_mut(&method).ok_or_else(|| change.bad_value(None))
    }
}

impl ApiStage {
    fn key(&self) -> (ApiId, StageName) {
        (self.api_id.clone().unwrap_or_default(), self.stage.clone().unwrap_or_default())
    }

    pub(super) fn is(&self, api: &str, stage: Option<&str>) -> bool {
        self.api_id.as_deref() == Some(api) && stage.is_none_or(|stage| self.stage.as_deref() == Some(stage))
    }
}

impl Throttle {
    /// Inferred: that and how API Gateway refuses these.
    fn check(&self) -> Result<(), Fault> {
        let is_rate = |rate: f64| rate.is_finite() && rate >= 0.0;
        if self.burst_limit.is_none_or(|burst| burst >= 0) && self.rate_limit.is_none_or(is_rate) {
            return Ok(());
        }
        Err(bad_request("Usage Plan throttle limits must not be negative"))
    }
}

impl Quota {
    /// The bounds are documented, the wording is inferred.
    fn check(&self) -> Result<(), Fault> {
        let Some(period) = self.period else {
            return Err(bad_request(
                "Usage Plan quota must have a period. Must be one of: [DAY, WEEK, MONTH]",
            ));
        };
        if self.limit < 1 {
            return Err(bad_request("Usage Plan quota limit must be greater than zero"));
        }
        let (last, name) = match period {
            Period::Day => (0, "DAY"),
            Period::Week => (6, "WEEK"),
            Period::Month => (27, "MONTH"),
        };
        if !(0..=last).contains(&self.offset) {
            return Err(bad_request(format!(
                "Usage Plan quota offset must be between 0 and {last} for the period {name}"
            )));
        }
        Ok(())
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct CreateUsagePlan {
    name: String,
    description: Option<String>,
    #[serde(default)]
    api_stages: Vec<ApiStage>,
    throttle: Option<Throttle>,
    quota: Option<Quota>,
    #[serde(default)]
    tags: Tags,
}

pub(super) fn create(
    ctx: &Ctx<'_>,
    state: &mut ApiGateway,
    input: CreateUsagePlan,
) -> Result<Arc<UsagePlan>, Fault> {
    tags::check(&input.tags)?;
    let mut plan = UsagePlan {
        id: ctx.ids.lower(6).into(),
        name: input.name,
        description: input.description,
        api_stages: Vec::with_capacity(input.api_stages.len()),
        throttle: input.throttle,
        quota: input.quota,
        product_code: None,
        tags: input.tags,
    };
    for stage in input.api_stages {
        // Users report the `null`.
        let api = stage.api_id.as_deref().ok_or_else(|| faults::no_api(ctx, "null"))?;
        let name = stage.stage.as_deref().unwrap_or("null");
        check_stage(state, api, name)?;
        plan.check_new(api, name)?;
        plan.api_stages.push(stage);
    }
    plan.check(ctx)?;
    quotas::check_account(ctx, quotas::USAGE_PLANS, "Usage Plans", || state.usage_plans.len())?;
    Ok(state.usage_plans.put(plan.id.clone(), plan))
}

/// A plan takes stages that are there, of REST APIs and of WebSocket APIs, which alone take keys.
fn check_stage(state: &ApiGateway, api: &str, stage: &str) -> Result<(), Fault> {
    let key = (api.into(), stage.into());
    let is_there = state.stages.contains(&key) || state.v2.has_websocket_stage(&key);
    if is_there { Ok(()) } else { Err(no_stage(api, stage)) }
}

fn no_stage(api: &str, stage: &str) -> Fault {
    not_found(format!("API Stage not found: {api}:{stage}"))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct OneUsagePlan {
    usage_plan_id: PlanId,
}

pub(super) fn get(_: &Ctx<'_>, state: &ApiGateway, input: OneUsagePlan) -> Result<Arc<UsagePlan>, Fault> {
    find(state, &input.usage_plan_id).map(Arc::clone)
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct GetUsagePlans {
    position: Option<String>,
    key_id: Option<KeyId>,
    limit: Option<i64>,
}

pub(super) fn list(
    _: &Ctx<'_>,
    state: &ApiGateway,
    input: GetUsagePlans,
) -> Result<Items<Arc<UsagePlan>>, Fault> {
    let position = input.position.as_deref();
    let Some(key) = input.key_id else {
        return paging::list(&state.usage_plans, everything(), position, input.limit);
    };
    let places = state
        .usage_plan_keys
        .page_naming(&key, position, limit(input.limit)?, |_, _| true)
        .map_err(faults::bad_position)?;
    let plan = |((plan, _), _): ((PlanId, KeyId), _)| {
        Some((plan.clone(), Arc::clone(state.usage_plans.get(&plan)?)))
    };
    Ok(Items::from(Page { rows: places.rows.into_iter().filter_map(plan).collect(), next: places.next }))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct UpdateUsagePlan {
    usage_plan_id: PlanId,
    #[serde(default)]
    patch_operations: Vec<PatchOperation>,
}

const SET: &[Op] = &[Op::Add, Op::Replace];

/// The order of paths that take `remove` is that of AWS's answers, which list them. So are the angle brackets.
const PATCHES: [PatchRule<UsagePlan>; 17] = [
    PatchRule::new("/name", &[Op::Replace], |plan, change| {
        plan.name = change.value().to_owned();
        Ok(())
    }),
    PatchRule::new("/description", &[Op::Replace], |plan, change| {
        plan.description = change.optional();
        Ok(())
    }),
    PatchRule::new("/productCode", SET, |plan, change| {
        plan.product_code = change.optional();
        Ok(())
    }),
    PatchRule::new("/apiStages", &[Op::Add], |plan, change| {
        let (api, stage) = stage_of(change.value())?;
        plan.check_new(api, stage)?;
        let (api_id, stage) = (Some(api.into()), Some(stage.into()));
        plan.api_stages.push(ApiStage { api_id, stage, throttle: None });
        Ok(())
    }),
    PatchRule::new("/apiStages", &[Op::Remove], |plan, change| {
        let (api, stage) = stage_of(change.value())?;
        let before = plan.api_stages.len();
        plan.api_stages.retain(|each| !each.is(api, Some(stage)));
        if plan.api_stages.len() == before { Err(no_stage(api, stage)) } else { Ok(()) }
    }),
    PatchRule::new("/quota/limit", SET, |plan, change| {
        plan.quota_mut().limit = change.number()?;
        Ok(())
    }),
    PatchRule::new("/quota/offset", SET, |plan, change| {
        plan.quota_mut().offset = change.number()?;
        Ok(())
    }),
    PatchRule::new("/quota/period", SET, |plan, change| {
        let period = match change.one_of(&["DAY", "WEEK", "MONTH"])? {
            "DAY" => Period::Day,
            "WEEK" => Period::Week,
            _ => Period::Month,
        };
        plan.quota_mut().period = Some(period);
        Ok(())
    }),
    PatchRule::new("/quota", &[Op::Remove], |plan, _| {
        plan.quota = None;
        Ok(())
    }),
    PatchRule::new("/throttle/burstLimit", SET, |plan, change| {
        plan.throttle.get_or_insert_default().burst_limit = Some(change.number()?);
        Ok(())
    }),
    PatchRule::new("/throttle/rateLimit", SET, |plan, change| {
        plan.throttle.get_or_insert_default().rate_limit = Some(change.number()?);
        Ok(())
    }),
    PatchRule::new("/throttle", &[Op::Remove], |plan, _| {
        plan.throttle = None;
        Ok(())
    }),
    PatchRule::new("/productCode", &[Op::Remove], |plan, _| {
        plan.product_code = None;
        Ok(())
    }),
    PatchRule::new(
        "/apiStages/<apidId:stageName>/throttle/<resourcePath>/<httpMethod>",
        &[Op::Remove],
        |plan, change| {
            let method = method_key(change)?;
            let stage = plan.stage_mut(change)?;
            if let Some(throttles) = &mut stage.throttle {
                throttles.remove(&method);
            }
            stage.throttle.take_if(|throttles| throttles.is_empty());
            Ok(())
        },
    ),
    PatchRule::new("/apiStages/<apidId:stageName>/throttle", &[Op::Remove], |plan, change| {
        plan.stage_mut(change)?.throttle = None;
        Ok(())
    }),
    PatchRule::new(
        "/apiStages/<apidId:stageName>/throttle/<resourcePath>/<httpMethod>/burstLimit",
        SET,
        |plan, change| {
            plan.method_throttle(change)?.burst_limit = Some(change.number()?);
            Ok(())
        },
    ),
    PatchRule::new(
        "/apiStages/<apidId:stageName>/throttle/<resourcePath>/<httpMethod>/rateLimit",
        SET,
        |plan, change| {
            plan.method_throttle(change)?.rate_limit = Some(change.number()?);
            Ok(())
        },
    ),
];

/// The API and the stage that `{api}:{stage}` names. API Gateway leaves a third part aside.
fn stage_of(name: &str) -> Result<(&str, &str), Fault> {
    let mut parts = name.split(':');
    match (parts.next(), parts.next()) {
        (Some(api), Some(stage)) if !api.is_empty() && !stage.is_empty() => Ok((api, stage)),
        _ => Err(bad_request("Invalid API Stage specified")),
    }
}

/// The method of a path, as throttles are kept by: `/pets/GET`, and `//GET` for the root.
fn method_key(change: &Change<'_>) -> Result<String, Fault> {
    let (resource, verb) = (change.captured(1), change.captured(2));
    if verb != "*" && !VERBS.contains(&verb) {
        // Inferred.
        return Err(bad_request(format!("Invalid method specified in path: {}", change.path)));
    }
    Ok(format!("{}/{verb}", if resource.is_empty() { "/" } else { resource }))
}

pub(super) fn update(
    ctx: &Ctx<'_>,
    state: &mut ApiGateway,
    input: UpdateUsagePlan,
) -> Result<Arc<UsagePlan>, Fault> {
    let present = find(state, &input.usage_plan_id)?;
    let mut plan = UsagePlan::clone(present);
    patch::apply(&mut plan, &PATCHES, &input.patch_operations)?;
    let added: Vec<_> = plan
        .api_stages
        .iter()
        .map(ApiStage::key)
        .filter(|(api, stage)| !present.holds(api, Some(stage)))
        .collect();
    for (api, stage) in &added {
        check_stage(state, api, stage)?;
    }
    plan.check(ctx)?;
    if !added.is_empty() {
        for key in usage_plan_keys::keys_of(state, &plan.id) {
            check_key(state, &plan, key)?;
        }
    }
    Ok(state.usage_plans.put(plan.id.clone(), plan))
}

/// A key opens a stage through one plan only, as documented. The wording is inferred; it leaves the key's id out, which
/// may be its value.
pub(super) fn check_key(state: &ApiGateway, plan: &UsagePlan, key: &KeyId) -> Result<(), Fault> {
    let others = state.usage_plan_keys.naming(key).map(|((id, _), _)| id).filter(|id| **id != plan.id);
    let mut holding = others.filter_map(|id| Some((id, state.usage_plans.get(id)?))).peekable();
    // Most keys are of one plan.
    if holding.peek().is_none() {
        return Ok(());
    }
    let own: BTreeSet<_> = plan.api_stages.iter().map(|each| (&each.api_id, &each.stage)).collect();
    let shared = holding.find_map(|(id, other)| {
        let shared = other.api_stages.iter().find(|each| own.contains(&(&each.api_id, &each.stage)));
        shared.map(|stage| (id, stage))
    });
    let Some((other, ApiStage { api_id, stage, .. })) = shared else { return Ok(()) };
    Err(conflict(format!(
        "API Key is already associated with API Stage {}:{} through usage plan {other}",
        api_id.as_deref().unwrap_or_default(),
        stage.as_deref().unwrap_or_default()
    )))
}

pub(super) fn delete(_: &Ctx<'_>, state: &mut ApiGateway, input: OneUsagePlan) -> Result<(), Fault> {
    let id = input.usage_plan_id;
    let plan = find(state, &id)?;
    if !plan.api_stages.is_empty() {
        let stages = plan.api_stages.iter().map(|each| {
            let (api, stage) = (each.api_id.as_deref(), each.stage.as_deref());
            format!("{}:{}", api.unwrap_or_default(), stage.unwrap_or_default())
        });
        return Err(bad_request(format!(
            "Cannot delete Usage Plan {id} because there are API Stages associated with it, including {}",
            stages.collect::<Vec<_>>().join(", ")
        )));
    }
    let keys: Vec<_> = state.usage_plan_keys.range(of_plan(&id)).map(|(key, _)| key.clone()).collect();
    for key in keys {
        usage_plan_keys::forget(state, &key);
    }
    state.usage_plans.remove(&id);
    Ok(())
}

/// Takes a stage that goes, or all of an API, out of the plans. Users report that they are gone without a word.
pub(super) fn forget_stages(state: &mut ApiGateway, api: &ApiId, stage: Option<&StageName>) {
    for id in state.usage_plans.keys_naming(of_stage(api, stage)) {
        let Some(mut plan) = state.usage_plans.get(&id).map(|plan| UsagePlan::clone(plan)) else { continue };
        plan.api_stages.retain(|each| !each.is(api, stage.map(CompactString::as_str)));
        state.usage_plans.put(id, plan);
    }
}

/// The plan of this id.
pub(super) fn find<'a>(state: &'a ApiGateway, id: &PlanId) -> Result<&'a Arc<UsagePlan>, Fault> {
    state.usage_plans.get(id).ok_or_else(no_plan)
}

pub(crate) fn no_plan() -> Fault {
    not_found("Invalid Usage Plan ID specified")
}
