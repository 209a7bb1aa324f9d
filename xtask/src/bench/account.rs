//! What the measured calls are about, made through HTTP.

use std::net::SocketAddr;
use std::time::SystemTime;

use anyhow::{Context, Result};
use serde_json::{Value, json};

use super::connection::Connection;
use super::request::Request;

/// The name of every stage.
const STAGE: &str = "prod";

/// The role that API Gateway logs with.
pub(super) const ROLE: &str = "apigateway-logs";
const TRUST: &str = "%7B%22Version%22%3A%222012-10-17%22%2C%22Statement%22%3A%5B%7B%22Effect%22%3A%22Allow%22%2C\
    %22Principal%22%3A%7B%22Service%22%3A%22apigateway.amazonaws.com%22%7D%2C%22Action%22%3A%22sts%3AAssumeRole\
    %22%7D%5D%7D";
const POLICY: &str =
    "arn%3Aaws%3Aiam%3A%3Aaws%3Apolicy%2Fservice-role%2FAmazonAPIGatewayPushToCloudWatchLogs";

/// The log group and stream of the calls of CloudWatch Logs, and of access logs.
pub(super) const GROUP: &str = "access";
const STREAM: &str = "stream";

/// What a line of an access log tells.
const FORMAT: &str = r#"{"requestId":"$context.requestId","ip":"$context.identity.sourceIp","caller":"$context.identity.caller","requestTime":"$context.requestTime","httpMethod":"$context.httpMethod","resourcePath":"$context.resourcePath","status":"$context.status"}"#;

/// An emulator's account, to be filled.
pub(super) struct Account {
    connection: Connection,
}

impl Account {
    pub(super) async fn of(address: SocketAddr) -> Result<Self> {
        Ok(Self { connection: Connection::open(address).await? })
    }

    /// An API with one method on a MOCK integration, deployed to a stage. Gives the API's id.
    pub(super) async fn api(&mut self, number: usize) -> Result<String> {
        let api = self.post("/restapis", json!({"name": format!("orders-{number}")})).await?;
        let (id, root) = (text(&api["id"])?, text(&api["rootResourceId"])?);
        let method = format!("/restapis/{id}/resources/{root}/methods/GET");
        self.put(&method, json!({"authorizationType": "NONE"})).await?;
        self.put(&format!("{method}/responses/200"), json!({})).await?;
        let templates = json!({"application/json": r#"{"statusCode": 200}"#});
        let mock = json!({"type": "MOCK", "requestTemplates": templates});
        self.put(&format!("{method}/integration"), mock).await?;
        let templates = json!({"application/json": r#"{"ok": true}"#});
        let response = json!({"responseTemplates": templates});
        self.put(&format!("{method}/integration/responses/200"), response).await?;
        self.post(&format!("/restapis/{id}/deployments"), json!({"stageName": STAGE})).await?;
        Ok(id)
    }

    /// So many APIs with a stage each.
    pub(super) async fn apis(&mut self, count: usize) -> Result<()> {
        for number in 0..count {
            self.api(number).await?;
        }
        Ok(())
    }

    /// A tag on an API.
    pub(super) async fn tag(&mut self, api: &str) -> Result<()> {
        let path = format!("/tags/arn%3Aaws%3Aapigateway%3Aus-east-1%3A%3A%2Frestapis%2F{api}");
        self.put(&path, json!({"tags": {"team": "orders"}})).await.map(drop)
    }

    /// An API key. Gives its id.
    pub(super) async fn key(&mut self) -> Result<String> {
        let key = self.post("/apikeys", json!({"enabled": true})).await?;
        text(&key["id"])
    }

    /// A usage plan. Gives its id.
    pub(super) async fn plan(&mut self) -> Result<String> {
        let plan = self.post("/usageplans", json!({"name": "all"})).await?;
        text(&plan["id"])
    }

    /// An API key in a usage plan.
    pub(super) async fn key_of(&mut self, plan: &str) -> Result<()> {
        let key = self.key().await?;
        let place = json!({"keyId": key, "keyType": "API_KEY"});
        self.post(&format!("/usageplans/{plan}/keys"), place).await.map(drop)
    }

    /// A stage that is deleted as soon as it is there.
    pub(super) async fn passing_stage(&mut self, api: &str) -> Result<()> {
        let deployment = self.post(&format!("/restapis/{api}/deployments"), json!({})).await?;
        let stage = json!({"stageName": "passing", "deploymentId": text(&deployment["id"])?});
        self.post(&stages_path(api), stage).await?;
        let path = format!("{}/passing", stages_path(api));
        self.connection.call(&Request::rest("DELETE", path, &Value::Null)).await.map(drop)
    }

    /// An API that is deleted as soon as it is there.
    pub(super) async fn passing_api(&mut self) -> Result<()> {
        let api = self.post("/restapis", json!({"name": "passing"})).await?;
        let path = format!("/restapis/{}", text(&api["id"])?);
        self.connection.call(&Request::rest("DELETE", path, &Value::Null)).await.map(drop)
    }

    /// A user with a managed policy.
    pub(super) async fn user(&mut self, name: &str) -> Result<()> {
        self.iam(format!("CreateUser&UserName={name}")).await?;
        self.iam(format!("AttachUserPolicy&UserName={name}&PolicyArn={POLICY}")).await
    }

    /// A user that is deleted as soon as it is there.
    pub(super) async fn passing_user(&mut self) -> Result<()> {
        self.user("passing").await?;
        self.iam(format!("DetachUserPolicy&UserName=passing&PolicyArn={POLICY}")).await?;
        self.iam("DeleteUser&UserName=passing".to_owned()).await
    }

    async fn iam(&mut self, parameters: String) -> Result<()> {
        let parameters = format!("Version=2010-05-08&Action={parameters}");
        self.connection.call(&Request::form("iam", parameters)).await.map(drop)
    }

    /// A role that API Gateway may log with.
    pub(super) async fn role(&mut self) -> Result<()> {
        let parameters =
            format!("Action=CreateRole&Version=2010-05-08&RoleName={ROLE}&AssumeRolePolicyDocument={TRUST}");
        self.connection.call(&Request::form("iam", parameters)).await?;
        let parameters =
            format!("Action=AttachRolePolicy&Version=2010-05-08&RoleName={ROLE}&PolicyArn={POLICY}");
        self.connection.call(&Request::form("iam", parameters)).await?;
        Ok(())
    }

    /// A log group with a stream.
    pub(super) async fn stream(&mut self) -> Result<()> {
        let names = json!({"logGroupName": GROUP, "logStreamName": STREAM});
        self.connection.call(&Request::logs("CreateLogGroup", &json!({"logGroupName": GROUP}))).await?;
        self.connection.call(&Request::logs("CreateLogStream", &names)).await?;
        Ok(())
    }

    /// So many events of 100 bytes in the stream, ten a call.
    pub(super) async fn events(&mut self, count: usize) -> Result<()> {
        for _ in 0..count / 10 {
            self.connection.call(&put_ten_events()?).await?;
        }
        Ok(())
    }

    /// An API whose stage writes both logs. Gives the API's id.
    pub(super) async fn logged_api(&mut self) -> Result<String> {
        let api = self.access_logged_api().await?;
        self.patch(&stage_path(&api), &[("/*/*/logging/loglevel", "INFO")]).await?;
        Ok(api)
    }

    /// An API whose stage writes access logs. Gives the API's id.
    pub(super) async fn access_logged_api(&mut self) -> Result<String> {
        self.role().await?;
        self.stream().await?;
        let api = self.api(0).await?;
        let role = format!("arn:aws:iam::000000000000:role/{ROLE}");
        self.patch("/account", &[("/cloudwatchRoleArn", &role)]).await?;
        let group = format!("arn:aws:logs:us-east-1:000000000000:log-group:{GROUP}");
        let settings =
            [("/accessLogSettings/destinationArn", group.as_str()), ("/accessLogSettings/format", FORMAT)];
        self.patch(&stage_path(&api), &settings).await?;
        Ok(api)
    }

    /// How many calls the services answered.
    pub(super) async fn answered(&mut self) -> Result<u64> {
        let report = self.connection.call(&Request::plain("/_stagecheck/requests")).await?;
        report["total"].as_u64().context("the emulator does not tell how many calls it answered")
    }

    async fn post(&mut self, path: &str, body: Value) -> Result<Value> {
        self.connection.call(&Request::rest("POST", path, &body)).await
    }

    async fn put(&mut self, path: &str, body: Value) -> Result<Value> {
        self.connection.call(&Request::rest("PUT", path, &body)).await
    }

    async fn patch(&mut self, path: &str, values: &[(&str, &str)]) -> Result<Value> {
        self.connection.call(&patch(path, values)).await
    }
}

/// An update of something of API Gateway.
pub(super) fn patch(path: &str, values: &[(&str, &str)]) -> Request {
    let replace = |(path, value): &(&str, &str)| json!({"op": "replace", "path": path, "value": value});
    let operations: Vec<Value> = values.iter().map(replace).collect();
    Request::rest("PATCH", path, &json!({"patchOperations": operations}))
}

/// Where a stage is among the resources of API Gateway.
pub(super) fn stage_path(api: &str) -> String {
    format!("/restapis/{api}/stages/{STAGE}")
}

/// Where the stages of an API are.
pub(super) fn stages_path(api: &str) -> String {
    format!("/restapis/{api}/stages")
}

/// A page of the resources with tags.
pub(super) fn resources_page() -> Request {
    Request::tagging("GetResources", &json!({"ResourcesPerPage": 100}))
}

/// Where a stage serves.
pub(super) fn stage_address(api: &str) -> String {
    format!("/_aws/execute-api/{api}/{STAGE}/")
}

/// PutLogEvents with ten events of 100 bytes, as of now: older ones are refused.
#[expect(clippy::disallowed_methods, reason = "the emulator that is measured has the machine's clock")]
pub(super) fn put_ten_events() -> Result<Request> {
    let now = SystemTime::now().duration_since(SystemTime::UNIX_EPOCH)?.as_millis() as u64;
    let event = |number: u64| json!({"timestamp": now + number, "message": format!("{number:->100}")});
    let events: Vec<Value> = (0..10).map(event).collect();
    let body = json!({"logGroupName": GROUP, "logStreamName": STREAM, "logEvents": events});
    Ok(Request::logs("PutLogEvents", &body))
}

/// FilterLogEvents over the whole stream.
pub(super) fn filter_events() -> Request {
    Request::logs("FilterLogEvents", &json!({"logGroupName": GROUP, "logStreamNames": [STREAM]}))
}

fn text(value: &Value) -> Result<String> {
    value.as_str().map(str::to_owned).context("an answer lacks what calls after it need")
}
