//! Every variable that access logs of REST APIs are documented to have, by what became of a request.

use anyhow::{Result, ensure};
use bytes::Bytes;
use http::Request;
use serde_json::{Value, json};
use stagecheck_conformance::client::Client;
use stagecheck_conformance::xml::element;

use crate::world::{Level, World, assert_told, function_uri, method, mock};

/// The variables of the developer guide's page, `deploymentId` (inferred), `routeKey`, which is accepted and is none of REST APIs (captured), and for
/// `{property}`, `{param}` and the like what there is in these requests.
const NAMES: [&str; 86] = [
    "accountId",
    "apiId",
    "authenticate.error",
    "authenticate.latency",
    "authenticate.status",
    "authorize.error",
    "authorize.latency",
    "authorize.status",
    "authorizer.claims",
    "authorizer.claims.sub",
    "authorizer.error",
    "authorizer.integrationLatency",
    "authorizer.integrationStatus",
    "authorizer.latency",
    "authorizer.number",
    "authorizer.principalId",
    "authorizer.requestId",
    "authorizer.status",
    "authorizer.team",
    "awsEndpointRequestId",
    "customDomain.basePathMatched",
    "deploymentId",
    "domainName",
    "domainPrefix",
    "error.message",
    "error.messageString",
    "error.responseType",
    "error.validationErrorString",
    "extendedRequestId",
    "httpMethod",
    "identity.accountId",
    "identity.apiKey",
    "identity.apiKeyId",
    "identity.caller",
    "identity.clientCert.clientCertPem",
    "identity.clientCert.issuerDN",
    "identity.clientCert.serialNumber",
    "identity.clientCert.subjectDN",
    "identity.clientCert.validity.notAfter",
    "identity.clientCert.validity.notBefore",
    "identity.cognitoAuthenticationProvider",
    "identity.cognitoAuthenticationType",
    "identity.cognitoIdentityId",
    "identity.cognitoIdentityPoolId",
    "identity.principalOrgId",
    "identity.sourceIp",
    "identity.user",
    "identity.userAgent",
    "identity.userArn",
    "identity.vpcId",
    "identity.vpceId",
    "integration.error",
    "integration.integrationStatus",
    "integration.latency",
    "integration.requestId",
    "integration.status",
    "integrationErrorMessage",
    "integrationLatency",
    "integrationStatus",
    "path",
    "protocol",
    "requestId",
    "requestOverride.header.X-Added",
    "requestOverride.path.id",
    "requestOverride.querystring.added",
    "requestTime",
    "requestTimeEpoch",
    "resourceId",
    "resourcePath",
    "responseLatency",
    "responseLength",
    "responseOverride.header.X-Mapped",
    "responseOverride.status",
    "routeKey",
    "stage",
    "status",
    "waf.error",
    "waf.latency",
    "waf.status",
    "wafResponseCode",
    "webaclArn",
    "xrayTraceId",
    "requestid",
    "requestOverride.header",
    "responseOverride",
    "nothing",
];

/// The line of a request to a stage that logs every variable, one a row.
async fn line(world: &World, request: Request<Bytes>) -> Result<String> {
    let outcome = world.send_request(request).await?;
    ensure!(outcome.access.len() == 1, "{outcome:?}");
    let told = world.told(&outcome.access[0]);
    let values: Vec<&str> = told.split('|').collect();
    ensure!(values.len() == NAMES.len(), "{values:?}");
    let rows = NAMES.iter().zip(values).map(|(name, value)| format!("{name}: {value}\n"));
    Ok(rows.collect())
}

/// A document with a method for each way in.
fn paths() -> Value {
    let with = |integration: &Value, security: &str| {
        let mut path = method(integration);
        path["x-amazon-apigateway-any-method"]["security"] = json!([{security: []}]);
        path
    };
    let function = |name: &str| json!({"type": "AWS_PROXY", "httpMethod": "POST", "uri": function_uri(name)});
    let server = json!({"type": "HTTP_PROXY", "httpMethod": "GET", "uri": "http://BACKEND/status/404"});
    let mut validated = method(&mock());
    let any = &mut validated["x-amazon-apigateway-any-method"];
    any["parameters"] =
        json!([{"name": "body", "in": "body", "required": true, "schema": {"$ref": "#/definitions/Note"}}]);
    any["consumes"] = json!(["application/json"]);
    any["x-amazon-apigateway-request-validator"] = json!("all");
    let overridden = json!({"x-amazon-apigateway-any-method": {
        "parameters": [{"name": "id", "in": "path", "required": true, "type": "string"}],
        "responses": {"200": {"description": "", "headers": {"X-Mapped": {"type": "string"}}}},
        "x-amazon-apigateway-integration": {
            "type": "HTTP", "httpMethod": "GET", "uri": "http://BACKEND/echo/{id}",
            "requestParameters": {"integration.request.path.id": "method.request.path.id"},
            "requestTemplates": {"application/json":
                "#set($context.requestOverride.header.X-Added = \"a header\")\
                 #set($context.requestOverride.path.id = \"other\")\
                 #set($context.requestOverride.querystring.added = \"yes\")"},
            "responses": {"default": {"statusCode": "200", "responseTemplates": {"application/json":
                "#set($context.responseOverride.header.X-Mapped = \"mapped\")\
                 #set($context.responseOverride.status = 418)"}}},
        },
    }});
    json!({
        "/mock": method(&mock()),
        "/server": method(&server),
        "/unreachable": method(&json!({"type": "HTTP_PROXY", "httpMethod": "GET", "uri": "http://127.0.0.1:1/"})),
        "/authorized": with(&function("ok"), "auth"),
        "/raises": method(&function("raises")),
        "/iam": with(&mock(), "iam"),
        "/keyed": with(&mock(), "key"),
        "/notes": validated,
        "/pets/{id}": overridden,
    })
}

fn definitions() -> Value {
    json!({
        "definitions": {"Note": {"type": "object", "required": ["NoteId"]}},
        "x-amazon-apigateway-request-validators": {"all": {"validateRequestBody": true, "validateRequestParameters": true}},
        "securityDefinitions": {
            "key": {"type": "apiKey", "name": "x-api-key", "in": "header"},
            "iam": {"type": "apiKey", "name": "Authorization", "in": "header", "x-amazon-apigateway-authtype": "awsSigv4"},
            "auth": {
                "type": "apiKey", "name": "Authorization", "in": "header", "x-amazon-apigateway-authtype": "custom",
                "x-amazon-apigateway-authorizer": {
                    "type": "token", "authorizerUri": function_uri("allows"), "authorizerResultTtlInSeconds": 0,
                    "identitySource": "method.request.header.Authorization",
                },
            },
        },
    })
}

async fn world() -> Result<World> {
    let mut world = World::new().await?;
    world.deploy(Level::Error, &paths(), &definitions()).await?;
    let variables: Vec<String> = NAMES.iter().map(|name| format!("$context.{name}")).collect();
    world.log_as(&variables.join("|")).await?;
    Ok(world)
}

/// A request to the stage.
fn get(world: &World, path: &str) -> Result<Request<Bytes>> {
    Ok(Request::builder().uri(world.uri(path)).header("user-agent", "curl").body(Bytes::new())?)
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_tells_what_became_of_a_request() -> Result<()> {
    let world = world().await?;
    for (name, fact, path) in [
        (
            "mock",
            "C: - for what there is not, epoch in milliseconds, routeKey; D: the formats, \"-\" in quotes is R; I: what a MOCK has \
             no integration.* of",
            "/mock?a=1",
        ),
        (
            "server",
            "D: the statuses of the server, the error.* of API Gateway alone; I: no awsEndpointRequestId",
            "/server",
        ),
        ("unreachable", "R: the error of the integration; D: 504, INTEGRATION_FAILURE", "/unreachable"),
        (
            "function_raises",
            "C: 502, 36 bytes, integrationStatus 200 beside integration.status -, INTEGRATION_FAILURE, the error",
            "/raises",
        ),
        (
            "unsigned",
            "C: 403, 42 bytes, no integration.*, MISSING_AUTHENTICATION_TOKEN, resourcePath; I: no authenticate.*",
            "/iam",
        ),
        (
            "overridden",
            "D: requestOverride.* and responseOverride.* by name; I: nothing for all of them",
            "/pets/7",
        ),
    ] {
        assert_told(&format!("line_{name}"), fact, &line(&world, get(&world, path)?).await?);
    }
    let mut request = get(&world, "/authorized")?;
    request.headers_mut().insert("authorization", "let me in".parse()?);
    let fact = "D: what the authorizer said, texts of its context, its call beside the integration's";
    assert_told("line_authorized", fact, &line(&world, request).await?);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_tells_who_signed() -> Result<()> {
    let world = world().await?;
    let call = |action: &str| {
        world.account.client.query("iam", format!("Version=2010-05-08&Action={action}&UserName=ann"))
    };
    world.account.done(call("CreateUser")?).await?;
    let made = world.account.done(call("CreateAccessKey")?).await?;
    let key = element(std::str::from_utf8(made.body())?, "AccessKeyId")?;
    let signed = || Client::new(&key, "us-east-1").signed(get(&world, "/iam")?, "execute-api");
    let denied = line(&world, signed()?).await?;
    assert_told(
        "line_signed_denied",
        "D: the caller's account, ids and ARN, 403 of authorization alone",
        &denied,
    );
    let policy = json!({"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "execute-api:Invoke", "Resource": "*"}]});
    world.account.done(call(&format!("PutUserPolicy&PolicyName=own&PolicyDocument={policy}"))?).await?;
    let let_in = line(&world, signed()?).await?;
    assert_told("line_signed", "D: the caller's account, ids and ARN; I: both phases take no time", &let_in);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_tells_the_key_that_was_shown() -> Result<()> {
    let world = world().await?;
    let key = json!({"name": "k", "enabled": true, "value": "0123456789abcdefghij"}).to_string();
    let key = world.account.json(world.account.client.rest("POST", "/apikeys", key)?).await?;
    let plan = json!({"name": "p", "apiStages": [{"apiId": world.api(), "stage": "prod"}]}).to_string();
    let plan = world.account.json(world.account.client.rest("POST", "/usageplans", plan)?).await?;
    let keys = format!("/usageplans/{}/keys", plan["id"].as_str().unwrap_or_default());
    let in_plan = json!({"keyId": key["id"], "keyType": "API_KEY"}).to_string();
    world.account.done(world.account.client.rest("POST", &keys, in_plan)?).await?;
    let mut request = get(&world, "/keyed")?;
    request.headers_mut().insert("x-api-key", "0123456789abcdefghij".parse()?);
    let line = line(&world, request).await?;
    assert_told("line_keyed", "D: the whole key, and its id", &line);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_tells_what_validation_found() -> Result<()> {
    let world = world().await?;
    let mut request = get(&world, "/notes")?;
    *request.method_mut() = "POST".parse()?;
    request.headers_mut().insert("content-type", "application/json".parse()?);
    *request.body_mut() = Bytes::from_static(b"{}");
    let line = line(&world, request).await?;
    let fact = "C: the message and what was missing; D: messageString in quotes; I: the form of validationErrorString";
    assert_told("line_invalid", fact, &line);
    Ok(())
}

#[tokio::test(flavor = "multi_thread")]
async fn a_line_tells_the_base_path_and_the_trace() -> Result<()> {
    let world = world().await?;
    let post = |path: &str, body: Value| world.account.client.rest("POST", path, body.to_string());
    let domain = json!({"domainName": "api.example.com", "endpointConfiguration": {"types": ["REGIONAL"]},
        "regionalCertificateArn": "arn:aws:acm:us-east-1:000000000000:certificate/c"});
    world.account.done(post("/domainnames", domain)?).await?;
    let mapping = json!({"basePath": "v1", "restApiId": world.api(), "stage": "prod"});
    world.account.done(post("/domainnames/api.example.com/basepathmappings", mapping)?).await?;
    world.patch_stage(&json!([{"op": "replace", "path": "/tracingEnabled", "value": "true"}])).await?;
    let request = Request::builder()
        .uri("/v1/mock")
        .header("host", "api.example.com")
        .header("x-amzn-trace-id", "Root=1-5759e988-bd862e3fe1be46a994272793")
        .body(Bytes::new())?;
    let line = line(&world, request).await?;
    let fact = "D: basePathMatched, the domain's name and first label, the trace that the client brought; I: path without the stage";
    assert_told("line_custom_domain", fact, &line);
    Ok(())
}
