//! AWS_PROXY integrations with Lambda: functions that are invoked.

use bytes::Bytes;
use http::HeaderMap;

use super::{timeout, uri};
use crate::apigatewayv2::Integration;
use crate::gateway::Backends;
use crate::gateway::backends::{Invoked, NotInvoked, function_of};
use crate::gateway::connection::passed_on;
use crate::gateway::http_api::exchange::Exchange;
use crate::gateway::http_api::failure::Failure;
use crate::gateway::http_api::mapping::Outgoing;
use crate::gateway::http_api::{answer, event};
use crate::gateway::integrated::Integrated;
use crate::gateway::proxy_answer::{Answered, ProxyAnswer};

/// Invokes a function with the request as an event, and answers what it returns.
pub(super) async fn integrate(
    backends: &Backends,
    exchange: &Exchange<'_>,
    integration: &Integration,
    outgoing: &Outgoing,
    integrated: &mut Integrated,
) -> Result<Answered, Failure> {
    let uri = uri(exchange, integration);
    let function = named_by(&uri).ok_or_else(|| Failure::unserved(&format!("integrations with {uri}")))?;
    let role = integration.credentials_arn.as_deref();
    if role.is_some_and(|role| role.contains('*')) {
        return Err(Failure::unserved("integrations with the caller's own credentials"));
    }
    backends.check_role(role, function)?;
    let is_v2 = integration.payload_format_version.as_deref() == Some("2.0");
    let event = if is_v2 { event::v2(exchange, outgoing) } else { event::v1(exchange, outgoing) };
    let event = Bytes::from(event.to_string());
    let invoked = backends.functions.invoke(function, event, HeaderMap::new(), timeout(integration)).await?;
    integrated.endpoint_status = Some(invoked.status);
    integrated.request_id.clone_from(&invoked.request_id);
    let second = invoked.headers.get("x-amz-id-2").and_then(|value| value.to_str().ok());
    integrated.second_request_id = second.map(str::to_owned);
    check(&invoked)?;
    let answered = if is_v2 { answer::read(&invoked.payload) } else { read_v1(&invoked.payload) };
    let mut answered = answered.map_err(Failure::integration)?;
    answered.headers = passed_on(&answered.headers);
    integrated.status = Some(answered.status);
    Ok(answered)
}

/// The function that a URI names, or that it is the ARN of.
fn named_by(uri: &str) -> Option<&str> {
    let is_function = uri.split(':').nth(2) == Some("lambda");
    if is_function { Some(uri) } else { function_of(uri) }
}

/// Refuses what is no answer of a function. The text on functions that fail is reported by users, as is that a function which
/// may not be invoked so often is 503; its text is inferred.
fn check(invoked: &Invoked) -> Result<(), Failure> {
    match (invoked.status, invoked.error_message()) {
        (200..300, None) => Ok(()),
        (200..300, Some(message)) => Err(Failure::integration(format!(
            "The Lambda function returned the following error: {message}. Check your Lambda function code and try again."
        ))),
        (403 | 404, _) => Err(NotInvoked::NotPermitted.into()),
        (429, _) => Err(Failure::unavailable("INTEGRATION_FAILURE", "Rate Exceeded.")),
        (status, _) => Err(Failure::integration(format!("Lambda invocation failed with status: {status}"))),
    }
}

fn read_v1(payload: &[u8]) -> Result<Answered, String> {
    let answer: Option<ProxyAnswer> = serde_json::from_slice(payload).ok();
    answer.and_then(|answer| answer.into_reply(true)).ok_or_else(|| answer::malformed(None))
}

#[cfg(test)]
mod tests {
    use super::named_by;

    #[test]
    fn a_uri_is_a_function_or_names_one() {
        let arn = "arn:aws:lambda:us-east-1:000000000000:function:f";
        assert_eq!(named_by(arn), Some(arn));
        let uri = format!("arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/{arn}/invocations");
        assert_eq!(named_by(&uri), Some(arn));
        assert_eq!(named_by("arn:aws:sqs:us-east-1:000000000000:queue"), None);
    }
}
