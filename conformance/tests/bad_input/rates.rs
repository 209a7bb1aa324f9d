//! With rate limits, calls that come too often are refused, and change nothing.

use std::sync::Arc;

use anyhow::{Result, ensure};
use serde_json::{Value, json};
use stagecheck_conformance::client::{Client, plain};
use stagecheck_emulator::Emulator;
use stagecheck_emulator::time::{ManualClock, Timestamp};

struct World {
    emulator: Emulator,
    clock: Arc<ManualClock>,
}

impl World {
    fn new(rate_limits: bool) -> Self {
        let clock = Arc::new(ManualClock::at(Timestamp::from_millis(0)));
        let emulator = Emulator::builder().clock(Arc::clone(&clock) as _).rate_limits(rate_limits).build();
        Self { emulator, clock }
    }

    /// The status and, of an error, the code and the text.
    fn call(&self, client: &Client, method: &str, path: &str, body: &Value) -> Result<(u16, String, Value)> {
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let answer = self.emulator.blocking_respond(client.rest(method, path, body)?);
        let code = answer.headers().get("x-amzn-errortype").map_or(Ok(""), |code| code.to_str())?.to_owned();
        let body: Value = serde_json::from_slice(answer.body())?;
        Ok((answer.status().as_u16(), code, body["message"].clone()))
    }

    fn update_account(&self, client: &Client, value: &str) -> Result<(u16, String, Value)> {
        let patch = json!({"op": "replace", "path": "/cloudwatchRoleArn", "value": value});
        self.call(client, "PATCH", "/account", &json!({"patchOperations": [patch]}))
    }

    /// How many of so many calls succeed, where the others are refused for their number.
    fn succeeding(&self, client: &Client, path: &str, calls: usize) -> Result<usize> {
        let mut succeeding = 0;
        for _ in 0..calls {
            let answer = self.call(client, "GET", path, &Value::Null)?;
            ensure!(answer.0 == 200 || answer == too_many(), "{answer:?}");
            succeeding += usize::from(answer.0 == 200);
        }
        Ok(succeeding)
    }
}

fn too_many() -> (u16, String, Value) {
    (429, "TooManyRequestsException".to_owned(), json!("Too Many Requests"))
}

fn caller() -> Client {
    Client::new("test", "us-east-1")
}

#[test]
fn the_account_is_updated_every_twenty_seconds_and_failures_count() -> Result<()> {
    let world = World::new(true);
    let (code, ..) = world.update_account(&caller(), "no role")?;
    ensure!(code == 400);
    let state =
        || world.emulator.blocking_respond(plain("GET", "/_stagecheck/state", "", "").unwrap()).into_body();
    let before = state();
    ensure!(world.update_account(&caller(), "")? == too_many());
    ensure!(state() == before);
    world.clock.set(Timestamp::from_millis(20_000));
    ensure!(world.update_account(&caller(), "")?.0 == 200);
    ensure!(world.update_account(&caller(), "")? == too_many());
    Ok(())
}

/// C: of calls that come every 16.6 seconds, four went through and the fifth did not.
#[test]
fn four_updates_of_the_account_that_come_a_little_too_fast_go_through() -> Result<()> {
    let world = World::new(true);
    let mut statuses = Vec::new();
    for call in 0..5 {
        world.clock.set(Timestamp::from_millis(16_600 * call));
        statuses.push(world.update_account(&caller(), "")?.0);
    }
    ensure!(statuses == [200, 200, 200, 200, 429], "{statuses:?}");
    Ok(())
}

#[test]
fn all_calls_of_both_interfaces_are_counted_by_account_and_region() -> Result<()> {
    let world = World::new(true);
    let calls = |client: &Client, path: &str, calls: usize| world.succeeding(client, path, calls);
    ensure!(calls(&caller(), "/restapis", 30)? == 30);
    ensure!(calls(&caller(), "/v2/apis", 20)? == 10);
    ensure!(calls(&caller(), "/restapis", 1)? == 0);
    ensure!(calls(&Client::new("test", "eu-west-1"), "/restapis", 1)? == 1);
    ensure!(calls(&Client::new("111122223333", "us-east-1"), "/restapis", 1)? == 1);
    world.clock.set(Timestamp::from_millis(99));
    ensure!(calls(&caller(), "/restapis", 1)? == 0);
    world.clock.set(Timestamp::from_millis(100));
    ensure!(calls(&caller(), "/restapis", 2)? == 1);
    Ok(())
}

#[test]
fn nothing_is_counted_unless_asked_for() -> Result<()> {
    let world = World::new(false);
    ensure!(world.succeeding(&caller(), "/restapis", 100)? == 100);
    ensure!(world.update_account(&caller(), "")?.0 == 200 && world.update_account(&caller(), "")?.0 == 200);
    Ok(())
}
