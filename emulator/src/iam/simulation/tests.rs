//! The simulator decides as the policy engine does.

use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};
use stagecheck_policy::{Document, Outcome};

use super::*;
use crate::ids::Ids;
use crate::service::{Principal as Caller, Quotas};
use crate::store::Scope;
use crate::time::Timestamp;

const CALLER: &str = "arn:aws:iam::123456789012:user/ann";
const BUCKETS: [&str; 3] =
    ["arn:aws:s3:::one/a", "arn:aws:sqs:us-east-1:123456789012:q", "arn:aws:sqs:us-east-1:210987654321:q"];

/// Simulates a custom policy, and answers what the wire would be told.
fn simulate(input: Value) -> Result<Value, Fault> {
    let scope = Scope::default();
    let (principal, ids, quotas) = (Caller::root(&scope), Ids::seeded(1), Quotas::default());
    let now = Timestamp::from_millis(0);
    let ctx = Ctx { scope: &scope, principal: &principal, now, ids: &ids, quotas: &quotas };
    let input: SimulateCustomPolicy = serde_json::from_value(input).unwrap();
    custom(&ctx, &Iam::default(), input).map(|output| serde_json::to_value(output).unwrap())
}

fn statement(resources: &'static [&'static str]) -> impl Strategy<Value = Value> {
    let conditions = prop_oneof![
        4 => Just(json!({})),
        1 => Just(json!({"StringEquals": {"k:one": "1"}})),
        1 => Just(json!({"StringNotEquals": {"k:two": "2"}})),
        1 => Just(json!({"StringEquals": {"aws:username": "ann"}})),
    ];
    (
        select(&["Allow", "Allow", "Deny"][..]),
        select(&["*", "s3:*", "sqs:Send*", "s3:GetObject"][..]),
        select(resources),
        conditions,
    )
        .prop_map(|(effect, action, resource, condition)| {
            json!({"Effect": effect, "Action": action, "Resource": resource, "Condition": condition})
        })
}

fn policy(resources: &'static [&'static str]) -> impl Strategy<Value = String> {
    prop::collection::vec(statement(resources), 1..4)
        .prop_map(|statements| json!({"Version": "2012-10-17", "Statement": statements}).to_string())
}

fn of_resource() -> impl Strategy<Value = String> {
    let named =
        select(&[CALLER, "arn:aws:iam::123456789012:root", "*", "arn:aws:iam::123456789012:user/bob"][..]);
    (select(&["Allow", "Deny"][..]), named, select(&["s3:*", "sqs:*"][..])).prop_map(|(effect, named, action)| {
        json!({"Statement": {"Effect": effect, "Principal": {"AWS": named}, "Action": action, "Resource": "arn:aws:s*"}})
            .to_string()
    })
}

const IDENTITY: &[&str] = &["*", "arn:aws:s3:::*", "arn:aws:sqs:*:*:q", "arn:aws:s3:::${aws:username}/*"];

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_simulated_decision_is_the_engines(
        identity in prop::collection::vec(policy(IDENTITY), 0..3),
        boundary in prop::option::of(policy(IDENTITY)),
        resource in prop::option::of(of_resource()),
        action in select(&["s3:GetObject", "sqs:SendMessage", "S3:getobject", "iam:GetUser"][..]),
        on in select(&BUCKETS[..]),
        one in prop::option::of(select(&["1", "2"][..])),
    ) {
        let mut input = json!({
            "PolicyInputList": identity,
            "PermissionsBoundaryPolicyInputList": boundary.iter().collect::<Vec<_>>(),
            "ActionNames": [action],
            "ResourceArns": [on],
            "CallerArn": CALLER,
            "ContextEntries": one.iter().map(|one| json!({
                "ContextKeyName": "k:one", "ContextKeyValues": [one], "ContextKeyType": "string",
            })).collect::<Vec<_>>(),
        });
        if let Some(resource) = &resource {
            input["ResourcePolicy"] = resource.as_str().into();
        }
        let simulated = simulate(input).unwrap();

        let parse = |text: &String, kind| Document::parse(text, kind).unwrap();
        let identity: Vec<Document> = identity.iter().map(|text| parse(text, Kind::Identity)).collect();
        let identity: Vec<Policy<'_>> = identity.iter().map(|document| Policy { name: "i", document }).collect();
        let boundary = boundary.as_ref().map(|text| parse(text, Kind::Identity));
        let resource = resource.as_ref().map(|text| parse(text, Kind::Resource));
        let mut context =
            Context::default().with("aws:userid", [CALLER]).with("aws:username", ["ann"]);
        if let Some(one) = one {
            context = context.with("k:one", [one]);
        }
        let account = on.split(':').nth(4).filter(|account| !account.is_empty() && resource.is_some());
        let decision = stagecheck_policy::evaluate(
            &Request { principal: Principal::Aws(CALLER), action, resource: on, resource_account: account, context: &context },
            &Policies {
                identity: &identity,
                boundary: boundary.as_ref().map(|document| Policy { name: "b", document }),
                resource: resource.as_ref().map_or(ResourcePolicy::None, |document| {
                    ResourcePolicy::Sufficient(Policy { name: "r", document })
                }),
                ..Policies::default()
            },
        );
        let expected = match decision.outcome {
            Outcome::Allowed => "allowed",
            Outcome::ExplicitDeny => "explicitDeny",
            Outcome::ImplicitDeny => "implicitDeny",
        };
        let result = &simulated["EvaluationResults"][0];
        prop_assert_eq!(&result["EvalDecision"], expected);
        prop_assert_eq!(&result["ResourceSpecificResults"][0]["EvalResourceDecision"], expected);
        let matched = result["MatchedStatements"].as_array().unwrap().len();
        prop_assert_eq!(matched, decision.matched.len());
        prop_assert_eq!(
            result["EvalDecisionDetails"].as_object().unwrap().is_empty(),
            !decision.crosses_accounts
        );
    }
}

#[test]
fn pages_are_counted_in_actions_and_cover_them_once() {
    let page = |marker: Option<&str>| {
        simulate(json!({
            "PolicyInputList": [], "ActionNames": ["a:b", "a:c", "a:b"], "ResourceArns": BUCKETS, "MaxItems": 2,
            "Marker": marker,
        }))
    };
    let first = page(None).unwrap();
    assert_eq!(first["EvaluationResults"].as_array().unwrap().len(), 2);
    assert_eq!(first["EvaluationResults"][1]["ResourceSpecificResults"].as_array().unwrap().len(), 3);
    let marker = first["Marker"].as_str().unwrap();
    let second = page(Some(marker)).unwrap();
    assert_eq!(second["EvaluationResults"][0]["EvalActionName"], "a:b");
    assert_eq!(second["IsTruncated"], false);
    for bad in [encode_token(&0), encode_token(&3), encode_token(&"a"), "nonsense".to_owned()] {
        assert_eq!(page(Some(&bad)).unwrap_err().code, "InvalidInput", "{bad}");
    }
}

#[test]
fn a_page_ends_early_where_there_are_many_resources() {
    let resources: Vec<String> = (0..6_000).map(|number| format!("arn:aws:s3:::{number}")).collect();
    let page = |marker: Option<&str>| {
        simulate(json!({
            "PolicyInputList": [], "ActionNames": ["a:b", "a:c"], "ResourceArns": resources, "Marker": marker,
        }))
        .unwrap()
    };
    let first = page(None);
    assert_eq!(first["EvaluationResults"].as_array().unwrap().len(), 1);
    let second = page(first["Marker"].as_str());
    assert_eq!(second["EvaluationResults"][0]["EvalActionName"], "a:c");
    assert_eq!(second["IsTruncated"], false);
}

#[test]
fn what_is_no_input_is_refused() {
    for (member, value) in [
        ("ActionNames", json!(["GetObject"])),
        ("ActionNames", json!([":GetObject"])),
        ("ActionNames", json!(["s3:"])),
        ("PolicyInputList", json!(["{"])),
        (
            "PolicyInputList",
            json!([r#"{"Statement":{"Effect":"Allow","Principal":"*","Action":"*","Resource":"*"}}"#]),
        ),
        ("PermissionsBoundaryPolicyInputList", json!(["{}", "{}"])),
        ("PermissionsBoundaryPolicyInputList", json!(["{}"])),
        ("ResourceArns", json!(["bucket"])),
        ("ResourceOwner", json!("123456789012")),
        ("CallerArn", json!("arn:aws:sts::123456789012:assumed-role/ci/7")),
        ("CallerArn", json!("arn:aws:iam::123456789012:root")),
        ("ResourcePolicy", json!("{}")),
        ("ResourceHandlingOption", json!("EC2-Moon")),
    ] {
        let mut input = json!({"PolicyInputList": [], "ActionNames": ["s3:GetObject"], "CallerArn": CALLER,
            "ResourceArns": BUCKETS});
        assert!(simulate(input.clone()).is_ok());
        input[member] = value.clone();
        assert_eq!(simulate(input).map_err(|fault| fault.code), Err("InvalidInput"), "{member} {value}");
    }
}
