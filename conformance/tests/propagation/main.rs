//! Changes to IAM take effect after the time that `--iam-propagation` says, and IAM itself answers them at once.

use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use bytes::Bytes;
use http::{Request, Response};
use serde_json::json;
use stagecheck_conformance::client::{Client, plain};
use stagecheck_emulator::Emulator;
use stagecheck_emulator::time::{Clock as _, ManualClock, Timestamp};

const DELAY: Duration = Duration::from_secs(10);

const TRUST: &str = concat!(
    r#"{"Version":"2012-10-17","Statement":[{"Effect":"Allow","#,
    r#""Principal":{"Service":"apigateway.amazonaws.com"},"Action":"sts:AssumeRole"}]}"#
);

const LOGGER: &str = "arn:aws:iam::000000000000:role/logger";

/// An emulator whose clock stands still until it is told.
struct World {
    emulator: Emulator,
    clock: Arc<ManualClock>,
    client: Client,
}

impl World {
    fn new(delay: Duration) -> Self {
        let clock = Arc::new(ManualClock::at(Timestamp::from_seconds(1_790_000_000.0)));
        let builder = Emulator::builder().seed(1).clock(Arc::clone(&clock) as _);
        Self {
            emulator: builder.iam_propagation(delay).build(),
            clock,
            client: Client::new("test", "us-east-1"),
        }
    }

    fn wait(&self, seconds: i64) {
        self.clock.set(self.clock.now().plus_seconds(seconds));
    }

    fn iam(&self, form: &str) -> Result<String> {
        let answer = self.done(self.client.query("iam", format!("Version=2010-05-08&{form}"))?)?;
        Ok(String::from_utf8(answer.body().to_vec())?)
    }

    fn make_the_role(&self) -> Result<()> {
        self.iam(&format!("Action=CreateRole&RoleName=logger&AssumeRolePolicyDocument={TRUST}"))?;
        self.iam(
            "Action=AttachRolePolicy&RoleName=logger&\
             PolicyArn=arn:aws:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs",
        )
        .map(drop)
    }

    fn set_the_accounts_role(&self) -> Result<Response<Bytes>> {
        let patch =
            json!({"patchOperations": [{"op": "replace", "path": "/cloudwatchRoleArn", "value": LOGGER}]});
        Ok(self.emulator.blocking_respond(self.client.rest("PATCH", "/account", patch.to_string())?))
    }

    fn done(&self, request: Request<Bytes>) -> Result<Response<Bytes>> {
        let answer = self.emulator.blocking_respond(request);
        ensure!(answer.status().is_success(), "{answer:?}");
        Ok(answer)
    }
}

#[test]
fn a_new_role_is_answered_at_once_and_assumed_later() -> Result<()> {
    let world = World::new(DELAY);
    world.make_the_role()?;
    ensure!(world.iam("Action=GetRole&RoleName=logger")?.contains(LOGGER));
    for _ in 0..2 {
        let refused = world.set_the_accounts_role()?;
        ensure!(refused.status() == 400, "{refused:?}");
        world.wait(5);
    }
    ensure!(world.set_the_accounts_role()?.status().is_success());
    Ok(())
}

#[test]
fn without_a_delay_it_is_assumed_at_once() -> Result<()> {
    let world = World::new(Duration::ZERO);
    world.make_the_role()?;
    ensure!(world.set_the_accounts_role()?.status().is_success());
    Ok(())
}

#[test]
fn what_is_taken_away_works_for_a_while() -> Result<()> {
    let world = World::new(DELAY);
    world.make_the_role()?;
    world.wait(10);
    world.iam(
        "Action=DetachRolePolicy&RoleName=logger&\
         PolicyArn=arn:aws:iam::aws:policy/service-role/AmazonAPIGatewayPushToCloudWatchLogs",
    )?;
    world.wait(9);
    ensure!(world.set_the_accounts_role()?.status().is_success());
    world.wait(1);
    ensure!(world.set_the_accounts_role()?.status() == 400);
    Ok(())
}

#[test]
fn an_import_is_in_effect_at_once_and_a_reset_is_too() -> Result<()> {
    let (origin, world) = (World::new(Duration::ZERO), World::new(DELAY));
    origin.make_the_role()?;
    let state = origin.done(plain("GET", "/_stagecheck/state", "", "")?)?.into_body();
    world.done(plain("PUT", "/_stagecheck/state", "application/json", state)?)?;
    ensure!(world.set_the_accounts_role()?.status().is_success());
    world.done(plain("POST", "/_stagecheck/reset", "", "")?)?;
    ensure!(world.set_the_accounts_role()?.status() == 400);
    Ok(())
}

#[test]
fn one_account_waits_for_no_other() -> Result<()> {
    let world = World::new(DELAY);
    world.make_the_role()?;
    world.wait(10);
    let other = Client::new("111111111111", "us-east-1");
    let form =
        format!("Action=CreateRole&Version=2010-05-08&RoleName=other&AssumeRolePolicyDocument={TRUST}");
    world.done(other.query("iam", form)?)?;
    ensure!(world.set_the_accounts_role()?.status().is_success());
    let export = world.done(plain("GET", "/_stagecheck/state", "", "")?)?.into_body();
    let export: serde_json::Value = serde_json::from_slice(&export)?;
    ensure!(export["iam"].as_array().context("no states")?.len() == 2);
    Ok(())
}
