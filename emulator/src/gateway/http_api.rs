//! HTTP APIs: from a request to its answer and its access log. They have no execution logs.

mod access_log;
mod answer;
mod authorization;
mod context;
mod cors;
mod event;
mod exchange;
mod failure;
mod integration;
mod jwt;
mod lambda_authorizer;
mod mapping;
mod routing;

use std::sync::Arc;

use http::{HeaderMap, HeaderName, HeaderValue, header};

pub(super) use lambda_authorizer::Verdict;

use self::authorization::Doorkeepers;
use self::exchange::Exchange;
use self::failure::Failure;
use super::authorization::Signers;
use super::delivery::Delivery;
use super::proxy_answer::Answered;
use super::throttling::{Limited, Throttles};
use super::verdicts::Verdicts;
use super::{Backends, LARGEST_HEAD, LARGEST_PAYLOAD, Request};
use crate::apigatewayv2::LiveApi;
use crate::ids::Ids;
use crate::service::authorization::Authorizer;
use crate::time::Clock;
use crate::wire::Answer;

/// The id of a request, on every answer.
const REQUEST_ID: HeaderName = HeaderName::from_static("apigw-requestid");

/// Serves deployed HTTP APIs.
pub(crate) struct HttpApis {
    pub(crate) delivery: Arc<Delivery>,
    pub(crate) authorizer: Arc<Authorizer>,
    pub(crate) signers: Arc<dyn Signers>,
    pub(crate) backends: Arc<Backends>,
    pub(crate) throttles: Arc<Throttles>,
    pub(crate) verdicts: Arc<Verdicts>,
    pub(crate) clock: Arc<dyn Clock>,
    pub(crate) ids: Arc<Ids>,
}

impl HttpApis {
    /// Answers a request to a stage, and logs it.
    pub(super) async fn serve(&self, live: &LiveApi, request: &Request<'_>) -> Answer {
        let mut exchange = Exchange::new(request, live, self.ids.extended_request_id(), &*self.clock);
        let outcome = self.process(&mut exchange).await;
        let answer = conclude(&mut exchange, outcome);
        self.delivery.deliver(exchange.into_log_entry());
        answer
    }

    /// What a stage makes of a request. That it looks at the limits before it asks who calls is inferred.
    async fn process(&self, exchange: &mut Exchange<'_>) -> Result<Answered, Failure> {
        if exchange.request.body.len() > LARGEST_PAYLOAD {
            return Err(Failure::too_large());
        }
        if exchange.request.head_size() > LARGEST_HEAD {
            return Err(Failure::head_too_large());
        }
        if let Some(preflight) = cors::preflight(exchange) {
            return Ok(preflight);
        }
        let route = routing::find(exchange).ok_or_else(Failure::not_found)?;
        self.throttle(exchange)?;
        let doorkeepers = Doorkeepers {
            authorizer: &self.authorizer,
            signers: &*self.signers,
            backends: &self.backends,
            verdicts: &self.verdicts,
        };
        doorkeepers.check(exchange, &route).await?;
        integration::integrate(&self.backends, exchange, &route).await
    }

    /// Counts a request against what the stage sets for its route.
    fn throttle(&self, exchange: &Exchange<'_>) -> Result<(), Failure> {
        let Some(route) = &exchange.route else { return Ok(()) };
        let stage = &exchange.live.stage;
        let Some(rate) = stage.rate(&route.key) else { return Ok(()) };
        let limited = Limited {
            api: exchange.live.api_id().to_owned(),
            stage: stage.name().to_owned(),
            what: route.key.clone(),
            api_key: String::new(),
        };
        if self.throttles.takes_at_stage(limited, rate, exchange.started) {
            Ok(())
        } else {
            Err(Failure::throttled())
        }
    }

    /// The answer where there is no stage of the address (developer guide, "Create routes for HTTP APIs").
    pub(super) fn turn_away(&self) -> Answer {
        let answered = Failure::not_found().answer();
        answer(answered, &self.ids.extended_request_id())
    }
}

/// The answer to an outcome, which ends the exchange.
fn conclude(exchange: &mut Exchange<'_>, outcome: Result<Answered, Failure>) -> Answer {
    let mut answered = outcome.unwrap_or_else(|failure| {
        let answered = failure.answer();
        exchange.failure = Some(failure);
        answered
    });
    cors::add_headers(exchange, &mut answered.headers);
    exchange.finish(answered.status, answered.body.len());
    answer(answered, &exchange.id)
}

fn answer(answered: Answered, id: &str) -> Answer {
    let Answered { status, mut headers, body } = answered;
    headers.extend(HeaderValue::from_str(id).map(|id| (REQUEST_ID, id)));
    let headers = headers.iter().map(|(name, value)| (name.clone(), value.clone())).collect();
    Answer { status, headers, body }
}

/// The headers of JSON.
fn json_headers() -> HeaderMap {
    HeaderMap::from_iter([(header::CONTENT_TYPE, HeaderValue::from_static("application/json"))])
}
