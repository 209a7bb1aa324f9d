//! HTTP servers that integrations call, with what the execution log tells of it.

use std::time::Duration;

use bytes::Bytes;
use http::{HeaderMap, Method as Verb, Request};

use super::backends::Backends;
use super::execution_log::{Line, Recorder};
use super::failure::Failure;
use super::integrated::Integrated;
use super::proxy_answer::Answered;

/// A request to a server.
pub(super) struct ServerCall<'a> {
    pub(super) verb: &'a str,
    pub(super) uri: String,
    pub(super) headers: HeaderMap,
    pub(super) body: Bytes,
    /// How long the server may take.
    pub(super) longest: Duration,
}

impl ServerCall<'_> {
    /// Sends it, and tells how that went, also where it failed; no server was asked where nothing is told.
    pub(super) async fn send(
        self,
        backends: &Backends,
        log: &mut Recorder<'_>,
    ) -> (Option<Integrated>, Result<Answered, Failure>) {
        log.add(Line::EndpointUri(&self.uri));
        log.add(Line::EndpointHeaders(&self.headers));
        log.add(Line::EndpointBody(&self.body));
        log.add(Line::Sending(&self.uri));
        let longest = self.longest;
        let Some(request) = self.into_request() else {
            return (None, Err(Failure::configuration("Invalid endpoint address")));
        };
        let sent = log.now();
        let answer = backends.egress.send(request, longest).await;
        let latency = sent.millis_until(log.now());
        match answer {
            Ok(response) => {
                let (head, body) = response.into_parts();
                let status = head.status.as_u16();
                log.add(Line::Received { status, latency });
                log.add(Line::EndpointResponseHeaders(&head.headers));
                log.add(Line::EndpointResponseBody(&body));
                let integrated = Integrated {
                    endpoint_status: Some(status),
                    status: Some(status),
                    latency,
                    ..Integrated::default()
                };
                (Some(integrated), Ok(Answered { status, headers: head.headers, body }))
            }
            Err(error) => {
                let failure = Failure::from(error);
                let error = failure.log_lines.last().cloned();
                (Some(Integrated { latency, error, ..Integrated::default() }), Err(failure))
            }
        }
    }

    fn into_request(self) -> Option<Request<Bytes>> {
        let mut request = Request::new(self.body);
        *request.method_mut() = Verb::from_bytes(self.verb.as_bytes()).ok()?;
        *request.uri_mut() = self.uri.parse().ok()?;
        *request.headers_mut() = self.headers;
        Some(request)
    }
}

/// The time that an integration gives its endpoint.
pub(super) fn timeout(millis: i64) -> Duration {
    Duration::from_millis(u64::try_from(millis).unwrap_or_default())
}
