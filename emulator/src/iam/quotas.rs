//! The quotas of IAM: how many of a thing there may be.
//!
//! Source: AWS IAM user guide, "IAM and AWS STS quotas".

use super::faults;
use crate::service::{Ctx, Fault, MORE, NO_MORE, Quota, quotas};

quotas! {
    /// Every quota that can be set.
    pub(crate) QUOTAS: Quota
    USERS = "users" 5000 NO_MORE "Users";
    GROUPS = "groups" 300 MORE "Groups";
    ROLES = "roles" 1000 MORE "Roles";
    POLICIES = "policies" 1500 MORE "Managed policies of the account";
    VERSIONS_PER_POLICY = "versions-per-policy" 5 NO_MORE "Versions of a managed policy";
    POLICIES_PER_USER = "policies-per-user" 10 MORE "Managed policies attached to a user";
    POLICIES_PER_GROUP = "policies-per-group" 10 MORE "Managed policies attached to a group";
    POLICIES_PER_ROLE = "policies-per-role" 10 MORE "Managed policies attached to a role";
    GROUPS_PER_USER = "groups-per-user" 10 NO_MORE "Groups that a user is in";
    INSTANCE_PROFILES = "instance-profiles" 1000 MORE "Instance profiles";
    SAML_PROVIDERS = "saml-providers" 100 NO_MORE "SAML providers";
    OIDC_PROVIDERS = "oidc-providers" 100 MORE "OpenID Connect providers";
    CLIENT_IDS_PER_PROVIDER = "client-ids-per-oidc-provider" 100 NO_MORE "Client IDs of an OpenID Connect provider";
    ACCESS_KEYS_PER_USER = "access-keys-per-user" 2 NO_MORE "Access keys of a user";
    MFA_DEVICES_PER_USER = "mfa-devices-per-user" 8 NO_MORE "MFA devices of a user";
    SSH_PUBLIC_KEYS_PER_USER = "ssh-public-keys-per-user" 5 NO_MORE "SSH public keys of a user";
    SIGNING_CERTIFICATES_PER_USER = "signing-certificates-per-user" 2 NO_MORE "Signing certificates of a user";
    SERVICE_CREDENTIALS_PER_USER = "service-credentials-per-user" 2 NO_MORE
        "Service-specific credentials of a user for each service";
    SERVER_CERTIFICATES = "server-certificates" 20 MORE "Server certificates";
    TRUST_POLICY_LENGTH = "trust-policy-length" 2048 MORE
        "Characters of a trust policy, white space not counted";
}

/// Refuses one more of what there already is the number of. `called` is the quota's name in messages.
pub(super) fn check(
    ctx: &Ctx<'_>,
    quota: Quota,
    called: &str,
    present: impl FnOnce() -> usize,
) -> Result<(), Fault> {
    if ctx.quotas.has_room(quota, present) { Ok(()) } else { Err(exceeded(ctx, quota, called)) }
}

/// That a quota is exceeded.
pub(super) fn exceeded(ctx: &Ctx<'_>, quota: Quota, called: &str) -> Fault {
    faults::over_quota(called, ctx.quotas.most(quota).unwrap_or(quota.default))
}
