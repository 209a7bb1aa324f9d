//! One more than an account or an API may have is refused, and changes nothing.

use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};
use stagecheck_conformance::client::Client;
use stagecheck_emulator::Emulator;
use stagecheck_emulator::apigateway::QUOTAS;
use stagecheck_emulator::service::Quotas;

/// An emulator where these quotas are others than AWS's.
fn emulator(adjusted: &[(&str, u64)]) -> Result<Emulator> {
    let mut quotas = Quotas::default();
    for (name, most) in adjusted {
        quotas.set(&QUOTAS, name, *most)?;
    }
    Ok(Emulator::builder().seed(1).quotas(quotas).build())
}

fn post(emulator: &Emulator, path: &str, body: &Value) -> Result<(u16, Value)> {
    let answer = emulator.respond(Client::new("test", "us-east-1").rest("POST", path, body.to_string())?);
    Ok((answer.status().as_u16(), serde_json::from_slice(answer.body())?))
}

fn refused(what: &str, of: &str) -> (u16, Value) {
    let message = format!(
        "Maximum number of {what} for {of} has been reached. Please contact AWS if you need additional {what}."
    );
    (429, json!({"message": message}))
}

#[test]
fn apis_are_counted_by_the_type_of_their_endpoint() -> Result<()> {
    let emulator = emulator(&[("regional-apis", 1), ("edge-apis", 2)])?;
    let create = |endpoint: &str| {
        let body = json!({"name": "api", "endpointConfiguration": {"types": [endpoint]}});
        post(&emulator, "/restapis", &body)
    };
    for endpoint in ["REGIONAL", "EDGE", "EDGE", "PRIVATE"] {
        ensure!(create(endpoint)?.0 == 201, "{endpoint}");
    }
    let refusal = refused("APIs", "this account");
    ensure!(create("REGIONAL")? == refusal && create("EDGE")? == refusal && create("PRIVATE")?.0 == 201);
    Ok(())
}

#[test]
fn routes_and_integrations_are_counted_apart() -> Result<()> {
    let emulator = emulator(&[("routes-per-api", 1), ("integrations-per-api", 2)])?;
    let (_, api) = post(&emulator, "/v2/apis", &json!({"name": "api", "protocolType": "HTTP"}))?;
    let path = format!("/v2/apis/{}", api["apiId"].as_str().context("no id")?);
    let integration = json!({
        "integrationType": "HTTP_PROXY",
        "integrationMethod": "GET",
        "integrationUri": "https://example.com",
        "payloadFormatVersion": "1.0",
    });
    for (part, what, most, body) in [
        ("integrations", "Integrations", 2, integration),
        ("routes", "Routes", 1, json!({"routeKey": "GET /"})),
    ] {
        for _ in 0..most {
            ensure!(post(&emulator, &format!("{path}/{part}"), &body)?.0 == 201, "{part}");
        }
        let body = if part == "routes" { json!({"routeKey": "GET /other"}) } else { body };
        let (status, answer) = post(&emulator, &format!("{path}/{part}"), &body)?;
        ensure!((status, &answer["message"]) == (429, &refused(what, "this API").1["message"]), "{answer}");
    }
    Ok(())
}

#[test]
fn resources_are_counted_with_the_root() -> Result<()> {
    let emulator = emulator(&[("resources-per-api", 3)])?;
    let (_, api) = post(&emulator, "/restapis", &json!({"name": "api"}))?;
    let member = |name: &str| api[name].as_str().with_context(|| format!("no {name} in {api}"));
    let path = format!("/restapis/{}/resources/{}", member("id")?, member("rootResourceId")?);
    for part in ["a", "b"] {
        ensure!(post(&emulator, &path, &json!({"pathPart": part}))?.0 == 201, "{part}");
    }
    ensure!(post(&emulator, &path, &json!({"pathPart": "c"}))? == refused("resources", "this API"));
    // What is wrong with the resource comes before how many there are.
    ensure!(post(&emulator, &path, &json!({"pathPart": "a"}))?.0 == 409);
    Ok(())
}
