//! The quotas of API Gateway that people meet.
//!
//! Source: the page "Amazon API Gateway quotas", as of August 2026.

use crate::service::{Ctx, Fault, Quota};

/// Every quota that can be set.
pub const QUOTAS: [Quota; 7] = [
    REGIONAL_APIS,
    EDGE_APIS,
    PRIVATE_APIS,
    STAGES_PER_API,
    RESOURCES_PER_API,
    ROUTES_PER_API,
    INTEGRATIONS_PER_API,
];

pub(crate) const REGIONAL_APIS: Quota = Quota { name: "regional-apis", default: 600 };
pub(crate) const EDGE_APIS: Quota = Quota { name: "edge-apis", default: 120 };
pub(crate) const PRIVATE_APIS: Quota = Quota { name: "private-apis", default: 600 };
pub(crate) const STAGES_PER_API: Quota = Quota { name: "stages-per-api", default: 10 };
pub(crate) const RESOURCES_PER_API: Quota = Quota { name: "resources-per-api", default: 300 };
/// Of HTTP and WebSocket APIs, as are integrations.
pub(crate) const ROUTES_PER_API: Quota = Quota { name: "routes-per-api", default: 300 };
pub(crate) const INTEGRATIONS_PER_API: Quota = Quota { name: "integrations-per-api", default: 300 };

/// Refuses one more of what an API already has its number of. `what` as in `Stages`.
pub(crate) fn check_api(
    ctx: &Ctx<'_>,
    quota: Quota,
    what: &str,
    present: impl FnOnce() -> usize,
) -> Result<(), Fault> {
    check(ctx, quota, what, "this API", present)
}

/// Refuses one more of what the account already has its number of in this region.
pub(crate) fn check_account(
    ctx: &Ctx<'_>,
    quota: Quota,
    what: &str,
    present: impl FnOnce() -> usize,
) -> Result<(), Fault> {
    check(ctx, quota, what, "this account", present)
}

/// The text is reported by users for integrations; that it is the same for others is inferred.
fn check(
    ctx: &Ctx<'_>,
    quota: Quota,
    what: &str,
    of: &str,
    present: impl FnOnce() -> usize,
) -> Result<(), Fault> {
    if ctx.quotas.has_room(quota, present) {
        return Ok(());
    }
    Err(Fault::new(
        429,
        "LimitExceededException",
        format!(
            "Maximum number of {what} for {of} has been reached. Please contact AWS if you need additional {what}."
        ),
    ))
}
