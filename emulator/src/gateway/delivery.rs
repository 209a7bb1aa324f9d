//! The one way that log lines take to CloudWatch Logs, behind the requests that they are of: answers do not wait for them.
//!
//! A refusal is silent to the API's caller, as on AWS, and told to the developer by a [`DeliveryRecord`]. So is what is
//! dropped where lines come faster than they can be written.

mod delivery_streams;
mod execution;
mod queue;
mod record;
mod writer;

use std::sync::Arc;
use std::thread;
use std::time::Duration;

use parking_lot::Mutex;

pub(crate) use delivery_streams::DeliveryStreams;
pub(super) use record::LogKind;
pub(crate) use record::Records;
pub(super) use writer::{AsWhom, Target};

use self::execution::ExecutionRoutes;
use self::queue::Queue;
use self::record::DeliveryRecord;
use self::writer::Writer;
use crate::service::ports::{LogDeliveries, LogPolicies, LogWriter, Roles, UsageRecorder};
use crate::store::Scope;
use crate::time::{Clock, Timestamp};

/// How long the thread that writes waits for more before it ends. Another begins when there is more.
const PATIENCE: Duration = Duration::from_secs(5);

/// How often lines that are held back are looked at again: their time goes by the emulator's clock.
const LOOK_AGAIN: Duration = Duration::from_millis(50);

/// The lines of one kind that a request leaves.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    /// When the request was over.
    pub(super) time: Timestamp,
    /// The account of the stage.
    pub(super) scope: Scope,
    pub(super) api_id: String,
    pub(super) stage: String,
    pub(super) request_id: String,
    pub(super) log: LogKind,
    pub(super) lines: Vec<(Timestamp, String)>,
    pub(super) target: Target,
    pub(super) writer: AsWhom,
    /// What was executed, where deliveries may take the log of it.
    pub(super) executed: Option<Executed>,
}

/// The method of a REST API that was executed.
#[derive(Clone, Debug)]
pub(super) struct Executed {
    pub(super) resource_path: String,
    pub(super) http_method: String,
}

impl Entry {
    /// The bytes of its lines.
    fn size(&self) -> usize {
        self.lines.iter().map(|(_, line)| line.len()).sum()
    }
}

/// Delivers log lines.
pub(crate) struct Delivery {
    shared: Arc<Shared>,
}

struct Shared {
    queue: Queue,
    routes: ExecutionRoutes,
    writer: Writer,
    /// Held by whoever writes, so that lines arrive in the order in which they came.
    writing: Mutex<()>,
    records: Mutex<Records>,
    clock: Arc<dyn Clock>,
    /// How long after their requests lines are seen.
    delay: Duration,
}

/// What delivery asks of services.
pub(crate) struct Ports {
    /// To assume the account's role.
    pub(crate) roles: Arc<dyn Roles>,
    /// To write.
    pub(crate) logs: Arc<dyn LogWriter>,
    /// To note that the role was used.
    pub(crate) usage: Arc<dyn UsageRecorder>,
    /// For who writes under resource policies.
    pub(crate) policies: Arc<dyn LogPolicies>,
    /// To find where execution logs go.
    pub(crate) deliveries: Arc<dyn LogDeliveries>,
}

impl Delivery {
    /// Delivers to log groups, and to these delivery streams. Lines are seen this long after their requests.
    #[must_use]
    pub(crate) fn new(
        ports: Ports,
        streams: DeliveryStreams,
        clock: Arc<dyn Clock>,
        delay: Duration,
    ) -> Self {
        let Ports { roles, logs, usage, policies, deliveries } = ports;
        Self {
            shared: Arc::new(Shared {
                queue: Queue::default(),
                routes: ExecutionRoutes::new(deliveries),
                writer: Writer::new(roles, logs, usage, policies, streams),
                writing: Mutex::default(),
                records: Mutex::default(),
                clock,
                delay,
            }),
        }
    }

    /// What became of lines, oldest first.
    #[must_use]
    pub(crate) fn records(&self) -> Records {
        let mut records = self.shared.records.lock().clone();
        records.dropped = self.shared.queue.dropped();
        records
    }

    /// Forgets all records, and lines that are not written yet.
    pub(crate) fn reset(&self) {
        let _writing = self.shared.writing.lock();
        self.shared.queue.clear();
        *self.shared.records.lock() = Records::default();
    }

    /// Takes what a request leaves, and returns at once.
    pub(super) fn deliver(&self, entries: impl IntoIterator<Item = Entry>) {
        for entry in entries.into_iter().filter(|entry| !entry.lines.is_empty()) {
            let needs_thread = self.shared.queue.push(entry);
            if !needs_thread {
                continue;
            }
            let shared = Arc::clone(&self.shared);
            let thread = thread::Builder::new().name("log-delivery".to_owned());
            // Without a thread, whoever asks for the logs next writes them.
            if thread.spawn(move || shared.work()).is_err() {
                self.shared.queue.has_no_thread();
            }
        }
    }

    /// Writes what is due. Whoever calls the emulator next finds the lines of requests that were answered before.
    pub(crate) fn settle(&self) {
        if !self.shared.queue.is_idle() {
            self.shared.write(|entry, now| self.shared.is_due(entry, now));
        }
    }

    /// Writes all, also what would be seen only later.
    pub(crate) fn flush(&self) {
        self.shared.write(|_, _| true);
    }
}

impl Drop for Delivery {
    fn drop(&mut self) {
        self.shared.queue.close();
    }
}

impl Shared {
    /// Writes as lines come, until none have come for a while.
    fn work(&self) {
        loop {
            self.write(|entry, now| self.is_due(entry, now));
            let longest = if self.delay.is_zero() { PATIENCE } else { LOOK_AGAIN };
            if !self.queue.wait(longest) {
                return;
            }
        }
    }

    fn is_due(&self, entry: &Entry, now: Timestamp) -> bool {
        let delay = i64::try_from(self.delay.as_millis()).unwrap_or(i64::MAX);
        entry.time.millis().saturating_add(delay) <= now.millis()
    }

    fn write(&self, is_due: impl Fn(&Entry, Timestamp) -> bool) {
        let _writing = self.writing.lock();
        let now = self.clock.now();
        let entries = self.queue.take(|entry| is_due(entry, now));
        if entries.is_empty() {
            return;
        }
        let entries = self.routes.routed(entries);
        let outcomes = self.writer.write(&entries, now);
        let mut records = self.records.lock();
        for (entry, outcome) in entries.into_iter().zip(outcomes) {
            records.add(DeliveryRecord::new(entry, outcome));
        }
        drop(records);
        self.queue.has_written();
    }
}
