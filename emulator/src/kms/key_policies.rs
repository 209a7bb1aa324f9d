//! The policies of keys: a key has one, called `default`.

use std::sync::Arc;

use serde::{Deserialize, Serialize};
use serde_json::json;
use stagecheck_policy::{Outcome, Policies, Policy, PolicyType, Request, ResourcePolicy, evaluate};

use super::keys::NamedKey;
use super::{Kms, faults, key_ids};
use crate::service::context::{of_caller, of_time_and_place};
use crate::service::{Ctx, Fault, NamedDocument, PolicyDocument};
use crate::store::Scope;

/// The one name that a key's policy can have, as documented.
const NAME: &str = "default";

/// The longest policy, in bytes.
///
/// Source: API reference, PutKeyPolicy, and developer guide, "Resource quotas": 32 KB.
const LONGEST: usize = 32_768;

/// A key's policy.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct KeyPolicy {
    policy: PolicyDocument,
}

impl KeyPolicy {
    /// The policy of a key that is given none: the account's root may do all, and leave it to identity policies.
    ///
    /// Source: developer guide, "Default key policy".
    pub(super) fn of_account(scope: &Scope) -> Result<Self, Fault> {
        let document = json!({
            "Version": "2012-10-17",
            "Id": "key-default-1",
            "Statement": [{
                "Sid": "Enable IAM User Permissions",
                "Effect": "Allow",
                "Principal": {"AWS": scope.global_arn("iam", format_args!("root"))},
                "Action": "kms:*",
                "Resource": "*",
            }],
        });
        Self::parse(document.to_string())
    }

    /// A policy as a caller gives it for a key, who must be able to change it again, or say that this need not be.
    pub(super) fn given(ctx: &Ctx<'_>, key_arn: &str, text: String, unsafely: bool) -> Result<Self, Fault> {
        if text.len() > LONGEST {
            return Err(faults::policy_too_long(LONGEST));
        }
        let policy = Self::parse(text)?;
        if !unsafely && policy.locks_out(ctx, key_arn) {
            return Err(faults::lockout());
        }
        Ok(policy)
    }

    fn parse(text: String) -> Result<Self, Fault> {
        let policy = PolicyDocument::parse(text).map_err(|error| faults::malformed_policy(&error))?;
        Ok(Self { policy })
    }

    /// Whether the caller could not put another one. What the caller's own policies say is not asked: a policy that leaves
    /// it to the account passes.
    fn locks_out(&self, ctx: &Ctx<'_>, key_arn: &str) -> bool {
        let context = of_time_and_place(ctx.scope.region.as_str(), ctx.now)
            .with("kms:CallerAccount", [ctx.principal.account.as_str()]);
        let context = of_caller(context, ctx.principal, &[], ctx.now);
        let request = Request {
            principal: ctx.principal.in_policies(),
            action: "kms:PutKeyPolicy",
            resource: key_arn,
            resource_account: Some(ctx.scope.account.as_str()),
            context: &context,
        };
        let policy = Policy { name: NAME, document: self.policy.parsed() };
        let policies = Policies { resource: ResourcePolicy::Required(policy), ..Policies::default() };
        let decision = evaluate(&request, &policies);
        match decision.outcome {
            Outcome::Allowed => false,
            Outcome::ExplicitDeny => true,
            Outcome::ImplicitDeny => decision.decided_by == PolicyType::Resource,
        }
    }

    /// The policy as evaluation takes it.
    pub(super) fn named(&self) -> NamedDocument {
        (Arc::from("key policy"), Arc::clone(self.policy.parsed()))
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct GetKeyPolicy {
    key_id: String,
    policy_name: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct GotKeyPolicy {
    policy: Option<String>,
    policy_name: &'static str,
}

pub(super) fn get(ctx: &Ctx<'_>, state: &Kms, input: GetKeyPolicy) -> Result<GotKeyPolicy, Fault> {
    let key = key_ids::find(ctx.scope, ctx.now, state, &input.key_id)?;
    check_name(input.policy_name.as_deref())?;
    let policy = state.key_policies.get(&key.key_id).map(|policy| policy.policy.text().to_owned());
    Ok(GotKeyPolicy { policy, policy_name: NAME })
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct PutKeyPolicy {
    key_id: String,
    policy_name: Option<String>,
    policy: String,
    #[serde(default)]
    bypass_policy_lockout_safety_check: bool,
}

pub(super) fn put(ctx: &Ctx<'_>, state: &mut Kms, input: PutKeyPolicy) -> Result<(), Fault> {
    let key = key_ids::find(ctx.scope, ctx.now, state, &input.key_id)?;
    check_name(input.policy_name.as_deref())?;
    let unsafely = input.bypass_policy_lockout_safety_check;
    let policy = KeyPolicy::given(ctx, &key.arn, input.policy, unsafely)?;
    let id = key.key_id.clone();
    state.key_policies.put(id, policy);
    Ok(())
}

fn check_name(name: Option<&str>) -> Result<(), Fault> {
    match name {
        None | Some(NAME) => Ok(()),
        Some(_) => Err(faults::no_such_policy()),
    }
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct ListedKeyPolicies {
    policy_names: [&'static str; 1],
    truncated: bool,
}

pub(super) fn list(ctx: &Ctx<'_>, state: &Kms, input: NamedKey) -> Result<ListedKeyPolicies, Fault> {
    key_ids::find(ctx.scope, ctx.now, state, &input.key_id)?;
    Ok(ListedKeyPolicies { policy_names: [NAME], truncated: false })
}
