//! Calls of CloudWatch Logs that are wrong.

use anyhow::Result;
use bytes::Bytes;
use http::HeaderValue;
use http::header::CONTENT_TYPE;

use crate::deep;
use crate::refusal::Refusal;
use crate::world::World;

#[test]
fn bodies_that_are_not_what_the_shape_says() -> Result<()> {
    let world = World::new()?;
    let serialization = Refusal::logs(400, "SerializationException");
    let nested = format!(r#"{{"logGroupName":"a","tags":{}}}"#, deep('[', "", ']'));
    let event =
        |event: &str| format!(r#"{{"logGroupName":"group","logStreamName":"stream","logEvents":{event}}}"#);
    for (operation, body) in [
        ("CreateLogGroup", "{"),
        ("CreateLogGroup", "Action=CreateLogGroup"),
        ("CreateLogGroup", "[]"),
        ("CreateLogGroup", "null"),
        ("CreateLogGroup", r#"{"logGroupName":"a"}}"#),
        ("CreateLogGroup", r#"{"logGroupName":1}"#),
        ("CreateLogGroup", r#"{"logGroupName":["a"]}"#),
        ("CreateLogGroup", r#"{"logGroupName":"a","tags":[]}"#),
        ("CreateLogGroup", r#"{"logGroupName":"a","tags":{"a":0}}"#),
        ("CreateLogGroup", r#"{"logGroupName":"a","deletionProtectionEnabled":"yes"}"#),
        ("CreateLogGroup", &nested),
        ("PutRetentionPolicy", r#"{"logGroupName":"group","retentionInDays":"7"}"#),
        ("PutRetentionPolicy", r#"{"logGroupName":"group","retentionInDays":7.5}"#),
        ("PutRetentionPolicy", r#"{"logGroupName":"group","retentionInDays":99999999999}"#),
        ("PutRetentionPolicy", r#"{"logGroupName":"group","retentionInDays":1e400}"#),
        ("PutLogEvents", &event("{}")),
        ("PutLogEvents", &event(r#"["hello"]"#)),
        ("PutLogEvents", &event(r#"[{"timestamp":"now","message":"m"}]"#)),
        ("PutLogEvents", &event(r#"[{"timestamp":18446744073709551616,"message":"m"}]"#)),
        ("PutLogEvents", &event(r#"[{"timestamp":1,"message":{}}]"#)),
    ] {
        let start: String = body.chars().take(80).collect();
        world.refuses(&start, world.client.logs(operation, body.to_owned())?, &serialization)?;
    }
    let broken = Bytes::from_static(b"{\"logGroupName\":\"\xc3\x28\"}");
    world.refuses("broken UTF-8", world.client.logs("CreateLogGroup", broken)?, &serialization)
}

#[test]
fn inputs_that_break_the_models_constraints() -> Result<()> {
    let world = World::new()?;
    let long = "x".repeat(513);
    let long_name = format!(r#"{{"logGroupName":"{long}"}}"#);
    let too_long = format!(
        "1 validation error detected: Value '{long}' at 'logGroupName' failed to satisfy constraint: Member must have \
         length less than or equal to 512"
    );
    for (operation, body, message) in [
        (
            "CreateLogGroup",
            "",
            "1 validation error detected: Value null at 'logGroupName' failed to satisfy constraint: Member must not \
             be null",
        ),
        (
            "CreateLogStream",
            "{}",
            "2 validation errors detected: Value null at 'logGroupName' failed to satisfy constraint: Member must not \
             be null; Value null at 'logStreamName' failed to satisfy constraint: Member must not be null",
        ),
        (
            "CreateLogGroup",
            r#"{"logGroupName":"a b"}"#,
            "1 validation error detected: Value 'a b' at 'logGroupName' failed to satisfy constraint: Member must \
             satisfy regular expression pattern: [\\.\\-_/#A-Za-z0-9]+",
        ),
        (
            "CreateLogGroup",
            r#"{"logGroupName":"a","logGroupClass":"GOLD"}"#,
            "1 validation error detected: Value 'GOLD' at 'logGroupClass' failed to satisfy constraint: Member must \
             satisfy enum value set: [STANDARD, INFREQUENT_ACCESS, DELIVERY]",
        ),
        ("CreateLogGroup", &long_name, &too_long),
        (
            "DescribeLogGroups",
            r#"{"limit":0}"#,
            "1 validation error detected: Value '0' at 'limit' failed to satisfy constraint: Member must have value \
             greater than or equal to 1",
        ),
        (
            "PutLogEvents",
            r#"{"logGroupName":"group","logStreamName":"stream","logEvents":[{"timestamp":-1,"message":""}]}"#,
            "2 validation errors detected: Value '-1' at 'logEvents.1.member.timestamp' failed to satisfy constraint: \
             Member must have value greater than or equal to 0; Value '' at 'logEvents.1.member.message' failed to \
             satisfy constraint: Member must have length greater than or equal to 1",
        ),
        (
            "FilterLogEvents",
            r#"{"logGroupName":"group","nextToken":"€"}"#,
            "The specified nextToken is invalid.",
        ),
        ("DescribeLogGroups", r#"{"nextToken":"nonsense"}"#, "The specified nextToken is invalid."),
        (
            "GetLogEvents",
            r#"{"logGroupName":"group","logStreamName":"stream","nextToken":"f/€/s"}"#,
            "The specified nextToken is invalid.",
        ),
    ] {
        let refusal = Refusal::logs(400, "InvalidParameterException").saying(message);
        world.refuses(message, world.client.logs(operation, body.to_owned())?, &refusal)?;
    }
    Ok(())
}

#[test]
fn operations_that_there_are_not() -> Result<()> {
    let world = World::new()?;
    let unknown = Refusal::logs(400, "UnknownOperationException").saying("");
    for target in [
        &b"Logs_20140328.Nonsense"[..],
        b"Logs_20140328.createloggroup",
        b"Logs_20140328.",
        b"Logs_20140328",
        b"Logs.CreateLogGroup",
        b"CreateLogGroup",
        b"",
        b"Logs_20140328.CreateLogGroup\xff",
    ] {
        let mut request = world.client.logs("CreateLogGroup", r#"{"logGroupName":"a"}"#)?;
        request.headers_mut().insert("x-amz-target", HeaderValue::from_bytes(target)?);
        world.refuses(&String::from_utf8_lossy(target), request, &unknown)?;
    }
    let mut request = world.client.logs("CreateLogGroup", r#"{"logGroupName":"a"}"#)?;
    request.headers_mut().remove("x-amz-target");
    world.refuses("no target", request, &unknown)?;
    let not_built = Refusal::logs(501, "NotImplemented");
    world.refuses("not built", world.client.logs("StartQuery", "{}")?, &not_built)
}

#[test]
fn content_types_that_are_not_aws_json() -> Result<()> {
    let world = World::new()?;
    let refusal = Refusal::logs(404, "UnknownOperationException").saying("");
    for given in ["application/json", "text/plain", "application/x-www-form-urlencoded"] {
        let mut request = world.client.logs("CreateLogGroup", r#"{"logGroupName":"a"}"#)?;
        request.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(given));
        world.refuses(given, request, &refusal)?;
    }
    Ok(())
}
