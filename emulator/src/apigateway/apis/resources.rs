//! The tree of resources.

mod update;

use std::collections::BTreeMap;
use std::sync::Arc;

use compact_str::CompactString;
use serde::{Deserialize, Serialize};

use super::rest_apis::{self, of_api};
use crate::apigateway::paging::{Items, limit};
use crate::apigateway::{ApiGateway, ApiId, Method, ResourceId, Verb, faults, quotas};
use crate::service::{Ctx, Fault};

pub(super) use update::update;

/// A resource.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Resource {
    pub(crate) id: ResourceId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    parent_id: Option<ResourceId>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    path_part: Option<CompactString>,
    pub(crate) path: CompactString,
}

impl Resource {
    /// The resource that every API has.
    pub(super) fn root(id: ResourceId) -> Self {
        Self { id, parent_id: None, path_part: None, path: CompactString::const_new("/") }
    }

    fn is_greedy(&self) -> bool {
        self.path_part.as_ref().is_some_and(|part| part.ends_with("+}"))
    }

    /// The path of a child of this.
    fn child_path(&self, path_part: &str) -> CompactString {
        format!("{}/{path_part}", self.path.trim_end_matches('/')).into()
    }

    /// The resource as it is in a copy of its API, where these ids stand for the ones here.
    pub(super) fn renamed(&self, ids: &BTreeMap<&ResourceId, ResourceId>) -> Self {
        let renamed = |id: &ResourceId| ids.get(id).unwrap_or(id).clone();
        Self {
            id: renamed(&self.id),
            parent_id: self.parent_id.as_ref().map(renamed),
            path_part: self.path_part.clone(),
            path: self.path.clone(),
        }
    }
}

/// A resource with its methods: their verbs alone, or whole.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ResourceOutput {
    id: ResourceId,
    parent_id: Option<ResourceId>,
    path_part: Option<CompactString>,
    path: CompactString,
    resource_methods: Option<BTreeMap<Verb, MethodOutput>>,
}

#[derive(Serialize)]
#[serde(untagged)]
enum MethodOutput {
    Whole(Arc<Method>),
    Nothing {},
}

impl ResourceOutput {
    fn of(state: &ApiGateway, api: &ApiId, resource: &Resource, embed: &[CompactString]) -> Self {
        let whole = embed.iter().any(|embed| embed == "methods");
        let methods: BTreeMap<_, _> = methods_of(state, api, &resource.id)
            .map(|(verb, method)| {
                let output =
                    if whole { MethodOutput::Whole(Arc::clone(method)) } else { MethodOutput::Nothing {} };
                (verb.clone(), output)
            })
            .collect();
        Self {
            id: resource.id.clone(),
            parent_id: resource.parent_id.clone(),
            path_part: resource.path_part.clone(),
            path: resource.path.clone(),
            resource_methods: (!methods.is_empty()).then_some(methods),
        }
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct CreateResource {
    rest_api_id: ApiId,
    parent_id: ResourceId,
    path_part: CompactString,
}

pub(super) fn create(
    ctx: &Ctx<'_>,
    state: &mut ApiGateway,
    input: CreateResource,
) -> Result<Arc<Resource>, Fault> {
    let CreateResource { rest_api_id: api, parent_id, path_part } = input;
    rest_apis::find(ctx, state, &api)?;
    let parent = Arc::clone(find(state, &api, &parent_id)?);
    check_place(state, &api, &parent, &path_part, None)?;
    let resources = || state.resources.range(of_api(&api)).count();
    quotas::check_api(ctx, quotas::RESOURCES_PER_API, "Resources", resources)?;
    let id = ResourceId::from(ctx.ids.lower(6));
    let path = parent.child_path(&path_part);
    let resource = Resource { id: id.clone(), parent_id: Some(parent_id), path_part: Some(path_part), path };
    Ok(state.resources.put((api, id), resource))
}

/// Refuses a path part that is none, or that cannot stand under this parent. `own` is the id of a resource that is
/// there already, and moves.
fn check_place(
    state: &ApiGateway,
    api: &ApiId,
    parent: &Resource,
    path_part: &str,
    own: Option<&ResourceId>,
) -> Result<(), Fault> {
    if !is_path_part(path_part) {
        return Err(faults::bad_request(
            "Resource's path part only allow a-zA-Z0-9._-: or a valid greedy path variable and curly braces at \
             the beginning and the end.",
        ));
    }
    if parent.is_greedy() {
        // Reported by users; not captured.
        return Err(faults::bad_request(format!(
            "Cannot create a child of a resource with a greedy path variable: {}",
            parent.path_part.as_deref().unwrap_or_default()
        )));
    }
    for (_, sibling) in state.resources.range(of_api(api)) {
        if sibling.parent_id.as_ref() != Some(&parent.id) || Some(&sibling.id) == own {
            continue;
        }
        let Some(taken) = &sibling.path_part else { continue };
        if *taken == path_part {
            return Err(faults::conflict(format!(
                "Another resource with the same parent already has this name: {path_part}"
            )));
        }
        if taken.starts_with('{') && path_part.starts_with('{') {
            // Reported by users; not captured.
            return Err(faults::bad_request(format!(
                "A sibling ({taken}) of this resource already has a variable path part -- only one is allowed"
            )));
        }
    }
    Ok(())
}

/// Letters, digits and `._-:`, or such in curly braces, there with a `+` for all that follows.
fn is_path_part(part: &str) -> bool {
    let inner = match part.strip_prefix('{').map(|rest| rest.strip_suffix('}')) {
        Some(Some(inner)) => inner.strip_suffix('+').unwrap_or(inner),
        Some(None) => return false,
        None => part,
    };
    !inner.is_empty() && inner.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._-:".contains(&byte))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct GetResource {
    rest_api_id: ApiId,
    resource_id: ResourceId,
    #[serde(default)]
    embed: Vec<CompactString>,
}

pub(super) fn get(ctx: &Ctx<'_>, state: &ApiGateway, input: GetResource) -> Result<ResourceOutput, Fault> {
    rest_apis::find(ctx, state, &input.rest_api_id)?;
    let resource = find(state, &input.rest_api_id, &input.resource_id)?;
    Ok(ResourceOutput::of(state, &input.rest_api_id, resource, &input.embed))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct GetResources {
    rest_api_id: ApiId,
    position: Option<String>,
    limit: Option<i64>,
    #[serde(default)]
    embed: Vec<CompactString>,
}

pub(super) fn list(
    ctx: &Ctx<'_>,
    state: &ApiGateway,
    input: GetResources,
) -> Result<Items<ResourceOutput>, Fault> {
    let api = input.rest_api_id;
    rest_apis::find(ctx, state, &api)?;
    let page = state
        .resources
        .page(of_api(&api), input.position.as_deref(), limit(input.limit)?, |_, _| true)
        .map_err(faults::bad_position)?;
    Ok(Items::of(page, |resource| ResourceOutput::of(state, &api, resource, &input.embed)))
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct OneResource {
    rest_api_id: ApiId,
    resource_id: ResourceId,
}

pub(super) fn delete(ctx: &Ctx<'_>, state: &mut ApiGateway, input: OneResource) -> Result<(), Fault> {
    let api = input.rest_api_id;
    rest_apis::find(ctx, state, &api)?;
    if find(state, &api, &input.resource_id)?.parent_id.is_none() {
        // That AWS refuses is reported; the wording is inferred.
        return Err(faults::bad_request("Root resource cannot be deleted"));
    }
    let mut doomed = vec![input.resource_id];
    while let Some(id) = doomed.pop() {
        let children = state.resources.range(of_api(&api)).map(|(_, resource)| resource);
        doomed.extend(
            children.filter(|child| child.parent_id.as_ref() == Some(&id)).map(|child| child.id.clone()),
        );
        let verbs: Vec<Verb> = methods_of(state, &api, &id).map(|(verb, _)| verb.clone()).collect();
        for verb in verbs {
            state.methods.remove(&(api.clone(), id.clone(), verb));
        }
        state.resources.remove(&(api.clone(), id));
    }
    Ok(())
}

/// The resource of this id.
pub(super) fn find<'a>(
    state: &'a ApiGateway,
    api: &ApiId,
    id: &ResourceId,
) -> Result<&'a Arc<Resource>, Fault> {
    state.resources.get(&(api.clone(), id.clone())).ok_or_else(faults::no_resource)
}

/// The methods of a resource, ordered by verb.
pub(crate) fn methods_of<'a>(
    state: &'a ApiGateway,
    api: &ApiId,
    id: &ResourceId,
) -> impl Iterator<Item = (&'a Verb, &'a Arc<Method>)> + use<'a> {
    let from = (api.clone(), id.clone(), Verb::default());
    // No id holds a NUL.
    let to = (api.clone(), ResourceId::from(format!("{id}\0")), Verb::default());
    state.methods.range(from..to).map(|((_, _, verb), method)| (verb, method))
}

#[cfg(test)]
mod tests {
    use super::is_path_part;

    #[test]
    fn path_parts() {
        for part in ["pets", "v1.0", "a-b_c:d", "{id}", "{proxy+}"] {
            assert!(is_path_part(part), "{part}");
        }
        for part in ["", "a/b", "{id", "id}", "{}", "{+}", "a b", "a+", "ä"] {
            assert!(!is_path_part(part), "{part}");
        }
    }
}
