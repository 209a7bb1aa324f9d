//! Access logs: one line a request, as the stage's format says.

use std::borrow::Cow;

use http::header;

use super::exchange::Exchange;
use crate::apigateway::Live;
use crate::time::Timestamp;

/// What stands for a variable that has no value, or that there is not.
const NOTHING: &str = "-";

/// The line of a request; `None` where the stage has no destination or no format.
///
/// A request that no method serves leaves one, too: AWS documents that access logs show it and execution logs do not.
pub(super) fn line(live: &Live, exchange: &Exchange<'_>) -> Option<(Timestamp, String)> {
    let settings = live.stage.access_log_settings.as_ref()?;
    settings.destination_arn.as_ref()?;
    let line = render(settings.format.as_ref()?, |name| variable(name, live, exchange));
    Some((exchange.started, line))
}

/// Replaces each `$context.name` or `${context.name}`. Values are put in as they are, not escaped.
fn render<'a>(format: &str, value: impl Fn(&str) -> Option<Cow<'a, str>>) -> String {
    let format = format.trim_end_matches(['\r', '\n']);
    let mut out = String::with_capacity(format.len());
    let mut rest = format;
    while let Some(start) = rest.find('$') {
        let (before, from) = rest.split_at(start);
        out.push_str(before);
        let Some((name, after)) = token(from) else {
            out.push('$');
            rest = &from[1..];
            continue;
        };
        let value = value(name).filter(|value| !value.is_empty());
        if name == "error.messageString" {
            out.push('"');
            out.push_str(value.as_deref().unwrap_or(NOTHING));
            out.push('"');
        } else {
            out.push_str(value.as_deref().unwrap_or(NOTHING));
        }
        rest = after;
    }
    out.push_str(rest);
    out
}

/// The variable's name at the start of a text, and what follows it.
fn token(text: &str) -> Option<(&str, &str)> {
    if let Some(rest) = text.strip_prefix("${context.") {
        return rest.split_once('}');
    }
    let rest = text.strip_prefix("$context.")?;
    let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-');
    let end = rest.find(|c| !is_name(c)).unwrap_or(rest.len());
    Some(rest.split_at(end))
}

/// The value of a variable for a request to a MOCK integration. Variables of authorizers, API keys, integrations,
/// certificates, web ACLs and custom domains have none there.
fn variable<'a>(name: &str, live: &'a Live, exchange: &'a Exchange<'_>) -> Option<Cow<'a, str>> {
    let request = exchange.request;
    let header = |name| request.headers.get(name).and_then(|value| value.to_str().ok());
    let resource = exchange.resource.as_ref();
    let signer = exchange.signer.as_ref();
    let owned = |text: String| Some(Cow::Owned(text));
    match name {
        "requestId" => Some(exchange.id.request.as_str().into()),
        "extendedRequestId" => Some(exchange.id.extended.as_str().into()),
        "accountId" => Some(live.scope.account.as_str().into()),
        "apiId" => Some(live.api.id.as_str().into()),
        "stage" => Some(live.stage.stage_name.as_str().into()),
        "resourceId" => resource.map(|resource| resource.id.as_str().into()),
        "resourcePath" => resource.map(|resource| resource.path.as_str().into()),
        "httpMethod" => Some(request.method.into()),
        "path" => owned(format!("/{}{}", request.address.stage, request.address.path)),
        // Always this, whatever the client speaks.
        "protocol" => Some("HTTP/1.1".into()),
        "status" => owned(exchange.status().to_string()),
        "responseLength" => owned(exchange.response_length.to_string()),
        "responseLatency" => owned(exchange.latency().to_string()),
        "requestTime" => owned(exchange.started.common_log()),
        "requestTimeEpoch" => owned(exchange.started.millis().to_string()),
        "domainName" => Some(domain_name(live, exchange)),
        "domainPrefix" => owned(domain_name(live, exchange).split('.').next()?.to_owned()),
        "identity.accessKey" => signer.map(|signer| signer.access_key_id.as_str().into()),
        "identity.accountId" => signer.map(|signer| signer.principal.account.as_str().into()),
        "identity.caller" | "identity.user" => signer.map(|signer| signer.principal.user_id.as_str().into()),
        "identity.userArn" => signer.map(|signer| signer.principal.arn.as_str().into()),
        "identity.sourceIp" => owned(request.source_ip.to_string()),
        "identity.userAgent" => header(header::USER_AGENT).map(Into::into),
        "xrayTraceId" => exchange.trace_id.as_deref().map(Into::into),
        "error.message" | "error.messageString" => {
            exchange.failure().map(|failure| failure.message.as_ref().into())
        }
        "error.responseType" => exchange.failure().map(|failure| failure.response_type.into()),
        _ => None,
    }
}

/// The host that was called; behind a path address, the name that the API has on AWS.
fn domain_name<'a>(live: &Live, exchange: &Exchange<'a>) -> Cow<'a, str> {
    match exchange.request.address.host {
        Some(host) => host.into(),
        None => {
            let region = &live.scope.region;
            format!("{}.execute-api.{region}.{}", live.api.id, region.partition().dns_suffix).into()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rendered(format: &str) -> String {
        render(format, |name| match name {
            "requestId" => Some("abc".into()),
            "status" => Some("200".into()),
            "identity.user" => Some("".into()),
            _ => None,
        })
    }

    #[test]
    fn variables_are_put_in_and_missing_ones_are_a_hyphen() {
        for (format, line) in [
            ("$context.requestId $context.status", "abc 200"),
            ("$context.status|$context.requestId", "200|abc"),
            ("[$context.requestId]\n", "[abc]"),
            ("${context.requestId}x", "abcx"),
            ("$context.identity.user $context.nothing", "- -"),
            ("\"m\":$context.error.messageString", "\"m\":\"-\""),
            ("costs $5 $context", "costs $5 $context"),
            ("$context.requestid", "-"),
        ] {
            assert_eq!(rendered(format), line, "{format}");
        }
    }
}
