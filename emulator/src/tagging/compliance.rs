//! Tag policies, which only organizations have. No account here is in one.

use serde::{Deserialize, Serialize};

use super::{Tagging, faults};
use crate::service::{Ctx, Fault};

#[derive(Deserialize)]
pub(super) struct Anything {}

#[derive(Serialize)]
pub(super) struct Nothing {}

/// GetComplianceSummary, StartReportCreation and DescribeReportCreation are for management accounts of organizations.
pub(super) fn refuse(_: &Ctx<'_>, _: &Tagging, _: Anything) -> Result<Nothing, Fault> {
    Err(faults::no_organization())
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct ListRequiredTags {
    next_token: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct RequiredTags {
    required_tags: [String; 0],
}

/// Without a tag policy no tag is required.
pub(super) fn list_required_tags(
    _: &Ctx<'_>,
    _: &Tagging,
    input: ListRequiredTags,
) -> Result<RequiredTags, Fault> {
    // No token was ever given.
    match input.next_token.filter(|token| !token.is_empty()) {
        Some(_) => Err(faults::bad_token()),
        None => Ok(RequiredTags { required_tags: [] }),
    }
}
