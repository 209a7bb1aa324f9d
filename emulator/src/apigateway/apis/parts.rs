//! What the parts of an API have in common: each belongs to one API, is listed in pages, and goes when its API goes.

use std::sync::Arc;

use compact_str::CompactString;
use serde::Deserialize;

use super::models;
use super::resources::methods_of;
use super::rest_apis::of_api;
use crate::apigateway::paging::{Items, limit};
use crate::apigateway::{ApiGateway, ApiId, Method, Verb, faults};
use crate::service::Fault;
use crate::store::Table;

/// Parts of one kind, by API and name or id.
pub(crate) type Parts<V> = Table<(ApiId, CompactString), V>;

/// Which page of an API's parts to list.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub(super) struct ListParts {
    pub(super) rest_api_id: ApiId,
    position: Option<String>,
    limit: Option<i64>,
}

/// The page that was asked for.
pub(super) fn page<V>(parts: &Parts<V>, input: &ListParts) -> Result<Items<Arc<V>>, Fault> {
    page_of(parts, &input.rest_api_id, input.position.as_deref(), input.limit, |_| true)
}

/// A page of those parts that `accept` takes.
pub(super) fn page_of<V>(
    parts: &Parts<V>,
    api: &ApiId,
    position: Option<&str>,
    asked: Option<i64>,
    accept: impl Fn(&V) -> bool,
) -> Result<Items<Arc<V>>, Fault> {
    parts
        .page(of_api(api), position, limit(asked)?, |_, part| accept(part))
        .map(Items::from)
        .map_err(faults::bad_position)
}

/// Takes out all parts of an API.
pub(super) fn remove_all(state: &mut ApiGateway, api: &ApiId) {
    state.models.remove_range(of_api(api));
    state.request_validators.remove_range(of_api(api));
    state.gateway_responses.remove_range(of_api(api));
    state.authorizers.remove_range(of_api(api));
    state.documentation_parts.remove_range(of_api(api));
    state.documentation_versions.remove_range(of_api(api));
}

/// Gives an API what another one has, in place of what it has of the same names, but for documentation versions: these
/// are the other's history. Ids stay, as methods name them.
pub(super) fn copy_all(state: &mut ApiGateway, from: &ApiId, to: &ApiId) {
    copy(&mut state.models, from, to);
    models::refer_to_own(state, from, to);
    copy(&mut state.request_validators, from, to);
    copy(&mut state.gateway_responses, from, to);
    copy(&mut state.authorizers, from, to);
    copy(&mut state.documentation_parts, from, to);
}

fn copy<V: Clone>(parts: &mut Parts<V>, from: &ApiId, to: &ApiId) {
    let copies: Vec<_> =
        parts.range(of_api(from)).map(|((_, id), part)| (id.clone(), V::clone(part))).collect();
    for (id, part) in copies {
        parts.put((to.clone(), id), part);
    }
}

/// The first method that is so: its resource's path and its verb, by which messages name it.
pub(super) fn method_that(
    state: &ApiGateway,
    api: &ApiId,
    is_so: impl Fn(&Method) -> bool,
) -> Option<(CompactString, Verb)> {
    state.resources.range(of_api(api)).find_map(|((_, id), resource)| {
        let (verb, _) = methods_of(state, api, id).find(|(_, method)| is_so(method))?;
        Some((resource.path.clone(), verb.clone()))
    })
}
