//! `log-retention`: do the log groups say how long lines are kept?

use serde_json::json;

use super::{StageView, finding};
use crate::findings::{Finding, Status};
use crate::inventory::{Known, LogGroup};

const CHECK: &str = "log-retention";

pub(super) fn check(view: StageView<'_>) -> Vec<Finding> {
    groups(view)
        .filter(|(_, group)| group.retention_days.is_none())
        .map(|(name, group)| {
            finding(
                CHECK,
                Status::Warn,
                format!("the log group {name} has no retention: lines are kept, and paid for, for ever"),
                json!({"log_group": name, "stored_bytes": group.stored_bytes}),
                "Set a retention (logs put-retention-policy).",
            )
        })
        .collect()
}

/// The stage's log groups that are there.
fn groups(view: StageView<'_>) -> impl Iterator<Item = (String, &LogGroup)> {
    let names = std::iter::once(view.execution_group()).chain(view.access_group().map(str::to_owned));
    names.filter_map(move |name| {
        let group = view.region.log_groups.get(&name).and_then(Known::value)?;
        Some((name, group))
    })
}
