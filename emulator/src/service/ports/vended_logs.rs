//! What log delivery takes: who may write to log groups by resource policies, and where the logs of a resource go.

use stagecheck_policy::{Context, Decision};

use crate::service::Ctx;
use crate::store::Scope;

/// Tells which stages log. Answered by API Gateway.
pub trait StageLogging: Send + Sync {
    /// Whether a stage of a REST API logs executions of any method; `None` where there is no such stage.
    fn logs_executions(&self, scope: &Scope, api_id: &str, stage: &str) -> Option<bool>;
}

/// Knows the resource policies of CloudWatch Logs, and writes those that let log delivery in. Answered by CloudWatch Logs.
pub trait LogPolicies: Send + Sync {
    /// What the policies of an account and of the very log group say of what a service does. Silence denies.
    fn decide(&self, scope: &Scope, asked: &ServiceAccess<'_>) -> Decision;

    /// Whether log delivery may write to a group, or can be let.
    fn delivery_access(&self, ctx: &Ctx<'_>, group: &str) -> DeliveryAccess;

    /// Lets log delivery write to a group by the account's policy for it, unless a policy does already.
    ///
    /// # Errors
    ///
    /// [`NoRoomInPolicies`] when there is none left.
    fn let_delivery_in(&self, ctx: &Ctx<'_>, group: &str) -> Result<(), NoRoomInPolicies>;
}

/// What a service wants to do to a log stream.
#[derive(Clone, Copy, Debug)]
pub struct ServiceAccess<'a> {
    /// The service's principal: `delivery.logs.amazonaws.com`.
    pub service: &'a str,
    /// `logs:CreateLogStream` or `logs:PutLogEvents`. Resource policies allow nothing else, as documented.
    pub action: &'a str,
    /// The stream's ARN.
    pub resource: &'a str,
    /// What conditions may ask about: `aws:SourceAccount`, `aws:SourceArn`.
    pub context: &'a Context,
}

/// Whether log delivery may write to a group.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeliveryAccess {
    /// There is no such group.
    NoGroup,
    /// A policy lets it, or can be made to.
    Possible,
    /// No policy lets it, and there is no room for a statement that would.
    NoRoom,
}

/// There is no room for one more statement, or for one more policy.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("there is no room for it in the resource policies of the account")]
pub struct NoRoomInPolicies;

/// The service that delivers vended logs, as policies name it.
pub const DELIVERY_SERVICE: &str = "delivery.logs.amazonaws.com";

/// Knows the deliveries of vended logs. Answered by CloudWatch Logs.
pub trait LogDeliveries: Send + Sync {
    /// The deliveries that take the logs of a type from a resource, in the order of their ids.
    fn of_resource(&self, scope: &Scope, resource_arn: &str, log_type: &str) -> Vec<LogDelivery>;
}

/// A delivery, with what its source and its destination say.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct LogDelivery {
    /// Its ARN.
    pub arn: String,
    /// The ARN of its source, which `aws:SourceArn` tells resource policies (captured).
    pub source_arn: String,
    /// What kind of thing it writes to.
    pub target: DeliveryTarget,
    /// The ARN of that: of a log group (also with `:*`), of a bucket, of which a path may follow, or of a Firehose stream;
    /// none of X-Ray.
    pub target_arn: Option<String>,
    /// `json`, `plain`, `w3c`, `raw` or `parquet`; none for traces.
    pub output_format: Option<&'static str>,
    /// The fields of a record, in their order. Empty where the service has fields that are not known here.
    pub record_fields: Vec<String>,
    /// What stands between fields in formats that are not JSON.
    pub field_delimiter: String,
    /// In a bucket, the path of objects below the bucket's own prefix, with variables in braces.
    pub suffix_path: Option<String>,
    /// In a bucket, whether the parts of that path have their names: `year=2026`.
    pub hive_compatible_path: bool,
}

/// What vended logs are written to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum DeliveryTarget {
    /// A log group.
    CloudWatchLogs,
    /// An S3 bucket.
    S3,
    /// A stream of Firehose.
    Firehose,
    /// X-Ray, for traces.
    XRay,
}
