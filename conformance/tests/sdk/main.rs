//! The SDK that GetSdk generates calls the API that it was generated for.

use std::path::Path;

use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};
use stagecheck_conformance::node;
use stagecheck_emulator::Emulator;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_generated_client_calls_its_api() -> Result<()> {
    let running = Emulator::new().start().await?;
    let story = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/sdk/story.mjs");
    let Some(output) = node::run(&story, &[&running.url()])? else { return Ok(()) };
    let said = String::from_utf8_lossy(&output.stderr);
    ensure!(output.status.success(), "{said}");
    let told: Value = serde_json::from_slice(&output.stdout).context(said.into_owned())?;
    let expected = json!({
        "files": ["apiGateway-js-sdk/apigClient.js", "apiGateway-js-sdk/README.md"],
        "functions": ["petsPetIdGet", "petsPetIdPost", "rootGet"],
        "answer": {"status": 200, "data": {"pets": []}},
        "missing": "Missing required parameter: petId",
        "refused": 403,
    });
    assert_eq!(told, expected);
    Ok(())
}
