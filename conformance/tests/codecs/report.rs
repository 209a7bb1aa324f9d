//! What went wrong, for people.

use std::fmt::Write as _;

use anyhow::{Result, bail};
use serde_json::Value;
use stagecheck_models::Operation;

/// The cases in which the two sides disagree.
#[derive(Debug, Default)]
pub(crate) struct Report {
    disagreements: Vec<String>,
}

/// More than anyone reads at once.
const SHOWN: usize = 5;

impl Report {
    /// Holds what was read against what should have been. `wire` is what stood between the two.
    pub(crate) fn compare(&mut self, operation: &Operation, expected: &Value, read: &Value, wire: &str) {
        if let Some(difference) = difference("", expected, read) {
            self.disagree(operation, expected, &format!("{read:#}\ndifferent {difference}"), wire);
        }
    }

    /// Notes a disagreement.
    pub(crate) fn disagree(&mut self, operation: &Operation, expected: &Value, read: &str, wire: &str) {
        let Operation { service, name, .. } = operation;
        self.disagreements.push(format!(
            "{}:{name}\nexpected {expected:#}\nread {read}\nfrom the wire\n{wire}\n",
            service.name
        ));
    }

    /// An error where there was any disagreement.
    pub(crate) fn conclude(self, cases: usize) -> Result<()> {
        if self.disagreements.is_empty() {
            return Ok(());
        }
        let mut text = format!("{} of {cases} cases disagree", self.disagreements.len());
        for each in self.disagreements.iter().take(SHOWN) {
            write!(text, "\n\n{each}")?;
        }
        bail!("{text}")
    }
}

/// Where two values part first, and how.
fn difference(path: &str, expected: &Value, read: &Value) -> Option<String> {
    let both = |member: &str| {
        let (expected, read) = (expected.get(member)?, read.get(member)?);
        difference(&format!("{path}.{member}"), expected, read)
    };
    let deeper = match (expected, read) {
        _ if expected == read => return None,
        (Value::Object(members), Value::Object(_)) => members.keys().find_map(|member| both(member)),
        (Value::Array(items), Value::Array(others)) => {
            let mut pairs = items.iter().zip(others).enumerate();
            pairs.find_map(|(index, (item, other))| difference(&format!("{path}[{index}]"), item, other))
        }
        _ => None,
    };
    Some(deeper.unwrap_or_else(|| format!("at {path}: expected {expected}, read {read}")))
}
