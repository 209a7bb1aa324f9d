//! API keys: whether a client shows one that opens the stage, where the route for connecting asks.
//!
//! Source: developer guide, "API keys for WebSocket APIs"; log lines as captured of routes without keys.

use super::exchange::{Event, Exchange, ShownKey};
use crate::apigateway::{DeployedApis, Opened, Rate};
use crate::apigatewayv2::Route;
use crate::gateway::execution_log::Line;
use crate::gateway::failure::Failure;
use crate::gateway::masking::mask;
use crate::gateway::throttling::{Limited, Throttles};
use crate::service::Secret;

/// Refuses a client whose route wants a key and that shows none which opens the stage, or that comes too often.
pub(super) fn check(
    apis: &DeployedApis,
    throttles: &Throttles,
    exchange: &mut Exchange<'_>,
    route: Option<&Route>,
) -> Result<(), Failure> {
    let (api, stage) = (exchange.live.api_id(), exchange.live.stage.name());
    // Only clients that connect have where to show one. That a message to a route which wants one is let in without, and leaves
    // no line that it wants none, is inferred.
    let is_required =
        matches!(exchange.event, Event::Connect { .. }) && route.is_some_and(|route| route.api_key_required);
    let shown = if is_required { shown_key(exchange) } else { None };
    let masked = shown.as_ref().map(|key| mask(key.reveal())).unwrap_or_default();
    exchange.log.add(Line::VerifyingUsagePlan { id: &exchange.id, key: &masked, api, stage });
    if is_required {
        let value = shown.ok_or_else(Failure::invalid_api_key)?;
        let opened = apis.open(&exchange.live.scope, api, stage, &value);
        let id = opened.as_ref().map(|opened| opened.key.to_string());
        exchange.api_key = Some(ShownKey { value, id });
        let Some(Opened { key, plan: Some(plan) }) = opened else { return Err(Failure::invalid_api_key()) };
        // That a plan's limits of methods may be of routes, by their keys, is inferred.
        let of_route = plan.method_rate(api, stage, exchange.route_key());
        let of_route = of_route.map(|rate| (rate, exchange.route_key().to_owned()));
        let of_plan = plan.rate().map(|rate| (rate, format!("plan {}", plan.id())));
        for (rate, what) in of_route.into_iter().chain(of_plan) {
            check_rate(throttles, exchange, rate, what, &key)?;
        }
        if !apis.count(&exchange.live.scope, &plan, &key, exchange.started) {
            // As of REST APIs: inferred.
            return Err(Failure::quota_exceeded(format!(
                "Key quota limit exceeded for RestApi {api}, Stage {stage}"
            )));
        }
    } else if !route.is_some_and(|route| route.api_key_required) {
        let route_key = exchange.route_key().to_owned();
        exchange.log.add(Line::RouteKeyNotRequired(&route_key));
    }
    exchange.log.add(Line::UsagePlanSucceeded { key: &masked, api, stage });
    Ok(())
}

/// The key in the request to connect, or, of an API that takes keys from authorizers, the one that the function told.
fn shown_key(exchange: &Exchange<'_>) -> Option<Secret> {
    let value = if exchange.live.takes_keys_of_authorizers() {
        exchange.client.authorized.as_ref()?.usage_key.as_deref()
    } else {
        exchange.request()?.header("x-api-key")
    };
    value.filter(|value| !value.is_empty()).map(|value| Secret::new(value.to_owned()))
}

fn check_rate(
    throttles: &Throttles,
    exchange: &Exchange<'_>,
    rate: Rate,
    what: String,
    key: &str,
) -> Result<(), Failure> {
    let limited = Limited {
        api: exchange.live.api_id().to_owned(),
        stage: exchange.live.stage.name().to_owned(),
        what,
        api_key: key.to_owned(),
    };
    if throttles.takes(limited, rate, exchange.started) {
        return Ok(());
    }
    let Rate { rate, burst } = rate;
    // As of REST APIs: inferred.
    Err(Failure::throttled(Some(format!(
        "Key throttle limit exceeded for RestApi {}, Stage {}, Route {}. Limit: {rate:.2} Burst: {burst}",
        exchange.live.api_id(),
        exchange.live.stage.name(),
        exchange.route_key(),
    ))))
}
