//! Roles.

use std::ops::Bound;
use std::sync::Arc;

use compact_str::CompactString;
use serde::{Deserialize, Serialize};
use stagecheck_models::iam as operations;

use super::boundaries::PermissionsBoundary;
use super::document::TrustDocument;
use super::entities::{Entity, EntityKind, Term};
use super::paging::Asked;
use super::tags::{self, Tag};
use super::{Iam, RoleName, faults, instance_profiles, quotas, service_linked_roles, trust};
use crate::service::{Ctx, Fault, Registrar};
use crate::store::{Indexed, Scopes};
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
    pub(super) create_date: Timestamp,
    pub(super) assume_role_policy_document: TrustDocument,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) description: Option<String>,
    pub(super) max_session_duration: i64,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) permissions_boundary: Option<PermissionsBoundary>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) tags: Vec<Tag>,
    /// Looked up for who asks; nothing of it is stored.
    #[serde(default, skip_deserializing, skip_serializing_if = "Option::is_none")]
    role_last_used: Option<RoleLastUsed>,
}

/// When and where a role was last used.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct RoleLastUsed {
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
        trust::named(self.assume_role_policy_document.parsed(), |principal| {
            tell(Term::Trusts(principal.to_owned()));
        });
    }
}

/// Registers the operations.
pub(super) fn register(registrar: &mut impl Registrar<Iam>) {
    registrar.free(&operations::CREATE_ROLE, create, &[]);
    registrar.read(&operations::GET_ROLE, get, &[]);
    registrar.read(&operations::LIST_ROLES, list, &[]);
    registrar.write(&operations::UPDATE_ROLE, update, &[]);
    registrar.write(&operations::UPDATE_ROLE_DESCRIPTION, update_description, &[]);
    registrar.free(&operations::UPDATE_ASSUME_ROLE_POLICY, update_trust, &[]);
    registrar.free(&operations::DELETE_ROLE, delete_and_tell, &[]);
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

fn create(ctx: &Ctx<'_>, states: &Scopes<Iam>, mut input: CreateRole) -> Result<RoleOutput, Fault> {
    let trust = trust_document(ctx, states, std::mem::take(&mut input.assume_role_policy_document))?;
    states.write(ctx.scope, |state| {
        let trust = trust::known(ctx, state, trust)?;
        create_trusting(ctx, state, input, trust)
    })
}

/// A role with this trust policy, which takes the place of that in the input.
fn create_trusting(
    ctx: &Ctx<'_>,
    state: &mut Iam,
    input: CreateRole,
    trust: TrustDocument,
) -> Result<RoleOutput, Fault> {
    let name = input.role_name;
    if state.roles.count_naming(&Term::name(&name)) > 0 {
        return Err(faults::exists(format!("Role with name {name} already exists.")));
    }
    service_linked_roles::must_not_have_path(input.path.as_deref())?;
    quotas::check(ctx, quotas::ROLES, "RolesPerAccount", || state.roles.len())?;
    tags::check(&input.tags)?;
    let boundary = |arn| PermissionsBoundary::of(ctx, state, EntityKind::Role, arn);
    let permissions_boundary = input.permissions_boundary.map(boundary).transpose()?;
    let role = Role {
        description: input.description,
        max_session_duration: input.max_session_duration.unwrap_or(DEFAULT_MAX_SESSION),
        permissions_boundary,
        tags: input.tags,
        ..Role::new(ctx, input.path.as_deref().unwrap_or("/"), &name, trust)
    };
    Ok(RoleOutput { role: state.roles.put(name, role) })
}

/// A trust policy that names nobody of another account who is known not to be there.
fn trust_document(ctx: &Ctx<'_>, states: &Scopes<Iam>, text: String) -> Result<TrustDocument, Fault> {
    let document = TrustDocument::parse(text)?;
    trust::check(ctx, states, document.parsed())?;
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
    let last_used = Some(RoleLastUsed::of(ctx, state, &role));
    Ok(RoleOutput { role: Arc::new(Role { role_last_used: last_used, ..role }) })
}

impl RoleLastUsed {
    /// Empty where the role was never used.
    pub(super) fn of(ctx: &Ctx<'_>, state: &Iam, role: &Role) -> Self {
        let last = state.usage.last_use(&role.role_id, ctx.now);
        Self { last_used_date: last.map(|last| last.at), region: last.map(|last| last.region.clone()) }
    }
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

/// The role's unique id stays in the trust policies that name it.
fn delete_and_tell(ctx: &Ctx<'_>, states: &Scopes<Iam>, input: OneRole) -> Result<(), Fault> {
    let gone = states.write(ctx.scope, |state| {
        let role = Arc::clone(find(state, &input.role_name)?);
        delete(ctx, state, input)?;
        trust::rename(state, &role.arn, &role.role_id);
        Ok::<_, Fault>(role)
    })?;
    trust::rename_elsewhere(ctx, states, &gone.arn, &gone.role_id);
    Ok(())
}

fn delete(_: &Ctx<'_>, state: &mut Iam, input: OneRole) -> Result<(), Fault> {
    let name = input.role_name;
    find_modifiable(state, &name)?;
    instance_profiles::must_not_have_role(state, &name)?;
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

fn update_trust(ctx: &Ctx<'_>, states: &Scopes<Iam>, input: UpdateAssumeRolePolicy) -> Result<(), Fault> {
    let trust = trust_document(ctx, states, input.policy_document)?;
    states.write(ctx.scope, |state| {
        let mut role = Role::clone(find_modifiable(state, &input.role_name)?);
        role.assume_role_policy_document = trust::known(ctx, state, trust)?;
        state.roles.put(input.role_name, role);
        Ok(())
    })
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

/// A longest session that is not given becomes the default, as documented; a description stays. Of a service-linked role
/// it is all that can be changed: AWS IAM user guide, "Update a service-linked role".
fn update(_: &Ctx<'_>, state: &mut Iam, input: UpdateRole) -> Result<Updated, Fault> {
    let found = match input.max_session_duration {
        Some(_) => find_modifiable(state, &input.role_name),
        None => find(state, &input.role_name),
    };
    let mut role = Role::clone(found?);
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
    Ok(RoleOutput { role: state.roles.put(input.role_name, role) })
}

/// The role of this name.
pub(super) fn find<'a>(state: &'a Iam, name: &RoleName) -> Result<&'a Arc<Role>, Fault> {
    state.roles.get(name).ok_or_else(|| faults::no_role(name))
}

/// The role of this name, if it is not for AWS alone to change.
pub(super) fn find_modifiable<'a>(state: &'a Iam, name: &RoleName) -> Result<&'a Arc<Role>, Fault> {
    let role = find(state, name)?;
    if role.path.starts_with(service_linked_roles::PATH) {
        return Err(faults::protected_role(name));
    }
    Ok(role)
}

impl Role {
    /// A role with the least that it has.
    pub(super) fn new(ctx: &Ctx<'_>, path: &str, name: &RoleName, trust: TrustDocument) -> Self {
        Self {
            arn: ctx.scope.global_arn("iam", format_args!("role{path}{name}")).into(),
            path: path.to_owned(),
            role_name: name.clone(),
            role_id: ctx.ids.upper("AROA", 17).into(),
            create_date: ctx.now.whole_seconds(),
            assume_role_policy_document: trust,
            description: None,
            max_session_duration: DEFAULT_MAX_SESSION,
            permissions_boundary: None,
            tags: Vec::new(),
            role_last_used: None,
        }
    }
}
