//! The KMS key of the group of access logs. What CloudWatch Logs may not encrypt is nowhere, whoever writes it.

use serde_json::{Value, json};

use super::Fate::{Arrives, Refused, RefusedBy};
use super::Way;
use crate::calls::{Call, document};

const NO_LOGS: &str = "policy key policy, statement 3 (NoLogs)";

pub(crate) fn all() -> Vec<Way> {
    vec![
        Way::new("the group is encrypted", [encrypt()]).access(Arrives),
        Way::new("the key is disabled", [encrypt(), key("DisableKey")])
            .access(Refused("the key {key}, which the log group access is encrypted with, is disabled"))
            .mended([key("EnableKey")]),
        Way::new("the key is to be deleted", [encrypt(), key("ScheduleKeyDeletion")])
            .access(Refused("the key {key}, which the log group access is encrypted with, is pending deletion"))
            .mended([key("CancelKeyDeletion"), key("EnableKey")]),
        Way::new("the key's policy forgets CloudWatch Logs", [encrypt(), key_policy(&json!([of_account()]))])
            .access(Refused(
                "the key {key}, which the log group access is encrypted with, has a policy that does not allow \
                 kms:GenerateDataKey: no statement allows it",
            ))
            .mended([key_policy(&usual())]),
        Way::new(
            "the key's policy denies CloudWatch Logs",
            [encrypt(), key_policy(&json!([of_account(), of_logs(), {"Sid": "NoLogs", "Effect": "Deny",
                "Principal": "*", "Action": "kms:GenerateDataKey*", "Resource": "*"}]))],
        )
        .access(RefusedBy(
            "the key {key}, which the log group access is encrypted with, has a policy that does not allow \
             kms:GenerateDataKey: a statement denies it",
            NO_LOGS,
        ))
        .mended([key_policy(&usual())]),
    ]
}

fn encrypt() -> Call {
    Call::Encrypt(document(&usual()))
}

fn key(operation: &'static str) -> Call {
    Call::Key(operation, json!({}))
}

fn key_policy(statements: &Value) -> Call {
    Call::Key("PutKeyPolicy", json!({"Policy": document(statements).to_string()}))
}

fn usual() -> Value {
    json!([of_account(), of_logs()])
}

fn of_account() -> Value {
    json!({"Effect": "Allow", "Principal": {"AWS": "000000000000"}, "Action": "kms:*", "Resource": "*"})
}

/// As the user guide has it.
fn of_logs() -> Value {
    json!({"Effect": "Allow", "Principal": {"Service": "logs.us-east-1.amazonaws.com"},
        "Action": ["kms:Encrypt*", "kms:Decrypt*", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:Describe*"],
        "Resource": "*", "Condition": {"ArnEquals": {"kms:EncryptionContext:aws:logs:arn":
            "arn:aws:logs:us-east-1:000000000000:log-group:access"}}})
}
