//! Which policies let someone use a service.

use std::collections::HashSet;

use compact_str::CompactString;
use serde::{Deserialize, Serialize};
use stagecheck_models::iam as operations;

use super::services;
use crate::iam::entities::EntityKind;
use crate::iam::policy_sources::{self, Attachment, PolicySource};
use crate::iam::{Iam, PolicyArn, PolicyName, faults};
use crate::service::{Ctx, Fault, Registrar};

/// Registers the operation.
pub(super) fn register(registrar: &mut impl Registrar<Iam>) {
    registrar.read(&operations::LIST_POLICIES_GRANTING_SERVICE_ACCESS, list, &[]);
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ListPoliciesGrantingServiceAccess {
    arn: String,
    service_namespaces: Vec<String>,
    marker: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Granting {
    policies_granting_service_access: Vec<OfService>,
    is_truncated: bool,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct OfService {
    service_namespace: String,
    policies: Vec<GrantingPolicy>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct GrantingPolicy {
    policy_name: PolicyName,
    policy_type: &'static str,
    policy_arn: Option<PolicyArn>,
    entity_type: Option<&'static str>,
    entity_name: Option<CompactString>,
}

/// In the order of the namespaces as they are asked for, each once, as observed. There are no pages, and so no markers.
fn list(ctx: &Ctx<'_>, state: &Iam, input: ListPoliciesGrantingServiceAccess) -> Result<Granting, Fault> {
    if input.marker.is_some() {
        return Err(faults::invalid_input("Invalid Marker."));
    }
    let entity = policy_sources::entity_of(ctx, state, &input.arn)?;
    let sources = policy_sources::of(state, &entity);
    let mut seen = HashSet::new();
    let namespaces = input.service_namespaces.into_iter().filter(|namespace| seen.insert(namespace.clone()));
    let of_service = |service_namespace: String| OfService {
        policies: sources
            .iter()
            .filter(|source| services::grants(source.document.parsed(), &service_namespace))
            .map(granting)
            .collect(),
        service_namespace,
    };
    Ok(Granting {
        policies_granting_service_access: namespaces.map(of_service).collect(),
        is_truncated: false,
    })
}

fn granting(source: &PolicySource<'_>) -> GrantingPolicy {
    let (policy_type, policy_arn, owner) = match source.attachment {
        Attachment::Inline(owner) => ("INLINE", None, Some(owner)),
        Attachment::Managed(arn) => ("MANAGED", Some(arn.clone()), None),
    };
    GrantingPolicy {
        policy_name: source.name.clone(),
        policy_type,
        policy_arn,
        entity_type: owner.map(|owner| entity_type(owner.kind)),
        entity_name: owner.map(|owner| owner.name.clone()),
    }
}

/// The word for a kind of entity in reports.
pub(super) const fn entity_type(kind: EntityKind) -> &'static str {
    match kind {
        EntityKind::Group => "GROUP",
        EntityKind::Role => "ROLE",
        EntityKind::User => "USER",
    }
}
