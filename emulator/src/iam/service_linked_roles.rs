//! Service-linked roles: AWS services have them, and only these change them.

mod services;

use std::sync::Arc;

use compact_str::CompactString;
use serde::{Deserialize, Serialize};
use stagecheck_models::iam as operations;

use super::attachments::Attachment;
use super::document::TrustDocument;
use super::entities::{Entity, Term};
use super::roles::{self, Role};
use super::{Iam, Ports, RoleName, faults, quotas, trust};
use crate::service::ports::{LinkedService, RoleUse};
use crate::service::{Ctx, Fault, Registrar};
use crate::store::Scopes;

/// What the paths of service-linked roles begin with.
pub(super) const PATH: &str = "/aws-service-role/";

/// Refuses the path to a role that is none: that anybody could have it is nowhere said, so this is inferred.
pub(super) fn must_not_have_path(path: Option<&str>) -> Result<(), Fault> {
    if path.is_some_and(|path| path.starts_with(PATH)) {
        return Err(faults::invalid_input(format!(
            "Roles with path {PATH} are created by CreateServiceLinkedRole."
        )));
    }
    Ok(())
}

/// What becomes of a deletion. IAM takes a while; here it is settled when the task's id is given out.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct DeletionTask {
    status: CompactString,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    reason: Option<FailureReason>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct FailureReason {
    reason: String,
    role_usage_list: Vec<RoleUsage>,
}

#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct RoleUsage {
    region: String,
    resources: Vec<String>,
}

/// Registers the operations.
pub(super) fn register(registrar: &mut impl Registrar<Iam>, ports: &Ports) {
    registrar.write(&operations::CREATE_SERVICE_LINKED_ROLE, create, &[]);
    let services = ports.linked_services.clone();
    registrar.free(
        &operations::DELETE_SERVICE_LINKED_ROLE,
        move |ctx, states, input| delete(ctx, states, input, &services),
        &[],
    );
    registrar.read(&operations::GET_SERVICE_LINKED_ROLE_DELETION_STATUS, status, &[]);
}

/// The name of a service's role, if the service is known.
pub(super) fn name_of(service: &str, suffix: Option<&str>) -> Option<RoleName> {
    services::by_principal(service).map(|service| service.name_with(suffix))
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct RoleOutput {
    role: Arc<Role>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct CreateServiceLinkedRole {
    #[serde(rename = "AWSServiceName")]
    service: String,
    description: Option<String>,
    custom_suffix: Option<String>,
}

fn create(ctx: &Ctx<'_>, state: &mut Iam, input: CreateServiceLinkedRole) -> Result<RoleOutput, Fault> {
    let Some(service) = services::by_principal(&input.service) else {
        // The code is documented, the wording inferred.
        let message = format!("Service {} is not known to have service-linked roles.", input.service);
        return Err(faults::invalid_input(message));
    };
    if input.custom_suffix.is_some() && !service.takes_suffix {
        let message = format!("Custom suffix is not allowed for {}", service.principal);
        return Err(faults::invalid_input(message));
    }
    let name = service.name_with(input.custom_suffix.as_deref());
    if state.roles.count_naming(&Term::name(&name)) > 0 {
        return Err(faults::invalid_input(format!(
            "Service role name {name} has been taken in this account, please try a different suffix."
        )));
    }
    quotas::check(ctx, quotas::ROLES, "RolesPerAccount", || state.roles.len())?;
    let path = format!("{PATH}{}/", service.principal);
    let mut role = Role::new(ctx, &path, &name, trusting(service.principal)?);
    role.description = input.description;
    let role = state.roles.put(name.clone(), role);
    let partition = ctx.scope.region.partition().id;
    let policy_arn = format!("arn:{partition}:iam::aws:policy{PATH}{}", service.policy);
    let attachment = Attachment::new(service.policy.into(), policy_arn.clone(), PATH.to_owned());
    state.attachments.put((Entity::role(&name), policy_arn), attachment);
    Ok(RoleOutput { role })
}

fn trusting(principal: &str) -> Result<TrustDocument, Fault> {
    let document = serde_json::json!({
        "Version": "2012-10-17",
        "Statement": [
            {"Effect": "Allow", "Principal": {"Service": principal}, "Action": "sts:AssumeRole"}
        ]
    });
    TrustDocument::parse(document.to_string())
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct DeleteServiceLinkedRole {
    role_name: RoleName,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Deletion {
    deletion_task_id: String,
}

/// Asks the service whether it needs the role before it takes IAM's lock.
fn delete(
    ctx: &Ctx<'_>,
    states: &Scopes<Iam>,
    input: DeleteServiceLinkedRole,
    services: &[Arc<dyn LinkedService>],
) -> Result<Deletion, Fault> {
    let name = input.role_name;
    let principal = states.read(ctx.scope, |state| principal_of(state, &name))?;
    let asked = services.iter().filter(|service| service.principal() == principal);
    let uses: Vec<RoleUse> = asked.flat_map(|service| service.uses(ctx.scope)).collect();
    let (gone, deletion) = states.write(ctx.scope, |state| {
        principal_of(state, &name)?;
        let id = format!("task{PATH}{principal}/{name}/{}", ctx.ids.uuid());
        let gone = if uses.is_empty() { remove(state, &name) } else { None };
        state.deletion_tasks.put(id.clone(), DeletionTask::ended(uses));
        Ok::<_, Fault>((gone, Deletion { deletion_task_id: id }))
    })?;
    if let Some(role) = gone {
        trust::rename_elsewhere(ctx, states, &role.arn, &role.role_id);
    }
    Ok(deletion)
}

/// The service principal of a service-linked role.
fn principal_of(state: &Iam, name: &RoleName) -> Result<String, Fault> {
    let role = roles::find(state, name)?;
    let principal = role.path.strip_prefix(PATH).and_then(|rest| rest.strip_suffix('/'));
    // Of the codes that the operation has, this one fits a role that is no service's.
    principal.map(str::to_owned).ok_or_else(|| faults::no_role(name))
}

/// The role goes with the policies that its service attached, and its id stays in the trust policies that name it.
fn remove(state: &mut Iam, name: &RoleName) -> Option<Arc<Role>> {
    let rows = Entity::role(name).rows();
    state.attachments.remove_range(rows);
    let gone = state.roles.remove(name)?;
    trust::rename(state, &gone.arn, &gone.role_id);
    Some(gone)
}

impl DeletionTask {
    fn ended(uses: Vec<RoleUse>) -> Self {
        if uses.is_empty() {
            return Self { status: CompactString::const_new("SUCCEEDED"), reason: None };
        }
        let uses = uses
            .into_iter()
            .map(|RoleUse { region, resources }| RoleUsage { region: region.to_string(), resources });
        Self {
            status: CompactString::const_new("FAILED"),
            reason: Some(FailureReason {
                // The wording is inferred.
                reason: "The role is still used by resources of the linked service.".to_owned(),
                role_usage_list: uses.collect(),
            }),
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct GetDeletionStatus {
    deletion_task_id: String,
}

fn status(_: &Ctx<'_>, state: &Iam, input: GetDeletionStatus) -> Result<Arc<DeletionTask>, Fault> {
    let id = input.deletion_task_id;
    let fields = id.strip_prefix("task").and_then(|rest| rest.strip_prefix(PATH));
    if fields.is_none_or(|fields| fields.split('/').filter(|field| !field.is_empty()).count() != 3) {
        // The wording of both faults is inferred.
        return Err(faults::invalid_input(format!("Deletion task id {id} is not valid.")));
    }
    let none = || faults::missing(format!("The deletion task with id {id} cannot be found."));
    state.deletion_tasks.get(&id).map(Arc::clone).ok_or_else(none)
}
