//! VPC links of HTTP APIs.

use std::sync::Arc;

use compact_str::CompactString;
use serde::{Deserialize, Serialize};

use crate::apigateway::faults::{bad_request, not_found};
use crate::apigateway::paging::everything;
use crate::apigateway::tags::{self, Tags};
use crate::apigateway::{ApiGateway, check_vpc_link_unused, of_api, quotas};
use crate::apigatewayv2::Tables;
use crate::apigatewayv2::paging::{self, Items};
use crate::service::{Ctx, Fault};
use crate::time::Timestamp;

pub(crate) type VpcLinkId = CompactString;

/// A VPC link. AWS takes minutes to make one; here it is there at once. Its subnets and security groups are taken as they
/// come: whether they are there only EC2 could say, and AWS's own example has a group `sg1234`.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(crate) struct VpcLink {
    vpc_link_id: VpcLinkId,
    name: String,
    created_date: Timestamp,
    security_group_ids: Vec<CompactString>,
    subnet_ids: Vec<CompactString>,
    #[serde(default)]
    pub(crate) tags: Tags,
    vpc_link_status: CompactString,
    vpc_link_status_message: CompactString,
    vpc_link_version: CompactString,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct CreateVpcLink {
    name: String,
    #[serde(default)]
    security_group_ids: Vec<CompactString>,
    subnet_ids: Vec<CompactString>,
    #[serde(default)]
    tags: Tags,
}

pub(super) fn create(
    ctx: &Ctx<'_>,
    state: &mut ApiGateway,
    input: CreateVpcLink,
) -> Result<Arc<VpcLink>, Fault> {
    check_name(&input.name)?;
    tags::check(&input.tags)?;
    if input.subnet_ids.is_empty() {
        // Inferred.
        return Err(bad_request("At least one subnet must be specified"));
    }
    let subnets = input.subnet_ids.len();
    quotas::check_size(ctx, quotas::SUBNETS_PER_VPC_LINK, "The number of subnets", subnets)?;
    quotas::check_vpc_links(ctx, quotas::HTTP_VPC_LINKS, state.v2.vpc_links.len())?;
    let id = VpcLinkId::from(ctx.ids.lower(6));
    let link = VpcLink {
        vpc_link_id: id.clone(),
        name: input.name,
        created_date: ctx.now.whole_seconds(),
        security_group_ids: input.security_group_ids,
        subnet_ids: input.subnet_ids,
        tags: input.tags,
        vpc_link_status: CompactString::const_new("AVAILABLE"),
        vpc_link_status_message: CompactString::const_new("VPC link is ready to route traffic"),
        vpc_link_version: CompactString::const_new("V2"),
    };
    Ok(state.v2.vpc_links.put(id, link))
}

/// The bounds are the model's, the wording is inferred.
fn check_name(name: &str) -> Result<(), Fault> {
    if (1..=128).contains(&name.chars().count()) {
        return Ok(());
    }
    Err(bad_request("The name of a VPC link must have between 1 and 128 characters"))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct OneVpcLink {
    vpc_link_id: VpcLinkId,
}

pub(super) fn get(_: &Ctx<'_>, state: &ApiGateway, input: OneVpcLink) -> Result<Arc<VpcLink>, Fault> {
    find(state, &input.vpc_link_id).map(Arc::clone)
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct GetVpcLinks {
    max_results: Option<String>,
    next_token: Option<String>,
}

pub(super) fn list(
    _: &Ctx<'_>,
    state: &ApiGateway,
    input: GetVpcLinks,
) -> Result<Items<Arc<VpcLink>>, Fault> {
    let (most, token) = (input.max_results.as_deref(), input.next_token.as_deref());
    paging::page(&state.v2.vpc_links, everything(), most, token)
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
pub(super) struct UpdateVpcLink {
    vpc_link_id: VpcLinkId,
    name: Option<String>,
}

pub(super) fn update(
    _: &Ctx<'_>,
    state: &mut ApiGateway,
    input: UpdateVpcLink,
) -> Result<Arc<VpcLink>, Fault> {
    let mut link = VpcLink::clone(find(state, &input.vpc_link_id)?);
    if let Some(name) = input.name {
        check_name(&name)?;
        link.name = name;
    }
    Ok(state.v2.vpc_links.put(input.vpc_link_id, link))
}

#[derive(Serialize)]
pub(super) struct Deleted {}

pub(super) fn delete(_: &Ctx<'_>, state: &mut ApiGateway, input: OneVpcLink) -> Result<Deleted, Fault> {
    find(state, &input.vpc_link_id)?;
    check_vpc_link_unused(state, &input.vpc_link_id)?;
    state.v2.vpc_links.remove(&input.vpc_link_id);
    Ok(Deleted {})
}

impl Tables {
    /// The routes whose integrations go through a link, as the answer to DeleteVpcLink names them. That the method is
    /// the route's is inferred, as is `ANY` for routes without one.
    pub(crate) fn routes_through(&self, link: &VpcLinkId) -> Vec<String> {
        let integrations = self.integrations.naming(link);
        let routes = integrations.flat_map(|((api, integration), _)| {
            self.routes.range(of_api(api)).filter(move |(_, route)| route.leads_to(integration))
        });
        let method = |key: &str| key.split_once(' ').map_or("ANY", |(method, _)| method).to_owned();
        routes.map(|((_, id), route)| format!("{}:{id}", method(route.key()))).collect()
    }
}

/// Inferred wording.
fn find<'a>(state: &'a ApiGateway, id: &VpcLinkId) -> Result<&'a Arc<VpcLink>, Fault> {
    state.v2.vpc_links.get(id).ok_or_else(|| not_found(format!("Unable to find VpcLink by id {id}")))
}
