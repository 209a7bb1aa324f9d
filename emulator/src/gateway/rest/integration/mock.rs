//! MOCK integrations: the request template says which response answers.

use super::response::{Answered, respond};
use super::{request, response};
use crate::apigateway::{Integration, Method};
use crate::gateway::Reply;
use crate::gateway::integrated::Integrated;
use crate::gateway::mock_status::status_code;
use crate::gateway::rest::exchange::Exchange;
use crate::gateway::rest::failure::Failure;

/// Answers a request.
pub(super) fn integrate(
    exchange: &mut Exchange<'_>,
    method: &Method,
    integration: &Integration,
) -> Result<Reply, Failure> {
    let mapped = request::body(exchange, integration)?;
    let input = String::from_utf8_lossy(&mapped.body);
    let status = status_code(&input).ok_or_else(Failure::no_mock_status)?;
    let selected = response::of_status(integration, &status)?;
    exchange.integration = Some(Integrated::default());
    respond(exchange, method, selected, &Answered::default())
}
