//! How often methods may be called.
//!
//! Source: developer guide, "Throttle requests to your REST APIs": limits of a usage plan's method, of the plan, and of the
//! stage's method, in this order.

use super::exchange::Exchange;
use super::failure::Failure;
use crate::apigateway::MethodSetting;
use crate::gateway::throttling::{Limited, Throttles};

/// Counts a request against what the stage sets for its method.
pub(super) fn check_method(throttles: &Throttles, exchange: &Exchange<'_>) -> Result<(), Failure> {
    let Some(resource) = &exchange.resource else { return Ok(()) };
    let verb = exchange.setting_verb(resource);
    let setting = exchange.live.stage.method_setting(&resource.path, verb);
    let Some(rate) = setting.and_then(MethodSetting::rate) else { return Ok(()) };
    let limited = limited(exchange, format!("{}/{verb}", resource.path), "");
    if throttles.takes_at_stage(limited, rate, exchange.started) {
        Ok(())
    } else {
        Err(Failure::throttled(None))
    }
}

/// What a limit of the request's stage is on.
pub(super) fn limited(exchange: &Exchange<'_>, what: String, api_key: &str) -> Limited {
    Limited {
        api: exchange.live.api.id.to_string(),
        stage: exchange.live.stage.stage_name.to_string(),
        what,
        api_key: api_key.to_owned(),
    }
}
