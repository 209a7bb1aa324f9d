//! The emulator's answers on their way to botocore.

use serde_json::{Map, Value, json};
use stagecheck_emulator::wire::Answer;
use stagecheck_models::{Operation, Protocol};

use crate::botocore_name;
use crate::interchange::base64;

/// The id that every answer carries.
pub(crate) const REQUEST_ID: &str = "c6c2a7f2-3a3b-11e4-b1b5-1f3a4a3f4b5a";

/// The request id that botocore finds in the answer of a codec. The others have it in a header, which is left
/// to whoever serves the answer.
pub(crate) fn request_id_in_body(protocol: Protocol) -> Option<&'static str> {
    matches!(protocol, Protocol::AwsQuery { .. }).then_some(REQUEST_ID)
}

/// The answer to an operation, for Python.
pub(crate) fn sent(operation: &Operation, protocol: Protocol, answer: &Answer) -> Value {
    let header = |value: &[u8]| json!(String::from_utf8_lossy(value));
    let headers: Map<String, Value> =
        answer.headers.iter().map(|(name, value)| (name.to_string(), header(value.as_bytes()))).collect();
    json!({
        "service": operation.service.name,
        "protocol": botocore_name(protocol),
        "operation": operation.name,
        "status": answer.status,
        "headers": headers,
        "body": base64(&answer.body),
    })
}

/// The answer, for people.
pub(crate) fn shown(answer: &Answer) -> String {
    format!("{} {:?}\n{}", answer.status, answer.headers, String::from_utf8_lossy(&answer.body))
}
