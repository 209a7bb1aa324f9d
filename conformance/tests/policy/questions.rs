//! Requests and policies that have enough in common to meet.

use std::collections::BTreeMap;

use proptest::collection::vec;
use proptest::option;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};

pub(crate) const USER: &str = "arn:aws:iam::111122223333:user/ann";
const ROLE: &str = "arn:aws:iam::111122223333:role/team/ci";
const SESSION: &str = "arn:aws:sts::111122223333:assumed-role/ci/7";
const STRANGER: &str = "arn:aws:iam::444455556666:user/bob";

/// Who asks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Who {
    Root(&'static str),
    User(&'static str),
    Session { arn: &'static str, issuer: &'static str },
    Service(&'static str),
    Anonymous,
}

/// A request with all policies that apply to it.
#[derive(Clone, Debug)]
pub(crate) struct Question {
    pub(crate) who: Who,
    pub(crate) action: &'static str,
    pub(crate) resource: &'static str,
    pub(crate) resource_account: Option<&'static str>,
    pub(crate) context: BTreeMap<&'static str, Vec<String>>,
    pub(crate) identity: Vec<Value>,
    pub(crate) boundary: Option<Value>,
    pub(crate) session: Option<Vec<Value>>,
    pub(crate) resource_policy: Option<Value>,
    pub(crate) resource_decides: bool,
    pub(crate) service_control: Vec<Vec<Value>>,
}

pub(crate) fn question() -> impl Strategy<Value = Question> {
    let who = select(vec![
        Who::User(USER),
        Who::User(USER),
        Who::User(STRANGER),
        Who::Session { arn: SESSION, issuer: ROLE },
        Who::Root("arn:aws:iam::111122223333:root"),
        Who::Service("apigateway.amazonaws.com"),
        Who::Anonymous,
    ]);
    let request = (
        who,
        select(vec!["logs:PutLogEvents", "logs:CreateLogGroup", "iam:GetRole"]),
        select(vec![
            "arn:aws:logs:us-east-1:111122223333:log-group:ann",
            "arn:aws:logs:eu-west-1:111122223333:log-group:b",
        ]),
        option::weighted(0.7, Just("111122223333")),
        context(),
    );
    let policies = (
        vec(document(false), 0..3),
        option::weighted(0.3, document(false)),
        option::weighted(0.3, vec(document(false), 0..2)),
        option::weighted(0.6, document(true)),
        prop::bool::weighted(0.2),
        prop_oneof![3 => Just(Vec::new()), 1 => vec(vec(document(false), 1..3), 1..3)],
    );
    (request, policies).prop_map(|((who, action, resource, resource_account, context), policies)| {
        let (identity, boundary, session, resource_policy, resource_decides, service_control) = policies;
        Question {
            who,
            action,
            resource,
            resource_account,
            context,
            identity,
            boundary,
            session,
            resource_policy,
            resource_decides,
            service_control,
        }
    })
}

fn context() -> impl Strategy<Value = BTreeMap<&'static str, Vec<String>>> {
    let one = |values: &[&'static str]| {
        option::weighted(0.7, select(values.to_vec()).prop_map(|value| vec![value.to_owned()]))
    };
    let several = |values: &[&'static str]| {
        option::weighted(0.7, vec(select(values.to_vec()).prop_map(str::to_owned), 0..3))
    };
    (
        one(&["ann", "bob", "*"]),
        one(&["203.0.113.9", "198.51.100.1"]),
        one(&["2026-01-01T00:00:00Z", "2027-01-01T00:00:00Z"]),
        one(&["true", "false"]),
        one(&["5", "10", "10.0"]),
        several(&["cost", "team", "Team"]),
        one(&["arn:aws:s3:::pets", "arn:aws:s3:::pets:2", "pets"]),
    )
        .prop_map(|(name, ip, time, mfa, keys, tags, source)| {
            [
                ("aws:username", name),
                ("aws:SourceIp", ip),
                ("aws:CurrentTime", time),
                ("aws:MultiFactorAuthPresent", mfa),
                ("s3:max-keys", keys),
                ("aws:TagKeys", tags),
                ("aws:SourceArn", source),
            ]
            .into_iter()
            .filter_map(|(key, values)| Some((key, values?)))
            .collect()
        })
}

fn document(with_principal: bool) -> impl Strategy<Value = Value> {
    (vec(statement(with_principal), 1..4), select(vec!["2012-10-17", "2012-10-17", "2008-10-17"]))
        .prop_map(|(statements, version)| json!({"Version": version, "Statement": statements}))
}

fn statement(with_principal: bool) -> impl Strategy<Value = Value> {
    let effect = prop_oneof![4 => Just("Allow"), 1 => Just("Deny")];
    let actions = vec(
        select(vec!["*", "logs:*", "logs:Put*", "LOGS:putlogevents", "logs:?utLogEvents", "iam:GetRole"]),
        1..3,
    );
    let resources = vec(
        select(vec![
            "*",
            "*",
            "arn:aws:logs:*:*:log-group:b",
            "arn:aws:logs:us-east-1:*",
            "arn:aws:logs:*:log-group:${aws:username}",
            "arn:aws:logs:*:log-group:${aws:username, 'b'}",
        ]),
        1..3,
    );
    let not = || prop::bool::weighted(0.15);
    (effect, (not(), actions), (not(), resources), (not(), principal()), option::weighted(0.5, conditions()))
        .prop_map(move |(effect, (not_action, actions), (not_resource, resources), principal, conditions)| {
            let mut statement = json!({"Effect": effect});
            statement[if not_action { "NotAction" } else { "Action" }] = json!(actions);
            statement[if not_resource { "NotResource" } else { "Resource" }] = json!(resources);
            if with_principal {
                let (not, principal) = principal;
                // AWS says to use it with Deny only.
                let not = not && effect == "Deny";
                statement[if not { "NotPrincipal" } else { "Principal" }] = principal;
            }
            if let Some(conditions) = conditions {
                statement["Condition"] = conditions;
            }
            statement
        })
}

fn principal() -> impl Strategy<Value = Value> {
    let aws = vec(
        select(vec![
            "111122223333",
            "arn:aws:iam::111122223333:root",
            "arn:aws:iam::444455556666:root",
            USER,
            ROLE,
            SESSION,
            STRANGER,
        ]),
        1..4,
    );
    prop_oneof![
        2 => Just(json!("*")),
        5 => aws.prop_map(|names| json!({"AWS": names})),
        1 => Just(json!({"Service": "apigateway.amazonaws.com"})),
        1 => Just(json!({"AWS": "*", "Service": ["apigateway.amazonaws.com", "s3.amazonaws.com"]})),
    ]
}

fn conditions() -> impl Strategy<Value = Value> {
    let pool: Vec<(&str, &str, &[&str])> = vec![
        ("StringEquals", "aws:username", &["ann", "${aws:username}", "*"]),
        ("StringNotEquals", "AWS:UserName", &["ann", "bob"]),
        ("StringEqualsIgnoreCase", "aws:username", &["ANN"]),
        ("StringLike", "aws:username", &["a*", "?ob", "${*}"]),
        ("StringNotLike", "aws:username", &["b*"]),
        ("ArnLike", "aws:SourceArn", &["arn:aws:s3:::p*", "arn:aws:*:pets"]),
        ("ArnNotEquals", "aws:SourceArn", &["arn:aws:s3:::pets"]),
        ("NumericEquals", "s3:max-keys", &["10"]),
        ("NumericLessThan", "s3:max-keys", &["10"]),
        ("NumericGreaterThanEquals", "s3:max-keys", &["10", "6"]),
        ("DateGreaterThan", "aws:CurrentTime", &["2026-06-01T00:00:00Z"]),
        ("DateLessThanEquals", "aws:CurrentTime", &["2026-01-01T00:00:00Z"]),
        ("Bool", "aws:MultiFactorAuthPresent", &["true", "True"]),
        ("IpAddress", "aws:SourceIp", &["203.0.113.0/24"]),
        ("NotIpAddress", "aws:SourceIp", &["203.0.113.9"]),
        ("Null", "aws:MultiFactorAuthPresent", &["true", "false"]),
        ("ForAllValues:StringEquals", "aws:TagKeys", &["cost", "team"]),
        ("ForAnyValue:StringLike", "aws:TagKeys", &["t*"]),
        ("ForAnyValue:StringNotEquals", "aws:TagKeys", &["cost"]),
        ("ForAllValues:StringNotEqualsIgnoreCase", "aws:TagKeys", &["TEAM"]),
    ];
    let one = (select(pool), prop::bool::weighted(0.2), any::<prop::sample::Index>(), prop::bool::ANY)
        .prop_map(|((operator, key, values), if_exists, index, all)| {
            let name = if if_exists && operator != "Null" {
                format!("{operator}IfExists")
            } else {
                operator.to_owned()
            };
            let values = if all { json!(values) } else { json!(values[index.index(values.len())]) };
            (name, key, values)
        });
    vec(one, 1..3).prop_map(|conditions| {
        let mut element = json!({});
        for (operator, key, values) in conditions {
            element[operator][key] = values;
        }
        element
    })
}
