//! What backends call about connections: `@connections`.
//!
//! Source: developer guide, "Use @connections commands in your backend service"; API reference of the API Gateway Management API.

use bytes::Bytes;
use http::HeaderMap;
use percent_encoding::{CONTROLS, utf8_percent_encode};
use serde_json::Value;

use super::answers::{json, of_failure, push_ids};
use super::authorization::MANAGE;
use super::client::Client;
use super::closing::Closing;
use super::connections::Connection;
use super::exchange::{Event, Exchange};
use super::{LARGEST_MESSAGE, WebSocketApis};
use crate::apigatewayv2::LiveApi;
use crate::gateway::Request;
use crate::gateway::failure::Failure;
use crate::gateway::proxy_answer::Answered;
use crate::wire::Answer;

/// What is called, with the name of the parameter that is the connection's id.
const RESOURCE: &str = "/@connections/{connectionId}";

impl WebSocketApis {
    /// Answers a call about the connection of this id.
    pub(super) async fn manage(&self, live: &LiveApi, request: &Request<'_>, id: &str) -> Answer {
        // No id has characters that would end a line of a log.
        let client = Client::new(utf8_percent_encode(id, CONTROLS).to_string(), live, request);
        let event = Event::Call { request_id: self.ids.uuid().to_string() };
        let mut exchange = Exchange::new(live, client, event, self.ids.extended_request_id(), &*self.clock);
        // Captured of POST and DELETE. There is no execution log: none was seen, that there is none is inferred.
        exchange.route_key = Some(format!("{} {RESOURCE}", request.method));
        let outcome = self.call(&mut exchange, request, id).await;
        let mut answer = match exchange.conclude(outcome) {
            Ok(Answered { status, headers, body }) => {
                let headers = headers.into_iter().filter_map(|(name, value)| Some((name?, value))).collect();
                Answer { status, headers, body }
            }
            // Users report that clients find no text in the answer about a connection that is gone.
            Err(failure) if failure.message.is_empty() => of_failure(&failure, Bytes::new()),
            Err(failure) => of_failure(&failure, failure.body()),
        };
        push_ids(&mut answer, &exchange);
        self.delivery.deliver(exchange.into_log_entries());
        answer
    }

    async fn call(
        &self,
        exchange: &mut Exchange<'_>,
        request: &Request<'_>,
        id: &str,
    ) -> Result<Answered, Failure> {
        // The name of the parameter, not the id, stands in denials that users report (aws-cdk issue 18410). That policies are
        // held against the same is inferred.
        self.check_signer(exchange, request, MANAGE, format!("{}{RESOURCE}", request.method))?;
        if !is_connection_id(id) {
            return Err(Failure::invalid_connection_id(id));
        }
        match request.method {
            "GET" => {
                let connection = self.open_connection(exchange, id)?;
                let body = state_of(&connection).to_string().into();
                Ok(Answered { status: 200, headers: HeaderMap::from_iter([json()]), body })
            }
            "POST" => {
                if request.body.len() > LARGEST_MESSAGE {
                    return Err(Failure::payload_too_large());
                }
                // That bytes which are no text are replaced is inferred: only text is sent to clients.
                let text = String::from_utf8_lossy(request.body).into_owned();
                let connection = self.open_connection(exchange, id)?;
                connection.send(text).await.map_err(|_| Failure::gone())?;
                Ok(Answered { status: 200, ..Answered::default() })
            }
            "DELETE" => {
                let connection = self.open_connection(exchange, id)?;
                self.connections.end(&connection, Closing::by_call());
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
