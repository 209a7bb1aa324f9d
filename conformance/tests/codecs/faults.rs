//! The emulator writes errors, botocore reads them.

use std::collections::BTreeSet;

use anyhow::Result;
use proptest::test_runner::TestRunner;
use serde_json::{Map, Value, json};
use stagecheck_emulator::service::Fault;
use stagecheck_emulator::wire::{Answer, encode_fault};
use stagecheck_models::{ErrorShape, Operation, Protocol};

use crate::answer::{REQUEST_ID, request_id_in_body, sent, shown};
use crate::botocore::{Task, ask};
use crate::report::Report;
use crate::text::{Place, texts};
use crate::values::draw;
use crate::{losses, spoken};

#[test]
fn faults_are_read_as_the_emulator_means_them() -> Result<()> {
    let cases = cases()?;
    let sent: Vec<Value> =
        cases.iter().map(|case| sent(case.operation, case.protocol, &case.answer)).collect();
    let Some(readings) = ask(Task::Faults, &sent)? else { return Ok(()) };
    let mut report = Report::default();
    for (case, read) in cases.iter().zip(&readings) {
        report.compare(case.operation, &case.expected(), read, &shown(&case.answer));
    }
    report.conclude(cases.len())?;
    let codes: BTreeSet<_> =
        cases.iter().map(|case| (case.operation.service.name, case.error.code)).collect();
    assert!(codes.len() > 70, "{}", codes.len());
    Ok(())
}

struct Case {
    operation: &'static Operation,
    protocol: Protocol,
    error: &'static ErrorShape,
    message: String,
    answer: Answer,
}

/// Every error that the models list for every operation.
fn cases() -> Result<Vec<Case>> {
    let mut runner = TestRunner::deterministic();
    let mut cases = Vec::new();
    for (operation, protocol) in spoken() {
        for error in operation.errors {
            let message = draw(&mut runner, &texts(Place::Anywhere))?;
            let fault = Fault::new(error.status, error.code, message.as_str());
            let answer = encode_fault(protocol, &fault, REQUEST_ID);
            cases.push(Case { operation, protocol, error, message, answer });
        }
    }
    Ok(cases)
}

impl Case {
    fn expected(&self) -> Value {
        let protocol = self.protocol;
        json!({
            "code": self.error.code,
            "message": losses::of_message(protocol, &self.message),
            "status": self.error.status,
            "request_id": request_id_in_body(protocol),
            "shape": self.error.shape.name,
            "members": self.members(),
        })
    }

    /// The message once more, where the error's own shape has it under the name on the wire.
    fn members(&self) -> Value {
        match self.protocol {
            // awsJson leaves an empty message out.
            Protocol::AwsJson { .. } if self.message.is_empty() => json!({}),
            // `Message` on the wire and `message` in the models: clients take it from the error, not from its shape.
            Protocol::AwsQuery { .. } => json!({}),
            Protocol::AwsJson { .. } | Protocol::RestJson | Protocol::RpcV2Cbor { .. } => {
                let members = self.error.shape.members().iter().filter(|member| member.wire == "message");
                members
                    .map(|member| (member.name.to_owned(), json!(self.message)))
                    .collect::<Map<_, _>>()
                    .into()
            }
        }
    }
}
