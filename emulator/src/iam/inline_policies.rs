//! Inline policies of users, groups and roles.

use serde::{Deserialize, Serialize};
use stagecheck_models::iam as operations;
use stagecheck_policy::Limit;

use super::document::IdentityDocument;
use super::entities::{Entity, EntityKind, Kind, OfGroup, OfRole, OfUser, entity_inputs};
use super::paging::Asked;
use super::{Iam, PolicyName, faults};
use crate::service::{Ctx, Fault, Registrar};

/// An inline policy. Whose it is stands in its key.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct InlinePolicy {
    pub(super) policy_name: PolicyName,
    pub(super) policy_document: IdentityDocument,
}

/// Registers the operations.
pub(super) fn register(registrar: &mut impl Registrar<Iam>) {
    registrar.write(&operations::PUT_GROUP_POLICY, put::<OfGroup>, &[]);
    registrar.write(&operations::PUT_ROLE_POLICY, put::<OfRole>, &[]);
    registrar.write(&operations::PUT_USER_POLICY, put::<OfUser>, &[]);
    registrar.read(&operations::GET_GROUP_POLICY, get::<OfGroup>, &[]);
    registrar.read(&operations::GET_ROLE_POLICY, get::<OfRole>, &[]);
    registrar.read(&operations::GET_USER_POLICY, get::<OfUser>, &[]);
    registrar.read(&operations::LIST_GROUP_POLICIES, list::<OfGroup>, &[]);
    registrar.read(&operations::LIST_ROLE_POLICIES, list::<OfRole>, &[]);
    registrar.read(&operations::LIST_USER_POLICIES, list::<OfUser>, &[]);
    registrar.write(&operations::DELETE_GROUP_POLICY, delete::<OfGroup>, &[]);
    registrar.write(&operations::DELETE_ROLE_POLICY, delete::<OfRole>, &[]);
    registrar.write(&operations::DELETE_USER_POLICY, delete::<OfUser>, &[]);
}

entity_inputs! {
    PutPolicy { policy_name: PolicyName, policy_document: String }
    OnePolicy { policy_name: PolicyName }
    ListPolicies { marker: Option<String>, max_items: Option<usize> }
}

fn put<K: Kind>(_: &Ctx<'_>, state: &mut Iam, input: PutPolicy<K>) -> Result<(), Fault> {
    let entity = input.entity;
    entity.must_be_modifiable(state)?;
    let document = IdentityDocument::parse(input.policy_document)?;
    let others: usize = state
        .inline_policies
        .range(entity.rows())
        .filter(|((_, name), _)| *name != input.policy_name)
        .map(|(_, policy)| policy.policy_document.size())
        .sum();
    let most = most_together(entity.kind).characters();
    if others + document.size() > most {
        return Err(faults::limit_exceeded(format!(
            "Maximum policy size of {most} bytes exceeded for {} {}",
            entity.kind.word(),
            entity.name
        )));
    }
    let policy = InlinePolicy { policy_name: input.policy_name.clone(), policy_document: document };
    state.inline_policies.put((entity, input.policy_name), policy);
    Ok(())
}

/// What the inline policies of one entity may come to.
const fn most_together(kind: EntityKind) -> Limit {
    match kind {
        EntityKind::Group => Limit::InlineOfGroup,
        EntityKind::Role => Limit::InlineOfRole,
        EntityKind::User => Limit::InlineOfUser,
    }
}

/// An inline policy, with whose it is.
#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct PolicyOf {
    #[serde(skip_serializing_if = "Option::is_none")]
    group_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    role_name: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    user_name: Option<String>,
    policy_name: PolicyName,
    policy_document: IdentityDocument,
}

fn get<K: Kind>(_: &Ctx<'_>, state: &Iam, input: OnePolicy<K>) -> Result<PolicyOf, Fault> {
    input.entity.must_exist(state)?;
    let key = (input.entity, input.policy_name);
    let policy = state.inline_policies.get(&key).ok_or_else(|| no_policy(&key))?;
    let owner = |kind| (key.0.kind == kind).then(|| key.0.name.to_string());
    Ok(PolicyOf {
        group_name: owner(EntityKind::Group),
        role_name: owner(EntityKind::Role),
        user_name: owner(EntityKind::User),
        policy_name: policy.policy_name.clone(),
        policy_document: policy.policy_document.clone(),
    })
}

fn delete<K: Kind>(_: &Ctx<'_>, state: &mut Iam, input: OnePolicy<K>) -> Result<(), Fault> {
    input.entity.must_be_modifiable(state)?;
    let key = (input.entity, input.policy_name);
    state.inline_policies.remove(&key).ok_or_else(|| no_policy(&key))?;
    Ok(())
}

fn no_policy((entity, name): &(Entity, PolicyName)) -> Fault {
    faults::missing(format!("The {} policy with name {name} cannot be found.", entity.kind.word()))
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct PolicyNames {
    policy_names: Vec<PolicyName>,
    is_truncated: bool,
    marker: Option<String>,
}

fn list<K: Kind>(_: &Ctx<'_>, state: &Iam, input: ListPolicies<K>) -> Result<PolicyNames, Fault> {
    input.entity.must_exist(state)?;
    let names = state.inline_policies.range(input.entity.rows()).map(|((_, name), _)| name.clone()).collect();
    // The key of a row would have longer markers than the 320 characters that IAM takes.
    let asked = Asked { marker: input.marker, max_items: input.max_items };
    let (policy_names, marker) = asked.of_few(names, PolicyName::clone)?;
    Ok(PolicyNames { policy_names, is_truncated: marker.is_some(), marker })
}
