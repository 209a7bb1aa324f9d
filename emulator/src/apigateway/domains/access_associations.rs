//! Access associations: VPC endpoints that may reach a private domain name.
//!
//! Both sides are of this account and region; sharing a domain name with other accounts needs AWS RAM.

use std::sync::Arc;

use compact_str::CompactString;
use serde::{Deserialize, Serialize};

use super::domain_names::DomainName;
use crate::apigateway::endpoint::EndpointType;
use crate::apigateway::faults::{bad_position, bad_request, conflict, not_found};
use crate::apigateway::paging::{Items, everything, limit};
use crate::apigateway::tags::{self, Tags};
use crate::apigateway::{ApiGateway, quotas};
use crate::service::{Ctx, Fault};
use crate::store::SmallMap;

pub(crate) type AssociationKey = (CompactString, CompactString);

/// An access association.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct AccessAssociation {
    domain_name_access_association_arn: String,
    domain_name_arn: String,
    access_association_source_type: CompactString,
    access_association_source: CompactString,
    #[serde(default, skip_serializing_if = "SmallMap::is_empty")]
    pub(in crate::apigateway) tags: Tags,
}

impl AccessAssociation {
    pub(super) fn is_of(&self, domain_name_arn: &str) -> bool {
        self.domain_name_arn == domain_name_arn
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct CreateAccessAssociation {
    domain_name_arn: String,
    access_association_source_type: CompactString,
    access_association_source: CompactString,
    #[serde(default)]
    tags: Tags,
}

/// The texts are inferred.
pub(super) fn create(
    ctx: &Ctx<'_>,
    state: &mut ApiGateway,
    input: CreateAccessAssociation,
) -> Result<Arc<AccessAssociation>, Fault> {
    tags::check(&input.tags)?;
    let Some(domain) = private_domain(state, &input.domain_name_arn) else {
        return Err(bad_request(format!("Invalid domain name ARN specified: {}", input.domain_name_arn)));
    };
    let source = input.access_association_source;
    if !source.strip_prefix("vpce-").is_some_and(|id| !id.is_empty() && !id.contains('/')) {
        return Err(bad_request(format!("Invalid VPC endpoint identifier specified: {source}")));
    }
    let name = &domain.domain_name;
    let key = (name.clone(), source.clone());
    if state.access_associations.contains(&key) {
        return Err(conflict(format!("{source} is already associated with the domain name {name}")));
    }
    let present = || state.access_associations.len();
    quotas::check_account(ctx, quotas::ACCESS_ASSOCIATIONS, "Domain Name Access Associations", present)?;
    let association = AccessAssociation {
        domain_name_access_association_arn: ctx.scope.arn(
            "apigateway",
            format_args!("/domainnameaccessassociations/domainname/{name}/vpcesource/{source}"),
        ),
        domain_name_arn: input.domain_name_arn,
        access_association_source_type: input.access_association_source_type,
        access_association_source: source,
        tags: input.tags,
    };
    Ok(state.access_associations.put(key, association))
}

/// The private domain name of an ARN that ends in `{name}+{id}`.
fn private_domain<'a>(state: &'a ApiGateway, arn: &str) -> Option<&'a Arc<DomainName>> {
    let (name, id) = arn.rsplit('/').next()?.split_once('+')?;
    let domain = state.domain_names.get(&(name.into(), id.into()))?;
    (domain.domain_name_arn == arn && domain.is(EndpointType::Private)).then_some(domain)
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct GetAccessAssociations {
    position: Option<String>,
    limit: Option<i64>,
    resource_owner: Option<CompactString>,
}

pub(super) fn list(
    _: &Ctx<'_>,
    state: &ApiGateway,
    input: GetAccessAssociations,
) -> Result<Items<Arc<AccessAssociation>>, Fault> {
    let is_own = input.resource_owner.is_none_or(|owner| owner != "OTHER_ACCOUNTS");
    state
        .access_associations
        .page(everything(), input.position.as_deref(), limit(input.limit)?, |_, _| is_own)
        .map(Items::from)
        .map_err(bad_position)
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct OneAccessAssociation {
    domain_name_access_association_arn: String,
}

pub(super) fn delete(_: &Ctx<'_>, state: &mut ApiGateway, input: OneAccessAssociation) -> Result<(), Fault> {
    let key = find(state, &input.domain_name_access_association_arn)?;
    state.access_associations.remove(&key);
    Ok(())
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct RejectAccessAssociation {
    domain_name_access_association_arn: String,
    domain_name_arn: String,
}

/// What the domain name's owner does where `delete` is the endpoint's owner's.
pub(super) fn reject(
    _: &Ctx<'_>,
    state: &mut ApiGateway,
    input: RejectAccessAssociation,
) -> Result<(), Fault> {
    let key = find(state, &input.domain_name_access_association_arn)?;
    let is_its = state.access_associations.get(&key).is_some_and(|row| row.is_of(&input.domain_name_arn));
    if !is_its {
        return Err(no_association());
    }
    state.access_associations.remove(&key);
    Ok(())
}

/// The key of the association of an ARN.
fn find(state: &ApiGateway, arn: &str) -> Result<AssociationKey, Fault> {
    let key = arn
        .split_once(":/domainnameaccessassociations/domainname/")
        .and_then(|(_, path)| path.split_once("/vpcesource/"))
        .map(|(name, source)| (name.into(), source.into()))
        .ok_or_else(no_association)?;
    let found = state.access_associations.get(&key);
    match found {
        Some(row) if row.domain_name_access_association_arn == arn => Ok(key),
        _ => Err(no_association()),
    }
}

/// Inferred, after the texts of other identifiers.
pub(crate) fn no_association() -> Fault {
    not_found("Invalid domain name access association identifier specified")
}
