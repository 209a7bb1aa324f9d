//! The execution log of a request to a REST API: when it begins, how it ends, and where it goes.

use std::fmt::Write as _;

use super::exchange::Exchange;
use super::failure::Failure;
pub(super) use crate::gateway::execution_log::{Detail, Line, Recorder};
use crate::time::Timestamp;

/// The log group of a stage.
pub(super) fn group(api: &str, stage: &str) -> String {
    format!("API-Gateway-Execution-Logs_{api}/{stage}")
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
        self.log.events(&self.id.request)
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
