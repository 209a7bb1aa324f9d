//! Holds every difference between two exports against the actions that were done.

use std::collections::BTreeMap;

use proptest::prelude::*;
use proptest::test_runner::TestCaseError;
use serde_json::{Value, json};
use stagecheck::apply::Applied;
use stagecheck::plan::{Change, PatchOperation, Plan};
use stagecheck_conformance::export::{Path, differences};

type Export = BTreeMap<Path, Value>;

/// Where API Gateway greets an account whose role is set.
const WELCOME_GROUP: &str = "/aws/apigateway/welcome";

pub(super) fn check(
    plan: &Plan,
    applied: &Applied,
    before: &Export,
    after: &Export,
) -> Result<(), TestCaseError> {
    let done: Vec<(&str, &Change)> = plan
        .actions
        .iter()
        .zip(&applied.actions)
        .filter(|(_, applied)| applied.outcome.is_done())
        .filter_map(|(action, _)| Some((action.region.as_str(), action.change.as_ref()?)))
        .collect();
    for path in differences(before, after) {
        let is_planned = done.iter().any(|(region, change)| explains(region, change, &path, before));
        prop_assert!(is_planned, "{path:?} was {:?}, is {:?}", before.get(&path), after.get(&path));
    }
    for (region, change) in done {
        if let Change::UpdateStage { api_id, stage, patch_operations } = change {
            for operation in patch_operations {
                let (path, value) = patched(region, api_id, stage, operation);
                prop_assert_eq!(after.get(&path), Some(&value), "{:?}", path);
            }
        }
    }
    Ok(())
}

/// Whether the change is one that changes what stands at this path.
fn explains(region: &str, change: &Change, path: &[String], before: &Export) -> bool {
    let path: Vec<&str> = path.iter().map(String::as_str).collect();
    let [service, _, in_region, table, key, rest @ ..] = path.as_slice() else { return false };
    // Keys stand in the path as JSON.
    let row: Value = serde_json::from_str(key).unwrap_or_default();
    let is_row = |wanted: [&str; 2], of: Value| [*service, *table] == wanted && row == of;
    let is_here = *in_region == region;
    match change {
        Change::CreateRole { role, .. } => is_row(["iam", "roles"], json!(role)),
        Change::UpdateAssumeRolePolicy { role, .. } => {
            is_row(["iam", "roles"], json!(role)) && rest == ["AssumeRolePolicyDocument"]
        }
        Change::AttachRolePolicy { role, policy_arn } => {
            is_row(["iam", "attachments"], json!([format!("role/{role}"), policy_arn]))
        }
        Change::UpdateAccount { .. } => {
            let sets_role =
                *service == "apigateway" && *table == "account" && matches!(rest, [] | ["cloudwatchRoleArn"]);
            let greets = *service == "logs" && key.contains(WELCOME_GROUP);
            is_here && (sets_role || greets)
        }
        Change::CreateLogGroup { group } => is_here && is_row(["logs", "groups"], json!(group)),
        Change::PutRetentionPolicy { group, .. } => {
            is_here && is_row(["logs", "groups"], json!(group)) && rest == ["retentionInDays"]
        }
        Change::UpdateStage { api_id, stage, patch_operations } => {
            let is_stage = is_here && is_row(["apigateway", "stages"], json!([api_id, stage]));
            let is_planned = |operation: &PatchOperation| {
                let (planned, _) = patched(region, api_id, stage, operation);
                // The first value of a method's entry makes the whole entry.
                let makes_entry = |entry: &[String]| {
                    path.len() > entry.len()
                        && path.iter().zip(entry).all(|(a, b)| a == b)
                        && !before.keys().any(|key| key.starts_with(entry))
                };
                // What was an empty map or no member at all is now a map with something in it.
                let grows = planned.len() > path.len() && planned.iter().zip(&path).all(|(a, b)| a == b);
                path == planned
                    || grows
                    || (rest.first() == Some(&"methodSettings") && makes_entry(&planned[..7]))
            };
            is_stage && (rest == ["lastUpdatedDate"] || patch_operations.iter().any(is_planned))
        }
        Change::DeleteRole { .. }
        | Change::DetachRolePolicy { .. }
        | Change::DeleteLogGroup { .. }
        | Change::DeleteRetentionPolicy { .. } => false,
    }
}

/// Where a patch operation puts its value in an export, and the value.
fn patched(region: &str, api: &str, stage: &str, operation: &PatchOperation) -> (Path, Value) {
    let value = operation.value.clone().unwrap_or_default();
    let path = operation.path.trim_start_matches('/');
    let (within, value) = if let Some(leaf) = path.strip_prefix("accessLogSettings/") {
        (vec!["accessLogSettings", leaf], json!(value))
    } else if let Some(key) = path.strip_suffix("/logging/loglevel") {
        (vec!["methodSettings", key, "loggingLevel"], json!(value))
    } else if let Some(key) = path.strip_suffix("/logging/dataTrace") {
        (vec!["methodSettings", key, "dataTraceEnabled"], json!(value == "true"))
    } else {
        (vec![path], json!(value))
    };
    let row = ["apigateway", "000000000000", region, "stages"].map(str::to_owned).into_iter();
    let path = row.chain([json!([api, stage]).to_string()]).chain(within.into_iter().map(str::to_owned));
    (path.collect(), value)
}
