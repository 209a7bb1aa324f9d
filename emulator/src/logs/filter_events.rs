//! FilterLogEvents, without patterns.

use std::sync::Arc;

use serde::{Deserialize, Serialize, Serializer};

use super::digits::Digits;
use super::encryption::{self, Purpose};
use super::event_order::{Place, that_fit};
use super::segments::{Event, Page};
use super::streams::of_group;
use super::{GroupName, Logs, StreamName, faults, groups};
use crate::service::ports::EncryptionKeys;
use crate::service::{Ctx, Fault};
use crate::store::{Scopes, decode_token, encode_token};
use crate::time::Timestamp;

/// Events on a page where the caller does not say. It is also the most.
const DEFAULT_LIMIT: usize = 10_000;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct FilterLogEvents {
    log_group_name: Option<GroupName>,
    log_group_identifier: Option<String>,
    log_stream_names: Option<Vec<StreamName>>,
    log_stream_name_prefix: Option<String>,
    start_time: Option<Timestamp>,
    end_time: Option<Timestamp>,
    next_token: Option<String>,
    limit: Option<usize>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct FilteredLogEvents {
    events: FilteredPage,
    /// Empty, as AWS answers since 2019.
    searched_log_streams: [(); 0],
    next_token: Option<String>,
}

/// Events with the streams that they are of. Written as a list of [`FilteredLogEvent`]s.
struct FilteredPage {
    events: Page,
    streams: Vec<StreamName>,
    /// Which of the streams, for each event.
    stream_of: Vec<usize>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct FilteredLogEvent<'a> {
    log_stream_name: &'a str,
    timestamp: Timestamp,
    message: &'a str,
    ingestion_time: Timestamp,
    event_id: Digits,
}

impl Serialize for FilteredPage {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.events.iter().zip(&self.stream_of).map(|(event, stream)| {
            FilteredLogEvent {
                log_stream_name: &self.streams[*stream],
                timestamp: event.timestamp(),
                message: event.message(),
                ingestion_time: event.ingestion_time(),
                event_id: Place::before(&event).digits(),
            }
        }))
    }
}

pub(super) fn filter(
    ctx: &Ctx<'_>,
    states: &Scopes<Logs>,
    input: FilterLogEvents,
    keys: &dyn EncryptionKeys,
) -> Result<FilteredLogEvents, Fault> {
    let (group_arn, filtered) = states.read(ctx.scope, |state| read(ctx, state, input))?;
    encryption::check_use(ctx, keys, Purpose::Read, &group_arn, filtered.events.events.kms_keys())?;
    Ok(filtered)
}

/// The group's ARN, and a page of its events.
fn read(ctx: &Ctx<'_>, state: &Logs, input: FilterLogEvents) -> Result<(Arc<str>, FilteredLogEvents), Fault> {
    let group =
        groups::find(state, ctx.scope, input.log_group_name.as_ref(), input.log_group_identifier.as_deref())?;
    if input.log_stream_names.is_some() && input.log_stream_name_prefix.is_some() {
        // The code is documented, the wording inferred.
        return Err(faults::invalid("logStreamNames and logStreamNamePrefix are mutually exclusive."));
    }
    let start = input.start_time.unwrap_or_default().max(group.keeps_from(ctx.now));
    let last = input.end_time.unwrap_or(Timestamp::from_millis(i64::MAX));
    let after = match &input.next_token {
        Some(token) => decode_token::<String>(token)
            .and_then(|digits| Place::from_digits(&digits))
            .map_err(faults::bad_token)?,
        None => Place::START,
    };
    let prefix = input.log_stream_name_prefix.as_deref().unwrap_or_default();
    let wanted = |name: &StreamName| match &input.log_stream_names {
        Some(names) => names.contains(name),
        None => name.starts_with(prefix),
    };
    let streams: Vec<&(GroupName, StreamName)> = state
        .streams
        .range(of_group(&group.log_group_name))
        .map(|(key, _)| key)
        .filter(|(_, name)| wanted(name))
        .collect();
    let mut events: Vec<(usize, Event<'_>)> = streams
        .iter()
        .enumerate()
        .flat_map(|(stream, key)| state.events.within(key, start, last).map(move |event| (stream, event)))
        .filter(|(_, event)| Place::before(event) >= after)
        .collect();
    events.sort_by_key(|(_, event)| Place::before(event));
    let limit = input.limit.unwrap_or(DEFAULT_LIMIT);
    let count = that_fit(events.iter().map(|(_, event)| *event), limit);
    let more = events.len() > count;
    events.truncate(count);
    let next_token =
        events.last().filter(|_| more).map(|(_, event)| encode_token(&Place::after(event).digits()));
    let page = FilteredPage {
        events: events.iter().map(|(_, event)| *event).collect(),
        streams: streams.into_iter().map(|(_, name)| name.clone()).collect(),
        stream_of: events.into_iter().map(|(stream, _)| stream).collect(),
    };
    let filtered = FilteredLogEvents { events: page, searched_log_streams: [], next_token };
    Ok((Arc::clone(&group.log_group_arn), filtered))
}
