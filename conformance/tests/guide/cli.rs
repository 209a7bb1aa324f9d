//! The AWS CLI, as it is installed.

use std::path::PathBuf;
use std::process::{Command, Output};

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;
use stagecheck_conformance::python;

/// What the CLI exits with when a service answers an error: version 1, which is the one that PyPI has. Version 2 exits
/// with 254.
const REFUSED: i32 = 255;

/// The `aws` command with an environment of its own.
pub(crate) struct Cli {
    program: PathBuf,
    endpoint: String,
}

impl Cli {
    /// The CLI for this endpoint; `None` where there is no Python to run it.
    pub(crate) fn for_endpoint(url: &str) -> Result<Option<Self>> {
        let python = python::with_aws_clients()?;
        Ok(python.map(|python| Self { program: python.with_file_name("aws"), endpoint: url.to_owned() }))
    }

    /// What a call that succeeds prints.
    pub(crate) fn json(&self, arguments: &[&str]) -> Result<Value> {
        let printed = self.succeed(arguments)?;
        serde_json::from_str(&printed).with_context(|| format!("{arguments:?} printed {printed}"))
    }

    /// A call that succeeds and prints nothing.
    pub(crate) fn silent(&self, arguments: &[&str]) -> Result<()> {
        let printed = self.succeed(arguments)?;
        ensure!(printed.is_empty(), "{arguments:?} printed {printed}");
        Ok(())
    }

    /// A call that the service refuses with this message.
    pub(crate) fn refused(&self, arguments: &[&str], message: &str) -> Result<()> {
        let output = self.run(arguments)?;
        let told = String::from_utf8(output.stderr)?;
        assert_eq!(told.trim().trim_start_matches("aws: [ERROR]: "), message, "{arguments:?}");
        assert_eq!(output.status.code(), Some(REFUSED), "{arguments:?}");
        Ok(())
    }

    fn succeed(&self, arguments: &[&str]) -> Result<String> {
        let output = self.run(arguments)?;
        let told = String::from_utf8_lossy(&output.stderr);
        ensure!(output.status.success(), "{arguments:?}: {} {told}", output.status);
        Ok(String::from_utf8(output.stdout)?)
    }

    /// Nothing of the user's: no configuration, no profile, no credentials but these, no proxy on the way.
    fn run(&self, arguments: &[&str]) -> Result<Output> {
        let nowhere = concat!(env!("CARGO_TARGET_TMPDIR"), "/no-such-file");
        Command::new(&self.program)
            .args(arguments)
            .env_clear()
            .env("AWS_ENDPOINT_URL", &self.endpoint)
            .env("AWS_ACCESS_KEY_ID", "test")
            .env("AWS_SECRET_ACCESS_KEY", "test")
            .env("AWS_DEFAULT_REGION", "us-east-1")
            .env("AWS_CONFIG_FILE", nowhere)
            .env("AWS_SHARED_CREDENTIALS_FILE", nowhere)
            .env("HOME", env!("CARGO_TARGET_TMPDIR"))
            .env("LC_ALL", "C.UTF-8")
            .output()
            .with_context(|| format!("cannot run {}", self.program.display()))
    }
}
