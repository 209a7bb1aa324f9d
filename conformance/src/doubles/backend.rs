//! An HTTP server that behaves as its paths say.

use std::net::SocketAddr;

use anyhow::Result;
use axum::Router;
use axum::body::{Body, to_bytes};
use axum::extract::Request;
use axum::http::Response;
use serde_json::{Map, Value, json};
use tokio::net::TcpListener;

use super::rough::{Manners, Rough};

/// Where it listens. It ends with the test's runtime.
#[derive(Clone, Copy, Debug)]
pub struct Backend {
    /// Its address.
    pub address: SocketAddr,
}

impl Backend {
    /// Starts it.
    ///
    /// # Errors
    ///
    /// When there is no free port.
    pub async fn start() -> Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let address = listener.local_addr()?;
        tokio::spawn(async move { axum::serve(listener, Router::new().fallback(answer)).await });
        Ok(Self { address })
    }

    /// A server that hangs up on whoever calls.
    ///
    /// # Errors
    ///
    /// When there is no free port.
    pub async fn hanging_up() -> Result<SocketAddr> {
        Ok(Rough::start(Manners::HangsUp).await?.address)
    }
}

async fn answer(request: Request) -> Response<Body> {
    let (head, body) = request.into_parts();
    let body = to_bytes(body, usize::MAX).await.unwrap_or_default();
    let path = head.uri.path().to_owned();
    let response = Response::builder();
    let answer = match path.split('/').nth(1).unwrap_or_default() {
        "status" => {
            let status = path.rsplit('/').next().and_then(|status| status.parse().ok()).unwrap_or(500_u16);
            response.status(status).header("content-type", "application/json").body(r#"{"code": 7}"#.into())
        }
        "redirect" => response.status(302).header("location", "http://192.0.2.1/").body(Body::empty()),
        "slow" => std::future::pending().await,
        "large" => response.body(Body::from(vec![b'x'; (10 << 20) + 1])),
        "identified" => response
            .header("x-amzn-requestid", "endpoint-id")
            .header("x-amz-id-2", "endpoint-id-2")
            .body(Body::from("{\"name\": \"Rex\"}")),
        "cors" => response
            .header("access-control-allow-origin", "https://backend.example")
            .header("access-control-max-age", "1")
            .body(Body::empty()),
        "remapped" => response
            .header("www-authenticate", "Basic")
            .header("server", "test")
            .header("keep-alive", "timeout=5")
            .header("x-own", "kept")
            .body(Body::empty()),
        _ => {
            let headers: Map<String, Value> = head
                .headers
                .iter()
                .map(|(name, value)| (name.to_string(), String::from_utf8_lossy(value.as_bytes()).into()))
                .collect();
            let told = json!({
                "method": head.method.as_str(),
                "uri": head.uri.to_string(),
                "headers": headers,
                "body": String::from_utf8_lossy(&body),
            });
            response.header("content-type", "application/json").body(told.to_string().into())
        }
    };
    answer.unwrap_or_default()
}
