//! Which users are in which groups.

use std::ops::Bound;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use stagecheck_models::iam as operations;

use super::entities::just_after;
use super::groups::{self, Groups};
use super::{GroupName, Iam, UserName, faults, quotas, users};
use crate::service::{Ctx, Fault, Registrar};
use crate::store::{Indexed, KeyRange};

/// That a user is in a group: all there is to it stands in the key.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub(super) struct Membership {}

/// Found by the user, too.
impl Indexed<(GroupName, UserName)> for Membership {
    type Term = UserName;

    fn terms(&self, (_, user): &(GroupName, UserName), tell: &mut dyn FnMut(UserName)) {
        tell(user.clone());
    }
}

/// Registers the operations.
pub(super) fn register(registrar: &mut impl Registrar<Iam>) {
    registrar.write(&operations::ADD_USER_TO_GROUP, add, &[]);
    registrar.write(&operations::REMOVE_USER_FROM_GROUP, remove, &[]);
    registrar.read(&operations::LIST_GROUPS_FOR_USER, list, &[]);
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct OneMembership {
    group_name: GroupName,
    user_name: UserName,
}

/// To add a user who is there already is no fault.
fn add(ctx: &Ctx<'_>, state: &mut Iam, input: OneMembership) -> Result<(), Fault> {
    let key = both(state, input)?;
    if state.memberships.contains(&key) {
        return Ok(());
    }
    let groups = || state.memberships.count_naming(&key.1);
    quotas::check(ctx, quotas::GROUPS_PER_USER, "GroupsPerUser", groups)?;
    state.memberships.put(key, Membership {});
    Ok(())
}

/// To remove a user who is not there is no fault.
fn remove(_: &Ctx<'_>, state: &mut Iam, input: OneMembership) -> Result<(), Fault> {
    let key = both(state, input)?;
    state.memberships.remove(&key);
    Ok(())
}

fn both(state: &Iam, input: OneMembership) -> Result<(GroupName, UserName), Fault> {
    groups::find(state, &input.group_name)?;
    users::find(state, &input.user_name)?;
    Ok((input.group_name, input.user_name))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ListGroupsForUser {
    user_name: UserName,
    marker: Option<String>,
    max_items: Option<usize>,
}

fn list(_: &Ctx<'_>, state: &Iam, input: ListGroupsForUser) -> Result<Groups, Fault> {
    users::find(state, &input.user_name)?;
    let limit = input.max_items.unwrap_or(super::paging::DEFAULT_MAX_ITEMS);
    let page = state
        .memberships
        .page_naming(&input.user_name, input.marker.as_deref(), limit, |_, _| true)
        .map_err(|_| faults::bad_marker())?;
    let groups = page.rows.iter().filter_map(|((group, _), _)| state.groups.get(group));
    Ok(Groups {
        groups: groups.map(Arc::clone).collect(),
        is_truncated: page.next.is_some(),
        marker: page.next,
    })
}

/// The groups of a user.
pub(super) fn groups_of<'a>(state: &'a Iam, user: &UserName) -> impl Iterator<Item = &'a GroupName> {
    state.memberships.naming(user).map(|((group, _), _)| group)
}

/// The keys of a group's members.
pub(super) fn of_group(group: &GroupName) -> KeyRange<(GroupName, UserName)> {
    let none = UserName::default();
    (Bound::Included((group.clone(), none.clone())), Bound::Excluded((just_after(group), none)))
}

/// A user's memberships follow its name.
pub(super) fn rename_user(state: &mut Iam, old: &UserName, new: &UserName) {
    let groups: Vec<GroupName> = groups_of(state, old).cloned().collect();
    for group in groups {
        let key = (group, old.clone());
        state.memberships.remove(&key);
        state.memberships.put((key.0, new.clone()), Membership {});
    }
}

/// A group's members follow its name.
pub(super) fn rename_group(state: &mut Iam, old: &GroupName, new: &GroupName) {
    let keys: Vec<_> = state.memberships.range(of_group(old)).map(|(key, _)| key.clone()).collect();
    for key in keys {
        state.memberships.remove(&key);
        state.memberships.put((new.clone(), key.1), Membership {});
    }
}
