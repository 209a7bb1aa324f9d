//! What the emulator tells of itself.

use anyhow::{Context as _, Result};
use serde_json::{Value, json};
use stagecheck_conformance::client::{Client, plain};
use stagecheck_emulator::Emulator;

use crate::server::{self, TRUST, look, reset};

const SERVICES: [&str; 7] =
    ["apigateway", "apigatewayv2", "iam", "kms", "logs", "resourcegroupstaggingapi", "sts"];

#[test]
fn health_names_the_services() -> Result<()> {
    let emulator = Emulator::new();
    let health = look(&emulator, "/_stagecheck/health")?;
    assert_eq!(health["status"], "ok");
    let mut services: Vec<_> =
        health["services"].as_array().into_iter().flatten().filter_map(Value::as_str).collect();
    services.sort_unstable();
    assert_eq!(services, SERVICES);
    // What tools for LocalStack wait for.
    let health = look(&emulator, "/_localstack/health")?;
    for service in SERVICES {
        assert_eq!(health["services"][service], "running", "{service}");
    }
    assert_eq!(health["edition"], "stagecheck");
    assert!(health["version"].is_string(), "{health}");
    Ok(())
}

#[test]
fn requests_are_told_with_caller_and_outcome() -> Result<()> {
    let emulator = Emulator::new();
    assert_eq!(look(&emulator, "/_stagecheck/requests")?, json!({"total": 0, "requests": []}));
    let client = Client::new("111111111111", "us-east-1");
    for request in [
        client.rest("GET", "/restapis", "")?,
        client.rest("GET", "/restapis/none", "")?,
        client.rest("GET", "/nowhere", "")?,
        client.logs("CreateLogGroup", "{")?,
        client.query("iam", "Action=GetUser&Version=2010-05-08")?,
        client.query("sts", "Action=GetCallerIdentity&Version=2011-06-15")?,
        // These are no calls of a service that is here.
        client.query("sqs", "Action=ListQueues")?,
        plain("GET", "/_aws/execute-api/none/prod/", "", "")?,
        plain("GET", "/_stagecheck/health", "", "")?,
    ] {
        let _ = emulator.blocking_respond(request);
    }
    let told = look(&emulator, "/_stagecheck/requests")?;
    assert_eq!(told["total"], 6);
    let requests = told["requests"].as_array().context("requests are a list")?;
    let outcomes: Vec<_> =
        requests.iter().map(|request| (request["operation"].as_str(), request["status"].as_u64())).collect();
    assert_eq!(
        outcomes,
        [
            (Some("apigateway:GetRestApis"), Some(200)),
            (Some("apigateway:GetRestApi"), Some(404)),
            (Some("apigateway:-"), Some(403)),
            (Some("logs:CreateLogGroup"), Some(400)),
            (Some("iam:GetUser"), Some(200)),
            (Some("sts:GetCallerIdentity"), Some(200)),
        ]
    );
    for request in requests {
        assert_eq!(request["principal"], "arn:aws:iam::111111111111:root");
        assert!(request["time"].as_str().is_some_and(|time| time.ends_with('Z')), "{request}");
    }
    reset(&emulator)?;
    assert_eq!(look(&emulator, "/_stagecheck/requests")?["total"], 0);
    Ok(())
}

/// All are counted, the latest thousand are kept.
#[test]
fn the_oldest_requests_are_forgotten() -> Result<()> {
    let emulator = Emulator::new();
    let client = Client::new("test", "us-east-1");
    server::done(&emulator, client.rest("GET", "/account", "")?)?;
    for _ in 0..1000 {
        server::done(&emulator, client.rest("GET", "/restapis", "")?)?;
    }
    let told = look(&emulator, "/_stagecheck/requests")?;
    let requests = told["requests"].as_array().context("requests are a list")?;
    assert_eq!((&told["total"], requests.len()), (&json!(1001), 1000));
    assert!(requests.iter().all(|request| request["operation"] == "apigateway:GetRestApis"));
    Ok(())
}

#[test]
fn a_reset_forgets_deliveries() -> Result<()> {
    let emulator = Emulator::new();
    let nothing = json!({"delivered": 0, "refused": 0, "dropped": 0, "deliveries": []});
    assert_eq!(look(&emulator, "/_stagecheck/deliveries")?, nothing);
    let client = Client::new("test", "us-east-1");
    let api = one_logged_request(&emulator, &client)?;
    let told = look(&emulator, "/_stagecheck/deliveries")?;
    assert_eq!((&told["delivered"], &told["refused"]), (&json!(1), &json!(0)));
    assert_eq!(told["deliveries"][0]["destination"], format!("API-Gateway-Execution-Logs_{api}/prod"));
    reset(&emulator)?;
    assert_eq!(look(&emulator, "/_stagecheck/deliveries")?, nothing);
    Ok(())
}

/// Sets up a stage with execution logs and asks it for something. The API's id comes back.
pub(crate) fn one_logged_request(emulator: &Emulator, client: &Client) -> Result<String> {
    let role = format!("Action=CreateRole&Version=2010-05-08&RoleName=r&AssumeRolePolicyDocument={TRUST}");
    server::done(emulator, client.query("iam", role)?)?;
    let attach = "Action=AttachRolePolicy&Version=2010-05-08&RoleName=r&\
        PolicyArn=arn:aws:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs";
    server::done(emulator, client.query("iam", attach)?)?;
    let rest = |method: &str, path: &str, body: &Value| {
        server::json(emulator, client.rest(method, path, body.to_string())?)
    };
    let replace = |path: &str, value: &str| json!({"patchOperations": [{"op": "replace", "path": path, "value": value}]});
    rest("PATCH", "/account", &replace("/cloudwatchRoleArn", "arn:aws:iam::000000000000:role/r"))?;
    let api = rest("POST", "/restapis", &json!({"name": "api"}))?;
    let id = api["id"].as_str().context("APIs have ids")?.to_owned();
    let root = api["rootResourceId"].as_str().context("APIs have a root")?;
    let method = format!("/restapis/{id}/resources/{root}/methods/GET");
    rest("PUT", &method, &json!({"authorizationType": "NONE"}))?;
    rest("PUT", &format!("{method}/integration"), &json!({"type": "MOCK"}))?;
    rest("POST", &format!("/restapis/{id}/deployments"), &json!({"stageName": "prod"}))?;
    let level = replace("/*/*/logging/loglevel", "INFO");
    rest("PATCH", &format!("/restapis/{id}/stages/prod"), &level)?;
    let _ = emulator.blocking_respond(plain("GET", &format!("/_aws/execute-api/{id}/prod/"), "", "")?);
    Ok(id)
}
