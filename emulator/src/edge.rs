//! From an HTTP request to whoever answers it, and back.

mod authentication;
mod credential;
mod identity;
mod invokers;
mod refusal;
mod server;
mod services;
mod sigv4;

use std::net::IpAddr;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use bytes::Bytes;
use futures_util::FutureExt as _;
use http::request::Parts;
use http::{HeaderName, HeaderValue};
use stagecheck_models::{Operation, Protocol};

pub(crate) use authentication::Authentication;
pub use authentication::Sigv4;
pub(crate) use identity::Callers;
#[cfg(feature = "cli")]
pub(crate) use identity::ROOT_ACCESS_KEY_ID;
#[cfg(any(feature = "cli", feature = "sdk"))]
pub(crate) use identity::ROOT_SECRET;
pub(crate) use invokers::Invokers;
pub(crate) use server::{response, serve};
pub(crate) use services::Services;

use self::credential::Credential;
use self::identity::Caller;
use self::refusal::Refusal;
use self::services::{Routed, Unrouted, host, protocol_of};
use self::sigv4::Received;
use crate::admin::{self, Admin, Endpoint, History};
use crate::gateway::{self, Address, Delivery, Gateway};
use crate::ids::Ids;
use crate::service::authorization::{Authorizer, Gate};
use crate::service::context::Circumstances;
use crate::service::ports::{UsageRecorder, UsedAction};
use crate::service::{Ctx, Fault, Identity, Quotas};
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
    pub(crate) authentication: Arc<Authentication>,
    pub(crate) gateway: Gateway,
    pub(crate) delivery: Arc<Delivery>,
    pub(crate) admin: Admin,
    pub(crate) history: Arc<History>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) ids: Arc<Ids>,
    pub(crate) quotas: Quotas,
    pub(crate) usage: Arc<dyn UsageRecorder>,
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
    pub(crate) async fn respond(&self, head: &Parts, body: &Bytes, source_ip: IpAddr) -> Answer {
        let answer = async {
            match Door::of(head) {
                Door::Admin(endpoint) => {
                    self.delivery.settle();
                    self.admin.answer(endpoint, head, body)
                }
                Door::Gateway(address) => {
                    let request = gateway::Request {
                        address,
                        method: head.method.as_str(),
                        query: head.uri.query().unwrap_or_default(),
                        path: head.uri.path(),
                        host: host(head),
                        headers: &head.headers,
                        body,
                        source_ip,
                    };
                    self.gateway.serve(&request).await
                }
                Door::Services => {
                    self.delivery.settle();
                    self.serve(head, body, source_ip).await
                }
            }
        };
        AssertUnwindSafe(answer).catch_unwind().await.unwrap_or_else(|_| {
            let fault =
                Fault::new(500, "InternalFailure", "the emulator failed; its standard error tells where");
            encode_fault(Protocol::RestJson, &fault, "")
        })
    }

    async fn serve(&self, head: &Parts, body: &[u8], source_ip: IpAddr) -> Answer {
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
        let refuse = |refusal: Refusal| {
            let answer = encode_fault(protocol, &refusal.fault(protocol), &request_id);
            self.sign(answer, Some(protocol), &request_id)
        };
        let caller = match self.callers.identify(credential.as_ref(), &head.headers, now) {
            Ok(caller) => caller,
            Err(refusal) => return refuse(refusal),
        };
        let is_too_large = body.len() > LARGEST_BODY;
        // Of a body that is too large only the beginning is here, and no signature is of that.
        if !is_too_large {
            let received = || received(head, &query, body);
            let service = (protocol, dispatch.service().name);
            if let Err(refusal) =
                self.authentication.verify(received, credential.as_ref(), &caller, service, now)
            {
                return refuse(refusal);
            }
        }
        let routed = if let Some(malformed) = malformed {
            let fault = (dispatch.dialect().malformed)(&malformed.to_string());
            Err(Unrouted { dispatch, fault })
        } else if is_too_large {
            Err(Unrouted { dispatch, fault: (dispatch.dialect().too_large)() })
        } else {
            self.services.route(destination, head, query, body)
        };
        let operation = routed.as_ref().ok().map(|routed| routed.operation);
        if let Err(refusal) =
            self.authentication.admit(&caller, credential.as_ref().map(Credential::access_key_id), operation)
        {
            return refuse(refusal);
        }
        let gate = self.authorizer.gate(|| Circumstances::of(&head.headers, source_ip));
        let (operation, dispatch, outcome) = match routed {
            Ok(routed) => {
                self.note(&routed, &caller, credential.as_ref(), now);
                self.call(&routed, &caller, now, &request_id, gate.as_ref()).await
            }
            Err(Unrouted { dispatch, fault }) => (None, dispatch, Err(fault)),
        };
        let answer = outcome.unwrap_or_else(|fault| encode_fault(protocol, &fault, &request_id));
        self.history.record(admin::Call {
            service: dispatch.service(),
            operation,
            principal: caller.principal,
            status: answer.status,
            time: now,
            ruling: gate.and_then(Gate::into_ruling).map(Arc::new),
        });
        self.sign(answer, Some(protocol), &request_id)
    }

    /// Notes who uses what, before anything is checked: attempts count.
    fn note(
        &self,
        routed: &Routed<'_, '_>,
        caller: &Caller,
        credential: Option<&Credential<'_>>,
        now: Timestamp,
    ) {
        let Routed { operation, .. } = routed;
        let (service, principal) = (operation.service.signing_name, &caller.principal);
        if principal.identity == Identity::Root {
            return;
        }
        let is_long_term = principal.session.is_none();
        self.usage.record(&UsedAction {
            account: &principal.account,
            region: &caller.scope.region,
            identity: &principal.identity,
            unique_id: &principal.user_id,
            access_key_id: credential.map(Credential::access_key_id).filter(|_| is_long_term),
            service,
            // API Gateway's actions are the methods of HTTP.
            action: if service == "apigateway" { operation.method } else { operation.name },
            at: now,
        });
    }

    async fn call<'s>(
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
        let outcome = AssertUnwindSafe(dispatch.call(operation, &call, request)).catch_unwind().await;
        let outcome = outcome.unwrap_or_else(|_| {
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

/// A request as far as signatures go.
fn received<'a>(head: &'a Parts, parameters: &'a Form<'a>, body: &'a [u8]) -> Received<'a> {
    Received {
        method: head.method.as_str(),
        path: head.uri.path(),
        query: head.uri.query().unwrap_or_default(),
        parameters,
        host: host(head),
        headers: &head.headers,
        body,
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
