//! Execution logs: what API Gateway tells of its own work on a request.
//!
//! Texts, order and double spaces as captured on AWS in September 2026, for MOCK integrations as inferred from those.

use std::fmt::Write as _;

use http::HeaderMap;

use super::exchange::{Exchange, Resource};
use super::masking::{is_secret, mask};
use super::{Outcome, Reply};
use crate::apigateway::Live;
use crate::time::Timestamp;
use crate::wire::Form;

/// Bytes of a line, after which it is cut.
const LONGEST_LINE: usize = 1024;

/// What is put behind a line that was cut.
const CUT: &str = " [TRUNCATED]";

/// The log group of a stage.
pub(super) fn group(api: &str, stage: &str) -> String {
    format!("API-Gateway-Execution-Logs_{api}/{stage}")
}

/// The lines of a request; none where the method's level does not ask for them, or no method serves the path.
pub(super) fn lines(live: &Live, exchange: &Exchange<'_>) -> Vec<(Timestamp, String)> {
    let Some(resource) = &exchange.resource else { return Vec::new() };
    let Some(setting) = live.stage.method_setting(&resource.path, &exchange.method_verb(resource)) else {
        return Vec::new();
    };
    let failed = exchange.failed();
    if !setting.logging_level.logs(failed) {
        return Vec::new();
    }
    let mut log = Lines { request_id: &exchange.id.request, lines: Vec::new() };
    if setting.logging_level.logs(false) {
        log.every_request(live, exchange, resource);
        if setting.data_trace_enabled {
            log.request_data(exchange, resource);
        }
    }
    match &exchange.outcome {
        Outcome::Failed(failure) => {
            if let Some(line) = &failure.log_line {
                log.add(exchange.finished, line.clone());
            }
        }
        Outcome::Replied(reply) if setting.logging_level.logs(false) => {
            if setting.data_trace_enabled {
                log.response_data(exchange, reply);
            }
            log.add(exchange.finished, "Successfully completed execution");
        }
        Outcome::Replied(_) => {}
    }
    log.add(exchange.finished, format!("Method completed with status: {}", exchange.status()));
    if let Some(trace_id) = exchange.trace_id.as_ref().filter(|_| setting.logging_level.logs(false)) {
        log.add(exchange.finished, format!("X-ray Tracing ID : {trace_id}"));
    }
    log.lines
}

/// Lines on their way to a log group.
struct Lines<'a> {
    request_id: &'a str,
    lines: Vec<(Timestamp, String)>,
}

impl Lines<'_> {
    fn add(&mut self, at: Timestamp, text: impl AsRef<str>) {
        let mut line = format!("({}) {}", self.request_id, text.as_ref());
        if line.len() > LONGEST_LINE {
            line.truncate(line.floor_char_boundary(LONGEST_LINE));
            line.push_str(CUT);
        }
        self.lines.push((at, line));
    }

    fn every_request(&mut self, live: &Live, exchange: &Exchange<'_>, resource: &Resource) {
        let (at, id) = (exchange.started, &exchange.id.request);
        let (api, stage) = (&live.api.id, &live.stage.stage_name);
        // Two spaces stand where an API key would.
        self.add(at, format!("Extended Request Id: {}", exchange.id.extended));
        self.add(at, format!("Verifying Usage Plan for request: {id}. API Key:  API Stage: {api}/{stage}"));
        self.add(
            at,
            format!(
                "API Key  authorized because method '{} {}' does not require API Key. Request will not contribute \
                 to throttle or quota limits",
                resource.verb, resource.path
            ),
        );
        self.add(at, format!("Usage Plan check succeeded for API Key  and API Stage {api}/{stage}"));
        self.add(at, format!("Starting execution for request: {id}"));
        self.add(
            at,
            format!(
                "HTTP Method: {}, Resource Path: {}",
                exchange.request.method, exchange.request.address.path
            ),
        );
    }

    fn request_data(&mut self, exchange: &Exchange<'_>, resource: &Resource) {
        let (at, request) = (exchange.started, exchange.request);
        let path = resource.parameters.iter().map(|(name, value)| (name.as_str(), value.clone()));
        self.add(at, format!("Method request path: {}", java_map(path)));
        let query = Form::parse(request.query).unwrap_or_default();
        let query = query.iter().map(|(name, value)| (name.as_ref(), value.to_string()));
        self.add(at, format!("Method request query string: {}", java_map(query)));
        self.add(at, format!("Method request headers: {}", java_map(headers(request.headers))));
        let body = String::from_utf8_lossy(request.body);
        self.add(at, format!("Method request body before transformations: {body}"));
    }

    fn response_data(&mut self, exchange: &Exchange<'_>, reply: &Reply) {
        let at = exchange.finished;
        let body = String::from_utf8_lossy(&reply.body);
        self.add(at, format!("Method response body after transformations: {body}"));
        let headers = reply
            .headers
            .iter()
            .map(|(name, value)| (name.as_str(), value.to_str().unwrap_or_default().to_owned()));
        self.add(at, format!("Method response headers: {}", java_map(headers)));
    }
}

/// Request headers, secrets masked.
fn headers(headers: &HeaderMap) -> impl Iterator<Item = (&str, String)> {
    headers.iter().map(|(name, value)| {
        let value = value.to_str().unwrap_or_default();
        (name.as_str(), if is_secret(name.as_str()) { mask(value) } else { value.to_owned() })
    })
}

/// `{K=V, K=V}`, as Java writes maps.
fn java_map<'a>(entries: impl Iterator<Item = (&'a str, String)>) -> String {
    let mut out = String::from("{");
    for (position, (name, value)) in entries.enumerate() {
        if position > 0 {
            out.push_str(", ");
        }
        let _ = write!(out, "{name}={value}");
    }
    out.push('}');
    out
}

impl Exchange<'_> {
    /// The verb whose setting counts: a method for any verb has a setting for each.
    fn method_verb(&self, resource: &Resource) -> String {
        if resource.verb == "ANY" { self.request.method.to_owned() } else { resource.verb.clone() }
    }

    /// Whether the request counts as failed for the level ERROR.
    ///
    /// Inferred: answers that the integration itself gives with a status of 4xx or 5xx are successes of API Gateway's
    /// own work.
    fn failed(&self) -> bool {
        self.failure().is_some()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_lines_are_cut_at_1024_bytes() {
        let mut log = Lines { request_id: "id", lines: Vec::new() };
        log.add(Timestamp::default(), "x".repeat(1019));
        log.add(Timestamp::default(), "x".repeat(1020));
        log.add(Timestamp::default(), format!("{}é", "x".repeat(1018)));
        let texts: Vec<&str> = log.lines.iter().map(|(_, line)| line.as_str()).collect();
        assert_eq!(texts[0].len(), 1024);
        assert_eq!((texts[1].len(), texts[1].ends_with("x [TRUNCATED]")), (1036, true));
        assert!(texts[2].ends_with("x [TRUNCATED]"), "a character is not cut in two");
    }

    #[test]
    fn secrets_are_masked() {
        let mut map = HeaderMap::new();
        map.insert("authorization", "Bearer 0123456789".parse().unwrap());
        map.insert("accept", "*/*".parse().unwrap());
        assert_eq!(java_map(headers(&map)), "{authorization=***********456789, accept=*/*}");
    }
}
