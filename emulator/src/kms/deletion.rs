//! The deletion of keys, after a waiting period in which it can be called off.

use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::keys::{KeyState, NamedKey};
use super::{Kms, faults, key_ids};
use crate::service::{Broken, Ctx, Fault, Violation};
use crate::time::Timestamp;

/// Days that a key waits: the fewest, those where the caller does not say, and the most. The model has wider bounds.
///
/// Source: API reference, ScheduleKeyDeletion.
const FEWEST_DAYS: i64 = 7;
const MOST_DAYS: i64 = 30;

const SECONDS_A_DAY: i64 = 24 * 3600;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct ScheduleKeyDeletion {
    key_id: String,
    pending_window_in_days: Option<i64>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct ScheduledDeletion {
    /// Its ARN.
    key_id: Arc<str>,
    deletion_date: Timestamp,
    key_state: KeyState,
    pending_window_in_days: i64,
}

pub(super) fn schedule(
    ctx: &Ctx<'_>,
    state: &mut Kms,
    input: ScheduleKeyDeletion,
) -> Result<ScheduledDeletion, Fault> {
    let days = input.pending_window_in_days.unwrap_or(MOST_DAYS);
    check_days(days)?;
    let key = key_ids::find(ctx.scope, ctx.now, state, &input.key_id)?;
    key.refuse_pending()?;
    let deletion_date = ctx.now.plus_seconds(days.saturating_mul(SECONDS_A_DAY));
    let key = key.in_state(KeyState::PendingDeletion, Some(deletion_date));
    let key = state.keys.put(key.key_id.clone(), key);
    Ok(ScheduledDeletion {
        key_id: Arc::clone(&key.arn),
        deletion_date,
        key_state: key.key_state,
        pending_window_in_days: days,
    })
}

/// That what the model allows and the documentation does not is told in the words of the model is inferred.
fn check_days(days: i64) -> Result<(), Fault> {
    let broken = match days {
        ..FEWEST_DAYS => Broken::TooSmall(FEWEST_DAYS),
        FEWEST_DAYS..=MOST_DAYS => return Ok(()),
        _ => Broken::TooGreat(MOST_DAYS),
    };
    let path = "pendingWindowInDays".to_owned();
    Err(faults::violation(Violation { path, value: Some(days.to_string()), broken }))
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct CanceledDeletion {
    /// Its ARN.
    key_id: Arc<str>,
}

/// The key is disabled then, as documented.
pub(super) fn cancel(ctx: &Ctx<'_>, state: &mut Kms, input: NamedKey) -> Result<CanceledDeletion, Fault> {
    let key = key_ids::find(ctx.scope, ctx.now, state, &input.key_id)?;
    if key.key_state != KeyState::PendingDeletion {
        return Err(faults::not_pending_deletion(&key.arn));
    }
    let key = key.in_state(KeyState::Disabled, None);
    let key = state.keys.put(key.key_id.clone(), key);
    Ok(CanceledDeletion { key_id: Arc::clone(&key.arn) })
}
