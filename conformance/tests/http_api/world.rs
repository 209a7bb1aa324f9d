//! An emulator with a log group, a server and functions, and one HTTP API at a time.

use std::sync::Arc;

use anyhow::{Context as _, Result, ensure};
use bytes::Bytes;
use fancy_regex::Regex;
use http::{HeaderName, HeaderValue, Request, Response};
use serde_json::{Value, json};
use stagecheck_conformance::client::{Client, plain};
use stagecheck_conformance::doubles::{Backend, start_functions};
use stagecheck_emulator::Emulator;
use stagecheck_emulator::time::{Clock as _, ManualClock, Timestamp};

const ACCOUNT: &str = "000000000000";

/// The format of access logs, with all that differs between outcomes.
const FORMAT: &str = "$context.requestId $context.routeKey $context.status $context.responseLength $context.error.responseType \
                      [$context.error.message] [$context.integrationErrorMessage] $context.integrationStatus \
                      $context.integration.status [$context.authorizer.error]";

pub(crate) struct World {
    pub(crate) emulator: Emulator,
    clock: Arc<ManualClock>,
    pub(crate) client: Client,
    pub(crate) backend: Backend,
    api: String,
}

/// An answer, and the lines that it left in the log.
#[derive(Debug)]
pub(crate) struct Outcome {
    pub(crate) response: Response<Bytes>,
    pub(crate) lines: Vec<String>,
}

impl World {
    /// The same in every run, but for ports.
    pub(crate) async fn new() -> Result<Self> {
        let functions = start_functions().await?;
        // 25 September 2026, 9:20:27 UTC.
        let clock = Arc::new(ManualClock::at(Timestamp::from_millis(1_790_328_027_988)));
        let emulator = Emulator::builder()
            .seed(7)
            .clock(Arc::clone(&clock) as _)
            .lambda_endpoint(format!("http://{functions}").parse()?)
            .build();
        let client = Client::new("test", "us-east-1");
        let world = Self { emulator, clock, client, backend: Backend::start().await?, api: String::new() };
        world.logs("CreateLogGroup", &json!({"logGroupName": "access"})).await?;
        Ok(world)
    }

    /// Makes an API with members beside its name. It has no routes yet, and a `$default` stage that deploys itself and logs.
    pub(crate) async fn make(&mut self, members: &Value) -> Result<()> {
        let mut api = json!({"name": "pets", "protocolType": "HTTP"});
        let (own, more) = (api.as_object_mut().context("it is an object")?, members.as_object());
        own.extend(more.into_iter().flatten().map(|(name, value)| (name.clone(), value.clone())));
        let api = self.post("/v2/apis", &api).await?;
        self.api = id(&api, "apiId")?;
        self.stage("$default", &json!({})).await
    }

    /// Makes a stage that deploys itself and logs.
    pub(crate) async fn stage(&self, name: &str, members: &Value) -> Result<()> {
        let arn = format!("arn:aws:logs:us-east-1:{ACCOUNT}:log-group:access");
        let mut stage = json!({"stageName": name, "autoDeploy": true,
            "accessLogSettings": {"destinationArn": arn, "format": FORMAT}});
        let (own, more) = (stage.as_object_mut().context("it is an object")?, members.as_object());
        own.extend(more.into_iter().flatten().map(|(name, value)| (name.clone(), value.clone())));
        self.post(&self.path("/stages"), &stage).await.map(drop)
    }

    /// Changes a stage.
    pub(crate) async fn change_stage(&self, name: &str, members: &Value) -> Result<()> {
        let path = self.path(&format!("/stages/{}", name.replace('$', "%24")));
        self.done(self.client.rest("PATCH", &path, members.to_string())?).await.map(drop)
    }

    /// Makes a route to an integration. `BACKEND` in it stands for the server.
    pub(crate) async fn route(&self, key: &str, integration: &Value, members: &Value) -> Result<()> {
        let text = integration.to_string().replace("BACKEND", &self.backend.address.to_string());
        let integration: Value = serde_json::from_str(&text)?;
        let integration = self.post(&self.path("/integrations"), &integration).await?;
        let target = format!("integrations/{}", id(&integration, "integrationId")?);
        let mut route = json!({"routeKey": key, "target": target});
        let (own, more) = (route.as_object_mut().context("it is an object")?, members.as_object());
        own.extend(more.into_iter().flatten().map(|(name, value)| (name.clone(), value.clone())));
        self.post(&self.path("/routes"), &route).await.map(drop)
    }

    /// Makes an authorizer, and tells its id.
    pub(crate) async fn authorizer(&self, members: &Value) -> Result<String> {
        id(&self.post(&self.path("/authorizers"), members).await?, "authorizerId")
    }

    /// Lets time go by.
    pub(crate) fn wait(&self, seconds: i64) {
        self.clock.set(self.clock.now().plus_seconds(seconds));
    }

    /// The API's id.
    pub(crate) fn api(&self) -> &str {
        &self.api
    }

    /// A path of the API in the control plane.
    pub(crate) fn path(&self, rest: &str) -> String {
        format!("/v2/apis/{}{rest}", self.api)
    }

    /// Sends a request to the API, and tells what became of it.
    pub(crate) async fn send(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Result<Outcome> {
        let uri = format!("/_aws/execute-api/{}{path}", self.api);
        let mut request = Request::builder().method(method).uri(uri).body(Bytes::from(body.to_owned()))?;
        for (name, value) in headers {
            request.headers_mut().append(HeaderName::try_from(*name)?, HeaderValue::try_from(*value)?);
        }
        self.send_request(request).await
    }

    pub(crate) async fn send_request(&self, request: Request<Bytes>) -> Result<Outcome> {
        let mut before = self.messages().await?;
        let response = self.emulator.respond(request).await;
        let mut lines = self.messages().await?;
        // Lines of several streams that are of one moment have no order.
        lines.retain(|line| match before.iter().position(|old| old == line) {
            Some(at) => {
                before.swap_remove(at);
                false
            }
            None => true,
        });
        Ok(Outcome { response, lines: lines.iter().map(|line| self.told(line)).collect() })
    }

    async fn messages(&self) -> Result<Vec<String>> {
        let answer = self.logs("FilterLogEvents", &json!({"logGroupName": "access"})).await?;
        let events = answer["events"].as_array().context("there are events")?;
        let message = |event: &Value| event["message"].as_str().unwrap_or_default().to_owned();
        Ok(events.iter().map(message).collect())
    }

    /// A line without what differs from run to run.
    fn told(&self, line: &str) -> String {
        let line = line.replace(&self.api, "{api}");
        let id = Regex::new(r"[A-Za-z0-9_-]{15}=");
        id.map_or(line.clone(), |id| id.replace_all(&line, "{id}").into_owned())
    }

    /// A call of CloudWatch Logs.
    pub(crate) async fn logs(&self, operation: &str, input: &Value) -> Result<Value> {
        let answer = self.done(self.client.logs(operation, input.to_string())?).await?;
        let body = answer.body();
        Ok(if body.is_empty() { Value::Null } else { serde_json::from_slice(body)? })
    }

    /// What became of the lines of the latest requests.
    pub(crate) async fn deliveries(&self) -> Result<Value> {
        let answer = self.done(plain("GET", "/_stagecheck/deliveries", "", "")?).await?;
        Ok(serde_json::from_slice(answer.body())?)
    }

    /// The answer, which must be a success.
    pub(crate) async fn done(&self, request: Request<Bytes>) -> Result<Response<Bytes>> {
        let answer = self.emulator.respond(request).await;
        ensure!(answer.status().is_success(), "{answer:?}");
        Ok(answer)
    }

    async fn post(&self, path: &str, body: &Value) -> Result<Value> {
        let answer = self.done(self.client.rest("POST", path, body.to_string())?).await?;
        Ok(serde_json::from_slice(answer.body())?)
    }
}

impl Outcome {
    pub(crate) fn status(&self) -> u16 {
        self.response.status().as_u16()
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(self.response.body()).into_owned()
    }

    pub(crate) fn json(&self) -> Result<Value> {
        serde_json::from_slice(self.response.body()).context("the answer is JSON")
    }

    /// The first value of a header.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.response.headers().get(name)?.to_str().ok()
    }
}

fn id(row: &Value, name: &str) -> Result<String> {
    Ok(row[name].as_str().with_context(|| format!("{row} has no {name}"))?.to_owned())
}

/// A function's ARN.
pub(crate) fn function(name: &str) -> String {
    format!("arn:aws:lambda:us-east-1:{ACCOUNT}:function:{name}")
}

/// An integration with a function.
pub(crate) fn lambda(name: &str, version: &str) -> Value {
    json!({"integrationType": "AWS_PROXY", "integrationUri": function(name), "payloadFormatVersion": version})
}

/// An integration with a server.
pub(crate) fn server(uri: &str) -> Value {
    json!({"integrationType": "HTTP_PROXY", "integrationMethod": "ANY", "payloadFormatVersion": "1.0",
        "integrationUri": uri})
}
