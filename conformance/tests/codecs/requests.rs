//! botocore writes requests, the emulator reads them.

use anyhow::{Context as _, Result, ensure};
use http::{HeaderMap, HeaderName, HeaderValue};
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};
use stagecheck_emulator::wire::{Document, Form, Request, Router, decode};
use stagecheck_models::{Operation, Protocol, Service};

use crate::botocore::{Task, ask};
use crate::coverage::Coverage;
use crate::interchange::{bytes, tagged, text};
use crate::report::Report;
use crate::values::{Extent, draw, inputs};
use crate::{botocore_name, losses, probe, spoken};

/// Random cases of each operation, after the one that has everything.
const RANDOM_CASES: usize = 16;

#[test]
fn requests_are_read_as_botocore_means_them() -> Result<()> {
    let cases = cases()?;
    let sent: Vec<Value> = cases.iter().map(Case::sent).collect();
    let Some(wires) = ask(Task::Requests, &sent)? else { return Ok(()) };
    let readers = Readers::new();
    let (mut report, mut coverage) = (Report::default(), Coverage::default());
    for (case, wire) in cases.iter().zip(&wires) {
        let expected = losses::of_request(case.operation, case.protocol, &case.input, case.milliseconds);
        let read = Wire::of(wire).and_then(|wire| {
            let read = readers.read(case.operation.service, case.protocol, &wire)?;
            coverage.note(read.0, &read.1);
            Ok(json!({"operation": read.0.name, "input": tagged(&read.1)}))
        });
        let expected = json!({"operation": case.operation.name, "input": tagged(&expected)});
        match read {
            Ok(read) => report.compare(case.operation, &expected, &read, &shown(wire)),
            Err(error) => report.disagree(case.operation, &expected, &format!("{error:#}"), &shown(wire)),
        }
    }
    report.conclude(cases.len())?;
    let members =
        coverage.complete(spoken().filter_map(|(operation, _)| Some((operation, operation.input?))))?;
    assert!(members > 2500, "{members}");
    Ok(())
}

struct Case {
    operation: &'static Operation,
    protocol: Protocol,
    input: Document<'static>,
    /// botocore writes timestamps with milliseconds.
    milliseconds: bool,
    /// The caller writes 1 for 1.0.
    whole_doubles_as_integers: bool,
}

fn cases() -> Result<Vec<Case>> {
    let mut runner = TestRunner::deterministic();
    let mut cases = Vec::new();
    for (operation, protocol) in spoken() {
        for number in 0..=RANDOM_CASES {
            let extent = if number == 0 { Extent::Whole } else { Extent::Random };
            let input = draw(&mut runner, &inputs(operation, protocol, extent))?;
            cases.push(Case {
                operation,
                protocol,
                input,
                // In CBOR botocore cannot.
                milliseconds: number % 2 == 0 && !matches!(protocol, Protocol::RpcV2Cbor { .. }),
                whole_doubles_as_integers: number % 3 == 0,
            });
        }
    }
    Ok(cases)
}

impl Case {
    fn sent(&self) -> Value {
        json!({
            "service": self.operation.service.name,
            "protocol": botocore_name(self.protocol),
            "operation": self.operation.name,
            "input": tagged(&self.input),
            "milliseconds": self.milliseconds,
            "whole_doubles_as_integers": self.whole_doubles_as_integers,
        })
    }
}

/// A request as it came.
struct Wire {
    method: String,
    path: String,
    query: String,
    headers: HeaderMap,
    body: Vec<u8>,
}

impl Wire {
    fn of(answer: &Value) -> Result<Self> {
        let headers = answer["headers"].as_array().context("botocore wrote no request")?;
        let headers = headers.iter().map(|pair| {
            let name: HeaderName = pair[0].as_str().context("a header has a name")?.parse()?;
            Ok((name, HeaderValue::from_str(pair[1].as_str().context("a header has a value")?)?))
        });
        Ok(Self {
            method: text(answer, "method")?.to_owned(),
            path: text(answer, "path")?.to_owned(),
            query: text(answer, "query")?.to_owned(),
            headers: headers.collect::<Result<_>>()?,
            body: bytes(answer, "body")?,
        })
    }

    fn header(&self, name: &str) -> Result<&str> {
        Ok(self.headers.get(name).with_context(|| format!("{name} is missing"))?.to_str()?)
    }
}

/// The emulator's way from a request to the operation and its input.
struct Readers {
    /// Both versions of API Gateway at one endpoint.
    gateway: Router,
    probe: Router,
}

impl Readers {
    fn new() -> Self {
        let rest = |service: &&'static Service| service.protocol == Protocol::RestJson;
        Self {
            gateway: Router::new(&stagecheck_models::SERVICES.into_iter().filter(rest).collect::<Vec<_>>()),
            probe: Router::new(&probe::SERVICES.into_iter().filter(rest).collect::<Vec<_>>()),
        }
    }

    fn read<'a>(
        &self,
        service: &'static Service,
        protocol: Protocol,
        wire: &'a Wire,
    ) -> Result<(&'static Operation, Document<'a>)> {
        let named = |name: &str| {
            let operation = service.operations.iter().find(|operation| operation.name == name);
            operation.copied().with_context(|| format!("{} has no operation {name:?}", service.name))
        };
        let (operation, labels, form) = match protocol {
            Protocol::RestJson => {
                let router = if service.name.starts_with("probe") { &self.probe } else { &self.gateway };
                let form = Form::parse(&wire.query)?;
                let route = router.route(&wire.method, &wire.path, &form)?;
                let route = route.context("no operation has this method and path")?;
                (route.operation, route.labels, form)
            }
            Protocol::AwsJson { target_prefix, .. } => {
                let target = wire.header("x-amz-target")?;
                let name = target.strip_prefix(target_prefix).and_then(|name| name.strip_prefix('.'));
                (named(name.context("the target is another service's")?)?, Vec::new(), Form::default())
            }
            Protocol::AwsQuery { .. } => {
                let form = Form::parse(std::str::from_utf8(&wire.body)?)?;
                (named(form.get("Action").context("Action is missing")?)?, Vec::new(), form)
            }
            Protocol::RpcV2Cbor { service_name, .. } => {
                ensure!(wire.header("smithy-protocol")? == "rpc-v2-cbor", "another protocol");
                let name = wire.path.strip_prefix(&format!("/service/{service_name}/operation/"));
                (named(name.context("the path is another service's")?)?, Vec::new(), Form::default())
            }
        };
        let request = Request { protocol, labels, form, headers: &wire.headers, body: &wire.body };
        Ok((operation, decode(operation, &request)?))
    }
}

/// The request as people read it, or why there is none.
fn shown(answer: &Value) -> String {
    let body = bytes(answer, "body").map(|body| String::from_utf8_lossy(&body).into_owned());
    match (answer["refused"].as_str(), body) {
        (None, Ok(body)) => {
            format!(
                "{} {}?{}\n{}\n{body}",
                answer["method"], answer["path"], answer["query"], answer["headers"]
            )
        }
        (Some(refused), _) => refused.to_owned(),
        (None, Err(error)) => error.to_string(),
    }
}
