//! What is printed: a scenario's differences by kind, and in the end how many of which kind each operation has.

use std::collections::BTreeMap;
use std::fmt::{self, Write as _};

use stagecheck_conformance::suite::{Kind, Run, StepRun};

/// Counts of steps.
#[derive(Debug, Default)]
pub(crate) struct Report {
    scenarios: usize,
    steps: usize,
    /// Scenarios that could not be run to their end, with the reason.
    failures: Vec<String>,
    /// Those that could not be made, since an earlier one did not give what they need.
    unreached: usize,
    /// Those that differ after an earlier one had changed what it should not, or not changed what it should.
    following: usize,
    /// Those that differ by themselves, by the gravest kind, service and operation.
    differing: BTreeMap<(Kind, String), usize>,
}

impl Report {
    /// Counts a scenario, and tells its differences.
    pub(crate) fn add(&mut self, run: &Run<'_>) -> String {
        let unreached = run.scenario.steps.len() - run.steps.len();
        let differing = run.steps.iter().filter(|step| !step.differences.is_empty());
        let (following, own): (Vec<_>, Vec<_>) = differing.partition(|step| step.follows.is_some());
        self.scenarios += 1;
        self.steps += run.scenario.steps.len();
        self.unreached += unreached;
        self.following += following.len();
        let mut kinds: BTreeMap<Kind, Vec<&StepRun<'_>>> = BTreeMap::new();
        for step in &own {
            let service = step.step.service.as_deref().unwrap_or(&run.scenario.service);
            // A step counts once, however many members differ.
            if let Some(kind) = step.differences.iter().map(|difference| difference.kind).min() {
                kinds.entry(kind).or_default().push(step);
                *self.differing.entry((kind, format!("{service} {}", step.step.call))).or_default() += 1;
            }
        }
        let expected = run.steps.len() - own.len() - following.len();
        let mut told = format!(
            "{}: {expected} of {} as expected\n",
            run.scenario.file.display(),
            run.scenario.steps.len()
        );
        for (kind, steps) in kinds {
            let _ = writeln!(told, "  {kind}");
            steps.into_iter().for_each(|step| tell(&mut told, step, ""));
        }
        if !following.is_empty() {
            told.push_str("  what may be a consequence\n");
        }
        for step in following {
            let cause = step.follows.map(|number| format!(" (after {number})")).unwrap_or_default();
            tell(&mut told, step, &cause);
        }
        if unreached > 0 {
            let _ = writeln!(told, "  {unreached} not reached: they need what others did not give");
        }
        told
    }

    /// Notes a scenario that could not be run to its end.
    pub(crate) fn cut_short(&mut self, reason: &anyhow::Error) {
        self.failures.push(format!("{reason:#}"));
    }

    /// Whether nothing differs.
    pub(crate) fn is_clean(&self) -> bool {
        self.differing.is_empty() && self.following + self.unreached + self.failures.len() == 0
    }
}

fn tell(told: &mut String, step: &StepRun<'_>, cause: &str) {
    for difference in &step.differences {
        // A text grows without an error.
        let _ = writeln!(told, "    {} {}{cause}: {difference}", step.number, step.step.call);
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut kinds: BTreeMap<Kind, Vec<(usize, &str)>> = BTreeMap::new();
        for ((kind, operation), count) in &self.differing {
            kinds.entry(*kind).or_default().push((*count, operation));
        }
        let differing: usize = self.differing.values().sum();
        let expected = self.steps - differing - self.following - self.unreached;
        writeln!(
            f,
            "{expected} of {} steps in {} scenarios are answered as expected",
            self.steps, self.scenarios
        )?;
        writeln!(f, "{differing} differ")?;
        for (kind, mut operations) in kinds {
            operations.sort_by_key(|(count, _)| std::cmp::Reverse(*count));
            let steps: usize = operations.iter().map(|(count, _)| count).sum();
            writeln!(f, "  {kind}: {steps}")?;
            for (count, operation) in operations {
                writeln!(f, "    {operation}: {count}")?;
            }
        }
        writeln!(f, "{} differ after one that did, and may be its consequence", self.following)?;
        writeln!(f, "{} were not reached", self.unreached)?;
        self.failures.iter().try_for_each(|failure| writeln!(f, "cut short: {failure}"))
    }
}
