//! A REST API by `aws apigateway`.

use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};
use stagecheck_conformance::cli::Cli;

pub(crate) fn story(cli: &Cli) -> Result<()> {
    let created =
        cli.json(&["apigateway", "create-rest-api", "--name", "pets", "--tags", "team=platform"])?;
    let (api, root) = (text(&created, "id")?, text(&created, "rootResourceId")?);
    let pets = resource(cli, api, root)?;
    deploy(cli, api, &pets)?;
    tag(cli, api)?;
    export(cli, api)?;
    cli.silent(&["apigateway", "delete-rest-api", "--rest-api-id", api])?;
    let gone = format!(
        "An error occurred (NotFoundException) when calling the GetRestApi operation: Invalid API identifier specified 000000000000:{api}"
    );
    cli.refused(&["apigateway", "get-rest-api", "--rest-api-id", api], &gone)
}

fn resource(cli: &Cli, api: &str, root: &str) -> Result<String> {
    let on_api = ["--rest-api-id", api];
    let pets = cli.json(
        &[&["apigateway", "create-resource", "--parent-id", root, "--path-part", "pets"], &on_api[..]]
            .concat(),
    )?;
    let pets = text(&pets, "id")?.to_owned();
    let method = ["--resource-id", &pets, "--http-method", "GET"];
    let put = |operation: &str, rest: &[&str]| {
        cli.json(&[&["apigateway", operation], &on_api[..], &method[..], rest].concat())
    };
    put(
        "put-method",
        &["--authorization-type", "NONE", "--request-parameters", "method.request.querystring.page=false"],
    )?;
    put("put-method-response", &["--status-code", "200", "--response-models", "application/json=Empty"])?;
    let template = r#"{"application/json": "{\"statusCode\": 200}"}"#;
    put("put-integration", &["--type", "MOCK", "--request-templates", template])?;
    put(
        "put-integration-response",
        &["--status-code", "200", "--response-templates", r#"{"application/json": "[]"}"#],
    )?;
    Ok(pets)
}

fn deploy(cli: &Cli, api: &str, pets: &str) -> Result<()> {
    let tested = cli.json(&[
        "apigateway",
        "test-invoke-method",
        "--rest-api-id",
        api,
        "--resource-id",
        pets,
        "--http-method",
        "GET",
    ])?;
    ensure!(tested["status"] == 200 && tested["body"] == "[]", "test-invoke-method answered {tested}");
    cli.json(&["apigateway", "create-deployment", "--rest-api-id", api, "--stage-name", "prod"])?;
    let patched = cli.json(&[
        "apigateway",
        "update-stage",
        "--rest-api-id",
        api,
        "--stage-name",
        "prod",
        "--patch-operations",
        "op=replace,path=/*/*/throttling/burstLimit,value=10",
        "op=replace,path=/variables/color,value=green",
    ])?;
    ensure!(
        patched["methodSettings"]["*/*"]["throttlingBurstLimit"] == 10,
        "update-stage answered {patched}"
    );
    Ok(())
}

fn tag(cli: &Cli, api: &str) -> Result<()> {
    let arn = format!("arn:aws:apigateway:us-east-1::/restapis/{api}");
    cli.silent(&["apigateway", "tag-resource", "--resource-arn", &arn, "--tags", "stage=prod"])?;
    let tags = cli.json(&["apigateway", "get-tags", "--resource-arn", &arn])?;
    ensure!(tags["tags"] == json!({"team": "platform", "stage": "prod"}), "get-tags answered {tags}");
    let found =
        cli.json(&["resourcegroupstaggingapi", "get-resources", "--tag-filters", "Key=stage,Values=prod"])?;
    ensure!(found["ResourceTagMappingList"][0]["ResourceARN"] == arn, "get-resources answered {found}");
    cli.silent(&["apigateway", "untag-resource", "--resource-arn", &arn, "--tag-keys", "team"])
}

fn export(cli: &Cli, api: &str) -> Result<()> {
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("export.json");
    let path = file.to_str().context("a path is text")?;
    let stage = ["--rest-api-id", api, "--stage-name", "prod"];
    let extensions = ["--export-type", "oas30", "--parameters", "extensions=apigateway"];
    cli.json(&[&["apigateway", "get-export"], &stage[..], &extensions[..], &[path]].concat())?;
    let document: Value = serde_json::from_slice(&std::fs::read(&file)?)?;
    let integration = &document["paths"]["/pets"]["get"]["x-amazon-apigateway-integration"];
    ensure!(integration["type"] == "mock", "the export is {document}");
    let body = format!("fileb://{path}");
    let imported = cli.json(&["apigateway", "import-rest-api", "--body", &body])?;
    ensure!(imported["name"] == "pets" && imported["id"] != api, "import-rest-api answered {imported}");
    Ok(())
}

fn text<'v>(value: &'v Value, member: &str) -> Result<&'v str> {
    value[member].as_str().with_context(|| format!("{value} has no {member}"))
}
