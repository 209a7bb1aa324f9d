//! The process that runs botocore.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;

use anyhow::{Context as _, Result, ensure};
use serde_json::Value;

/// What botocore is asked to do with each case.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Task {
    /// Write a request.
    Requests,
    /// Read an answer.
    Responses,
    /// Read an error.
    Faults,
}

/// botocore's answers to these cases, in their order. `None` where there is no Python to run it.
pub(crate) fn ask(task: Task, cases: &[Value]) -> Result<Option<Vec<Value>>> {
    let Some(python) = stagecheck_conformance::python::with_aws_clients()? else { return Ok(None) };
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/codecs/botocore_side.py");
    let mut child = Command::new(python)
        // As installed, whatever the environment or the user's own packages say.
        .arg("-I")
        .arg(script)
        .arg(match task {
            Task::Requests => "requests",
            Task::Responses => "responses",
            Task::Faults => "faults",
        })
        // botocore reads Unix timestamps in local time.
        .env("TZ", "UTC")
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .context("cannot run Python")?;
    let mut stdin = child.stdin.take().context("Python has an input")?;
    let output = thread::scope(|scope| {
        // Written beside the reading: neither side may wait for the other with its pipe full.
        let writer = scope.spawn(move || {
            cases.iter().try_for_each(|case| writeln!(stdin, "{case}")).context("cannot write to Python")
        });
        let output = child.wait_with_output().context("cannot read from Python");
        writer.join().ok().context("the writer gave up")?.and(output)
    })?;
    ensure!(output.status.success(), "Python failed: {}", output.status);
    let answers = String::from_utf8(output.stdout)?
        .lines()
        .map(|line| serde_json::from_str(line).with_context(|| format!("Python answered {line}")))
        .collect::<Result<Vec<_>>>()?;
    ensure!(answers.len() == cases.len(), "{} answers to {} cases", answers.len(), cases.len());
    Ok(Some(answers))
}
