//! Every exit code, and what is said with it.

use std::net::SocketAddr;

use axum::body::Body;
use http_body_util::BodyExt;
use stagecheck_emulator::Emulator;

use super::world::{World, run};

#[test]
fn an_account_without_an_api_is_compliant() {
    let world = World::empty("no-api");
    let check = world.run(&["check", "--format", "json"]);
    assert_eq!(check.code, 0, "{}", check.err);
    let findings: serde_json::Value = serde_json::from_str(&check.out).unwrap();
    assert_eq!(findings["stages"], serde_json::json!([]));
    let plan = world.run(&["plan", "--format", "json"]);
    assert_eq!(plan.code, 0);
    let plan: serde_json::Value = serde_json::from_str(&plan.out).unwrap();
    assert_eq!(plan["actions"], serde_json::json!([]));
}

#[test]
fn filters_that_match_nothing_are_told() {
    let world = World::sample("filters");
    for command in ["check", "plan", "verify"] {
        assert_eq!(world.run(&[command, "--api", "nope"]).code, 3, "{command}");
        assert_eq!(world.run(&[command, "--stage", "nope"]).code, 3, "{command}");
    }
}

#[test]
fn what_is_not_verified_is_told() {
    let world = World::sample("not-verified");
    assert_eq!(world.run(&["verify"]).code, 21);
    // A stage that logs is verified by its lines.
    assert_eq!(world.run(&["verify", "--probe", "--api", "orders"]).code, 0);
    let dark = world.run(&["verify", "--probe", "--wait", "0", "--api", "billing"]);
    assert_eq!(dark.code, 21);
    assert!(dark.out.contains("no log is configured"), "{}", dark.out);
}

#[test]
fn wrong_usage_is_told_with_a_hint() {
    let world = World::empty("usage");
    let folder = world.folder.to_str().unwrap();
    std::fs::write(world.folder.join("bad.json"), "{}").unwrap();
    std::fs::write(world.folder.join("settings.yaml"), "quota: off").unwrap();
    let (bad, settings) = (format!("{folder}/bad.json"), format!("{folder}/settings.yaml"));
    for (arguments, hint) in [
        (vec!["check"], "--region"),
        (vec!["check", "--region", "us-east-1", "--endpoint-url", "localhost"], "http://"),
        (vec!["check", "--format", "yaml"], "possible values"),
        (vec!["apply", "missing.json", "--yes"], "cannot read the plan"),
        (vec!["apply", &bad, "--yes"], "stagecheck plan --output"),
        (vec!["plan", "--retention-days", "42"], "one of 1, 3, 5"),
        (vec!["verify", "--wait", "5"], "--probe"),
        (vec!["emulate", "--config", &settings], "unknown field"),
        (vec!["emulate", "--config", "missing.yaml"], "cannot read missing.yaml"),
        (vec!["emulate", "--quota", "stages=3"], "stages-per-api"),
        (vec!["frobnicate"], "unrecognized subcommand"),
    ] {
        let ended = run(&arguments);
        assert_eq!(ended.code, 2, "{arguments:?}: {}", ended.err);
        assert!(ended.err.contains(hint), "{arguments:?}: {}", ended.err);
        assert_eq!(ended.out, "", "{arguments:?}");
    }
}

#[test]
fn settings_of_the_emulator_that_are_not_taken_are_told() {
    let world = World::empty("settings");
    let file = |name: &str, text: &str| {
        let file = world.folder.join(name);
        std::fs::write(&file, text).unwrap();
        file.to_str().unwrap().to_owned()
    };
    let unknown_quota = file("quota.yaml", "quotas: {stage-per-api: 3}");
    let unknown_key = file("key.yaml", "quota: {stages-per-api: 3}");
    let negative = file("negative.yaml", "quotas: {stages-per-api: -3}");
    let limits = file("limits.yaml", "rate-limits: often");
    for (arguments, hint) in [
        (["--quota", "stages=20"], "did you mean stages-per-api"),
        (["--quota", "pets=20"], "there are regional-apis, "),
        (["--quota", "stages-per-api=-1"], "\"-1\" is no whole number from 0"),
        (["--quota", "stages-per-api=many"], "\"many\" is no whole number from 0"),
        (["--quota", "stages-per-api"], "as in stages-per-api=20"),
        (["--quotas", "none"], "possible values: on, off"),
        (["--config", "missing.yaml"], "cannot read missing.yaml"),
        (["--config", &unknown_quota], "did you mean stages-per-api?"),
        (["--config", &unknown_key], "quotas"),
        (["--config", &negative], "whole numbers from 0"),
        (["--config", &limits], "on or off"),
    ] {
        let ended = run(&[&["emulate", "--port", "0"], arguments.as_slice()].concat());
        assert_eq!(ended.code, 2, "{arguments:?}: {}", ended.err);
        assert!(ended.err.contains(hint), "{arguments:?}: {}", ended.err);
        assert_eq!(ended.out, "", "{arguments:?}");
    }
}

#[test]
fn an_endpoint_that_nobody_serves_is_an_error() {
    let ended = run(&["check", "--region", "us-east-1", "--endpoint-url", "http://127.0.0.1:1"]);
    assert_eq!(ended.code, 1);
    assert!(ended.err.contains("Connection refused"), "{}", ended.err);
}

#[test]
fn apply_asks_or_is_told() {
    let world = World::sample("approval");
    let file = world.folder.join("plan.json");
    let file = file.to_str().unwrap();
    assert_eq!(world.run(&["plan", "--output", file]).code, 0);

    let unasked = world.run(&["apply", file]);
    assert_eq!(unasked.code, 2);
    assert!(unasked.err.contains("--yes"), "{}", unasked.err);

    let unknown = world.run(&["apply", file, "--yes", "--approve", "role/nobody"]);
    assert_eq!(unknown.code, 2);
    assert!(unknown.err.contains("role/nobody"), "{}", unknown.err);

    // One of those that need approval, by its id, and nothing that is safe.
    let one =
        world.run(&["apply", file, "--approve", "role/apigateway-logs-oregon/policy", "--format", "json"]);
    assert_eq!(one.code, 20);
    let applied: serde_json::Value = serde_json::from_str(&one.out).unwrap();
    for action in applied["actions"].as_array().unwrap() {
        let expected = if action["id"] == "role/apigateway-logs-oregon/policy" { "done" } else { "left" };
        assert_eq!(action["result"], expected, "{action}");
    }
}

#[test]
fn a_plan_is_for_its_account_and_endpoint() {
    let (world, other) = (World::sample("target"), World::sample("target-other"));
    let file = world.folder.join("plan.json");
    let file = file.to_str().unwrap();
    assert_eq!(world.run(&["plan", "--output", file]).code, 0);
    let elsewhere = run(&["apply", file, "--yes", "--endpoint-url", &other.url()]);
    assert_eq!(elsewhere.code, 2);
    assert!(elsewhere.err.contains(&other.url()), "{}", elsewhere.err);
}

#[test]
fn what_changed_since_the_plan_is_left_alone() {
    let world = World::sample("outdated");
    let file = world.folder.join("plan.json");
    let file = file.to_str().unwrap();
    assert_eq!(world.run(&["plan", "--output", file, "--api", "billing"]).code, 0);
    world.runtime().block_on(async {
        let client = client_of(world.emulator());
        let apis = client.get_rest_apis().send().await.unwrap();
        let billing = apis.items().iter().find(|api| api.name() == Some("billing")).unwrap();
        let patch = aws_sdk_apigateway::types::PatchOperation::builder()
            .op("replace".into())
            .path("/*/*/logging/dataTrace")
            .value("true")
            .build();
        let update = client.update_stage().rest_api_id(billing.id().unwrap()).stage_name("prod");
        update.patch_operations(patch).send().await.unwrap();
    });
    let apply = world.run(&["apply", file, "--yes"]);
    assert_eq!(apply.code, 20, "{}", apply.out);
    assert!(apply.out.contains("things changed since the plan was made"), "{}", apply.out);
}

fn client_of(emulator: &Emulator) -> aws_sdk_apigateway::Client {
    aws_sdk_apigateway::Client::new(&emulator.sdk_config())
}

#[test]
fn a_call_that_fails_leaves_the_result_incomplete() {
    let world = World::sample("gaps");
    for denied in ["/stages", "/account", "Action=GetRole&", "Logs_20140328.DescribeLogGroups"] {
        let address = world.runtime().block_on(denying(world.emulator().clone(), denied));
        let endpoint = format!("http://{address}");
        let check = run(&["check", "--format", "json", "--region", "us-east-1", "--endpoint-url", &endpoint]);
        assert_eq!(check.code, 11, "{denied}: {} {}", check.out, check.err);
        let findings: serde_json::Value = serde_json::from_str(&check.out).unwrap();
        assert_ne!(findings["gaps"], serde_json::json!([]), "{denied}");
        for stage in findings["stages"].as_array().unwrap() {
            // What could not be read is no reason to pass.
            assert_ne!(stage["status"], "PASS", "{denied}: {stage}");
        }
    }
}

/// Serves the emulator's answers, but for requests that have this text in path, target or body.
async fn denying(emulator: Emulator, denied: &'static str) -> SocketAddr {
    let answer = move |request: axum::extract::Request| {
        let emulator = emulator.clone();
        async move {
            let (head, body) = request.into_parts();
            let body = body.collect().await.unwrap().to_bytes();
            let target = head.headers.get("x-amz-target").map(|target| target.to_str().unwrap().to_owned());
            let text = format!("{} {target:?} {}", head.uri.path(), String::from_utf8_lossy(&body));
            if text.contains(denied) {
                let refusal = r#"{"__type":"AccessDeniedException","message":"no"}"#;
                return axum::http::Response::builder().status(403).body(Body::from(refusal)).unwrap();
            }
            emulator.respond(axum::http::Request::from_parts(head, body)).await.map(Body::from)
        }
    };
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let app = axum::Router::new().fallback(answer);
    tokio::spawn(async move { axum::serve(listener, app).await });
    address
}
