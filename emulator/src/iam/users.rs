//! Users.

use std::ops::Bound;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use stagecheck_models::iam as operations;

use super::boundaries::PermissionsBoundary;
use super::entities::{Entity, Term};
use super::paging::Asked;
use super::tags::{self, Tag};
use super::{Iam, UserName, credentials, faults, memberships, quotas};
use crate::service::{Ctx, Fault, Identity, Registrar};
use crate::store::Indexed;
use crate::time::Timestamp;

/// A user.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct User {
    pub(super) path: String,
    pub(super) user_name: UserName,
    pub(super) user_id: Arc<str>,
    pub(super) arn: Arc<str>,
    pub(super) create_date: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) permissions_boundary: Option<PermissionsBoundary>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) tags: Vec<Tag>,
}

impl Indexed<UserName> for User {
    type Term = Term;

    fn terms(&self, name: &UserName, tell: &mut dyn FnMut(Term)) {
        tell(Term::name(name));
        if let Some(boundary) = &self.permissions_boundary {
            tell(Term::Boundary(boundary.permissions_boundary_arn.clone()));
        }
    }
}

/// Registers the operations.
pub(super) fn register(registrar: &mut impl Registrar<Iam>) {
    registrar.write(&operations::CREATE_USER, create, &[]);
    registrar.read(&operations::GET_USER, get, &[]);
    registrar.read(&operations::LIST_USERS, list, &[]);
    registrar.write(&operations::UPDATE_USER, update, &[]);
    registrar.write(&operations::DELETE_USER, delete, &[]);
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct UserOutput {
    user: Arc<User>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct CreateUser {
    path: Option<String>,
    user_name: UserName,
    permissions_boundary: Option<String>,
    #[serde(default)]
    tags: Vec<Tag>,
}

fn create(ctx: &Ctx<'_>, state: &mut Iam, input: CreateUser) -> Result<UserOutput, Fault> {
    let name = input.user_name;
    must_be_free(state, &name)?;
    quotas::check(ctx, quotas::USERS, "UsersPerAccount", || state.users.len())?;
    tags::check(&input.tags)?;
    let permissions_boundary =
        input.permissions_boundary.map(|arn| PermissionsBoundary::of(state, arn)).transpose()?;
    let path = input.path.unwrap_or_else(|| "/".to_owned());
    let user = User {
        arn: arn(ctx, &path, &name),
        path,
        user_id: ctx.ids.upper("AIDA", 17).into(),
        create_date: ctx.now.whole_seconds(),
        permissions_boundary,
        tags: input.tags,
        user_name: name.clone(),
    };
    Ok(UserOutput { user: state.users.put(name, user) })
}

fn arn(ctx: &Ctx<'_>, path: &str, name: &str) -> Arc<str> {
    ctx.scope.global_arn("iam", format_args!("user{path}{name}")).into()
}

fn must_be_free(state: &Iam, name: &str) -> Result<(), Fault> {
    match state.users.count_naming(&Term::name(name)) {
        0 => Ok(()),
        _ => Err(faults::exists(format!("User with name {name} already exists."))),
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct GetUser {
    user_name: Option<UserName>,
}

/// What GetUser answers of the root user, who has neither path nor name.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct RootUser {
    user_id: String,
    arn: String,
    create_date: Timestamp,
}

#[derive(Serialize)]
#[serde(untagged)]
enum GotUser {
    User(UserOutput),
    Root {
        #[serde(rename = "User")]
        user: RootUser,
    },
}

fn get(ctx: &Ctx<'_>, state: &Iam, input: GetUser) -> Result<GotUser, Fault> {
    match (input.user_name, &ctx.principal.identity) {
        (None, Identity::Root) => Ok(GotUser::Root {
            user: RootUser {
                user_id: ctx.principal.user_id.clone(),
                arn: ctx.principal.arn.clone(),
                // An account here has no beginning.
                create_date: Timestamp::from_seconds(0.0),
            },
        }),
        (name, _) => {
            let name = caller_or(ctx, name)?;
            Ok(GotUser::User(UserOutput { user: Arc::clone(find(state, &name)?) }))
        }
    }
}

/// The user that is named, else the one who calls.
pub(super) fn caller_or(ctx: &Ctx<'_>, name: Option<UserName>) -> Result<UserName, Fault> {
    match (name, &ctx.principal.identity) {
        (Some(name), _) => Ok(name),
        (None, Identity::User { name, .. }) => Ok(name.clone()),
        (None, Identity::Root | Identity::Role { .. }) => Err(must_name_one()),
    }
}

/// That a user must be named.
pub(super) fn must_name_one() -> Fault {
    faults::validation_error("Must specify userName when calling with non-User credentials")
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ListUsers {
    path_prefix: Option<String>,
    marker: Option<String>,
    max_items: Option<usize>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Users {
    users: Vec<User>,
    is_truncated: bool,
    marker: Option<String>,
}

fn list(_: &Ctx<'_>, state: &Iam, input: ListUsers) -> Result<Users, Fault> {
    let prefix = input.path_prefix.as_deref().unwrap_or("/");
    let asked = Asked { marker: input.marker, max_items: input.max_items };
    let page = asked
        .of(&state.users, (Bound::Unbounded, Bound::Unbounded), |_, user| user.path.starts_with(prefix))?;
    Ok(Users {
        users: page.rows.iter().map(|(_, user)| user.listed()).collect(),
        is_truncated: page.next.is_some(),
        marker: page.next,
    })
}

impl User {
    /// As lists have it: without boundary and tags, as IAM documents.
    pub(super) fn listed(&self) -> Self {
        Self { permissions_boundary: None, tags: Vec::new(), ..self.clone() }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct UpdateUser {
    user_name: UserName,
    new_path: Option<String>,
    new_user_name: Option<UserName>,
}

/// The ARN follows name and path; the id stays.
fn update(ctx: &Ctx<'_>, state: &mut Iam, input: UpdateUser) -> Result<(), Fault> {
    let old = input.user_name;
    let mut user = User::clone(find(state, &old)?);
    let name = input.new_user_name.unwrap_or_else(|| old.clone());
    if name.to_lowercase() != old.to_lowercase() {
        must_be_free(state, &name)?;
    }
    user.path = input.new_path.unwrap_or(user.path);
    user.arn = arn(ctx, &user.path, &name);
    user.user_name = name.clone();
    if name != old {
        state.users.remove(&old);
        rename(state, &old, &name);
    }
    state.users.put(name, user);
    Ok(())
}

/// What belongs to a user follows its name.
fn rename(state: &mut Iam, old: &UserName, new: &UserName) {
    memberships::rename_user(state, old, new);
    credentials::rename_user(state, old, new);
    Entity::user(old).rename(state, &Entity::user(new));
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct DeleteUser {
    user_name: UserName,
}

fn delete(_: &Ctx<'_>, state: &mut Iam, input: DeleteUser) -> Result<(), Fault> {
    let name = input.user_name;
    find(state, &name)?;
    if memberships::groups_of(state, &name).next().is_some() {
        return Err(faults::delete_conflict("Cannot delete entity, must remove users from group first."));
    }
    credentials::must_have_none(state, &name)?;
    Entity::user(&name).must_have_no_policies(state)?;
    state.users.remove(&name);
    Ok(())
}

/// The user of this name.
pub(super) fn find<'a>(state: &'a Iam, name: &UserName) -> Result<&'a Arc<User>, Fault> {
    let no_user = || faults::missing(format!("The user with name {name} cannot be found."));
    state.users.get(name).ok_or_else(no_user)
}
