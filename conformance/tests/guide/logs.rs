//! What CloudWatch Logs has of the requests.

use anyhow::{Context as _, Result};
use serde_json::{Value, json};
use stagecheck_conformance::client::Client;
use stagecheck_emulator::Emulator;

use crate::api::{Api, PETS};
use crate::{ACCESS_GROUP, api};
use stagecheck_conformance::cli::Cli;

/// A request that the API answered.
pub(crate) struct Request {
    pub(crate) host: String,
    /// `x-amzn-requestid` of the answer.
    pub(crate) id: String,
    /// `x-amz-apigw-id` of the answer.
    pub(crate) extended_id: String,
}

fn execution_group(api: &Api) -> String {
    format!("API-Gateway-Execution-Logs_{}/{}", api.id, api::STAGE)
}

/// Gives both groups a retention.
pub(crate) fn keep_for_a_while(cli: &Cli, emulator: &Emulator, api: &Api) -> Result<()> {
    let execution = execution_group(api);
    for group in [ACCESS_GROUP, &execution] {
        let arguments = ["--log-group-name", group, "--retention-in-days", "30"];
        cli.silent(&[["logs", "put-retention-policy"].as_slice(), &arguments].concat())?;
    }
    let answer = emulator.blocking_respond(Client::new("test", "us-east-1").logs("DescribeLogGroups", "{}")?);
    let told: Value = serde_json::from_slice(answer.body())?;
    let groups = told["logGroups"].as_array().context("groups are a list")?;
    let kept: Vec<_> =
        groups.iter().map(|group| (&group["logGroupName"], &group["retentionInDays"])).collect();
    // The first was made when the role was set, as on AWS. Nobody set its retention.
    let welcome = (&json!("/aws/apigateway/welcome"), &Value::Null);
    assert_eq!(kept, [welcome, (&json!(execution), &json!(30)), (&json!(ACCESS_GROUP), &json!(30))]);
    Ok(())
}

/// Both groups have the lines of these requests and no others.
pub(crate) fn show(cli: &Cli, api: &Api, requests: &[Request]) -> Result<()> {
    let access = messages(cli, ACCESS_GROUP)?;
    assert_eq!(access.len(), requests.len(), "{access:?}");
    for (line, request) in access.iter().zip(requests) {
        is_access_line(line, request)?;
    }
    let execution = messages(cli, &execution_group(api))?;
    let expected: Vec<String> = requests.iter().flat_map(|request| execution_lines(api, request)).collect();
    assert_eq!(execution.len(), expected.len(), "{execution:?}");
    for request in requests {
        let own = execution.iter().filter(|line| line.starts_with(&format!("({}) ", request.id)));
        let own: Vec<String> = own.map(|line| without_trace(line)).collect();
        assert_eq!(own, execution_lines(api, request));
    }
    Ok(())
}

fn messages(cli: &Cli, group: &str) -> Result<Vec<String>> {
    let found = cli.json(&["logs", "filter-log-events", "--log-group-name", group])?;
    let events = found["events"].as_array().context("events are a list")?;
    let message =
        |event: &Value| event["message"].as_str().map(str::to_owned).context("events have messages");
    events.iter().map(message).collect()
}

fn is_access_line(line: &str, request: &Request) -> Result<()> {
    let mut line: Value = serde_json::from_str(line).with_context(|| line.to_owned())?;
    let time = line["requestTime"].take();
    assert_eq!(
        line,
        json!({
            "requestId": request.id,
            "ip": "127.0.0.1",
            "caller": "-",
            "user": "-",
            "requestTime": null,
            "httpMethod": "GET",
            "resourcePath": "/pets",
            "status": "200",
            "protocol": "HTTP/1.1",
            "responseLength": PETS.len().to_string(),
        })
    );
    assert!(is_common_log_time(time.as_str().unwrap_or_default()), "{time}");
    Ok(())
}

/// Whether a text looks like `25/Sep/2026:09:20:27 +0000`.
fn is_common_log_time(text: &str) -> bool {
    let like = |letter: char| match letter {
        '0'..='9' => '0',
        'A'..='Z' => 'A',
        'a'..='z' => 'a',
        other => other,
    };
    text.chars().map(like).eq("00/Aaa/0000:00:00:00 +0000".chars())
}

/// The lines of one request, in their order.
fn execution_lines(api: &Api, request: &Request) -> Vec<String> {
    let (id, api, stage) = (&request.id, &api.id, api::STAGE);
    [
        format!("Extended Request Id: {}", request.extended_id),
        format!("Verifying Usage Plan for request: {id}. API Key:  API Stage: {api}/{stage}"),
        "API Key  authorized because method 'GET /pets' does not require API Key. Request will not contribute to \
         throttle or quota limits"
            .to_owned(),
        format!("Usage Plan check succeeded for API Key  and API Stage {api}/{stage}"),
        format!("Starting execution for request: {id}"),
        "HTTP Method: GET, Resource Path: /pets".to_owned(),
        "Method request path: {}".to_owned(),
        "Method request query string: {}".to_owned(),
        format!(
            "Method request headers: {{Host={}, Connection=close, X-Forwarded-For=127.0.0.1, X-Forwarded-Port=443, \
             X-Forwarded-Proto=https, X-Amzn-Trace-Id=Root={{trace}}}}",
            request.host
        ),
        "Method request body before transformations: ".to_owned(),
        format!("Method response body after transformations: {PETS}"),
        "Method response headers: {Content-Type=application/json}".to_owned(),
        "Successfully completed execution".to_owned(),
        "Method completed with status: 200".to_owned(),
    ]
    .map(|text| format!("({id}) {text}"))
    .into()
}

/// A line with a name in the place of the trace, which is new for each request.
fn without_trace(line: &str) -> String {
    match line.split_once("Root=") {
        Some((before, trace)) => {
            format!("{before}Root={{trace}}{}", trace.trim_start_matches(|letter| letter != '}'))
        }
        None => line.to_owned(),
    }
}
