//! More than an API or an account may have is refused, and changes nothing. Counts besides are in the suite's
//! `quotas.yaml`.

use std::collections::BTreeSet;

use anyhow::{Context as _, Result, ensure};
use serde_json::{Value, json};
use stagecheck_conformance::client::{Client, plain};
use stagecheck_emulator::apigateway::LIMITS;
use stagecheck_emulator::service::Quotas;
use stagecheck_emulator::{Emulator, QUOTAS};

/// An emulator where these quotas are others than AWS's.
fn emulator(adjusted: &[(&str, u64)]) -> Result<Emulator> {
    let mut quotas = Quotas::default();
    for (name, most) in adjusted {
        quotas.set(QUOTAS, name, *most)?;
    }
    Ok(Emulator::builder().seed(1).quotas(quotas).build())
}

fn call(emulator: &Emulator, method: &str, path: &str, body: impl Into<String>) -> Result<(u16, Value)> {
    let answer =
        emulator.blocking_respond(Client::new("test", "us-east-1").rest(method, path, body.into())?);
    Ok((answer.status().as_u16(), serde_json::from_slice(answer.body())?))
}

fn post(emulator: &Emulator, path: &str, body: &Value) -> Result<(u16, Value)> {
    call(emulator, "POST", path, body.to_string())
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
    let message = "Maximum number of Resources for this API has been reached.  Please contact AWS if you need additional \
                   Resources.";
    ensure!(post(&emulator, &path, &json!({"pathPart": "c"}))? == (429, json!({"message": message})));
    // What is wrong with the resource comes before how many there are.
    ensure!(post(&emulator, &path, &json!({"pathPart": "a"}))?.0 == 409);
    Ok(())
}

#[test]
fn quotas_hold_as_they_are_set_unless_they_are_off() -> Result<()> {
    let default = Emulator::builder().build();
    let raised = emulator(&[("stages-per-api", 11)])?;
    let off = Emulator::builder().quotas(Quotas::Off).build();
    for (emulator, most) in [(default, 10), (raised, 11), (off, 12)] {
        let (_, api) = post(&emulator, "/v2/apis", &json!({"name": "api", "protocolType": "HTTP"}))?;
        let path = format!("/v2/apis/{}/stages", api["apiId"].as_str().with_context(|| api.to_string())?);
        for number in 1..=12 {
            let (status, answer) = post(&emulator, &path, &json!({"stageName": format!("stage{number}")}))?;
            ensure!(status == if number > most { 429 } else { 201 }, "{number} of {most}: {answer}");
        }
    }
    Ok(())
}

#[test]
fn the_page_on_quotas_is_true() -> Result<()> {
    let page = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/quotas.md");
    let page = std::fs::read_to_string(page)?;
    let rows = |head: &str| -> Result<Vec<String>> {
        ensure!(page.contains(head), "there is no table {head}");
        let tables = page.split(head).skip(1);
        let rows = tables.flat_map(|table| table.lines().skip(2).take_while(|line| line.starts_with('|')));
        Ok(rows.map(str::to_owned).collect())
    };
    let raised = |adjustable| if adjustable { "yes" } else { "no" };
    let quotas = QUOTAS.iter().copied().flatten().map(|quota| {
        format!("| `{}` | {} | {} | {} |", quota.name, quota.about, quota.default, raised(quota.adjustable))
    });
    ensure!(rows("| name | what | AWS's | AWS raises it |")? == quotas.collect::<Vec<_>>());
    let limits = LIMITS.iter().map(|limit| format!("| {} | {} |", limit.about, limit.most));
    ensure!(rows("\n| what | AWS's |")? == limits.collect::<Vec<_>>());
    Ok(())
}

/// Limits that scenarios show.
const IN_SCENARIOS: [&str; 1] = ["route-scopes"];

/// A call that comes to as much as a limit counts.
struct Sized {
    limit: &'static str,
    method: &'static str,
    path: String,
    body: fn(usize) -> String,
}

#[test]
fn what_aws_raises_for_nobody_holds_also_where_quotas_are_off() -> Result<()> {
    let emulator = Emulator::builder().quotas(Quotas::Off).build();
    let (_, rest) = post(&emulator, "/restapis", &json!({"name": "api"}))?;
    let rest = format!("/restapis/{}", rest["id"].as_str().context("no id")?);
    let (_, websocket) = post(
        &emulator,
        "/v2/apis",
        &json!({"name": "api", "protocolType": "WEBSOCKET", "routeSelectionExpression": "$request.body.action"}),
    )?;
    let websocket = format!("/v2/apis/{}", websocket["apiId"].as_str().context("no id")?);
    let (_, http) = post(&emulator, "/v2/apis", &json!({"name": "api", "protocolType": "HTTP"}))?;
    let http = format!("/v2/apis/{}", http["apiId"].as_str().context("no id")?);
    let stage = format!("{http}/stages/dev");
    ensure!(post(&emulator, &format!("{http}/stages"), &json!({"stageName": "dev"}))?.0 == 201);
    let group = r#"{"logGroupName": "access"}"#;
    let group = emulator.blocking_respond(Client::new("test", "us-east-1").logs("CreateLogGroup", group)?);
    ensure!(group.status() == 200, "no log group");
    let integration = format!("{websocket}/integrations");
    let response = format!("{rest}/gatewayresponses/DEFAULT_4XX");
    let sized = |limit, method, path: &str, body| Sized { limit, method, path: path.to_owned(), body };
    let calls = [
        sized("stage-variables", "PATCH", &stage, |count| {
            let variables: serde_json::Map<_, _> =
                (0..count).map(|number| (format!("name{number}"), json!("value"))).collect();
            json!({"stageVariables": variables}).to_string()
        }),
        sized("stage-variable-name", "PATCH", &stage, |length| {
            // Of those that are there one goes for it.
            let mut variables = serde_json::Map::from_iter([("name0".to_owned(), json!(""))]);
            variables.insert("n".repeat(length), json!("value"));
            json!({"stageVariables": variables}).to_string()
        }),
        sized("stage-variable-value", "PATCH", &stage, |length| {
            json!({"stageVariables": {"name1": "v".repeat(length)}}).to_string()
        }),
        sized("access-log-format", "PATCH", &stage, |size| {
            // Bytes count, not characters.
            let rest = size - "$context.requestId".len();
            let format = format!("$context.requestId{}{}", "x".repeat(rest % 2), "é".repeat(rest / 2));
            let destination = "arn:aws:logs:us-east-1:000000000000:log-group:access";
            json!({"accessLogSettings": {"destinationArn": destination, "format": format}}).to_string()
        }),
        sized("tags", "POST", "/restapis", |count| {
            let tags: serde_json::Map<_, _> =
                (0..count).map(|number| (format!("key{number}"), json!("value"))).collect();
            json!({"name": "tagged", "tags": tags}).to_string()
        }),
        sized("mapping-template", "PUT", &response, |size| {
            json!({"responseTemplates": {"application/json": "t".repeat(size)}}).to_string()
        }),
        sized("mapping-template", "POST", &integration, |size| {
            json!({"integrationType": "MOCK", "requestTemplates": {"200": "t".repeat(size)}}).to_string()
        }),
        sized("model-schema", "POST", &format!("{rest}/models"), |size| {
            let schema = format!("{{\"title\": \"{}\"}}", "t".repeat(size - 13));
            json!({"name": format!("Model{size}"), "contentType": "application/json", "schema": schema})
                .to_string()
        }),
        sized("definition", "POST", "/restapis?mode=import", |size| {
            let document = r#"{"swagger": "2.0", "info": {"title": "large"}, "paths": {}}"#;
            format!("{document}{}", " ".repeat(size - document.len()))
        }),
        sized("authorizer-audiences", "POST", &format!("{http}/authorizers"), |count| {
            let audience: Vec<_> = (0..count).map(|number| number.to_string()).collect();
            let jwt = json!({"issuer": "https://example.com", "audience": audience});
            let source = ["$request.header.Authorization"];
            json!({"name": "jwt", "authorizerType": "JWT", "identitySource": source, "jwtConfiguration": jwt})
                .to_string()
        }),
    ];
    let shown: BTreeSet<&str> = calls.iter().map(|each| each.limit).chain(IN_SCENARIOS).collect();
    ensure!(shown == LIMITS.iter().map(|limit| limit.name).collect());
    for each in calls {
        let limit = LIMITS.iter().find(|limit| limit.name == each.limit).context(each.limit)?;
        let most = limit.most;
        let (status, answer) = call(&emulator, each.method, &each.path, (each.body)(most))?;
        ensure!(status < 300, "the last of {}: {status} {answer}", each.limit);
        let state =
            || emulator.blocking_respond(plain("GET", "/_stagecheck/state", "", "").unwrap()).into_body();
        let before = state();
        let (status, answer) = call(&emulator, each.method, &each.path, (each.body)(most + 1))?;
        ensure!(status == 400, "the first beyond {}: {status} {answer}", each.limit);
        ensure!(state() == before, "{}", each.limit);
    }
    Ok(())
}
