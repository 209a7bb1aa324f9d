//! What a deployed API may ask for, and the data plane does not do yet.
//!
//! The control plane keeps every setting. A request that meets one which is not acted on is answered 501 with what it
//! was, but for the three below. What comes to be served leaves this file.
//!
//! Left aside in silence, for refusing them would turn away the many stages that have them and whose answers are the
//! same otherwise, are a stage's cache and its methods' caching, as each answer is made anew; throttling limits, as
//! nothing is throttled; and customized gateway responses, as API Gateway's own answers are always the default ones.

use http::{HeaderName, header};

use super::authorization::BY_IAM;
use super::exchange::Failure;
use super::{Reply, Request};
use crate::apigateway::{IntegrationResponse, Live, MappingTemplate, Method, Source};

/// Settings that say which deployment a request comes to, and whether it is let in.
pub(super) fn check_access(live: &Live, method: &Method) -> Result<(), Failure> {
    let canary = live.stage.canary_settings.as_ref();
    if canary.is_some_and(|canary| canary.percent_traffic > 0.0) {
        return Err(Failure::unserved("canary releases"));
    }
    if !["NONE", BY_IAM].contains(&method.authorization_type.as_str()) {
        return Err(Failure::unserved(&format!("authorization by {}", method.authorization_type)));
    }
    if method.api_key_required {
        return Err(Failure::unserved("API keys"));
    }
    Ok(())
}

/// Settings that act on a request that was let in.
pub(super) fn check_request(live: &Live, method: &Method, request: &Request<'_>) -> Result<(), Failure> {
    if method.request_validator_id.is_some() {
        return Err(Failure::unserved("request validators"));
    }
    if is_binary(live, request) {
        return Err(Failure::unserved("binary media types"));
    }
    let Some(integration) = &method.method_integration else { return Ok(()) };
    if integration.r#type != "MOCK" {
        return Err(Failure::unserved(&format!("{} integrations", integration.r#type)));
    }
    if integration.content_handling.is_some() {
        return Err(Failure::unserved("conversion of contents"));
    }
    Ok(())
}

/// Whether the request sends what the API takes for binary, or asks for it first.
fn is_binary(live: &Live, request: &Request<'_>) -> bool {
    let types = &live.deployment.api.binary_media_types;
    if types.is_empty() {
        return false;
    }
    let first = |name: HeaderName| {
        let value = request.headers.get(name)?.to_str().ok()?;
        value.split([',', ';']).next().map(str::trim)
    };
    let is_one = |media_type: Option<&str>| {
        media_type.is_some_and(|given| types.iter().any(|each| covers(each, given)))
    };
    (!request.body.is_empty() && is_one(first(header::CONTENT_TYPE))) || is_one(first(header::ACCEPT))
}

/// Whether a media type, or a range of them, covers another.
fn covers(range: &str, media_type: &str) -> bool {
    range == "*/*"
        || range.eq_ignore_ascii_case(media_type)
        || range
            .strip_suffix("/*")
            .zip(media_type.split_once('/'))
            .is_some_and(|(range, (given, _))| range.eq_ignore_ascii_case(given))
}

/// Settings of an integration response.
pub(super) fn check_response(response: &IntegrationResponse) -> Result<(), Failure> {
    if response.content_handling.is_some() {
        return Err(Failure::unserved("conversion of contents"));
    }
    Ok(())
}

/// Settings that act on an answer.
pub(super) fn check_reply(live: &Live, request: &Request<'_>, reply: Reply) -> Result<Reply, Failure> {
    let Some(least) = live.deployment.api.minimum_compression_size else { return Ok(reply) };
    let accepts = request.headers.get_all(header::ACCEPT_ENCODING).iter().any(|value| {
        let value = value.to_str().unwrap_or_default();
        ["gzip", "deflate", "*"].iter().any(|coding| value.contains(coding))
    });
    let is_long = i64::try_from(reply.body.len()).is_ok_and(|length| length >= least);
    if request.headers.contains_key(header::CONTENT_ENCODING) || (accepts && is_long) {
        return Err(Failure::unserved("compression"));
    }
    Ok(reply)
}

/// The text that a mapping expression gives, where it is one in quotes. A MOCK answers no headers to map.
pub(super) fn fixed_value(expression: &str) -> Result<Option<&str>, Failure> {
    match Source::parse(expression) {
        Some(Source::Fixed(text)) => Ok(Some(text)),
        Some(Source::ResponseHeader) => Ok(None),
        _ => Err(Failure::unserved(&format!("the mapping expression {expression}"))),
    }
}

/// The text of a template, which is to be put out as it is.
pub(super) fn plain_text(template: &MappingTemplate) -> Result<&str, Failure> {
    if template.has_velocity() {
        return Err(Failure::unserved("Velocity in mapping templates"));
    }
    Ok(template.text())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ranges_of_media_types() {
        for (range, media_type, is_covered) in [
            ("*/*", "text/plain", true),
            ("image/*", "image/png", true),
            ("image/png", "image/PNG", true),
            ("image/*", "IMAGE/png", true),
            ("image/*", "text/plain", false),
            ("image/png", "*/*", false),
        ] {
            assert_eq!(covers(range, media_type), is_covered, "{range} {media_type}");
        }
    }

    #[test]
    fn mapping_expressions_are_put_out_only_where_they_are_fixed() {
        assert_eq!(fixed_value("'*'"), Ok(Some("*")));
        assert_eq!(fixed_value("integration.response.header.A"), Ok(None));
        for expression in ["context.requestId", "stageVariables.a", "integration.response.body.a"] {
            let failure = fixed_value(expression).unwrap_err();
            assert_eq!(
                failure.message,
                format!("This emulator does not serve the mapping expression {expression} yet")
            );
        }
    }
}
