//! The account's role: what AWS wants of it before API Gateway takes it, and after.

use anyhow::Result;
use serde_json::json;

use stagecheck_conformance::cli::Cli;

const ROLE: &str = "apigateway-logs";
const ROLE_ARN: &str = "arn:aws:iam::000000000000:role/apigateway-logs";

/// A role that may log all the same, but trusts another service.
const OTHER_ROLE: &str = "lambda-logs";
const OTHER_ROLE_ARN: &str = "arn:aws:iam::000000000000:role/lambda-logs";

const PUSH_POLICY: &str = "arn:aws:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs";

const NOT_ENOUGH: &str = "An error occurred (BadRequestException) when calling the UpdateAccount operation: The role \
    ARN does not have required permissions configured. Please grant trust permission for API Gateway and add the \
    required role policy.";

/// Makes the role, and sets it once API Gateway takes it.
pub(crate) fn set_the_accounts(cli: &Cli) -> Result<()> {
    let role = create(cli, ROLE, "apigateway.amazonaws.com")?;
    assert_eq!(role, ROLE_ARN);
    // Enough to write logs, yet AWS wants to be let read them, too.
    let writing = json!({"Version": "2012-10-17", "Statement": [{
        "Effect": "Allow",
        "Action": ["logs:CreateLogGroup", "logs:CreateLogStream", "logs:DescribeLogStreams", "logs:PutLogEvents"],
        "Resource": "*",
    }]});
    cli.silent(&[
        "iam",
        "put-role-policy",
        "--role-name",
        ROLE,
        "--policy-name",
        "write-logs",
        "--policy-document",
        &writing.to_string(),
    ])?;
    set_refused(cli, ROLE_ARN)?;
    attach(cli, ROLE)?;

    assert_eq!(create(cli, OTHER_ROLE, "lambda.amazonaws.com")?, OTHER_ROLE_ARN);
    attach(cli, OTHER_ROLE)?;
    set_refused(cli, OTHER_ROLE_ARN)?;

    let patch = patch(ROLE_ARN);
    let account = cli.json(&["apigateway", "update-account", "--patch-operations", &patch])?;
    assert_eq!(account["cloudwatchRoleArn"], ROLE_ARN);
    Ok(())
}

/// Makes API Gateway a stranger to the account's role.
pub(crate) fn lose_trust(cli: &Cli) -> Result<()> {
    let document = trusting("lambda.amazonaws.com");
    let arguments = ["iam", "update-assume-role-policy", "--role-name", ROLE, "--policy-document", &document];
    cli.silent(&arguments)
}

/// The new role's ARN.
fn create(cli: &Cli, name: &str, trusted: &str) -> Result<String> {
    let document = trusting(trusted);
    let arguments = ["iam", "create-role", "--role-name", name, "--assume-role-policy-document", &document];
    let created = cli.json(&arguments)?;
    assert_eq!(created["Role"]["AssumeRolePolicyDocument"].to_string(), document);
    Ok(created["Role"]["Arn"].as_str().unwrap_or_default().to_owned())
}

fn trusting(service: &str) -> String {
    let statement = json!({"Effect": "Allow", "Principal": {"Service": service}, "Action": "sts:AssumeRole"});
    json!({"Version": "2012-10-17", "Statement": [statement]}).to_string()
}

fn attach(cli: &Cli, role: &str) -> Result<()> {
    cli.silent(&["iam", "attach-role-policy", "--role-name", role, "--policy-arn", PUSH_POLICY])
}

fn set_refused(cli: &Cli, arn: &str) -> Result<()> {
    let patch = patch(arn);
    cli.refused(&["apigateway", "update-account", "--patch-operations", &patch], NOT_ENOUGH)
}

fn patch(arn: &str) -> String {
    json!([{"op": "replace", "path": "/cloudwatchRoleArn", "value": arn}]).to_string()
}
