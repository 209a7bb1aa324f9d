//! The data plane: deployed APIs answer requests and write their logs.

mod access_log;
mod address;
mod authorization;
mod authorizer;
mod delivery;
mod exchange;
mod execution_log;
#[cfg_attr(not(test), expect(dead_code, reason = "who renders templates comes next"))]
mod mapping;
mod masking;
mod mock;
mod routing;
mod test_run;
mod unserved;

use std::net::IpAddr;
use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderMap, HeaderName, HeaderValue, header};

pub(crate) use address::Address;
pub(crate) use authorization::{Signed, Signer, Signers};
pub(crate) use delivery::Delivery;
pub(crate) use test_run::TestBench;

use self::exchange::{Exchange, Failure, RequestId};
use crate::apigateway::{DeployedApis, Live, Method, NotLive};
use crate::ids::Ids;
use crate::service::authorization::Authorizer;
use crate::time::{Clock, Timestamp};
use crate::wire::Answer;

/// The largest payload of a request, in bytes (quota "Payload size", 10 MB).
pub(crate) const LARGEST_PAYLOAD: usize = 10 << 20;

/// A request to a deployed API.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Request<'a> {
    /// Where it goes.
    pub(crate) address: Address<'a>,
    /// HTTP method.
    pub(crate) method: &'a str,
    /// Query string, without `?`.
    pub(crate) query: &'a str,
    /// The whole path, as the client wrote and signed it.
    pub(crate) path: &'a str,
    /// The host that was called.
    pub(crate) host: &'a str,
    /// Headers.
    pub(crate) headers: &'a HeaderMap,
    /// Body.
    pub(crate) body: &'a [u8],
    /// The other end of the connection.
    pub(crate) source_ip: IpAddr,
}

/// Serves deployed APIs.
pub(crate) struct Gateway {
    apis: DeployedApis,
    delivery: Arc<Delivery>,
    authorizer: Arc<Authorizer>,
    signers: Arc<dyn Signers>,
    clock: Arc<dyn Clock>,
    ids: Arc<Ids>,
}

impl Gateway {
    /// A gateway to these APIs, whose logs go this way, and which lets in whom these say.
    #[must_use]
    pub(crate) fn new(
        apis: DeployedApis,
        delivery: Arc<Delivery>,
        authorizer: Arc<Authorizer>,
        signers: Arc<dyn Signers>,
        clock: Arc<dyn Clock>,
        ids: Arc<Ids>,
    ) -> Self {
        Self { apis, delivery, authorizer, signers, clock, ids }
    }

    /// Answers a request, and logs it.
    #[must_use]
    pub(crate) fn serve(&self, request: &Request<'_>) -> Answer {
        let started = self.clock.now();
        let id = RequestId::of(request.headers, &self.ids);
        let live = match self.apis.find(request.address.api, request.address.stage) {
            Ok(live) if live.is_at(&request.address) => live,
            Err(NotLive::NotServed) => return answer(&id, &Failure::not_served().into()),
            // There is no stage whose settings would ask for a log.
            Ok(_) | Err(NotLive::NoApi | NotLive::NoStage) => {
                return answer(&id, &Failure::forbidden().into());
            }
        };
        let mut exchange = Exchange::new(request, &live, id, started);
        exchange.outcome = match routing::find(&live.deployment, request.address.path, request.method) {
            _ if request.body.len() > LARGEST_PAYLOAD => Failure::request_too_large().into(),
            Some(matched) => {
                exchange.matched(&matched);
                match self.let_in(&live, &mut exchange, matched.method) {
                    Ok(()) => execute(&live, request, matched.method),
                    Err(failure) => failure.into(),
                }
            }
            None => Failure::missing_authentication_token().into(),
        };
        let answer = answer(&exchange.id, &exchange.outcome);
        exchange.finish(answer.body.len(), self.clock.now());
        self.log(&live, &exchange);
        answer
    }

    fn let_in(&self, live: &Live, exchange: &mut Exchange<'_>, method: &Method) -> Result<(), Failure> {
        unserved::check_access(live, method)?;
        authorization::check(&self.authorizer, &*self.signers, live, exchange, method)
    }

    /// Last of all, on every outcome: what the settings ask for, under the account's role.
    fn log(&self, live: &Live, exchange: &Exchange<'_>) {
        let execution = execution_log::lines(live, exchange);
        let access = access_log::line(live, exchange);
        self.delivery.deliver(live, exchange, &execution, access);
    }
}

/// What a method does with a request that was let in.
fn execute(live: &Live, request: &Request<'_>, method: &Method) -> Outcome {
    let reply = unserved::check_request(live, method, request)
        .and_then(|()| mock::integrate(method, request))
        .and_then(|reply| unserved::check_reply(live, request, reply));
    match reply {
        Ok(reply) => Outcome::Replied(reply),
        Err(failure) => failure.into(),
    }
}

impl Live {
    /// Whether the API answers at an address: not where its own is turned off, and in no other region.
    fn is_at(&self, address: &Address<'_>) -> bool {
        !self.api.disable_execute_api_endpoint
            && address.region.is_none_or(|region| region == self.scope.region.as_str())
    }
}

/// How a request ended.
#[derive(Clone, Debug)]
pub(crate) enum Outcome {
    /// The integration gave an answer.
    Replied(Reply),
    /// API Gateway itself answers.
    Failed(Failure),
}

/// What an integration answers.
#[derive(Clone, Debug)]
pub(crate) struct Reply {
    status: u16,
    headers: Vec<(HeaderName, HeaderValue)>,
    body: Bytes,
}

impl From<Failure> for Outcome {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

fn answer(id: &RequestId, outcome: &Outcome) -> Answer {
    const REQUEST_ID: HeaderName = HeaderName::from_static("x-amzn-requestid");
    const EXTENDED_REQUEST_ID: HeaderName = HeaderName::from_static("x-amz-apigw-id");
    const ERROR_TYPE: HeaderName = HeaderName::from_static("x-amzn-errortype");

    let mut headers = Vec::with_capacity(6);
    let mut push =
        |name, value: &str| headers.extend(HeaderValue::from_str(value).map(|value| (name, value)));
    push(REQUEST_ID, &id.request);
    push(EXTENDED_REQUEST_ID, &id.extended);
    let (status, body) = match outcome {
        Outcome::Replied(reply) => {
            headers.extend(reply.headers.iter().cloned());
            (reply.status, reply.body.clone())
        }
        Outcome::Failed(failure) => {
            push(header::CONTENT_TYPE, "application/json");
            push(ERROR_TYPE, failure.error_type);
            (failure.status, failure.body())
        }
    };
    Answer { status, headers, body }
}

/// The time between two moments, in milliseconds.
fn elapsed(from: Timestamp, to: Timestamp) -> i64 {
    (to.millis() - from.millis()).max(0)
}
