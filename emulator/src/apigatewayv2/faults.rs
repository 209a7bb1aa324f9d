//! Errors of HTTP and WebSocket APIs, in API Gateway's words.
//!
//! Texts for parts that are not there follow those for REST APIs: inferred.

pub(super) use crate::apigateway::faults::{bad_mapping, bad_request, conflict, no_api, no_stage, not_found};

use super::Id;
use super::apis::Protocol;
use crate::apigateway::{ApiId, of_api, quotas};
use crate::service::{Ctx, Fault, Quota};
use crate::store::Table;

/// There is no such part of the API: `Route`, `Integration`.
pub(super) fn no_part(what: &str) -> Fault {
    not_found(format!("Invalid {what} identifier specified"))
}

/// What APIs of the other protocol have. Reported for execution logs, inferred for others.
pub(super) fn unsupported(what: &str, protocol: Protocol) -> Fault {
    bad_request(format!("{what} are not supported on protocolType {}", protocol.name()))
}

/// API Gateway made the part by quick create, and keeps it so. The refusals are documented, the wording is inferred.
pub(super) fn managed(action: &str, what: &str) -> Fault {
    bad_request(format!("Cannot {action} because the {what} is managed by API Gateway"))
}

/// Refuses one more of what an API already has its number of, under the code that the model of this API has for it.
/// `what` as in `Stages`.
pub(super) fn check_quota<V, I>(
    ctx: &Ctx<'_>,
    quota: Quota,
    what: &str,
    table: &Table<(ApiId, Id), V, I>,
    api: &ApiId,
) -> Result<(), Fault> {
    let present = || table.range(of_api(api)).count();
    quotas::check_api(ctx, quota, what, present).map_err(reworded)
}

/// A refusal for a quota in the words of this API. Users report for authorizers and integrations of HTTP APIs that it
/// comes as a conflict with status 429, and with one space where REST APIs have two; for others this is inferred.
pub(super) fn reworded(fault: Fault) -> Fault {
    if !quotas::is_exceeded(&fault) {
        return fault;
    }
    Fault { code: "ConflictException", message: fault.message.replacen(".  ", ". ", 1), ..fault }
}

/// Refuses a text of more or fewer characters than the model's documentation allows. The model itself does not hold
/// callers to its lengths; the wording is inferred.
pub(super) fn check_length(member: &str, text: Option<&str>, least: usize, most: usize) -> Result<(), Fault> {
    let length = text.map(|text| text.chars().count());
    if length.is_none_or(|length| (least..=most).contains(&length)) {
        return Ok(());
    }
    Err(bad_request(format!("{member} must have a length between {least} and {most}")))
}
