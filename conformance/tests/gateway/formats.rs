//! Formats of access logs as the console offers them, and the ids of requests in them.

use anyhow::{Context as _, Result};
use serde_json::{Value, json};
use stagecheck_conformance::xml::element;

use crate::world::{Level, World, method, mock};

const CLF: &str = "$context.identity.sourceIp $context.identity.caller $context.identity.user [$context.requestTime] \
                   \"$context.httpMethod $context.resourcePath $context.protocol\" $context.status $context.responseLength \
                   $context.requestId $context.extendedRequestId";

const CSV: &str = "$context.identity.sourceIp,$context.identity.caller,$context.identity.user,$context.requestTime,\
                   $context.httpMethod,$context.resourcePath,$context.protocol,$context.status,$context.responseLength,\
                   $context.requestId,$context.extendedRequestId";

/// The fields of the console's JSON and XML.
const FIELDS: [(&str, &str); 9] = [
    ("ip", "identity.sourceIp"),
    ("caller", "identity.caller"),
    ("user", "identity.user"),
    ("requestTime", "requestTime"),
    ("httpMethod", "httpMethod"),
    ("resourcePath", "resourcePath"),
    ("status", "status"),
    ("protocol", "protocol"),
    ("responseLength", "responseLength"),
];

/// What they are of a GET of `/pets`.
const VALUES: [&str; 9] =
    ["127.0.0.1", "-", "-", "25/Sep/2026:09:20:27 +0000", "GET", "/pets", "200", "HTTP/1.1", "0"];

async fn world() -> Result<World> {
    let mut world = World::new().await?;
    world.deploy(Level::Error, &json!({"/pets": method(&mock())}), &Value::Null).await?;
    Ok(world)
}

/// The line of a request to a stage with this format, its request id and its extended id.
async fn line(world: &World, format: &str) -> Result<(String, String, String)> {
    world.log_as(format).await?;
    let outcome = world.send_raw("GET", "/pets", &[], "").await?;
    let line = outcome.access.first().context("there is a line")?.clone();
    Ok((line, outcome.header("x-amzn-requestid").to_owned(), outcome.header("x-amz-apigw-id").to_owned()))
}

/// D: the order of the fields. I: the spaces between them.
#[tokio::test(flavor = "multi_thread")]
async fn common_log_format() -> Result<()> {
    let (line, id, extended) = line(&world().await?, CLF).await?;
    let expected =
        format!("127.0.0.1 - - [25/Sep/2026:09:20:27 +0000] \"GET /pets HTTP/1.1\" 200 0 {id} {extended}");
    assert_eq!(line, expected);
    Ok(())
}

/// D: the order of the fields. A line break at the end of the format is allowed and is none of the line.
#[tokio::test(flavor = "multi_thread")]
async fn comma_separated_values() -> Result<()> {
    let (line, id, extended) = line(&world().await?, &format!("{CSV}\n")).await?;
    let expected =
        format!("127.0.0.1,-,-,25/Sep/2026:09:20:27 +0000,GET,/pets,HTTP/1.1,200,0,{id},{extended}");
    assert_eq!(line, expected);
    Ok(())
}

/// C: every value is the text that the format quotes.
#[tokio::test(flavor = "multi_thread")]
async fn json_format() -> Result<()> {
    let fields: String =
        FIELDS.map(|(name, variable)| format!(", \"{name}\":\"$context.{variable}\"")).concat();
    let format = format!(
        "{{ \"requestId\":\"$context.requestId\", \"extendedRequestId\":\"$context.extendedRequestId\"{fields} }}"
    );
    let (line, id, extended) = line(&world().await?, &format).await?;
    let told: Value = serde_json::from_str(&line)?;
    assert_eq!((&told["requestId"], &told["extendedRequestId"]), (&json!(id), &json!(extended)));
    assert_eq!(FIELDS.map(|(name, _)| told[name].clone()), VALUES.map(Value::from));
    Ok(())
}

/// D: an element a field.
#[tokio::test(flavor = "multi_thread")]
async fn xml_format() -> Result<()> {
    let fields: String =
        FIELDS.map(|(name, variable)| format!(" <{name}>$context.{variable}</{name}>")).concat();
    let format = format!(
        "<request id=\"$context.requestId\"> <extendedRequestId>$context.extendedRequestId</extendedRequestId>{fields} </request>"
    );
    let (line, id, extended) = line(&world().await?, &format).await?;
    assert!(line.starts_with(&format!("<request id=\"{id}\"> ")) && line.ends_with("</request>"), "{line}");
    assert_eq!(element(&line, "extendedRequestId")?, extended);
    for ((name, _), value) in FIELDS.iter().zip(VALUES) {
        assert_eq!(element(&line, name)?, value, "{name}");
    }
    Ok(())
}

/// D: a client may bring its own request id, if it is a UUID, and no extended one. R: what stands for one that is none.
#[tokio::test(flavor = "multi_thread")]
async fn a_client_may_bring_the_id_of_its_request() -> Result<()> {
    let world = world().await?;
    world.log_as("$context.requestId $context.extendedRequestId").await?;
    let own = "c6af9ac6-7b61-11e6-9a41-93e8deadbeef";
    let mut seen = vec![own.to_owned()];
    for (brought, is_taken) in
        [(own, true), ("not-a-uuid", false), ("c6af9ac67b6111e69a4193e8deadbeef", false), ("", false)]
    {
        let headers = [("x-amzn-requestid", brought), ("x-amz-apigw-id", "EP5ycFmYoAMEnvg=")];
        let outcome = world.send_raw("GET", "/pets", &headers, "").await?;
        let line = outcome.access.first().context("there is a line")?;
        let (id, extended) = line.split_once(' ').context("there are two ids")?;
        assert_eq!((id, extended), (outcome.header("x-amzn-requestid"), outcome.header("x-amz-apigw-id")));
        assert_ne!(extended, "EP5ycFmYoAMEnvg=");
        if is_taken {
            assert_eq!(id, own);
            continue;
        }
        let made = id.strip_suffix("_REPLACED_INVALID_REQUEST_ID").context("it says that it is another")?;
        assert_eq!(world.told(made), "{id}", "{brought:?}");
        assert!(!seen.contains(&made.to_owned()), "{made}");
        seen.push(made.to_owned());
    }
    Ok(())
}
