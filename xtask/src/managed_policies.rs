//! Writes the policies that AWS manages, as AWS's IAM answers them, from the copy that moto's releases carry.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, bail, ensure};
use serde::Deserialize;
use serde_json::{Map, Value, json};

/// The moto release that the documents come from, and its day.
const DOCUMENTS: (&str, &str) = ("5.2.1", "2026-05-20");

/// The last moto release that has the policies' ids, which never change.
const IDS: &str = "3.1.0";

/// What is told of a policy in the first of its two lines; the document is the second.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Policy {
    path: String,
    default_version_id: String,
    create_date: String,
    update_date: String,
    document: Value,
}

/// Writes the file, or with `check` fails where it differs from what is in the tree.
pub(crate) fn run(root: &Path, check: bool) -> Result<()> {
    let (release, day) = DOCUMENTS;
    let source = json!({"source": format!("moto {release} (documents) and {IDS} (ids)"), "date": day});
    let ids = policies(root, IDS)?;
    let mut lines = vec![source.to_string()];
    for (name, policy) in policies(root, release)? {
        let id = ids.get(&name).and_then(|policy| policy.get("PolicyId")).cloned();
        let policy: Policy = serde_json::from_value(policy)
            .with_context(|| format!("moto's {name} is not as it is expected"))?;
        let mut facts = Map::new();
        facts.insert("name".into(), name.into());
        facts.insert("path".into(), policy.path.into());
        facts.extend(id.map(|id| ("id".to_owned(), id)));
        facts.insert("version".into(), policy.default_version_id.into());
        facts.insert("created".into(), policy.create_date.into());
        facts.insert("updated".into(), policy.update_date.into());
        lines.push(Value::Object(facts).to_string());
        lines.push(policy.document.to_string());
    }
    let text = lines.join("\n") + "\n";
    let path = root.join("emulator/src/iam/aws_managed.jsonl");
    if check {
        let present = fs::read_to_string(&path).unwrap_or_default();
        ensure!(present == text, "{} is not what `cargo xtask managed-policies` writes", path.display());
        return Ok(());
    }
    fs::write(&path, text).with_context(|| format!("cannot write {}", path.display()))
}

/// The policies of a moto release by their names, fetching the release when it is missing.
fn policies(root: &Path, release: &str) -> Result<Map<String, Value>> {
    let target = root.join(format!("target/moto-{release}"));
    let module = target.join("moto/iam/aws_managed_policies.py");
    if !module.is_file() {
        let status = Command::new("python3")
            .args(["-m", "pip", "install", "--quiet", "--no-deps", "--root-user-action=ignore", "--target"])
            .arg(&target)
            .arg(format!("moto=={release}"))
            .status()
            .context("cannot run python3, which fetches the policies from PyPI")?;
        if !status.success() {
            bail!("pip could not fetch moto {release} from PyPI");
        }
    }
    let text = fs::read_to_string(&module).with_context(|| format!("cannot open {}", module.display()))?;
    // The module is one assignment of JSON in triple quotes.
    let json = text.split("\"\"\"").nth(1).with_context(|| format!("{} has no text", module.display()))?;
    serde_json::from_str(json).with_context(|| format!("{} holds no policies", module.display()))
}
