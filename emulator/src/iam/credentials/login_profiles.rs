//! Login profiles: the passwords of users.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use stagecheck_models::iam as operations;

use super::passwords::Passwords;
use super::{owner, password_policy};
use crate::iam::{Iam, UserName, faults};
use crate::service::{Ctx, Fault, Identity, Registrar, Secret};
use crate::time::Timestamp;

/// A user's login profile.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(in crate::iam) struct LoginProfile {
    user_name: UserName,
    create_date: Timestamp,
    password_reset_required: bool,
    passwords: Passwords,
    /// When the password was last set.
    pub(in crate::iam) last_changed: Timestamp,
}

/// Registers the operations.
pub(super) fn register(registrar: &mut impl Registrar<Iam>) {
    registrar.write(&operations::CREATE_LOGIN_PROFILE, create, &[]);
    registrar.read(&operations::GET_LOGIN_PROFILE, get, &[]);
    registrar.write(&operations::UPDATE_LOGIN_PROFILE, update, &[]);
    registrar.write(&operations::DELETE_LOGIN_PROFILE, delete, &[]);
    registrar.write(&operations::CHANGE_PASSWORD, change_password, &[]);
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct ProfileOutput {
    login_profile: Arc<LoginProfile>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct CreateLoginProfile {
    user_name: Option<UserName>,
    password: Option<Secret>,
    #[serde(default)]
    password_reset_required: bool,
}

fn create(ctx: &Ctx<'_>, state: &mut Iam, input: CreateLoginProfile) -> Result<ProfileOutput, Fault> {
    let user_name = owner::user(ctx, state, input.user_name)?;
    if state.credentials.login_profiles.contains(&user_name) {
        return Err(faults::exists(format!("Login Profile for user {user_name} already exists.")));
    }
    // Only a session of AssumeRoot may leave it out, and there is none here. The wording is inferred.
    let password = input.password.ok_or_else(|| faults::validation_error("Must specify password."))?;
    password_policy::check(state, password.reveal())?;
    let now = ctx.now.whole_seconds();
    let profile = LoginProfile {
        user_name: user_name.clone(),
        create_date: now,
        password_reset_required: input.password_reset_required,
        passwords: Passwords::new(ctx.ids, password.reveal()),
        last_changed: now,
    };
    Ok(ProfileOutput { login_profile: state.credentials.login_profiles.put(user_name, profile) })
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ProfileOfUser {
    user_name: Option<UserName>,
}

fn get(ctx: &Ctx<'_>, state: &Iam, input: ProfileOfUser) -> Result<ProfileOutput, Fault> {
    let user_name = owner::user(ctx, state, input.user_name)?;
    Ok(ProfileOutput { login_profile: Arc::clone(find(state, &user_name)?) })
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct UpdateLoginProfile {
    user_name: UserName,
    password: Option<Secret>,
    password_reset_required: Option<bool>,
}

fn update(ctx: &Ctx<'_>, state: &mut Iam, input: UpdateLoginProfile) -> Result<(), Fault> {
    let user_name = owner::user(ctx, state, Some(input.user_name))?;
    let mut profile = LoginProfile::clone(find(state, &user_name)?);
    if let Some(password) = &input.password {
        profile.set(ctx, state, password)?;
    }
    profile.password_reset_required =
        input.password_reset_required.unwrap_or(profile.password_reset_required);
    state.credentials.login_profiles.put(user_name, profile);
    Ok(())
}

fn delete(ctx: &Ctx<'_>, state: &mut Iam, input: ProfileOfUser) -> Result<(), Fault> {
    let user_name = owner::user(ctx, state, input.user_name)?;
    find(state, &user_name)?;
    state.credentials.login_profiles.remove(&user_name);
    Ok(())
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ChangePassword {
    old_password: Secret,
    new_password: Secret,
}

/// A user changes the own password. The wordings are inferred, and the code for a wrong password, too: the model lists
/// none for it.
fn change_password(ctx: &Ctx<'_>, state: &mut Iam, input: ChangePassword) -> Result<(), Fault> {
    let Identity::User { name, .. } = &ctx.principal.identity else {
        let message = "Only IAM Users can change their own password.";
        return Err(Fault::new(400, "InvalidUserType", message));
    };
    let user_name = owner::user(ctx, state, Some(name.clone()))?;
    let mut profile = LoginProfile::clone(find(state, &user_name)?);
    if !profile.passwords.is(input.old_password.reveal()) {
        return Err(Fault::new(403, "AccessDenied", "The old password was incorrect."));
    }
    profile.set(ctx, state, &input.new_password)?;
    profile.password_reset_required = false;
    state.credentials.login_profiles.put(user_name, profile);
    Ok(())
}

impl LoginProfile {
    /// Sets a new password, as the account's policy wants it.
    fn set(&mut self, ctx: &Ctx<'_>, state: &Iam, password: &Secret) -> Result<(), Fault> {
        password_policy::check(state, password.reveal())?;
        let remembered = password_policy::of(state).and_then(|policy| policy.password_reuse_prevention);
        let hash = self.passwords.hashed(password.reveal());
        if remembered.is_some_and(|count| self.passwords.was_among_last(count, &hash)) {
            // The wording is inferred.
            let message = "Password does not conform to the account password policy: it was used before.";
            return Err(password_policy::violation(message));
        }
        self.passwords = self.passwords.with_new(hash);
        self.last_changed = ctx.now.whole_seconds();
        Ok(())
    }
}

fn find<'a>(state: &'a Iam, user: &UserName) -> Result<&'a Arc<LoginProfile>, Fault> {
    let profile = state.credentials.login_profiles.get(user);
    profile.ok_or_else(|| faults::missing(format!("Login Profile for User {user} cannot be found.")))
}

/// The profile of a user, if it has one.
pub(in crate::iam) fn of<'a>(state: &'a Iam, user: &UserName) -> Option<&'a Arc<LoginProfile>> {
    state.credentials.login_profiles.get(user)
}

/// A user's profile follows its name.
pub(super) fn rename_user(state: &mut Iam, old: &UserName, new: &UserName) {
    if let Some(profile) = state.credentials.login_profiles.remove(old) {
        let profile = LoginProfile { user_name: new.clone(), ..LoginProfile::clone(&profile) };
        state.credentials.login_profiles.put(new.clone(), profile);
    }
}
