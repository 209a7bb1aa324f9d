//! The lines of an execution log, each with its text.

use std::fmt;

use http::{HeaderMap, HeaderName, HeaderValue};

use crate::gateway::header_names::logged;
use crate::gateway::masking::{is_secret, mask};

/// How much of a request is told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(in crate::gateway) enum Detail {
    /// What failed.
    Failure,
    /// What was done.
    Steps,
    /// What was done to which data.
    Data,
}

/// A line, with what it tells. A key that was not shown leaves two spaces where it would stand.
#[derive(Clone, Copy, Debug)]
pub(in crate::gateway) enum Line<'a> {
    ExtendedRequestId(&'a str),
    StartingAuthorizer {
        authorizer: &'a str,
        id: &'a str,
    },
    AuthorizerResult(&'a str),
    ValidAuthorizerPolicy {
        principal: &'a str,
    },
    AuthorizerCompleted,
    VerifyingUsagePlan {
        id: &'a str,
        key: &'a str,
        api: &'a str,
        stage: &'a str,
    },
    KeyNotRequired {
        verb: &'a str,
        path: &'a str,
    },
    RouteKeyNotRequired(&'a str),
    UsagePlanSucceeded {
        key: &'a str,
        api: &'a str,
        stage: &'a str,
    },
    Starting(&'a str),
    Method {
        verb: &'a str,
        path: &'a str,
    },
    ApiKey(&'a str),
    ApiKeyId(&'a str),
    RequestPath(&'a [(String, String)]),
    RequestQuery(&'a [(String, String)]),
    RequestHeaders(&'a HeaderMap),
    RequestBody(&'a [u8]),
    EndpointUri(&'a str),
    EndpointHeaders(&'a HeaderMap),
    EndpointBody(&'a [u8]),
    Sending(&'a str),
    Received {
        status: u16,
        latency: i64,
    },
    EndpointResponseHeaders(&'a HeaderMap),
    EndpointResponseBody(&'a [u8]),
    ResponseBody(&'a [u8]),
    ResponseHeaders(&'a [(HeaderName, HeaderValue)]),
    Failed(&'a str),
    Completed,
    CompletedWith {
        status: u16,
        failed: bool,
    },
    EndpointRequestId(&'a str),
    TraceId(&'a str),
    Route(&'a str),
    Connecting {
        user_agent: &'a str,
        source_ip: &'a str,
        api: &'a str,
    },
    Connected {
        connection: &'a str,
        api: &'a str,
    },
    MessageReceived {
        api: &'a str,
        connection: &'a str,
    },
    MessageData {
        api: &'a str,
        connection: &'a str,
        event: &'a str,
    },
    MessageSent {
        connection: &'a str,
        api: &'a str,
        status: u16,
    },
    /// Inferred from those of connecting, as is the next.
    Disconnecting {
        connection: &'a str,
        api: &'a str,
    },
    Disconnected {
        connection: &'a str,
        api: &'a str,
    },
}

impl Line<'_> {
    /// Which detail asks for it.
    pub(in crate::gateway) const fn detail(&self) -> Detail {
        match self {
            Self::Failed(_) | Self::CompletedWith { failed: true, .. } => Detail::Failure,
            Self::ExtendedRequestId(_)
            | Self::StartingAuthorizer { .. }
            | Self::ValidAuthorizerPolicy { .. }
            | Self::AuthorizerCompleted
            | Self::VerifyingUsagePlan { .. }
            | Self::KeyNotRequired { .. }
            | Self::RouteKeyNotRequired(_)
            | Self::UsagePlanSucceeded { .. }
            | Self::Starting(_)
            | Self::Method { .. }
            | Self::ApiKey(_)
            | Self::ApiKeyId(_)
            | Self::Completed
            | Self::CompletedWith { failed: false, .. }
            | Self::EndpointRequestId(_)
            | Self::TraceId(_)
            | Self::Route(_)
            | Self::Connecting { .. }
            | Self::Connected { .. }
            | Self::MessageReceived { .. }
            | Self::MessageSent { .. }
            | Self::Disconnecting { .. }
            | Self::Disconnected { .. } => Detail::Steps,
            Self::AuthorizerResult(_)
            | Self::MessageData { .. }
            | Self::RequestPath(_)
            | Self::RequestQuery(_)
            | Self::RequestHeaders(_)
            | Self::RequestBody(_)
            | Self::EndpointUri(_)
            | Self::EndpointHeaders(_)
            | Self::EndpointBody(_)
            | Self::Sending(_)
            | Self::Received { .. }
            | Self::EndpointResponseHeaders(_)
            | Self::EndpointResponseBody(_)
            | Self::ResponseBody(_)
            | Self::ResponseHeaders(_) => Detail::Data,
        }
    }
}

impl fmt::Display for Line<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::ExtendedRequestId(id) => write!(out, "Extended Request Id: {id}"),
            Self::StartingAuthorizer { authorizer, id } => {
                write!(out, "Starting authorizer: {authorizer} for request: {id}")
            }
            Self::AuthorizerResult(result) => write!(out, "Authorizer result body before parsing: {result}"),
            Self::ValidAuthorizerPolicy { principal } => {
                write!(out, "Using valid authorizer policy for principal: {principal}")
            }
            Self::AuthorizerCompleted => out.write_str("Successfully completed authorizer execution"),
            Self::VerifyingUsagePlan { id, key, api, stage } => {
                write!(out, "Verifying Usage Plan for request: {id}. API Key: {key} API Stage: {api}/{stage}")
            }
            Self::KeyNotRequired { verb, path } => write!(
                out,
                "API Key  authorized because method '{verb} {path}' does not require API Key. Request will not \
                 contribute to throttle or quota limits"
            ),
            Self::RouteKeyNotRequired(route) => write!(
                out,
                "API Key  authorized because route '{route}' does not require API Key. Request will not contribute to \
                 throttle or quota limits"
            ),
            Self::UsagePlanSucceeded { key, api, stage } => {
                write!(out, "Usage Plan check succeeded for API Key {key} and API Stage {api}/{stage}")
            }
            Self::Starting(id) => write!(out, "Starting execution for request: {id}"),
            Self::Method { verb, path } => write!(out, "HTTP Method: {verb}, Resource Path: {path}"),
            Self::ApiKey(key) => write!(out, "API Key: {key}"),
            Self::ApiKeyId(id) => write!(out, "API Key ID: {id}"),
            Self::RequestPath(path) => write!(out, "Method request path: {}", JavaMap(path)),
            Self::RequestQuery(query) => write!(out, "Method request query string: {}", JavaMap(query)),
            Self::RequestHeaders(headers) => write_headers(out, "Method request", headers),
            Self::RequestBody(body) => {
                write!(out, "Method request body before transformations: {}", Text(body))
            }
            Self::EndpointUri(uri) => write!(out, "Endpoint request URI: {uri}"),
            Self::EndpointHeaders(headers) => write_headers(out, "Endpoint request", headers),
            Self::EndpointBody(body) => {
                write!(out, "Endpoint request body after transformations: {}", Text(body))
            }
            Self::Sending(uri) => write!(out, "Sending request to {uri}"),
            Self::Received { status, latency } => {
                write!(out, "Received response. Status: {status}, Integration latency: {latency} ms")
            }
            Self::EndpointResponseHeaders(headers) => write_headers(out, "Endpoint response", headers),
            Self::EndpointResponseBody(body) => {
                write!(out, "Endpoint response body before transformations: {}", Text(body))
            }
            Self::ResponseBody(body) => {
                write!(out, "Method response body after transformations: {}", Text(body))
            }
            Self::ResponseHeaders(headers) => {
                write_headers(out, "Method response", headers.iter().map(|(name, value)| (name, value)))
            }
            Self::Failed(line) => out.write_str(line),
            Self::Completed => out.write_str("Successfully completed execution"),
            Self::CompletedWith { status, .. } => write!(out, "Method completed with status: {status}"),
            Self::EndpointRequestId(id) => write!(out, "AWS Integration Endpoint RequestId : {id}"),
            Self::TraceId(root) => write!(out, "X-ray Tracing ID : {root}"),
            Self::Route(key) => write!(out, "WebSocket Request Route: [{key}]"),
            Self::Connecting { user_agent, source_ip, api } => write!(
                out,
                "Client [UserAgent: {user_agent}, SourceIp: {source_ip}] is connecting to WebSocket API [{api}]."
            ),
            Self::Connected { connection, api } => {
                write!(out, "Client [Connection Id: {connection}] connected to API [{api}] successfully.")
            }
            Self::MessageReceived { api, connection } => {
                write!(
                    out,
                    "WebSocket API [{api}] received message from client [Connection Id: {connection}]."
                )
            }
            Self::MessageData { api, connection, event } => write!(
                out,
                "WebSocket API [{api}] received message from client [{connection}]. Message: [{event}]."
            ),
            Self::MessageSent { connection, api, status } => write!(
                out,
                "Message from client [Connection Id: {connection}] sent to API [{api}] with response status code \
                 [{status}]."
            ),
            Self::Disconnecting { connection, api } => {
                write!(
                    out,
                    "Client [Connection Id: {connection}] is disconnecting from WebSocket API [{api}]."
                )
            }
            Self::Disconnected { connection, api } => {
                write!(
                    out,
                    "Client [Connection Id: {connection}] disconnected from API [{api}] successfully."
                )
            }
        }
    }
}

/// `{K=V, K=V}`, as Java writes maps.
struct JavaMap<'a>(&'a [(String, String)]);

impl fmt::Display for JavaMap<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write_map(out, self.0.iter().map(|(name, value)| (name.as_str(), value.as_str())), str::fmt)
    }
}

/// Headers as a map, secrets masked, behind whose they are.
fn write_headers<'a>(
    out: &mut fmt::Formatter<'_>,
    whose: &str,
    headers: impl IntoIterator<Item = (&'a HeaderName, &'a HeaderValue)>,
) -> fmt::Result {
    write!(out, "{whose} headers: ")?;
    let entries = headers.into_iter().map(|(name, value)| (logged(name.as_str()), (name, value)));
    write_map(out, entries, |(name, value), out| {
        let value = value.to_str().unwrap_or_default();
        if is_secret(name.as_str()) { out.write_str(&mask(value)) } else { out.write_str(value) }
    })
}

fn write_map<N: fmt::Display, V>(
    out: &mut fmt::Formatter<'_>,
    entries: impl Iterator<Item = (N, V)>,
    write_value: impl Fn(V, &mut fmt::Formatter<'_>) -> fmt::Result,
) -> fmt::Result {
    out.write_str("{")?;
    for (position, (name, value)) in entries.enumerate() {
        if position > 0 {
            out.write_str(", ")?;
        }
        write!(out, "{name}=")?;
        write_value(value, out)?;
    }
    out.write_str("}")
}

/// A body, as far as it is text.
struct Text<'a>(&'a [u8]);

impl fmt::Display for Text<'_> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&String::from_utf8_lossy(self.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_are_masked() {
        let mut headers = HeaderMap::new();
        headers.insert("authorization", "Bearer 0123456789".parse().unwrap());
        headers.insert("accept", "*/*".parse().unwrap());
        assert_eq!(
            Line::RequestHeaders(&headers).to_string(),
            "Method request headers: {Authorization=***********456789, Accept=*/*}"
        );
    }
}
