//! Parameter mappings: what an integration changes of requests and of answers.
//!
//! Source: developer guide, "Transform API requests and responses for HTTP APIs".

use std::borrow::Cow;

use http::{HeaderMap, HeaderName, HeaderValue};

use super::exchange::Exchange;
use crate::apigatewayv2::Integration;
use crate::gateway::connection::passed_on;
use crate::gateway::json_path::in_body;
use crate::gateway::proxy_answer::Answered;
use crate::gateway::uri::encoded;
use crate::store::SmallMap;

/// A request as an integration gets it.
#[derive(Debug)]
pub(super) struct Outgoing {
    pub(super) headers: HeaderMap,
    /// Decoded.
    pub(super) query: Vec<(String, String)>,
    /// As it stands in a URI.
    pub(super) raw_query: String,
    /// The path that a mapping gives in place of the client's.
    pub(super) path: Option<String>,
}

impl Outgoing {
    /// The client's request.
    pub(super) fn unchanged(exchange: &Exchange<'_>) -> Self {
        Self {
            headers: passed_on(exchange.request.headers),
            query: exchange.query.clone(),
            raw_query: exchange.request.query.to_owned(),
            path: None,
        }
    }

    /// The client's request with what the integration changes of it. All values are the client's own. One that is not there
    /// changes nothing: inferred.
    pub(super) fn mapped(exchange: &Exchange<'_>, integration: &Integration) -> Self {
        let mut outgoing = Self::unchanged(exchange);
        let mut changes_query = false;
        for (key, expression) in integration.request_parameters.iter().flatten() {
            let Some(change) = Change::parse(key) else { continue };
            let value = value(exchange, expression, None);
            match change.place {
                Place::Header(name) => change.action.apply_to_headers(&mut outgoing.headers, name, value),
                Place::Query(name) => {
                    changes_query = true;
                    change.action.apply_to_query(&mut outgoing.query, name, value);
                }
                Place::Path => outgoing.path = value.or(outgoing.path),
                Place::Status => {}
            }
        }
        if changes_query {
            outgoing.raw_query = encoded(&outgoing.query);
        }
        outgoing
    }
}

/// Changes an answer as the integration says for its status.
pub(super) fn change_answer(exchange: &Exchange<'_>, integration: &Integration, answered: &mut Answered) {
    let Some(mappings) = integration.response_parameters.get(answered.status.to_string().as_str()) else {
        return;
    };
    let original = answered.clone();
    apply_to_answer(mappings, answered, |expression| value(exchange, expression, Some(&original)));
}

fn apply_to_answer(
    mappings: &SmallMap<String, String>,
    answered: &mut Answered,
    value: impl Fn(&str) -> Option<String>,
) {
    for (key, expression) in mappings {
        let Some(change) = Change::parse(key) else { continue };
        let value = value(expression);
        match change.place {
            Place::Header(name) => change.action.apply_to_headers(&mut answered.headers, name, value),
            Place::Status => {
                let status = value.and_then(|value| value.parse().ok());
                answered.status =
                    status.filter(|status| (200..600).contains(status)).unwrap_or(answered.status);
            }
            Place::Query(_) | Place::Path => {}
        }
    }
}

/// A key of a mapping: `append:header.x-version`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Change<'a> {
    action: Action,
    place: Place<'a>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Action {
    Append,
    Overwrite,
    Remove,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place<'a> {
    Header(&'a str),
    Query(&'a str),
    Path,
    Status,
}

impl<'a> Change<'a> {
    /// The change that a key is; other keys were refused when the integration was made.
    fn parse(key: &'a str) -> Option<Self> {
        let (action, target) = key.split_once(':')?;
        let action = match action {
            "append" => Action::Append,
            "overwrite" => Action::Overwrite,
            "remove" => Action::Remove,
            _ => return None,
        };
        let place = match target.split_once('.') {
            Some(("header", name)) => Place::Header(name),
            Some(("querystring", name)) => Place::Query(name),
            None if target == "path" => Place::Path,
            None if target == "statuscode" => Place::Status,
            _ => return None,
        };
        Some(Self { action, place })
    }
}

impl Action {
    fn apply_to_headers(self, headers: &mut HeaderMap, name: &str, value: Option<String>) {
        let Ok(name) = HeaderName::from_bytes(name.as_bytes()) else { return };
        let value = value.and_then(|value| HeaderValue::from_str(&value).ok());
        match (self, value) {
            (Self::Remove, _) => drop(headers.remove(name)),
            (Self::Append, Some(value)) => drop(headers.append(name, value)),
            (Self::Overwrite, Some(value)) => drop(headers.insert(name, value)),
            (Self::Append | Self::Overwrite, None) => {}
        }
    }

    fn apply_to_query(self, query: &mut Vec<(String, String)>, name: &str, value: Option<String>) {
        if self == Self::Remove || (self == Self::Overwrite && value.is_some()) {
            query.retain(|(own, _)| own != name);
        }
        if self != Self::Remove {
            query.extend(value.map(|value| (name.to_owned(), value)));
        }
    }
}

/// What a selection expression selects.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Source<'a> {
    Header(&'a str),
    Query(&'a str),
    Body(&'a str),
    Path,
    PathParameter(&'a str),
    Context(&'a str),
    StageVariable(&'a str),
    ResponseHeader(&'a str),
    ResponseBody(&'a str),
}

impl<'a> Source<'a> {
    /// The source of this name, which stands behind `$` or in `${}`.
    fn parse(name: &'a str) -> Option<Self> {
        let (scope, rest) = name.split_once('.')?;
        let (place, within) = match rest.find(['.', '[']) {
            Some(at) => rest.split_at(at),
            None => (rest, ""),
        };
        let key = within.strip_prefix('.').filter(|key| !key.is_empty());
        match (scope, place) {
            ("request", "header") => key.map(Self::Header),
            ("request", "querystring") => key.map(Self::Query),
            ("request", "body") => Some(Self::Body(within)),
            ("request", "path") => Some(key.map_or(Self::Path, Self::PathParameter)),
            ("response", "header") => key.map(Self::ResponseHeader),
            ("response", "body") => Some(Self::ResponseBody(within)),
            ("context", _) => Some(Self::Context(rest)),
            ("stageVariables", _) => Some(Self::StageVariable(rest)),
            _ => None,
        }
    }
}

/// The value of an expression: what it selects, a text with what it selects in braces, or the text as it stands.
pub(super) fn value(
    exchange: &Exchange<'_>,
    expression: &str,
    answered: Option<&Answered>,
) -> Option<String> {
    evaluate(expression, |source| of_source(exchange, source, answered))
}

fn evaluate(expression: &str, value: impl Fn(Source<'_>) -> Option<String>) -> Option<String> {
    if let Some(source) = expression.strip_prefix('$').and_then(Source::parse) {
        return value(source);
    }
    let whole = expression.strip_prefix("${").and_then(|rest| rest.strip_suffix('}'));
    if let Some(source) = whole.filter(|name| !name.contains('}')).and_then(Source::parse) {
        return value(source);
    }
    let mut out = String::with_capacity(expression.len());
    let mut rest = expression;
    while let Some((before, from)) = rest.split_once("${") {
        out.push_str(before);
        match from.split_once('}').and_then(|(name, after)| Some((Source::parse(name)?, after))) {
            Some((source, after)) => {
                out.push_str(&value(source).unwrap_or_default());
                rest = after;
            }
            None => {
                out.push_str("${");
                rest = from;
            }
        }
    }
    out.push_str(rest);
    Some(out)
}

fn of_source(exchange: &Exchange<'_>, source: Source<'_>, answered: Option<&Answered>) -> Option<String> {
    match source {
        Source::Header(name) => header(exchange.request.headers, name),
        Source::Query(name) => {
            joined(exchange.query.iter().filter(|(own, _)| own == name).map(|(_, value)| value.as_str()))
        }
        Source::Body(path) => in_body(exchange.body(), path),
        Source::Path => Some(exchange.path.to_owned()),
        Source::PathParameter(name) => {
            let parameters = &exchange.route.as_ref()?.parameters;
            parameters.iter().find(|(own, _)| own == name).map(|(_, value)| value.clone())
        }
        Source::Context(name) => exchange.variable(name).map(Cow::into_owned),
        Source::StageVariable(name) => exchange.live.stage.variable(name).map(str::to_owned),
        Source::ResponseHeader(name) => header(&answered?.headers, name),
        Source::ResponseBody(path) => in_body(&answered?.body, path),
    }
}

fn header(headers: &HeaderMap, name: &str) -> Option<String> {
    joined(headers.get_all(name).iter().filter_map(|value| value.to_str().ok()))
}

/// Several values of one name, with commas between them.
fn joined<'a>(values: impl Iterator<Item = &'a str>) -> Option<String> {
    let values: Vec<&str> = values.collect();
    (!values.is_empty()).then(|| values.join(","))
}

#[cfg(test)]
mod tests {
    use bytes::Bytes;

    use super::*;

    #[test]
    fn expressions_select_or_are_texts() {
        let value = |source: Source<'_>| match source {
            Source::Header("a") => Some("x".to_owned()),
            Source::Path => Some("/pets".to_owned()),
            Source::Context("requestId") => Some("id".to_owned()),
            _ => None,
        };
        for (expression, expected) in [
            ("$request.header.a", Some("x")),
            ("${request.header.a}", Some("x")),
            ("$request.path", Some("/pets")),
            ("/v2${request.path}/${context.requestId}", Some("/v2/pets/id")),
            ("${request.header.a}-${request.header.none}", Some("x-")),
            ("$request.header.none", None),
            ("text", Some("text")),
            ("$5", Some("$5")),
            ("${nothing}", Some("${nothing}")),
            ("${request.header.a", Some("${request.header.a")),
            ("", Some("")),
        ] {
            assert_eq!(evaluate(expression, value).as_deref(), expected, "{expression}");
        }
    }

    #[test]
    fn sources_are_told_apart() {
        for (name, source) in [
            ("request.header.X-A.b", Some(Source::Header("X-A.b"))),
            ("request.querystring.q", Some(Source::Query("q"))),
            ("request.body", Some(Source::Body(""))),
            ("request.body.a[0].b", Some(Source::Body(".a[0].b"))),
            ("request.body[0]", Some(Source::Body("[0]"))),
            ("request.path", Some(Source::Path)),
            ("request.path.id", Some(Source::PathParameter("id"))),
            ("context.authorizer.claims.sub", Some(Source::Context("authorizer.claims.sub"))),
            ("stageVariables.host", Some(Source::StageVariable("host"))),
            ("response.header.a", Some(Source::ResponseHeader("a"))),
            ("response.body.a", Some(Source::ResponseBody(".a"))),
            ("request.header", None),
            ("request.method", None),
            ("nothing", None),
        ] {
            assert_eq!(Source::parse(name), source, "{name}");
        }
    }

    #[test]
    fn queries_are_changed() {
        let pairs = |text: &str| -> Vec<(String, String)> {
            let pairs = text.split('&').filter_map(|pair| pair.split_once('='));
            pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).collect()
        };
        let one = || Some("1".to_owned());
        for (action, value, after) in [
            (Action::Append, one(), "a=x&b=y&a=z&a=1"),
            (Action::Overwrite, one(), "b=y&a=1"),
            (Action::Remove, one(), "b=y"),
            (Action::Append, None, "a=x&b=y&a=z"),
            (Action::Overwrite, None, "a=x&b=y&a=z"),
        ] {
            let mut query = pairs("a=x&b=y&a=z");
            action.apply_to_query(&mut query, "a", value);
            assert_eq!(query, pairs(after), "{action:?}");
        }
    }

    #[test]
    fn answers_are_changed() {
        let mappings = [
            ("append:header.a", "2"),
            ("overwrite:header.b", "3"),
            ("remove:header.c", "''"),
            ("overwrite:statuscode", "403"),
        ];
        let mappings: SmallMap<String, String> =
            mappings.into_iter().map(|(key, value)| (key.to_owned(), value.to_owned())).collect();
        let header =
            |name: &'static str, value| (HeaderName::from_static(name), HeaderValue::from_static(value));
        let headers = HeaderMap::from_iter([header("a", "1"), header("b", "1"), header("c", "1")]);
        let mut answered = Answered { status: 500, headers, body: Bytes::new() };
        apply_to_answer(&mappings, &mut answered, |text| Some(text.to_owned()));
        assert_eq!(answered.status, 403);
        let expected = HeaderMap::from_iter([header("a", "1"), header("a", "2"), header("b", "3")]);
        assert_eq!(answered.headers, expected);
    }
}
