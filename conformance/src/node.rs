//! Node.js with the AWS SDK for JavaScript, made under `target/` when it is missing.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use anyhow::{Context as _, Result, ensure};

use crate::python;

/// Version 3 of the SDK, as npm has it.
const PACKAGES: [&str; 3] = [
    "@aws-sdk/client-api-gateway@3.1142.0",
    "@aws-sdk/client-apigatewayv2@3.1169.0",
    "@aws-sdk/client-resource-groups-tagging-api@3.1142.0",
];

/// Runs a module of ours with these arguments. `None` where there is no Python to get Node.js with.
///
/// # Errors
///
/// When Node.js or the packages cannot be had.
pub fn run(module: &Path, arguments: &[&str]) -> Result<Option<Output>> {
    let Some(python) = python::with_node()? else { return Ok(None) };
    let folder = modules(&python)?;
    // Packages are looked for beside the module that imports them.
    let copy = folder.join(module.file_name().context("a module is a file")?);
    fs::copy(module, &copy).with_context(|| format!("cannot copy {}", module.display()))?;
    let output = Command::new(python.with_file_name("node"))
        .arg(&copy)
        .args(arguments)
        .env_clear()
        .output()
        .context("cannot run Node.js")?;
    Ok(Some(output))
}

/// A folder with the packages in it.
fn modules(python: &Path) -> Result<PathBuf> {
    let folder = python::target_directory()?.join("javascript");
    fs::create_dir_all(&folder).with_context(|| format!("cannot make {}", folder.display()))?;
    let lock = File::create(folder.join("lock"))?;
    lock.lock().context("cannot lock the folder of packages")?;
    let seal = folder.join("complete");
    let wanted = PACKAGES.join("\n");
    if fs::read_to_string(&seal).is_ok_and(|made| made == wanted) {
        return Ok(folder);
    }
    fs::write(folder.join("package.json"), "{\"private\": true}")?;
    // npm is a script that needs its own Node.js before any other on the path.
    let bin = python.parent().context("an interpreter is in a folder")?;
    let path = std::env::join_paths(
        std::iter::once(bin.to_owned())
            .chain(std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default())),
    )?;
    let status = Command::new(bin.join("npm"))
        .args(["install", "--no-package-lock", "--no-audit", "--no-fund", "--loglevel=error"])
        .args(PACKAGES)
        .current_dir(&folder)
        .env("PATH", path)
        .status()
        .context("cannot run npm")?;
    ensure!(status.success(), "npm failed: {status}");
    fs::write(&seal, wanted)?;
    Ok(folder)
}
