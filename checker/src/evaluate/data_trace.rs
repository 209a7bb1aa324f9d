//! `data-trace`: are whole requests and responses written to the logs?

use serde_json::json;

use super::finding;
use crate::findings::{Finding, Severity, Status};
use crate::inventory::Stage;

const CHECK: &str = "data-trace";

pub(super) fn check(stage: &Stage) -> Option<Finding> {
    // Without a level the switch does nothing.
    let traced: Vec<&String> = stage
        .settings
        .method_settings
        .iter()
        .filter(|(_, setting)| setting.data_trace && setting.level.logs())
        .map(|(key, _)| key)
        .collect();
    (!traced.is_empty()).then(|| {
        let mut finding = finding(
            CHECK,
            Status::Warn,
            "data trace is on: headers and bodies, and the secrets in them, are written to the log"
                .to_owned(),
            json!({"method_settings": traced}),
            "Turn data trace off in production (plan --include data-trace does).",
        );
        finding.severity = Severity::Medium;
        finding
    })
}
