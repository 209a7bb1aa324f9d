//! Requests that API Gateway itself answers.
//!
//! Of which type of gateway response the access log tells each of them to be, is inferred from those of REST APIs.

use std::borrow::Cow;

use http::{HeaderValue, header};
use serde_json::json;

use super::json_headers;
use crate::gateway::backends::{NoAnswer, NotInvoked};
use crate::gateway::proxy_answer::Answered;

/// Why API Gateway itself answers a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Failure {
    pub(super) status: u16,
    /// `$context.error.responseType`
    pub(super) response_type: &'static str,
    /// What the client reads, `$context.error.message`.
    pub(super) message: Cow<'static, str>,
    /// `www-authenticate`
    challenge: Option<String>,
    /// Whether the request leaves no line in the access log.
    pub(super) is_early: bool,
    /// What went wrong, for the access log.
    pub(super) cause: Option<String>,
}

impl Failure {
    fn new(status: u16, response_type: &'static str, message: impl Into<Cow<'static, str>>) -> Self {
        Self { status, response_type, message: message.into(), challenge: None, is_early: false, cause: None }
    }

    /// One that is answered before a route is known to serve the request, and leaves no line: inferred.
    fn early(self) -> Self {
        Self { is_early: true, ..self }
    }

    pub(super) fn because(self, cause: impl Into<String>) -> Self {
        Self { cause: Some(cause.into()), ..self }
    }

    /// No stage or no route (developer guide, "Create routes for HTTP APIs").
    pub(super) fn not_found() -> Self {
        Self::new(404, "RESOURCE_NOT_FOUND", "Not Found").early()
    }

    /// The body is longer than API Gateway takes. The message is reported by users.
    pub(super) fn too_large() -> Self {
        Self::new(413, "REQUEST_TOO_LARGE", "Request Entity Too Large").early()
    }

    /// The request line and the headers are together larger than they may be. Inferred from REST APIs.
    pub(super) fn head_too_large() -> Self {
        Self::new(431, "", "Request Header Fields Too Large").early()
    }

    /// Requests come faster than they may.
    pub(super) fn throttled() -> Self {
        Self::new(429, "THROTTLED", "Too Many Requests").early()
    }

    /// What the caller is to be known by is not there, or not good.
    pub(super) fn unauthorized(cause: impl Into<String>) -> Self {
        Self::new(401, "UNAUTHORIZED", "Unauthorized").because(cause)
    }

    /// The caller is known, and may not.
    pub(super) fn forbidden(cause: impl Into<String>) -> Self {
        Self::new(403, "ACCESS_DENIED", "Forbidden").because(cause)
    }

    /// With a header that says what a token lacks.
    pub(super) fn challenging(self, challenge: String) -> Self {
        Self { challenge: Some(challenge), ..self }
    }

    /// The authorizer cannot be asked, or answers what is no answer.
    pub(super) fn authorizer(cause: impl Into<String>) -> Self {
        Self::new(500, "AUTHORIZER_FAILURE", "Internal Server Error").because(cause)
    }

    /// The integration failed, or is put together wrongly.
    pub(super) fn integration(cause: impl Into<String>) -> Self {
        Self::new(500, "INTEGRATION_FAILURE", "Internal Server Error").because(cause)
    }

    /// The integration is not there, or has too much to do.
    pub(super) fn unavailable(response_type: &'static str, cause: impl Into<String>) -> Self {
        Self::new(503, response_type, "Service Unavailable").because(cause)
    }

    /// What this emulator does not do. AWS has no such answer, so nobody takes it for AWS's.
    pub(super) fn not_implemented(message: impl Into<String>) -> Self {
        let message = message.into();
        Self::new(501, "", message.clone()).because(message)
    }

    /// What this emulator does not do yet.
    pub(super) fn unserved(what: &str) -> Self {
        Self::not_implemented(format!("This emulator does not serve {what} yet"))
    }

    /// What the client gets.
    pub(super) fn answer(&self) -> Answered {
        let mut headers = json_headers();
        let challenge = self.challenge.as_deref().and_then(|text| HeaderValue::from_str(text).ok());
        headers.extend(challenge.map(|challenge| (header::WWW_AUTHENTICATE, challenge)));
        let body = json!({ "message": self.message }).to_string().into();
        Answered { status: self.status, headers, body }
    }
}

/// Why a backend did not answer. That all causes but a URI that is none are 503 is reported by users of timeouts and of
/// hosts that do not answer; the texts are those of REST APIs, inferred.
impl From<NoAnswer> for Failure {
    fn from(error: NoAnswer) -> Self {
        match error {
            NoAnswer::TimedOut => {
                Self::unavailable("INTEGRATION_TIMEOUT", "Execution failed due to a timeout error")
            }
            NoAnswer::Network(_) => {
                Self::unavailable("INTEGRATION_FAILURE", "Network error communicating with endpoint")
            }
            NoAnswer::Forbidden(_) => Self::not_implemented(error.to_string()),
            NoAnswer::NoAddress(_) => Self::integration("Invalid endpoint address"),
            NoAnswer::TooLarge => Self::integration("The response from the integration is too large."),
        }
    }
}

impl From<NotInvoked> for Failure {
    fn from(error: NotInvoked) -> Self {
        match error {
            NotInvoked::NoEndpoint => Self::not_implemented(
                "This emulator runs no functions; --lambda-endpoint URL has it invoke them at one that does",
            ),
            NotInvoked::NoAnswer(error) => error.into(),
            NotInvoked::NotAssumed(_) | NotInvoked::NotPermitted => Self::integration(NOT_PERMITTED),
        }
    }
}

/// Source: AWS re:Post, "How do I resolve API Gateway HTTP API errors with Lambda integrations or Lambda authorizers?"
const NOT_PERMITTED: &str = "The IAM role configured on the integration or API Gateway doesn't have permissions to call \
                             the integration. Check the permissions and try again.";
