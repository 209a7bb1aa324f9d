//! Permissions boundaries of users and roles.

use compact_str::CompactString;
use serde::{Deserialize, Serialize};
use stagecheck_models::iam as operations;

use super::entities::EntityKind;
use super::roles::{self, Role};
use super::users::{self, User};
use super::{Iam, PolicyArn, RoleName, UserName, aws_managed, faults, managed_policies};
use crate::service::{Ctx, Fault, Registrar};

/// A permissions boundary.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct PermissionsBoundary {
    permissions_boundary_type: CompactString,
    pub(super) permissions_boundary_arn: PolicyArn,
}

impl PermissionsBoundary {
    /// The policy of this ARN as a boundary of an entity of this kind.
    pub(super) fn of(ctx: &Ctx<'_>, state: &Iam, kind: EntityKind, arn: PolicyArn) -> Result<Self, Fault> {
        managed_policies::check_arn_of(ctx, &arn)?;
        if managed_policies::is_for_service_linked_roles(&arn) {
            return Err(faults::only_for_service_linked_roles(kind.capitalized()));
        }
        if !state.policies.contains(&arn) && aws_managed::by_arn(&arn).is_none() {
            return Err(faults::no_boundary_policy(&arn));
        }
        Ok(Self {
            permissions_boundary_type: CompactString::const_new("Policy"),
            permissions_boundary_arn: arn,
        })
    }
}

/// Registers the operations.
pub(super) fn register(registrar: &mut impl Registrar<Iam>) {
    registrar.write(&operations::PUT_ROLE_PERMISSIONS_BOUNDARY, put_on_role, &[]);
    registrar.write(&operations::PUT_USER_PERMISSIONS_BOUNDARY, put_on_user, &[]);
    registrar.write(&operations::DELETE_ROLE_PERMISSIONS_BOUNDARY, delete_of_role, &[]);
    registrar.write(&operations::DELETE_USER_PERMISSIONS_BOUNDARY, delete_of_user, &[]);
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct PutOnRole {
    role_name: RoleName,
    permissions_boundary: PolicyArn,
}

fn put_on_role(ctx: &Ctx<'_>, state: &mut Iam, input: PutOnRole) -> Result<(), Fault> {
    set_of_role(ctx, state, input.role_name, Some(input.permissions_boundary))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct PutOnUser {
    user_name: UserName,
    permissions_boundary: PolicyArn,
}

fn put_on_user(ctx: &Ctx<'_>, state: &mut Iam, input: PutOnUser) -> Result<(), Fault> {
    set_of_user(ctx, state, input.user_name, Some(input.permissions_boundary))
}

/// (inferred) To take off what is not there is no fault.
fn delete_of_role(ctx: &Ctx<'_>, state: &mut Iam, input: roles::OneRole) -> Result<(), Fault> {
    set_of_role(ctx, state, input.role_name, None)
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct DeleteOfUser {
    user_name: UserName,
}

fn delete_of_user(ctx: &Ctx<'_>, state: &mut Iam, input: DeleteOfUser) -> Result<(), Fault> {
    set_of_user(ctx, state, input.user_name, None)
}

fn set_of_role(
    ctx: &Ctx<'_>,
    state: &mut Iam,
    name: RoleName,
    boundary: Option<PolicyArn>,
) -> Result<(), Fault> {
    let mut role = Role::clone(roles::find_modifiable(state, &name)?);
    let of = |arn| PermissionsBoundary::of(ctx, state, EntityKind::Role, arn);
    role.permissions_boundary = boundary.map(of).transpose()?;
    state.roles.put(name, role);
    Ok(())
}

fn set_of_user(
    ctx: &Ctx<'_>,
    state: &mut Iam,
    name: UserName,
    boundary: Option<PolicyArn>,
) -> Result<(), Fault> {
    let mut user = User::clone(users::find(state, &name)?);
    let of = |arn| PermissionsBoundary::of(ctx, state, EntityKind::User, arn);
    user.permissions_boundary = boundary.map(of).transpose()?;
    state.users.put(name, user);
    Ok(())
}
