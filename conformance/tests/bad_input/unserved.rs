//! What an API is set to do and the data plane does not do yet is answered 501 with what it is, and never as if it were
//! not set.

use anyhow::{Result, ensure};
use http::{HeaderName, HeaderValue, header};
use serde_json::{Value, json};
use stagecheck_conformance::client::plain;

use crate::world::World;

/// A change of the world's API, and what a request says from then on.
struct Case {
    unserved: &'static str,
    change: Change,
    /// A header that the request has.
    header: Option<(HeaderName, &'static str)>,
}

/// What is changed of the API, its method, or its method's integration.
enum Change {
    Api(&'static str, &'static str, &'static str),
    Method(&'static str, &'static str),
    Integration(Value),
    IntegrationResponse(Value),
    /// The method gets a request validator.
    Validator,
    Canary,
}

impl Case {
    fn new(unserved: &'static str, change: Change) -> Self {
        Self { unserved, change, header: None }
    }

    fn with(mut self, name: HeaderName, value: &'static str) -> Self {
        self.header = Some((name, value));
        self
    }
}

fn cases() -> Vec<Case> {
    let integration = |more: Value| {
        let mut mock =
            json!({"type": "MOCK", "requestTemplates": {"application/json": "{\"statusCode\": 200}"}});
        mock.as_object_mut()
            .into_iter()
            .for_each(|mock| mock.extend(more.as_object().cloned().unwrap_or_default()));
        Change::Integration(mock)
    };
    let http = json!({"type": "HTTP_PROXY", "httpMethod": "GET", "uri": "http://example.com"});
    let velocity = json!({"responseTemplates": {"application/json": "$input.body"}});
    let mapping = |expression: &str| {
        Change::IntegrationResponse(json!({"responseParameters": {"method.response.header.A": expression}}))
    };
    vec![
        Case::new("HTTP_PROXY integrations", Change::Integration(http)),
        Case::new("conversion of contents", integration(json!({"contentHandling": "CONVERT_TO_TEXT"}))),
        Case::new(
            "Velocity in mapping templates",
            integration(
                json!({"requestTemplates": {"application/json": "{\"statusCode\": $context.status}"}}),
            ),
        ),
        Case::new("Velocity in mapping templates", Change::IntegrationResponse(velocity)),
        Case::new(
            "conversion of contents",
            Change::IntegrationResponse(json!({"contentHandling": "CONVERT_TO_BINARY"})),
        ),
        Case::new("the mapping expression context.requestId", mapping("context.requestId")),
        Case::new("the mapping expression stageVariables.a", mapping("stageVariables.a")),
        Case::new("API keys", Change::Method("/apiKeyRequired", "true")),
        Case::new("binary media types", Change::Api("add", "/binaryMediaTypes/image~1*", ""))
            .with(header::ACCEPT, "image/png;q=0.9"),
        Case::new("compression", Change::Api("replace", "/minimumCompressionSize", "0"))
            .with(header::ACCEPT_ENCODING, "br, gzip"),
        Case::new("request validators", Change::Validator),
        Case::new("canary releases", Change::Canary),
    ]
}

#[test]
fn what_is_kept_and_not_served_is_said() -> Result<()> {
    for case in cases() {
        let world = World::new()?;
        let api = format!("/restapis/{}", world.api);
        let method = format!("{api}/resources/{}/methods/GET", world.pets);
        let patch = |op: &str, path: &str, value: &str| json!({"patchOperations": [{"op": op, "path": path, "value": value}]});
        let declare = patch("add", "/responseParameters/method.response.header.A", "false");
        world.rest("PATCH", &format!("{method}/responses/200"), &declare)?;
        let mut deployment = json!({"stageName": "prod"});
        match &case.change {
            Change::Api(op, path, value) => world.rest("PATCH", &api, &patch(op, path, value))?,
            Change::Method(path, value) => world.rest("PATCH", &method, &patch("replace", path, value))?,
            Change::Integration(body) => world.rest("PUT", &format!("{method}/integration"), body)?,
            Change::IntegrationResponse(body) => {
                world.rest("PUT", &format!("{method}/integration/responses/200"), body)?
            }
            Change::Validator => {
                let validator =
                    world.rest("POST", &format!("{api}/requestvalidators"), &json!({"name": "all"}))?;
                let id = validator["id"].as_str().unwrap_or_default();
                world.rest("PATCH", &method, &patch("replace", "/requestValidatorId", id))?
            }
            Change::Canary => {
                deployment["canarySettings"] = json!({"percentTraffic": 0.1});
                Value::Null
            }
        };
        ensure!(asked(&world, &case)?.0 == 200, "{}: nothing is deployed yet", case.unserved);
        world.rest("POST", &format!("{api}/deployments"), &deployment)?;
        let (status, body) = asked(&world, &case)?;
        let message = json!({"message": format!("This emulator does not serve {} yet", case.unserved)});
        ensure!((status, &body) == (501, &message), "{}: {status} {body}", case.unserved);
    }
    Ok(())
}

/// Where such a setting does not come to bear, a request is served.
#[test]
fn what_does_not_matter_is_served() -> Result<()> {
    for (op, path, value) in [
        ("add", "/binaryMediaTypes/image~1*", ""),
        ("replace", "/minimumCompressionSize", "0"),
        ("replace", "/apiKeySource", "AUTHORIZER"),
    ] {
        let world = World::new()?;
        let api = format!("/restapis/{}", world.api);
        world.rest("PATCH", &api, &json!({"patchOperations": [{"op": op, "path": path, "value": value}]}))?;
        world.rest("POST", &format!("{api}/deployments"), &json!({"stageName": "prod"}))?;
        let (status, body) = asked(&world, &Case::new("nothing", Change::Canary))?;
        ensure!(status == 200, "{path}: {status} {body}");
    }
    Ok(())
}

/// The answer of the deployed API.
fn asked(world: &World, case: &Case) -> Result<(u16, Value)> {
    let mut request =
        plain("GET", &format!("/_aws/execute-api/{}/prod/pets", world.api), "application/json", "")?;
    if let Some((name, value)) = &case.header {
        request.headers_mut().insert(name, HeaderValue::from_static(value));
    }
    let answer = world.emulator.blocking_respond(request);
    Ok((answer.status().as_u16(), serde_json::from_slice(answer.body()).unwrap_or_default()))
}
