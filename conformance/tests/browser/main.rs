//! A page in a real browser calls deployed APIs: an HTTP API across origins, and a WebSocket API.
//!
//! Needs Chromium, and is run by `just browser` and in CI.

use std::net::SocketAddr;
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::http::Response;
use serde_json::{Value, json};
use stagecheck_conformance::client::Client;
use stagecheck_emulator::{Emulator, Running};
use tokio::net::TcpListener;
use tokio::process::Command;
use tokio::sync::mpsc;

/// How long the browser may take to start and to run the page.
const LONGEST: Duration = Duration::from_secs(60);

/// What browsers are called.
const BROWSERS: [&str; 3] = ["chromium", "chromium-browser", "google-chrome"];

/// Serves a page, and hands on what the page tells.
async fn serve(page: String) -> Result<(SocketAddr, mpsc::Receiver<Value>)> {
    let (sender, told) = mpsc::channel(1);
    let app = Router::new().fallback(move |request: Request| {
        let (page, sender) = (page.clone(), sender.clone());
        async move {
            if request.uri().path() != "/told" {
                let response = Response::builder().header("content-type", "text/html");
                return response.body(Body::from(page)).unwrap_or_default();
            }
            let body = axum::body::to_bytes(request.into_body(), 1 << 20).await.unwrap_or_default();
            let _ = sender.send(serde_json::from_slice(&body).unwrap_or_default()).await;
            Response::new(Body::empty())
        }
    });
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let address = listener.local_addr()?;
    tokio::spawn(async move { axum::serve(listener, app).await });
    Ok((address, told))
}

/// What a script tells by `tell(value)`, in a page of another origin than the emulator's.
async fn run(script: &str) -> Result<Value> {
    let tell = "const tell = value => fetch('/told', {method: 'POST', body: JSON.stringify(value)});";
    let page = format!(
        "<!doctype html><script>{tell}\n(async () => {{ try {{ {script} }} catch (error) {{ tell({{error: String(error)}}); }} }})();</script>"
    );
    let (address, mut told) = serve(page).await?;
    let profile = tempfile::tempdir()?;
    let arguments = [
        "--headless",
        "--no-sandbox",
        "--disable-gpu",
        "--disable-background-networking",
        "--disable-sync",
        "--no-first-run",
    ];
    let mut browser = None;
    for name in BROWSERS {
        let mut command = Command::new(name);
        command.args(arguments).arg(format!("--user-data-dir={}", profile.path().display()));
        command.arg(format!("http://{address}/")).kill_on_drop(true);
        command.stdout(std::process::Stdio::null()).stderr(std::process::Stdio::null());
        if let Ok(started) = command.spawn() {
            browser = Some(started);
            break;
        }
    }
    let Some(mut browser) = browser else {
        bail!("there is no Chromium: none of {BROWSERS:?} can be started")
    };
    let told = tokio::time::timeout(LONGEST, told.recv()).await.context("the page tells nothing")?;
    let _ = browser.kill().await;
    told.context("the page is gone")
}

async fn call(running: &Running, client: &Client, method: &str, path: &str, body: Value) -> Result<Value> {
    let answer = running.emulator().respond(client.rest(method, path, body.to_string())?).await;
    anyhow::ensure!(answer.status().is_success(), "{method} {path}: {answer:?}");
    Ok(serde_json::from_slice(answer.body()).unwrap_or_default())
}

fn text(value: &Value, name: &str) -> Result<String> {
    value[name].as_str().map(str::to_owned).with_context(|| format!("{value} has no {name}"))
}

/// An HTTP API that passes on to a server, with these origins allowed. Gives its address.
async fn http_api(running: &Running, origin: &str, backend: SocketAddr) -> Result<String> {
    let client = Client::new("test", "us-east-1");
    let cors = json!({"allowOrigins": [origin], "allowMethods": ["PUT"], "allowHeaders": ["x-own"], "exposeHeaders": ["apigw-requestid"]});
    let api = json!({"name": "pets", "protocolType": "HTTP", "corsConfiguration": cors});
    let api = call(running, &client, "POST", "/v2/apis", api).await?;
    let id = text(&api, "apiId")?;
    let integration = json!({"integrationType": "HTTP_PROXY", "integrationMethod": "ANY",
        "integrationUri": format!("http://{backend}/"), "payloadFormatVersion": "1.0"});
    let integration =
        call(running, &client, "POST", &format!("/v2/apis/{id}/integrations"), integration).await?;
    let target = format!("integrations/{}", text(&integration, "integrationId")?);
    let route = json!({"routeKey": "ANY /pets", "target": target});
    call(running, &client, "POST", &format!("/v2/apis/{id}/routes"), route).await?;
    let stage = json!({"stageName": "$default", "autoDeploy": true});
    call(running, &client, "POST", &format!("/v2/apis/{id}/stages"), stage).await?;
    Ok(format!("http://{id}.execute-api.us-east-1.localhost:{}", running.address().port()))
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Chromium: just browser"]
async fn a_page_of_another_origin_calls_an_http_api() -> Result<()> {
    let running = Emulator::new().start().await?;
    let (backend, _told) = serve("{\"pet\": \"Rex\"}".to_owned()).await?;
    for (origin, is_allowed) in [("*", true), ("http://elsewhere.example", false)] {
        let url = http_api(&running, origin, backend).await?;
        // Method and header are none that a browser sends without asking first.
        let script = format!(
            "const answer = await fetch('{url}/pets', {{method: 'PUT', headers: {{'x-own': '1'}}, body: 'pet'}}); \
             tell({{status: answer.status, body: await answer.text(), id: answer.headers.get('apigw-requestid')}});"
        );
        let told = run(&script).await?;
        if is_allowed {
            assert_eq!(
                (&told["status"], &told["body"]),
                (&json!(200), &json!("{\"pet\": \"Rex\"}")),
                "{told}"
            );
            assert!(told["id"].as_str().is_some_and(|id| id.ends_with('=')), "{told}");
        } else {
            assert_eq!(told["error"], "TypeError: Failed to fetch");
        }
    }
    running.stop().await?;
    Ok(())
}

/// A WebSocket API whose route `greet` answers by itself. Gives its address.
async fn websocket_api(running: &Running) -> Result<String> {
    let client = Client::new("test", "us-east-1");
    let api = json!({"name": "chat", "protocolType": "WEBSOCKET", "routeSelectionExpression": "$request.body.action"});
    let id = text(&call(running, &client, "POST", "/v2/apis", api).await?, "apiId")?;
    let integrations = format!("/v2/apis/{id}/integrations");
    let mock = json!({"integrationType": "MOCK", "templateSelectionExpression": "200",
        "requestTemplates": {"200": "{\"statusCode\": 200}"}});
    let integration = text(&call(running, &client, "POST", &integrations, mock).await?, "integrationId")?;
    let answer = json!({"integrationResponseKey": "$default", "templateSelectionExpression": "hello",
        "responseTemplates": {"hello": "{\"hello\": \"$context.routeKey\"}"}});
    let answers = format!("{integrations}/{integration}/integrationresponses");
    call(running, &client, "POST", &answers, answer).await?;
    let route = json!({"routeKey": "greet", "target": format!("integrations/{integration}"),
        "routeResponseSelectionExpression": "$default"});
    let routes = format!("/v2/apis/{id}/routes");
    let route = text(&call(running, &client, "POST", &routes, route).await?, "routeId")?;
    let answer = json!({"routeResponseKey": "$default"});
    call(running, &client, "POST", &format!("{routes}/{route}/routeresponses"), answer).await?;
    let stage = json!({"stageName": "prod", "autoDeploy": true});
    call(running, &client, "POST", &format!("/v2/apis/{id}/stages"), stage).await?;
    Ok(format!("ws://{id}.execute-api.us-east-1.localhost:{}/prod", running.address().port()))
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Chromium: just browser"]
async fn a_page_speaks_with_a_websocket_api() -> Result<()> {
    let running = Emulator::new().start().await?;
    let url = websocket_api(&running).await?;
    let script = format!(
        "const socket = new WebSocket('{url}'); const heard = []; \
         socket.onopen = () => socket.send(JSON.stringify({{action: 'greet'}})); \
         socket.onmessage = message => {{ heard.push(JSON.parse(message.data)); \
             if (heard.length == 1) socket.send('to nobody'); else socket.close(1000, 'done'); }}; \
         socket.onclose = close => tell({{heard, code: close.code, clean: close.wasClean}}); \
         socket.onerror = () => tell({{error: 'the connection failed'}});"
    );
    let told = run(&script).await?;
    assert_eq!(told["heard"][0], json!({"hello": "greet"}), "{told}");
    assert_eq!(told["heard"][1]["message"], "Forbidden", "{told}");
    assert_eq!((&told["code"], &told["clean"]), (&json!(1000), &json!(true)), "{told}");
    running.stop().await?;
    Ok(())
}
