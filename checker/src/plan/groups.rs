//! Log groups: make those that are missing, and give a retention to those without.

use serde_json::json;

use super::change::digest;
use super::{Action, Change, Draft, Safety};
use crate::evaluate::StageView;
use crate::inventory::{Known, LogGroup};

/// Adds what the group lacks. Gives the ids that a stage has to wait for.
pub(super) fn mend(
    draft: &mut Draft<'_>,
    view: StageView<'_>,
    group: &str,
    known: &Known<LogGroup>,
) -> Vec<String> {
    match known {
        Known::Absent => {
            let created = create(draft, view.region_name, group);
            retain(draft, view.region_name, group, None, std::slice::from_ref(&created));
            vec![created]
        }
        Known::Value(found) if found.retention_days.is_none() => {
            retain(draft, view.region_name, group, Some(found), &[]);
            Vec::new()
        }
        // What could not be read is left alone; the check tells of it.
        Known::Value(_) | Known::Unknown => Vec::new(),
    }
}

fn create(draft: &mut Draft<'_>, region: &str, group: &str) -> String {
    let change = Change::CreateLogGroup { group: group.to_owned() };
    draft.add(Action {
        id: format!("{region}/log-group/{group}"),
        region: region.to_owned(),
        summary: format!("create the log group {group}"),
        safety: Safety::Safe,
        caution: None,
        needs: Vec::new(),
        permissions: change.permissions(),
        precondition: Some(group_digest(None)),
        inverse: Some(Change::DeleteLogGroup { group: group.to_owned() }),
        change: Some(change),
    })
}

fn retain(draft: &mut Draft<'_>, region: &str, group: &str, found: Option<&LogGroup>, needs: &[String]) {
    let days = draft.choices.retention_days;
    let change = Change::PutRetentionPolicy { group: group.to_owned(), days };
    let may_lose_lines = found.is_some_and(LogGroup::may_hold_lines);
    draft.add(Action {
        id: format!("{region}/retention/{group}"),
        region: region.to_owned(),
        summary: format!("keep the lines of {group} for {days} days"),
        safety: if may_lose_lines { Safety::NeedsApproval } else { Safety::Safe },
        caution: may_lose_lines.then(|| format!("lines older than {days} days are deleted")),
        needs: needs.to_vec(),
        permissions: change.permissions(),
        // A group that is yet to be made has no retention when its turn comes.
        precondition: Some(retention_digest(None)),
        inverse: Some(Change::DeleteRetentionPolicy { group: group.to_owned() }),
        change: Some(change),
    });
}

/// Whether a group is there.
pub(crate) fn group_digest(found: Option<&LogGroup>) -> String {
    digest(&json!({"exists": found.is_some()}))
}

/// A group's retention.
pub(crate) fn retention_digest(days: Option<i32>) -> String {
    digest(&json!({"retention_days": days}))
}
