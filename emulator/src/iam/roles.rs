//! Roles.

use std::ops::Bound;
use std::sync::Arc;

use compact_str::CompactString;
use serde::{Deserialize, Serialize};
use stagecheck_models::iam as operations;

use super::boundaries::PermissionsBoundary;
use super::document::TrustDocument;
use super::entities::{Entity, Term};
use super::paging::Asked;
use super::tags::{self, Tag};
use super::{Iam, RoleName, faults, quotas};
use crate::service::{Ctx, Fault, Registrar};
use crate::store::Indexed;
use crate::time::Timestamp;

/// Seconds of a session where the role does not say.
const DEFAULT_MAX_SESSION: i64 = 3600;

/// A role.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Role {
    pub(super) path: String,
    pub(super) role_name: RoleName,
    pub(super) role_id: Arc<str>,
    pub(super) arn: Arc<str>,
    create_date: Timestamp,
    pub(super) assume_role_policy_document: TrustDocument,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    pub(super) max_session_duration: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) permissions_boundary: Option<PermissionsBoundary>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) tags: Vec<Tag>,
    /// Only GetRole tells it, as it is then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    role_last_used: Option<RoleLastUsed>,
}

/// When and where a role was last used.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct RoleLastUsed {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    last_used_date: Option<Timestamp>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    region: Option<CompactString>,
}

impl Indexed<RoleName> for Role {
    type Term = Term;

    fn terms(&self, name: &RoleName, tell: &mut dyn FnMut(Term)) {
        tell(Term::name(name));
        if let Some(boundary) = &self.permissions_boundary {
            tell(Term::Boundary(boundary.permissions_boundary_arn.clone()));
        }
    }
}

/// Registers the operations.
pub(super) fn register(registrar: &mut impl Registrar<Iam>) {
    registrar.write(&operations::CREATE_ROLE, create, &[]);
    registrar.read(&operations::GET_ROLE, get, &[]);
    registrar.read(&operations::LIST_ROLES, list, &[]);
    registrar.write(&operations::UPDATE_ROLE, update, &[]);
    registrar.write(&operations::UPDATE_ROLE_DESCRIPTION, update_description, &[]);
    registrar.write(&operations::UPDATE_ASSUME_ROLE_POLICY, update_trust, &[]);
    registrar.write(&operations::DELETE_ROLE, delete, &[]);
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct RoleOutput {
    role: Arc<Role>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct CreateRole {
    path: Option<String>,
    role_name: RoleName,
    assume_role_policy_document: String,
    description: Option<String>,
    max_session_duration: Option<i64>,
    permissions_boundary: Option<String>,
    #[serde(default)]
    tags: Vec<Tag>,
}

fn create(ctx: &Ctx<'_>, state: &mut Iam, input: CreateRole) -> Result<RoleOutput, Fault> {
    let name = input.role_name;
    if state.roles.count_naming(&Term::name(&name)) > 0 {
        return Err(faults::exists(format!("Role with name {name} already exists.")));
    }
    quotas::check(ctx, quotas::ROLES, "RolesPerAccount", || state.roles.len())?;
    let trust = trust_document(ctx, input.assume_role_policy_document)?;
    tags::check(&input.tags)?;
    let permissions_boundary =
        input.permissions_boundary.map(|arn| PermissionsBoundary::of(state, arn)).transpose()?;
    let path = input.path.unwrap_or_else(|| "/".to_owned());
    let role = Role {
        arn: ctx.scope.global_arn("iam", format_args!("role{path}{name}")).into(),
        path,
        role_id: ctx.ids.upper("AROA", 17).into(),
        create_date: ctx.now.whole_seconds(),
        assume_role_policy_document: trust,
        description: input.description,
        max_session_duration: input.max_session_duration.unwrap_or(DEFAULT_MAX_SESSION),
        permissions_boundary,
        tags: input.tags,
        role_name: name.clone(),
        role_last_used: None,
    };
    let created = Arc::new(role.clone());
    state.roles.put(name, Role { role_last_used: Some(RoleLastUsed::default()), ..role });
    Ok(RoleOutput { role: created })
}

fn trust_document(ctx: &Ctx<'_>, text: String) -> Result<TrustDocument, Fault> {
    let document = TrustDocument::parse(text)?;
    // Size is no count of things, so it is one more than fits that is refused.
    let size = document.size().saturating_sub(1);
    quotas::check(ctx, quotas::TRUST_POLICY_LENGTH, "ACLSizePerRole", || size)?;
    Ok(document)
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct OneRole {
    pub(super) role_name: RoleName,
}

fn get(ctx: &Ctx<'_>, state: &Iam, input: OneRole) -> Result<RoleOutput, Fault> {
    let role = Role::clone(find(state, &input.role_name)?);
    let last = state.usage.last_use(&role.role_id, ctx.now);
    let last_used = RoleLastUsed {
        last_used_date: last.map(|last| last.at),
        region: last.map(|last| last.region.clone()),
    };
    Ok(RoleOutput { role: Arc::new(Role { role_last_used: Some(last_used), ..role }) })
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ListRoles {
    path_prefix: Option<String>,
    marker: Option<String>,
    max_items: Option<usize>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Roles {
    roles: Vec<ListedRole>,
    is_truncated: bool,
    marker: Option<String>,
}

/// A role as lists have it: without boundary, tags and last use, as IAM documents.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct ListedRole {
    path: String,
    role_name: RoleName,
    role_id: Arc<str>,
    arn: Arc<str>,
    create_date: Timestamp,
    assume_role_policy_document: TrustDocument,
    description: Option<String>,
    max_session_duration: i64,
}

fn list(_: &Ctx<'_>, state: &Iam, input: ListRoles) -> Result<Roles, Fault> {
    let prefix = input.path_prefix.as_deref().unwrap_or("/");
    let asked = Asked { marker: input.marker, max_items: input.max_items };
    let page = asked
        .of(&state.roles, (Bound::Unbounded, Bound::Unbounded), |_, role| role.path.starts_with(prefix))?;
    let listed = |role: &Role| ListedRole {
        path: role.path.clone(),
        role_name: role.role_name.clone(),
        role_id: Arc::clone(&role.role_id),
        arn: Arc::clone(&role.arn),
        create_date: role.create_date,
        assume_role_policy_document: role.assume_role_policy_document.clone(),
        description: role.description.clone(),
        max_session_duration: role.max_session_duration,
    };
    Ok(Roles {
        roles: page.rows.iter().map(|(_, role)| listed(role)).collect(),
        is_truncated: page.next.is_some(),
        marker: page.next,
    })
}

fn delete(_: &Ctx<'_>, state: &mut Iam, input: OneRole) -> Result<(), Fault> {
    let name = input.role_name;
    find(state, &name)?;
    Entity::role(&name).must_have_no_policies(state)?;
    state.roles.remove(&name);
    Ok(())
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct UpdateAssumeRolePolicy {
    role_name: RoleName,
    policy_document: String,
}

fn update_trust(ctx: &Ctx<'_>, state: &mut Iam, input: UpdateAssumeRolePolicy) -> Result<(), Fault> {
    let mut role = Role::clone(find(state, &input.role_name)?);
    role.assume_role_policy_document = trust_document(ctx, input.policy_document)?;
    state.roles.put(input.role_name, role);
    Ok(())
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct UpdateRole {
    role_name: RoleName,
    description: Option<String>,
    max_session_duration: Option<i64>,
}

#[derive(Serialize)]
struct Updated {}

/// A longest session that is not given becomes the default, as documented; a description stays.
fn update(_: &Ctx<'_>, state: &mut Iam, input: UpdateRole) -> Result<Updated, Fault> {
    let mut role = Role::clone(find(state, &input.role_name)?);
    role.description = input.description.or(role.description);
    role.max_session_duration = input.max_session_duration.unwrap_or(DEFAULT_MAX_SESSION);
    state.roles.put(input.role_name, role);
    Ok(Updated {})
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct UpdateRoleDescription {
    role_name: RoleName,
    description: String,
}

fn update_description(
    _: &Ctx<'_>,
    state: &mut Iam,
    input: UpdateRoleDescription,
) -> Result<RoleOutput, Fault> {
    let mut role = Role::clone(find(state, &input.role_name)?);
    role.description = Some(input.description);
    let role = Role::clone(&state.roles.put(input.role_name, role));
    Ok(RoleOutput { role: Arc::new(Role { role_last_used: None, ..role }) })
}

/// The role of this name.
pub(super) fn find<'a>(state: &'a Iam, name: &RoleName) -> Result<&'a Arc<Role>, Fault> {
    state.roles.get(name).ok_or_else(|| faults::no_role(name))
}
