//! One event of a connection, as the logs tell of it.

use bytes::Bytes;
use http::HeaderMap;

use super::client::Client;
use super::session::Closing;
use crate::apigatewayv2::LiveApi;
use crate::gateway::execution_log::{Detail, Line, Recorder};
use crate::gateway::failure::Failure;
use crate::gateway::integrated::Integrated;
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
    route_key: Option<String>,
    pub(super) status: u16,
    /// Why API Gateway itself answered, where it did.
    pub(super) failure: Option<Failure>,
    /// How the integration went.
    pub(super) integration: Option<Integrated>,
    /// The key that was shown, where the route asks.
    pub(super) api_key: Option<ShownKey>,
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

/// What says how an event ended.
pub(super) trait HasStatus {
    fn status(&self) -> u16;
}

impl HasStatus for Answered {
    fn status(&self) -> u16 {
        self.status
    }
}

impl<T> HasStatus for (T, Answered) {
    fn status(&self) -> u16 {
        self.1.status
    }
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
            integration: None,
            api_key: None,
            trace_root,
            log: Recorder::silent(clock, headers),
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

    /// Names the route of a call, which has no execution log: none was seen, that there is none is inferred.
    pub(super) fn name_route(&mut self, route_key: String) {
        self.route_key = Some(route_key);
    }

    /// The event was let in.
    pub(super) fn start_execution(&mut self) {
        self.log.add(Line::Starting(&self.id));
        self.log.add(Line::Route(self.route_key.as_deref().unwrap_or_default()));
    }

    /// The key of its route, empty where no route takes it.
    pub(super) fn route_key(&self) -> &str {
        self.route_key.as_deref().unwrap_or_default()
    }

    /// `$context.routeKey`
    pub(super) fn known_route_key(&self) -> Option<&str> {
        self.route_key.as_deref()
    }

    /// `$context.extendedRequestId`
    pub(super) fn extended_id(&self) -> &str {
        &self.id
    }

    /// `$context.requestId`, which is a UUID of calls (captured).
    pub(super) fn request_id(&self) -> &str {
        match &self.event {
            Event::Call { request_id } => request_id,
            _ => &self.id,
        }
    }

    /// Ends the event, and its log but for what its success is told as.
    pub(super) fn conclude<T: HasStatus>(&mut self, outcome: Result<T, Failure>) -> Result<T, Failure> {
        for line in outcome.as_ref().err().into_iter().flat_map(|failure| &failure.log_lines) {
            self.log.add(Line::Failed(line));
        }
        let endpoint_id = self.integration.as_ref().and_then(|integration| integration.request_id.as_deref());
        if let Some(id) = endpoint_id {
            self.log.add(Line::EndpointRequestId(id));
        }
        self.finished = self.log.now();
        match &outcome {
            Ok(answered) => self.status = answered.status(),
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
