//! The changes that a plan can hold. Each is one call.

use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha2::{Digest, Sha256};

/// One change, with the parameters of its call.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "call", deny_unknown_fields)]
pub enum Change {
    /// iam:CreateRole
    CreateRole {
        /// Role name.
        role: String,
        /// Trust policy.
        trust: String,
    },
    /// iam:DeleteRole
    DeleteRole {
        /// Role name.
        role: String,
    },
    /// iam:UpdateAssumeRolePolicy
    UpdateAssumeRolePolicy {
        /// Role name.
        role: String,
        /// Trust policy.
        trust: String,
    },
    /// iam:AttachRolePolicy
    AttachRolePolicy {
        /// Role name.
        role: String,
        /// ARN of a managed policy.
        policy_arn: String,
    },
    /// iam:DetachRolePolicy
    DetachRolePolicy {
        /// Role name.
        role: String,
        /// ARN of a managed policy.
        policy_arn: String,
    },
    /// apigateway:UpdateAccount
    UpdateAccount {
        /// Role ARN; empty for none.
        role_arn: String,
    },
    /// logs:CreateLogGroup
    CreateLogGroup {
        /// Log group name.
        group: String,
    },
    /// logs:DeleteLogGroup
    DeleteLogGroup {
        /// Log group name.
        group: String,
    },
    /// logs:PutRetentionPolicy
    PutRetentionPolicy {
        /// Log group name.
        group: String,
        /// Days.
        days: i32,
    },
    /// logs:DeleteRetentionPolicy
    DeleteRetentionPolicy {
        /// Log group name.
        group: String,
    },
    /// apigateway:UpdateStage
    UpdateStage {
        /// API id.
        api_id: String,
        /// Stage name.
        stage: String,
        /// What changes, whole or not at all.
        patch_operations: Vec<PatchOperation>,
    },
}

/// One patch operation of UpdateStage.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PatchOperation {
    /// `replace` or `remove`.
    pub op: String,
    /// `/*/*/logging/loglevel`
    pub path: String,
    /// The new value; none to remove.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
}

impl PatchOperation {
    pub(crate) fn replace(path: impl Into<String>, value: impl Into<String>) -> Self {
        Self { op: "replace".to_owned(), path: path.into(), value: Some(value.into()) }
    }

    pub(crate) fn remove(path: impl Into<String>) -> Self {
        Self { op: "remove".to_owned(), path: path.into(), value: None }
    }
}

impl Change {
    /// The IAM actions that the call takes. `iam:PassRole` is what handing a role to API Gateway takes.
    pub(crate) fn permissions(&self) -> Vec<String> {
        let actions: &[&str] = match self {
            Self::CreateRole { .. } => &["iam:CreateRole"],
            Self::DeleteRole { .. } => &["iam:DeleteRole"],
            Self::UpdateAssumeRolePolicy { .. } => &["iam:UpdateAssumeRolePolicy"],
            Self::AttachRolePolicy { .. } => &["iam:AttachRolePolicy"],
            Self::DetachRolePolicy { .. } => &["iam:DetachRolePolicy"],
            Self::UpdateAccount { .. } => &["apigateway:PATCH", "iam:PassRole"],
            Self::CreateLogGroup { .. } => &["logs:CreateLogGroup"],
            Self::DeleteLogGroup { .. } => &["logs:DeleteLogGroup"],
            Self::PutRetentionPolicy { .. } => &["logs:PutRetentionPolicy"],
            Self::DeleteRetentionPolicy { .. } => &["logs:DeleteRetentionPolicy"],
            Self::UpdateStage { .. } => &["apigateway:PATCH"],
        };
        actions.iter().map(|action| (*action).to_owned()).collect()
    }
}

/// A digest of what a change was decided on.
pub(crate) fn digest(state: &Value) -> String {
    let hash = Sha256::digest(state.to_string());
    let hex: String = hash.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("sha256:{hex}")
}
