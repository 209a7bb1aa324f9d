//! What was found in an account, as plain data. Nothing here judges.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Serialize;
use stagecheck_policy::Document;

/// The key that stage-wide method settings stand under.
pub const ALL_METHODS: &str = "*/*";

/// The role that this program makes where the account has none that works.
pub const NEW_ROLE: &str = "stagecheck-apigateway-logs";

/// Something that was looked for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Known<T> {
    /// It is there.
    Value(T),
    /// It is not there.
    Absent,
    /// It could not be read; a [`Gap`] says why.
    Unknown,
}

impl<T> Known<T> {
    /// The value, where it is known.
    pub fn value(&self) -> Option<&T> {
        match self {
            Self::Value(value) => Some(value),
            Self::Absent | Self::Unknown => None,
        }
    }
}

/// All that a check looks at.
#[derive(Clone, Debug)]
pub struct Inventory {
    /// Account id.
    pub account: String,
    /// `aws`, `aws-cn`, …
    pub partition: String,
    /// The regions that were looked at, by name.
    pub regions: BTreeMap<String, Region>,
    /// The roles that regions log with and, for a plan, the one that it would make, by ARN.
    pub roles: BTreeMap<String, Known<Role>>,
    /// What could not be read.
    pub gaps: Vec<Gap>,
}

/// One region of an account.
#[derive(Clone, Debug)]
pub struct Region {
    /// The role that API Gateway logs with.
    pub role_arn: Known<String>,
    /// The stages, ordered by API name, API id and stage name.
    pub stages: Vec<Stage>,
    /// The log groups that stages log to, or would once mended, by name.
    pub log_groups: BTreeMap<String, Known<LogGroup>>,
}

/// A stage of a REST API.
#[derive(Clone, Debug)]
pub struct Stage {
    /// API id.
    pub api_id: String,
    /// API name.
    pub api_name: String,
    /// Stage name.
    pub name: String,
    /// `arn:aws:apigateway:us-east-1::/restapis/ID/stages/NAME`
    pub arn: String,
    /// Whether the API can be called from anywhere at its own host name.
    pub reachable: bool,
    /// The stage's tags.
    pub tags: BTreeMap<String, String>,
    /// What can be changed of it.
    pub settings: StageSettings,
    /// The deployed methods. `Absent` where nobody asked.
    pub methods: Known<Vec<Method>>,
}

/// The settings of a stage that logs turn on.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct StageSettings {
    /// The deployment that it serves.
    pub deployment_id: String,
    /// Method settings by their keys: `*/*`, `~1pets/GET`.
    pub method_settings: BTreeMap<String, MethodSetting>,
    /// Access log settings; empty where there are none.
    pub access_log: AccessLog,
}

/// What a method setting says of logs.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
pub struct MethodSetting {
    /// Execution log level.
    pub level: Level,
    /// Whether whole requests and responses are logged.
    pub data_trace: bool,
}

/// Execution log levels.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, serde::Deserialize, clap::ValueEnum,
)]
#[serde(rename_all = "UPPERCASE")]
#[value(rename_all = "UPPER")]
pub enum Level {
    /// Nothing is logged.
    #[value(skip)]
    Off,
    /// Failing requests are logged.
    Error,
    /// Every request is logged.
    Info,
}

impl Level {
    /// Whether anything is logged.
    #[must_use]
    pub fn logs(self) -> bool {
        self != Self::Off
    }

    /// As AWS spells it.
    #[must_use]
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Off => "OFF",
            Self::Error => "ERROR",
            Self::Info => "INFO",
        }
    }
}

/// Access log settings.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize)]
pub struct AccessLog {
    /// ARN of a log group or a Firehose stream.
    pub destination_arn: Option<String>,
    /// What a line is made of.
    pub format: Option<String>,
}

/// A deployed method.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Method {
    /// `/pets/{id}`
    pub path: String,
    /// `GET`, …. A method for ANY stands here once for each verb, since each has settings of its own.
    pub verb: String,
    /// Whether it can be called without credentials or an API key.
    pub open: bool,
}

impl Method {
    /// The key of its own method setting: `~1pets~1{id}/GET`.
    #[must_use]
    pub fn setting_key(&self) -> String {
        format!("{}/{}", self.path.replace('/', "~1"), self.verb)
    }
}

/// A log group.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogGroup {
    /// Days that events are kept; `None` for ever.
    pub retention_days: Option<i32>,
    /// Bytes stored; `None` where the answer does not say.
    pub stored_bytes: Option<i64>,
}

impl LogGroup {
    /// Whether there may be lines in it.
    #[must_use]
    pub fn may_hold_lines(&self) -> bool {
        self.stored_bytes != Some(0)
    }
}

/// A role.
#[derive(Clone, Debug)]
pub struct Role {
    /// Role name.
    pub name: String,
    /// The text of its trust policy.
    pub trust_text: String,
    /// Its trust policy; `Unknown` where it says what this version does not understand.
    pub trust: Known<Arc<Document>>,
    /// Its policies, by name or ARN; `Unknown` where one could not be read or understood.
    pub policies: Known<Vec<(String, Arc<Document>)>>,
    /// Its permissions boundary.
    pub boundary: Known<(String, Arc<Document>)>,
}

/// Something that could not be read.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Gap {
    /// `apigateway:GetStages`
    pub call: String,
    /// The region, and what the call was for: `us-east-1 abc123`.
    pub scope: String,
    /// What went wrong.
    pub error: String,
    /// The IAM action that the caller lacks, where the call was refused for that: `apigateway:GET`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub missing_permission: Option<String>,
}

/// Where API Gateway writes the execution logs of a stage.
#[must_use]
pub fn execution_log_group(api_id: &str, stage: &str) -> String {
    format!("API-Gateway-Execution-Logs_{api_id}/{stage}")
}

/// Where this program has the access logs of a stage written that had none.
#[must_use]
pub fn access_log_group(api_id: &str, stage: &str) -> String {
    format!("API-Gateway-Access-Logs_{api_id}/{stage}")
}

/// The log group that an ARN names, if it is one in this account and region. API Gateway lets the ARN end in `:*`.
#[must_use]
pub fn group_of_arn<'a>(arn: &'a str, account: &str, region: &str) -> Option<&'a str> {
    let fields: Vec<&str> = arn.splitn(7, ':').collect();
    match fields.as_slice() {
        ["arn", _, "logs", in_region, of_account, "log-group", name]
            if *in_region == region && *of_account == account =>
        {
            Some(name.strip_suffix(":*").unwrap_or(name))
        }
        _ => None,
    }
}

/// Whether a destination is a Firehose stream.
#[must_use]
pub fn is_firehose(arn: &str) -> bool {
    arn.split(':').nth(2) == Some("firehose")
}

/// The ARN of [`NEW_ROLE`].
#[must_use]
pub fn new_role_arn(partition: &str, account: &str) -> String {
    format!("arn:{partition}:iam::{account}:role/{NEW_ROLE}")
}
