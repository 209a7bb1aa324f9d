//! One connection, from the answer that begins it to its end.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use tokio::sync::mpsc;
use tokio::time::sleep;

use super::WebSocketApis;
use super::connections::{Connection, Outgoing, What};
use crate::time::Timestamp;

/// How long a connection may be silent, in seconds (quota "Idle connection timeout").
const LONGEST_SILENCE: i64 = 10 * 60;

/// How long a connection may last, in seconds (quota "Connection duration for WebSocket API").
const LONGEST_DURATION: i64 = 2 * 60 * 60;

/// How often the time is looked at, which goes by the emulator's clock.
const LOOK_AGAIN: Duration = Duration::from_millis(100);

/// How many messages of one client are worked on at a time. More are not read until then.
const AT_A_TIME: usize = 100;

/// What speaks WebSocket with a client.
pub(crate) trait Socket: Send {
    /// What comes next. What is not waited for to the end comes again.
    fn receive(&mut self) -> impl Future<Output = Received> + Send;

    /// Sends a message. `false` where the connection is broken.
    fn send(&mut self, text: String) -> impl Future<Output = bool> + Send;

    /// Ends the connection, and tells the client so if it has not said it itself.
    fn close(self, closing: Option<&Closing>) -> impl Future<Output = ()> + Send;
}

/// What comes from a client.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Received {
    /// A message.
    Text(String),
    /// A message that is not text.
    Binary,
    /// A message or a frame that is larger than it may be.
    TooLarge,
    /// What is not WebSocket.
    Malformed,
    /// The client's word that it ends the connection, with its code and reason if it gives them.
    Closed(Option<Closing>),
    /// Nothing any more: the connection is broken.
    Broken,
}

/// Why a connection ends.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Closing {
    pub(crate) code: u16,
    pub(crate) reason: String,
}

impl Closing {
    fn new(code: u16, reason: &str) -> Self {
        Self { code, reason: reason.to_owned() }
    }

    /// By DeleteConnection: reported by users.
    pub(super) fn by_call() -> Self {
        Self::new(1000, "Connection Closed Normally")
    }

    /// By a limit on time, or by a server that stops. The words are reported by users of `$disconnect` events, that they are of
    /// these is inferred.
    pub(super) fn going_away() -> Self {
        Self::new(1001, "Going away")
    }

    /// By a message that is not text. The code is documented, the words are inferred, as are the next two.
    fn binary() -> Self {
        Self::new(1003, "Binary messages are not supported")
    }

    /// By a message that is too large. The code is documented.
    fn too_large() -> Self {
        Self::new(1009, "Message too long")
    }

    /// By what is not WebSocket (RFC 6455, 7.4.1).
    fn malformed() -> Self {
        Self::new(1002, "Protocol error")
    }

    /// By a client that gives no code: reported by many users.
    fn without_code() -> Self {
        Self::new(1005, "Client-side close frame status not set")
    }

    /// By a client that is gone without a word. The code is RFC 6455's, the words are inferred.
    fn broken() -> Self {
        Self::new(1006, "Connection closed abnormally")
    }
}

/// A connection that begins.
pub(crate) struct Session {
    pub(super) apis: Arc<WebSocketApis>,
    pub(super) connection: Arc<Connection>,
    pub(super) outgoing: mpsc::Receiver<Outgoing>,
}

/// How a connection ended.
struct End {
    closing: Closing,
    /// Whether the client is to be told.
    is_ours: bool,
}

impl End {
    const fn ours(closing: Closing) -> Self {
        Self { closing, is_ours: true }
    }

    const fn theirs(closing: Closing) -> Self {
        Self { closing, is_ours: false }
    }
}

impl Session {
    /// Speaks with the client until either has enough, and tells the backend of the end.
    pub(crate) async fn run(self, mut socket: impl Socket) {
        let Self { apis, connection, mut outgoing } = self;
        let end = speak(&apis, &connection, &mut outgoing, &mut socket).await;
        apis.connections.remove(&connection.client.connection_id);
        // Who still waits to send hears that the client is gone.
        drop(outgoing);
        let told = end.is_ours.then(|| end.closing.clone());
        tokio::join!(socket.close(told.as_ref()), apis.disconnected(&connection, end.closing));
    }

    /// Ends a connection that could not begin: the client hung up before it was answered.
    pub(crate) async fn abandon(self) {
        self.apis.connections.remove(&self.connection.client.connection_id);
        self.apis.disconnected(&self.connection, Closing::broken()).await;
    }
}

async fn speak(
    apis: &WebSocketApis,
    connection: &Connection,
    outgoing: &mut mpsc::Receiver<Outgoing>,
    socket: &mut impl Socket,
) -> End {
    let mut at_work = FuturesUnordered::new();
    let end = loop {
        let now = apis.clock.now();
        if is_over(connection, now) {
            break End::ours(Closing::going_away());
        }
        tokio::select! {
            Some(reply) = at_work.next(), if !at_work.is_empty() => {
                if let Some(text) = reply
                    && !send(apis, connection, socket, text).await
                {
                    break End::theirs(Closing::broken());
                }
            }
            Some(Outgoing { what, done }) = outgoing.recv() => match what {
                What::Message(text) => {
                    if !send(apis, connection, socket, text).await {
                        break End::theirs(Closing::broken());
                    }
                    // Whoever asked may have gone.
                    let _ = done.send(());
                }
                What::Close(closing) => {
                    let _ = done.send(());
                    break End::ours(closing);
                }
            },
            received = socket.receive(), if at_work.len() < AT_A_TIME => match received {
                Received::Text(text) => {
                    connection.is_active_at(apis.clock.now());
                    at_work.push(apis.message(connection, text));
                }
                Received::Binary => break End::ours(Closing::binary()),
                Received::TooLarge => break End::ours(Closing::too_large()),
                Received::Malformed => break End::ours(Closing::malformed()),
                Received::Closed(closing) => {
                    break End::theirs(closing.unwrap_or_else(Closing::without_code));
                }
                Received::Broken => break End::theirs(Closing::broken()),
            },
            () = sleep(LOOK_AGAIN) => {}
        }
    };
    // What was begun comes to its end, and to the logs; nobody is there for its answer.
    while at_work.next().await.is_some() {}
    end
}

async fn send(apis: &WebSocketApis, connection: &Connection, socket: &mut impl Socket, text: String) -> bool {
    let went = socket.send(text).await;
    connection.is_active_at(apis.clock.now());
    went
}

/// Whether the time of a connection is over.
fn is_over(connection: &Connection, now: Timestamp) -> bool {
    let silent_until = connection.last_active().plus_seconds(LONGEST_SILENCE);
    let lasts_until = connection.client.connected_at.map(|at| at.plus_seconds(LONGEST_DURATION));
    now >= silent_until || lasts_until.is_some_and(|until| now >= until)
}
