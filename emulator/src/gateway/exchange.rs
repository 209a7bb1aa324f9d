//! One request and its answer, as the logs tell of it.

use std::borrow::Cow;

use bytes::Bytes;
use http::HeaderMap;
use uuid::Uuid;

use super::authorization::Signer;
use super::routing::Matched;
use super::{Outcome, Request, elapsed};
use crate::apigateway::Live;
use crate::ids::Ids;
use crate::service::Fault;
use crate::time::Timestamp;

/// The two ids of a request.
#[derive(Clone, Debug)]
pub(crate) struct RequestId {
    /// `x-amzn-RequestId`. A client may bring its own, if it is a UUID.
    pub(crate) request: String,
    /// `x-amz-apigw-id`, which nobody brings.
    pub(crate) extended: String,
}

impl RequestId {
    pub(super) fn of(headers: &HeaderMap, ids: &Ids) -> Self {
        let brought = headers.get("x-amzn-requestid").map(|value| value.to_str().unwrap_or_default());
        let request = match brought {
            Some(own) if own.len() == 36 && Uuid::try_parse(own).is_ok() => own.to_owned(),
            Some(_) => format!("{}_REPLACED_INVALID_REQUEST_ID", ids.uuid()),
            None => ids.uuid().to_string(),
        };
        Self { request, extended: ids.extended_request_id() }
    }
}

/// One request and its answer.
pub(crate) struct Exchange<'a> {
    pub(super) request: &'a Request<'a>,
    pub(super) id: RequestId,
    pub(super) started: Timestamp,
    pub(super) finished: Timestamp,
    pub(super) response_length: usize,
    pub(super) outcome: Outcome,
    /// Where the request led; `None` where no method serves it.
    pub(super) resource: Option<Resource>,
    /// Who signed, where the method asks.
    pub(super) signer: Option<Signer>,
    /// The trace that the stage adds, where it traces.
    pub(super) trace_id: Option<String>,
}

/// The resource and method that a request led to.
pub(super) struct Resource {
    pub(super) id: String,
    /// The resource's path, with its parameters' names.
    pub(super) path: String,
    /// The verb under which the method stands.
    pub(super) verb: String,
    pub(super) parameters: Vec<(String, String)>,
}

impl<'a> Exchange<'a> {
    pub(super) fn new(request: &'a Request<'a>, live: &Live, id: RequestId, started: Timestamp) -> Self {
        let trace_id = live.stage.tracing_enabled.then(|| trace_id(&id.request, started));
        Self {
            request,
            id,
            started,
            finished: started,
            response_length: 0,
            // Every request leaves with another outcome; should one not, this is the truth.
            outcome: Failure::configuration("No outcome").into(),
            resource: None,
            signer: None,
            trace_id,
        }
    }

    pub(super) fn matched(&mut self, matched: &Matched<'_>) {
        self.resource = Some(Resource {
            id: matched.route.resource_id.to_string(),
            path: matched.route.path.to_string(),
            verb: matched.verb.to_owned(),
            parameters: matched
                .parameters
                .iter()
                .map(|(name, value)| ((*name).to_owned(), value.clone()))
                .collect(),
        });
    }

    pub(super) fn finish(&mut self, response_length: usize, now: Timestamp) {
        self.response_length = response_length;
        self.finished = now;
    }

    pub(super) fn status(&self) -> u16 {
        match &self.outcome {
            Outcome::Replied(reply) => reply.status,
            Outcome::Failed(failure) => failure.status,
        }
    }

    pub(super) fn failure(&self) -> Option<&Failure> {
        match &self.outcome {
            Outcome::Replied(_) => None,
            Outcome::Failed(failure) => Some(failure),
        }
    }

    /// Milliseconds from the request to its answer.
    pub(super) fn latency(&self) -> i64 {
        elapsed(self.started, self.finished)
    }
}

/// An X-Ray trace id: version, seconds in hexadecimal, and 24 digits that follow from the request's id.
fn trace_id(request_id: &str, started: Timestamp) -> String {
    let digits: String = request_id.chars().filter(char::is_ascii_hexdigit).take(24).collect();
    format!("1-{:08x}-{digits:0<24}", started.millis() / 1000)
}

/// A request that API Gateway itself answers: a gateway response.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Failure {
    pub(super) status: u16,
    /// `x-amzn-ErrorType`
    pub(super) error_type: &'static str,
    /// The gateway response's type, `$context.error.responseType`.
    pub(super) response_type: &'static str,
    /// What the client reads, `$context.error.message`.
    pub(super) message: Cow<'static, str>,
    /// What the execution log says.
    pub(super) log_line: Option<String>,
}

impl Failure {
    /// No API or stage of this address. The answer to an unknown stage was captured; to an unknown API it is inferred.
    pub(super) fn forbidden() -> Self {
        Self {
            status: 403,
            error_type: "ForbiddenException",
            response_type: "ACCESS_DENIED",
            message: Cow::Borrowed("Forbidden"),
            log_line: None,
        }
    }

    /// An API of a kind that this emulator does not serve. AWS has no such answer.
    pub(super) fn not_served() -> Self {
        Self {
            status: 501,
            error_type: "NotImplemented",
            response_type: "DEFAULT_5XX",
            message: Cow::Borrowed("HTTP and WebSocket APIs are not served by this emulator yet"),
            log_line: None,
        }
    }

    /// No method serves the path and verb.
    pub(super) fn missing_authentication_token() -> Self {
        Self {
            status: 403,
            error_type: "MissingAuthenticationTokenException",
            response_type: "MISSING_AUTHENTICATION_TOKEN",
            message: Cow::Borrowed("Missing Authentication Token"),
            log_line: None,
        }
    }

    /// Policies do not let the caller in.
    pub(super) fn access_denied(message: String) -> Self {
        Self {
            status: 403,
            error_type: "AccessDeniedException",
            response_type: "ACCESS_DENIED",
            message: message.into(),
            log_line: None,
        }
    }

    /// The caller's key or signature is not good. The types of gateway response are documented, the texts those of other
    /// services.
    pub(super) fn bad_signature(refusal: Fault) -> Self {
        let is_over = refusal.code == "ExpiredTokenException";
        Self {
            status: 403,
            error_type: refusal.code,
            response_type: if is_over { "EXPIRED_TOKEN" } else { "INVALID_SIGNATURE" },
            message: refusal.message.into(),
            log_line: None,
        }
    }

    /// Whether the request was turned away before the method began. Such requests leave no execution log: captured of
    /// unsigned ones, inferred of others.
    pub(super) fn is_at_the_door(&self) -> bool {
        ["MISSING_AUTHENTICATION_TOKEN", "ACCESS_DENIED", "EXPIRED_TOKEN", "INVALID_SIGNATURE"]
            .contains(&self.response_type)
    }

    /// No template for the content type, and the body may not pass. The log line for it is not known.
    pub(super) fn unsupported_media_type() -> Self {
        Self {
            status: 415,
            error_type: "UnsupportedMediaTypeException",
            response_type: "UNSUPPORTED_MEDIA_TYPE",
            message: Cow::Borrowed("Unsupported Media Type"),
            log_line: None,
        }
    }

    /// The body is longer than API Gateway takes.
    pub(super) fn request_too_large() -> Self {
        Self {
            status: 413,
            error_type: "RequestTooLargeException",
            response_type: "REQUEST_TOO_LARGE",
            message: Cow::Borrowed("Request Too Long"),
            log_line: None,
        }
    }

    /// The API is put together wrongly.
    pub(super) fn configuration(what: &str) -> Self {
        Self {
            status: 500,
            error_type: "InternalServerErrorException",
            response_type: "API_CONFIGURATION_ERROR",
            message: Cow::Borrowed("Internal server error"),
            log_line: Some(format!("Execution failed due to configuration error: {what}")),
        }
    }

    /// What this emulator does not do yet. AWS has no such answer, so nobody takes it for AWS's.
    pub(super) fn unserved(what: &str) -> Self {
        let message = format!("This emulator does not serve {what} yet");
        Self {
            status: 501,
            error_type: "NotImplemented",
            response_type: "",
            log_line: Some(message.clone()),
            message: message.into(),
        }
    }

    /// What the client gets.
    pub(super) fn body(&self) -> Bytes {
        // The space is AWS's, in this message alone, and the capital in that of policies.
        let space = if self.status == 500 { " " } else { "" };
        let name = if self.error_type == "AccessDeniedException" { "Message" } else { "message" };
        format!("{{\"{name}\":{space}{}}}", serde_json::Value::from(self.message.as_ref())).into()
    }
}
