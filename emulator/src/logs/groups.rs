//! Log groups.

use std::collections::BTreeMap;
use std::ops::Bound;
use std::sync::Arc;

use compact_str::CompactString;
use serde::{Deserialize, Serialize};

use super::streams::of_group;
use super::{GroupName, Logs, encryption, faults, tags};
use crate::service::ports::EncryptionKeys;
use crate::service::{Ctx, Fault};
use crate::store::{Scope, Scopes};
use crate::time::Timestamp;

/// Groups on a page where the caller does not say. It is also the most.
const DEFAULT_LIMIT: usize = 50;

/// A log group.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct LogGroup {
    pub(super) log_group_name: GroupName,
    creation_time: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) retention_in_days: Option<i64>,
    /// With `:*` behind it.
    arn: String,
    pub(super) log_group_arn: Arc<str>,
    log_group_class: CompactString,
    #[serde(default)]
    deletion_protection_enabled: bool,
    /// The ARN of the key that what comes in is encrypted with.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) kms_key_id: Option<Arc<str>>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(super) tags: BTreeMap<String, String>,
}

impl LogGroup {
    /// A new group with the defaults of the API.
    pub(super) fn new(scope: &Scope, name: &str, now: Timestamp) -> Self {
        let log_group_arn = scope.arn("logs", format_args!("log-group:{name}"));
        Self {
            log_group_name: name.into(),
            creation_time: now,
            retention_in_days: None,
            arn: format!("{log_group_arn}:*"),
            log_group_arn: log_group_arn.into(),
            log_group_class: CompactString::const_new("STANDARD"),
            deletion_protection_enabled: false,
            kms_key_id: None,
            tags: BTreeMap::new(),
        }
    }

    /// The ARN of a stream in it.
    pub(super) fn stream_arn(&self, stream: &str) -> Arc<str> {
        format!("{}:log-stream:{stream}", self.log_group_arn).into()
    }

    /// The earliest moment whose events are kept.
    pub(super) fn keeps_from(&self, now: Timestamp) -> Timestamp {
        match self.retention_in_days {
            Some(days) => now.plus_seconds(days.saturating_mul(-24 * 3600)),
            None => Timestamp::from_millis(0),
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct CreateLogGroup {
    log_group_name: GroupName,
    kms_key_id: Option<Arc<str>>,
    #[serde(default)]
    tags: BTreeMap<String, String>,
    log_group_class: Option<CompactString>,
    #[serde(default)]
    deletion_protection_enabled: bool,
}

/// That the key is looked at before what is there already is inferred.
pub(super) fn create(
    ctx: &Ctx<'_>,
    states: &Scopes<Logs>,
    input: CreateLogGroup,
    keys: &dyn EncryptionKeys,
) -> Result<(), Fault> {
    let name = input.log_group_name;
    if name.starts_with("aws/") {
        return Err(faults::invalid("Log groups starting with AWS/ are reserved for AWS."));
    }
    if let Some(class) = input.log_group_class.filter(|class| class != "STANDARD") {
        return Err(Fault::not_implemented(format!(
            "log group class {class} is not built in this emulator yet"
        )));
    }
    if let Some(key) = &input.kms_key_id {
        encryption::check_association(ctx, keys, &name, key)?;
    }
    let group = LogGroup {
        deletion_protection_enabled: input.deletion_protection_enabled,
        kms_key_id: input.kms_key_id,
        tags: input.tags,
        ..LogGroup::new(ctx.scope, &name, ctx.now)
    };
    states.write(ctx.scope, |state| {
        if state.groups.contains(&name) {
            return Err(faults::group_exists());
        }
        tags::check(&group.tags)?;
        state.groups.put(name, group);
        Ok(())
    })
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct DescribeLogGroups {
    log_group_name_prefix: Option<String>,
    log_group_name_pattern: Option<String>,
    log_group_identifiers: Option<Vec<String>>,
    log_group_class: Option<CompactString>,
    next_token: Option<String>,
    limit: Option<usize>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct DescribedLogGroups {
    log_groups: Vec<DescribedLogGroup>,
    next_token: Option<String>,
}

/// A log group with what is counted when it is asked for.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct DescribedLogGroup {
    log_group_name: GroupName,
    creation_time: Timestamp,
    retention_in_days: Option<i64>,
    metric_filter_count: u32,
    arn: String,
    stored_bytes: i64,
    log_group_class: CompactString,
    log_group_arn: Arc<str>,
    kms_key_id: Option<Arc<str>>,
    deletion_protection_enabled: bool,
}

fn described(state: &Logs, group: &LogGroup) -> DescribedLogGroup {
    let streams = state.streams.range(of_group(&group.log_group_name));
    let bytes = streams.fold(0_u64, |sum, (_, stream)| sum.saturating_add(stream.event_bytes));
    DescribedLogGroup {
        log_group_name: group.log_group_name.clone(),
        creation_time: group.creation_time,
        retention_in_days: group.retention_in_days,
        metric_filter_count: 0,
        arn: group.arn.clone(),
        stored_bytes: i64::try_from(bytes).unwrap_or(i64::MAX),
        log_group_class: group.log_group_class.clone(),
        log_group_arn: Arc::clone(&group.log_group_arn),
        kms_key_id: group.kms_key_id.clone(),
        deletion_protection_enabled: group.deletion_protection_enabled,
    }
}

pub(super) fn describe(
    ctx: &Ctx<'_>,
    state: &Logs,
    input: DescribeLogGroups,
) -> Result<DescribedLogGroups, Fault> {
    if let Some(identifiers) = &input.log_group_identifiers {
        return describe_identified(ctx, state, &input, identifiers);
    }
    let range = match (&input.log_group_name_prefix, &input.log_group_name_pattern) {
        (Some(_), Some(_)) => {
            return Err(faults::invalid(
                "LogGroup name prefix and LogGroup name pattern are mutually exclusive parameters.",
            ));
        }
        (Some(prefix), None) => beginning_with(prefix),
        _ => (Bound::Unbounded, Bound::Unbounded),
    };
    let pattern = input.log_group_name_pattern.as_deref().map(str::to_lowercase);
    let matches = |name: &GroupName| {
        pattern.as_deref().is_none_or(|pattern| matches_pattern(&name.to_lowercase(), pattern))
    };
    let limit = input.limit.unwrap_or(DEFAULT_LIMIT);
    let page = state
        .groups
        .page(range, input.next_token.as_deref(), limit, |name, group| matches(name) && input.wants(group))
        .map_err(faults::bad_token)?;
    Ok(DescribedLogGroups {
        log_groups: page.rows.iter().map(|(_, group)| described(state, group)).collect(),
        next_token: page.next,
    })
}

impl DescribeLogGroups {
    /// Whether the group is of the class that is asked for, if one is.
    fn wants(&self, group: &LogGroup) -> bool {
        self.log_group_class.as_ref().is_none_or(|class| *class == group.log_group_class)
    }
}

/// Those of the groups that are there, by name or ARN, in the order in which they are asked for.
fn describe_identified(
    ctx: &Ctx<'_>,
    state: &Logs,
    input: &DescribeLogGroups,
    identifiers: &[String],
) -> Result<DescribedLogGroups, Fault> {
    if input.log_group_name_prefix.is_some() || input.log_group_name_pattern.is_some() {
        return Err(faults::invalid("logGroupIdentifiers cannot be combined with a name prefix or pattern."));
    }
    let mut log_groups = Vec::new();
    for identifier in identifiers {
        let name = name_in(identifier, ctx.scope)?;
        let group = state.groups.get(&name).filter(|group| input.wants(group));
        log_groups.extend(group.map(|group| described(state, group)));
    }
    Ok(DescribedLogGroups { log_groups, next_token: None })
}

/// A pattern is one or more texts with bars between them. A name has one of them in it, or begins with it where the
/// text begins with a caret. Both are in lower case.
fn matches_pattern(name: &str, pattern: &str) -> bool {
    pattern.split('|').any(|text| match text.strip_prefix('^') {
        Some(start) => name.starts_with(start),
        None => name.contains(text),
    })
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct OneLogGroup {
    pub(super) log_group_name: GroupName,
}

pub(super) fn delete(_: &Ctx<'_>, state: &mut Logs, input: OneLogGroup) -> Result<(), Fault> {
    let name = input.log_group_name;
    let group = state.groups.get(&name).ok_or_else(faults::no_group)?;
    if group.deletion_protection_enabled {
        return Err(faults::protected());
    }
    state.groups.remove(&name);
    state.group_policies.remove(&name);
    let streams: Vec<_> = state.streams.range(of_group(&name)).map(|(key, _)| key.clone()).collect();
    for key in streams {
        state.streams.remove(&key);
        state.events.remove(&key);
    }
    Ok(())
}

/// The group that a call names, by name or by identifier: one of the two.
pub(super) fn find<'a>(
    state: &'a Logs,
    scope: &Scope,
    name: Option<&GroupName>,
    identifier: Option<&str>,
) -> Result<&'a Arc<LogGroup>, Fault> {
    let name = match (name, identifier) {
        (Some(name), None) => name.clone(),
        (None, Some(identifier)) => name_in(identifier, scope)?,
        // The code is documented, the wording inferred.
        (Some(_), Some(_)) => {
            return Err(faults::invalid("Specify either logGroupName or logGroupIdentifier, not both."));
        }
        (None, None) => {
            return Err(faults::invalid("Either logGroupName or logGroupIdentifier must be specified."));
        }
    };
    state.groups.get(&name).ok_or_else(faults::no_group)
}

/// The name in an identifier, which is a name or the ARN of a group of this scope.
pub(super) fn name_in(identifier: &str, scope: &Scope) -> Result<GroupName, Fault> {
    if !identifier.starts_with("arn:") {
        return Ok(identifier.into());
    }
    if identifier.ends_with(":*") {
        return Err(faults::invalid("The ARN of a log group must not end in :* here."));
    }
    let own = scope.arn("logs", format_args!("log-group:"));
    identifier.strip_prefix(&own).map(Into::into).ok_or_else(faults::no_group)
}

fn beginning_with(prefix: &str) -> (Bound<GroupName>, Bound<GroupName>) {
    // Group names hold no character beyond ASCII.
    (Bound::Included(prefix.into()), Bound::Excluded(format!("{prefix}\u{80}").into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_retention_is_beyond_counting() {
        let mut group = LogGroup::new(&Scope::default(), "group", Timestamp::default());
        for days in [i64::MIN, i64::MAX] {
            group.retention_in_days = Some(days);
            assert_eq!(group.keeps_from(Timestamp::default()).millis() < 0, days > 0);
        }
    }
}
