//! From a request to a [`Document`] of the operation's input shape.

mod cbor;
mod json;
mod query;
mod rest;
mod text;

use std::borrow::Cow;

use http::HeaderMap;
use stagecheck_models::{Operation, Protocol};

use super::{Document, Form};

/// A request, taken apart as far as routing took it.
#[derive(Clone, Debug)]
pub struct Request<'a> {
    /// How it is written.
    pub protocol: Protocol,
    /// The path's labels by their names in the model, decoded.
    pub labels: Vec<(&'static str, Cow<'a, str>)>,
    /// The query string; for awsQuery the form that holds the input.
    pub form: Form<'a>,
    /// Headers.
    pub headers: &'a HeaderMap,
    /// Body.
    pub body: &'a [u8],
}

/// A request that cannot be read: what is wrong, and where.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct Malformed(String);

impl Malformed {
    pub(crate) fn new(what: impl Into<String>) -> Self {
        Self(what.into())
    }
}

/// Reads the input of an operation. Members that the shape does not have are passed over, as AWS does.
///
/// # Errors
///
/// [`Malformed`] when the request is not of the protocol's form or a value is not of its shape's type. Constraints are
/// not looked at.
pub fn decode<'a>(operation: &Operation, request: &Request<'a>) -> Result<Document<'a>, Malformed> {
    let Some(input) = operation.input else { return Ok(Document::Structure(Vec::new())) };
    match request.protocol {
        Protocol::RestJson => rest::decode(operation, input, request),
        Protocol::AwsJson { .. } | Protocol::RpcV2Cbor { .. } if request.body.is_empty() => {
            Ok(Document::Structure(Vec::new()))
        }
        Protocol::AwsJson { .. } => json::decode(input, request.body),
        Protocol::AwsQuery { .. } => query::decode(input, &request.form),
        Protocol::RpcV2Cbor { .. } => cbor::decode(input, request.body),
    }
}
