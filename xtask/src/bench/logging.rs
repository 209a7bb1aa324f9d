//! What logging costs the callers of a deployed API, and whether anything is lost where they never rest.

use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use serde_json::{Value, json};

use super::account::{self, Account};
use super::connection::Connection;
use super::load::{load, median};
use super::request::Request;
use super::servers::Server;
use super::start::mebibytes;
use super::table::{Row, Target};

const CONNECTIONS: usize = 16;

/// Rounds of the stage with logs and of the one without, in turns.
const ROUNDS: usize = 5;
const ROUND: Duration = Duration::from_millis(800);

/// How many times the slowest answers without logs those with logs may take.
const SLOWEST: f64 = 2.0;

/// The load that does not rest: a minute, memory being read behind each stretch.
const STRETCHES: usize = 6;
const STRETCH: Duration = Duration::from_secs(10);

/// What a request leaves at INFO: the lines of a MOCK integration, and one of the access log.
const EXECUTION_LINES: usize = 8;
const ACCESS_LINES: usize = 1;

/// How many bytes of memory a byte of stored lines may take.
const STORED: f64 = 1.3;

/// The rows of both questions.
pub(super) async fn measure() -> Result<Vec<Row>> {
    let mut rows = vec![slowest_answers().await?];
    rows.extend(a_minute_of_load().await?);
    Ok(rows)
}

/// The slowest answers with both logs beside those without, from emulators of their own.
async fn slowest_answers() -> Result<Row> {
    let (silent, logged) = (Server::emulator()?, Server::emulator()?);
    let api = Account::of(silent.address).await?.api(0).await?;
    let without = address(&api)?;
    let api = Account::of(logged.address).await?.logged_api().await?;
    let with = address(&api)?;
    let mut rounds = Vec::new();
    for _ in 0..ROUNDS {
        let without = load(&silent, &without, CONNECTIONS, ROUND).await?.p99;
        rounds.push((load(&logged, &with, CONNECTIONS, ROUND).await?.p99, without));
    }
    let times = median(rounds.iter().map(|(with, without)| with / without));
    Ok(Row {
        figure: format!(
            "GET of a stage that writes both logs, {CONNECTIONS} connections: p99, µs, beside none"
        ),
        measured: format!("{:.0}", median(rounds.iter().map(|(with, _)| *with))),
        yardstick: format!("{:.0}", median(rounds.iter().map(|(_, without)| *without))),
        compared: format!("x {times:.2}"),
        target: Some(Target::at_most("x ", times, SLOWEST)),
    })
}

/// Lines that came, were counted as dropped or are lost, and what they take while they are kept.
async fn a_minute_of_load() -> Result<Vec<Row>> {
    let server = Server::emulator()?;
    let api = Account::of(server.address).await?.logged_api().await?;
    let request = address(&api)?;
    let empty = mebibytes(&server)?;
    let (mut answered, mut taken) = (0, Vec::new());
    for _ in 0..STRETCHES {
        answered += load(&server, &request, CONNECTIONS, STRETCH).await?.calls;
        taken.push((answered, mebibytes(&server)? - empty));
    }
    let mut connection = Connection::open(server.address).await?;
    let end = Instant::now();
    connection.call(&Request::rest("POST", "/_stagecheck/flush", &Value::Null)).await?;
    let pending = end.elapsed();
    let told = connection.call(&Request::plain("/_stagecheck/deliveries")).await?;
    let dropped = told["dropped"].as_u64().context("the emulator does not tell what it dropped")?;
    let group = format!("API-Gateway-Execution-Logs_{api}/prod");
    let execution = Stored::of(&mut connection, &group).await?;
    let access = Stored::of(&mut connection, account::GROUP).await?;
    let stored = execution.lines + access.lines;
    let left = answered * (EXECUTION_LINES + ACCESS_LINES);
    let lost = left as f64 - stored as f64 - dropped as f64;
    let bytes = (execution.bytes + access.bytes) as f64 / answered as f64;
    let (first, last) = (taken.first().context("no stretch")?, taken.last().context("no stretch")?);
    let grown = (last.1 - first.1) * f64::from(1 << 20) / ((last.0 - first.0) as f64 * bytes);
    let minute = (STRETCH * STRETCHES as u32).as_secs();
    Ok(vec![
        Row {
            figure: format!("{minute} s of full load with both logs: lines stored, of lines left"),
            measured: stored.to_string(),
            yardstick: left.to_string(),
            compared: format!("{dropped} dropped, {lost:.0} lost"),
            target: Some(Target::at_most("lost ", lost.abs(), 0.0)),
        },
        Row {
            figure: format!("{minute} s of full load with both logs: memory, bytes for a byte of lines"),
            measured: format!("{grown:.2}"),
            yardstick: String::new(),
            compared: format!("{:.0} MiB at the end", last.1),
            target: Some(Target::at_most("", grown, STORED)),
        },
        Row {
            figure: format!("{minute} s of full load with both logs: ms until what waits is written"),
            measured: format!("{:.0}", pending.as_secs_f64() * 1e3),
            yardstick: String::new(),
            compared: format!("{answered} requests"),
            target: None,
        },
    ])
}

fn address(api: &str) -> Result<Arc<[u8]>> {
    Ok(Request::plain(account::stage_address(api)).bytes()?.into())
}

/// What a log group holds, as a reader counts it.
#[derive(Default)]
struct Stored {
    lines: usize,
    bytes: usize,
}

impl Stored {
    /// Reads stream by stream: the lines of a stage are spread over many.
    async fn of(connection: &mut Connection, group: &str) -> Result<Self> {
        let mut stored = Self::default();
        let mut token = Value::Null;
        loop {
            let mut input = json!({"logGroupName": group});
            if !token.is_null() {
                input["nextToken"] = token;
            }
            let mut page = connection.call(&Request::logs("DescribeLogStreams", &input)).await?;
            for stream in page["logStreams"].as_array().context("a page without streams")? {
                stored.add(connection, group, &stream["logStreamName"]).await?;
            }
            token = page["nextToken"].take();
            if token.is_null() {
                return Ok(stored);
            }
        }
    }

    async fn add(&mut self, connection: &mut Connection, group: &str, stream: &Value) -> Result<()> {
        let mut token = Value::Null;
        loop {
            let mut input = json!({"logGroupName": group, "logStreamName": stream, "startFromHead": true});
            if !token.is_null() {
                input["nextToken"] = token.clone();
            }
            let page = connection.call(&Request::logs("GetLogEvents", &input)).await?;
            let events = page["events"].as_array().context("a page without events")?;
            let messages = events.iter().filter_map(|event| event["message"].as_str());
            self.lines += events.len();
            self.bytes += messages.map(str::len).sum::<usize>();
            // The last page gives the token that led to it.
            if page["nextForwardToken"] == token {
                return Ok(());
            }
            token = page["nextForwardToken"].clone();
        }
    }
}
