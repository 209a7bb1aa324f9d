//! The command line.

use std::io::{self, Write};
use std::path::PathBuf;
use std::time::Duration;

use clap::{Args, Parser, Subcommand};

use crate::apply::Approval;
use crate::collect::{Filter, Pace};
use crate::commands;
use crate::connection::Target;
use crate::error::Error;
use crate::exit::Exit;
use crate::findings::Require;
use crate::inventory::Level;
use crate::plan::{Choices, Extra};
use crate::report::Format;

/// Finds API Gateway stages whose logging is off, partial, or on but not arriving; plans, applies and verifies the fix
#[derive(Parser, Debug)]
#[command(version, after_help = EXIT_CODES)]
pub struct Arguments {
    #[command(subcommand)]
    command: Command,
}

const EXIT_CODES: &str = "\
Exit codes:
   0  compliant, or the work is done
   1  unexpected error
   2  wrong usage
   3  the given filters match nothing
  10  at least one stage fails
  11  something could not be read, so the result is incomplete
  20  apply failed, or left something undone
  21  verify did not see what it looked for";

#[derive(Subcommand, Debug)]
enum Command {
    /// Show all of it on a sample account in an emulator inside this program
    #[cfg(feature = "embedded")]
    Demo(DemoArguments),
    /// Serve a local API Gateway, IAM, STS, KMS, CloudWatch Logs and Resource Groups Tagging API
    #[cfg(feature = "embedded")]
    Emulate(stagecheck_emulator::cli::Options),
    /// Report every stage and whether its logs are on and arrive
    Check(CheckArguments),
    /// Decide what to change, and change nothing
    Plan(PlanArguments),
    /// Carry out a plan
    Apply(ApplyArguments),
    /// Check again and, with --probe, send a request to every stage and find its log lines
    Verify(VerifyArguments),
}

/// Where to look.
#[derive(Args, Debug)]
pub(crate) struct ConnectionArguments {
    /// Endpoint in place of AWS, such as http://127.0.0.1:4566
    #[arg(long, value_name = "URL", value_parser = endpoint)]
    endpoint_url: Option<String>,
    /// Regions, separated by commas; the environment's or profile's if not said
    #[arg(long, value_name = "REGION", value_delimiter = ',', value_parser = region)]
    region: Vec<String>,
    /// Profile of the AWS configuration
    #[arg(long)]
    profile: Option<String>,
}

impl ConnectionArguments {
    pub(crate) fn target(&self) -> Target {
        let mut regions = self.region.clone();
        regions.sort();
        regions.dedup();
        Target { endpoint_url: self.endpoint_url.clone(), regions, profile: self.profile.clone() }
    }
}

fn endpoint(url: &str) -> Result<String, String> {
    let rest = url.strip_prefix("http://").or_else(|| url.strip_prefix("https://"));
    let is_plausible = |rest: &str| !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_graphic());
    match rest {
        Some(rest) if is_plausible(rest) => Ok(url.trim_end_matches('/').to_owned()),
        _ => Err("an endpoint is a URL that begins with http:// or https://".to_owned()),
    }
}

fn region(name: &str) -> Result<String, String> {
    let is_plausible =
        name.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
            && name.rsplit_once('-').is_some_and(|(_, last)| last.parse::<u8>().is_ok());
    if is_plausible { Ok(name.to_owned()) } else { Err("a region looks like us-east-1".to_owned()) }
}

/// What to look at.
#[derive(Args, Debug)]
pub(crate) struct ScopeArguments {
    /// Only these APIs, by id or name
    #[arg(long, value_name = "API", value_delimiter = ',')]
    api: Vec<String>,
    /// Only stages of these names
    #[arg(long, value_name = "STAGE", value_delimiter = ',')]
    stage: Vec<String>,
    /// The kinds of log that a stage must have
    #[arg(long, value_enum, default_value_t)]
    pub(crate) require: Require,
    /// Calls to make at a time
    #[arg(long, value_name = "N", default_value_t = 16, value_parser = clap::value_parser!(u16).range(1..=256))]
    concurrency: u16,
}

impl ScopeArguments {
    pub(crate) fn filter(&self) -> Filter {
        Filter { apis: self.api.clone(), stages: self.stage.clone() }
    }

    pub(crate) fn pace(&self) -> Pace {
        Pace { concurrency: usize::from(self.concurrency) }
    }
}

/// Where the result goes.
#[derive(Args, Debug)]
pub(crate) struct OutputArguments {
    /// How the result is written
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: Format,
    /// File to write the result to
    #[arg(long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
}

#[derive(Args, Debug)]
pub(crate) struct CheckArguments {
    #[command(flatten)]
    pub(crate) connection: ConnectionArguments,
    #[command(flatten)]
    pub(crate) scope: ScopeArguments,
    #[command(flatten)]
    pub(crate) output: OutputArguments,
}

#[derive(Args, Debug)]
pub(crate) struct PlanArguments {
    #[command(flatten)]
    pub(crate) connection: ConnectionArguments,
    #[command(flatten)]
    pub(crate) scope: ScopeArguments,
    #[command(flatten)]
    choices: ChoiceArguments,
    /// How the plan is shown
    #[arg(long, value_enum, default_value_t)]
    pub(crate) format: Format,
    /// File to write the plan to, as JSON, for `apply`
    #[arg(long, value_name = "FILE")]
    pub(crate) output: Option<PathBuf>,
}

/// What to change.
#[derive(Args, Debug)]
struct ChoiceArguments {
    /// Level for methods that write no execution log
    #[arg(long, value_enum, default_value = "INFO", ignore_case = true)]
    level: Level,
    /// Retention for log groups that have none
    #[arg(long, value_name = "DAYS", default_value_t = 365, value_parser = retention)]
    retention_days: i32,
    /// What else to mend
    #[arg(long, value_enum, value_delimiter = ',')]
    include: Vec<Extra>,
}

/// The retentions that CloudWatch Logs has.
///
/// Source: API reference of PutRetentionPolicy.
const RETENTIONS: [i32; 22] =
    [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653];

fn retention(days: &str) -> Result<i32, String> {
    let days: i32 = days.parse().map_err(|_| "give a number of days".to_owned())?;
    if RETENTIONS.contains(&days) {
        return Ok(days);
    }
    let known: Vec<String> = RETENTIONS.iter().map(ToString::to_string).collect();
    Err(format!("CloudWatch Logs keeps lines for one of {} days", known.join(", ")))
}

impl PlanArguments {
    pub(crate) fn choices(&self) -> Choices {
        Choices {
            require: self.scope.require,
            level: self.choices.level,
            retention_days: self.choices.retention_days,
            include: self.choices.include.iter().copied().collect(),
        }
    }
}

#[derive(Args, Debug)]
pub(crate) struct ApplyArguments {
    /// The plan, as `stagecheck plan --output` wrote it
    pub(crate) plan: PathBuf,
    /// Endpoint in place of AWS; the plan's if not said
    #[arg(long, value_name = "URL", value_parser = endpoint)]
    pub(crate) endpoint_url: Option<String>,
    /// Profile of the AWS configuration
    #[arg(long)]
    pub(crate) profile: Option<String>,
    /// Agree to every safe action, and ask nothing
    #[arg(long)]
    yes: bool,
    /// Agree to actions that need approval: `all`, or ids separated by commas
    #[arg(long, value_name = "all|ID", value_delimiter = ',')]
    approve: Vec<String>,
    #[command(flatten)]
    pub(crate) output: OutputArguments,
}

impl ApplyArguments {
    /// What the arguments agree to; `None` where they say nothing, so that somebody is to be asked.
    pub(crate) fn approval(&self) -> Option<Approval> {
        let all = self.approve.iter().any(|id| id == "all");
        let ids = self.approve.iter().filter(|id| *id != "all").cloned().collect();
        (self.yes || !self.approve.is_empty()).then_some(Approval { safe: self.yes, all, ids })
    }
}

#[derive(Args, Debug)]
pub(crate) struct VerifyArguments {
    #[command(flatten)]
    pub(crate) connection: ConnectionArguments,
    #[command(flatten)]
    pub(crate) scope: ScopeArguments,
    /// Send a GET request to every stage, and look for its log lines
    #[arg(long)]
    probe: bool,
    /// How long to look for the lines of a probe; on AWS they take some twenty seconds
    #[arg(long, value_name = "SECONDS", default_value_t = 90, requires = "probe")]
    wait: u64,
    #[command(flatten)]
    pub(crate) output: OutputArguments,
}

impl VerifyArguments {
    pub(crate) fn patience(&self) -> Option<Duration> {
        self.probe.then(|| Duration::from_secs(self.wait))
    }
}

#[cfg(feature = "embedded")]
#[derive(Args, Debug)]
pub(crate) struct DemoArguments {
    #[command(flatten)]
    pub(crate) output: OutputArguments,
}

/// Runs a command. Errors are told on standard error.
pub async fn run(arguments: Arguments) -> Exit {
    let ended = match arguments.command {
        #[cfg(feature = "embedded")]
        Command::Demo(arguments) => commands::demo(&arguments).await,
        #[cfg(feature = "embedded")]
        Command::Emulate(options) => commands::emulate(options).await,
        Command::Check(arguments) => commands::check(&arguments).await,
        Command::Plan(arguments) => commands::plan(&arguments).await,
        Command::Apply(arguments) => commands::apply(&arguments).await,
        Command::Verify(arguments) => commands::verify(&arguments).await,
    };
    ended.unwrap_or_else(|error| {
        // With standard error closed there is nobody to tell.
        let _ = writeln!(io::stderr(), "error: {error}");
        match error {
            Error::Usage(_) => Exit::Usage,
            Error::Unexpected(_) | Error::Output(_) => Exit::Error,
        }
    })
}
