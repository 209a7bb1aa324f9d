//! Functions that methods, routes and authorizers invoke, with what the execution log tells of it.

use std::time::Duration;

use bytes::Bytes;
use http::HeaderMap;

use super::backends::{Backends, Invoked, NotInvoked};
use super::execution_log::{Line, Recorder};
use super::failure::Failure;
use super::integrated::Integrated;
use super::signed_headers::SignedFor;

/// An invocation of a function, by a method, a route or an authorizer.
pub(super) struct FunctionCall<'a> {
    /// The function's ARN.
    pub(super) function: &'a str,
    /// The role that invokes it, if one is set.
    pub(super) credentials: Option<&'a str>,
}

/// What became of an integration's invocation that reached the function.
pub(super) struct Returned {
    /// The status of the call to Lambda.
    pub(super) status: u16,
    /// Lambda's request id.
    pub(super) request_id: Option<String>,
    /// What the function failed with.
    pub(super) error: Option<String>,
    /// What it returned.
    pub(super) payload: Bytes,
}

impl FunctionCall<'_> {
    /// Invokes the function, and tells the execution log how that went.
    pub(super) async fn invoke(
        &self,
        backends: &Backends,
        log: &mut Recorder<'_>,
        event: Bytes,
        headers: HeaderMap,
        longest: Duration,
    ) -> Result<Invoked, NotInvoked> {
        backends.check_role(self.credentials, self.function)?;
        let region = self.function.split(':').nth(3).unwrap_or_default();
        let host = format!("lambda.{region}.amazonaws.com");
        let address = format!("https://{host}/2015-03-31/functions/{}/invocations", self.function);
        log.add(Line::EndpointUri(&address));
        if log.keeps_data() {
            let signed = SignedFor { service: "lambda", region, host: &host, at: log.now() };
            log.add(Line::EndpointHeaders(&signed.logged(&headers, &event)));
        }
        log.add(Line::EndpointBody(&event));
        log.add(Line::Sending(&address));
        let sent = log.now();
        let invoked = backends.functions.invoke(self.function, event, headers, longest).await?;
        let latency = sent.millis_until(log.now());
        log.add(Line::Received { status: invoked.status, latency });
        log.add(Line::EndpointResponseHeaders(&invoked.headers));
        log.add(Line::EndpointResponseBody(&invoked.payload));
        Ok(invoked)
    }

    /// Invokes the function of an integration, and tells how that went, also where it failed.
    pub(super) async fn integrate(
        &self,
        backends: &Backends,
        log: &mut Recorder<'_>,
        event: Bytes,
        headers: HeaderMap,
        longest: Duration,
    ) -> (Integrated, Result<Returned, Failure>) {
        let sent = log.now();
        let invoked = self.invoke(backends, log, event, headers, longest).await;
        let mut integrated = Integrated { latency: sent.millis_until(log.now()), ..Integrated::default() };
        let returned = invoked.map_err(Failure::from).and_then(|invoked| {
            integrated.endpoint_status = Some(invoked.status);
            integrated.request_id.clone_from(&invoked.request_id);
            returned_by(invoked)
        });
        integrated.error = match &returned {
            Ok(returned) => {
                returned.error.as_ref().map(|error| format!("Lambda Customer Function Error:{error}"))
            }
            Err(failure) => failure.log_lines.last().cloned(),
        };
        (integrated, returned)
    }
}

/// What Lambda itself answers before a function runs, in API Gateway's words, which users captured.
fn returned_by(invoked: Invoked) -> Result<Returned, Failure> {
    let error = invoked.error_message();
    let Invoked { status, request_id, payload, .. } = invoked;
    match status {
        200..300 => Ok(Returned { status, request_id, error, payload }),
        403 | 404 => Err(NotInvoked::NotPermitted.into()),
        429 => {
            let id = request_id.unwrap_or_default();
            let rate = Failure::configuration("Rate Exceeded.");
            Err(rate.after(format!("Lambda invocation failed with status: 429. Lambda request id: {id}")))
        }
        _ => {
            let id = request_id.unwrap_or_default();
            Err(Failure::bad_gateway(format!(
                "Lambda invocation failed with status: {status}. Lambda request id: {id}"
            )))
        }
    }
}

impl Returned {
    /// The failure of a proxied function that failed.
    pub(super) fn failure(&self) -> Option<Failure> {
        let error = self.error.as_ref()?;
        Some(Failure::bad_gateway(format!(
            "Lambda execution failed with status {} due to customer function error: {error}. Lambda request id: {}",
            self.status,
            self.request_id.as_deref().unwrap_or_default()
        )))
    }
}

/// The failure of a proxied function whose answer is none.
pub(super) fn malformed() -> Failure {
    Failure::bad_gateway(
        "Execution failed due to configuration error: Malformed Lambda proxy response".to_owned(),
    )
}
