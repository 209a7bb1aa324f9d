//! Selection expressions: which route, template, model or response is meant.
//!
//! Source: developer guide, "WebSocket selection expressions".

use std::sync::Arc;

use super::exchange::Exchange;
use super::mapping::value_of;
use super::{CONNECT, DEFAULT, DISCONNECT};
use crate::apigateway::Source;
use crate::apigatewayv2::Route;
use crate::gateway::proxy_answer::Answered;

/// The route of a message: the one that it names, else `$default`. What is no JSON names none.
pub(super) fn route(exchange: &Exchange<'_>) -> Option<Arc<Route>> {
    let live = exchange.live;
    let named = key(live.route_selection_expression(), exchange, None);
    // That a message cannot name the routes of connections is inferred.
    let named = named.filter(|key| ![CONNECT, DISCONNECT].contains(&key.as_str()));
    let route = named.and_then(|key| live.route(&key)).or_else(|| live.route(DEFAULT));
    route.map(Arc::clone)
}

/// What an expression comes to; `None` where a variable of it has no value.
pub(super) fn key(expression: &str, exchange: &Exchange<'_>, answered: Option<&Answered>) -> Option<String> {
    evaluate(expression, |name| value(exchange, answered, name))
}

/// The key that an expression selects by, or the default one.
pub(super) fn key_or_default(
    expression: Option<&str>,
    exchange: &Exchange<'_>,
    answered: Option<&Answered>,
) -> String {
    let key = expression.and_then(|expression| key(expression, exchange, answered));
    key.unwrap_or_else(|| DEFAULT.to_owned())
}

/// The value of a variable: what parameters may be mapped from, and the status.
fn value(exchange: &Exchange<'_>, answered: Option<&Answered>, name: &str) -> Option<String> {
    if name == "integration.response.statuscode" {
        return Some(answered?.status.to_string());
    }
    // Expressions do not say that the request is the route's.
    let source = if name.starts_with("request.") { format!("route.{name}") } else { name.to_owned() };
    value_of(exchange, Source::of_route(&source)?, answered)
}

/// Puts in the values of variables, once: `$request.body.action`, `${request.body.version}-beta`. `\$` is a dollar sign.
fn evaluate(expression: &str, value: impl Fn(&str) -> Option<String>) -> Option<String> {
    let mut out = String::new();
    let mut rest = expression;
    while let Some(at) = rest.find(['$', '\\']) {
        let (before, from) = rest.split_at(at);
        out.push_str(before);
        if let Some(after) = from.strip_prefix("\\$") {
            out.push('$');
            rest = after;
            continue;
        }
        let Some((name, after)) = variable(from) else {
            out.push_str(from.get(..1)?);
            rest = from.get(1..)?;
            continue;
        };
        out.push_str(&value(name)?);
        rest = after;
    }
    out.push_str(rest);
    Some(out)
}

/// The variable's name at the start of a text, and what follows it.
fn variable(text: &str) -> Option<(&str, &str)> {
    if let Some(rest) = text.strip_prefix("${") {
        return rest.split_once('}');
    }
    let rest = text.strip_prefix('$')?;
    let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-' | '[' | ']');
    let end = rest.find(|c| !is_name(c)).unwrap_or(rest.len());
    (end > 0 && rest.starts_with(|c: char| c.is_ascii_alphabetic())).then(|| rest.split_at(end))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gateway::json_path::in_body;

    fn came_to(expression: &str, body: &str) -> Option<String> {
        evaluate(expression, |name| in_body(body.as_bytes(), name.strip_prefix("request.body")?))
    }

    #[test]
    fn variables_are_put_in_once() {
        for (expression, body, key) in [
            ("$request.body.action", r#"{"action": "join"}"#, Some("join")),
            ("${request.body.action}", r#"{"action": "join"}"#, Some("join")),
            ("$request.body.a.b", r#"{"a": {"b": "deep"}}"#, Some("deep")),
            ("$request.body.a[1]", r#"{"a": ["x", "y"]}"#, Some("y")),
            ("${request.body.v}-beta", r#"{"v": 2}"#, Some("2-beta")),
            ("$request.body.a/$request.body.b", r#"{"a": "x", "b": "y"}"#, Some("x/y")),
            ("$request.body.a", r#"{"a": "$request.body.b", "b": "y"}"#, Some("$request.body.b")),
            (r"\$default", "{}", Some("$default")),
            ("200", "{}", Some("200")),
            ("costs 5$", "{}", Some("costs 5$")),
            (r"a\b", "{}", Some(r"a\b")),
            ("$request.body.action", r#"{"other": 1}"#, None),
            ("$request.body.action", r#"{"action": null}"#, None),
            ("$request.body.action", "no JSON", None),
            ("$request.body.action", r#"["action"]"#, None),
        ] {
            assert_eq!(came_to(expression, body).as_deref(), key, "{expression} of {body}");
        }
    }
}
