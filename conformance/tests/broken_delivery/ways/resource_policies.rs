//! Resource policies of CloudWatch Logs: under them log delivery writes the access logs of HTTP APIs. Nothing else asks them.

use serde_json::{Value, json};

use super::Fate::{Refused, RefusedBy};
use super::Way;
use crate::calls::{Call, document};

/// The policy that AWS writes when a stage is to log.
const POLICY: &str = "AWSLogDeliveryWrite20150319";

const NO_STREAM: &str = "resource policies do not let delivery.logs.amazonaws.com logs:CreateLogStream on {stream}: \
                         no statement allows it";

pub(crate) fn all() -> Vec<Way> {
    let usual = put(POLICY, &letting_in());
    let with = |member: &str, value: Value| {
        let mut statement = letting_in();
        statement[member] = value;
        put(POLICY, &statement)
    };
    let deny = json!({"Sid": "NoDelivery", "Effect": "Deny", "Principal": {"Service": "delivery.logs.amazonaws.com"},
        "Action": "logs:PutLogEvents", "Resource": "*"});
    let of_access = json!("arn:aws:logs:us-east-1:000000000000:log-group:access");
    vec![
        // One of one's own does as well.
        Way::new("the policy is deleted", [delete(POLICY)])
            .http(Refused(NO_STREAM))
            .mended([put("own", &letting_in())]),
        Way::new("another policy denies", [put("own", &deny)])
            .http(RefusedBy(
                "resource policies do not let delivery.logs.amazonaws.com logs:PutLogEvents on {stream}: a statement \
                 denies it",
                "policy own, statement 1 (NoDelivery)",
            ))
            .mended([delete("own")]),
        Way::new(
            "the group's own policy denies",
            [Call::Logs(
                "PutResourcePolicy",
                json!({"resourceArn": of_access, "policyDocument": document(&json!([deny])).to_string()}),
            )],
        )
        .http(RefusedBy(
            "resource policies do not let delivery.logs.amazonaws.com logs:PutLogEvents on {stream}: a statement denies \
             it",
            "policy of the log group, statement 1 (NoDelivery)",
        )),
        Way::new("the policy names another principal", [with("Principal", json!({"Service": "es.amazonaws.com"}))])
            .http(Refused(NO_STREAM))
            .mended([usual.clone()]),
        Way::new(
            "the policy has a condition that is not met",
            [with("Condition", json!({"StringEquals": {"aws:SourceAccount": "111111111111"}}))],
        )
        .http(Refused(NO_STREAM))
        .mended([usual.clone()]),
        Way::new(
            "the policy has a condition on what is not told",
            [with("Condition", json!({"StringEquals": {"aws:SourceOrgID": "o-1234567890"}}))],
        )
        .http(Refused(
            "resource policies do not let delivery.logs.amazonaws.com logs:CreateLogStream on {stream}: no statement \
             allows it, and the request has no aws:SourceOrgID",
        ))
        .mended([usual.clone()]),
        Way::new(
            "the policy names another group",
            [with("Resource", json!("arn:aws:logs:us-east-1:000000000000:log-group:other:log-stream:*"))],
        )
        .http(Refused(NO_STREAM))
        .mended([usual.clone()]),
        Way::new("the policy lets no streams be made", [with("Action", json!("logs:PutLogEvents"))])
            .http(Refused(NO_STREAM))
            .mended([usual.clone()]),
        Way::new("the policy lets nothing be written", [with("Action", json!("logs:CreateLogStream"))])
            .http(Refused(
                "resource policies do not let delivery.logs.amazonaws.com logs:PutLogEvents on {stream}: no statement \
                 allows it",
            ))
            .mended([usual]),
    ]
}

/// The statement that AWS writes (captured), here of the group alone.
fn letting_in() -> Value {
    json!({
        "Sid": "AWSLogDeliveryWrite",
        "Effect": "Allow",
        "Principal": {"Service": "delivery.logs.amazonaws.com"},
        "Action": ["logs:CreateLogStream", "logs:PutLogEvents"],
        "Resource": "arn:aws:logs:us-east-1:000000000000:log-group:access:log-stream:*",
        "Condition": {
            "StringEquals": {"aws:SourceAccount": "000000000000"},
            "ArnLike": {"aws:SourceArn": "arn:aws:logs:us-east-1:000000000000:*"},
        },
    })
}

fn put(name: &str, statement: &Value) -> Call {
    let document = document(&json!([statement])).to_string();
    Call::Logs("PutResourcePolicy", json!({"policyName": name, "policyDocument": document}))
}

fn delete(name: &str) -> Call {
    Call::Logs("DeleteResourcePolicy", json!({"policyName": name}))
}
