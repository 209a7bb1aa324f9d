//! One event of a connection, as the logs tell of it.

use std::borrow::Cow;
use std::sync::OnceLock;

use bytes::Bytes;
use http::HeaderMap;
use serde_json::Value;

use super::client::Client;
use super::closing::Closing;
use crate::apigatewayv2::LiveApi;
use crate::gateway::execution_log::{Detail, Line, Recorder};
use crate::gateway::failure::Failure;
use crate::gateway::integrated::Integrated;
use crate::gateway::json_path::in_json;
use crate::gateway::masking::mask;
use crate::gateway::proxy_answer::Answered;
use crate::gateway::{Request, trace};
use crate::service::Secret;
use crate::time::{Clock, Timestamp};

/// What happens.
pub(super) enum Event<'a> {
    /// A client connects.
    Connect {
        request: &'a Request<'a>,
        /// The query's parameters, decoded, in their order.
        query: Vec<(String, String)>,
    },
    /// A client sends a message.
    Message { id: String, body: Bytes },
    /// A connection has ended.
    Disconnect(Closing),
    /// A backend calls about a connection.
    Call { request_id: String },
}

impl Event<'_> {
    /// `$context.eventType`; that of calls was captured, the others are documented.
    pub(super) const fn name(&self) -> &'static str {
        match self {
            Self::Connect { .. } => "CONNECT",
            Self::Message { .. } => "MESSAGE",
            Self::Disconnect(_) => "DISCONNECT",
            Self::Call { .. } => "CONNECTION_API",
        }
    }
}

/// One event, and what became of it.
pub(super) struct Exchange<'a> {
    pub(super) live: &'a LiveApi,
    pub(super) client: Client,
    pub(super) event: Event<'a>,
    /// The request's id, which is the extended one, too (captured), but of calls.
    pub(super) id: String,
    pub(super) started: Timestamp,
    pub(super) finished: Timestamp,
    /// The key of its route; `None` where no route takes it.
    pub(super) route_key: Option<String>,
    pub(super) status: u16,
    /// Why API Gateway itself answered, where it did.
    pub(super) failure: Option<Failure>,
    /// What policies said of whoever signed, where somebody was to sign.
    pub(super) admission: Option<Admission>,
    /// How the integration went.
    pub(super) integration: Option<Integrated>,
    /// The key that was shown, where the route asks.
    pub(super) api_key: Option<ShownKey>,
    /// The message as JSON, once it was asked for; `None` where it is none.
    parsed: OnceLock<Option<Value>>,
    /// The root of the trace, `1-…`.
    trace_root: String,
    /// The execution log.
    pub(super) log: Recorder<'a>,
}

/// An API key that a client shows.
pub(super) struct ShownKey {
    pub(super) value: Secret,
    /// The key's id; `None` where there is no such key.
    pub(super) id: Option<String>,
}

/// What policies say of whoever signed a request.
pub(super) struct Admission {
    /// Why they are not let in, if they are not.
    pub(super) denied: Option<Cow<'static, str>>,
}

impl<'a> Exchange<'a> {
    pub(super) fn new(
        live: &'a LiveApi,
        client: Client,
        event: Event<'a>,
        id: String,
        clock: &'a dyn Clock,
    ) -> Self {
        let started = clock.now();
        let headers = match &event {
            Event::Connect { request, .. } => Some(request.headers),
            _ => None,
        };
        let trace_root = trace::root(headers.unwrap_or(&HeaderMap::new()), &id, started);
        let mut log = Recorder::silent(clock, headers);
        if let Event::Connect { query, .. } = &event {
            log.hide_in_query(query);
        }
        Self {
            live,
            client,
            event,
            id,
            started,
            finished: started,
            route_key: None,
            status: 0,
            failure: None,
            admission: None,
            integration: None,
            api_key: None,
            parsed: OnceLock::new(),
            trace_root,
            log,
        }
    }

    /// Begins the event on its route, and its execution log with what the route's settings ask for.
    pub(super) fn begin(&mut self, route_key: &str) {
        self.route_key = Some(route_key.to_owned());
        let logging = self.live.stage.logging(route_key);
        if logging.failures {
            self.log.keep(match (logging.steps, logging.data) {
                (true, true) => Detail::Data,
                (true, false) => Detail::Steps,
                (false, _) => Detail::Failure,
            });
        }
        self.log.add(Line::ExtendedRequestId(&self.id));
    }

    /// The event was let in.
    pub(super) fn start_execution(&mut self) {
        self.log.add(Line::Starting(&self.id));
        self.log.add(Line::Route(self.route_key.as_deref().unwrap_or_default()));
        // Where REST APIs tell of it: inferred.
        if let Some(ShownKey { value, id }) = &self.api_key {
            self.log.add(Line::ApiKey(&mask(value.reveal())));
            id.iter().for_each(|id| self.log.add(Line::ApiKeyId(id)));
        }
    }

    /// The key of its route, empty where no route takes it.
    pub(super) fn route_key(&self) -> &str {
        self.route_key.as_deref().unwrap_or_default()
    }

    /// `$context.requestId`, which is a UUID of calls (captured).
    pub(super) fn request_id(&self) -> &str {
        match &self.event {
            Event::Call { request_id } => request_id,
            _ => &self.id,
        }
    }

    /// Ends the event, and its log but for what its success is told as.
    pub(super) fn conclude(&mut self, outcome: Result<Answered, Failure>) -> Result<Answered, Failure> {
        for line in outcome.as_ref().err().into_iter().flat_map(|failure| &failure.log_lines) {
            self.log.add(Line::Failed(line));
        }
        let endpoint_id = self.integration.as_ref().and_then(|integration| integration.request_id.as_deref());
        if let Some(id) = endpoint_id {
            self.log.add(Line::EndpointRequestId(id));
        }
        self.finished = self.log.now();
        match &outcome {
            Ok(answered) => self.status = answered.status,
            Err(failure) => {
                self.status = failure.status;
                self.failure = Some(failure.clone());
            }
        }
        outcome
    }

    /// What the client sent: a message, or nothing.
    pub(super) fn body(&self) -> Bytes {
        match &self.event {
            Event::Message { body, .. } => body.clone(),
            _ => Bytes::new(),
        }
    }

    /// What a path leads to in the message, as text; all of it where the path is empty.
    pub(super) fn in_body(&self, path: &str) -> Option<String> {
        if path.is_empty() {
            return Some(String::from_utf8_lossy(&self.body()).into_owned());
        }
        let parsed = self.parsed.get_or_init(|| serde_json::from_slice(&self.body()).ok());
        in_json(parsed.as_ref()?, path)
    }

    /// The request to connect, where the event is one.
    pub(super) fn request(&self) -> Option<&'a Request<'a>> {
        match &self.event {
            Event::Connect { request, .. } => Some(request),
            _ => None,
        }
    }

    /// The query of the request to connect.
    pub(super) fn query(&self) -> &[(String, String)] {
        match &self.event {
            Event::Connect { query, .. } => query,
            _ => &[],
        }
    }

    /// `X-Amzn-Trace-Id`, as backends get it.
    pub(super) fn trace_header(&self) -> String {
        format!("Root={}", self.trace_root)
    }
}
