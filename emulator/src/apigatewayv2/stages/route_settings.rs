//! Route settings: what a stage does for all routes, and for single ones.

use compact_str::CompactString;
use serde::{Deserialize, Serialize};

use super::{Stage, find};
use crate::apigateway::{ApiGateway, ApiId, Rate, StageName, of_api};
use crate::apigatewayv2::apis::Protocol;
use crate::apigatewayv2::faults;
use crate::apigatewayv2::inputs::optional;
use crate::service::{Ctx, Fault};
use crate::store::SmallMap;

/// Settings. Those of one route hold only what was given for it (captured).
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase", default)]
pub(super) struct RouteSettings {
    #[serde(skip_serializing_if = "Option::is_none")]
    data_trace_enabled: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    detailed_metrics_enabled: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    logging_level: Option<CompactString>,
    #[serde(skip_serializing_if = "Option::is_none")]
    throttling_burst_limit: Option<i32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    throttling_rate_limit: Option<f64>,
}

/// What is logged of a route's requests and messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct RouteLogging {
    /// What fails.
    pub(crate) failures: bool,
    /// What is done.
    pub(crate) steps: bool,
    /// Which data it is done to, where what is done is logged.
    pub(crate) data: bool,
}

const OFF: &str = "OFF";
const INFO: &str = "INFO";

impl RouteSettings {
    /// What a new stage has for all routes (captured for WebSocket APIs, documented by examples for HTTP APIs).
    pub(super) fn initial(protocol: Protocol) -> Self {
        let logs = protocol == Protocol::WebSocket;
        Self {
            data_trace_enabled: logs.then_some(false),
            detailed_metrics_enabled: Some(false),
            logging_level: logs.then_some(CompactString::const_new(OFF)),
            throttling_burst_limit: None,
            throttling_rate_limit: None,
        }
    }

    /// The limit on how often, from these settings and from others where these have none. A limit that neither has is none:
    /// inferred.
    pub(super) fn rate_or(&self, others: &Self) -> Option<Rate> {
        let rate = self.throttling_rate_limit.or(others.throttling_rate_limit);
        let burst = self.throttling_burst_limit.or(others.throttling_burst_limit);
        (rate.is_some() || burst.is_some())
            .then(|| Rate { rate: rate.unwrap_or(f64::INFINITY), burst: burst.unwrap_or(i32::MAX) })
    }

    /// What is logged, by these settings and by others where these have none.
    pub(super) fn logging_or(&self, others: &Self) -> RouteLogging {
        let level = self.logging_level.as_deref().or(others.logging_level.as_deref()).unwrap_or(OFF);
        let data = self.data_trace_enabled.or(others.data_trace_enabled).unwrap_or_default();
        RouteLogging { failures: is_on(level), steps: level == INFO, data }
    }

    /// Whether it asks for execution logs.
    pub(super) fn turns_logging_on(&self) -> bool {
        self.logging_level.as_deref().is_some_and(is_on)
    }

    /// Sets what is given, member by member (captured). A level that is none is taken for `OFF` (captured for `DEBUG`).
    pub(super) fn merge(&mut self, protocol: Protocol, given: Self) -> Result<(), Fault> {
        let logs = given.logging_level.is_some() || given.data_trace_enabled.is_some();
        protocol.only_for(Protocol::WebSocket, "Execution logs", logs)?;
        // The texts for bad limits are inferred.
        if given.throttling_burst_limit.is_some_and(|limit| limit < 0) {
            return Err(faults::bad_request("Invalid throttling burst limit specified"));
        }
        if given.throttling_rate_limit.is_some_and(|limit| !limit.is_finite() || limit < 0.0) {
            return Err(faults::bad_request("Invalid throttling rate limit specified"));
        }
        let level = given
            .logging_level
            .map(|level| if is_on(&level) { level } else { CompactString::const_new(OFF) });
        optional(&mut self.data_trace_enabled, given.data_trace_enabled);
        optional(&mut self.detailed_metrics_enabled, given.detailed_metrics_enabled);
        optional(&mut self.logging_level, level);
        optional(&mut self.throttling_burst_limit, given.throttling_burst_limit);
        optional(&mut self.throttling_rate_limit, given.throttling_rate_limit);
        Ok(())
    }
}

fn is_on(level: &str) -> bool {
    matches!(level, "ERROR" | INFO)
}

/// Every key must be a route's, also those that were set before (both reported by users).
pub(super) fn check_keys(
    state: &ApiGateway,
    api: &ApiId,
    settings: &SmallMap<String, RouteSettings>,
) -> Result<(), Fault> {
    let is_route = |key: &str| state.v2.routes.range(of_api(api)).any(|(_, route)| route.key() == key);
    match settings.iter().find(|(key, _)| !is_route(key)) {
        Some((key, _)) => Err(no_route(key)),
        None => Ok(()),
    }
}

fn no_route(key: &str) -> Fault {
    faults::not_found(format!("Unable to find Route by key {key} within the provided RouteSettings"))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct DeleteRouteSettings {
    api_id: ApiId,
    route_key: String,
    stage_name: StageName,
}

/// DeleteRouteSettings. That it refuses a key without settings, and how, is inferred.
pub(super) fn delete(ctx: &Ctx<'_>, state: &mut ApiGateway, input: DeleteRouteSettings) -> Result<(), Fault> {
    let key = (input.api_id, input.stage_name);
    let mut stage = Stage::clone(find(ctx, state, &key)?);
    if stage.route_settings.remove(&input.route_key).is_none() {
        return Err(no_route(&input.route_key));
    }
    stage.last_updated_date = ctx.now.whole_seconds();
    state.v2.stages.put(key, stage);
    Ok(())
}
