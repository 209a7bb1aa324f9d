//! Runs the suite's scenarios against a target, and prints where it differs from what they expect.
//!
//! `conform moto` installs and starts moto; `conform http://…` takes what serves there.

#![expect(clippy::print_stdout, reason = "a report is what it is for")]

use std::io::{BufRead as _, BufReader};
use std::process::{Child, Command, ExitCode, Stdio};

use anyhow::{Context as _, Result, bail};
use stagecheck_conformance::python;
use stagecheck_conformance::suite::{self, Client, Run, Target};

fn main() -> Result<ExitCode> {
    let mut arguments = std::env::args().skip(1);
    let (Some(target), wanted) = (arguments.next(), arguments.next().unwrap_or_default()) else {
        bail!("usage: conform moto|URL [PART OF A FILE'S PATH]");
    };
    let started = match target.as_str() {
        "moto" => Some(Moto::start()?),
        _ => None,
    };
    let endpoint = started.as_ref().map_or(target, |moto| moto.url.clone());
    let region = "us-east-1".to_owned();
    let mut client = Client::start(&Target { endpoint, region })?.context("there is no Python")?;
    let mut tally = Tally::default();
    for (index, scenario) in suite::load()?.iter().enumerate() {
        if scenario.file.to_string_lossy().contains(&wanted) {
            let account = format!("{:012}", 100_000_000_000_usize + index);
            tally.add(&suite::run(&mut client, &account, scenario)?);
        }
    }
    println!(
        "{} of {} steps in {} scenarios are answered as expected; {} steps could not be made",
        tally.made - tally.different,
        tally.made,
        tally.scenarios,
        tally.left,
    );
    Ok(if tally.different == 0 && tally.left == 0 { ExitCode::SUCCESS } else { ExitCode::from(10) })
}

#[derive(Default)]
struct Tally {
    scenarios: usize,
    made: usize,
    different: usize,
    left: usize,
}

impl Tally {
    /// Counts a scenario, and prints its differences.
    fn add(&mut self, run: &Run<'_>) {
        self.scenarios += 1;
        self.made += run.steps.len();
        let left = run.scenario.steps.len() - run.steps.len();
        self.left += left;
        let differing: Vec<_> = run.steps.iter().filter(|step| !step.differences.is_empty()).collect();
        self.different += differing.len();
        if differing.is_empty() && left == 0 {
            return;
        }
        println!("{}: {}", run.scenario.file.display(), run.scenario.about);
        for step in differing {
            for difference in &step.differences {
                println!("  step {} {}: {difference}", step.number, step.step.call);
            }
        }
        if left > 0 {
            println!("  {left} steps need what step {} did not give", run.steps.len());
        }
    }
}

/// A moto server, which ends with this.
struct Moto {
    child: Child,
    url: String,
}

impl Moto {
    fn start() -> Result<Self> {
        let python = python::with_moto()?.context("there is no Python")?;
        let mut child = Command::new(python)
            .args(["-u", "-m", "moto.server", "-H", "127.0.0.1", "-p", "0"])
            .env("MOTO_IAM_LOAD_MANAGED_POLICIES", "true")
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .context("cannot run moto")?;
        let stderr = child.stderr.take().context("moto says where it listens")?;
        let mut lines = BufReader::new(stderr).lines();
        let url = lines
            .by_ref()
            .map_while(Result::ok)
            .find_map(|line| line.split_once("Running on ").map(|(_, url)| url.trim().to_owned()))
            .context("moto did not start")?;
        // Whoever does not read a pipe stops its writer in the end.
        std::thread::spawn(move || lines.for_each(drop));
        Ok(Self { child, url })
    }
}

impl Drop for Moto {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
