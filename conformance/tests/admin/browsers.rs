//! No page of another origin gets at the emulator's own endpoints.

use anyhow::Result;
use bytes::Bytes;
use http::Request;
use serde_json::{Value, json};
use stagecheck_conformance::client::{Client, plain};
use stagecheck_conformance::socket;
use stagecheck_emulator::Emulator;

use crate::server::{done, export, json as read};

/// What tells or changes something.
const GUARDED: [(&str, &str); 6] = [
    ("POST", "/_stagecheck/reset"),
    ("PUT", "/_stagecheck/state"),
    ("GET", "/_stagecheck/state"),
    ("GET", "/_stagecheck/deliveries"),
    ("GET", "/_stagecheck/requests"),
    ("POST", "/moto-api/reset"),
];

/// What a browser says of a page that is not the emulator's.
const STRANGERS: [&[(&str, &str)]; 9] = [
    &[("host", "localhost:4566"), ("origin", "https://evil.example")],
    &[("host", "localhost:4566"), ("origin", "null")],
    &[("host", "localhost:4566"), ("origin", "http://localhost:3000")],
    &[("host", "localhost:4566"), ("sec-fetch-site", "cross-site")],
    &[("host", "localhost:4566"), ("sec-fetch-site", "same-site")],
    &[("host", "127.0.0.1:4566"), ("origin", "http://localhost:4566")],
    // A name that was made to point here.
    &[("host", "evil.example:4566")],
    &[("host", "evil.example:4566"), ("origin", "http://evil.example:4566")],
    &[("host", "localhost.evil.example"), ("sec-fetch-site", "same-origin")],
];

fn request(method: &str, path: &str, headers: &[(&str, &str)]) -> Result<Request<Bytes>> {
    let mut request = plain(method, path, "text/plain", "{}")?;
    for (name, value) in headers {
        request.headers_mut().insert(http::HeaderName::try_from(*name)?, value.parse()?);
    }
    Ok(request)
}

#[test]
fn pages_of_other_origins_are_refused() -> Result<()> {
    let emulator = Emulator::builder().seed(1).build();
    let group = json!({"logGroupName": "precious"}).to_string();
    done(&emulator, Client::new("test", "us-east-1").logs("CreateLogGroup", group)?)?;
    let before = export(&emulator)?;
    for headers in STRANGERS {
        for (method, path) in GUARDED {
            let answer = emulator.blocking_respond(request(method, path, headers)?);
            assert_eq!(answer.status(), 403, "{method} {path} {headers:?}");
            let told: Value = serde_json::from_slice(answer.body())?;
            assert!(told["error"].as_str().is_some_and(|told| !told.contains("precious")), "{told}");
            assert!(!answer.headers().contains_key("access-control-allow-origin"));
        }
        // Before it sends what may change something, a browser asks.
        let preflight = emulator.blocking_respond(request("OPTIONS", "/_stagecheck/state", headers)?);
        assert_eq!(preflight.status(), 403, "{headers:?}");
    }
    assert_eq!(export(&emulator)?, before);
    Ok(())
}

#[test]
fn programs_and_pages_of_its_own_go_on() -> Result<()> {
    let emulator = Emulator::builder().host_name("stagecheck.example.com").build();
    for headers in [
        &[][..],
        &[("host", "localhost:4566")],
        &[("host", "127.0.0.1:4566")],
        &[("host", "[::1]:4566")],
        &[("host", "192.168.0.17")],
        &[("host", "emulator:4566")],
        &[("host", "host.docker.internal:4566")],
        &[("host", "pets.execute-api.us-east-1.localhost:4566")],
        &[("host", "stagecheck.example.com:4566")],
        &[("host", "localhost:4566"), ("origin", "http://localhost:4566"), ("sec-fetch-site", "same-origin")],
        &[("host", "localhost:4566"), ("sec-fetch-site", "none")],
    ] {
        for (method, path) in GUARDED {
            if (method, path) != ("PUT", "/_stagecheck/state") {
                let answer = emulator.blocking_respond(request(method, path, headers)?);
                assert_eq!(answer.status(), 200, "{method} {path} {headers:?}");
            }
        }
    }
    Ok(())
}

/// Whether it is there, everybody may ask: load balancers and containers have their own names for it.
#[test]
fn health_is_no_secret() -> Result<()> {
    let emulator = Emulator::new();
    for headers in STRANGERS {
        for path in ["/_stagecheck/health", "/_localstack/health"] {
            let services = &read(&emulator, request("GET", path, headers)?)?["services"];
            let tells =
                if path.contains("local") { services["iam"] == "running" } else { services.is_array() };
            assert!(tells, "{path}: {services}");
        }
    }
    Ok(())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_name_that_was_made_to_point_here_is_refused_over_a_socket() -> Result<()> {
    let running = Emulator::new().start().await?;
    for (host, status) in [("evil.example", 403), ("localhost", 200)] {
        let reply = socket::get(running.address(), host, "/_stagecheck/state")?;
        assert_eq!(reply.status, status, "{host}");
    }
    Ok(())
}
