//! An emulator that listens, with an account that may log, a server and functions, and one WebSocket API at a time.

use anyhow::{Context as _, Result, bail};
use bytes::Bytes;
use http::{Request, Response};
use serde_json::{Value, json};
use stagecheck_conformance::account::{ACCESS_GROUP, Account, group_arn, text_of, with_members};
use stagecheck_conformance::client::Client;
use stagecheck_conformance::placeholders::{ADDRESS, DATE, EXTENDED_ID, MILLISECONDS, TRACE, UUID, put_in};
use stagecheck_conformance::web_socket::{Connected, PATIENCE, Refused, connect};
use stagecheck_emulator::{Builder, IamMode, Running};
use tokio::time::timeout;

use crate::integrations::function_uri;

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
    pub(crate) account: Account,
    pub(crate) server: Running,
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

    /// The same, built otherwise.
    pub(crate) async fn built(build: impl FnOnce(Builder) -> Builder) -> Result<Self> {
        let account = Account::new(build).await?;
        account.let_gateway_log().await?;
        let server = account.emulator.start().await?;
        Ok(Self { account, server, api: String::new() })
    }

    /// Makes an API whose messages name their routes under `action`, and a stage that deploys every change and logs.
    pub(crate) async fn make(&mut self, level: Level) -> Result<()> {
        let api = json!({"name": "chat", "protocolType": "WEBSOCKET",
            "routeSelectionExpression": "$request.body.action"});
        self.api = text_of(&self.post("/v2/apis", &api).await?, "apiId")?;
        let (level, trace) = match level {
            Level::Error => ("ERROR", false),
            Level::Info => ("INFO", false),
            Level::Trace => ("INFO", true),
        };
        let stage = json!({"stageName": "prod", "autoDeploy": true,
            "accessLogSettings": {"destinationArn": group_arn(ACCESS_GROUP), "format": FORMAT},
            "defaultRouteSettings": {"loggingLevel": level, "dataTraceEnabled": trace}});
        self.post(&self.path("/stages"), &stage).await.map(drop)
    }

    /// Changes the stage.
    pub(crate) async fn change_stage(&self, members: &Value) -> Result<()> {
        let path = self.path("/stages/prod");
        self.account.rest("PATCH", &path, members).await.map(drop)
    }

    /// Makes a route to an integration, and tells its id. `BACKEND` in it stands for the server.
    pub(crate) async fn route(&self, key: &str, integration: &Value, members: &Value) -> Result<String> {
        let integration = self.integration(integration).await?;
        let route = json!({"routeKey": key, "target": format!("integrations/{integration}")});
        let route = with_members(route, members)?;
        text_of(&self.post(&self.path("/routes"), &route).await?, "routeId")
    }

    /// Makes an integration, and tells its id.
    pub(crate) async fn integration(&self, integration: &Value) -> Result<String> {
        let text = integration.to_string().replace("BACKEND", &self.account.backend.address.to_string());
        let integration: Value = serde_json::from_str(&text)?;
        text_of(&self.post(&self.path("/integrations"), &integration).await?, "integrationId")
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
        text_of(&self.post(&self.path("/authorizers"), &authorizer).await?, "authorizerId")
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
        Ok(self
            .account
            .emulator
            .respond(self.signed_call(&self.account.client, method, connection, body)?)
            .await)
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
        let route = text_of(&self.post(&self.path("/routes"), &route).await?, "routeId")?;
        let path = self.path(&format!("/routes/{route}/routeresponses"));
        self.post(&path, &json!({"routeResponseKey": "$default"})).await.map(drop)
    }

    /// Makes a key that opens the stage, and its plan with these members, in which `API` stands for the API.
    pub(crate) async fn open_with_key(&self, key: &str, members: &Value) -> Result<()> {
        let key = self.post("/apikeys", &json!({"name": "k", "enabled": true, "value": key})).await?;
        let members: Value = serde_json::from_str(&members.to_string().replace("API", &self.api))?;
        let plan = json!({"name": "p", "apiStages": [{"apiId": self.api, "stage": "prod"}]});
        let plan = text_of(&self.post("/usageplans", &with_members(plan, &members)?).await?, "id")?;
        let key = json!({"keyId": key["id"], "keyType": "API_KEY"});
        self.post(&format!("/usageplans/{plan}/keys"), &key).await.map(drop)
    }

    /// Has access lines tell these variables.
    pub(crate) async fn log_variables(&self, names: &[&str]) -> Result<()> {
        let variables: Vec<String> = names.iter().map(|name| format!("{name}=$context.{name}")).collect();
        let settings = json!({"destinationArn": group_arn(ACCESS_GROUP), "format": variables.join(" | ")});
        self.change_stage(&json!({"accessLogSettings": settings})).await
    }

    /// The lines of both logs, once there are so many access lines.
    pub(crate) async fn lines(&self, access_lines: usize) -> Result<String> {
        let access = self.access_lines(access_lines).await?;
        let execution = self.execution_lines().await?;
        let text = |lines: &[String]| -> String {
            lines.iter().map(|line| format!("{}\n", self.told(line))).collect()
        };
        Ok(format!("--- execution\n{}--- access\n{}", text(&execution), text(&access)))
    }

    /// The lines of the access log, once there are so many: events that have no answer leave theirs some time.
    pub(crate) async fn access_lines(&self, at_least: usize) -> Result<Vec<String>> {
        let lines = timeout(PATIENCE, async {
            loop {
                let lines = self.account.messages(ACCESS_GROUP).await?;
                if lines.len() >= at_least {
                    return anyhow::Ok(lines);
                }
                tokio::task::yield_now().await;
            }
        });
        lines.await.context("the lines do not come")?
    }

    /// The lines of the execution log.
    pub(crate) async fn execution_lines(&self) -> Result<Vec<String>> {
        self.account.messages(&format!("/aws/apigateway/{}/prod", self.api)).await
    }

    /// A text without what differs from run to run.
    pub(crate) fn told(&self, text: &str) -> String {
        let patterns = [
            (UUID, "{id}"),
            // The key of a handshake.
            (r"[A-Za-z0-9+/]{22}==", "{key}"),
            (TRACE, "{trace}"),
            (EXTENDED_ID, "{extended id}"),
            (ADDRESS, "{address}"),
            (MILLISECONDS, "{n} ms"),
            (DATE, "{date}"),
            (r"X-Amz-Content-Sha256=[0-9a-f]{64}", "X-Amz-Content-Sha256={hash}"),
            (r"(Authorization|X-Amz-Security-Token)=\*{40,}[0-9a-f]{6}", "$1={masked}"),
        ];
        put_in(text.replace(&self.api, "{api}"), &patterns)
    }

    pub(crate) async fn post(&self, path: &str, body: &Value) -> Result<Value> {
        self.account.rest("POST", path, body).await
    }
}
