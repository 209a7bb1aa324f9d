//! A stage: one UpdateStage, whole or not at all, after what it needs.

use serde_json::json;

use super::change::digest;
use super::{Action, Change, Draft, Extra, PatchOperation, Safety, groups, role};
use crate::evaluate::{Coverage, StageView, missing_fields, stage_entry, to_group};
use crate::findings::{Require, Status};
use crate::inventory::{
    ALL_METHODS, AccessLog, Known, Level, LogGroup, Stage, StageSettings, access_log_group, is_firehose,
};

/// An access log format that tells who did what, when, and how it ended.
const FORMAT: &str = concat!(
    r#"{"requestId":"$context.requestId","ip":"$context.identity.sourceIp","#,
    r#""caller":"$context.identity.caller","user":"$context.identity.user","#,
    r#""requestTime":"$context.requestTime","httpMethod":"$context.httpMethod","#,
    r#""resourcePath":"$context.resourcePath","status":"$context.status","#,
    r#""protocol":"$context.protocol","responseLength":"$context.responseLength"}"#
);

/// A log group of which no more counts than that it is there.
const MADE: Known<LogGroup> = Known::Value(LogGroup { retention_days: None, stored_bytes: Some(0) });

/// Patch operations with those that undo them.
#[derive(Default)]
struct Patch {
    operations: Vec<PatchOperation>,
    inverse: Vec<PatchOperation>,
    cautions: Vec<String>,
}

/// Adds what a stage lacks.
pub(super) fn mend(draft: &mut Draft<'_>, view: StageView<'_>) {
    let require = draft.choices.require;
    // One kind of log is enough, and it has it.
    let suffices = require == Require::Either && stage_entry(view, require).status == Status::Pass;
    let mut patch = Patch::default();
    let mut needs = Vec::new();
    if require.wants_execution() {
        raise_level(draft, view.stage, &mut patch);
        let group = view.execution_group();
        let known = view.log_group(&group);
        needs.extend(role::mend(draft, view.region_name, &to_group(view, &group, known)));
        // API Gateway makes the group with the first line, and without a retention. A stage that logs well already
        // need not have had a request.
        if *known != Known::Absent || !patch.operations.is_empty() || !needs.is_empty() {
            needs.extend(groups::mend(draft, view, &group, known));
        }
    }
    if require.wants_access() && !suffices {
        needs.extend(access(draft, view, &mut patch));
    }
    if draft.choices.include.contains(&Extra::DataTrace) {
        stop_data_trace(view.stage, &mut patch);
    }
    if patch.operations.is_empty() {
        return;
    }
    needs.sort();
    needs.dedup();
    let stage = view.stage;
    let target = |patch_operations| Change::UpdateStage {
        api_id: stage.api_id.clone(),
        stage: stage.name.clone(),
        patch_operations,
    };
    patch.inverse.reverse();
    let change = target(patch.operations);
    draft.add(Action {
        id: format!("{}/stage/{}/{}", view.region_name, stage.api_id, stage.name),
        region: view.region_name.to_owned(),
        summary: format!("{} {}: {}", stage.api_name, stage.name, describe(&change)),
        safety: if patch.cautions.is_empty() { Safety::Safe } else { Safety::NeedsApproval },
        caution: (!patch.cautions.is_empty()).then(|| patch.cautions.join(", and ")),
        needs,
        permissions: change.permissions(),
        precondition: Some(stage_digest(&stage.settings)),
        inverse: Some(target(patch.inverse)),
        change: Some(change),
    });
}

/// Gives every method that does not log a level.
fn raise_level(draft: &Draft<'_>, stage: &Stage, patch: &mut Patch) {
    let coverage = Coverage::of(stage);
    if coverage.status != Status::Fail {
        return;
    }
    let default = coverage.default_level;
    let level = if default.logs() { default } else { draft.choices.level };
    let whole_stage = (!default.logs()).then(|| ALL_METHODS.to_owned());
    for key in whole_stage.into_iter().chain(coverage.dark_keys) {
        set_level(stage, &key, level, patch);
        let is_traced = stage.settings.method_settings.get(&key).is_some_and(|setting| setting.data_trace);
        if is_traced && !draft.choices.include.contains(&Extra::DataTrace) {
            patch
                .cautions
                .push(format!("data trace is on for {key}: whole requests and responses would be logged"));
        }
    }
}

fn set_level(stage: &Stage, key: &str, level: Level, patch: &mut Patch) {
    let path = format!("/{key}/logging/loglevel");
    patch.operations.push(PatchOperation::replace(&path, level.as_str()));
    match stage.settings.method_settings.get(key) {
        Some(setting) => patch.inverse.push(PatchOperation::replace(&path, setting.level.as_str())),
        None => patch.inverse.push(PatchOperation::remove(format!("/{key}"))),
    }
}

/// Gives the stage an access log, or makes the one it has arrive. Gives the ids that the stage has to wait for.
fn access(draft: &mut Draft<'_>, view: StageView<'_>, patch: &mut Patch) -> Vec<String> {
    let before = &view.stage.settings.access_log;
    let planned = patch.operations.len();
    let group = destination(view, patch);
    format(draft, before.format.as_deref(), patch);
    if patch.operations.len() > planned {
        patch.inverse.extend(undo_access(before));
    }
    // Nothing here makes a Firehose stream arrive.
    let Some(group) = group else { return Vec::new() };
    let known = view.log_group(&group);
    let mut needs = groups::mend(draft, view, &group, known);
    // A group that is missing is made by then.
    needs.extend(role::mend(draft, view.region_name, &to_group(view, &group, &MADE)));
    needs
}

/// The log group that lines go to, which is the stage's own where its destination is none that lines can reach.
fn destination(view: StageView<'_>, patch: &mut Patch) -> Option<String> {
    let StageView { inventory, region_name, stage, .. } = view;
    if let Some(group) = view.access_group() {
        return Some(group.to_owned());
    }
    match &stage.settings.access_log.destination_arn {
        Some(arn) if is_firehose(arn) => return None,
        Some(arn) => patch.cautions.push(format!("lines would no longer go to {arn}")),
        None => {}
    }
    let own = access_log_group(&stage.api_id, &stage.name);
    let arn = format!("arn:{}:logs:{region_name}:{}:log-group:{own}", inventory.partition, inventory.account);
    patch.operations.push(PatchOperation::replace("/accessLogSettings/destinationArn", arn));
    Some(own)
}

fn format(draft: &Draft<'_>, before: Option<&str>, patch: &mut Patch) {
    let replaces = match before {
        None => true,
        Some(format) => {
            draft.choices.include.contains(&Extra::AccessFormat) && !missing_fields(format).is_empty()
        }
    };
    if replaces {
        patch.operations.push(PatchOperation::replace("/accessLogSettings/format", FORMAT));
    }
    if replaces && before.is_some() {
        patch.cautions.push("whoever reads the lines gets them in another format".to_owned());
    }
}

/// A leaf cannot be removed alone, so what was not there takes all of it away, last to first.
fn undo_access(before: &AccessLog) -> impl Iterator<Item = PatchOperation> {
    let is_whole = before.destination_arn.is_some() && before.format.is_some();
    let leaf = |name: &str, value: &Option<String>| {
        value.as_ref().map(|value| PatchOperation::replace(format!("/accessLogSettings/{name}"), value))
    };
    let leaves = [leaf("format", &before.format), leaf("destinationArn", &before.destination_arn)];
    let removal = (!is_whole).then(|| PatchOperation::remove("/accessLogSettings"));
    leaves.into_iter().flatten().chain(removal)
}

fn stop_data_trace(stage: &Stage, patch: &mut Patch) {
    for (key, _) in stage.settings.method_settings.iter().filter(|(_, setting)| setting.data_trace) {
        let path = format!("/{key}/logging/dataTrace");
        patch.operations.push(PatchOperation::replace(&path, "false"));
        patch.inverse.push(PatchOperation::replace(&path, "true"));
    }
}

fn describe(change: &Change) -> String {
    let Change::UpdateStage { patch_operations, .. } = change else { return String::new() };
    let each = patch_operations.iter().map(|operation| match operation.path.as_str() {
        "/accessLogSettings/destinationArn" => "write access logs".to_owned(),
        "/accessLogSettings/format" => "set the access log format".to_owned(),
        path => {
            let path = path.trim_start_matches('/');
            let (key, what) = match path.strip_suffix("/logging/dataTrace") {
                Some(key) => (key, "stop data trace".to_owned()),
                None => {
                    let level = operation.value.as_deref().unwrap_or_default();
                    (path.trim_end_matches("/logging/loglevel"), format!("log executions at {level}"))
                }
            };
            if key == ALL_METHODS { what } else { format!("{what} for {}", key.replace("~1", "/")) }
        }
    });
    each.collect::<Vec<_>>().join(", ")
}

/// What a stage's logging is set to.
pub(crate) fn stage_digest(settings: &StageSettings) -> String {
    digest(&json!(settings))
}
