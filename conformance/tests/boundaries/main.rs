//! Every constraint of every input, at its boundary: the last value that it allows passes, the first that it does not is
//! refused in the service's words and changes nothing.
//!
//! Inputs have what their operation requires and one value to try. Nothing is there that they could name, so what passes
//! is often refused later on, for what it names.

mod cases;
mod request;
mod values;

use anyhow::{Context as _, Result, ensure};
use bytes::Bytes;
use http::Response;
use stagecheck_conformance::client::{Client, plain};
use stagecheck_conformance::xml::element;
use stagecheck_emulator::Emulator;
use stagecheck_models::{Operation, Protocol};

use crate::cases::Case;

const SERVICES: [&str; 5] = ["apigateway", "apigatewayv2", "iam", "resourcegroupstaggingapi", "sts"];

#[test]
fn constraints_hold_at_their_boundaries() -> Result<()> {
    let client = Client::new("test", "us-east-1");
    let (mut allowed, mut refused, mut wrong) = (0, 0, Vec::new());
    for operation in operations() {
        let emulator = Emulator::builder().seed(1).build();
        for case in cases::of(operation) {
            let sent = || format!("{} {} with {}", operation.service.name, operation.name, case.input);
            let request = request::of(&client, operation, &case.input).with_context(sent)?;
            let before = state(&emulator)?;
            let answer = emulator.blocking_respond(request);
            let count = if case.violation.is_none() { &mut allowed } else { &mut refused };
            *count += 1;
            if let Err(error) = judge(operation, &case, &answer) {
                wrong.push(format!("{}: {error:#}", sent()));
            }
            if case.violation.is_some() && state(&emulator)? != before {
                wrong.push(format!("{}: the state is another", sent()));
            }
        }
    }
    ensure!(wrong.is_empty(), "{} differences:\n{}", wrong.len(), wrong.join("\n"));
    // There is nothing vacuous about it.
    ensure!(allowed > 800 && refused > 500, "{allowed} values allowed, {refused} refused");
    Ok(())
}

/// The operations that are built.
fn operations() -> impl Iterator<Item = &'static Operation> {
    let ledgers = stagecheck_emulator::ledgers().into_iter();
    ledgers
        .filter(|ledger| SERVICES.contains(&ledger.service.name))
        .flat_map(|ledger| ledger.accounts.into_iter().map(|account| account.operation))
}

fn state(emulator: &Emulator) -> Result<Bytes> {
    Ok(emulator.blocking_respond(plain("GET", "/_stagecheck/state", "", "")?).into_body())
}

fn judge(operation: &Operation, case: &Case, answer: &Response<Bytes>) -> Result<()> {
    let body = String::from_utf8_lossy(answer.body());
    let Some(violation) = &case.violation else {
        let is_refused = ["failed to satisfy constraint", "The specified value for"];
        ensure!(answer.status() != 500 && !is_refused.iter().any(|told| body.contains(told)), "{body}");
        return Ok(());
    };
    let (code, expected, message) = match operation.service.protocol {
        Protocol::RestJson => {
            let code = answer.headers()["x-amzn-errortype"].to_str()?;
            (code.to_owned(), "ValidationException", in_json(&body, "message")?)
        }
        Protocol::AwsQuery { .. } => (element(&body, "Code")?, "ValidationError", element(&body, "Message")?),
        _ => (in_json(&body, "__type")?, code_of_invalid(operation), in_json(&body, "message")?),
    };
    ensure!(answer.status() == 400 && code == expected, "{} {body}", answer.status());
    ensure!(message.contains(violation), "{message:?} does not say {violation:?}");
    Ok(())
}

/// The code for bad input that the model of an operation lists; the older one where it lists both, or none.
fn code_of_invalid(operation: &Operation) -> &'static str {
    let lists = |code: &str| operation.errors.iter().any(|error| error.code == code);
    if lists("ValidationException") && !lists("InvalidParameterException") {
        "ValidationException"
    } else {
        "InvalidParameterException"
    }
}

fn in_json(body: &str, member: &str) -> Result<String> {
    let body: serde_json::Value = serde_json::from_str(body)?;
    Ok(body[member].as_str().with_context(|| format!("no {member} in {body}"))?.to_owned())
}
