//! Writes lines to log groups, as whoever API Gateway is there.

use std::collections::HashMap;
use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use stagecheck_policy::{Context, Outcome, Principal};

use super::Entry;
use super::delivery_streams::DeliveryStreams;
use super::record::Refused;
use crate::apigateway::SERVICE_PRINCIPAL;
use crate::service::Identity;
use crate::service::ports::{
    DELIVERY_SERVICE, Destination, KeyRefusal, LogPolicies, LogWriter, MissingGroup, NotAppended, NotAssumed,
    Presence, RoleSession, Roles, ServiceAccess, UsageRecorder, UsedAction,
};
use crate::store::{Account, Scope};
use crate::time::Timestamp;

/// Streams that the lines of one stage are spread over.
///
/// Captured: under light traffic every request had a stream of its own. How many there are at most is inferred.
const STREAMS: u64 = 64;

/// Where lines go.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::gateway) enum Target {
    /// A log group of the stage's own account and region.
    Group {
        /// Its name.
        name: String,
        /// What to do without it.
        missing: MissingGroup,
    },
    /// A delivery stream of Firehose, by its name.
    DeliveryStream(String),
    /// What is neither, by its ARN.
    Elsewhere(String),
}

impl Target {
    /// The log group or delivery stream of an access log destination. CloudFormation gives the ARN of a group with `:*`.
    pub(in crate::gateway) fn of_arn(arn: &str, scope: &Scope) -> Self {
        if let Some(group) = arn.strip_prefix(&scope.arn("logs", format_args!("log-group:"))) {
            let name = group.strip_suffix(":*").unwrap_or(group).to_owned();
            return Self::Group { name, missing: MissingGroup::Refuse };
        }
        match arn.strip_prefix(&scope.arn("firehose", format_args!("deliverystream/"))) {
            Some(stream) => Self::DeliveryStream(stream.to_owned()),
            None => Self::Elsewhere(arn.to_owned()),
        }
    }

    /// The group, or the ARN where it is none.
    pub(super) fn name(&self) -> &str {
        match self {
            Self::Group { name, .. } | Self::DeliveryStream(name) => name,
            Self::Elsewhere(arn) => arn,
        }
    }
}

/// As whom API Gateway writes.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(in crate::gateway) enum AsWhom {
    /// Under the role in the account's settings, if one is set.
    AccountRole(Option<Arc<str>>),
    /// As the service that delivers vended logs, under the resource policies of the account and of the group.
    LogDelivery {
        /// What has its logs delivered: a delivery source, or for HTTP APIs what stands for one.
        source_arn: String,
    },
}

/// Writes lines.
pub(super) struct Writer {
    roles: Arc<dyn Roles>,
    logs: Arc<dyn LogWriter>,
    usage: Arc<dyn UsageRecorder>,
    policies: Arc<dyn LogPolicies>,
    streams: DeliveryStreams,
    requests: AtomicU64,
}

/// A stream, by account and region, group, and name.
type Place<'a> = (&'a Scope, &'a str, String);

/// The lines that go to one stream, and the entries that they are of.
struct Batch<'a> {
    missing: MissingGroup,
    lines: Vec<(Timestamp, String)>,
    entries: Vec<usize>,
    place: Place<'a>,
}

impl Writer {
    pub(super) fn new(
        roles: Arc<dyn Roles>,
        logs: Arc<dyn LogWriter>,
        usage: Arc<dyn UsageRecorder>,
        policies: Arc<dyn LogPolicies>,
        streams: DeliveryStreams,
    ) -> Self {
        Self { roles, logs, usage, policies, streams, requests: AtomicU64::new(0) }
    }

    /// Writes the lines of entries, those of one stream at once, and tells of each entry whether they arrived.
    pub(super) fn write(&self, entries: &[Entry], now: Timestamp) -> Vec<Result<(), Refused>> {
        let mut pass = Pass { writer: self, now, sessions: HashMap::new(), presences: HashMap::new() };
        let mut batches: Vec<Batch<'_>> = Vec::new();
        let mut at: HashMap<Place<'_>, usize> = HashMap::new();
        let mut outcomes: Vec<Result<(), Refused>> = Vec::with_capacity(entries.len());
        let mut request = ("", 0);
        for (index, entry) in entries.iter().enumerate() {
            // The two logs of a request take the same number.
            if index == 0 || request.0 != entry.request_id {
                request = (&entry.request_id, self.requests.fetch_add(1, Ordering::Relaxed) % STREAMS);
            }
            if let Target::DeliveryStream(stream) = &entry.target {
                outcomes.push(self.streams.append(stream, &entry.lines));
                continue;
            }
            outcomes.push(pass.permit(entry, request.1).map(|(place, missing)| {
                let batch = *at.entry(place.clone()).or_insert_with(|| {
                    batches.push(Batch { missing, lines: Vec::new(), entries: Vec::new(), place });
                    batches.len() - 1
                });
                batches[batch].lines.extend(entry.lines.iter().cloned());
                batches[batch].entries.push(index);
            }));
        }
        for mut batch in batches {
            // Requests that overlap end in another order than they began.
            batch.lines.sort_by_key(|(at, _)| *at);
            let (scope, group, stream) = &batch.place;
            let destination = Destination { group, stream, missing_group: batch.missing };
            if let Err(error) = self.logs.append(scope, &destination, &batch.lines, now) {
                let refused = not_appended(group, error);
                for index in batch.entries {
                    outcomes[index] = Err(refused.clone());
                }
            }
        }
        outcomes
    }
}

/// One round of writing, in which everything is looked up once.
struct Pass<'w, 'e> {
    writer: &'w Writer,
    now: Timestamp,
    sessions: HashMap<(&'e Scope, &'e AsWhom), Result<Arc<RoleSession>, Refused>>,
    presences: HashMap<(Place<'e>, &'e AsWhom), Result<(), Refused>>,
}

impl<'e> Pass<'_, 'e> {
    /// The stream that an entry's lines go to, where they may.
    fn permit(&mut self, entry: &'e Entry, slot: u64) -> Result<(Place<'e>, MissingGroup), Refused> {
        let session = match &entry.writer {
            AsWhom::AccountRole(role) => Ok(self.session(entry, role.as_deref())?),
            AsWhom::LogDelivery { source_arn } => Err(source_arn),
        };
        let (group, missing) = match &entry.target {
            Target::Group { name, missing } => (name.as_str(), *missing),
            Target::DeliveryStream(_) | Target::Elsewhere(_) => {
                return Err(Refused::because(
                    "the destination is no log group or delivery stream in the stage's own account and region",
                ));
            }
        };
        let stream = match &entry.writer {
            AsWhom::AccountRole(_) => stream_name(group, slot),
            AsWhom::LogDelivery { .. } => delivery_stream(entry),
        };
        let place = (&entry.scope, group, stream);
        let writer = self.writer;
        self.presences
            .entry((place.clone(), &entry.writer))
            .or_insert_with(|| {
                let presence = writer.logs.look_up(&entry.scope, group, &place.2);
                if presence == Presence::Nothing && missing == MissingGroup::Refuse {
                    return Err(no_group(group));
                }
                match &session {
                    Ok(role) => permitted(role, &place, presence),
                    Err(source_arn) => admitted(&*writer.policies, source_arn, &place, presence),
                }
            })
            .clone()?;
        Ok((place, missing))
    }

    /// The account's role, assumed as it is now.
    fn session(&mut self, entry: &'e Entry, role: Option<&str>) -> Result<Arc<RoleSession>, Refused> {
        let (writer, now) = (self.writer, self.now);
        let session = self.sessions.entry((&entry.scope, &entry.writer)).or_insert_with(|| {
            let session = writer.assume(role)?;
            writer.note(&session, &entry.scope, now);
            Ok(Arc::new(session))
        });
        session.clone()
    }
}

impl Writer {
    fn assume(&self, role: Option<&str>) -> Result<RoleSession, Refused> {
        let arn =
            role.ok_or_else(|| Refused::because("no role is set in the account's settings for this region"))?;
        let service = Principal::Service(SERVICE_PRINCIPAL);
        self.roles.assume(arn, service, &Context::default()).map_err(|error| match error {
            NotAssumed::NoSuchRole => Refused::because(format!("the role {arn} does not exist")),
            NotAssumed::NotTrusted(decision) => Refused::by(
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
}

/// Whether the role may do what the lines need: make the group and the stream where they are missing, and write.
///
/// The ARNs are those that CloudWatch Logs names when it refuses.
fn permitted(
    role: &RoleSession,
    (scope, group, stream): &Place<'_>,
    presence: Presence,
) -> Result<(), Refused> {
    let group_arn = scope.arn("logs", format_args!("log-group:{group}:log-stream:"));
    let stream_arn = format!("{group_arn}{stream}");
    let needed = [
        (presence == Presence::Nothing, "logs:CreateLogGroup", &group_arn),
        (presence != Presence::Stream, "logs:CreateLogStream", &stream_arn),
        (true, "logs:PutLogEvents", &stream_arn),
    ];
    for (_, action, resource) in needed.into_iter().filter(|(needed, _, _)| *needed) {
        let decision = role.decide(action, resource, &Context::default());
        if decision.outcome != Outcome::Allowed {
            let cause = format!("the role {} may not {action} on {resource}", role.role_arn);
            return Err(Refused::by(&cause, &decision));
        }
    }
    Ok(())
}

/// Whether resource policies let log delivery do what the lines need.
fn admitted(
    policies: &dyn LogPolicies,
    source_arn: &str,
    (scope, group, stream): &Place<'_>,
    presence: Presence,
) -> Result<(), Refused> {
    let resource = scope.arn("logs", format_args!("log-group:{group}:log-stream:{stream}"));
    let context = Context::default()
        .with("aws:SourceAccount", [scope.account.as_str()])
        .with("aws:SourceArn", [source_arn]);
    let needed = [(presence != Presence::Stream, "logs:CreateLogStream"), (true, "logs:PutLogEvents")];
    for (_, action) in needed.into_iter().filter(|(needed, _)| *needed) {
        let asked =
            ServiceAccess { service: DELIVERY_SERVICE, action, resource: &resource, context: &context };
        let decision = policies.decide(scope, &asked);
        if decision.outcome != Outcome::Allowed {
            let cause = format!("resource policies do not let {DELIVERY_SERVICE} {action} on {resource}");
            return Err(Refused::by(&cause, &decision));
        }
    }
    Ok(())
}

fn not_appended(group: &str, error: NotAppended) -> Refused {
    let (key, refusal) = match error {
        NotAppended::NoSuchGroup => return no_group(group),
        NotAppended::KeyRefused(key, refusal) => (key, refusal),
    };
    let cause = format!("the key {key}, which the log group {group} is encrypted with, {refusal}");
    match refusal {
        KeyRefusal::NotAllowed(_, decision) => Refused::by(&cause, &decision),
        KeyRefusal::NoSuchKey | KeyRefusal::Disabled | KeyRefusal::PendingDeletion => Refused::because(cause),
    }
}

fn no_group(group: &str) -> Refused {
    Refused::because(format!("the log group {group} does not exist"))
}

/// `{api}_{stage}-2026-09-25-09-23` (captured), by the minute of the request.
fn delivery_stream(entry: &Entry) -> String {
    let at = entry.lines.first().map_or(entry.time, |(at, _)| *at);
    format!("{}_{}-{}", entry.api_id, entry.stage, at.stream_name())
}

/// 32 hexadecimal digits, the same for a group and a slot.
fn stream_name(group: &str, slot: u64) -> String {
    let mut hasher = DefaultHasher::new();
    (group, slot).hash(&mut hasher);
    format!("{:032x}", fastrand::Rng::with_seed(hasher.finish()).u128(..))
}
