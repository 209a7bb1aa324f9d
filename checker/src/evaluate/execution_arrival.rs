//! `execution-arrival`: can an execution log line reach its log group?

use serde_json::json;

use super::delivery::{Delivery, to_group};
use super::{StageView, Verdict, finding};
use crate::findings::Status;
use crate::inventory::Known;

const CHECK: &str = "execution-arrival";

pub(super) fn check(view: StageView<'_>) -> Verdict {
    let group = view.execution_group();
    // A group that nobody looked for, since nothing logs yet, would have to be made.
    let exists = matches!(view.region.log_groups.get(&group), Some(Known::Value(_)));
    verdict(CHECK, view, &to_group(view, &group, exists), &group)
}

/// What a delivery means for a stage.
pub(super) fn verdict(
    check: &'static str,
    view: StageView<'_>,
    delivery: &Delivery,
    destination: &str,
) -> Verdict {
    let evidence = json!({"destination": destination, "role_arn": view.region.role_arn.value()});
    match delivery {
        Delivery::Possible => Verdict::PASS,
        Delivery::Impossible(cause) => Verdict::of(finding(
            check,
            Status::Fail,
            format!("no line can arrive: {}", cause.message(view.region_name)),
            evidence,
            cause.remediation(),
        )),
        Delivery::Unknown(why) => Verdict::of(finding(
            check,
            Status::Unknown,
            format!("whether lines arrive cannot be told: {why}"),
            evidence,
            "Give the checker the permissions that it lacks, or send a request and look (verify --probe).",
        )),
    }
}
