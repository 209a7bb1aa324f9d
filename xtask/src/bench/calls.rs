//! Requests a second, latency and processor time of a call, beside those of the bare server.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context, Result};

use super::account::Account;
use super::bare::Ready;
use super::connection::Connection;
use super::load::{Sample, load, median, micros};
use super::scenarios::{Scenario, caller_identity};
use super::servers::{Server, cpu_time};
use super::table::{Row, Target};

/// How many connections there are at a time: one after another, and the most.
const CONNECTIONS: [usize; 2] = [1, 16];

/// What is measured in turns, so that what else the machine does falls on both.
const ROUNDS: usize = 5;
const ROUND: Duration = Duration::from_millis(800);
const WARM_UP: Duration = Duration::from_millis(200);

/// A round of both servers.
struct Round {
    emulator: Sample,
    bare: Sample,
}

/// What a call costs the load generator, beside what it costs the bare server.
pub(super) async fn measure_generator() -> Result<Row> {
    let emulator = Server::emulator()?;
    let request = caller_identity();
    let answer = Connection::open(emulator.address).await?.receive(&request).await?;
    let bare = Server::bare(&Ready::bytes_of(&answer)?)?;
    let before = cpu_time("self")?;
    let [_, most] = CONNECTIONS;
    let sample = load(&bare, &request.bytes()?.into(), most, ROUND).await?;
    let own = micros(cpu_time("self")?.saturating_sub(before)) / sample.calls as f64;
    Ok(Row {
        figure: format!("the load generator itself, {most} connections: CPU a call, µs"),
        measured: format!("{own:.1}"),
        yardstick: format!("{:.1}", sample.cpu),
        compared: format!("{:+.1}", own - sample.cpu),
        target: None,
    })
}

/// The rows of one scenario.
pub(super) async fn measure(scenario: Scenario) -> Result<Vec<Row>> {
    let emulator = Server::emulator()?;
    let request = scenario.prepare(&mut Account::of(emulator.address).await?).await?;
    let answer = Connection::open(emulator.address).await?.receive(&request).await?;
    let ready = if scenario.answers_rows() { Ready::rows_of(&answer)? } else { Ready::bytes_of(&answer)? };
    let bare = Server::bare(&ready)?;
    let request: Arc<[u8]> = request.bytes()?.into();
    let mut rows = Vec::new();
    for connections in CONNECTIONS {
        let rounds = rounds(&emulator, &bare, &request, connections)
            .await
            .with_context(|| format!("{} over {connections} connections", scenario.name()))?;
        rows.extend(report(scenario, connections, &rounds));
    }
    Ok(rows)
}

async fn rounds(
    emulator: &Server,
    bare: &Server,
    request: &Arc<[u8]>,
    connections: usize,
) -> Result<Vec<Round>> {
    load(emulator, request, connections, WARM_UP).await?;
    load(bare, request, connections, WARM_UP).await?;
    let mut rounds = Vec::new();
    for _ in 0..ROUNDS {
        rounds.push(Round {
            emulator: load(emulator, request, connections, ROUND).await?,
            bare: load(bare, request, connections, ROUND).await?,
        });
    }
    Ok(rounds)
}

fn report(scenario: Scenario, connections: usize, rounds: &[Round]) -> Vec<Row> {
    let both = |of: fn(&Sample) -> f64| {
        (
            median(rounds.iter().map(|round| of(&round.emulator))),
            median(rounds.iter().map(|round| of(&round.bare))),
        )
    };
    let targets = Some(scenario.targets()).filter(|_| connections > 1);
    let (rate, bare_rate) = both(|sample| sample.per_second);
    let share = median(rounds.iter().map(|round| round.emulator.per_second / round.bare.per_second));
    let (p50, bare_p50) = both(|sample| sample.p50);
    let (p99, bare_p99) = both(|sample| sample.p99);
    let (cpu, bare_cpu) = both(|sample| sample.cpu);
    let beyond = median(rounds.iter().map(|round| round.emulator.cpu - round.bare.cpu));
    let connections =
        if connections == 1 { "1 connection".to_owned() } else { format!("{connections} connections") };
    let figure = |what: &str| format!("{}, {connections}: {what}", scenario.name());
    vec![
        Row {
            figure: figure("requests/s"),
            measured: format!("{rate:.0}"),
            yardstick: format!("{bare_rate:.0}"),
            compared: format!("x {share:.2}"),
            target: targets.map(|targets| Target::at_least("x ", share, targets.share)),
        },
        Row {
            figure: figure("p50 / p99, µs"),
            measured: format!("{p50:.0} / {p99:.0}"),
            yardstick: format!("{bare_p50:.0} / {bare_p99:.0}"),
            compared: format!("{:+.0} / {:+.0}", p50 - bare_p50, p99 - bare_p99),
            target: None,
        },
        Row {
            figure: figure("CPU a call, µs"),
            measured: format!("{cpu:.1}"),
            yardstick: format!("{bare_cpu:.1}"),
            compared: format!("{beyond:+.1}"),
            target: targets.and_then(|targets| targets.cpu).map(|cpu| Target::at_most("+", beyond, cpu)),
        },
    ]
}
