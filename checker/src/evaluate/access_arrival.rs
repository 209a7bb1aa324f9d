//! `access-arrival`: can an access log line reach its destination?

use serde_json::json;

use super::delivery::to_group;
use super::execution_arrival::verdict;
use super::{StageView, Verdict, finding};
use crate::findings::Status;
use crate::inventory::{Known, is_firehose};

const CHECK: &str = "access-arrival";

pub(super) fn check(view: StageView<'_>) -> Verdict {
    let Some(destination) = &view.stage.settings.access_log.destination_arn else {
        // `access-settings` tells of it already.
        return Verdict { status: Status::Fail, finding: None };
    };
    if is_firehose(destination) {
        return Verdict::of(finding(
            CHECK,
            Status::Unknown,
            "whether lines arrive cannot be told: Firehose destinations are not looked into".to_owned(),
            json!({"destination": destination}),
            "Look for records at the stream's own destination.",
        ));
    }
    let Some(group) = view.access_group() else {
        return failed(
            "no line can arrive: the destination is no log group of the stage's own account and region",
            destination,
            "Set a log group of the same account and region as destination.",
        );
    };
    match view.log_group(group) {
        known @ Known::Value(_) => verdict(CHECK, view, &to_group(view, group, known), destination),
        // That API Gateway does not make the group of access logs is inferred.
        Known::Absent => failed(
            &format!("no line can arrive: the log group {group} does not exist"),
            destination,
            "Create the log group, or set another destination.",
        ),
        Known::Unknown => Verdict::of(finding(
            CHECK,
            Status::Unknown,
            format!("whether lines arrive cannot be told: the log group {group} could not be looked up"),
            json!({"destination": destination}),
            "Allow logs:DescribeLogGroups, and check again.",
        )),
    }
}

fn failed(message: &str, destination: &str, remediation: &str) -> Verdict {
    let evidence = json!({"destination": destination});
    Verdict::of(finding(CHECK, Status::Fail, message.to_owned(), evidence, remediation))
}
