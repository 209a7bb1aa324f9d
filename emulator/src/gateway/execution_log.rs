//! Execution logs: what API Gateway tells of its own work on a request.
//!
//! Texts, order and double spaces as captured on AWS in September 2026, for MOCK integrations, and for what ends connections of
//! WebSocket APIs, as inferred from those.

mod line;

use std::iter;

use http::HeaderMap;
use serde_json::Value;

pub(super) use line::{Detail, Line};

use super::masking::{is_secret, is_secret_parameter, mask};
use super::uri::encoded_value;
use crate::time::{Clock, Timestamp};

/// Keeps the lines of a request, as many as its method's settings ask for.
pub(super) struct Recorder<'a> {
    clock: &'a dyn Clock,
    headers: Option<&'a HeaderMap>,
    /// Secrets that stand elsewhere.
    secrets: Vec<String>,
    most: Option<Detail>,
    lines: Vec<(Timestamp, String)>,
}

impl<'a> Recorder<'a> {
    /// Keeps nothing until it is told what to keep, and no secrets that stand in the request's headers.
    pub(super) fn silent(clock: &'a dyn Clock, headers: Option<&'a HeaderMap>) -> Self {
        Self { clock, headers, secrets: Vec::new(), most: None, lines: Vec::new() }
    }

    /// Keeps lines of this detail and less.
    pub(super) fn keep(&mut self, most: Detail) {
        self.most = Some(most);
    }

    /// Masks a secret that is not in the request's headers, also in the lines that are kept already.
    pub(super) fn hide(&mut self, secret: &str) {
        if secret.is_empty() {
            return;
        }
        for (_, text) in &mut self.lines {
            hide_in(text, secret);
        }
        self.secrets.push(secret.to_owned());
    }

    /// Masks the secrets of a query, which endpoints may get as they are in it.
    pub(super) fn hide_in_query(&mut self, query: &[(String, String)]) {
        for (_, secret) in query.iter().filter(|(name, _)| is_secret_parameter(name)) {
            self.hide(secret);
            self.hide(&encoded_value(secret));
        }
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
            let in_headers = self.headers.into_iter().flatten().filter(|(name, _)| is_secret(name.as_str()));
            let in_headers = in_headers.map(|(_, value)| String::from_utf8_lossy(value.as_bytes()));
            for secret in in_headers.chain(self.secrets.iter().map(|secret| secret.as_str().into())) {
                hide_in(&mut text, &secret);
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

/// How often a secret may be written as JSON within JSON: in an event, in the body of an answer with that event, and in an
/// event with that answer.
const DEEPEST: usize = 3;

fn hide_in(text: &mut String, secret: &str) {
    for spelling in spellings(secret) {
        if text.contains(&spelling) {
            *text = text.replace(&spelling, &mask(&spelling));
        }
    }
}

/// A secret as it stands, and as JSON writes it, where that is otherwise.
fn spellings(secret: &str) -> impl Iterator<Item = String> {
    let in_json = |text: &String| {
        let quoted = Value::from(text.as_str()).to_string();
        let escaped = quoted.strip_prefix('"')?.strip_suffix('"')?.to_owned();
        (escaped != *text).then_some(escaped)
    };
    iter::successors(Some(secret.to_owned()).filter(|secret| !secret.is_empty()), in_json).take(1 + DEEPEST)
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;
    use serde_json::json;

    use super::*;
    use crate::time::ManualClock;

    /// The text of a line with this body, of a request with this secret.
    fn told(secret: &str, body: &str) -> String {
        let clock = ManualClock::at(Timestamp::default());
        let headers = HeaderMap::from_iter([(
            http::header::AUTHORIZATION,
            HeaderValue::from_bytes(secret.as_bytes()).unwrap(),
        )]);
        let mut recorder = Recorder::silent(&clock, Some(&headers));
        recorder.keep(Detail::Data);
        recorder.add(Line::EndpointBody(body.as_bytes()));
        recorder.lines()[0].1.clone()
    }

    #[test]
    fn secrets_are_masked_however_json_writes_them() {
        let digest = "Digest response=\"secret\", opaque=\"\\\", nc=000001";
        for secret in ["Bearer secret-abcdef", "Bearer s\u{e9}cret-abcdef", digest] {
            let mut body = secret.to_owned();
            for depth in 0..=DEEPEST {
                let line = told(secret, &body);
                assert!(!line.contains("cret"), "{depth}: {line}");
                assert!(line.contains("***"), "{depth}: {line}");
                body = json!({ "authorization": body }).to_string();
            }
        }
    }

    #[test]
    fn an_empty_secret_is_nowhere() {
        assert_eq!(told("", "{}"), "Endpoint request body after transformations: {}");
    }

    #[test]
    fn a_secret_is_masked_before_and_after_it_is_known() {
        let clock = ManualClock::at(Timestamp::from_millis(0));
        let mut log = Recorder::silent(&clock, None);
        log.keep(Detail::Data);
        log.add(Line::EndpointResponseBody(b"{\"key\": \"0123456789\"}"));
        log.hide("0123456789");
        log.add(Line::AuthorizerResult("0123456789"));
        let lines: Vec<&str> = log.lines().iter().map(|(_, line)| line.as_str()).collect();
        assert_eq!(
            lines,
            [
                "Endpoint response body before transformations: {\"key\": \"****456789\"}",
                "Authorizer result body before parsing: ****456789",
            ]
        );
    }

    #[test]
    fn what_signs_a_query_is_masked_however_it_is_written() {
        let clock = ManualClock::at(Timestamp::from_millis(0));
        let mut log = Recorder::silent(&clock, None);
        let query = [("X-Amz-Security-Token".to_owned(), "token+of/a=session".to_owned())];
        log.hide_in_query(&query);
        log.keep(Detail::Data);
        log.add(Line::EndpointUri("http://h/?X-Amz-Security-Token=token%2Bof%2Fa%3Dsession"));
        log.add(Line::RequestQuery(&query));
        let lines: String = log.lines().iter().map(|(_, line)| line.as_str()).collect();
        assert!(!lines.contains("token+of") && !lines.contains("token%2Bof"), "{lines}");
    }
}
