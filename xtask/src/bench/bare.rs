//! The yardstick: the least that an axum server can do and still give the same answer.

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::net::Ipv4Addr;
use std::sync::Arc;

use anyhow::Result;
use axum::Router;
use axum::body::Body;
use axum::extract::State;
use axum::serve::ListenerExt;
use bytes::Bytes;
use http::header::{CONTENT_LENGTH, DATE};
use http::{HeaderMap, HeaderName, HeaderValue, Response, StatusCode};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use tokio::net::TcpListener;

use super::connection::Received;

/// What the yardstick answers.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Ready {
    status: u16,
    headers: BTreeMap<String, String>,
    body: Content,
}

/// Where the body comes from.
#[derive(Debug, Serialize, Deserialize)]
enum Content {
    /// It is at hand.
    Text(String),
    /// It is written for each answer anew.
    Rows(Value),
}

impl Ready {
    /// An answer that was received, body and all.
    pub(super) fn bytes_of(received: &Received) -> Result<Self> {
        let body = Content::Text(String::from_utf8(received.body.clone())?);
        Ok(Self { body, ..Self::head_of(received) })
    }

    /// An answer that was received, its body to be serialized each time.
    pub(super) fn rows_of(received: &Received) -> Result<Self> {
        Ok(Self { body: Content::Rows(serde_json::from_slice(&received.body)?), ..Self::head_of(received) })
    }

    fn head_of(received: &Received) -> Self {
        // The server writes these itself.
        let own = [CONTENT_LENGTH.as_str(), DATE.as_str()];
        let headers = received.headers.iter().filter(|(name, _)| !own.contains(&name.as_str()));
        let headers = headers.cloned().collect();
        Self { status: received.status, headers, body: Content::Text(String::new()) }
    }
}

struct Answer {
    status: StatusCode,
    headers: HeaderMap,
    /// The body, where it is at hand.
    bytes: Bytes,
    /// What to serialize in its place.
    rows: Option<Value>,
}

/// Reads from standard input what to answer, says where it listens, and answers that until it is ended.
pub(crate) async fn serve() -> Result<()> {
    let ready: Ready = serde_json::from_reader(io::stdin())?;
    let mut headers = HeaderMap::new();
    for (name, value) in &ready.headers {
        headers.insert(HeaderName::from_bytes(name.as_bytes())?, HeaderValue::from_str(value)?);
    }
    let (bytes, rows) = match ready.body {
        Content::Text(text) => (Bytes::from(text), None),
        Content::Rows(rows) => (Bytes::new(), Some(rows)),
    };
    let answer = Arc::new(Answer { status: StatusCode::from_u16(ready.status)?, headers, bytes, rows });
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
    writeln!(io::stdout(), "http://{}", listener.local_addr()?)?;
    let listener = listener.tap_io(|stream| {
        let _ = stream.set_nodelay(true);
    });
    Ok(axum::serve(listener, Router::new().fallback(respond).with_state(answer)).await?)
}

/// Takes the body, as any server must, and answers.
async fn respond(State(answer): State<Arc<Answer>>, _: Bytes) -> Response<Body> {
    let body = match &answer.rows {
        None => answer.bytes.clone(),
        Some(rows) => serde_json::to_vec(rows).unwrap_or_default().into(),
    };
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = answer.status;
    *response.headers_mut() = answer.headers.clone();
    response
}
