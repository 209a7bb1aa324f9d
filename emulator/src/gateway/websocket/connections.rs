//! The connections that are open.

use std::collections::HashMap;
use std::future::pending;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Weak};
use std::time::Duration;

use parking_lot::Mutex;
use tokio::sync::{mpsc, oneshot, watch};
use tokio::time::sleep;

use super::client::Client;
use super::closing::Closing;
use crate::apigatewayv2::LiveApi;
use crate::time::{Clock, Timestamp};

/// How many messages wait for a client that reads slowly. Whoever sends more waits, too.
const WAITING: usize = 64;

/// How long a connection may be silent, in seconds (quota "Idle connection timeout").
const LONGEST_SILENCE: i64 = 10 * 60;

/// How long a connection may last, in seconds (quota "Connection duration for WebSocket API").
const LONGEST_DURATION: i64 = 2 * 60 * 60;

/// How often the time is looked at, which goes by the emulator's clock.
const LOOK_AGAIN: Duration = Duration::from_millis(100);

/// A connection.
pub(super) struct Connection {
    pub(super) client: Client,
    pub(super) api: String,
    pub(super) stage: String,
    /// Milliseconds since 1970.
    last_active: AtomicI64,
    outgoing: mpsc::Sender<Waiting>,
    /// Why it is to end, once it is.
    end: watch::Sender<Option<Closing>>,
}

/// A message that is to go to a client.
pub(super) struct Waiting {
    pub(super) text: String,
    /// Told once it went.
    pub(super) sent: oneshot::Sender<()>,
}

/// The connection has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Gone;

impl Connection {
    /// A connection, and what is to go to its client.
    pub(super) fn new(client: Client, live: &LiveApi, now: Timestamp) -> (Self, mpsc::Receiver<Waiting>) {
        let (outgoing, waiting) = mpsc::channel(WAITING);
        let connection = Self {
            client,
            api: live.api_id().to_owned(),
            stage: live.stage.name().to_owned(),
            last_active: AtomicI64::new(now.millis()),
            outgoing,
            end: watch::Sender::default(),
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
    pub(super) async fn send(&self, text: String) -> Result<(), Gone> {
        let (sent, went) = oneshot::channel();
        self.outgoing.send(Waiting { text, sent }).await.map_err(|_| Gone)?;
        went.await.map_err(|_| Gone)
    }

    /// Has it end. Why it first was to end stands.
    fn end(&self, closing: Closing) {
        self.end.send_if_modified(|end| {
            let is_first = end.is_none();
            end.get_or_insert(closing);
            is_first
        });
    }

    /// Waits until it is to end, and tells why.
    pub(super) async fn told_to_end(&self) -> Closing {
        let mut end = self.end.subscribe();
        let closing = end.wait_for(Option::is_some).await.ok().and_then(|closing| closing.clone());
        match closing {
            Some(closing) => closing,
            None => pending().await,
        }
    }

    /// Whether its time is over.
    fn is_over(&self, now: Timestamp) -> bool {
        let silent_until = self.last_active().plus_seconds(LONGEST_SILENCE);
        let lasts_until = self.client.connected_at.map(|at| at.plus_seconds(LONGEST_DURATION));
        now >= silent_until || lasts_until.is_some_and(|until| now >= until)
    }
}

/// All connections, by their ids.
#[derive(Default)]
pub(crate) struct Connections {
    table: Mutex<Table>,
    /// How many have not come to their end, which is behind that of being open.
    running: watch::Sender<usize>,
}

#[derive(Default)]
struct Table {
    open: HashMap<String, Arc<Connection>>,
    era: Era,
    /// Lives as long as somebody looks at the time for them, also where the runtime of that ends.
    watch: Weak<()>,
}

/// The time between two moments at which all connections were ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Era(u64);

impl Connections {
    /// The time that it is now.
    pub(super) fn era(&self) -> Era {
        self.table.lock().era
    }

    /// Opens a connection that was let in at this time. Where all were ended meanwhile, it ends at once.
    pub(super) fn add(self: &Arc<Self>, connection: Connection, era: Era) -> Running {
        let connection = Arc::new(connection);
        self.running.send_modify(|running| *running += 1);
        let mut table = self.table.lock();
        if table.era == era {
            table.open.insert(connection.client.connection_id.clone(), Arc::clone(&connection));
        } else {
            connection.end(Closing::going_away());
        }
        drop(table);
        Running { connections: Arc::clone(self), connection }
    }

    /// The connection of this id, to this stage.
    pub(super) fn find(&self, id: &str, live: &LiveApi) -> Option<Arc<Connection>> {
        let table = self.table.lock();
        let connection = table.open.get(id)?;
        let is_here = connection.api == live.api_id() && connection.stage == live.stage.name();
        is_here.then(|| Arc::clone(connection))
    }

    /// Ends a connection. It is open no more once this returns.
    pub(super) fn end(&self, connection: &Connection, closing: Closing) {
        self.table.lock().open.remove(&connection.client.connection_id);
        connection.end(closing);
    }

    /// Ends all connections, as servers do that go away, and those that are being let in.
    pub(crate) fn end_all(&self) {
        let mut table = self.table.lock();
        table.era.0 += 1;
        let open = std::mem::take(&mut table.open);
        drop(table);
        for connection in open.into_values() {
            connection.end(Closing::going_away());
        }
    }

    /// Waits until all that were begun have come to their end.
    pub(crate) async fn have_ended(&self) {
        // The sender is here, so that there is no error.
        let _ = self.running.subscribe().wait_for(|running| *running == 0).await;
    }

    /// Ends connections once their time is over. One watch does so for all, as long as there are any.
    pub(super) fn watch_time(self: &Arc<Self>, clock: &Arc<dyn Clock>) {
        let mut table = self.table.lock();
        if table.watch.strong_count() > 0 {
            return;
        }
        let watch = Arc::new(());
        table.watch = Arc::downgrade(&watch);
        drop(table);
        let (connections, clock) = (Arc::clone(self), Arc::clone(clock));
        tokio::spawn(async move {
            let _watch = watch;
            while connections.end_overdue(clock.now()) {
                sleep(LOOK_AGAIN).await;
            }
        });
    }

    /// Whether there are any left.
    fn end_overdue(&self, now: Timestamp) -> bool {
        let mut table = self.table.lock();
        table.open.retain(|_, connection| {
            let is_over = connection.is_over(now);
            if is_over {
                connection.end(Closing::going_away());
            }
            !is_over
        });
        let is_needed = !table.open.is_empty();
        if !is_needed {
            // Under the same lock, so that whoever comes next finds another.
            table.watch = Weak::new();
        }
        is_needed
    }
}

/// A connection that was begun, until it has come to its end.
pub(super) struct Running {
    connections: Arc<Connections>,
    connection: Arc<Connection>,
}

impl Running {
    pub(super) fn connection(&self) -> &Arc<Connection> {
        &self.connection
    }

    /// It is open no more.
    pub(super) fn leave(&self) {
        self.connections.table.lock().open.remove(&self.connection.client.connection_id);
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        self.leave();
        self.connections.running.send_modify(|running| *running = running.saturating_sub(1));
    }
}
