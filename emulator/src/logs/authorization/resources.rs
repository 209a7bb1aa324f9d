//! The resources of calls, by the ARNs that CloudWatch Logs names in denials.
//!
//! A group stands there as all of its streams: `log-group:NAME:log-stream:`, which policies cover by `log-group:NAME:*`.

use std::collections::BTreeMap;

use super::super::Logs;
use crate::service::Document;
use crate::service::authorization::{Asked, Requirement, pass_role};

/// The service that roles are passed to.
const SERVICE_PRINCIPAL: &str = "logs.amazonaws.com";

pub(super) type Call<'a> = Asked<'a, Logs>;

/// The call's action on this resource, with the tags that it brings.
pub(super) fn on(call: &Call<'_>, resource: impl Into<String>) -> Requirement {
    // TagLogGroup brings a map under this name, UntagLogGroup a list of keys.
    let tags = match call.input.member("tags") {
        Some(Document::List(_)) | None => Vec::new(),
        Some(_) => call.tags("tags"),
    };
    let keys = if call.operation.name == "UntagLogGroup" { "tags" } else { "tagKeys" };
    Requirement::new(call.action("logs"), resource)
        .with_request_tags(&tags)
        .with("aws:TagKeys", call.texts(keys))
}

pub(super) fn everything(call: &Call<'_>) -> Vec<Requirement> {
    vec![on(call, "*")]
}

/// A log group, named in one of the ways that there are.
pub(super) fn group(call: &Call<'_>) -> Vec<Requirement> {
    vec![group_of(call, group_name(call))]
}

fn group_of(call: &Call<'_>, name: &str) -> Requirement {
    with_tags(call, on(call, group_arn(call, name)), name)
}

/// By name, or by an ARN with or without `:*` behind it.
pub(super) fn group_name<'a>(call: &'a Call<'_>) -> &'a str {
    let members = ["logGroupName", "logGroupIdentifier", "resourceIdentifier"];
    name_in(members.into_iter().find_map(|member| call.text(member)).unwrap_or_default())
}

fn name_in(identifier: &str) -> &str {
    match identifier.split_once(":log-group:") {
        Some((_, name)) => name.strip_suffix(":*").unwrap_or(name),
        None => identifier,
    }
}

pub(super) fn group_arn(call: &Call<'_>, name: &str) -> String {
    call.ctx.scope.arn("logs", format_args!("log-group:{name}:log-stream:"))
}

fn with_tags(call: &Call<'_>, requirement: Requirement, group: &str) -> Requirement {
    let found = call.state.groups.get(&group.into());
    let tags: Vec<_> = found.map(|group| listed(&group.tags)).unwrap_or_default();
    requirement.with_resource_tags(&tags, &["aws"])
}

pub(super) fn listed(tags: &BTreeMap<String, String>) -> Vec<(String, String)> {
    tags.iter().map(|(key, value)| (key.clone(), value.clone())).collect()
}

/// Tags that come with a group need what tagging it later would.
///
/// Source: CloudWatch Logs API reference, CreateLogGroup.
pub(super) fn new_group(call: &Call<'_>) -> Vec<Requirement> {
    let name = call.required("logGroupName");
    let tags = call.tags("tags");
    let mut requirements = group(call);
    if !tags.is_empty() {
        let arn = call.ctx.scope.arn("logs", format_args!("log-group:{name}"));
        requirements.push(Requirement::new("logs:TagResource", arn).with_request_tags(&tags));
    }
    requirements
}

/// As captured: no group is named, and no stream.
pub(super) fn all_groups(call: &Call<'_>) -> Vec<Requirement> {
    vec![on(call, group_arn(call, ""))]
}

/// A log group's own policy is on the group, those of the account are on no group. That they are called as in
/// DescribeLogGroups is inferred: the user guide has its users allow these actions on `log-group:*`.
pub(super) fn resource_policy(call: &Call<'_>) -> Vec<Requirement> {
    match call.text("resourceArn") {
        Some(arn) => vec![group_of(call, name_in(arn))],
        None => all_groups(call),
    }
}

/// The groups that are read are not known before the call: inferred.
pub(super) fn any_group(call: &Call<'_>) -> Vec<Requirement> {
    vec![on(call, group_arn(call, "*"))]
}

/// Each of the groups that are named.
pub(super) fn groups(call: &Call<'_>) -> Vec<Requirement> {
    let identifiers = call.texts("logGroupIdentifiers").into_iter().chain(call.texts("logGroupNames"));
    let mut names: Vec<&str> = identifiers.map(name_in).collect();
    if names.is_empty() {
        names.push(group_name(call));
    }
    names.into_iter().map(|name| group_of(call, name)).collect()
}

pub(super) fn groups_by_arn(call: &Call<'_>) -> Vec<Requirement> {
    call.texts("logGroupArnList").into_iter().map(|arn| group_of(call, name_in(arn))).collect()
}

pub(super) fn stream(call: &Call<'_>) -> Vec<Requirement> {
    let (group, stream) = (group_name(call), call.required("logStreamName"));
    vec![with_tags(call, on(call, format!("{}{stream}", group_arn(call, group))), group)]
}

/// Who asks for unmasked events must be allowed to.
///
/// Source: CloudWatch Logs user guide, "Help protect sensitive log data with masking".
fn unmasked(call: &Call<'_>, mut requirements: Vec<Requirement>) -> Vec<Requirement> {
    if call.input.member("unmask") == Some(&Document::Boolean(true)) {
        requirements.push(Requirement::new("logs:Unmask", group_arn(call, group_name(call))));
    }
    requirements
}

pub(super) fn read_stream(call: &Call<'_>) -> Vec<Requirement> {
    unmasked(call, stream(call))
}

pub(super) fn read_group(call: &Call<'_>) -> Vec<Requirement> {
    unmasked(call, group(call))
}

/// By its own ARN, without `:*`, as documented for tags.
pub(super) fn tagged(call: &Call<'_>) -> Vec<Requirement> {
    let arn = call.required("resourceArn");
    vec![with_tags(call, on(call, arn), name_in(arn))]
}

/// `kind:NAME`, by name or by an ARN.
pub(super) fn by_name(call: &Call<'_>, kind: &str, name: &str) -> Requirement {
    let is_arn = name.starts_with("arn:");
    let arn =
        if is_arn { name.to_owned() } else { call.ctx.scope.arn("logs", format_args!("{kind}:{name}")) };
    on(call, arn)
}

pub(super) fn destination(call: &Call<'_>) -> Vec<Requirement> {
    vec![by_name(call, "destination", call.required("destinationName"))]
}

/// The role is passed to CloudWatch Logs.
pub(super) fn new_destination(call: &Call<'_>) -> Vec<Requirement> {
    let mut requirements = destination(call);
    requirements.extend(pass_role(call.required("roleArn"), SERVICE_PRINCIPAL));
    requirements
}

/// A filter of a group, whose events go to a destination of Logs, or under a role to another service.
pub(super) fn subscription(call: &Call<'_>) -> Vec<Requirement> {
    let mut requirements = group(call);
    let target = call.required("destinationArn");
    requirements.extend(target.contains(":destination:").then(|| on(call, target)));
    requirements.extend(pass_role(call.required("roleArn"), SERVICE_PRINCIPAL));
    requirements
}

pub(super) fn import(call: &Call<'_>) -> Vec<Requirement> {
    let mut requirements = everything(call);
    requirements.extend(pass_role(call.required("importRoleArn"), SERVICE_PRINCIPAL));
    requirements
}

pub(super) fn anomaly_detector(call: &Call<'_>) -> Vec<Requirement> {
    let every = || call.ctx.scope.arn("logs", format_args!("anomaly-detector:*"));
    vec![on(call, call.text("anomalyDetectorArn").map_or_else(every, str::to_owned))]
}

pub(super) fn lookup_table(call: &Call<'_>) -> Vec<Requirement> {
    vec![on(call, call.required("lookupTableArn"))]
}

pub(super) fn new_lookup_table(call: &Call<'_>) -> Vec<Requirement> {
    vec![by_name(call, "lookup-table", call.required("lookupTableName"))]
}

pub(super) fn scheduled_query(call: &Call<'_>) -> Vec<Requirement> {
    vec![by_name(call, "scheduled-query", call.required("identifier"))]
}

/// It has no id yet. The role that it runs under is passed.
pub(super) fn new_scheduled_query(call: &Call<'_>) -> Vec<Requirement> {
    with_execution_role(call, vec![by_name(call, "scheduled-query", "*")])
}

pub(super) fn updated_scheduled_query(call: &Call<'_>) -> Vec<Requirement> {
    with_execution_role(call, scheduled_query(call))
}

fn with_execution_role(call: &Call<'_>, mut requirements: Vec<Requirement>) -> Vec<Requirement> {
    requirements.extend(pass_role(call.required("executionRoleArn"), SERVICE_PRINCIPAL));
    requirements
}
