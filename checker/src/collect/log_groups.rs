//! The log groups that stages log to.

use std::collections::{BTreeMap, BTreeSet};

use aws_sdk_cloudwatchlogs::operation::describe_log_groups::DescribeLogGroupsOutput;

use super::Place;
use crate::inventory::{Known, LogGroup, Stage, access_log_group, execution_log_group, group_of_arn};

/// Log groups that one DescribeLogGroups may be asked for by name.
const IDENTIFIERS: usize = 50;

/// What the groups begin with that API Gateway makes, and those that this program makes.
const PREFIXES: [&str; 2] = ["API-Gateway-Execution-Logs_", "API-Gateway-Access-Logs_"];

type Groups = BTreeMap<String, Known<LogGroup>>;

/// The groups that these stages log to, or would once mended. Few are asked for by name. Of many, those of the usual
/// names are listed, which takes a call for each fifty that there are.
pub(super) async fn of_stages(place: &mut Place<'_>, stages: &[Stage]) -> Groups {
    let mut names: BTreeSet<String> = stages.iter().flat_map(|stage| wanted(place, stage)).collect();
    let mut groups = Groups::new();
    if names.len() > IDENTIFIERS {
        for prefix in PREFIXES {
            let (begin, rest) = names.into_iter().partition(|name| name.starts_with(prefix));
            names = rest;
            groups.extend(by_prefix(place, prefix, begin).await);
        }
    }
    groups.extend(by_name(place, names).await);
    groups
}

fn wanted(place: &Place<'_>, stage: &Stage) -> [String; 2] {
    let destination = stage.settings.access_log.destination_arn.as_deref();
    let access = destination.and_then(|arn| group_of_arn(arn, &place.connection.account, place.region));
    let access = access.map_or_else(|| access_log_group(&stage.api_id, &stage.name), str::to_owned);
    [execution_log_group(&stage.api_id, &stage.name), access]
}

async fn by_prefix(place: &mut Place<'_>, prefix: &str, wanted: BTreeSet<String>) -> Groups {
    if wanted.is_empty() {
        return Groups::new();
    }
    let mut found = Groups::new();
    let mut token = None;
    let missing = loop {
        let request = place.clients.logs.describe_log_groups().log_group_name_prefix(prefix);
        let answer = request.set_next_token(token).send().await;
        let Known::Value(page) = place.known("logs:DescribeLogGroups", prefix, answer) else {
            break Known::Unknown;
        };
        found.extend(page.log_groups().iter().filter_map(read));
        token = page.next_token().map(str::to_owned);
        if token.is_none() {
            break Known::Absent;
        }
    };
    settle(wanted, found, &missing)
}

/// Each wanted group, as it was found, else as what is missing is known.
fn settle(wanted: BTreeSet<String>, mut found: Groups, missing: &Known<LogGroup>) -> Groups {
    let settled = wanted.into_iter().map(|name| {
        let group = found.remove(&name).unwrap_or_else(|| missing.clone());
        (name, group)
    });
    settled.collect()
}

/// Many at a time; where the endpoint does not know `logGroupIdentifiers`, one by one.
async fn by_name(place: &mut Place<'_>, wanted: BTreeSet<String>) -> Groups {
    let wanted: Vec<String> = wanted.into_iter().collect();
    let batches: Vec<BTreeSet<String>> =
        wanted.chunks(IDENTIFIERS).map(|names| names.iter().cloned().collect()).collect();
    let logs = &place.clients.logs;
    let answers = place
        .each(batches, |batch| async move {
            let identifiers = batch.iter().cloned().collect();
            let answer = logs.describe_log_groups().set_log_group_identifiers(Some(identifiers)).send().await;
            (batch, answer)
        })
        .await;
    let mut groups = Groups::new();
    let mut unclear = Vec::new();
    for (batch, answer) in answers {
        match answer {
            Ok(page) if is_of(&page, &batch) => {
                let found = page.log_groups().iter().filter_map(read).collect();
                groups.extend(settle(batch, found, &Known::Absent));
            }
            _ => unclear.extend(batch),
        }
    }
    groups.extend(one_by_one(place, unclear).await);
    groups
}

/// Whether a page has what was asked for and nothing else, as it has not where the names were passed over.
fn is_of(page: &DescribeLogGroupsOutput, batch: &BTreeSet<String>) -> bool {
    let is_asked = |name: &str| batch.contains(name);
    page.next_token().is_none()
        && page.log_groups().iter().all(|group| group.log_group_name().is_some_and(is_asked))
}

async fn one_by_one(place: &mut Place<'_>, names: Vec<String>) -> Groups {
    let logs = &place.clients.logs;
    let answers = place
        .each(names, |name| async move {
            let answer = logs.describe_log_groups().log_group_name_prefix(&name).send().await;
            (name, answer)
        })
        .await;
    let mut groups = Groups::new();
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
        groups.insert(name, group);
    }
    groups
}

fn read(group: &aws_sdk_cloudwatchlogs::types::LogGroup) -> Option<(String, Known<LogGroup>)> {
    let known = LogGroup { retention_days: group.retention_in_days(), stored_bytes: group.stored_bytes() };
    Some((group.log_group_name()?.to_owned(), Known::Value(known)))
}
