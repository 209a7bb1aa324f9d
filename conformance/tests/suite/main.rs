//! Every scenario of the suite holds on the emulator, as a real client sees it.

#![expect(clippy::unwrap_used, reason = "a test may fail")]

mod unprovoked;
mod whole;

use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

use stagecheck_conformance::suite::{self, Client, Outcome, Run, Scenario, Target};
use stagecheck_emulator::Emulator;
use stagecheck_emulator::QUOTAS;
use stagecheck_emulator::service::Quotas;

/// How many clients run scenarios side by side.
const CLIENTS: usize = 2;

#[test]
fn every_scenario_holds() {
    // `SCENARIO=stages cargo test …` runs the files that have this in their path.
    let wanted = std::env::var("SCENARIO").unwrap_or_default();
    let mut scenarios = suite::load().unwrap();
    scenarios.retain(|scenario| scenario.file.to_string_lossy().contains(&wanted));
    assert!(!scenarios.is_empty());
    // Those that need quotas of their own get an emulator of their own.
    scenarios.sort_by(|one, other| one.quotas.cmp(&other.quotas));
    let groups = scenarios.chunk_by(|one, other| one.quotas == other.quotas);
    let failures: Vec<String> = groups.flat_map(failures).collect();
    assert!(failures.is_empty(), "{} differences:\n{}", failures.len(), failures.join("\n"));
}

/// What does not hold of scenarios that need the same quotas.
fn failures(scenarios: &[Scenario]) -> Vec<String> {
    let mut quotas = Quotas::default();
    for (name, most) in scenarios.iter().flat_map(|scenario| &scenario.quotas) {
        quotas.set(QUOTAS, name, *most).unwrap();
    }
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let running = runtime.block_on(Emulator::builder().seed(3).quotas(quotas).build().start()).unwrap();
    let target = Target { endpoint: running.url(), region: suite::REGION.to_owned() };
    let next = AtomicUsize::new(0);
    thread::scope(|scope| {
        let clients = CLIENTS.min(scenarios.len());
        let clients: Vec<_> = (0..clients).map(|_| scope.spawn(|| work(&target, scenarios, &next))).collect();
        // Without Python there is no client, which has been said by then.
        clients.into_iter().filter_map(|client| client.join().unwrap()).flatten().collect()
    })
}

/// Runs scenarios until there are no more, and tells what does not hold.
fn work(target: &Target, scenarios: &[Scenario], next: &AtomicUsize) -> Option<Vec<String>> {
    let mut client = Client::start(target).unwrap()?;
    let mut failures = Vec::new();
    loop {
        let index = next.fetch_add(1, Ordering::Relaxed);
        let Some(scenario) = scenarios.get(index) else { return Some(failures) };
        let account = format!("{:012}", 100_000_000_000_usize + index);
        match suite::run(&mut client, &account, scenario) {
            Ok(run) => failures.extend(told(&run)),
            Err(error) => failures.push(format!("{error:#}")),
        }
    }
}

fn told(run: &Run<'_>) -> Vec<String> {
    let file = run.scenario.file.display();
    let mut told: Vec<String> = Vec::new();
    for step in &run.steps {
        let place = format!("{file}, step {} ({})", step.number, step.step.call);
        told.extend(step.differences.iter().map(|difference| format!("{place}: {difference}")));
        if let Outcome::Fault { code, status, .. } = &step.outcome
            && let Some(expected) = documented_status(run.scenario, step.step.service.as_deref(), code)
            && expected != *status
            && !is_quota_of_v2(code, *status)
        {
            told.push(format!("{place}: {code} has status {status} instead of {expected}"));
        }
    }
    if run.steps.len() < run.scenario.steps.len() {
        let left = run.scenario.steps.len() - run.steps.len();
        told.push(format!("{file}: {left} steps need what others did not give"));
    }
    told
}

/// What users report of HTTP APIs, whatever the model says: a quota is a conflict, and its status that of rates.
fn is_quota_of_v2(code: &str, status: u16) -> bool {
    (code, status) == ("ConflictException", 429)
}

/// The status that the service's model gives to an error code.
fn documented_status(scenario: &Scenario, service: Option<&str>, code: &str) -> Option<u16> {
    let name = service.unwrap_or(&scenario.service);
    let service = stagecheck_models::SERVICES.into_iter().find(|service| service.name == name)?;
    let errors = service.operations.iter().flat_map(|operation| operation.errors);
    errors.into_iter().find(|error| error.code == code).map(|error| error.status)
}
