//! One connection, from the answer that begins it to its end.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt as _;
use futures_util::stream::FuturesUnordered;
use tokio::sync::mpsc;
use tokio::time::timeout;

use super::WebSocketApis;
use super::closing::Closing;
use super::connections::{Connection, Running, Waiting};

/// How many messages of one client are worked on at a time. More are not read until then.
const AT_A_TIME: usize = 100;

/// How long a client may take to take a message. That one which takes longer is taken for gone, and the time, are inferred.
const LONGEST_SENDING: Duration = Duration::from_secs(10);

/// What speaks WebSocket with a client, which goes on in both directions at once.
pub(crate) trait Socket: Send {
    /// What comes from the client.
    type Incoming: Incoming;

    /// What goes to it.
    type Outgoing: Outgoing;

    /// Both directions.
    fn halves(&mut self) -> (&mut Self::Incoming, &mut Self::Outgoing);

    /// Ends the connection, and tells the client so if it has not said it itself.
    fn close(self, closing: Option<&Closing>) -> impl Future<Output = ()> + Send;
}

/// What comes from a client.
pub(crate) trait Incoming: Send {
    /// What comes next. What is not waited for to the end comes again.
    fn receive(&mut self) -> impl Future<Output = Received> + Send;
}

/// What goes to a client.
pub(crate) trait Outgoing: Send {
    /// Sends a message. `false` where the connection is broken.
    fn send(&mut self, text: String) -> impl Future<Output = bool> + Send;
}

/// What a client sends, or does.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Received {
    /// A message.
    Text(String),
    /// A message that is not text.
    Binary,
    /// A message or a frame that is larger than it may be.
    TooLarge,
    /// A message that should be text, and is no UTF-8.
    NotUtf8,
    /// What is not WebSocket.
    Malformed,
    /// The client's word that it ends the connection, with its code and reason if it gives them.
    Closed(Option<Closing>),
    /// Nothing any more: the connection is broken.
    Broken,
}

/// A connection that begins.
pub(crate) struct Session {
    pub(super) apis: Arc<WebSocketApis>,
    pub(super) running: Running,
    pub(super) waiting: mpsc::Receiver<Waiting>,
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
        let Self { apis, running, mut waiting } = self;
        let connection = running.connection();
        apis.connections.watch_time(&apis.clock);
        let mut at_work = FuturesUnordered::new();
        let (incoming, outgoing) = socket.halves();
        let end = tokio::select! {
            closing = connection.told_to_end() => End::ours(closing),
            () = send(&apis, connection, &mut waiting, outgoing) => End::theirs(Closing::broken()),
            end = receive(incoming, &mut at_work, |text| answer(&apis, connection, text)) => end,
        };
        // Nobody finds the connection from here on, and who still waits to send hears that the client is gone.
        running.leave();
        drop(waiting);
        let told = end.is_ours.then(|| end.closing.clone());
        // What was begun comes to its end, and to the logs; nobody is there for its answer.
        let rest = async { while at_work.next().await.is_some() {} };
        tokio::join!(socket.close(told.as_ref()), rest, apis.disconnected(connection, end.closing));
    }

    /// Ends a connection that could not begin: the client hung up before it was answered.
    pub(crate) async fn abandon(self) {
        let Self { apis, running, waiting } = self;
        running.leave();
        drop(waiting);
        apis.disconnected(running.connection(), Closing::broken()).await;
    }
}

/// Sends what waits, until the client does not take it.
async fn send(
    apis: &WebSocketApis,
    connection: &Connection,
    waiting: &mut mpsc::Receiver<Waiting>,
    outgoing: &mut impl Outgoing,
) {
    while let Some(Waiting { text, sent }) = waiting.recv().await {
        // As of before, since the client may have it before this goes on.
        let now = apis.clock.now();
        if timeout(LONGEST_SENDING, outgoing.send(text)).await != Ok(true) {
            return;
        }
        connection.is_active_at(now);
        // Whoever asked may have gone.
        let _ = sent.send(());
    }
}

/// Has what comes answered, until the client has enough, or cannot be understood.
async fn receive<Work: Future<Output = ()>>(
    incoming: &mut impl Incoming,
    at_work: &mut FuturesUnordered<Work>,
    answer: impl Fn(String) -> Work,
) -> End {
    loop {
        let received = tokio::select! {
            Some(()) = at_work.next(), if !at_work.is_empty() => continue,
            received = incoming.receive(), if at_work.len() < AT_A_TIME => received,
        };
        match received {
            Received::Text(text) => at_work.push(answer(text)),
            Received::Binary => return End::ours(Closing::binary()),
            Received::TooLarge => return End::ours(Closing::too_large()),
            Received::NotUtf8 => return End::ours(Closing::not_utf8()),
            Received::Malformed => return End::ours(Closing::malformed()),
            Received::Closed(closing) => {
                return End::theirs(closing.unwrap_or_else(Closing::without_code));
            }
            Received::Broken => return End::theirs(Closing::broken()),
        }
    }
}

/// Works on a message, and sends back what its sender gets, if anything.
async fn answer(apis: &WebSocketApis, connection: &Connection, text: String) {
    connection.is_active_at(apis.clock.now());
    if let Some(reply) = apis.message(connection, text).await {
        // A client that is gone gets nothing.
        let _ = connection.send(reply).await;
    }
}
