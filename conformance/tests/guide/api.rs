//! The API of the guide: `GET /pets`, mocked.

use anyhow::{Context as _, Result};
use serde_json::{Value, json};

use stagecheck_conformance::cli::Cli;

pub(crate) const STAGE: &str = "prod";

/// What the API answers.
pub(crate) const PETS: &str = r#"[{"name":"Rex"}]"#;

/// A deployed API.
pub(crate) struct Api {
    pub(crate) id: String,
    /// Of `/pets`.
    resource: String,
}

impl Api {
    /// A call about the method.
    fn method<'a>(&'a self, operation: &'a str, arguments: &[&'a str]) -> Vec<&'a str> {
        let mut all = vec!["apigateway", operation, "--rest-api-id", &self.id];
        all.extend(["--resource-id", &self.resource, "--http-method", "GET"]);
        all.extend(arguments);
        all
    }
}

/// Creates the API and deploys it.
pub(crate) fn create(cli: &Cli) -> Result<Api> {
    let created = cli.json(&["apigateway", "create-rest-api", "--name", "pets"])?;
    assert_eq!(created["name"], "pets");
    let (id, root) = (text(&created, "id")?, text(&created, "rootResourceId")?);
    let pets = cli.json(&[
        "apigateway",
        "create-resource",
        "--rest-api-id",
        &id,
        "--parent-id",
        &root,
        "--path-part",
        "pets",
    ])?;
    assert_eq!(pets["path"], "/pets");
    let api = Api { id, resource: text(&pets, "id")? };
    mock(cli, &api)?;
    cli.json(&["apigateway", "create-deployment", "--rest-api-id", &api.id, "--stage-name", STAGE])?;
    Ok(api)
}

fn mock(cli: &Cli, api: &Api) -> Result<()> {
    let method = cli.json(&api.method("put-method", &["--authorization-type", "NONE"]))?;
    assert_eq!(method, json!({"httpMethod": "GET", "authorizationType": "NONE", "apiKeyRequired": false}));
    let response = cli.json(&api.method("put-method-response", &["--status-code", "200"]))?;
    assert_eq!(response, json!({"statusCode": "200"}));
    let request_template = json!({"application/json": r#"{"statusCode": 200}"#}).to_string();
    let integration = cli.json(
        &api.method("put-integration", &["--type", "MOCK", "--request-templates", &request_template]),
    )?;
    assert_eq!((&integration["type"], &integration["timeoutInMillis"]), (&json!("MOCK"), &json!(29000)));
    let response_template = json!({"application/json": PETS});
    let arguments = ["--status-code", "200", "--response-templates", &response_template.to_string()];
    let response = cli.json(&api.method("put-integration-response", &arguments))?;
    assert_eq!(response, json!({"statusCode": "200", "responseTemplates": response_template}));
    Ok(())
}

/// A text in an answer.
fn text(answer: &Value, member: &str) -> Result<String> {
    let text = answer[member].as_str().with_context(|| format!("no {member} in {answer}"))?;
    Ok(text.to_owned())
}
