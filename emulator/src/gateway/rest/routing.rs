//! From a path to a resource and a method.

use std::borrow::Cow;

use percent_encoding::percent_decode_str;

use crate::apigateway::{Deployment, Method, Route};

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
    let segments = segments(path);
    let (route, _) = deployment
        .routes
        .iter()
        .filter_map(|route| Some((route, specificity(&route.path, &segments)?)))
        .max_by(|(_, a), (_, b)| a.cmp(b))?;
    let (verb, method) = route.methods.get_key_value(verb).or_else(|| route.methods.get_key_value("ANY"))?;
    Some(Matched { route, verb, method, parameters: parameters(&route.path, &segments) })
}

/// The segments of a path. A slash at the end is not a segment of its own.
fn segments(path: &str) -> Vec<&str> {
    let path = path.strip_prefix('/').unwrap_or(path);
    let path = path.strip_suffix('/').unwrap_or(path);
    if path.is_empty() { Vec::new() } else { path.split('/').collect() }
}

/// How exactly one segment of a resource path fits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Fit {
    Greedy,
    Parameter,
    Exact,
}

/// How exactly a resource path fits the segments, from the left; `None` where it does not.
fn specificity(resource: &str, given: &[&str]) -> Option<Vec<Fit>> {
    let mut fits = Vec::with_capacity(given.len());
    let mut given = given.iter();
    for part in segments(resource) {
        let segment = given.next()?;
        if part.starts_with('{') {
            if part.ends_with("+}") {
                fits.push(Fit::Greedy);
                return Some(fits);
            }
            fits.push(Fit::Parameter);
        } else if percent_decode_str(segment).eq(part.bytes()) {
            fits.push(Fit::Exact);
        } else {
            return None;
        }
    }
    given.next().is_none().then_some(fits)
}

fn parameters<'a>(resource: &'a str, given: &[&str]) -> Vec<(&'a str, String)> {
    let mut parameters = Vec::new();
    for (position, part) in segments(resource).into_iter().enumerate() {
        let Some(name) = part.strip_prefix('{').and_then(|part| part.strip_suffix('}')) else { continue };
        match name.strip_suffix('+') {
            Some(name) => parameters.push((name, decode(&given[position..].join("/")))),
            None => parameters.push((name, decode(given[position]))),
        }
    }
    parameters
}

fn decode(text: &str) -> String {
    percent_decode_str(text).decode_utf8().unwrap_or(Cow::Borrowed(text)).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn best<'a>(resources: &[&'a str], path: &str) -> Option<&'a str> {
        let segments = segments(path);
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

    #[test]
    fn parameters_are_decoded() {
        let path = segments("/pets/a%20b/x/y");
        assert_eq!(
            parameters("/pets/{id}/{rest+}", &path),
            [("id", "a b".to_owned()), ("rest", "x/y".to_owned())]
        );
    }
}
