//! Runs the suite's scenarios against a target, and prints where it differs from what they expect.
//!
//! `conform moto` installs and starts moto; `conform http://…` takes what serves there.

#![expect(clippy::print_stdout, reason = "a report is what it is for")]

mod moto;
mod report;

use std::process::ExitCode;

use anyhow::{Context as _, Result, bail};
use stagecheck_conformance::suite::{self, Client, Target};

use crate::moto::Moto;
use crate::report::Report;

fn main() -> Result<ExitCode> {
    let mut arguments = std::env::args().skip(1);
    let (Some(target), wanted) = (arguments.next(), arguments.next().unwrap_or_default()) else {
        bail!("usage: conform moto|URL [PART OF A FILE'S PATH]");
    };
    let started = match target.as_str() {
        "moto" => Some(Moto::start()?),
        _ => None,
    };
    let endpoint = started.as_ref().map_or(target, Moto::url);
    let region = suite::REGION.to_owned();
    let mut client = Client::start(&Target { endpoint, region })?.context("there is no Python")?;
    let scenarios = suite::load()?;
    let mut report = Report::default();
    for (index, scenario) in scenarios.iter().enumerate() {
        // Others cannot be told quotas.
        if scenario.quotas.is_empty() && scenario.file.to_string_lossy().contains(&wanted) {
            let account = format!("{:012}", 100_000_000_000_usize + index);
            if let Some(moto) = &started {
                moto.reset()?;
            }
            match suite::run(&mut client, &account, scenario) {
                Ok(run) => print!("{}", report.add(&run)),
                Err(reason) => report.cut_short(&reason),
            }
        }
    }
    print!("{report}");
    Ok(if report.is_clean() { ExitCode::SUCCESS } else { ExitCode::from(10) })
}
