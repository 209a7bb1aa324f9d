//! The resources of calls that are about what is there: by its own ARN, with its path, and with its tags.
//!
//! A denial names most by their kinds and names only, as the caller did, and so tells no path.

use super::Iam;
use crate::iam::boundaries::PermissionsBoundary;
use crate::iam::credentials::{self, MfaDevice, ServerCertificate};
use crate::iam::federation::{OidcProvider, SamlProvider};
use crate::iam::instance_profiles::InstanceProfile;
use crate::iam::tags::{self, Found as _, Tagged};
use crate::service::Identity;
use crate::service::authorization::{Asked, Requirement};

/// What is known of a resource.
pub(super) type Call<'a> = Asked<'a, Iam>;

/// Prefixes under which conditions may ask for a resource's tags. Only users and roles have them under both.
const BY_AWS: [&str; 1] = ["aws"];
const BY_BOTH: [&str; 2] = ["aws", "iam"];

/// The call's action on this resource, with the tags that it brings.
pub(super) fn on(call: &Call<'_>, resource: impl Into<String>) -> Requirement {
    Requirement::new(call.action("iam"), resource)
        .with_request_tags(&call.tags("Tags"))
        .with("aws:TagKeys", call.texts("TagKeys"))
}

/// The ARN of something in the account.
pub(super) fn arn(call: &Call<'_>, kind: &str, path_and_name: &str) -> String {
    call.ctx.scope.global_arn("iam", format_args!("{kind}{path_and_name}"))
}

/// What has no resource: the account as a whole.
pub(super) fn account(call: &Call<'_>) -> Vec<Requirement> {
    vec![on(call, "*")]
}

/// The user whom the call names, or else the caller.
pub(super) fn user(call: &Call<'_>) -> Vec<Requirement> {
    vec![one_user(call)]
}

/// A user whose boundary conditions may ask for.
pub(super) fn bounded_user(call: &Call<'_>) -> Vec<Requirement> {
    let user = call.text("UserName").and_then(|name| call.state.users.get(&name.into()));
    let boundary = user.and_then(|user| user.permissions_boundary.as_ref());
    vec![with_boundary(one_user(call), boundary)]
}

fn one_user(call: &Call<'_>) -> Requirement {
    let own = match &call.ctx.principal.identity {
        Identity::User { name, .. } => Some(name.as_str()),
        Identity::Root | Identity::Role { .. } => None,
    };
    let Some(name) = call.text("UserName").or(own) else {
        // The handler refuses a role's session that names nobody; root is its own user.
        return on(call, &*call.ctx.principal.arn);
    };
    let found = call.state.users.get(&name.into());
    let arn = found.map_or_else(|| arn(call, "user/", name), |user| user.arn.to_string());
    let tags = found.map(|user| tags::pairs(&user.tags)).unwrap_or_default();
    on(call, arn).with_resource_tags(&tags, &BY_BOTH).shown_as(format!("user {name}"))
}

pub(super) fn group(call: &Call<'_>) -> Vec<Requirement> {
    vec![one_group(call)]
}

pub(super) fn one_group(call: &Call<'_>) -> Requirement {
    let name = call.required("GroupName");
    let found = call.state.groups.get(&name.into());
    let arn = found.map_or_else(|| arn(call, "group/", name), |group| group.arn.to_string());
    on(call, arn).shown_as(format!("group {name}"))
}

pub(super) fn role(call: &Call<'_>) -> Vec<Requirement> {
    vec![one_role(call)]
}

/// A role whose boundary conditions may ask for.
pub(super) fn bounded_role(call: &Call<'_>) -> Vec<Requirement> {
    let role = call.state.roles.get(&call.required("RoleName").into());
    let boundary = role.and_then(|role| role.permissions_boundary.as_ref());
    vec![with_boundary(one_role(call), boundary)]
}

fn one_role(call: &Call<'_>) -> Requirement {
    let name = call.required("RoleName");
    let found = call.state.roles.get(&name.into());
    let tags = found.map(|role| tags::pairs(&role.tags)).unwrap_or_default();
    on(call, role_arn(call, name)).with_resource_tags(&tags, &BY_BOTH).shown_as(format!("role {name}"))
}

/// The ARN of a role, with its path where it is there.
pub(super) fn role_arn(call: &Call<'_>, name: &str) -> String {
    let found = call.state.roles.get(&name.into());
    found.map_or_else(|| arn(call, "role/", name), |role| role.arn.to_string())
}

fn with_boundary(requirement: Requirement, boundary: Option<&PermissionsBoundary>) -> Requirement {
    requirement
        .with("iam:PermissionsBoundary", boundary.map(|boundary| boundary.permissions_boundary_arn.as_str()))
}

/// A managed policy, the account's own or another's.
pub(super) fn policy(call: &Call<'_>) -> Vec<Requirement> {
    let arn = call.required("PolicyArn");
    let found = call.state.policies.get(&arn.to_owned());
    let tags = found.map(|policy| tags::pairs(&policy.tags)).unwrap_or_default();
    vec![on(call, arn).with_resource_tags(&tags, &BY_AWS).shown_as(format!("policy {arn}"))]
}

/// The tags of what bears some, if it is there.
fn tags_of<T: Tagged>(call: &Call<'_>, key: &T::Key) -> Vec<(String, String)> {
    T::find(call.state, key).map(|row| tags::pairs(row.tags())).unwrap_or_default()
}

pub(super) fn instance_profile(call: &Call<'_>) -> Vec<Requirement> {
    let name = call.required("InstanceProfileName");
    let found = call.state.instance_profiles.get(&name.into());
    let arn = found.map_or_else(|| arn(call, "instance-profile/", name), |profile| profile.arn().to_owned());
    let tags = tags_of::<InstanceProfile>(call, &name.into());
    vec![on(call, arn).with_resource_tags(&tags, &BY_AWS).shown_as(format!("instance profile {name}"))]
}

pub(super) fn server_certificate(call: &Call<'_>) -> Vec<Requirement> {
    let name = call.required("ServerCertificateName");
    let found = ServerCertificate::find(call.state, &name.into());
    let arn = found.map_or_else(|_| arn(call, "server-certificate/", name), |row| row.arn().to_owned());
    let tags = tags_of::<ServerCertificate>(call, &name.into());
    vec![on(call, arn).with_resource_tags(&tags, &BY_AWS)]
}

/// The serial number of a virtual device is its ARN.
pub(super) fn mfa_device(call: &Call<'_>) -> Vec<Requirement> {
    let serial_number = call.required("SerialNumber");
    let tags = tags_of::<MfaDevice>(call, &serial_number.into());
    vec![on(call, serial_number).with_resource_tags(&tags, &BY_AWS)]
}

pub(super) fn oidc_provider(call: &Call<'_>) -> Vec<Requirement> {
    let arn = call.required("OpenIDConnectProviderArn");
    let tags = tags_of::<OidcProvider>(call, &arn.into());
    vec![on(call, arn).with_resource_tags(&tags, &BY_AWS)]
}

pub(super) fn saml_provider(call: &Call<'_>) -> Vec<Requirement> {
    let arn = call.required("SAMLProviderArn");
    let tags = tags_of::<SamlProvider>(call, &arn.into());
    vec![on(call, arn).with_resource_tags(&tags, &BY_AWS)]
}

pub(super) fn delegation_request(call: &Call<'_>) -> Vec<Requirement> {
    vec![on(call, arn(call, "delegation-request/", call.required("DelegationRequestId")))]
}

/// The user whose key it is; of a key that is nobody's, any user.
pub(super) fn user_of_access_key(call: &Call<'_>) -> Vec<Requirement> {
    let owner = credentials::owner_of_access_key(call.state, call.required("AccessKeyId"));
    let owner = owner.and_then(|name| call.state.users.get(name));
    let arn = owner.map_or_else(|| arn(call, "user/", "*"), |user| user.arn.to_string());
    // A denial does not tell whose the key is.
    vec![on(call, arn).unnamed()]
}

/// The entity that a report is about.
pub(super) fn entity(call: &Call<'_>) -> Vec<Requirement> {
    vec![on(call, call.required("Arn"))]
}

/// The entity whose policies are looked at.
pub(super) fn policy_source(call: &Call<'_>) -> Vec<Requirement> {
    vec![on(call, call.required("PolicySourceArn"))]
}

pub(super) fn summarized_entity(call: &Call<'_>) -> Vec<Requirement> {
    vec![on(call, call.required("EntityArn"))]
}

pub(super) fn access_report(call: &Call<'_>) -> Vec<Requirement> {
    let report = on(call, arn(call, "access-report/", call.required("EntityPath")));
    vec![report.with("iam:OrganizationsPolicyId", call.text("OrganizationsPolicyId"))]
}

/// `task/aws-service-role/SERVICE/ROLE/ID`
pub(super) fn role_of_deletion_task(call: &Call<'_>) -> Vec<Requirement> {
    let task = call.required("DeletionTaskId");
    let role = task.strip_prefix("task/").and_then(|rest| rest.rsplit_once('/')).map(|(role, _)| role);
    vec![on(call, arn(call, "role/", role.unwrap_or(task)))]
}

pub(super) fn users(call: &Call<'_>) -> Vec<Requirement> {
    list(call, "user")
}

pub(super) fn groups(call: &Call<'_>) -> Vec<Requirement> {
    list(call, "group")
}

pub(super) fn roles(call: &Call<'_>) -> Vec<Requirement> {
    list(call, "role")
}

pub(super) fn instance_profiles(call: &Call<'_>) -> Vec<Requirement> {
    list(call, "instance-profile")
}

pub(super) fn server_certificates(call: &Call<'_>) -> Vec<Requirement> {
    list(call, "server-certificate")
}

pub(super) fn mfa_devices(call: &Call<'_>) -> Vec<Requirement> {
    list(call, "mfa")
}

/// Lists are asked for by path, which denials show (seen by users of each).
fn list(call: &Call<'_>, kind: &str) -> Vec<Requirement> {
    vec![on(call, arn(call, kind, path_prefix(call)))]
}

/// The odd name in denials is AWS's (aws/aws-sam-cli#394).
pub(super) fn policies(call: &Call<'_>) -> Vec<Requirement> {
    let prefix = path_prefix(call);
    vec![on(call, arn(call, "policy", prefix)).shown_as(format!("policy path {prefix}"))]
}

fn path_prefix<'a>(call: &'a Call<'_>) -> &'a str {
    call.text("PathPrefix").unwrap_or("/")
}

pub(super) fn saml_providers(call: &Call<'_>) -> Vec<Requirement> {
    vec![on(call, arn(call, "saml-provider/", "*"))]
}

pub(super) fn oidc_providers(call: &Call<'_>) -> Vec<Requirement> {
    vec![on(call, arn(call, "oidc-provider/", "*"))]
}

pub(super) fn delegation_requests(call: &Call<'_>) -> Vec<Requirement> {
    vec![on(call, "*").with("iam:DelegationRequestOwner", call.text("OwnerId"))]
}
