//! Answers to requests that connect, or would.

use bytes::Bytes;
use http::{HeaderName, HeaderValue, header};

use super::WebSocketApis;
use super::exchange::Exchange;
use crate::gateway::failure::Failure;
use crate::gateway::proxy_answer::Answered;
use crate::gateway::{Handshake, Request};
use crate::wire::Answer;

const ERROR_TYPE: HeaderName = HeaderName::from_static("x-amzn-errortype");
const EXTENDED_REQUEST_ID: HeaderName = HeaderName::from_static("x-amz-apigw-id");
const REQUEST_ID: HeaderName = HeaderName::from_static("x-amzn-requestid");

/// The version of WebSocket (RFC 6455).
const VERSION: &str = "13";

impl WebSocketApis {
    /// The answer to requests that would not connect, or not as they should (RFC 9110, 15.5.22; RFC 6455, 4.4). That AWS
    /// answers so, and the body, are inferred.
    pub(super) fn upgrade_required(&self, request: &Request<'_>) -> Answer {
        let mut answer = Answer { status: 426, headers: Vec::new(), body: "Upgrade Required".into() };
        push(&mut answer, header::CONNECTION, "upgrade");
        push(&mut answer, header::UPGRADE, "websocket");
        if request.header(header::SEC_WEBSOCKET_VERSION).is_some_and(|version| version != VERSION) {
            push(&mut answer, header::SEC_WEBSOCKET_VERSION, VERSION);
        }
        push(&mut answer, EXTENDED_REQUEST_ID, &self.ids.extended_request_id());
        answer
    }

    /// The answer to requests that no connection is for.
    pub(super) fn refuse(&self, failure: &Failure) -> Answer {
        let mut answer = of_failure(failure, failure.body());
        push(&mut answer, EXTENDED_REQUEST_ID, &self.ids.extended_request_id());
        push(&mut answer, REQUEST_ID, &self.ids.uuid().to_string());
        answer
    }
}

/// What the client of a connection is told of a failure: seen by many users.
pub(super) fn told(failure: &Failure, connection_id: &str, request_id: &str) -> String {
    let message = failure.message_json();
    format!(r#"{{"message": {message}, "connectionId":"{connection_id}", "requestId":"{request_id}"}}"#)
}

/// The answer of API Gateway itself, with this body, which is JSON, or empty.
pub(super) fn of_failure(failure: &Failure, body: Bytes) -> Answer {
    let headers = if body.is_empty() { Vec::new() } else { vec![json()] };
    let mut answer = Answer { status: failure.status, headers, body };
    push(&mut answer, ERROR_TYPE, failure.error_type);
    answer
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

/// The answer to a client that may not connect. That the backend's body passes, and where it redirects to, is inferred.
pub(super) fn refused(answered: Answered, exchange: &Exchange<'_>) -> Answer {
    let passing = [header::CONTENT_TYPE, header::LOCATION];
    let headers = passing.map(|name| Some((name.clone(), answered.headers.get(name)?.clone())));
    let headers = headers.into_iter().flatten().collect();
    let mut answer = Answer { status: answered.status, headers, body: answered.body };
    push_ids(&mut answer, exchange);
    answer
}

/// The header of JSON.
pub(super) fn json() -> (HeaderName, HeaderValue) {
    (header::CONTENT_TYPE, HeaderValue::from_static("application/json"))
}

/// Adds the ids of an event.
pub(super) fn push_ids(answer: &mut Answer, exchange: &Exchange<'_>) {
    push(answer, REQUEST_ID, exchange.request_id());
    push(answer, EXTENDED_REQUEST_ID, &exchange.id);
}

fn push(answer: &mut Answer, name: HeaderName, value: &str) {
    answer.headers.extend(HeaderValue::from_str(value).map(|value| (name, value)));
}
