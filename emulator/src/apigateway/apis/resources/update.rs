//! UpdateResource: renames a resource, or moves it with all that is below it.

use std::sync::Arc;

use compact_str::CompactString;
use serde::Deserialize;

use super::{Resource, check_place, find};
use crate::apigateway::apis::rest_apis::{self, of_api};
use crate::apigateway::faults::bad_request;
use crate::apigateway::patch::{self, Op, PatchOperation, PatchRule};
use crate::apigateway::{ApiGateway, ApiId, ResourceId};
use crate::service::{Ctx, Fault};

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(in crate::apigateway::apis) struct UpdateResource {
    rest_api_id: ApiId,
    resource_id: ResourceId,
    #[serde(default)]
    patch_operations: Vec<PatchOperation>,
}

/// Where a resource other than the root goes.
struct Place {
    parent: ResourceId,
    path_part: CompactString,
    is_root: bool,
}

const PATCHES: [PatchRule<Place>; 2] = [
    PatchRule::new("/parentId", &[Op::Replace], |place, change| {
        place.check_not_root("parentId")?;
        place.parent = change.value().into();
        Ok(())
    }),
    PatchRule::new("/pathPart", &[Op::Replace], |place, change| {
        place.check_not_root("pathPart")?;
        place.path_part = change.value().into();
        Ok(())
    }),
];

impl Place {
    fn check_not_root(&self, member: &str) -> Result<(), Fault> {
        if self.is_root {
            return Err(bad_request(format!("Root resource cannot update its {member}.")));
        }
        Ok(())
    }
}

pub(in crate::apigateway::apis) fn update(
    ctx: &Ctx<'_>,
    state: &mut ApiGateway,
    input: UpdateResource,
) -> Result<Arc<Resource>, Fault> {
    let api = input.rest_api_id;
    rest_apis::find(ctx, state, &api)?;
    let resource = Arc::clone(find(state, &api, &input.resource_id)?);
    let mut place = Place {
        parent: resource.parent_id.clone().unwrap_or_default(),
        path_part: resource.path_part.clone().unwrap_or_default(),
        is_root: resource.parent_id.is_none(),
    };
    patch::apply(&mut place, &PATCHES, &input.patch_operations)?;
    if place.is_root {
        return Ok(resource);
    }
    let parent = Arc::clone(find(state, &api, &place.parent)?);
    if is_within(&parent.path, &resource.path) {
        return Err(bad_request("Resources cannot be cyclical."));
    }
    check_place(state, &api, &parent, &place.path_part, Some(&resource.id))?;
    let path = parent.child_path(&place.path_part);
    let moved = Resource {
        id: resource.id.clone(),
        parent_id: Some(place.parent),
        path_part: Some(place.path_part),
        path,
    };
    let below = below(state, &api, &resource.path);
    if moved.is_greedy() && !below.is_empty() {
        // That a greedy resource has no children is documented, the wording inferred.
        return Err(bad_request("A resource with children cannot have a greedy path variable"));
    }
    for descendant in below {
        let rest = &descendant.path[resource.path.len()..];
        let path = format!("{}{rest}", moved.path).into();
        let key = (api.clone(), descendant.id.clone());
        state.resources.put(key, Resource { path, ..Resource::clone(&descendant) });
    }
    Ok(state.resources.put((api, moved.id.clone()), moved))
}

/// Everything below a path.
fn below(state: &ApiGateway, api: &ApiId, path: &str) -> Vec<Arc<Resource>> {
    let resources = state.resources.range(of_api(api)).map(|(_, resource)| resource);
    resources.filter(|each| each.path != path && is_within(&each.path, path)).map(Arc::clone).collect()
}

/// Whether a path is this or below it. No two resources of an API have one path.
fn is_within(path: &str, of: &str) -> bool {
    path.strip_prefix(of).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
}
