//! What callers of several accounts and regions may have done.

use anyhow::Result;
use bytes::Bytes;
use http::Request;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};
use stagecheck_conformance::client::Client;
use stagecheck_emulator::Emulator;

use crate::server::{self, TRUST};

pub(crate) const ACCOUNTS: [&str; 3] = ["test", "111111111111", "222222222222"];
pub(crate) const REGIONS: [&str; 4] = ["us-east-1", "eu-west-1", "cn-north-1", "us-gov-west-1"];

/// Something that a caller does, whether it succeeds or not. Names are few, so that things meet.
#[derive(Clone, Debug)]
pub(crate) enum Deed {
    Deploy { name: u8 },
    DeleteAnApi,
    CreateRole { name: u8 },
    PutRolePolicy { role: u8, policy: u8 },
    AttachPolicy { role: u8 },
    DeleteRole { role: u8 },
    AssumeRole { role: u8, partition: &'static str },
    SetAccountRole { role: u8, partition: &'static str },
    CreateLogGroup { name: u8 },
    CreateLogStream { group: u8, stream: u8 },
    PutLogEvents { group: u8, stream: u8, message: String },
    DeleteLogGroup { name: u8 },
    PutRetention { group: u8 },
}

/// Who does it, and where.
#[derive(Clone, Debug)]
pub(crate) struct Act {
    account: &'static str,
    region: &'static str,
    deed: Deed,
}

/// Up to thirty acts.
pub(crate) fn history() -> impl Strategy<Value = Vec<Act>> {
    let act = (select(&ACCOUNTS[..]), select(&REGIONS[..]), deed());
    let act = act.prop_map(|(account, region, deed)| Act { account, region, deed });
    prop::collection::vec(act, 0..30)
}

fn deed() -> impl Strategy<Value = Deed> {
    let name = || 0..3_u8;
    let partition = || select(&["aws", "aws-cn", "aws-us-gov"][..]);
    prop_oneof![
        name().prop_map(|name| Deed::Deploy { name }),
        Just(Deed::DeleteAnApi),
        name().prop_map(|name| Deed::CreateRole { name }),
        (name(), name()).prop_map(|(role, policy)| Deed::PutRolePolicy { role, policy }),
        name().prop_map(|role| Deed::AttachPolicy { role }),
        name().prop_map(|role| Deed::DeleteRole { role }),
        (name(), partition()).prop_map(|(role, partition)| Deed::AssumeRole { role, partition }),
        (name(), partition()).prop_map(|(role, partition)| Deed::SetAccountRole { role, partition }),
        name().prop_map(|name| Deed::CreateLogGroup { name }),
        (name(), name()).prop_map(|(group, stream)| Deed::CreateLogStream { group, stream }),
        (name(), name(), ".{1,20}").prop_map(|(group, stream, message)| Deed::PutLogEvents {
            group,
            stream,
            message
        }),
        name().prop_map(|name| Deed::DeleteLogGroup { name }),
        name().prop_map(|group| Deed::PutRetention { group }),
    ]
}

/// Does all of it.
pub(crate) fn live(emulator: &Emulator, history: &[Act]) -> Result<()> {
    history.iter().try_for_each(|act| act.run(emulator))
}

impl Act {
    fn run(&self, emulator: &Emulator) -> Result<()> {
        let Self { account, region, deed } = self;
        let client = Client::new(account, region);
        let owner = if *account == "test" { "000000000000" } else { account };
        let role_arn = |partition: &str, role: &u8| format!("arn:{partition}:iam::{owner}:role/role{role}");
        let request = match deed {
            Deed::Deploy { name } => return deploy(emulator, &client, *name),
            Deed::DeleteAnApi => {
                let apis = server::json(emulator, client.rest("GET", "/restapis", "")?)?;
                let Some(id) = apis["item"][0]["id"].as_str() else { return Ok(()) };
                client.rest("DELETE", &format!("/restapis/{id}"), "")?
            }
            Deed::CreateRole { name } => {
                iam(&client, &format!("CreateRole&RoleName=role{name}&AssumeRolePolicyDocument={TRUST}"))?
            }
            Deed::PutRolePolicy { role, policy } => iam(
                &client,
                &format!(
                    "PutRolePolicy&RoleName=role{role}&PolicyName=policy{policy}&PolicyDocument=\
                     {{\"Statement\":{{\"Effect\":\"Allow\",\"Action\":\"logs:*\",\"Resource\":\"*\"}}}}"
                ),
            )?,
            Deed::AttachPolicy { role } => iam(
                &client,
                &format!(
                    "AttachRolePolicy&RoleName=role{role}&PolicyArn=arn:aws:iam::aws:policy/ReadOnlyAccess"
                ),
            )?,
            Deed::DeleteRole { role } => iam(&client, &format!("DeleteRole&RoleName=role{role}"))?,
            Deed::AssumeRole { role, partition } => {
                let arn = role_arn(partition, role);
                let form =
                    format!("Action=AssumeRole&Version=2011-06-15&RoleArn={arn}&RoleSessionName=session");
                client.query("sts", form)?
            }
            Deed::SetAccountRole { role, partition } => {
                let arn = role_arn(partition, role);
                let patch = json!([{"op": "replace", "path": "/cloudwatchRoleArn", "value": arn}]);
                client.rest("PATCH", "/account", json!({"patchOperations": patch}).to_string())?
            }
            Deed::CreateLogGroup { name } => logs(&client, "CreateLogGroup", *name, json!({}))?,
            Deed::CreateLogStream { group, stream } => {
                logs(&client, "CreateLogStream", *group, json!({"logStreamName": stream.to_string()}))?
            }
            Deed::PutLogEvents { group, stream, message } => {
                let now = u64::try_from(std::time::UNIX_EPOCH.elapsed()?.as_millis())?;
                let event = json!({"timestamp": now, "message": message});
                let input = json!({"logStreamName": stream.to_string(), "logEvents": [event]});
                logs(&client, "PutLogEvents", *group, input)?
            }
            Deed::DeleteLogGroup { name } => logs(&client, "DeleteLogGroup", *name, json!({}))?,
            Deed::PutRetention { group } => {
                logs(&client, "PutRetentionPolicy", *group, json!({"retentionInDays": 30}))?
            }
        };
        let answer = emulator.blocking_respond(request);
        anyhow::ensure!(answer.status().as_u16() < 500, "{self:?}: {answer:?}");
        Ok(())
    }
}

fn iam(client: &Client, call: &str) -> Result<Request<Bytes>> {
    client.query("iam", format!("Version=2010-05-08&Action={call}"))
}

fn logs(client: &Client, operation: &str, group: u8, mut input: Value) -> Result<Request<Bytes>> {
    input["logGroupName"] = format!("group{group}").into();
    client.logs(operation, input.to_string())
}

/// A new API, with a stage that serves its root.
fn deploy(emulator: &Emulator, client: &Client, name: u8) -> Result<()> {
    let rest = |method: &str, path: &str, body: &Value| {
        server::json(emulator, client.rest(method, path, body.to_string())?)
    };
    let api = rest("POST", "/restapis", &json!({"name": format!("api{name}")}))?;
    let (id, root) = (&api["id"], &api["rootResourceId"]);
    let (id, root) = (id.as_str().unwrap_or_default(), root.as_str().unwrap_or_default());
    let method = format!("/restapis/{id}/resources/{root}/methods/GET");
    rest("PUT", &method, &json!({"authorizationType": "NONE"}))?;
    let template = json!({"application/json": "{\"statusCode\": 200}"});
    rest("PUT", &format!("{method}/integration"), &json!({"type": "MOCK", "requestTemplates": template}))?;
    let stage = json!({"stageName": "prod", "variables": {"name": name.to_string()}});
    rest("POST", &format!("/restapis/{id}/deployments"), &stage).map(drop)
}
