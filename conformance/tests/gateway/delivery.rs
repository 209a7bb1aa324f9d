//! Ways to break delivery: which lines arrive, and what the developer is told of the others. The client never notices.

use anyhow::{Context as _, Result};
use serde_json::{Value, json};

use crate::world::{Level, World, method};

/// What becomes of one log.
#[derive(Clone, Copy, Debug)]
enum Fate {
    Arrives,
    /// Is refused, for a cause with this in it, and by this statement.
    Refused(&'static str, Option<&'static str>),
}

use Fate::{Arrives, Refused};

/// A way to break delivery, once a first request has shown that it works.
struct Break {
    name: &'static str,
    calls: Vec<Call>,
    execution: Fate,
    access: Fate,
}

enum Call {
    Iam(String),
    Logs(&'static str, Value),
    Stage(Value),
    Account(&'static str),
    /// A key that CloudWatch Logs may use comes to encrypt the access group, and then this is done to the key.
    Key(Option<(&'static str, Value)>),
}

fn iam(action: &str) -> Call {
    Call::Iam(action.to_owned())
}

fn trust(statement: &Value) -> Call {
    let document = json!({"Version": "2012-10-17", "Statement": [statement]});
    Call::Iam(format!("UpdateAssumeRolePolicy&RoleName=logs&PolicyDocument={document}"))
}

/// The role's managed policy goes, and these statements come.
fn permissions(statements: &Value) -> Vec<Call> {
    let document = json!({"Version": "2012-10-17", "Statement": statements});
    vec![
        Call::Iam(format!("PutRolePolicy&RoleName=logs&PolicyName=own&PolicyDocument={document}")),
        iam("DetachRolePolicy&RoleName=logs&PolicyArn=\
             arn:aws:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs"),
    ]
}

fn breaks() -> Vec<Break> {
    let gateway = json!({"Service": "apigateway.amazonaws.com"});
    let all = json!({"Effect": "Allow", "Action": "logs:*", "Resource": "*"});
    let both = |name, calls, fate| Break { name, calls, execution: fate, access: fate };
    vec![
        both("nothing", vec![], Arrives),
        both("the account has no role any more", vec![Call::Account("")], Refused("no role is set in the account's settings", None)),
        both(
            "the role is deleted",
            vec![
                iam(
                    "DetachRolePolicy&RoleName=logs&PolicyArn=\
                     arn:aws:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs",
                ),
                iam("DeleteRole&RoleName=logs"),
            ],
            Refused("the role arn:aws:iam::000000000000:role/logs does not exist", None),
        ),
        both(
            "the role trusts another service",
            vec![trust(&json!({"Effect": "Allow", "Principal": {"Service": "lambda.amazonaws.com"}, "Action": "sts:AssumeRole"}))],
            Refused("does not let apigateway.amazonaws.com assume it: no statement allows it", None),
        ),
        both(
            "the trust has a condition that API Gateway does not meet",
            vec![trust(&json!({"Effect": "Allow", "Principal": gateway, "Action": "sts:AssumeRole",
                "Condition": {"StringEquals": {"aws:SourceAccount": "000000000000"}}}))],
            Refused("and the request has no aws:SourceAccount", None),
        ),
        both(
            "the trust denies",
            vec![trust(&json!({"Effect": "Deny", "Principal": gateway, "Action": "sts:AssumeRole"}))],
            Refused("does not let apigateway.amazonaws.com assume it: a statement denies it", Some("")),
        ),
        both(
            "the policy is detached",
            vec![iam(
                "DetachRolePolicy&RoleName=logs&PolicyArn=\
                 arn:aws:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs",
            )],
            Refused("may not logs:CreateLogStream on ", None),
        ),
        both(
            "writing is denied",
            permissions(&json!([all, {"Sid": "NoLogs", "Effect": "Deny", "Action": "logs:PutLogEvents", "Resource": "*"}])),
            Refused("may not logs:PutLogEvents on ", Some("NoLogs")),
        ),
        both(
            "streams may not be made",
            permissions(&json!([{"Effect": "Allow", "Action": ["logs:CreateLogGroup", "logs:PutLogEvents"], "Resource": "*"}])),
            Refused("may not logs:CreateLogStream on ", None),
        ),
        both(
            "a boundary leaves logs out",
            vec![
                Call::Iam(format!(
                    "CreatePolicy&PolicyName=boundary&PolicyDocument={}",
                    json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:*", "Resource": "*"}]})
                )),
                iam("PutRolePermissionsBoundary&RoleName=logs&PermissionsBoundary=arn:aws:iam::000000000000:policy/boundary"),
            ],
            Refused("may not logs:CreateLogStream on ", None),
        ),
        Break {
            name: "the execution group is gone, and may not be made again",
            calls: [
                permissions(&json!([{"Effect": "Allow", "Action": ["logs:CreateLogStream", "logs:PutLogEvents"], "Resource": "*"}])),
                vec![Call::Logs("DeleteLogGroup", json!({"logGroupName": "API-Gateway-Execution-Logs_API/prod"}))],
            ]
            .into_iter()
            .flatten()
            .collect(),
            execution: Refused("may not logs:CreateLogGroup on ", None),
            access: Arrives,
        },
        Break {
            name: "the execution group is gone, and is made again",
            calls: vec![Call::Logs("DeleteLogGroup", json!({"logGroupName": "API-Gateway-Execution-Logs_API/prod"}))],
            execution: Arrives,
            access: Arrives,
        },
        Break {
            name: "the access group is gone",
            calls: vec![Call::Logs("DeleteLogGroup", json!({"logGroupName": "access"}))],
            execution: Arrives,
            access: Refused("the log group access does not exist", None),
        },
        Break {
            name: "the destination is in another region",
            calls: vec![Call::Stage(json!([{"op": "replace", "path": "/accessLogSettings/destinationArn",
                "value": "arn:aws:logs:eu-west-1:000000000000:log-group:access"}]))],
            execution: Arrives,
            access: Refused("the destination is no log group or delivery stream in the stage's own account and region", None),
        },
        Break {
            name: "the role may write to another group only",
            calls: permissions(&json!([{"Effect": "Allow", "Action": "logs:*",
                "Resource": "arn:aws:logs:us-east-1:000000000000:log-group:access:*"}])),
            execution: Refused("may not logs:CreateLogStream on ", None),
            access: Arrives,
        },
        encrypted("the access group is encrypted", None, Arrives),
        encrypted("the key is disabled", Some(("DisableKey", json!({}))), Refused("group access is encrypted with, is disabled", None)),
        encrypted(
            "the key is to be deleted",
            Some(("ScheduleKeyDeletion", json!({}))),
            Refused("group access is encrypted with, is pending deletion", None),
        ),
        encrypted(
            "the key's policy forgets CloudWatch Logs",
            Some(key_policy(&json!([account_statement()]))),
            Refused("has a policy that does not allow kms:GenerateDataKey: no statement allows it", None),
        ),
        encrypted(
            "the key's policy denies CloudWatch Logs",
            Some(key_policy(&json!([account_statement(), logs_statement(),
                {"Sid": "NoLogs", "Effect": "Deny", "Principal": "*", "Action": "kms:GenerateDataKey*", "Resource": "*"}]))),
            Refused("a statement denies it", Some("NoLogs")),
        ),
    ]
}

/// The access group is encrypted with a key to which this is done.
fn encrypted(name: &'static str, call: Option<(&'static str, Value)>, access: Fate) -> Break {
    Break { name, calls: vec![Call::Key(call)], execution: Arrives, access }
}

fn account_statement() -> Value {
    json!({"Effect": "Allow", "Principal": {"AWS": "000000000000"}, "Action": "kms:*", "Resource": "*"})
}

/// As the user guide has it.
fn logs_statement() -> Value {
    json!({"Effect": "Allow", "Principal": {"Service": "logs.us-east-1.amazonaws.com"},
        "Action": ["kms:Encrypt*", "kms:Decrypt*", "kms:ReEncrypt*", "kms:GenerateDataKey*", "kms:Describe*"],
        "Resource": "*", "Condition": {"ArnEquals": {"kms:EncryptionContext:aws:logs:arn":
            "arn:aws:logs:us-east-1:000000000000:log-group:access"}}})
}

fn key_policy(statements: &Value) -> (&'static str, Value) {
    let document = json!({"Version": "2012-10-17", "Statement": statements});
    ("PutKeyPolicy", json!({"Policy": document.to_string()}))
}

async fn encrypt(world: &World, change: Option<&(&'static str, Value)>) -> Result<()> {
    let client = &world.client;
    let (_, policy) = key_policy(&json!([account_statement(), logs_statement()]));
    let key = world.json(client.kms("CreateKey", policy.to_string())?).await?;
    let arn = &key["KeyMetadata"]["Arn"];
    let association = json!({"logGroupName": "access", "kmsKeyId": arn});
    world.done(client.logs("AssociateKmsKey", association.to_string())?).await?;
    if let Some((operation, input)) = change {
        let mut input = input.clone();
        input["KeyId"] = arn.clone();
        world.done(client.kms(operation, input.to_string())?).await?;
    }
    Ok(())
}

async fn apply(world: &World, call: &Call) -> Result<()> {
    let client = &world.client;
    let request = match call {
        Call::Iam(action) => client.query("iam", format!("Version=2010-05-08&Action={action}"))?,
        Call::Logs(operation, input) => {
            client.logs(operation, input.to_string().replace("API/", &format!("{}/", world.api())))?
        }
        Call::Stage(operations) => return world.patch_stage(operations).await,
        Call::Key(change) => return encrypt(world, change.as_ref()).await,
        Call::Account(role) => {
            let patch =
                json!({"patchOperations": [{"op": "replace", "path": "/cloudwatchRoleArn", "value": role}]});
            client.rest("PATCH", "/account", patch.to_string())?
        }
    };
    world.done(request).await.map(drop)
}

#[tokio::test(flavor = "multi_thread")]
async fn every_way_to_break_delivery_has_its_cause() -> Result<()> {
    for Break { name, calls, execution, access } in breaks() {
        let mut world = World::new().await?;
        let mock = json!({"type": "MOCK", "requestTemplates": {"application/json": "{\"statusCode\": 200}"},
            "responses": {"default": {"statusCode": "200"}}});
        world.deploy(Level::Info, &json!({"/pets": method(&mock)}), &Value::Null).await?;
        let first = world.send("GET", "/pets", &[], "").await?;
        assert_eq!((first.execution.len(), first.access.len()), (8, 1), "{name}");
        for call in &calls {
            apply(&world, call).await.with_context(|| name.to_owned())?;
        }
        let second = world.send_uncounted("GET", "/pets").await?;
        assert_eq!(second.status().as_u16(), 200, "{name}: the client does not notice");
        let told = world.deliveries().await?;
        let records = told["deliveries"].as_array().context("deliveries are a list")?;
        for (kind, fate) in [("execution", execution), ("access", access)] {
            let record = records.iter().rfind(|record| record["log"] == kind).context("there is a record")?;
            match fate {
                Arrives => assert_eq!(record["outcome"], "delivered", "{name}, {kind}: {record}"),
                Refused(cause, statement) => {
                    let told = record["cause"].as_str().unwrap_or_default();
                    assert!(told.contains(cause), "{name}, {kind}: {record}");
                    let by = record["statement"].as_str();
                    assert_eq!(by.is_some(), statement.is_some(), "{name}, {kind}: {record}");
                    assert!(
                        by.unwrap_or_default().contains(statement.unwrap_or_default()),
                        "{name}: {record}"
                    );
                }
            }
            let lines = if kind == "execution" { 8 } else { 1 };
            assert_eq!(record["lines"], lines, "{name}, {kind}");
        }
    }
    Ok(())
}
