//! Retention policies.

use serde::Deserialize;

use super::groups::{LogGroup, OneLogGroup};
use super::{GroupName, Logs, faults};
use crate::service::{Broken, Ctx, Fault, Violation, validation_message};

/// The days that a retention may have. Source: API reference, PutRetentionPolicy.
const ALLOWED_DAYS: [i64; 22] =
    [1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557, 2922, 3288, 3653];

/// The same as text, for the message.
const ALLOWED_TEXT: [&str; 22] = [
    "1", "3", "5", "7", "14", "30", "60", "90", "120", "150", "180", "365", "400", "545", "731", "1096",
    "1827", "2192", "2557", "2922", "3288", "3653",
];

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct PutRetentionPolicy {
    log_group_name: GroupName,
    retention_in_days: i64,
}

pub(super) fn put(_: &Ctx<'_>, state: &mut Logs, input: PutRetentionPolicy) -> Result<(), Fault> {
    let days = input.retention_in_days;
    if !ALLOWED_DAYS.contains(&days) {
        let violation = Violation {
            path: "retentionInDays".to_owned(),
            value: Some(days.to_string()),
            broken: Broken::NotListed(&ALLOWED_TEXT),
        };
        return Err(faults::invalid(validation_message(&[violation], true)));
    }
    set(state, input.log_group_name, Some(days))
}

pub(super) fn delete(_: &Ctx<'_>, state: &mut Logs, input: OneLogGroup) -> Result<(), Fault> {
    set(state, input.log_group_name, None)
}

fn set(state: &mut Logs, name: GroupName, days: Option<i64>) -> Result<(), Fault> {
    let group = state.groups.get(&name).ok_or_else(faults::no_group)?;
    let mut group = LogGroup::clone(group);
    group.retention_in_days = days;
    state.groups.put(name, group);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_and_numbers_agree() {
        assert_eq!(ALLOWED_DAYS.map(|days| days.to_string()), ALLOWED_TEXT);
    }
}
