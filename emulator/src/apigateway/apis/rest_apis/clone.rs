//! CreateRestApi with `cloneFrom`: what defines one API, copied to another.

use std::collections::BTreeMap;
use std::sync::Arc;

use super::{RestApi, of_api};
use crate::apigateway::apis::parts;
use crate::apigateway::apis::resources::{Resource, methods_of};
use crate::apigateway::{ApiGateway, ResourceId};
use crate::service::Ctx;

/// Copies the tree of resources, with methods and integrations, and all that these name. Resources get ids of their own.
///
/// Every table of what defines an API has its copy made here; stages and deployments are not of them.
pub(super) fn definition(ctx: &Ctx<'_>, state: &mut ApiGateway, from: &RestApi, to: &RestApi) {
    let resources: Vec<Arc<Resource>> =
        state.resources.range(of_api(&from.id)).map(|(_, resource)| Arc::clone(resource)).collect();
    let ids: BTreeMap<&ResourceId, ResourceId> = resources
        .iter()
        .map(|resource| {
            let is_root = resource.id == from.root_resource_id;
            let copy = if is_root { to.root_resource_id.clone() } else { ctx.ids.lower(6).into() };
            (&resource.id, copy)
        })
        .collect();
    for resource in &resources {
        let copy = resource.renamed(&ids);
        let methods: Vec<_> = methods_of(state, &from.id, &resource.id)
            .map(|(verb, method)| (verb.clone(), method.moved(&resource.id, &copy.id)))
            .collect();
        for (verb, method) in methods {
            state.methods.put((to.id.clone(), copy.id.clone(), verb), method);
        }
        state.resources.put((to.id.clone(), copy.id.clone()), copy);
    }
    parts::copy_all(state, &from.id, &to.id);
}
