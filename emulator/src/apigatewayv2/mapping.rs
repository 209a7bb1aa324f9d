//! Parameter mappings: which parts of a request or response they change, and what they put there.
//!
//! Source: the pages "Transform API requests and responses for HTTP APIs" and "WebSocket API data mapping" of the
//! developer guide. What AWS says of a mapping that cannot be is known in its frame only; what stands within is
//! inferred.

use super::faults::bad_mapping;
use crate::service::Fault;
use crate::store::SmallMap;

/// Checks what an HTTP API changes of a request before its integration gets it.
pub(super) fn check_request(mappings: &SmallMap<String, String>) -> Result<(), Fault> {
    for key in mappings.iter().map(|(key, _)| key) {
        let is_known = key == "overwrite:path" || names(key, &["header", "querystring"]);
        if !is_known {
            return Err(bad_mapping(&format!("Invalid Request Actioned Parameter specified: {key}")));
        }
        check_header(key)?;
    }
    Ok(())
}

/// Checks what an HTTP API changes of a response of one status before the caller gets it.
pub(super) fn check_response(status: &str, mappings: &SmallMap<String, String>) -> Result<(), Fault> {
    let is_status = status.parse().is_ok_and(|status: u16| (200..600).contains(&status));
    if !is_status {
        return Err(bad_mapping(&format!("Invalid status code specified: {status}")));
    }
    for key in mappings.iter().map(|(key, _)| key) {
        let is_known = key == "overwrite:statuscode" || names(key, &["header"]);
        if !is_known {
            return Err(bad_mapping(&format!("Invalid Response Actioned Parameter specified: {key}")));
        }
        check_header(key)?;
    }
    Ok(())
}

/// The headers that no mapping may touch, as documented. Those that end in a hyphen begin so.
const RESERVED: [&str; 22] = [
    "access-control-",
    "apigw-",
    "authorization",
    "connection",
    "content-encoding",
    "content-length",
    "content-location",
    "forwarded",
    "keep-alive",
    "origin",
    "proxy-authenticate",
    "proxy-authorization",
    "te",
    "trailers",
    "transfer-encoding",
    "upgrade",
    "via",
    "x-amz-",
    "x-amzn-",
    "x-forwarded-for",
    "x-forwarded-host",
    "x-forwarded-proto",
];

/// Refuses a header that is reserved. The text is reported by users.
fn check_header(key: &str) -> Result<(), Fault> {
    let Some((_, name)) = key.split_once(":header.") else { return Ok(()) };
    let lower = name.to_ascii_lowercase();
    let is_reserved = RESERVED.iter().any(|reserved| match reserved.strip_suffix('-') {
        Some(_) => lower.starts_with(reserved),
        None => lower == *reserved,
    });
    if is_reserved {
        return Err(bad_mapping(&format!("Operations on header {name} are restricted")));
    }
    Ok(())
}

/// Checks the keys of a WebSocket API's mapping, which all begin alike: `integration.request.`.
pub(super) fn check_keys<'k>(prefix: &str, mut keys: impl Iterator<Item = &'k String>) -> Result<(), Fault> {
    let is_known = |key: &str| {
        key.strip_prefix(prefix)
            .and_then(|rest| rest.split_once('.'))
            .is_some_and(|(place, name)| is_place(place) && !name.is_empty())
    };
    match keys.find(|key| !is_known(key)) {
        Some(key) => Err(bad_mapping(&format!("Invalid mapping expression parameter specified: {key}"))),
        None => Ok(()),
    }
}

fn is_place(place: &str) -> bool {
    matches!(place, "header" | "querystring" | "path" | "multivalueheader" | "multivaluequerystring")
}

/// Whether a key is an action on a named part: `append:header.x-version`.
fn names(key: &str, parts: &[&str]) -> bool {
    let Some((action, target)) = key.split_once(':') else { return false };
    let Some((part, name)) = target.split_once('.') else { return false };
    matches!(action, "append" | "overwrite" | "remove") && parts.contains(&part) && !name.is_empty()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(key: &str) -> SmallMap<String, String> {
        std::iter::once((key.to_owned(), "$context.requestId".to_owned())).collect()
    }

    #[test]
    fn requests_and_responses_have_their_own_keys() {
        for key in ["append:header.a", "remove:querystring.b", "overwrite:path"] {
            assert!(check_request(&of(key)).is_ok(), "{key}");
        }
        for key in ["append:path", "header.a", "set:header.a", "append:header.", "overwrite:statuscode"] {
            assert!(check_request(&of(key)).is_err(), "{key}");
        }
        for key in ["remove:header.Authorization", "append:header.x-amz-date", "overwrite:header.TE"] {
            assert!(check_request(&of(key)).is_err(), "{key}");
            assert!(check_response("200", &of(key)).is_err(), "{key}");
        }
        assert!(check_request(&of("append:header.tea")).is_ok());
        assert!(check_response("200", &of("overwrite:statuscode")).is_ok());
        assert!(check_response("599", &of("remove:header.a")).is_ok());
        assert!(check_response("200", &of("append:querystring.a")).is_err());
        assert!(check_response("199", &of("remove:header.a")).is_err());
        assert!(check_response("600", &of("remove:header.a")).is_err());
    }

    #[test]
    fn keys_of_websocket_mappings_name_a_place() {
        let check = |key: &str| check_keys("integration.request.", [&key.to_owned()].into_iter());
        assert!(check("integration.request.header.a").is_ok());
        assert!(check("integration.request.body.a").is_err());
        assert!(check("route.request.header.a").is_err());
    }
}
