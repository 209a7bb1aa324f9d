//! GetFederationToken.

use serde::{Deserialize, Serialize};

use super::credentials::{Credentials, NewSession, check_caller};
use super::session_policies::{Passed, PolicyArn, packed_size};
use super::session_tags::{SessionTags, Tag};
use super::session_token::holding;
use super::{Ports, Sts};
use crate::service::{Ctx, Fault};
use crate::store::Scopes;

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct GetFederationToken {
    name: String,
    policy: Option<String>,
    #[serde(default)]
    policy_arns: Vec<PolicyArn>,
    duration_seconds: Option<i64>,
    #[serde(default)]
    tags: Vec<Tag>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct FederationToken {
    credentials: Credentials,
    federated_user: FederatedUser,
    packed_policy_size: Option<usize>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct FederatedUser {
    federated_user_id: String,
    arn: String,
}

/// Without policies the session may do nothing but what policies of resources let it.
pub(super) fn get(
    ctx: &Ctx<'_>,
    states: &Scopes<Sts>,
    input: GetFederationToken,
    ports: &Ports,
) -> Result<FederationToken, Fault> {
    check_caller(ctx, "GetFederationToken")?;
    let tags = SessionTags::new(input.tags, Vec::new(), None)?;
    let passed = Passed { policy: input.policy, arns: input.policy_arns };
    let policies = passed.resolve(ctx.scope, &*ports.policies)?;
    let packed_policy_size = packed_size(policies.as_deref(), &tags)?;
    let name = &input.name;
    let new = NewSession {
        arn: ctx.scope.global_arn("sts", format_args!("federated-user/{name}")),
        user_id: format!("{}:{name}", ctx.scope.account),
        policies,
        tags,
        ..holding(ctx, input.duration_seconds)
    };
    Ok(FederationToken {
        federated_user: FederatedUser { federated_user_id: new.user_id.clone(), arn: new.arn.clone() },
        credentials: new.issue(ctx, states, ctx.scope)?,
        packed_policy_size,
    })
}
