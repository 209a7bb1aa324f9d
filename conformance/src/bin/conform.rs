//! Runs the suite's scenarios against a target, and prints where it differs from what they expect.
//!
//! `conform moto` installs and starts moto; `conform http://…` takes what serves there.

#![expect(clippy::print_stdout, reason = "a report is what it is for")]

use std::io::{BufRead as _, BufReader};
use std::net::SocketAddr;
use std::process::{Child, Command, ExitCode, Stdio};

use anyhow::{Context as _, Result, bail, ensure};
use stagecheck_conformance::suite::{self, Client, Run, Target};
use stagecheck_conformance::{python, socket};

fn main() -> Result<ExitCode> {
    let mut arguments = std::env::args().skip(1);
    let (Some(target), wanted) = (arguments.next(), arguments.next().unwrap_or_default()) else {
        bail!("usage: conform moto|URL [PART OF A FILE'S PATH]");
    };
    let started = match target.as_str() {
        "moto" => Some(Moto::start()?),
        _ => None,
    };
    let endpoint = started.as_ref().map_or(target, |moto| format!("http://{}", moto.address));
    let region = suite::REGION.to_owned();
    let mut client = Client::start(&Target { endpoint, region })?.context("there is no Python")?;
    let mut tally = Tally::default();
    for (index, scenario) in suite::load()?.iter().enumerate() {
        // Others cannot be told quotas.
        if scenario.quotas.is_empty() && scenario.file.to_string_lossy().contains(&wanted) {
            let account = format!("{:012}", 100_000_000_000_usize + index);
            if let Some(moto) = &started {
                moto.reset()?;
            }
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
        let file = run.scenario.file.display();
        println!("{file}: {} of {} as expected", run.steps.len() - differing.len(), run.scenario.steps.len());
        for step in differing {
            for difference in &step.differences {
                println!("  step {} {}: {difference}", step.number, step.step.call);
            }
        }
        if left > 0 {
            println!("  {left} steps need what others did not give");
        }
    }
}

/// A moto server, which ends with this.
struct Moto {
    child: Child,
    address: SocketAddr,
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
        let address = lines
            .by_ref()
            .map_while(Result::ok)
            .find_map(|line| line.split_once("Running on http://")?.1.trim().parse().ok())
            .context("moto did not start")?;
        // Whoever does not read a pipe stops its writer in the end.
        std::thread::spawn(move || lines.for_each(drop));
        Ok(Self { child, address })
    }

    /// Empties it: whatever the access key, it takes all callers for one account.
    fn reset(&self) -> Result<()> {
        let request = format!(
            "POST /moto-api/reset HTTP/1.1\r\nhost: {}\r\ncontent-length: 0\r\nconnection: close\r\n\r\n",
            self.address
        );
        let reply = socket::exchange(self.address, &[request.as_bytes()])?;
        ensure!(reply.status == 200, "moto does not reset: {reply:?}");
        Ok(())
    }
}

impl Drop for Moto {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
