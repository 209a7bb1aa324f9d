//! Which member of the workspace may depend on which.

use std::fs;
use std::path::Path;
use std::process::Command;

use anyhow::{Context, Result, ensure};
use serde_json::Value;

/// What these members may depend on among ours. A member that is not here may depend on any.
const MAY: [(&str, &[&str]); 5] = [
    ("stagecheck-models", &[]),
    ("stagecheck-policy", &[]),
    ("stagecheck-velocity", &[]),
    (EMULATOR, &["stagecheck-models", "stagecheck-policy", "stagecheck-velocity"]),
    (CHECKER, &["stagecheck-policy"]),
];

const CHECKER: &str = "stagecheck";
const EMULATOR: &str = "stagecheck-emulator";
const CONFORMANCE: &str = "stagecheck-conformance";

/// The one feature of the checker that may bring the emulator in.
const EMBEDDED: &str = "embedded";

/// The violations in the workspace's manifests.
pub(crate) fn violations_in(root: &Path) -> Result<Vec<String>> {
    let output = Command::new(env!("CARGO"))
        .args(["metadata", "--format-version", "1", "--no-deps"])
        .current_dir(root)
        .output()
        .context("cannot run cargo")?;
    ensure!(output.status.success(), "cargo metadata: {}", String::from_utf8_lossy(&output.stderr));
    let metadata = serde_json::from_slice(&output.stdout).context("cargo metadata is not JSON")?;
    Ok(violations_of(&metadata, root))
}

fn violations_of(metadata: &Value, root: &Path) -> Vec<String> {
    let packages = array(&metadata["packages"]);
    let ours: Vec<&str> = packages.iter().map(|package| text(&package["name"])).collect();
    let mut violations = Vec::new();
    for package in packages {
        for dependency in array(&package["dependencies"]) {
            let name = text(&dependency["name"]);
            if let Some(wrong) = ours.contains(&name).then(|| wrong(package, dependency)).flatten() {
                violations.push(format!("{}: {wrong}", place(package, name, root)));
            }
        }
    }
    violations
}

/// What is wrong with a member depending on another.
fn wrong(package: &Value, dependency: &Value) -> Option<String> {
    let (member, other) = (text(&package["name"]), text(&dependency["name"]));
    if other == CONFORMANCE {
        return Some(format!("{member} must not depend on {other}; nothing does"));
    }
    if (member, other) == (CHECKER, EMULATOR) {
        return wrong_embedding(package, dependency);
    }
    let (_, may) = MAY.iter().find(|(name, _)| *name == member)?;
    (!may.contains(&other)).then(|| {
        let allowed = if may.is_empty() { "nothing of ours".to_owned() } else { may.join(", ") };
        format!("{member} must not depend on {other}; it may depend on {allowed}")
    })
}

/// What is wrong with how the checker brings the emulator in.
fn wrong_embedding(package: &Value, dependency: &Value) -> Option<String> {
    if dependency["optional"] != true {
        return Some(format!(
            "{CHECKER} depends on {EMULATOR}; make it optional, behind the feature {EMBEDDED}"
        ));
    }
    let brings = |item: &Value| {
        let item = text(item);
        item.strip_prefix("dep:").unwrap_or(item).split('/').next() == Some(EMULATOR)
    };
    package["features"]
        .as_object()?
        .iter()
        .find(|(feature, items)| *feature != EMBEDDED && array(items).iter().any(brings))
        .map(|(feature, _)| {
            format!("{CHECKER}'s feature {feature} brings {EMULATOR} in; only the feature {EMBEDDED} may")
        })
}

/// The manifest and the line where it first names the dependency.
fn place(package: &Value, dependency: &str, root: &Path) -> String {
    let manifest = Path::new(text(&package["manifest_path"]));
    let lines = fs::read_to_string(manifest).unwrap_or_default();
    let line = lines.lines().position(|line| line.starts_with(dependency)).map_or(1, |index| index + 1);
    format!("{}:{line}", manifest.strip_prefix(root).unwrap_or(manifest).display())
}

fn array(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn text(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn package(name: &str, dependencies: &[&str]) -> Value {
        let dependencies: Vec<Value> =
            dependencies.iter().map(|name| json!({"name": name, "optional": false})).collect();
        json!({
            "name": name,
            "manifest_path": format!("/none/{name}/Cargo.toml"),
            "dependencies": dependencies,
            "features": {},
        })
    }

    fn checker(optional: bool, features: &Value) -> Value {
        let mut package = package(CHECKER, &["stagecheck-policy", EMULATOR]);
        package["dependencies"][1]["optional"] = optional.into();
        package["features"] = features.clone();
        package
    }

    fn violations(packages: &[Value]) -> Vec<String> {
        violations_of(&json!({"packages": packages}), Path::new("/none"))
    }

    #[test]
    fn the_directions_of_the_house_are_allowed() {
        let packages = [
            package("stagecheck-models", &["serde"]),
            package("stagecheck-policy", &[]),
            package("stagecheck-velocity", &[]),
            package(EMULATOR, &["stagecheck-models", "stagecheck-policy", "stagecheck-velocity"]),
            checker(true, &json!({"embedded": ["dep:stagecheck-emulator"], "default": ["embedded"]})),
            package(CONFORMANCE, &[CHECKER, EMULATOR]),
            package("xtask", &[EMULATOR]),
        ];
        assert_eq!(violations(&packages), [""; 0]);
    }

    #[test]
    fn other_directions_are_found() {
        let packages = [
            package("stagecheck-models", &["stagecheck-policy"]),
            package("stagecheck-policy", &[]),
            package("stagecheck-velocity", &["stagecheck-models"]),
            package(EMULATOR, &["stagecheck-models", CHECKER]),
            package(CHECKER, &["stagecheck-models"]),
            package(CONFORMANCE, &[]),
            package("xtask", &[CONFORMANCE]),
        ];
        assert_eq!(
            violations(&packages),
            [
                "stagecheck-models/Cargo.toml:1: stagecheck-models must not depend on stagecheck-policy; it may depend \
                 on nothing of ours",
                "stagecheck-velocity/Cargo.toml:1: stagecheck-velocity must not depend on stagecheck-models; it may \
                 depend on nothing of ours",
                "stagecheck-emulator/Cargo.toml:1: stagecheck-emulator must not depend on stagecheck; it may depend on \
                 stagecheck-models, stagecheck-policy, stagecheck-velocity",
                "stagecheck/Cargo.toml:1: stagecheck must not depend on stagecheck-models; it may depend on \
                 stagecheck-policy",
                "xtask/Cargo.toml:1: xtask must not depend on stagecheck-conformance; nothing does",
            ]
        );
    }

    #[test]
    fn the_checker_embeds_the_emulator_by_one_feature_only() {
        let emulator = package(EMULATOR, &[]);
        let of = |checker: Value| violations(&[emulator.clone(), checker]);
        assert_eq!(
            of(checker(false, &json!({}))),
            [
                "stagecheck/Cargo.toml:1: stagecheck depends on stagecheck-emulator; make it optional, behind the feature \
              embedded"
            ]
        );
        assert_eq!(
            of(checker(true, &json!({"default": ["stagecheck-emulator/cli"]}))),
            [
                "stagecheck/Cargo.toml:1: stagecheck's feature default brings stagecheck-emulator in; only the feature \
              embedded may"
            ]
        );
    }
}
