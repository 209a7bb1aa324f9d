//! The laws of the remediation, on fleets of stages in any state.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test may fail by it")]

mod explained;
mod remedies;
mod truth;

use std::collections::BTreeSet;

use proptest::prelude::*;
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestRng, TestRunner};
use serde_json::Value;
use stagecheck::apply::{Applied, Approval, apply};
use stagecheck::collect::{Filter, Methods, Pace, collect};
use stagecheck::connection::Connection;
use stagecheck::evaluate;
use stagecheck::findings::{Findings, Require, Status};
use stagecheck::inventory::{Inventory, Level};
use stagecheck::plan::{Choices, Extra, Plan, Safety, plan};
use stagecheck::progress::Progress;
use stagecheck_conformance::export::flatten;
use stagecheck_conformance::fleet::{Built, Fleet, RoleFate, build, fleet};
use stagecheck_conformance::socket;
use stagecheck_emulator::{Emulator, Running};

const REGION: &str = "us-east-1";

/// How many fleets each law is tried on.
const CASES: u32 = 40;

/// A fleet in an emulator of its own.
struct World {
    emulator: Running,
    connection: Connection,
    built: Built,
}

impl World {
    async fn of(fleet: &Fleet) -> Self {
        let emulator = Emulator::builder().seed(1).build().start().await.unwrap();
        let connection = Connection::with_config(&emulator.sdk_config(), &[REGION.to_owned()]).await.unwrap();
        let built = build(&connection, REGION, fleet).await.unwrap();
        Self { emulator, connection, built }
    }

    async fn inventory(&self) -> Inventory {
        let pace = Pace { concurrency: 4 };
        collect(&self.connection, &Filter::default(), pace, Methods::ForPlan, &Progress::hidden()).await
    }

    async fn findings(&self) -> Findings {
        evaluate(&self.inventory().await, Require::Both, String::new())
    }

    async fn plan(&self) -> Plan {
        self.plan_for(Require::Both).await
    }

    async fn plan_for(&self, require: Require) -> Plan {
        plan(&self.inventory().await, &choices(require), self.connection.endpoint.clone())
    }

    async fn apply(&self, plan: &Plan) -> Applied {
        let approval = Approval { safe: true, all: true, ids: BTreeSet::new() };
        apply(&self.connection, plan, &approval, &Progress::hidden()).await.unwrap()
    }

    fn export(&self) -> Value {
        let reply = socket::get(self.emulator.address(), "localhost", "/_stagecheck/state").unwrap();
        serde_json::from_str(&reply.body).unwrap()
    }
}

fn choices(require: Require) -> Choices {
    Choices {
        require,
        level: Level::Info,
        retention_days: 365,
        include: BTreeSet::from([Extra::AccessFormat, Extra::DataTrace]),
    }
}

/// Tries a law on many fleets, the same ones in every run.
fn for_all_fleets(law: &impl AsyncFn(&Fleet) -> Result<(), TestCaseError>) {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().unwrap();
    let config = Config { cases: CASES, failure_persistence: None, ..Config::default() };
    let mut runner = TestRunner::new_with_rng(config, TestRng::deterministic_rng(RngAlgorithm::ChaCha));
    runner.run(&fleet(), |fleet| runtime.block_on(law(&fleet))).unwrap();
}

#[test]
fn a_fix_converges() {
    for_all_fleets(&async |fleet| {
        let world = World::of(fleet).await;
        let plan = world.plan().await;
        let applied = world.apply(&plan).await;
        let findings = world.findings().await;
        let by_hand = plan.actions.iter().any(|action| action.safety == Safety::Manual);
        prop_assert_eq!(by_hand, fleet.role == RoleFate::Denied);
        if by_hand {
            prop_assert!(!applied.is_whole());
            return Ok(());
        }
        prop_assert!(applied.is_whole(), "{applied:?}");
        for stage in &findings.stages {
            prop_assert_eq!(stage.status, Status::Pass, "{:?}", stage);
            prop_assert!(stage.findings.is_empty(), "{stage:?}");
        }
        prop_assert!(findings.gaps.is_empty(), "{:?}", findings.gaps);
        Ok(())
    });
}

#[test]
fn a_second_plan_is_empty_and_a_plan_applies_twice() {
    for_all_fleets(&async |fleet| {
        if fleet.role == RoleFate::Denied {
            return Ok(());
        }
        let world = World::of(fleet).await;
        let first = world.plan().await;
        world.apply(&first).await;
        let second = world.plan().await;
        prop_assert_eq!(&second.actions, &[]);
        let before = world.export();
        let again = world.apply(&first).await;
        prop_assert!(again.is_whole(), "{again:?}");
        prop_assert_eq!(before, world.export());
        Ok(())
    });
}

#[test]
fn a_fix_changes_only_what_it_planned() {
    for_all_fleets(&async |fleet| {
        let world = World::of(fleet).await;
        let plan = world.plan().await;
        let before = flatten(&world.export());
        let applied = world.apply(&plan).await;
        let after = flatten(&world.export());
        explained::check(&plan, &applied, &before, &after)
    });
}

#[test]
fn checking_and_planning_change_nothing() {
    for_all_fleets(&async |fleet| {
        let world = World::of(fleet).await;
        let before = world.export();
        world.findings().await;
        world.plan().await;
        prop_assert_eq!(before, world.export());
        Ok(())
    });
}

#[test]
fn the_verdict_is_what_the_logs_show() {
    for_all_fleets(&async |fleet| {
        let world = World::of(fleet).await;
        let findings = world.findings().await;
        truth::check(&world, &findings).await
    });
}
