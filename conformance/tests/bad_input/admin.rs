//! The emulator's own endpoints, used wrongly.

use anyhow::{Context as _, Result};
use bytes::Bytes;
use serde_json::{Value, json};
use stagecheck_conformance::client::plain;

use crate::refusal::Refusal;
use crate::world::World;
use crate::{deep, good};

#[test]
fn methods_that_an_endpoint_does_not_take() -> Result<()> {
    let world = World::new()?;
    for (path, allowed) in [
        ("/_stagecheck/health", "GET"),
        ("/_stagecheck/reset", "POST"),
        ("/_stagecheck/state", "GET, PUT"),
        ("/_stagecheck/deliveries", "GET"),
        ("/_stagecheck/requests", "GET"),
        ("/moto-api/reset", "POST"),
        ("/_localstack/health", "GET"),
    ] {
        let others = ["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "get", "BREW"];
        for method in others.into_iter().filter(|method| !allowed.split(", ").any(|each| each == *method)) {
            let what = format!("{method} {path}");
            world.refuses(&what, plain(method, path, "", "")?, &Refusal::admin(405))?;
            let answer = world.emulator.blocking_respond(plain(method, path, "", "")?);
            let allow = answer.headers().get("allow").with_context(|| format!("{what}: no Allow"))?;
            assert_eq!(allow, allowed, "{what}");
        }
    }
    Ok(())
}

#[test]
fn endpoints_that_there_are_not() -> Result<()> {
    let world = World::new()?;
    for path in [
        "/_stagecheck/",
        "/_stagecheck/nothing",
        "/_stagecheck/state/",
        "/_stagecheck//state",
        "/_stagecheck/%73tate",
        "/moto-api/data.json",
        "/_localstack/info",
    ] {
        for method in ["GET", "POST", "PUT", "DELETE"] {
            world.refuses(path, plain(method, path, "", "")?, &Refusal::admin(404))?;
        }
    }
    Ok(())
}

#[test]
fn states_that_are_none() -> Result<()> {
    let world = World::new()?;
    let state = world.state()?;
    let nested = format!(r#"{{"schema":"stagecheck-emulator/1","apigateway":{}}}"#, deep('[', "", ']'));
    let truncated = (1..state.len()).step_by(97).map(|length| state.slice(..length));
    let garbage = [
        "",
        "garbage",
        "null",
        "[]",
        "{}",
        r#"{"schema":17}"#,
        r#"{"schema":"stagecheck-emulator/1"}"#,
        r#"{"schema":"stagecheck-emulator/1","apigateway":[],"iam":[],"sts":[]}"#,
        r#"{"schema":"stagecheck-emulator/1","apigateway":[],"iam":[],"sts":[],"logs":{}}"#,
        r#"{"schema":"stagecheck-emulator/1","apigateway":[],"iam":[],"sts":[],"logs":[],"sqs":[]}"#,
        &nested,
    ];
    let garbage = garbage.map(|text| Bytes::copy_from_slice(text.as_bytes()));
    for body in garbage.into_iter().chain(truncated).chain([Bytes::from_static(b"\xff\xfe")]) {
        let what = format!("{} bytes of state", body.len());
        world.refuses(&what, plain("PUT", "/_stagecheck/state", "", body)?, &Refusal::admin(400))?;
    }
    Ok(())
}

#[test]
fn states_of_other_schemas() -> Result<()> {
    let world = World::new()?;
    for schema in ["", "stagecheck-emulator/2", "moto"] {
        let mut state = read(&world)?;
        state["schema"] = schema.into();
        let message = format!(
            "the state has schema {schema:?}; this emulator reads \"stagecheck-emulator/1\". Nothing was changed."
        );
        let refusal = Refusal::admin(400).saying(&message);
        world.refuses(schema, plain("PUT", "/_stagecheck/state", "", state.to_string())?, &refusal)?;
    }
    Ok(())
}

/// Of two states of one account and region, one would be lost.
#[test]
fn states_of_one_scope_twice() -> Result<()> {
    let world = World::new()?;
    for service in ["apigateway", "iam", "logs"] {
        let mut state = read(&world)?;
        let scopes = state[service].as_array_mut().context("no scopes")?;
        scopes.extend_from_within(0..1);
        let message = "the state has account 000000000000 in us-east-1 twice. Nothing was changed.";
        let refusal = Refusal::admin(400).saying(message);
        world.refuses(service, plain("PUT", "/_stagecheck/state", "", state.to_string())?, &refusal)?;
    }
    Ok(())
}

/// One wrong value in a state that is otherwise good.
#[test]
fn states_with_a_value_that_cannot_be() -> Result<()> {
    let world = World::new()?;
    for (place, value) in [
        ("/apigateway/0/account", json!("12345")),
        ("/iam/0/region", json!("moon")),
        ("/logs/0/state", json!([])),
        ("/logs/0/state/groups/0", json!(["group"])),
        ("/logs/0/state/groups/0/1/creationTime", json!("yesterday")),
        ("/iam/0/state/roles/0/1/AssumeRolePolicyDocument", json!("{}")),
        ("/apigateway/0/state/deployments/0/1/routes", json!(null)),
        // The number of the last event would be beyond what can be counted.
        ("/logs/0/state/events/0/1/0/firstNumber", json!(u64::MAX)),
    ] {
        let mut state = read(&world)?;
        *state.pointer_mut(place).with_context(|| format!("the state has no {place}"))? = value;
        let request = plain("PUT", "/_stagecheck/state", "", state.to_string())?;
        world.refuses(place, request, &Refusal::admin(400))?;
    }
    Ok(())
}

/// Values that no call can set. What they mean is open, but that they are read must fail nobody.
#[test]
fn states_with_extreme_values() -> Result<()> {
    let world = World::new()?;
    let original = read(&world)?;
    // The account's greeting has the first group.
    for (place, member, value) in [
        ("/logs/0/state/groups/1/1", "retentionInDays", json!(i64::MIN)),
        ("/logs/0/state/groups/1/1", "retentionInDays", json!(i64::MAX)),
        ("/logs/0/state/groups/1/1", "creationTime", json!(i64::MIN)),
        ("/logs/0/state/streams/1/1", "eventBytes", json!(u64::MAX)),
        ("/logs/0/state/streams/1/1", "lastEventTimestamp", json!(i64::MAX)),
        ("/logs/0/state/events/1/1/0", "events", json!([[i64::MIN, "m"]])),
        ("/logs/0/state/events/1/1/0", "events", json!([[i64::MAX, "m"]])),
        ("/logs/0/state/events/1/1/0", "firstNumber", json!(u64::MAX / 2)),
        ("/iam/0/state/roles/0/1", "MaxSessionDuration", json!(i64::MAX)),
        ("/iam/0/state/roles/0/1", "CreateDate", json!(i64::MIN)),
        ("/apigateway/0/state/restApis/0/1", "createdDate", json!(i64::MAX)),
    ] {
        let mut state = original.clone();
        let row = state.pointer_mut(place).with_context(|| format!("the state has no {place}"))?;
        row[member] = value;
        let request = plain("PUT", "/_stagecheck/state", "", state.to_string())?;
        assert_eq!(world.emulator.blocking_respond(request).status(), 200, "{member}");
        let now = u64::try_from(std::time::UNIX_EPOCH.elapsed()?.as_millis())?;
        let events = json!([{"timestamp": now, "message": "m"}]);
        let body = json!({"logGroupName": "group", "logStreamName": "stream", "logEvents": events});
        let write = world.client.logs("PutLogEvents", body.to_string())?;
        for request in [write].into_iter().chain(good::reads(&world)?) {
            let answer = world.emulator.blocking_respond(request);
            assert_eq!(answer.status(), 200, "{member}: {answer:?}");
        }
    }
    Ok(())
}

fn read(world: &World) -> Result<Value> {
    Ok(serde_json::from_slice(&world.state()?)?)
}
