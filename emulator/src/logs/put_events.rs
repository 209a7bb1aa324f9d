//! PutLogEvents.

use serde::{Deserialize, Serialize};

use super::streams::sequence_token;
use super::{GroupName, Logs, StreamName, faults};
use crate::service::{Ctx, Fault};
use crate::time::Timestamp;

/// Bytes of a batch, with [`OVERHEAD`] for each event.
const LARGEST_BATCH: usize = 1_048_576;
const OVERHEAD: usize = 26;

/// What an event may be off the clock: this far behind, and this far ahead, in seconds.
const OLDEST: i64 = 14 * 24 * 3600;
const NEWEST: i64 = 2 * 3600;

/// The longest time between the first and the last event of a batch, in milliseconds.
const LONGEST_SPAN: i64 = 24 * 3600 * 1000;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct PutLogEvents {
    log_group_name: GroupName,
    log_stream_name: StreamName,
    log_events: Vec<InputLogEvent>,
}

#[derive(Deserialize)]
struct InputLogEvent {
    timestamp: Timestamp,
    message: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct PutLogEventsOutput {
    next_sequence_token: String,
    rejected_log_events_info: Option<RejectedLogEventsInfo>,
}

/// Which events of a batch were left out. Ends are exclusive, the start is inclusive.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct RejectedLogEventsInfo {
    too_new_log_event_start_index: Option<usize>,
    too_old_log_event_end_index: Option<usize>,
    expired_log_event_end_index: Option<usize>,
}

pub(super) fn put(ctx: &Ctx<'_>, state: &mut Logs, input: PutLogEvents) -> Result<PutLogEventsOutput, Fault> {
    let events = input.log_events;
    check_size(&events)?;
    let group = state.groups.get(&input.log_group_name).ok_or_else(faults::no_group)?;
    let key = (input.log_group_name, input.log_stream_name);
    let stream = state.streams.get(&key).ok_or_else(faults::no_stream)?;
    if !events.is_sorted_by_key(|event| event.timestamp) {
        return Err(faults::invalid(
            "Log events in a single PutLogEvents request must be in chronological order.",
        ));
    }
    let oldest = ctx.now.plus_seconds(-OLDEST);
    let too_old = events.partition_point(|event| event.timestamp < oldest);
    let expired = events.partition_point(|event| event.timestamp < group.keeps_from(ctx.now));
    let too_new = events.partition_point(|event| event.timestamp <= ctx.now.plus_seconds(NEWEST));
    let accepted = &events[too_old.max(expired).min(too_new)..too_new];
    let mut sequence = sequence_token(stream);
    if let (Some(first), Some(last)) = (accepted.first(), accepted.last()) {
        if last.timestamp.millis() - first.timestamp.millis() > LONGEST_SPAN {
            return Err(faults::invalid(
                "The batch of log events in a single PutLogEvents request cannot span more than 24 hours.",
            ));
        }
        let bytes: usize = accepted.iter().map(|event| event.message.len()).sum();
        let grown = stream.grown(first.timestamp, last.timestamp, bytes as u64, ctx.now);
        sequence = sequence_token(&grown);
        state.streams.put(key.clone(), grown);
        let accepted = accepted.iter().map(|event| (event.timestamp, &event.message));
        state.events.append(key, ctx.now, accepted);
    }
    let rejected = RejectedLogEventsInfo {
        too_new_log_event_start_index: (too_new < events.len()).then_some(too_new),
        too_old_log_event_end_index: (too_old > 0).then_some(too_old),
        expired_log_event_end_index: (expired > too_old).then_some(expired),
    };
    let any = too_new < events.len() || too_old > 0 || expired > 0;
    Ok(PutLogEventsOutput {
        next_sequence_token: sequence,
        rejected_log_events_info: any.then_some(rejected),
    })
}

fn check_size(events: &[InputLogEvent]) -> Result<(), Fault> {
    let bytes: usize = events.iter().map(|event| event.message.len() + OVERHEAD).sum();
    if bytes > LARGEST_BATCH {
        return Err(faults::invalid(format!(
            "Upload too large: {bytes} bytes exceeds limit of {LARGEST_BATCH}"
        )));
    }
    Ok(())
}
