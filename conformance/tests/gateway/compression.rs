//! Bodies that are compressed, on either way.

use std::io::Read as _;

use anyhow::Result;
use bytes::Bytes;
use flate2::Compression;
use flate2::read::{GzDecoder, GzEncoder, ZlibDecoder, ZlibEncoder};
use http::Request;
use serde_json::{Value, json};

use crate::world::{Level, Outcome, World, method};

fn read(mut from: impl std::io::Read) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    from.read_to_end(&mut bytes)?;
    Ok(bytes)
}

/// An API that passes all on to a server that tells what it got.
async fn world(least: Option<usize>) -> Result<World> {
    let mut world = World::new().await?;
    let proxy = |uri: &str| method(&json!({"type": "HTTP_PROXY", "httpMethod": "ANY", "uri": uri}));
    let paths = json!({"/echo": proxy("http://BACKEND/echo"), "/short": proxy("http://BACKEND/status/200")});
    let more = least.map(|least| json!({"x-amazon-apigateway-minimum-compression-size": least}));
    world.deploy(Level::Error, &paths, &more.unwrap_or_default()).await?;
    world.log_as("$context.requestId $context.responseLength").await?;
    Ok(world)
}

async fn get(world: &World, path: &str, accept: &str) -> Result<Outcome> {
    world.send("GET", path, &[("accept-encoding", accept)], "").await
}

/// D: by what the client takes, from the size on that the API says. C: the length in the log is that of the answer.
#[tokio::test(flavor = "multi_thread")]
async fn answers_are_compressed_for_who_takes_that() -> Result<()> {
    let world = world(Some(100)).await?;
    for (accept, coding) in [
        ("gzip", "gzip"),
        ("GZIP", "gzip"),
        ("deflate", "deflate"),
        ("br, deflate;q=0.5", "deflate"),
        ("gzip;q=0, deflate", "deflate"),
        ("*", "gzip"),
        ("identity", "-"),
        ("br", "-"),
        ("gzip;q=0", "-"),
    ] {
        let outcome = get(&world, "/echo", accept).await?;
        assert_eq!(outcome.header("content-encoding"), coding, "{accept}");
        let body = &outcome.response.body()[..];
        let plain = match coding {
            "gzip" => read(GzDecoder::new(body))?,
            "deflate" => read(ZlibDecoder::new(body))?,
            _ => body.to_vec(),
        };
        let told: Value = serde_json::from_slice(&plain)?;
        assert_eq!(told["uri"], "/echo", "{accept}");
        assert_eq!(outcome.access, [format!("{{id}} {}", body.len())], "{accept}");
    }
    Ok(())
}

/// D: nothing below the size, and nothing without one.
#[tokio::test(flavor = "multi_thread")]
async fn short_answers_are_not_compressed() -> Result<()> {
    // `{"code": 7}`
    for (least, coding) in [(Some(11), "gzip"), (Some(12), "-"), (Some(0), "gzip"), (None, "-")] {
        let outcome = get(&world(least).await?, "/short", "gzip").await?;
        assert_eq!(outcome.header("content-encoding"), coding, "{least:?}");
    }
    Ok(())
}

async fn post(world: &World, coding: &str, body: Vec<u8>) -> Result<Outcome> {
    let request =
        Request::builder().method("POST").uri(world.uri("/echo")).header("content-encoding", coding);
    world.send_request(request.body(Bytes::from(body))?).await
}

/// D: requests are decompressed before anything looks at them. I: that the server is not told of the coding.
#[tokio::test(flavor = "multi_thread")]
async fn requests_are_decompressed() -> Result<()> {
    let plain = b"the body".as_slice();
    let gzip = read(GzEncoder::new(plain, Compression::default()))?;
    let deflate = read(ZlibEncoder::new(plain, Compression::default()))?;
    let on = world(Some(1 << 20)).await?;
    for (coding, body) in [("gzip", &gzip), ("deflate", &deflate), ("identity", &plain.to_vec())] {
        let outcome = post(&on, coding, body.clone()).await?;
        let told = outcome.json()?;
        assert_eq!(
            (&told["body"], &told["headers"]["content-encoding"]),
            (&json!("the body"), &Value::Null),
            "{coding}"
        );
    }
    let off = world(None).await?;
    let told = post(&off, "gzip", gzip.clone()).await?.json()?;
    assert_eq!(told["headers"]["content-encoding"], "gzip", "without a size all is passed on as it is");
    Ok(())
}

/// D: 415 for other codings. I: what is no gzip is a bad body; what is too large once it is plain is too large.
#[tokio::test(flavor = "multi_thread")]
async fn requests_that_cannot_be_decompressed_are_refused() -> Result<()> {
    let world = world(Some(0)).await?;
    let huge = read(GzEncoder::new(std::io::repeat(b'x').take((10 << 20) + 1), Compression::default()))?;
    let most = read(GzEncoder::new(std::io::repeat(b'x').take(10 << 20), Compression::default()))?;
    for (coding, body, status, message) in [
        ("br", b"x".to_vec(), 415, "Unsupported Media Type"),
        ("gzip", b"no gzip".to_vec(), 400, "Invalid request body"),
        ("gzip", huge, 413, "Request Too Long"),
    ] {
        let outcome = post(&world, coding, body).await?;
        assert_eq!((outcome.status(), &outcome.json()?["message"]), (status, &json!(message)), "{coding}");
    }
    let outcome = post(&world, "gzip", most).await?;
    // What the server tells of it is longer than an answer may be.
    assert_eq!(outcome.status(), 500);
    assert!(outcome.execution[0].contains("reached limit of 10485760 bytes"), "{:?}", outcome.execution);
    Ok(())
}
