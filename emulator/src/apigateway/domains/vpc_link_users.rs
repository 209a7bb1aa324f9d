//! What a VPC link is needed for: one that something uses stays.
//!
//! The links of REST APIs are those of WebSocket APIs, too, and REST APIs may use the links of HTTP APIs.

use std::collections::BTreeSet;

use super::vpc_links::VpcLinkId;
use crate::apigateway::faults::bad_request;
use crate::apigateway::{ApiGateway, ApiId, Method, Stage, StageName, of_api};
use crate::service::Fault;

/// Refuses to delete a link that a stage's methods or an API's routes use. Users report both texts.
pub(crate) fn check_unused(state: &ApiGateway, link: &VpcLinkId) -> Result<(), Fault> {
    for (references, form) in [
        (by_stages(state, link), "RESTApiId:Method:Resource:Stage"),
        (state.v2.routes_through(link), "Method:Resource"),
    ] {
        if !references.is_empty() {
            return Err(bad_request(format!(
                "Cannot delete vpc link. Vpc link '{link}', is referenced in [{}] in format of [{form}].",
                references.join(", ")
            )));
        }
    }
    Ok(())
}

/// The methods of REST APIs' stages that use a link.
fn by_stages(state: &ApiGateway, link: &VpcLinkId) -> Vec<String> {
    let deployments = state.deployments.naming(link);
    let apis: BTreeSet<&ApiId> = deployments.map(|((api, _), _)| api).collect();
    let stages = apis.into_iter().flat_map(|api| state.stages.range(of_api(api)));
    stages.flat_map(|(key, stage)| by_stage(state, key, stage, link)).collect()
}

fn by_stage(
    state: &ApiGateway,
    (api, stage_name): &(ApiId, StageName),
    stage: &Stage,
    link: &VpcLinkId,
) -> BTreeSet<String> {
    let deployments =
        stage.deployment_ids().filter_map(|id| state.deployments.get(&(api.clone(), id.clone())));
    let routes = deployments.flat_map(|deployment| deployment.routes.iter());
    let methods =
        routes.flat_map(|route| route.methods.iter().map(move |method| (&route.resource_id, method)));
    // The stage and its canary may serve the same method.
    methods
        .filter(|(_, (_, method))| link_of(method) == Some(link.as_str()))
        .map(|(resource, (verb, _))| format!("{api}:{verb}:{resource}:{stage_name}"))
        .collect()
}

/// The link that a method's integration goes through.
pub(in crate::apigateway) fn link_of(method: &Method) -> Option<&str> {
    method.method_integration.as_ref()?.connection_id.as_deref()
}
