//! The one way that log lines take to CloudWatch Logs: under the account's role, as API Gateway would.
//!
//! A refusal is silent to the API's caller, as on AWS, and told to the developer by a [`DeliveryRecord`].

use std::collections::VecDeque;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use parking_lot::Mutex;
use serde::Serialize;
use stagecheck_policy::{Context, Decision, Outcome, Principal};

use super::exchange::Exchange;
use super::execution_log;
use crate::apigateway::{Live, SERVICE_PRINCIPAL};
use crate::service::Identity;
use crate::service::ports::{
    Destination, LogWriter, MissingGroup, NotAssumed, Presence, RoleSession, Roles, UsageRecorder,
    UsedAction, describe_statement,
};
use crate::store::{Account, Scope};
use crate::time::Timestamp;

/// How many records are kept.
const KEPT: usize = 1000;

/// Streams that the lines of one stage are spread over.
///
/// Captured: under light traffic every request had a stream of its own. How many there are at most is inferred.
const STREAMS: u64 = 64;

/// The two kinds of log.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum LogKind {
    /// Execution logs.
    Execution,
    /// Access logs.
    Access,
}

/// What became of one request's lines of one kind.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct DeliveryRecord {
    /// When.
    #[serde(serialize_with = "Timestamp::serialize_iso8601")]
    pub(crate) time: Timestamp,
    /// The account of the stage.
    #[serde(flatten)]
    pub(crate) scope: Scope,
    /// API id.
    pub(crate) api_id: String,
    /// Stage name.
    pub(crate) stage: String,
    /// The request whose lines they are.
    pub(crate) request_id: String,
    /// Which log.
    pub(crate) log: LogKind,
    /// The log group, or the destination where it names none.
    pub(crate) destination: String,
    /// How many lines.
    pub(crate) lines: usize,
    /// Where they are now.
    #[serde(flatten)]
    pub(crate) outcome: Delivered,
}

/// Whether lines arrived.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "outcome", rename_all = "lowercase")]
pub(crate) enum Delivered {
    /// They are in the log group.
    Delivered,
    /// They are nowhere.
    Refused(Refused),
}

/// Why lines are nowhere.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Refused {
    /// Why, in a sentence.
    pub(crate) cause: String,
    /// The statement that refused, where one did.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(crate) statement: Option<String>,
}

/// Delivers log lines.
pub(crate) struct Delivery {
    roles: Arc<dyn Roles>,
    logs: Arc<dyn LogWriter>,
    usage: Arc<dyn UsageRecorder>,
    requests: AtomicU64,
    records: Mutex<Records>,
}

/// What became of lines: totals, and the latest in full.
#[derive(Clone, Debug, Default, Serialize)]
pub(crate) struct Records {
    delivered: u64,
    refused: u64,
    deliveries: VecDeque<DeliveryRecord>,
}

impl Delivery {
    /// Delivers under roles assumed here, to groups written there, and notes that the roles were used.
    #[must_use]
    pub(crate) fn new(
        roles: Arc<dyn Roles>,
        logs: Arc<dyn LogWriter>,
        usage: Arc<dyn UsageRecorder>,
    ) -> Self {
        Self { roles, logs, usage, requests: AtomicU64::new(0), records: Mutex::default() }
    }

    /// What became of lines, oldest first.
    #[must_use]
    pub(crate) fn records(&self) -> Records {
        self.records.lock().clone()
    }

    /// Forgets all records.
    pub(crate) fn reset(&self) {
        *self.records.lock() = Records::default();
    }

    /// Delivers what a request left: execution lines, and an access line.
    pub(super) fn deliver(
        &self,
        live: &Live,
        exchange: &Exchange<'_>,
        execution: &[(Timestamp, String)],
        access: Option<(Timestamp, String)>,
    ) {
        if execution.is_empty() && access.is_none() {
            return;
        }
        let slot = self.requests.fetch_add(1, Ordering::Relaxed) % STREAMS;
        let role = self.assume(live);
        let now = exchange.finished;
        if let Ok(role) = &role {
            self.note(role, &live.scope, now);
        }
        if !execution.is_empty() {
            let group = execution_log::group(&live.api.id, &live.stage.stage_name);
            let stream = stream_name(&group, slot);
            let destination =
                Destination { group: &group, stream: &stream, missing_group: MissingGroup::Create };
            let outcome = role
                .as_ref()
                .map_err(Clone::clone)
                .and_then(|role| self.write(role, &live.scope, &destination, execution, now));
            self.record(live, exchange, LogKind::Execution, group, execution.len(), outcome);
        }
        if let Some(line) = access {
            let settings = live.stage.access_log_settings.as_ref();
            let arn = settings.and_then(|settings| settings.destination_arn.as_deref()).unwrap_or_default();
            let group = own_group(arn, &live.scope);
            let outcome = role.and_then(|role| {
                let group = group
                    .ok_or_else(|| refused("the destination is not in the stage's own account and region"))?;
                let stream = stream_name(group, slot);
                let destination = Destination { group, stream: &stream, missing_group: MissingGroup::Refuse };
                self.write(&role, &live.scope, &destination, &[line], now)
            });
            self.record(live, exchange, LogKind::Access, group.unwrap_or(arn).to_owned(), 1, outcome);
        }
    }

    /// Assumes the account's role, as it is now.
    fn assume(&self, live: &Live) -> Result<RoleSession, Refused> {
        let arn = live
            .account_role
            .as_ref()
            .ok_or_else(|| refused("no role is set in the account's settings for this region"))?;
        let service = Principal::Service(SERVICE_PRINCIPAL);
        self.roles.assume(arn, service, &Context::default()).map_err(|error| match error {
            NotAssumed::NoSuchRole => refused(&format!("the role {arn} does not exist")),
            NotAssumed::NotTrusted(decision) => refused_by(
                &format!("the trust policy of the role {arn} does not let {SERVICE_PRINCIPAL} assume it"),
                &decision,
            ),
        })
    }

    /// Notes that a role was used to write.
    fn note(&self, role: &RoleSession, scope: &Scope, now: Timestamp) {
        let Some(account) = role.role_arn.split(':').nth(4).and_then(Account::parse) else { return };
        let identity = Identity::Role { arn: Arc::clone(&role.role_arn), name: (&*role.role_name).into() };
        self.usage.record(&UsedAction {
            account: &account,
            region: &scope.region,
            identity: &identity,
            unique_id: &role.role_id,
            access_key_id: None,
            service: "logs",
            action: "PutLogEvents",
            at: now,
        });
    }

    /// Writes lines under a role.
    fn write(
        &self,
        role: &RoleSession,
        scope: &Scope,
        destination: &Destination<'_>,
        lines: &[(Timestamp, String)],
        now: Timestamp,
    ) -> Result<(), Refused> {
        let no_group = || refused(&format!("the log group {} does not exist", destination.group));
        let presence = self.logs.look_up(scope, destination.group, destination.stream);
        if presence == Presence::Nothing && destination.missing_group == MissingGroup::Refuse {
            return Err(no_group());
        }
        permitted(role, scope, destination, presence)?;
        self.logs.append(scope, destination, lines, now).map_err(|_| no_group())
    }

    fn record(
        &self,
        live: &Live,
        exchange: &Exchange<'_>,
        log: LogKind,
        destination: String,
        lines: usize,
        outcome: Result<(), Refused>,
    ) {
        let outcome = match outcome {
            Ok(()) => Delivered::Delivered,
            Err(refused) => Delivered::Refused(refused),
        };
        let record = DeliveryRecord {
            time: exchange.finished,
            scope: live.scope.clone(),
            api_id: live.api.id.to_string(),
            stage: live.stage.stage_name.to_string(),
            request_id: exchange.id.request.clone(),
            log,
            destination,
            lines,
            outcome,
        };
        let mut records = self.records.lock();
        match record.outcome {
            Delivered::Delivered => records.delivered += 1,
            Delivered::Refused(_) => records.refused += 1,
        }
        if records.deliveries.len() == KEPT {
            records.deliveries.pop_front();
        }
        records.deliveries.push_back(record);
    }
}

/// Whether the role may do what the lines need: make the group and the stream where they are missing, and write.
///
/// The ARNs are those that CloudWatch Logs names when it refuses.
fn permitted(
    role: &RoleSession,
    scope: &Scope,
    destination: &Destination<'_>,
    presence: Presence,
) -> Result<(), Refused> {
    let group_arn = scope.arn("logs", format_args!("log-group:{}:log-stream:", destination.group));
    let stream_arn = format!("{group_arn}{}", destination.stream);
    let needed = [
        (presence == Presence::Nothing, "logs:CreateLogGroup", &group_arn),
        (presence != Presence::Stream, "logs:CreateLogStream", &stream_arn),
        (true, "logs:PutLogEvents", &stream_arn),
    ];
    for (_, action, resource) in needed.into_iter().filter(|(needed, _, _)| *needed) {
        let decision = role.decide(action, resource, &Context::default());
        if decision.outcome != Outcome::Allowed {
            let cause = format!("the role {} may not {action} on {resource}", role.role_arn);
            return Err(refused_by(&cause, &decision));
        }
    }
    Ok(())
}

fn refused(cause: &str) -> Refused {
    Refused { cause: cause.to_owned(), statement: None }
}

fn refused_by(cause: &str, decision: &Decision) -> Refused {
    let statement = decision.matched.first().map(describe_statement);
    let how = match decision.outcome {
        Outcome::ExplicitDeny => "a statement denies it",
        Outcome::ImplicitDeny | Outcome::Allowed => "no statement allows it",
    };
    // With these keys there, it might have been another answer.
    let missing = match decision.missing_keys.as_slice() {
        [] => String::new(),
        keys => format!(", and the request has no {}", keys.join(", ")),
    };
    Refused { cause: format!("{cause}: {how}{missing}"), statement }
}

/// The group of a destination in the stage's own account and region. CloudFormation gives the ARN of a group with `:*`.
fn own_group<'a>(arn: &'a str, scope: &Scope) -> Option<&'a str> {
    let group = arn.strip_prefix(&scope.arn("logs", format_args!("log-group:")))?;
    Some(group.strip_suffix(":*").unwrap_or(group))
}

/// 32 hexadecimal digits, the same for a group and a slot.
fn stream_name(group: &str, slot: u64) -> String {
    let mut hasher = DefaultHasher::new();
    (group, slot).hash(&mut hasher);
    format!("{:032x}", fastrand::Rng::with_seed(hasher.finish()).u128(..))
}
