//! Requests that are too large, backends that answer too much, templates that fail.

use anyhow::Result;
use serde_json::{Value, json};

use crate::world::{Level, World, method};

#[tokio::test(flavor = "multi_thread")]
async fn what_is_too_large_is_refused_and_leaves_no_line() -> Result<()> {
    let mut world = World::new().await?;
    let proxy = json!({"type": "HTTP_PROXY", "httpMethod": "POST", "uri": "http://BACKEND/status/200"});
    world.deploy(Level::Trace, &json!({"/{rest+}": method(&proxy)}), &Value::Null).await?;
    let (body, long) = ("x".repeat(10 << 20), "x".repeat(10_240));
    let path = format!("/{}", "x".repeat(1600));
    for (path, headers, body, status, message) in [
        ("/a", &[][..], body.as_str(), 200, ""),
        ("/a", &[], &format!("{body}x"), 413, "Request Too Long"),
        ("/a", &[("x-long", long.as_str())], "", 431, "Request Header Fields Too Large"),
        (path.as_str(), &[], "", 414, "Request-URI Too Long"),
    ] {
        let outcome = world.send("POST", path, headers, body).await?;
        assert_eq!(outcome.response.status().as_u16(), status, "{status}");
        if status != 200 {
            let told: Value = serde_json::from_slice(outcome.response.body())?;
            assert_eq!(told, json!({"message": message}));
            assert_eq!((outcome.execution.len(), outcome.access.len()), (0, 0), "{status}");
        }
    }
    Ok(())
}
