//! Managed policies: an account's own, and those of AWS.

use std::ops::Bound;
use std::sync::Arc;

use compact_str::CompactString;
use serde::{Deserialize, Serialize};
use stagecheck_models::iam as operations;
use stagecheck_policy::Document;

use super::aws_managed::{self, AwsManagedPolicy};
use super::document::IdentityDocument;
use super::entities::Term;
use super::paging::DEFAULT_MAX_ITEMS;
use super::policy_versions::{self, PolicyVersion, VersionId};
use super::tags::{self, Tag};
use super::{Iam, PolicyArn, PolicyName, faults, quotas};
use crate::service::{Ctx, Fault, Registrar};
use crate::store::{Account, Indexed, decode_token, encode_token};
use crate::time::Timestamp;

/// A managed policy of the account.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Policy {
    pub(super) policy_name: PolicyName,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) policy_id: Option<CompactString>,
    pub(super) arn: PolicyArn,
    pub(super) path: String,
    pub(super) default_version_id: VersionId,
    /// Ids of versions are not used again.
    #[serde(default)]
    pub(super) latest_version_id: VersionId,
    pub(super) is_attachable: bool,
    pub(super) create_date: Timestamp,
    pub(super) update_date: Timestamp,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub(super) description: Option<String>,
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub(super) tags: Vec<Tag>,
    /// Counted when it is asked for; nothing of it is stored.
    #[serde(default, skip_deserializing, skip_serializing_if = "Option::is_none")]
    pub(super) attachment_count: Option<usize>,
    #[serde(default, skip_deserializing, skip_serializing_if = "Option::is_none")]
    pub(super) permissions_boundary_usage_count: Option<usize>,
}

/// Found by the name in lower case, too: no two names differ in case or path alone.
impl Indexed<PolicyArn> for Policy {
    type Term = CompactString;

    fn terms(&self, _: &PolicyArn, tell: &mut dyn FnMut(CompactString)) {
        tell(self.policy_name.to_lowercase());
    }
}

/// Registers the operations.
pub(super) fn register(registrar: &mut impl Registrar<Iam>) {
    registrar.write(&operations::CREATE_POLICY, create, &[]);
    registrar.read(&operations::GET_POLICY, get, &[]);
    registrar.read(&operations::LIST_POLICIES, list, &[]);
    registrar.write(&operations::DELETE_POLICY, delete, &[]);
    policy_versions::register(registrar);
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct PolicyOutput {
    policy: Policy,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct CreatePolicy {
    policy_name: PolicyName,
    path: Option<String>,
    policy_document: String,
    description: Option<String>,
    #[serde(default)]
    tags: Vec<Tag>,
}

fn create(ctx: &Ctx<'_>, state: &mut Iam, input: CreatePolicy) -> Result<PolicyOutput, Fault> {
    let name = input.policy_name;
    let path = input.path.unwrap_or_else(|| "/".to_owned());
    let arn = ctx.scope.global_arn("iam", format_args!("policy{path}{name}"));
    if state.policies.count_naming(&name.to_lowercase()) > 0 {
        return Err(faults::exists(format!(
            "A policy called {name} already exists. Duplicate names are not allowed."
        )));
    }
    let document = policy_versions::document(input.policy_document)?;
    tags::check(&input.tags)?;
    quotas::check(ctx, quotas::POLICIES, "PoliciesPerAccount", || state.policies.len())?;
    let (now, first) = (ctx.now.whole_seconds(), VersionId::FIRST);
    let policy = Policy {
        policy_name: name,
        policy_id: Some(ctx.ids.upper("ANPA", 17).into()),
        arn: arn.clone(),
        path,
        default_version_id: first,
        latest_version_id: first,
        is_attachable: true,
        create_date: now,
        update_date: now,
        description: input.description,
        tags: input.tags,
        attachment_count: None,
        permissions_boundary_usage_count: None,
    };
    state.policy_versions.put((arn.clone(), first), PolicyVersion::new(document, first, true, now));
    let stored = state.policies.put(arn, policy);
    // CreatePolicy does not answer the description; GetPolicy does.
    Ok(PolicyOutput { policy: Policy { description: None, ..counted(state, &stored) } })
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct OnePolicy {
    policy_arn: PolicyArn,
}

fn get(ctx: &Ctx<'_>, state: &Iam, input: OnePolicy) -> Result<PolicyOutput, Fault> {
    check_arn_of(ctx, &input.policy_arn)?;
    let policy = match (state.policies.get(&input.policy_arn), aws_managed::by_arn(&input.policy_arn)) {
        (Some(own), _) => counted(state, own),
        (None, Some(aws)) => counted(state, &of_aws(aws, partition_of(&input.policy_arn))),
        (None, None) => return Err(faults::no_policy(&input.policy_arn)),
    };
    Ok(PolicyOutput { policy })
}

fn delete(ctx: &Ctx<'_>, state: &mut Iam, input: OnePolicy) -> Result<(), Fault> {
    let arn = input.policy_arn;
    check_arn_of(ctx, &arn)?;
    find(state, &arn)?;
    if attachment_count(state, &arn) + boundary_count(state, &arn) > 0 {
        return Err(faults::delete_conflict("Cannot delete a policy attached to entities."));
    }
    if state.policy_versions.range(policy_versions::of(&arn)).nth(1).is_some() {
        return Err(faults::delete_conflict(
            "This policy has more than one version. Before you delete a policy, you must delete the policy's versions. \
             The default version is deleted with the policy.",
        ));
    }
    state.policies.remove(&arn);
    state.policy_versions.remove_range(policy_versions::of(&arn));
    Ok(())
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ListPolicies {
    scope: Option<String>,
    #[serde(default)]
    only_attached: bool,
    path_prefix: Option<String>,
    policy_usage_filter: Option<String>,
    marker: Option<String>,
    max_items: Option<usize>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Policies {
    policies: Vec<Policy>,
    is_truncated: bool,
    marker: Option<String>,
}

/// The account's own policies come first, then those of AWS, each in the order of their names. A marker, which has no room
/// for an ARN, tells the last name, and whether it is AWS's.
fn list(ctx: &Ctx<'_>, state: &Iam, input: ListPolicies) -> Result<Policies, Fault> {
    let scope = input.scope.as_deref().unwrap_or("All");
    let partition = ctx.scope.region.partition().id;
    let last: Option<(bool, CompactString)> =
        input.marker.as_deref().map(decode_token).transpose().map_err(|_| faults::bad_marker())?;
    let (own_from, last_of_aws) = match last {
        None => (Some(Bound::Unbounded), None),
        Some((false, name)) => (Some(Bound::Excluded(name)), None),
        Some((true, name)) => (None, Some(name)),
    };
    let own_from = own_from.filter(|_| scope != "AWS");
    let own = own_from.into_iter().flat_map(|from| state.policies.by_terms((from, Bound::Unbounded)));
    let own = own.map(|(_, own)| Policy::clone(own));
    let aws = (scope != "Local").then(|| aws_managed::after(last_of_aws.as_deref()));
    let aws = aws.into_iter().flatten().map(|aws| of_aws(aws, partition));
    let mut matching = own.chain(aws).filter(|policy| input.accepts(state, policy));
    let limit = input.max_items.unwrap_or(DEFAULT_MAX_ITEMS);
    // Lists carry neither descriptions nor tags, as IAM documents.
    let listed = |policy: Policy| Policy { description: None, tags: Vec::new(), ..counted(state, &policy) };
    let policies: Vec<Policy> = matching.by_ref().take(limit).map(listed).collect();
    let is_truncated = matching.next().is_some();
    let marker = policies.last().filter(|_| is_truncated).map(|last| encode_token(&last.place()));
    Ok(Policies { policies, is_truncated, marker })
}

impl Policy {
    /// Where it stands in lists.
    fn place(&self) -> (bool, CompactString) {
        let is_of_aws = aws_managed::is_of_aws(&self.arn);
        (is_of_aws, if is_of_aws { self.policy_name.clone() } else { self.policy_name.to_lowercase() })
    }
}

impl ListPolicies {
    fn accepts(&self, state: &Iam, policy: &Policy) -> bool {
        let is_attached = || attachment_count(state, &policy.arn) > 0;
        self.path_prefix.as_deref().is_none_or(|prefix| policy.path.starts_with(prefix))
            && (!self.only_attached || is_attached())
            && match self.policy_usage_filter.as_deref() {
                Some("PermissionsBoundary") => boundary_count(state, &policy.arn) > 0,
                Some(_) => is_attached(),
                None => true,
            }
    }
}

/// What the policy of this ARN says in its default version.
pub(super) fn default_document(state: &Iam, arn: &str) -> Option<Arc<Document>> {
    default_text(state, arn).map(|document| Arc::clone(document.parsed()))
}

/// As [`default_document`], with the text.
pub(super) fn default_text<'a>(state: &'a Iam, arn: &str) -> Option<&'a IdentityDocument> {
    let Some(policy) = state.policies.get(&arn.to_owned()) else {
        return aws_managed::by_arn(arn).map(AwsManagedPolicy::document);
    };
    state.policy_versions.get(&(arn.to_owned(), policy.default_version_id))?.document()
}

/// Refuses what is no policy's ARN.
pub(super) fn check_arn(arn: &str) -> Result<(), Fault> {
    let fields: Vec<&str> = arn.splitn(6, ':').collect();
    let is_policy = match fields.as_slice() {
        ["arn", _, "iam", "", owner, resource] => {
            let name = resource.strip_prefix("policy/").unwrap_or_default();
            let is_owner = *owner == "aws" || Account::parse(owner).is_some();
            // White space behind an ARN is seen to be refused; the rest of what no name can have is inferred.
            is_owner && !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_graphic())
        }
        _ => false,
    };
    if is_policy { Ok(()) } else { Err(faults::not_an_arn(arn)) }
}

/// Refuses what is no policy's ARN, and one of another partition than the caller's.
pub(super) fn check_arn_of(ctx: &Ctx<'_>, arn: &str) -> Result<(), Fault> {
    check_arn(arn)?;
    if partition_of(arn) == ctx.scope.region.partition().id {
        Ok(())
    } else {
        Err(faults::of_another_partition())
    }
}

/// Whether only the service-linked role that it is for may have the policy.
pub(super) fn is_for_service_linked_roles(arn: &str) -> bool {
    arn.split_once(":iam::aws:").is_some_and(|(_, policy)| policy.starts_with("policy/aws-service-role/"))
}

/// A policy of the account.
pub(super) fn find<'a>(state: &'a Iam, arn: &PolicyArn) -> Result<&'a Arc<Policy>, Fault> {
    check_arn(arn)?;
    state.policies.get(arn).ok_or_else(|| faults::no_policy(arn))
}

/// With how often it is attached, and is a boundary.
pub(super) fn counted(state: &Iam, policy: &Policy) -> Policy {
    Policy {
        attachment_count: Some(attachment_count(state, &policy.arn)),
        permissions_boundary_usage_count: Some(boundary_count(state, &policy.arn)),
        ..policy.clone()
    }
}

pub(super) fn attachment_count(state: &Iam, arn: &str) -> usize {
    state.attachments.count_naming(&arn.to_owned())
}

fn boundary_count(state: &Iam, arn: &str) -> usize {
    let boundary = Term::Boundary(arn.to_owned());
    state.roles.count_naming(&boundary) + state.users.count_naming(&boundary)
}

pub(super) fn of_aws(policy: &AwsManagedPolicy, partition: &str) -> Policy {
    Policy {
        policy_name: (&*policy.name).into(),
        policy_id: policy.id.as_deref().map(Into::into),
        arn: policy.arn(partition),
        path: policy.path.clone().into_owned(),
        default_version_id: policy.version,
        latest_version_id: policy.version,
        is_attachable: true,
        create_date: policy.created,
        update_date: policy.updated,
        description: policy.description.clone().map(Into::into),
        tags: Vec::new(),
        attachment_count: None,
        permissions_boundary_usage_count: None,
    }
}

fn partition_of(arn: &str) -> &str {
    arn.split(':').nth(1).unwrap_or("aws")
}
