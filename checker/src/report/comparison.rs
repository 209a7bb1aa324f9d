//! Before and after.

use std::collections::HashMap;

use super::table::{by_arn, table};
use crate::findings::Findings;
use crate::verify::{Probe, Verification};

/// The verdicts before and after a fix, side by side.
pub(crate) fn before_and_after(before: &Findings, after: &Verification) -> String {
    let mut table = table(&["region", "API", "stage", "before", "what was wrong", "after", "lines found"]);
    let stages = by_arn(&after.findings);
    let probes: HashMap<&str, &Probe> =
        after.probes.iter().map(|probe| (probe.arn.as_str(), probe)).collect();
    for was in &before.stages {
        let (is, probe) = (stages.get(was.arn.as_str()), probes.get(was.arn.as_str()));
        let wrong: Vec<&str> = was.findings.iter().map(|finding| finding.check).collect();
        table.add_row([
            was.region.clone(),
            was.api_name.clone(),
            was.stage.clone(),
            was.status.as_str().to_owned(),
            wrong.join(", "),
            is.map_or("gone", |stage| stage.status.as_str()).to_owned(),
            probe.map_or_else(String::new, |probe| {
                format!("{} execution, {} access", probe.execution_lines, probe.access_lines)
            }),
        ]);
    }
    format!("{}\n", table.trim_fmt())
}
