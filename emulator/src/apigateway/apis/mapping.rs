//! Parameters of methods and integrations, and the expressions that map one to another.
//!
//! Sources: developer guide, "API Gateway request and response data mapping reference"; the texts are reported by users.

use std::collections::BTreeSet;

use crate::apigateway::faults::{bad_mapping, bad_request};
use crate::service::Fault;
use crate::store::SmallMap;

/// What a parameter is mapped from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Source<'a> {
    /// A text in single quotes.
    Fixed(&'a str),
    /// `context.…`
    Context { name: &'a str },
    /// `stageVariables.…`
    StageVariable { name: &'a str },
    /// A parameter of the method request: one of its values, or all.
    Parameter { place: &'a str, name: &'a str, all: bool },
    /// `method.request.body`, or the part of it that the path leads to.
    RequestBody { path: &'a str },
    /// A header of the integration's answer: one of its values, or all.
    ResponseHeader { name: &'a str, all: bool },
    /// `integration.response.body`, or the part of it that the path leads to.
    ResponseBody { path: &'a str },
}

impl<'a> Source<'a> {
    /// The source that an expression of a method's integration names; `None` where it is none.
    pub(crate) fn parse(expression: &'a str) -> Option<Self> {
        Self::parse_below("method.request.", expression)
    }

    /// The same of a route's integration.
    pub(crate) fn of_route(expression: &'a str) -> Option<Self> {
        Self::parse_below("route.request.", expression)
    }

    fn parse_below(request: &str, expression: &'a str) -> Option<Self> {
        if let Some(rest) = expression.strip_prefix('\'') {
            return rest.strip_suffix('\'').map(Self::Fixed);
        }
        if let Some(rest) = expression.strip_prefix(request) {
            if let Some(path) = body_path(rest) {
                return Some(Self::RequestBody { path });
            }
            let (place, name) = parameter(rest)?;
            let (place, all) = one_or_all(place);
            return ["querystring", "path", "header"].contains(&place).then_some(Self::Parameter {
                place,
                name,
                all,
            });
        }
        if let Some(rest) = expression.strip_prefix("integration.response.") {
            if let Some(path) = body_path(rest) {
                return Some(Self::ResponseBody { path });
            }
            let (place, name) = parameter(rest)?;
            let (place, all) = one_or_all(place);
            return (place == "header").then_some(Self::ResponseHeader { name, all });
        }
        let (scope, name) = expression.split_once('.')?;
        match scope {
            "context" if !name.is_empty() => Some(Self::Context { name }),
            "stageVariables" if is_name(name) => Some(Self::StageVariable { name }),
            _ => None,
        }
    }
}

/// The JSON path behind `body`, empty for the whole.
fn body_path(rest: &str) -> Option<&str> {
    rest.strip_prefix("body").filter(|path| path.is_empty() || path.starts_with(['.', '[']))
}

/// `multivalueheader` is all headers of a name.
fn one_or_all(place: &str) -> (&str, bool) {
    place.strip_prefix("multivalue").map_or((place, false), |place| (place, true))
}

/// `header.Name`: the place and the name.
fn parameter(text: &str) -> Option<(&str, &str)> {
    text.split_once('.').filter(|(_, name)| is_name(name))
}

fn is_name(name: &str) -> bool {
    !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"._$-".contains(&byte))
}

/// Refuses what is no parameter of a method request: `method.request.header.Accept`. A name may stand in one place only.
pub(super) fn check_request_parameters<V>(parameters: &SmallMap<String, V>) -> Result<(), Fault> {
    let mut names = BTreeSet::new();
    for (parameter, _) in parameters {
        let (_, name) = named(parameter, "method.request.", &["querystring", "path", "header"])?;
        if !names.insert(name) {
            return Err(bad_request("Parameter names must be unique across querystring, header and path"));
        }
    }
    Ok(())
}

/// Refuses what is no parameter of a method response: `method.response.header.Location`.
pub(super) fn check_response_parameters<V>(parameters: &SmallMap<String, V>) -> Result<(), Fault> {
    parameters.iter().try_for_each(|(name, _)| named(name, "method.response.", &["header"]).map(drop))
}

/// Refuses mappings to what is no parameter of an integration request, and from what the method does not declare.
pub(super) fn check_request_mappings(
    mappings: &SmallMap<String, String>,
    declared: Option<&SmallMap<String, bool>>,
) -> Result<(), Fault> {
    for (destination, expression) in mappings {
        named(destination, "integration.request.", &["querystring", "path", "header"])?;
        match Source::parse(expression) {
            Some(Source::Parameter { place, name, .. }) if !is_declared(declared, place, name) => {
                return Err(unknown_parameter(expression));
            }
            Some(Source::ResponseHeader { .. } | Source::ResponseBody { .. }) | None => {
                return Err(invalid_expression(expression));
            }
            Some(_) => {}
        }
    }
    Ok(())
}

/// Refuses mappings to what the method response does not declare, and from what is no part of an integration's answer.
pub(super) fn check_response_mappings(
    mappings: &SmallMap<String, String>,
    declared: Option<&SmallMap<String, bool>>,
) -> Result<(), Fault> {
    for (destination, expression) in mappings {
        if !declared.is_some_and(|declared| declared.contains_key(destination)) {
            return Err(unknown_parameter(destination));
        }
        if let Some(Source::Parameter { .. } | Source::RequestBody { .. }) | None = Source::parse(expression)
        {
            return Err(invalid_expression(expression));
        }
    }
    Ok(())
}

/// Refuses mappings to what is no part of a gateway response, and from what is no part of a request. All are told at once,
/// as AWS does.
pub(super) fn check_gateway_mappings(mappings: &SmallMap<String, String>) -> Result<(), Fault> {
    let mut errors = mappings.iter().filter_map(|(destination, expression)| {
        // The reference speaks of paths and query strings, too, which no response has.
        let is_known = named(destination, "gatewayresponse.", &["header", "path", "querystring"]).is_ok();
        let source = Source::parse(expression);
        let wrong = match source {
            _ if !is_known => destination,
            Some(
                Source::RequestBody { .. } | Source::ResponseHeader { .. } | Source::ResponseBody { .. },
            )
            | None => expression,
            Some(_) => return None,
        };
        Some(format!("Invalid mapping expression specified: {wrong}"))
    });
    let Some(first) = errors.next() else { return Ok(()) };
    Err(bad_mapping(&errors.fold(first, |all, error| format!("{all}, {error}"))))
}

/// Refuses identity sources of an authorizer that are not of the request. `only_header` where there is to be but one, a
/// header.
pub(super) fn check_identity_sources(sources: &str, only_header: bool) -> Result<(), Fault> {
    let takes = |expression: &str| match Source::parse(expression) {
        Some(Source::Parameter { place: "header", .. }) => true,
        Some(
            Source::Parameter { place: "querystring", .. }
            | Source::Context { .. }
            | Source::StageVariable { .. },
        ) => !only_header,
        _ => false,
    };
    let is_good = if only_header { takes(sources) } else { sources.split(',').map(str::trim).all(takes) };
    if is_good { Ok(()) } else { Err(invalid_expression(sources)) }
}

/// Refuses cache keys that are no parameters, or that the method or the integration does not have. The wording is
/// inferred.
pub(super) fn check_cache_keys(
    keys: &[String],
    declared: Option<&SmallMap<String, bool>>,
    mappings: Option<&SmallMap<String, String>>,
) -> Result<(), Fault> {
    let is_known = |key: &&String| {
        declared.is_some_and(|declared| declared.contains_key(key.as_str()))
            || mappings.is_some_and(|mappings| mappings.contains_key(key.as_str()))
    };
    match keys.iter().find(|key| !is_known(key)) {
        Some(key) => Err(bad_request(format!("Invalid cache key parameter specified: {key}"))),
        None => Ok(()),
    }
}

/// The place and the name of a parameter, which must be one of these.
fn named<'a>(parameter: &'a str, scope: &str, places: &[&str]) -> Result<(&'a str, &'a str), Fault> {
    parameter
        .strip_prefix(scope)
        .and_then(self::parameter)
        .filter(|(place, _)| places.contains(place))
        .ok_or_else(|| invalid_expression(parameter))
}

fn is_declared(declared: Option<&SmallMap<String, bool>>, place: &str, name: &str) -> bool {
    declared.is_some_and(|declared| declared.contains_key(&format!("method.request.{place}.{name}")))
}

fn invalid_expression(expression: &str) -> Fault {
    bad_mapping(&format!("Invalid mapping expression specified: {expression}"))
}

fn unknown_parameter(parameter: &str) -> Fault {
    bad_mapping(&format!("Invalid mapping expression parameter specified: {parameter}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sources_are_told_apart() {
        for (expression, source) in [
            ("'*'", Some(Source::Fixed("*"))),
            ("''", Some(Source::Fixed(""))),
            ("'", None),
            ("*", None),
            ("context.requestId", Some(Source::Context { name: "requestId" })),
            ("context.authorizer.claims['sub']", Some(Source::Context { name: "authorizer.claims['sub']" })),
            ("stageVariables.host", Some(Source::StageVariable { name: "host" })),
            ("stageVariables.", None),
            ("method.request.path.id", Some(Source::Parameter { place: "path", name: "id", all: false })),
            (
                "method.request.multivalueheader.X-A",
                Some(Source::Parameter { place: "header", name: "X-A", all: true }),
            ),
            ("method.request.querystring.ids[]", None),
            ("method.request.cookie.a", None),
            ("method.request.body", Some(Source::RequestBody { path: "" })),
            ("method.request.body.pets[0].name", Some(Source::RequestBody { path: ".pets[0].name" })),
            ("method.request.bodywork", None),
            (
                "integration.response.header.Location",
                Some(Source::ResponseHeader { name: "Location", all: false }),
            ),
            ("integration.response.body.errorMessage", Some(Source::ResponseBody { path: ".errorMessage" })),
            ("integration.request.header.A", None),
            ("", None),
        ] {
            assert_eq!(Source::parse(expression), source, "{expression}");
        }
    }
}
