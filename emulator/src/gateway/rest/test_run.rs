//! Test invocations: what a deployed API would do, without a deployment, and with its log in the answer.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use bytes::Bytes;
use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use http::{HeaderMap, HeaderName, HeaderValue};

use super::authorization::is_allowed;
use super::exchange::{Exchange, RequestId};
use super::execution_log::{Detail, Line};
use super::failure::Failure;
use super::parameters::value_of;
use super::{authorizer, conclude, execute, routing, spelled};
use crate::apigateway::{Authorizer, Live, Method, Source, TestInvocation, TestReply, TestRuns, TestVerdict};
use crate::gateway::{Address, Backends, Request};
use crate::ids::Ids;
use crate::service::Fault;
use crate::store::SmallMap;
use crate::time::Clock;

/// Runs test invocations as the gateway runs requests.
pub(crate) struct TestBench {
    backends: Arc<Backends>,
    clock: Arc<dyn Clock>,
    ids: Arc<Ids>,
}

impl TestBench {
    /// A bench with these backends and this clock.
    #[must_use]
    pub(crate) fn new(backends: Arc<Backends>, clock: Arc<dyn Clock>, ids: Arc<Ids>) -> Self {
        Self { backends, clock, ids }
    }
}

impl TestRuns for TestBench {
    fn run<'a>(&'a self, live: &'a Live, invocation: &'a TestInvocation) -> BoxFuture<'a, TestReply> {
        self.invoke(live, invocation).boxed()
    }

    fn authorize<'a>(
        &'a self,
        live: &'a Live,
        authorizer: &'a Authorizer,
        invocation: &'a TestInvocation,
        context: &'a SmallMap<String, String>,
    ) -> BoxFuture<'a, Result<TestVerdict, Fault>> {
        self.verdict(live, authorizer, invocation, context).boxed()
    }
}

impl TestBench {
    async fn invoke(&self, live: &Live, invocation: &TestInvocation) -> TestReply {
        let headers = header_map(&invocation.headers);
        let body = Bytes::copy_from_slice(invocation.body.as_bytes());
        let request = request(invocation, &headers, &body, &live.api.id, &live.stage.stage_name);
        let id = RequestId::of(&HeaderMap::new(), &self.ids);
        let mut exchange = Exchange::new(&request, live, id, &*self.clock);
        exchange.is_test = true;
        exchange.log.keep(Detail::Data);
        let outcome = match routing::find(&live.deployment, &invocation.path, &invocation.verb) {
            // Whoever may test a method need not be let in by it (developer guide, "Test a REST API method").
            Some(matched) => {
                exchange.matched(&matched);
                execute(&self.backends, &mut exchange, matched.method).await
            }
            None => Err(Failure::missing_authentication_token()),
        };
        let answer = conclude(&mut exchange, outcome);
        TestReply {
            status: answer.status,
            // The ids of a request are the gateway's own, and a test has none.
            headers: answer
                .headers
                .iter()
                .filter(|(name, _)| !["x-amzn-requestid", "x-amz-apigw-id"].contains(&name.as_str()))
                .map(|(name, value)| (spelled(name.as_str()), text(value)))
                .collect(),
            body: String::from_utf8_lossy(&answer.body).into_owned(),
            log: exchange.test_log(),
            latency: exchange.latency(),
        }
    }

    async fn verdict(
        &self,
        live: &Live,
        authorizer: &Authorizer,
        invocation: &TestInvocation,
        context: &SmallMap<String, String>,
    ) -> Result<TestVerdict, Fault> {
        let headers = header_map(&invocation.headers);
        let body = Bytes::copy_from_slice(invocation.body.as_bytes());
        let request = request(invocation, &headers, &body, &live.api.id, &live.stage.stage_name);
        let id = RequestId::of(&HeaderMap::new(), &self.ids);
        let mut exchange = Exchange::new(&request, live, id, &*self.clock);
        exchange.is_test = true;
        exchange.log.keep(Detail::Data);
        let value = |exchange: &Exchange<'_>, source: Source<'_>| match source {
            Source::Context { name } => context.get(name).cloned(),
            source => value_of(exchange, source, None),
        };
        let method = Method::bare(&invocation.verb);
        let verdict = authorizer::test(&self.backends, &mut exchange, authorizer, &method, value).await;
        let status = match &verdict {
            Ok(verdict) if is_allowed(&exchange, verdict) => 200,
            Ok(_) => 403,
            Err(failure) => failure.status,
        };
        if let Err(failure) = &verdict {
            if failure.is_ours() {
                return Err(Fault::not_implemented(failure.message.as_ref()));
            }
            for line in &failure.log_lines {
                exchange.log.add(Line::Failed(line));
            }
        }
        exchange.finish(status, 0);
        let policy = verdict.ok().and_then(|verdict| verdict.policy_text);
        let authorized = exchange.authorizer.take().unwrap_or_default();
        Ok(TestVerdict {
            status,
            log: exchange.test_log(),
            latency: exchange.latency(),
            principal: authorized.principal,
            policy: policy.map(|policy| policy.to_string()),
            claims: authorized.claims.into_iter().collect(),
        })
    }
}

fn request<'a>(
    invocation: &'a TestInvocation,
    headers: &'a HeaderMap,
    body: &'a Bytes,
    api: &'a str,
    stage: &'a str,
) -> Request<'a> {
    Request {
        address: Address {
            api,
            stage,
            path: &invocation.path,
            behind_api: None,
            host: None,
            region: None,
            base_path: None,
        },
        method: &invocation.verb,
        query: &invocation.query,
        path: &invocation.path,
        host: "",
        headers,
        body,
        source_ip: IpAddr::V4(Ipv4Addr::LOCALHOST),
        handshake: None,
    }
}

/// What can stand in a request; the rest was refused when the invocation was made.
fn header_map(headers: &[(String, String)]) -> HeaderMap {
    let header = |(name, value): &(String, String)| {
        Some((HeaderName::from_bytes(name.as_bytes()).ok()?, HeaderValue::from_str(value).ok()?))
    };
    headers.iter().filter_map(header).collect()
}

fn text(value: &HeaderValue) -> String {
    String::from_utf8_lossy(value.as_bytes()).into_owned()
}
