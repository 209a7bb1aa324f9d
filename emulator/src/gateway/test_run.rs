//! Test invocations: what a deployed API would do, without a deployment, and with its log in the answer.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use http::{HeaderMap, HeaderName, HeaderValue};

use super::authorizer::identifies;
use super::exchange::{Exchange, Failure, RequestId};
use super::{Address, Request, answer, execute, execution_log, routing};
use crate::apigateway::{
    Authorizer, AuthorizerType, Known, Live, TestInvocation, TestReply, TestRuns, TestVerdict,
};
use crate::ids::Ids;
use crate::service::Fault;
use crate::time::Clock;

/// Runs test invocations as the gateway runs requests.
pub(crate) struct TestBench {
    clock: Arc<dyn Clock>,
    ids: Arc<Ids>,
}

impl TestBench {
    /// A bench with this clock.
    #[must_use]
    pub(crate) fn new(clock: Arc<dyn Clock>, ids: Arc<Ids>) -> Self {
        Self { clock, ids }
    }
}

impl TestRuns for TestBench {
    fn run(&self, live: &Live, invocation: &TestInvocation) -> TestReply {
        let started = self.clock.now();
        let headers = header_map(&invocation.headers);
        let request = request(invocation, &headers, &live.api.id, &live.stage.stage_name);
        let id = RequestId::of(&HeaderMap::new(), &self.ids);
        let mut exchange = Exchange::new(&request, live, id, started);
        exchange.outcome = match routing::find(&live.deployment, &invocation.path, &invocation.verb) {
            // Whoever may test a method need not be let in by it (developer guide, "Test a REST API method").
            Some(matched) => {
                exchange.matched(&matched);
                execute(live, &request, matched.method)
            }
            None => Failure::missing_authentication_token().into(),
        };
        let answer = answer(&exchange.id, &exchange.outcome);
        exchange.finish(answer.body.len(), self.clock.now());
        TestReply {
            status: answer.status,
            // The ids of a request are the gateway's own, and a test has none.
            headers: answer
                .headers
                .iter()
                .filter(|(name, _)| !["x-amzn-requestid", "x-amz-apigw-id"].contains(&name.as_str()))
                .map(|(name, value)| (title_case(name.as_str()), text(value)))
                .collect(),
            body: String::from_utf8_lossy(&answer.body).into_owned(),
            log: execution_log::test_log(&exchange),
            latency: exchange.latency(),
        }
    }

    fn authorize(
        &self,
        authorizer: &Authorizer,
        invocation: &TestInvocation,
        known: &Known,
    ) -> Result<TestVerdict, Fault> {
        let now = self.clock.now();
        let headers = header_map(&invocation.headers);
        let request = request(invocation, &headers, "", "");
        if identifies(authorizer, &request, known) {
            return Err(Fault::not_implemented(match authorizer.r#type {
                AuthorizerType::Token | AuthorizerType::Request => {
                    "This emulator does not invoke the Lambda functions of authorizers yet"
                }
                AuthorizerType::CognitoUserPools => {
                    "This emulator does not look into the tokens of user pools yet"
                }
            }));
        }
        let id = RequestId::of(&HeaderMap::new(), &self.ids).request;
        let lines = vec![(now, format!("Unauthorized request: {id}"))];
        Ok(TestVerdict { status: 401, log: execution_log::test_text(&id, &lines), latency: 0 })
    }
}

fn request<'a>(
    invocation: &'a TestInvocation,
    headers: &'a HeaderMap,
    api: &'a str,
    stage: &'a str,
) -> Request<'a> {
    Request {
        address: Address { api, stage, path: &invocation.path, host: None, region: None },
        method: &invocation.verb,
        query: &invocation.query,
        path: &invocation.path,
        host: "",
        headers,
        body: invocation.body.as_bytes(),
        source_ip: IpAddr::V4(Ipv4Addr::LOCALHOST),
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

/// `Content-Type`, as answers of test invocations spell it.
fn title_case(name: &str) -> String {
    let words = name.split('-').map(|word| {
        let (first, rest) = word.split_at(word.len().min(1));
        format!("{}{rest}", first.to_ascii_uppercase())
    });
    words.collect::<Vec<_>>().join("-")
}
