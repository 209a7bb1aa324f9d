//! Connections that come to speak WebSocket (RFC 6455).
//!
//! Not by axum's extractor, which keeps the stream to itself: a connection that ends over a message which is too large has to be
//! read on, or the client does not get to read why.

use std::time::Duration;

use bytes::Bytes;
use futures_util::stream::{SplitSink, SplitStream};
use futures_util::{SinkExt as _, StreamExt as _};
use http::request::Parts;
use http::{HeaderMap, HeaderName, HeaderValue, Method, Version, header};
use hyper::upgrade::{OnUpgrade, Upgraded};
use hyper_util::rt::TokioIo;
use tokio::io::{self, AsyncReadExt as _, AsyncWriteExt as _};
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::error::ProtocolError;
use tokio_tungstenite::tungstenite::handshake::derive_accept_key;
use tokio_tungstenite::tungstenite::protocol::frame::Frame;
use tokio_tungstenite::tungstenite::protocol::frame::coding::{CloseCode, Data, OpCode};
use tokio_tungstenite::tungstenite::protocol::{CloseFrame, Role, WebSocketConfig};
use tokio_tungstenite::tungstenite::{Error, Message};

use crate::gateway::{self, Closing, Handshake, LARGEST_FRAME, LARGEST_MESSAGE, Received, Session, Socket};

/// How much is read of a connection that has ended, in bytes.
const DRAINED: u64 = 1 << 20;

/// How long a client may take to end a connection that it was told has ended.
const LONGEST_FAREWELL: Duration = Duration::from_secs(2);

/// How much is read at a time, in bytes: most messages are small.
const READ_BUFFER: usize = 8 << 10;

/// A client's request to speak WebSocket; `None` where it does not ask for it, or not as it should (RFC 6455, 4.2.1), or where
/// the request came without a connection.
pub(super) fn handshake(head: &Parts) -> Option<Handshake> {
    let asks = head.method == Method::GET
        && head.version >= Version::HTTP_11
        && names(&head.headers, header::CONNECTION, "upgrade")
        && names(&head.headers, header::UPGRADE, "websocket")
        && names(&head.headers, header::SEC_WEBSOCKET_VERSION, "13")
        && head.extensions.get::<OnUpgrade>().is_some();
    let key = head.headers.get(header::SEC_WEBSOCKET_KEY).filter(|_| asks)?;
    let accept = HeaderValue::try_from(derive_accept_key(key.as_bytes())).ok()?;
    Some(Handshake { accept })
}

/// Whether a header's list has a word.
fn names(headers: &HeaderMap, name: HeaderName, word: &str) -> bool {
    let values = headers.get_all(name).into_iter().filter_map(|value| value.to_str().ok());
    values.flat_map(|value| value.split(',')).any(|each| each.trim().eq_ignore_ascii_case(word))
}

/// Begins the connection behind the answer to a request.
pub(super) fn begin(head: &Parts, session: Session) {
    let upgrade = head.extensions.get::<OnUpgrade>().cloned();
    tokio::spawn(async move {
        match upgrade {
            Some(upgrade) => match upgrade.await {
                Ok(upgraded) => session.run(Client::of(upgraded).await).await,
                Err(_) => session.abandon().await,
            },
            None => session.abandon().await,
        }
    });
}

/// The client's end of a connection.
struct Client {
    incoming: Incoming,
    outgoing: Outgoing,
}

type Stream = WebSocketStream<TokioIo<Upgraded>>;

/// What comes from a client.
struct Incoming(SplitStream<Stream>);

/// What goes to a client.
struct Outgoing(SplitSink<Stream, Message>);

impl Client {
    async fn of(upgraded: Upgraded) -> Self {
        let config = WebSocketConfig::default()
            .read_buffer_size(READ_BUFFER)
            .max_message_size(Some(LARGEST_MESSAGE))
            .max_frame_size(Some(LARGEST_FRAME));
        let io = TokioIo::new(upgraded);
        let stream = WebSocketStream::from_raw_socket(io, Role::Server, Some(config)).await;
        let (outgoing, incoming) = stream.split();
        Self { incoming: Incoming(incoming), outgoing: Outgoing(outgoing) }
    }
}

impl gateway::Incoming for Incoming {
    async fn receive(&mut self) -> Received {
        loop {
            return match self.0.next().await {
                Some(Ok(Message::Text(text))) => Received::Text(text.as_str().to_owned()),
                Some(Ok(Message::Binary(_))) => Received::Binary,
                Some(Ok(Message::Close(frame))) => Received::Closed(frame.map(|frame| Closing {
                    code: frame.code.into(),
                    reason: frame.reason.as_str().to_owned(),
                })),
                // Answered by the library.
                Some(Ok(Message::Ping(_) | Message::Pong(_) | Message::Frame(_))) => continue,
                Some(Err(Error::Capacity(_))) => Received::TooLarge,
                Some(Err(Error::Utf8(_))) => Received::NotUtf8,
                // The end of the stream is an error to the library, where no word of the client came before.
                Some(Err(Error::Protocol(ProtocolError::ResetWithoutClosingHandshake))) => Received::Broken,
                Some(Err(Error::Protocol(_))) => Received::Malformed,
                Some(Err(_)) | None => Received::Broken,
            };
        }
    }
}

impl gateway::Outgoing for Outgoing {
    /// In frames that are no larger than those which may come. That AWS sends none larger is inferred.
    async fn send(&mut self, text: String) -> bool {
        let mut rest = Bytes::from(text);
        let mut kind = Data::Text;
        loop {
            let part = rest.split_to(rest.len().min(LARGEST_FRAME));
            let frame = Frame::message(part, OpCode::Data(kind), rest.is_empty());
            if self.0.feed(Message::Frame(frame)).await.is_err() {
                return false;
            }
            if rest.is_empty() {
                return self.0.flush().await.is_ok();
            }
            kind = Data::Continue;
        }
    }
}

impl Socket for Client {
    type Incoming = Incoming;
    type Outgoing = Outgoing;

    fn halves(&mut self) -> (&mut Incoming, &mut Outgoing) {
        (&mut self.incoming, &mut self.outgoing)
    }

    async fn close(self, closing: Option<&Closing>) {
        let Self { incoming: Incoming(mut incoming), outgoing: Outgoing(mut outgoing) } = self;
        let farewell = async {
            if let Some(Closing { code, reason }) = closing {
                let frame = CloseFrame { code: CloseCode::from(*code), reason: reason.as_str().into() };
                outgoing.send(Message::Close(Some(frame))).await.map_err(io::Error::other)?;
            }
            // Up to the client's word, or behind it that of the library, which answers it. Nothing comes behind what is no
            // WebSocket, or too much of it.
            while let Some(Ok(_)) = incoming.next().await {}
            let mut io = incoming.reunite(outgoing).map_err(io::Error::other)?.into_inner();
            io.shutdown().await?;
            io::copy(&mut io.take(DRAINED), &mut io::sink()).await
        };
        // However it went, the connection is over.
        let _ = tokio::time::timeout(LONGEST_FAREWELL, farewell).await;
    }
}
