//! Measures the emulator and the checker beside yardsticks, all in one run. Nothing here judges: timing is no test.

mod account;
mod bare;
mod calls;
mod check;
mod connection;
mod growth;
mod load;
mod logging;
mod policies;
mod raw_calls;
mod request;
mod scenarios;
mod servers;
mod start;
mod table;

use std::io::{self, Write};

use anyhow::Result;
use clap::ValueEnum;

use self::scenarios::Scenario;
use self::table::Row;

pub(crate) use self::bare::serve as serve_bare;
pub(crate) use self::raw_calls::make as make_raw_calls;

/// What can be measured by itself.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Part {
    /// Requests a second, latency and processor time.
    Calls,
    /// Time to the first answer.
    Start,
    /// Resident memory.
    Memory,
    /// Lists as an account grows.
    Growth,
    /// What logs cost a deployed API, and whether a minute of load loses any.
    Logging,
    /// The policy engine.
    Policies,
    /// `stagecheck check` of many stages.
    Check,
}

/// Measures these parts, or all where none is named, and writes the table.
pub(crate) async fn run(parts: &[Part]) -> Result<()> {
    let wanted = |part| parts.is_empty() || parts.contains(&part);
    let mut rows: Vec<Row> = Vec::new();
    if wanted(Part::Start) {
        say("cold start")?;
        rows.extend(start::measure_start().await?);
    }
    if wanted(Part::Memory) {
        say("memory")?;
        rows.extend(start::measure_memory().await?);
    }
    if wanted(Part::Calls) {
        say("the load generator")?;
        rows.push(calls::measure_generator().await?);
        for scenario in Scenario::ALL {
            say(scenario.name())?;
            rows.extend(calls::measure(scenario).await?);
        }
    }
    if wanted(Part::Growth) {
        say("lists of a growing account")?;
        rows.extend(growth::measure().await?);
    }
    if wanted(Part::Logging) {
        say("logs under load")?;
        rows.extend(logging::measure().await?);
    }
    if wanted(Part::Policies) {
        say("the policy engine")?;
        rows.extend(policies::measure()?);
    }
    if wanted(Part::Check) {
        say("stagecheck check")?;
        rows.extend(check::measure().await?);
    }
    io::stdout().write_all(table::render(&rows).as_bytes())?;
    Ok(())
}

fn say(what: &str) -> Result<()> {
    Ok(writeln!(io::stderr(), "measuring {what}")?)
}
