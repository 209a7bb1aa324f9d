//! The calls that changes are.

use std::time::Duration;

use aws_sdk_apigateway::types::{Op, PatchOperation as SdkPatchOperation};

use crate::connection::Clients;
use crate::error::describe;
use crate::plan::{Change, PatchOperation};

/// How long a refusal is taken for one that passes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Patience {
    None,
    /// IAM's changes take up to a minute to reach API Gateway, which refuses the role until then.
    UntilIamIsHeardOf,
}

/// How often a refusal that may pass is answered by trying again, and how long it waits. UpdateAccount may be called
/// once in twenty seconds, and refusals count.
const ATTEMPTS: usize = 5;
const WAIT: Duration = Duration::from_secs(21);

/// What API Gateway says of a role that it cannot assume, or that may not log, and of calls that come too fast.
const MAY_PASS: [&str; 2] = ["does not have required permissions", "TooManyRequestsException"];

pub(super) async fn make(clients: &Clients, change: &Change, patience: Patience) -> Result<(), String> {
    let mut attempts = match patience {
        Patience::None => 1,
        Patience::UntilIamIsHeardOf => ATTEMPTS,
    };
    loop {
        let Err(error) = once(clients, change).await else { return Ok(()) };
        attempts -= 1;
        if attempts == 0 || !MAY_PASS.iter().any(|refusal| error.contains(refusal)) {
            return Err(error);
        }
        tokio::time::sleep(WAIT).await;
    }
}

async fn once(clients: &Clients, change: &Change) -> Result<(), String> {
    let Clients { apigateway, logs, iam } = clients;
    match change {
        Change::CreateRole { role, trust } => {
            done(iam.create_role().role_name(role).assume_role_policy_document(trust).send().await)
        }
        Change::DeleteRole { role } => done(iam.delete_role().role_name(role).send().await),
        Change::UpdateAssumeRolePolicy { role, trust } => {
            done(iam.update_assume_role_policy().role_name(role).policy_document(trust).send().await)
        }
        Change::AttachRolePolicy { role, policy_arn } => {
            done(iam.attach_role_policy().role_name(role).policy_arn(policy_arn).send().await)
        }
        Change::DetachRolePolicy { role, policy_arn } => {
            done(iam.detach_role_policy().role_name(role).policy_arn(policy_arn).send().await)
        }
        Change::UpdateAccount { role_arn } => {
            let patch = sdk(&PatchOperation::replace("/cloudwatchRoleArn", role_arn));
            done(apigateway.update_account().patch_operations(patch).send().await)
        }
        Change::CreateLogGroup { group } => done(logs.create_log_group().log_group_name(group).send().await),
        Change::DeleteLogGroup { group } => done(logs.delete_log_group().log_group_name(group).send().await),
        Change::PutRetentionPolicy { group, days } => {
            done(logs.put_retention_policy().log_group_name(group).retention_in_days(*days).send().await)
        }
        Change::DeleteRetentionPolicy { group } => {
            done(logs.delete_retention_policy().log_group_name(group).send().await)
        }
        Change::UpdateStage { api_id, stage, patch_operations } => {
            let patches = patch_operations.iter().map(sdk).collect();
            let request = apigateway.update_stage().rest_api_id(api_id).stage_name(stage);
            done(request.set_patch_operations(Some(patches)).send().await)
        }
    }
}

fn done<T, E: std::error::Error>(answer: Result<T, E>) -> Result<(), String> {
    answer.map(|_| ()).map_err(describe)
}

fn sdk(operation: &PatchOperation) -> SdkPatchOperation {
    SdkPatchOperation::builder()
        .op(Op::from(operation.op.as_str()))
        .path(&operation.path)
        .set_value(operation.value.clone())
        .build()
}
