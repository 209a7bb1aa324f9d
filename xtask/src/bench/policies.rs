//! What the policy engine takes to decide.

use std::hint::black_box;
use std::time::{Duration, Instant};

use anyhow::Result;
use serde_json::{Value, json};
use stagecheck_policy::{Context, Document, Kind, Pattern, Policies, Policy, Principal, Request, evaluate};

use super::load::{median, micros};
use super::table::{Row, Target};

const ROUNDS: usize = 9;
const ROUND: Duration = Duration::from_millis(100);

/// Microseconds that an authorisation by three policies of four statements each may take.
const SLOWEST_DECISION: f64 = 5.0;

/// Microseconds that a pattern made to be slow may take.
const SLOWEST_MATCH: f64 = 1_000.0;

/// A typical authorisation, and a hostile pattern. The yardstick of both reads every letter once: the policies as JSON,
/// and the pattern beside the text.
pub(super) fn measure() -> Result<Vec<Row>> {
    let texts: Vec<String> = policies().iter().map(Value::to_string).collect();
    let documents: Vec<Document> =
        texts.iter().map(|text| Document::parse(text, Kind::Identity)).collect::<Result<_, _>>()?;
    let identity: Vec<Policy<'_>> =
        documents.iter().map(|document| Policy { name: "logging", document }).collect();
    let context = Context::default()
        .with("aws:SourceIp", ["203.0.113.9"])
        .with("aws:username", ["ann"])
        .with("aws:RequestedRegion", ["us-east-1"])
        .with("aws:CurrentTime", ["2026-11-23T09:00:00Z"]);
    let request = Request {
        principal: Principal::Aws("arn:aws:iam::123456789012:user/ann"),
        action: "logs:PutLogEvents",
        resource: "arn:aws:logs:us-east-1:123456789012:log-group:API-Gateway-Execution-Logs_a1b2c3/prod:log-stream:0",
        resource_account: None,
        context: &context,
    };
    let policies = Policies { identity: &identity, ..Policies::default() };
    let decision = each(|| {
        black_box(evaluate(black_box(&request), &policies));
    });
    let parse = each(|| {
        black_box(texts.iter().filter(|text| serde_json::from_str::<Value>(text).is_ok()).count());
    });
    let hostile = Pattern::new(&format!("*{}b*", "?a".repeat(1_022)), true);
    let text = "a".repeat(4_096);
    let matching = each(|| {
        black_box(hostile.matches(black_box(&text), &context));
    });
    let reading = each(|| {
        black_box(hostile.as_str().chars().zip(black_box(&text).chars()).filter(|(a, b)| a == b).count());
    });
    Ok(vec![
        row("authorisation by 3 policies, 12 statements, µs", decision, parse, SLOWEST_DECISION),
        row("a hostile pattern of 2,047 letters, µs", matching, reading, SLOWEST_MATCH),
    ])
}

fn row(figure: &str, measured: f64, yardstick: f64, most: f64) -> Row {
    Row {
        figure: figure.to_owned(),
        measured: format!("{measured:.2}"),
        yardstick: format!("{yardstick:.2}"),
        compared: format!("x {:.2}", measured / yardstick),
        target: Some(Target::at_most("", measured, most)),
    }
}

/// Microseconds of a call, in the middle of the rounds.
fn each(mut call: impl FnMut()) -> f64 {
    let mut round = || {
        let (begun, mut calls) = (Instant::now(), 0_u32);
        while begun.elapsed() < ROUND {
            call();
            calls += 1;
        }
        micros(begun.elapsed()) / f64::from(calls)
    };
    round();
    median((0..ROUNDS).map(|_| round()))
}

/// What a developer's user may have: rights to logs, to APIs, and limits on both.
fn policies() -> [Value; 3] {
    let allow = |actions: &[&str], resource: &str| json!({"Effect": "Allow", "Action": actions, "Resource": resource});
    let logs = json!([
        allow(&["logs:Describe*", "logs:Get*", "logs:FilterLogEvents"], "*"),
        allow(&["logs:CreateLogGroup", "logs:CreateLogStream"], "arn:aws:logs:*:123456789012:log-group:*"),
        allow(
            &["logs:PutLogEvents"],
            "arn:aws:logs:*:123456789012:log-group:API-Gateway-Execution-Logs_*:log-stream:*"
        ),
        allow(&["logs:PutRetentionPolicy"], "arn:aws:logs:*:123456789012:log-group:/${aws:username}/*"),
    ]);
    let apis = json!([
        allow(&["apigateway:GET"], "arn:aws:apigateway:*::/*"),
        allow(&["apigateway:PATCH", "apigateway:PUT"], "arn:aws:apigateway:*::/restapis/*/stages/*"),
        allow(&["execute-api:Invoke"], "arn:aws:execute-api:*:123456789012:*/prod/GET/*"),
        allow(&["iam:PassRole"], "arn:aws:iam::123456789012:role/apigateway-*"),
    ]);
    let deny = |actions: &[&str], conditions: Value| json!({"Effect": "Deny", "Action": actions, "Resource": "*", "Condition": conditions});
    let limits = json!([
        deny(&["*"], json!({"NotIpAddress": {"aws:SourceIp": ["203.0.113.0/24", "2001:db8::/32"]}})),
        deny(&["*"], json!({"StringNotEquals": {"aws:RequestedRegion": ["us-east-1", "eu-west-1"]}})),
        deny(&["logs:Delete*"], json!({"Bool": {"aws:MultiFactorAuthPresent": "false"}})),
        deny(&["*"], json!({"DateGreaterThan": {"aws:CurrentTime": "2027-01-01T00:00:00Z"}})),
    ]);
    [logs, apis, limits].map(|statements| json!({"Version": "2012-10-17", "Statement": statements}))
}
