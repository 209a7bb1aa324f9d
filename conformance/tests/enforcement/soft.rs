//! What is told of decisions.

use anyhow::{Context as _, Result, ensure};
use base64::Engine as _;
use base64::prelude::BASE64_URL_SAFE;
use serde_json::{Value, json};
use stagecheck_conformance::client::Client;
use stagecheck_conformance::xml::element;
use stagecheck_emulator::IamMode;

use crate::world::{World, allow, deny};

fn create(caller: &Client, name: &str) -> Result<http::Request<bytes::Bytes>> {
    caller.logs("CreateLogGroup", json!({"logGroupName": name}).to_string())
}

#[test]
fn soft_serves_and_tells_what_would_have_been_denied() -> Result<()> {
    let world = World::new(IamMode::Soft);
    let caller = world.session("nobody", &[])?;
    world.done(create(&caller, "g")?)?;
    let call = world.last_call()?;
    assert_eq!((&call["operation"], &call["status"]), (&json!("logs:CreateLogGroup"), &json!(200)));
    let resource = "arn:aws:logs:us-east-1:000000000000:log-group:g:log-stream:";
    assert_eq!(
        call["authorization"],
        json!({
            "mode": "soft",
            "outcome": "denied",
            "message": format!(
                "User: arn:aws:sts::000000000000:assumed-role/nobody/shift is not authorized to perform: \
                 logs:CreateLogGroup on resource: {resource} because no identity-based policy allows the \
                 logs:CreateLogGroup action"
            ),
            "required": [{
                "action": "logs:CreateLogGroup",
                "resource": resource,
                "outcome": "implicitDeny",
                "decidedBy": "identity-based policy",
            }],
        })
    );
    Ok(())
}

#[test]
fn why_a_call_is_denied_is_encoded_and_decoded() -> Result<()> {
    let world = World::new(IamMode::Enforce);
    let caller = world.session("worker", &[deny("logs:*", "*")])?;
    world.denied(create(&caller, "g")?)?;
    let call = world.last_call()?;
    let encoded = call["encodedAuthorizationMessage"].as_str().context("a message")?;
    let bytes = BASE64_URL_SAFE.decode(encoded)?;
    ensure!(!String::from_utf8_lossy(&bytes).contains("logs"));
    let decode = format!("Version=2011-06-15&Action=DecodeAuthorizationMessage&EncodedMessage={encoded}");
    let denied = world.denied(caller.query("sts", decode.clone())?)?;
    assert_eq!(denied.code, "AccessDenied");
    let answer = world.done(world.administrator()?.query("sts", decode)?)?;
    let decoded = element(std::str::from_utf8(answer.body())?, "DecodedMessage")?;
    let decoded: Value = serde_json::from_str(&decoded)?;
    assert_eq!((&decoded["allowed"], &decoded["explicitDeny"]), (&json!(false), &json!(true)));
    assert_eq!(decoded["context"]["action"], "logs:CreateLogGroup");
    assert_eq!(decoded["matchedStatements"]["items"], json!(["policy own, statement 1"]));
    Ok(())
}

#[test]
fn the_statement_that_decided_and_the_keys_that_were_missing_are_told() -> Result<()> {
    let world = World::new(IamMode::Enforce);
    let conditional = json!({"Effect": "Allow", "Action": "logs:DeleteLogGroup", "Resource": "*",
        "Condition": {"StringEquals": {"aws:SourceVpce": "vpce-1"}}});
    let mut named = deny("logs:DescribeLogGroups", "*");
    named["Sid"] = json!("NoLists");
    let caller = world.session("worker", &[allow("logs:CreateLogGroup", "*"), named, conditional])?;
    let required = |call: &Value| call["authorization"]["required"][0].clone();

    world.done(create(&caller, "g")?)?;
    let allowed = required(&world.last_call()?);
    assert_eq!(allowed["statements"], json!(["policy own, statement 1"]));
    world.denied(caller.logs("DescribeLogGroups", "{}")?)?;
    let denied = required(&world.last_call()?);
    assert_eq!(denied["outcome"], "explicitDeny");
    assert_eq!(denied["statements"], json!(["policy own, statement 2 (NoLists)"]));
    world.denied(caller.logs("DeleteLogGroup", json!({"logGroupName": "g"}).to_string())?)?;
    assert_eq!(required(&world.last_call()?)["missingKeys"], json!(["aws:SourceVpce"]));
    Ok(())
}

#[test]
fn off_asks_nobody() -> Result<()> {
    let world = World::new(IamMode::Off);
    let caller = world.session("nobody", &[deny("*", "*")])?;
    world.done(create(&caller, "g")?)?;
    assert_eq!(world.last_call()?.get("authorization"), None);
    Ok(())
}
