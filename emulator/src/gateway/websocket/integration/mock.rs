//! MOCK integrations: the request template says with which status.

use super::{request, response};
use crate::apigatewayv2::Integration;
use crate::gateway::failure::Failure;
use crate::gateway::integrated::Integrated;
use crate::gateway::mock_status::status_code;
use crate::gateway::proxy_answer::Answered;
use crate::gateway::websocket::exchange::Exchange;

/// Answers an event. That a status which no answer has is none is inferred.
pub(super) fn integrate(exchange: &mut Exchange<'_>, integration: &Integration) -> Result<Answered, Failure> {
    let input = request::body(exchange, integration)?;
    let status = status_code(&String::from_utf8_lossy(&input)).and_then(|status| status.parse().ok());
    let status = status.filter(|status| (100..600).contains(status));
    let status = status.ok_or_else(Failure::no_mock_status)?;
    exchange.integration = Some(Integrated::default());
    response::respond(exchange, integration, Answered { status, ..Answered::default() })
}
