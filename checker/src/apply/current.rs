//! What a change is about to change, as it is now.

use aws_sdk_apigateway::error::SdkError;
use aws_sdk_iam::operation::get_role::GetRoleError;
use percent_encoding::percent_decode_str;

use crate::collect::stage_settings;
use crate::connection::Clients;
use crate::inventory::{AccessLog, LogGroup, StageSettings};
use crate::plan::{
    Change, PatchOperation, account_digest, group_digest, retention_digest, role_digest, stage_digest,
};

/// The thing that a change is of.
pub(super) enum Current {
    /// The trust policy of a role, if there is one.
    Role(Option<String>),
    /// Whether a policy is attached.
    Attachment(bool),
    /// The role of a region.
    Account(Option<String>),
    /// A log group, if there is one.
    Group(Option<LogGroup>),
    /// A stage.
    Stage(StageSettings),
}

type Failure = Box<dyn std::error::Error + Send + Sync>;

impl Current {
    pub(super) async fn read(clients: &Clients, change: &Change) -> Result<Self, ReadError> {
        Self::of(clients, change).await.map_err(ReadError)
    }

    async fn of(clients: &Clients, change: &Change) -> Result<Self, Failure> {
        Ok(match change {
            Change::CreateRole { role, .. }
            | Change::DeleteRole { role }
            | Change::UpdateAssumeRolePolicy { role, .. } => Self::Role(trust(clients, role).await?),
            Change::AttachRolePolicy { role, policy_arn } | Change::DetachRolePolicy { role, policy_arn } => {
                Self::Attachment(is_attached(clients, role, policy_arn).await?)
            }
            Change::UpdateAccount { .. } => {
                let account = clients.apigateway.get_account().send().await?;
                let role = account.cloudwatch_role_arn().filter(|arn| !arn.is_empty());
                Self::Account(role.map(str::to_owned))
            }
            Change::CreateLogGroup { group }
            | Change::DeleteLogGroup { group }
            | Change::PutRetentionPolicy { group, .. }
            | Change::DeleteRetentionPolicy { group } => Self::Group(log_group(clients, group).await?),
            Change::UpdateStage { api_id, stage, .. } => {
                let request = clients.apigateway.get_stage().rest_api_id(api_id).stage_name(stage);
                let stage = request.send().await?;
                Self::Stage(stage_settings(
                    stage.deployment_id(),
                    stage.method_settings(),
                    stage.access_log_settings(),
                ))
            }
        })
    }

    /// Whether the change is made already.
    pub(super) fn has(&self, change: &Change) -> bool {
        match (self, change) {
            (Self::Role(trust), Change::CreateRole { .. }) => trust.is_some(),
            (Self::Role(trust), Change::DeleteRole { .. }) => trust.is_none(),
            (Self::Role(now), Change::UpdateAssumeRolePolicy { trust, .. }) => {
                role_digest(now.as_deref()) == role_digest(Some(trust))
            }
            (Self::Attachment(attached), Change::AttachRolePolicy { .. }) => *attached,
            (Self::Attachment(attached), Change::DetachRolePolicy { .. }) => !attached,
            (Self::Account(now), Change::UpdateAccount { role_arn }) => {
                now.as_deref().unwrap_or_default() == role_arn
            }
            (Self::Group(group), Change::CreateLogGroup { .. }) => group.is_some(),
            (Self::Group(group), Change::DeleteLogGroup { .. }) => group.is_none(),
            // Whatever somebody else set since is theirs to decide.
            (Self::Group(group), Change::PutRetentionPolicy { .. }) => {
                group.as_ref().is_some_and(|group| group.retention_days.is_some())
            }
            (Self::Group(group), Change::DeleteRetentionPolicy { .. }) => {
                group.as_ref().is_none_or(|group| group.retention_days.is_none())
            }
            (Self::Stage(settings), Change::UpdateStage { patch_operations, .. }) => {
                patch_operations.iter().all(|operation| is_patched(settings, operation))
            }
            _ => false,
        }
    }

    /// The digest to compare with the one in the plan.
    pub(super) fn digest(&self, change: &Change) -> Option<String> {
        Some(match (self, change) {
            (Self::Role(trust), _) => role_digest(trust.as_deref()),
            (Self::Attachment(_), _) => return None,
            (Self::Account(role), _) => account_digest(role.as_deref()),
            (
                Self::Group(group),
                Change::PutRetentionPolicy { .. } | Change::DeleteRetentionPolicy { .. },
            ) => retention_digest(group.as_ref().and_then(|group| group.retention_days)),
            (Self::Group(group), _) => group_digest(group.as_ref()),
            (Self::Stage(stage), _) => stage_digest(stage),
        })
    }
}

/// Whether the stage is as this operation would make it. What is not a setting of logs is never so.
fn is_patched(settings: &StageSettings, operation: &PatchOperation) -> bool {
    let wanted = operation.value.as_deref();
    let path = operation.path.trim_start_matches('/');
    match path {
        "accessLogSettings" => wanted.is_none() && settings.access_log == AccessLog::default(),
        "accessLogSettings/destinationArn" => settings.access_log.destination_arn.as_deref() == wanted,
        "accessLogSettings/format" => settings.access_log.format.as_deref() == wanted,
        _ => {
            let setting = |suffix| settings.method_settings.get(path.strip_suffix(suffix)?);
            if let Some(setting) = setting("/logging/loglevel") {
                wanted == Some(setting.level.as_str())
            } else if let Some(setting) = setting("/logging/dataTrace") {
                wanted == Some(if setting.data_trace { "true" } else { "false" })
            } else {
                wanted.is_none()
                    && !path.contains("/logging/")
                    && !settings.method_settings.contains_key(path)
            }
        }
    }
}

/// What is to be changed could not be read.
#[derive(Debug, thiserror::Error)]
#[error("cannot read what is to be changed")]
pub(super) struct ReadError(#[source] Failure);

async fn trust(clients: &Clients, role: &str) -> Result<Option<String>, Failure> {
    match clients.iam.get_role().role_name(role).send().await {
        Ok(answer) => {
            let document =
                answer.role().and_then(|role| role.assume_role_policy_document()).unwrap_or_default();
            Ok(Some(percent_decode_str(document).decode_utf8_lossy().into_owned()))
        }
        Err(SdkError::ServiceError(error))
            if matches!(error.err(), GetRoleError::NoSuchEntityException(_)) =>
        {
            Ok(None)
        }
        Err(error) => Err(error.into()),
    }
}

async fn is_attached(clients: &Clients, role: &str, policy_arn: &str) -> Result<bool, Failure> {
    let mut pages = clients.iam.list_attached_role_policies().role_name(role).into_paginator().send();
    while let Some(page) = pages.next().await {
        if page?.attached_policies().iter().any(|policy| policy.policy_arn() == Some(policy_arn)) {
            return Ok(true);
        }
    }
    Ok(false)
}

async fn log_group(clients: &Clients, name: &str) -> Result<Option<LogGroup>, Failure> {
    let page = clients.logs.describe_log_groups().log_group_name_prefix(name).send().await?;
    // Names are sorted, so the group itself comes before any longer one.
    let group = page.log_groups().iter().find(|group| group.log_group_name() == Some(name));
    Ok(group.map(|group| LogGroup {
        retention_days: group.retention_in_days(),
        stored_bytes: group.stored_bytes(),
    }))
}
