//! Calls to services: who makes them, what operation they are for, and what it answers.

use std::net::IpAddr;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;

use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use http::request::Parts;
use http::{HeaderName, HeaderValue};
use stagecheck_models::{Operation, Protocol};

use super::LARGEST_BODY;
use super::authentication::Authentication;
use super::credential::Credential;
use super::identity::{Caller, Callers};
use super::refusal::Refusal;
use super::services::{Destination, Routed, Services, Unrouted, host, protocol_of};
use super::sigv4::Received;
use crate::admin::{self, History};
use crate::gateway::{AwsCall, AwsServices};
use crate::ids::Ids;
use crate::service::authorization::{Authorizer, Gate};
use crate::service::context::Circumstances;
use crate::service::ports::{UsageRecorder, UsedAction};
use crate::service::{Ctx, Fault, Identity, Quotas};
use crate::time::{Clock, Timestamp};
use crate::wire::{Answer, Call, Dispatch, Form, encode_fault};

const REQUEST_ID: HeaderName = HeaderName::from_static("x-amzn-requestid");
const EXTENDED_REQUEST_ID: HeaderName = HeaderName::from_static("x-amz-apigw-id");

/// Answers calls to services.
pub(crate) struct ServiceCalls {
    pub(crate) services: Services,
    pub(crate) callers: Arc<Callers>,
    pub(crate) authentication: Arc<Authentication>,
    pub(crate) history: Arc<History>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) ids: Arc<Ids>,
    pub(crate) quotas: Quotas,
    pub(crate) usage: Arc<dyn UsageRecorder>,
    pub(crate) authorizer: Arc<Authorizer>,
}

/// A call whose caller is known.
struct Known<'a> {
    caller: Caller,
    access_key_id: Option<&'a str>,
    circumstances: Circumstances<'a>,
    now: Timestamp,
    request_id: String,
}

/// A call within the emulator: integrations make them, as the role that they have.
impl AwsServices for ServiceCalls {
    fn call<'a>(&'a self, call: AwsCall<'a>) -> BoxFuture<'a, Answer> {
        self.serve_integration(call).boxed()
    }
}

impl ServiceCalls {
    /// Answers a request.
    pub(crate) async fn serve(&self, head: &Parts, body: &[u8], source_ip: IpAddr) -> Answer {
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
        let access_key_id = credential.as_ref().map(Credential::access_key_id);
        let operation = routed.as_ref().ok().map(|routed| routed.operation);
        if let Err(refusal) = self.authentication.admit(&caller, access_key_id, operation) {
            return refuse(refusal);
        }
        let circumstances = Circumstances::of(|name| head.headers.get(name)?.to_str().ok(), source_ip);
        let known = Known { caller, access_key_id, circumstances, now, request_id };
        self.answer(destination, routed, known).await
    }

    async fn serve_integration(&self, call: AwsCall<'_>) -> Answer {
        let AwsCall { service, scope, principal, head, body, source_ip } = call;
        let (now, request_id) = (self.clock.now(), self.ids.uuid().to_string());
        let Some(destination) = self.services.by_name(service, head) else {
            return self.sign(nobody(head, Some(service), &request_id), None, &request_id);
        };
        let dispatch = self.services.dispatch(destination);
        let routed = match Form::parse(head.uri.query().unwrap_or_default()) {
            Ok(query) => self.services.route(destination, head, query, body),
            Err(malformed) => {
                Err(Unrouted { dispatch, fault: (dispatch.dialect().malformed)(&malformed.to_string()) })
            }
        };
        let caller = Caller { scope, principal, key: None };
        let circumstances = Circumstances::of(|name| head.headers.get(name)?.to_str().ok(), source_ip);
        let known = Known { caller, access_key_id: None, circumstances, now, request_id };
        self.answer(destination, routed, known).await
    }

    /// What an operation answers to a caller who is known.
    async fn answer(
        &self,
        destination: Destination<'_>,
        routed: Result<Routed<'_, '_>, Unrouted<'_>>,
        known: Known<'_>,
    ) -> Answer {
        let Known { caller, access_key_id, circumstances, now, request_id } = known;
        let protocol = destination.protocol();
        let gate = self.authorizer.gate(|| circumstances);
        let (operation, dispatch, outcome) = match routed {
            Ok(routed) => {
                self.note(&routed, &caller, access_key_id, now);
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
    fn note(&self, routed: &Routed<'_, '_>, caller: &Caller, access_key_id: Option<&str>, now: Timestamp) {
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
            access_key_id: access_key_id.filter(|_| is_long_term),
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
