//! MOCK integrations: the request template says which response answers.

use super::response::{Answered, respond};
use super::{request, response};
use crate::apigateway::{Integration, Method};
use crate::gateway::Reply;
use crate::gateway::integrated::Integrated;
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
    let status = status_code(&input).ok_or_else(|| {
        Failure::configuration("statusCode should be an integer which defined in request template")
    })?;
    let selected = response::of_status(integration, &status)?;
    exchange.integration = Some(Integrated::default());
    respond(exchange, method, selected, &Answered::default())
}

/// The integer under `statusCode`. Templates that are not quite JSON (`{statusCode: 200}`) are taken, as AWS does.
fn status_code(input: &str) -> Option<String> {
    if let Ok(json) = serde_json::from_str::<serde_json::Value>(input) {
        return json.get("statusCode")?.as_i64().map(|status| status.to_string());
    }
    let (_, rest) = input.split_once("statusCode")?;
    let rest = rest.trim_start_matches(['"', '\'']).trim_start().strip_prefix(':')?.trim_start();
    let digits: String = rest
        .chars()
        .enumerate()
        .take_while(|(at, c)| c.is_ascii_digit() || (*at == 0 && *c == '-'))
        .map(|(_, c)| c)
        .collect();
    digits.parse::<i64>().ok().map(|status| status.to_string())
}

#[cfg(test)]
mod tests {
    use super::status_code;

    #[test]
    fn a_status_is_an_integer_however_it_is_written() {
        for (input, status) in [
            ("{\"statusCode\": 200}", Some("200")),
            ("{statusCode: 404}", Some("404")),
            ("{'statusCode':503, }", Some("503")),
            ("{\"statusCode\": -1}", Some("-1")),
            ("{\"statusCode\": \"200\"}", None),
            ("{\"status\": 200}", None),
            ("", None),
            ("{statusCode: }", None),
        ] {
            assert_eq!(status_code(input).as_deref(), status, "{input}");
        }
    }
}
