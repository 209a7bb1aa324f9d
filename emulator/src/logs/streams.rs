//! Log streams.

use std::ops::Bound;
use std::sync::Arc;

use compact_str::CompactString;
use serde::{Deserialize, Serialize};

use super::digits::Digits;
use super::groups::{self, LogGroup};
use super::{GroupName, Logs, StreamName, faults};
use crate::service::{Ctx, Fault};
use crate::store::{KeyRange, decode_token, encode_token};
use crate::time::Timestamp;

/// Streams on a page where the caller does not say. It is also the most.
const DEFAULT_LIMIT: usize = 50;

/// A log stream.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct LogStream {
    log_stream_name: StreamName,
    creation_time: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    first_event_timestamp: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    last_event_timestamp: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    last_ingestion_time: Option<Timestamp>,
    arn: Arc<str>,
    /// Bytes of messages in it. Not sent: the API's `storedBytes` of a stream is 0 since 2019.
    #[serde(default)]
    pub(super) event_bytes: u64,
}

impl LogStream {
    /// An empty stream.
    pub(super) fn new(group: &LogGroup, name: StreamName, now: Timestamp) -> Self {
        Self {
            arn: group.stream_arn(&name),
            log_stream_name: name,
            creation_time: now,
            first_event_timestamp: None,
            last_event_timestamp: None,
            last_ingestion_time: None,
            event_bytes: 0,
        }
    }

    /// The stream once events of these times and sizes have come in.
    pub(super) fn grown(&self, first: Timestamp, last: Timestamp, bytes: u64, now: Timestamp) -> Self {
        Self {
            first_event_timestamp: Some(self.first_event_timestamp.map_or(first, |known| known.min(first))),
            last_event_timestamp: Some(self.last_event_timestamp.map_or(last, |known| known.max(last))),
            last_ingestion_time: Some(now),
            event_bytes: self.event_bytes.saturating_add(bytes),
            ..self.clone()
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct OneLogStream {
    log_group_name: GroupName,
    log_stream_name: StreamName,
}

pub(super) fn create(ctx: &Ctx<'_>, state: &mut Logs, input: OneLogStream) -> Result<(), Fault> {
    let OneLogStream { log_group_name, log_stream_name } = input;
    let group = state.groups.get(&log_group_name).ok_or_else(faults::no_group)?;
    let stream = LogStream::new(group, log_stream_name.clone(), ctx.now);
    let key = (log_group_name, log_stream_name);
    if state.streams.contains(&key) {
        return Err(faults::stream_exists());
    }
    state.streams.put(key, stream);
    Ok(())
}

pub(super) fn delete(_: &Ctx<'_>, state: &mut Logs, input: OneLogStream) -> Result<(), Fault> {
    if !state.groups.contains(&input.log_group_name) {
        return Err(faults::no_group());
    }
    let key = (input.log_group_name, input.log_stream_name);
    state.streams.remove(&key).ok_or_else(faults::no_stream)?;
    state.events.remove(&key);
    Ok(())
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct DescribeLogStreams {
    log_group_name: Option<GroupName>,
    log_group_identifier: Option<String>,
    log_stream_name_prefix: Option<String>,
    order_by: Option<CompactString>,
    #[serde(default)]
    descending: bool,
    next_token: Option<String>,
    limit: Option<usize>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct DescribedLogStreams {
    log_streams: Vec<DescribedLogStream>,
    next_token: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct DescribedLogStream {
    log_stream_name: StreamName,
    creation_time: Timestamp,
    first_event_timestamp: Option<Timestamp>,
    last_event_timestamp: Option<Timestamp>,
    last_ingestion_time: Option<Timestamp>,
    upload_sequence_token: Digits,
    arn: Arc<str>,
    stored_bytes: u64,
}

/// Where a stream stands in a list: by its last event where that is asked for, then by name.
type Position = (Option<Timestamp>, StreamName);

pub(super) fn describe(
    ctx: &Ctx<'_>,
    state: &Logs,
    input: DescribeLogStreams,
) -> Result<DescribedLogStreams, Fault> {
    let group =
        groups::find(state, ctx.scope, input.log_group_name.as_ref(), input.log_group_identifier.as_deref())?;
    let by_time = input.order_by.as_deref() == Some("LastEventTime");
    if by_time && input.log_stream_name_prefix.is_some() {
        return Err(faults::invalid("Cannot order by LastEventTime with a logStreamNamePrefix."));
    }
    let prefix = input.log_stream_name_prefix.as_deref().unwrap_or_default();
    let mut streams: Vec<(Position, &Arc<LogStream>)> = state
        .streams
        .range(of_group(&group.log_group_name))
        .filter(|((_, name), _)| name.starts_with(prefix))
        .map(|((_, name), stream)| ((stream.last_event_timestamp.filter(|_| by_time), name.clone()), stream))
        .collect();
    if by_time {
        streams.sort_by(|(a, _), (b, _)| a.cmp(b));
    }
    if input.descending {
        streams.reverse();
    }
    if let Some(token) = &input.next_token {
        let last: Position = decode_token(token).map_err(faults::bad_token)?;
        streams.retain(|(position, _)| if input.descending { *position < last } else { *position > last });
    }
    let limit = input.limit.unwrap_or(DEFAULT_LIMIT);
    let more = streams.len() > limit;
    streams.truncate(limit);
    let next_token = streams.last().filter(|_| more).map(|(position, _)| encode_token(position));
    let log_streams = streams.into_iter().map(|(_, stream)| DescribedLogStream {
        log_stream_name: stream.log_stream_name.clone(),
        creation_time: stream.creation_time,
        first_event_timestamp: stream.first_event_timestamp,
        last_event_timestamp: stream.last_event_timestamp,
        last_ingestion_time: stream.last_ingestion_time,
        upload_sequence_token: sequence_token(stream),
        arn: Arc::clone(&stream.arn),
        stored_bytes: 0,
    });
    Ok(DescribedLogStreams { log_streams: log_streams.collect(), next_token })
}

/// A sequence token. Nobody checks it any more; it only has to look like one.
pub(super) fn sequence_token(stream: &LogStream) -> Digits {
    Digits::of(stream.event_bytes.wrapping_add(stream.creation_time.millis().unsigned_abs()))
}

/// The keys of a group's streams.
pub(super) fn of_group(name: &GroupName) -> KeyRange<(GroupName, StreamName)> {
    // No group name holds a NUL.
    let after = GroupName::from(format!("{name}\0"));
    (Bound::Included((name.clone(), StreamName::default())), Bound::Excluded((after, StreamName::default())))
}
