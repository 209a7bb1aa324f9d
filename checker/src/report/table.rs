//! Tables and sentences.

use std::collections::HashMap;
use std::fmt::Write;

use comfy_table::presets::NOTHING;
use comfy_table::{ContentArrangement, Table, TableComponent};

use crate::apply::{Applied, Outcome};
use crate::findings::{Finding, Findings, StageEntry, Status};
use crate::plan::{Plan, Safety};
use crate::verify::Verification;

pub(super) fn table(header: &[&str]) -> Table {
    let mut table = Table::new();
    table.load_preset(NOTHING).set_content_arrangement(ContentArrangement::Disabled).set_header(header);
    table
        .set_style(TableComponent::HeaderLines, '─')
        .set_style(TableComponent::MiddleHeaderIntersections, ' ');
    table
}

/// The report of a check.
pub(crate) fn findings(findings: &Findings) -> String {
    let mut out = stages(findings);
    for stage in findings.stages.iter().filter(|stage| !stage.findings.is_empty()) {
        let _ = writeln!(out, "\n{}", name(stage));
        list(&mut out, &stage.findings);
    }
    for account in findings.account.iter().filter(|account| !account.findings.is_empty()) {
        let _ = writeln!(out, "\naccount {} in {}", account.account, account.region);
        list(&mut out, &account.findings);
    }
    if !findings.gaps.is_empty() {
        out.push_str("\ncould not be read:\n");
        for gap in &findings.gaps {
            let _ = writeln!(out, "  {} ({}): {}", gap.call, gap.scope, gap.error);
            if let Some(action) = &gap.missing_permission {
                let _ = writeln!(out, "    the caller lacks the permission {action}");
            }
        }
    }
    out.push('\n');
    out.push_str(&summary(findings));
    out
}

fn stages(findings: &Findings) -> String {
    if findings.stages.is_empty() {
        return "There is no stage.\n".to_owned();
    }
    let mut table = table(&["region", "API", "stage", "verdict", "execution logs", "access logs"]);
    for stage in &findings.stages {
        let execution = kind(stage.execution.status, stage.execution.configured, stage.execution.arrives);
        let access = kind(stage.access.status, stage.access.configured, stage.access.arrives);
        table.add_row([
            &stage.region,
            &stage.api_name,
            &stage.stage,
            stage.status.as_str(),
            &execution,
            &access,
        ]);
    }
    format!("{}\n", table.trim_fmt())
}

/// `FAIL: on, lines do not arrive`
fn kind(status: Status, configured: Status, arrives: Status) -> String {
    let configured = match configured {
        Status::Pass => "on",
        Status::Unknown => "settings not readable",
        Status::Fail | Status::Exempt | Status::Warn => "off or partial",
    };
    let arrives = match arrives {
        Status::Pass => "lines can arrive",
        Status::Unknown => "arrival not to be told",
        Status::Fail | Status::Exempt | Status::Warn => "lines cannot arrive",
    };
    format!("{}: {configured}, {arrives}", status.as_str())
}

fn list(out: &mut String, findings: &[Finding]) {
    for finding in findings {
        let _ = writeln!(out, "  {:<7} {}: {}", finding.status.as_str(), finding.check, finding.message);
        let _ = writeln!(out, "          {}", finding.remediation);
    }
}

fn summary(findings: &Findings) -> String {
    let counts: Vec<String> = findings
        .summary
        .iter()
        .filter(|(_, count)| **count > 0)
        .map(|(status, count)| format!("{count} {}", status.as_str()))
        .collect();
    let counts = if counts.is_empty() { String::new() } else { format!(": {}", counts.join(", ")) };
    format!("{}{counts}\n", counted(findings.stages.len(), "stage"))
}

/// `1 stage`, `2 stages`
fn counted(count: usize, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}

fn name(stage: &StageEntry) -> String {
    format!("{} {} ({}, {})", stage.api_name, stage.stage, stage.region, stage.api_id)
}

/// A plan.
pub(crate) fn plan(plan: &Plan) -> String {
    if plan.actions.is_empty() {
        return "There is nothing to do.\n".to_owned();
    }
    let mut out = String::new();
    for (position, action) in plan.actions.iter().enumerate() {
        let safety = match action.safety {
            Safety::Safe => "safe",
            Safety::NeedsApproval => "needs approval",
            Safety::Manual => "by hand",
        };
        let _ = writeln!(out, "{:>3}. [{safety}] {}", position + 1, action.summary);
        let _ = writeln!(out, "     {}", action.id);
        if let Some(caution) = &action.caution {
            let _ = writeln!(out, "     because {caution}");
        }
        if !action.needs.is_empty() {
            let _ = writeln!(out, "     after {}", action.needs.join(", "));
        }
    }
    let count = |safety| plan.actions.iter().filter(|action| action.safety == safety).count();
    let _ = writeln!(
        out,
        "\n{}: {} safe, {} to be approved, {} by hand",
        counted(plan.actions.len(), "action"),
        count(Safety::Safe),
        count(Safety::NeedsApproval),
        count(Safety::Manual)
    );
    out
}

/// What became of a plan.
pub(crate) fn applied(applied: &Applied) -> String {
    if applied.actions.is_empty() {
        return "There was nothing to do.\n".to_owned();
    }
    let mut out = String::new();
    for action in &applied.actions {
        let result = match &action.outcome {
            Outcome::Done => "done".to_owned(),
            Outcome::AlreadyDone => "was so already".to_owned(),
            Outcome::Left => "left: nobody agreed to it".to_owned(),
            Outcome::ByHand => "left: only people can do it".to_owned(),
            Outcome::Waiting { on } => format!("left: it needs {}", on.join(", ")),
            Outcome::Outdated => "left: things changed since the plan was made; plan again".to_owned(),
            Outcome::Failed { error } => format!("failed: {error}"),
        };
        let _ = writeln!(out, "  {}: {result}", action.summary);
        if !action.outcome.is_done() {
            let _ = writeln!(out, "    {}", action.id);
        }
    }
    let done = applied.actions.iter().filter(|action| action.outcome.is_done()).count();
    let _ = writeln!(out, "\n{done} of {} done", counted(applied.actions.len(), "action"));
    out
}

/// What verification saw.
pub(crate) fn verification(verification: &Verification) -> String {
    let mut out = findings(&verification.findings);
    if verification.probes.is_empty() {
        return out;
    }
    let mut table = table(&["stage", "request", "answer", "execution lines", "access lines", "verdict"]);
    let stages = by_arn(&verification.findings);
    for probe in &verification.probes {
        let Some(stage) = stages.get(probe.arn.as_str()) else { continue };
        let verdict = match &probe.message {
            Some(message) => format!("{}: {message}", probe.status.as_str()),
            None => probe.status.as_str().to_owned(),
        };
        table.add_row([
            format!("{} {} ({})", stage.api_name, stage.stage, stage.region),
            probe.method.clone().unwrap_or_default(),
            probe.http_status.map(|status| status.to_string()).unwrap_or_default(),
            probe.execution_lines.to_string(),
            probe.access_lines.to_string(),
            verdict,
        ]);
    }
    let _ = writeln!(out, "\n{}", table.trim_fmt());
    out
}

pub(super) fn by_arn(findings: &Findings) -> HashMap<&str, &StageEntry> {
    findings.stages.iter().map(|stage| (stage.arn.as_str(), stage)).collect()
}
