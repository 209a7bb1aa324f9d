//! Access lines: every variable by scenario, where they go, and what lets them in.

use anyhow::{Context as _, Result};
use serde_json::{Value, json};

use crate::authorizers::{claims, jwt, token};
use crate::world::{World, lambda, server};

/// Every variable that HTTP APIs log, but for those of mutual TLS and of Cognito's identities, which are hyphens like any that
/// has no value, and latencies, which a clock that stands still makes 0.
const NAMES: [&str; 41] = [
    "accountId",
    "apiId",
    "authorizer.error",
    "authorizer.principalId",
    "authorizer.claims.sub",
    "authorizer.claims",
    "authorizer.number",
    "awsEndpointRequestId",
    "awsEndpointRequestId2",
    "customDomain.basePathMatched",
    "dataProcessed",
    "domainName",
    "domainPrefix",
    "error.message",
    "error.messageString",
    "error.responseType",
    "extendedRequestId",
    "httpMethod",
    "identity.accountId",
    "identity.caller",
    "identity.principalOrgId",
    "identity.sourceIp",
    "identity.user",
    "identity.userAgent",
    "identity.userArn",
    "integration.error",
    "integration.integrationStatus",
    "integration.requestId",
    "integration.status",
    "integrationErrorMessage",
    "integrationStatus",
    "path",
    "protocol",
    "requestId",
    "requestTime",
    "requestTimeEpoch",
    "resourcePath",
    "responseLength",
    "routeKey",
    "stage",
    "status",
];

fn everything() -> String {
    let variables: Vec<String> = NAMES.iter().map(|name| format!("{name}: $context.{name}")).collect();
    variables.join(" | ")
}

/// The line of a request to a stage that logs every variable, one a row.
async fn line(world: &World, method: &str, path: &str, headers: &[(&str, &str)]) -> Result<String> {
    let arn = "arn:aws:logs:us-east-1:000000000000:log-group:access";
    let settings = json!({"accessLogSettings": {"destinationArn": arn, "format": everything()}});
    world.change_stage("$default", &settings).await?;
    world.change_stage("prod", &settings).await?;
    let outcome = world.send(method, path, headers, "").await?;
    let line = outcome.lines.first().context("there is a line")?;
    Ok(line.replace(" | ", "\n"))
}

async fn world() -> Result<World> {
    let mut world = World::new().await?;
    world.make(&json!({})).await?;
    world.stage("prod", &json!({})).await?;
    world.route("GET /ok", &lambda("ok", "2.0"), &json!({})).await?;
    world.route("GET /raises", &lambda("raises", "2.0"), &json!({})).await?;
    world.route("ANY /server/{proxy+}", &server("http://BACKEND/{proxy}"), &json!({})).await?;
    let authorizer = json!({"name": "f", "authorizerType": "REQUEST", "authorizerPayloadFormatVersion": "2.0",
        "identitySource": ["$request.header.Authorization"], "authorizerResultTtlInSeconds": 0,
        "authorizerUri": "arn:aws:apigateway:us-east-1:lambda:path/2015-03-31/functions/\
                          arn:aws:lambda:us-east-1:000000000000:function:allows/invocations"});
    let id = world.authorizer(&authorizer).await?;
    let asks = json!({"authorizationType": "CUSTOM", "authorizerId": id});
    world.route("GET /asks", &lambda("ok", "2.0"), &asks).await?;
    world.route("GET /signed", &lambda("ok", "2.0"), &json!({"authorizationType": "AWS_IAM"})).await?;
    let id = world.authorizer(&jwt()).await?;
    let tells = json!({"authorizationType": "JWT", "authorizerId": id});
    world.route("GET /tells", &lambda("ok", "2.0"), &tells).await?;
    Ok(world)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_tells_what_became_of_a_request() -> Result<()> {
    let world = world().await?;
    let agent = [("user-agent", "curl")];
    let asks = [("authorization", "ann"), ("user-agent", "curl")];
    let token = token("RS256", &claims());
    let tells = [("authorization", token.as_str()), ("user-agent", "curl")];
    let signature = "AWS4-HMAC-SHA256 Credential=test/20260925/us-east-1/execute-api/aws4_request, SignedHeaders=host, \
                     Signature=0";
    let signed = [("authorization", signature), ("user-agent", "curl")];
    for (name, fact, method, path, headers) in [
        (
            "function",
            "C: ids alike, epoch in seconds, integrationStatus beside integration.status, - for what there is not and for \
             resourcePath; I: what dataProcessed counts",
            "GET",
            "/ok",
            &agent[..],
        ),
        ("named_stage", "D: path has the stage; C: the route's key", "GET", "/prod/ok", &agent),
        (
            "function_failed",
            "R: the error message; I: the response type, that Lambda's status stays and the function's is -",
            "GET",
            "/raises",
            &agent,
        ),
        ("server", "D: both ids of the endpoint", "POST", "/server/identified", &agent),
        ("authorized", "D: numbers of an authorizer's context as they are", "GET", "/asks", &asks),
        ("claims", "D: a claim by its name, and nothing for all of them", "GET", "/tells", &tells),
        (
            "signed",
            "D: the caller's account, ids and ARN, here of the account's root",
            "GET",
            "/signed",
            &signed,
        ),
        ("unsigned", "I: 403 with nothing of a caller", "GET", "/signed", &agent),
        ("not_identified", "D: 401 without the identity; I: the authorizer's error", "GET", "/asks", &agent),
    ] {
        let line = line(&world, method, path, headers).await?;
        insta::with_settings!({
            description => fact, omit_expression => true, prepend_module_to_snapshot => false,
        }, {
            insta::assert_snapshot!(format!("line_{name}"), line);
        });
    }
    Ok(())
}

/// C: `{api}_{stage}-YYYY-MM-DD-HH-mm`, and the time of the event is that of the request.
#[tokio::test(flavor = "multi_thread")]
async fn lines_go_to_the_stream_of_their_minute() -> Result<()> {
    let world = world().await?;
    world.send("GET", "/ok", &[], "").await?;
    world.send("GET", "/prod/ok", &[], "").await?;
    world.account.wait(60);
    world.send("GET", "/ok", &[], "").await?;
    let answer = world.account.logs("DescribeLogStreams", &json!({"logGroupName": "access"})).await?;
    let streams = answer["logStreams"].as_array().context("there are streams")?;
    let names: Vec<&str> = streams.iter().filter_map(|stream| stream["logStreamName"].as_str()).collect();
    let named = |stage: &str, minute: &str| format!("{}_{stage}-2026-09-25-09-{minute}", world.api());
    let mut expected = [named("$default", "20"), named("$default", "21"), named("prod", "20")];
    expected.sort();
    assert_eq!(names, expected);
    assert_eq!(streams[0]["firstEventTimestamp"], 1_790_328_027_988_i64);
    Ok(())
}

/// A stage without settings for its access log leaves no line, and no record either.
#[tokio::test(flavor = "multi_thread")]
async fn a_stage_that_does_not_log_leaves_no_line() -> Result<()> {
    let world = world().await?;
    let settings = world.path("/stages/%24default/accesslogsettings");
    world.account.done(world.account.client.rest("DELETE", &settings, "")?).await?;
    let outcome = world.send("GET", "/ok", &[], "").await?;
    assert_eq!((outcome.status(), outcome.lines), (201, vec![]));
    assert_eq!(world.account.deliveries().await?["deliveries"], Value::Array(vec![]));
    Ok(())
}
