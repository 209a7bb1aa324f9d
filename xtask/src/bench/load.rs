//! Load: so many connections, each with one request after another.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Result, ensure};
use tokio::task::JoinSet;

use super::connection::Connection;
use super::servers::Server;

/// What one server did under load.
#[derive(Clone, Debug)]
pub(super) struct Sample {
    pub(super) calls: usize,
    pub(super) per_second: f64,
    /// Microseconds that half of the answers took at most.
    pub(super) p50: f64,
    /// Microseconds that 99 of 100 answers took at most.
    pub(super) p99: f64,
    /// Microseconds of processor time, user and system, that the server took for a call.
    pub(super) cpu: f64,
}

/// Loads a server for a while.
pub(super) async fn load(
    server: &Server,
    request: &Arc<[u8]>,
    connections: usize,
    time: Duration,
) -> Result<Sample> {
    let mut tasks = JoinSet::new();
    let before = server.cpu_time()?;
    let start = Instant::now();
    for _ in 0..connections {
        tasks.spawn(keep_asking(server.address, Arc::clone(request), start + time));
    }
    let mut latencies = Vec::new();
    while let Some(ended) = tasks.join_next().await {
        latencies.extend(ended??);
    }
    let elapsed = start.elapsed();
    let cpu = server.cpu_time()?.saturating_sub(before);
    let calls = latencies.len();
    latencies.sort_unstable();
    Ok(Sample {
        calls,
        per_second: calls as f64 / elapsed.as_secs_f64(),
        p50: quantile(&latencies, 0.50),
        p99: quantile(&latencies, 0.99),
        cpu: micros(cpu) / calls as f64,
    })
}

/// How long each answer took.
async fn keep_asking(address: SocketAddr, request: Arc<[u8]>, until: Instant) -> Result<Vec<Duration>> {
    let mut connection = Connection::open(address).await?;
    let mut latencies = Vec::with_capacity(1 << 15);
    let mut asked = Instant::now();
    while asked < until || latencies.is_empty() {
        let status = connection.exchange(&request).await?;
        ensure!(status < 300, "answered with {status} under load");
        let answered = Instant::now();
        latencies.push(answered - asked);
        asked = answered;
    }
    Ok(latencies)
}

fn quantile(sorted: &[Duration], share: f64) -> f64 {
    let index = (sorted.len() as f64 * share) as usize;
    sorted.get(index).copied().map_or(0.0, micros)
}

/// As microseconds.
pub(super) fn micros(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1e6
}

/// The one in the middle.
pub(super) fn median(values: impl IntoIterator<Item = f64>) -> f64 {
    let mut values: Vec<f64> = values.into_iter().collect();
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or_default()
}
