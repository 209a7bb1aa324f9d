//! Execution logs: what API Gateway tells of its own work on a request.
//!
//! Texts, order and double spaces as captured on AWS in September 2026, for MOCK integrations, and for what ends connections of
//! WebSocket APIs, as inferred from those.

mod line;

use http::HeaderMap;

pub(super) use line::{Detail, Line};

use super::masking::{is_secret, mask};
use crate::time::{Clock, Timestamp};

/// Keeps the lines of a request, as many as its method's settings ask for.
pub(super) struct Recorder<'a> {
    clock: &'a dyn Clock,
    headers: Option<&'a HeaderMap>,
    most: Option<Detail>,
    lines: Vec<(Timestamp, String)>,
}

impl<'a> Recorder<'a> {
    /// Keeps nothing until it is told what to keep, and no secrets that stand in the request's headers.
    pub(super) fn silent(clock: &'a dyn Clock, headers: Option<&'a HeaderMap>) -> Self {
        Self { clock, headers, most: None, lines: Vec::new() }
    }

    /// Keeps lines of this detail and less.
    pub(super) fn keep(&mut self, most: Detail) {
        self.most = Some(most);
    }

    /// Whether it keeps lines of data.
    pub(super) fn keeps_data(&self) -> bool {
        self.most == Some(Detail::Data)
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
            let secrets = self.headers.into_iter().flatten().filter(|(name, _)| is_secret(name.as_str()));
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

    /// The lines as log events, which tell whose they are.
    pub(super) fn events(&self, request_id: &str) -> Vec<(Timestamp, String)> {
        self.lines.iter().map(|(at, text)| (*at, format!("({request_id}) {text}"))).collect()
    }
}
