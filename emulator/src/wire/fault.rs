//! Faults to bytes, in the form of each protocol.

use http::header::{CONTENT_TYPE, HeaderName, HeaderValue};
use serde_json::json;
use stagecheck_models::Protocol;

use super::Answer;
use super::encode::{CBOR_HEADERS, cbor_texts, escape_xml, json_content_type};
use crate::service::Fault;

const ERROR_TYPE: HeaderName = HeaderName::from_static("x-amzn-errortype");

/// Writes a fault as a service of this protocol does.
#[must_use]
pub fn encode_fault(protocol: Protocol, fault: &Fault, request_id: &str) -> Answer {
    let (headers, body) = match protocol {
        Protocol::RestJson => (
            vec![
                (CONTENT_TYPE, HeaderValue::from_static("application/json")),
                (ERROR_TYPE, HeaderValue::from_static(fault.code)),
            ],
            json!({"message": fault.message}).to_string().into_bytes(),
        ),
        Protocol::AwsJson { json_version, .. } => {
            let body = if fault.message.is_empty() {
                json!({"__type": fault.code})
            } else {
                json!({"__type": fault.code, "message": fault.message})
            };
            (vec![(CONTENT_TYPE, json_content_type(json_version))], body.to_string().into_bytes())
        }
        Protocol::AwsQuery { xml_namespace } => (
            vec![(CONTENT_TYPE, HeaderValue::from_static("text/xml"))],
            xml(xml_namespace, fault, request_id),
        ),
        Protocol::RpcV2Cbor { namespace, .. } => (
            CBOR_HEADERS.to_vec(),
            cbor_texts(&[("__type", &format!("{namespace}#{}", fault.code)), ("message", &fault.message)]),
        ),
    };
    Answer { status: fault.status, headers, body: body.into() }
}

fn xml(namespace: &str, fault: &Fault, request_id: &str) -> Vec<u8> {
    let blame = if fault.status < 500 { "Sender" } else { "Receiver" };
    let mut out = format!(
        "<ErrorResponse xmlns=\"{namespace}\">\n  <Error>\n    <Type>{blame}</Type>\n    <Code>{}</Code>\n    <Message>",
        fault.code
    )
    .into_bytes();
    escape_xml(&fault.message, &mut out);
    let tail = format!("</Message>\n  </Error>\n  <RequestId>{request_id}</RequestId>\n</ErrorResponse>\n");
    out.extend_from_slice(tail.as_bytes());
    out
}
