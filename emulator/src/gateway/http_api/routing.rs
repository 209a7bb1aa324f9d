//! From a method and a path to a route.
//!
//! Source: developer guide, "Create routes for HTTP APIs": a full match of method and path, then one with a greedy variable,
//! then `$default`; `ANY` stands for the methods that a path has no route of its own for.

use std::sync::Arc;

use super::exchange::{Exchange, Matched};
use crate::apigatewayv2::Route;
use crate::gateway::path_template::{Fit, fit, parameters, segments};

/// The key of the route that takes what no other does.
pub(super) const DEFAULT: &str = "$default";

/// The route that serves a request. It stands in the exchange then.
pub(super) fn find(exchange: &mut Exchange<'_>) -> Option<Arc<Route>> {
    let live = exchange.live;
    let keys = live.routes().map(|route| (route.route_key.as_str(), route));
    let (route, matched) = best(keys, exchange.request.method, exchange.path)?;
    exchange.route = Some(matched);
    Some(Arc::clone(route))
}

/// How well a route fits, the best last: whether it has no greedy variable, how exact it is from the left, and whether it
/// names the method. Of two that have variables in other places, the one that is exact for longer is better: inferred.
type Rank = (bool, Vec<Fit>, bool);

fn best<'k, R>(routes: impl Iterator<Item = (&'k str, R)>, method: &str, path: &str) -> Option<(R, Matched)> {
    let given = segments(path);
    let ranked = routes.filter_map(|(key, route)| Some((rank(key, method, &given)?, key, route)));
    let (_, key, route) = ranked.max_by(|(a, ..), (b, ..)| a.cmp(b))?;
    let template = key.split_once(' ').map(|(_, path)| segments(path)).unwrap_or_default();
    let parameters = parameters(&template, &given);
    let parameters = parameters.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
    Some((route, Matched { key: key.to_owned(), parameters }))
}

fn rank(key: &str, method: &str, given: &[&str]) -> Option<Rank> {
    if key == DEFAULT {
        return Some((false, Vec::new(), false));
    }
    let (verb, path) = key.split_once(' ')?;
    if verb != method && verb != "ANY" {
        return None;
    }
    let fits = fit(&segments(path), given)?;
    Some((!fits.contains(&Fit::Greedy), fits, verb == method))
}

#[cfg(test)]
mod tests {
    use super::*;

    const KEYS: [&str; 9] = [
        "GET /pets/dog/1",
        "GET /pets/dog/{id}",
        "GET /pets/{proxy+}",
        "ANY /{proxy+}",
        "$default",
        "ANY /pets/cat/{id}",
        "GET /pets/cat/{id}",
        "GET /",
        "POST /birds/",
    ];

    fn found(keys: &[&'static str], method: &str, path: &str) -> Option<&'static str> {
        best(keys.iter().map(|key| (*key, *key)), method, path).map(|(key, _)| key)
    }

    #[test]
    fn the_best_match_serves() {
        for (method, path, key) in [
            // The examples of the developer guide.
            ("GET", "/pets/dog/1", "GET /pets/dog/1"),
            ("GET", "/pets/dog/2", "GET /pets/dog/{id}"),
            ("GET", "/pets/bird/1", "GET /pets/{proxy+}"),
            ("POST", "/test/5", "ANY /{proxy+}"),
            // A method that a path has no route for goes on to the next.
            ("POST", "/pets/dog/1", "ANY /{proxy+}"),
            ("GET", "/pets/cat/7", "GET /pets/cat/{id}"),
            ("PUT", "/pets/cat/7", "ANY /pets/cat/{id}"),
            ("GET", "/", "GET /"),
            ("POST", "/", "$default"),
            // A slash at the end makes another path (reported by users).
            ("POST", "/birds/", "POST /birds/"),
            ("POST", "/birds", "ANY /{proxy+}"),
            ("GET", "/p%65ts/dog/1", "GET /pets/dog/1"),
        ] {
            assert_eq!(found(&KEYS, method, path), Some(key), "{method} {path}");
        }
        assert_eq!(found(&["GET /pets"], "GET", "/dogs"), None);
        assert_eq!(found(&["GET /pets"], "PUT", "/pets"), None);
    }

    #[test]
    fn a_full_match_is_better_than_a_longer_greedy_one() {
        assert_eq!(found(&["GET /pets/{rest+}", "GET /{a}/{b}"], "GET", "/pets/1"), Some("GET /{a}/{b}"));
    }

    #[test]
    fn variables_have_their_values() {
        let keys = ["GET /pets/{id}/{rest+}"].into_iter().map(|key| (key, ()));
        let (_, matched) = best(keys, "GET", "/pets/a%20b/x/y").unwrap();
        let expected = [("id".to_owned(), "a b".to_owned()), ("rest".to_owned(), "x/y".to_owned())];
        assert_eq!(matched.parameters, expected);
        assert_eq!(matched.path(), Some("/pets/{id}/{rest+}"));
    }
}
