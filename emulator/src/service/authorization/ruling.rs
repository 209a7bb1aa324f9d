//! What was decided on a call, for those who ask later, and in AWS's words for the caller.

use serde::Serialize;
use serde_json::json;
use stagecheck_policy::{Decision, Outcome, PolicyType};

use super::authorizer::is_allowed;
use super::requirement::Shown;
use super::{IamMode, Requirement};
use crate::service::Principal;
use crate::service::ports::describe_statement;

/// Outcomes in the words of policy simulation.
const ALLOWED: &str = "allowed";
const EXPLICIT_DENY: &str = "explicitDeny";

/// What was decided on a call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Ruling {
    mode: IamMode,
    outcome: Passage,
    /// What the caller was told, or would have been.
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<String>,
    required: Vec<Decided>,
}

/// Whether a call may be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
enum Passage {
    Allowed,
    Denied,
}

/// What was decided on one requirement.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct Decided {
    action: String,
    resource: String,
    /// In the words of policy simulation.
    outcome: &'static str,
    /// The type of policy that allowed, that denied, or whose silence denied.
    decided_by: &'static str,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    statements: Vec<String>,
    /// With values for these keys it might have been decided otherwise.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    missing_keys: Vec<String>,
}

impl Ruling {
    pub(super) fn of(mode: IamMode, caller: &str, decisions: Vec<(&Requirement, Decision)>) -> Self {
        let denied = decisions.iter().find(|(_, decision)| !is_allowed(decision));
        let message = denied.map(|(requirement, decision)| denial(caller, requirement, decision));
        Self {
            mode,
            outcome: if message.is_some() { Passage::Denied } else { Passage::Allowed },
            message,
            required: decisions.into_iter().map(|(requirement, by)| Decided::of(requirement, by)).collect(),
        }
    }

    /// What the caller is told, where the call is denied.
    pub(super) fn denial(&self) -> Option<&str> {
        self.message.as_deref()
    }

    /// Why the call is denied, as DecodeAuthorizationMessage tells it; nothing of a call that is not.
    ///
    /// Source: AWS STS API reference, "DecodeAuthorizationMessage", and messages that users show. Which conditions were
    /// asked is not repeated.
    pub(crate) fn authorization_message(&self, caller: &Principal) -> Option<String> {
        let denied = self.required.iter().find(|decided| decided.outcome != ALLOWED)?;
        let items = |items: &[String]| json!({"items": items});
        let message = json!({
            "allowed": false,
            "explicitDeny": denied.outcome == EXPLICIT_DENY,
            "matchedStatements": items(&denied.statements),
            "failures": items(&[]),
            "context": {
                "principal": {"id": caller.user_id, "arn": caller.arn},
                "action": denied.action,
                "resource": denied.resource,
                "conditions": items(&[]),
            },
        });
        Some(message.to_string())
    }
}

impl Decided {
    fn of(requirement: &Requirement, decision: Decision) -> Self {
        // Only root is allowed without a statement that allows.
        let by_nothing = decision.outcome == Outcome::Allowed && decision.matched.is_empty();
        Self {
            action: requirement.action.to_string(),
            resource: requirement.resource.clone(),
            outcome: match decision.outcome {
                Outcome::Allowed => ALLOWED,
                Outcome::ExplicitDeny => EXPLICIT_DENY,
                Outcome::ImplicitDeny => "implicitDeny",
            },
            decided_by: match decision.decided_by {
                PolicyType::Identity if by_nothing => "account root",
                policy_type => words(policy_type).1,
            },
            statements: decision.matched.iter().map(describe_statement).collect(),
            missing_keys: decision.missing_keys,
        }
    }
}

/// A denial, which names one type of policy, even where several deny.
///
/// Source: AWS IAM user guide, "Troubleshoot access denied error messages". That STS gives no reason where it is silence
/// that denies is reported by users.
fn denial(caller: &str, requirement: &Requirement, decision: &Decision) -> String {
    let action = &requirement.action;
    let resource = match &requirement.shown {
        Shown::Arn => format!(" on resource: {}", requirement.resource),
        Shown::Text(text) => format!(" on resource: {text}"),
        Shown::Nothing => String::new(),
    };
    let (article, name) = words(decision.decided_by);
    let reason = match decision.outcome {
        Outcome::ExplicitDeny => format!(" with an explicit deny in {article} {name}"),
        Outcome::ImplicitDeny | Outcome::Allowed if requirement.is_trusted => String::new(),
        Outcome::ImplicitDeny | Outcome::Allowed => format!(" because no {name} allows the {action} action"),
    };
    format!("User: {caller} is not authorized to perform: {action}{resource}{reason}")
}

/// A type of policy with its article, as denials call it.
const fn words(policy_type: PolicyType) -> (&'static str, &'static str) {
    match policy_type {
        PolicyType::ResourceControl => ("a", "resource control policy"),
        PolicyType::ServiceControl => ("a", "service control policy"),
        PolicyType::Resource => ("a", "resource-based policy"),
        PolicyType::Trust => ("the", "role trust policy"),
        PolicyType::Boundary => ("a", "permissions boundary"),
        PolicyType::Session => ("a", "session policy"),
        PolicyType::Identity => ("an", "identity-based policy"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decision(outcome: Outcome, decided_by: PolicyType) -> Decision {
        Decision {
            outcome,
            decided_by,
            matched: Vec::new(),
            missing_keys: Vec::new(),
            by_type: Vec::new(),
            crosses_accounts: false,
        }
    }

    #[test]
    fn a_denial_names_the_type_of_policy_that_decided() {
        let requirement = Requirement::new("logs:GetLogEvents", "arn:x");
        let base = "User: ann is not authorized to perform: logs:GetLogEvents on resource: arn:x";
        for (by, implicit, explicit) in [
            (PolicyType::Identity, "no identity-based policy", "an identity-based policy"),
            (PolicyType::Boundary, "no permissions boundary", "a permissions boundary"),
            (PolicyType::Session, "no session policy", "a session policy"),
            (PolicyType::Resource, "no resource-based policy", "a resource-based policy"),
            (PolicyType::ServiceControl, "no service control policy", "a service control policy"),
            (PolicyType::ResourceControl, "no resource control policy", "a resource control policy"),
            (PolicyType::Trust, "no role trust policy", "the role trust policy"),
        ] {
            assert_eq!(
                denial("ann", &requirement, &decision(Outcome::ImplicitDeny, by)),
                format!("{base} because {implicit} allows the logs:GetLogEvents action")
            );
            assert_eq!(
                denial("ann", &requirement, &decision(Outcome::ExplicitDeny, by)),
                format!("{base} with an explicit deny in {explicit}")
            );
        }
    }

    #[test]
    fn a_denial_calls_the_resource_as_the_service_does() {
        let implicit = decision(Outcome::ImplicitDeny, PolicyType::Identity);
        let requirement = Requirement::new("iam:GetRole", "arn:x");
        let text = denial("ann", &requirement.clone().shown_as("role x"), &implicit);
        assert!(text.contains("iam:GetRole on resource: role x because"), "{text}");
        let text = denial("ann", &requirement.clone().unnamed(), &implicit);
        assert!(text.contains("iam:GetRole because"), "{text}");
        let text = denial("ann", &requirement.of_trusted_role(), &implicit);
        assert!(text.ends_with("iam:GetRole on resource: arn:x"), "{text}");
    }
}
