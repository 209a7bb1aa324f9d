//! AssumeRole.

use serde::{Deserialize, Serialize};

use super::assumption::{Assumed, AssumedRoleUser, Assumption};
use super::credentials::{AN_HOUR, Credentials, check_caller, check_mfa, expiry, role_duration};
use super::session_policies::{Passed, PolicyArn};
use super::session_tags::{SessionTags, Tag};
use super::trust::{self, Asked};
use super::{Ports, Sts, faults};
use crate::service::{Ctx, Fault, Identity};
use crate::store::Scopes;

const ACTION: &str = "sts:AssumeRole";

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct AssumeRole {
    role_arn: String,
    role_session_name: String,
    #[serde(default)]
    policy_arns: Vec<PolicyArn>,
    policy: Option<String>,
    duration_seconds: Option<i64>,
    #[serde(default)]
    tags: Vec<Tag>,
    #[serde(default)]
    transitive_tag_keys: Vec<String>,
    external_id: Option<String>,
    serial_number: Option<String>,
    token_code: Option<String>,
    source_identity: Option<String>,
    #[serde(default)]
    provided_contexts: Vec<ProvidedContext>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ProvidedContext {
    provider_arn: Option<String>,
    context_assertion: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct AssumedRole {
    credentials: Credentials,
    assumed_role_user: AssumedRoleUser,
    packed_policy_size: Option<usize>,
    source_identity: Option<String>,
}

pub(super) fn assume_role(
    ctx: &Ctx<'_>,
    states: &Scopes<Sts>,
    input: AssumeRole,
    ports: &Ports,
) -> Result<AssumedRole, Fault> {
    let caller = ctx.principal;
    check_caller(ctx, "AssumeRole")?;
    if caller.identity == Identity::Root {
        return Err(faults::root_assumes_no_roles());
    }
    // A session outlives its role or user, but nobody trusts it then.
    if !ports.permissions.is_there(caller) {
        return Err(faults::not_authorized(&caller.arn, ACTION, &input.role_arn));
    }
    let session = caller.session.as_ref();
    let tags = SessionTags::new(input.tags, input.transitive_tag_keys, session)?;
    let gave_mfa_code =
        check_mfa(ctx, &*ports.mfa_devices, input.serial_number.as_deref(), input.token_code.as_deref())?;
    let inherited = session.and_then(|session| session.source_identity.clone());
    if inherited.is_some()
        && input.source_identity.as_ref().is_some_and(|given| Some(given) != inherited.as_ref())
    {
        // Once set it cannot be changed, as documented; the wording is inferred.
        return Err(faults::not_authorized(&caller.arn, "sts:SetSourceIdentity", &input.role_arn));
    }
    let source_identity = inherited.or(input.source_identity);
    let context_providers: Vec<String> =
        input.provided_contexts.iter().filter_map(|each| each.provider_arn.clone()).collect();

    let asked = Asked {
        role_arn: &input.role_arn,
        session_name: &input.role_session_name,
        action: ACTION,
        tags: &tags,
        source_identity: source_identity.as_deref(),
        context_providers: &context_providers,
    };
    let context = trust::of_caller(ctx, &*ports.permissions, gave_mfa_code)
        .with("sts:ExternalId", input.external_id.as_deref());
    let refused = |action: &str| faults::not_authorized(&caller.arn, action, &input.role_arn);
    let role = asked.of(ctx, &*ports.roles, caller.in_policies(), context, refused)?;
    if input.provided_contexts.iter().any(|each| each.context_assertion.is_some()) {
        return Err(no_context());
    }

    let duration = role_duration(input.duration_seconds, &role)?;
    let is_chained = matches!(caller.identity, Identity::Role { .. });
    if is_chained && duration > AN_HOUR {
        return Err(faults::beyond_the_chain());
    }
    // Credentials of a role tell nothing of an MFA code, as documented: only its trust policy can ask for one.
    let assumption = Assumption {
        role,
        session_name: &input.role_session_name,
        expires: expiry(ctx, duration),
        passed: Passed { policy: input.policy, arns: input.policy_arns },
        tags,
        source_identity: source_identity.clone(),
        federated_provider: None,
    };
    let Assumed { credentials, assumed_role_user, packed_policy_size } =
        assumption.issue(ctx, states, &*ports.policies)?;
    Ok(AssumedRole { credentials, assumed_role_user, packed_policy_size, source_identity })
}

/// Context assertions are tokens of IAM Identity Center. There is none here, so that nobody can have got a good one. The
/// model lists the code, the wording is inferred.
fn no_context() -> Fault {
    faults::expired_token("The context assertion that was passed is expired or is not valid.")
}

#[cfg(test)]
mod tests;
