//! What resource policies say of a service.
//!
//! A deny in any of them decides, else an allow in any; they do not know of one another (captured).

use std::collections::BTreeSet;

use stagecheck_policy::{Decision, Outcome, Policies, Policy, Principal, Request, ResourcePolicy, evaluate};

use crate::logs::Logs;
use crate::service::Arn;
use crate::service::ports::ServiceAccess;

/// The actions that resource policies can allow.
///
/// Source: CloudWatch Logs API reference, PutResourcePolicy.
const ACTIONS: [&str; 2] = ["logs:CreateLogStream", "logs:PutLogEvents"];

/// What the policies of the account, and of the group that the resource is of, say.
pub(super) fn decide(state: &Logs, asked: &ServiceAccess<'_>) -> Decision {
    let request = Request {
        principal: Principal::Service(asked.service),
        action: asked.action,
        resource: asked.resource,
        resource_account: None,
        context: asked.context,
    };
    let of_account = state.account_policies.iter().map(|(name, policy)| (name.as_str(), policy));
    let of_group = group_of(asked.resource).and_then(|group| state.group_policies.get(&group.into()));
    let of_group = of_group.map(|policy| ("of the log group", policy));
    let policies = of_account
        .chain(of_group)
        .filter(|_| ACTIONS.iter().any(|action| asked.action.eq_ignore_ascii_case(action)));
    let decide_by = |resource| evaluate(&request, &Policies { resource, ..Policies::default() });
    policies
        .map(|(name, policy)| {
            let document = policy.policy_document.parsed();
            decide_by(ResourcePolicy::Sufficient(Policy { name, document }))
        })
        .reduce(of_two)
        .unwrap_or_else(|| decide_by(ResourcePolicy::None))
}

/// The group in the ARN of a stream.
fn group_of(stream_arn: &str) -> Option<&str> {
    let resource = Arn::parse(stream_arn)?.resource.strip_prefix("log-group:")?;
    Some(resource.split_once(':').map_or(resource, |(group, _)| group))
}

/// The decision that stands of two. Of silence, both's missing keys are told.
fn of_two(first: Decision, second: Decision) -> Decision {
    let rank = |decision: &Decision| match decision.outcome {
        Outcome::ExplicitDeny => 2,
        Outcome::Allowed => 1,
        Outcome::ImplicitDeny => 0,
    };
    let (mut stands, other) = if rank(&second) > rank(&first) { (second, first) } else { (first, second) };
    if rank(&stands) == rank(&other) {
        let keys: BTreeSet<String> = stands.missing_keys.drain(..).chain(other.missing_keys).collect();
        stands.missing_keys = keys.into_iter().collect();
        stands.matched.extend(other.matched);
    }
    stands
}
