//! What stands in a scenario's file.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, ensure};
use serde::Deserialize;
use serde_json::{Map, Value};

/// Calls in their order, made by one account that has nothing to begin with.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// What it shows.
    pub about: String,
    /// The service of steps that name none, as botocore calls it.
    pub service: String,
    /// Quotas that it needs to be other than AWS's, by name. Only the emulator can be told so.
    #[serde(default)]
    pub quotas: BTreeMap<String, u64>,
    /// The calls.
    pub steps: Vec<Step>,
    /// Where it was read from, below the suite's folder.
    #[serde(skip)]
    pub file: PathBuf,
}

/// One call.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// The operation: `CreateRestApi`.
    pub call: String,
    /// The service, where it is not the scenario's.
    pub service: Option<String>,
    /// Who calls, if not root: credentials that a step has kept.
    #[serde(rename = "as")]
    pub caller: Option<String>,
    /// Why the step is there.
    pub about: Option<String>,
    /// The input.
    #[serde(default)]
    pub with: Map<String, Value>,
    /// What the answer must have.
    pub answers: Option<Value>,
    /// The error that must be answered: its code, and what its message must be.
    pub fault: Option<BTreeMap<String, String>>,
    /// Members of the answer that later steps use, by the name that they use.
    #[serde(default)]
    pub keep: BTreeMap<String, String>,
}

/// Every scenario of the suite, ordered by file.
///
/// # Errors
///
/// When a file cannot be read, or is not a scenario.
pub fn load() -> Result<Vec<Scenario>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("suite");
    let mut files = Vec::new();
    for service in fs::read_dir(&folder).with_context(|| format!("cannot list {}", folder.display()))? {
        for file in fs::read_dir(service?.path())? {
            files.push(file?.path());
        }
    }
    files.sort();
    files.iter().map(|file| read(&folder, file)).collect()
}

fn read(folder: &Path, file: &Path) -> Result<Scenario> {
    let shown = file.strip_prefix(folder)?;
    let text = fs::read_to_string(file).with_context(|| format!("cannot read {}", shown.display()))?;
    let mut scenario: Scenario =
        serde_saphyr::from_str(&text).with_context(|| format!("{} is no scenario", shown.display()))?;
    for step in &scenario.steps {
        let both = step.answers.is_some() && step.fault.is_some();
        ensure!(!both, "{}: {} cannot answer and fail at once", shown.display(), step.call);
        let one = step.fault.as_ref().is_none_or(|fault| fault.len() == 1);
        ensure!(one, "{}: {} fails with one code", shown.display(), step.call);
    }
    shown.clone_into(&mut scenario.file);
    Ok(scenario)
}
