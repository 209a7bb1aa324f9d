//! The policy engine against two that know nothing of it: a naive evaluator, and a library by others.

#![expect(clippy::unwrap_used, clippy::panic, reason = "questions are well-formed; a panic is a failed test")]

mod library;
mod questions;
mod reference;

use proptest::prelude::*;
use stagecheck_policy::{
    Context, Decision, Document, Kind, Policies, Policy, Principal, Request, ResourcePolicy, evaluate,
};

use questions::{Question, Who, question};

fn parsed(documents: &[serde_json::Value], kind: Kind) -> Vec<Document> {
    documents.iter().map(|document| Document::parse(&document.to_string(), kind).unwrap()).collect()
}

fn named(documents: &[Document]) -> Vec<Policy<'_>> {
    documents.iter().map(|document| Policy { name: "p", document }).collect()
}

/// The answer of the engine that is under test.
fn ours(question: &Question) -> Decision {
    let identity = parsed(&question.identity, Kind::Identity);
    let boundary = parsed(question.boundary.as_slice(), Kind::Identity);
    let session = question.session.as_ref().map(|documents| parsed(documents, Kind::Identity));
    let resource = parsed(question.resource_policy.as_slice(), Kind::Resource);
    let levels: Vec<Vec<Document>> =
        question.service_control.iter().map(|level| parsed(level, Kind::ServiceControl)).collect();
    let levels: Vec<Vec<Policy<'_>>> = levels.iter().map(|level| named(level)).collect();
    let levels: Vec<&[Policy<'_>]> = levels.iter().map(Vec::as_slice).collect();
    let session = session.as_deref().map(named);
    let resource = match named(&resource).first() {
        None => ResourcePolicy::None,
        Some(policy) if question.resource_decides => ResourcePolicy::Required(*policy),
        Some(policy) => ResourcePolicy::Sufficient(*policy),
    };
    let context = question.context.iter().fold(Context::default(), |context, (key, values)| {
        context.with(key, values.iter().map(String::as_str))
    });
    let request = Request {
        principal: match question.who {
            Who::Root(arn) => Principal::Root(arn),
            Who::User(arn) => Principal::Aws(arn),
            Who::Session { arn, issuer } => Principal::Session { arn, issuer },
            Who::Service(name) => Principal::Service(name),
            Who::Anonymous => Principal::Anonymous,
        },
        action: question.action,
        resource: question.resource,
        resource_account: question.resource_account,
        context: &context,
    };
    let policies = Policies {
        identity: &named(&identity),
        boundary: named(&boundary).first().copied(),
        session: session.as_deref(),
        resource,
        service_control: &levels,
        resource_control: &[],
    };
    evaluate(&request, &policies)
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 4_000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn the_engine_answers_as_a_naive_evaluator(question in question()) {
        let decision = ours(&question);
        let expected = reference::answer(&question);
        prop_assert_eq!((decision.outcome, decision.decided_by), expected, "{:#?}", question);
    }

    #[test]
    fn the_engine_answers_as_iam_rs_where_that_has_the_rules(question in question()) {
        let question = library::within_its_subset(question);
        let expected = library::answer(&question);
        prop_assert_eq!(ours(&question).outcome, expected, "{:#?}", question);
    }
}

/// A generator that never reaches an outcome would let the laws above hold of nothing.
#[test]
fn questions_come_to_every_end() {
    use std::collections::BTreeMap;

    use proptest::strategy::ValueTree;
    use proptest::test_runner::TestRunner;

    let mut runner = TestRunner::deterministic();
    let mut ends: BTreeMap<String, usize> = BTreeMap::new();
    for _ in 0..4_000 {
        let question = question().new_tree(&mut runner).unwrap().current();
        let decision = ours(&question);
        *ends.entry(format!("{:?} by {:?}", decision.outcome, decision.decided_by)).or_default() += 1;
    }
    for end in [
        "Allowed by Identity",
        "Allowed by Resource",
        "ExplicitDeny by Identity",
        "ExplicitDeny by Resource",
        "ExplicitDeny by ServiceControl",
        "ImplicitDeny by Boundary",
        "ImplicitDeny by Identity",
        "ImplicitDeny by Resource",
        "ImplicitDeny by ServiceControl",
        "ImplicitDeny by Session",
    ] {
        assert!(ends.get(end).is_some_and(|count| *count >= 20), "{end} is too rare: {ends:#?}");
    }
}
