//! The policies that docs/permissions.md gives are enough for the commands, and nothing in them is too much.
//!
//! With any one action on any one resource taken away, a check names what it may not read and passes nothing that it
//! could not see, and an apply names what it was denied.

mod policies;
mod world;

use std::collections::BTreeSet;

use anyhow::{Context as _, Result, ensure};
use stagecheck::apply::{Applied, Approval, Outcome, apply};
use stagecheck::collect::{Filter, Methods, Pace, collect};
use stagecheck::connection::Connection;
use stagecheck::evaluate;
use stagecheck::findings::{Findings, Require, Status};
use stagecheck::inventory::{Inventory, Level};
use stagecheck::plan::{Choices, Extra, Plan, plan};
use stagecheck::progress::Progress;
use stagecheck_conformance::fleet::RoleFate;

use policies::{Grant, documented, grants, without};
use world::World;

async fn inventory(connection: &Connection, methods: Methods) -> Inventory {
    let pace = Pace { concurrency: 4 };
    collect(connection, &Filter::default(), pace, methods, &Progress::hidden()).await
}

async fn check(connection: &Connection) -> Findings {
    evaluate(&inventory(connection, Methods::ForVerdict).await, Require::Both, String::new())
}

async fn plan_of(connection: &Connection) -> Plan {
    let choices = Choices {
        require: Require::Both,
        level: Level::Info,
        retention_days: 365,
        include: BTreeSet::from([Extra::AccessFormat]),
    };
    plan(&inventory(connection, Methods::ForPlan).await, &choices, connection.endpoint.clone())
}

async fn applied(connection: &Connection, plan: &Plan) -> Result<Applied> {
    let approval = Approval { safe: true, all: true, ids: BTreeSet::new() };
    Ok(apply(connection, plan, &approval, &Progress::hidden()).await?)
}

#[tokio::test]
async fn a_check_sees_with_its_policy_what_the_root_sees() -> Result<()> {
    let world = World::new(RoleFate::Healthy).await?;
    let seen = check(&world.caller(&[documented("check")?]).await?).await;
    ensure!(seen.gaps.is_empty(), "{:?}", seen.gaps);
    let all = check(&world.root).await;
    ensure!(serde_json::to_value(&seen)? == serde_json::to_value(&all)?);
    ensure!(seen.stages.iter().any(|stage| stage.status == Status::Pass));
    Ok(())
}

#[tokio::test]
async fn a_check_names_each_permission_that_it_lacks() -> Result<()> {
    let policy = documented("check")?;
    for grant in grants(&policy)? {
        let world = World::new(RoleFate::Healthy).await?;
        let all = check(&world.root).await;
        let seen = check(&world.caller(&[without(&policy, &grant)?]).await?).await;
        let named =
            |gap: &stagecheck::inventory::Gap| gap.missing_permission.as_deref() == Some(&*grant.action);
        ensure!(!seen.gaps.is_empty() && seen.gaps.iter().all(named), "{grant:?}: {:?}", seen.gaps);
        for stage in &seen.stages {
            let full = all.stages.iter().find(|each| each.arn == stage.arn).context("a stage too many")?;
            ensure!(
                stage.status == Status::Unknown || stage.status == full.status,
                "{grant:?}: {:?} in place of {:?}",
                stage.status,
                full.status
            );
        }
        if grant.decides_verdicts() {
            ensure!(
                seen.stages.iter().all(|stage| stage.status != Status::Pass),
                "{grant:?}: something passes"
            );
        }
    }
    Ok(())
}

/// What becomes of the account's role, so that each permission is needed in one of them.
const FATES: [RoleFate; 2] = [RoleFate::Unset, RoleFate::NotTrusted];

#[tokio::test]
async fn a_plan_is_applied_with_its_policy() -> Result<()> {
    for fate in FATES {
        let world = World::new(fate).await?;
        let caller = world.caller(&[documented("check")?, documented("apply")?]).await?;
        let plan = plan_of(&caller).await;
        let applied = applied(&caller, &plan).await?;
        ensure!(applied.is_whole(), "{fate:?}: {applied:?}");
        let after = check(&world.root).await;
        ensure!(
            !after.stages.is_empty() && after.stages.iter().all(|stage| stage.status == Status::Pass),
            "{fate:?}: {:?}",
            after.stages
        );
    }
    Ok(())
}

#[tokio::test]
async fn an_apply_names_each_permission_that_it_lacks() -> Result<()> {
    let (reading, policy) = (documented("check")?, documented("apply")?);
    for grant in grants(&policy)? {
        let mut denials = Vec::new();
        for fate in FATES {
            let world = World::new(fate).await?;
            let caller = world.caller(&[reading.clone(), without(&policy, &grant)?]).await?;
            let plan = plan_of(&caller).await;
            denials.extend(denied(&applied(&caller, &plan).await?));
        }
        let names_it =
            |error: &String| error.contains(&format!("not authorized to perform: {}", grant.action));
        ensure!(!denials.is_empty() && denials.iter().all(names_it), "{grant:?}: {denials:?}");
    }
    Ok(())
}

/// The errors of the actions that failed.
fn denied(applied: &Applied) -> Vec<String> {
    let errors = applied.actions.iter().filter_map(|action| match &action.outcome {
        Outcome::Failed { error } => Some(error.clone()),
        _ => None,
    });
    errors.collect()
}

impl Grant {
    /// Whether no stage can pass without it. What only some verdicts turn on is read for those alone.
    fn decides_verdicts(&self) -> bool {
        !self.resource.contains("/deployments/")
    }
}
