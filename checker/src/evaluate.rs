//! Judges an inventory. Pure: no calls, no clock.

mod access_arrival;
mod access_fields;
mod access_settings;
mod account_role;
mod data_trace;
mod delivery;
mod execution_arrival;
mod execution_level;
mod log_retention;

use std::collections::BTreeMap;

pub(crate) use access_fields::missing_fields;
pub(crate) use delivery::{Cause, Delivery, SERVICE_PRINCIPAL, acceptance, to_group};
pub(crate) use execution_level::{Coverage, level_of};

use crate::findings::{
    AccessEntry, AccountEntry, ExecutionEntry, Finding, Findings, Require, SCHEMA, Severity, StageEntry,
    Status,
};
use crate::inventory::{Inventory, Known, LogGroup, Region, Stage, execution_log_group, group_of_arn};

/// A stage in its surroundings.
#[derive(Clone, Copy)]
pub(crate) struct StageView<'a> {
    pub(crate) inventory: &'a Inventory,
    pub(crate) region_name: &'a str,
    pub(crate) region: &'a Region,
    pub(crate) stage: &'a Stage,
}

impl<'a> StageView<'a> {
    /// The log group of the stage's execution logs.
    pub(crate) fn execution_group(self) -> String {
        execution_log_group(&self.stage.api_id, &self.stage.name)
    }

    /// What is known of a log group. All that stages of the region log to were looked for.
    pub(crate) fn log_group(self, name: &str) -> &'a Known<LogGroup> {
        self.region.log_groups.get(name).unwrap_or(&Known::Unknown)
    }

    /// The log group of its access logs, if they go to one of the stage's own account and region.
    pub(crate) fn access_group(self) -> Option<&'a str> {
        let arn = self.stage.settings.access_log.destination_arn.as_deref()?;
        group_of_arn(arn, &self.inventory.account, self.region_name)
    }
}

/// The verdict of one check, with what to tell where it is not a pass.
struct Verdict {
    status: Status,
    finding: Option<Finding>,
}

impl Verdict {
    const PASS: Self = Self { status: Status::Pass, finding: None };

    fn of(finding: Finding) -> Self {
        Self { status: finding.status, finding: Some(finding) }
    }
}

/// The findings on an inventory.
#[must_use]
pub fn evaluate(inventory: &Inventory, require: Require, generated_at: String) -> Findings {
    let views = views(inventory);
    let stages: Vec<StageEntry> = views.map(|view| stage_entry(view, require)).collect();
    let mut summary: BTreeMap<Status, usize> =
        [Status::Pass, Status::Fail, Status::Unknown, Status::Exempt].map(|status| (status, 0)).into();
    for stage in &stages {
        *summary.entry(stage.status).or_default() += 1;
    }
    Findings {
        schema: SCHEMA,
        generated_at,
        account: inventory
            .regions
            .iter()
            .map(|(name, region)| {
                let mut in_region = stages.iter().filter(|stage| stage.region == *name);
                let keeps_lines = in_region.any(|stage| stage.execution.arrives == Status::Fail);
                account_entry(inventory, name, region, keeps_lines)
            })
            .collect(),
        stages,
        gaps: inventory.gaps.clone(),
        summary,
    }
}

/// Every stage in its surroundings, in the order of the document.
pub(crate) fn views(inventory: &Inventory) -> impl Iterator<Item = StageView<'_>> {
    inventory.regions.iter().flat_map(move |(region_name, region)| {
        region.stages.iter().map(move |stage| StageView { inventory, region_name, region, stage })
    })
}

pub(crate) fn stage_entry(view: StageView<'_>, require: Require) -> StageEntry {
    let coverage = Coverage::of(view.stage);
    let level = execution_level::check(view.stage, &coverage);
    let execution_arrival = execution_arrival::check(view);
    let settings = access_settings::check(view.stage);
    let access_arrival = access_arrival::check(view);
    let execution = ExecutionEntry {
        status: level.status.and(execution_arrival.status),
        configured: level.status,
        arrives: execution_arrival.status,
        default_level: coverage.default_level,
        dark_methods: coverage.dark_methods,
    };
    let access = AccessEntry {
        status: settings.status.and(access_arrival.status),
        configured: settings.status,
        arrives: access_arrival.status,
        destination: view.stage.settings.access_log.destination_arn.clone(),
    };
    let verdicts = [level, execution_arrival, settings, access_arrival].into_iter();
    let quality = access_fields::check(view.stage)
        .into_iter()
        .chain(log_retention::check(view))
        .chain(data_trace::check(view.stage));
    StageEntry {
        arn: view.stage.arn.clone(),
        account: view.inventory.account.clone(),
        region: view.region_name.to_owned(),
        api_id: view.stage.api_id.clone(),
        api_name: view.stage.api_name.clone(),
        api_type: "REST",
        stage: view.stage.name.clone(),
        tags: view.stage.tags.clone(),
        status: match require {
            Require::Execution => execution.status,
            Require::Access => access.status,
            Require::Both => execution.status.and(access.status),
            Require::Either => execution.status.or(access.status),
        },
        execution,
        access,
        findings: verdicts.filter_map(|verdict| verdict.finding).chain(quality).collect(),
    }
}

fn account_entry(inventory: &Inventory, name: &str, region: &Region, keeps_lines: bool) -> AccountEntry {
    let Verdict { status, finding } = account_role::check(inventory, name, region, keeps_lines);
    AccountEntry {
        account: inventory.account.clone(),
        region: name.to_owned(),
        role_arn: region.role_arn.value().cloned(),
        status,
        findings: finding.into_iter().collect(),
    }
}

/// A finding that makes a stage fail, or leaves it unknown.
fn finding(
    check: &'static str,
    status: Status,
    message: String,
    evidence: serde_json::Value,
    remediation: impl Into<String>,
) -> Finding {
    let severity = match status {
        Status::Fail => Severity::High,
        Status::Unknown | Status::Pass | Status::Exempt => Severity::Medium,
        Status::Warn => Severity::Low,
    };
    let evidence = match evidence {
        serde_json::Value::Object(evidence) => evidence,
        other => [("value".to_owned(), other)].into_iter().collect(),
    };
    Finding { check, status, severity, message, evidence, remediation: remediation.into() }
}
