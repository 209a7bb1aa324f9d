//! Reports on the services that a user, group, role or policy lets someone use, and on when they were used.
//!
//! A report is finished as soon as it is asked for, and stays as it was then.

use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::sync::Arc;

use compact_str::CompactString;
use serde::{Deserialize, Serialize};
use stagecheck_models::iam as operations;
use stagecheck_policy::Document;

use super::granting_policies::entity_type;
use super::organizations::no_job;
use super::{ActionName, RegionName, services};
use crate::iam::entities::{Entity, EntityKind};
use crate::iam::paging::{Asked, DEFAULT_MAX_ITEMS};
use crate::iam::{Iam, faults, managed_policies, memberships, policy_sources};
use crate::service::{Arn, Ctx, Fault, Registrar};
use crate::time::Timestamp;

/// How many services a page has where the caller does not say. Observed; documented are 100.
const DEFAULT_SERVICES: usize = 200;

/// A report, and whose it is.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct Job {
    /// Who asked for it, by unique id, which tells sessions of a role apart.
    owner: String,
    job_type: CompactString,
    job_creation_date: Timestamp,
    /// Those who could use the services.
    entities: Vec<EntityInfo>,
    services: Vec<ServiceUse>,
}

/// Someone who could use services.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct EntityInfo {
    arn: Arc<str>,
    name: CompactString,
    #[serde(rename = "Type")]
    kind: CompactString,
    id: Arc<str>,
    path: String,
}

/// A service, and its latest uses by some of those of the report.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct ServiceUse {
    namespace: String,
    /// One for each of those who used it.
    uses: Vec<UseBy>,
    /// One for each action that was used.
    actions: Vec<(ActionName, UseBy)>,
}

/// The latest use by someone.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
struct UseBy {
    arn: Arc<str>,
    at: Timestamp,
    region: RegionName,
}

/// Registers the operations.
pub(super) fn register(registrar: &mut impl Registrar<Iam>) {
    registrar.write(&operations::GENERATE_SERVICE_LAST_ACCESSED_DETAILS, generate, &[]);
    registrar.read(&operations::GET_SERVICE_LAST_ACCESSED_DETAILS, get, &[]);
    registrar.read(&operations::GET_SERVICE_LAST_ACCESSED_DETAILS_WITH_ENTITIES, get_with_entities, &[]);
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Generate {
    arn: String,
    granularity: Option<CompactString>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Generated {
    job_id: CompactString,
}

fn generate(ctx: &Ctx<'_>, state: &mut Iam, input: Generate) -> Result<Generated, Fault> {
    let subject = Subject::of(ctx, state, &input.arn)?;
    let entities = subject.entities(state);
    let services =
        subject.namespaces(state).into_iter().map(|namespace| used(ctx, state, &entities, namespace));
    let job = Job {
        owner: owner(ctx),
        job_type: input.granularity.unwrap_or_else(|| CompactString::const_new("SERVICE_LEVEL")),
        job_creation_date: ctx.now.whole_seconds(),
        services: services.collect(),
        entities,
    };
    let job_id = CompactString::from(ctx.ids.uuid().to_string());
    state.usage.jobs.put(job_id.clone(), job);
    Ok(Generated { job_id })
}

/// A user's keys are all the same user; a session of a role is not another session.
fn owner(ctx: &Ctx<'_>) -> String {
    ctx.principal.user_id.clone()
}

/// What a report is on.
enum Subject {
    Entity(Entity),
    Policy(String),
}

impl Subject {
    fn of(ctx: &Ctx<'_>, state: &Iam, arn: &str) -> Result<Self, Fault> {
        match Arn::parse(arn) {
            Some(parsed) if parsed.service == "iam" && parsed.resource.starts_with("policy/") => {
                managed_policies::default_text(state, arn).ok_or_else(|| faults::no_policy(arn))?;
                Ok(Self::Policy(arn.to_owned()))
            }
            _ => policy_sources::entity_of(ctx, state, arn).map(Self::Entity),
        }
    }

    /// The services that it lets someone use.
    fn namespaces(&self, state: &Iam) -> Vec<String> {
        let documents: Vec<&Document> = match self {
            Self::Entity(entity) => {
                policy_sources::of(state, entity).iter().map(|source| &**source.document.parsed()).collect()
            }
            Self::Policy(arn) => {
                managed_policies::default_text(state, arn).iter().map(|text| &**text.parsed()).collect()
            }
        };
        services::granted_by(&documents).into_iter().collect()
    }

    /// The users and roles that it lets use them.
    fn entities(&self, state: &Iam) -> Vec<EntityInfo> {
        let holders: Vec<Entity> = match self {
            Self::Entity(entity) => vec![entity.clone()],
            Self::Policy(arn) => {
                state.attachments.naming(arn).map(|((entity, _), _)| entity.clone()).collect()
            }
        };
        let mut entities: BTreeMap<Arc<str>, EntityInfo> = BTreeMap::new();
        for info in holders.iter().flat_map(|holder| infos(state, holder)) {
            entities.insert(Arc::clone(&info.arn), info);
        }
        entities.into_values().collect()
    }
}

/// A user or role; the members of a group.
fn infos(state: &Iam, entity: &Entity) -> Vec<EntityInfo> {
    match entity.kind {
        EntityKind::Group => state
            .memberships
            .range(memberships::of_group(&entity.name))
            .flat_map(|((_, user), _)| infos(state, &Entity::user(user)))
            .collect(),
        EntityKind::Role => state
            .roles
            .get(&entity.name)
            .map(|role| EntityInfo {
                arn: Arc::clone(&role.arn),
                name: role.role_name.clone(),
                kind: entity_type(entity.kind).into(),
                id: Arc::clone(&role.role_id),
                path: role.path.clone(),
            })
            .into_iter()
            .collect(),
        EntityKind::User => state
            .users
            .get(&entity.name)
            .map(|user| EntityInfo {
                arn: Arc::clone(&user.arn),
                name: user.user_name.clone(),
                kind: entity_type(entity.kind).into(),
                id: Arc::clone(&user.user_id),
                path: user.path.clone(),
            })
            .into_iter()
            .collect(),
    }
}

/// What of a service was used by whom.
fn used(ctx: &Ctx<'_>, state: &Iam, entities: &[EntityInfo], namespace: String) -> ServiceUse {
    let mut uses = Vec::new();
    let mut actions: BTreeMap<ActionName, UseBy> = BTreeMap::new();
    for entity in entities {
        let mut latest: Option<UseBy> = None;
        for last in state.usage.uses_of_service(&entity.id, &namespace, ctx.now) {
            let by = UseBy { arn: Arc::clone(&entity.arn), at: last.at, region: last.region.clone() };
            if latest.as_ref().is_none_or(|latest| latest.at < by.at) {
                latest = Some(by.clone());
            }
            if actions.get(last.action).is_none_or(|known| known.at < by.at) {
                actions.insert(last.action.clone(), by);
            }
        }
        uses.extend(latest);
    }
    ServiceUse { namespace, uses, actions: actions.into_iter().collect() }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Get {
    job_id: CompactString,
    max_items: Option<usize>,
    marker: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Details {
    job_status: &'static str,
    job_type: CompactString,
    job_creation_date: Timestamp,
    job_completion_date: Timestamp,
    services_last_accessed: Vec<ServiceLastAccessed>,
    is_truncated: bool,
    marker: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct ServiceLastAccessed {
    service_name: String,
    service_namespace: String,
    last_authenticated: Option<Timestamp>,
    last_authenticated_entity: Option<Arc<str>>,
    last_authenticated_region: Option<RegionName>,
    total_authenticated_entities: usize,
    tracked_actions_last_accessed: Option<Vec<TrackedAction>>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct TrackedAction {
    action_name: ActionName,
    last_accessed_entity: Arc<str>,
    last_accessed_time: Timestamp,
    last_accessed_region: RegionName,
}

fn get(ctx: &Ctx<'_>, state: &Iam, input: Get) -> Result<Details, Fault> {
    let job = find(ctx, state, &input.job_id)?;
    let asked = Asked { marker: input.marker, max_items: Some(input.max_items.unwrap_or(DEFAULT_SERVICES)) };
    let services: Vec<&ServiceUse> = job.services.iter().collect();
    let (page, marker) = asked.of_few(services, |service| service.namespace.clone()).map_err(bad_marker)?;
    let has_actions = job.job_type == "ACTION_LEVEL";
    Ok(Details {
        job_status: "COMPLETED",
        job_type: job.job_type.clone(),
        job_creation_date: job.job_creation_date,
        job_completion_date: job.job_creation_date,
        services_last_accessed: page.into_iter().map(|service| last_accessed(service, has_actions)).collect(),
        is_truncated: marker.is_some(),
        marker,
    })
}

fn last_accessed(service: &ServiceUse, has_actions: bool) -> ServiceLastAccessed {
    let latest = service.uses.iter().max_by_key(|by| by.at);
    let tracked = |(action, by): &(ActionName, UseBy)| TrackedAction {
        action_name: action.clone(),
        last_accessed_entity: Arc::clone(&by.arn),
        last_accessed_time: by.at,
        last_accessed_region: by.region.clone(),
    };
    // What is not used has no list, as documented.
    let actions =
        (has_actions && !service.actions.is_empty()).then(|| service.actions.iter().map(tracked).collect());
    ServiceLastAccessed {
        service_name: services::name_of(&service.namespace).to_owned(),
        service_namespace: service.namespace.clone(),
        last_authenticated: latest.map(|by| by.at),
        last_authenticated_entity: latest.map(|by| Arc::clone(&by.arn)),
        last_authenticated_region: latest.map(|by| by.region.clone()),
        total_authenticated_entities: service.uses.len(),
        tracked_actions_last_accessed: actions,
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct GetWithEntities {
    job_id: CompactString,
    service_namespace: String,
    max_items: Option<usize>,
    marker: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct WithEntities {
    job_status: &'static str,
    job_creation_date: Timestamp,
    job_completion_date: Timestamp,
    entity_details_list: Vec<EntityDetails>,
    is_truncated: bool,
    marker: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct EntityDetails {
    entity_info: EntityInfo,
    last_authenticated: Option<Timestamp>,
}

/// Who used it last comes first.
fn get_with_entities(ctx: &Ctx<'_>, state: &Iam, input: GetWithEntities) -> Result<WithEntities, Fault> {
    let job = find(ctx, state, &input.job_id)?;
    let namespace = input.service_namespace;
    // Inferred: that a service which the report does not have is no input.
    let service = job.services.iter().find(|service| service.namespace == namespace).ok_or_else(|| {
        faults::invalid_input(format!("The service namespace {namespace} is not in the report."))
    })?;
    let last_authenticated =
        |entity: &EntityInfo| service.uses.iter().find(|by| by.arn == entity.arn).map(|by| by.at);
    let details = job.entities.iter().map(|entity| EntityDetails {
        last_authenticated: last_authenticated(entity),
        entity_info: entity.clone(),
    });
    let asked = Asked { marker: input.marker, max_items: Some(input.max_items.unwrap_or(DEFAULT_MAX_ITEMS)) };
    let order =
        |details: &EntityDetails| (Reverse(details.last_authenticated), details.entity_info.arn.to_string());
    let (page, marker) = asked.of_few(details.collect(), order).map_err(bad_marker)?;
    Ok(WithEntities {
        job_status: "COMPLETED",
        job_creation_date: job.job_creation_date,
        job_completion_date: job.job_creation_date,
        entity_details_list: page,
        is_truncated: marker.is_some(),
        marker,
    })
}

/// A report of the one who asks: nobody sees another's, as documented.
fn find<'a>(ctx: &Ctx<'_>, state: &'a Iam, id: &CompactString) -> Result<&'a Arc<Job>, Fault> {
    state.usage.jobs.get(id).filter(|job| job.owner == owner(ctx)).ok_or_else(|| no_job(id))
}

/// These operations list InvalidInput and no ValidationError.
fn bad_marker(_: Fault) -> Fault {
    faults::invalid_input("Invalid Marker.")
}
