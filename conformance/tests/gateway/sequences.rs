//! Log streams that were captured on AWS, whole, and where they are kept.

use anyhow::{Context as _, Result};
use serde_json::{Value, json};

use crate::admission::{KEY, TOKEN, authorized, keyed};
use crate::world::{Level, World, assert_told, function_uri, method, mock};

/// The method of this verb alone.
fn only(verb: &str, integration: &Value) -> Value {
    json!({verb: method(integration)["x-amazon-apigateway-any-method"]})
}

fn function(name: &str) -> Value {
    json!({"type": "AWS_PROXY", "httpMethod": "POST", "uri": function_uri(name)})
}

async fn trace(world: &World) -> Result<()> {
    world.patch_stage(&json!([{"op": "replace", "path": "/*/*/logging/dataTrace", "value": "true"}])).await
}

#[tokio::test(flavor = "multi_thread")]
async fn a_get_of_a_proxied_function() -> Result<()> {
    let mut world = World::new().await?;
    world.deploy(Level::Info, &json!({"/sample": only("get", &function("ok"))}), &Value::Null).await?;
    let outcome = world.send("GET", "/sample", &[], "").await?;
    assert_told("captured_get_info", "C: nine lines, with the method's own verb", &outcome.text());
    world.patch_stage(&json!([{"op": "replace", "path": "/tracingEnabled", "value": "true"}])).await?;
    let outcome = world.send("GET", "/sample", &[], "").await?;
    assert_told("captured_get_traced", "C: X-Ray's id is the tenth line", &outcome.text());
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn an_authorizer_with_its_data() -> Result<()> {
    for (function, name, fact) in [
        (
            "allows",
            "authorizer_trace",
            "D: the endpoint's lines and the result between the authorizer's; C: the authorizer's own ARN in X-Amz-Source-Arn; \
             R: its result as it is, but for the key",
        ),
        ("unauthorized", "authorizer_unauthorized_trace", "D: the last line of the authorizer, 401"),
        ("denies", "authorizer_denies_trace", "R: the text; I: that it ends as other failures do"),
    ] {
        let world = authorized(function, "token").await?;
        trace(&world).await?;
        assert_told(name, fact, &world.send("GET", "/pets", &TOKEN, "").await?.text());
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn keys_that_do_not_open() -> Result<()> {
    let (world, _) = keyed(&json!({"throttle": {"rateLimit": 1.0, "burstLimit": 1}})).await?;
    assert_eq!(world.send("POST", "/pets", &KEY, "").await?.status(), 200);
    let outcome = world.send("POST", "/pets", &KEY, "").await?;
    assert_told(
        "key_throttled_info",
        "C: two lines, the limit with its resource, the status",
        &outcome.text(),
    );
    let outcome = world.send("GET", "/pets", &[], "").await?;
    assert_told(
        "key_missing_info",
        "I: two lines, then 403; what AWS says between is not known",
        &outcome.text(),
    );
    let outcome = world.send("GET", "/pets", &[("x-api-key", "another-0123456789abc")], "").await?;
    assert_told("key_unknown_info", "I: two lines, with the key masked, then 403", &outcome.text());

    let (world, _) = keyed(&json!({"quota": {"limit": 1, "period": "DAY"}})).await?;
    assert_eq!(world.send("GET", "/pets", &KEY, "").await?.status(), 200);
    let outcome = world.send("GET", "/pets", &KEY, "").await?;
    assert_told("key_over_quota_info", "I: as where a key comes too often", &outcome.text());
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn answers_that_nothing_selects() -> Result<()> {
    let mut world = World::new().await?;
    let http = json!({"type": "HTTP", "httpMethod": "GET", "uri": "http://BACKEND/status/403",
        "responses": {"2\\d{2}": {"statusCode": "200"}}});
    world.deploy(Level::Info, &json!({"/pets": only("get", &http)}), &Value::Null).await?;
    let outcome = world.send("GET", "/pets", &[], "").await?;
    assert_told("http_no_match_info", "C: the text with the endpoint's status, 500", &outcome.text());
    trace(&world).await?;
    let outcome = world.send("GET", "/pets", &[], "").await?;
    assert_told(
        "http_no_match_trace",
        "C: the failure follows the endpoint's body, without a method's response",
        &outcome.text(),
    );
    Ok(())
}

/// A log group's streams with their events.
async fn streams(world: &World, group: &str) -> Result<Vec<(String, Vec<(i64, String)>)>> {
    let input = json!({"logGroupName": group}).to_string();
    let told = world.account.json(world.account.client.logs("DescribeLogStreams", input)?).await?;
    let mut streams = Vec::new();
    for stream in told["logStreams"].as_array().context("there are streams")? {
        let name = stream["logStreamName"].as_str().context("a stream has a name")?;
        let input = json!({"logGroupName": group, "logStreamName": name}).to_string();
        let events = world.account.json(world.account.client.logs("GetLogEvents", input)?).await?;
        let event = |event: &Value| {
            (
                event["timestamp"].as_i64().unwrap_or_default(),
                event["message"].as_str().unwrap_or_default().to_owned(),
            )
        };
        let events = events["events"].as_array().context("there are events")?.iter().map(event).collect();
        streams.push((name.to_owned(), events));
    }
    Ok(streams)
}

/// C: streams are named by 32 hexadecimal digits; under light traffic each request has its own, which all of its lines share;
/// events are of the moment of their step, and that of an access log of `requestTimeEpoch`.
#[tokio::test(flavor = "multi_thread")]
async fn each_request_has_a_stream() -> Result<()> {
    const BEGIN: i64 = 1_790_328_027_988;

    let mut world = World::new().await?;
    world.deploy(Level::Info, &json!({"/pets": method(&mock())}), &Value::Null).await?;
    world.log_as("$context.requestId $context.requestTimeEpoch").await?;
    let mut ids = Vec::new();
    for _ in 0..3 {
        let answer = world.send_uncounted("GET", "/pets").await?;
        ids.push(answer.headers()["x-amzn-requestid"].to_str()?.to_owned());
        world.account.wait(1);
    }
    let times = [BEGIN, BEGIN + 1000, BEGIN + 2000];
    let execution = streams(&world, &world.execution_group()).await?;
    let access = streams(&world, "access").await?;
    for (kept, lines) in [(&execution, 8), (&access, 1)] {
        assert_eq!(kept.len(), 3);
        for (name, events) in kept {
            assert!(
                name.len() == 32 && name.bytes().all(|byte| b"0123456789abcdef".contains(&byte)),
                "{name}"
            );
            let of = ids.iter().position(|id| events[0].1.contains(id)).context("it is of a request")?;
            assert_eq!(events.len(), lines, "{events:?}");
            assert!(
                events.iter().all(|(at, line)| *at == times[of] && line.contains(&ids[of])),
                "{events:?}"
            );
        }
    }
    assert!(
        access.iter().all(|(_, events)| events[0].1.ends_with(&format!(" {}", events[0].0))),
        "{access:?}"
    );
    Ok(())
}
