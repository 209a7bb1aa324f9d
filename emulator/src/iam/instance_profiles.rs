//! Instance profiles: the roles of EC2 instances.

use std::ops::Bound;
use std::sync::Arc;

use compact_str::CompactString;
use serde::{Deserialize, Serialize};
use stagecheck_models::iam as operations;

use super::document::TrustDocument;
use super::paging::Asked;
use super::roles::{self, Role};
use super::tags::{self, Found, Tag, Tagged};
use super::{Iam, RoleName, faults, quotas};
use crate::service::{Arn, Ctx, Fault, Registrar};
use crate::store::Indexed;
use crate::time::Timestamp;

pub(super) type InstanceProfileName = CompactString;

/// An instance profile.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct InstanceProfile {
    pub(super) path: String,
    pub(super) instance_profile_name: InstanceProfileName,
    instance_profile_id: String,
    arn: String,
    create_date: Timestamp,
    /// The one role that it may have.
    #[serde(default)]
    role_name: Option<RoleName>,
    /// Looked up when it is asked for; nothing of it is stored.
    #[serde(default, skip_deserializing)]
    roles: Vec<RoleOfProfile>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) tags: Vec<Tag>,
}

/// A role as instance profiles have it.
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "PascalCase")]
struct RoleOfProfile {
    path: String,
    role_name: RoleName,
    role_id: Arc<str>,
    arn: Arc<str>,
    create_date: Timestamp,
    assume_role_policy_document: TrustDocument,
}

impl RoleOfProfile {
    fn of(role: &Role) -> Self {
        Self {
            path: role.path.clone(),
            role_name: role.role_name.clone(),
            role_id: Arc::clone(&role.role_id),
            arn: Arc::clone(&role.arn),
            create_date: role.create_date,
            assume_role_policy_document: role.assume_role_policy_document.clone(),
        }
    }
}

/// What an instance profile is looked for by, beside its name.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Term {
    /// Its name in lower case: no two names differ in case alone.
    Name(CompactString),
    /// Its role's name.
    Role(RoleName),
}

impl Indexed<InstanceProfileName> for InstanceProfile {
    type Term = Term;

    fn terms(&self, name: &InstanceProfileName, tell: &mut dyn FnMut(Term)) {
        tell(Term::Name(name.to_lowercase()));
        if let Some(role) = &self.role_name {
            tell(Term::Role(role.clone()));
        }
    }
}

/// Registers the operations.
pub(super) fn register(registrar: &mut impl Registrar<Iam>) {
    registrar.write(&operations::CREATE_INSTANCE_PROFILE, create, &[]);
    registrar.read(&operations::GET_INSTANCE_PROFILE, get, &[]);
    registrar.read(&operations::LIST_INSTANCE_PROFILES, list, &[]);
    registrar.read(&operations::LIST_INSTANCE_PROFILES_FOR_ROLE, list_for_role, &[]);
    registrar.write(&operations::ADD_ROLE_TO_INSTANCE_PROFILE, add_role, &[]);
    registrar.write(&operations::REMOVE_ROLE_FROM_INSTANCE_PROFILE, remove_role, &[]);
    registrar.write(&operations::DELETE_INSTANCE_PROFILE, delete, &[]);
    tags::register_kind::<InstanceProfile>(
        registrar,
        [
            &operations::TAG_INSTANCE_PROFILE,
            &operations::UNTAG_INSTANCE_PROFILE,
            &operations::LIST_INSTANCE_PROFILE_TAGS,
        ],
    );
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct ProfileOutput {
    instance_profile: InstanceProfile,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct CreateInstanceProfile {
    instance_profile_name: InstanceProfileName,
    path: Option<String>,
    #[serde(default)]
    tags: Vec<Tag>,
}

fn create(ctx: &Ctx<'_>, state: &mut Iam, input: CreateInstanceProfile) -> Result<ProfileOutput, Fault> {
    let name = input.instance_profile_name;
    if state.instance_profiles.count_naming(&Term::Name(name.to_lowercase())) > 0 {
        return Err(faults::exists(format!("Instance Profile {name} already exists.")));
    }
    let profiles = || state.instance_profiles.len();
    quotas::check(ctx, quotas::INSTANCE_PROFILES, "InstanceProfilesPerAccount", profiles)?;
    tags::check(&input.tags)?;
    let path = input.path.unwrap_or_else(|| "/".to_owned());
    let profile = InstanceProfile {
        arn: ctx.scope.global_arn("iam", format_args!("instance-profile{path}{name}")),
        path,
        instance_profile_id: ctx.ids.upper("AIPA", 17),
        create_date: ctx.now.whole_seconds(),
        role_name: None,
        roles: Vec::new(),
        tags: input.tags,
        instance_profile_name: name.clone(),
    };
    Ok(ProfileOutput {
        instance_profile: InstanceProfile::clone(&state.instance_profiles.put(name, profile)),
    })
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct OneProfile {
    instance_profile_name: InstanceProfileName,
}

fn get(_: &Ctx<'_>, state: &Iam, input: OneProfile) -> Result<ProfileOutput, Fault> {
    let profile = find(state, &input.instance_profile_name)?;
    Ok(ProfileOutput { instance_profile: profile.with_role(state) })
}

impl InstanceProfile {
    /// With its role as that is now.
    fn with_role(&self, state: &Iam) -> Self {
        let role = self.role_name.as_ref().and_then(|name| state.roles.get(name));
        Self { roles: role.map(|role| RoleOfProfile::of(role)).into_iter().collect(), ..self.clone() }
    }

    /// As lists have it: without tags, as IAM documents.
    pub(super) fn listed(&self, state: &Iam) -> Self {
        Self { tags: Vec::new(), ..self.with_role(state) }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ListInstanceProfiles {
    path_prefix: Option<String>,
    marker: Option<String>,
    max_items: Option<usize>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct InstanceProfiles {
    instance_profiles: Vec<InstanceProfile>,
    is_truncated: bool,
    marker: Option<String>,
}

fn list(_: &Ctx<'_>, state: &Iam, input: ListInstanceProfiles) -> Result<InstanceProfiles, Fault> {
    let prefix = input.path_prefix.as_deref().unwrap_or("/");
    let asked = Asked { marker: input.marker, max_items: input.max_items };
    let all = (Bound::Unbounded, Bound::Unbounded);
    let page = asked.of(&state.instance_profiles, all, |_, profile| profile.path.starts_with(prefix))?;
    Ok(InstanceProfiles {
        instance_profiles: page.rows.iter().map(|(_, profile)| profile.listed(state)).collect(),
        is_truncated: page.next.is_some(),
        marker: page.next,
    })
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ListForRole {
    role_name: RoleName,
    marker: Option<String>,
    max_items: Option<usize>,
}

fn list_for_role(_: &Ctx<'_>, state: &Iam, input: ListForRole) -> Result<InstanceProfiles, Fault> {
    roles::find(state, &input.role_name)?;
    let limit = input.max_items.unwrap_or(super::paging::DEFAULT_MAX_ITEMS);
    let page = state
        .instance_profiles
        .page_naming(&Term::Role(input.role_name), input.marker.as_deref(), limit, |_, _| true)
        .map_err(|_| faults::bad_marker())?;
    Ok(InstanceProfiles {
        instance_profiles: page.rows.iter().map(|(_, profile)| profile.listed(state)).collect(),
        is_truncated: page.next.is_some(),
        marker: page.next,
    })
}

/// The instance profiles that a role is in.
pub(super) fn of_role<'a>(state: &'a Iam, role: &RoleName) -> impl Iterator<Item = &'a Arc<InstanceProfile>> {
    state.instance_profiles.naming(&Term::Role(role.clone())).map(|(_, profile)| profile)
}

/// Refuses a role that is in an instance profile: so does IAM before it deletes.
pub(super) fn must_not_have_role(state: &Iam, role: &RoleName) -> Result<(), Fault> {
    match of_role(state, role).next() {
        None => Ok(()),
        Some(_) => Err(must_remove_roles()),
    }
}

/// The same words for the role and for the instance profile (99designs/iamy#47, #68).
fn must_remove_roles() -> Fault {
    faults::delete_conflict("Cannot delete entity, must remove roles from instance profile first.")
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct RoleAndProfile {
    instance_profile_name: InstanceProfileName,
    role_name: RoleName,
}

/// A second role is refused, and so is the same one again.
fn add_role(_: &Ctx<'_>, state: &mut Iam, input: RoleAndProfile) -> Result<(), Fault> {
    let name = input.instance_profile_name;
    let mut profile = InstanceProfile::clone(find(state, &name)?);
    roles::find_modifiable(state, &input.role_name)?;
    if profile.role_name.is_some() {
        return Err(faults::over_quota("InstanceSessionsPerInstanceProfile", 1));
    }
    profile.role_name = Some(input.role_name);
    state.instance_profiles.put(name, profile);
    Ok(())
}

fn remove_role(_: &Ctx<'_>, state: &mut Iam, input: RoleAndProfile) -> Result<(), Fault> {
    let RoleAndProfile { instance_profile_name: name, role_name } = input;
    let mut profile = InstanceProfile::clone(find(state, &name)?);
    roles::find_modifiable(state, &role_name)?;
    if profile.role_name.as_ref() != Some(&role_name) {
        // The wording is inferred.
        return Err(faults::missing(format!("Role {role_name} in Instance Profile {name} cannot be found.")));
    }
    profile.role_name = None;
    state.instance_profiles.put(name, profile);
    Ok(())
}

fn delete(_: &Ctx<'_>, state: &mut Iam, input: OneProfile) -> Result<(), Fault> {
    let name = input.instance_profile_name;
    if find(state, &name)?.role_name.is_some() {
        return Err(must_remove_roles());
    }
    state.instance_profiles.remove(&name);
    Ok(())
}

/// The instance profile of this name.
pub(super) fn find<'a>(
    state: &'a Iam,
    name: &InstanceProfileName,
) -> Result<&'a Arc<InstanceProfile>, Fault> {
    let none = || faults::missing(format!("Instance Profile {name} cannot be found."));
    state.instance_profiles.get(name).ok_or_else(none)
}

impl Tagged for InstanceProfile {
    type Key = InstanceProfileName;

    const QUOTA: &'static str = "TagsPerInstanceProfile";

    fn find<'a>(state: &'a Iam, name: &InstanceProfileName) -> Result<&'a Arc<Self>, Fault> {
        find(state, name)
    }

    fn put(self, state: &mut Iam, name: InstanceProfileName) {
        state.instance_profiles.put(name, self);
    }

    fn tags(&self) -> &[Tag] {
        &self.tags
    }

    fn tags_mut(&mut self) -> &mut Vec<Tag> {
        &mut self.tags
    }
}

tags::tag_inputs!(InstanceProfile, "InstanceProfileName");

impl Found for InstanceProfile {
    fn key(_: &Arn<'_>, path: &str) -> Option<InstanceProfileName> {
        tags::last_name(path).map(InstanceProfileName::from)
    }

    fn arn(&self) -> &str {
        &self.arn
    }

    fn ever_tagged<'a>(state: &'a Iam, after: Option<&str>) -> Vec<&'a Arc<Self>> {
        tags::in_order(state.instance_profiles_ever_tagged.rows(&state.instance_profiles, None), after)
    }

    fn if_ever_tagged<'a>(state: &'a Iam, name: &InstanceProfileName) -> Option<&'a Arc<Self>> {
        state.instance_profiles_ever_tagged.row(&state.instance_profiles, name)
    }
}
