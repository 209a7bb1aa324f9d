//! What holds of every call: a denial changes nothing, and is what the policies say by themselves.

use anyhow::{Context as _, Result, ensure};
use bytes::Bytes;
use http::Request;
use proptest::prelude::*;
use proptest::sample::{select, subsequence};
use serde_json::{Value, json};
use stagecheck_conformance::client::Client;
use stagecheck_emulator::IamMode;
use stagecheck_policy::{
    Context, Document, Kind, Outcome, Policies, Policy, Principal, Request as Asked, evaluate,
};

use crate::world::{ACCOUNT, World, iam};

/// Statements without conditions, so that nothing but action and resource decides.
const STATEMENTS: [&str; 10] = [
    r#"{"Effect":"Allow","Action":"*","Resource":"*"}"#,
    r#"{"Effect":"Allow","Action":"logs:*","Resource":"arn:aws:logs:*:*:log-group:a*"}"#,
    r#"{"Effect":"Allow","Action":"logs:Create*","Resource":"*"}"#,
    r#"{"Effect":"Allow","Action":"apigateway:POST","Resource":"arn:aws:apigateway:*::/restapis"}"#,
    r#"{"Effect":"Allow","NotAction":"iam:*","Resource":"*"}"#,
    r#"{"Effect":"Allow","Action":"iam:*","Resource":"arn:aws:iam::*:user/team/*"}"#,
    r#"{"Effect":"Deny","Action":"iam:Create*","NotResource":"arn:aws:iam::*:user/team/*"}"#,
    r#"{"Effect":"Deny","Action":"logs:DeleteLogGroup","Resource":"*"}"#,
    r#"{"Effect":"Deny","Action":"apigateway:*","Resource":"arn:aws:apigateway:*::/apis*"}"#,
    r#"{"Effect":"Allow","Action":"iam:*User","Resource":"*"}"#,
];

#[derive(Clone, Debug)]
enum Deed {
    CreateGroup(&'static str),
    DeleteGroup(&'static str),
    CreateUser(&'static str, &'static str),
    DeleteUser(&'static str),
    CreateApi,
    CreateHttpApi,
}

fn deed() -> impl Strategy<Value = Deed> {
    let name = || select(&["a", "ab", "b"][..]);
    prop_oneof![
        name().prop_map(Deed::CreateGroup),
        name().prop_map(Deed::DeleteGroup),
        (name(), select(&["/", "/team/"][..])).prop_map(|(name, path)| Deed::CreateUser(name, path)),
        name().prop_map(Deed::DeleteUser),
        Just(Deed::CreateApi),
        Just(Deed::CreateHttpApi),
    ]
}

impl Deed {
    fn request(&self, caller: &Client) -> Result<Request<Bytes>> {
        match self {
            Self::CreateGroup(name) => {
                caller.logs("CreateLogGroup", json!({"logGroupName": name}).to_string())
            }
            Self::DeleteGroup(name) => {
                caller.logs("DeleteLogGroup", json!({"logGroupName": name}).to_string())
            }
            Self::CreateUser(name, path) => {
                caller.query("iam", iam(&format!("CreateUser&UserName={name}&Path={path}")))
            }
            Self::DeleteUser(name) => caller.query("iam", iam(&format!("DeleteUser&UserName={name}"))),
            Self::CreateApi => caller.rest("POST", "/restapis", json!({"name": "a"}).to_string()),
            Self::CreateHttpApi => {
                let api = json!({"name": "a", "protocolType": "HTTP"}).to_string();
                caller.rest("POST", "/v2/apis", api)
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 48, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn a_denial_changes_nothing_and_is_what_the_policies_say(
        statements in subsequence(&STATEMENTS[..], 0..4),
        deeds in prop::collection::vec(deed(), 1..12),
    ) {
        hold(&statements, &deeds).map_err(|error| TestCaseError::fail(format!("{error:#}")))?;
    }
}

fn hold(statements: &[&str], deeds: &[Deed]) -> Result<()> {
    let world = World::new(IamMode::Enforce);
    let policy: Vec<Value> =
        statements.iter().map(|text| serde_json::from_str(text)).collect::<Result<_, _>>()?;
    let caller = world.session("worker", &policy)?;
    let document = json!({"Version": "2012-10-17", "Statement": policy}).to_string();
    let document =
        if statements.is_empty() { None } else { Some(Document::parse(&document, Kind::Identity)?) };
    for deed in deeds {
        let before = kept(&world)?;
        let answer = world.emulator.blocking_respond(deed.request(&caller)?);
        let body = String::from_utf8_lossy(answer.body());
        let is_denied = body.contains("is not authorized to perform");
        ensure!(!is_denied || kept(&world)? == before, "{deed:?} was denied and changed something");
        let call = world.last_call()?;
        let required = call["authorization"]["required"].as_array().context("requirements")?;
        ensure!(required.len() == 1, "{call}");
        let text = |name: &str| required[0][name].as_str().unwrap_or_default();
        let expected = decide(document.as_ref(), text("action"), text("resource"));
        ensure!(text("outcome") == word(expected), "{deed:?}: {call} against {expected:?}");
        ensure!(is_denied == (expected != Outcome::Allowed), "{deed:?}: {body}");
    }
    Ok(())
}

/// All that is kept, but for who used what last: attempts count.
fn kept(world: &World) -> Result<Value> {
    let mut export: Value = serde_json::from_slice(&world.export()?)?;
    for state in export["iam"].as_array_mut().into_iter().flatten() {
        state["state"]["usage"].take();
    }
    Ok(export)
}

fn decide(document: Option<&Document>, action: &str, resource: &str) -> Outcome {
    let role = format!("arn:aws:iam::{ACCOUNT}:role/worker");
    let context = Context::default();
    let request = Asked {
        principal: Principal::Aws(&role),
        action,
        resource,
        resource_account: None,
        context: &context,
    };
    let identity: Vec<Policy<'_>> =
        document.iter().map(|document| Policy { name: "own", document }).collect();
    evaluate(&request, &Policies { identity: &identity, ..Policies::default() }).outcome
}

fn word(outcome: Outcome) -> &'static str {
    match outcome {
        Outcome::Allowed => "allowed",
        Outcome::ExplicitDeny => "explicitDeny",
        Outcome::ImplicitDeny => "implicitDeny",
    }
}
