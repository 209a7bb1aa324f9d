//! Integrations with AWS's own services, and deliveries of execution logs.

use anyhow::Result;
use serde_json::{Value, json};
use stagecheck_conformance::account::group_arn;

use crate::world::{Level, World, method};

const ROLE: &str = "arn:aws:iam::000000000000:role/integration";

fn service(target: &str, template: &str) -> Value {
    method(&json!({
        "type": "AWS", "httpMethod": "POST", "uri": format!("arn:aws:apigateway:us-east-1:{target}"),
        "credentials": ROLE, "requestTemplates": {"application/json": template},
        "responses": {"default": {"statusCode": "200"}, "4\\d{2}": {"statusCode": "500"}},
    }))
}

async fn make_role(world: &World, service: &str, action: &str) -> Result<()> {
    let trust = json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow",
        "Principal": {"Service": service}, "Action": "sts:AssumeRole"}]});
    let policy = json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": action, "Resource": "*"}]});
    let account = &world.account;
    account.iam(&format!("CreateRole&RoleName=integration&AssumeRolePolicyDocument={trust}")).await?;
    account.iam(&format!("PutRolePolicy&RoleName=integration&PolicyName=own&PolicyDocument={policy}")).await
}

#[tokio::test(flavor = "multi_thread")]
async fn services_are_called_as_the_role() -> Result<()> {
    let mut world = World::new().await?;
    make_role(&world, "apigateway.amazonaws.com", "logs:*").await?;
    let paths = json!({
        "/me": service("sts:action/GetCallerIdentity", ""),
        "/groups": service("logs:action/DescribeLogGroups", "{\"logGroupNamePrefix\": \"$input.params('prefix')\"}"),
        "/elsewhere": service("dynamodb:action/ListTables", "{}"),
    });
    world.deploy(Level::Info, &paths, &Value::Null).await?;
    let outcome = world.send("GET", "/me", &[], "").await?;
    let body = String::from_utf8_lossy(outcome.response.body()).into_owned();
    assert!(body.contains("assumed-role/integration/"), "{body}");
    assert!(
        outcome.execution.last().is_some_and(|line| line.contains("AWS Integration Endpoint RequestId : "))
    );
    let outcome = world.send("GET", "/groups?prefix=acc", &[], "").await?;
    let groups: Value = serde_json::from_slice(outcome.response.body())?;
    assert_eq!(groups["logGroups"][0]["logGroupName"], "access");
    let outcome = world.send("GET", "/elsewhere", &[], "").await?;
    assert!(String::from_utf8_lossy(outcome.response.body()).contains("dynamodb is not emulated"));
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_role_that_cannot_be_assumed_is_a_configuration_error() -> Result<()> {
    let mut world = World::new().await?;
    make_role(&world, "lambda.amazonaws.com", "logs:*").await?;
    world
        .deploy(Level::Error, &json!({"/me": service("sts:action/GetCallerIdentity", "")}), &Value::Null)
        .await?;
    let outcome = world.send("GET", "/me", &[], "").await?;
    assert_eq!(outcome.response.status().as_u16(), 500);
    let line = "({id}) Execution failed due to configuration error: API Gateway does not have permission to assume \
                the provided role arn:aws:iam::000000000000:role/integration";
    assert_eq!(outcome.execution[0], line);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn deliveries_take_execution_logs_in_the_place_of_the_managed_group() -> Result<()> {
    let mut world = World::new().await?;
    let mock = json!({"type": "MOCK", "requestTemplates": {"application/json": "{\"statusCode\": 200}"},
        "responses": {"default": {"statusCode": "200"}}});
    world.deploy(Level::Trace, &json!({"/pets": method(&mock)}), &Value::Null).await?;
    assert_eq!(world.send("GET", "/pets", &[], "").await?.execution.len(), 14);

    let account = &world.account;
    account.logs("CreateLogGroup", &json!({"logGroupName": "executions"})).await?;
    let stage = format!("arn:aws:apigateway:us-east-1:000000000000:/restapis/{}/stages/prod", world.api());
    let source = json!({"name": "prod", "resourceArn": stage, "logType": "EXECUTION_LOGS"});
    account.logs("PutDeliverySource", &source).await?;
    let destination = json!({"name": "executions", "outputFormat": "json",
        "deliveryDestinationConfiguration": {"destinationResourceArn": group_arn("executions")}});
    let made = account.logs("PutDeliveryDestination", &destination).await?;
    let fields = ["api_id", "stage", "resource_path", "http_method", "payload"];
    let delivery = json!({"deliverySourceName": "prod", "recordFields": fields,
        "deliveryDestinationArn": made["deliveryDestination"]["arn"]});
    account.logs("CreateDelivery", &delivery).await?;

    let long = "x".repeat(3000);
    let outcome = world.send("POST", "/pets", &[], &long).await?;
    assert_eq!(outcome.execution, [""; 0], "the managed group gets nothing meanwhile");
    let records = account.messages("executions").await?;
    assert_eq!(records.len(), 14, "{:?}", account.deliveries().await?);
    let record: Value = serde_json::from_str(&records[4])?;
    let told = [&record["api_id"], &record["stage"], &record["resource_path"], &record["http_method"]];
    assert_eq!(told, [world.api(), "prod", "/pets", "POST"]);
    assert!(record["payload"].as_str().is_some_and(|line| line.contains("Starting execution for request: ")));
    assert!(records.iter().any(|record| record.contains(&long)), "nothing is cut");
    Ok(())
}
