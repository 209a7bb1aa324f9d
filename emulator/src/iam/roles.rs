//! Roles.

use std::ops::Bound;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::boundaries::PermissionsBoundary;
use super::document::TrustDocument;
use super::entities::{Entity, Term};
use super::paging::Asked;
use super::tags::{self, Tag};
use super::{Iam, RoleName, faults};
use crate::service::{Ctx, Fault};
use crate::store::Indexed;
use crate::time::Timestamp;

/// Seconds of a session where the role does not say.
const DEFAULT_MAX_SESSION: i64 = 3600;

/// Characters of a trust policy, white space not counted (quota "Role trust policy length").
const LONGEST_TRUST: usize = 2048;

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
    /// Only GetRole tells it. It is empty: what uses a role here is not recorded.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    role_last_used: Option<RoleLastUsed>,
}

/// When and where a role was last used.
#[derive(Clone, Debug, Serialize, Deserialize)]
struct RoleLastUsed {}

impl Indexed<RoleName> for Role {
    type Term = Term;

    fn terms(&self, name: &RoleName, tell: &mut dyn FnMut(Term)) {
        tell(Term::name(name));
        if let Some(boundary) = &self.permissions_boundary {
            tell(Term::Boundary(boundary.permissions_boundary_arn.clone()));
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct RoleOutput {
    role: Arc<Role>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct CreateRole {
    path: Option<String>,
    role_name: RoleName,
    assume_role_policy_document: String,
    description: Option<String>,
    max_session_duration: Option<i64>,
    permissions_boundary: Option<String>,
    #[serde(default)]
    tags: Vec<Tag>,
}

pub(super) fn create(ctx: &Ctx<'_>, state: &mut Iam, input: CreateRole) -> Result<RoleOutput, Fault> {
    let name = input.role_name;
    if state.roles.count_naming(&Term::name(&name)) > 0 {
        return Err(faults::exists(format!("Role with name {name} already exists.")));
    }
    let trust = trust_document(input.assume_role_policy_document)?;
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
    state.roles.put(name, Role { role_last_used: Some(RoleLastUsed {}), ..role });
    Ok(RoleOutput { role: created })
}

fn trust_document(text: String) -> Result<TrustDocument, Fault> {
    let document = TrustDocument::parse(text)?;
    if document.size() > LONGEST_TRUST {
        return Err(faults::over_quota("ACLSizePerRole", LONGEST_TRUST));
    }
    Ok(document)
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct OneRole {
    pub(super) role_name: RoleName,
}

pub(super) fn get(_: &Ctx<'_>, state: &Iam, input: OneRole) -> Result<RoleOutput, Fault> {
    Ok(RoleOutput { role: Arc::clone(find(state, &input.role_name)?) })
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct ListRoles {
    path_prefix: Option<String>,
    marker: Option<String>,
    max_items: Option<usize>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Roles {
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

pub(super) fn list(_: &Ctx<'_>, state: &Iam, input: ListRoles) -> Result<Roles, Fault> {
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

pub(super) fn delete(_: &Ctx<'_>, state: &mut Iam, input: OneRole) -> Result<(), Fault> {
    let name = input.role_name;
    find(state, &name)?;
    Entity::role(&name).must_have_no_policies(state)?;
    state.roles.remove(&name);
    Ok(())
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct UpdateAssumeRolePolicy {
    role_name: RoleName,
    policy_document: String,
}

pub(super) fn update_trust(_: &Ctx<'_>, state: &mut Iam, input: UpdateAssumeRolePolicy) -> Result<(), Fault> {
    let mut role = Role::clone(find(state, &input.role_name)?);
    role.assume_role_policy_document = trust_document(input.policy_document)?;
    state.roles.put(input.role_name, role);
    Ok(())
}

/// The role of this name.
pub(super) fn find<'a>(state: &'a Iam, name: &RoleName) -> Result<&'a Arc<Role>, Fault> {
    state.roles.get(name).ok_or_else(|| faults::no_role(name))
}
