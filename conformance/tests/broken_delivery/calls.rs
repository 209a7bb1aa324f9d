//! Calls that break and mend.

use anyhow::Result;
use serde_json::{Value, json};
use stagecheck_conformance::account::{ACCESS_GROUP, LOGS_POLICY};

use crate::stages::Stages;

/// A call. `REST_API`, `WEBSOCKET_API` and `HTTP_API` in it stand for the ids of the APIs.
#[derive(Clone)]
pub(crate) enum Call {
    /// Of IAM: an action with its parameters.
    Iam(String),
    /// Of CloudWatch Logs.
    Logs(&'static str, Value),
    /// Of API Gateway: a change of what is at a path.
    Patch(&'static str, Value),
    /// A key with this policy comes to encrypt the group of access logs.
    Encrypt(Value),
    /// Of KMS, about that key.
    Key(&'static str, Value),
    /// Deletes all deliveries of logs.
    DeleteDeliveries,
}

impl Stages {
    /// Makes these calls, which all succeed.
    pub(crate) async fn make(&self, calls: &[Call]) -> Result<()> {
        for call in calls {
            self.make_one(call).await?;
        }
        Ok(())
    }

    async fn make_one(&self, call: &Call) -> Result<()> {
        let account = &self.account;
        match call {
            Call::Iam(action) => account.iam(action).await,
            Call::Logs(operation, input) => account.logs(operation, &self.with_ids(input)?).await.map(drop),
            Call::Patch(path, body) => {
                let path = self.with_ids(&json!(path))?;
                account.rest("PATCH", path.as_str().unwrap_or_default(), body).await.map(drop)
            }
            Call::Encrypt(policy) => {
                let key = account.kms("CreateKey", &json!({"Policy": policy.to_string()})).await?;
                let association =
                    json!({"logGroupName": ACCESS_GROUP, "kmsKeyId": key["KeyMetadata"]["Arn"]});
                account.logs("AssociateKmsKey", &association).await.map(drop)
            }
            Call::Key(operation, input) => {
                let keys = account.kms("ListKeys", &json!({})).await?;
                let mut input = input.clone();
                input["KeyId"] = keys["Keys"][0]["KeyId"].clone();
                account.kms(operation, &input).await.map(drop)
            }
            Call::DeleteDeliveries => {
                let told = account.logs("DescribeDeliveries", &json!({})).await?;
                for delivery in told["deliveries"].as_array().into_iter().flatten() {
                    account.logs("DeleteDelivery", &json!({"id": delivery["id"]})).await?;
                }
                Ok(())
            }
        }
    }

    fn with_ids(&self, value: &Value) -> Result<Value> {
        let text = value.to_string();
        let text = text.replace("REST_API", &self.rest).replace("WEBSOCKET_API", &self.web_socket);
        Ok(serde_json::from_str(&text.replace("HTTP_API", &self.http))?)
    }
}

pub(crate) fn iam(action: &str) -> Call {
    Call::Iam(action.to_owned())
}

pub(crate) fn document(statements: &Value) -> Value {
    json!({"Version": "2012-10-17", "Statement": statements})
}

/// The account's role becomes this one, or none.
pub(crate) fn account_role(arn: &str) -> Call {
    let operation = json!({"op": "replace", "path": "/cloudwatchRoleArn", "value": arn});
    Call::Patch("/account", json!({"patchOperations": [operation]}))
}

pub(crate) fn attach_policy() -> Call {
    Call::Iam(format!("AttachRolePolicy&RoleName=logs&PolicyArn={LOGS_POLICY}"))
}

pub(crate) fn detach_policy() -> Call {
    Call::Iam(format!("DetachRolePolicy&RoleName=logs&PolicyArn={LOGS_POLICY}"))
}

/// The role's managed policy goes, and these statements come.
pub(crate) fn permissions(statements: &Value) -> [Call; 2] {
    let document = document(statements);
    [
        Call::Iam(format!("PutRolePolicy&RoleName=logs&PolicyName=own&PolicyDocument={document}")),
        detach_policy(),
    ]
}

/// These statements go, and the role's managed policy comes.
pub(crate) fn usual_permissions() -> [Call; 2] {
    [iam("DeleteRolePolicy&RoleName=logs&PolicyName=own"), attach_policy()]
}

pub(crate) fn create_group(name: &str) -> Call {
    Call::Logs("CreateLogGroup", json!({"logGroupName": name}))
}

pub(crate) fn delete_group(name: &str) -> Call {
    Call::Logs("DeleteLogGroup", json!({"logGroupName": name}))
}
