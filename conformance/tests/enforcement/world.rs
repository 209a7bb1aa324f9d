//! An emulator that asks what callers may do, and callers who may do little.

use std::cell::OnceCell;

use anyhow::{Context as _, Result, ensure};
use bytes::Bytes;
use http::{Request, Response};
use serde_json::{Value, json};
use stagecheck_conformance::client::{Client, plain};
use stagecheck_conformance::xml::element;
use stagecheck_emulator::{Emulator, IamMode, ServiceControl};

/// The account of everybody here.
pub(crate) const ACCOUNT: &str = "000000000000";

pub(crate) struct World {
    pub(crate) emulator: Emulator,
    pub(crate) root: Client,
    /// A user who may do everything: root may not assume roles.
    administrator: OnceCell<Client>,
}

/// An error as its client sees it.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Denial {
    pub(crate) status: u16,
    pub(crate) code: String,
    pub(crate) message: String,
}

impl World {
    pub(crate) fn new(mode: IamMode) -> Self {
        Self::under(mode, ServiceControl::default())
    }

    /// The same in every run, down to the ids.
    pub(crate) fn under(mode: IamMode, policies: ServiceControl) -> Self {
        let emulator = Emulator::builder().seed(1).iam(mode).service_control(policies).build();
        Self { emulator, root: Client::new("test", "us-east-1"), administrator: OnceCell::new() }
    }

    /// A session of a new role with these statements as its only policy, and none if there are none.
    pub(crate) fn session(&self, role: &str, statements: &[Value]) -> Result<Client> {
        self.session_with(role, statements, "")
    }

    /// The same with more parameters for CreateRole.
    pub(crate) fn session_with(&self, role: &str, statements: &[Value], more: &str) -> Result<Client> {
        let trust = json!({"Version": "2012-10-17", "Statement": {
            "Effect": "Allow", "Principal": {"AWS": ACCOUNT}, "Action": "sts:AssumeRole"}});
        let create = format!("CreateRole&RoleName={role}&AssumeRolePolicyDocument={trust}{more}");
        self.done(self.root.query("iam", iam(&create))?)?;
        if !statements.is_empty() {
            let policy = json!({"Version": "2012-10-17", "Statement": statements});
            let put = format!("PutRolePolicy&RoleName={role}&PolicyName=own&PolicyDocument={policy}");
            self.done(self.root.query("iam", iam(&put))?)?;
        }
        let path = if more.contains("Path=/") { "team/" } else { "" };
        self.assume(self.administrator()?, &format!("arn:aws:iam::{ACCOUNT}:role/{path}{role}"))
    }

    pub(crate) fn administrator(&self) -> Result<&Client> {
        if let Some(known) = self.administrator.get() {
            return Ok(known);
        }
        self.done(self.root.query("iam", iam("CreateUser&UserName=administrator"))?)?;
        let attach =
            "AttachUserPolicy&UserName=administrator&PolicyArn=arn:aws:iam::aws:policy/AdministratorAccess";
        self.done(self.root.query("iam", iam(attach))?)?;
        let key = self.done(self.root.query("iam", iam("CreateAccessKey&UserName=administrator"))?)?;
        let key = element(std::str::from_utf8(key.body())?, "AccessKeyId")?;
        Ok(self.administrator.get_or_init(|| Client::new(&key, "us-east-1")))
    }

    pub(crate) fn assume(&self, caller: &Client, role: &str) -> Result<Client> {
        let answer = self.done(caller.query("sts", assume_role(role))?)?;
        let body = std::str::from_utf8(answer.body())?;
        Ok(Client::new(&element(body, "AccessKeyId")?, "us-east-1"))
    }

    /// The answer, which must be a success.
    pub(crate) fn done(&self, request: Request<Bytes>) -> Result<Response<Bytes>> {
        let answer = self.emulator.blocking_respond(request);
        ensure!(answer.status().is_success(), "{answer:?}");
        Ok(answer)
    }

    pub(crate) fn json(&self, request: Request<Bytes>) -> Result<Value> {
        Ok(serde_json::from_slice(self.done(request)?.body())?)
    }

    /// The answer, which must be an error.
    pub(crate) fn denied(&self, request: Request<Bytes>) -> Result<Denial> {
        let answer = self.emulator.blocking_respond(request);
        ensure!(!answer.status().is_success(), "{answer:?}");
        denial(&answer)
    }

    /// All that is kept.
    pub(crate) fn export(&self) -> Result<Bytes> {
        Ok(self.done(plain("GET", "/_stagecheck/state", "", "")?)?.into_body())
    }

    /// What is told of the latest call.
    pub(crate) fn last_call(&self) -> Result<Value> {
        let report = self.json(plain("GET", "/_stagecheck/requests", "", "")?)?;
        let calls = report["requests"].as_array().context("calls are a list")?;
        Ok(calls.last().context("there is a call")?.clone())
    }
}

/// The parameters of a call to IAM.
pub(crate) fn iam(call: &str) -> String {
    format!("Version=2010-05-08&Action={call}")
}

pub(crate) fn assume_role(role: &str) -> String {
    format!("Version=2011-06-15&Action=AssumeRole&RoleArn={role}&RoleSessionName=shift")
}

pub(crate) fn allow(actions: &str, resource: &str) -> Value {
    json!({"Effect": "Allow", "Action": actions, "Resource": resource})
}

pub(crate) fn deny(actions: &str, resource: &str) -> Value {
    json!({"Effect": "Deny", "Action": actions, "Resource": resource})
}

/// The error in an answer of any protocol.
fn denial(answer: &Response<Bytes>) -> Result<Denial> {
    let status = answer.status().as_u16();
    let body = std::str::from_utf8(answer.body())?;
    if let Ok(code) = element(body, "Code") {
        return Ok(Denial { status, code, message: element(body, "Message").unwrap_or_default() });
    }
    let json: Value = serde_json::from_str(body).with_context(|| format!("{answer:?}"))?;
    let header = answer.headers().get("x-amzn-errortype").and_then(|value| value.to_str().ok());
    let code = header.or_else(|| json["__type"].as_str()).unwrap_or_default().to_owned();
    let message = ["message", "Message"].into_iter().find_map(|name| json[name].as_str());
    Ok(Denial { status, code, message: message.unwrap_or_default().to_owned() })
}
