//! Which users, groups and roles have a managed policy.

use std::collections::BTreeSet;

use compact_str::CompactString;
use serde::{Deserialize, Serialize};
use stagecheck_models::iam as operations;

use super::entities::{Entity, EntityKind, Term};
use super::paging::Asked;
use super::{Iam, PolicyArn, aws_managed, faults, groups, managed_policies, roles, users};
use crate::service::{Ctx, Fault, Registrar};

/// Registers the operation.
pub(super) fn register(registrar: &mut impl Registrar<Iam>) {
    registrar.read(&operations::LIST_ENTITIES_FOR_POLICY, list, &[]);
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ListEntities {
    policy_arn: PolicyArn,
    entity_filter: Option<CompactString>,
    path_prefix: Option<String>,
    policy_usage_filter: Option<CompactString>,
    marker: Option<String>,
    max_items: Option<usize>,
}

#[derive(Default, Serialize)]
#[serde(rename_all = "PascalCase")]
struct Entities {
    policy_groups: Vec<PolicyGroup>,
    policy_users: Vec<PolicyUser>,
    policy_roles: Vec<PolicyRole>,
    is_truncated: bool,
    marker: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct PolicyGroup {
    group_name: CompactString,
    group_id: String,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct PolicyUser {
    user_name: CompactString,
    user_id: String,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct PolicyRole {
    role_name: CompactString,
    role_id: String,
}

/// One page is of groups, roles and users together.
fn list(_: &Ctx<'_>, state: &Iam, input: ListEntities) -> Result<Entities, Fault> {
    let arn = &input.policy_arn;
    managed_policies::check_arn(arn)?;
    if !state.policies.contains(arn) && aws_managed::by_arn(arn).is_none() {
        return Err(faults::no_policy(arn));
    }
    let prefix = input.path_prefix.as_deref().unwrap_or("/");
    let mut found = entities(state, arn, input.policy_usage_filter.as_deref());
    found.retain(|entity| {
        input.entity_filter.as_ref().is_none_or(|filter| is_of(entity.kind, filter))
            && path(state, entity).is_some_and(|path| path.starts_with(prefix))
    });
    let asked = Asked { marker: input.marker, max_items: input.max_items };
    let (page, marker) = asked.of_few(found.into_iter().collect(), Entity::clone)?;
    let mut output = Entities { is_truncated: marker.is_some(), marker, ..Entities::default() };
    for Entity { kind, name } in page {
        match kind {
            EntityKind::Group => {
                let group_id = groups::find(state, &name)?.group_id.to_string();
                output.policy_groups.push(PolicyGroup { group_name: name, group_id });
            }
            EntityKind::Role => {
                let role_id = roles::find(state, &name)?.role_id.to_string();
                output.policy_roles.push(PolicyRole { role_name: name, role_id });
            }
            EntityKind::User => {
                let user_id = users::find(state, &name)?.user_id.to_string();
                output.policy_users.push(PolicyUser { user_name: name, user_id });
            }
        }
    }
    Ok(output)
}

/// Those that a policy is attached to, those whose boundary it is, or both.
fn entities(state: &Iam, arn: &PolicyArn, usage: Option<&str>) -> BTreeSet<Entity> {
    let mut found = BTreeSet::new();
    if usage != Some("PermissionsBoundary") {
        found.extend(state.attachments.naming(arn).map(|((entity, _), _)| entity.clone()));
    }
    if usage != Some("PermissionsPolicy") {
        let boundary = Term::Boundary(arn.clone());
        found.extend(state.roles.naming(&boundary).map(|(name, _)| Entity::role(name)));
        found.extend(state.users.naming(&boundary).map(|(name, _)| Entity::user(name)));
    }
    found
}

/// The enumeration has kinds of policies, too, which no policy is attached to.
fn is_of(kind: EntityKind, filter: &str) -> bool {
    kind.word() == filter.to_lowercase()
}

fn path<'a>(state: &'a Iam, entity: &Entity) -> Option<&'a str> {
    match entity.kind {
        EntityKind::Group => state.groups.get(&entity.name).map(|group| group.path.as_str()),
        EntityKind::Role => state.roles.get(&entity.name).map(|role| role.path.as_str()),
        EntityKind::User => state.users.get(&entity.name).map(|user| user.path.as_str()),
    }
}
