//! One request and its answer, as the access log tells of it.

use bytes::Bytes;
use serde_json::{Map, Value};

use super::failure::Failure;
use crate::apigatewayv2::LiveApi;
use crate::gateway::address::DEFAULT_STAGE;
use crate::gateway::authorization::{INVOKE, Invocation, Signer, method_resource};
use crate::gateway::integrated::Integrated;
use crate::gateway::{Request, trace};
use crate::time::{Clock, Timestamp};

/// One request and its answer.
pub(super) struct Exchange<'a> {
    pub(super) request: &'a Request<'a>,
    pub(super) live: &'a LiveApi,
    /// The id, which is the extended request id, too (captured).
    pub(super) id: String,
    clock: &'a dyn Clock,
    pub(super) started: Timestamp,
    pub(super) finished: Timestamp,
    /// The path behind the stage.
    pub(super) path: &'a str,
    /// The query's parameters, decoded, in their order.
    pub(super) query: Vec<(String, String)>,
    pub(super) status: u16,
    pub(super) response_length: usize,
    /// Why API Gateway itself answered, where it did.
    pub(super) failure: Option<Failure>,
    /// Where the request led.
    pub(super) route: Option<Matched>,
    /// Who signed, where the route asks.
    pub(super) signer: Option<Signer>,
    /// What an authorizer made of the request.
    pub(super) authorized: Option<Authorized>,
    /// What an authorizer had to say against it.
    pub(super) authorizer_error: Option<String>,
    /// How the integration went.
    pub(super) integration: Option<Integrated>,
    /// The root of the trace, `1-…`.
    pub(super) trace_root: String,
}

/// The route that a request led to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Matched {
    /// `GET /pets/{id}`
    pub(super) key: String,
    /// Decoded, in the order of the path.
    pub(super) parameters: Vec<(String, String)>,
}

impl Matched {
    /// The path of the route; `None` of the one that takes what no other does.
    pub(super) fn path(&self) -> Option<&str> {
        self.key.split_once(' ').map(|(_, path)| path)
    }
}

/// What an authorizer made of a request.
#[derive(Clone, Debug)]
pub(super) enum Authorized {
    /// A token says who asks.
    Jwt {
        claims: Map<String, Value>,
        /// Those of the route's scopes that the token has; `None` of a route without scopes.
        scopes: Option<Vec<String>>,
    },
    /// A function does.
    Lambda {
        principal: Option<String>,
        /// What it adds for the log and the backend.
        context: Map<String, Value>,
    },
}

impl<'a> Exchange<'a> {
    pub(super) fn new(request: &'a Request<'a>, live: &'a LiveApi, id: String, clock: &'a dyn Clock) -> Self {
        let started = clock.now();
        Self {
            request,
            live,
            clock,
            started,
            finished: started,
            path: request.address.path_behind(live.stage.name()),
            query: request.parameters(),
            status: 0,
            response_length: 0,
            failure: None,
            route: None,
            signer: None,
            authorized: None,
            authorizer_error: None,
            integration: None,
            trace_root: trace::root(request.headers, &id, started),
            id,
        }
    }

    pub(super) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    pub(super) fn finish(&mut self, status: u16, response_length: usize) {
        self.status = status;
        self.response_length = response_length;
        self.finished = self.now();
    }

    /// The body of the request.
    pub(super) fn body(&self) -> &Bytes {
        self.request.body
    }

    /// The path as events and logs tell it: with the stage, `/prod/pets`, without it at `$default`; behind a custom domain name
    /// with its base path instead (both reported by users of events).
    pub(super) fn full_path(&self) -> String {
        match self.live.stage.name() {
            _ if self.request.address.base_path.is_some() => self.request.path.to_owned(),
            DEFAULT_STAGE => self.path.to_owned(),
            stage => format!("/{stage}{}", self.path),
        }
    }

    /// The call, as policies know it.
    pub(super) fn invocation(&self) -> Invocation<'_> {
        Invocation {
            action: INVOKE,
            request: self.request,
            scope: &self.live.scope,
            api: self.live.api_id(),
            stage: self.live.stage.name(),
            resource: method_resource(self.request.method, self.path),
            at: self.started,
        }
    }
}
