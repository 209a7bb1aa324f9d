//! The emulator writes answers, botocore reads them.

use anyhow::Result;
use proptest::test_runner::TestRunner;
use serde_json::{Value, json};
use stagecheck_emulator::wire::{Answer, Document, encode};
use stagecheck_models::{Kind, Operation, Protocol};

use crate::answer::{REQUEST_ID, request_id_in_body, sent, shown};
use crate::botocore::{Task, ask};
use crate::coverage::Coverage;
use crate::report::Report;
use crate::values::{Extent, draw, outputs};
use crate::{losses, services, spoken};

/// Random cases of each operation, after the one that has everything.
const RANDOM_CASES: usize = 16;

#[test]
fn answers_are_read_as_the_emulator_means_them() -> Result<()> {
    let cases = cases()?;
    let sent: Vec<Value> =
        cases.iter().map(|case| sent(case.operation, case.protocol, &case.answer)).collect();
    let Some(readings) = ask(Task::Responses, &sent)? else { return Ok(()) };
    let (mut report, mut coverage) = (Report::default(), Coverage::default());
    for (case, read) in cases.iter().zip(&readings) {
        let expected = case.expected();
        report.compare(case.operation, &expected, read, &shown(&case.answer));
        if expected == *read {
            coverage.note(case.operation, &case.output);
        }
    }
    report.conclude(cases.len())?;
    let members =
        coverage.complete(operations().filter_map(|(operation, _)| Some((operation, operation.output?))))?;
    assert!(members > 3000, "{members}");
    Ok(())
}

#[test]
fn only_event_streams_are_left_out() {
    let all = services().flat_map(|service| service.operations).copied();
    let left_out: Vec<&str> =
        all.filter(|operation| has_event_stream(operation)).map(|operation| operation.name).collect();
    assert_eq!(left_out, ["GetLogObject", "StartLiveTail"]);
}

struct Case {
    operation: &'static Operation,
    protocol: Protocol,
    output: Document<'static>,
    answer: Answer,
}

fn operations() -> impl Iterator<Item = (&'static Operation, Protocol)> {
    spoken().filter(|(operation, _)| !has_event_stream(operation))
}

/// Such answers are frames of `application/vnd.amazon.eventstream`, which no codec here writes.
fn has_event_stream(operation: &Operation) -> bool {
    operation.output.is_some_and(|shape| {
        shape.members().iter().any(|member| matches!(member.shape.kind, Kind::EventStream(_)))
    })
}

fn cases() -> Result<Vec<Case>> {
    let mut runner = TestRunner::deterministic();
    let mut cases = Vec::new();
    for (operation, protocol) in operations() {
        for number in 0..=RANDOM_CASES {
            let extent = if number == 0 { Extent::Whole } else { Extent::Random };
            let output = draw(&mut runner, &outputs(operation, protocol, extent))?;
            let answer = encode(operation, protocol, &output, REQUEST_ID)?;
            cases.push(Case { operation, protocol, output, answer });
        }
    }
    Ok(cases)
}

impl Case {
    fn expected(&self) -> Value {
        json!({
            "value": losses::of_response(self.operation, self.protocol, &self.output),
            "status": self.operation.status,
            "request_id": request_id_in_body(self.protocol),
        })
    }
}
