//! The `iam-rs` crate, on what it has rules for: identity policies of a user, whose every condition key is there.
//!
//! It has no boundaries, sessions or control policies; accounts, sets of values and missing keys it takes otherwise than
//! AWS documents.

use iam_rs::{
    Arn, Context, ContextValue, Decision, IAMPolicy, IAMRequest, Principal, PrincipalId, evaluate_policies,
};
use serde_json::Value;
use stagecheck_policy::Outcome;

use super::questions::{Question, USER, Who};

/// The conditions that both take alike.
const OPERATORS: [&str; 12] = [
    "StringEquals",
    "StringNotEquals",
    "StringEqualsIgnoreCase",
    "StringLike",
    "StringNotLike",
    "NumericEquals",
    "NumericLessThan",
    "NumericGreaterThanEquals",
    "DateGreaterThan",
    "DateLessThanEquals",
    "IpAddress",
    "NotIpAddress",
];

/// The same question without what the library has no rules for.
pub(crate) fn within_its_subset(mut question: Question) -> Question {
    question.who = Who::User(USER);
    question.boundary = None;
    question.session = None;
    question.resource_policy = None;
    question.resource_account = None;
    question.service_control.clear();
    for (key, value) in [
        ("aws:username", "ann"),
        ("aws:SourceIp", "203.0.113.9"),
        ("aws:CurrentTime", "2026-01-01T00:00:00Z"),
        ("s3:max-keys", "10"),
    ] {
        question.context.entry(key).or_insert_with(|| vec![value.to_owned()]);
    }
    for document in &mut question.identity {
        for statement in document["Statement"].as_array_mut().into_iter().flatten() {
            for element in ["Resource", "NotResource"] {
                for resource in statement.get_mut(element).and_then(Value::as_array_mut).into_iter().flatten()
                {
                    // Its wildcards stay within a field, and a variable without a value is its name.
                    if resource != "*" {
                        *resource = "arn:aws:logs:*:*:log-group:b".into();
                    }
                }
            }
            if let Some(conditions) = statement.get_mut("Condition").and_then(Value::as_object_mut) {
                conditions.retain(|operator, keys| {
                    OPERATORS.contains(&operator.as_str())
                        && keys.get("AWS:UserName").is_none()
                        && !keys.to_string().contains("${")
                });
            }
        }
    }
    question
}

pub(crate) fn answer(question: &Question) -> Outcome {
    let policies: Vec<IAMPolicy> =
        question.identity.iter().map(|document| serde_json::from_value(document.clone()).unwrap()).collect();
    let mut context = Context::new();
    for (key, values) in &question.context {
        let value = &values[..];
        let [value] = value else { continue };
        let value = match *key {
            "s3:max-keys" => ContextValue::Number(value.parse().unwrap()),
            "aws:CurrentTime" => ContextValue::DateTime(value.parse().unwrap()),
            _ => ContextValue::String(value.clone()),
        };
        context.insert((*key).to_owned(), value);
    }
    let request = IAMRequest::new_with_context(
        Principal::Aws(PrincipalId::String(USER.to_owned())),
        question.action,
        Arn::parse(question.resource).unwrap(),
        context,
    );
    match evaluate_policies(&policies, &request).unwrap() {
        Decision::Allow => Outcome::Allowed,
        Decision::Deny => Outcome::ExplicitDeny,
        Decision::NotApplicable => Outcome::ImplicitDeny,
    }
}
