//! An emulator with a log group, a server and functions, and one HTTP API at a time.

use anyhow::{Context as _, Result};
use bytes::Bytes;
use http::{HeaderName, HeaderValue, Request, Response};
use serde_json::{Value, json};
use stagecheck_conformance::account::{ACCESS_GROUP, ACCOUNT, Account, group_arn, text_of, with_members};
use stagecheck_conformance::placeholders::put_in;

/// The format of access logs, with all that differs between outcomes.
const FORMAT: &str = "$context.requestId $context.routeKey $context.status $context.responseLength $context.error.responseType \
                      [$context.error.message] [$context.integrationErrorMessage] $context.integrationStatus \
                      $context.integration.status [$context.authorizer.error]";

pub(crate) struct World {
    pub(crate) account: Account,
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
        Ok(Self { account: Account::new(|builder| builder).await?, api: String::new() })
    }

    /// Makes an API with members beside its name. It has no routes yet, and a `$default` stage that deploys itself and logs.
    pub(crate) async fn make(&mut self, members: &Value) -> Result<()> {
        let api = with_members(json!({"name": "pets", "protocolType": "HTTP"}), members)?;
        self.api = text_of(&self.account.rest("POST", "/v2/apis", &api).await?, "apiId")?;
        self.stage("$default", &json!({})).await
    }

    /// Makes a stage that deploys itself and logs.
    pub(crate) async fn stage(&self, name: &str, members: &Value) -> Result<()> {
        let stage = json!({"stageName": name, "autoDeploy": true,
            "accessLogSettings": {"destinationArn": group_arn(ACCESS_GROUP), "format": FORMAT}});
        self.account.rest("POST", &self.path("/stages"), &with_members(stage, members)?).await.map(drop)
    }

    /// Changes a stage.
    pub(crate) async fn change_stage(&self, name: &str, members: &Value) -> Result<()> {
        let path = self.path(&format!("/stages/{}", name.replace('$', "%24")));
        self.account.rest("PATCH", &path, members).await.map(drop)
    }

    /// Makes a route to an integration. `BACKEND` in it stands for the server.
    pub(crate) async fn route(&self, key: &str, integration: &Value, members: &Value) -> Result<()> {
        let text = integration.to_string().replace("BACKEND", &self.account.backend.address.to_string());
        let integration: Value = serde_json::from_str(&text)?;
        let integration = self.account.rest("POST", &self.path("/integrations"), &integration).await?;
        let target = format!("integrations/{}", text_of(&integration, "integrationId")?);
        let route = with_members(json!({"routeKey": key, "target": target}), members)?;
        self.account.rest("POST", &self.path("/routes"), &route).await.map(drop)
    }

    /// Makes an authorizer, and tells its id.
    pub(crate) async fn authorizer(&self, members: &Value) -> Result<String> {
        text_of(&self.account.rest("POST", &self.path("/authorizers"), members).await?, "authorizerId")
    }

    /// The API's id.
    pub(crate) fn api(&self) -> &str {
        &self.api
    }

    /// A path of the API in the control plane.
    pub(crate) fn path(&self, rest: &str) -> String {
        format!("/v2/apis/{}{rest}", self.api)
    }

    /// Sends a request to the API, and tells what became of it, ids replaced.
    pub(crate) async fn send(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Result<Outcome> {
        self.send_request(self.request(method, path, headers, body)?).await
    }

    /// Sends a request to the API, and tells what became of it.
    pub(crate) async fn send_raw(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Result<Outcome> {
        self.exchange(self.request(method, path, headers, body)?).await
    }

    /// Sends a request without a look at the log.
    pub(crate) async fn send_uncounted(&self, method: &str, path: &str) -> Result<Response<Bytes>> {
        let request = self.request(method, path, &[], "")?;
        Ok(self.account.emulator.respond(request).await)
    }

    /// Sends a request to wherever it says, and tells what became of it, ids replaced.
    pub(crate) async fn send_request(&self, request: Request<Bytes>) -> Result<Outcome> {
        let Outcome { response, lines } = self.exchange(request).await?;
        Ok(Outcome { response, lines: lines.iter().map(|line| self.told(line)).collect() })
    }

    async fn exchange(&self, request: Request<Bytes>) -> Result<Outcome> {
        let mut before = self.account.messages(ACCESS_GROUP).await?;
        let response = self.account.emulator.respond(request).await;
        let mut lines = self.account.messages(ACCESS_GROUP).await?;
        // Lines of several streams that are of one moment have no order.
        lines.retain(|line| match before.iter().position(|old| old == line) {
            Some(at) => {
                before.swap_remove(at);
                false
            }
            None => true,
        });
        Ok(Outcome { response, lines })
    }

    fn request(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &str,
    ) -> Result<Request<Bytes>> {
        let uri = format!("/_aws/execute-api/{}{path}", self.api);
        let mut request = Request::builder().method(method).uri(uri).body(Bytes::from(body.to_owned()))?;
        for (name, value) in headers {
            request.headers_mut().append(HeaderName::try_from(*name)?, HeaderValue::try_from(*value)?);
        }
        Ok(request)
    }

    /// A line without what differs from run to run.
    fn told(&self, line: &str) -> String {
        put_in(line.replace(&self.api, "{api}"), &[(r"[A-Za-z0-9_-]{15}=", "{id}")])
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
