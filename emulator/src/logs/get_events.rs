//! GetLogEvents.

use std::sync::Arc;

use serde::{Deserialize, Serialize, Serializer};

use super::encryption::{self, Purpose};
use super::event_order::{Place, that_fit};
use super::segments::{Event, Page};
use super::{GroupName, Logs, StreamName, faults, groups};
use crate::service::ports::EncryptionKeys;
use crate::service::{Ctx, Fault};
use crate::store::{BadToken, Scopes};
use crate::time::Timestamp;

/// Events on a page where the caller does not say. It is also the most.
const DEFAULT_LIMIT: usize = 10_000;

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct GetLogEvents {
    log_group_name: Option<GroupName>,
    log_group_identifier: Option<String>,
    log_stream_name: StreamName,
    start_time: Option<Timestamp>,
    end_time: Option<Timestamp>,
    next_token: Option<String>,
    limit: Option<usize>,
    #[serde(default)]
    start_from_head: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct GotLogEvents {
    #[serde(serialize_with = "serialize_events")]
    events: Page,
    next_forward_token: String,
    next_backward_token: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct OutputLogEvent<'a> {
    timestamp: Timestamp,
    message: &'a str,
    ingestion_time: Timestamp,
}

fn serialize_events<S: Serializer>(page: &Page, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(page.iter().map(|event| OutputLogEvent {
        timestamp: event.timestamp(),
        message: event.message(),
        ingestion_time: event.ingestion_time(),
    }))
}

/// Which way a page goes, and from where.
enum From {
    Head(Place),
    Tail(Option<Place>),
}

pub(super) fn get(
    ctx: &Ctx<'_>,
    states: &Scopes<Logs>,
    input: GetLogEvents,
    keys: &dyn EncryptionKeys,
) -> Result<GotLogEvents, Fault> {
    let (group_arn, got) = states.read(ctx.scope, |state| read(ctx, state, input))?;
    encryption::check_use(ctx, keys, Purpose::Read, &group_arn, got.events.kms_keys())?;
    Ok(got)
}

/// The group's ARN, and a page of its events.
fn read(ctx: &Ctx<'_>, state: &Logs, input: GetLogEvents) -> Result<(Arc<str>, GotLogEvents), Fault> {
    let group =
        groups::find(state, ctx.scope, input.log_group_name.as_ref(), input.log_group_identifier.as_deref())?;
    let key = (group.log_group_name.clone(), input.log_stream_name);
    if !state.streams.contains(&key) {
        return Err(faults::no_stream());
    }
    let start = input.start_time.unwrap_or_default().max(group.keeps_from(ctx.now));
    // The end is exclusive here, unlike FilterLogEvents'.
    let last = input.end_time.map_or(i64::MAX, |end| end.millis() - 1);
    let mut events: Vec<Event<'_>> = state.events.within(&key, start, Timestamp::from_millis(last)).collect();
    events.sort_by_key(Place::before);
    let from = match input.next_token.as_deref().map(parse_token).transpose().map_err(faults::bad_token)? {
        Some(from) => from,
        None if input.start_from_head => From::Head(Place::START),
        None => From::Tail(None),
    };
    let limit = input.limit.unwrap_or(DEFAULT_LIMIT);
    let (page, edge) = match from {
        From::Head(place) => {
            let rest = &events[events.partition_point(|event| Place::before(event) < place)..];
            (&rest[..that_fit(rest.iter().copied(), limit).min(rest.len())], place)
        }
        From::Tail(place) => {
            let end = place
                .map_or(events.len(), |place| events.partition_point(|event| Place::before(event) < place));
            let rest = &events[..end];
            let count = that_fit(rest.iter().rev().copied(), limit).min(rest.len());
            (&rest[rest.len() - count..], place.unwrap_or(Place::START))
        }
    };
    let (first, after) = match (page.first(), page.last()) {
        (Some(first), Some(last)) => (Place::before(first), Place::after(last)),
        _ => (edge, edge),
    };
    let got = GotLogEvents {
        events: page.iter().copied().collect(),
        next_forward_token: format!("f/{}/s", after.digits()),
        next_backward_token: format!("b/{}/s", first.digits()),
    };
    Ok((Arc::clone(&group.log_group_arn), got))
}

fn parse_token(token: &str) -> Result<From, BadToken> {
    let (direction, rest) = token.split_once('/').ok_or(BadToken)?;
    let place = Place::from_digits(rest.strip_suffix("/s").ok_or(BadToken)?)?;
    match direction {
        "f" => Ok(From::Head(place)),
        "b" => Ok(From::Tail(Some(place))),
        _ => Err(BadToken),
    }
}
