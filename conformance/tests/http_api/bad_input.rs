//! Requests that are too large, or written badly.

use anyhow::Result;
use serde_json::{Value, json};
use stagecheck_conformance::doubles::{Manners, Rough};

use crate::world::{World, lambda, server};

/// D: 10,240 bytes of request line and headers' values together. I: 431 and its text; that there is no line; names do not
/// count.
#[tokio::test(flavor = "multi_thread")]
async fn a_head_may_be_as_large_as_documented() -> Result<()> {
    let mut world = World::new().await?;
    world.make(&json!({})).await?;
    world.route("GET /pets", &lambda("ok", "2.0"), &json!({})).await?;
    let line = format!("GET /_aws/execute-api/{}/pets?a=1 HTTP/1.1", world.api()).len();
    for (bytes, status, lines) in [(10_240, 201, 1), (10_241, 431, 0)] {
        let (first, second) = ("x".repeat(4000), "y".repeat(bytes - line - 4000));
        let headers = [("x-first", first.as_str()), ("x-a-name-of-some-length", second.as_str())];
        let outcome = world.send("GET", "/pets?a=1", &headers, "").await?;
        assert_eq!((outcome.status(), outcome.lines.len()), (status, lines), "{bytes}");
        if status == 431 {
            assert_eq!(outcome.json()?, json!({"message": "Request Header Fields Too Large"}));
        }
    }
    Ok(())
}

/// I: what is no percent-encoding, or none of UTF-8, stands for itself; in a query it is replaced.
#[tokio::test(flavor = "multi_thread")]
async fn bad_percent_encodings_stand_for_themselves() -> Result<()> {
    let mut world = World::new().await?;
    world.make(&json!({})).await?;
    world.route("GET /{rest+}", &lambda("echo", "1.0"), &json!({})).await?;
    for (path, rest, query) in [
        ("/%zz", "%zz", Value::Null),
        ("/a%", "a%", Value::Null),
        ("/%FF", "%FF", Value::Null),
        ("/%C3%28", "%C3%28", Value::Null),
        ("/%C3%A9", "é", Value::Null),
        ("/a?q=%zz&%=1", "a", json!({"q": "%zz", "%": "1"})),
        ("/a?q=%FF", "a", json!({"q": "\u{fffd}"})),
    ] {
        let outcome = world.send("GET", path, &[], "").await?;
        assert_eq!((outcome.status(), outcome.lines.len()), (200, 1), "{path}");
        let event = outcome.json()?;
        let told = (&event["pathParameters"]["rest"], &event["queryStringParameters"]);
        assert_eq!(told, (&json!(rest), &query), "{path}");
    }
    Ok(())
}

/// I: 503 where a server hangs up, 500 where it does not end, as of servers that cannot be reached or answer too much.
#[tokio::test(flavor = "multi_thread")]
async fn servers_that_do_not_behave_are_told_of() -> Result<()> {
    let mut world = World::new().await?;
    world.make(&json!({})).await?;
    for (manners, status, cause) in [
        (Manners::HangsUp, 503, "Network error communicating with endpoint"),
        (Manners::Resets, 503, "Network error communicating with endpoint"),
        (Manners::Stops, 503, "Network error communicating with endpoint"),
        (Manners::NeverEnds, 500, "The response from the integration is too large."),
        (Manners::Stalls, 503, "Execution failed due to a timeout error"),
        (Manners::Chunks, 200, "-"),
    ] {
        let rough = Rough::start(manners).await?;
        let mut integration = server(&format!("http://{}/", rough.address));
        if manners == Manners::Stalls {
            integration["timeoutInMillis"] = 50.into();
        }
        let path = format!("/{manners:?}");
        world.route(&format!("GET {path}"), &integration, &json!({})).await?;
        let outcome = world.send("GET", &path, &[], "").await?;
        assert_eq!(outcome.status(), status, "{manners:?}");
        assert!(outcome.lines[0].contains(&format!(" [{cause}] ")), "{manners:?}: {:?}", outcome.lines);
    }
    Ok(())
}
