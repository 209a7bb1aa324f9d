//! What functions answer, payload format 2.0.
//!
//! Source: developer guide, "Create AWS Lambda proxy integrations for HTTP APIs": without `statusCode`, what is returned is the
//! body of a 200.

use bytes::Bytes;
use http::header::{CONTENT_TYPE, SET_COOKIE};
use http::{HeaderMap, HeaderName, HeaderValue};
use serde_json::{Map, Value};

use super::json_headers;
use crate::gateway::proxy_answer::{Answered, decode, header_value};

/// The content type of an answer that names none: reported by users.
const DEFAULT_TYPE: HeaderValue = HeaderValue::from_static("text/plain;charset=UTF-8");

/// The answer that a function's payload is, or why it is none.
pub(super) fn read(payload: &Bytes) -> Result<Answered, String> {
    // Reported by users of functions that return what is no JSON.
    let value: Value = serde_json::from_slice(payload).map_err(|_| malformed(None))?;
    match value {
        Value::Object(members) if members.contains_key("statusCode") => formatted(&members),
        Value::String(text) => Ok(inferred(text.into())),
        _ => Ok(inferred(payload.clone())),
    }
}

fn inferred(body: Bytes) -> Answered {
    Answered { status: 200, headers: json_headers(), body }
}

fn formatted(members: &Map<String, Value>) -> Result<Answered, String> {
    let wrong = |field| malformed(Some(field));
    let given = |field: &str| members.get(field).filter(|value| !value.is_null());
    let status = match given("statusCode") {
        Some(Value::String(text)) => text.parse().ok(),
        Some(other) => other.as_u64().and_then(|status| u16::try_from(status).ok()),
        None => None,
    };
    let status = status.filter(|status| (100..600).contains(status)).ok_or_else(|| wrong("statusCode"))?;
    let mut headers = HeaderMap::new();
    if let Some(given) = given("headers") {
        for (name, value) in given.as_object().ok_or_else(|| wrong("headers"))? {
            let name = HeaderName::from_bytes(name.as_bytes()).map_err(|_| wrong("headers"))?;
            headers.insert(name, header_value(value).ok_or_else(|| wrong("headers"))?);
        }
    }
    headers.entry(CONTENT_TYPE).or_insert(DEFAULT_TYPE);
    for cookie in given("cookies").map_or(Some(Vec::new()), cookies).ok_or_else(|| wrong("cookies"))? {
        headers.append(SET_COOKIE, cookie);
    }
    let is_encoded = match given("isBase64Encoded") {
        Some(value) => value.as_bool().ok_or_else(|| wrong("isBase64Encoded"))?,
        None => false,
    };
    let body = match given("body") {
        Some(value) => value.as_str().ok_or_else(|| wrong("body"))?,
        None => "",
    };
    let body = if is_encoded {
        decode(body.as_bytes()).ok_or_else(|| wrong("body"))?
    } else {
        Bytes::copy_from_slice(body.as_bytes())
    };
    Ok(Answered { status, headers, body })
}

fn cookies(value: &Value) -> Option<Vec<HeaderValue>> {
    value.as_array()?.iter().map(|cookie| HeaderValue::from_str(cookie.as_str()?).ok()).collect()
}

/// Why an answer is none. The text with a field is reported by users.
pub(super) fn malformed(field: Option<&str>) -> String {
    let mut text =
        "The response from the Lambda function doesn't match the format that API Gateway expects.".to_owned();
    if let Some(field) = field {
        text.push_str(&format!(" Lambda body contains the wrong type for field \"{field}\""));
    }
    text
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn read_json(value: &Value) -> Result<(u16, String, String), String> {
        let answered = read(&Bytes::from(value.to_string()))?;
        let media_type = answered.headers[CONTENT_TYPE].to_str().unwrap().to_owned();
        Ok((answered.status, media_type, String::from_utf8(answered.body.to_vec()).unwrap()))
    }

    #[test]
    fn what_has_no_status_is_a_body() {
        for (returned, body) in [
            // The examples of the developer guide.
            (json!("Hello from Lambda!"), "Hello from Lambda!"),
            (json!({"message": "Hello from Lambda!"}), "{\"message\":\"Hello from Lambda!\"}"),
            (json!([1, 2]), "[1,2]"),
            (json!(null), "null"),
        ] {
            let expected = (200, "application/json".to_owned(), body.to_owned());
            assert_eq!(read_json(&returned), Ok(expected), "{returned}");
        }
    }

    #[test]
    fn what_has_a_status_is_an_answer() {
        let plain = "text/plain;charset=UTF-8".to_owned();
        assert_eq!(read_json(&json!({"statusCode": 201})), Ok((201, plain.clone(), String::new())));
        assert_eq!(read_json(&json!({"statusCode": "404", "body": "no"})), Ok((404, plain, "no".to_owned())));
        let encoded = json!({"statusCode": 200, "headers": {"Content-Type": "image/png"}, "body": "YWI=",
            "isBase64Encoded": true});
        assert_eq!(read_json(&encoded), Ok((200, "image/png".to_owned(), "ab".to_owned())));
        let answered = read(&Bytes::from(
            json!({"statusCode": 200, "headers": {"x-n": 7}, "cookies": ["a=1", "b=2"]}).to_string(),
        ))
        .unwrap();
        assert_eq!(answered.headers.get_all(SET_COOKIE).iter().collect::<Vec<_>>(), ["a=1", "b=2"]);
        assert_eq!(answered.headers["x-n"], "7");
    }

    #[test]
    fn what_is_wrong_is_told() {
        for (returned, field) in [
            (json!({"statusCode": 99}), "statusCode"),
            (json!({"statusCode": {}}), "statusCode"),
            (json!({"statusCode": 200, "body": {}}), "body"),
            (json!({"statusCode": 200, "body": "&", "isBase64Encoded": true}), "body"),
            (json!({"statusCode": 200, "headers": []}), "headers"),
            (json!({"statusCode": 200, "headers": {"a": []}}), "headers"),
            (json!({"statusCode": 200, "cookies": "a"}), "cookies"),
        ] {
            assert_eq!(read_json(&returned), Err(malformed(Some(field))), "{returned}");
        }
        assert_eq!(read(&Bytes::from_static(b"no JSON")).unwrap_err(), malformed(None));
    }
}
