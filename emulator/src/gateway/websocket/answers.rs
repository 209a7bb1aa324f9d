//! Answers to requests that connect, or would.

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, header};

use super::WebSocketApis;
use super::exchange::Exchange;
use crate::gateway::Handshake;
use crate::gateway::failure::Failure;
use crate::gateway::proxy_answer::Answered;
use crate::wire::Answer;

pub(super) const ERROR_TYPE: HeaderName = HeaderName::from_static("x-amzn-errortype");
pub(super) const EXTENDED_REQUEST_ID: HeaderName = HeaderName::from_static("x-amz-apigw-id");
pub(super) const REQUEST_ID: HeaderName = HeaderName::from_static("x-amzn-requestid");

impl WebSocketApis {
    /// The answer to requests that would not connect (RFC 9110, 15.5.22). That AWS answers so, and the body, are inferred.
    pub(super) fn upgrade_required(&self) -> Answer {
        let mut answer = Answer {
            status: 426,
            headers: vec![(header::UPGRADE, HeaderValue::from_static("websocket"))],
            body: "Upgrade Required".into(),
        };
        push(&mut answer, EXTENDED_REQUEST_ID, &self.ids.extended_request_id());
        answer
    }

    /// The answer to requests that no connection is for.
    pub(super) fn refuse(&self, failure: &Failure) -> Answer {
        let mut answer = Answer { status: failure.status, headers: json_headers(), body: failure.body() };
        push(&mut answer, EXTENDED_REQUEST_ID, &self.ids.extended_request_id());
        push(&mut answer, REQUEST_ID, &self.ids.uuid().to_string());
        push(&mut answer, ERROR_TYPE, failure.error_type);
        answer
    }
}

/// The answer that ends HTTP on a connection. Of the headers that the backend gives only the subprotocol passes: documented
/// of it, inferred of the others.
pub(super) fn switching(handshake: &Handshake, answered: &Answered) -> Answer {
    let mut answer = Answer {
        status: 101,
        headers: vec![
            (header::CONNECTION, HeaderValue::from_static("upgrade")),
            (header::UPGRADE, HeaderValue::from_static("websocket")),
            (header::SEC_WEBSOCKET_ACCEPT, handshake.accept.clone()),
        ],
        body: Bytes::new(),
    };
    let protocol = answered.headers.get(header::SEC_WEBSOCKET_PROTOCOL);
    answer.headers.extend(protocol.map(|protocol| (header::SEC_WEBSOCKET_PROTOCOL, protocol.clone())));
    answer
}

/// The answer to a client that may not connect. That the backend's body passes is inferred.
pub(super) fn refused(answered: Answered, exchange: &Exchange<'_>) -> Answer {
    let content_type = answered.headers.get(header::CONTENT_TYPE).cloned();
    let headers = content_type.map(|value| (header::CONTENT_TYPE, value)).into_iter().collect();
    let mut answer = Answer { status: answered.status, headers, body: answered.body };
    push(&mut answer, REQUEST_ID, &exchange.id);
    push(&mut answer, EXTENDED_REQUEST_ID, exchange.extended_id());
    answer
}

/// The headers of JSON.
pub(super) fn json() -> HeaderMap {
    json_headers().into_iter().collect()
}

pub(super) fn json_headers() -> Vec<(HeaderName, HeaderValue)> {
    vec![(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))]
}

pub(super) fn push(answer: &mut Answer, name: HeaderName, value: &str) {
    answer.headers.extend(HeaderValue::from_str(value).map(|value| (name, value)));
}
