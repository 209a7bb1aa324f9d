//! Groups of users.

use std::ops::Bound;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use stagecheck_models::iam as operations;

use super::entities::Entity;
use super::paging::Asked;
use super::users::User;
use super::{GroupName, Iam, faults, memberships, quotas};
use crate::service::{Ctx, Fault, Registrar};
use crate::store::Indexed;
use crate::time::Timestamp;

/// A group.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Group {
    pub(super) path: String,
    pub(super) group_name: GroupName,
    pub(super) group_id: Arc<str>,
    pub(super) arn: Arc<str>,
    pub(super) create_date: Timestamp,
}

/// Found by the name in lower case, too: no two names differ in case alone.
impl Indexed<GroupName> for Group {
    type Term = String;

    fn terms(&self, name: &GroupName, tell: &mut dyn FnMut(String)) {
        tell(name.to_lowercase().to_string());
    }
}

/// Registers the operations.
pub(super) fn register(registrar: &mut impl Registrar<Iam>) {
    registrar.write(&operations::CREATE_GROUP, create, &[]);
    registrar.read(&operations::GET_GROUP, get, &[]);
    registrar.read(&operations::LIST_GROUPS, list, &[]);
    registrar.write(&operations::UPDATE_GROUP, update, &[]);
    registrar.write(&operations::DELETE_GROUP, delete, &[]);
    memberships::register(registrar);
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct GroupOutput {
    group: Arc<Group>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct CreateGroup {
    path: Option<String>,
    group_name: GroupName,
}

fn create(ctx: &Ctx<'_>, state: &mut Iam, input: CreateGroup) -> Result<GroupOutput, Fault> {
    let name = input.group_name;
    must_be_free(state, &name)?;
    quotas::check(ctx, quotas::GROUPS, "GroupsPerAccount", || state.groups.len())?;
    let path = input.path.unwrap_or_else(|| "/".to_owned());
    let group = Group {
        arn: arn(ctx, &path, &name),
        path,
        group_id: ctx.ids.upper("AGPA", 17).into(),
        create_date: ctx.now.whole_seconds(),
        group_name: name.clone(),
    };
    Ok(GroupOutput { group: state.groups.put(name, group) })
}

fn arn(ctx: &Ctx<'_>, path: &str, name: &str) -> Arc<str> {
    ctx.scope.global_arn("iam", format_args!("group{path}{name}")).into()
}

fn must_be_free(state: &Iam, name: &str) -> Result<(), Fault> {
    match state.groups.count_naming(&name.to_lowercase()) {
        0 => Ok(()),
        _ => Err(faults::exists(format!("Group with name {name} already exists."))),
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct GetGroup {
    group_name: GroupName,
    marker: Option<String>,
    max_items: Option<usize>,
}

/// A group and a page of its users.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct GroupWithUsers {
    group: Arc<Group>,
    users: Vec<User>,
    is_truncated: bool,
    marker: Option<String>,
}

fn get(_: &Ctx<'_>, state: &Iam, input: GetGroup) -> Result<GroupWithUsers, Fault> {
    let group = Arc::clone(find(state, &input.group_name)?);
    let asked = Asked { marker: input.marker, max_items: input.max_items };
    let page = asked.of(&state.memberships, memberships::of_group(&input.group_name), |_, _| true)?;
    let members = page.rows.iter().filter_map(|((_, user), _)| state.users.get(user));
    Ok(GroupWithUsers {
        group,
        users: members.map(|user| user.listed()).collect(),
        is_truncated: page.next.is_some(),
        marker: page.next,
    })
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ListGroups {
    path_prefix: Option<String>,
    marker: Option<String>,
    max_items: Option<usize>,
}

/// A page of groups.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Groups {
    pub(super) groups: Vec<Arc<Group>>,
    pub(super) is_truncated: bool,
    pub(super) marker: Option<String>,
}

fn list(_: &Ctx<'_>, state: &Iam, input: ListGroups) -> Result<Groups, Fault> {
    let prefix = input.path_prefix.as_deref().unwrap_or("/");
    let asked = Asked { marker: input.marker, max_items: input.max_items };
    let page = asked
        .of(&state.groups, (Bound::Unbounded, Bound::Unbounded), |_, group| group.path.starts_with(prefix))?;
    Ok(Groups {
        groups: page.rows.into_iter().map(|(_, group)| group).collect(),
        is_truncated: page.next.is_some(),
        marker: page.next,
    })
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct UpdateGroup {
    group_name: GroupName,
    new_path: Option<String>,
    new_group_name: Option<GroupName>,
}

/// The ARN follows name and path; the id stays.
fn update(ctx: &Ctx<'_>, state: &mut Iam, input: UpdateGroup) -> Result<(), Fault> {
    let old = input.group_name;
    let mut group = Group::clone(find(state, &old)?);
    let name = input.new_group_name.unwrap_or_else(|| old.clone());
    if name.to_lowercase() != old.to_lowercase() {
        must_be_free(state, &name)?;
    }
    group.path = input.new_path.unwrap_or(group.path);
    group.arn = arn(ctx, &group.path, &name);
    group.group_name = name.clone();
    if name != old {
        state.groups.remove(&old);
        memberships::rename_group(state, &old, &name);
        Entity::group(&old).rename(state, &Entity::group(&name));
    }
    state.groups.put(name, group);
    Ok(())
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct DeleteGroup {
    group_name: GroupName,
}

fn delete(_: &Ctx<'_>, state: &mut Iam, input: DeleteGroup) -> Result<(), Fault> {
    let name = input.group_name;
    find(state, &name)?;
    if state.memberships.range(memberships::of_group(&name)).next().is_some() {
        return Err(faults::delete_conflict("Cannot delete entity, must remove users from group first."));
    }
    Entity::group(&name).must_have_no_policies(state)?;
    state.groups.remove(&name);
    Ok(())
}

/// The group of this name.
pub(super) fn find<'a>(state: &'a Iam, name: &GroupName) -> Result<&'a Arc<Group>, Fault> {
    let no_group = || faults::missing(format!("The group with name {name} cannot be found."));
    state.groups.get(name).ok_or_else(no_group)
}
