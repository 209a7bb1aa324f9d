//! Clients of WebSocket APIs.

use std::time::Duration;

use anyhow::{Context as _, Result, bail, ensure};
use futures_util::{SinkExt as _, StreamExt as _};
use http::{HeaderMap, HeaderName, HeaderValue};
use serde_json::Value;
use tokio::net::TcpStream;
use tokio::time::timeout;
use tokio_tungstenite::tungstenite::client::IntoClientRequest as _;
use tokio_tungstenite::tungstenite::protocol::{CloseFrame, WebSocketConfig};
use tokio_tungstenite::tungstenite::{Error, Message};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async_with_config};

/// How long a test waits for what is to come.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// The largest frame that a client takes, which is the largest that it may send.
const LARGEST_FRAME: usize = 32 << 10;

/// A client that is connected.
#[derive(Debug)]
pub struct Connected(WebSocketStream<MaybeTlsStream<TcpStream>>);

/// What a client gets that may not connect.
#[derive(Debug)]
pub struct Refused {
    /// Status.
    pub status: u16,
    /// Headers.
    pub headers: HeaderMap,
    /// Body.
    pub body: String,
}

/// Connects a client to an address, which may refuse it.
///
/// # Errors
///
/// When the connection breaks, or nothing comes.
pub async fn connect(uri: &str, headers: &[(&str, &str)]) -> Result<Result<Connected, Refused>> {
    let mut request = uri.into_client_request()?;
    request.headers_mut().insert("user-agent", HeaderValue::from_static("test/1"));
    for (name, value) in headers {
        request.headers_mut().insert(HeaderName::try_from(*name)?, HeaderValue::try_from(*value)?);
    }
    let config = WebSocketConfig::default().max_frame_size(Some(LARGEST_FRAME));
    let connecting = connect_async_with_config(request, Some(config), false);
    match timeout(PATIENCE, connecting).await.context("no answer")? {
        Ok((socket, _)) => Ok(Ok(Connected(socket))),
        Err(Error::Http(answer)) => {
            let body = answer.body().as_deref().map(String::from_utf8_lossy).unwrap_or_default();
            let (status, headers) = (answer.status().as_u16(), answer.headers().clone());
            Ok(Err(Refused { status, headers, body: body.into_owned() }))
        }
        Err(error) => Err(error.into()),
    }
}

impl Connected {
    /// Sends a text.
    ///
    /// # Errors
    ///
    /// When the connection breaks, or nothing comes.
    pub async fn say(&mut self, text: &str) -> Result<()> {
        self.send(Message::text(text)).await
    }

    /// Sends a message.
    ///
    /// # Errors
    ///
    /// When the connection breaks, or nothing comes.
    pub async fn send(&mut self, message: Message) -> Result<()> {
        Ok(self.0.send(message).await?)
    }

    /// The next message.
    ///
    /// # Errors
    ///
    /// When the connection breaks, or nothing comes.
    pub async fn hear(&mut self) -> Result<String> {
        match self.next().await? {
            Message::Text(text) => Ok(text.as_str().to_owned()),
            other => bail!("{other:?}"),
        }
    }

    /// What a message is answered with.
    ///
    /// # Errors
    ///
    /// When the connection breaks, or nothing comes.
    pub async fn ask(&mut self, text: &str) -> Result<String> {
        self.say(text).await?;
        self.hear().await
    }

    /// The connection's own id, from what a route with the function `echo` answers.
    ///
    /// # Errors
    ///
    /// When the connection breaks, or nothing comes.
    pub async fn id(&mut self) -> Result<String> {
        let event: Value = serde_json::from_str(&self.ask(r#"{"action": "echo"}"#).await?)?;
        let id = event["requestContext"]["connectionId"].as_str();
        id.map(str::to_owned).with_context(|| format!("{event}"))
    }

    /// The code with which the server ends the connection, and its reason.
    ///
    /// # Errors
    ///
    /// When the connection breaks, or nothing comes.
    pub async fn end(&mut self) -> Result<(u16, String)> {
        match self.next().await? {
            Message::Close(Some(frame)) => Ok((frame.code.into(), frame.reason.as_str().to_owned())),
            other => bail!("{other:?}"),
        }
    }

    /// Ends the connection, with a code or without.
    ///
    /// # Errors
    ///
    /// When the connection breaks, or nothing comes.
    pub async fn close(mut self, code: Option<(u16, &str)>) -> Result<()> {
        let frame = code.map(|(code, reason)| CloseFrame { code: code.into(), reason: reason.into() });
        self.0.close(frame).await?;
        // The server says so, too, and then nothing.
        let rest = timeout(PATIENCE, async {
            while let Some(Ok(message)) = self.0.next().await {
                ensure!(message.is_close(), "{message} comes unasked");
            }
            Ok(())
        });
        rest.await?
    }

    /// What comes next.
    ///
    /// # Errors
    ///
    /// When the connection breaks, or nothing comes.
    pub async fn next(&mut self) -> Result<Message> {
        let message = timeout(PATIENCE, self.0.next()).await.context("nothing comes")?;
        Ok(message.context("the connection is over")??)
    }
}
