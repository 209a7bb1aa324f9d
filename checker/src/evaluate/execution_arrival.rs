//! `execution-arrival`: can an execution log line reach its log group?

use serde_json::json;

use super::delivery::{Cause, Delivery, to_group};
use super::{StageView, Verdict, finding};
use crate::findings::Status;

const CHECK: &str = "execution-arrival";

pub(super) fn check(view: StageView<'_>) -> Verdict {
    let group = view.execution_group();
    verdict(CHECK, view, &to_group(view, &group, view.log_group(&group)), &group)
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
        Delivery::Impossible(causes) => Verdict::of(finding(
            check,
            Status::Fail,
            format!("no line can arrive: {}", messages(causes, view.region_name)),
            evidence,
            remediations(causes),
        )),
        Delivery::Unknown(doubt) => Verdict::of(finding(
            check,
            Status::Unknown,
            format!("whether lines arrive cannot be told: {}", doubt.why),
            evidence,
            doubt.remediation,
        )),
    }
}

pub(super) fn messages(causes: &[Cause], region: &str) -> String {
    let messages: Vec<String> = causes.iter().map(|cause| cause.message(region)).collect();
    messages.join("; ")
}

pub(super) fn remediations(causes: &[Cause]) -> String {
    let remediations: Vec<&str> = causes.iter().map(Cause::remediation).collect();
    remediations.join(" ")
}
