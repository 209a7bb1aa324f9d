//! Delivery sources.

use std::collections::BTreeMap;
use std::sync::Arc;

use compact_str::CompactString;
use serde::{Deserialize, Serialize};

use super::{Listing, Name, Named, log_types, tags_of};
use crate::logs::{Logs, faults};
use crate::service::ports::StageLogging;
use crate::service::{Arn, Ctx, Fault};
use crate::store::{Indexed, Scopes};

/// A resource, and a type of its logs.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::logs) struct DeliverySource {
    pub(super) name: Name,
    pub(super) arn: String,
    /// One, as documented.
    resource_arns: [String; 1],
    pub(super) service: CompactString,
    pub(super) log_type: CompactString,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub(in crate::logs) tags: BTreeMap<String, String>,
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    delivery_source_configuration: BTreeMap<String, String>,
}

/// By its resource.
impl Indexed<Name> for DeliverySource {
    type Term = CompactString;

    fn terms(&self, _: &Name, tell: &mut dyn FnMut(CompactString)) {
        tell(self.resource_arn().into());
    }
}

impl DeliverySource {
    fn resource_arn(&self) -> &str {
        let [arn] = &self.resource_arns;
        arn
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct PutDeliverySource {
    name: Name,
    resource_arn: String,
    log_type: CompactString,
    tags: Option<BTreeMap<String, String>>,
    #[serde(default)]
    delivery_source_configuration: BTreeMap<String, String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct OneSource {
    delivery_source: Arc<DeliverySource>,
}

pub(super) fn put(
    ctx: &Ctx<'_>,
    states: &Scopes<Logs>,
    input: PutDeliverySource,
    stages: &dyn StageLogging,
) -> Result<OneSource, Fault> {
    let resource = check_resource(ctx, &input)?;
    // Of a source that is there, what it is of was looked at when it was made.
    let is_there = states.read(ctx.scope, |state| state.vended.sources.contains(&input.name));
    if !is_there && resource.service == log_types::API_GATEWAY {
        check_stage(ctx, &resource, &input, stages)?;
    }
    let service = CompactString::from(resource.service);
    states.write(ctx.scope, |state| put_in(ctx, state, service, input))
}

fn put_in(
    ctx: &Ctx<'_>,
    state: &mut Logs,
    service: CompactString,
    input: PutDeliverySource,
) -> Result<OneSource, Fault> {
    let sources = &mut state.vended.sources;
    let present = sources.get(&input.name);
    if let Some(present) = present {
        check_unchanged(present, &input)?;
    }
    let is_used = {
        let mut of_resource = sources.naming(&CompactString::from(input.resource_arn.as_str()));
        of_resource.any(|(name, other)| *name != input.name && other.log_type == input.log_type)
    };
    if is_used {
        // Reported by users. That one more of another type may be made is, too.
        return Err(faults::conflict(
            "This ResourceId has already been used in another Delivery Source in this account.",
        ));
    }
    let source = DeliverySource {
        arn: ctx.scope.arn("logs", format_args!("delivery-source:{}", input.name)),
        tags: tags_of(present.map(|present| &present.tags), input.tags)?,
        name: input.name.clone(),
        resource_arns: [input.resource_arn],
        service,
        log_type: input.log_type,
        delivery_source_configuration: input.delivery_source_configuration,
    };
    Ok(OneSource { delivery_source: sources.put(input.name, source) })
}

/// What a source is of does not change. The text for resources is reported by users; that for types follows it: inferred.
fn check_unchanged(present: &DeliverySource, input: &PutDeliverySource) -> Result<(), Fault> {
    let changed = if present.resource_arn() != input.resource_arn {
        "ResourceId"
    } else if present.log_type != input.log_type {
        "LogType"
    } else {
        return Ok(());
    };
    Err(faults::conflict(format!(
        "Update to existing Delivery Source with new {changed} is not allowed. Please create a new Delivery Source instead."
    )))
}

/// The resource that is named: one of this account and region, where it says, of a service whose logs are delivered.
///
/// The emulator has no other services' resources than API Gateway's. Of theirs, it is taken that there are those that
/// are named. The texts are inferred.
fn check_resource<'a>(ctx: &Ctx<'_>, input: &'a PutDeliverySource) -> Result<Arn<'a>, Fault> {
    let invalid = |what: &str| faults::validation(format!("{what}: {}", input.resource_arn));
    let resource =
        Arn::parse(&input.resource_arn).ok_or_else(|| invalid("Provided resourceArn is not an ARN"))?;
    let types = log_types::of_service(resource.service)
        .ok_or_else(|| invalid("The service of the provided resourceArn does not deliver logs"))?;
    if !types.contains(&input.log_type.as_str()) {
        return Err(faults::validation(format!(
            "Provided logType {} is not valid for the service {}. It must be one of {}.",
            input.log_type,
            resource.service,
            types.join(", ")
        )));
    }
    let scope = ctx.scope;
    let is_own = resource.partition == scope.region.partition().id
        && (resource.account.is_empty() || resource.account == scope.account.as_str())
        && (resource.region.is_empty() || resource.region == scope.region.as_str());
    if is_own { Ok(resource) } else { Err(invalid("The resource is not in this account and region")) }
}

/// A stage of a REST API must log executions.
///
/// Source: API Gateway developer guide, "Create a log delivery for REST API execution logs": the ARN, which has an account
/// as no other of API Gateway, and that nothing is made where the stage logs nothing. Codes and texts are inferred.
fn check_stage(
    ctx: &Ctx<'_>,
    resource: &Arn<'_>,
    input: &PutDeliverySource,
    stages: &dyn StageLogging,
) -> Result<(), Fault> {
    let invalid = |what: &str| faults::validation(format!("{what}: {}", resource.text));
    let malformed =
        || invalid("Provided resourceArn is not that of a stage of a REST API with its account and region");
    if resource.account.is_empty() || resource.region.is_empty() {
        return Err(malformed());
    }
    let path = resource.resource.strip_prefix("/restapis/").and_then(|path| path.split_once("/stages/"));
    let (api, stage) = path.ok_or_else(malformed)?;
    if !input.delivery_source_configuration.is_empty() {
        return Err(faults::validation(format!(
            "deliverySourceConfiguration is not supported for the logType {}.",
            input.log_type
        )));
    }
    match stages.logs_executions(ctx.scope, api, stage) {
        Some(true) => Ok(()),
        Some(false) => Err(invalid(
            "Execution logging is not enabled on the stage. Set its loggingLevel to ERROR or INFO first",
        )),
        None => Err(faults::not_found(format!("The resource {} does not exist.", resource.text))),
    }
}

pub(super) fn get(_: &Ctx<'_>, state: &Logs, input: Named) -> Result<OneSource, Fault> {
    find(state, &input.name).map(|source| OneSource { delivery_source: Arc::clone(source) })
}

/// The source of this name.
pub(super) fn find<'a>(state: &'a Logs, name: &Name) -> Result<&'a Arc<DeliverySource>, Fault> {
    state.vended.sources.get(name).ok_or_else(|| faults::no_delivery_part("Delivery Source", name))
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct DescribedSources {
    delivery_sources: Vec<Arc<DeliverySource>>,
    next_token: Option<String>,
}

pub(super) fn describe(_: &Ctx<'_>, state: &Logs, input: Listing) -> Result<DescribedSources, Fault> {
    let page = input.page(&state.vended.sources)?;
    let delivery_sources = page.rows.into_iter().map(|(_, source)| source).collect();
    Ok(DescribedSources { delivery_sources, next_token: page.next })
}

/// One that deliveries have stays, as documented. The text is inferred.
pub(super) fn delete(_: &Ctx<'_>, state: &mut Logs, input: Named) -> Result<(), Fault> {
    find(state, &input.name)?;
    if state.vended.deliveries.count_naming(&input.name) > 0 {
        return Err(faults::in_use("Delivery Source", &input.name));
    }
    state.vended.sources.remove(&input.name);
    Ok(())
}
