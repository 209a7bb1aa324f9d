//! REST APIs: from a request to its answer and its logs.

mod access_log;
mod authorization;
mod authorizer;
mod compression;
mod context;
mod exchange;
mod execution_log;
mod gateway_response;
mod integration;
mod limits;
mod log_entries;
mod parameters;
mod routing;
mod test_run;
mod unserved;
mod usage_plan;
mod validation;

use std::sync::Arc;

use http::{HeaderName, HeaderValue, header};

pub(super) use authorizer::Verdict;
pub(crate) use test_run::TestBench;

use self::authorization::Doorkeepers;
use self::exchange::{Exchange, RequestId};
use self::execution_log::Line;
use super::authorization::Signers;
use super::binary;
use super::delivery::Delivery;
use super::failure::{self, Failure};
use super::header_names::spelled;
use super::throttling::Throttles;
use super::verdicts::Verdicts;
use super::{Backends, LARGEST_HEAD, LARGEST_PAYLOAD, Reply, Request};
use crate::apigateway::{DeployedApis, Live, Method};
use crate::ids::Ids;
use crate::service::authorization::Authorizer;
use crate::time::Clock;
use crate::wire::Answer;

/// Serves deployed REST APIs.
pub(crate) struct RestApis {
    pub(crate) apis: Arc<DeployedApis>,
    pub(crate) delivery: Arc<Delivery>,
    pub(crate) authorizer: Arc<Authorizer>,
    pub(crate) signers: Arc<dyn Signers>,
    pub(crate) backends: Arc<Backends>,
    pub(crate) throttles: Arc<Throttles>,
    pub(crate) verdicts: Arc<Verdicts>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) ids: Arc<Ids>,
}

/// The most bytes of the ARN of a method with its path (quota "Method ARN length").
const LONGEST_METHOD_ARN: usize = 1600;

impl RestApis {
    /// Answers a request to a stage, and logs it.
    pub(super) async fn serve(&self, live: &Live, request: &Request<'_>) -> Answer {
        let id = RequestId::of(request.headers, &self.ids);
        let mut exchange = Exchange::new(request, live, id, &*self.clock);
        let outcome = self.process(&mut exchange).await;
        let answer = conclude(&mut exchange, outcome);
        self.delivery.deliver(exchange.into_log_entries());
        answer
    }

    /// What a stage makes of a request, in the order in which API Gateway looks at it.
    async fn process(&self, exchange: &mut Exchange<'_>) -> Result<Reply, Failure> {
        let (live, request) = (exchange.live, exchange.request);
        check_size(exchange)?;
        let matched = routing::find(&live.deployment, request.address.path, request.method)
            .ok_or_else(Failure::missing_authentication_token)?;
        exchange.matched(&matched);
        exchange.begin_log();
        exchange.log.add(Line::ExtendedRequestId(&exchange.id.extended));
        let method = matched.method;
        let doorkeepers = Doorkeepers {
            authorizer: &self.authorizer,
            signers: &*self.signers,
            backends: &self.backends,
            verdicts: &self.verdicts,
        };
        doorkeepers.check(exchange, method).await?;
        usage_plan::check(&self.apis, &self.throttles, exchange, method)?;
        limits::check_method(&self.throttles, exchange)?;
        execute(&self.backends, exchange, method).await
    }

    /// The answer where there is no API or no stage of the address.
    pub(super) fn turn_away(&self, request: &Request<'_>) -> Answer {
        let failure = Failure::forbidden();
        let mut answer = Answer {
            status: failure.status,
            headers: vec![(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))],
            body: failure.body(),
        };
        push_ids(&mut answer, &RequestId::of(request.headers, &self.ids));
        push(&mut answer, ERROR_TYPE, failure.error_type);
        answer
    }
}

/// Refuses a request that is larger than API Gateway takes.
fn check_size(exchange: &Exchange<'_>) -> Result<(), Failure> {
    let request = exchange.request;
    if request.body.len() > LARGEST_PAYLOAD {
        return Err(Failure::request_too_large());
    }
    if request.head_size() > LARGEST_HEAD {
        return Err(Failure::headers_too_large());
    }
    if authorization::method_arn(exchange).len() > LONGEST_METHOD_ARN {
        return Err(Failure::path_too_long());
    }
    Ok(())
}

/// What a method does with a request that was let in.
async fn execute(
    backends: &Backends,
    exchange: &mut Exchange<'_>,
    method: &Method,
) -> Result<Reply, Failure> {
    let request = exchange.request;
    exchange.log.add(Line::Starting(&exchange.id.request));
    exchange.log.add(Line::Method { verb: request.method, path: request.address.path });
    usage_plan::log_key(exchange);
    exchange.body = compression::decoded(exchange)?;
    if let Some(resource) = &exchange.resource {
        exchange.log.add(Line::RequestPath(&resource.parameters));
    }
    exchange.log.add(Line::RequestQuery(&exchange.query));
    if exchange.log.keeps_data() {
        let headers = exchange.headers().clone();
        exchange.log.add(Line::RequestHeaders(&headers));
    }
    exchange.log.add(Line::RequestBody(&exchange.body));
    validation::check(&backends.schemas, exchange, method)?;
    let reply = integration::integrate(backends, exchange, method).await?;
    exchange.log.add(Line::ResponseBody(&reply.body));
    exchange.log.add(Line::ResponseHeaders(&reply.headers));
    compression::encoded(exchange, reply)
}

const REQUEST_ID: HeaderName = HeaderName::from_static("x-amzn-requestid");
const EXTENDED_REQUEST_ID: HeaderName = HeaderName::from_static("x-amz-apigw-id");
const TRACE_ID: HeaderName = HeaderName::from_static("x-amzn-trace-id");
const ERROR_TYPE: HeaderName = HeaderName::from_static("x-amzn-errortype");

/// The answer to an outcome, which ends the exchange.
fn conclude(exchange: &mut Exchange<'_>, outcome: Result<Reply, Failure>) -> Answer {
    let reply = outcome.unwrap_or_else(|failure| gateway_response::reply(exchange, failure));
    let Reply { status, headers, body } = reply;
    exchange.finish(status, body.len());
    exchange.end_log();
    let mut answer = Answer { status, headers, body };
    push_ids(&mut answer, &exchange.id);
    push(&mut answer, TRACE_ID, &exchange.trace_header());
    if let Some(failure) = &exchange.failure {
        push(&mut answer, ERROR_TYPE, failure.error_type);
    }
    answer
}

fn push_ids(answer: &mut Answer, id: &RequestId) {
    push(answer, REQUEST_ID, &id.request);
    push(answer, EXTENDED_REQUEST_ID, &id.extended);
}

fn push(answer: &mut Answer, name: HeaderName, value: &str) {
    answer.headers.extend(HeaderValue::from_str(value).map(|value| (name, value)));
}
