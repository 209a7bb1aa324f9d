//! What a simulation answers.

use std::collections::{BTreeMap, HashSet};

use serde::Serialize;
use stagecheck_policy::{Decision, Outcome, PolicyType};

use super::documents::{Position, Source};

/// What became of one action.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct EvaluationResult {
    eval_action_name: String,
    eval_resource_name: Option<String>,
    eval_decision: &'static str,
    matched_statements: Vec<MatchedStatement>,
    missing_context_values: Vec<String>,
    permissions_boundary_decision_detail: Option<BoundaryDetail>,
    eval_decision_details: Option<DecisionDetails>,
    resource_specific_results: Option<Vec<ResourceSpecificResult>>,
}

/// What became of one action on one resource.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct ResourceSpecificResult {
    eval_resource_name: String,
    eval_resource_decision: &'static str,
    matched_statements: Vec<MatchedStatement>,
    missing_context_values: Vec<String>,
    eval_decision_details: Option<DecisionDetails>,
    permissions_boundary_decision_detail: Option<BoundaryDetail>,
}

/// What each type of policy says, by the type's name.
type DecisionDetails = BTreeMap<&'static str, &'static str>;

#[derive(Clone, Copy, Serialize)]
#[serde(rename_all = "PascalCase")]
struct BoundaryDetail {
    allowed_by_permissions_boundary: bool,
}

/// A statement that a decision rests on.
#[derive(Clone, PartialEq, Eq, Hash, Serialize)]
#[serde(rename_all = "PascalCase")]
struct MatchedStatement {
    source_policy_id: String,
    source_policy_type: &'static str,
    start_position: Option<Position>,
    end_position: Option<Position>,
}

/// A decision in the words of the answer.
pub(super) struct Judged {
    outcome: Outcome,
    matched: Vec<MatchedStatement>,
    by_type: DecisionDetails,
    boundary: Option<BoundaryDetail>,
    crosses_accounts: bool,
}

impl Judged {
    /// `source` finds a policy by its type and id.
    pub(super) fn new<'s>(
        decision: &Decision,
        has_boundary: bool,
        source: impl Fn(PolicyType, &str) -> Option<&'s Source<'s>>,
    ) -> Self {
        let matched = decision.matched.iter().map(|statement| {
            let positions = source(statement.policy_type, &statement.policy)
                .and_then(|source| source.positions(statement.index));
            let (start_position, end_position) = positions.unzip();
            MatchedStatement {
                source_policy_id: statement.policy.clone(),
                source_policy_type: type_name(statement.policy_type),
                start_position,
                end_position,
            }
        });
        let by_boundary = decision.by_type.iter().find(|(by, _)| *by == PolicyType::Boundary);
        let boundary = BoundaryDetail {
            allowed_by_permissions_boundary: by_boundary.is_some_and(|(_, said)| *said == Outcome::Allowed),
        };
        Self {
            outcome: decision.outcome,
            matched: matched.collect(),
            by_type: decision.by_type.iter().map(|(by, said)| (type_name(*by), word(*said))).collect(),
            boundary: has_boundary.then_some(boundary),
            crosses_accounts: decision.crosses_accounts,
        }
    }

    fn details(&self) -> Option<DecisionDetails> {
        self.crosses_accounts.then(|| self.by_type.clone())
    }
}

impl EvaluationResult {
    /// On `*`. Details are for single resources, and what is missing stands here.
    pub(super) fn on_everything(action: &str, judged: Judged, missing: &[String]) -> Self {
        Self {
            eval_action_name: action.to_owned(),
            eval_resource_name: Some("*".to_owned()),
            eval_decision: word(judged.outcome),
            matched_statements: judged.matched,
            missing_context_values: missing.to_vec(),
            permissions_boundary_decision_detail: judged.boundary,
            eval_decision_details: None,
            resource_specific_results: None,
        }
    }

    /// On resources, each with its own result.
    ///
    /// Inferred: over several resources, what denies one denies all, and the statements are those that made it so. AWS
    /// has a name for all of them together that depends on the action; here there is none.
    pub(super) fn on_each(action: &str, judged: Vec<(&str, Judged)>, missing: &[String]) -> Self {
        let outcome = together(judged.iter().map(|(_, judged)| judged.outcome));
        let deciding = || judged.iter().map(|(_, judged)| judged).filter(|judged| judged.outcome == outcome);
        let mut seen = HashSet::new();
        let statements = deciding().flat_map(|judged| &judged.matched);
        let matched_statements = statements.filter(|statement| seen.insert(*statement)).cloned().collect();
        let boundaries = || judged.iter().filter_map(|(_, judged)| judged.boundary);
        let boundary = boundaries().next().map(|_| BoundaryDetail {
            allowed_by_permissions_boundary: boundaries()
                .all(|boundary| boundary.allowed_by_permissions_boundary),
        });
        Self {
            eval_action_name: action.to_owned(),
            eval_resource_name: match judged.as_slice() {
                [(single, _)] => Some((*single).to_owned()),
                _ => None,
            },
            eval_decision: word(outcome),
            matched_statements,
            missing_context_values: Vec::new(),
            permissions_boundary_decision_detail: boundary,
            // There, but empty, within an account, as documented.
            eval_decision_details: Some(deciding().find_map(Judged::details).unwrap_or_default()),
            resource_specific_results: Some(
                judged
                    .into_iter()
                    .map(|(resource, judged)| ResourceSpecificResult {
                        eval_resource_name: resource.to_owned(),
                        eval_resource_decision: word(judged.outcome),
                        eval_decision_details: judged.details(),
                        matched_statements: judged.matched,
                        missing_context_values: missing.to_vec(),
                        permissions_boundary_decision_detail: judged.boundary,
                    })
                    .collect(),
            ),
        }
    }
}

fn together(outcomes: impl Iterator<Item = Outcome> + Clone) -> Outcome {
    let any = |outcome| outcomes.clone().any(|each| each == outcome);
    if any(Outcome::ExplicitDeny) {
        Outcome::ExplicitDeny
    } else if any(Outcome::ImplicitDeny) {
        Outcome::ImplicitDeny
    } else {
        Outcome::Allowed
    }
}

const fn word(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Allowed => "allowed",
        Outcome::ExplicitDeny => "explicitDeny",
        Outcome::ImplicitDeny => "implicitDeny",
    }
}

/// Captured: not the values that the model lists. Inferred: that the details name the types alike.
const fn type_name(policy_type: PolicyType) -> &'static str {
    match policy_type {
        PolicyType::Boundary => "Permissions Boundary Policy",
        PolicyType::Resource | PolicyType::Trust => "Resource Policy",
        PolicyType::Identity
        | PolicyType::Session
        | PolicyType::ServiceControl
        | PolicyType::ResourceControl => "IAM Policy",
    }
}
