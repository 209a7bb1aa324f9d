//! Who may call deployed APIs: by the caller's own policies, and by the API's.

use anyhow::{Context as _, Result, ensure};
use bytes::Bytes;
use http::{Request, Response};
use serde_json::{Value, json};
use stagecheck_conformance::client::{Client, plain};
use stagecheck_emulator::IamMode;

use crate::services::logging_role;
use crate::world::{ACCOUNT, World, allow, deny};

/// An API with `GET /pets`, deployed to `prod`, whose access logs tell who called.
struct Api {
    world: World,
    id: String,
}

impl Api {
    /// Policies decide here whatever the mode.
    fn new(authorization: &str, policy: Option<Value>) -> Result<Self> {
        let world = World::new(IamMode::Off);
        let root = &world.root;
        let put = |path: &str, body: &Value| world.done(root.rest("PUT", path, body.to_string())?);
        let post = |path: &str, body: &Value| world.json(root.rest("POST", path, body.to_string())?);
        let patch = |path: &str, operations: &Value| {
            world.done(root.rest("PATCH", path, json!({"patchOperations": operations}).to_string())?)
        };
        let mut api = json!({"name": "pets"});
        if let Some(policy) = policy {
            api["policy"] = policy.to_string().into();
        }
        let api = post("/restapis", &api)?;
        let text = |value: &Value, name: &str| value[name].as_str().unwrap_or_default().to_owned();
        let (id, resource) = (text(&api, "id"), text(&api, "rootResourceId"));
        let pets = post(&format!("/restapis/{id}/resources/{resource}"), &json!({"pathPart": "pets"}))?;
        let method = format!("/restapis/{id}/resources/{}/methods/GET", text(&pets, "id"));
        put(&method, &json!({"authorizationType": authorization}))?;
        put(&format!("{method}/responses/200"), &json!({}))?;
        let template = json!({"application/json": "{\"statusCode\": 200}"});
        put(&format!("{method}/integration"), &json!({"type": "MOCK", "requestTemplates": template}))?;
        put(&format!("{method}/integration/responses/200"), &json!({}))?;
        post(&format!("/restapis/{id}/deployments"), &json!({"stageName": "prod"}))?;
        let role = logging_role(&world)?;
        patch("/account", &json!([{"op": "replace", "path": "/cloudwatchRoleArn", "value": role}]))?;
        world.done(root.logs("CreateLogGroup", json!({"logGroupName": "access"}).to_string())?)?;
        let arn = format!("arn:aws:logs:us-east-1:{ACCOUNT}:log-group:access");
        let format = "$context.requestId $context.status $context.identity.caller $context.identity.user \
                      $context.identity.userArn $context.identity.accountId $context.error.responseType \
                      $context.error.message";
        patch(
            &format!("/restapis/{id}/stages/prod"),
            &json!([
                {"op": "replace", "path": "/accessLogSettings/destinationArn", "value": arn},
                {"op": "replace", "path": "/accessLogSettings/format", "value": format},
                {"op": "replace", "path": "/*/*/logging/loglevel", "value": "INFO"},
            ]),
        )?;
        Ok(Self { world, id })
    }

    fn arn(&self) -> String {
        format!("arn:aws:execute-api:us-east-1:{ACCOUNT}:{}/prod/GET/pets", self.id)
    }

    fn request(&self) -> Result<Request<Bytes>> {
        plain("GET", &format!("/_aws/execute-api/{}/prod/pets", self.id), "application/json", "")
    }

    fn unsigned(&self) -> Result<Response<Bytes>> {
        Ok(self.world.emulator.blocking_respond(self.request()?))
    }

    fn by(&self, caller: &Client) -> Result<Response<Bytes>> {
        Ok(self.world.emulator.blocking_respond(caller.signed(self.request()?, "execute-api")?))
    }

    /// The latest line of the access log, without the request's id.
    fn logged(&self) -> Result<String> {
        let events = json!({"logGroupName": "access"}).to_string();
        let events = self.world.json(self.world.root.logs("FilterLogEvents", events)?)?;
        let lines = events["events"].as_array().context("events are a list")?;
        let line = lines.last().and_then(|event| event["message"].as_str()).context("there is a line")?;
        Ok(line.split_once(' ').context("an id stands first")?.1.to_owned())
    }

    /// How many lines the execution log has.
    fn execution_lines(&self) -> Result<usize> {
        let group = format!("API-Gateway-Execution-Logs_{}/prod", self.id);
        let input = json!({"logGroupName": group}).to_string();
        let answer = self.world.emulator.blocking_respond(self.world.root.logs("FilterLogEvents", input)?);
        let events: Value = serde_json::from_slice(answer.body())?;
        Ok(events["events"].as_array().map_or(0, Vec::len))
    }
}

fn policy(statements: &[Value]) -> Option<Value> {
    Some(json!({"Version": "2012-10-17", "Statement": statements}))
}

fn statement(effect: &str, principal: &Value, condition: &Value) -> Value {
    let mut statement = json!({"Effect": effect, "Principal": principal, "Action": "execute-api:Invoke",
        "Resource": "execute-api:/prod/GET/pets"});
    if !condition.is_null() {
        statement["Condition"] = condition.clone();
    }
    statement
}

fn body(answer: &Response<Bytes>) -> String {
    String::from_utf8_lossy(answer.body()).into_owned()
}

#[test]
fn an_unsigned_request_is_turned_away() -> Result<()> {
    let api = Api::new("AWS_IAM", None)?;
    let answer = api.unsigned()?;
    assert_eq!(
        (answer.status().as_u16(), body(&answer)),
        (403, r#"{"message":"Missing Authentication Token"}"#.into())
    );
    assert_eq!(answer.headers()["x-amzn-errortype"], "MissingAuthenticationTokenException");
    assert_eq!(api.logged()?, "403 - - - - MISSING_AUTHENTICATION_TOKEN Missing Authentication Token");
    assert_eq!(api.execution_lines()?, 0);
    Ok(())
}

#[test]
fn a_caller_needs_permission_and_is_logged() -> Result<()> {
    let api = Api::new("AWS_IAM", None)?;
    let world = &api.world;
    let nobody = world.session("nobody", &[])?;
    let answer = api.by(&nobody)?;
    let message = format!(
        "User: arn:aws:sts::{ACCOUNT}:assumed-role/nobody/shift is not authorized to perform: execute-api:Invoke on \
         resource: arn:aws:execute-api:us-east-1:********0000:{}/prod/GET/pets",
        api.id
    );
    assert_eq!((answer.status().as_u16(), body(&answer)), (403, json!({"Message": message}).to_string()));
    assert_eq!(answer.headers()["x-amzn-errortype"], "AccessDeniedException");
    let line = api.logged()?;
    ensure!(line.ends_with(&format!("ACCESS_DENIED {message}")), "{line}");
    assert_eq!(api.execution_lines()?, 0);

    let caller = world.session("caller", &[allow("execute-api:Invoke", &api.arn())])?;
    assert_eq!(api.by(&caller)?.status(), 200);
    let line = api.logged()?;
    let words: Vec<&str> = line.split(' ').collect();
    let [status, caller_id, user, arn, account, ..] = words.as_slice() else { anyhow::bail!("{line}") };
    assert_eq!((*status, *account), ("200", ACCOUNT));
    assert_eq!(*arn, format!("arn:aws:sts::{ACCOUNT}:assumed-role/caller/shift"));
    ensure!(caller_id == user && caller_id.starts_with("AROA") && caller_id.ends_with(":shift"), "{line}");
    assert_eq!(api.execution_lines()?, 8);

    let stopped = world.session("stopped", &[allow("*", "*"), deny("execute-api:*", "*")])?;
    ensure!(body(&api.by(&stopped)?).ends_with("/prod/GET/pets with an explicit deny\"}"));
    // Root needs none.
    assert_eq!(api.by(&world.root)?.status(), 200);
    Ok(())
}

/// Table A of the developer guide: within an account.
#[test]
fn in_the_account_either_side_is_enough() -> Result<()> {
    let by_name = json!({"AWS": format!("arn:aws:iam::{ACCOUNT}:role/caller")});
    let invoke = allow("execute-api:Invoke", "*");
    let cases: [(&str, Option<Value>, Vec<Value>, u16); 7] = [
        ("both", policy(&[statement("Allow", &by_name, &Value::Null)]), vec![invoke.clone()], 200),
        ("the resource's alone", policy(&[statement("Allow", &by_name, &Value::Null)]), vec![], 200),
        (
            "the resource's against a deny",
            policy(&[statement("Allow", &by_name, &Value::Null)]),
            vec![deny("*", "*")],
            403,
        ),
        (
            "the caller's alone",
            policy(&[statement("Allow", &json!({"AWS": "111111111111"}), &Value::Null)]),
            vec![invoke.clone()],
            200,
        ),
        (
            "neither",
            policy(&[statement("Allow", &json!({"AWS": "111111111111"}), &Value::Null)]),
            vec![],
            403,
        ),
        (
            "the caller's against a deny",
            policy(&[statement("Deny", &json!("*"), &Value::Null)]),
            vec![invoke],
            403,
        ),
        ("nothing", None, vec![], 403),
    ];
    for (what, policy, statements, status) in cases {
        let api = Api::new("AWS_IAM", policy)?;
        let caller = api.world.session("caller", &statements)?;
        assert_eq!(api.by(&caller)?.status(), status, "{what}");
    }
    Ok(())
}

/// Table B: from another account.
#[test]
fn from_another_account_both_sides_must_allow() -> Result<()> {
    let other = json!({"AWS": "111111111111"});
    for (policy, status) in [
        (None, 403),
        (policy(&[statement("Allow", &other, &Value::Null)]), 200),
        (policy(&[statement("Allow", &json!({"AWS": ACCOUNT}), &Value::Null)]), 403),
    ] {
        let api = Api::new("AWS_IAM", policy)?;
        let root = Client::new("111111111111", "us-east-1");
        assert_eq!(api.by(&root)?.status(), status);
    }
    Ok(())
}

/// Without AWS_IAM everybody is anonymous, and the API's policy must allow.
#[test]
fn a_resource_policy_alone_must_allow() -> Result<()> {
    let from = |range: &str| json!({"IpAddress": {"aws:SourceIp": range}});
    let anyone = json!("*");
    for (statements, status) in [
        (vec![statement("Allow", &anyone, &Value::Null)], 200),
        (vec![statement("Allow", &anyone, &from("127.0.0.0/8"))], 200),
        (vec![statement("Allow", &anyone, &from("192.0.2.0/24"))], 403),
        (
            vec![
                statement("Allow", &anyone, &Value::Null),
                statement("Deny", &anyone, &json!({"StringNotEquals": {"aws:SourceVpce": "vpce-1"}})),
            ],
            403,
        ),
        (vec![statement("Allow", &json!({"AWS": ACCOUNT}), &Value::Null)], 403),
    ] {
        let api = Api::new("NONE", policy(&statements))?;
        let answer = api.unsigned()?;
        assert_eq!(answer.status(), status, "{statements:?}");
        if status == 403 {
            let text = body(&answer);
            let start = "{\"Message\":\"User: anonymous is not authorized to perform: execute-api:Invoke on resource: \
                         arn:aws:execute-api:us-east-1:********0000:";
            ensure!(text.starts_with(start), "{text}");
            // Nobody signs in to such a method.
            assert_eq!(api.by(&api.world.root)?.status(), 403);
        }
    }
    Ok(())
}
