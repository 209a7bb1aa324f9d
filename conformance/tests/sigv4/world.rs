//! An emulator that verifies signatures, with a clock that stands still.

use std::sync::Arc;

use anyhow::{Context as _, Result, ensure};
use bytes::Bytes;
use http::{Request, Response};
use serde_json::Value;
use stagecheck_conformance::client::plain;
use stagecheck_conformance::xml::element;
use stagecheck_emulator::time::{ManualClock, Timestamp};
use stagecheck_emulator::{Emulator, Sigv4};

use crate::signer::Signer;

/// 2026-11-30T12:00:00Z
pub(crate) const NOW: Timestamp = Timestamp::from_millis(1_796_040_000_000);

pub(crate) struct World {
    pub(crate) emulator: Emulator,
    pub(crate) clock: Arc<ManualClock>,
    pub(crate) root: Signer,
}

impl World {
    pub(crate) fn new() -> Self {
        let clock = Arc::new(ManualClock::at(NOW));
        let emulator =
            Emulator::builder().seed(4).clock(Arc::clone(&clock) as _).sigv4(Sigv4::Verify).build();
        Self { emulator, clock, root: Signer::root(NOW) }
    }

    /// How an answer begins, whether the call came to anything or not, and whether it was let in.
    pub(crate) fn call(&self, request: Request<Bytes>) -> Result<Told> {
        let before = self.calls()?;
        let answer = self.emulator.blocking_respond(request);
        let let_in = self.calls()? > before;
        Told::of(&answer, let_in)
    }

    /// How many calls were let in so far.
    fn calls(&self) -> Result<u64> {
        let told = self.emulator.blocking_respond(plain("GET", "/_stagecheck/requests", "", "")?);
        let told: Value = serde_json::from_slice(told.body())?;
        told["total"].as_u64().context("calls are counted")
    }

    /// The answer to a call that must come to something.
    pub(crate) fn done(&self, request: Request<Bytes>) -> Result<String> {
        let answer = self.emulator.blocking_respond(request);
        ensure!(answer.status().is_success(), "{answer:?}");
        Ok(String::from_utf8(answer.body().to_vec())?)
    }
}

/// What became of a call.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Told {
    pub(crate) status: u16,
    /// The code of an error.
    pub(crate) code: String,
    /// The message of an error.
    pub(crate) message: String,
    /// Whether the emulator believed who called.
    pub(crate) let_in: bool,
}

impl Told {
    fn of(answer: &Response<Bytes>, let_in: bool) -> Result<Self> {
        let body = String::from_utf8_lossy(answer.body());
        let status = answer.status().as_u16();
        let (code, message) = if answer.status().is_success() {
            (String::new(), String::new())
        } else if body.starts_with('<') {
            (element(&body, "Code")?, element(&body, "Message")?)
        } else if body.starts_with('{') {
            let json: Value = serde_json::from_str(&body)?;
            let header = answer.headers().get("x-amzn-errortype").map(|code| code.to_str()).transpose()?;
            let code = header.or(json["__type"].as_str()).context("errors have codes")?;
            (code.to_owned(), json["message"].as_str().unwrap_or_default().to_owned())
        } else {
            // CBOR, of which the code is what is looked at.
            let (_, rest) = body.split_once("resourcegroupstaggingapi#").context("errors have codes")?;
            let (code, message) = rest.split_once("gmessage").context("errors have messages")?;
            (code.to_owned(), message.to_owned())
        };
        Ok(Self { status, code, message, let_in })
    }
}

/// One call of each protocol, with the service that it is signed for.
pub(crate) fn calls() -> Result<Vec<(&'static str, Request<Bytes>)>> {
    const FORM: &str = "application/x-www-form-urlencoded";
    let mut logs = plain("POST", "/", "application/x-amz-json-1.1", "{}")?;
    logs.headers_mut().insert("x-amz-target", "Logs_20140328.DescribeLogGroups".parse()?);
    let path = "/service/ResourceGroupsTaggingAPI_20170126/operation/GetResources";
    let mut tagging = plain("POST", path, "application/cbor", &b"\xa0"[..])?;
    tagging.headers_mut().insert("smithy-protocol", "rpc-v2-cbor".parse()?);
    Ok(vec![
        ("iam", plain("POST", "/", FORM, "Action=ListRoles&Version=2010-05-08")?),
        ("sts", plain("POST", "/", FORM, "Action=GetCallerIdentity&Version=2011-06-15")?),
        ("apigateway", plain("GET", "/restapis?limit=5", "application/json", "")?),
        ("logs", logs),
        ("tagging", tagging),
    ])
}

/// A GetCallerIdentity in its query.
pub(crate) fn identity() -> Result<Request<Bytes>> {
    plain("GET", "/?Action=GetCallerIdentity&Version=2011-06-15", "", "")
}
