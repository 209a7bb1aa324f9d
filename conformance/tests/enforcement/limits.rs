//! What limits callers beside their own policies: boundaries, and service control policies.

use anyhow::{Result, ensure};
use serde_json::{Value, json};
use stagecheck_emulator::{IamMode, ServiceControl};

use crate::services::logging_role;
use crate::world::{ACCOUNT, World, allow, iam};

fn control(levels: &[&[Value]]) -> Result<ServiceControl> {
    let mut control = ServiceControl::default();
    for (position, statements) in levels.iter().enumerate() {
        let text = json!({"Version": "2012-10-17", "Statement": statements}).to_string();
        let name = format!("level-{position}");
        control = control.with_level(None, [(name.as_str(), text.as_str())])?;
    }
    Ok(control)
}

fn group(name: &str) -> String {
    json!({"logGroupName": name}).to_string()
}

#[test]
fn a_boundary_must_allow_too() -> Result<()> {
    let world = World::new(IamMode::Enforce);
    let boundary = "&PermissionsBoundary=arn:aws:iam::aws:policy/CloudWatchLogsReadOnlyAccess";
    let caller = world.session_with("bounded", &[allow("*", "*")], boundary)?;
    world.done(caller.logs("DescribeLogGroups", "{}")?)?;
    let answer = world.denied(caller.logs("CreateLogGroup", group("g"))?)?;
    let end = "because no permissions boundary allows the logs:CreateLogGroup action";
    ensure!(answer.message.ends_with(end), "{answer:?}");
    Ok(())
}

#[test]
fn every_level_of_service_control_must_allow() -> Result<()> {
    let levels = control(&[&[allow("*", "*")], &[allow("iam:*", "*"), allow("sts:*", "*")]])?;
    let world = World::under(IamMode::Enforce, levels);
    let caller = world.session("worker", &[allow("*", "*")])?;
    world.done(caller.query("iam", iam("ListUsers"))?)?;
    for caller in [&caller, &world.root] {
        let answer = world.denied(caller.logs("CreateLogGroup", group("g"))?)?;
        let end = "because no service control policy allows the logs:CreateLogGroup action";
        ensure!(answer.message.ends_with(end), "{answer:?}");
    }
    Ok(())
}

/// A service control policy pins where access logs go, which holds for root, too.
#[test]
fn the_destination_of_access_logs_can_be_pinned() -> Result<()> {
    let pinned = format!("arn:aws:logs:us-east-1:{ACCOUNT}:log-group:audit");
    let pin = json!({"Effect": "Deny", "Action": "apigateway:PATCH", "Resource": "*", "Condition": {
        // Where it is said at all.
        "Null": {"apigateway:Request/AccessLoggingDestination": "false"},
        "StringNotEquals": {"apigateway:Request/AccessLoggingDestination": pinned}}});
    let world = World::under(IamMode::Enforce, control(&[&[allow("*", "*"), pin]])?);
    let stage = stage(&world)?;
    let role = logging_role(&world)?;
    let rest = |path: &str, value: &str| {
        let operation = json!({"op": "replace", "path": path, "value": value});
        json!({"patchOperations": [operation]}).to_string()
    };
    world.done(world.root.rest("PATCH", "/account", rest("/cloudwatchRoleArn", &role))?)?;
    let destination =
        |arn: &str| world.root.rest("PATCH", &stage, rest("/accessLogSettings/destinationArn", arn));
    let answer = world.denied(destination(&pinned.replace("audit", "elsewhere"))?)?;
    let end = format!(
        "apigateway:PATCH on resource: arn:aws:apigateway:us-east-1::{stage} with an explicit deny in a service control \
         policy"
    );
    ensure!(answer.message.ends_with(&end), "{answer:?}");
    assert_eq!(answer.code, "AccessDeniedException");
    world.done(destination(&pinned)?)?;
    Ok(())
}

/// What the stage has may be asked for, too.
#[test]
fn a_stage_that_logs_can_be_kept_from_change() -> Result<()> {
    let keep = json!({"Effect": "Deny", "Action": "apigateway:DELETE", "Resource": "*", "Condition": {
        "StringLike": {"apigateway:Resource/AccessLoggingDestination": "*:log-group:audit"}}});
    let world = World::under(IamMode::Enforce, control(&[&[allow("*", "*"), keep]])?);
    let stage = stage(&world)?;
    let role = logging_role(&world)?;
    let role = json!({"patchOperations": [{"op": "replace", "path": "/cloudwatchRoleArn", "value": role}]});
    world.done(world.root.rest("PATCH", "/account", role.to_string())?)?;
    let arn = format!("arn:aws:logs:us-east-1:{ACCOUNT}:log-group:audit");
    let log = json!({"patchOperations": [
        {"op": "replace", "path": "/accessLogSettings/destinationArn", "value": arn},
        {"op": "replace", "path": "/accessLogSettings/format", "value": "$context.requestId"}]});
    world.done(world.root.rest("PATCH", &stage, log.to_string())?)?;
    assert_eq!(world.denied(world.root.rest("DELETE", &stage, "")?)?.code, "AccessDeniedException");
    let unlog = json!({"patchOperations": [{"op": "remove", "path": "/accessLogSettings"}]});
    world.done(world.root.rest("PATCH", &stage, unlog.to_string())?)?;
    world.done(world.root.rest("DELETE", &stage, "")?)?;
    Ok(())
}

/// The path of a stage that serves one method.
fn stage(world: &World) -> Result<String> {
    let api = world.json(world.root.rest("POST", "/restapis", json!({"name": "pets"}).to_string())?)?;
    let (id, root) = (&api["id"], &api["rootResourceId"]);
    let (id, root) = (id.as_str().unwrap_or_default(), root.as_str().unwrap_or_default());
    let method = format!("/restapis/{id}/resources/{root}/methods/GET");
    let none = json!({"authorizationType": "NONE"}).to_string();
    world.done(world.root.rest("PUT", &method, none)?)?;
    let mock = json!({"type": "MOCK"}).to_string();
    world.done(world.root.rest("PUT", &format!("{method}/integration"), mock)?)?;
    let stage = json!({"stageName": "prod"}).to_string();
    world.done(world.root.rest("POST", &format!("/restapis/{id}/deployments"), stage)?)?;
    Ok(format!("/restapis/{id}/stages/prod"))
}
