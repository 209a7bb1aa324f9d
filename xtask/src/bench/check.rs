//! `stagecheck check` of many stages, beside no more than the calls that this takes.

use std::env;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Instant;

use anyhow::{Context, Result, ensure};

use super::account::Account;
use super::load::median;
use super::servers::{Server, sibling};
use super::table::{Row, Target};

const APIS: usize = 1000;
const ROUNDS: usize = 5;
const CONCURRENCY: &str = "16";

/// How much longer than the raw calls a check may take.
const LONGEST: f64 = 1.3;

/// The calls that a check may make: GetCallerIdentity, GetAccount, two lists of log groups, pages of APIs, and each
/// API's stages.
const MOST_CALLS: usize = 4 + APIS.div_ceil(500) + APIS;

/// `stagecheck check` reports findings: the stages log nothing.
const FINDINGS: i32 = 10;

/// How long a check takes, and how many calls it makes.
pub(super) async fn measure() -> Result<Vec<Row>> {
    let emulator = Server::emulator()?;
    let url = format!("http://{}", emulator.address);
    let mut account = Account::of(emulator.address).await?;
    account.apis(APIS).await?;
    let check = sibling("stagecheck")?;
    let own = env::current_exe()?;
    let check_arguments = [
        "check",
        "--endpoint-url",
        &url,
        "--region",
        "us-east-1",
        "--format",
        "json",
        "--concurrency",
        CONCURRENCY,
    ];
    let raw_arguments = ["raw-calls", &url, CONCURRENCY];

    let (mut checks, mut raws, mut ratios) = (Vec::new(), Vec::new(), Vec::new());
    let before = account.answered().await?;
    seconds(&check, &check_arguments, FINDINGS)?;
    let calls = account.answered().await? - before;
    for _ in 0..ROUNDS {
        let checked = seconds(&check, &check_arguments, FINDINGS)?;
        let raw = seconds(&own, &raw_arguments, 0)?;
        checks.push(checked);
        raws.push(raw);
        ratios.push(checked / raw);
    }
    let ratio = median(ratios);
    Ok(vec![
        Row {
            figure: format!("stagecheck check of {APIS} stages, s"),
            measured: format!("{:.2}", median(checks)),
            yardstick: format!("{:.2}", median(raws)),
            compared: format!("x {ratio:.2}"),
            target: Some(Target::at_most("x ", ratio, LONGEST)),
        },
        Row {
            figure: format!("calls that a check of {APIS} stages makes"),
            measured: calls.to_string(),
            yardstick: MOST_CALLS.to_string(),
            compared: format!("{:+}", calls as i64 - MOST_CALLS as i64),
            target: Some(Target::at_most("", calls as f64, MOST_CALLS as f64)),
        },
    ])
}

/// How long a program runs, which must end so.
fn seconds(program: &Path, arguments: &[&str], code: i32) -> Result<f64> {
    let started = Instant::now();
    let status = Command::new(program)
        .args(arguments)
        .env("AWS_ACCESS_KEY_ID", "test")
        .env("AWS_SECRET_ACCESS_KEY", "test")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .with_context(|| format!("cannot run {}", program.display()))?;
    let taken = started.elapsed().as_secs_f64();
    ensure!(status.code() == Some(code), "{} ended with {status}", program.display());
    Ok(taken)
}
