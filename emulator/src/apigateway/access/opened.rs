//! What an API key opens, as the data plane asks for it.

use std::sync::Arc;

use super::api_keys::{self, KeyId};
use super::usage;
use super::usage_plans::{PlanId, Throttle, UsagePlan};
use crate::apigateway::{ApiGateway, ApiId, StageName};
use crate::service::Secret;
use crate::time::Timestamp;

/// A key that somebody shows at a stage.
#[derive(Clone, Debug)]
pub(crate) struct Opened {
    /// The key.
    pub(crate) key: KeyId,
    /// The plan that lets it in; `None` where none does, or the key is turned off.
    pub(crate) plan: Option<Arc<UsagePlan>>,
}

/// The key of a value, and what it opens; `None` where there is no such key.
pub(in crate::apigateway) fn open(
    state: &ApiGateway,
    api: &ApiId,
    stage: &StageName,
    value: &Secret,
) -> Option<Opened> {
    let key = api_keys::of_value(state, value)?;
    let plans = state.usage_plans.naming(&(api.clone(), stage.clone()));
    let plan = plans
        .filter(|(id, _)| key.enabled && state.usage_plan_keys.contains(&((*id).clone(), key.id.clone())))
        .map(|(_, plan)| Arc::clone(plan))
        .next();
    Some(Opened { key: key.id.clone(), plan })
}

/// Counts a request against a plan's quota. `false`, and nothing is counted, where the quota is used up.
pub(in crate::apigateway) fn count(
    state: &mut ApiGateway,
    plan: &UsagePlan,
    key: &KeyId,
    now: Timestamp,
) -> bool {
    usage::count(state, &(plan.id().clone(), key.clone()), plan.quota.as_ref(), now)
}

/// A limit on how often.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Rate {
    /// Requests a second.
    pub(crate) rate: f64,
    /// Requests at once.
    pub(crate) burst: i32,
}

impl UsagePlan {
    pub(crate) fn id(&self) -> &PlanId {
        &self.id
    }

    /// The limit of one method of a stage, `/pets/GET`.
    pub(crate) fn method_rate(&self, api: &str, stage: &str, method: &str) -> Option<Rate> {
        let stage = self.api_stages.iter().find(|each| each.is(api, Some(stage)))?;
        stage.throttle.as_ref()?.get(method).map(Throttle::rate)
    }

    /// The limit of a key over all that the plan opens.
    pub(crate) fn rate(&self) -> Option<Rate> {
        self.throttle.as_ref().map(Throttle::rate)
    }
}

impl Throttle {
    /// Inferred: a limit that is not set is none.
    fn rate(&self) -> Rate {
        Rate { rate: self.rate_limit.unwrap_or(f64::INFINITY), burst: self.burst_limit.unwrap_or(i32::MAX) }
    }
}
