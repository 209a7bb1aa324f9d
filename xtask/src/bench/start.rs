//! From the start of the process to its first answer, and what it holds then and later.

use std::time::{Duration, Instant};

use anyhow::Result;

use super::account::Account;
use super::bare::Ready;
use super::connection::Connection;
use super::load::median;
use super::scenarios::caller_identity;
use super::servers::Server;
use super::table::{Row, Target};

const STARTS: usize = 20;

/// Milliseconds beyond the bare server's that a start may take.
const SLOWEST: f64 = 3.0;

/// Memory, in MiB, of an emulator that has answered one call, and of one that holds [`APIS`].
const MOST_IDLE: f64 = 8.0;
const MOST_FILLED: f64 = 12.0;
const APIS: usize = 1000;

/// Cold starts.
pub(super) async fn measure_start() -> Result<Vec<Row>> {
    let ready = ready().await?;
    let (mut starts, mut bare_starts) = (Vec::new(), Vec::new());
    for _ in 0..STARTS {
        starts.push(first_answer(Server::emulator).await?);
        bare_starts.push(first_answer(|| Server::bare(&ready)).await?);
    }
    let (start, bare_start) = (median(starts), median(bare_starts));
    let beyond = start - bare_start;
    Ok(vec![Row {
        figure: "from process start to first answer, ms".to_owned(),
        measured: format!("{start:.1}"),
        yardstick: format!("{bare_start:.1}"),
        compared: format!("{beyond:+.1}"),
        target: Some(Target::at_most("+", beyond, SLOWEST)),
    }])
}

/// Milliseconds.
async fn first_answer(start: impl Fn() -> Result<Server>) -> Result<f64> {
    let started = Instant::now();
    let server = start()?;
    Connection::open(server.address).await?.call(&caller_identity()).await?;
    Ok(started.elapsed().as_secs_f64() * 1e3)
}

/// Memory, idle and filled.
pub(super) async fn measure_memory() -> Result<Vec<Row>> {
    let bare = Server::bare(&ready().await?)?;
    let emulator = Server::emulator()?;
    for server in [&bare, &emulator] {
        Connection::open(server.address).await?.call(&caller_identity()).await?;
    }
    // Threads that start up have settled by then.
    tokio::time::sleep(Duration::from_millis(200)).await;
    let (bare, idle) = (mebibytes(&bare)?, mebibytes(&emulator)?);
    Account::of(emulator.address).await?.apis(APIS).await?;
    let filled = mebibytes(&emulator)?;
    let row = |figure: String, measured: f64, most: f64| Row {
        figure,
        measured: format!("{measured:.1}"),
        yardstick: format!("{bare:.1}"),
        compared: format!("{:+.1}", measured - bare),
        target: Some(Target::at_most("", measured, most)),
    };
    Ok(vec![
        row("resident memory, idle, MiB".to_owned(), idle, MOST_IDLE),
        row(format!("resident memory with {APIS} APIs and stages, MiB"), filled, MOST_FILLED),
    ])
}

/// Resident memory.
pub(super) fn mebibytes(server: &Server) -> Result<f64> {
    Ok(server.memory()? as f64 / f64::from(1 << 20))
}

/// The bare server's answer: the emulator's own.
async fn ready() -> Result<Ready> {
    let emulator = Server::emulator()?;
    let answer = Connection::open(emulator.address).await?.receive(&caller_identity()).await?;
    Ready::bytes_of(&answer)
}
