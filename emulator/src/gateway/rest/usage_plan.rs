//! API keys: whether a key that is shown opens the stage, and how much is left of what its plan allows.
//!
//! Source: developer guide, "Usage plans and API keys for REST APIs"; log lines as captured for methods without keys and
//! for limits, for others as inferred from these.

use std::sync::Arc;

use super::exchange::{Exchange, ShownKey};
use super::execution_log::Line;
use super::failure::Failure;
use super::limits::limited;
use crate::apigateway::{DeployedApis, Method, Opened, Rate, UsagePlan};
use crate::gateway::masking::mask;
use crate::gateway::throttling::Throttles;
use crate::service::Secret;

/// Refuses a request whose method wants a key and that shows none which opens the stage, or that comes too often.
pub(super) fn check(
    apis: &DeployedApis,
    throttles: &Throttles,
    exchange: &mut Exchange<'_>,
    method: &Method,
) -> Result<(), Failure> {
    let (api, stage) = (&exchange.live.api.id, &exchange.live.stage.stage_name);
    let shown = if method.api_key_required { shown_key(exchange) } else { None };
    let masked = shown.as_ref().map(|key| mask(key.reveal())).unwrap_or_default();
    exchange.log.add(Line::VerifyingUsagePlan { id: &exchange.id.request, key: &masked, api, stage });
    if method.api_key_required {
        let Some(value) = shown else { return Err(Failure::invalid_api_key()) };
        let opened = apis.open(&exchange.live.scope, api, stage, &value);
        let id = opened.as_ref().map(|opened| opened.key.to_string());
        exchange.api_key = Some(ShownKey { value, id });
        let Some(Opened { key, plan: Some(plan) }) = opened else { return Err(Failure::invalid_api_key()) };
        check_rates(throttles, exchange, &plan, &key)?;
        check_quota(apis, exchange, &plan, &key)?;
    } else if let Some(resource) = &exchange.resource {
        exchange.log.add(Line::KeyNotRequired { verb: &resource.verb, path: &resource.path });
    }
    exchange.log.add(Line::UsagePlanSucceeded { key: &masked, api, stage });
    Ok(())
}

/// The key in a request: in a header, or told by the authorizer.
fn shown_key(exchange: &Exchange<'_>) -> Option<Secret> {
    let value = if exchange.live.deployment.api.takes_keys_of_authorizers() {
        exchange.authorizer.as_ref()?.usage_key.as_deref()
    } else {
        exchange.request.header("x-api-key")
    };
    value.filter(|value| !value.is_empty()).map(|value| Secret::new(value.to_owned()))
}

fn check_rates(
    throttles: &Throttles,
    exchange: &Exchange<'_>,
    plan: &Arc<UsagePlan>,
    key: &str,
) -> Result<(), Failure> {
    let Some(resource) = &exchange.resource else { return Ok(()) };
    let (api, stage) = (&exchange.live.api.id, &exchange.live.stage.stage_name);
    let verb = exchange.setting_verb(resource);
    let method = format!("{}/{verb}", resource.path);
    let of_method = plan.method_rate(api, stage, &method).map(|rate| (rate, method));
    let of_plan = plan.rate().map(|rate| (rate, format!("plan {}", plan.id())));
    for (rate, what) in of_method.into_iter().chain(of_plan) {
        if !throttles.takes(limited(exchange, what, key), rate, exchange.started) {
            let Rate { rate, burst } = rate;
            return Err(Failure::throttled(Some(format!(
                "Key throttle limit exceeded for RestApi {api}, Stage {stage}, Resource {}, HttpMethod {}. \
                 Limit: {rate:.2} Burst: {burst}",
                resource.id, exchange.request.method
            ))));
        }
    }
    Ok(())
}

fn check_quota(
    apis: &DeployedApis,
    exchange: &Exchange<'_>,
    plan: &UsagePlan,
    key: &str,
) -> Result<(), Failure> {
    if apis.count(&exchange.live.scope, plan, key, exchange.started) {
        return Ok(());
    }
    let (api, stage) = (&exchange.live.api.id, &exchange.live.stage.stage_name);
    Err(Failure::quota_exceeded(format!("Key quota limit exceeded for RestApi {api}, Stage {stage}")))
}

/// The key that let a request in.
pub(super) fn log_key(exchange: &mut Exchange<'_>) {
    let Some(key) = &exchange.api_key else { return };
    exchange.log.add(Line::ApiKey(&mask(key.value.reveal())));
    if let Some(id) = &key.id {
        exchange.log.add(Line::ApiKeyId(id));
    }
}
