//! A stage: one UpdateStage, whole or not at all, after what it needs.

use serde_json::json;

use super::change::digest;
use super::{Action, Change, Draft, Extra, PatchOperation, Safety, groups, role};
use crate::evaluate::{Coverage, StageView, missing_fields, to_group};
use crate::findings::Status;
use crate::inventory::{ALL_METHODS, Known, Level, Stage, StageSettings, execution_log_group, group_of_arn};

/// An access log format that tells who did what, when, and how it ended.
const FORMAT: &str = concat!(
    r#"{"requestId":"$context.requestId","ip":"$context.identity.sourceIp","#,
    r#""caller":"$context.identity.caller","user":"$context.identity.user","#,
    r#""requestTime":"$context.requestTime","httpMethod":"$context.httpMethod","#,
    r#""resourcePath":"$context.resourcePath","status":"$context.status","#,
    r#""protocol":"$context.protocol","responseLength":"$context.responseLength"}"#
);

/// Patch operations with those that undo them.
#[derive(Default)]
struct Patch {
    operations: Vec<PatchOperation>,
    inverse: Vec<PatchOperation>,
    caution: Option<String>,
}

/// Adds what a stage lacks.
pub(super) fn mend(draft: &mut Draft<'_>, view: StageView<'_>) {
    let require = draft.choices.require;
    let mut patch = Patch::default();
    let mut needs = Vec::new();
    if require.wants_execution() {
        raise_level(draft, view.stage, &mut patch);
        let group = execution_log_group(&view.stage.api_id, &view.stage.name);
        // Nobody looked for the group of a stage that does not log. If it is there, apply finds it done.
        let known = view.region.log_groups.get(&group).unwrap_or(&Known::Absent);
        let exists = matches!(known, Known::Value(_));
        needs.extend(role::mend(draft, view.region_name, &to_group(view, &group, exists)));
        // API Gateway makes the group with the first line, and without a retention. A stage that logs well already
        // need not have had a request.
        if exists || !patch.operations.is_empty() || !needs.is_empty() {
            needs.extend(groups::mend(draft, view, &group, known));
        }
    }
    if require.wants_access() {
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
        safety: if patch.caution.is_some() { Safety::NeedsApproval } else { Safety::Safe },
        caution: patch.caution,
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
    }
}

fn set_level(stage: &Stage, key: &str, level: Level, patch: &mut Patch) {
    let path = format!("/{key}/logging/loglevel");
    patch.operations.push(PatchOperation::replace(&path, level.as_str()));
    match stage.settings.method_settings.get(key) {
        Some(setting) => {
            patch.inverse.push(PatchOperation::replace(&path, setting.level.as_str()));
            if setting.data_trace {
                patch.caution =
                    Some(format!("data trace is on for {key}: whole requests and responses would be logged"));
            }
        }
        None => patch.inverse.push(PatchOperation::remove(format!("/{key}"))),
    }
}

/// Gives the stage an access log, or makes the one it has arrive.
fn access(draft: &mut Draft<'_>, view: StageView<'_>, patch: &mut Patch) -> Vec<String> {
    let stage = view.stage;
    let inventory = view.inventory;
    let settings = &stage.settings.access_log;
    let had_any = settings.destination_arn.is_some() || settings.format.is_some();
    let group = match &settings.destination_arn {
        Some(arn) if arn.contains(":firehose:") => None,
        Some(arn) => group_of_arn(arn, &inventory.account, view.region_name).map(str::to_owned),
        None => None,
    };
    let leads_astray =
        settings.destination_arn.as_ref().is_some_and(|arn| !arn.contains(":firehose:")) && group.is_none();
    let group = group.or_else(|| {
        let own = format!("API-Gateway-Access-Logs_{}/{}", stage.api_id, stage.name);
        let arn = format!(
            "arn:{}:logs:{}:{}:log-group:{own}",
            inventory.partition, view.region_name, inventory.account
        );
        (settings.destination_arn.is_none() || leads_astray).then(|| {
            patch.operations.push(PatchOperation::replace("/accessLogSettings/destinationArn", arn));
            own
        })
    });
    let lacks_fields = settings.format.as_deref().is_some_and(|format| !missing_fields(format).is_empty());
    if settings.format.is_none() || (lacks_fields && draft.choices.include.contains(&Extra::AccessFormat)) {
        patch.operations.push(PatchOperation::replace("/accessLogSettings/format", FORMAT));
    }
    if !had_any {
        patch.inverse.push(PatchOperation::remove("/accessLogSettings"));
    } else {
        let leaves = [("destinationArn", &settings.destination_arn), ("format", &settings.format)];
        for (leaf, before) in leaves {
            let path = format!("/accessLogSettings/{leaf}");
            if let Some(before) = before
                && patch.operations.iter().any(|operation| operation.path == path)
            {
                patch.inverse.push(PatchOperation::replace(path, before));
            }
        }
    }
    let Some(group) = group else { return Vec::new() };
    let known = view.region.log_groups.get(&group).cloned().unwrap_or(Known::Absent);
    let mut needs = groups::mend(draft, view, &group, &known);
    needs.extend(role::mend(draft, view.region_name, &to_group(view, &group, true)));
    needs
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
