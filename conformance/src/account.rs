//! An account in an emulator, as its owner uses it, with what deployed APIs call.

use std::sync::Arc;

use anyhow::{Context as _, Result, ensure};
use bytes::Bytes;
use http::{Request, Response};
use serde_json::{Value, json};
use stagecheck_emulator::time::{Clock as _, ManualClock, Timestamp};
use stagecheck_emulator::{Builder, Emulator};

use crate::client::{Client, plain};
use crate::doubles::{Backend, start_functions};

/// The account's number.
pub const ACCOUNT: &str = "000000000000";

/// The group that access logs go to.
pub const ACCESS_GROUP: &str = "access";

/// The policy with which AWS lets API Gateway log.
pub const LOGS_POLICY: &str = "arn:aws:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs";

/// An account with a log group, a server and functions, and time that stands still.
pub struct Account {
    /// Where it is.
    pub emulator: Emulator,
    /// Its owner.
    pub client: Client,
    /// What integrations call.
    pub backend: Backend,
    clock: Arc<ManualClock>,
}

impl Account {
    /// The same in every run, but for ports, in an emulator that is built further by a function.
    ///
    /// # Errors
    ///
    /// When there is no free port.
    pub async fn new(build: impl FnOnce(Builder) -> Builder) -> Result<Self> {
        let functions = start_functions().await?;
        // 25 September 2026, 9:20:27 UTC.
        let clock = Arc::new(ManualClock::at(Timestamp::from_millis(1_790_328_027_988)));
        let builder = Emulator::builder()
            .seed(7)
            .clock(Arc::clone(&clock) as _)
            .lambda_endpoint(format!("http://{functions}").parse()?);
        let emulator = build(builder).build();
        let client = Client::new("test", "us-east-1");
        let account = Self { emulator, client, backend: Backend::start().await?, clock };
        account.logs("CreateLogGroup", &json!({"logGroupName": ACCESS_GROUP})).await?;
        Ok(account)
    }

    /// Makes the role `logs`, under which API Gateway may log, and sets it.
    ///
    /// # Errors
    ///
    /// When a call is refused.
    pub async fn let_gateway_log(&self) -> Result<()> {
        let trust = json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow",
            "Principal": {"Service": "apigateway.amazonaws.com"}, "Action": "sts:AssumeRole"}]});
        self.iam(&format!("CreateRole&RoleName=logs&AssumeRolePolicyDocument={trust}")).await?;
        self.iam(&format!("AttachRolePolicy&RoleName=logs&PolicyArn={LOGS_POLICY}")).await?;
        let role = format!("arn:aws:iam::{ACCOUNT}:role/logs");
        self.patch("/account", &json!([{"op": "replace", "path": "/cloudwatchRoleArn", "value": role}])).await
    }

    /// Lets time go by.
    pub fn wait(&self, seconds: i64) {
        self.clock.set(self.clock.now().plus_seconds(seconds));
    }

    /// The answer, which must be a success.
    ///
    /// # Errors
    ///
    /// When it is none.
    pub async fn done(&self, request: Request<Bytes>) -> Result<Response<Bytes>> {
        let answer = self.emulator.respond(request).await;
        ensure!(answer.status().is_success(), "{answer:?}");
        Ok(answer)
    }

    /// What a success answers.
    ///
    /// # Errors
    ///
    /// When it is none, or not JSON.
    pub async fn json(&self, request: Request<Bytes>) -> Result<Value> {
        let answer = self.done(request).await?;
        let body = answer.body();
        Ok(if body.is_empty() { Value::Null } else { serde_json::from_slice(body)? })
    }

    /// A call of API Gateway.
    ///
    /// # Errors
    ///
    /// When it is refused.
    pub async fn rest(&self, method: &str, path: &str, body: &Value) -> Result<Value> {
        self.json(self.client.rest(method, path, body.to_string())?).await
    }

    /// Changes a resource of a REST API, or the account's settings.
    ///
    /// # Errors
    ///
    /// When it is refused.
    pub async fn patch(&self, path: &str, operations: &Value) -> Result<()> {
        self.rest("PATCH", path, &json!({"patchOperations": operations})).await.map(drop)
    }

    /// A call of CloudWatch Logs.
    ///
    /// # Errors
    ///
    /// When it is refused.
    pub async fn logs(&self, operation: &str, input: &Value) -> Result<Value> {
        self.json(self.client.logs(operation, input.to_string())?).await
    }

    /// A call of KMS.
    ///
    /// # Errors
    ///
    /// When it is refused.
    pub async fn kms(&self, operation: &str, input: &Value) -> Result<Value> {
        self.json(self.client.kms(operation, input.to_string())?).await
    }

    /// A call of IAM, as its action and its parameters.
    ///
    /// # Errors
    ///
    /// When it is refused.
    pub async fn iam(&self, action: &str) -> Result<()> {
        let form = format!("Version=2010-05-08&Action={action}");
        self.done(self.client.query("iam", form)?).await.map(drop)
    }

    /// The lines of a log group, none where it is not there.
    ///
    /// # Errors
    ///
    /// When the answer is none.
    pub async fn messages(&self, group: &str) -> Result<Vec<String>> {
        let request = self.client.logs("FilterLogEvents", json!({"logGroupName": group}).to_string())?;
        let answer: Value = serde_json::from_slice(self.emulator.respond(request).await.body())?;
        let events = answer["events"].as_array().map(Vec::as_slice).unwrap_or_default();
        events
            .iter()
            .map(|event| event["message"].as_str().map(str::to_owned).context("an event has a message"))
            .collect()
    }

    /// What became of the lines of the latest requests.
    ///
    /// # Errors
    ///
    /// When it is not told.
    pub async fn deliveries(&self) -> Result<Value> {
        self.json(plain("GET", "/_stagecheck/deliveries", "", "")?).await
    }
}

/// A group's ARN, as a destination of access logs.
#[must_use]
pub fn group_arn(name: &str) -> String {
    format!("arn:aws:logs:us-east-1:{ACCOUNT}:log-group:{name}")
}

/// An object with more members.
///
/// # Errors
///
/// When it is none.
pub fn with_members(mut object: Value, more: &Value) -> Result<Value> {
    let own = object.as_object_mut().context("it is an object")?;
    own.extend(more.as_object().into_iter().flatten().map(|(name, value)| (name.clone(), value.clone())));
    Ok(object)
}

/// A member of an answer that is text.
///
/// # Errors
///
/// When there is none.
pub fn text_of(answer: &Value, name: &str) -> Result<String> {
    answer[name].as_str().map(str::to_owned).with_context(|| format!("no {name} in {answer}"))
}
