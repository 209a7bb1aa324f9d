//! PutLogEvents.

use serde::{Deserialize, Serialize};

use super::digits::Digits;
use super::encryption::{self, Purpose};
use super::segments::Batch;
use super::streams::sequence_token;
use super::{GroupName, Logs, StreamName, faults};
use crate::service::ports::EncryptionKeys;
use crate::service::{Ctx, Fault};
use crate::store::Scopes;
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
    next_sequence_token: Digits,
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

/// Makes the batch before it takes the lock, where all writers of a region wait for each other.
pub(super) fn put(
    ctx: &Ctx<'_>,
    states: &Scopes<Logs>,
    input: PutLogEvents,
    keys: &dyn EncryptionKeys,
) -> Result<PutLogEventsOutput, Fault> {
    let events = input.log_events;
    check_size(&events)?;
    let is_sorted = events.is_sorted_by_key(|event| event.timestamp);
    let before = |moment: Timestamp| events.partition_point(|event| event.timestamp < moment);
    let too_old = before(ctx.now.plus_seconds(-OLDEST));
    let too_new = events.partition_point(|event| event.timestamp <= ctx.now.plus_seconds(NEWEST));
    let batch_from = |first: usize| {
        let accepted = &events[first.min(too_new)..too_new];
        Batch::new(ctx.now, accepted.iter().map(|event| (event.timestamp, &event.message)))
    };
    let mut batch = batch_from(too_old);
    let key = (input.log_group_name, input.log_stream_name);
    let encryption = encryption::key_of(states, ctx.scope, &key.0);
    if let Some((kms_key, group_arn)) = &encryption {
        encryption::check_use(ctx, keys, Purpose::Write, group_arn, [kms_key])?;
    }
    let kms_key_id = encryption.map(|(kms_key, _)| kms_key);
    states.write(ctx.scope, |state| {
        let group = state.groups.get(&key.0).ok_or_else(faults::no_group)?;
        let stream = state.streams.get(&key).ok_or_else(faults::no_stream)?;
        if !is_sorted {
            return Err(faults::invalid(
                "Log events in a single PutLogEvents request must be in chronological order.",
            ));
        }
        let expired = before(group.keeps_from(ctx.now));
        if expired > too_old {
            batch = batch_from(expired);
        }
        let mut sequence = sequence_token(stream);
        if let Some((first, last)) = batch.span() {
            if last.millis() - first.millis() > LONGEST_SPAN {
                return Err(faults::invalid(
                    "The batch of log events in a single PutLogEvents request cannot span more than 24 hours.",
                ));
            }
            let grown = stream.grown(first, last, batch.bytes(), ctx.now);
            sequence = sequence_token(&grown);
            state.streams.put(key.clone(), grown);
            state.events.append(key, batch.under(kms_key_id));
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
