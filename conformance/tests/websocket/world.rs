//! An emulator that listens, with an account that may log, a server and functions, and one WebSocket API at a time.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result, bail, ensure};
use bytes::Bytes;
use fancy_regex::Regex;
use http::{Request, Response};
use serde_json::{Value, json};
use stagecheck_conformance::client::Client;
use stagecheck_conformance::doubles::{Backend, start_functions};
use stagecheck_emulator::time::{Clock as _, ManualClock, Timestamp};
use stagecheck_emulator::{Builder, Emulator, IamMode, Running};
use tokio::time::timeout;

use crate::connected::{Connected, Refused, connect};
use crate::integrations::function_uri;

pub(crate) const ACCOUNT: &str = "000000000000";

/// How long a test waits for what is to come.
pub(crate) const PATIENCE: Duration = Duration::from_secs(20);

/// The format of access logs, with all that differs between outcomes.
const FORMAT: &str = "$context.eventType $context.routeKey $context.status $context.requestId $context.error.responseType \
                      [$context.error.message] [$context.integration.error] $context.integration.integrationStatus \
                      $context.integration.status $context.authorizer.principalId";

/// How much a stage logs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Level {
    Error,
    Info,
    Trace,
}

pub(crate) struct World {
    pub(crate) server: Running,
    clock: Arc<ManualClock>,
    pub(crate) client: Client,
    backend: Backend,
    api: String,
}

impl World {
    /// The same in every run, but for ports.
    pub(crate) async fn new() -> Result<Self> {
        Self::with(IamMode::Off).await
    }

    pub(crate) async fn with(iam: IamMode) -> Result<Self> {
        Self::built(|builder| builder.iam(iam)).await
    }

    pub(crate) async fn built(build: impl FnOnce(Builder) -> Builder) -> Result<Self> {
        let functions = start_functions().await?;
        // 25 September 2026, 9:20:27 UTC.
        let clock = Arc::new(ManualClock::at(Timestamp::from_millis(1_790_328_027_988)));
        let builder = Emulator::builder()
            .seed(7)
            .clock(Arc::clone(&clock) as _)
            .lambda_endpoint(format!("http://{functions}").parse()?);
        let emulator = build(builder).build();
        let client = Client::new("test", "us-east-1");
        let server = emulator.start().await?;
        let world = Self { server, clock, client, backend: Backend::start().await?, api: String::new() };
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
        let body =
            json!({"patchOperations": [{"op": "replace", "path": "/cloudwatchRoleArn", "value": role}]});
        self.done(self.client.rest("PATCH", "/account", body.to_string())?).await?;
        let group = json!({"logGroupName": "access"}).to_string();
        self.done(self.client.logs("CreateLogGroup", group)?).await.map(drop)
    }

    /// Makes an API whose messages name their routes under `action`, and a stage that deploys every change and logs.
    pub(crate) async fn make(&mut self, level: Level) -> Result<()> {
        let api = json!({"name": "chat", "protocolType": "WEBSOCKET",
            "routeSelectionExpression": "$request.body.action"});
        self.api = id(&self.post("/v2/apis", &api).await?, "apiId")?;
        let arn = format!("arn:aws:logs:us-east-1:{ACCOUNT}:log-group:access");
        let (level, trace) = match level {
            Level::Error => ("ERROR", false),
            Level::Info => ("INFO", false),
            Level::Trace => ("INFO", true),
        };
        let stage = json!({"stageName": "prod", "autoDeploy": true,
            "accessLogSettings": {"destinationArn": arn, "format": FORMAT},
            "defaultRouteSettings": {"loggingLevel": level, "dataTraceEnabled": trace}});
        self.post(&self.path("/stages"), &stage).await.map(drop)
    }

    /// Changes the stage.
    pub(crate) async fn change_stage(&self, members: &Value) -> Result<()> {
        let path = self.path("/stages/prod");
        self.done(self.client.rest("PATCH", &path, members.to_string())?).await.map(drop)
    }

    /// Makes a route to an integration, and tells its id. `BACKEND` in it stands for the server.
    pub(crate) async fn route(&self, key: &str, integration: &Value, members: &Value) -> Result<String> {
        let integration = self.integration(integration).await?;
        let mut route = json!({"routeKey": key, "target": format!("integrations/{integration}")});
        let (own, more) = (route.as_object_mut().context("it is an object")?, members.as_object());
        own.extend(more.into_iter().flatten().map(|(name, value)| (name.clone(), value.clone())));
        id(&self.post(&self.path("/routes"), &route).await?, "routeId")
    }

    /// Makes an integration, and tells its id.
    pub(crate) async fn integration(&self, integration: &Value) -> Result<String> {
        let text = integration.to_string().replace("BACKEND", &self.backend.address.to_string());
        let integration: Value = serde_json::from_str(&text)?;
        id(&self.post(&self.path("/integrations"), &integration).await?, "integrationId")
    }

    /// Makes a route that answers its messages.
    pub(crate) async fn two_way(&self, key: &str, integration: &Value) -> Result<()> {
        let route = self.route(key, integration, &Value::Null).await?;
        let path = self.path(&format!("/routes/{route}/routeresponses"));
        self.post(&path, &json!({"routeResponseKey": "$default"})).await.map(drop)
    }

    /// Makes an authorizer, and tells its id.
    pub(crate) async fn authorizer(&self, function: &str, sources: &[&str]) -> Result<String> {
        let authorizer = json!({"name": "who", "authorizerType": "REQUEST", "identitySource": sources,
            "authorizerUri": function_uri(function)});
        id(&self.post(&self.path("/authorizers"), &authorizer).await?, "authorizerId")
    }

    /// Lets time go by.
    pub(crate) fn wait(&self, seconds: i64) {
        self.clock.set(self.clock.now().plus_seconds(seconds));
    }

    /// A path of the API in the control plane.
    pub(crate) fn path(&self, rest: &str) -> String {
        format!("/v2/apis/{}{rest}", self.api)
    }

    /// The API's id.
    pub(crate) fn api(&self) -> &str {
        &self.api
    }

    /// Connects a client, which may be refused.
    pub(crate) async fn connect_with(
        &self,
        query: &str,
        headers: &[(&str, &str)],
    ) -> Result<Result<Connected, Refused>> {
        let uri = format!("ws://{}/_aws/execute-api/{}/prod{query}", self.server.address(), self.api);
        connect(&uri, headers).await
    }

    /// Connects a client.
    pub(crate) async fn connect(&self) -> Result<Connected> {
        match self.connect_with("", &[]).await? {
            Ok(connected) => Ok(connected),
            Err(refused) => bail!("{refused:?}"),
        }
    }

    /// What is refused to a client.
    pub(crate) async fn refused(&self, query: &str, headers: &[(&str, &str)]) -> Result<Refused> {
        match self.connect_with(query, headers).await? {
            Ok(_) => bail!("connected"),
            Err(refused) => Ok(refused),
        }
    }

    /// Calls about a connection.
    pub(crate) async fn call(&self, method: &str, connection: &str, body: &str) -> Result<Response<Bytes>> {
        Ok(self.server.emulator().respond(self.signed_call(&self.client, method, connection, body)?).await)
    }

    /// A call about a connection by this caller.
    pub(crate) fn signed_call(
        &self,
        caller: &Client,
        method: &str,
        connection: &str,
        body: &str,
    ) -> Result<Request<Bytes>> {
        let uri =
            format!("/_aws/execute-api/{}/prod/@connections/{}", self.api, connection.replace('=', "%3D"));
        let request = Request::builder().method(method).uri(uri).body(Bytes::from(body.to_owned()))?;
        caller.signed(request, "execute-api")
    }

    /// The lines of both logs, once there are so many access lines: events that have no answer leave theirs some time.
    pub(crate) async fn lines(&self, access_lines: usize) -> Result<String> {
        let lines = timeout(PATIENCE, async {
            loop {
                let access = self.messages("access").await?;
                if access.len() >= access_lines {
                    return anyhow::Ok(access);
                }
                tokio::task::yield_now().await;
            }
        });
        let access = lines.await.context("the lines do not come")??;
        let execution = self.messages(&format!("/aws/apigateway/{}/prod", self.api)).await?;
        let text = |lines: &[String]| -> String {
            lines.iter().map(|line| format!("{}\n", self.told(line))).collect()
        };
        Ok(format!("--- execution\n{}--- access\n{}", text(&execution), text(&access)))
    }

    /// Makes the responses of an integration, and a route that answers with them.
    pub(crate) async fn two_way_with(
        &self,
        key: &str,
        integration: &Value,
        responses: &[Value],
    ) -> Result<()> {
        let integration = self.integration(integration).await?;
        let path = self.path(&format!("/integrations/{integration}/integrationresponses"));
        for response in responses {
            self.post(&path, response).await?;
        }
        let route = json!({"routeKey": key, "target": format!("integrations/{integration}")});
        let route = id(&self.post(&self.path("/routes"), &route).await?, "routeId")?;
        let path = self.path(&format!("/routes/{route}/routeresponses"));
        self.post(&path, &json!({"routeResponseKey": "$default"})).await.map(drop)
    }

    /// Makes a key that opens the stage, and its plan with these members, in which `API` stands for the API.
    pub(crate) async fn open_with_key(&self, key: &str, members: &Value) -> Result<()> {
        let key = self.post("/apikeys", &json!({"name": "k", "enabled": true, "value": key})).await?;
        let mut plan = json!({"name": "p", "apiStages": [{"apiId": self.api, "stage": "prod"}]});
        let members: Value = serde_json::from_str(&members.to_string().replace("API", &self.api))?;
        let own = plan.as_object_mut().context("it is an object")?;
        own.extend(
            members.as_object().into_iter().flatten().map(|(name, value)| (name.clone(), value.clone())),
        );
        let plan = id(&self.post("/usageplans", &plan).await?, "id")?;
        let key = json!({"keyId": key["id"], "keyType": "API_KEY"});
        self.post(&format!("/usageplans/{plan}/keys"), &key).await.map(drop)
    }

    /// Has access lines tell these variables.
    pub(crate) async fn log_variables(&self, names: &[&str]) -> Result<()> {
        let variables: Vec<String> = names.iter().map(|name| format!("{name}=$context.{name}")).collect();
        let arn = format!("arn:aws:logs:us-east-1:{ACCOUNT}:log-group:access");
        let settings = json!({"destinationArn": arn, "format": variables.join(" | ")});
        self.change_stage(&json!({"accessLogSettings": settings})).await
    }

    pub(crate) async fn messages(&self, group: &str) -> Result<Vec<String>> {
        let request = self.client.logs("FilterLogEvents", json!({"logGroupName": group}).to_string())?;
        let answer = self.server.emulator().respond(request).await;
        let answer: Value = serde_json::from_slice(answer.body())?;
        // Without a group there is no line.
        let events = answer["events"].as_array().map(Vec::as_slice).unwrap_or_default();
        let message = |event: &Value| event["message"].as_str().unwrap_or_default().to_owned();
        Ok(events.iter().map(message).collect())
    }

    /// A text without what differs from run to run.
    pub(crate) fn told(&self, text: &str) -> String {
        let replaced = [
            (r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}", "{id}"),
            // The key of a handshake.
            (r"[A-Za-z0-9+/]{22}==", "{key}"),
            (r"1-[0-9a-f]{8}-[0-9A-Fa-f]{24}", "{trace}"),
            (r"(?<![A-Za-z0-9_-])[A-Za-z0-9_-]{15}=(?![A-Za-z0-9{])", "{extended id}"),
            (r"127\.0\.0\.1:\d+", "{address}"),
            (r"\d+ ms", "{n} ms"),
            (r"date=[^,}]+, [^,}]+", "date={date}"),
        ];
        let text = text.replace(&self.api, "{api}");
        replaced.iter().fold(text, |text, (pattern, name)| {
            Regex::new(pattern).map_or(text.clone(), |regex| regex.replace_all(&text, *name).into_owned())
        })
    }

    /// The answer, which must be a success.
    pub(crate) async fn done(&self, request: Request<Bytes>) -> Result<Response<Bytes>> {
        let answer = self.server.emulator().respond(request).await;
        ensure!(answer.status().is_success(), "{answer:?}");
        Ok(answer)
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Result<Value> {
        let answer = self.done(self.client.rest("POST", path, body.to_string())?).await?;
        Ok(serde_json::from_slice(answer.body())?)
    }
}

pub(crate) fn id(answer: &Value, name: &str) -> Result<String> {
    answer[name].as_str().map(str::to_owned).with_context(|| format!("no {name} in {answer}"))
}
