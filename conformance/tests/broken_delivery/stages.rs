//! One account with one stage of each type of API, which logs all that it can.

use anyhow::{Context as _, Result, bail};
use bytes::Bytes;
use http::Request;
use serde_json::{Value, json};
use stagecheck_conformance::account::{ACCESS_GROUP, ACCOUNT, Account, group_arn, text_of};
use stagecheck_conformance::web_socket::{Connected, connect};
use stagecheck_emulator::Running;

/// A type of API.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Type {
    Rest,
    WebSocket,
    Http,
}

/// A log of a stage.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Log {
    Execution,
    Access,
}

pub(crate) struct Stages {
    pub(crate) account: Account,
    /// Ids of the APIs.
    pub(crate) rest: String,
    pub(crate) web_socket: String,
    pub(crate) http: String,
    /// Who is connected to the WebSocket API.
    client: Connected,
    _server: Running,
}

impl Stages {
    pub(crate) async fn new() -> Result<Self> {
        let account = Account::new(|builder| builder).await?;
        account.let_gateway_log().await?;
        let server = account.emulator.start().await?;
        let (rest, web_socket) = (make_rest(&account).await?, make_web_socket(&account).await?);
        let http = make_http(&account).await?;
        let uri = format!("ws://{}/_aws/execute-api/{web_socket}/prod", server.address());
        let Ok(client) = connect(&uri, &[]).await? else { bail!("refused") };
        Ok(Self { account, rest, web_socket, http, client, _server: server })
    }

    /// Sends the stage a request, or a message, and tells what the client gets.
    pub(crate) async fn send(&mut self, kind: Type) -> Result<String> {
        let path = match kind {
            Type::WebSocket => return self.client.ask("hello").await,
            Type::Rest => format!("/_aws/execute-api/{}/prod/pets", self.rest),
            Type::Http => format!("/_aws/execute-api/{}/pets", self.http),
        };
        let answer = self.account.emulator.respond(Request::get(path).body(Bytes::new())?).await;
        Ok(format!("{} {}", answer.status().as_u16(), String::from_utf8_lossy(answer.body())))
    }

    /// The group that a log goes to as long as nothing else is set up.
    pub(crate) fn group(&self, kind: Type, log: Log) -> String {
        match (kind, log) {
            (Type::Rest, Log::Execution) => format!("API-Gateway-Execution-Logs_{}/prod", self.rest),
            (Type::WebSocket, Log::Execution) => format!("/aws/apigateway/{}/prod", self.web_socket),
            (Type::Http, Log::Execution) | (_, Log::Access) => ACCESS_GROUP.to_owned(),
        }
    }

    pub(crate) fn api(&self, kind: Type) -> &str {
        match kind {
            Type::Rest => &self.rest,
            Type::WebSocket => &self.web_socket,
            Type::Http => &self.http,
        }
    }

    /// What became of lines, oldest first.
    pub(crate) async fn records(&self) -> Result<Vec<Value>> {
        let told = self.account.deliveries().await?;
        told["deliveries"].as_array().cloned().context("deliveries are a list")
    }
}

async fn make_rest(account: &Account) -> Result<String> {
    let integration = json!({"type": "MOCK", "requestTemplates": {"application/json": "{\"statusCode\": 200}"},
        "responses": {"default": {"statusCode": "200"}}});
    let method = json!({"responses": {"200": {"description": ""}},
        "x-amazon-apigateway-integration": integration});
    let api = json!({"swagger": "2.0", "info": {"title": "pets", "version": "1"},
        "paths": {"/pets": {"get": method}}});
    let id = text_of(&account.rest("POST", "/restapis?mode=import", &api).await?, "id")?;
    account.rest("POST", &format!("/restapis/{id}/deployments"), &json!({"stageName": "prod"})).await?;
    let format = "$context.requestId $context.resourcePath $context.status";
    let operations = json!([
        {"op": "replace", "path": "/accessLogSettings/destinationArn", "value": group_arn(ACCESS_GROUP)},
        {"op": "replace", "path": "/accessLogSettings/format", "value": format},
        {"op": "replace", "path": "/*/*/logging/loglevel", "value": "INFO"},
    ]);
    account.patch(&format!("/restapis/{id}/stages/prod"), &operations).await?;
    Ok(id)
}

async fn make_web_socket(account: &Account) -> Result<String> {
    let api = json!({"name": "chat", "protocolType": "WEBSOCKET",
        "routeSelectionExpression": "$request.body.action"});
    let format = "$context.requestId $context.eventType $context.routeKey $context.status";
    let stage = json!({"stageName": "prod", "autoDeploy": true,
        "accessLogSettings": {"destinationArn": group_arn(ACCESS_GROUP), "format": format},
        "defaultRouteSettings": {"loggingLevel": "INFO"}});
    let function = format!(
        "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/\
         arn:aws:lambda:us-east-1:{ACCOUNT}:function:ok/invocations"
    );
    let integration =
        json!({"integrationType": "AWS_PROXY", "integrationMethod": "POST", "integrationUri": function});
    let (id, route) = make_v2(account, &api, &stage, &integration, "$default").await?;
    let path = format!("/v2/apis/{id}/routes/{route}/routeresponses");
    account.rest("POST", &path, &json!({"routeResponseKey": "$default"})).await?;
    Ok(id)
}

async fn make_http(account: &Account) -> Result<String> {
    let api = json!({"name": "pets", "protocolType": "HTTP"});
    let format = "$context.requestId $context.routeKey $context.status";
    let stage = json!({"stageName": "$default", "autoDeploy": true,
        "accessLogSettings": {"destinationArn": group_arn(ACCESS_GROUP), "format": format}});
    let function = format!("arn:aws:lambda:us-east-1:{ACCOUNT}:function:ok");
    let integration = json!({"integrationType": "AWS_PROXY", "integrationUri": function,
        "payloadFormatVersion": "2.0"});
    Ok(make_v2(account, &api, &stage, &integration, "GET /pets").await?.0)
}

/// An API with a stage and one route, and the route's id.
async fn make_v2(
    account: &Account,
    api: &Value,
    stage: &Value,
    integration: &Value,
    key: &str,
) -> Result<(String, String)> {
    let id = text_of(&account.rest("POST", "/v2/apis", api).await?, "apiId")?;
    let path = |below: &str| format!("/v2/apis/{id}/{below}");
    account.rest("POST", &path("stages"), stage).await?;
    let integration = account.rest("POST", &path("integrations"), integration).await?;
    let target = format!("integrations/{}", text_of(&integration, "integrationId")?);
    let route = account.rest("POST", &path("routes"), &json!({"routeKey": key, "target": target})).await?;
    Ok((id, text_of(&route, "routeId")?))
}
