//! An emulator that is asked in memory.

use anyhow::{Context as _, Result, ensure};
use bytes::Bytes;
use http::{Request, Response};
use serde_json::Value;
use stagecheck_conformance::client::{Client, plain};
use stagecheck_conformance::xml;
use stagecheck_emulator::Emulator;

/// Trusts API Gateway, and every account.
pub(crate) const TRUST: &str = concat!(
    r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","#,
    r#""Principal":{"Service":"apigateway.amazonaws.com","AWS":"*"},"Action":"sts:AssumeRole"}]}"#
);

/// The answer, which must be a success.
pub(crate) fn done(emulator: &Emulator, request: Request<Bytes>) -> Result<Response<Bytes>> {
    let answer = emulator.blocking_respond(request);
    ensure!(answer.status().is_success(), "{answer:?}");
    Ok(answer)
}

/// The JSON of an answer that must be a success.
pub(crate) fn json(emulator: &Emulator, request: Request<Bytes>) -> Result<Value> {
    let answer = done(emulator, request)?;
    serde_json::from_slice(answer.body()).with_context(|| format!("not JSON: {answer:?}"))
}

/// The JSON at one of the emulator's own endpoints.
pub(crate) fn look(emulator: &Emulator, path: &str) -> Result<Value> {
    json(emulator, plain("GET", path, "", "")?)
}

/// All that is kept.
pub(crate) fn export(emulator: &Emulator) -> Result<Bytes> {
    Ok(done(emulator, plain("GET", "/_stagecheck/state", "", "")?)?.into_body())
}

/// Puts a state in place of all there is.
pub(crate) fn import(emulator: &Emulator, state: Bytes) -> Result<()> {
    done(emulator, plain("PUT", "/_stagecheck/state", "", state)?).map(drop)
}

/// Forgets everything.
pub(crate) fn reset(emulator: &Emulator) -> Result<()> {
    done(emulator, plain("POST", "/_stagecheck/reset", "", "")?).map(drop)
}

/// The ARN that STS knows a caller by.
pub(crate) fn identity(emulator: &Emulator, client: &Client) -> Result<String> {
    identity_in(emulator, client.query("sts", "Action=GetCallerIdentity&Version=2011-06-15")?)
}

/// The ARN in the answer to a GetCallerIdentity.
pub(crate) fn identity_in(emulator: &Emulator, request: Request<Bytes>) -> Result<String> {
    element(&done(emulator, request)?, "Arn")
}

/// The text of an element that is in an answer once.
pub(crate) fn element(answer: &Response<Bytes>, name: &str) -> Result<String> {
    xml::element(std::str::from_utf8(answer.body())?, name)
}
