//! An input whose later part is wrong changes nothing, though its first part was good.

use anyhow::Result;
use serde_json::{Value, json};

use crate::refusal::Refusal;
use crate::world::{TRUST, World};

fn replace(path: &str, value: &str) -> Value {
    json!({"op": "replace", "path": path, "value": value})
}

#[test]
fn patch_lists_with_a_wrong_last_operation() -> Result<()> {
    let world = World::new()?;
    let good = [replace("/description", "new"), replace("/*/*/logging/loglevel", "INFO")];
    for (bad, message) in [
        (replace("/*/*/logging/loglevel", "LOUD"), "Invalid logging level specified: LOUD"),
        (replace("/deploymentId", "nothing"), "Deployment id does not exist"),
        (replace("/accessLogSettings/format", ""), "Access Log value must not be empty"),
        (json!({"path": "/description"}), "Invalid patch operation: op must be specified"),
        (
            json!({"op": "remove", "path": "/variables/none"}),
            "Cannot remove method setting variables/none because there is no method setting for this method ",
        ),
    ] {
        let list: Vec<&Value> = good.iter().chain([&bad]).collect();
        let body = json!({"patchOperations": list}).to_string();
        let refusal = Refusal::rest(400, "BadRequestException").saying(message);
        world.refuses(message, world.client.rest("PATCH", &world.stage(), body)?, &refusal)?;
    }
    let list = [replace("/cloudwatchRoleArn", ""), replace("/features", "UsagePlans"), replace("/x", "")];
    let body = json!({"patchOperations": list}).to_string();
    let refusal = Refusal::rest(400, "BadRequestException");
    world.refuses("the account", world.client.rest("PATCH", "/account", body)?, &refusal)
}

#[test]
fn a_deployment_whose_stage_cannot_be() -> Result<()> {
    let world = World::new()?;
    let path = format!("/restapis/{}/deployments", world.api);
    for body in [
        json!({"stageName": "a b"}),
        json!({"stageName": "new", "variables": {"good": "value", "not good": "value"}}),
        json!({"stageName": "prod", "variables": {"good": "value", "bad": ""}}),
    ] {
        let request = world.client.rest("POST", &path, body.to_string())?;
        world.refuses(&body.to_string(), request, &Refusal::rest(400, "BadRequestException"))?;
    }
    Ok(())
}

#[test]
fn a_stage_with_a_wrong_variable() -> Result<()> {
    let world = World::new()?;
    let path = format!("/restapis/{}/stages", world.api);
    let variables = json!({"good": "value", "bad": "{}"});
    let body = json!({"stageName": "new", "deploymentId": world.deployment, "variables": variables});
    let refusal = Refusal::rest(400, "BadRequestException");
    world.refuses("variables", world.client.rest("POST", &path, body.to_string())?, &refusal)
}

#[test]
fn a_batch_with_an_event_out_of_order() -> Result<()> {
    let world = World::new()?;
    let now = u64::try_from(std::time::UNIX_EPOCH.elapsed()?.as_millis())?;
    let events = [now, now + 2, now + 1].map(|time| json!({"timestamp": time, "message": "m"}));
    let body = json!({"logGroupName": "group", "logStreamName": "stream", "logEvents": events});
    let refusal = Refusal::logs(400, "InvalidParameterException")
        .saying("Log events in a single PutLogEvents request must be in chronological order.");
    world.refuses("events", world.client.logs("PutLogEvents", body.to_string())?, &refusal)
}

#[test]
fn a_role_whose_last_member_is_wrong() -> Result<()> {
    let world = World::new()?;
    let good = format!("Action=CreateRole&Version=2010-05-08&RoleName=new&AssumeRolePolicyDocument={TRUST}");
    for (rest, refusal) in [
        ("PermissionsBoundary=arn:aws:iam::aws:policy/None", Refusal::iam(404, "NoSuchEntity")),
        (
            "Tags.member.1.Key=a&Tags.member.1.Value=b&Tags.member.2.Key=c",
            Refusal::iam(400, "ValidationError"),
        ),
    ] {
        world.refuses(rest, world.client.query("iam", format!("{good}&{rest}"))?, &refusal)?;
    }
    Ok(())
}
