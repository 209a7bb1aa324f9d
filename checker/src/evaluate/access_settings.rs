//! `access-settings`: are there a destination and a format for access logs?

use serde_json::json;

use super::{Verdict, finding};
use crate::findings::Status;
use crate::inventory::Stage;

const CHECK: &str = "access-settings";

pub(super) fn check(stage: &Stage) -> Verdict {
    let message = match (&stage.settings.access_log.destination_arn, &stage.settings.access_log.format) {
        (Some(_), Some(_)) => return Verdict::PASS,
        (None, None) => "access logs are off",
        (Some(_), None) => "access logs have a destination and no format",
        (None, Some(_)) => "access logs have a format and no destination",
    };
    Verdict::of(finding(
        CHECK,
        Status::Fail,
        message.to_owned(),
        json!({"access_log_settings": stage.settings.access_log}),
        "Set /accessLogSettings/destinationArn and /accessLogSettings/format.",
    ))
}
