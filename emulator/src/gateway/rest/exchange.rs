//! One request and its answer, as the logs tell of it.

use std::sync::OnceLock;

use bytes::Bytes;
use http::{HeaderMap, HeaderValue};
use uuid::Uuid;

use super::TRACE_ID;
use super::execution_log::Recorder;
use super::failure::Failure;
use super::routing::Matched;
use crate::apigateway::Live;
use crate::gateway::authorization::Signer;
use crate::gateway::authorized::Authorized;
use crate::gateway::integrated::Integrated;
use crate::gateway::mapping::Overrides;
use crate::gateway::{Request, forwarding, trace};
use crate::ids::Ids;
use crate::service::Secret;
use crate::time::{Clock, Timestamp};

/// The two ids of a request.
#[derive(Clone, Debug)]
pub(crate) struct RequestId {
    /// `x-amzn-RequestId`. A client may bring its own, if it is a UUID.
    pub(crate) request: String,
    /// `x-amz-apigw-id`, which nobody brings.
    pub(crate) extended: String,
}

impl RequestId {
    pub(super) fn of(headers: &HeaderMap, ids: &Ids) -> Self {
        let brought = headers.get("x-amzn-requestid").map(|value| value.to_str().unwrap_or_default());
        let request = match brought {
            Some(own) if own.len() == 36 && Uuid::try_parse(own).is_ok() => own.to_owned(),
            Some(_) => format!("{}_REPLACED_INVALID_REQUEST_ID", ids.uuid()),
            None => ids.uuid().to_string(),
        };
        Self { request, extended: ids.extended_request_id() }
    }
}

/// One request and its answer.
pub(crate) struct Exchange<'a> {
    pub(super) request: &'a Request<'a>,
    pub(super) live: &'a Live,
    pub(super) id: RequestId,
    pub(super) started: Timestamp,
    pub(super) finished: Timestamp,
    /// The headers as methods get them, once something has looked at them.
    headers: OnceLock<HeaderMap>,
    /// Whether it is a test of a method, which no client sends.
    pub(super) is_test: bool,
    /// The body, without the coding that it came in.
    pub(super) body: Bytes,
    /// The query's parameters, decoded, in their order.
    pub(super) query: Vec<(String, String)>,
    pub(super) status: u16,
    pub(super) response_length: usize,
    /// Why API Gateway itself answered, where it did.
    pub(super) failure: Option<Failure>,
    /// Where the request led; `None` where no method serves it.
    pub(super) resource: Option<Resource>,
    /// Who signed, where the method asks.
    pub(super) signer: Option<Signer>,
    /// The key that was shown, where the method asks.
    pub(super) api_key: Option<ShownKey>,
    /// What an authorizer made of the request.
    pub(super) authorizer: Option<Authorized>,
    /// How the integration went.
    pub(super) integration: Option<Integrated>,
    /// What the template of the integration's request overrides.
    pub(super) request_overrides: Overrides,
    /// What the template of its answer overrides.
    pub(super) response_overrides: Overrides,
    /// The root of the trace, `1-…`.
    pub(super) trace_root: String,
    /// The execution log.
    pub(super) log: Recorder<'a>,
}

/// The resource and method that a request led to.
pub(super) struct Resource {
    pub(super) id: String,
    /// The resource's path, with its parameters' names.
    pub(super) path: String,
    /// The verb under which the method stands.
    pub(super) verb: String,
    pub(super) parameters: Vec<(String, String)>,
}

/// An API key that a request shows.
pub(super) struct ShownKey {
    pub(super) value: Secret,
    /// The key's id; `None` where there is no such key.
    pub(super) id: Option<String>,
}

impl<'a> Exchange<'a> {
    pub(super) fn new(request: &'a Request<'a>, live: &'a Live, id: RequestId, clock: &'a dyn Clock) -> Self {
        let started = clock.now();
        let query = request.parameters();
        let mut log = Recorder::silent(clock, Some(request.headers));
        log.hide_in_query(&query);
        Self {
            request,
            live,
            started,
            finished: started,
            headers: OnceLock::new(),
            is_test: false,
            body: request.body.clone(),
            query,
            status: 0,
            response_length: 0,
            failure: None,
            resource: None,
            signer: None,
            api_key: None,
            authorizer: None,
            integration: None,
            request_overrides: Overrides::default(),
            response_overrides: Overrides::default(),
            trace_root: trace::root(request.headers, &id.request, started),
            log,
            id,
        }
    }

    /// The headers as methods get them: with those that tell whom the request is from, and its trace (captured in logs,
    /// documented in functions' events). Tests have none of these (users' logs).
    pub(super) fn headers(&self) -> &HeaderMap {
        self.headers.get_or_init(|| {
            let mut headers = self.request.headers.clone();
            if !self.is_test {
                forwarding::add(&mut headers, self.request.source_ip);
                headers.extend(HeaderValue::from_str(&self.trace_header()).map(|trace| (TRACE_ID, trace)));
            }
            headers
        })
    }

    pub(super) fn matched(&mut self, matched: &Matched<'_>) {
        self.resource = Some(Resource {
            id: matched.route.resource_id.to_string(),
            path: matched.route.path.to_string(),
            verb: matched.verb.to_owned(),
            parameters: matched
                .parameters
                .iter()
                .map(|(name, value)| ((*name).to_owned(), value.clone()))
                .collect(),
        });
    }

    pub(super) fn finish(&mut self, status: u16, response_length: usize) {
        self.status = status;
        self.response_length = response_length;
        self.finished = self.log.now();
    }

    /// Milliseconds from the request to its answer.
    pub(super) fn latency(&self) -> i64 {
        self.started.millis_until(self.finished)
    }

    /// The verb whose settings count: a method for any verb has settings for each.
    pub(super) fn setting_verb<'r>(&'r self, resource: &'r Resource) -> &'r str {
        if resource.verb == "ANY" { self.request.method } else { &resource.verb }
    }

    /// The trace, where the stage traces.
    pub(super) fn trace_id(&self) -> Option<&str> {
        self.live.stage.tracing_enabled.then_some(self.trace_root.as_str())
    }

    /// `X-Amzn-Trace-Id`, as backends and clients get it.
    pub(super) fn trace_header(&self) -> String {
        let sampled = if self.live.stage.tracing_enabled { ";Sampled=1" } else { "" };
        format!("Root={}{sampled}", self.trace_root)
    }
}
