//! Execution logs: what API Gateway tells of its own work on a request.
//!
//! Texts, order and double spaces as captured on AWS in September 2026, for MOCK integrations as inferred from those.

use std::fmt::Write as _;

use http::HeaderMap;

use super::exchange::{Exchange, Failure, Resource};
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

/// The lines of a request; none where the method's level does not ask for them, no method serves the path, or the request
/// was turned away.
pub(super) fn lines(live: &Live, exchange: &Exchange<'_>) -> Vec<(Timestamp, String)> {
    let Some(resource) = &exchange.resource else { return Vec::new() };
    if exchange.failure().is_some_and(Failure::is_at_the_door) {
        return Vec::new();
    }
    let Some(setting) = live.stage.method_setting(&resource.path, &exchange.method_verb(resource)) else {
        return Vec::new();
    };
    if !setting.logging_level.logs(exchange.failed()) {
        return Vec::new();
    }
    let mut log = Lines::default();
    let detail = match (setting.logging_level.logs(false), setting.data_trace_enabled) {
        (true, true) => Detail::Data,
        (true, false) => Detail::Steps,
        (false, _) => Detail::Failure,
    };
    if detail >= Detail::Steps {
        log.usage_plan(live, exchange, resource);
    }
    log.execution(exchange, resource, detail);
    if let Some(trace_id) = exchange.trace_id.as_ref().filter(|_| detail >= Detail::Steps) {
        log.add(exchange.finished, format!("X-ray Tracing ID : {trace_id}"));
    }
    let line = |text| cut(format!("({}) {text}", exchange.id.request));
    log.0.into_iter().map(|(at, text)| (at, line(text))).collect()
}

/// What a test invocation answers as its log: the same lines in another form, without those of usage plans and uncut.
///
/// Form and omissions: users' logs.
pub(super) fn test_log(exchange: &Exchange<'_>) -> String {
    let mut log = Lines::default();
    if let Some(resource) = &exchange.resource {
        log.execution(exchange, resource, Detail::Data);
    }
    test_text(&exchange.id.request, &log.0)
}

/// Lines in the form of a test invocation's log.
pub(super) fn test_text(request_id: &str, lines: &[(Timestamp, String)]) -> String {
    let mut text = format!("Execution log for request {request_id}\n");
    for (at, line) in lines {
        let _ = writeln!(text, "{} : {line}", at.java_date());
    }
    text
}

/// How much of a request is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Detail {
    /// What failed.
    Failure,
    /// What was done.
    Steps,
    /// What was done to which data.
    Data,
}

/// A line as a log event: after its first 1024 bytes it is cut.
fn cut(mut line: String) -> String {
    if line.len() > LONGEST_LINE {
        line.truncate(line.floor_char_boundary(LONGEST_LINE));
        line.push_str(CUT);
    }
    line
}

/// What is told of a request, and when it was so.
#[derive(Default)]
struct Lines(Vec<(Timestamp, String)>);

impl Lines {
    fn add(&mut self, at: Timestamp, text: impl Into<String>) {
        self.0.push((at, text.into()));
    }

    fn usage_plan(&mut self, live: &Live, exchange: &Exchange<'_>, resource: &Resource) {
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
    }

    fn execution(&mut self, exchange: &Exchange<'_>, resource: &Resource, detail: Detail) {
        let request = exchange.request;
        if detail >= Detail::Steps {
            let (at, id) = (exchange.started, &exchange.id.request);
            self.add(at, format!("Starting execution for request: {id}"));
            let path = request.address.path;
            self.add(at, format!("HTTP Method: {}, Resource Path: {path}", request.method));
        }
        if detail == Detail::Data {
            self.request_data(exchange, resource);
        }
        match &exchange.outcome {
            Outcome::Failed(failure) => {
                if let Some(line) = &failure.log_line {
                    self.add(exchange.finished, line.clone());
                }
            }
            Outcome::Replied(reply) if detail >= Detail::Steps => {
                if detail == Detail::Data {
                    self.response_data(exchange, reply);
                }
                self.add(exchange.finished, "Successfully completed execution");
            }
            Outcome::Replied(_) => {}
        }
        self.add(exchange.finished, format!("Method completed with status: {}", exchange.status()));
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
        assert_eq!(cut("x".repeat(1024)).len(), 1024);
        let line = cut("x".repeat(1025));
        assert_eq!((line.len(), line.ends_with("x [TRUNCATED]")), (1036, true));
        let line = cut(format!("{}é", "x".repeat(1023)));
        assert!(line.ends_with("x [TRUNCATED]"), "a character is not cut in two");
    }

    #[test]
    fn secrets_are_masked() {
        let mut map = HeaderMap::new();
        map.insert("authorization", "Bearer 0123456789".parse().unwrap());
        map.insert("accept", "*/*".parse().unwrap());
        assert_eq!(java_map(headers(&map)), "{authorization=***********456789, accept=*/*}");
    }
}
