//! Execution logs: what API Gateway tells of its own work on a request.
//!
//! Texts, order and double spaces as captured on AWS in September 2026, for MOCK integrations as inferred from those.

mod line;

use std::fmt::Write as _;

use http::HeaderMap;

pub(super) use line::{Detail, Line};

use super::exchange::Exchange;
use super::failure::Failure;
use crate::gateway::masking::{is_secret, mask};
use crate::time::{Clock, Timestamp};

/// The log group of a stage.
pub(super) fn group(api: &str, stage: &str) -> String {
    format!("API-Gateway-Execution-Logs_{api}/{stage}")
}

/// Keeps the lines of a request, as many as its method's settings ask for.
pub(super) struct Recorder<'a> {
    clock: &'a dyn Clock,
    headers: &'a HeaderMap,
    most: Option<Detail>,
    lines: Vec<(Timestamp, String)>,
}

impl<'a> Recorder<'a> {
    /// Keeps nothing until it is told what to keep.
    pub(super) fn silent(clock: &'a dyn Clock, headers: &'a HeaderMap) -> Self {
        Self { clock, headers, most: None, lines: Vec::new() }
    }

    /// Keeps lines of this detail and less.
    pub(super) fn keep(&mut self, most: Detail) {
        self.most = Some(most);
    }

    pub(super) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// Keeps a line, if it is asked for. Nothing is written out otherwise.
    pub(super) fn add(&mut self, line: Line<'_>) {
        if self.most.is_some_and(|most| line.detail() <= most) {
            self.lines.push((self.clock.now(), self.without_secrets(line)));
        }
    }

    /// The text of a line. What a client showed to be let in stands in events of functions, too, where API Gateway itself
    /// lets it stand (captured); here it is masked as in headers.
    fn without_secrets(&self, line: Line<'_>) -> String {
        let mut text = line.to_string();
        if line.detail() == Detail::Data {
            let secrets = self.headers.iter().filter(|(name, _)| is_secret(name.as_str()));
            for secret in secrets.filter_map(|(_, value)| value.to_str().ok()) {
                if text.contains(secret) {
                    text = text.replace(secret, &mask(secret));
                }
            }
        }
        text
    }

    /// The lines, as kept.
    pub(super) fn lines(&self) -> &[(Timestamp, String)] {
        &self.lines
    }
}

impl Exchange<'_> {
    /// Begins the log of a request whose method is known.
    pub(super) fn begin_log(&mut self) {
        let Some(resource) = &self.resource else { return };
        let verb = self.setting_verb(resource);
        let Some(setting) = self.live.stage.method_setting(&resource.path, verb) else { return };
        let level = setting.logging_level;
        if !level.logs(true) {
            return;
        }
        self.log.keep(match (level.logs(false), setting.data_trace_enabled) {
            (true, true) => Detail::Data,
            (true, false) => Detail::Steps,
            (false, _) => Detail::Failure,
        });
    }

    /// How the request ended, which is the last that is told of it.
    pub(super) fn end_log(&mut self) {
        if self.failure.is_none() {
            self.log.add(Line::Completed);
        }
        for line in self.failure.iter().flat_map(|failure| &failure.log_lines) {
            self.log.add(Line::Failed(line));
        }
        // Inferred: answers that the integration itself gives with a status of 4xx or 5xx are successes of API Gateway's
        // own work.
        self.log.add(Line::CompletedWith { status: self.status, failed: self.failure.is_some() });
        let endpoint_id = self.integration.as_ref().and_then(|integration| integration.request_id.as_deref());
        if let Some(id) = endpoint_id {
            self.log.add(Line::EndpointRequestId(id));
        }
        if let Some(root) = self.live.stage.tracing_enabled.then_some(self.trace_root.as_str()) {
            self.log.add(Line::TraceId(root));
        }
    }

    /// The request's lines as log events; none where it was turned away at the door.
    pub(super) fn events(&self) -> Vec<(Timestamp, String)> {
        if self.failure.as_ref().is_some_and(Failure::is_at_the_door) {
            return Vec::new();
        }
        let event = |text: &str| format!("({}) {text}", self.id.request);
        self.log.lines().iter().map(|(at, text)| (*at, event(text))).collect()
    }

    /// What a test invocation answers as its log: the same lines in another form, uncut.
    ///
    /// Form: users' logs.
    pub(super) fn test_log(&self) -> String {
        test_text(&self.id.request, self.log.lines())
    }
}

/// Lines in the form of a test invocation's log.
pub(super) fn test_text(request_id: &str, lines: &[(Timestamp, String)]) -> String {
    let mut text = format!("Execution log for request {request_id}\n");
    for (at, line) in lines {
        let _ = writeln!(text, "{} : {line}", at.java_date());
    }
    text
}
