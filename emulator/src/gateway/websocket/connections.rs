//! The connections that are open.

use std::collections::HashMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use parking_lot::Mutex;
use tokio::sync::{mpsc, oneshot};

use super::client::Client;
use super::session::Closing;
use crate::apigatewayv2::LiveApi;
use crate::time::Timestamp;

/// How many messages wait for a client that reads slowly. Whoever sends more waits, too.
const WAITING: usize = 64;

/// A connection.
pub(super) struct Connection {
    pub(super) client: Client,
    pub(super) api: String,
    pub(super) stage: String,
    /// Milliseconds since 1970.
    last_active: AtomicI64,
    outgoing: mpsc::Sender<Outgoing>,
}

/// What is to go to a client.
pub(super) struct Outgoing {
    pub(super) what: What,
    /// Told once it went.
    pub(super) done: oneshot::Sender<()>,
}

/// A message, or the end.
pub(super) enum What {
    Message(String),
    Close(Closing),
}

/// The connection has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Gone;

impl Connection {
    /// A connection, and what is to go to its client.
    pub(super) fn new(client: Client, live: &LiveApi, now: Timestamp) -> (Self, mpsc::Receiver<Outgoing>) {
        let (outgoing, waiting) = mpsc::channel(WAITING);
        let connection = Self {
            client,
            api: live.api_id().to_owned(),
            stage: live.stage.name().to_owned(),
            last_active: AtomicI64::new(now.millis()),
            outgoing,
        };
        (connection, waiting)
    }

    /// When a message last came or went.
    pub(super) fn last_active(&self) -> Timestamp {
        Timestamp::from_millis(self.last_active.load(Ordering::Relaxed))
    }

    /// A message came or went.
    pub(super) fn is_active_at(&self, now: Timestamp) {
        self.last_active.fetch_max(now.millis(), Ordering::Relaxed);
    }

    /// Sends to the client, and waits until it went.
    pub(super) async fn send(&self, what: What) -> Result<(), Gone> {
        let (done, went) = oneshot::channel();
        self.outgoing.send(Outgoing { what, done }).await.map_err(|_| Gone)?;
        went.await.map_err(|_| Gone)
    }
}

/// All connections, by their ids.
#[derive(Default)]
pub(crate) struct Connections {
    open: Mutex<HashMap<String, Arc<Connection>>>,
}

impl Connections {
    pub(super) fn add(&self, connection: Arc<Connection>) {
        self.open.lock().insert(connection.client.connection_id.clone(), connection);
    }

    pub(super) fn remove(&self, id: &str) {
        self.open.lock().remove(id);
    }

    /// The connection of this id, to this stage.
    pub(super) fn find(&self, id: &str, live: &LiveApi) -> Option<Arc<Connection>> {
        let open = self.open.lock();
        let connection = open.get(id)?;
        let is_here = connection.api == live.api_id() && connection.stage == live.stage.name();
        is_here.then(|| Arc::clone(connection))
    }

    /// Ends all connections, as servers do that go away.
    pub(crate) fn close_all(&self) {
        let open = std::mem::take(&mut *self.open.lock());
        for connection in open.into_values() {
            let (done, _) = oneshot::channel();
            // A client that reads too slowly to be told finds its connection broken.
            let _ = connection.outgoing.try_send(Outgoing { what: What::Close(Closing::going_away()), done });
        }
    }
}
