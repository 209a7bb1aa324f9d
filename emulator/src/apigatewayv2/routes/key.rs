//! Route keys: `GET /pets/{id}` in HTTP APIs, `$connect` or what messages say in WebSocket APIs.

use crate::apigatewayv2::apis::Protocol;
use crate::apigatewayv2::faults::{bad_request, check_length};
use crate::service::Fault;

/// The key of the route that takes what no other does.
const DEFAULT: &str = "$default";

/// The methods of requests.
pub(in crate::apigatewayv2) const METHODS: [&str; 7] =
    ["GET", "HEAD", "OPTIONS", "PATCH", "POST", "PUT", "DELETE"];

/// Refuses a key that APIs of this protocol do not have.
pub(in crate::apigatewayv2) fn check(protocol: Protocol, key: &str) -> Result<(), Fault> {
    if key.trim().is_empty() {
        // Reported by users.
        return Err(bad_request("Route key is required"));
    }
    match protocol {
        Protocol::Http => check_http(key),
        // Whatever the selection expression may come to.
        Protocol::WebSocket => check_length("RouteKey", Some(key), 1, 128),
    }
}

fn check_http(key: &str) -> Result<(), Fault> {
    if key == DEFAULT {
        return Ok(());
    }
    match key.split_once(' ') {
        Some((method, path)) if is_method(method) && path.starts_with('/') => check_path(path),
        // Reported by users; until 2023 or so with angle brackets.
        _ => Err(bad_request(
            "The provided route key is not formatted properly for HTTP protocol. Format should be \"[HTTP METHOD] \
             /[RESOURCE PATH]\" or \"$default\"",
        )),
    }
}

/// Whether it is one of the methods, or `ANY`, which stands for all of them.
pub(in crate::apigatewayv2) fn is_method(method: &str) -> bool {
    method == "ANY" || METHODS.contains(&method)
}

/// The rules are documented, the texts inferred.
fn check_path(path: &str) -> Result<(), Fault> {
    let mut names = Vec::new();
    let mut segments = path[1..].split('/').peekable();
    while let Some(segment) = segments.next() {
        let is_last = segments.peek().is_none();
        if segment.contains(char::is_whitespace) || (segment.is_empty() && !is_last) {
            return Err(bad_request(format!("Invalid path specified in route key: {path}")));
        }
        if !segment.contains(['{', '}']) {
            continue;
        }
        let name = segment.strip_prefix('{').and_then(|rest| rest.strip_suffix('}')).unwrap_or_default();
        let (name, is_greedy) = name.strip_suffix('+').map_or((name, false), |name| (name, true));
        if name.is_empty() || name.contains(['{', '}', '+']) {
            return Err(bad_request(format!(
                "Invalid path variable specified in route key: {segment}. A variable takes a whole segment"
            )));
        }
        if is_greedy && !is_last {
            return Err(bad_request(format!(
                "Invalid path variable specified in route key: {segment}. A greedy variable must be at the end of the \
                 path"
            )));
        }
        if names.contains(&name) {
            return Err(bad_request(format!("Path variable {name} is in the route key more than once")));
        }
        names.push(name);
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_of_http_apis_are_a_method_and_a_path() {
        for key in [
            "$default",
            "GET /",
            "ANY /{proxy+}",
            "POST /pets/{id}/toys/{toy}",
            "DELETE /pets/",
            "GET /a.b_c-d~e",
        ] {
            assert!(check(Protocol::Http, key).is_ok(), "{key}");
        }
        for key in [
            "",
            " ",
            "$connect",
            "GET",
            "GET pets",
            "get /pets",
            "POST/pets",
            "GET  /pets",
            "FETCH /pets",
            "GET /pets/ x",
            "GET //pets",
            "GET /{proxy+}/pets",
            "GET /pets/{}",
            "GET /pets/{id}x",
            "GET /{id}/{id}",
            "GET /{a{b}}",
        ] {
            assert!(check(Protocol::Http, key).is_err(), "{key}");
        }
    }

    #[test]
    fn keys_of_websocket_apis_are_what_messages_say() {
        for key in ["$connect", "$disconnect", "$default", "send message", "GET /pets"] {
            assert!(check(Protocol::WebSocket, key).is_ok(), "{key}");
        }
        assert!(check(Protocol::WebSocket, &"x".repeat(129)).is_err());
        assert!(check(Protocol::WebSocket, "").is_err());
    }
}
