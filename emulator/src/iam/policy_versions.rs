//! Versions of managed policies.

use std::cmp::Reverse;
use std::fmt;
use std::ops::Bound;
use std::sync::Arc;

use compact_str::CompactString;
use serde::{Deserialize, Serialize};
use stagecheck_models::iam as operations;
use stagecheck_policy::Limit;

use super::document::IdentityDocument;
use super::managed_policies::{self, Policy};
use super::paging::Asked;
use super::{Iam, PolicyArn, aws_managed, faults, quotas};
use crate::service::{Ctx, Fault, Registrar};
use crate::store::KeyRange;
use crate::time::Timestamp;

/// A version's number: `v1`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(into = "CompactString", try_from = "CompactString")]
pub(super) struct VersionId(u32);

impl VersionId {
    pub(super) const FIRST: Self = Self(1);

    /// `None` unless it is a `v` and a number.
    pub(super) fn parse(text: &str) -> Option<Self> {
        text.strip_prefix('v')?.parse().ok().map(Self)
    }
}

impl Default for VersionId {
    fn default() -> Self {
        Self::FIRST
    }
}

impl fmt::Display for VersionId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "v{}", self.0)
    }
}

impl From<VersionId> for CompactString {
    fn from(id: VersionId) -> Self {
        compact_str::format_compact!("{id}")
    }
}

impl TryFrom<CompactString> for VersionId {
    type Error = String;

    fn try_from(text: CompactString) -> Result<Self, String> {
        Self::parse(&text).ok_or_else(|| format!("{text:?} is no version of a policy"))
    }
}

/// A version of a managed policy.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct PolicyVersion {
    /// Lists and CreatePolicyVersion leave it out.
    #[serde(skip_serializing_if = "Option::is_none")]
    document: Option<IdentityDocument>,
    version_id: VersionId,
    is_default_version: bool,
    create_date: Timestamp,
}

impl PolicyVersion {
    pub(super) fn new(document: IdentityDocument, id: VersionId, is_default: bool, now: Timestamp) -> Self {
        Self { document: Some(document), version_id: id, is_default_version: is_default, create_date: now }
    }

    /// Its document; `None` only of a version that was read from a list.
    pub(super) fn document(&self) -> Option<&IdentityDocument> {
        self.document.as_ref()
    }

    fn without_document(&self) -> Self {
        Self { document: None, ..self.clone() }
    }
}

/// Registers the operations.
pub(super) fn register(registrar: &mut impl Registrar<Iam>) {
    registrar.write(&operations::CREATE_POLICY_VERSION, create, &[]);
    registrar.read(&operations::GET_POLICY_VERSION, get, &[]);
    registrar.read(&operations::LIST_POLICY_VERSIONS, list, &[]);
    registrar.write(&operations::SET_DEFAULT_POLICY_VERSION, set_default, &[]);
    registrar.write(&operations::DELETE_POLICY_VERSION, delete, &[]);
}

/// The document of a managed policy, if it is one and not too long.
pub(super) fn document(text: String) -> Result<IdentityDocument, Fault> {
    let document = IdentityDocument::parse(text)?;
    let most = Limit::Managed.characters();
    if document.size() > most {
        return Err(faults::over_quota("PolicySize", most));
    }
    Ok(document)
}

/// The keys of a policy's versions.
pub(super) fn of(arn: &PolicyArn) -> KeyRange<(PolicyArn, VersionId)> {
    (Bound::Included((arn.clone(), VersionId(0))), Bound::Included((arn.clone(), VersionId(u32::MAX))))
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct VersionOutput {
    policy_version: PolicyVersion,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct CreatePolicyVersion {
    policy_arn: PolicyArn,
    policy_document: String,
    #[serde(default)]
    set_as_default: bool,
}

fn create(ctx: &Ctx<'_>, state: &mut Iam, input: CreatePolicyVersion) -> Result<VersionOutput, Fault> {
    let arn = input.policy_arn;
    managed_policies::check_arn_of(ctx, &arn)?;
    let mut policy = Policy::clone(managed_policies::find(state, &arn)?);
    let document = document(input.policy_document)?;
    let quota = quotas::VERSIONS_PER_POLICY;
    if !ctx.quotas.has_room(quota, || state.policy_versions.range(of(&arn)).count()) {
        let most = ctx.quotas.most(quota).unwrap_or(quota.default);
        return Err(faults::limit_exceeded(format!(
            "A managed policy can have up to {most} versions. Before you create a new version, you must delete an existing version."
        )));
    }
    let (now, id) = (ctx.now.whole_seconds(), VersionId(policy.latest_version_id.0 + 1));
    let version = PolicyVersion::new(document, id, false, now);
    let mut output = version.without_document();
    state.policy_versions.put((arn.clone(), id), version);
    policy.latest_version_id = id;
    policy.update_date = now;
    if input.set_as_default {
        output.is_default_version = true;
        make_default(state, &mut policy, id);
    }
    state.policies.put(arn, policy);
    Ok(VersionOutput { policy_version: output })
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct OneVersion {
    policy_arn: PolicyArn,
    version_id: CompactString,
}

fn get(ctx: &Ctx<'_>, state: &Iam, input: OneVersion) -> Result<VersionOutput, Fault> {
    let OneVersion { policy_arn, version_id } = input;
    managed_policies::check_arn_of(ctx, &policy_arn)?;
    let id = VersionId::parse(&version_id);
    let policy_version = match aws_managed::by_arn(&policy_arn) {
        Some(aws) if id == Some(aws.version) => {
            PolicyVersion::new(aws.document().clone(), aws.version, true, aws.updated)
        }
        Some(_) => return Err(faults::no_policy_version(&policy_arn, &version_id)),
        None => PolicyVersion::clone(find(state, &policy_arn, &version_id)?.1),
    };
    Ok(VersionOutput { policy_version })
}

/// A version of a policy of the account, with its number.
fn find<'a>(
    state: &'a Iam,
    arn: &PolicyArn,
    version: &str,
) -> Result<(VersionId, &'a Arc<PolicyVersion>), Fault> {
    managed_policies::find(state, arn)?;
    VersionId::parse(version)
        .and_then(|id| Some((id, state.policy_versions.get(&(arn.clone(), id))?)))
        .ok_or_else(|| faults::no_policy_version(arn, version))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ListVersions {
    policy_arn: PolicyArn,
    marker: Option<String>,
    max_items: Option<usize>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Versions {
    versions: Vec<PolicyVersion>,
    is_truncated: bool,
    marker: Option<String>,
}

/// The newest comes first.
fn list(ctx: &Ctx<'_>, state: &Iam, input: ListVersions) -> Result<Versions, Fault> {
    let arn = input.policy_arn;
    managed_policies::check_arn_of(ctx, &arn)?;
    let versions: Vec<PolicyVersion> = match aws_managed::by_arn(&arn) {
        Some(aws) => vec![PolicyVersion::new(aws.document().clone(), aws.version, true, aws.updated)],
        None => {
            managed_policies::find(state, &arn)?;
            state.policy_versions.range(of(&arn)).map(|(_, version)| PolicyVersion::clone(version)).collect()
        }
    };
    let asked = Asked { marker: input.marker, max_items: input.max_items };
    let (page, marker) = asked.of_few(versions, |version| Reverse(version.version_id))?;
    Ok(Versions {
        versions: page.iter().map(PolicyVersion::without_document).collect(),
        is_truncated: marker.is_some(),
        marker,
    })
}

fn set_default(ctx: &Ctx<'_>, state: &mut Iam, input: OneVersion) -> Result<(), Fault> {
    let OneVersion { policy_arn: arn, version_id } = input;
    managed_policies::check_arn_of(ctx, &arn)?;
    let (id, _) = find(state, &arn, &version_id)?;
    let mut policy = Policy::clone(managed_policies::find(state, &arn)?);
    make_default(state, &mut policy, id);
    state.policies.put(arn, policy);
    Ok(())
}

/// Exactly one version of a policy is its default.
fn make_default(state: &mut Iam, policy: &mut Policy, id: VersionId) {
    for (of, is_default) in [(policy.default_version_id, false), (id, true)] {
        let key = (policy.arn.clone(), of);
        if let Some(version) = state.policy_versions.get(&key) {
            let version = PolicyVersion { is_default_version: is_default, ..PolicyVersion::clone(version) };
            state.policy_versions.put(key, version);
        }
    }
    policy.default_version_id = id;
}

fn delete(ctx: &Ctx<'_>, state: &mut Iam, input: OneVersion) -> Result<(), Fault> {
    let OneVersion { policy_arn: arn, version_id } = input;
    managed_policies::check_arn_of(ctx, &arn)?;
    let (id, version) = find(state, &arn, &version_id)?;
    if version.is_default_version {
        return Err(faults::delete_conflict("Cannot delete the default version of a policy."));
    }
    state.policy_versions.remove(&(arn, id));
    Ok(())
}
