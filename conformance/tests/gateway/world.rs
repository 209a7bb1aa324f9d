//! An emulator with an account that may log, and one API at a time.

use anyhow::{Context as _, Result};
use bytes::Bytes;
use http::{HeaderName, HeaderValue, Request, Response};
use serde_json::{Value, json};
use stagecheck_conformance::account::{ACCESS_GROUP, ACCOUNT, Account, group_arn, text_of, with_members};
use stagecheck_conformance::placeholders::{ADDRESS, DATE, EXTENDED_ID, MILLISECONDS, TRACE, UUID, put_in};
use stagecheck_emulator::Builder;

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
    pub(crate) account: Account,
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
        let account = Account::new(build).await?;
        account.let_gateway_log().await?;
        Ok(Self { account, api: String::new() })
    }

    /// Deploys an API of these paths, in the form of OpenAPI, and `more` members of the document, to a stage that logs.
    pub(crate) async fn deploy(&mut self, level: Level, paths: &Value, more: &Value) -> Result<()> {
        let document = json!({"swagger": "2.0", "info": {"title": "pets", "version": "1"}, "paths": paths});
        let document = with_members(document, more)?.to_string();
        let text = document.replace("BACKEND", &self.account.backend.address.to_string());
        let client = &self.account.client;
        self.api =
            text_of(&self.account.json(client.rest("POST", "/restapis?mode=import", text)?).await?, "id")?;
        let deployments = format!("/restapis/{}/deployments", self.api);
        self.account.rest("POST", &deployments, &json!({"stageName": "prod"})).await?;
        let (loglevel, trace) = match level {
            Level::Error => ("ERROR", "false"),
            Level::Info => ("INFO", "false"),
            Level::Trace => ("INFO", "true"),
        };
        self.patch_stage(&json!([
            {"op": "replace", "path": "/accessLogSettings/destinationArn", "value": group_arn(ACCESS_GROUP)},
            {"op": "replace", "path": "/accessLogSettings/format", "value": FORMAT},
            {"op": "replace", "path": "/*/*/logging/loglevel", "value": loglevel},
            {"op": "replace", "path": "/*/*/logging/dataTrace", "value": trace},
        ]))
        .await
    }

    pub(crate) async fn patch_stage(&self, operations: &Value) -> Result<()> {
        self.account.patch(&format!("/restapis/{}/stages/prod", self.api), operations).await
    }

    /// Has the stage's access log be of this format.
    pub(crate) async fn log_as(&self, format: &str) -> Result<()> {
        self.patch_stage(&json!([{"op": "replace", "path": "/accessLogSettings/format", "value": format}]))
            .await
    }

    /// The API's id.
    pub(crate) fn api(&self) -> &str {
        &self.api
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
        self.account.messages(ACCESS_GROUP).await
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
        let before = (
            self.account.messages(&self.execution_group()).await?,
            self.account.messages(ACCESS_GROUP).await?,
        );
        let response = self.account.emulator.respond(request).await;
        let after = (
            self.account.messages(&self.execution_group()).await?,
            self.account.messages(ACCESS_GROUP).await?,
        );
        let new = |before: Vec<String>, after: Vec<String>| -> Vec<String> {
            after.into_iter().skip(before.len()).collect()
        };
        Ok(Outcome { response, execution: new(before.0, after.0), access: new(before.1, after.1) })
    }

    /// Sends a request without a look at the logs.
    pub(crate) async fn send_uncounted(&self, method: &str, path: &str) -> Result<Response<Bytes>> {
        let request = Request::builder().method(method).uri(self.uri(path)).body(Bytes::new())?;
        Ok(self.account.emulator.respond(request).await)
    }

    /// The address of a path of the stage.
    pub(crate) fn uri(&self, path: &str) -> String {
        format!("/_aws/execute-api/{}/prod{path}", self.api)
    }

    pub(crate) fn execution_group(&self) -> String {
        format!("API-Gateway-Execution-Logs_{}/prod", self.api)
    }

    /// A line without what differs from run to run.
    pub(crate) fn told(&self, line: &str) -> String {
        let patterns = [
            (UUID, "{id}"),
            (EXTENDED_ID, "{extended id}"),
            (TRACE, "{trace}"),
            (ADDRESS, "{backend}"),
            (MILLISECONDS, "{n} ms"),
            (DATE, "{date}"),
        ];
        put_in(line.replace(&self.api, "{api}"), &patterns)
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
