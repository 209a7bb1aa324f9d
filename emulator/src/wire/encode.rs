//! From a handler's output to bytes, steered by the shape.
//!
//! [`steer`] is a serde serializer that walks the output shape beside the value and tells a [`steer::Format`] what to
//! write. Fields that the shape does not have are stored, not sent.

mod bound;
mod cbor;
mod json;
mod steer;
mod xml;

use http::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use serde::Serialize;
use stagecheck_models::{Location, Member, Operation, Protocol, Shape};

use self::bound::Bound;
use self::cbor::Cbor;
use self::json::Json;
use self::steer::Steered;
use self::xml::Xml;
use super::Answer;

pub(super) use self::xml::escape as escape_xml;

/// What a smithy-rpc-v2-cbor answer says of itself.
pub(super) const CBOR_HEADERS: [(HeaderName, HeaderValue); 2] = [
    (CONTENT_TYPE, HeaderValue::from_static("application/cbor")),
    (HeaderName::from_static("smithy-protocol"), HeaderValue::from_static("rpc-v2-cbor")),
];

/// An output that does not fit its shape. It is a bug of the handler, never the caller's fault.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct EncodeError(String);

impl serde::ser::Error for EncodeError {
    fn custom<T: std::fmt::Display>(message: T) -> Self {
        Self(message.to_string())
    }
}

/// Writes the output of an operation as its service does in this protocol.
///
/// # Errors
///
/// [`EncodeError`] when a value is not of its shape's type.
pub fn encode<T: Serialize>(
    operation: &Operation,
    protocol: Protocol,
    output: &T,
    request_id: &str,
) -> Result<Answer, EncodeError> {
    let mut body = Vec::with_capacity(256);
    let mut headers = Vec::with_capacity(4);
    match protocol {
        Protocol::RestJson => rest_json(operation, output, &mut headers, &mut body)?,
        Protocol::AwsJson { json_version, .. } => {
            headers.push((CONTENT_TYPE, json_content_type(json_version)));
            if let Some(shape) = operation.output {
                output.serialize(Steered::new(&mut Json::new(&mut body), shape))?;
            }
        }
        Protocol::AwsQuery { xml_namespace } => {
            headers.push((CONTENT_TYPE, HeaderValue::from_static("text/xml")));
            query_response(operation, output, xml_namespace, request_id, &mut body)?;
        }
        Protocol::RpcV2Cbor { .. } => {
            headers.extend(CBOR_HEADERS);
            if let Some(shape) = operation.output {
                output.serialize(Steered::new(&mut Cbor::new(&mut body), shape))?;
            } else {
                // An answer without a body has no type of one.
                headers.retain(|(name, _)| name != CONTENT_TYPE);
            }
        }
    }
    Ok(Answer { status: operation.status, headers, body: body.into() })
}

/// An output whose members may stand in headers, or be the whole body.
fn rest_json<T: Serialize>(
    operation: &Operation,
    output: &T,
    headers: &mut Vec<(HeaderName, HeaderValue)>,
    body: &mut Vec<u8>,
) -> Result<(), EncodeError> {
    let members = operation.output.map_or(&[][..], Shape::members);
    let bound = members.iter().any(|member| member.location != Location::Body);
    // Where the output says itself what its bytes are, nothing is put into its mouth.
    let says = |member: &Member| {
        member.location == Location::Header && member.wire.eq_ignore_ascii_case(CONTENT_TYPE.as_str())
    };
    if !members.iter().any(says) {
        let own = if bound { "application/octet-stream" } else { "application/json" };
        headers.push((CONTENT_TYPE, HeaderValue::from_static(own)));
    }
    let Some(shape) = operation.output else { return Ok(()) };
    if bound {
        output.serialize(Steered::new(&mut Bound::new(headers, body), shape))?;
    } else {
        output.serialize(Steered::new(&mut Json::new(body), shape))?;
    }
    Ok(())
}

/// An output in its wrapper, and what awsQuery says of the request.
fn query_response<T: Serialize>(
    operation: &Operation,
    output: &T,
    namespace: &str,
    request_id: &str,
    body: &mut Vec<u8>,
) -> Result<(), EncodeError> {
    let mut xml = Xml::new(body);
    let document = format!("{}Response", operation.name);
    xml.open_document(&document, namespace);
    if let (Some(shape), Some(wrapper)) = (operation.output, operation.result_wrapper) {
        xml.open(wrapper);
        output.serialize(Steered::new(&mut xml, shape))?;
        xml.close(wrapper);
    }
    xml.open("ResponseMetadata");
    xml.element("RequestId", request_id);
    xml.close("ResponseMetadata");
    xml.close(&document);
    Ok(())
}

/// Writes text under text keys as a CBOR body.
pub(super) fn cbor_texts(entries: &[(&str, &str)]) -> Vec<u8> {
    let mut body = Vec::new();
    let mut cbor = Cbor::new(&mut body);
    cbor.texts(entries);
    body
}

/// The content type of awsJson answers.
pub(super) fn json_content_type(json_version: &str) -> HeaderValue {
    HeaderValue::from_static(match json_version {
        "1.0" => "application/x-amz-json-1.0",
        _ => "application/x-amz-json-1.1",
    })
}
