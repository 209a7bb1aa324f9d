//! VPC links of REST APIs.

use std::sync::Arc;

use compact_str::CompactString;
use serde::{Deserialize, Serialize};

use super::vpc_link_users;
use crate::apigateway::faults::{bad_request, not_found};
use crate::apigateway::paging::{self, Items, everything};
use crate::apigateway::patch::{self, Op, PatchOperation, PatchRule};
use crate::apigateway::tags::{self, Tags};
use crate::apigateway::{ApiGateway, quotas};
use crate::service::{Ctx, Fault};

pub(crate) type VpcLinkId = CompactString;

/// A VPC link. AWS takes minutes to make one; here it is there at once.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct VpcLink {
    id: VpcLinkId,
    name: String,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    description: Option<String>,
    target_arns: Vec<String>,
    status: CompactString,
    status_message: CompactString,
    /// Answered also where there are none, as AWS's examples of UpdateVpcLink show.
    #[serde(default)]
    pub(in crate::apigateway) tags: Tags,
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct CreateVpcLink {
    name: String,
    description: Option<String>,
    target_arns: Vec<String>,
    #[serde(default)]
    tags: Tags,
}

pub(super) fn create(
    ctx: &Ctx<'_>,
    state: &mut ApiGateway,
    input: CreateVpcLink,
) -> Result<Arc<VpcLink>, Fault> {
    check_name(&input.name)?;
    check_targets(&input.target_arns)?;
    tags::check(&input.tags)?;
    quotas::check_vpc_links(ctx, quotas::VPC_LINKS, state.vpc_links.len())?;
    let id = VpcLinkId::from(ctx.ids.lower(6));
    let link = VpcLink {
        id: id.clone(),
        name: input.name,
        description: input.description,
        target_arns: input.target_arns,
        status: CompactString::const_new("AVAILABLE"),
        status_message: CompactString::const_new("Your vpc link is ready for use"),
        tags: input.tags,
    };
    Ok(state.vpc_links.put(id, link))
}

fn check_name(name: &str) -> Result<(), Fault> {
    // Inferred wording.
    if name.is_empty() { Err(bad_request("Name cannot be an empty string")) } else { Ok(()) }
}

/// The text for more than one target is users'; the others are inferred.
fn check_targets(targets: &[String]) -> Result<(), Fault> {
    let [target] = targets else {
        return Err(bad_request(if targets.is_empty() {
            "No target arn specified for vpc link."
        } else {
            "More than one target arn specified for vpc link."
        }));
    };
    let fields: Vec<&str> = target.splitn(6, ':').collect();
    match fields.as_slice() {
        ["arn", _, "elasticloadbalancing", _, _, resource] if resource.starts_with("loadbalancer/net/") => {
            Ok(())
        }
        _ => Err(bad_request(format!(
            "Invalid target arn specified for vpc link: {target}. It must be the ARN of a Network Load Balancer"
        ))),
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct OneVpcLink {
    vpc_link_id: VpcLinkId,
}

pub(super) fn get(_: &Ctx<'_>, state: &ApiGateway, input: OneVpcLink) -> Result<Arc<VpcLink>, Fault> {
    find(state, &input.vpc_link_id).map(Arc::clone)
}

#[derive(Deserialize)]
pub(super) struct GetVpcLinks {
    position: Option<String>,
    limit: Option<i64>,
}

pub(super) fn list(
    _: &Ctx<'_>,
    state: &ApiGateway,
    input: GetVpcLinks,
) -> Result<Items<Arc<VpcLink>>, Fault> {
    paging::list(&state.vpc_links, everything(), input.position.as_deref(), input.limit)
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct UpdateVpcLink {
    vpc_link_id: VpcLinkId,
    #[serde(default)]
    patch_operations: Vec<PatchOperation>,
}

const PATCHES: [PatchRule<VpcLink>; 3] = [
    PatchRule::new("/name", &[Op::Replace], |link, change| {
        check_name(change.value())?;
        link.name = change.value().to_owned();
        Ok(())
    }),
    PatchRule::new("/description", &[Op::Replace], |link, change| {
        link.description = change.optional();
        Ok(())
    }),
    // Users report the text.
    PatchRule::new("/targetArns", &[Op::Add, Op::Replace, Op::Remove], |_, _| {
        Err(bad_request("Target arns are not allowed to be changed/added."))
    }),
];

pub(super) fn update(
    _: &Ctx<'_>,
    state: &mut ApiGateway,
    input: UpdateVpcLink,
) -> Result<Arc<VpcLink>, Fault> {
    let mut link = VpcLink::clone(find(state, &input.vpc_link_id)?);
    patch::apply(&mut link, &PATCHES, &input.patch_operations)?;
    Ok(state.vpc_links.put(input.vpc_link_id, link))
}

pub(super) fn delete(_: &Ctx<'_>, state: &mut ApiGateway, input: OneVpcLink) -> Result<(), Fault> {
    find(state, &input.vpc_link_id)?;
    vpc_link_users::check_unused(state, &input.vpc_link_id)?;
    state.vpc_links.remove(&input.vpc_link_id);
    Ok(())
}

fn find<'a>(state: &'a ApiGateway, id: &VpcLinkId) -> Result<&'a Arc<VpcLink>, Fault> {
    state.vpc_links.get(id).ok_or_else(no_vpc_link)
}

pub(crate) fn no_vpc_link() -> Fault {
    not_found("Invalid Vpc Link identifier specified")
}
