//! The log groups that stages log to.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_cloudwatchlogs::operation::describe_log_groups::DescribeLogGroupsOutput;

use super::Place;
use crate::inventory::{Known, LogGroup, Stage, execution_log_group, group_of_arn};

/// Log groups that one DescribeLogGroups may be asked for by name.
const IDENTIFIERS: usize = 50;

/// What all groups of execution logs begin with.
const EXECUTION_PREFIX: &str = "API-Gateway-Execution-Logs_";

type Groups = BTreeMap<String, Known<LogGroup>>;

/// The groups of these stages: those of execution logs by their common prefix, the others by name.
pub(super) async fn of_stages(place: &mut Place<'_>, stages: &[Stage]) -> Groups {
    let executing: BTreeSet<String> = stages
        .iter()
        .filter(|stage| stage.settings.method_settings.values().any(|setting| setting.level.logs()))
        .map(|stage| execution_log_group(&stage.api_id, &stage.name))
        .collect();
    let access: BTreeSet<String> = stages
        .iter()
        .filter_map(|stage| stage.settings.access_log.destination_arn.as_deref())
        .filter_map(|arn| group_of_arn(arn, &place.connection.account, place.region))
        .filter(|name| !executing.contains(*name))
        .map(str::to_owned)
        .collect();
    let mut groups = by_prefix(place, executing).await;
    groups.extend(by_name(place, access.into_iter().collect()).await);
    groups
}

async fn by_prefix(place: &mut Place<'_>, wanted: BTreeSet<String>) -> Groups {
    if wanted.is_empty() {
        return Groups::new();
    }
    let mut found = Groups::new();
    let mut token = None;
    let missing = loop {
        let answer = place
            .clients
            .logs
            .describe_log_groups()
            .log_group_name_prefix(EXECUTION_PREFIX)
            .set_next_token(token)
            .send()
            .await;
        let Known::Value(page) = place.known("logs:DescribeLogGroups", EXECUTION_PREFIX, answer) else {
            break Known::Unknown;
        };
        found.extend(page.log_groups().iter().filter_map(read));
        token = page.next_token().map(str::to_owned);
        if token.is_none() {
            break Known::Absent;
        }
    };
    wanted
        .into_iter()
        .map(|name| {
            let group = found.remove(&name).unwrap_or_else(|| missing.clone());
            (name, group)
        })
        .collect()
}

/// Many at a time; what that does not tell, one by one: not every endpoint knows `logGroupIdentifiers`.
async fn by_name(place: &mut Place<'_>, wanted: Vec<String>) -> Groups {
    let batches: Vec<Vec<String>> = wanted.chunks(IDENTIFIERS).map(<[String]>::to_vec).collect();
    let logs = &place.clients.logs;
    let answers = place
        .each(batches, |batch| async move {
            logs.describe_log_groups().set_log_group_identifiers(Some(batch)).send().await
        })
        .await;
    let pages = answers.iter().flatten();
    let mut found: Groups = pages.flat_map(DescribeLogGroupsOutput::log_groups).filter_map(read).collect();
    found.retain(|name, _| wanted.contains(name));
    let unclear: Vec<String> = wanted.into_iter().filter(|name| !found.contains_key(name)).collect();
    let answers = place
        .each(unclear, |name| async move {
            let answer = logs.describe_log_groups().log_group_name_prefix(&name).send().await;
            (name, answer)
        })
        .await;
    for (name, answer) in answers {
        let group = match place.known("logs:DescribeLogGroups", &name, answer) {
            // Names are sorted, so the group itself comes before any longer one.
            Known::Value(page) => page
                .log_groups()
                .iter()
                .filter_map(read)
                .find_map(|(each, group)| (each == name).then_some(group))
                .unwrap_or(Known::Absent),
            Known::Absent => Known::Absent,
            Known::Unknown => Known::Unknown,
        };
        found.insert(name, group);
    }
    found
}

fn read(group: &aws_sdk_cloudwatchlogs::types::LogGroup) -> Option<(String, Known<LogGroup>)> {
    let known = LogGroup {
        retention_days: group.retention_in_days(),
        stored_bytes: group.stored_bytes().unwrap_or_default(),
    };
    Some((group.log_group_name()?.to_owned(), Known::Value(known)))
}
