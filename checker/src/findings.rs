//! The findings document: the one result of a check, from which every format is made.

use std::collections::BTreeMap;

use serde::Serialize;
use serde_json::{Map, Value};

use crate::inventory::{Gap, Level};

/// The version of the document's form.
pub const SCHEMA: &str = "stagecheck/1";

/// The findings document.
#[derive(Clone, Debug, Serialize)]
pub struct Findings {
    /// [`SCHEMA`].
    pub schema: &'static str,
    /// When it was made, RFC 3339; the only time in it.
    pub generated_at: String,
    /// One entry per stage that was found, by region, API name, API id and stage name.
    pub stages: Vec<StageEntry>,
    /// One entry per account and region.
    pub account: Vec<AccountEntry>,
    /// What could not be read.
    pub gaps: Vec<Gap>,
    /// How many stages have each status.
    pub summary: BTreeMap<Status, usize>,
}

/// A verdict.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "SCREAMING_SNAKE_CASE")]
pub enum Status {
    /// As it should be.
    Pass,
    /// Not as it should be.
    Fail,
    /// Not to be told.
    Unknown,
    /// Excused.
    Exempt,
    /// Of poor quality; changes no verdict.
    Warn,
}

impl Status {
    /// As the document spells it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pass => "PASS",
            Self::Fail => "FAIL",
            Self::Unknown => "UNKNOWN",
            Self::Exempt => "EXEMPT",
            Self::Warn => "WARN",
        }
    }

    /// The worse of two verdicts: `Fail` before `Unknown` before `Pass`.
    #[must_use]
    pub fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::Fail, _) | (_, Self::Fail) => Self::Fail,
            (Self::Unknown, _) | (_, Self::Unknown) => Self::Unknown,
            _ => Self::Pass,
        }
    }

    /// The better of two verdicts.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        match (self, other) {
            (Self::Pass, _) | (_, Self::Pass) => Self::Pass,
            (Self::Unknown, _) | (_, Self::Unknown) => Self::Unknown,
            _ => Self::Fail,
        }
    }
}

/// How much a finding matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Worth mending when there is time.
    Low,
    /// Logs are incomplete, or hold what they should not.
    Medium,
    /// Logs are missing.
    High,
}

/// The kinds of log that a stage must have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, clap::ValueEnum)]
pub enum Require {
    /// Execution logs.
    Execution,
    /// Access logs.
    Access,
    /// Both.
    #[default]
    Both,
    /// One of them.
    Either,
}

impl Require {
    pub(crate) fn wants_execution(self) -> bool {
        matches!(self, Self::Execution | Self::Both)
    }

    /// Access logs are the ones to turn on where either will do: they cost less and hold no bodies.
    pub(crate) fn wants_access(self) -> bool {
        matches!(self, Self::Access | Self::Both | Self::Either)
    }
}

/// A stage and the verdict on it.
#[derive(Clone, Debug, Serialize)]
pub struct StageEntry {
    /// `arn:aws:apigateway:us-east-1::/restapis/ID/stages/NAME`
    pub arn: String,
    /// Account id.
    pub account: String,
    /// Region name.
    pub region: String,
    /// API id.
    pub api_id: String,
    /// API name.
    pub api_name: String,
    /// `REST`
    pub api_type: &'static str,
    /// Stage name.
    pub stage: String,
    /// The stage's tags.
    pub tags: BTreeMap<String, String>,
    /// The verdict.
    pub status: Status,
    /// Execution logs.
    pub execution: ExecutionEntry,
    /// Access logs.
    pub access: AccessEntry,
    /// What is wrong.
    pub findings: Vec<Finding>,
}

/// The verdict on a stage's execution logs.
#[derive(Clone, Debug, Serialize)]
pub struct ExecutionEntry {
    /// Configured and arriving.
    pub status: Status,
    /// By the settings alone: every method logs at ERROR or INFO.
    pub configured: Status,
    /// Whether a line can reach its log group.
    pub arrives: Status,
    /// The level of methods without a setting of their own.
    pub default_level: Level,
    /// Methods that do not log: `GET /pets`; `* /*` where none does.
    pub dark_methods: Vec<String>,
}

/// The verdict on a stage's access logs.
#[derive(Clone, Debug, Serialize)]
pub struct AccessEntry {
    /// Configured and arriving.
    pub status: Status,
    /// By the settings alone: there are a destination and a format.
    pub configured: Status,
    /// Whether a line can reach its destination.
    pub arrives: Status,
    /// The destination's ARN.
    pub destination: Option<String>,
}

/// An account's settings in a region.
#[derive(Clone, Debug, Serialize)]
pub struct AccountEntry {
    /// Account id.
    pub account: String,
    /// Region name.
    pub region: String,
    /// The role that API Gateway logs with.
    pub role_arn: Option<String>,
    /// Whether logs can be written with it.
    pub status: Status,
    /// What is wrong.
    pub findings: Vec<Finding>,
}

/// One thing that is wrong.
#[derive(Clone, Debug, Serialize)]
pub struct Finding {
    /// The check that found it.
    pub check: &'static str,
    /// Its verdict.
    pub status: Status,
    /// How much it matters.
    pub severity: Severity,
    /// What is wrong, and where.
    pub message: String,
    /// What the verdict rests on.
    pub evidence: Map<String, Value>,
    /// What to do.
    pub remediation: String,
}
