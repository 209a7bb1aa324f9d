//! The developer's guide as a test: the `aws` CLI, as it is installed, takes a mocked API from nothing to access and
//! execution logs, past each refusal of AWS on the way, and loses them again with the role's trust.

mod api;
mod logs;
mod roles;

use anyhow::{Context as _, Result};
use serde_json::{Value, json};
use stagecheck_conformance::socket::{self, Reply};
use stagecheck_emulator::{Emulator, Running};

use self::api::Api;
use self::logs::Request;
use stagecheck_conformance::cli::Cli;

/// Where the access lines go.
const ACCESS_GROUP: &str = "pets-access";
const ACCESS_GROUP_ARN: &str = "arn:aws:logs:us-east-1:000000000000:log-group:pets-access";

/// What an access line says. The CLI's shorthand cannot carry its commas and quotes.
const FORMAT: &str = concat!(
    r#"{"requestId":"$context.requestId","ip":"$context.identity.sourceIp","#,
    r#""caller":"$context.identity.caller","user":"$context.identity.user","#,
    r#""requestTime":"$context.requestTime","httpMethod":"$context.httpMethod","#,
    r#""resourcePath":"$context.resourcePath","status":"$context.status","#,
    r#""protocol":"$context.protocol","responseLength":"$context.responseLength"}"#
);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_guide_leads_where_it_says() -> Result<()> {
    let running = Emulator::new().start().await?;
    let Some(cli) = Cli::for_endpoint(&running.url())? else { return Ok(()) };
    let api = api::create(&cli)?;
    logging_needs_a_role(&cli, &api)?;
    roles::set_the_accounts(&cli)?;
    logging_is_turned_on(&cli, &api)?;
    let requests = every_address_answers(&running, &api)?;
    logs::keep_for_a_while(&cli, running.emulator(), &api)?;
    logs::show(&cli, &api, &requests)?;
    roles::lose_trust(&cli)?;
    let unlogged = an_unlogged_request_is_answered(&running, &api)?;
    the_cause_is_told(&running, &unlogged)?;
    running.stop().await.context("the emulator stops")
}

fn logging_needs_a_role(cli: &Cli, api: &Api) -> Result<()> {
    let patch = json!([{"op": "replace", "path": "/*/*/logging/loglevel", "value": "INFO"}]);
    cli.refused(
        &update_stage(api, &patch.to_string()),
        "An error occurred (BadRequestException) when calling the UpdateStage operation: CloudWatch Logs role ARN \
         must be set in account settings to enable logging",
    )
}

fn logging_is_turned_on(cli: &Cli, api: &Api) -> Result<()> {
    cli.silent(&["logs", "create-log-group", "--log-group-name", ACCESS_GROUP])?;
    let patch = json!([
        {"op": "replace", "path": "/accessLogSettings/destinationArn", "value": ACCESS_GROUP_ARN},
        {"op": "replace", "path": "/accessLogSettings/format", "value": FORMAT},
        {"op": "replace", "path": "/*/*/logging/loglevel", "value": "INFO"},
        {"op": "replace", "path": "/*/*/logging/dataTrace", "value": "true"},
    ]);
    let stage = cli.json(&update_stage(api, &patch.to_string()))?;
    assert_eq!(stage["accessLogSettings"], json!({"format": FORMAT, "destinationArn": ACCESS_GROUP_ARN}));
    let setting = &stage["methodSettings"]["*/*"];
    assert_eq!((&setting["loggingLevel"], &setting["dataTraceEnabled"]), (&json!("INFO"), &json!(true)));
    Ok(())
}

fn update_stage<'a>(api: &'a Api, patch: &'a str) -> [&'a str; 8] {
    [
        "apigateway",
        "update-stage",
        "--rest-api-id",
        &api.id,
        "--stage-name",
        api::STAGE,
        "--patch-operations",
        patch,
    ]
}

/// Over a plain socket rather than `curl`, which is not everywhere; and so the logs show just the headers sent here.
fn every_address_answers(running: &Running, api: &Api) -> Result<Vec<Request>> {
    let (server, id) = (running.address(), &api.id);
    let port = server.port();
    let addresses = [
        (format!("{id}.execute-api.us-east-1.localhost:{port}"), "/prod/pets".to_owned()),
        (format!("{id}.execute-api.localhost:{port}"), "/prod/pets".to_owned()),
        (server.to_string(), format!("/_aws/execute-api/{id}/prod/pets")),
        (server.to_string(), format!("/restapis/{id}/prod/_user_request_/pets")),
    ];
    addresses.into_iter().map(|(host, path)| pets(running, host, &path)).collect()
}

/// As before, and no group has a new line.
fn an_unlogged_request_is_answered(running: &Running, api: &Api) -> Result<Request> {
    let before = all_logs(running)?;
    let path = format!("/_aws/execute-api/{}/prod/pets", api.id);
    let request = pets(running, running.address().to_string(), &path)?;
    assert_eq!(all_logs(running)?, before);
    Ok(request)
}

/// All that CloudWatch Logs keeps.
fn all_logs(running: &Running) -> Result<Value> {
    let reply = socket::get(running.address(), "localhost", "/_stagecheck/state")?;
    Ok(serde_json::from_str::<Value>(&reply.body)?["logs"].take())
}

fn pets(running: &Running, host: String, path: &str) -> Result<Request> {
    let reply = socket::get(running.address(), &host, path)?;
    assert_eq!((reply.status, reply.body.as_str()), (200, api::PETS), "{host}{path}");
    assert_eq!(reply.header("content-type"), Some("application/json"));
    let id = |name| header(&reply, name);
    Ok(Request { host, id: id("x-amzn-requestid")?, extended_id: id("x-amz-apigw-id")? })
}

fn header(reply: &Reply, name: &str) -> Result<String> {
    Ok(reply.header(name).with_context(|| format!("the answer has no {name}"))?.to_owned())
}

fn the_cause_is_told(running: &Running, unlogged: &Request) -> Result<()> {
    let reply = socket::get(running.address(), "localhost", "/_stagecheck/deliveries")?;
    let told: Value = serde_json::from_str(&reply.body)?;
    // Four requests with lines of both kinds, and one whose lines are nowhere.
    assert_eq!((&told["delivered"], &told["refused"]), (&json!(8), &json!(2)));
    let deliveries = told["deliveries"].as_array().context("deliveries are a list")?;
    let refused: Vec<&Value> =
        deliveries.iter().filter(|delivery| delivery["outcome"] == "refused").collect();
    assert_eq!(refused.len(), 2);
    for (delivery, log) in refused.into_iter().zip(["execution", "access"]) {
        assert_eq!((&delivery["request_id"], &delivery["log"]), (&json!(unlogged.id), &json!(log)));
        assert_eq!(
            delivery["cause"],
            "the trust policy of the role arn:aws:iam::000000000000:role/apigateway-logs does not let \
             apigateway.amazonaws.com assume it: no statement allows it"
        );
    }
    Ok(())
}
