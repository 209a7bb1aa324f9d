//! The AWS CLI, as it is installed.

use std::path::PathBuf;
use std::process::{Command, Output};

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;

use crate::python;

/// What the CLI exits with when a service answers an error: version 1, which is the one that PyPI has. Version 2 exits
/// with 254.
const REFUSED: i32 = 255;

/// The `aws` command with an environment of its own.
#[derive(Debug)]
pub struct Cli {
    program: PathBuf,
    endpoint: String,
    /// Where it finds no configuration.
    home: PathBuf,
}

impl Cli {
    /// The CLI for this endpoint; `None` where there is no Python to run it.
    ///
    /// # Errors
    ///
    /// When it is not so, or the command cannot be run.
    pub fn for_endpoint(url: &str) -> Result<Option<Self>> {
        let Some(python) = python::with_aws_clients()? else { return Ok(None) };
        let home = python::target_directory()?.join("tmp");
        Ok(Some(Self { program: python.with_file_name("aws"), endpoint: url.to_owned(), home }))
    }

    /// What a call that succeeds prints.
    ///
    /// # Errors
    ///
    /// When it is not so, or the command cannot be run.
    pub fn json(&self, arguments: &[&str]) -> Result<Value> {
        let printed = self.succeed(arguments)?;
        serde_json::from_str(&printed).with_context(|| format!("{arguments:?} printed {printed}"))
    }

    /// A call that succeeds and prints nothing.
    ///
    /// # Errors
    ///
    /// When it is not so, or the command cannot be run.
    pub fn silent(&self, arguments: &[&str]) -> Result<()> {
        let printed = self.succeed(arguments)?;
        ensure!(printed.is_empty(), "{arguments:?} printed {printed}");
        Ok(())
    }

    /// A call that the service refuses with this message.
    ///
    /// # Errors
    ///
    /// When it is not so, or the command cannot be run.
    pub fn refused(&self, arguments: &[&str], message: &str) -> Result<()> {
        let output = self.run(arguments)?;
        let told = String::from_utf8(output.stderr)?;
        let told = told.trim().trim_start_matches("aws: [ERROR]: ");
        ensure!(told == message, "{arguments:?} was told {told:?} instead of {message:?}");
        ensure!(output.status.code() == Some(REFUSED), "{arguments:?}: {}", output.status);
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
        let nowhere = self.home.join("no-such-file");
        Command::new(&self.program)
            .args(arguments)
            .env_clear()
            .env("AWS_ENDPOINT_URL", &self.endpoint)
            .env("AWS_ACCESS_KEY_ID", "test")
            .env("AWS_SECRET_ACCESS_KEY", "test")
            .env("AWS_DEFAULT_REGION", "us-east-1")
            .env("AWS_CONFIG_FILE", &nowhere)
            .env("AWS_SHARED_CREDENTIALS_FILE", nowhere)
            .env("HOME", &self.home)
            .env("LC_ALL", "C.UTF-8")
            .output()
            .with_context(|| format!("cannot run {}", self.program.display()))
    }
}
