//! botocore, which makes the calls.

use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use anyhow::{Context as _, Result, ensure};
use serde::Deserialize;
use serde_json::{Value, json};

use crate::python;

/// Where calls go.
#[derive(Clone, Debug)]
pub struct Target {
    /// `http://127.0.0.1:4566`
    pub endpoint: String,
    /// The region of all calls.
    pub region: String,
}

/// A process that runs botocore.
#[derive(Debug)]
pub struct Client {
    child: Child,
    stdin: ChildStdin,
    stdout: BufReader<ChildStdout>,
}

/// What a call came to.
#[derive(Clone, Debug, Deserialize, PartialEq)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// The output, without what botocore adds. Times are ISO 8601, blobs text.
    Answer(Value),
    /// An error answer. With status 0, botocore's own refusal to send the input, whose code is `ParamValidation`, or
    /// what it makes of no answer in time, or one that it cannot read, by the name of its exception.
    Fault {
        /// `NotFoundException`
        code: String,
        /// What the service says.
        message: String,
        /// The HTTP status.
        status: u16,
    },
}

impl Client {
    /// botocore, for this target. `None` where there is no Python to run it.
    ///
    /// # Errors
    ///
    /// When Python or its packages cannot be had.
    pub fn start(target: &Target) -> Result<Option<Self>> {
        let Some(python) = python::with_aws_clients()? else { return Ok(None) };
        let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/suite/client.py");
        let mut child = Command::new(python)
            // As installed, whatever the environment or the user's own packages say.
            .arg("-I")
            .arg(script)
            .args([&target.endpoint, &target.region])
            .env("TZ", "UTC")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()
            .context("cannot run Python")?;
        let stdin = child.stdin.take().context("Python has an input")?;
        let stdout = BufReader::new(child.stdout.take().context("Python has an output")?);
        Ok(Some(Self { child, stdin, stdout }))
    }

    /// Makes a call with these credentials: `AccessKeyId`, `SecretAccessKey` and, if they have one, `SessionToken`.
    ///
    /// # Errors
    ///
    /// When botocore breaks.
    pub fn call(&mut self, caller: &Value, service: &str, operation: &str, input: &Value) -> Result<Outcome> {
        let call = json!({"caller": caller, "service": service, "operation": operation, "input": input});
        writeln!(self.stdin, "{call}").context("cannot write to Python")?;
        let mut line = String::new();
        self.stdout.read_line(&mut line).context("cannot read from Python")?;
        ensure!(!line.is_empty(), "Python ended at {call}");
        serde_json::from_str(&line).with_context(|| format!("Python answered {line} to {call}"))
    }
}

impl Drop for Client {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
