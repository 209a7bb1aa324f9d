//! An HTTP API by `aws apigatewayv2`.

use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};
use stagecheck_conformance::cli::Cli;

pub(crate) fn story(cli: &Cli) -> Result<()> {
    let v2 = |arguments: &[&str]| cli.json(&[&["apigatewayv2"], arguments].concat());
    let created = v2(&["create-api", "--name", "pets", "--protocol-type", "HTTP"])?;
    let api = created["ApiId"].as_str().context("an API has an id")?;
    let on_api = ["--api-id", api];
    let integration = v2(&[
        "create-integration",
        "--api-id",
        api,
        "--integration-type",
        "HTTP_PROXY",
        "--integration-method",
        "GET",
        "--integration-uri",
        "https://example.com/pets",
        "--payload-format-version",
        "1.0",
    ])?;
    let target = format!("integrations/{}", integration["IntegrationId"].as_str().context("an id")?);
    v2(&[&["create-route", "--route-key", "GET /pets", "--target", &target], &on_api[..]].concat())?;
    v2(&[&["create-stage", "--stage-name", "$default", "--auto-deploy"], &on_api[..]].concat())?;
    let stage = v2(&[&["get-stage", "--stage-name", "$default"], &on_api[..]].concat())?;
    ensure!(stage["AutoDeploy"] == true && stage["DeploymentId"].is_string(), "get-stage answered {stage}");

    let arn = format!("arn:aws:apigateway:us-east-1::/apis/{api}");
    cli.silent(&["apigatewayv2", "tag-resource", "--resource-arn", &arn, "--tags", "team=platform"])?;
    let tags = v2(&["get-tags", "--resource-arn", &arn])?;
    ensure!(tags["Tags"] == json!({"team": "platform"}), "get-tags answered {tags}");

    let folder = tempfile::tempdir()?;
    let file = folder.path().join("export.json");
    let path = file.to_str().context("a path is text")?;
    let how = ["--specification", "OAS30", "--output-type", "JSON", path];
    cli.silent(&[&["apigatewayv2", "export-api"], &on_api[..], &how[..]].concat())?;
    let document: Value = serde_json::from_slice(&std::fs::read(&file)?)?;
    ensure!(document["paths"]["/pets"]["get"].is_object(), "the export is {document}");

    cli.silent(&[&["apigatewayv2", "delete-api"], &on_api[..]].concat())?;
    let gone = format!(
        "An error occurred (NotFoundException) when calling the GetApi operation: Invalid API identifier specified 000000000000:{api}"
    );
    cli.refused(&[&["apigatewayv2", "get-api"], &on_api[..]].concat(), &gone)
}
