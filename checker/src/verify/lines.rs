//! Finds the log lines of one request.

use std::time::Duration;

use aws_sdk_cloudwatchlogs::Client;
use aws_sdk_cloudwatchlogs::operation::filter_log_events::FilterLogEventsError;
use tokio::time::{Instant, sleep};

use crate::connection::Connection;
use crate::error::describe;
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
    /// Whether one of them is enough.
    pub(super) one_is_enough: bool,
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
        let (execution, access) = (self.execution > 0, self.access > 0);
        match (wanted.execution, wanted.access) {
            (true, true) if wanted.one_is_enough => execution || access,
            (wants_execution, wants_access) => (execution || !wants_execution) && (access || !wants_access),
        }
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

/// Where and for how long to look.
struct Search<'a> {
    logs: &'a Client,
    request_ids: &'a [String],
    pattern: Option<String>,
    /// Milliseconds since 1970.
    start: i64,
    ends: Instant,
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
    let search = Search {
        logs: &clients.logs,
        request_ids,
        pattern: connection.endpoint.is_none().then(|| any_of(request_ids)),
        start: since.saturating_sub(CLOCK_SKEW),
        ends: Instant::now() + patience,
    };
    let mut wait = SHORTEST_WAIT;
    loop {
        let mut found = Found::default();
        for (group, count, is_wanted) in [
            (Some(execution.as_str()), &mut found.execution, wanted.execution),
            (access, &mut found.access, wanted.access),
        ] {
            let Some(group) = group.filter(|_| is_wanted) else { continue };
            match count_lines(&search, group).await {
                Ok(lines) => *count = lines,
                Err(error) => found.error = Some(error),
            }
        }
        if found.has(wanted) || Instant::now() >= search.ends {
            return found;
        }
        sleep(wait).await;
        wait = (wait * 2).min(LONGEST_WAIT);
    }
}

/// A filter pattern for messages with any of these words: `?"one" ?"two"`.
fn any_of(words: &[String]) -> String {
    let words: Vec<String> = words.iter().map(|word| format!("?\"{word}\"")).collect();
    words.join(" ")
}

/// The lines in a group that name the request. On AWS a pattern finds them; they are sorted out here all the same, since
/// not every endpoint knows patterns.
async fn count_lines(search: &Search<'_>, group: &str) -> Result<usize, String> {
    let names_request = |message: &str| search.request_ids.iter().any(|id| message.contains(id));
    let request = search.logs.filter_log_events().log_group_name(group).start_time(search.start);
    let mut pages = request.set_filter_pattern(search.pattern.clone()).into_paginator().send();
    let mut lines = 0;
    while let Some(page) = pages.next().await {
        match page {
            Ok(page) => {
                let messages = page.events().iter().filter_map(|event| event.message());
                lines += messages.filter(|message| names_request(message)).count();
            }
            // API Gateway makes the group with the first line.
            Err(error)
                if error
                    .as_service_error()
                    .is_some_and(FilterLogEventsError::is_resource_not_found_exception) =>
            {
                return Ok(0);
            }
            Err(error) => {
                return Err(format!("the lines in {group} could not be read: {}", describe(error)));
            }
        }
        if Instant::now() >= search.ends {
            break;
        }
    }
    Ok(lines)
}
