//! Unmodified clients do what people do with them, from an API's first call to its deletion.

mod http_api;
mod iam;
mod rest_api;

use std::path::Path;

use anyhow::Result;
use stagecheck_conformance::cli::Cli;
use stagecheck_conformance::node;
use stagecheck_emulator::Emulator;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_aws_cli_makes_deploys_tags_exports_and_deletes_a_rest_api() -> Result<()> {
    let running = Emulator::new().start().await?;
    match Cli::for_endpoint(&running.url())? {
        Some(cli) => rest_api::story(&cli),
        None => Ok(()),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_aws_cli_makes_deploys_tags_exports_and_deletes_an_http_api() -> Result<()> {
    let running = Emulator::new().start().await?;
    match Cli::for_endpoint(&running.url())? {
        Some(cli) => http_api::story(&cli),
        None => Ok(()),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_aws_cli_makes_renames_and_deletes_users_roles_and_policies() -> Result<()> {
    let running = Emulator::new().start().await?;
    match Cli::for_endpoint(&running.url())? {
        Some(cli) => iam::story(&cli),
        None => Ok(()),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_javascript_sdk_does_the_same() -> Result<()> {
    let running = Emulator::new().start().await?;
    let story = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/stories/story.mjs");
    if let Some(output) = node::run(&story, &[&running.url()])? {
        let told = String::from_utf8_lossy(&output.stderr);
        anyhow::ensure!(output.status.success(), "the story ended with {}:\n{told}", output.status);
    }
    Ok(())
}
