//! Requests that API Gateway itself answers.

use std::borrow::Cow;

use bytes::Bytes;

use super::backends::{NoAnswer, NotInvoked};
use super::mapping::Direction;
use crate::service::Fault;

/// No message, which clients get as null of an authorizer that is put together wrongly: seen by users.
const NO_MESSAGE: &str = "";

/// Why API Gateway itself answers a request: one kind of gateway response.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Failure {
    pub(super) status: u16,
    /// `x-amzn-ErrorType`
    pub(super) error_type: &'static str,
    /// The gateway response's type, `$context.error.responseType`.
    pub(super) response_type: &'static str,
    /// What the client reads, `$context.error.message`.
    pub(super) message: Cow<'static, str>,
    /// What validation found, `$context.error.validationErrorString`.
    pub(super) validation: Option<String>,
    /// What the execution log says.
    pub(super) log_lines: Vec<String>,
}

impl Failure {
    fn new(
        status: u16,
        error_type: &'static str,
        response_type: &'static str,
        message: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self {
            status,
            error_type,
            response_type,
            message: message.into(),
            validation: None,
            log_lines: Vec::new(),
        }
    }

    fn logged(mut self, line: impl Into<String>) -> Self {
        self.log_lines.push(line.into());
        self
    }

    /// With a line before its own.
    pub(super) fn after(mut self, line: String) -> Self {
        self.log_lines.insert(0, line);
        self
    }

    /// No API or stage of this address, or no route for a message. The answer to an unknown stage was captured; to an unknown API
    /// it is inferred.
    pub(super) fn forbidden() -> Self {
        Self::new(403, "ForbiddenException", "ACCESS_DENIED", "Forbidden")
    }

    /// No method serves the path and verb.
    pub(super) fn missing_authentication_token() -> Self {
        Self::new(
            403,
            "MissingAuthenticationTokenException",
            "MISSING_AUTHENTICATION_TOKEN",
            "Missing Authentication Token",
        )
    }

    /// Policies do not let the caller in.
    pub(super) fn access_denied(message: String) -> Self {
        Self::new(403, "AccessDeniedException", "ACCESS_DENIED", message)
    }

    /// The caller's key or signature is not good. The types of gateway response are documented, the texts those of other
    /// services.
    pub(super) fn bad_signature(refusal: Fault) -> Self {
        let is_over = refusal.code == "ExpiredTokenException";
        let response_type = if is_over { "EXPIRED_TOKEN" } else { "INVALID_SIGNATURE" };
        Self::new(403, refusal.code, response_type, refusal.message)
    }

    /// The authorizer does not know who asks. `request_id` is for the log line, which is documented.
    pub(super) fn unauthorized(request_id: &str) -> Self {
        Self::new(401, "UnauthorizedException", "UNAUTHORIZED", "Unauthorized")
            .logged(format!("Unauthorized request: {request_id}"))
    }

    /// The token of a user pool holds no longer. Seen by users.
    pub(super) fn expired_token(request_id: &str) -> Self {
        Self::new(401, "UnauthorizedException", "UNAUTHORIZED", "The incoming token has expired")
            .logged(format!("Unauthorized request: {request_id}"))
    }

    /// The authorizer's policy does not let the caller in. Seen by users, the line, too.
    pub(super) fn not_authorized(reason: &str) -> Self {
        Self::access_denied(format!("User is not authorized to access this resource{reason}"))
            .logged("The client is not authorized to perform this operation.")
    }

    /// The authorizer, or what it answers, is put together wrongly.
    pub(super) fn authorizer_configuration(line: String) -> Self {
        Self::new(500, "AuthorizerConfigurationException", "AUTHORIZER_CONFIGURATION_ERROR", NO_MESSAGE)
            .logged(line)
    }

    /// The method wants an API key, and there is none that opens the stage.
    pub(super) fn invalid_api_key() -> Self {
        Self::new(403, "ForbiddenException", "INVALID_API_KEY", "Forbidden")
    }

    /// Requests come faster than they may.
    pub(super) fn throttled(line: Option<String>) -> Self {
        let failure = Self::new(429, "TooManyRequestsException", "THROTTLED", "Too Many Requests");
        Self { log_lines: line.into_iter().collect(), ..failure }
    }

    /// The key's quota is used up. The log line is inferred from that of throttling.
    pub(super) fn quota_exceeded(line: String) -> Self {
        Self::new(429, "LimitExceededException", "QUOTA_EXCEEDED", "Limit Exceeded").logged(line)
    }

    /// Parameters that the method requires are missing. The log line is inferred from that for bodies.
    pub(super) fn bad_parameters(missing: &[&str]) -> Self {
        let message = format!("Missing required request parameters: [{}]", missing.join(", "));
        let line = format!("Request parameters are missing: [{}]", missing.join(", "));
        Self::new(400, "BadRequestException", "BAD_REQUEST_PARAMETERS", message.clone())
            .validated(message)
            .logged(line)
    }

    /// The body is not as the method's model says. Captured by users.
    pub(super) fn bad_body(content_type: &str, errors: &[String]) -> Self {
        let found = format!("[{}]", errors.join(", "));
        let line =
            format!("Request body does not match model schema for content type {content_type}: {found}");
        Self::new(400, "BadRequestException", "BAD_REQUEST_BODY", "Invalid request body")
            .validated(found)
            .logged(line)
    }

    fn validated(self, found: String) -> Self {
        Self { validation: Some(found), ..self }
    }

    /// Whether the request was turned away before the method began, and no authorizer was asked. Such requests leave no
    /// execution log: captured of unsigned ones, inferred of others.
    pub(super) fn is_at_the_door(&self) -> bool {
        self.log_lines.is_empty()
            && ["MISSING_AUTHENTICATION_TOKEN", "ACCESS_DENIED", "EXPIRED_TOKEN", "INVALID_SIGNATURE"]
                .contains(&self.response_type)
    }

    /// No template for the content type, and the body may not pass. The log line for it is not known.
    pub(super) fn unsupported_media_type() -> Self {
        Self::new(415, "UnsupportedMediaTypeException", "UNSUPPORTED_MEDIA_TYPE", "Unsupported Media Type")
    }

    /// The body is longer than API Gateway takes.
    pub(super) fn request_too_large() -> Self {
        Self::new(413, "RequestTooLargeException", "REQUEST_TOO_LARGE", "Request Too Long")
    }

    /// The headers, or the path, are longer than API Gateway takes. Status and text are inferred; the limits are documented.
    pub(super) fn headers_too_large() -> Self {
        Self::new(431, "RequestHeaderFieldsTooLargeException", "", "Request Header Fields Too Large")
    }

    /// The method's ARN, which the path is a part of, is longer than API Gateway takes: 414, as documented. The text is
    /// inferred.
    pub(super) fn path_too_long() -> Self {
        Self::new(414, "RequestURITooLongException", "", "Request-URI Too Long")
    }

    /// Whether the request came to no stage: it leaves no line of any kind (Knowledge Center, "Why are my API Gateway logs
    /// missing?").
    pub(super) fn leaves_no_line(&self) -> bool {
        [413, 414, 431].contains(&self.status)
    }

    /// The connection that is called about has ended, or never was.
    pub(super) fn gone() -> Self {
        Self::new(410, "GoneException", "DEFAULT_4XX", NO_MESSAGE)
    }

    /// The id is none of a connection. Seen by many users.
    pub(super) fn invalid_connection_id(id: &str) -> Self {
        Self::new(400, "BadRequestException", "DEFAULT_4XX", format!("Invalid connectionId: {id}"))
    }

    /// A message to a client is longer than API Gateway sends. The type is documented, the text inferred.
    pub(super) fn payload_too_large() -> Self {
        Self::new(413, "PayloadTooLargeException", "REQUEST_TOO_LARGE", "Message too long")
    }

    /// The API is put together wrongly.
    pub(super) fn configuration(what: &str) -> Self {
        Self::new(500, "InternalServerErrorException", "API_CONFIGURATION_ERROR", "Internal server error")
            .logged(format!("Execution failed due to configuration error: {what}"))
    }

    /// The request template of a MOCK integration has no status. Reported by users.
    pub(super) fn no_mock_status() -> Self {
        Self::configuration("statusCode should be an integer which defined in request template")
    }

    /// The answer to a request to connect has a status that is none of answers. The line is inferred.
    pub(super) fn no_final_status(status: u16) -> Self {
        Self::configuration(&format!("{status} is no status of an answer"))
    }

    /// A template that fails. The texts are reported by users; what is wrong with it, AWS does not tell.
    pub(super) fn untransformed(direction: Direction) -> Self {
        Self::configuration(match direction {
            Direction::Request => "Unable to transform request",
            Direction::Response => "Unable to transform response",
        })
    }

    /// A proxied function failed, or answered what is no answer: 502, and the type that was captured.
    pub(super) fn bad_gateway(line: String) -> Self {
        Self::new(502, "InternalServerErrorException", "INTEGRATION_FAILURE", "Internal server error")
            .logged(line)
    }

    /// The backend does not answer in time.
    pub(super) fn timeout() -> Self {
        Self::new(504, "InternalServerErrorException", "INTEGRATION_TIMEOUT", "Endpoint request timed out")
            .logged("Execution failed due to a timeout error")
    }

    /// The backend cannot be reached, or hung up.
    pub(super) fn network(why: &str) -> Self {
        Self::new(
            504,
            "InternalServerErrorException",
            "INTEGRATION_FAILURE",
            "Network error communicating with endpoint",
        )
        .logged(format!("Execution failed due to a network error communicating with endpoint: {why}"))
    }

    /// What this emulator does not do. AWS has no such answer, so nobody takes it for AWS's.
    pub(super) fn not_implemented(message: impl Into<String>) -> Self {
        let message = message.into();
        Self::new(501, "NotImplemented", "", message.clone()).logged(message)
    }

    /// What this emulator does not do yet.
    pub(super) fn unserved(what: &str) -> Self {
        Self::not_implemented(format!("This emulator does not serve {what} yet"))
    }

    /// Whether it is the emulator's own, of what it does not do.
    pub(super) fn is_ours(&self) -> bool {
        self.error_type == "NotImplemented"
    }

    /// The message as it stands in JSON.
    pub(super) fn message_json(&self) -> serde_json::Value {
        match self.message.as_ref() {
            NO_MESSAGE => serde_json::Value::Null,
            message => message.into(),
        }
    }

    /// What the client gets where the API says nothing else.
    pub(super) fn body(&self) -> Bytes {
        // The space is AWS's, in this message alone, and the capital in that of policies.
        let space = if self.message == "Internal server error" { " " } else { "" };
        let name = if self.error_type == "AccessDeniedException" { "Message" } else { "message" };
        let message = self.message_json();
        format!("{{\"{name}\":{space}{message}}}").into()
    }
}

impl From<NoAnswer> for Failure {
    fn from(error: NoAnswer) -> Self {
        match error {
            NoAnswer::TimedOut => Self::timeout(),
            NoAnswer::Network(why) => Self::network(&why),
            NoAnswer::Forbidden(_) => Self::not_implemented(error.to_string()),
            // Both texts are reported by users.
            NoAnswer::NoAddress(_) => Self::configuration("Invalid endpoint address"),
            NoAnswer::TooLarge => {
                Self::configuration("Integration response of reached limit of 10485760 bytes.")
            }
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
            // Both texts were captured by users.
            NotInvoked::NotAssumed(role) => Self::configuration(&format!(
                "API Gateway does not have permission to assume the provided role {role}"
            )),
            NotInvoked::NotPermitted => Self::configuration("Invalid permissions on Lambda function"),
        }
    }
}
