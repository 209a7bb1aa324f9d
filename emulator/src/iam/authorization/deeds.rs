//! What calls need that do more than look: to make, attach, pass, tag and rename.

use super::resources::{
    Call, arn, bounded_role, bounded_user, group, instance_profile, mfa_device, oidc_provider, on, one_group,
    policy, role, role_arn, saml_provider, server_certificate, user,
};
use crate::iam::service_linked_roles;
use crate::service::Identity;
use crate::service::authorization::{Requirement, pass_role};

/// Whom EC2 gives the role of an instance profile to.
const EC2: &str = "ec2.amazonaws.com";

/// Something new, at the path that the call gives. Tags that come with it need what tagging it later would.
fn new(call: &Call<'_>, kind: &str, name_member: &str, tagging: &'static str) -> Vec<Requirement> {
    let (path, name) = (call.text("Path").unwrap_or("/"), call.required(name_member));
    with_tagging(call, on(call, arn(call, kind, &format!("{path}{name}"))), tagging)
}

/// Source: AWS IAM user guide, "Tags for AWS Identity and Access Management resources".
fn with_tagging(call: &Call<'_>, create: Requirement, tagging: &'static str) -> Vec<Requirement> {
    let tags = call.tags("Tags");
    if tags.is_empty() {
        return vec![create];
    }
    let tag = Requirement::new(tagging, create.resource.clone()).with_request_tags(&tags);
    vec![create, tag]
}

pub(super) fn new_user(call: &Call<'_>) -> Vec<Requirement> {
    given_boundary(call, new(call, "user", "UserName", "iam:TagUser"))
}

/// Groups have no tags.
pub(super) fn new_group(call: &Call<'_>) -> Vec<Requirement> {
    new(call, "group", "GroupName", "")
}

pub(super) fn new_role(call: &Call<'_>) -> Vec<Requirement> {
    given_boundary(call, new(call, "role", "RoleName", "iam:TagRole"))
}

/// A denial names a new policy by its name alone (seen by users of eksctl and Terraform).
pub(super) fn new_policy(call: &Call<'_>) -> Vec<Requirement> {
    let name = call.required("PolicyName");
    let requirements = new(call, "policy", "PolicyName", "iam:TagPolicy");
    requirements.into_iter().map(|requirement| requirement.shown_as(format!("policy {name}"))).collect()
}

pub(super) fn new_instance_profile(call: &Call<'_>) -> Vec<Requirement> {
    new(call, "instance-profile", "InstanceProfileName", "iam:TagInstanceProfile")
}

pub(super) fn new_mfa_device(call: &Call<'_>) -> Vec<Requirement> {
    new(call, "mfa", "VirtualMFADeviceName", "iam:TagMFADevice")
}

pub(super) fn new_server_certificate(call: &Call<'_>) -> Vec<Requirement> {
    new(call, "server-certificate", "ServerCertificateName", "iam:TagServerCertificate")
}

pub(super) fn new_saml_provider(call: &Call<'_>) -> Vec<Requirement> {
    new(call, "saml-provider", "Name", "iam:TagSAMLProvider")
}

/// Named by its URL without the scheme.
pub(super) fn new_oidc_provider(call: &Call<'_>) -> Vec<Requirement> {
    let url = call.required("Url");
    let name = url.split_once("://").map_or(url, |(_, name)| name);
    let create = on(call, arn(call, "oidc-provider/", name));
    with_tagging(call, create, "iam:TagOpenIDConnectProvider")
}

/// A role of a service that is not known is for the handler to refuse.
pub(super) fn new_service_linked_role(call: &Call<'_>) -> Vec<Requirement> {
    let service = call.required("AWSServiceName");
    let name = service_linked_roles::name_of(service, call.text("CustomSuffix"));
    let name = name.as_deref().unwrap_or("AWSServiceRoleFor*");
    let create = on(call, arn(call, "role/aws-service-role/", &format!("{service}/{name}")));
    vec![create.with("iam:AWSServiceName", [service])]
}

/// It has no id yet.
pub(super) fn new_delegation_request(call: &Call<'_>) -> Vec<Requirement> {
    let duration = match call.input.member("SessionDuration") {
        Some(crate::service::Document::Integer(seconds)) => Some(seconds.to_string()),
        _ => None,
    };
    let template =
        call.input.member("Permissions").and_then(|permissions| permissions.member("PolicyTemplateArn"));
    let create = on(call, arn(call, "delegation-request/", "*"))
        .with("iam:DelegationDuration", duration)
        .with("iam:NotificationChannel", call.text("NotificationChannel"))
        .with("iam:TemplateArn", template.and_then(crate::service::Document::as_text));
    vec![create]
}

/// The boundary that the call sets.
fn given_boundary(call: &Call<'_>, requirements: Vec<Requirement>) -> Vec<Requirement> {
    each(requirements, |requirement| {
        requirement.with("iam:PermissionsBoundary", call.text("PermissionsBoundary"))
    })
}

fn each(requirements: Vec<Requirement>, change: impl Fn(Requirement) -> Requirement) -> Vec<Requirement> {
    requirements.into_iter().map(change).collect()
}

pub(super) fn user_boundary(call: &Call<'_>) -> Vec<Requirement> {
    given_boundary(call, user(call))
}

pub(super) fn role_boundary(call: &Call<'_>) -> Vec<Requirement> {
    given_boundary(call, role(call))
}

pub(super) fn user_attachment(call: &Call<'_>) -> Vec<Requirement> {
    attachment(call, bounded_user(call))
}

pub(super) fn group_attachment(call: &Call<'_>) -> Vec<Requirement> {
    attachment(call, group(call))
}

pub(super) fn role_attachment(call: &Call<'_>) -> Vec<Requirement> {
    attachment(call, bounded_role(call))
}

fn attachment(call: &Call<'_>, requirements: Vec<Requirement>) -> Vec<Requirement> {
    each(requirements, |requirement| requirement.with("iam:PolicyARN", call.text("PolicyArn")))
}

/// A role is passed to EC2 with the instance profile.
pub(super) fn instance_profile_of_role(call: &Call<'_>) -> Vec<Requirement> {
    let mut requirements = instance_profile(call);
    requirements.extend(pass_role(&role_arn(call, call.required("RoleName")), EC2));
    requirements
}

pub(super) fn service_credential(call: &Call<'_>) -> Vec<Requirement> {
    let days = match call.input.member("CredentialAgeDays") {
        Some(crate::service::Document::Integer(days)) => Some(days.to_string()),
        _ => None,
    };
    each(user(call), |requirement| {
        requirement
            .with("iam:ServiceSpecificCredentialServiceName", call.text("ServiceName"))
            .with("iam:ServiceSpecificCredentialAgeDays", days.clone())
    })
}

/// A user's own, which the call does not name.
pub(super) fn caller_itself(call: &Call<'_>) -> Vec<Requirement> {
    let arn = match &call.ctx.principal.identity {
        Identity::User { arn, .. } => arn.to_string(),
        Identity::Root | Identity::Role { .. } => call.ctx.principal.arn.clone(),
    };
    vec![on(call, arn)]
}

/// Who moves or renames something must be allowed to, where it is and where it comes to be.
///
/// Source: AWS IAM API reference, UpdateUser, UpdateGroup, UpdateServerCertificate.
fn renamed(
    call: &Call<'_>,
    mut requirements: Vec<Requirement>,
    kind: &str,
    name: &str,
    new_name_member: &str,
) -> Vec<Requirement> {
    let (new_path, new_name) = (call.text("NewPath"), call.text(new_name_member));
    if new_path.is_none() && new_name.is_none() {
        return requirements;
    }
    let old = requirements.first().map(|requirement| requirement.resource.as_str()).unwrap_or_default();
    let resource = old.split_once(&format!(":{kind}")).map_or("/", |(_, resource)| resource);
    let old_path = resource.strip_suffix(name).unwrap_or("/");
    let (path, name) = (new_path.unwrap_or(old_path), new_name.unwrap_or(name));
    let target = on(call, arn(call, kind, &format!("{path}{name}")));
    requirements.push(target);
    requirements
}

pub(super) fn renamed_user(call: &Call<'_>) -> Vec<Requirement> {
    renamed(call, user(call), "user", call.required("UserName"), "NewUserName")
}

pub(super) fn renamed_group(call: &Call<'_>) -> Vec<Requirement> {
    renamed(call, vec![one_group(call)], "group", call.required("GroupName"), "NewGroupName")
}

pub(super) fn renamed_server_certificate(call: &Call<'_>) -> Vec<Requirement> {
    let name = call.required("ServerCertificateName");
    renamed(call, server_certificate(call), "server-certificate", name, "NewServerCertificateName")
}

/// Denials of tagging show ARNs (seen by users of the Serverless Framework).
fn by_arn(requirements: Vec<Requirement>) -> Vec<Requirement> {
    each(requirements, |requirement| {
        let arn = requirement.resource.clone();
        requirement.shown_as(arn)
    })
}

pub(super) fn tagged_user(call: &Call<'_>) -> Vec<Requirement> {
    by_arn(user(call))
}

pub(super) fn tagged_role(call: &Call<'_>) -> Vec<Requirement> {
    by_arn(role(call))
}

pub(super) fn tagged_policy(call: &Call<'_>) -> Vec<Requirement> {
    by_arn(policy(call))
}

pub(super) fn tagged_instance_profile(call: &Call<'_>) -> Vec<Requirement> {
    by_arn(instance_profile(call))
}

pub(super) fn tagged_mfa_device(call: &Call<'_>) -> Vec<Requirement> {
    by_arn(mfa_device(call))
}

pub(super) fn tagged_oidc_provider(call: &Call<'_>) -> Vec<Requirement> {
    by_arn(oidc_provider(call))
}

pub(super) fn tagged_saml_provider(call: &Call<'_>) -> Vec<Requirement> {
    by_arn(saml_provider(call))
}

pub(super) fn tagged_server_certificate(call: &Call<'_>) -> Vec<Requirement> {
    by_arn(server_certificate(call))
}
