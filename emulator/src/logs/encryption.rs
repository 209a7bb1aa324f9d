//! The KMS keys that log groups are encrypted with.
//!
//! Nothing is encrypted. What is kept of each batch is the key that it would be encrypted with, and that CloudWatch Logs
//! may use that key is asked whenever something is written or read.

use std::sync::Arc;

use serde::Deserialize;

use super::groups::{self, LogGroup};
use super::{GroupName, Logs, faults};
use crate::service::context::of_time_and_place;
use crate::service::ports::{EncryptionKeys, KeyRefusal, KeyUse};
use crate::service::{Arn, Ctx, Fault};
use crate::store::{Scope, Scopes};
use crate::time::Timestamp;

/// What CloudWatch Logs does with a key. The user guide has its users allow `kms:Encrypt*`, `kms:Decrypt*`,
/// `kms:ReEncrypt*`, `kms:GenerateDataKey*` and `kms:Describe*`. Which of these it asks for when is inferred.
#[derive(Clone, Copy, Debug)]
pub(super) enum Purpose {
    /// A group is to be encrypted with it.
    Associate,
    Write,
    Read,
}

impl Purpose {
    const fn actions(self) -> &'static [&'static str] {
        match self {
            Self::Associate => &["kms:Encrypt", "kms:Decrypt", "kms:GenerateDataKey"],
            Self::Write => &["kms:GenerateDataKey"],
            Self::Read => &["kms:Decrypt"],
        }
    }
}

/// Whether CloudWatch Logs may use a key for a group.
///
/// Source: CloudWatch Logs user guide, "Encrypt log data in CloudWatch Logs using AWS KMS": the service is named with its
/// region, and the group is told as encryption context.
pub(super) fn permit(
    keys: &dyn EncryptionKeys,
    purpose: Purpose,
    scope: &Scope,
    group_arn: &str,
    key_arn: &str,
    now: Timestamp,
) -> Result<(), KeyRefusal> {
    let region = &scope.region;
    let service = format!("logs.{region}.{}", region.partition().dns_suffix);
    let context = of_time_and_place(region.as_str(), now)
        .with("kms:EncryptionContext:aws:logs:arn", [group_arn])
        .with("kms:EncryptionContextKeys", ["aws:logs:arn"])
        .with("aws:PrincipalIsAWSService", ["true"]);
    keys.permit(&KeyUse { key_arn, service: &service, actions: purpose.actions(), context: &context, now })
}

/// Whether a group may be encrypted with a key from now on.
pub(super) fn check_association(
    ctx: &Ctx<'_>,
    keys: &dyn EncryptionKeys,
    group: &str,
    key_arn: &str,
) -> Result<(), Fault> {
    // Keys of other regions cannot be used, as documented; those of other accounts can, if their policies say so.
    let is_here = Arn::parse(key_arn).is_some_and(|arn| arn.region == ctx.scope.region.as_str());
    if !is_here {
        return Err(faults::no_kms_key(group));
    }
    let group_arn = ctx.scope.arn("logs", format_args!("log-group:{group}"));
    permit(keys, Purpose::Associate, ctx.scope, &group_arn, key_arn, ctx.now).map_err(|refusal| match refusal
    {
        KeyRefusal::NoSuchKey => faults::no_kms_key(group),
        KeyRefusal::Disabled | KeyRefusal::PendingDeletion => faults::kms_key_disabled(group),
        KeyRefusal::NotAllowed(..) => faults::kms_key_not_allowed(&group_arn),
    })
}

/// The key that a group is encrypted with, and the group's ARN.
pub(super) fn key_of(
    states: &Scopes<Logs>,
    scope: &Scope,
    group: &GroupName,
) -> Option<(Arc<str>, Arc<str>)> {
    states.read(scope, |state| {
        let group = state.groups.get(group)?;
        Some((group.kms_key_id.clone()?, Arc::clone(&group.log_group_arn)))
    })
}

/// Whether events may be put into a group, or read that were put there under these keys. What AWS answers where not is
/// inferred: what it answers who associates a key that it may not use.
pub(super) fn check_use<'k>(
    ctx: &Ctx<'_>,
    keys: &dyn EncryptionKeys,
    purpose: Purpose,
    group_arn: &str,
    used: impl IntoIterator<Item = &'k Arc<str>>,
) -> Result<(), Fault> {
    for key in used {
        permit(keys, purpose, ctx.scope, group_arn, key, ctx.now)
            .map_err(|_| faults::kms_key_not_allowed(group_arn))?;
    }
    Ok(())
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct AssociateKmsKey {
    log_group_name: Option<GroupName>,
    kms_key_id: Arc<str>,
    resource_identifier: Option<String>,
}

/// Events that are there already stay as they are.
pub(super) fn associate(
    ctx: &Ctx<'_>,
    states: &Scopes<Logs>,
    input: AssociateKmsKey,
    keys: &dyn EncryptionKeys,
) -> Result<(), Fault> {
    let name = one_group(ctx.scope, input.log_group_name, input.resource_identifier.as_deref())?;
    states.read(ctx.scope, |state| state.groups.get(&name).map(drop).ok_or_else(faults::no_group))?;
    check_association(ctx, keys, &name, &input.kms_key_id)?;
    states.write(ctx.scope, |state| set(state, &name, Some(input.kms_key_id)))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct DisassociateKmsKey {
    log_group_name: Option<GroupName>,
    resource_identifier: Option<String>,
}

/// A group without a key stays without one.
pub(super) fn disassociate(ctx: &Ctx<'_>, state: &mut Logs, input: DisassociateKmsKey) -> Result<(), Fault> {
    let name = one_group(ctx.scope, input.log_group_name, input.resource_identifier.as_deref())?;
    set(state, &name, None)
}

fn set(state: &mut Logs, name: &GroupName, key: Option<Arc<str>>) -> Result<(), Fault> {
    let mut group = LogGroup::clone(state.groups.get(name).ok_or_else(faults::no_group)?);
    group.kms_key_id = key;
    state.groups.put(name.clone(), group);
    Ok(())
}

/// The group by its name, or by its ARN as a resource: one of the two, as documented. The wordings are inferred.
fn one_group(scope: &Scope, name: Option<GroupName>, resource: Option<&str>) -> Result<GroupName, Fault> {
    match (name, resource) {
        (Some(name), None) => Ok(name),
        (None, Some(resource)) if resource.contains(":query-result:") => Err(Fault::not_implemented(
            "results of queries are not kept in this emulator, and so are not encrypted",
        )),
        (None, Some(resource)) if resource.starts_with("arn:") => groups::name_in(resource, scope),
        (None, Some(_)) => {
            Err(faults::invalid("The resourceIdentifier must be the ARN of a log group or of query results."))
        }
        (Some(_), Some(_)) => {
            Err(faults::invalid("Specify either logGroupName or resourceIdentifier, not both."))
        }
        (None, None) => Err(faults::invalid("Either logGroupName or resourceIdentifier must be specified.")),
    }
}

#[cfg(test)]
mod tests;
