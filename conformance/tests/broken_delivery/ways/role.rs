//! The role of the account's settings: under it the logs of REST and WebSocket APIs are written. HTTP APIs do not ask for it.

use serde_json::{Value, json};

use super::Fate::{Arrives, Refused, RefusedBy};
use super::Way;
use crate::calls::{
    Call, account_role, attach_policy, detach_policy, document, iam, permissions, usual_permissions,
};

const ROLE: &str = "arn:aws:iam::000000000000:role/logs";

pub(crate) fn all() -> Vec<Way> {
    let gateway = json!({"Service": "apigateway.amazonaws.com"});
    let trusted = json!({"Effect": "Allow", "Principal": gateway, "Action": "sts:AssumeRole"});
    let everything = json!({"Effect": "Allow", "Action": "logs:*", "Resource": "*"});
    let elsewhere = json!({"Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]});
    vec![
        Way::new("nothing", []),
        Way::new("the account has no role any more", [account_role("")])
            .under_role(Refused("no role is set in the account's settings for this region"))
            .mended([account_role(ROLE)]),
        Way::new("the role is deleted", [detach_policy(), iam("DeleteRole&RoleName=logs")])
            .under_role(Refused("the role arn:aws:iam::000000000000:role/logs does not exist"))
            .mended([
                Call::Iam(format!(
                    "CreateRole&RoleName=logs&AssumeRolePolicyDocument={}",
                    document(&json!([trusted]))
                )),
                attach_policy(),
            ]),
        Way::new(
            "the role trusts another service",
            [trust(&json!({"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"},
                "Action": "sts:AssumeRole"}))],
        )
        .under_role(Refused(
            "the trust policy of the role arn:aws:iam::000000000000:role/logs does not let apigateway.amazonaws.com \
             assume it: no statement allows it",
        ))
        .mended([trust(&trusted)]),
        Way::new(
            "the trust has a condition that API Gateway does not meet",
            [trust(&json!({"Effect": "Allow", "Principal": gateway, "Action": "sts:AssumeRole",
                "Condition": {"StringEquals": {"aws:SourceAccount": "000000000000"}}}))],
        )
        .under_role(Refused(
            "the trust policy of the role arn:aws:iam::000000000000:role/logs does not let apigateway.amazonaws.com \
             assume it: no statement allows it, and the request has no aws:SourceAccount",
        ))
        .mended([trust(&trusted)]),
        Way::new(
            "the trust denies",
            [trust(&json!({"Effect": "Deny", "Principal": gateway, "Action": "sts:AssumeRole"}))],
        )
        .under_role(RefusedBy(
            "the trust policy of the role arn:aws:iam::000000000000:role/logs does not let apigateway.amazonaws.com \
             assume it: a statement denies it",
            "policy trust policy, statement 1",
        ))
        .mended([trust(&trusted)]),
        Way::new("the policy is detached", [detach_policy()])
            .under_role(Refused(NO_STREAM))
            .mended([attach_policy()]),
        Way::new(
            "writing is denied",
            permissions(&json!([everything,
                {"Sid": "NoLogs", "Effect": "Deny", "Action": "logs:PutLogEvents", "Resource": "*"}])),
        )
        .under_role(RefusedBy(
            "the role arn:aws:iam::000000000000:role/logs may not logs:PutLogEvents on {stream}: a statement denies it",
            "policy own, statement 2 (NoLogs)",
        ))
        .mended(usual_permissions()),
        Way::new(
            "streams may not be made",
            permissions(&json!([{"Effect": "Allow", "Action": ["logs:CreateLogGroup", "logs:PutLogEvents"],
                "Resource": "*"}])),
        )
        .under_role(Refused(NO_STREAM))
        .mended(usual_permissions()),
        Way::new(
            "a boundary leaves logs out",
            [
                Call::Iam(format!("CreatePolicy&PolicyName=boundary&PolicyDocument={elsewhere}")),
                iam("PutRolePermissionsBoundary&RoleName=logs&\
                     PermissionsBoundary=arn:aws:iam::000000000000:policy/boundary"),
            ],
        )
        .under_role(Refused(NO_STREAM))
        .mended([iam("DeleteRolePermissionsBoundary&RoleName=logs")]),
        Way::new(
            "the role may write to another group only",
            permissions(&json!([{"Effect": "Allow", "Action": "logs:*",
                "Resource": "arn:aws:logs:us-east-1:000000000000:log-group:access:*"}])),
        )
        .execution(Refused(NO_STREAM))
        .access(Arrives)
        .mended(usual_permissions()),
    ]
}

const NO_STREAM: &str = "the role arn:aws:iam::000000000000:role/logs may not logs:CreateLogStream on {stream}: no statement allows it";

fn trust(statement: &Value) -> Call {
    let document = document(&json!([statement]));
    Call::Iam(format!("UpdateAssumeRolePolicy&RoleName=logs&PolicyDocument={document}"))
}
