//! The quotas of CloudWatch Logs: how many of a thing there may be.
//!
//! Source: CloudWatch Logs user guide, "CloudWatch Logs quotas"; API reference, PutResourcePolicy.

use crate::service::{NO_MORE, Quota, quotas};

quotas! {
    /// Every quota that can be set.
    pub(crate) QUOTAS: Quota
    RESOURCE_POLICIES = "resource-policies" 10 NO_MORE
        "Resource policies of CloudWatch Logs, those of log groups not counted";
}
