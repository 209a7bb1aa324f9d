//! An emulator with something to lose.

use anyhow::{Context as _, Result, ensure};
use bytes::Bytes;
use http::{Request, Response};
use serde_json::{Value, json};
use stagecheck_conformance::client::{Client, plain};
use stagecheck_emulator::Emulator;

use crate::refusal::Refusal;

pub(crate) const TRUST: &str = concat!(
    r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","#,
    r#""Principal":{"Service":"apigateway.amazonaws.com"},"Action":"sts:AssumeRole"}]}"#
);

/// An emulator with a deployed API, the account's role, and a log group with an event.
pub(crate) struct World {
    pub(crate) emulator: Emulator,
    pub(crate) client: Client,
    /// Id of the API.
    pub(crate) api: String,
    /// Id of its resource `/pets`, which has `GET`.
    pub(crate) pets: String,
    /// Id of the deployment that its stage `prod` has.
    pub(crate) deployment: String,
}

impl World {
    /// The same in every run, down to the ids.
    pub(crate) fn new() -> Result<Self> {
        let mut world = Self {
            emulator: Emulator::builder().seed(1).build(),
            client: Client::new("test", "us-east-1"),
            api: String::new(),
            pets: String::new(),
            deployment: String::new(),
        };
        world.deploy()?;
        world.set_the_accounts_role()?;
        world.write_a_log()?;
        Ok(world)
    }

    fn deploy(&mut self) -> Result<()> {
        let api = self.rest("POST", "/restapis", &json!({"name": "pets"}))?;
        self.api = text(&api, "id")?;
        let api = format!("/restapis/{}", self.api);
        let root = text(&self.rest("GET", &api, &Value::Null)?, "rootResourceId")?;
        let pets = self.rest("POST", &format!("{api}/resources/{root}"), &json!({"pathPart": "pets"}))?;
        self.pets = text(&pets, "id")?;
        let method = format!("{api}/resources/{}/methods/GET", self.pets);
        self.rest("PUT", &method, &json!({"authorizationType": "NONE"}))?;
        self.rest("PUT", &format!("{method}/responses/200"), &json!({}))?;
        let template = json!({"application/json": "{\"statusCode\": 200}"});
        // With NEVER, no client can bring a template of its own and break the mock: that would be a 500, as on AWS.
        let mock = json!({"type": "MOCK", "requestTemplates": template, "passthroughBehavior": "NEVER"});
        self.rest("PUT", &format!("{method}/integration"), &mock)?;
        self.rest("PUT", &format!("{method}/integration/responses/200"), &json!({}))?;
        let deployment = self.rest("POST", &format!("{api}/deployments"), &json!({"stageName": "prod"}))?;
        self.deployment = text(&deployment, "id")?;
        Ok(())
    }

    fn set_the_accounts_role(&self) -> Result<()> {
        let form =
            format!("Action=CreateRole&Version=2010-05-08&RoleName=logger&AssumeRolePolicyDocument={TRUST}");
        self.done(self.client.query("iam", form)?)?;
        let form = "Action=AttachRolePolicy&Version=2010-05-08&RoleName=logger&\
            PolicyArn=arn:aws:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs";
        self.done(self.client.query("iam", form)?)?;
        let value = "arn:aws:iam::000000000000:role/logger";
        let patch =
            json!({"patchOperations": [{"op": "replace", "path": "/cloudwatchRoleArn", "value": value}]});
        self.rest("PATCH", "/account", &patch).map(drop)
    }

    fn write_a_log(&self) -> Result<()> {
        let stream = json!({"logGroupName": "group", "logStreamName": "stream"});
        self.done(self.client.logs("CreateLogGroup", json!({"logGroupName": "group"}).to_string())?)?;
        self.done(self.client.logs("CreateLogStream", stream.to_string())?)?;
        let mut events = stream;
        let now = std::time::UNIX_EPOCH.elapsed()?.as_millis();
        events["logEvents"] = json!([{"timestamp": u64::try_from(now)?, "message": "hello"}]);
        self.done(self.client.logs("PutLogEvents", events.to_string())?).map(drop)
    }

    /// Path of the stage.
    pub(crate) fn stage(&self) -> String {
        format!("/restapis/{}/stages/prod", self.api)
    }

    /// The answer to a request to API Gateway that must succeed.
    pub(crate) fn rest(&self, method: &str, path: &str, body: &Value) -> Result<Value> {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let answer = self.done(self.client.rest(method, path, body)?)?;
        Ok(serde_json::from_slice(answer.body()).unwrap_or_default())
    }

    fn done(&self, request: Request<Bytes>) -> Result<Response<Bytes>> {
        let answer = self.emulator.blocking_respond(request);
        ensure!(answer.status().is_success(), "{answer:?}");
        Ok(answer)
    }

    /// All that is kept.
    pub(crate) fn state(&self) -> Result<Bytes> {
        Ok(self.done(plain("GET", "/_stagecheck/state", "", "")?)?.into_body())
    }

    /// The request is answered so, changes nothing, and the emulator goes on.
    pub(crate) fn refuses(&self, what: &str, request: Request<Bytes>, refusal: &Refusal) -> Result<()> {
        self.unchanged_by(what, || {
            refusal.assert_is(&self.emulator.blocking_respond(request)).with_context(|| what.to_owned())
        })
    }

    /// Whatever this does changes nothing, and the emulator goes on.
    pub(crate) fn unchanged_by(&self, what: &str, act: impl FnOnce() -> Result<()>) -> Result<()> {
        let before = self.state()?;
        act()?;
        ensure!(self.state()? == before, "{what}: the state is another");
        let identity = self.client.query("sts", "Action=GetCallerIdentity&Version=2011-06-15")?;
        self.done(identity).with_context(|| format!("after {what}")).map(drop)
    }
}

fn text(answer: &Value, member: &str) -> Result<String> {
    Ok(answer[member].as_str().with_context(|| format!("no {member} in {answer}"))?.to_owned())
}
