//! From an HTTP request to whoever answers it, and back.

mod credential;
mod identity;
mod server;
mod services;

use std::net::IpAddr;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use http::request::Parts;
use http::{HeaderName, HeaderValue};
use stagecheck_models::{Operation, Protocol};

pub(crate) use identity::Callers;
pub(crate) use server::{response, serve};
pub(crate) use services::Services;

use self::credential::Credential;
use self::identity::Caller;
use self::services::{Routed, Unrouted, host, protocol_of};
use crate::admin::{self, Admin, Endpoint, History};
use crate::gateway::{self, Address, Gateway};
use crate::ids::Ids;
use crate::service::authorization::{Authorizer, Gate};
use crate::service::context::Circumstances;
use crate::service::{Ctx, Fault, Quotas};
use crate::time::{Clock, Timestamp};
use crate::wire::{Answer, Call, Dispatch, Form, encode_fault};

/// The largest body of a call to a service, in bytes.
const LARGEST_BODY: usize = 10 << 20;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-amzn-requestid");
const EXTENDED_REQUEST_ID: HeaderName = HeaderName::from_static("x-amz-apigw-id");

/// Answers every request that reaches the emulator.
pub(crate) struct Edge {
    pub(crate) services: Services,
    pub(crate) callers: Arc<Callers>,
    pub(crate) gateway: Gateway,
    pub(crate) admin: Admin,
    pub(crate) history: Arc<History>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) ids: Arc<Ids>,
    pub(crate) quotas: Quotas,
    pub(crate) authorizer: Arc<Authorizer>,
}

/// Who answers a request.
enum Door<'a> {
    Gateway(Address<'a>),
    Admin(Endpoint),
    Services,
}

impl<'a> Door<'a> {
    fn of(head: &'a Parts) -> Self {
        let path = head.uri.path();
        if let Some(endpoint) = Endpoint::at(path) {
            return Self::Admin(endpoint);
        }
        Address::parse(host(head), path).map_or(Self::Services, Self::Gateway)
    }
}

/// The longest body of such a request that is read at all. A body that is one byte longer is too large.
fn largest_body(head: &Parts) -> usize {
    match Door::of(head) {
        Door::Gateway(_) => gateway::LARGEST_PAYLOAD,
        Door::Admin(Endpoint::State) => admin::LARGEST_IMPORT,
        Door::Admin(_) | Door::Services => LARGEST_BODY,
    }
}

/// Whether other requests should go on meanwhile: a large state takes seconds to read or write.
fn takes_long(head: &Parts) -> bool {
    Endpoint::at(head.uri.path()) == Some(Endpoint::State)
}

impl Edge {
    /// Answers a request. A bug of ours answers 500, and leaves the state as it was.
    pub(crate) fn respond(&self, head: &Parts, body: &[u8], source_ip: IpAddr) -> Answer {
        catch_unwind(AssertUnwindSafe(|| match Door::of(head) {
            Door::Admin(endpoint) => self.admin.answer(endpoint, &head.method, body),
            Door::Gateway(address) => self.gateway.serve(&gateway::Request {
                address,
                method: head.method.as_str(),
                query: head.uri.query().unwrap_or_default(),
                headers: &head.headers,
                body,
                source_ip,
            }),
            Door::Services => self.serve(head, body, source_ip),
        }))
        .unwrap_or_else(|_| {
            let fault =
                Fault::new(500, "InternalFailure", "the emulator failed; its standard error tells where");
            encode_fault(Protocol::RestJson, &fault, "")
        })
    }

    fn serve(&self, head: &Parts, body: &[u8], source_ip: IpAddr) -> Answer {
        let now = self.clock.now();
        let request_id = self.ids.uuid().to_string();
        let (query, malformed) = match Form::parse(head.uri.query().unwrap_or_default()) {
            Ok(query) => (query, None),
            Err(malformed) => (Form::default(), Some(malformed)),
        };
        let credential = Credential::of(&head.headers, &query);
        let destination = match self.services.destination(head, credential.as_ref(), &query, body) {
            Ok(destination) => destination,
            Err(name) => return self.sign(nobody(head, name.as_deref(), &request_id), None, &request_id),
        };
        let (dispatch, protocol) = (self.services.dispatch(destination), destination.protocol());
        let identified = self.callers.identify(credential.as_ref(), &head.headers, now);
        let caller = match identified {
            Ok(caller) => caller,
            Err(bad_region) => {
                let answer = encode_fault(protocol, &bad_region.fault(protocol), &request_id);
                return self.sign(answer, Some(protocol), &request_id);
            }
        };
        let gate = self.authorizer.gate(|| circumstances(head, source_ip));
        let (operation, dispatch, outcome) = if let Some(malformed) = malformed {
            (None, dispatch, Err((dispatch.dialect().malformed)(&malformed.to_string())))
        } else if body.len() > LARGEST_BODY {
            (None, dispatch, Err((dispatch.dialect().too_large)()))
        } else {
            match self.services.route(destination, head, query, body) {
                Ok(routed) => self.call(&routed, &caller, now, &request_id, gate.as_ref()),
                Err(Unrouted { dispatch, fault }) => (None, dispatch, Err(fault)),
            }
        };
        let answer = outcome.unwrap_or_else(|fault| encode_fault(protocol, &fault, &request_id));
        self.history.record(admin::Call {
            service: dispatch.service(),
            operation,
            principal: caller.principal,
            status: answer.status,
            time: now,
            ruling: gate.and_then(Gate::into_ruling).map(Box::new),
        });
        self.sign(answer, Some(protocol), &request_id)
    }

    fn call<'s>(
        &self,
        routed: &Routed<'s, '_>,
        caller: &Caller,
        now: Timestamp,
        request_id: &str,
        gate: Option<&Gate<'_>>,
    ) -> (Option<&'static Operation>, &'s Dispatch, Result<Answer, Fault>) {
        let Routed { dispatch, operation, request } = routed;
        let ctx = Ctx {
            scope: &caller.scope,
            principal: &caller.principal,
            now,
            ids: &self.ids,
            quotas: &self.quotas,
        };
        let call = Call { ctx: &ctx, protocol: request.protocol, request_id, gate };
        // Here rather than further out, so that a service's own form of error answers.
        let outcome = catch_unwind(AssertUnwindSafe(|| dispatch.call(operation, &call, request)))
            .unwrap_or_else(|_| {
                Err((dispatch.dialect().internal)(&format!("{} failed in the emulator", operation.name)))
            });
        (Some(operation), dispatch, outcome)
    }

    /// The headers that every answer has.
    fn sign(&self, mut answer: Answer, protocol: Option<Protocol>, request_id: &str) -> Answer {
        answer.headers.extend(HeaderValue::from_str(request_id).map(|id| (REQUEST_ID, id)));
        if protocol == Some(Protocol::RestJson) {
            let id = self.ids.extended_request_id();
            answer.headers.extend(HeaderValue::from_str(&id).map(|id| (EXTENDED_REQUEST_ID, id)));
        }
        answer
    }
}

/// What a request tells beside its call.
fn circumstances(head: &Parts, source_ip: IpAddr) -> Circumstances<'_> {
    let header = |name| head.headers.get(name).and_then(|value| value.to_str().ok());
    Circumstances {
        source_ip,
        user_agent: header(http::header::USER_AGENT),
        referer: header(http::header::REFERER),
    }
}

/// The answer to requests for services that are not here. Of one that is named the client shows what it is told, if it is
/// told in the protocol that it speaks.
fn nobody(head: &Parts, service: Option<&str>, request_id: &str) -> Answer {
    let (protocol, fault) = match service {
        Some(name) => (
            protocol_of(head, name),
            Fault::not_implemented(format!(
                "The service {name} is not emulated. docs/coverage.md lists what is."
            )),
        ),
        None => (
            Protocol::RestJson,
            Fault::new(
                404,
                "UnknownOperationException",
                "The request names no service: it has no AWS signature, X-Amz-Target, Action, or path of one.",
            ),
        ),
    };
    encode_fault(protocol, &fault, request_id)
}
