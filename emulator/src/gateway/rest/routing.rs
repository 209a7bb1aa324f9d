//! From a path to a resource and a method.

use crate::apigateway::{Deployment, Method, Route};
use crate::gateway::path_template::{self, Fit, fit};

/// The method that serves a request.
pub(super) struct Matched<'a> {
    pub(super) route: &'a Route,
    /// The verb under which the method stands: the request's, or `ANY`.
    pub(super) verb: &'a str,
    pub(super) method: &'a Method,
    /// Path parameters, decoded, in the order of the path.
    pub(super) parameters: Vec<(&'a str, String)>,
}

/// The method for a path and verb. Of several resources that match, the one that is exact for longest.
pub(super) fn find<'a>(deployment: &'a Deployment, path: &str, verb: &str) -> Option<Matched<'a>> {
    let segments = segments_of(path);
    let (route, _) = deployment
        .routes
        .iter()
        .filter_map(|route| Some((route, specificity(&route.path, &segments)?)))
        .max_by(|(_, a), (_, b)| a.cmp(b))?;
    let (verb, method) = route.methods.get_key_value(verb).or_else(|| route.methods.get_key_value("ANY"))?;
    Some(Matched {
        route,
        verb,
        method,
        parameters: path_template::parameters(&segments_of(&route.path), &segments),
    })
}

/// The segments of a path. A slash at the end is not a segment of its own.
fn segments_of(path: &str) -> Vec<&str> {
    path_template::segments(path.strip_suffix('/').unwrap_or(path))
}

/// How exactly a resource path fits the segments, from the left; `None` where it does not.
fn specificity(resource: &str, given: &[&str]) -> Option<Vec<Fit>> {
    fit(&segments_of(resource), given)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn best<'a>(resources: &[&'a str], path: &str) -> Option<&'a str> {
        let segments = segments_of(path);
        resources
            .iter()
            .filter_map(|resource| Some((resource, specificity(resource, &segments)?)))
            .max_by(|(_, a), (_, b)| a.cmp(b))
            .map(|(resource, _)| *resource)
    }

    #[test]
    fn the_most_exact_resource_serves() {
        let resources = ["/", "/pets", "/pets/{id}", "/pets/mine", "/{proxy+}", "/pets/{id}/toys"];
        for (path, resource) in [
            ("/", "/"),
            ("/pets", "/pets"),
            ("/pets/", "/pets"),
            ("/pets/7", "/pets/{id}"),
            ("/pets/mine", "/pets/mine"),
            ("/p%65ts/mine", "/pets/mine"),
            ("/pets/7/toys", "/pets/{id}/toys"),
            ("/pets/7/food", "/{proxy+}"),
            ("/else", "/{proxy+}"),
        ] {
            assert_eq!(best(&resources, path), Some(resource), "{path}");
        }
        assert_eq!(best(&["/pets"], "/dogs"), None);
        assert_eq!(best(&["/pets"], "/pets/7"), None);
    }
}
