//! GetAccountSummary: how many of everything there are, and may be.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};
use stagecheck_models::iam as operations;

use super::token_preferences;
use crate::iam::{Iam, credentials, quotas};
use crate::service::{Ctx, Fault, Quota, Registrar};

/// Characters of policies, which no quota here is of: as documented.
const USER_POLICY_SIZE: u64 = 2048;
const GROUP_POLICY_SIZE: u64 = 5120;
const ROLE_POLICY_SIZE: u64 = 10_240;
const POLICY_SIZE: u64 = 6144;

/// Versions of policies in use in an account, and instance profiles: as in the documentation's example.
const POLICY_VERSIONS_IN_USE: u64 = 10_000;

/// Registers the operation.
pub(super) fn register(registrar: &mut impl Registrar<Iam>) {
    registrar.read(&operations::GET_ACCOUNT_SUMMARY, get, &[]);
}

#[derive(Deserialize)]
struct GetAccountSummary {}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct AccountSummary {
    summary_map: BTreeMap<&'static str, u64>,
}

fn get(ctx: &Ctx<'_>, state: &Iam, _: GetAccountSummary) -> Result<AccountSummary, Fault> {
    let counted = counts(state).map(|(key, count)| (key, u64::try_from(count).unwrap_or(u64::MAX)));
    Ok(AccountSummary { summary_map: counted.into_iter().chain(limits(ctx)).collect() })
}

/// What there is. Root has neither a password nor MFA devices: this API gives it none.
fn counts(state: &Iam) -> [(&'static str, usize); 15] {
    let credentials = credentials::count(state);
    [
        ("Users", state.users.len()),
        ("Groups", state.groups.len()),
        ("Roles", state.roles.len()),
        ("Policies", state.policies.len()),
        ("PolicyVersionsInUse", policies_in_use(state)),
        ("InstanceProfiles", state.instance_profiles.len()),
        ("Providers", state.federation.saml_providers.len() + state.federation.oidc_providers.len()),
        ("ServerCertificates", credentials.server_certificates),
        ("MFADevices", credentials.mfa_devices),
        ("MFADevicesInUse", credentials.mfa_devices_in_use),
        ("AccountMFAEnabled", 0),
        ("AccountPasswordPresent", 0),
        ("AccountAccessKeysPresent", usize::from(credentials.root_has_access_keys)),
        ("AccountSigningCertificatesPresent", usize::from(credentials.root_has_signing_certificates)),
        ("GlobalEndpointTokenVersion", token_preferences::version(state)),
    ]
}

/// A policy is in use, in its default version, if it is attached or a boundary. The count is inferred: what it counts is
/// not documented.
fn policies_in_use(state: &Iam) -> usize {
    let attached = state.attachments.iter().map(|((_, arn), _)| arn);
    let users = state.users.iter().filter_map(|(_, user)| user.permissions_boundary.as_ref());
    let roles = state.roles.iter().filter_map(|(_, role)| role.permissions_boundary.as_ref());
    let boundaries = users.chain(roles).map(|boundary| &boundary.permissions_boundary_arn);
    attached.chain(boundaries).collect::<BTreeSet<_>>().len()
}

/// What there may be: the quotas that hold, and where none is counted, AWS's.
fn limits(ctx: &Ctx<'_>) -> [(&'static str, u64); 19] {
    let most = |quota: Quota| ctx.quotas.most(quota).unwrap_or(quota.default);
    [
        ("UsersQuota", most(quotas::USERS)),
        ("GroupsQuota", most(quotas::GROUPS)),
        ("RolesQuota", most(quotas::ROLES)),
        ("PoliciesQuota", most(quotas::POLICIES)),
        ("VersionsPerPolicyQuota", most(quotas::VERSIONS_PER_POLICY)),
        ("GroupsPerUserQuota", most(quotas::GROUPS_PER_USER)),
        ("AttachedPoliciesPerUserQuota", most(quotas::POLICIES_PER_USER)),
        ("AttachedPoliciesPerGroupQuota", most(quotas::POLICIES_PER_GROUP)),
        ("AttachedPoliciesPerRoleQuota", most(quotas::POLICIES_PER_ROLE)),
        ("AssumeRolePolicySizeQuota", most(quotas::TRUST_POLICY_LENGTH)),
        ("AccessKeysPerUserQuota", most(quotas::ACCESS_KEYS_PER_USER)),
        ("SigningCertificatesPerUserQuota", most(quotas::SIGNING_CERTIFICATES_PER_USER)),
        ("ServerCertificatesQuota", most(quotas::SERVER_CERTIFICATES)),
        ("UserPolicySizeQuota", USER_POLICY_SIZE),
        ("GroupPolicySizeQuota", GROUP_POLICY_SIZE),
        ("RolePolicySizeQuota", ROLE_POLICY_SIZE),
        ("PolicySizeQuota", POLICY_SIZE),
        ("PolicyVersionsInUseQuota", POLICY_VERSIONS_IN_USE),
        ("InstanceProfilesQuota", most(quotas::INSTANCE_PROFILES)),
    ]
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use stagecheck_models::Kind;

    use super::*;
    use crate::ids::Ids;
    use crate::service::{Principal, Quotas};
    use crate::store::Scope;
    use crate::time::Timestamp;

    #[test]
    fn every_key_of_the_model_is_told() {
        let Kind::Structure(members) = operations::GET_ACCOUNT_SUMMARY.output.unwrap().kind else { panic!() };
        let Kind::Map { key, .. } = members[0].shape.kind else { panic!() };
        let Kind::String(keys) = key.kind else { panic!() };
        let scope = Scope::default();
        let ctx = Ctx {
            scope: &scope,
            principal: &Principal::root(&scope),
            now: Timestamp::default(),
            ids: &Ids::seeded(1),
            quotas: &Quotas::default(),
        };
        let told = get(&ctx, &Iam::default(), GetAccountSummary {}).unwrap().summary_map;
        assert_eq!(told.into_keys().collect::<BTreeSet<_>>(), keys.iter().copied().collect());
    }
}
