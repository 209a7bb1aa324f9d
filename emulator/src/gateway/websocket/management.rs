//! What backends call about connections: `@connections`.
//!
//! Source: developer guide, "Use @connections commands in your backend service"; API reference of the API Gateway Management API.

use http::{HeaderValue, header};
use percent_encoding::percent_decode_str;
use serde_json::Value;

use super::answers::{ERROR_TYPE, EXTENDED_REQUEST_ID, REQUEST_ID, json, json_headers, push};
use super::authorization::MANAGE;
use super::client::Client;
use super::connections::{Connection, What};
use super::exchange::{Event, Exchange};
use super::session::Closing;
use super::{LARGEST_MESSAGE, WebSocketApis};
use crate::apigatewayv2::LiveApi;
use crate::gateway::Request;
use crate::gateway::failure::Failure;
use crate::gateway::proxy_answer::Answered;
use crate::wire::Answer;

impl WebSocketApis {
    /// Answers a call about the connection of this id.
    pub(super) async fn manage(&self, live: &LiveApi, request: &Request<'_>, id: &str) -> Answer {
        let client = Client::new(id.to_owned(), live, request);
        let event = Event::Call { request_id: self.ids.uuid().to_string() };
        let mut exchange = Exchange::new(live, client, event, self.ids.extended_request_id(), &*self.clock);
        // Captured of POST and DELETE.
        exchange.name_route(format!("{} /@connections/{{connectionId}}", request.method));
        let outcome = self.call(&mut exchange, request, id).await;
        let mut answer = match exchange.conclude(outcome) {
            Ok(Answered { status, headers, body }) => {
                let headers = headers.into_iter().filter_map(|(name, value)| Some((name?, value))).collect();
                Answer { status, headers, body }
            }
            Err(failure) => refused(&failure),
        };
        push(&mut answer, REQUEST_ID, exchange.request_id());
        push(&mut answer, EXTENDED_REQUEST_ID, exchange.extended_id());
        // Captured: variables of errors have no value for calls, also where they fail.
        exchange.failure = None;
        self.delivery.deliver(exchange.into_log_entries());
        answer
    }

    async fn call(
        &self,
        exchange: &mut Exchange<'_>,
        request: &Request<'_>,
        id: &str,
    ) -> Result<Answered, Failure> {
        let path = percent_decode_str(request.address.path).decode_utf8_lossy();
        let resource = format!("{}{path}", request.method);
        self.check_signer(exchange, request, MANAGE, resource)?;
        if !is_connection_id(id) {
            return Err(Failure::invalid_connection_id(id));
        }
        match request.method {
            "GET" => {
                let connection = self.open_connection(exchange, id)?;
                let body = state_of(&connection).to_string().into();
                Ok(Answered { status: 200, headers: json(), body })
            }
            "POST" => {
                if request.body.len() > LARGEST_MESSAGE {
                    return Err(Failure::payload_too_large());
                }
                // That bytes which are no text are replaced is inferred: only text is sent to clients.
                let text = String::from_utf8_lossy(request.body).into_owned();
                let connection = self.open_connection(exchange, id)?;
                connection.send(What::Message(text)).await.map_err(|_| Failure::gone())?;
                Ok(Answered { status: 200, ..Answered::default() })
            }
            "DELETE" => {
                let connection = self.open_connection(exchange, id)?;
                let closing = What::Close(Closing::by_call());
                connection.send(closing).await.map_err(|_| Failure::gone())?;
                Ok(Answered { status: 204, ..Answered::default() })
            }
            _ => Err(Failure::missing_authentication_token()),
        }
    }

    fn open_connection(
        &self,
        exchange: &Exchange<'_>,
        id: &str,
    ) -> Result<std::sync::Arc<Connection>, Failure> {
        self.connections.find(id, exchange.live).ok_or_else(Failure::gone)
    }
}

/// What GetConnection tells, under the names of its model.
fn state_of(connection: &Connection) -> Value {
    let client = &connection.client;
    let mut identity = serde_json::json!({"sourceIp": client.source_ip.to_string()});
    if let Some(user_agent) = &client.user_agent {
        identity["userAgent"] = user_agent.as_str().into();
    }
    serde_json::json!({
        "connectedAt": client.connected_at.map(crate::time::Timestamp::iso8601),
        "identity": identity,
        "lastActiveAt": connection.last_active().iso8601(),
    })
}

/// Whether an id has the form of those of connections, `L0SM9cOFvHcCIhw=`.
fn is_connection_id(id: &str) -> bool {
    let is_digit = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    id.strip_suffix('=').is_some_and(|digits| digits.len() == 15 && digits.bytes().all(is_digit))
}

/// Without a body where there is nothing to say: users report that clients find no text in the answer about a connection that
/// is gone.
fn refused(failure: &Failure) -> Answer {
    let (headers, body) = if failure.message.is_empty() {
        (Vec::new(), bytes::Bytes::new())
    } else {
        (json_headers(), failure.body())
    };
    let mut answer = Answer { status: failure.status, headers, body };
    answer.headers.extend(HeaderValue::from_str(failure.error_type).map(|value| (ERROR_TYPE, value)));
    if answer.body.is_empty() {
        answer.headers.push((header::CONTENT_LENGTH, HeaderValue::from_static("0")));
    }
    answer
}

#[cfg(test)]
mod tests {
    use super::is_connection_id;

    #[test]
    fn ids_have_sixteen_characters() {
        for (id, is_one) in [
            ("L0SM9cOFvHcCIhw=", true),
            ("DBNjmfOmSwMCJiA=", true),
            ("OzvM-fP-IAM_J5A=", true),
            ("L0SM9cOFvHcCIhw", false),
            ("L0SM9cOFvHcCIh==", false),
            ("cjy8i76bx002884le6n17d49b", false),
            ("", false),
        ] {
            assert_eq!(is_connection_id(id), is_one, "{id}");
        }
    }
}
