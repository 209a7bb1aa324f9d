//! What of an API has no documentation yet.
//!
//! That AWS can list it is documented; which things it lists is inferred from the types of locations.

use std::collections::BTreeSet;

use super::location::{Location, Type};
use crate::apigateway::apis::{methods_of, of_api};
use crate::apigateway::{ApiGateway, ApiId, Method};
use crate::store::SmallMap;

/// The locations of an API that no documentation part is on.
pub(super) fn of(state: &ApiGateway, api: &ApiId) -> Vec<Location> {
    let mut locations = vec![Location::of(Type::Api)];
    let named = |kind: Type, name: &str| Location { name: Some(name.to_owned()), ..Location::of(kind) };
    let authorizers = state.authorizers.range(of_api(api)).map(|(_, authorizer)| authorizer);
    locations.extend(authorizers.map(|authorizer| named(Type::Authorizer, &authorizer.name)));
    let models = state.models.range(of_api(api)).map(|(_, model)| model);
    locations.extend(models.map(|model| named(Type::Model, &model.name)));
    for ((_, id), resource) in state.resources.range(of_api(api)) {
        let place = Location { path: Some(resource.path.to_string()), ..Location::of(Type::Resource) };
        for (verb, method) in methods_of(state, api, id) {
            let place = Location { method: Some(verb.to_string()), ..place.clone() };
            add_method(&mut locations, &place, method);
        }
        locations.push(place);
    }
    let documented = state.documentation_parts.range(of_api(api)).map(|(_, part)| &part.location);
    let documented: BTreeSet<_> = documented.collect();
    locations.retain(|location| !documented.contains(location));
    locations
}

/// A method with all of its request and its responses. `place` has its path and verb.
fn add_method(locations: &mut Vec<Location>, place: &Location, method: &Method) {
    let at = |kind: Type| Location { r#type: kind, ..place.clone() };
    locations.push(at(Type::Method));
    let parameters = method.request_parameters.iter().flatten();
    locations.extend(parameters.filter_map(|(parameter, _)| {
        let (kind, name) = request_parameter(parameter)?;
        Some(Location { name: Some(name.to_owned()), ..at(kind) })
    }));
    if method.request_models().next().is_some() {
        locations.push(at(Type::RequestBody));
    }
    for (status, response) in &method.method_responses {
        let at = |kind: Type| Location { status_code: Some(status.to_string()), ..at(kind) };
        locations.push(at(Type::Response));
        let headers = response.response_parameters.iter().flatten();
        locations.extend(headers.filter_map(|(parameter, _)| {
            let name = parameter.strip_prefix("method.response.header.")?;
            Some(Location { name: Some(name.to_owned()), ..at(Type::ResponseHeader) })
        }));
        if response.response_models.as_ref().is_some_and(|models| !SmallMap::is_empty(models)) {
            locations.push(at(Type::ResponseBody));
        }
    }
}

/// What `method.request.querystring.page` is, and its name.
fn request_parameter(parameter: &str) -> Option<(Type, &str)> {
    let (place, name) = parameter.strip_prefix("method.request.")?.split_once('.')?;
    let kind = match place {
        "path" => Type::PathParameter,
        "querystring" | "multivaluequerystring" => Type::QueryParameter,
        "header" | "multivalueheader" => Type::RequestHeader,
        _ => return None,
    };
    Some((kind, name))
}
