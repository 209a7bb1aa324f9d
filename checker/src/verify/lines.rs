//! Finds the log lines of one request.

use std::time::Duration;

use aws_sdk_cloudwatchlogs::Client;
use tokio::time::{Instant, sleep};

use crate::connection::Connection;
use crate::evaluate::StageView;
use crate::findings::{Require, Status};

/// Between two looks. On AWS a line takes some twenty seconds.
const SHORTEST_WAIT: Duration = Duration::from_millis(50);
const LONGEST_WAIT: Duration = Duration::from_secs(5);

/// How far this machine's clock may be off, in milliseconds.
const CLOCK_SKEW: i64 = 300_000;

/// What to look for.
#[derive(Clone, Copy)]
pub(super) struct Wanted {
    pub(super) execution: bool,
    pub(super) access: bool,
}

/// What was found.
#[derive(Default)]
pub(super) struct Found {
    pub(super) execution: usize,
    pub(super) access: usize,
    error: Option<String>,
}

impl Found {
    fn has(&self, wanted: Wanted) -> bool {
        (self.execution > 0 || !wanted.execution) && (self.access > 0 || !wanted.access)
    }

    /// The verdict on what was found, and what to say of it.
    pub(super) fn verdict(&self, wanted: Wanted, require: Require) -> (Status, Option<String>) {
        let kinds = match (wanted.execution, wanted.access) {
            (false, false) => {
                return (
                    Status::Fail,
                    Some("no log is configured whose lines could be looked for".to_owned()),
                );
            }
            (true, false) if require == Require::Both => {
                return (Status::Fail, Some("access logs are not configured".to_owned()));
            }
            (false, true) if require == Require::Both => {
                return (Status::Fail, Some("execution logs are not configured for every method".to_owned()));
            }
            (true, false) => "execution log line",
            (false, true) => "access log line",
            (true, true) if self.execution > 0 => "access log line",
            (true, true) if self.access > 0 => "execution log line",
            (true, true) => "log line",
        };
        match (&self.error, self.has(wanted)) {
            (_, true) => (Status::Pass, None),
            (None, false) => (Status::Fail, Some(format!("no {kinds} of the request arrived"))),
            (Some(error), false) => (Status::Unknown, Some(error.clone())),
        }
    }
}

/// Looks until everything is there or patience ends.
pub(super) async fn look(
    connection: &Connection,
    view: StageView<'_>,
    request_ids: &[String],
    since: i64,
    wanted: Wanted,
    patience: Duration,
) -> Found {
    let Some(clients) = connection.regions.get(view.region_name) else { return Found::default() };
    let (execution, access) = (view.execution_group(), view.access_group());
    let start = since.saturating_sub(CLOCK_SKEW);
    let ends = Instant::now() + patience;
    let mut wait = SHORTEST_WAIT;
    loop {
        let mut found = Found::default();
        for (group, count, is_wanted) in [
            (Some(execution.as_str()), &mut found.execution, wanted.execution),
            (access, &mut found.access, wanted.access),
        ] {
            let Some(group) = group.filter(|_| is_wanted) else { continue };
            match count_lines(&clients.logs, group, request_ids, start).await {
                Ok(lines) => *count = lines,
                Err(error) => found.error = Some(error),
            }
        }
        if found.has(wanted) || Instant::now() >= ends {
            return found;
        }
        sleep(wait).await;
        wait = (wait * 2).min(LONGEST_WAIT);
    }
}

/// The lines in a group that name the request. They are sorted out here: not every endpoint knows filter patterns.
async fn count_lines(logs: &Client, group: &str, ids: &[String], start: i64) -> Result<usize, String> {
    let names_request = |message: &str| ids.iter().any(|id| message.contains(id));
    let mut pages = logs.filter_log_events().log_group_name(group).start_time(start).into_paginator().send();
    let mut lines = 0;
    while let Some(page) = pages.next().await {
        let page = page.map_err(|error| {
            format!("the lines in {group} could not be read: {}", crate::error::describe(error))
        })?;
        lines +=
            page.events().iter().filter(|event| names_request(event.message().unwrap_or_default())).count();
    }
    Ok(lines)
}
