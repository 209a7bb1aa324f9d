//! An emulator with an account that may log, and one API at a time.

use std::sync::Arc;

use anyhow::{Context as _, Result, ensure};
use bytes::Bytes;
use fancy_regex::Regex;
use http::{HeaderName, HeaderValue, Request, Response};
use serde_json::{Value, json};
use stagecheck_conformance::client::{Client, plain};
use stagecheck_conformance::doubles::{Backend, start_functions};
use stagecheck_emulator::time::{Clock as _, ManualClock, Timestamp};
use stagecheck_emulator::{Builder, Emulator};

const ACCOUNT: &str = "000000000000";

/// The format of access logs, with all that differs between outcomes.
const FORMAT: &str = "$context.requestId $context.status $context.responseLength $context.error.responseType \
                      [$context.error.message] [$context.integration.error] $context.integrationStatus \
                      $context.integration.status $context.authorizer.principalId";

/// How much a stage logs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Level {
    Error,
    Info,
    Trace,
}

pub(crate) struct World {
    pub(crate) emulator: Emulator,
    clock: Arc<ManualClock>,
    pub(crate) client: Client,
    pub(crate) backend: Backend,
    api: String,
}

/// An answer with what it left in the logs.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) response: Response<Bytes>,
    pub(crate) execution: Vec<String>,
    pub(crate) access: Vec<String>,
}

impl World {
    /// The same in every run, but for ports.
    pub(crate) async fn new() -> Result<Self> {
        Self::with(|builder| builder).await
    }

    /// The same, built otherwise.
    pub(crate) async fn with(build: impl FnOnce(Builder) -> Builder) -> Result<Self> {
        let functions = start_functions().await?;
        // 25 September 2026, 9:20:27 UTC.
        let clock = Arc::new(ManualClock::at(Timestamp::from_millis(1_790_328_027_988)));
        let builder = Emulator::builder()
            .seed(7)
            .clock(Arc::clone(&clock) as _)
            .lambda_endpoint(format!("http://{functions}").parse()?);
        let emulator = build(builder).build();
        let client = Client::new("test", "us-east-1");
        let world = Self { emulator, clock, client, backend: Backend::start().await?, api: String::new() };
        world.let_gateway_log().await?;
        Ok(world)
    }

    async fn let_gateway_log(&self) -> Result<()> {
        let trust = json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow",
            "Principal": {"Service": "apigateway.amazonaws.com"}, "Action": "sts:AssumeRole"}]});
        let policy = "arn:aws:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs";
        let form = |action: String| format!("Version=2010-05-08&Action={action}");
        let create = format!("CreateRole&RoleName=logs&AssumeRolePolicyDocument={trust}");
        self.done(self.client.query("iam", form(create))?).await?;
        let attach = format!("AttachRolePolicy&RoleName=logs&PolicyArn={policy}");
        self.done(self.client.query("iam", form(attach))?).await?;
        let role = format!("arn:aws:iam::{ACCOUNT}:role/logs");
        self.patch("/account", &json!([{"op": "replace", "path": "/cloudwatchRoleArn", "value": role}]))
            .await?;
        let group = json!({"logGroupName": "access"}).to_string();
        self.done(self.client.logs("CreateLogGroup", group)?).await?;
        Ok(())
    }

    /// Deploys an API of these paths, in the form of OpenAPI, and `more` members of the document, to a stage that logs.
    pub(crate) async fn deploy(&mut self, level: Level, paths: &Value, more: &Value) -> Result<()> {
        let mut document =
            json!({"swagger": "2.0", "info": {"title": "pets", "version": "1"}, "paths": paths});
        let (own, more) = (document.as_object_mut().context("it is an object")?, more.as_object());
        own.extend(more.into_iter().flatten().map(|(name, value)| (name.clone(), value.clone())));
        let text = document.to_string().replace("BACKEND", &self.backend.address.to_string());
        let api = self.json(self.client.rest("POST", "/restapis?mode=import", text)?).await?;
        self.api = api["id"].as_str().context("an API has an id")?.to_owned();
        let deployments = format!("/restapis/{}/deployments", self.api);
        self.done(self.client.rest("POST", &deployments, json!({"stageName": "prod"}).to_string())?).await?;
        let arn = format!("arn:aws:logs:us-east-1:{ACCOUNT}:log-group:access");
        let (loglevel, trace) = match level {
            Level::Error => ("ERROR", "false"),
            Level::Info => ("INFO", "false"),
            Level::Trace => ("INFO", "true"),
        };
        self.patch_stage(&json!([
            {"op": "replace", "path": "/accessLogSettings/destinationArn", "value": arn},
            {"op": "replace", "path": "/accessLogSettings/format", "value": FORMAT},
            {"op": "replace", "path": "/*/*/logging/loglevel", "value": loglevel},
            {"op": "replace", "path": "/*/*/logging/dataTrace", "value": trace},
        ]))
        .await
    }

    pub(crate) async fn patch_stage(&self, operations: &Value) -> Result<()> {
        self.patch(&format!("/restapis/{}/stages/prod", self.api), operations).await
    }

    /// Has the stage's access log be of this format.
    pub(crate) async fn log_as(&self, format: &str) -> Result<()> {
        self.patch_stage(&json!([{"op": "replace", "path": "/accessLogSettings/format", "value": format}]))
            .await
    }

    /// Lets time go by.
    pub(crate) fn wait(&self, seconds: i64) {
        self.clock.set(self.clock.now().plus_seconds(seconds));
    }

    /// The API's id.
    pub(crate) fn api(&self) -> &str {
        &self.api
    }

    async fn patch(&self, path: &str, operations: &Value) -> Result<()> {
        let body = json!({"patchOperations": operations}).to_string();
        self.done(self.client.rest("PATCH", path, body)?).await.map(drop)
    }

    /// Sends a request to the stage, and tells what became of it, ids and ports replaced.
    pub(crate) async fn send(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Result<Outcome> {
        let mut outcome = self.send_raw(method, path, headers, body).await?;
        for line in outcome.execution.iter_mut().chain(&mut outcome.access) {
            *line = self.told(line);
        }
        Ok(outcome)
    }

    /// The lines of the access log.
    pub(crate) async fn access_lines(&self) -> Result<Vec<String>> {
        self.messages("access").await
    }

    /// Sends a request to the stage, and tells what became of it.
    pub(crate) async fn send_raw(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Result<Outcome> {
        let mut request =
            Request::builder().method(method).uri(self.uri(path)).body(Bytes::from(body.to_owned()))?;
        for (name, value) in headers {
            request.headers_mut().append(HeaderName::try_from(*name)?, HeaderValue::try_from(*value)?);
        }
        self.send_request(request).await
    }

    /// Sends a request wherever it goes, and tells what the stage's logs have of it.
    pub(crate) async fn send_request(&self, request: Request<Bytes>) -> Result<Outcome> {
        let before = (self.messages(&self.execution_group()).await?, self.messages("access").await?);
        let response = self.emulator.respond(request).await;
        let after = (self.messages(&self.execution_group()).await?, self.messages("access").await?);
        let new = |before: Vec<String>, after: Vec<String>| -> Vec<String> {
            after.into_iter().skip(before.len()).collect()
        };
        Ok(Outcome { response, execution: new(before.0, after.0), access: new(before.1, after.1) })
    }

    /// Sends a request without a look at the logs.
    pub(crate) async fn send_uncounted(&self, method: &str, path: &str) -> Result<Response<Bytes>> {
        let request = Request::builder().method(method).uri(self.uri(path)).body(Bytes::new())?;
        Ok(self.emulator.respond(request).await)
    }

    /// The address of a path of the stage.
    pub(crate) fn uri(&self, path: &str) -> String {
        format!("/_aws/execute-api/{}/prod{path}", self.api)
    }

    pub(crate) fn execution_group(&self) -> String {
        format!("API-Gateway-Execution-Logs_{}/prod", self.api)
    }

    /// The lines of a log group.
    pub(crate) async fn messages(&self, group: &str) -> Result<Vec<String>> {
        let request = self.client.logs("FilterLogEvents", json!({"logGroupName": group}).to_string())?;
        let answer: Value = serde_json::from_slice(self.emulator.respond(request).await.body())?;
        // Without a group there is no line.
        let events = answer["events"].as_array().map(Vec::as_slice).unwrap_or_default();
        let message = |event: &Value| event["message"].as_str().unwrap_or_default().to_owned();
        Ok(events.iter().map(message).collect())
    }

    /// A line without what differs from run to run.
    pub(crate) fn told(&self, line: &str) -> String {
        let replaced = [
            (r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "{id}"),
            (r"(?<![\w-])[A-Za-z0-9_-]{15}=(?![\w{])", "{extended id}"),
            (r"1-[0-9a-f]{8}-[0-9a-f]{24}", "{trace}"),
            (r"127\.0\.0\.1:\d+", "{backend}"),
            (r"\d+ ms", "{n} ms"),
            (r"\w{3}, \d{2} \w{3} \d{4} [\d:]{8} GMT", "{date}"),
        ];
        let line = line.replace(&self.api, "{api}");
        replaced.iter().fold(line, |line, (pattern, name)| {
            Regex::new(pattern).map_or(line.clone(), |regex| regex.replace_all(&line, *name).into_owned())
        })
    }

    /// What became of the lines of the latest requests.
    pub(crate) async fn deliveries(&self) -> Result<Value> {
        self.json(plain("GET", "/_stagecheck/deliveries", "", "")?).await
    }

    /// The answer, which must be a success.
    pub(crate) async fn done(&self, request: Request<Bytes>) -> Result<Response<Bytes>> {
        let answer = self.emulator.respond(request).await;
        ensure!(answer.status().is_success(), "{answer:?}");
        Ok(answer)
    }

    pub(crate) async fn json(&self, request: Request<Bytes>) -> Result<Value> {
        Ok(serde_json::from_slice(self.done(request).await?.body())?)
    }
}

impl Outcome {
    pub(crate) fn status(&self) -> u16 {
        self.response.status().as_u16()
    }

    /// The body, as far as it is text.
    pub(crate) fn body(&self) -> String {
        String::from_utf8_lossy(self.response.body()).into_owned()
    }

    pub(crate) fn json(&self) -> Result<Value> {
        serde_json::from_slice(self.response.body()).with_context(|| format!("no JSON: {}", self.body()))
    }

    /// The first value of a header, or a hyphen.
    pub(crate) fn header(&self, name: &str) -> &str {
        self.response.headers().get(name).and_then(|value| value.to_str().ok()).unwrap_or("-")
    }

    /// Everything as text, for a snapshot.
    pub(crate) fn text(&self) -> String {
        let body = self.body();
        let execution: String = self.execution.iter().map(|line| format!("{line}\n")).collect();
        let access: String = self.access.iter().map(|line| format!("{line}\n")).collect();
        format!(
            "{} {}\n{body}\n--- execution\n{execution}--- access\n{access}",
            self.response.status().as_u16(),
            self.header("x-amzn-errortype"),
        )
    }
}

/// Holds a text against the snapshot of this name, which names the fact that it rests on.
pub(crate) fn assert_told(name: &str, fact: &str, text: &str) {
    insta::with_settings!({description => fact, omit_expression => true, prepend_module_to_snapshot => false}, {
        insta::assert_snapshot!(name, text);
    });
}

/// An integration with nothing, which answers nothing.
pub(crate) fn mock() -> Value {
    json!({"type": "MOCK", "requestTemplates": {"application/json": "{\"statusCode\": 200}"},
        "responses": {"default": {"statusCode": "200"}}})
}

/// An integration in the form of OpenAPI, as the only method of a path.
pub(crate) fn method(integration: &Value) -> Value {
    json!({"x-amazon-apigateway-any-method": {
        "responses": {"200": {"description": ""}, "500": {"description": ""}},
        "x-amazon-apigateway-integration": integration,
    }})
}

/// The integration with a function.
pub(crate) fn function_uri(name: &str) -> String {
    format!(
        "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/\
         arn:aws:lambda:us-east-1:{ACCOUNT}:function:{name}/invocations"
    )
}
